package generator

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"heatmapgen/internal/frames"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/sumspack"
	"heatmapgen/layers"
)

// A cell that is too heavy for one part is divided into slices (distshare.go). What the pieces in a slice add up to stands in the file of the part that has the slice, and Compose paints the cell from the sums of all its slices. A record has the number of
// the slice as a varint, which the first of them has alone, the zoom as a byte, and some of the sums of that zoom, as layers.Painter.Sum made them, packed (package sumspack); zoom after zoom.

// A sliceSums is where a part keeps the sums of one of its slices until all are done, so that they stand in its file in the order of the slices.
type sliceSums struct {
	slice *workSlice
	file  *os.File
	w     *frames.Writer
}

type allSums []sliceSums

// newSliceSums makes temporary files in dir for slices. They are to be closed after an error, too.
func newSliceSums(dir string, slices []workSlice) (all allSums, err error) {
	for i := range slices {
		f, err := scratch.Unnamed(dir, "sums")
		if err != nil {
			return all, fmt.Errorf("making a temporary file for what a slice of a cell adds up to: %w", err)
		}
		all = append(all, sliceSums{&slices[i], f, frames.NewWriter(f)})
	}
	return all, nil
}

func (all allSums) close() {
	for _, s := range all {
		scratch.Discard(s.file)
	}
}

// jobs returns the jobs that sum the slices up.
func (all allSums) jobs() []cellJob {
	var jobs []cellJob
	for _, s := range all {
		job := cellJob{cell: s.slice.Cell, from: s.slice.From}
		slice := job
		job.paint = func(ctx context.Context, h *hand, _ func(layers.Tile) error) error {
			return cmp.Or(h.sumUp(ctx, &slice, s.slice.Number, s.w), s.w.Close())
		}
		jobs = append(jobs, job)
	}
	return jobs
}

// write writes all sums to the file of the part, each slice's behind a record with its number alone: of pieces that leave nothing on a pixel there are none.
func (all allSums) write(w *frames.Writer) error {
	for _, s := range all {
		if _, err := w.Write(recordSums, binary.AppendUvarint(nil, uint64(s.slice.Number))); err != nil {
			return err
		}
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		for r := frames.NewReader(s.file); ; {
			kind, record, _, err := r.Next()
			if err == io.EOF {
				break
			}
			if err == nil {
				_, err = w.Write(kind, record)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sumUp writes what the pieces of a job, which is a slice of that number, add up to.
func (h *hand) sumUp(ctx context.Context, job *cellJob, number int, w *frames.Writer) error {
	z, err := sumspack.NewPacker()
	if err != nil {
		return err
	}
	defer z.Close()
	head := binary.AppendUvarint(nil, uint64(number))
	var record []byte
	var broken error
	err = h.painter.Sum(job.cell, h.read(ctx, job, &broken), func(zoom uint8, sums []byte) error {
		if broken != nil {
			return broken
		}
		record = z.Pack(append(append(record[:0], head...), zoom), sums)
		_, err := w.Write(recordSums, record)
		return err
	})
	if broken != nil {
		return broken
	}
	return err
}

// A sumsAt says where the records of a slice lie.
type sumsAt struct {
	file    JobFile
	offsets []int64
}

// add takes note of a record of sums of a file, and of where it lies.
func (all *sumsOfSlices) add(file JobFile, record []byte, offset int64) error {
	number, rest := uvarint(record)
	at, begun := all.of[int(number)]
	switch {
	case rest == nil:
		return errRecord
	case begun == (len(rest) == 0), begun && at.file != file:
		return errForeign
	case begun:
		at.offsets = append(at.offsets, offset)
	}
	at.file = file
	all.of[int(number)] = at
	return nil
}

// sumsOfSlices are the sums that all parts have left, by the number of the slice.
type sumsOfSlices struct{ of map[int]sumsAt }

// paintDivided paints the cells that were divided into slices, of which all sums are known.
func (b *build) paintDivided(ctx context.Context, p *painting, cells []dividedCell, sums *sumsOfSlices) error {
	if len(cells) == 0 {
		return nil
	}
	p.source = func() pieceSource { return nil }
	jobs := make([]cellJob, len(cells))
	for i, c := range cells {
		jobs[i] = cellJob{cell: c.Cell, paint: func(ctx context.Context, h *hand, emit func(layers.Tile) error) error {
			return sums.paint(ctx, h, c, emit)
		}}
	}
	return p.paint(ctx, jobs, b.workers, b.progress)
}

// paint paints a cell from the sums of its slices.
func (all *sumsOfSlices) paint(ctx context.Context, h *hand, c dividedCell, emit func(layers.Tile) error) error {
	z, err := sumspack.NewUnpacker()
	if err != nil {
		return err
	}
	defer z.Close()
	slices := make([]slice, c.Slices)
	for i := range slices {
		at, ok := all.of[c.First+i]
		if !ok {
			return fmt.Errorf("no part has slice %d: %w", c.First+i, errForeign)
		}
		slices[i] = slice{sumsAt: at, unpack: z}
		if err := slices[i].next(); err != nil {
			return err
		}
	}
	err = h.painter.PaintSums(c.Cell, func(zoom uint8, add func([]byte) error) error {
		for i := range slices {
			if err := slices[i].zoom(ctx, zoom, add); err != nil {
				return err
			}
		}
		return nil
	}, emit)
	for i := range slices {
		if err == nil && slices[i].packed != nil {
			err = fmt.Errorf("reading %s: %w", slices[i].file.Name(), errForeign)
		}
	}
	return err
}

// A slice is one whose sums are being read.
type slice struct {
	sumsAt
	record []byte // the one that comes next
	packed []byte // what is in it behind the number, nil at the end
	unpack *sumspack.Unpacker
	sums   []byte
}

// next goes on to the next record.
func (s *slice) next() (err error) {
	if s.packed = nil; len(s.offsets) == 0 {
		return nil
	}
	if _, s.record, err = frames.ReadAt(s.file, s.offsets[0], s.record); err != nil {
		return fmt.Errorf("reading %s: %w", s.file.Name(), err)
	}
	s.offsets = s.offsets[1:]
	_, s.packed = uvarint(s.record)
	return nil
}

// zoom adds all sums of a zoom, the next one of the slice.
func (s *slice) zoom(ctx context.Context, zoom uint8, add func([]byte) error) (err error) {
	for err == nil && s.packed != nil && s.packed[0] == zoom {
		if err = ctx.Err(); err != nil {
			return err
		}
		s.sums, err = s.unpack.Unpack(s.sums[:0], s.packed[1:])
		if err == nil {
			err = add(s.sums)
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", s.file.Name(), err)
		}
		err = s.next()
	}
	return err
}
