package generator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// Paint paints part number, counted from 0, and makes its blocks.
func (j *Job) Paint(ctx context.Context, number int) error {
	draw, work, err := j.work(number)
	if err != nil {
		return err
	}
	from, err := j.shares(ctx, work)
	if err != nil {
		return err
	}
	defer from.close()
	return j.write(partName(number), "paint", number, func(w *frames.Writer) error { return j.paint(ctx, draw, work, from, w) })
}

// paint writes the records of a part whose work is known.
func (j *Job) paint(ctx context.Context, draw *drawRecord, work *workRecord, from shares, w *frames.Writer) error {
	b := j.build()
	p := b.painting(&draw.Drawing)
	sums, err := newSliceSums(j.scratch(), work.Slices)
	defer sums.close()
	if err != nil {
		return err
	}
	jobs := sums.jobs()
	for _, c := range work.Cells {
		jobs = append(jobs, cellJob{cell: c.Cell, from: c.From})
	}
	p.source = func() pieceSource {
		return &filePieces{shares: from, athletes: draw.Drawing.Athletes, held: j.sizes.held}
	}
	tiles, err := archive.NewSorter(j.scratch(), len(p.fields))
	if err != nil {
		return err
	}
	defer tiles.Close()
	seen := newSeenTiles(&draw.Drawing, j.cfg.Page.Tracks)
	p.add, p.cache = seen.watch(p.stored.watch(tiles.Add)), j.cache()
	defer p.cache.close()
	if err := p.paint(ctx, jobs, b.workers, b.progress); err != nil {
		return err
	}
	if err := sums.write(w); err != nil {
		return err
	}
	return writePart(ctx, w, p, tiles, seen, b.workers, len(work.Blocks), func(i int) ([]byte, error) { return makeBlock(from, &work.Blocks[i], p.pieces) })
}

// draw reads how all is drawn.
func (j *Job) draw() (*drawRecord, error) {
	record, err := j.record(drawName, "gather", 0)
	if err != nil {
		return nil, err
	}
	var draw drawRecord
	j.drawn = sha256.Sum256(record)
	return &draw, decode(record, &draw)
}

// work reads how all is drawn and what a part has to do.
func (j *Job) work(number int) (*drawRecord, *workRecord, error) {
	draw, err := j.draw()
	if err != nil {
		return nil, nil, err
	}
	if number < 0 || number >= draw.Parts {
		return nil, nil, fmt.Errorf("there is no part %d; the work was shared out into %d, from 0", number, draw.Parts)
	}
	record, err := j.record(workName(number), "work", number)
	if err != nil {
		return nil, nil, err
	}
	var work workRecord
	if err := decode(record, &work); err != nil {
		return nil, nil, err
	}
	return draw, &work, work.check(j.plan.Shards+1, len(draw.Drawing.ActivityDays))
}

// record returns the last record of a file of the job, for those that have one alone.
func (j *Job) record(name, step string, number int) (last []byte, err error) {
	return last, j.read(name, step, number, func(_ byte, record []byte, _ int64) error {
		last = bytes.Clone(record)
		return nil
	})
}

// readShare reads the record of a kind at an offset in a file, which must be as long as all lengths together.
func readShare(from shares, file int, offset int64, kind byte, lengths []int32, buffer []byte) ([]byte, error) {
	got, record, err := from.record(file, offset, buffer)
	if err == nil && (got != kind || len(record) != sum(lengths)) {
		err = errForeign
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", shardName(file), err)
	}
	return record, nil
}

func sum(lengths []int32) (total int) {
	for _, n := range lengths {
		total += int(n)
	}
	return total
}

// makeBlock makes a block and returns its record.
func makeBlock(shares shares, w *workBlock, of []layers.Piece) ([]byte, error) {
	var parts []lines.Part
	for _, from := range w.From {
		record, err := readShare(shares, from.File, from.Offset, recordBlock, from.Lengths, nil)
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
