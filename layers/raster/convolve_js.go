package raster

import (
	"math/bits"
	"unsafe"
)

// convolveSIMD is a function of a module of its own, since Go compiles to no vectors of WebAssembly: studio/bundle makes it and
// the studio's worker loads it beside. It works on the memory of this module, four pixels at a time.
//
//go:wasmimport heatmapgen convolve
//go:noescape
func convolveSIMD(dst, src unsafe.Pointer, set, stride uint32, taps unsafe.Pointer, n uint32)

// convolveBlocks sets dst[i] = sum over j of taps[j] * src[j*stride+i] for the 16 pixels i of each block of set, the first of
// which begins at pixel 0. A call out of Go is dear, so it is one for a row of a tile.
func convolveBlocks(dst, src []float32, set uint16, stride int, taps []float32) {
	if set == 0 {
		return
	}
	last := bits.Len16(set)*BlockSize - 1
	_, _ = dst[last], src[last+(len(taps)-1)*stride]
	convolveSIMD(unsafe.Pointer(&dst[0]), unsafe.Pointer(&src[0]), uint32(set), uint32(stride), unsafe.Pointer(&taps[0]), uint32(len(taps)))
}
