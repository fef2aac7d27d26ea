package activity

import (
	"encoding/binary"
	"hash/fnv"
	"math"
)

// Figures are what lists say of an activity: metres, seconds moving, metres climbed.
type Figures struct{ DistanceM, MovingS, AscentM float64 }

// The ratios of an activity's own figures to what its samples add up to. Beyond these bounds it is not another method of summing that
// differs: the figures count what was not recorded. Ascents differ most between methods.
const (
	maxWayRatio    = 1.1
	maxAscentRatio = 5
	// ratioSteps is how many steps the ratios are told in to the whole: half per cents.
	ratioSteps = 200
)

// Shown returns the figures of an activity of which only a part is shown: its own ones times the share that is shown. own are those of its
// source or file, whole and part what the samples of all of it and of what is shown add up to, by one method.
//
// So a total does not change its method where something is hidden. The share is not told by it: of what is
// listed a stranger knows part, and with it the ratio of own to whole, which is about receivers and not about places. As own may
// be guessed (10 km on the dot), the ratio goes to one of the two half per cents beside it, by chance: so it is
// right on average, and of 10 km it leaves open 50 m to both sides, which is more than methods differ by in most cases anyway. seed makes the
// chance; as for Privacy.Apply it must be a hash of the whole recording, what is hidden included.
func Shown(own, whole, part Figures, seed [32]byte) Figures {
	share := 0.0
	if whole.DistanceM > 0 {
		share = rounded(part.DistanceM/whole.DistanceM, seed, 0)
	}
	figure := func(own, whole, part, most float64, which int) float64 {
		if whole <= 0 {
			// Nothing was recorded of it, so it is spread over the way.
			return own * share
		}
		ratio := own / whole
		if !(ratio >= 1/most && ratio <= most) {
			return part
		}
		return part * rounded(ratio, seed, which)
	}
	return Figures{
		DistanceM: figure(own.DistanceM, whole.DistanceM, part.DistanceM, maxWayRatio, 1),
		MovingS:   figure(own.MovingS, whole.MovingS, part.MovingS, maxWayRatio, 2),
		AscentM:   figure(own.AscentM, whole.AscentM, part.AscentM, maxAscentRatio, 3),
	}
}

// rounded returns one of the two steps beside a ratio, each as often as makes it right on average; 1 stays 1.
func rounded(ratio float64, seed [32]byte, which int) float64 {
	h := fnv.New64a()
	h.Write(seed[:])
	var b [8]byte
	// Of another length than what cuts are drawn from, so that it is none of their draws.
	binary.LittleEndian.PutUint64(b[:], math.MaxUint64-uint64(which))
	h.Write(b[:])
	u := float64(h.Sum64()>>11) / (1 << 53)
	return math.Floor(ratio*ratioSteps+u) / ratioSteps
}
