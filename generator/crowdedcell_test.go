package generator

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/internal/heap"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// What a painter needs for a cell that a crowd shares, half of whom take one street: it holds some of their tracks at a time, so memory does not grow with their number, and time does as they do. Painted in slices it is the same cell, and neither who sums up nor who
// paints from the sums needs more; of athletes, too, some are held at a time. It is a proof and takes minutes, so it runs only with HEATMAPGEN_PROOF set; docs/scale.md has its figures.
func TestCrowdedCell(t *testing.T) {
	if os.Getenv("HEATMAPGEN_PROOF") == "" {
		t.Skip("HEATMAPGEN_PROOF is not set")
	}
	for _, athletes := range []bool{false, true} {
		for _, n := range []int{2_000, 20_000} {
			t.Run(fmt.Sprintf("%d, athletes %v", n, athletes), func(t *testing.T) { paintCrowded(t, n, athletes) })
		}
	}
}

// paintCrowded paints the cell of n activities, of athletes with up to nine each where these are counted: from a bucket, and in slices from the files of a job.
func paintCrowded(t *testing.T, n int, athletes bool) {
	s := testSettings(2, 4, false)
	s.Scales[layers.Visits] = layers.CountScale(2 * n)
	var of []int
	if athletes {
		s.Crowd = layers.Crowd{Least: 3, Athletes: true}
	}
	b, err := newBucket(t.TempDir(), 14, 1_000_000, &s)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	rng := rand.New(rand.NewPCG(7, 2))
	days, rank := make([]int, n), make([]int, n)
	for i := range n {
		days[i], rank[i] = 19000+i%1000, i
		if athletes {
			of = append(of, rng.IntN(1+n/5))
		}
		if err := b.add(i, []layers.Run{stroll(rng, i%2 == 0)}); err != nil {
			t.Fatal(err)
		}
	}
	job := b.jobs(12, rank, of)[0]
	measured := func(what string, f func() error) {
		start := time.Now()
		most := heap.MostWhile(func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%s: %.1f s, %d MB of heap at most", what, time.Since(start).Seconds(), most>>20)
		if most > 600<<20 {
			t.Errorf("%s takes %d MB", what, most>>20)
		}
	}
	var whole, merged map[string][32]byte
	into := func(all *map[string][32]byte) func(archive.Tile) error {
		*all = map[string][32]byte{}
		return func(tile archive.Tile) error {
			(*all)[fmt.Sprint(tile.Field, tile.Zoom, tile.X, tile.Y)] = sha256.Sum256(tile.IDAT)
			return nil
		}
	}
	p := painting{settings: s, fields: s.Fields(), pieces: piecesOf(days, of, 20000), add: into(&whole), source: func() pieceSource { return &chunk{bucket: b, most: chunkBytes} }}
	t.Logf("%d MB of pieces in the cell", job.bytes>>20)
	measured("painted whole", func() error { return p.paint(t.Context(), []cellJob{job}, 1, silent{}) })

	// The pieces as a shard's file has them.
	dir := t.TempDir()
	j := &Job{store: JobFolder(dir), sizes: usualSizes}
	cell := workCell{Cell: job.cell}
	err = j.write(shardName(0), "map", 0, func(w *frames.Writer) error {
		index, err := writeIndexed(w, b, nil, j.sizes.record)
		for _, c := range index.Cells {
			if (cellKey{c.Zoom, c.X, c.Y}) == (cellKey{job.cell.Zoom, job.cell.X, job.cell.Y}) {
				cell.From = append(cell.From, cellPart{0, c.Offset, c.Rows, c.Lengths})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(j.path(shardName(0)))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p.source = func() pieceSource { return &filePieces{shares: shardFiles{file}, athletes: of, held: j.sizes.held} }
	work, divided := share([]workCell{cell}, nil, 4, of, &j.sizes)
	part, err := os.Create(filepath.Join(dir, "part"))
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	w := frames.NewWriter(part)
	for i := range work {
		for _, slice := range work[i].Slices {
			sums, err := newSliceSums(dir, []workSlice{slice})
			if err != nil {
				t.Fatal(err)
			}
			measured(fmt.Sprintf("slice %d, %d MB", slice.Number, bytesOf(slice.From)>>20), func() error {
				return cmp.Or(p.paint(t.Context(), sums.jobs(), 1, silent{}), sums.write(w))
			})
			sums.close()
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if len(divided) != 1 {
		t.Logf("the cell is not divided")
		return
	}
	if info, err := part.Stat(); err == nil {
		t.Logf("%d slices are %d MB", divided[0].Slices, info.Size()>>20)
	}
	sums := &sumsOfSlices{map[int]sumsAt{}}
	for r := frames.NewReader(io.NewSectionReader(part, 0, 1<<40)); ; {
		_, record, offset, err := r.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = sums.add(part, record, offset)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p.add = into(&merged)
	measured("painted from the slices", func() error {
		return (&build{workers: 1, progress: silent{}}).paintDivided(t.Context(), &p, divided, sums)
	})
	if !maps.Equal(whole, merged) {
		t.Errorf("in slices the cell has %d tiles, whole it has %d, or others", len(merged), len(whole))
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
