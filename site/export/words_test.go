package export

import (
	"strings"
	"testing"

	"heatmapgen/generator"
	"heatmapgen/site/legend"
)

func TestFactsAndLengths(t *testing.T) {
	plain := strings.NewReplacer(legend.Narrow, " ")
	a := generator.ActivityColumns{Day: []int{0, 18993, 20211}, DistanceM: []int{1000, 999_000, 600}, Sports: []string{"Ride", "Run"}, Sport: []int{0, 1, 0}}
	if got := plain.Replace(facts(&generator.Metadata{Activities: a})); got != "3 activities · 1,001 km · 2022–2025" {
		t.Errorf("%q", got)
	}
	one := generator.ActivityColumns{Day: []int{20211}, DistanceM: []int{12_345}}
	if got := plain.Replace(facts(&generator.Metadata{Activities: one})); got != "1 activity · 12 km · 2025" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		n    int
		of   string
		want string
	}{{1500, generator.SummaryAthletes, "1,500 athletes"}, {1, generator.SummaryActivities, "1 activity"}} {
		if got := plain.Replace(facts(&generator.Metadata{Summary: &generator.Summary{Count: c.n, Of: c.of}})); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
	for _, c := range []struct {
		most, metres float64
		label        string
	}{{1999, 1000, "1 km"}, {2000, 2000, "2 km"}, {4.2e6, 2e6, "2,000 km"}, {550, 500, "500 m"}, {9.9, 5, "5 m"}, {0.3, 0.2, "20 cm"}} {
		if m, label := roundLength(c.most); m != c.metres || plain.Replace(label) != c.label {
			t.Errorf("%g: %g, %q", c.most, m, label)
		}
	}
}
