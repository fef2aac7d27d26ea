package generator

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"heatmapgen/internal/frames"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers/lines"
)

// A fileIndex says where in the file of a shard the pieces of cells and the fragments of blocks lie.
type fileIndex struct {
	Cells  []cellPieces
	Blocks []blockFragments
}

// cellPieces is what lies in the frame at an offset: pieces for a cell, one after the other, with the shard's rows that they are of, and their lengths.
type cellPieces struct {
	Zoom          uint8
	X, Y          uint32
	Offset        int64
	Rows, Lengths []int32
}

// blockFragments is the same for fragments of a block; Orders are theirs in their lines.
type blockFragments struct {
	Zoom                  uint8
	X, Y                  uint32
	Offset                int64
	Rows, Orders, Lengths []int32
}

// Map reads shard number, counted from 0.
func (j *Job) Map(ctx context.Context, number int) error {
	return j.mapShard(ctx, number, func(records func(w *frames.Writer) error) error {
		return j.write(shardName(number), "map", number, records)
	})
}

// MapTo is Map that writes the file of the shard to out, whole only where there is no error.
func (j *Job) MapTo(ctx context.Context, number int, out io.Writer) error {
	return j.mapShard(ctx, number, func(records func(w *frames.Writer) error) error {
		return writeRecords(out, j.head("map", number), records)
	})
}

// mapShard reads a shard and has its file written.
func (j *Job) mapShard(ctx context.Context, number int, write func(records func(w *frames.Writer) error) error) error {
	if number < 0 || number >= j.plan.Shards {
		return fmt.Errorf("there is no shard %d; the plan has %d, from 0", number, j.plan.Shards)
	}
	ga, found, release, err := j.gatherer(ctx)
	if err != nil {
		return err
	}
	defer release()
	b := j.build()
	if ga.bucket, err = newBucket(j.scratch(), uint8(j.cfg.StoredZoom()), j.cfg.Limits.MaxCells, &b.settings); err != nil {
		return err
	}
	defer ga.bucket.close()
	from, to := j.plan.shard(number)
	found.candidates = slices.Clone(found.candidates[from:to]) // the others need not be held
	h, err := ga.harvest(ctx, found, 0, to-from, b.workers, b.progress)
	if err != nil {
		return err
	}
	if err := found.check(); err != nil {
		return err
	}
	candidates := slices.Concat(found.candidates, h.further)
	return write(func(w *frames.Writer) error {
		if _, err := writeIndexed(w, ga.bucket, h.rows, j.sizes.record); err != nil {
			return err
		}
		if _, err := w.Write(recordTally, encode(ga.tally(&h.samples))); err != nil {
			return err
		}
		return writeRows(w, h.rows, candidates)
	})
}

// rowsOfRecord is how many rows stand in a record.
const rowsOfRecord = 256

func writeRows(w *frames.Writer, rows []row, candidates []candidate) error {
	var some []rowRecord
	for i := range rows {
		some = append(some, recordOf(&rows[i], &candidates[i]))
		if len(some) == rowsOfRecord || i == len(rows)-1 {
			if _, err := w.Write(recordRows, encodeRows(some)); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return nil
}

// writeIndexed writes the pieces in a bucket, at most so many bytes of them in a record but for a piece that is larger, and the lines of rows, and where they lie, which it returns. These records come first in a file and hang
// on what was read alone, so that whoever writes it anew puts them in the same places.
func writeIndexed(w *frames.Writer, b *bucket, rows []row, most int) (index fileIndex, err error) {
	c := chunk{bucket: b, most: most}
	for _, key := range sortedKeys(b.cells) {
		job := cellJob{pieces: b.cells[key]}
		sorting.Func(job.pieces, func(a, b pieceRef) int { return cmp.Compare(a.entry, b.entry) })
		for from := 0; from < len(job.pieces); from = c.to {
			if err := c.read(&job, from); err != nil {
				return index, err
			}
			at := cellPieces{Zoom: key.zoom, X: key.x, Y: key.y}
			for _, ref := range job.pieces[c.from:c.to] {
				at.Rows, at.Lengths = append(at.Rows, ref.entry), append(at.Lengths, ref.length)
			}
			if at.Offset, err = w.Write(recordCell, c.data); err != nil {
				return index, err
			}
			index.Cells = append(index.Cells, at)
		}
	}
	if err := writeFragments(w, rows, &index); err != nil {
		return index, err
	}
	_, err = w.Write(recordIndex, encode(index))
	return index, err
}

// sortedKeys returns the tiles that are keys of a map, by zoom, from north to south and from west to east.
func sortedKeys[V any](of map[cellKey]V) []cellKey {
	return sorting.Keys(of, func(a, b cellKey) int {
		return cmp.Or(cmp.Compare(a.zoom, b.zoom), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
}

// writeFragments writes the lines of rows, by block.
func writeFragments(w *frames.Writer, rows []row, index *fileIndex) error {
	type fragment struct {
		row  int32
		line lines.Fragment
	}
	blocks := map[cellKey][]fragment{}
	for i := range rows {
		if rows[i].line == nil {
			continue
		}
		for f := range rows[i].line.Fragments() {
			f.Data = bytes.Clone(f.Data)
			key := cellKey{f.Zoom, f.X, f.Y}
			blocks[key] = append(blocks[key], fragment{int32(i), f})
		}
	}
	var data []byte
	for _, key := range sortedKeys(blocks) {
		at := blockFragments{Zoom: key.zoom, X: key.x, Y: key.y}
		data = data[:0]
		for _, f := range blocks[key] {
			data = append(data, f.line.Data...)
			at.Rows, at.Orders, at.Lengths = append(at.Rows, f.row), append(at.Orders, int32(f.line.Order)), append(at.Lengths, int32(len(f.line.Data)))
		}
		var err error
		if at.Offset, err = w.Write(recordBlock, data); err != nil {
			return err
		}
		index.Blocks = append(index.Blocks, at)
	}
	return nil
}
