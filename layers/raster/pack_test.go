package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn fills a sheet with numbers of all sizes in some blocks and channels.
func drawn[N Number](rng *rand.Rand, size, channels int, number func() N) *Sheet[N] {
	s := NewSheet[N](size, channels)
	for range rng.IntN(20) {
		x, y, c := rng.IntN(size), rng.IntN(size), rng.IntN(channels)
		for range 1 + rng.IntN(40) {
			s.Add(min(size-1, x+rng.IntN(8)), y, c, number())
		}
	}
	s.Add(rng.IntN(size), rng.IntN(size), 0, 0) // a block with nothing in it
	return s
}

// testPack draws sheets in parts and holds their merger to what all leave on one sheet.
func testPack[N Number](t *testing.T, number func(rng *rand.Rand) N) {
	t.Helper()
	const size, channels, last = 7 * BlockSize, 5, 4 // in the last channel the greatest counts
	rng := rand.New(rand.NewPCG(4, 2))
	for range 25 {
		want, got := NewSheet[N](size, channels), NewSheet[N](size, channels)
		var packs [][]byte
		for range 1 + rng.IntN(4) {
			part := drawn(rng, size, channels, func() N { return number(rng) })
			for y := range size {
				for x := range size {
					for c := range channels {
						if v := part.At(x, y, c); c == last {
							want.Add(x, y, c, max(want.At(x, y, c), v)-want.At(x, y, c))
						} else {
							want.Add(x, y, c, v)
						}
					}
				}
			}
			written := 0
			for packed := range part.Pack(1 + rng.IntN(30000)) {
				packs = append(packs, append([]byte(nil), packed...))
				written += len(packed)
			}
			if most := len(part.used) * channels * (6 + 8*blockPixels); written > most {
				t.Fatalf("%d bytes of %d blocks", written, len(part.used))
			}
		}
		rng.Shuffle(len(packs), func(i, k int) { packs[i], packs[k] = packs[k], packs[i] })
		for _, packed := range packs {
			if err := got.Merge(packed, func(c int) bool { return c == last }); err != nil {
				t.Fatal(err)
			}
		}
		for y := range size {
			for x := range size {
				for c := range channels {
					if got.At(x, y, c) != want.At(x, y, c) {
						t.Fatalf("pixel %d, %d has %v in channel %d, want %v", x, y, got.At(x, y, c), c, want.At(x, y, c))
					}
				}
			}
		}
		// Bytes that are cut off, of a larger sheet, or changed anywhere, are an error or other numbers, never a crash.
		for _, packed := range packs {
			for range 20 {
				damaged := append([]byte(nil), packed[:rng.IntN(len(packed)+1)]...)
				if len(damaged) > 0 {
					damaged[rng.IntN(len(damaged))] ^= byte(1 + rng.IntN(255))
				}
				_ = got.Merge(damaged, func(c int) bool { return c == last })
			}
			if NewSheet[N](size, channels).Merge(packed[:len(packed)-1], func(int) bool { return false }) != ErrPacked {
				t.Fatal("what is cut off passes")
			}
			if NewSheet[N](0, channels).Merge(packed, func(int) bool { return false }) != ErrPacked {
				t.Fatal("blocks beyond the sheet pass")
			}
		}
	}
}

func TestPackedSheetsMerge(t *testing.T) {
	t.Run("counts", func(t *testing.T) {
		testPack(t, func(rng *rand.Rand) float32 { return float32(rng.IntN(1 << rng.IntN(20))) })
	})
	t.Run("sums", func(t *testing.T) {
		testPack(t, func(rng *rand.Rand) int64 { return rng.Int64() >> rng.IntN(63) * (1 - 2*rng.Int64N(2)) })
	})
	for _, v := range []int64{0, -1, 1, math.MinInt64, math.MaxInt64} {
		if got := numberOf[int64](bitsOf(v)); got != v {
			t.Errorf("%d becomes %d", v, got)
		}
	}
}

// What lies far apart, and of which little is known, takes little.
func TestPackedSheetIsSmall(t *testing.T) {
	s := NewSheet[int64](66*BlockSize, 8)
	s.Add(3, 3, 2, 200)
	s.Add(1000, 1000, 7, -1)
	n := 0
	for packed := range s.Pack(1 << 20) {
		n += len(packed)
	}
	if n > 3*blockPixels+2*8+4 {
		t.Errorf("two pixels take %d bytes", n)
	}
	for range NewSheet[int64](BlockSize, 8).Pack(1) {
		t.Error("an empty sheet is not nothing")
	}
}
