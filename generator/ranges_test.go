package generator

import (
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

func TestRanges(t *testing.T) {
	fields := layers.Fields(false)
	scale := layers.Scale{Values: []float32{-4, -2, 0, 1, 2, 3, 5, 8, 9, 10}, Presence: []float32{0.5, 1}}
	// 100 pixels, half of them with each presence: level 0 twice, level 9 twice, the others twelve times.
	var even histogram
	even[0] = 1000 // nothing there
	for level := range 10 {
		n := int64(6)
		if level == 0 || level == 9 {
			n = 1
		}
		even[1+level] = n
		even[11+level] = n
	}
	var none histogram
	none[0] = 65536
	lowest := none
	lowest[11+3] = 7 // all of one level
	number := func(v float64) *float64 { return &v }
	cases := []struct {
		name      string
		field     int
		pct       float64
		config    config.Ranges
		histogram histogram
		lo, hi    float64
	}{
		{"counts reach from zero to the largest", layers.Visits, 5, config.Ranges{}, even, 0, 10},
		{"freshness too", layers.Fresh12, 5, config.Ranges{}, even, 0, 10},
		{"dates reach from the oldest to the newest", layers.Recency, 5, config.Ranges{}, even, -4, 10},
		{"means reach between percentiles", layers.Pace, 5, config.Ranges{}, even, -2, 9},
		{"percentiles as configured", layers.HeartRate, 20, config.Ranges{}, even, 0, 8},
		{"no percentile at all", layers.Steepness, 0, config.Ranges{}, even, -4, 10},
		{"hills start at zero", layers.Hills, 5, config.Ranges{}, even, 0, 9},
		{"grades are symmetric", layers.Direction, 5, config.Ranges{}, even, -9, 9},
		{"a fixed speed", layers.Pace, 5, config.Ranges{SpeedMinMS: number(1.5)}, even, 1.5, 9},
		{"both speeds fixed", layers.Pace, 5, config.Ranges{SpeedMinMS: number(1.5), SpeedMaxMS: number(6)}, even, 1.5, 6},
		{"a fixed heart rate", layers.HeartRate, 5, config.Ranges{HRMaxBPM: number(190), SpeedMinMS: number(1)}, even, -2, 190},
		{"a single value", layers.Pace, 5, config.Ranges{}, lowest, 1, 1},
		{"nothing at this zoom", layers.Pace, 5, config.Ranges{}, none, 0, 0},
		{"no visits at this zoom", layers.Visits, 5, config.Ranges{}, none, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := ranges{pct: c.pct, config: c.config}
			if lo, hi := r.of(c.field, &fields[c.field], scale, &c.histogram); lo != c.lo || hi != c.hi {
				t.Errorf("%g to %g, want %g to %g", lo, hi, c.lo, c.hi)
			}
		})
	}
	// Of dates the ends are days that there were, whatever the levels.
	for _, c := range []struct {
		days   []int
		lo, hi float64
	}{{[]int{-4, 3, 9}, -4, 9}, {[]int{-1, 2}, -1, 2}, {[]int{7}, 7, 7}, {[]int{-7, -1, 9, 11}, -7, 9}, {[]int{-30, 30}, -30, 30}} {
		r := ranges{days: c.days}
		if lo, hi := r.of(layers.Recency, &fields[layers.Recency], scale, &even); lo != c.lo || hi != c.hi {
			t.Errorf("days of %v: %g to %g, want %g to %g", c.days, lo, hi, c.lo, c.hi)
		}
	}
	// Downhill is steeper than uphill.
	var down histogram
	down[11], down[12], down[15] = 50, 40, 10
	r := ranges{pct: 5}
	if lo, hi := r.of(layers.Direction, &fields[layers.Direction], scale, &down); lo != -4 || hi != 4 {
		t.Errorf("mostly downhill: %g to %g, want -4 to 4", lo, hi)
	}
	seconds := layers.Fields(true)
	if lo, hi := r.of(layers.Visits, &seconds[layers.Visits], scale, &even); lo != -2 || hi != 9 {
		t.Errorf("seconds: %g to %g, want the percentiles -2 and 9", lo, hi)
	}
}

func TestPercentile(t *testing.T) {
	cases := []struct {
		name string
		bins []int64
		part float64
		bin  int
		ok   bool
	}{
		{"of nothing", []int64{0, 0, 0}, 0.5, 0, false},
		{"the first that holds anything", []int64{0, 3, 3}, 0, 1, true},
		{"the last that holds anything", []int64{3, 3, 0}, 1, 1, true},
		{"the middle", []int64{1, 1, 1, 1, 1}, 0.5, 2, true},
		{"exactly on a border", []int64{5, 5}, 0.5, 0, true},
		{"just beyond a border", []int64{5, 5}, 0.51, 1, true},
		{"empty ones between", []int64{5, 0, 0, 5}, 0.6, 3, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if bin, ok := percentile(c.bins, c.part); bin != c.bin || ok != c.ok {
				t.Errorf("bin %d, %v, want %d, %v", bin, ok, c.bin, c.ok)
			}
		})
	}
}
