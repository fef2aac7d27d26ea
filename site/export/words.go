package export

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"heatmapgen/generator"
	"heatmapgen/site/legend"
)

// facts is what is drawn, in a line: "281 activities · 2,342 km · 2019–2026", or as much as is told of it.
func facts(m *generator.Metadata) string {
	if s := m.Summary; s != nil {
		if s.Of == generator.SummaryAthletes {
			return counted(s.Count, "athlete", "athletes")
		}
		return counted(s.Count, "activity", "activities")
	}
	a := &m.Activities
	parts := []string{counted(len(a.Day), "activity", "activities")}
	metres := 0
	for _, d := range a.DistanceM {
		metres += d
	}
	parts = append(parts, humanize.Comma(int64(math.Round(float64(metres)/1000)))+legend.Narrow+"km")
	if first, last, ok := years(a.Day); ok && first == last {
		parts = append(parts, fmt.Sprint(first))
	} else if ok {
		parts = append(parts, fmt.Sprintf("%d\u2013%d", first, last))
	}
	return strings.Join(parts, " \u00b7 ")
}

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return humanize.Comma(int64(n)) + legend.Narrow + many
}

// years returns the first and the last year of days since 1970, of which 0 is not known.
func years(days []int) (first, last int, ok bool) {
	for _, d := range days {
		if d == 0 {
			continue
		}
		y := time.Unix(int64(d)*86400, 0).UTC().Year()
		if !ok {
			first, last, ok = y, y, true
		}
		first, last = min(first, y), max(last, y)
	}
	return first, last, ok
}

// roundLength returns the longest of 1, 2, 5, 10, 20... metres that is not longer than most, and its name.
func roundLength(most float64) (metres float64, label string) {
	decade := math.Pow(10, math.Floor(math.Log10(most)))
	metres = decade
	for _, k := range []float64{2, 5} {
		if k*decade <= most {
			metres = k * decade
		}
	}
	switch {
	case metres >= 1000:
		return metres, humanize.Comma(int64(metres/1000)) + legend.Narrow + "km"
	case metres >= 1:
		return metres, fmt.Sprintf("%.0f%sm", metres, legend.Narrow)
	}
	return metres, fmt.Sprintf("%g%scm", math.Round(metres*1000)/10, legend.Narrow)
}
