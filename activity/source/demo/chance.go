package demo

import "math"

// A chance is a stream of random numbers: Steele, Lea and Flood's SplitMix64.
// It is written out here, not taken from math/rand, because the demo has to
// be the same in every release of Go.
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	return mix(uint64(*c))
}

// mix is the finalizer of SplitMix64: every bit of z moves half of the result's.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// hash draws one number from several.
func hash(of ...int) uint64 {
	h := uint64(0x243f6a8885a308d3)
	for _, v := range of {
		h = mix(h ^ uint64(v)*0x9e3779b97f4a7c15)
	}
	return h
}

// share turns a hash into a number in [0, 1).
func share(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// float returns a number in [0, 1).
func (c *chance) float() float64 { return share(c.next()) }

// between returns a number in [lo, hi).
func (c *chance) between(lo, hi float64) float64 { return lo + (hi-lo)*c.float() }

// below returns a whole number in [0, n).
func (c *chance) below(n int) int { return int(c.float() * float64(n)) }

// normal returns a number of mean 0 and deviation 1, near enough normal (the
// sum of four even ones, so never beyond 3.5) and much cheaper than exact.
func (c *chance) normal() float64 {
	v := c.next()
	sum := v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
	return (float64(sum)/65535 - 2) * math.Sqrt(3)
}

// noise is smooth value noise in -1..1: random values on the whole numbers of
// the plane, joined by Perlin's quintic.
func noise(seed int, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	u, v := fade(x-fx), fade(y-fy)
	a, b := lattice(seed, ix, iy), lattice(seed, ix+1, iy)
	c, d := lattice(seed, ix, iy+1), lattice(seed, ix+1, iy+1)
	low, high := a+(b-a)*u, c+(d-c)*u
	return low + (high-low)*v
}

func fade(t float64) float64 { return t * t * t * (t*(t*6-15) + 10) }

func lattice(seed, x, y int) float64 {
	h := uint64(x)*0x9e3779b97f4a7c15 ^ uint64(y)*0xc2b2ae3d27d4eb4f ^ uint64(seed)*0x165667b19e3779f9
	return share(mix(h))*2 - 1
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
