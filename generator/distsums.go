package generator

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"

	"heatmapgen/internal/frames"
	"heatmapgen/layers"
)

// A cell that is too heavy for one part is divided into slices (distshare.go). Each slice becomes a file of sums, of whichever part has it, and Compose paints the cell from those of all its slices. A file has a record for some of the sums of a zoom, the zoom
// as a byte and what layers.Painter.Sum made, by Zstandard, zoom after zoom.

// sliceJob returns the job that makes the file of a slice.
func (j *Job) sliceJob(s *workSlice) cellJob {
	job := cellJob{cell: s.Cell, from: s.From}
	slice := job
	job.paint = func(ctx context.Context, h *hand, _ func(layers.Tile) error) error {
		return j.write(sliceName(s.Number), "sums", s.Number, func(w *frames.Writer) error { return h.sumUp(ctx, &slice, w) })
	}
	return job
}

// sumUp writes what the pieces of a job add up to.
func (h *hand) sumUp(ctx context.Context, job *cellJob, w *frames.Writer) error {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	var record []byte
	var broken error
	err = h.painter.Sum(job.cell, h.read(ctx, job, &broken), func(zoom uint8, sums []byte) error {
		if broken != nil {
			return broken
		}
		record = z.EncodeAll(sums, append(record[:0], zoom))
		_, err := w.Write(recordSums, record)
		return err
	})
	if broken != nil {
		return broken
	}
	return err
}

// paintDivided paints the cells that were divided into slices, and sets the histograms of the painting to those of their tiles.
func (j *Job) paintDivided(ctx context.Context, b *build, p *painting, cells []dividedCell) error {
	p.histograms = noHistograms(len(p.fields))
	if len(cells) == 0 {
		return nil
	}
	p.source = func() pieceSource { return nil }
	jobs := make([]cellJob, len(cells))
	for i, c := range cells {
		jobs[i] = cellJob{cell: c.Cell, paint: func(ctx context.Context, h *hand, emit func(layers.Tile) error) error {
			return j.paintSlices(ctx, h, c, emit)
		}}
	}
	return p.paint(ctx, jobs, b.workers, b.progress)
}

// paintSlices paints a cell from the files of its slices.
func (j *Job) paintSlices(ctx context.Context, h *hand, c dividedCell, emit func(layers.Tile) error) error {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(frames.MaxRecord))
	if err != nil {
		return err
	}
	defer z.Close()
	slices := make([]slice, c.Slices)
	defer func() {
		for i := range slices {
			slices[i].file.Close()
		}
	}()
	for i := range slices {
		s := &slices[i]
		s.unpack = z
		if s.file, err = j.open(sliceName(c.First+i), "sums"); err != nil {
			return err
		}
		if s.reader, err = j.begin(s.file, "sums", c.First+i); err == nil {
			err = s.next()
		}
		if err != nil {
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
		if err == nil && slices[i].record != nil {
			err = fmt.Errorf("reading %s: %w", slices[i].file.Name(), errForeign)
		}
	}
	return err
}

// A slice is the file of a slice that is being read.
type slice struct {
	file   *os.File
	reader *frames.Reader
	record []byte // the one that comes next, nil at the end
	unpack *zstd.Decoder
	sums   []byte
}

// next goes on to the next record.
func (s *slice) next() error {
	kind, record, _, err := s.reader.Next()
	switch {
	case err == io.EOF:
		record, err = nil, nil
	case err == nil && (kind != recordSums || len(record) == 0):
		err = errForeign
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", s.file.Name(), err)
	}
	s.record = record
	return nil
}

// zoom adds all sums of a zoom, the next one in the file.
func (s *slice) zoom(ctx context.Context, zoom uint8, add func([]byte) error) (err error) {
	for err == nil && s.record != nil && s.record[0] == zoom {
		if err = ctx.Err(); err != nil {
			return err
		}
		s.sums, err = s.unpack.DecodeAll(s.record[1:], s.sums[:0])
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
