package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A stroke of a pen of some radius.
type stroke struct{ x0, y0, x1, y1, radius float64 }

// distance is how far (x, y) is from the stroke's line.
func (s stroke) distance(x, y float64) float64 {
	dx, dy := s.x1-s.x0, s.y1-s.y0
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((x-s.x0)*dx+(y-s.y0)*dy)/l))
	}
	return math.Hypot(x-s.x0-t*dx, y-s.y0-t*dy)
}

// check compares the mask with the distance of every pixel's centre from the strokes. Pixels within
// doubt of the rim may go either way.
func checkMask(t *testing.T, m *Mask, size int, strokes []stroke, doubt float64) {
	t.Helper()
	for y := range size {
		for x := range size {
			inside, perhaps := false, false
			for _, s := range strokes {
				d := s.distance(float64(x)+0.5, float64(y)+0.5) - s.radius
				inside, perhaps = inside || d <= -doubt, perhaps || d <= doubt
			}
			if got := m.At(x, y); got && !perhaps || !got && inside {
				t.Fatalf("pixel (%d, %d) of %d: marked %v, strokes %v", x, y, size, got, strokes)
			}
		}
	}
}

func TestStrokeMatchesDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	var m Mask
	for k := range 800 {
		size := []int{16, 48, 64, 80, 144}[rng.IntN(5)]
		m.Reset(size)
		var strokes []stroke
		for range 1 + rng.IntN(3) {
			at := func() float64 { return rng.Float64()*float64(size)*1.6 - 0.3*float64(size) }
			s := stroke{at(), at(), at(), at(), 0.2 + rng.Float64()*rng.Float64()*20}
			switch k % 8 {
			case 0:
				s.y1 = s.y0
			case 1:
				s.x1 = s.x0
			case 2:
				s.x1, s.y1 = s.x0, s.y0
			case 3:
				s.x1, s.y1 = s.x0+rng.Float64(), s.y0+rng.Float64()*1e-3
			case 4:
				s.x0, s.y0, s.radius = math.Round(s.x0), math.Round(s.y0)+0.5, 2.5
			}
			strokes = append(strokes, s)
			m.Stroke(s.x0, s.y0, s.x1, s.y1, s.radius)
		}
		checkMask(t, &m, size, strokes, 1e-9)
	}
}

func TestStrokeFromFarAway(t *testing.T) {
	cases := []struct {
		name  string
		s     stroke
		doubt float64
	}{
		{"across from west to east", stroke{-1e6, 20.25, 1e6, 30.25, 2.5}, 1e-6},
		{"across from north to south", stroke{40.75, -1e6, 30, 1e6, 2.5}, 1e-6},
		{"diagonally", stroke{-1e7, -1e7 + 3, 1e7, 1e7 + 3, 6}, 1e-6},
		{"as far as the finest zoom is wide", stroke{-1 << 28, 10, 1 << 28, 50, 3}, 1e-4},
		{"not even near", stroke{1e12, 1e12, 1e12, 2e12, 3}, 0},
		{"behind", stroke{-1e15, -1e15, -1e14, -1e14, 3}, 0},
		{"farther than an int", stroke{-1e30, 32, 1e30, 32, 3}, 1e-6},
		{"higher than an int", stroke{32, -1e30, 32, 1e30, 3}, 1e-6},
		{"wider than the mask", stroke{32, 32, 33, 34, 500}, 1e-6},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var m Mask
			m.Reset(64)
			m.Stroke(c.s.x0, c.s.y0, c.s.x1, c.s.y1, c.s.radius)
			checkMask(t, &m, 64, []stroke{c.s}, c.doubt)
		})
	}
}

func TestStrokeBackwardsIsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	var a, b Mask
	for range 500 {
		a.Reset(96)
		b.Reset(96)
		at := func() float64 { return rng.Float64() * 96 }
		x0, y0, x1, y1, r := at(), at(), at(), at(), 0.5+rng.Float64()*8
		a.Stroke(x0, y0, x1, y1, r)
		b.Stroke(x1, y1, x0, y0, r)
		for i := range 96 * 96 {
			x, y := i%96, i/96
			d := stroke{x0, y0, x1, y1, r}.distance(float64(x)+0.5, float64(y)+0.5) - r
			if a.At(x, y) != b.At(x, y) && math.Abs(d) > 1e-9 {
				t.Fatalf("pixel (%d, %d) differs", x, y)
			}
		}
	}
}

func TestMaskIsEmptyAfterReset(t *testing.T) {
	var m Mask
	for _, size := range []int{16, 1056, 1056, 96, 4160, 96} {
		m.Reset(size)
		for i := range size * size {
			if m.At(i%size, i/size) {
				t.Fatalf("pixel (%d, %d) of %d is marked", i%size, i/size, size)
			}
		}
		m.Stroke(0, 0, float64(size), float64(size), 20)
		m.Stroke(float64(size), 3, 0, float64(size), 3)
	}
}

func TestPress(t *testing.T) {
	const count1, count2, count3, footprint, newest = 0, 1, 2, 3, 4
	s := NewSheet[float32](80, 5)
	var m Mask
	press := func(x float64, st Stamp) {
		m.Reset(80)
		m.Stroke(x, 20, x+30, 60, 4)
		m.Stroke(x, 20, x+30, 60, 4)
		m.Press(s, st)
	}
	first, second := stroke{10, 20, 40, 60, 4}, stroke{16, 20, 46, 60, 4}
	press(10, Stamp{Count: 2, Footprints: []int{footprint}, Newest: newest, Value: 7})
	press(16, Stamp{Count: 1, Footprints: []int{footprint}, Newest: newest, Value: 5})
	for y := range 80 {
		for x := range 80 {
			px, py := float64(x)+0.5, float64(y)+0.5
			a, b := first.distance(px, py)-4, second.distance(px, py)-4
			if math.Abs(a) < 1e-9 || math.Abs(b) < 1e-9 {
				continue
			}
			var want [5]float32
			if a < 0 {
				want = [5]float32{1, 1, 0, 1, 7}
			}
			if b < 0 {
				want[count1]++
				want[footprint] = 1
				want[newest] = max(want[newest], 5)
			}
			for c := range want {
				if got := s.At(x, y, c); got != want[c] {
					t.Fatalf("channel %d of pixel (%d, %d) is %g, want %g", c, x, y, got, want[c])
				}
			}
		}
	}
	if s.At(28, 40, count1) != 2 || s.At(28, 40, count2) != 1 || s.At(28, 40, count3) != 0 {
		t.Error("the strokes were meant to overlap at (28, 40)")
	}
}

// An untouched mask must not take blocks of the sheet.
func TestPressNothing(t *testing.T) {
	s := NewSheet[float32](64, 5)
	var m Mask
	m.Reset(64)
	m.Stroke(-50, -50, -20, -20, 3)
	m.Press(s, Stamp{Count: 1, Footprints: []int{3}, Newest: 4, Value: 1})
	if !s.Empty() {
		t.Error("pressing nothing left something")
	}
}

func BenchmarkStrokeAndPress(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 3))
	var m Mask
	s := NewSheet[float32](1056, 5)
	x, y, heading := 500., 500., 0.
	points := make([][2]float64, 600)
	for i := range points {
		heading += rng.NormFloat64() * 0.1
		x, y = x+3*math.Cos(heading), y+3*math.Sin(heading)
		points[i] = [2]float64{x, y}
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Reset(1056)
		for i := 1; i < len(points); i++ {
			m.Stroke(points[i-1][0], points[i-1][1], points[i][0], points[i][1], 2.5)
		}
		m.Press(s, Stamp{Count: 3, Footprints: []int{3}, Newest: 4, Value: 100})
	}
	b.ReportMetric(float64(len(points)-1), "strokes/op")
}
