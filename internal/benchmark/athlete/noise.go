package athlete

import (
	"math"

	"heatmapgen/internal/chance"
)

// hash draws one number from a seed and two whole numbers.
func hash(seed uint64, a, b int) uint64 {
	return chance.Mix(chance.Mix(seed^uint64(a)*0x9e3779b97f4a7c15) ^ uint64(b)*0xc2b2ae3d27d4eb4f)
}

// A drift wanders around 0 with a deviation and a memory in seconds (an Ornstein-Uhlenbeck process).
type drift struct{ deviation, memoryS, at float64 }

// after returns where it is some seconds later.
func (d *drift) after(seconds float64, c *chance.Stream) float64 {
	keep := math.Exp(-seconds / d.memoryS)
	d.at = d.at*keep + d.deviation*math.Sqrt(1-keep*keep)*c.Normal()
	return d.at
}

// noise is smooth noise in -1..1.
func noise(seed uint64, x, y float64) float64 {
	return chance.Noise(x, y, func(i, j int) float64 { return 2*chance.Share(hash(seed, i, j)) - 1 })
}
