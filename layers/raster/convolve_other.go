//go:build !amd64 && !js

package raster

func convolve16(dst *[16]float32, src []float32, stride int, taps []float32) {
	convolve16Go(dst, src, stride, taps)
}
