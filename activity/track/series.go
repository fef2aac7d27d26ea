package track

import (
	"cmp"
	"math"

	"heatmapgen/internal/sorting"
)

// A series are values at moments of their own, such as heart rates beside positions.
type series struct {
	values []valueAt
	k      int // how many of them are not later than the moment asked for last
}

type valueAt struct {
	ms int64
	v  float64
}

// seriesGapMS is how old a value may be to count for a sample.
const seriesGapMS = 5000

func (s *series) reset() { s.values, s.k = s.values[:0], 0 }

func (s *series) add(ms int64, v float64) {
	if finite(v) {
		s.values = append(s.values, valueAt{ms, v})
	}
}

// sort is to be called before at.
func (s *series) sort() {
	sorting.StableFunc(s.values, func(a, b valueAt) int { return cmp.Compare(a.ms, b.ms) })
	s.k = 0
}

// at returns the last value up to a moment, NaN where that is too old or there is none. It is quick for moments in their order.
func (s *series) at(ms int64) float64 {
	for s.k > 0 && s.values[s.k-1].ms > ms {
		s.k--
	}
	for s.k < len(s.values) && s.values[s.k].ms <= ms {
		s.k++
	}
	if s.k == 0 || ms-s.values[s.k-1].ms > seriesGapMS {
		return math.NaN()
	}
	return s.values[s.k-1].v
}

// positive returns v, and 0 for what is no number above that.
func positive(v float64) float64 {
	if v > 0 && finite(v) {
		return v
	}
	return 0
}
