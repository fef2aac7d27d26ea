package activity

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestFilterCheck(t *testing.T) {
	day := func(y, m, d int) *int { return DayPtr(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)) }
	run := Activity{ID: "strava:1", Sport: "Trail Run", Start: time.Date(2024, 5, 1, 23, 59, 59, 0, time.UTC)}
	undated := Activity{ID: "files:x", Sport: "Run"}
	cases := []struct {
		name   string
		filter Filter
		a      Activity
		want   Reason
	}{
		{"nothing asked for", Filter{}, run, Kept},
		{"sport covered", Filter{Sports: []Sport{"Ride", "Run"}}, run, Kept},
		{"other sport", Filter{Sports: []Sport{"Ride", "Walk"}}, run, OtherSport},
		{"a kind of it does not cover it", Filter{Sports: []Sport{"Trail Run"}}, undated, OtherSport},
		{"excluded", Filter{Exclude: map[string]bool{"strava:1": true}}, run, Excluded},
		{"another is excluded", Filter{Exclude: map[string]bool{"strava:2": true}}, run, Kept},
		{"on the first day", Filter{From: day(2024, 5, 1)}, run, Kept},
		{"before the first day", Filter{From: day(2024, 5, 2)}, run, OutsideDates},
		{"on the last day", Filter{To: day(2024, 5, 1)}, run, Kept},
		{"after the last day", Filter{To: day(2024, 4, 30)}, run, OutsideDates},
		{"one day only", Filter{From: day(2024, 5, 1), To: day(2024, 5, 1)}, run, Kept},
		{"no date, none asked for", Filter{Sports: []Sport{"Run"}}, undated, Kept},
		{"no date, first day asked for", Filter{From: day(2000, 1, 1)}, undated, NoDate},
		{"no date, last day asked for", Filter{To: day(2100, 1, 1)}, undated, NoDate},
		{"excluded comes before sport", Filter{Sports: []Sport{"Ride"}, Exclude: map[string]bool{"strava:1": true}}, run, Excluded},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.filter.Check(&c.a); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if DayPtr(time.Time{}) != nil {
		t.Error("no time is no day")
	}
}

func TestCut(t *testing.T) {
	full := path(1, 1, 1, 1, 1, 1, 1)
	full.AltM, full.SpeedMS = []float32{0, 1, 2, 3, 4, 5, 6, 7}, []float32{0, 1, 2, 3, 4, 5, 6, 7}
	full.HR = []uint8{100, 101, 102, 103, 104, 105, 106, 107}
	cases := []struct {
		name   string
		starts []int
		kept   []int
		want   []int // starts
	}{
		{"from the front", nil, []int{2, 3, 4, 5, 6, 7}, nil},
		{"from the end", nil, []int{0, 1, 2}, nil},
		{"from the middle", nil, []int{0, 1, 5, 6, 7}, []int{2}},
		{"one sample", nil, []int{0, 1, 2, 4, 5, 6, 7}, []int{3}},
		{"every other", nil, []int{0, 2, 4, 6}, []int{1, 2, 3}},
		{"starts are kept", []int{3, 6}, []int{1, 2, 3, 4, 5, 6, 7}, []int{2, 5}},
		{"a start among what is cut", []int{3}, []int{0, 1, 5, 6, 7}, []int{2}},
		{"a start where the cut ends", []int{5}, []int{0, 1, 5, 6, 7}, []int{2}},
		{"a start where the cut begins", []int{2}, []int{0, 1, 5, 6, 7}, []int{2}},
		{"a start in front of what is left", []int{2}, []int{3, 4, 5, 6, 7}, nil},
		{"a start at what is left", []int{3}, []int{3, 4, 5, 6, 7}, nil},
		{"a start behind what is left", []int{6}, []int{0, 1, 2}, nil},
		{"nothing left", []int{3}, nil, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			full.Starts = c.starts
			at := -1
			got := Cut(full, func(p LatLon) bool {
				at++
				if p != (LatLon{full.Lat[at], full.Lon[at]}) {
					t.Fatalf("asked about %v as sample %d", p, at)
				}
				return slices.Contains(c.kept, at)
			})
			if !slices.Equal(got.Starts, c.want) {
				t.Errorf("starts %v, want %v", got.Starts, c.want)
			}
			if got.Len() != len(c.kept) {
				t.Fatalf("%d samples left, want %d", got.Len(), len(c.kept))
			}
			for k, i := range c.kept {
				if got.Lat[k] != full.Lat[i] || got.Lon[k] != full.Lon[i] || got.Time(k) != full.Time(i) ||
					got.Alt(k) != full.Alt(i) || got.Speed(k) != full.Speed(i) || got.HeartRate(k) != full.HeartRate(i) {
					t.Errorf("sample %d is not sample %d of the whole", k, i)
				}
			}
		})
	}
	if got := Cut(full, func(LatLon) bool { return true }); got != full {
		t.Error("a track of which all stays is itself")
	}
	bare := &Track{Lat: []float64{1, 2, 3}, Lon: []float64{1, 2, 3}}
	got := Cut(bare, func(p LatLon) bool { return p.Lat != 2 })
	if got.TimeMS != nil || got.AltM != nil || got.SpeedMS != nil || got.HR != nil || !math.IsNaN(float64(got.Alt(1))) {
		t.Error("columns that were not there appeared")
	}
}
