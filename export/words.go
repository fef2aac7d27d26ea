package export

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"heatmapgen/activity"
	"heatmapgen/generator"
	"heatmapgen/layers"
)

// narrow is the space between a number and its unit: it does not break.
const narrow = "\u00a0"

// endText is an end of a layer's range in words, as the page has it. value is in the field's unit; speeds are told
// in km/h for rides, else as a runner's pace.
func endText(l *layers.Layer, value float64, rides bool) string {
	switch l.Unit {
	case "visits":
		n := int(math.Round(value))
		if n == 1 {
			return "1" + narrow + "visit"
		}
		return humanize.Comma(int64(n)) + narrow + "visits"
	case "s":
		return duration(value)
	case "m/s":
		if !(value > 0) {
			return ""
		}
		if rides {
			return number(value*3.6) + narrow + "km/h"
		}
		s := int(math.Round(1000 / value))
		return fmt.Sprintf("%d:%02d%smin/km", s/60, s%60, narrow)
	case "bpm":
		return number(math.Round(value)) + narrow + "bpm"
	case "%":
		if l.Spread == layers.Symmetric && value > 0 {
			return "+" + number(value) + narrow + "%"
		}
		return number(value) + narrow + "%"
	case "m/100m":
		return number(value) + narrow + "m per 100" + narrow + "m"
	case "day":
		return time.Unix(int64(math.Round(value))*86400, 0).UTC().Format("2" + narrow + "Jan" + narrow + "2006")
	}
	return number(value)
}

// number writes v with at most one decimal.
func number(v float64) string {
	text := humanize.Commaf(math.Round(v*10)/10 + 0) // + 0 turns -0 into 0
	return strings.ReplaceAll(text, "-", "\u2212")
}

// duration is a time in its largest whole unit.
func duration(seconds float64) string {
	switch {
	case seconds < 60:
		return number(seconds) + narrow + "s"
	case seconds < 3600:
		return number(seconds/60) + narrow + "min"
	}
	return number(seconds/3600) + narrow + "h"
}

// mostlyRides tells whether more than half of the activities are rides.
func mostlyRides(a *generator.ActivityColumns) bool {
	rides := 0
	for _, s := range a.Sport {
		if s >= 0 && s < len(a.Sports) && activity.Sport(a.Sports[s]).Family() == activity.FamilyRide {
			rides++
		}
	}
	return rides*2 > len(a.Sport)
}

// facts is what is drawn, in a line: "281 activities · 2,342 km · 2019–2026".
func facts(a *generator.ActivityColumns) string {
	n := len(a.Day)
	parts := []string{humanize.Comma(int64(n)) + narrow + "activities"}
	if n == 1 {
		parts[0] = "1" + narrow + "activity"
	}
	metres := 0
	for _, d := range a.DistanceM {
		metres += d
	}
	parts = append(parts, humanize.Comma(int64(math.Round(float64(metres)/1000)))+narrow+"km")
	if first, last, ok := years(a.Day); ok && first == last {
		parts = append(parts, fmt.Sprint(first))
	} else if ok {
		parts = append(parts, fmt.Sprintf("%d\u2013%d", first, last))
	}
	return strings.Join(parts, " \u00b7 ")
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
		return metres, humanize.Comma(int64(metres/1000)) + narrow + "km"
	case metres >= 1:
		return metres, fmt.Sprintf("%.0f%sm", metres, narrow)
	}
	return metres, fmt.Sprintf("%g%scm", math.Round(metres*1000)/10, narrow)
}
