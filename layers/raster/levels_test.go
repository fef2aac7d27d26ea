package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// nearestLevel finds the level of v by trying all: the nearest by difference where values are evenly spaced or not all
// positive, by ratio otherwise. margin is how much nearer it is than the next best, as a part of the step between them.
func nearestLevel(values []float32, even bool, v float64) (best int, margin float64) {
	at := func(v float64) float64 {
		if even {
			return v
		}
		return math.Log(v)
	}
	if !(v > float64(values[0])) {
		return 0, 1
	}
	gap, next := math.Inf(1), math.Inf(1)
	for i, level := range values {
		switch d := math.Abs(at(v) - at(float64(level))); {
		case d < gap:
			best, gap, next = i, d, gap
		case d < next:
			next = d
		}
	}
	return best, (next - gap) / math.Max(next+gap, 1e-300)
}

func TestLevelsOfIsNearest(t *testing.T) {
	evenly := func(lo, hi float64, n int) (v []float32) {
		for i := range n {
			v = append(v, float32(lo+(hi-lo)*float64(i)/float64(n-1)))
		}
		return v
	}
	ratios := func(lo, hi float64, n int) (v []float32) {
		for i := range n {
			v = append(v, float32(lo*math.Pow(hi/lo, float64(i)/float64(n-1))))
		}
		return v
	}
	cases := []struct {
		name   string
		values []float32
		even   bool
	}{
		{"one level", []float32{3}, true},
		{"two levels", []float32{3, 9}, true},
		{"grades", evenly(-62, 62, 63), true},
		{"heart rates", evenly(82, 201.3, 63), true},
		{"days", evenly(17000, 20690, 63), true},
		{"days of a season, coarse in single precision", evenly(20501, 20591, 63), true},
		{"days of the ancients", evenly(-719000, -718910, 63), true},
		{"speeds", ratios(0.9, 7.3, 63), false},
		{"speeds of everything", ratios(0.09, 50, 127), false},
		{"seconds", ratios(0.01, 7.2e8, 127), false},
		{"255 levels close together", ratios(1, 2, 255), false},
		{"closer than the table's steps", ratios(1, 1.01, 100), false},
		{"counts", []float32{0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 1, 1.5, 2, 2.5, 3, 4, 8, 8.8, 9.68, 10.648}, false},
	}
	for k := range 100 {
		rng := rand.New(rand.NewPCG(5, uint64(k)))
		lo := -40000 + rng.Float64()*80000
		cases = append(cases, struct {
			name   string
			values []float32
			even   bool
		}{"random days", evenly(math.Floor(lo), math.Floor(lo)+90+math.Floor(rng.Float64()*200), 63), true})
	}
	rng := rand.New(rand.NewPCG(5, 1))
	for _, c := range cases {
		l := NewLevels(c.values)
		if l.Len() != len(c.values) {
			t.Fatalf("%s: %d levels", c.name, l.Len())
		}
		lo, hi := float64(c.values[0]), float64(c.values[len(c.values)-1])
		for k := range 3000 {
			v := float32(lo + (hi-lo)*(rng.Float64()*1.1-0.05))
			if !c.even && k%2 == 0 {
				v = float32(lo * math.Pow(hi/lo, rng.Float64()*1.1-0.05))
			}
			// In single precision a number and the border itself are rounded.
			doubt := 1e-5 + 4*math.Abs(float64(v))*math.Pow(2, -23)/math.Max(1e-300, (hi-lo)/float64(max(1, len(c.values)-1)))
			want, margin := nearestLevel(c.values, c.even, float64(v))
			if got := l.Of(v); got != want && margin > doubt {
				t.Errorf("%s (%g..%g): %g is put at level %d (%g), nearest is %d (%g)", c.name, lo, hi, v, got, l.Value(got), want, l.Value(want))
				break
			}
		}
		for i, v := range c.values {
			if got := l.Of(v); got != i {
				t.Errorf("%s: level %d itself is put at %d", c.name, i, got)
				break
			}
		}
	}
}

// Levels that are neither even nor positive are found by difference.
func TestLinearLevelsAreNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	for k := range 200 {
		lo := math.Floor(-730000 + rng.Float64()*760000)
		values := []float32{float32(lo)}
		for n := 1 + rng.IntN(85); len(values) <= n; {
			values = append(values, values[len(values)-1]+float32(1+rng.IntN(1+rng.IntN(200))))
		}
		l := NewLinearLevels(values)
		last := float64(values[len(values)-1])
		for range 2000 {
			v := float32(lo + (last-lo)*(rng.Float64()*1.1-0.05))
			want, margin := nearestLevel(values, true, float64(v))
			if got := l.Of(v); got != want && margin > 0.02 {
				t.Fatalf("case %d, %d levels: %g is put at level %d (%g), nearest is %d (%g)", k, len(values), v, got, l.Value(got), want, l.Value(want))
			}
		}
		for i, v := range values {
			if got := l.Of(v); got != i {
				t.Fatalf("case %d: level %d itself is put at %d", k, i, got)
			}
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(-1), math.Inf(1)} {
		NewLinearLevels([]float32{-5, 1, 2}).Of(float32(v))
	}
}

func TestLevelsOfOddNumbers(t *testing.T) {
	for name, values := range map[string][]float32{"even": {-2, 0, 2}, "ratio": {0.5, 1, 4, 20}, "one": {5}} {
		l := NewLevels(values)
		last := len(values) - 1
		for _, c := range []struct {
			v    float64
			want int
		}{{math.NaN(), 0}, {math.Inf(-1), 0}, {math.Inf(1), last}, {-1e30, 0}, {1e30, last}, {math.MaxFloat32, last}} {
			if got := l.Of(float32(c.v)); got != c.want {
				t.Errorf("%s: %g is put at level %d, want %d", name, c.v, got, c.want)
			}
		}
	}
	if got := NewLevels([]float32{0.5, 1, 4}).Of(0); got != 0 {
		t.Errorf("0 is put at level %d", got)
	}
}

// levelSink keeps the compiler from leaving out what is measured.
var levelSink int

func BenchmarkLevelsOf(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 2))
	plane := make([]float32, TileSize*TileSize)
	for i := range plane {
		plane[i] = float32(math.Exp(rng.NormFloat64()))
	}
	even, ratio := make([]float32, 63), make([]float32, 63)
	for i := range even {
		even[i], ratio[i] = float32(i)/10, float32(0.1*math.Pow(60, float64(i)/62))
	}
	for name, values := range map[string][]float32{"even": even, "ratio": ratio} {
		b.Run(name, func(b *testing.B) {
			l := NewLevels(values)
			b.ReportAllocs()
			for b.Loop() {
				for _, v := range plane {
					levelSink += l.Of(v)
				}
			}
		})
	}
}
