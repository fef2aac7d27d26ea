package raster

import "golang.org/x/sys/cpu"

//go:noescape
func convolve16AVX(dst, src *float32, stride int, taps *float32, n int)

var hasAVX = cpu.X86.HasAVX

func convolve16(dst *[16]float32, src []float32, stride int, taps []float32) {
	if !hasAVX {
		convolve16Go(dst, src, stride, taps)
		return
	}
	_ = src[(len(taps)-1)*stride+15]
	convolve16AVX(&dst[0], &src[0], stride, &taps[0], len(taps))
}
