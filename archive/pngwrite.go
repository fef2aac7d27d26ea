package archive

import (
	"encoding/binary"
	"math/bits"

	"github.com/klauspost/compress/flate"
)

// compressionLevel is klauspost's. On real tiles level 5 is a quarter faster and
// its files 2 % larger, level 7 saves 1 to 2 % and takes twice as long; level 9
// saves 3 % at fifteen times the cost. An encoder made for these tiles (known distances,
// empty stretches skipped, cheapest path through the matches) came out no better than
// level 6 in size and no faster at the coverage that tiles have.
const compressionLevel = 6

// upBreaks is how many breaks filter Up may leave, as a share of those of filter
// None, and still be chosen. A break is a byte that differs from the one before
// it; their number foretells the compressed size well enough. Where Up leaves more
// than three quarters, None compresses better, since it keeps repeating shapes alike.
// Against choosing by trying both this costs 1 % of size, and saves half of the time.
const upBreaks = 0.75

// A TileEncoder compresses value tiles. The zero value is ready to use. It keeps
// its buffers from tile to tile, so every worker should have one of its own: it
// must not be used by two goroutines at a time. What it returns depends on the
// tile alone, never on the tiles before.
type TileEncoder struct {
	z    *flate.Writer
	out  sliceWriter
	none [scanlinesLen]byte // rows under filter None
	up   [scanlinesLen]byte // rows under filter Up
}

// sliceWriter is an io.Writer that appends to a slice.
type sliceWriter struct{ b []byte }

func (w *sliceWriter) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

// Encode appends to dst the compressed image data of a tile, the payload of a PNG
// file's IDAT chunk (a zlib stream of filtered rows), and returns the extended
// slice and the largest index in pix. pix holds the indices row by row from the
// north-western pixel.
func (e *TileEncoder) Encode(dst []byte, pix *[TilePixels]byte) (idat []byte, maxIndex uint8) {
	scanlines, maxIndex := e.filter(pix)
	// The header of RFC 1950: deflate with a window of 32 KiB, default level.
	e.out.b = append(dst, 0x78, 0x9c)
	if e.z == nil {
		// The level is a valid one.
		e.z, _ = flate.NewWriter(&e.out, compressionLevel)
	} else {
		e.z.Reset(&e.out)
	}
	// Writing to a slice cannot fail.
	_, _ = e.z.Write(scanlines[:])
	_ = e.z.Close()
	idat = binary.BigEndian.AppendUint32(e.out.b, adler32(scanlines))
	e.out.b = nil
	return idat, maxIndex
}

// The loops below take eight pixels at a time, in a little-endian word, and pass
// over empty ones: most of a tile is empty.
const (
	wordLen = 8
	// high has the highest bit of every byte set.
	high = 0x8080808080808080
)

// filter fills the rows under both filters, returns those that promise to
// compress better, and the largest index. Rows that are empty, or follow an empty
// one, always have filter None: to Up they would be the same, and so the bytes of
// empty stretches are 0 throughout.
func (e *TileEncoder) filter(pix *[TilePixels]byte) (scanlines *[scanlinesLen]byte, maxIndex uint8) {
	var breaksNone, breaksUp int
	var top uint64 // the words' largest bytes, in place
	var empty [TileSize]byte
	above, aboveEmpty := empty[:], true
	for y := range TileSize {
		row := pix[y*TileSize : (y+1)*TileSize]
		none := e.none[y*(TileSize+1) : (y+1)*(TileSize+1)]
		up := e.up[y*(TileSize+1) : (y+1)*(TileSize+1)]
		copy(none[1:], row)
		var any uint64
		var lastNone, lastUp uint64 // the byte to the left
		for x := 0; x < TileSize; x += wordLen {
			w, a := binary.LittleEndian.Uint64(row[x:]), binary.LittleEndian.Uint64(above[x:])
			if w|a == 0 {
				if lastNone|lastUp != 0 {
					breaksNone += notZero(lastNone)
					breaksUp += notZero(lastUp)
					lastNone, lastUp = 0, 0
				}
				binary.LittleEndian.PutUint64(up[1+x:], 0)
				continue
			}
			any |= w
			top = maxBytes(top, w)
			d := subBytes(w, a)
			binary.LittleEndian.PutUint64(up[1+x:], d)
			breaksNone += notZero(w ^ (w<<8 | lastNone))
			breaksUp += notZero(d ^ (d<<8 | lastUp))
			lastNone, lastUp = w>>56, d>>56
		}
		up[0] = filterUp
		if any == 0 || aboveEmpty {
			up[0] = filterNone
			copy(up[1:], row)
		}
		above, aboveEmpty = row, any == 0
	}
	for ; top != 0; top >>= 8 {
		maxIndex = max(maxIndex, uint8(top))
	}
	if float64(breaksUp) < upBreaks*float64(breaksNone) {
		return &e.up, maxIndex
	}
	return &e.none, maxIndex
}

// subBytes subtracts each byte of b from that of a, modulo 256.
func subBytes(a, b uint64) uint64 {
	return ((a | high) - (b &^ high)) ^ ((a ^ ^b) & high)
}

// notZero counts the bytes of w that are not 0.
func notZero(w uint64) int {
	return bits.OnesCount64(((w &^ high) + (high - high>>7) | w) & high)
}

// maxBytes returns the larger of each two bytes of a and b.
func maxBytes(a, b uint64) uint64 {
	// The highest bit of a byte of less says that a's is smaller than b's:
	// their highest bits decide, or the borrow of the others if those are equal.
	borrow := ^((a | high) - (b &^ high))
	less := ((^a & b) | (^(a ^ b) & borrow)) & high
	mask := less >> 7 * 0xff
	return a&^mask | b&mask
}

// adler32 is the checksum of RFC 1950, section 9, fast where data is mostly 0.
// Neither sum can overflow 64 bits before the only division.
func adler32(data *[scanlinesLen]byte) uint32 {
	const base = 65521
	var s1, s2 uint64 = 1, 0
	for i := 0; i < scanlinesLen; i += wordLen {
		w := binary.LittleEndian.Uint64(data[i:])
		if w == 0 {
			s2 += wordLen * s1
			continue
		}
		for range wordLen {
			s1 += w & 0xff
			s2 += s1
			w >>= 8
		}
	}
	return uint32(s2%base)<<16 | uint32(s1%base)
}
