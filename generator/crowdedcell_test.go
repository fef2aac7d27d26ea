package generator

import (
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// What a painter needs for a cell that a crowd shares, half of whom take one street: it holds some of their tracks at a time, so memory does not grow with their number, and time does as they do. It is a
// proof and takes minutes, so it runs only with HEATMAPGEN_PROOF set; docs/scale.md has its figures.
func TestCrowdedCell(t *testing.T) {
	if os.Getenv("HEATMAPGEN_PROOF") == "" {
		t.Skip("HEATMAPGEN_PROOF is not set")
	}
	for _, n := range []int{2_000, 20_000} {
		s := testSettings(2, 4, false)
		s.Scales[layers.Visits] = layers.CountScale(2 * n)
		b, err := newBucket(t.TempDir(), 14, 1_000_000, &s)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(7, 2))
		days := make([]int, n)
		rank := make([]int, n)
		for i := range n {
			days[i], rank[i] = 19000+i%1000, i
			if err := b.add(i, []layers.Run{stroll(rng, i%2 == 0)}); err != nil {
				t.Fatal(err)
			}
		}
		p := painting{settings: s, fields: layers.Fields(false), pieces: piecesOf(days, nil, 20000), add: func(archive.Tile) error { return nil },
			source: func() pieceSource { return &chunk{bucket: b, most: chunkBytes} }}
		jobs := b.jobs(12, rank, nil)
		most := heapWhile(func() {
			start := time.Now()
			if err := p.paint(t.Context(), jobs[:1], 1, silent{}); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d activities, %d MB of pieces in the cell: %.1f s", n, jobs[0].bytes>>20, time.Since(start).Seconds())
		})
		b.close()
		t.Logf("%d activities: %d MB of heap at most", n, most>>20)
		if most > 600<<20 {
			t.Errorf("a painter of %d activities takes %d MB", n, most>>20)
		}
	}
}

// stroll makes the way of an hour within a cell of zoom 12, along its middle or anywhere.
func stroll(rng *rand.Rand, street bool) layers.Run {
	const side = 1 << (raster.WorldBits - 12)
	x, y, heading := side*(0.05+0.9*rng.Float64()), side*(0.05+0.9*rng.Float64()), 6.3*rng.Float64()
	if street {
		x, y, heading = 0, side/2, 0
	}
	r := layers.Run{Points: []raster.Point{{X: 2125*side + int64(x), Y: 1400*side + int64(y)}}}
	step := float64(side) / 2000 // some 3 m
	for range 1500 {
		if !street {
			heading += 0.2 * rng.NormFloat64()
		}
		x, y = x+step*math.Cos(heading)*(1+0.1*rng.NormFloat64()), y+step*math.Sin(heading)+0.3*step*rng.NormFloat64()
		r.Points = append(r.Points, raster.Point{X: 2125*side + int64(x), Y: 1400*side + int64(y)})
		r.Segments = append(r.Segments, activity.Segment{DistM: 3, DurS: 1, HR: float32(120 + rng.IntN(40)), Grade: float32(rng.NormFloat64() / 40), Moving: true})
	}
	return r
}

// heapWhile returns the most bytes of heap in use while f runs.
func heapWhile(f func()) (most uint64) {
	runtime.GC()
	done, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(looked)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-looked
	return most
}
