package generator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"heatmapgen/internal/frames"
)

// Feed writes one stream to out that holds all that painting part number, counted from 0, takes: the plan, how all is drawn, what the part has to do, and the pieces that it needs, in the
// order of workRecord.shares. It is whole only where there is no error. PaintFeed paints from it.
func (j *Job) Feed(ctx context.Context, number int, out io.Writer) error {
	plan, err := j.record(planName, "plan", 0)
	if err != nil {
		return err
	}
	_, work, err := j.work(number)
	if err != nil {
		return err
	}
	draw, err := j.record(drawName, "gather", 0)
	if err != nil {
		return err
	}
	return writeRecords(out, j.head("feed", number), func(w *frames.Writer) error {
		for _, r := range []struct {
			kind   byte
			record []byte
		}{{recordPlan, plan}, {recordDraw, draw}, {recordWork, encode(work)}} {
			if _, err := w.Write(r.kind, r.record); err != nil {
				return err
			}
		}
		return j.fetch(ctx, work.shares(), func(s need, record []byte) error {
			_, err := w.Write(s.kind, record)
			return err
		})
	})
}

// PaintFeed paints the part of which in is the feed, and writes its file to out, as Paint makes it and whole only where there is no error. Nothing is painted before the feed has ended and is known
// to be whole; what it holds is kept in a temporary file. Of opts, Workers, Progress and Warn count; Version must be that of the plan.
func PaintFeed(ctx context.Context, in io.Reader, out io.Writer, opts Options) error {
	s, err := newSpool()
	if err != nil {
		return err
	}
	defer s.close()
	f := &feed{job: &Job{opts: opts, sizes: usualSizes}, spool: s}
	if err := f.read(ctx, in); err != nil {
		return fmt.Errorf("reading what the part needs: %w", err)
	}
	return writeRecords(out, f.job.head("paint", f.head.Number), func(w *frames.Writer) error { return f.job.paint(ctx, &f.draw, &f.work, s, w) })
}

// A feed is what Feed wrote, as far as it was read.
type feed struct {
	job   *Job
	head  jobHead
	draw  drawRecord
	work  workRecord
	spool *spool
	// want are the shares that are still to come.
	want []need
}

// read reads all of the stream.
func (f *feed) read(ctx context.Context, in io.Reader) error {
	r := frames.NewReader(in)
	for n := 0; ; n++ {
		kind, record, _, err := r.Next()
		if err == io.EOF {
			if n < 4 || len(f.want) > 0 {
				return frames.ErrDamaged
			}
			return f.spool.flush()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = f.take(n, kind, record)
		}
		if err != nil {
			return err
		}
	}
}

// take takes record n.
func (f *feed) take(n int, kind byte, record []byte) error {
	kinds := [...]byte{recordHead, recordPlan, recordDraw, recordWork}
	if n < len(kinds) && kind != kinds[n] {
		return errForeign
	}
	switch n {
	case 0:
		err := decode(record, &f.head)
		if err == nil && (f.head.Version != jobVersion || f.head.Step != "feed") {
			err = errForeign
		}
		return err
	case 1:
		return f.job.follow(record)
	case 2:
		f.job.drawn = sha256.Sum256(record)
		if f.job.drawn != f.head.Job {
			return errForeign
		}
		return decode(record, &f.draw)
	case 3:
		if err := decode(record, &f.work); err != nil {
			return err
		}
		f.want = f.work.shares()
		return f.work.check(f.job.plan.Shards+1, len(f.draw.Drawing.ActivityDays))
	}
	if len(f.want) == 0 || kind != f.want[0].kind || len(record) != f.want[0].bytes {
		return errForeign
	}
	s := f.want[0]
	f.want = f.want[1:]
	return f.spool.add(s, record)
}
