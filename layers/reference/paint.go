package reference

import (
	"math"
	"slices"

	"heatmapgen/layers"
)

// A Window is a rectangle of the map's pixels at a zoom; X0 and Y0 may lie beyond the map's edges. A window as
// wide as the map (256 * 2^zoom) goes around it: its last column touches its first.
type Window struct {
	Zoom         uint8
	X0, Y0, W, H int
	// Flat draws positions as they stand, without going around the map.
	Flat bool
}

// A Range is what a number must lie between.
type Range struct{ Lo, Hi float64 }

// A Picture is a window painted. All slices hold one element a pixel, row by row.
type Picture struct {
	Window
	// Footprint is the softened footprint of the pen, 1 on the ridge of a line; it is the presence of dates and seconds.
	Footprint []Range
	// Fields holds what is expected of each field by its id.
	Fields map[string]*Expected
}

// Expected is what a field should show, in its unit.
type Expected struct {
	// Values are what the settings' slack and smear allow, Exact is what is painted without them; NaN where nothing
	// is known.
	Values []Range
	Exact  []float64
	// Faint tells where the weight of a mean is so small that it may as well be nothing; nil for the others.
	Faint []bool
	// Footprint is that of the pen where the field is known, which is its presence; nil where that is the whole one.
	Footprint []Range
}

// Paint draws the outings on the window. What lies outside the window is lost, so
// the window must hold all of them and the reach of the glow.
func Paint(outings []Outing, s Settings, w Window) *Picture {
	p := painter{Window: w, settings: s, around: !w.Flat && w.W == mapWidth(w.Zoom)}
	pic := &Picture{Window: w, Fields: map[string]*Expected{}}
	if s.Least > 0 {
		p.crowdCounts(pic, outings)
	} else {
		p.counts(pic, outings)
	}
	p.means(pic, outings)
	return pic
}

func mapWidth(zoom uint8) int { return 256 << zoom }

type painter struct {
	Window
	settings Settings
	around   bool
}

func (p *painter) zeros() []float64 { return make([]float64, p.W*p.H) }

// placed calls f for every turn of the map that brings the segment to the window, with
// its ends in pixels of the window.
func (p *painter) placed(g Segment, reach float64, f func(x0, y0, x1, y1 float64)) {
	width := float64(mapWidth(p.Zoom))
	turns := 2.0
	if p.Flat {
		turns = 0
	}
	for turn := -turns; turn <= turns; turn++ {
		x0, y0 := (g.X0+turn)*width-float64(p.X0), g.Y0*width-float64(p.Y0)
		x1, y1 := (g.X1+turn)*width-float64(p.X0), g.Y1*width-float64(p.Y0)
		if math.Max(x0, x1) >= -reach && math.Min(x0, x1) <= float64(p.W)+reach {
			f(x0, y0, x1, y1)
		}
	}
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

// distances returns how far each pixel's centre is from the outing's lines, for those nearer than reach.
func (p *painter) distances(o Outing, reach float64) map[int]float64 {
	distance := map[int]float64{}
	for _, g := range o.Segments {
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

// sums are what a segment leaves along its line (docs/layers.md, "The layers").
type sums struct {
	movedM, movedS              float64 // while moving
	beats, heartS               float64 // heart rate x seconds, seconds with a heart rate
	steepM, riseM, hillM, gradM float64 // up and down together, up less down, of hill training; metres with a known grade
	allS                        float64 // moving or not
}

func sumsOf(g Segment, hillMinGrade float64) sums {
	if m := g.Merged; m != nil {
		return sumsOfMerged(m)
	}
	s := sums{allS: g.DurS}
	if g.Moving {
		s.movedM, s.movedS = g.DistM, g.DurS
	}
	if g.HR != 0 {
		s.beats, s.heartS = g.HR*g.DurS, g.DurS
	}
	if !math.IsNaN(g.Grade) {
		s.steepM, s.riseM, s.gradM = math.Abs(g.Grade)*g.DistM, g.Grade*g.DistM, g.DistM
		if g.Grade >= hillMinGrade {
			s.hillM = s.riseM
		}
	}
	return s
}

// sumsOfMerged are the sums of many segments that a simplified line has one for, as they were added up. Its metres are those of moving, or all of
// the way where no times are known.
func sumsOfMerged(m *layers.Merged) sums {
	s := sums{allS: float64(m.SecondsS)}
	if m.MovingS > 0 {
		s.movedM, s.movedS = float64(m.MetresM), float64(m.MovingS)
	}
	if m.HR != 0 {
		s.beats, s.heartS = float64(m.HR)*float64(m.SecondsS), float64(m.SecondsS)
	}
	if !math.IsNaN(float64(m.RiseM)) {
		s.steepM, s.riseM, s.hillM, s.gradM = float64(m.SteepM), float64(m.RiseM), float64(m.HillM), float64(m.MetresM)
	}
	return s
}

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

// footprint is the softened footprint of the segments that are known.
func (p *painter) footprint(outings []Outing, known func(sums) bool) []Range {
	partOf := func(o Outing) (part Outing) {
		for _, g := range o.Segments {
			if known(sumsOf(g, p.settings.HillMinGrade)) {
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

// meanZoom is the deepest zoom whose means are its own.
const meanZoom = 15

// deepMean is the mean; beyond meanZoom it is made of the sums of that zoom, linear between the middles of its pixels.
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
	if f.weight == nil {
		// A pixel is a part of one of that zoom.
		for i := range fine.sum {
			fine.sum[i] /= float64(width * width)
		}
	}
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

// column brings x into the window, going around the map where the window does.
func (p *painter) column(x int) (int, bool) {
	if p.around {
		return (x%p.W + p.W) % p.W, true
	}
	return x, x >= 0 && x < p.W
}

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

// Crop returns the picture without that many of its outermost columns and rows.
func (pic *Picture) Crop(left, top, right, bottom int) *Picture {
	c := &Picture{Window: pic.Window, Fields: map[string]*Expected{}}
	c.X0, c.Y0, c.W, c.H = pic.X0+left, pic.Y0+top, pic.W-left-right, pic.H-top-bottom
	c.Footprint = crop(pic, c, pic.Footprint)
	for id, e := range pic.Fields {
		c.Fields[id] = &Expected{crop(pic, c, e.Values), crop(pic, c, e.Exact), crop(pic, c, e.Faint), crop(pic, c, e.Footprint)}
	}
	return c
}

func crop[T any](from, to *Picture, src []T) []T {
	if src == nil {
		return nil
	}
	var out []T
	for y := to.Y0 - from.Y0; y < to.Y0-from.Y0+to.H; y++ {
		at := y*from.W + to.X0 - from.X0
		out = append(out, src[at:at+to.W]...)
	}
	return out
}
