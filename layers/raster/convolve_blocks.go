//go:build !js

package raster

import "math/bits"

// convolveBlocks sets dst[i] = sum over j of taps[j] * src[j*stride+i] for the 16 pixels i of each block of set, the first of
// which begins at pixel 0.
func convolveBlocks(dst, src []float32, set uint16, stride int, taps []float32) {
	for ; set != 0; set &= set - 1 {
		at := bits.TrailingZeros16(set) * BlockSize
		convolve16((*row)(dst[at:]), src[at:], stride, taps)
	}
}
