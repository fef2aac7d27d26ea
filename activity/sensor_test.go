package activity

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

// TestReadings: a value comes back to half a step of its sensor, and what no sensor can tell is nothing.
func TestReadings(t *testing.T) {
	for _, s := range AllSensors() {
		step := map[Sensor]float64{Cadence: 0.5, Power: 1, Temperature: 0.1}[s]
		for v := -100.0; v < 3100; v += 0.37 {
			r := s.Reading(v)
			if r > s.Most() {
				t.Fatalf("%s %g reads %d, beyond %d", s, v, r, s.Most())
			}
			if got := s.Value(float64(r)); r > 0 && math.Abs(got-v) > step/2+1e-9 {
				t.Fatalf("%s %g reads as %g", s, v, got)
			}
		}
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
			if r := s.Reading(v); r != 0 {
				t.Errorf("%s %g reads %d", s, v, r)
			}
		}
		if got, ok := SensorOf(s.String()); got != s || !ok {
			t.Errorf("%s is %s, %t", s, got, ok)
		}
	}
	if Cadence.Reading(0) != 0 || Power.Reading(0) != 1 || Temperature.Value(float64(Temperature.Reading(0))) != 0 {
		t.Error("nothing is not told from what was not recorded")
	}
	if _, ok := SensorOf("heartrate"); ok {
		t.Error("heartrate is a sensor")
	}
}

// TestInSteps: one leg becomes two, two stay, and the track that was given stays as it was.
func TestInSteps(t *testing.T) {
	for _, c := range []struct{ given, want []float64 }{
		{[]float64{85, 0, 85.5, 90, 140}, []float64{170, 0, 171, 180, 0}}, // nobody takes 280 steps a minute
		{[]float64{170, 172, 60, 0}, []float64{170, 172, 60, 0}},
		{[]float64{112, 108}, []float64{112, 108}}, // a walk, both feet
		{[]float64{55, 54}, []float64{110, 108}},
		{[]float64{0, 0}, []float64{0, 0}},
		{nil, nil},
	} {
		tr := &Track{}
		column := func(values []float64) (out []Reading) {
			for _, v := range values {
				out = append(out, Cadence.Reading(v))
			}
			return out
		}
		tr.Readings[Cadence] = column(c.given)
		if got := tr.InSteps().Readings[Cadence]; fmt.Sprint(got) != fmt.Sprint(column(c.want)) {
			t.Errorf("%v: %v, want %v", c.given, got, column(c.want))
		}
		if !reflect.DeepEqual(tr.Readings[Cadence], column(c.given)) {
			t.Errorf("%v: the track that was given changed", c.given)
		}
	}
	for sport, want := range map[Sport]bool{"Run": true, "Trail Run": true, "Walk": true, "Hike": true, "Ride": false, "E-Bike Ride": false, "Swim": false, "Rowing": false, "": false} {
		if sport.OnFoot() != want {
			t.Errorf("%q is on foot: %t", sport, !want)
		}
	}
}

// TestReadingsKeepToTheirSamples: they go with the samples through cuts and cleaning, as the heart rate does.
func TestReadingsKeepToTheirSamples(t *testing.T) {
	const n = 400
	tr := &Track{}
	for i := range n {
		tr.Lat, tr.Lon = append(tr.Lat, RoundDeg(48+float64(i)*2.5e-5)), append(tr.Lon, 7.5)
		tr.TimeMS, tr.HR = append(tr.TimeMS, 1_700_000_000_000+int64(i)*1000), append(tr.HR, uint8(60+i%100))
		for _, s := range AllSensors() {
			tr.Readings[s] = append(tr.Readings[s], Reading(1+i%100+int(s)))
		}
	}
	tr.Lat[100] = 49 // a stray
	for i := 200; i < 203; i++ {
		tr.Lat[i], tr.TimeMS[i] = tr.Lat[199], tr.TimeMS[199] // repeated
	}
	cleaned, _ := Clean(tr, SportRun)
	if cleaned.Len() >= n {
		t.Fatal("nothing was cleaned")
	}
	cut := Cut(cleaned, func(p LatLon) bool { return p.Lat < 48.004 || p.Lat > 48.006 })
	for name, got := range map[string]*Track{"cleaned": cleaned, "cut": cut} {
		for i := range got.Len() {
			for _, s := range AllSensors() {
				if want := Reading(got.HR[i]-59) + Reading(s); got.Reading(s, i) != want {
					t.Fatalf("%s: sample %d has %s %d, want %d", name, i, s, got.Reading(s, i), want)
				}
			}
		}
	}
	var d Deriver
	g := d.Stretches(tr)[0].Segments[10]
	if want := float32(11+12) / 2; g.Readings[Cadence] != want || g.Readings[Temperature] != want+2 {
		t.Errorf("a segment reads %v, want %g", g.Readings, want)
	}
	tr.Readings[Power][11] = 0
	if g := d.Stretches(tr)[0].Segments[10]; g.Readings[Power] != 12 {
		t.Errorf("a segment of which one end is known reads %v", g.Readings)
	}
}
