// Package lines makes the blocks of an archive: the line of every activity, simplified, with what the page paints and lists
// from it, cut along the tiles of one zoom. docs/format.md, "Lines", describes their bytes.
//
// In it are Make, from an activity's runs on the map to its Line; Gather, from the lines of all activities to Blocks, each of
// which is encoded by itself; and, back, Decode for one block, Assemble for all of them and Pieces for the painter. It knows
// nothing of files and of the rest of the archive; package generator calls it while it gathers, and the page reads the blocks
// with viewer/src/tracks/block.ts.
package lines

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

const (
	// GridBits is the logarithm of the grid's width: a unit is 0.6 m at the equator.
	GridBits = 26
	// Zoom is that of the tiles that blocks are cut along: a view at street level needs one to four of them.
	Zoom = 14
	// blockBits is the logarithm of a block's width in units.
	blockBits = GridBits - Zoom
)

// gridShift is what takes a place of package raster to the grid.
const gridShift = raster.WorldBits - GridBits

// ToleranceM is how far, in metres on the ground, a sample may lie from the line that stands for it: below what a receiver is off by
// itself. docs/benchmarks.md has what other tolerances would cost, and show.
const ToleranceM = 1.5

const (
	// earthM is the radius in metres of the sphere that distances are measured on.
	earthM = 6_371_008.8
	// rounding is how far, in units, rounding to the grid moves a vertex at most: half a unit's diagonal.
	rounding = 0.5 * math.Sqrt2
	// A segment is at most so long and lasts at most so long, so that what is told of it is told of a place.
	longestM = 100
	longestS = 120
	// mostMerged bounds the samples of one segment, and with them the time that looking for it takes.
	mostMerged = 256
)

// The units of the blocks' numbers.
const (
	perSecond = 4
	perMetre  = 2  // of way
	perHeight = 10 // of a metre climbed
	// mostNumber bounds the numbers of broken recordings: more than there is on earth, in 32 bits.
	mostNumber = 1 << 29
)

// metresPerUnit returns the metres that a grid unit spans at grid row y.
func metresPerUnit(y int64) float64 {
	return 2 * math.Pi * earthM / (1 << GridBits) / math.Cosh(math.Pi*(1-2*float64(y)/(1<<GridBits)))
}

// Make simplifies the runs of an activity and cuts them along the blocks. altitudes has the smoothed altitude of each run's first
// sample in metres, NaN where not known; minGrade is the grade from which a climb counts as hill training.
func Make(runs []layers.Run, altitudes []float32, minGrade float32) *Line {
	c := cutter{line: &Line{}}
	for i := range runs {
		r := &runs[i]
		c.begin(onGrid(r.Points[0]), altitudes[i])
		for from := 0; from < len(r.Segments); {
			to := reach(r, from)
			s := merge(r.Segments[from:to], minGrade)
			c.segment(onGrid(r.Points[from]), onGrid(r.Points[to]), &s)
			from = to
		}
		c.end()
	}
	return c.line
}

// reach returns the farthest sample that one segment from sample from may end at.
func reach(r *layers.Run, from int) int {
	p := r.Points[from]
	unit := metresPerUnit(p.Y>>gridShift) / (1 << gridShift) // metres of a world unit
	tolerance, longest := ToleranceM/unit-rounding*(1<<gridShift), longestM/unit
	seconds := float64(r.Segments[from].DurS)
	to := from + 1
	for to < len(r.Segments) && to-from < mostMerged {
		seconds += float64(r.Segments[to].DurS)
		if seconds > longestS || !raster.Straight(r.Points[from:to+2], tolerance, longest) {
			break
		}
		to++
	}
	return to
}

// sums are what the samples between two vertices add up to.
type sums struct {
	seconds, stopped, metres float64
	heart                    float64 // mean in bpm, 0 unknown
	graded                   bool
	rise, steep, hill        float64
}

func merge(segments []activity.Segment, minGrade float32) sums {
	var s sums
	var all, known, beats, heartTime float64
	for i := range segments {
		g := &segments[i]
		dist, dur := float64(g.DistM), float64(g.DurS)
		s.seconds += dur
		all += dist
		if g.Moving {
			s.metres += dist
		} else {
			s.stopped += dur
		}
		if g.HR > 0 {
			// Where times are missing every sample counts alike, so that the heart rate is still told.
			w := max(dur, 1e-3)
			beats += w * float64(g.HR)
			heartTime += w
		}
		if grade := float64(g.Grade); grade == grade {
			rise := grade * dist
			known += dist
			s.rise += rise
			s.steep += math.Abs(rise)
			if g.Grade >= minGrade {
				s.hill += rise
			}
		}
	}
	if s.seconds == 0 {
		s.metres = all
	}
	if heartTime > 0 {
		s.heart = beats / heartTime
	}
	// What is told for all of the way is to be known for most of it.
	s.graded = known > 0 && 2*known >= all
	return s
}

// part returns the sums of a part of the way.
func (s *sums) part(share float64) sums {
	p := *s
	for _, v := range []*float64{&p.seconds, &p.stopped, &p.metres, &p.rise, &p.steep, &p.hill} {
		*v *= share
	}
	return p
}

// onGrid rounds a place to the grid.
func onGrid(p raster.Point) raster.Point {
	const half = 1 << (gridShift - 1)
	return raster.Point{X: (p.X + half) >> gridShift, Y: (p.Y + half) >> gridShift}
}

func round(v float64) int64 { return int64(math.Round(v)) }

// unitsBetween returns the length of a segment in units. Readers must come to the very same number, as times are told by it.
func unitsBetween(dx, dy int64) float64 {
	return math.Sqrt(float64(dx)*float64(dx) + float64(dy)*float64(dy))
}
