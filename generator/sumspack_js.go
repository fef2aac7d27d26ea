package generator

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/flate"

	"heatmapgen/internal/frames"
)

// A sumsPacker packs sums by Deflate, which the module has anyway. Zstandard would add a twenty-fifth to it, and files of a build that a page spreads
// never leave it.
type sumsPacker struct{ z *flate.Writer }

func newSumsPacker() (*sumsPacker, error) {
	z, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	return &sumsPacker{z}, err
}

// pack appends sums to dst.
func (p *sumsPacker) pack(dst, sums []byte) []byte {
	out := bytes.NewBuffer(dst)
	p.z.Reset(out)
	_, err := p.z.Write(sums)
	if err == nil {
		err = p.z.Close()
	}
	if err != nil {
		panic(err) // memory takes everything
	}
	return out.Bytes()
}

func (p *sumsPacker) close() {}

// A sumsUnpacker unpacks what a sumsPacker packed.
type sumsUnpacker struct{ z io.ReadCloser }

func newSumsUnpacker() (*sumsUnpacker, error) {
	return &sumsUnpacker{flate.NewReader(bytes.NewReader(nil))}, nil
}

// unpack appends sums to dst.
func (u *sumsUnpacker) unpack(dst, packed []byte) ([]byte, error) {
	if err := u.z.(flate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	n, err := out.ReadFrom(io.LimitReader(u.z, frames.MaxRecord+1))
	if err == nil && n > frames.MaxRecord {
		err = errRecord
	}
	return out.Bytes(), err
}

func (u *sumsUnpacker) close() { u.z.Close() }
