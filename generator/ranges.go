package generator

import (
	"math"
	"sort"

	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// A histogram counts the pixels of one field at one zoom by index.
type histogram [256]int64

// ranges finds the range of values that a zoom's colours are spread over (docs/format.md, lo and hi).
type ranges struct {
	pct    float64
	config config.Ranges
	days   []int // those of the activities that have a date, ascending
}

// of returns the range of field number field from the histogram of a zoom.
func (r *ranges) of(field int, f *layers.Field, s layers.Scale, h *histogram) (lo, hi float64) {
	levels := make([]int64, len(s.Values))
	for i, n := range h[1:] {
		if i < s.MaxIndex() {
			levels[i%len(levels)] += n
		}
	}
	at := func(part float64) float64 {
		level, ok := percentile(levels, part)
		if !ok {
			return 0
		}
		return float64(s.Values[level])
	}
	low, high := at(r.pct/100), at(1-r.pct/100)
	switch {
	case f.Kind == layers.Count:
		return 0, at(1)
	case f.Kind == layers.Date:
		return r.nearestDay(at(0)), r.nearestDay(at(1))
	case field == layers.Direction:
		a := max(-low, low, -high, high)
		return -a, a
	case field == layers.Hills:
		return 0, high
	case field == layers.Pace:
		return fixed(r.config.SpeedMinMS, r.config.SpeedMaxMS, low, high)
	case field == layers.HeartRate:
		return fixed(r.config.HRMinBPM, r.config.HRMaxBPM, low, high)
	}
	return low, high
}

// nearestDay returns the day of an activity that is nearest to v: levels for activities to come are no days that there were.
func (r *ranges) nearestDay(v float64) float64 {
	i := sort.SearchInts(r.days, int(math.Ceil(v)))
	switch {
	case len(r.days) == 0:
		return v
	case i == len(r.days) || i > 0 && v-float64(r.days[i-1]) <= float64(r.days[i])-v:
		return float64(r.days[i-1])
	}
	return float64(r.days[i])
}

// fixed returns the configured ends of a range, and those found where none is. An end that is found on the wrong side of
// the other goes a quarter beyond it, as a range must not be upside down.
func fixed(cfgLo, cfgHi *float64, lo, hi float64) (float64, float64) {
	switch {
	case cfgLo != nil && cfgHi != nil:
		return *cfgLo, *cfgHi
	case cfgLo != nil:
		if *cfgLo >= hi {
			hi = *cfgLo * 1.25
		}
		return *cfgLo, hi
	case cfgHi != nil:
		if lo >= *cfgHi {
			lo = *cfgHi / 1.25
		}
		return lo, *cfgHi
	}
	return lo, hi
}
