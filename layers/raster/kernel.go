package raster

import "math"

// kernelReach is how many sigmas a kernel reaches to either side; a Gaussian
// has 0.3 % of its mass beyond 3.
const kernelReach = 3

// A Kernel is a sampled Gaussian: Taps has 2*Radius+1 weights that sum to 1.
type Kernel struct {
	Radius int
	Taps   []float32
}

// NewKernel returns the Gaussian of standard deviation sigma in pixels, sampled
// at whole pixels out to 3 sigma and normalised.
func NewKernel(sigma float64) Kernel {
	r := max(1, int(math.Ceil(kernelReach*sigma)))
	w := make([]float64, 2*r+1)
	sum := 0.0
	for i := range w {
		d := float64(i - r)
		w[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += w[i]
	}
	k := Kernel{Radius: r, Taps: make([]float32, len(w))}
	for i := range w {
		k.Taps[i] = float32(w[i] / sum)
	}
	return k
}
