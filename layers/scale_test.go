package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"
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
	t.Run("visits are exact up to 20", func(t *testing.T) {
		for _, top := range []int{20, 64, 500, 100_000} {
			for v := 1; v <= 20; v++ {
				if got := stored(layers.CountScale(top))(float64(v)); got != float64(v) {
					t.Errorf("%d of at most %d visits are stored as %g", v, top, got)
				}
			}
		}
	})
	t.Run("visits are told as what they round to", func(t *testing.T) {
		of := stored(layers.CountScale(64))
		for v := 0.6; v < 20.4; v += 0.001 {
			// The border of two levels lies within 0.02 of the half between two whole numbers.
			if math.Abs(v-math.Floor(v)-0.5) < 0.02 {
				continue
			}
			if got, want := math.Round(of(v)), math.Round(v); got != want {
				t.Fatalf("%g visits are stored as %g, told as %g", v, of(v), got)
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
	relative("pace of a runner within 1.8 %", layers.RatioScale(1.5, 6), 1.5, 6, 0.018)
	relative("pace of walks and rides within 1.8 %", layers.RatioScale(0.5, 25), 0.5, 25, 0.018)
	relative("pace of everything within 2 %", layers.RatioScale(0.4, 48), 0.4, 48, 0.02)
	absolute("heart rate within 2 bpm", layers.EvenScale(30, 245), 30, 245, 2)
	absolute("grades within 1 %", layers.EvenScale(-62, 62), -62, 62, 1+1e-5)
}

// Days are told as days that there were, and the newest one as itself.
func TestDayScale(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 10))
	some := func(from, to int, part float64) (days []int) {
		for d := from; d <= to; d++ {
			if d == from || d == to || rng.Float64() < part {
				days = append(days, d)
			}
		}
		return days
	}
	for name, days := range map[string][]int{
		"none": nil, "one": {20000}, "two": {18000, 20000}, "1970": {0}, "a false clock beside": append([]int{1}, some(20000, 20100, 0.5)...),
		"a season": some(20500, 20590, 0.6), "six years of runs": some(18400, 20600, 0.4), "every day of twenty years": some(13000, 20300, 1),
		"sixty-three": daysEvery(20000, 63, 1), "sixty-four": daysEvery(20000, 64, 1), "far apart": daysEvery(10000, 64, 100), "before 1970": some(-20590, -20000, 0.4),
		"the ancients": some(-719000, -718000, 0.3), "two clusters": append(some(8000, 8100, 1), some(20000, 20400, 1)...),
	} {
		t.Run(name, func(t *testing.T) {
			s := layers.DayScale(days)
			if n := s.MaxIndex(); n > 255 {
				t.Fatalf("%d indices", n)
			}
			if !s.FitsDays(days) {
				t.Error("it does not fit what it was made for")
			}
			if len(days) == 0 {
				return
			}
			there := map[float64]bool{}
			for _, d := range days {
				there[float64(d)] = true
			}
			oldest, newest := float64(days[0]), float64(days[len(days)-1])
			if s.Values[0] != float32(oldest) {
				t.Errorf("it begins at %g, not at %g", s.Values[0], oldest)
			}
			to := 0 // levels for days to come
			for _, v := range s.Values {
				if float64(v) > newest {
					to++
				} else if !there[float64(v)] {
					t.Errorf("%g is no day that there was", v)
				}
			}
			if to < 22 {
				t.Errorf("%d levels are left for days to come", to)
			}
			l := raster.NewLinearLevels(s.Values)
			worst := 0.0
			for _, d := range days {
				off := math.Abs(float64(l.Value(l.Of(float32(d)))) - float64(d))
				worst = max(worst, off)
				if float64(d) > newest-7 && len(days) < 2000 && off > 3 {
					t.Errorf("day %d of the last week before %g is %g off", d, newest, off)
				}
			}
			if worst > (newest-oldest)/60 || len(days) <= 63 && worst > 0 {
				t.Errorf("a day is %g off", worst)
			}
			if l.Value(l.Of(float32(newest))) != float32(newest) {
				t.Error("the newest day is not told as itself")
			}
			t.Logf("%d days, worst %g of %g", len(days), worst, newest-oldest)
		})
	}
}

// daysEvery returns n days in steps.
func daysEvery(from, n, step int) (days []int) {
	for k := range n {
		days = append(days, from+k*step)
	}
	return days
}

// The scale of days is kept while new ones come, and given up when they outgrow it or it has no whole days.
func TestDayScaleFits(t *testing.T) {
	days := daysEvery(18000, 700, 3)
	newest := days[len(days)-1]
	s := layers.DayScale(days)
	for _, c := range []struct {
		name string
		days []int
		want bool
	}{
		{"the same", days, true},
		{"in another order", append([]int{newest}, days...), true},
		{"one more a week later", append(daysEvery(18000, 700, 3), newest+8), true},
		{"the next months", append(daysEvery(18000, 700, 3), daysEvery(newest, 20, 7)...), true},
		{"a year later", append(daysEvery(18000, 700, 3), newest+365), false},
		{"an older one", append([]int{17990}, days...), false},
		{"the newer half", days[500:], false},
	} {
		if got := s.FitsDays(c.days); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if layers.EvenScale(18000, 20500).FitsDays(days) {
		t.Error("an even scale fits")
	}
}

func TestScalesFitAByte(t *testing.T) {
	scales := map[string]layers.Scale{
		"no visits": layers.CountScale(0), "all the visits there can be": layers.CountScale(math.MaxInt32),
		"no days": layers.DayScale(nil), "even": layers.EvenScale(0, 1), "nearly nothing": layers.EvenScale(100, 100.001),
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
	fmt.Println(layers.CountScale(12).Values)
	// Output: [0.08 0.2 0.35 0.5 0.65 0.8 1 1.3333334 1.6666666 2 2.3333333 2.6666667 3 3.3333333 3.6666667 4 4.3333335 4.6666665 5 5.3333335 5.6666665 6 6.3333335 6.6666665 7 7.3333335 7.6666665 8 8.333333 8.666667 9 9.333333 9.666667 10 11 12]
}
