package generator

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"heatmapgen/activity/source"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// cellZooms is the number of zooms that a cell is painted for: at its finest it is
// 4 x 4 tiles, small enough for many to be in work at once and large enough for
// its margin to be cheap.
const cellZooms = 3

// simplifiedZoom is the deepest zoom that lines are simplified for before they are cut. Deeper ones gain little by it.
const simplifiedZoom = 14

// spottedZoom is the deepest zoom that pieces have spots for in place of what ways leave (coarse.go): deeper ones have about as many pixels as ways.
const spottedZoom = 12

// A cellKey names a cell: tile x, y of its zoom.
type cellKey struct {
	zoom uint8
	x, y uint32
}

// A pieceRef says where in the bucket's file an activity's piece for a cell lies.
type pieceRef struct {
	entry  int32 // the activity's row; in a job its rank
	length int32
	offset int64
}

// A bucket sorts the pieces of tracks by the cell they fall in. The pieces go to a temporary
// file, so memory grows with the number of activities and not with that of their points.
type bucket struct {
	maxZoom  uint8
	margin   int // pixels
	minGrade float32
	sigma    float64 // of the glow, pixels
	maxCells int     // of all zooms together

	mu     sync.Mutex
	file   *os.File
	offset int64
	cells  map[cellKey][]pieceRef
}

// newBucket makes a bucket whose file lives in dir for as long as it is open.
func newBucket(dir string, maxZoom uint8, maxCells int, s *layers.Settings) (*bucket, error) {
	f, err := scratch.Unnamed(dir, "pieces")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for the pieces of tracks in %s: %w", dir, err)
	}
	return &bucket{maxZoom: maxZoom, maxCells: maxCells, margin: s.MarginPixels(), minGrade: float32(s.HillMinGrade), sigma: s.BlurSigma,
		file: f, cells: map[cellKey][]pieceRef{}}, nil
}

// close removes the temporary file.
func (b *bucket) close() {
	scratch.Discard(b.file)
}

// cellZoomOf returns the zoom of the cells that are painted for zooms up to top.
func cellZoomOf(top int) uint8 { return uint8(max(0, top-cellZooms+1)) }

// add cuts the runs of an activity into cells of every group of zooms. It may be called
// from several goroutines.
func (b *bucket) add(entry int, runs []layers.Run) error {
	var data []byte
	type part struct {
		key    cellKey
		length int
	}
	var parts []part
	for top := int(b.maxZoom); top >= 0; top -= cellZooms {
		runs = coarser(runs, uint8(top), b.minGrade, b.sigma)
		c := cutter{zoom: cellZoomOf(top)}
		c.cut(runs, b.margin)
		for _, key := range c.order {
			before := len(data)
			for _, s := range c.spans[key] {
				data = appendRun(data, &runs[s.run], s.from, s.to, s.shift, uint8(top))
			}
			parts = append(parts, part{key, len(data) - before})
		}
	}

	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.file.WriteAt(data, b.offset); err != nil {
		return fmt.Errorf("writing pieces of tracks to %s: %w", filepath.Dir(b.file.Name()), err)
	}
	for _, p := range parts {
		b.cells[p.key] = append(b.cells[p.key], pieceRef{int32(entry), int32(p.length), b.offset})
		b.offset += int64(p.length)
	}
	if len(b.cells) > b.maxCells {
		return &source.LimitError{Text: fmt.Sprintf("the activities come near more than %d cells of the map, as recordings do that jump around the world", b.maxCells),
			Setting: "max_cells"}
	}
	return nil
}

// forget takes the pieces of some activities out.
func (b *bucket) forget(entries []int) {
	gone := make(map[int32]bool, len(entries))
	for _, i := range entries {
		gone[int32(i)] = true
	}
	for key, refs := range b.cells {
		b.cells[key] = slices.DeleteFunc(refs, func(r pieceRef) bool { return gone[r.entry] })
	}
}

// A span is a part of a run that a cell needs, and the whole turns of the map,
// in world units, that bring it to the cell.
type span struct {
	run, from, to int
	shift         int64
}

// A cutter finds out which cells of one zoom which segments touch, their margin included.
type cutter struct {
	zoom  uint8
	spans map[cellKey][]span
	order []cellKey
}

// A cellRange is a rectangle of cells, x counted on beyond the map's edges.
type cellRange struct{ x0, y0, x1, y1 int64 }

// cut fills spans and order. Consecutive segments that touch the same cells are handed out together.
func (c *cutter) cut(runs []layers.Run, marginPx int) {
	c.spans = map[cellKey][]span{}
	shift := uint(raster.WorldBits - int(c.zoom))
	// Deeper zooms take the sums of this one, margin and all.
	margin := int64(marginPx) << (raster.WorldBits - min(int(c.zoom), layers.MeanZoom)) / raster.TileSize
	for i, r := range runs {
		var current cellRange
		from := 0
		for j := range r.Ways() {
			p, q := r.Ends(j)
			cells := cellRange{
				(min(p.X, q.X) - margin) >> shift, (min(p.Y, q.Y) - margin) >> shift,
				(max(p.X, q.X) + margin) >> shift, (max(p.Y, q.Y) + margin) >> shift,
			}
			if j > 0 && cells != current {
				c.give(current, span{run: i, from: from, to: j})
				from = j
			}
			current = cells
		}
		c.give(current, span{run: i, from: from, to: r.Ways()})
	}
}

// give appends s to every cell of the range, joining it to what the cell has of the run already.
func (c *cutter) give(cells cellRange, s span) {
	n := int64(1) << c.zoom
	for y := max(0, cells.y0); y <= min(n-1, cells.y1); y++ {
		for x := cells.x0; x <= cells.x1; x++ {
			wrapped := ((x % n) + n) % n
			s.shift = (wrapped - x) << (raster.WorldBits - uint(c.zoom))
			key := cellKey{c.zoom, uint32(wrapped), uint32(y)}
			spans := c.spans[key]
			if spans == nil {
				c.order = append(c.order, key)
			}
			joined := false
			for k := len(spans) - 1; k >= 0 && spans[k].run == s.run; k-- {
				if spans[k].shift == s.shift && spans[k].to == s.from {
					spans[k].to = s.to
					joined = true
					break
				}
			}
			if !joined {
				spans = append(spans, s)
			}
			c.spans[key] = spans
		}
	}
}

// A cellJob is a cell to paint and the pieces it is painted from.
type cellJob struct {
	cell   layers.Cell
	pieces []pieceRef // in a bucket
	bytes  int64
	from   []cellPart // in the files of shards
	// paint, where it is there, takes the place of painting the cell from its pieces, for a slice of a cell and for one that was divided into slices.
	paint func(ctx context.Context, h *hand, emit func(layers.Tile) error) error
}

// jobs returns the cells that have pieces of activities with a rank, those with most to paint
// first, so that no worker is left with a large one at the end. rank is by row; pieces are ordered by it, where athletes are counted those of each together,
// which must not hang on the order of add, and negative ranks are left out. athletes are by rank, nil where they are not counted.
func (b *bucket) jobs(minZoom uint8, rank, athletes []int) []cellJob {
	var jobs []cellJob
	for key, refs := range b.cells {
		cell, ok := cellOf(key, b.maxZoom, minZoom)
		if !ok {
			continue
		}
		job := cellJob{cell: cell}
		for _, ref := range refs {
			if r := rank[ref.entry]; r >= 0 {
				ref.entry = int32(r)
				job.pieces = append(job.pieces, ref)
				job.bytes += int64(ref.length)
			}
		}
		if len(job.pieces) == 0 {
			continue
		}
		sorting.Func(job.pieces, byAthlete(athletes))
		jobs = append(jobs, job)
	}
	sorting.Func(jobs, func(a, b cellJob) int { return compareWork(a.cell, b.cell, a.bytes, b.bytes) })
	return jobs
}

// cellOf returns the cell of a key with what is painted of it; ok is false where all of its zooms lie below minZoom.
func cellOf(key cellKey, maxZoom, minZoom uint8) (cell layers.Cell, ok bool) {
	for top := int(maxZoom); top >= int(minZoom); top -= cellZooms {
		if zoom := cellZoomOf(top); zoom == key.zoom {
			return layers.Cell{Zoom: zoom, From: max(zoom, minZoom), To: uint8(top), X: key.x, Y: key.y}, true
		}
	}
	return layers.Cell{}, false
}

// compareWork orders cells by the bytes of their pieces, the most first, and where these are equal by place.
func compareWork(a, b layers.Cell, bytesA, bytesB int64) int {
	return cmp.Or(cmp.Compare(bytesB, bytesA), cmp.Compare(b.Zoom, a.Zoom), cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
}
