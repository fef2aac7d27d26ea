package layers_test

import (
	"fmt"
	"math"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// stored returns what a tile of the scale gives back for a value.
func stored(s layers.Scale) func(v float64) float64 {
	l := raster.NewLevels(s.Values)
	return func(v float64) float64 { return float64(l.Value(l.Of(float32(v)))) }
}

// The table "Stored precision" of docs/layers.md, for the widest ranges that a build asks for.
func TestStoredPrecision(t *testing.T) {
	t.Run("visits are exact up to 8", func(t *testing.T) {
		for _, top := range []int{1, 8, 500, 100_000} {
			for v := 1; v <= 8; v++ {
				if got := stored(layers.CountScale(top))(float64(v)); got != float64(v) {
					t.Errorf("%d of at most %d visits are stored as %g", v, top, got)
				}
			}
		}
	})
	relative := func(name string, s layers.Scale, lo, hi, part float64) {
		t.Run(name, func(t *testing.T) {
			of := stored(s)
			for v := lo; v <= hi; v *= 1.0007 {
				if got := of(v); math.Abs(got-v) > part*v {
					t.Fatalf("%g is stored as %g, %.2f %% off", v, got, 100*math.Abs(got-v)/v)
				}
			}
		})
	}
	absolute := func(name string, s layers.Scale, lo, hi, most float64) {
		t.Run(name, func(t *testing.T) {
			of := stored(s)
			for i := range 5000 {
				v := lo + (hi-lo)*float64(i)/4999
				if got := of(v); math.Abs(got-v) > most {
					t.Fatalf("%g is stored as %g, %g off", v, got, math.Abs(got-v))
				}
			}
		})
	}
	relative("visits beyond 8 within 5 %", layers.CountScale(64), 8, 64, 0.05)
	relative("many visits within 5 %", layers.CountScale(100_000), 8, 100_000, 0.05)
	relative("pace of a runner within 2 %", layers.RatioScale(1.5, 6), 1.5, 6, 0.02)
	relative("pace of walks and rides within 2 %", layers.RatioScale(0.5, 25), 0.5, 25, 0.02)
	relative("pace of everything within 2 %", layers.RatioScale(0.4, 48), 0.4, 48, 0.02)
	absolute("heart rate within 2 bpm", layers.EvenScale(30, 245), 30, 245, 2)
	absolute("grades within 1 %", layers.EvenScale(-62, 62), -62, 62, 1+1e-5)
	absolute("dates within 1/60 of the span", layers.EvenScale(11000, 20600), 11000, 20600, 9600./60)
	absolute("dates of a season", layers.EvenScale(20500, 20590), 20500, 20590, 90./60)
	absolute("dates before 1970", layers.EvenScale(-20590, -20500), -20590, -20500, 90./60)
	absolute("dates of a false clock", layers.EvenScale(-719000, -718910), -719000, -718910, 90./60)
}

func TestScalesFitAByte(t *testing.T) {
	scales := map[string]layers.Scale{
		"no visits": layers.CountScale(0), "all the visits there can be": layers.CountScale(math.MaxInt32),
		"even": layers.EvenScale(0, 1), "nearly nothing": layers.EvenScale(100, 100.001),
		"narrow ratio": layers.RatioScale(1, 1.01), "twelve times": layers.RatioScale(1, 12), "thirty times": layers.RatioScale(1, 30),
		"seconds of a hundred thousand activities": layers.RatioScale(0.01, 7.2e8),
	}
	for name, s := range scales {
		t.Run(name, func(t *testing.T) {
			if n := s.MaxIndex(); n > 255 || n < 2 {
				t.Errorf("%d indices", n)
			}
			for _, list := range [][]float32{s.Values, s.Presence} {
				for i := 1; i < len(list); i++ {
					if !(list[i] > list[i-1]) {
						t.Errorf("%g follows %g", list[i], list[i-1])
					}
				}
			}
			if top := s.Presence[len(s.Presence)-1]; top != 1 {
				t.Errorf("the highest presence is %g", top)
			}
		})
	}
}

func TestCountScaleReachesItsTop(t *testing.T) {
	for _, top := range []int{1, 9, 64, 1000, 123_456} {
		s := layers.CountScale(top)
		if last := s.Values[len(s.Values)-1]; last < float32(top) {
			t.Errorf("the scale for %d visits ends at %g", top, last)
		}
	}
}

// A pinned scale serves while it holds the data without wasting its levels.
func TestScaleFits(t *testing.T) {
	even, ratio := layers.EvenScale(100, 200), layers.RatioScale(1, 8)
	cases := []struct {
		name   string
		scale  layers.Scale
		lo, hi float64
		ratio  bool
		want   bool
	}{
		{"as made", even, 100, 200, false, true},
		{"inside", even, 130, 170, false, true},
		{"below", even, 99, 170, false, false},
		{"above", even, 130, 201, false, false},
		{"five times too wide", even, 150, 170, false, false},
		{"ratio as made", ratio, 1, 8, true, true},
		{"ratio inside", ratio, 2, 4, true, true},
		{"ratio above", ratio, 2, 9, true, false},
		{"ratio of one value, eight times wide", ratio, 2, 2, true, true},
		{"ratio far too wide", layers.RatioScale(1, 100), 2, 2.1, true, false},
		{"nothing", layers.Scale{}, 1, 2, false, false},
		{"one level", layers.Scale{Values: []float32{1}, Presence: []float32{1}}, 1, 1, false, false},
		{"no presence", layers.Scale{Values: []float32{1, 2}}, 1, 2, false, false},
		{"more than a byte", layers.Scale{Values: make([]float32, 128), Presence: []float32{0.5, 1}}, 0, 0, false, false},
		{"not a number", even, math.NaN(), 150, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.scale.Fits(c.lo, c.hi, c.ratio); got != c.want {
				t.Errorf("Fits(%g, %g) = %v, want %v", c.lo, c.hi, got, c.want)
			}
		})
	}
}

func ExampleCountScale() {
	fmt.Println(layers.CountScale(10).Values)
	// Output: [0.08 0.2 0.35 0.5 0.65 0.8 1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 6 6.5 7 7.5 8 8.8 9.68 10.648]
}
