package generator

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"heatmapgen/internal/frames"
	"heatmapgen/internal/scratch"
	"heatmapgen/internal/sorting"
)

// A need is a record in the file of a shard that a part needs.
type need struct {
	file   int
	offset int64
	kind   byte
	bytes  int // of the record
}

// end is the offset behind the frame.
func (s need) end() int64 { return s.offset + frames.Size(s.bytes) }

// check tells whether the work makes sense with so many files and activities.
func (w *workRecord) check(files, activities int) error {
	wrong := func(file int, ranks, lengths, more []int32) bool {
		return file < 0 || file >= files || len(ranks) != len(lengths) || len(more) != len(lengths) || slices.ContainsFunc(lengths, func(n int32) bool { return n < 0 }) ||
			slices.ContainsFunc(ranks, func(r int32) bool { return int(r) >= activities })
	}
	for _, c := range w.allCells() {
		if slices.ContainsFunc(c.From, func(from cellPart) bool { return wrong(from.File, from.Ranks, from.Lengths, from.Lengths) }) {
			return errRecord
		}
	}
	for _, b := range w.Blocks {
		if slices.ContainsFunc(b.From, func(from blockPart) bool { return wrong(from.File, from.Ranks, from.Lengths, from.Orders) }) {
			return errRecord
		}
	}
	return nil
}

// allCells returns the cells to paint and those to sum up slices of.
func (w *workRecord) allCells() []workCell {
	all := slices.Clone(w.Cells)
	for _, s := range w.Slices {
		all = append(all, s.workCell)
	}
	return all
}

// shares returns what a part needs, in the order in which it lies in the files.
func (w *workRecord) shares() []need {
	all := map[need]bool{}
	for _, c := range w.allCells() {
		for _, from := range c.From {
			all[need{from.File, from.Offset, recordCell, sum(from.Lengths)}] = true
		}
	}
	for _, b := range w.Blocks {
		for _, from := range b.From {
			all[need{from.File, from.Offset, recordBlock, sum(from.Lengths)}] = true
		}
	}
	return sorting.Keys(all, func(a, b need) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.offset, b.offset)) })
}

// shares are where a painter has the records of shards from. record may be called from several goroutines.
type shares interface {
	// record returns the record at an offset in the file of a shard, in the memory of buffer where it fits, and its kind.
	record(file int, offset int64, buffer []byte) (kind byte, record []byte, err error)
	close()
}

// shares makes ready what a part needs: from a folder it is read when it is asked for, from elsewhere it is fetched at once.
func (j *Job) shares(ctx context.Context, work *workRecord) (shares, error) {
	if j.near() {
		return j.openShards(work.shares())
	}
	s, err := newSpool()
	if err != nil {
		return nil, err
	}
	if err = j.fetch(ctx, work.shares(), s.add); err == nil {
		err = s.flush()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// shardStep returns the step that writes the file of a shard: what Gather read once more comes after what Map wrote.
func (j *Job) shardStep(file int) string {
	if file == j.plan.Shards {
		return "gather"
	}
	return "map"
}

// shardFiles are the files of shards themselves, nil where a part needs nothing of one.
type shardFiles []JobFile

// openShards opens the files in which something lies.
func (j *Job) openShards(all []need) (_ shares, err error) {
	files := make(shardFiles, j.plan.Shards+1)
	defer func() {
		if err != nil {
			files.close()
		}
	}()
	for _, s := range all {
		if files[s.file] != nil {
			continue
		}
		step := j.shardStep(s.file)
		f, err := j.open(shardName(s.file), step)
		if err != nil {
			return nil, err
		}
		files[s.file] = f
		kind, record, _, err := frames.NewReader(f).Next()
		if err == nil {
			err = j.check(kind, record, step, s.file)
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
		}
	}
	return files, nil
}

func (files shardFiles) record(file int, offset int64, buffer []byte) (byte, []byte, error) {
	return frames.ReadAt(files[file], offset, buffer)
}

func (files shardFiles) close() {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}

// A spool keeps the shares of a part in a temporary file.
type spool struct {
	file *os.File
	w    *frames.Writer
	// at are the offsets in the file, by where they lay.
	at map[place]int64
}

type place struct {
	file   int
	offset int64
}

func newSpool() (*spool, error) {
	f, err := scratch.Unnamed(os.TempDir(), "part")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for what the part needs: %w", err)
	}
	return &spool{file: f, w: frames.NewWriter(f), at: map[place]int64{}}, nil
}

func (s *spool) add(from need, record []byte) (err error) {
	s.at[place{from.file, from.offset}], err = s.w.Write(from.kind, record)
	return err
}

// flush is called when all is in it.
func (s *spool) flush() error { return s.w.Close() }

func (s *spool) record(file int, offset int64, buffer []byte) (byte, []byte, error) {
	at, ok := s.at[place{file, offset}]
	if !ok {
		return 0, nil, errForeign
	}
	return frames.ReadAt(s.file, at, buffer)
}

func (s *spool) close() { scratch.Discard(s.file) }

// What one request to a bucket costs is worth some reading.
const (
	// gapBytes are read over rather than that another request is made.
	gapBytes = 256 << 10
	// spanBytes is what a request asks for at most, but for a record that is larger.
	spanBytes = 4 << 20
	// aheadBytes and aheadSpans are what is asked for at the same time, but for a span that is larger.
	aheadBytes, aheadSpans = 32 << 20, 8
)

// A wantedSpan is a piece of the file of a shard in which several shares lie, with gaps between.
type wantedSpan struct {
	file     int
	from, to int64
	shares   []need
	data     []byte
}

// spans joins shares, in their order, to spans. The first of each file holds its head as well.
func (j *Job) spans(all []need) (spans []wantedSpan) {
	for _, s := range all {
		last := len(spans) - 1
		if last < 0 || spans[last].file != s.file {
			head := need{s.file, frames.First, recordHead, len(encode(j.head(j.shardStep(s.file), s.file)))}
			spans = append(spans, wantedSpan{file: s.file, from: head.offset, to: head.end(), shares: []need{head}})
			last++
		}
		if w := &spans[last]; s.offset-w.to <= gapBytes && s.end()-w.from <= spanBytes {
			w.to, w.shares = s.end(), append(w.shares, s)
			continue
		}
		spans = append(spans, wantedSpan{file: s.file, from: s.offset, to: s.end(), shares: []need{s}})
	}
	return spans
}

// fetch hands over the shares of a part, in their order: what lies together is read together, and several spans at a time.
func (j *Job) fetch(ctx context.Context, all []need, take func(s need, record []byte) error) error {
	for spans := j.spans(all); len(spans) > 0; {
		n, bytes := 0, int64(0)
		for n < min(len(spans), aheadSpans) && (n == 0 || bytes+spans[n].to-spans[n].from <= aheadBytes) {
			bytes += spans[n].to - spans[n].from
			n++
		}
		if err := each(ctx, n, n, func(_, i int) error { return j.fetchSpan(&spans[i]) }); err != nil {
			return err
		}
		for i := range spans[:n] {
			if err := j.handOver(&spans[i], take); err != nil {
				return fmt.Errorf("reading %s: %w", j.path(shardName(spans[i].file)), err)
			}
			spans[i] = wantedSpan{}
		}
		spans = spans[n:]
	}
	return nil
}

// fetchSpan reads a span.
func (j *Job) fetchSpan(w *wantedSpan) error {
	file, err := j.open(shardName(w.file), j.shardStep(w.file))
	if err != nil {
		return err
	}
	defer file.Close()
	w.data = make([]byte, w.to-w.from)
	if n, err := file.ReadAt(w.data, w.from); n < len(w.data) {
		if err == io.EOF {
			err = frames.ErrDamaged
		}
		return fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	return nil
}

// handOver hands over the shares of a span that was read.
func (j *Job) handOver(w *wantedSpan, take func(s need, record []byte) error) error {
	data := bytes.NewReader(w.data)
	var buffer []byte
	for _, s := range w.shares {
		kind, record, err := frames.ReadAt(data, s.offset-w.from, buffer)
		if err != nil {
			return err
		}
		buffer = record
		switch {
		case s.kind == recordHead:
			err = j.check(kind, record, j.shardStep(s.file), s.file)
		case kind != s.kind || len(record) != s.bytes:
			err = errForeign
		default:
			err = take(s, record)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
