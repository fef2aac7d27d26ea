package generator

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
)

// Histograms of the tracks' own samples, from which the scales are chosen before anything is
// painted. Weights are whole numbers, so that the order of adding does not matter.
type samples struct {
	speed [256]int64 // metres by speed, speedBins to the octave from speedLow m/s
	heart [256]int64 // seconds by bpm
	grade [512]int64 // metres by |grade| in steps of gradeBin
}

const (
	speedLow  = 0.1
	speedBins = 24
	gradeBin  = 0.005
)

func (s *samples) measure(stretches []activity.Stretch) {
	for _, st := range stretches {
		for i := range st.Segments {
			g := &st.Segments[i]
			mm := int64(g.DistM * 1000)
			if g.Moving && g.DurS > 0 && g.DistM > 0 {
				v := float64(g.DistM / g.DurS)
				s.speed[binOf(math.Log2(v/speedLow)*speedBins, len(s.speed))] += mm
			}
			if g.HR > 0 {
				s.heart[binOf(float64(g.HR), len(s.heart))] += int64(g.DurS * 1000)
			}
			if g.Grade == g.Grade {
				s.grade[binOf(math.Abs(float64(g.Grade))/gradeBin, len(s.grade))] += mm
			}
		}
	}
}

func binOf(v float64, n int) int {
	if !(v > 0) {
		return 0
	}
	return int(math.Min(v, float64(n-1)))
}

func (s *samples) add(o *samples) {
	for i, v := range o.speed {
		s.speed[i] += v
	}
	for i, v := range o.heart {
		s.heart[i] += v
	}
	for i, v := range o.grade {
		s.grade[i] += v
	}
}

// percentile returns the bin below which the given part (0..1) of the weight lies; ok is false
// when there is none.
func percentile(bins []int64, part float64) (bin int, ok bool) {
	total := int64(0)
	for _, v := range bins {
		total += v
	}
	if total == 0 {
		return 0, false
	}
	want := int64(math.Ceil(part * float64(total)))
	for i, v := range bins {
		if want -= v; want <= 0 && v > 0 {
			return i, true
		}
	}
	return len(bins) - 1, true
}

// The outer percentiles of the samples that a scale must hold; blurred means lie well within.
const (
	lowPart  = 0.002
	highPart = 0.998
)

// A scaleNeed tells whether a scale holds what a field needs, and how one is made with room to spare. lo and hi are the ends of what
// it must hold.
type scaleNeed struct {
	lo, hi float64
	fits   func(layers.Scale) bool
	make   func() layers.Scale
}

// needs returns what the scale of every field must hold. activities is their number, days are those of the ones that have a date.
func (s *samples) needs(activities int, days []int, seconds bool) []scaleNeed {
	need := make([]scaleNeed, layers.FieldCount)
	within := func(lo, hi float64, ratio bool, make func() layers.Scale) scaleNeed {
		return scaleNeed{lo, hi, func(pinned layers.Scale) bool { return pinned.Fits(lo, hi, ratio) }, make}
	}

	// A count is at most the number of activities. Twice as many fit.
	count := scaleNeed{
		lo: 1, hi: float64(activities),
		fits: func(pinned layers.Scale) bool { return pinned.FitsCounts(float64(activities)) },
		make: func() layers.Scale { return layers.CountScale(max(64, 2*activities)) },
	}
	need[layers.Visits], need[layers.Fresh12], need[layers.Fresh36] = count, count, count
	if seconds {
		// From a hundredth of a second (a fast ride at a fine zoom, on its rim) to an hour
		// an outing in one pixel.
		hi := 3600 * float64(max(activities, 1))
		need[layers.Visits] = within(0.01, hi, true, func() layers.Scale { return layers.RatioScale(0.01, 2*hi) })
	}

	lo, hi := 2.0, 5.0 // m/s, when nothing moved
	if a, ok := percentile(s.speed[:], lowPart); ok {
		b, _ := percentile(s.speed[:], highPart)
		lo = speedLow * math.Exp2(float64(a)/speedBins)
		hi = speedLow * math.Exp2(float64(b+1)/speedBins)
	}
	need[layers.Pace] = scaleNeed{lo, hi, func(pinned layers.Scale) bool { return pinned.FitsSpeeds(lo, hi) },
		func() layers.Scale { return layers.RatioScale(lo/1.15, hi*1.15) }}

	hrLo, hrHi := 100.0, 160.0 // bpm, when no heart rate is known
	if a, ok := percentile(s.heart[:], lowPart); ok {
		b, _ := percentile(s.heart[:], highPart)
		hrLo, hrHi = float64(a), float64(b+1)
	}
	need[layers.HeartRate] = within(hrLo, hrHi, false, func() layers.Scale { return layers.EvenScale(hrLo-8, hrHi+8) })

	grade := 10.0 // per cent, at least
	if b, ok := percentile(s.grade[:], highPart); ok {
		grade = math.Min(math.Max(grade, 100*gradeBin*float64(b+1)), maxScaleGrade/1.25)
	}
	even := func(lo, hi float64) scaleNeed {
		return within(lo, hi, false, func() layers.Scale { return layers.EvenScale(lo*1.25, hi*1.25) })
	}
	need[layers.Steepness], need[layers.Hills] = even(0, grade), even(0, grade)
	need[layers.Direction] = even(-grade, grade)

	need[layers.Recency] = scaleNeed{
		fits: func(pinned layers.Scale) bool { return pinned.FitsDays(days) },
		make: func() layers.Scale { return layers.DayScale(days) },
	}
	return need
}

// maxScaleGrade keeps the steps of the signed scale of grades within 2 %: 62 steps of 2 % for
// -62..62 %. Steeper means take the end of the scale.
const maxScaleGrade = 62

// usable reports whether a scale that was read is one: values that ascend, and presences that do, up to 1.
func usable(s layers.Scale) bool {
	ascend := func(column []float32) bool {
		for i, v := range column {
			// An infinite number less itself is none.
			if v-v != 0 || i > 0 && v <= column[i-1] {
				return false
			}
		}
		return len(column) > 0
	}
	return ascend(s.Values) && ascend(s.Presence) && s.Presence[0] > 0 && s.Presence[len(s.Presence)-1] <= 1 && s.MaxIndex() <= 255
}

// chooseScales returns the scale of every field: the pinned one of the archive that is about to be
// replaced while it still serves (so that unchanged places keep their bytes), else a new one.
func chooseScales(need []scaleNeed, pinned []layers.Scale) []layers.Scale {
	scales := make([]layers.Scale, len(need))
	for i, n := range need {
		if i < len(pinned) && n.fits(pinned[i]) {
			scales[i] = pinned[i]
			continue
		}
		scales[i] = n.make()
	}
	return scales
}
