package reference

import (
	"math"
	"slices"
)

// counts draws each outing with the pen and softens the sums.
func (p *painter) counts(pic *Picture, outings []Outing) {
	sure, exact, perhaps := p.newTally(), p.newTally(), p.newTally()
	radius, slack := 1.25*p.settings.BlurSigma, p.settings.Slack
	for _, o := range outings {
		distance := p.distances(o, radius+slack+1)
		sure.press(o, distance, radius-slack, p.settings.OldestDay)
		exact.press(o, distance, radius, p.settings.OldestDay)
		perhaps.press(o, distance, radius+slack, p.settings.OldestDay)
	}
	soft := 0.7 * p.settings.BlurSigma
	// Where two or more cover a pixel it shows their number at least.
	counted := func(sure, exact, perhaps []float64) *Expected {
		e := p.softened(sure, exact, perhaps)
		least := func(v, covering float64) float64 {
			if covering < 2 {
				return v
			}
			return math.Max(v, covering)
		}
		for i := range e.Exact {
			e.Values[i], e.Exact[i] = Range{least(e.Values[i].Lo, sure[i]), least(e.Values[i].Hi, perhaps[i])}, least(e.Exact[i], exact[i])
		}
		return e
	}
	pic.Fields["visits"] = counted(sure.visits, exact.visits, perhaps.visits)
	pic.Fields["fresh12"] = counted(sure.fresh12, exact.fresh12, perhaps.fresh12)
	pic.Fields["fresh36"] = counted(sure.fresh36, exact.fresh36, perhaps.fresh36)
	pic.Footprint = p.softened(sure.footprint, exact.footprint, perhaps.footprint).Values
	pic.Fields["recency"] = p.recency(sure, exact, perhaps, soft)
}

// A tally is what the pen of all outings leaves on the pixels.
type tally struct {
	visits, fresh12, fresh36, footprint []float64
	// newest and oldest are the latest and the first of the activities' days, counted from 1 for
	// the oldest day of all; 0 is none.
	newest, oldest []float64
}

func (p *painter) newTally() *tally {
	return &tally{p.zeros(), p.zeros(), p.zeros(), p.zeros(), p.zeros(), p.zeros()}
}

// press adds an outing to the pixels that are within radius of its lines.
func (t *tally) press(o Outing, distance map[int]float64, radius float64, oldestDay int) {
	day := 1.0
	if o.Dated {
		day = math.Max(1, float64(o.Day-oldestDay)+1)
	}
	for i, d := range distance {
		if d > radius {
			continue
		}
		t.visits[i]++
		if o.Fresh12 {
			t.fresh12[i]++
		}
		if o.Fresh36 {
			t.fresh36[i]++
		}
		t.footprint[i] = 1
		t.newest[i] = math.Max(t.newest[i], day)
		if t.oldest[i] == 0 || day < t.oldest[i] {
			t.oldest[i] = day
		}
	}
}

// softened softens what the pen surely, exactly and perhaps covers, so that a lone line has 1 on its ridge.
func (p *painter) softened(sure, exact, perhaps []float64) *Expected {
	soft := 0.7 * p.settings.BlurSigma
	ridge := math.Erf(1.25 / (math.Sqrt2 * 0.7))
	mid := p.blur(exact, soft)
	lo, hi := mid, mid
	if !slices.Equal(sure, perhaps) {
		lo, hi = p.blur(sure, soft), p.blur(perhaps, soft)
	}
	e := &Expected{Values: make([]Range, len(lo)), Exact: p.zeros()}
	for i := range lo {
		e.Values[i], e.Exact[i] = Range{lo[i] / ridge, hi[i] / ridge}, mid[i]/ridge
	}
	return e
}

// footprint is the softened footprint of the segments that are known.
func (p *painter) footprint(outings []Outing, known func(sums) bool) []Range {
	partOf := func(o Outing) (part Outing) {
		for _, g := range o.Segments {
			if known(knows(g, p.settings.HillMinGrade)) {
				part.Segments = append(part.Segments, g)
			}
		}
		return part
	}
	if p.settings.Least > 0 {
		return p.glowOf(p.shareOf(outings, partOf)).Values
	}
	sure, exact, perhaps := p.zeros(), p.zeros(), p.zeros()
	radius, slack := 1.25*p.settings.BlurSigma, p.settings.Slack
	for _, o := range outings {
		for i, d := range p.distances(partOf(o), radius+slack+1) {
			for _, pen := range []struct {
				plane  []float64
				radius float64
			}{{sure, radius - slack}, {exact, radius}, {perhaps, radius + slack}} {
				if d <= pen.radius {
					pen.plane[i] = 1
				}
			}
		}
	}
	return p.softened(sure, exact, perhaps).Values
}

// distances returns how far each pixel's centre is from the outing's lines, for those nearer than reach.
func (p *painter) distances(o Outing, reach float64) map[int]float64 {
	distance := map[int]float64{}
	for _, g := range o.Segments {
		if g.Spot != nil {
			continue
		}
		p.placed(g, reach, func(x0, y0, x1, y1 float64) {
			left, right := clampInt(math.Min(x0, x1)-reach, p.W), clampInt(math.Max(x0, x1)+reach+1, p.W)
			top, bottom := clampInt(math.Min(y0, y1)-reach, p.H), clampInt(math.Max(y0, y1)+reach+1, p.H)
			for y := top; y < bottom; y++ {
				for x := left; x < right; x++ {
					d := fromSegment(float64(x)+0.5, float64(y)+0.5, x0, y0, x1, y1)
					if before, ok := distance[y*p.W+x]; d < reach && (!ok || d < before) {
						distance[y*p.W+x] = d
					}
				}
			}
		})
	}
	return distance
}

func clampInt(v float64, limit int) int {
	return int(math.Max(0, math.Min(float64(limit), math.Floor(v))))
}

// fromSegment is the distance of (x, y) from the segment.
func fromSegment(x, y, x0, y0, x1, y1 float64) float64 {
	dx, dy := x1-x0, y1-y0
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0, math.Min(1, ((x-x0)*dx+(y-y0)*dy)/l))
	}
	return math.Hypot(x-x0-t*dx, y-y0-t*dy)
}

// recency is the newest day where the pen was, and the mean of the days around, weighted like the
// glow, on its rim.
func (p *painter) recency(sure, exact, perhaps *tally, soft float64) *Expected {
	// Where it is open whether some pixel in reach is covered or how newly, the mean may be
	// any between the extremes.
	r := kernelRadius(soft)
	var open, low, high []float64
	if !slices.Equal(sure.newest, perhaps.newest) {
		open, low = p.zeros(), p.zeros()
		for i := range open {
			low[i] = math.Inf(1)
			if perhaps.oldest[i] > 0 {
				low[i] = perhaps.oldest[i]
			}
			if sure.newest[i] > 0 {
				low[i] = sure.newest[i]
			}
			if sure.newest[i] != perhaps.newest[i] {
				open[i] = 1
			}
		}
		open, low, high = p.extreme(open, r, math.Max), p.extreme(low, r, math.Min), p.extreme(perhaps.newest, r, math.Max)
	}
	glowDay, glow := p.blur(exact.newest, soft), p.blur(exact.footprint, soft)
	e := &Expected{Values: make([]Range, len(glow)), Exact: p.zeros()}
	base := float64(p.settings.OldestDay) - 1
	for i := range glow {
		day := math.NaN()
		switch {
		case exact.footprint[i] > 0:
			day = exact.newest[i]
		case glow[i] > 0:
			day = glowDay[i] / glow[i]
		}
		e.Exact[i], e.Values[i] = day+base, Range{day + base, day + base}
		switch {
		case open == nil || open[i] == 0:
		case sure.footprint[i] > 0:
			e.Values[i] = Range{sure.newest[i] + base, perhaps.newest[i] + base}
		default:
			e.Values[i] = Range{low[i] + base, high[i] + base}
		}
	}
	return e
}
