package reference

import "math"

// kernelRadius is the whole pixel beyond 3 sigma.
func kernelRadius(sigma float64) int { return int(math.Max(1, math.Ceil(3*sigma))) }

// blur is the convolution with a sampled Gaussian, reaching to the whole pixel beyond 3 sigma and normalised: every
// pixel spreads what it holds along x, and then along y.
func (p *painter) blur(src []float64, sigma float64) []float64 {
	r := kernelRadius(sigma)
	weights, sum := make([]float64, 2*r+1), 0.0
	for d := -r; d <= r; d++ {
		weights[d+r] = math.Exp(-float64(d*d) / (2 * sigma * sigma))
		sum += weights[d+r]
	}
	along, out := p.zeros(), p.zeros()
	for i, v := range src {
		if v == 0 {
			continue
		}
		for d := -r; d <= r; d++ {
			if x, ok := p.column(i%p.W + d); ok {
				along[i-i%p.W+x] += v * weights[d+r] / sum
			}
		}
	}
	for i, v := range along {
		if v == 0 {
			continue
		}
		y := i / p.W
		for d := max(-r, -y); d <= min(r, p.H-1-y); d++ {
			out[i+d*p.W] += v * weights[d+r] / sum
		}
	}
	return out
}

// reached tells which pixels are within r, in both directions, of one that holds something.
func (p *painter) reached(src []float64, r int) []bool {
	out := make([]bool, len(src))
	for i, v := range src {
		if v == 0 {
			continue
		}
		for y := max(0, i/p.W-r); y <= min(p.H-1, i/p.W+r); y++ {
			for d := -r; d <= r; d++ {
				if x, ok := p.column(i%p.W + d); ok {
					out[y*p.W+x] = true
				}
			}
		}
	}
	return out
}

// extreme is the least or greatest of the pixels within r in both directions.
func (p *painter) extreme(src []float64, r int, pick func(a, b float64) float64) []float64 {
	along, out := p.zeros(), p.zeros()
	for y := 0; y < p.H; y++ {
		for x := 0; x < p.W; x++ {
			v := src[y*p.W+x]
			for d := -r; d <= r; d++ {
				if k, ok := p.column(x + d); ok {
					v = pick(v, src[y*p.W+k])
				}
			}
			along[y*p.W+x] = v
		}
	}
	for y := 0; y < p.H; y++ {
		for x := 0; x < p.W; x++ {
			v := along[y*p.W+x]
			for d := max(-r, -y); d <= min(r, p.H-1-y); d++ {
				v = pick(v, along[(y+d)*p.W+x])
			}
			out[y*p.W+x] = v
		}
	}
	return out
}
