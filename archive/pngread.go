package archive

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// A tilePNG is a value tile taken apart. Its slices point into the file.
type tilePNG struct {
	colourType byte
	// palette is the content of PLTE, three bytes an entry; nil for grey tiles.
	palette []byte
	trns    []byte
	idat    []byte
}

// parseTile takes apart a PNG file that must be a value tile of docs/format.md:
// 256 x 256, 8 bits, not interlaced, chunks IHDR, [PLTE, [tRNS,]] IDAT, IEND and
// nothing else, every CRC right.
func parseTile(png []byte) (tilePNG, error) {
	var t tilePNG
	rest, ok := bytes.CutPrefix(png, []byte(pngSignature))
	if !ok {
		return t, errors.New("not a PNG file (no signature)")
	}
	next := func() (kind string, data []byte, err error) {
		if len(rest) < chunkFrame {
			return "", nil, fmt.Errorf("the file ends %d bytes into a chunk", len(rest))
		}
		n := binary.BigEndian.Uint32(rest)
		if uint64(n) > uint64(len(rest)-chunkFrame) {
			return "", nil, fmt.Errorf("chunk %q is said to have %d bytes, more than the file has left", rest[4:8], n)
		}
		body := rest[4 : 8+n]
		if crc := binary.BigEndian.Uint32(rest[8+n:]); crc != crc32.ChecksumIEEE(body) {
			return "", nil, fmt.Errorf("chunk %q has a wrong CRC", body[:4])
		}
		rest = rest[chunkFrame+n:]
		return string(body[:4]), body[4:], nil
	}

	kind, data, err := next()
	if err != nil {
		return t, err
	}
	if kind != "IHDR" || len(data) != 13 {
		return t, fmt.Errorf("the first chunk is %q of %d bytes, not an IHDR of 13", kind, len(data))
	}
	w, h := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	if w != TileSize || h != TileSize {
		return t, fmt.Errorf("it has %d x %d pixels, not %d x %d", w, h, TileSize, TileSize)
	}
	t.colourType = data[9]
	if data[8] != 8 || (t.colourType != colourGrey && t.colourType != colourPalette) {
		return t, fmt.Errorf("bit depth %d and colour type %d are not those of a value tile (8, and 0 or 3)", data[8], t.colourType)
	}
	if data[10] != 0 || data[11] != 0 || data[12] != 0 {
		return t, fmt.Errorf("compression %d, filter %d, interlace %d: all should be 0", data[10], data[11], data[12])
	}

	if kind, data, err = next(); err != nil {
		return t, err
	}
	if t.colourType == colourPalette {
		if kind != "PLTE" || len(data) == 0 || len(data)%3 != 0 || len(data) > 3*256 {
			return t, fmt.Errorf("IHDR is followed by %q of %d bytes, not by a PLTE of 1 to 256 colours", kind, len(data))
		}
		t.palette = data
		if kind, data, err = next(); err != nil {
			return t, err
		}
		if kind == "tRNS" {
			if len(data) > len(t.palette)/3 {
				return t, fmt.Errorf("tRNS has %d entries, PLTE only %d", len(data), len(t.palette)/3)
			}
			t.trns = data
			if kind, data, err = next(); err != nil {
				return t, err
			}
		}
	}
	if kind != "IDAT" {
		return t, fmt.Errorf("chunk %q stands where IDAT should", kind)
	}
	t.idat = data
	if kind, data, err = next(); err != nil {
		return t, err
	}
	if kind != "IEND" || len(data) != 0 {
		return t, fmt.Errorf("IDAT is followed by %q of %d bytes, not by an empty IEND", kind, len(data))
	}
	if len(rest) != 0 {
		return t, fmt.Errorf("%d bytes follow IEND", len(rest))
	}
	return t, nil
}

// DecodeIndices reads the indices of a value tile, paletted or grey, into dst,
// row by row from the north-western pixel. It accepts what docs/format.md calls a
// value tile, with any of the five filters, and nothing else; on an error dst may be
// partly filled. It is safe for concurrent use, and for bytes of any origin.
func DecodeIndices(png []byte, dst *[TilePixels]byte) error {
	t, err := parseTile(png)
	if err != nil {
		return fmt.Errorf("reading a value tile: %w", err)
	}
	if err := t.decode(dst); err != nil {
		return fmt.Errorf("reading a value tile: %w", err)
	}
	return nil
}

// An inflater holds what decoding one tile needs. It inflates with the standard library: faster ones
// take streams with incomplete Huffman codes, which browsers do not show.
type inflater struct {
	in        bytes.Reader
	z         io.ReadCloser
	scanlines [scanlinesLen]byte
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// decode inflates and unfilters the image into dst.
func (t *tilePNG) decode(dst *[TilePixels]byte) error {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	f.in.Reset(t.idat)
	var err error
	if f.z == nil {
		f.z, err = zlib.NewReader(&f.in)
	} else {
		err = f.z.(zlib.Resetter).Reset(&f.in, nil)
	}
	if err != nil {
		return fmt.Errorf("the image data is not a zlib stream: %w", err)
	}
	if n, err := io.ReadFull(f.z, f.scanlines[:]); err != nil {
		return fmt.Errorf("the image data breaks off after %d of %d bytes: %w", n, scanlinesLen, err)
	}
	// The checksum at the end is only looked at when the stream is read to its end.
	var one [1]byte
	if n, err := f.z.Read(one[:]); n > 0 {
		return fmt.Errorf("the image data has more than %d bytes", scanlinesLen)
	} else if err != io.EOF {
		return fmt.Errorf("the image data does not end well: %w", err)
	}
	if f.in.Len() > 0 {
		return fmt.Errorf("%d bytes follow the image data in IDAT", f.in.Len())
	}
	return unfilter(dst, &f.scanlines)
}

// unfilter undoes the filters of an image of one byte a pixel (PNG section 9.2).
func unfilter(dst *[TilePixels]byte, scanlines *[scanlinesLen]byte) error {
	var zero [TileSize]byte
	prev := zero[:]
	for y := range TileSize {
		in := scanlines[y*(TileSize+1) : (y+1)*(TileSize+1)]
		filter, src := in[0], in[1:]
		out := dst[y*TileSize : (y+1)*TileSize]
		var left, upLeft byte
		switch filter {
		case filterNone:
			copy(out, src)
		case filterSub:
			for i, v := range src {
				left += v
				out[i] = left
			}
		case filterUp:
			for i, v := range src {
				out[i] = v + prev[i]
			}
		case filterAverage:
			for i, v := range src {
				left = v + byte((int(left)+int(prev[i]))/2)
				out[i] = left
			}
		case filterPaeth:
			for i, v := range src {
				left = v + paeth(left, prev[i], upLeft)
				out[i], upLeft = left, prev[i]
			}
		default:
			return fmt.Errorf("row %d has the unknown filter %d", y, filter)
		}
		prev = out
	}
	return nil
}

// paeth predicts a pixel from its neighbours to the left, above, and above left
// (PNG section 9.4).
func paeth(left, up, upLeft byte) byte {
	p := int(left) + int(up) - int(upLeft)
	dl, du, dul := abs(p-int(left)), abs(p-int(up)), abs(p-int(upLeft))
	if dl <= du && dl <= dul {
		return left
	}
	if du <= dul {
		return up
	}
	return upLeft
}

func abs(v int) int { return max(v, -v) }

// TileData takes a value tile, paletted or grey, apart: its image data, from which GreyPNG and PalettedPNG make
// a file again, and its largest index. idat points into png. It accepts what DecodeIndices accepts.
func TileData(png []byte) (idat []byte, maxIndex uint8, err error) {
	t, err := parseTile(png)
	if err != nil {
		return nil, 0, fmt.Errorf("reading a value tile: %w", err)
	}
	var pix [TilePixels]byte
	if err := t.decode(&pix); err != nil {
		return nil, 0, fmt.Errorf("reading a value tile: %w", err)
	}
	return t.idat, largest(&pix), nil
}
