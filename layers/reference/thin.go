package reference

import (
	"math"
	"slices"
)

// A mean is a field that holds a sum over a weight, both spread along thin lines. Without a weight it is the sum.
type mean struct {
	id            string
	known         func(sums) bool // whether a segment belongs to its footprint; nil for all
	sigma, factor float64
	sum, weight   func(sums) float64
}

func (p *painter) means(pic *Picture, outings []Outing) {
	s := p.settings
	graded := func(g sums) float64 { return g.gradM }
	timed := func(g sums) bool { return g.movedS > 0 }
	beating := func(g sums) bool { return g.heartS > 0 }
	sloped := func(g sums) bool { return g.gradM > 0 }
	fields := []mean{
		{"pace", timed, s.BlurSigma, 1, func(g sums) float64 { return g.movedM }, func(g sums) float64 { return g.movedS }},
		{"heartrate", beating, s.BlurSigma, 1, func(g sums) float64 { return g.beats }, func(g sums) float64 { return g.heartS }},
		{"steepness", sloped, s.BlurSigma, 100, func(g sums) float64 { return g.steepM }, graded},
		{"direction", sloped, s.BlurSigma, 100, func(g sums) float64 { return g.riseM }, graded},
		{"hills", sloped, s.HillBlurSigma, 100, func(g sums) float64 { return g.hillM }, graded},
	}
	if s.Seconds {
		fields = append(fields, mean{"visits", nil, s.BlurSigma, 1, func(g sums) float64 { return g.allS }, nil})
	}
	var sloping []Range // of the three fields that grades tell
	for _, f := range fields {
		e := p.deepMean(f, outings)
		switch f.id {
		case "steepness", "direction", "hills":
			if sloping == nil {
				sloping = p.footprint(outings, f.known)
			}
			e.Footprint = sloping
		case "pace", "heartrate":
			e.Footprint = p.footprint(outings, f.known)
		}
		pic.Fields[f.id] = e
	}
}

// meanZoom is the deepest zoom whose means and seconds are its own.
const meanZoom = 15

// deepMean is the mean, or the sum; beyond meanZoom it is made of the sums of that zoom, linear between the middles of its pixels.
func (p *painter) deepMean(f mean, outings []Outing) *Expected {
	if p.Zoom <= meanZoom {
		return p.mean(f, outings)
	}
	width := 1 << (p.Zoom - meanZoom) // of a pixel of that zoom
	far := kernelRadius(f.sigma) + 2 + int(math.Ceil(p.settings.Smear))
	floor := func(v int) int { return int(math.Floor(float64(v) / float64(width))) }
	w := Window{Zoom: meanZoom, X0: floor(p.X0) - far, Y0: floor(p.Y0) - far, Flat: p.Flat}
	w.W, w.H = floor(p.X0+p.W)+far+1-w.X0, floor(p.Y0+p.H)+far+1-w.Y0
	if p.around {
		w.X0, w.W = 0, mapWidth(meanZoom)
	}
	coarse := painter{Window: w, settings: p.settings, around: p.around}
	sums := coarse.sums(f, outings)
	between := func(values []float64) []float64 {
		out := p.zeros()
		for i := range out {
			u := (float64(p.X0+i%p.W)+0.5)/float64(width) - 0.5 - float64(w.X0)
			v := (float64(p.Y0+i/p.W)+0.5)/float64(width) - 0.5 - float64(w.Y0)
			x, y := int(math.Floor(u)), int(math.Floor(v))
			for _, c := range [4][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				k, ok := coarse.column(x + c[0])
				if !ok || y+c[1] < 0 || y+c[1] >= w.H {
					continue
				}
				part := math.Abs(float64(1-c[0])-(u-float64(x))) * math.Abs(float64(1-c[1])-(v-float64(y)))
				if part > 0 {
					out[i] += part * values[(y+c[1])*w.W+k]
				}
			}
		}
		return out
	}
	near := func(values []float64, pick func(a, b float64) float64) []float64 {
		out := p.zeros()
		for i := range out {
			x, y := floor(p.X0+i%p.W)-w.X0, floor(p.Y0+i/p.W)-w.Y0
			out[i] = values[y*w.W+x]
			for d := range 9 {
				if k, ok := coarse.column(x + d%3 - 1); ok && y+d/3-1 >= 0 && y+d/3-1 < w.H {
					out[i] = pick(out[i], values[(y+d/3-1)*w.W+k])
				}
			}
		}
		return out
	}
	fine := meanSums{sum: between(sums.sum), weight: between(sums.weight), edge: between(sums.edge), reached: make([]bool, p.W*p.H)}
	if sums.low != nil {
		fine.low, fine.high = near(sums.low, math.Min), near(sums.high, math.Max)
	}
	flags := coarse.zeros()
	for i, r := range sums.reached {
		if r {
			flags[i] = 1
		}
	}
	for i, v := range near(flags, math.Max) {
		fine.reached[i] = v > 0
	}
	return p.expect(f, &fine)
}

// meanSums are the blurred sums of a mean. low and high are the extremes in reach where there is smear, edge the least weight there.
type meanSums struct {
	sum, weight, low, high, edge []float64
	reached                      []bool
}

// faintWeight is the blurred weight (metres or seconds) that may come from a line touching the corner of a
// pixel, or be lost in single precision.
const faintWeight = 1e-9

func (p *painter) mean(f mean, outings []Outing) *Expected { return p.expect(f, p.sums(f, outings)) }

func (p *painter) sums(f mean, outings []Outing) *meanSums {
	sum, weight := p.zeros(), p.zeros()
	low, high := p.zeros(), p.zeros()
	for i := range low {
		low[i], high[i] = math.Inf(1), math.Inf(-1)
	}
	amounts := func(g Segment) (total, w float64) {
		all := sumsOf(g, p.settings.HillMinGrade)
		if f.weight == nil {
			return f.sum(all), f.sum(all)
		}
		return f.sum(all), f.weight(all)
	}
	for _, o := range outings {
		for _, g := range o.Segments {
			total, w := amounts(g)
			if w <= 0 {
				continue
			}
			p.placed(g, 0, func(x0, y0, x1, y1 float64) {
				p.spread(x0, y0, x1, y1, func(i int, part float64) {
					sum[i] += part * total
					weight[i] += part * w
					low[i], high[i] = math.Min(low[i], total/w), math.Max(high[i], total/w)
				})
			})
		}
	}
	if p.settings.Least > 0 {
		p.erase(outings, weight, func(o Outing, own []float64) {
			for _, g := range o.Segments {
				if _, w := amounts(g); w > 0 {
					p.placed(g, 0, func(x0, y0, x1, y1 float64) {
						p.spread(x0, y0, x1, y1, func(i int, part float64) { own[i] += part * w })
					})
				}
			}
		}, sum)
	}
	near := p.reached(weight, kernelRadius(f.sigma)+1+int(math.Ceil(p.settings.Smear)))
	sum, weight = p.blur(sum, f.sigma), p.blur(weight, f.sigma)
	smear := int(math.Ceil(p.settings.Smear))
	s := &meanSums{sum: sum, weight: weight, edge: weight, reached: near}
	if smear > 0 {
		r := kernelRadius(f.sigma) + smear
		s.low, s.high = p.extreme(low, r, math.Min), p.extreme(high, r, math.Max)
		s.edge = p.extreme(weight, smear, math.Min)
	}
	return s
}

// expect says what the sums make of the pixels.
func (p *painter) expect(f mean, s *meanSums) *Expected {
	sum, weight, low, high, edge, near := s.sum, s.weight, s.low, s.high, s.edge, s.reached
	e := &Expected{Values: make([]Range, len(sum)), Exact: p.zeros(), Faint: make([]bool, len(sum))}
	for i := range sum {
		v := f.factor * sum[i] / weight[i]
		if f.weight == nil && sum[i] > 0 {
			v = f.factor * sum[i]
		}
		e.Exact[i], e.Values[i] = v, Range{v, v}
		if low != nil {
			e.Values[i] = Range{f.factor * low[i], f.factor * high[i]}
		}
		e.Faint[i] = edge[i] < faintWeight && near[i]
	}
	return e
}

// spread cuts the line where it crosses from pixel to pixel and gives each its part.
func (p *painter) spread(x0, y0, x1, y1 float64, give func(i int, part float64)) {
	at := func(t float64) (x, y float64) { return x0 + t*(x1-x0), y0 + t*(y1-y0) }
	cuts := []float64{0}
	border := func(a, b float64) {
		for k := math.Ceil(math.Min(a, b)); k <= math.Max(a, b); k++ {
			if t := (k - a) / (b - a); a != b && t > 0 && t < 1 {
				cuts = append(cuts, t)
			}
		}
	}
	border(x0, x1)
	border(y0, y1)
	cuts = append(cuts, 1)
	slices.Sort(cuts)
	for i := 1; i < len(cuts); i++ {
		x, y := at((cuts[i-1] + cuts[i]) / 2)
		px, py := int(math.Floor(x)), int(math.Floor(y))
		if px >= 0 && px < p.W && py >= 0 && py < p.H {
			give(py*p.W+px, cuts[i]-cuts[i-1])
		}
	}
}
