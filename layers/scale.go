package layers

import (
	"math"
	"slices"

	"heatmapgen/layers/raster"
)

// A Scale says which values the levels of a field stand for. Values ascend;
// Presence lists the presences, 1 only for counts. len(Values)*len(Presence) <= 255.
type Scale struct {
	Values   []float32 `json:"values"`
	Presence []float32 `json:"presence"`
}

// MaxIndex is the largest index a tile of this scale may hold.
func (s Scale) MaxIndex() int { return len(s.Values) * len(s.Presence) }

// The precision that scales are made for (docs/layers.md, "Stored precision").
const (
	countRatio = 1.1   // nearest of steps of at most 10 % is within 5 %
	countThird = 10    // counts up to here have levels at thirds
	speedRatio = 1.036 // within 1.8 %, which leaves something to what simplified lines change
	meanLevels = 63    // times 4 presences, 252 of the 255 indices
)

// presences returns n presence levels, evenly spaced up to 1.
func presences(n int) []float32 {
	p := make([]float32, n)
	for i := range p {
		p[i] = float32(i+1) / float32(n)
	}
	return p
}

// CountScale returns the scale of counts up to at least top activities: a few levels below 1 for the rim of the glow,
// thirds up to 10, every whole number up to 20, and then whole numbers in steps of at most 10 %. Thirds look as smooth as
// halves, and each of them stands for numbers that round to the same whole one, which a half does not: so what is told
// of a pixel is what its number rounds to.
func CountScale(top int) Scale {
	s := Scale{Values: rim(), Presence: presences(1)}
	for thirds := 3; thirds <= 3*countThird; thirds++ {
		s.Values = append(s.Values, float32(thirds)/3)
	}
	for v := float64(countThird); v < float64(top) && len(s.Values) < 255; {
		v = math.Max(v+1, math.Floor(v*countRatio))
		s.Values = append(s.Values, float32(v))
	}
	return s
}

// rim returns the levels below 1 of the rim of the glow.
func rim() []float32 { return []float32{0.08, 0.2, 0.35, 0.5, 0.65, 0.8} }

// StepScale returns the scale of counts that are told in steps, at least 1, up to at least top: levels up to 1 for the glow, and then multiples of the step, each one up to
// 20 of them and further ones at most 10 % apart.
func StepScale(step, top int) Scale {
	s := Scale{Values: append(rim(), 1), Presence: presences(1)}
	for n := 1; ; n = nextStep(n) {
		if v := float32(step) * float32(n); v > 1 {
			s.Values = append(s.Values, v)
		}
		if n >= exactSteps && step*n >= top || len(s.Values) == 255 {
			return s
		}
	}
}

// exactSteps is the number of steps up to which every number of them is told.
const exactSteps = 2 * countThird

// nextStep returns the next number of steps that is told, after one that is.
func nextStep(n int) int { return max(n+1, int(math.Floor(float64(n)*countRatio))) }

// FitsSteps tells whether a scale pinned by an earlier build still serves counts up to top that are told in steps: it is one that StepScale makes, and holds them without being
// far too long.
func (s Scale) FitsSteps(step int, top float64) bool {
	return s.Fits(1, top, true) && slices.Equal(s.Values, StepScale(step, int(s.Values[len(s.Values)-1])).Values)
}

// Is tells whether a scale is another one.
func (s Scale) Is(o Scale) bool {
	return slices.Equal(s.Values, o.Values) && slices.Equal(s.Presence, o.Presence)
}

// countScale tells whether s is one that CountScale makes, whatever its top.
func (s Scale) countScale() bool {
	return slices.Equal(s.Values, CountScale(int(s.Values[len(s.Values)-1])).Values)
}

// EvenScale returns a scale of evenly spaced values from lo to hi with presences.
func EvenScale(lo, hi float64) Scale {
	s := Scale{Presence: presences(4)}
	for i := 0; i < meanLevels; i++ {
		s.Values = append(s.Values, float32(lo+(hi-lo)*float64(i)/(meanLevels-1)))
	}
	return s
}

// RatioScale returns a scale of values from lo to hi, both above 0, that grow by equal
// ratios. Where hi/lo asks for it to be precise, it has more levels and fewer presences.
func RatioScale(lo, hi float64) Scale {
	levels, shares := meanLevels, 4
	for shares > 2 && math.Pow(hi/lo, 1/float64(levels-1)) > speedRatio {
		shares--
		levels = 255 / shares
	}
	s := Scale{Presence: presences(shares)}
	for i := range levels {
		s.Values = append(s.Values, float32(lo*math.Pow(hi/lo, float64(i)/float64(levels-1))))
	}
	return s
}

// Fits tells whether a scale pinned by an earlier build still serves values from lo to
// hi: they lie within it, and it is not more than four times as wide as they need.
func (s Scale) Fits(lo, hi float64, ratio bool) bool {
	n := len(s.Values)
	if n < 2 || len(s.Presence) == 0 || s.MaxIndex() > 255 {
		return false
	}
	a, b := float64(s.Values[0]), float64(s.Values[n-1])
	if lo < a || hi > b {
		return false
	}
	if ratio {
		return math.Log(b/a) <= 4*math.Max(math.Log(hi/lo), math.Log(2))
	}
	return b-a <= 4*(hi-lo)
}

// The levels of days: that many stand for days there are, at least so many more for days to come, a week apart.
const (
	dayLevels  = 85 // times 3 presences, 255 indices
	pastLevels = 63
	weekDays   = 7
	// No day is farther from its level than this part of the span from the oldest day to the newest; days close to the newest
	// are much nearer to theirs, since an error grows with the age from nearDays on.
	dayPart  = 1. / 60
	nearDays = 7
)

// DayScale returns the scale of the given days (as activity.DayOf counts), which may come in any order and be none. Its levels are
// days of them: all where there are at most 63, else those from which no day is farther than a 60th of the span, and the
// newest ones hardly at all; the oldest and the newest are among them. Beyond the newest a level a week follows, for
// activities to come.
func DayScale(days []int) Scale {
	days = ascending(days)
	s := Scale{Presence: presences(3)}
	for _, d := range someDays(days) {
		s.Values = append(s.Values, float32(d))
	}
	for d := days[len(days)-1]; len(s.Values) < dayLevels; {
		d += weekDays
		s.Values = append(s.Values, float32(d))
	}
	return s
}

// ascending returns the different days in order, day 0 where there are none.
func ascending(days []int) []int {
	days = slices.Compact(slices.Sorted(slices.Values(days)))
	if len(days) == 0 {
		return []int{0}
	}
	return days
}

// someDays chooses at most pastLevels of ascending days.
func someDays(days []int) []int {
	if len(days) <= pastLevels {
		return days
	}
	// The least growth of errors by age that is possible with so many levels, by halving; 1 asks for the 60th alone.
	lo, hi := 0.0, 1.0
	best := daysWithin(days, hi)
	for range 40 {
		mid := (lo + hi) / 2
		if chosen := daysWithin(days, mid); len(chosen) <= pastLevels {
			best, hi = chosen, mid
		} else {
			lo = mid
		}
	}
	return best
}

// daysWithin chooses some of ascending days, the first and the last among them, so that each day is as near to a chosen one as its age
// asks for, growth being how fast errors may grow with it.
func daysWithin(days []int, growth float64) []int {
	oldest, newest := days[0], days[len(days)-1]
	may := func(day int) float64 {
		return math.Min(float64(newest-oldest)*dayPart, growth*float64(newest-day+nearDays))
	}
	chosen := []int{newest}
	for i := len(days) - 1; i >= 0; {
		at := chosen[len(chosen)-1]
		for i >= 0 && float64(at-days[i]) <= may(at) {
			i--
		}
		if i < 0 {
			break
		}
		// The oldest day from which the newest one left is near enough stands for it, and for older ones.
		next := i
		for next > 0 && float64(days[i]-days[next-1]) <= may(days[i]) {
			next--
		}
		chosen = append(chosen, days[next])
	}
	if chosen[len(chosen)-1] != oldest {
		chosen = append(chosen, oldest)
	}
	slices.Reverse(chosen)
	return chosen
}

// FitsDays tells whether a scale of days pinned by an earlier build still serves the given ones: they lie within it, each no farther
// from a level than DayScale would have it, and it does not begin long before them. Levels that are no whole days are those
// of earlier versions.
func (s Scale) FitsDays(days []int) bool {
	n := len(s.Values)
	if n < 2 || len(s.Presence) == 0 || s.MaxIndex() > 255 {
		return false
	}
	for _, v := range s.Values {
		if float64(v) != math.Floor(float64(v)) {
			return false
		}
	}
	days = ascending(days)
	oldest, newest := float64(days[0]), float64(days[len(days)-1])
	span := newest - oldest
	if oldest < float64(s.Values[0]) || newest > float64(s.Values[n-1]) || float64(s.Values[0]) < oldest-math.Max(90, span/2) {
		return false
	}
	l := raster.NewLinearLevels(s.Values)
	for _, d := range days {
		if math.Abs(float64(l.Value(l.Of(float32(d))))-float64(d)) > math.Max(0.5, span*dayPart) {
			return false
		}
	}
	return true
}

// FitsSpeeds tells whether a scale of speeds pinned by an earlier build still serves those from lo to hi: it holds them, and is as precise as RatioScale
// would make it.
func (s Scale) FitsSpeeds(lo, hi float64) bool {
	return s.Fits(lo, hi, true) && len(s.Values) >= len(RatioScale(float64(s.Values[0]), float64(s.Values[len(s.Values)-1])).Values)
}

// FitsCounts tells whether a scale of counts pinned by an earlier build still serves counts up to top: it is one that CountScale makes, and
// holds them without being far too long.
func (s Scale) FitsCounts(top float64) bool { return s.Fits(1, top, true) && s.countScale() }

// quantiser turns values and presences of one field into indices.
type quantiser struct {
	value    *raster.Levels
	levels   int
	presence []uint8 // by 1/64 of presence from 0 to 64: 1 + presence level, 0 for none
	least    float32 // smallest count that is shown
}

// presenceSteps is the resolution of the table from presence to its level.
const presenceSteps = 64

func newQuantiser(s Scale, kind Kind) quantiser {
	levels := raster.NewLevels
	if kind == Date {
		levels = raster.NewLinearLevels
	}
	q := quantiser{value: levels(s.Values), levels: len(s.Values), least: s.Values[0] / 2}
	q.presence = make([]uint8, presenceSteps+1)
	for i := range q.presence {
		p := float32(i) / presenceSteps
		best, gap := 0, p // nothing is a presence of 0
		for k, v := range s.Presence {
			if d := float32(math.Abs(float64(v - p))); d <= gap {
				best, gap = k+1, d
			}
		}
		q.presence[i] = uint8(best)
	}
	return q
}

// presenceOf returns 1 + the presence level nearest to p, 0 where that is nothing.
func (q *quantiser) presenceOf(p float32) uint8 {
	if p >= 1 {
		p = 1
	}
	return q.presence[int(p*presenceSteps+0.5)]
}

// index returns the index of value v with the presence that presenceOf gave.
func (q *quantiser) index(v float32, presence uint8) uint8 {
	return uint8(int(presence-1)*q.levels + q.value.Of(v) + 1)
}
