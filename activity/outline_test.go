package activity

import (
	"math"
	"math/rand/v2"
	"testing"
)

func outlineOf(t *Track) Outline {
	d := Deriver{AltitudeWindowM: 15}
	return d.OutlineOf(t, d.Stretches(t))
}

func TestOutlineBox(t *testing.T) {
	cases := []struct {
		name                     string
		lat, lon                 []float64
		south, west, north, east float64
	}{
		{"one sample", []float64{48}, []float64{8}, 48, 8, 48, 8},
		{"a triangle", []float64{48, 48.2, 47.9}, []float64{8, 7.9, 8.1}, 47.9, 7.9, 48.2, 8.1},
		{"eastwards across the antimeridian", []float64{0, 1, 2}, []float64{179, -179, -178}, 0, 179, 2, 182},
		{"westwards across the antimeridian", []float64{0, 1, 2}, []float64{-179, 179, 178}, 0, 178, 2, 181},
		{"there and back", []float64{0, 1, 2}, []float64{179, -179, 178}, 0, 178, 2, 181},
		{"on the antimeridian", []float64{0, 1}, []float64{180, -180}, 0, -180, 1, -180},
		{"around the world", []float64{0, 1, 2, 3, 4}, []float64{0, 100, -160, -60, 10}, 0, -180, 4, 180},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := outlineOf(&Track{Lat: c.lat, Lon: c.lon})
			if o.South != c.south || o.North != c.north || !near(o.West, c.west, 1e-9) || !near(o.East, c.east, 1e-9) {
				t.Errorf("south %g west %g north %g east %g, want %g %g %g %g", o.South, o.West, o.North, o.East, c.south, c.west, c.north, c.east)
			}
			n := len(c.lat)
			if o.Samples != n || o.Start != (LatLon{c.lat[0], c.lon[0]}) || o.End != (LatLon{c.lat[n-1], c.lon[n-1]}) {
				t.Errorf("%d samples from %v to %v", o.Samples, o.Start, o.End)
			}
		})
	}
	if o := outlineOf(&Track{}); o != (Outline{}) {
		t.Errorf("nothing has the outline %+v", o)
	}
}

func TestOutlineMeasures(t *testing.T) {
	// 50 steps of 3 m, 40 s of standing, 30 steps of 4 m.
	steps := []float64{}
	add := func(n int, m float64) {
		for range n {
			steps = append(steps, m)
		}
	}
	add(50, 3)
	add(40, 0.1)
	add(30, 4)
	o := outlineOf(path(steps...))
	if !near(o.DistanceM, 150+4+120, 0.01) || o.MovingS != 80 {
		t.Errorf("%g m in %g s, want 274 in 80", o.DistanceM, o.MovingS)
	}
}

func TestOutlineAscent(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	cases := []struct {
		name      string
		alt       func(i int) float64
		want, tol float64
	}{
		{"flat", func(int) float64 { return 100 }, 0, 0},
		{"up 120 m", func(i int) float64 { return 100 + 0.2*float64(i) }, 120, 3},
		{"down 120 m", func(i int) float64 { return 300 - 0.2*float64(i) }, 0, 0},
		{"noise of half a metre", func(int) float64 { return 100 + rng.NormFloat64()*0.5 }, 0, 0},
		{"up and down in waves of 20 m", func(i int) float64 { return 100 - 10*math.Cos(float64(i)/600*2*math.Pi*4) }, 80, 10},
		{"up 60 m with noise", func(i int) float64 { return 100 + 0.1*float64(i) + rng.NormFloat64()*0.4 }, 60, 3},
		{"unknown for a while", func(i int) float64 {
			if i > 100 && i < 200 {
				return math.NaN()
			}
			return 100 + 0.1*float64(i)
		}, 60, 3},
		{"unknown", func(int) float64 { return math.NaN() }, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tr := even(601, 3)
			for i := range tr.Lat {
				tr.AltM = append(tr.AltM, float32(c.alt(i)))
			}
			if o := outlineOf(tr); !near(o.AscentM, c.want, c.tol) {
				t.Errorf("%g m, want %g within %g", o.AscentM, c.want, c.tol)
			}
		})
	}
	if o := outlineOf(even(100, 3)); o.AscentM != 0 {
		t.Errorf("no altitude climbs %g m", o.AscentM)
	}
}

func TestIndoor(t *testing.T) {
	box := func(north, east float64) Outline {
		p := LatLon{60, 179.9999}
		q := moved(p, north, east)
		return Outline{South: p.Lat, North: q.Lat, West: p.Lon, East: p.Lon + WrapLon(q.Lon-p.Lon)}
	}
	cases := []struct {
		name        string
		north, east float64
		want        bool
	}{
		{"a treadmill", 20, 30, true},
		{"49 m both ways", 49, 49, true},
		{"a street to the north", 401, 5, false},
		{"a street to the east", 5, 401, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := box(c.north, c.east)
			if ns, we := o.SpreadM(); !near(ns, c.north, 0.1) || !near(we, c.east, 0.1) {
				t.Errorf("%g by %g m", ns, we)
			}
			if got := o.Indoor(50, SportRun); got != c.want {
				t.Errorf("indoor: %v", got)
			}
		})
	}
	if box(0, 0).Indoor(0, SportRun) {
		t.Error("a spread of 0 turns the rule off")
	}
	if !box(600, 600).Indoor(700, SportRun) {
		t.Error("the user's word does not hold")
	}
}
