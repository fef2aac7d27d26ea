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
		unit  string
		value float64
		rides bool
		want  string
	}{
		{"visits", 1, false, "1 visit"}, {"visits", 0, false, "0 visits"}, {"visits", 1234, false, "1,234 visits"},
		{"s", 40, false, "40 s"}, {"s", 90, false, "1.5 min"}, {"s", 7200, false, "2 h"},
		{"m/s", 1000.0 / 275, false, "4:35 min/km"}, {"m/s", 7.5, true, "27 km/h"}, {"m/s", 0, false, ""}, {"m/s", 1000 / 299.7, false, "5:00 min/km"},
		{"bpm", 148.4, false, "148 bpm"}, {"%", 8.26, false, "8.3 %"}, {"m/100m", 5, false, "5 m per 100 m"}, {"day", 20211, false, "3 May 2025"},
	} {
		if got := plain.Replace(End(&layers.Layer{Unit: c.unit}, c.value, c.rides)); got != c.want {
			t.Errorf("%v %s: %q, not %q", c.value, c.unit, got, c.want)
		}
	}
	symmetric := &layers.Layer{Unit: "%", Spread: layers.Symmetric}
	if a, b := End(symmetric, -4.7, false), End(symmetric, 4.7, false); plain.Replace(a) != "\u22124.7 %" || plain.Replace(b) != "+4.7 %" {
		t.Errorf("%q to %q", a, b)
	}
}

func TestMostlyRides(t *testing.T) {
	a := &generator.ActivityColumns{Day: []int{0, 18993, 20211}, Sports: []string{"Ride", "Run"}, Sport: []int{0, 1, 0}}
	if !MostlyRides(a) || MostlyRides(&generator.ActivityColumns{Sports: []string{"Run", "Ride"}, Sport: []int{0, 1, 9, -1}}) {
		t.Error("rides are miscounted")
	}
}
