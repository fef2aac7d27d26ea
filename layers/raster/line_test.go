package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// splits returns which part of a line the pixels hold, to a 10^-10th.
func splits(size int, x0, y0, x1, y1 float64) []float64 {
	const amount = 1 << 14
	s := NewSums(size, 1)
	s.Line(x0, y0, x1, y1, []Share{{0, amount}})
	p := pixels(s, 0)
	for i := range p {
		p[i] /= amount
	}
	return p
}

func pixels(s *Sums, channel int) []float64 {
	p := make([]float64, s.size*s.size)
	for i := range p {
		p[i] = float64(s.At(i%s.size, i/s.size, channel)) / SumUnit
	}
	return p
}

// sampled gives every pixel the part of n points along the line that lies in it.
func sampled(size, n int, x0, y0, x1, y1 float64) []float64 {
	p := make([]float64, size*size)
	for i := range n {
		f := (float64(i) + 0.5) / float64(n)
		x, y := int(math.Floor(x0+f*(x1-x0))), int(math.Floor(y0+f*(y1-y0)))
		if x >= 0 && x < size && y >= 0 && y < size {
			p[y*size+x] += 1 / float64(n)
		}
	}
	return p
}

func total(p []float64) (sum float64) {
	for _, v := range p {
		sum += v
	}
	return sum
}

func TestLineMatchesSampling(t *testing.T) {
	const size, n = 64, 20000
	rng := rand.New(rand.NewPCG(2, 1))
	for k := range 300 {
		// Some start on borders and corners of pixels, some run along them, some lie far outside.
		at := func() float64 {
			v := rng.Float64()*120 - 28
			if rng.IntN(3) == 0 {
				v = math.Round(v)
			}
			return v
		}
		x0, y0, x1, y1 := at(), at(), at(), at()
		switch k % 10 {
		case 0:
			x1 = x0
		case 1:
			y1 = y0
		case 2:
			x1 = x0 + (y1 - y0)
		}
		got, want := splits(size, x0, y0, x1, y1), sampled(size, n, x0, y0, x1, y1)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 2./n+1e-6 {
				t.Fatalf("line (%g, %g) to (%g, %g): pixel (%d, %d) has %g, sampling says %g", x0, y0, x1, y1, i%size, i/size, got[i], want[i])
			}
		}
	}
}

func TestLineLosesNothingInside(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 500 {
		at := func() float64 { return rng.Float64() * 63.999 }
		x0, y0, x1, y1 := at(), at(), at(), at()
		if sum := total(splits(64, x0, y0, x1, y1)); math.Abs(sum-1) > 1e-5 {
			t.Fatalf("line (%g, %g) to (%g, %g) leaves %g of 1", x0, y0, x1, y1, sum)
		}
	}
}

func TestLineSpecialCases(t *testing.T) {
	pixel := func(x, y int) int { return y*32 + x }
	cases := []struct {
		name           string
		x0, y0, x1, y1 float64
		want           map[int]float64
	}{
		{"no length", 3.2, 4.7, 3.2, 4.7, map[int]float64{pixel(3, 4): 1}},
		{"no length on a corner", 3, 4, 3, 4, map[int]float64{pixel(3, 4): 1}},
		{"no length outside", -0.1, 4, -0.1, 4, nil},
		{"inside a pixel", 3.1, 4.1, 3.9, 4.9, map[int]float64{pixel(3, 4): 1}},
		{"two pixels", 3.5, 4.5, 4.5, 4.5, map[int]float64{pixel(3, 4): 0.5, pixel(4, 4): 0.5}},
		{"backwards", 4.25, 4.5, 3.25, 4.5, map[int]float64{pixel(3, 4): 0.75, pixel(4, 4): 0.25}},
		{"along a border belongs to the south-east", 3, 4, 3, 6, map[int]float64{pixel(3, 4): 0.5, pixel(3, 5): 0.5}},
		{"through corners", 2, 2, 4, 4, map[int]float64{pixel(2, 2): 0.5, pixel(3, 3): 0.5}},
		{"through corners, falling", 4, 2, 2, 4, map[int]float64{pixel(3, 2): 0.5, pixel(2, 3): 0.5}},
		{"in from the west", -3, 1.5, 1, 1.5, map[int]float64{pixel(0, 1): 0.25}},
		{"out to the south", 1.5, 31, 1.5, 35, map[int]float64{pixel(1, 31): 0.25}},
		{"past the corner", -1, 0.5, 0.5, -1, nil},
		{"along the northern edge", 1, 0, 3, 0, map[int]float64{pixel(1, 0): 0.5, pixel(2, 0): 0.5}},
		{"along the southern edge", 1, 32, 3, 32, nil},
		{"from far away to far away", -1e9, 7.5, 1e9, 7.5, map[int]float64{pixel(0, 7): 5e-10, pixel(31, 7): 5e-10}},
		{"far away", 1e9, 1e9, 1e9 + 5, 1e9 + 3, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := splits(32, c.x0, c.y0, c.x1, c.y1)
			for i, want := range c.want {
				if math.Abs(got[i]-want) > 1e-5*want+1e-10 {
					t.Errorf("pixel (%d, %d) has %g, want %g", i%32, i/32, got[i], want)
				}
			}
			if len(c.want) == 0 && total(got) > 0 {
				t.Errorf("%g was drawn", total(got))
			}
		})
	}
}

func TestLineSpreadsAllShares(t *testing.T) {
	s := NewSums(32, 3)
	s.Line(1.5, 1.5, 3.5, 1.5, []Share{{2, 8}, {0, -4}})
	for channel, want := range []float64{-2, 0, 4} {
		if got := float64(s.At(2, 1, channel)) / SumUnit; got != want {
			t.Errorf("channel %d of the middle pixel has %g, want %g", channel, got, want)
		}
	}
}

func TestSumsDoNotHangOnOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 4))
	type line struct{ x0, y0, x1, y1, amount float64 }
	lines := make([]line, 3000)
	at := func() float64 { return 64 * rng.Float64() }
	for i := range lines {
		lines[i] = line{at(), at(), at(), at(), math.Exp(6 * rng.NormFloat64())}
	}
	draw := func() *Sums {
		s := NewSums(64, 1)
		for _, l := range lines {
			s.Line(l.x0, l.y0, l.x1, l.y1, []Share{{0, float32(l.amount)}})
		}
		return s
	}
	want := draw()
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	got := draw()
	for i := range 64 * 64 {
		if g, w := got.At(i%64, i/64, 0), want.At(i%64, i/64, 0); g != w {
			t.Fatalf("pixel (%d, %d) has %d, in another order %d", i%64, i/64, w, g)
		}
	}
}

func TestSheetIsEmptyAfterReset(t *testing.T) {
	s := NewSums(64, 2)
	for _, size := range []int{64, 32, 128, 64} {
		s.Reset(size)
		if !s.Empty() || s.Size() != size || total(pixels(s, 0)) != 0 || total(pixels(s, 1)) != 0 {
			t.Fatalf("a sheet reset to %d pixels is not empty", size)
		}
		s.Add(size-1, size-1, 1, 2*SumUnit)
		s.Add(size-1, size-1, 1, 3*SumUnit)
		s.Add(0, size-1, 0, SumUnit)
		s.Add(size, 0, 0, 9)
		s.Add(-1, 0, 0, 9)
		if s.Empty() || s.At(size-1, size-1, 1) != 5*SumUnit || s.At(0, size-1, 0) != SumUnit || total(pixels(s, 0)) != 1 || total(pixels(s, 1)) != 5 {
			t.Fatalf("a sheet of %d pixels does not hold what was added", size)
		}
		if s.At(-1, 0, 0) != 0 || s.At(0, size, 0) != 0 {
			t.Fatal("something lies outside the sheet")
		}
	}
}

func BenchmarkLine(b *testing.B) {
	rng := rand.New(rand.NewPCG(2, 3))
	s := NewSums(1056, 9)
	points := make([][2]float64, 4096)
	x, y, heading := 500., 500., 0.
	for i := range points {
		heading += rng.NormFloat64() * 0.2
		x, y = math.Mod(x+3*math.Cos(heading)+1056, 1056), math.Mod(y+3*math.Sin(heading)+1056, 1056)
		points[i] = [2]float64{x, y}
	}
	shares := []Share{{0, 3}, {1, 1}, {2, 140}, {3, 1}, {4, 0.1}, {5, 0.1}, {6, 3}}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p, q := points[i%4095], points[i%4095+1]
		s.Line(p[0], p[1], q[0], q[1], shares)
	}
}
