package layers

import (
	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// A Run is one stretch of an activity on the map, or the part of it near a
// cell: n points and what is known of the n-1 ways that join them, either as
// Segments, or, in a simplified line, as Merged. At coarse zooms lines and what they leave on pixels are apart: a run with Known is a line for the pen alone, one with
// Spots is no line but pixels, of which the points are the middles, as many as there are spots.
type Run struct {
	Points   []raster.Point
	Segments []activity.Segment
	Merged   []Merged
	Known    []Known
	Spots    []Spot
}

// Ways returns the number of ways, or of spots.
func (r *Run) Ways() int {
	if r.Spots != nil {
		return len(r.Spots)
	}
	return len(r.Points) - 1
}

// Ends returns where way i begins and ends; both are the middle of a spot.
func (r *Run) Ends(i int) (p, q raster.Point) {
	if r.Spots != nil {
		return r.Points[i], r.Points[i]
	}
	return r.Points[i], r.Points[i+1]
}

// Known says what is known of a way.
type Known uint8

// What may be known of a way: that it moved in a known time, a heart rate, a grade.
const (
	KnowsMoving Known = 1 << iota
	KnowsHeart
	KnowsGrade
	KnowsAll = KnowsMoving | KnowsHeart | KnowsGrade
)

// A Spot is what an activity leaves on a pixel, and so on all coarser ones that hold it: the sums of docs/layers.md in whole numbers from 0.
type Spot [SpotSums]int64

// The sums of a Spot.
const (
	SpotSeconds = iota // ms, moving or not
	SpotMoved          // ms while moving
	SpotHeart          // ms with a heart rate
	SpotMetres         // mm while moving
	SpotGraded         // mm with a known grade
	SpotBeats          // heart rate in bpm x seconds
	SpotUp             // mm climbed
	SpotDown           // mm descended
	SpotHills          // mm climbed in hill training
	SpotSums
)

// Merged is what the segments of a part of the way add up to, where a simplified line has but one for them.
type Merged struct {
	// SecondsS is all time, MovingS that of moving; 0 where not known.
	SecondsS, MovingS float32
	// MetresM is the way while moving, all of it where times are not known.
	MetresM float32
	// HR is the mean heart rate in bpm, 0 where not known.
	HR float32
	// RiseM is signed metres climbed, NaN where grades are not known; SteepM metres up and down together, HillM those of hill training.
	RiseM, SteepM, HillM float32
}

// A Piece is what one activity brings to a cell.
type Piece struct {
	// Day is the day of the activity, as activity.DayOf counts; NoDay when unknown.
	Day int
	// Who stands for the athlete where athletes are counted.
	Who int
	// Fresh12 and Fresh36 tell that the day lies in the last 365 and 1095 days.
	Fresh12, Fresh36 bool
	Runs             []Run
}

// NoDay stands for the day of an activity whose start is not known: it counts
// for visits, not for freshness, and as the oldest of all days for recency.
const NoDay = -1 << 30

// partialPrints are the channels of footprints that not every segment belongs to.
var partialPrints = [...]int{penMoving, penHeart, penGrade}

// knows tells whether the way from point i belongs to the footprint of a channel: whether it has a part in the denominator of its means.
func (r *Run) knows(i, channel int) bool {
	if r.Known != nil {
		return r.Known[i]>>(channel-penMoving)&1 != 0
	}
	if r.Merged != nil {
		m := &r.Merged[i]
		switch channel {
		case penMoving:
			return m.MovingS > 0
		case penHeart:
			return m.HR > 0 && m.SecondsS > 0
		}
		return m.RiseM == m.RiseM && m.MetresM > 0
	}
	return KnownOf(&r.Segments[i])>>(channel-penMoving)&1 != 0
}

// KnownOf returns what is known of the way of a segment.
func KnownOf(s *activity.Segment) (known Known) {
	if s.Moving && s.DurS > 0 {
		known |= KnowsMoving
	}
	if s.HR > 0 && s.DurS > 0 {
		known |= KnowsHeart
	}
	if s.Grade == s.Grade && s.DistM > 0 {
		known |= KnowsGrade
	}
	return known
}
