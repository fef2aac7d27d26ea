// Package chance makes random numbers that are the same in every release of Go, which math/rand does not promise: for what is made up and must stay
// as it is, as the demo and the athletes of the benchmark do.
package chance

import "math"

// A Stream is a stream of random numbers, SplitMix64 by Steele, Lea and Flood ("Fast splittable pseudorandom number generators", 2014). Its value is the
// seed; it is not safe for concurrent use.
type Stream uint64

// Next returns 64 random bits.
func (s *Stream) Next() uint64 {
	*s += 0x9e3779b97f4a7c15
	return Mix(uint64(*s))
}

// Float returns a number in [0, 1).
func (s *Stream) Float() float64 { return Share(s.Next()) }

// Between returns a number in [lo, hi).
func (s *Stream) Between(lo, hi float64) float64 { return lo + (hi-lo)*s.Float() }

// Below returns a whole number in [0, n).
func (s *Stream) Below(n int) int { return int(s.Float() * float64(n)) }

// Normal returns a number of mean 0 and deviation 1, near enough normal (the sum of four even ones, so never beyond 3.5) and much cheaper than exact.
func (s *Stream) Normal() float64 {
	v := s.Next()
	sum := v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
	return (float64(sum)/65535 - 2) * math.Sqrt(3)
}

// Mix is the finalizer of SplitMix64, a permutation: every bit of z moves half of the result's.
func Mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Share turns 64 random bits into a number in [0, 1).
func Share(bits uint64) float64 { return float64(bits>>11) / (1 << 53) }

// Noise is smooth value noise at (x, y): the values that at has on the whole numbers of the plane, joined by Perlin's quintic, so it lies within theirs.
func Noise(x, y float64, at func(i, j int) float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int(fx), int(fy)
	u, v := fade(x-fx), fade(y-fy)
	a, b, c, d := at(i, j), at(i+1, j), at(i, j+1), at(i+1, j+1)
	low, high := a+(b-a)*u, c+(d-c)*u
	return low + (high-low)*v
}

func fade(t float64) float64 { return t * t * t * (t*(t*6-15) + 10) }
