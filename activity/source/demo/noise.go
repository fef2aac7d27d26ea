package demo

import "heatmapgen/internal/chance"

// hash draws one number from several.
func hash(of ...int) uint64 {
	h := uint64(0x243f6a8885a308d3)
	for _, v := range of {
		h = chance.Mix(h ^ uint64(v)*0x9e3779b97f4a7c15)
	}
	return h
}

// noise is smooth noise in -1..1.
func noise(seed int, x, y float64) float64 {
	return chance.Noise(x, y, func(i, j int) float64 { return lattice(seed, i, j) })
}

func lattice(seed, x, y int) float64 {
	h := uint64(x)*0x9e3779b97f4a7c15 ^ uint64(y)*0xc2b2ae3d27d4eb4f ^ uint64(seed)*0x165667b19e3779f9
	return chance.Share(chance.Mix(h))*2 - 1
}

// fractal adds octaves of noise, each twice as fine and half as strong. The
// result lies within -2..2, mostly within -0.8..0.8.
func fractal(seed, octaves int, x, y float64) float64 {
	sum, amp := 0.0, 1.0
	for o := range octaves {
		sum += amp * noise(seed+o, x, y)
		x, y, amp = x*2+17.3, y*2-9.7, amp/2
	}
	return sum
}

// wander returns how far p strays from where it should be by smooth noise of
// the given wavelength and amplitude in metres.
func wander(seed int, p pt, wavelength, amplitude float64) pt {
	x, y := p.x/wavelength, p.y/wavelength
	return pt{noise(seed, x, y) * amplitude, noise(seed+1, x, y) * amplitude}
}
