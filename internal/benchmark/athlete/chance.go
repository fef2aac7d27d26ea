package athlete

import "math"

// A chance is a stream of random numbers: SplitMix64 by Steele, Lea and Flood. It is written out here so that the athletes are the same
// with every release of Go.
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	return mix(uint64(*c))
}

// mix is the finalizer of SplitMix64.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// hash draws one number from a seed and two whole numbers.
func hash(seed uint64, a, b int) uint64 {
	return mix(mix(seed^uint64(a)*0x9e3779b97f4a7c15) ^ uint64(b)*0xc2b2ae3d27d4eb4f)
}

// share turns a hash into a number in [0, 1).
func share(h uint64) float64 { return float64(h>>11) / (1 << 53) }

// float returns a number in [0, 1).
func (c *chance) float() float64 { return share(c.next()) }

// between returns a number in [lo, hi).
func (c *chance) between(lo, hi float64) float64 { return lo + (hi-lo)*c.float() }

// below returns a whole number in [0, n).
func (c *chance) below(n int) int { return int(c.float() * float64(n)) }

// normal returns a number of mean 0 and deviation 1, as the sum of four even ones: near enough, and never beyond 3.5.
func (c *chance) normal() float64 {
	v := c.next()
	sum := v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
	return (float64(sum)/65535 - 2) * math.Sqrt(3)
}

// A drift wanders around 0 with a deviation and a memory in seconds (an Ornstein-Uhlenbeck process).
type drift struct{ deviation, memoryS, at float64 }

// after returns where it is some seconds later.
func (d *drift) after(seconds float64, c *chance) float64 {
	keep := math.Exp(-seconds / d.memoryS)
	d.at = d.at*keep + d.deviation*math.Sqrt(1-keep*keep)*c.normal()
	return d.at
}

// noise is smooth value noise in -1..1: random values on the whole numbers of the plane, joined by Perlin's quintic.
func noise(seed uint64, x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	u, v := fade(x-fx), fade(y-fy)
	at := func(i, j int) float64 { return 2*share(hash(seed, i, j)) - 1 }
	a, b, c, d := at(ix, iy), at(ix+1, iy), at(ix, iy+1), at(ix+1, iy+1)
	low, high := a+(b-a)*u, c+(d-c)*u
	return low + (high-low)*v
}

func fade(t float64) float64 { return t * t * t * (t*(t*6-15) + 10) }
