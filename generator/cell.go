package generator

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash"
	"iter"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

// A cellResult is a painted cell: its encoded tiles and, by field and zoom, the histograms of their indices.
type cellResult struct {
	tiles      []archive.Tile
	idat       []byte // the tiles' image data, one after the other
	histograms map[histogramKey]*histogram
}

type histogramKey struct{ field, zoom uint8 }

func (c *cellResult) reset() {
	c.tiles, c.idat = c.tiles[:0], c.idat[:0]
	c.histograms = map[histogramKey]*histogram{}
}

// errEnough ends a pass over pieces that nobody wants to go on with.
var errEnough = errors.New("enough pieces")

// read yields the pieces of a job as the painter takes them. Where they cannot be read it ends, and says why in broken.
func (h *hand) read(ctx context.Context, job *cellJob, broken *error) iter.Seq[*layers.Piece] {
	return func(yield func(*layers.Piece) bool) {
		err := h.source.each(job, func(ref pieceRef, data []byte) error {
			runs, err := h.reader.read(data)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			piece := h.painting.pieces[ref.entry]
			piece.Runs = runs
			if !yield(&piece) {
				return errEnough
			}
			return nil
		})
		if err != errEnough {
			*broken = err
		}
	}
}

// paintPieces paints a cell from its pieces.
func (h *hand) paintPieces(ctx context.Context, job *cellJob, emit func(layers.Tile) error) error {
	var broken error
	err := h.painter.Paint(job.cell, h.read(ctx, job, &broken), func(t layers.Tile) error {
		if broken != nil {
			return broken
		}
		return emit(t)
	})
	if broken != nil {
		return broken
	}
	return err
}

// paintCell paints a cell into out.
func (h *hand) paintCell(ctx context.Context, job *cellJob, out *cellResult) error {
	out.reset()
	emit := func(t layers.Tile) error {
		out.count(t)
		before := len(out.idat)
		var top uint8
		out.idat, top = h.encoder.Encode(out.idat, t.Pix)
		out.tiles = append(out.tiles, archive.Tile{Field: t.Field, Zoom: t.Zoom, X: t.X, Y: t.Y, MaxIndex: top,
			IDAT: out.idat[before:len(out.idat):len(out.idat)]})
		return nil
	}
	var err error
	if job.paint != nil {
		err = job.paint(ctx, h, emit)
	} else {
		err = h.paintPieces(ctx, job, emit)
	}
	// Growing may have moved the image data, so the tiles are cut from it at the end.
	at := 0
	for i := range out.tiles {
		t := &out.tiles[i]
		n := len(t.IDAT)
		t.IDAT = out.idat[at : at+n]
		at += n
	}
	return err
}

// count adds the pixels of t to its histogram, but for those that hold nothing.
func (c *cellResult) count(t layers.Tile) {
	key := histogramKey{uint8(t.Field), t.Zoom}
	dst := c.histograms[key]
	if dst == nil {
		dst = &histogram{}
		c.histograms[key] = dst
	}
	for i := 0; i < len(t.Pix); i += 8 {
		for eight := binary.LittleEndian.Uint64(t.Pix[i:]); eight != 0; eight >>= 8 {
			dst[eight&0xff]++
		}
	}
	dst[0] = 0
}

// settingsHash returns the hash of everything but its pieces that a cell hangs on.
func settingsHash(version string, s *layers.Settings) [32]byte {
	text, err := json.Marshal(struct {
		Program  string
		Painter  int
		Settings *layers.Settings
	}{version, layers.Version, s})
	if err != nil {
		panic(err) // numbers and strings can always be written
	}
	return sha256.Sum256(text)
}

// hash returns the hash of all that a cell's tiles hang on.
func (h *hand) hash(job *cellJob) (sum [32]byte, err error) {
	all := sha256.New()
	all.Write(h.painting.settingsHash[:])
	hashNumbers(all, int64(job.cell.Zoom), int64(job.cell.From), int64(job.cell.To), int64(job.cell.X), int64(job.cell.Y))
	who := -1
	err = h.source.each(job, func(ref pieceRef, data []byte) error {
		hashPiece(all, &h.painting.pieces[ref.entry])
		hashNumbers(all, int64(ref.length))
		if h.painting.settings.Crowd.Athletes {
			// Who it is does not matter, but which pieces are of one.
			other, is := int64(0), h.painting.pieces[ref.entry].Who
			if is != who {
				other = 1
			}
			who = is
			hashNumbers(all, other)
		}
		all.Write(data)
		return nil
	})
	return [32]byte(all.Sum(nil)), err
}

// hashPiece adds to a hash what a tile hangs on of an activity besides its runs.
func hashPiece(h hash.Hash, p *layers.Piece) {
	fresh := int64(0)
	if p.Fresh36 {
		fresh++
	}
	if p.Fresh12 {
		fresh++
	}
	hashNumbers(h, int64(p.Day), fresh)
}

func hashNumbers(h hash.Hash, numbers ...int64) {
	var b [8]byte
	for _, n := range numbers {
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
}

// appendResult encodes a painted cell: numbers as varints. The row that holds it is sealed (see seal).
func appendResult(dst []byte, c *cellResult) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(c.tiles)))
	for _, t := range c.tiles {
		dst = append(dst, byte(t.Field), t.Zoom, t.MaxIndex)
		dst = binary.AppendUvarint(dst, uint64(t.X))
		dst = binary.AppendUvarint(dst, uint64(t.Y))
		dst = binary.AppendUvarint(dst, uint64(len(t.IDAT)))
		dst = append(dst, t.IDAT...)
	}
	dst = binary.AppendUvarint(dst, uint64(len(c.histograms)))
	for key, h := range c.histograms {
		dst = append(dst, key.field, key.zoom)
		for _, n := range h[1:] {
			dst = binary.AppendUvarint(dst, uint64(n))
		}
	}
	return dst
}

var errResult = errors.New("the stored cell is damaged")

// parseResult decodes what appendResult wrote; the tiles' image data stay in b.
func parseResult(b []byte, fields int, out *cellResult) error {
	out.reset()
	n, b := uvarint(b)
	for ; n > 0; n-- {
		if len(b) < 3 || int(b[0]) >= fields {
			return errResult
		}
		t := archive.Tile{Field: int(b[0]), Zoom: b[1], MaxIndex: b[2]}
		var x, y, length uint64
		x, b = uvarint(b[3:])
		y, b = uvarint(b)
		length, b = uvarint(b)
		if length > uint64(len(b)) {
			return errResult
		}
		t.X, t.Y, t.IDAT, b = uint32(x), uint32(y), b[:length], b[length:]
		out.tiles = append(out.tiles, t)
	}
	n, b = uvarint(b)
	for ; n > 0; n-- {
		if len(b) < 2 || int(b[0]) >= fields || b[1] > archive.MaxZoom {
			return errResult
		}
		h := &histogram{}
		out.histograms[histogramKey{b[0], b[1]}] = h
		b = b[2:]
		for i := range h[1:] {
			var v uint64
			v, b = uvarint(b)
			h[i+1] = int64(v)
		}
	}
	if b == nil || len(b) != 0 {
		return errResult
	}
	return nil
}
