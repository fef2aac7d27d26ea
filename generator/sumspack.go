//go:build !js

package generator

import (
	"github.com/klauspost/compress/zstd"

	"heatmapgen/internal/frames"
)

// A sumsPacker packs sums by Zstandard.
type sumsPacker struct{ z *zstd.Encoder }

func newSumsPacker() (*sumsPacker, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return &sumsPacker{z}, err
}

// pack appends sums to dst.
func (p *sumsPacker) pack(dst, sums []byte) []byte { return p.z.EncodeAll(sums, dst) }

func (p *sumsPacker) close() { p.z.Close() }

// A sumsUnpacker unpacks what a sumsPacker packed.
type sumsUnpacker struct{ z *zstd.Decoder }

func newSumsUnpacker() (*sumsUnpacker, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(frames.MaxRecord))
	return &sumsUnpacker{z}, err
}

// unpack appends sums to dst.
func (u *sumsUnpacker) unpack(dst, packed []byte) ([]byte, error) { return u.z.DecodeAll(packed, dst) }

func (u *sumsUnpacker) close() { u.z.Close() }
