//go:build !js

// Package sumspack packs what the pieces of a slice of a cell add up to, for the steps of one build: by Zstandard, which is the fastest for it, or in a browser by
// Deflate, which the module has anyway. Zstandard would add a twenty-fifth to that, and files of a build that a page shares out never leave it.
package sumspack

import (
	"github.com/klauspost/compress/zstd"

	"heatmapgen/internal/frames"
)

// A Packer packs sums. It is for one goroutine at a time.
type Packer struct{ z *zstd.Encoder }

// NewPacker returns one that is to be closed.
func NewPacker() (*Packer, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return &Packer{z}, err
}

// Pack appends sums to dst, packed.
func (p *Packer) Pack(dst, sums []byte) []byte { return p.z.EncodeAll(sums, dst) }

// Close frees its memory.
func (p *Packer) Close() { p.z.Close() }

// An Unpacker unpacks what a Packer packed.
type Unpacker struct{ z *zstd.Decoder }

// NewUnpacker returns one that is to be closed.
func NewUnpacker() (*Unpacker, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(frames.MaxRecord))
	return &Unpacker{z}, err
}

// Unpack appends the sums to dst. It fails where they are damaged, or more than a record may have.
func (u *Unpacker) Unpack(dst, packed []byte) ([]byte, error) { return u.z.DecodeAll(packed, dst) }

// Close frees its memory.
func (u *Unpacker) Close() { u.z.Close() }
