package export

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"io"
	"math"
)

// writePNG writes a picture as a PNG file. dpi is its resolution, 0 where it has none.
func writePNG(out io.Writer, p *picture, dpi int) error {
	w := bufio.NewWriterSize(out, 1<<18)
	if err := png.Encode(&resolution{w: w, dpi: dpi, picture: p}, p); err != nil {
		return err
	}
	if p.err != nil {
		return p.err
	}
	return w.Flush()
}

// pngHead is the length of the signature and IHDR, behind which pHYs may stand (PNG specification, third edition,
// section 5.6).
const pngHead = 8 + 12 + 13

// A resolution puts a pHYs chunk into the PNG file that passes through it, which image/png cannot write. It also
// ends the encoding once the picture has an error, for which an image has no words.
type resolution struct {
	w       io.Writer
	dpi     int
	picture *picture
	passed  int
}

func (r *resolution) Write(b []byte) (int, error) {
	if r.picture.err != nil {
		return 0, r.picture.err
	}
	n := 0
	if left := pngHead - r.passed; left > 0 && len(b) >= left && r.dpi > 0 {
		if _, err := r.w.Write(b[:left]); err != nil {
			return 0, err
		}
		if _, err := r.w.Write(physChunk(r.dpi)); err != nil {
			return 0, err
		}
		n = left
	}
	r.passed += len(b)
	m, err := r.w.Write(b[n:])
	return n + m, err
}

// physChunk is the chunk that says how large a pixel is to be (section 11.3.4.3): pixels a metre both ways.
func physChunk(dpi int) []byte {
	perMetre := uint32(math.Round(float64(dpi) * 1000 / mmPerInch))
	b := binary.BigEndian.AppendUint32(nil, 9)
	b = append(b, "pHYs"...)
	b = binary.BigEndian.AppendUint32(b, perMetre)
	b = binary.BigEndian.AppendUint32(b, perMetre)
	b = append(b, 1)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}
