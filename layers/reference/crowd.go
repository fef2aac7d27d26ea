package reference

import "math"

// units are whose outings count as one: an athlete's where athletes are counted, else each outing by itself.
func (p *painter) units(outings []Outing) [][]Outing {
	var all [][]Outing
	place := map[int]int{}
	for _, o := range outings {
		k, ok := place[o.Who]
		if !ok || !p.settings.Athletes {
			k = len(all)
			all = append(all, nil)
			place[o.Who] = k
		}
		all[k] = append(all[k], o)
	}
	return all
}

// A share is by how many units each pixel is covered, surely, exactly and perhaps.
type share struct{ sure, exact, perhaps []float64 }

// shareOf counts the units that cover a pixel with those parts of their outings that part leaves.
func (p *painter) shareOf(outings []Outing, part func(Outing) Outing) share {
	n := share{p.zeros(), p.zeros(), p.zeros()}
	radius, slack := 1.25*p.settings.BlurSigma, p.settings.Slack
	for _, unit := range p.units(outings) {
		nearest := map[int]float64{}
		for _, o := range unit {
			for i, d := range p.distances(part(o), radius+slack+1) {
				if before, ok := nearest[i]; !ok || d < before {
					nearest[i] = d
				}
			}
		}
		for i, d := range nearest {
			for _, pen := range []struct {
				plane  []float64
				radius float64
			}{{n.sure, radius - slack}, {n.exact, radius}, {n.perhaps, radius + slack}} {
				if d <= pen.radius {
					pen.plane[i]++
				}
			}
		}
	}
	return n
}

// told is what is told of the number of those who share a pixel: whole steps, each up to 20 and then as many as 10 % more make, rounded down.
func (p *painter) told(n float64) float64 {
	least := float64(p.settings.Least)
	steps := math.Floor(n / least)
	if steps <= 20 {
		return steps * least
	}
	told := 20.0
	for math.Floor(told*1.1) <= steps {
		told = math.Floor(told * 1.1)
	}
	return told * least
}

// glowOf is the softened footprint of what enough units share.
func (p *painter) glowOf(n share) *Expected {
	enough := func(plane []float64) []float64 {
		out := p.zeros()
		for i, v := range plane {
			if v >= float64(p.settings.Least) {
				out[i] = 1
			}
		}
		return out
	}
	return p.softened(enough(n.sure), enough(n.exact), enough(n.perhaps))
}

// crowdCounts are counts of a crowd.
func (p *painter) crowdCounts(pic *Picture, outings []Outing) {
	only := func(keep func(Outing) bool) func(Outing) Outing {
		return func(o Outing) Outing {
			if keep(o) {
				return o
			}
			return Outing{}
		}
	}
	for id, keep := range map[string]func(Outing) bool{
		"visits":  func(Outing) bool { return true },
		"fresh36": func(o Outing) bool { return o.Fresh36 },
		"fresh12": func(o Outing) bool { return o.Fresh12 },
	} {
		n := p.shareOf(outings, only(keep))
		e := p.glowOf(n)
		if id == "visits" {
			pic.Footprint = append([]Range(nil), e.Values...)
		}
		number := func(n, glow float64) float64 {
			if told := p.told(n); told > 0 {
				return told
			}
			return glow
		}
		for i := range e.Values {
			e.Exact[i] = number(n.exact[i], e.Exact[i])
			e.Values[i] = Range{number(n.sure[i], e.Values[i].Lo), number(n.perhaps[i], e.Values[i].Hi)}
		}
		pic.Fields[id] = e
	}
	// Days are those of single ones.
	nothing := &Expected{Values: make([]Range, p.W*p.H), Exact: p.zeros()}
	for i := range nothing.Values {
		nothing.Values[i], nothing.Exact[i] = Range{math.NaN(), math.NaN()}, math.NaN()
	}
	pic.Fields["recency"] = nothing
}

// leastSum is the least, in metres, seconds and beats, that counts as something: sums are told in steps of 2^-20.
const leastSum = 1. / (1 << 20)

// erase takes the sums of pixels where fewer than enough units have a part in the denominator.
func (p *painter) erase(outings []Outing, weight []float64, spread func(o Outing, weight []float64), sums ...[]float64) {
	by := p.zeros()
	for _, unit := range p.units(outings) {
		own := p.zeros()
		for _, o := range unit {
			spread(o, own)
		}
		for i, w := range own {
			if w >= leastSum {
				by[i]++
			}
		}
	}
	for i, n := range by {
		if n < float64(p.settings.Least) {
			weight[i] = 0
			for _, s := range sums {
				s[i] = 0
			}
		}
	}
}
