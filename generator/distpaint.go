package generator

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// Paint paints part number, counted from 0, and makes its blocks.
func (j *Job) Paint(ctx context.Context, number int) error {
	draw, err := j.draw()
	if err != nil {
		return err
	}
	if number < 0 || number >= draw.Parts {
		return fmt.Errorf("there is no part %d; the work was shared out into %d, from 0", number, draw.Parts)
	}
	var work workRecord
	err = j.read(workName(number), "work", number, func(_ byte, record []byte, _ int64) error { return decode(record, &work) })
	if err != nil {
		return err
	}
	files, err := j.openShards()
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	if err != nil {
		return err
	}
	b := j.build()
	p := b.painting(&draw.Drawing)
	var jobs []cellJob
	for i := range work.Slices {
		jobs = append(jobs, j.sliceJob(&work.Slices[i]))
	}
	for _, c := range work.Cells {
		jobs = append(jobs, cellJob{cell: c.Cell, from: c.From})
	}
	p.source = func() pieceSource {
		return &filePieces{files: files, athletes: draw.Drawing.Athletes, held: j.sizes.held}
	}
	return j.write(partName(number), "paint", number, func(w *frames.Writer) error {
		var one sync.Mutex
		put := func(kind byte, record []byte) error {
			one.Lock()
			defer one.Unlock()
			_, err := w.Write(kind, record)
			return err
		}
		p.add = func(t archive.Tile) error { return put(recordTile, appendTile(nil, &t)) }
		if err := p.paint(ctx, jobs, b.workers, b.progress); err != nil {
			return err
		}
		for f := range p.histograms {
			for zoom := range p.histograms[f] {
				if h := &p.histograms[f][zoom]; *h != (histogram{}) {
					if err := put(recordCount, appendHistogram(nil, uint8(f), uint8(zoom), h)); err != nil {
						return err
					}
				}
			}
		}
		return each(ctx, b.workers, len(work.Blocks), func(_, i int) error {
			record, err := makeBlock(files, &work.Blocks[i], p.pieces)
			if err != nil {
				return err
			}
			return put(recordLines, record)
		})
	})
}

// draw reads how all is drawn.
func (j *Job) draw() (*drawRecord, error) {
	var draw drawRecord
	return &draw, j.read(drawName, "gather", 0, func(_ byte, record []byte, _ int64) error {
		j.drawn = sha256.Sum256(record)
		return decode(record, &draw)
	})
}

// openShards opens the files that Map and Gather wrote.
func (j *Job) openShards() (files []*os.File, err error) {
	for number := range j.plan.Shards + 1 {
		step := "map"
		if number == j.plan.Shards {
			step = "gather"
		}
		f, err := j.open(shardName(number), step)
		if err != nil {
			return files, err
		}
		files = append(files, f)
		if _, err := j.begin(f, step, number); err != nil {
			return files, err
		}
	}
	return files, nil
}

// begin returns a reader of a file of the job, whose head it has read and checked.
func (j *Job) begin(f *os.File, step string, number int) (*frames.Reader, error) {
	r := frames.NewReader(f)
	kind, record, _, err := r.Next()
	if err == nil {
		err = j.check(kind, record, step, number)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
	}
	return r, nil
}

// readShare reads the record of a kind at an offset in a file, which must be as long as all lengths together.
func readShare(files []*os.File, file int, offset int64, kind byte, lengths []int32, buffer []byte) ([]byte, error) {
	got, record, err := frames.ReadAt(files[file], offset, buffer)
	total := 0
	for _, n := range lengths {
		total += int(n)
	}
	if err == nil && (got != kind || len(record) != total) {
		err = errForeign
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", files[file].Name(), err)
	}
	return record, nil
}

// makeBlock makes a block and returns its record.
func makeBlock(files []*os.File, w *workBlock, of []layers.Piece) ([]byte, error) {
	var parts []lines.Part
	for _, from := range w.From {
		record, err := readShare(files, from.File, from.Offset, recordBlock, from.Lengths, nil)
		if err != nil {
			return nil, err
		}
		for i, n := range from.Lengths {
			if rank := int(from.Ranks[i]); rank >= 0 {
				parts = append(parts, lines.Part{Activity: rank, Order: int(from.Orders[i]), Data: record[:n]})
			}
			record = record[n:]
		}
	}
	b, err := lines.Join(w.Zoom, w.X, w.Y, parts)
	if err != nil {
		return nil, err
	}
	data, err := b.Encode()
	tooMany := errors.Is(err, lines.ErrTooMany)
	if err != nil && !tooMany {
		return nil, fmt.Errorf("writing the lines: %w", err)
	}
	return appendBlock(nil, &blockRecord{w.Zoom, w.X, w.Y, sharersOf(&b, of), tooMany, data}), nil
}

var errRecord = errors.New("a record makes no sense")

// appendTile appends the record of a tile: its field, zoom and greatest index, a byte each, its column and row as varints, its image data.
func appendTile(dst []byte, t *archive.Tile) []byte {
	dst = append(dst, byte(t.Field), t.Zoom, t.MaxIndex)
	dst = binary.AppendUvarint(dst, uint64(t.X))
	dst = binary.AppendUvarint(dst, uint64(t.Y))
	return append(dst, t.IDAT...)
}

// parseTile reads what appendTile wrote; the image data stay in b.
func parseTile(b []byte) (t archive.Tile, err error) {
	if len(b) < 3 {
		return t, errRecord
	}
	t = archive.Tile{Field: int(b[0]), Zoom: b[1], MaxIndex: b[2]}
	x, b := uvarint(b[3:])
	y, b := uvarint(b)
	if b == nil || max(x, y)>>32 != 0 {
		return t, errRecord
	}
	t.X, t.Y, t.IDAT = uint32(x), uint32(y), b
	return t, nil
}

// appendHistogram appends the record of a histogram: its field and zoom, a byte each, the count of each index but 0 as varints.
func appendHistogram(dst []byte, field, zoom uint8, h *histogram) []byte {
	dst = append(dst, field, zoom)
	for _, n := range h[1:] {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return dst
}

// addHistogram adds what appendHistogram wrote to histograms by field and zoom.
func addHistogram(b []byte, to [][]histogram) error {
	if len(b) < 2 || int(b[0]) >= len(to) || int(b[1]) >= len(to[b[0]]) {
		return errRecord
	}
	h := &to[b[0]][b[1]]
	b = b[2:]
	for i := range h[1:] {
		var n uint64
		n, b = uvarint(b)
		h[i+1] += int64(n)
	}
	if b == nil || len(b) != 0 {
		return errRecord
	}
	return nil
}

// A blockRecord is a block as a painter hands it on.
type blockRecord struct {
	zoom   uint8
	x, y   uint32
	counts [3]int // see lineBlock
	// tooMany tells that readers would refuse it.
	tooMany bool
	data    []byte
}

// appendBlock appends the record of a block: its zoom as a byte, its column and row, its counts and 1 where readers would refuse it as varints, its bytes.
func appendBlock(dst []byte, r *blockRecord) []byte {
	dst = append(dst, r.zoom)
	refused := uint64(0)
	if r.tooMany {
		refused = 1
	}
	for _, n := range [...]uint64{uint64(r.x), uint64(r.y), uint64(r.counts[0]), uint64(r.counts[1]), uint64(r.counts[2]), refused} {
		dst = binary.AppendUvarint(dst, n)
	}
	return append(dst, r.data...)
}

// parseBlock reads what appendBlock wrote; the bytes of the block stay in b.
func parseBlock(b []byte) (r blockRecord, err error) {
	if len(b) == 0 {
		return r, errRecord
	}
	var numbers [6]uint64
	r.zoom, b = b[0], b[1:]
	for i := range numbers {
		numbers[i], b = uvarint(b)
	}
	if b == nil || max(numbers[0], numbers[1])>>32 != 0 {
		return r, errRecord
	}
	r.x, r.y, r.data = uint32(numbers[0]), uint32(numbers[1]), b
	for i := range r.counts {
		r.counts[i] = int(numbers[2+i])
	}
	r.tooMany = numbers[5] != 0
	return r, nil
}
