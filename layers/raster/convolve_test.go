package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestConvolveMatchesGo holds what a processor, or a browser, has for it to the Go version, bit for bit.
func TestConvolveMatchesGo(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	odd := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, math.SmallestNonzeroFloat32, 1e-39}
	const blocks = 5
	for k := range 1500 {
		n, stride := 1+rng.IntN(110), []int{1, 1, 16, TileSize}[rng.IntN(4)]
		src, taps := make([]float32, (n-1)*stride+blocks*BlockSize), make([]float32, n)
		for i := range src {
			src[i] = float32(rng.NormFloat64() * math.Exp(rng.NormFloat64()*5))
			if k%4 == 0 && rng.IntN(9) == 0 {
				src[i] = odd[rng.IntN(len(odd))]
			}
		}
		for i := range taps {
			taps[i] = float32(rng.Float64())
		}
		set := uint16(rng.IntN(1 << blocks))
		var want, got [blocks * BlockSize]float32
		for i := range got {
			want[i], got[i] = 99, 99
		}
		for b := range blocks {
			if set>>b&1 != 0 {
				convolve16Go((*row)(want[b*BlockSize:]), src[b*BlockSize:], stride, taps)
			}
		}
		convolveBlocks(got[:], src, set, stride, taps)
		for i := range want {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) && !(got[i] != got[i] && want[i] != want[i]) {
				t.Fatalf("%d taps, stride %d, blocks %b: sum %d is %x, want %x", n, stride, set, i, math.Float32bits(got[i]), math.Float32bits(want[i]))
			}
		}
	}
}

// A convolution must not read beyond what it is given, nor write.
func TestConvolveRefusesShortSlices(t *testing.T) {
	refused := func(what string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("a %s one number short was accepted", what)
			}
		}()
		f()
	}
	src := make([]float32, 4*16+31, 4*16+100)
	refused("source", func() { convolveBlocks(make([]float32, 32), src, 0b11, 16, make([]float32, 5)) })
	refused("destination", func() { convolveBlocks(make([]float32, 31), make([]float32, 200), 0b11, 16, make([]float32, 5)) })
}
