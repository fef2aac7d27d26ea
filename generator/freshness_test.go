package generator

import (
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/layers"
)

// The windows end with today and hold 365 and 1095 days, today included.
func TestFreshness(t *testing.T) {
	cases := []struct {
		name             string
		age              int // days before today
		fresh12, fresh36 bool
	}{
		{"today", 0, true, true},
		{"the first of the 365 days", 364, true, true},
		{"the day before that", 365, false, true},
		{"the first of the 1095 days", 1094, false, true},
		{"the day before those", 1095, false, false},
		{"tomorrow", -1, false, false},
	}
	s := &selection{}
	for i, c := range cases {
		r := row{}
		r.Activity.Start = today.AddDate(0, 0, -c.age).Add(23*time.Hour + 59*time.Minute)
		s.rows, s.drawn = append(s.rows, r), append(s.drawn, i)
	}
	s.rows, s.drawn = append(s.rows, row{}), append(s.drawn, len(cases))
	pieces := piecesOf(s.activityDays(), nil, activity.DayOf(today))
	for i, c := range cases {
		p := pieces[i]
		if p.Fresh12 != c.fresh12 || p.Fresh36 != c.fresh36 || p.Day != activity.DayOf(today)-c.age {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	if p := pieces[len(cases)]; p.Day != layers.NoDay || p.Fresh12 || p.Fresh36 {
		t.Errorf("without a date: %+v", p)
	}
}
