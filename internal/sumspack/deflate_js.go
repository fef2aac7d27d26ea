package sumspack

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"

	"heatmapgen/internal/frames"
)

// A Packer packs sums. It is for one goroutine at a time.
type Packer struct{ z *flate.Writer }

// NewPacker returns one that is to be closed.
func NewPacker() (*Packer, error) {
	z, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	return &Packer{z}, err
}

// Pack appends sums to dst, packed.
func (p *Packer) Pack(dst, sums []byte) []byte {
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

// Close frees its memory.
func (p *Packer) Close() {}

// An Unpacker unpacks what a Packer packed.
type Unpacker struct{ z io.ReadCloser }

// NewUnpacker returns one that is to be closed.
func NewUnpacker() (*Unpacker, error) {
	return &Unpacker{flate.NewReader(bytes.NewReader(nil))}, nil
}

// Unpack appends the sums to dst. It fails where they are damaged, or more than a record may have.
func (u *Unpacker) Unpack(dst, packed []byte) ([]byte, error) {
	if err := u.z.(flate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return dst, err
	}
	out := bytes.NewBuffer(dst)
	n, err := out.ReadFrom(io.LimitReader(u.z, frames.MaxRecord+1))
	if err == nil && n > frames.MaxRecord {
		err = errors.New("more sums than a record may have")
	}
	return out.Bytes(), err
}

// Close frees its memory.
func (u *Unpacker) Close() { u.z.Close() }
