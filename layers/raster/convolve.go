package raster

// convolve16Go sets dst[i] = sum over j of taps[j] * src[j*stride+i], for i in
// 0..15. Even and odd taps are summed apart, so that neither waits for the
// other. It is the reference for the assembly, which adds in the same order and so gives
// the same bits.
func convolve16Go(dst *[16]float32, src []float32, stride int, taps []float32) {
	var even, odd [16]float32
	for j, w := range taps {
		run := (*[16]float32)(src[j*stride:])
		acc := &even
		if j&1 != 0 {
			acc = &odd
		}
		for i := range acc {
			acc[i] += float32(w * run[i])
		}
	}
	for i := range dst {
		dst[i] = even[i] + odd[i]
	}
}
