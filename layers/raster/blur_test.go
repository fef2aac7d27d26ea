package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// denseBlur is the convolution written out in double precision, for the tile whose first block is (bx, by). The
// sheet is zero beyond its edges, but its glow reaches there.
func denseBlur(s *Sums, channel, bx, by int, sigma float64) []float64 {
	r := int(math.Ceil(3 * sigma))
	weight, sum := func(d int) float64 { return math.Exp(-float64(d*d) / (2 * sigma * sigma)) }, 0.0
	weights := make([]float64, 2*r+1)
	for d := range weights {
		weights[d] = weight(d - r)
		sum += weights[d]
	}
	// Along x first, then along y; it is the same sum.
	along := make([]float64, TileSize*(TileSize+2*r))
	for i := range along {
		x, y := bx*BlockSize+i%TileSize, by*BlockSize+i/TileSize-r
		for d, w := range weights {
			along[i] += w / sum * float64(s.At(x+d-r, y, channel)) / SumUnit
		}
	}
	out := make([]float64, TileSize*TileSize)
	for i := range out {
		for d, w := range weights {
			out[i] += w / sum * along[i+d*TileSize]
		}
	}
	return out
}

// scatter puts lines and single pixels on a sheet.
func scatter(rng *rand.Rand, s *Sums, channels int) {
	size := float64(s.Size())
	for range 12 {
		at := func() float64 { return rng.Float64()*1.2*size - 0.1*size }
		s.Line(at(), at(), at(), at(), []Share{{rng.IntN(channels), 100 * float32(rng.NormFloat64())}})
	}
	for range 5 {
		s.Add(rng.IntN(s.Size()), rng.IntN(s.Size()), rng.IntN(channels), 10*SumUnit)
	}
}

var wholeTile = func() (b BlockSet) {
	for i := range b {
		b[i] = 0xffff
	}
	return b
}()

// checkBlur compares every pixel of a blurred tile with the dense convolution.
func checkBlur(t *testing.T, s *Sums, channel, bx, by int, sigma float64, want *BlockSet, got *Plane, before float32, set BlockSet) {
	t.Helper()
	dense := denseBlur(s, channel, bx, by, sigma)
	for y := range TileSize {
		for x := range TileSize {
			v, reached := got[y*TileSize+x], set[y/BlockSize]>>(x/BlockSize)&1 != 0
			if want[y/BlockSize]>>(x/BlockSize)&1 == 0 {
				if v != before || reached {
					t.Fatalf("pixel (%d, %d) was not asked for and is %g, in the result: %v", x, y, v, reached)
				}
				continue
			}
			exact := dense[y*TileSize+x]
			if math.Abs(float64(v)-exact) > 1e-5*(1+math.Abs(exact)) {
				t.Fatalf("pixel (%d, %d) is %g, want %g", x, y, v, exact)
			}
			if v != 0 && !reached {
				t.Fatalf("pixel (%d, %d) is %g in a block that is said to be all zero", x, y, v)
			}
		}
	}
}

func TestBlurMatchesConvolution(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	// One Blurrer for all: what an earlier kernel, sheet or tile left must not show.
	var b Blurrer
	s := NewSums(0, 2)
	cases := []struct {
		name   string
		size   int
		bx, by int
		sigma  float64
	}{
		{"a margin around", 288, 1, 1, 2},
		{"hills", 288, 1, 1, 4},
		{"a narrow one after a wide one", 288, 1, 1, 0.35},
		{"the tile is the sheet", 256, 0, 0, 1.4},
		{"widest, the tile is the sheet", 256, 0, 0, 16},
		{"beyond the north-west of the sheet", 288, -3, -5, 3},
		{"beyond the south-east of the sheet", 288, 9, 14, 3},
		{"not on the sheet", 256, 40, 40, 2},
		{"the second tile of four", 544, 17, 1, 1},
		{"widest with its margin", 384, 4, 4, 16},
		{"narrow again", 288, 1, 1, 0.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s.Reset(c.size)
			scatter(rng, s, 2)
			k := NewKernel(c.sigma)
			for channel := range 2 {
				var out Plane
				set := b.BlurSums(s, channel, c.bx, c.by, k, &wholeTile, &out)
				checkBlur(t, s, channel, c.bx, c.by, c.sigma, &wholeTile, &out, 0, set)
			}
		})
	}
}

// A sheet of numbers is softened as one of sums is.
func TestBlurOfNumbersAndSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 6))
	sums, numbers := NewSums(288, 1), NewSheet[float32](288, 1)
	scatter(rng, sums, 1)
	for y := range 288 {
		for x := range 288 {
			if v := sums.At(x, y, 0); v != 0 {
				numbers.Add(x, y, 0, float32(v)/SumUnit)
			}
		}
	}
	var b Blurrer
	var of, want Plane
	k := NewKernel(2)
	reached, wanted := b.Blur(numbers, 0, 1, 1, k, &wholeTile, &of), b.BlurSums(sums, 0, 1, 1, k, &wholeTile, &want)
	if of != want || reached != wanted || wanted.Empty() {
		t.Errorf("numbers reach %v, sums %v, equal: %v", reached, wanted, of == want)
	}
}

func TestBlurLeavesOtherBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	var b Blurrer
	for range 6 {
		s := NewSums(288, 1)
		scatter(rng, s, 1)
		var want BlockSet
		for i := range want {
			// Two draws, so that about a quarter of the blocks are wanted.
			a, b := rng.Uint32(), rng.Uint32()
			want[i] = uint16(a & b)
		}
		var out Plane
		for i := range out {
			out[i] = -7
		}
		set := b.BlurSums(s, 0, 1, 1, NewKernel(2), &want, &out)
		checkBlur(t, s, 0, 1, 1, 2, &want, &out, -7, set)
	}
}

func TestNear(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	for range 40 {
		s := NewSums(320, 1)
		var written [][2]int
		for range rng.IntN(4) {
			x, y := rng.IntN(320), rng.IntN(320)
			s.Add(x, y, 0, 1)
			written = append(written, [2]int{x / BlockSize, y / BlockSize})
		}
		reach, bx, by := rng.IntN(50), rng.IntN(4), rng.IntN(4)
		got := s.Near(bx, by, reach)
		for y := range TileBlocks {
			for x := range TileBlocks {
				want := false
				for _, w := range written {
					// Pixels between two blocks: none when they touch.
					gap := max(abs(w[0]-bx-x), abs(w[1]-by-y))*BlockSize - BlockSize
					want = want || gap < reach || gap < 0
				}
				if has := got[y]>>x&1 != 0; has != want {
					t.Fatalf("block (%d, %d) of the tile at (%d, %d), reach %d: %v, want %v; written %v", x, y, bx, by, reach, has, want, written)
				}
			}
		}
		if got.Empty() != (got == BlockSet{}) {
			t.Fatal("Empty is wrong")
		}
	}
}

func abs(v int) int { return max(v, -v) }

func TestKernel(t *testing.T) {
	for _, sigma := range []float64{0.05, 0.35, 1.4, 2, 4, 16} {
		k := NewKernel(sigma)
		sum, second := 0.0, 0.0
		for i, w := range k.Taps {
			d := float64(i - k.Radius)
			sum += float64(w)
			second += d * d * float64(w)
			if w != k.Taps[len(k.Taps)-1-i] {
				t.Errorf("sigma %g: tap %d is not symmetric", sigma, i)
			}
		}
		if len(k.Taps) != 2*k.Radius+1 || float64(k.Radius) < 3*sigma {
			t.Errorf("sigma %g: %d taps, radius %d", sigma, len(k.Taps), k.Radius)
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("sigma %g: the taps sum to %g", sigma, sum)
		}
		// Cutting at 3 sigma takes a little off the width.
		if sigma > 1 && math.Abs(math.Sqrt(second)/sigma-1) > 0.02 {
			t.Errorf("sigma %g: the standard deviation is %g", sigma, math.Sqrt(second))
		}
	}
}

func BenchmarkBlur(b *testing.B) {
	for name, sigma := range map[string]float64{"counts": 1.4, "means": 2, "hills": 4} {
		b.Run(name, func(b *testing.B) {
			s := NewSums(288, 1)
			scatter(rand.New(rand.NewPCG(4, 5)), s, 1)
			var blurrer Blurrer
			k, near := NewKernel(sigma), s.Near(1, 1, 16)
			var out Plane
			b.ReportAllocs()
			for b.Loop() {
				blurrer.BlurSums(s, 0, 1, 1, k, &near, &out)
			}
		})
	}
}
