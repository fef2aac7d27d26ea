package legend

import (
	"strings"
	"testing"

	"heatmapgen/generator"
	"heatmapgen/layers"
)

func TestEndsOfTheLegend(t *testing.T) {
	plain := strings.NewReplacer(Narrow, " ")
	for _, c := range []struct {
		unit   string
		value  float64
		manner Manner
		want   string
	}{
		{"visits", 1, Running, "1 visit"}, {"visits", 0, Running, "0 visits"}, {"visits", 1234, Running, "1,234 visits"},
		{"athletes", 1, Running, "1 athlete"}, {"athletes", 1500, Running, "1,500 athletes"},
		{"s", 40, Running, "40 s"}, {"s", 90, Running, "1.5 min"}, {"s", 7200, Running, "2 h"},
		{"m/s", 1000.0 / 275, Running, "4:35 min/km"}, {"m/s", 7.5, Riding, "27 km/h"}, {"m/s", 100.0 / 105, Swimming, "1:45 min/100 m"}, {"m/s", 0, Running, ""}, {"m/s", 1000 / 299.7, Running, "5:00 min/km"},
		{"bpm", 148.4, Running, "148 bpm"}, {"%", 8.26, Running, "8.3 %"}, {"m/100m", 5, Running, "5 m per 100 m"}, {"day", 20211, Running, "3 May 2025"},
	} {
		if got := plain.Replace(End(&layers.Layer{Unit: c.unit}, c.value, c.manner)); got != c.want {
			t.Errorf("%v %s: %q, not %q", c.value, c.unit, got, c.want)
		}
	}
	symmetric := &layers.Layer{Unit: "%", Spread: layers.Symmetric}
	if a, b := End(symmetric, -4.7, Running), End(symmetric, 4.7, Running); plain.Replace(a) != "\u22124.7 %" || plain.Replace(b) != "+4.7 %" {
		t.Errorf("%q to %q", a, b)
	}
}

func TestMannerOf(t *testing.T) {
	of := func(a *generator.ActivityColumns) Manner { return MannerOf(&generator.Metadata{Activities: *a}) }
	a := &generator.ActivityColumns{Day: []int{0, 18993, 20211}, Sports: []string{"Ride", "Run"}, Sport: []int{0, 1, 0}}
	swims := &generator.ActivityColumns{Sports: []string{"Open Water Swim", "Run", "Ride"}, Sport: []int{0, 0, 0, 1, 2}}
	none := &generator.ActivityColumns{Sports: []string{"Run", "Ride"}, Sport: []int{0, 1, 9, -1}}
	if got := []Manner{of(a), of(swims), of(none)}; got[0] != Riding || got[1] != Swimming || got[2] != Running {
		t.Errorf("told as %v", got)
	}
	if got := MannerOf(&generator.Metadata{Summary: &generator.Summary{Speeds: generator.SpeedsRide}}); got != Riding {
		t.Errorf("what does not list activities is told as %v", got)
	}
}
