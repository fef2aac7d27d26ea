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
	// Zoom is that of the tiles that blocks at full detail are cut along: a view at street level needs one to four of them.
	Zoom = 14
)

// Zooms are those of the tiles that blocks are cut along, the finest first: blocks of Zoom have the lines at full detail, those of another zoom
// as far as they can be seen at it and at those between it and the next finer one.
var Zooms = [...]uint8{Zoom, 12, 9, 6, 3}

// pixelShift returns the logarithm of a pixel in grid units at the finest zoom that blocks of less detail serve, by their place in Zooms.
func pixelShift(place int) int { return GridBits - 8 - int(Zooms[place-1]-1) }

// unitShift returns the logarithm of the units, in grid units, that places are told in.
func unitShift(place int) uint {
	if place == 0 {
		return 0
	}
	return uint(pixelShift(place) - unitsOfPixel)
}

// unitsOfPixel is the logarithm of the units in a pixel that blocks of less detail tell places in.
const unitsOfPixel = 3

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
	// tolerancePx and longestPx take their place in blocks of less detail, in pixels of the finest zoom that these serve.
	tolerancePx = 0.25
	longestPx   = 8
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

// MetresPerUnit returns the metres that a grid unit spans at grid row y.
func MetresPerUnit(y int64) float64 {
	return 2 * math.Pi * earthM / (1 << GridBits) / math.Cosh(math.Pi*(1-2*float64(y)/(1<<GridBits)))
}

// Make simplifies the runs of an activity and cuts them along the blocks of all zooms. altitudes has the smoothed altitude of each run's first
// sample in metres, NaN where not known; minGrade is the grade from which a climb counts as hill training; sensors are those whose readings are told.
func Make(runs []layers.Run, altitudes []float32, minGrade float32, sensors ...activity.Sensor) *Line {
	return makeWithin(ToleranceM, runs, altitudes, minGrade, sensors...)
}

// makeWithin is Make with another tolerance in metres.
func makeWithin(toleranceM float64, runs []layers.Run, altitudes []float32, minGrade float32, sensors ...activity.Sensor) *Line {
	ways := make([]way, len(runs))
	for i := range runs {
		ways[i] = simplified(&runs[i], toleranceM, altitudes[i], minGrade)
	}
	l := &Line{}
	tolerance := 0.0 // of what there is already, in world units
	if len(runs) > 0 {
		tolerance = toleranceM / MetresPerUnit(runs[0].Points[0].Y>>gridShift) * (1 << gridShift)
	}
	for i, zoom := range Zooms {
		if i > 0 {
			pixel := math.Ldexp(1, pixelShift(i)+gridShift)
			for k := range ways {
				ways[k] = ways[k].coarser(max(0, tolerancePx*pixel-tolerance), longestPx*pixel)
			}
			tolerance = tolerancePx * pixel
		}
		c := cutter{line: l, zoom: zoom, shift: unitShift(i), sensors: sensors}
		c.side = 1 << (GridBits - uint(zoom) - c.shift)
		for k := range ways {
			c.way(&ways[k])
		}
		l.count(i)
	}
	return l
}

// A way is a simplified stretch: places, and what the samples between them add up to.
type way struct {
	points    []raster.Point
	sums      []sums
	altitudeM float32 // of the first point, NaN where not known
}

// simplified returns a run at full detail.
func simplified(r *layers.Run, toleranceM float64, altitudeM, minGrade float32) way {
	w := way{points: []raster.Point{r.Points[0]}, altitudeM: altitudeM}
	for from := 0; from < len(r.Segments); {
		to := reach(r, from, toleranceM)
		w.points = append(w.points, r.Points[to])
		w.sums = append(w.sums, merge(r.Segments[from:to], minGrade))
		from = to
	}
	return w
}

// coarser returns the way with further points left out that lie within tolerance of it, and segments of at most longest, both in world units.
func (w *way) coarser(tolerance, longest float64) way {
	out := way{points: w.points[:1:1], altitudeM: w.altitudeM}
	for from := 0; from < len(w.sums); {
		s := w.sums[from]
		to := from + 1
		for to < len(w.sums) && to-from < mostMerged && raster.Straight(w.points[from:to+2], tolerance, longest) {
			s = s.plus(&w.sums[to])
			to++
		}
		out.points = append(out.points, w.points[to])
		out.sums = append(out.sums, s)
		from = to
	}
	return out
}

// reach returns the farthest sample that one segment from sample from may end at.
func reach(r *layers.Run, from int, toleranceM float64) int {
	p := r.Points[from]
	unit := MetresPerUnit(p.Y>>gridShift) / (1 << gridShift) // metres of a world unit
	tolerance, longest := toleranceM/unit-rounding*(1<<gridShift), longestM/unit
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
	heart, heartTime         float64                       // mean in bpm, 0 unknown, and the seconds that it is of
	readings, readTime       [activity.SensorCount]float64 // means, 0 unknown, and the seconds that each is of
	way, known               float64                       // metres in all, and those of which the grade is known
	rise, steep, hill        float64
}

// graded tells whether the grade counts as known: what is told for all of the way is to be known for most of it.
func (s *sums) graded() bool { return s.known > 0 && 2*s.known >= s.way }

// plus returns what two ways add up to.
func (s *sums) plus(o *sums) sums {
	t := sums{
		seconds: s.seconds + o.seconds, stopped: s.stopped + o.stopped, metres: s.metres + o.metres,
		heartTime: s.heartTime + o.heartTime, way: s.way + o.way, known: s.known + o.known,
		rise: s.rise + o.rise, steep: s.steep + o.steep, hill: s.hill + o.hill,
	}
	if t.heartTime > 0 {
		t.heart = (s.heart*s.heartTime + o.heart*o.heartTime) / t.heartTime
	}
	for k := range t.readings {
		if t.readTime[k] = s.readTime[k] + o.readTime[k]; t.readTime[k] > 0 {
			t.readings[k] = (s.readings[k]*s.readTime[k] + o.readings[k]*o.readTime[k]) / t.readTime[k]
		}
	}
	return t
}

func merge(segments []activity.Segment, minGrade float32) sums {
	var s sums
	var beats float64
	for i := range segments {
		g := &segments[i]
		dist, dur := float64(g.DistM), float64(g.DurS)
		s.seconds += dur
		s.way += dist
		if g.Moving {
			s.metres += dist
		} else {
			s.stopped += dur
		}
		// Where times are missing every sample counts alike, so that the heart rate is still told.
		w := max(dur, 1e-3)
		if g.HR > 0 {
			beats += w * float64(g.HR)
			s.heartTime += w
		}
		for k, reading := range g.Readings {
			if reading > 0 {
				s.readings[k] += w * float64(reading)
				s.readTime[k] += w
			}
		}
		if grade := float64(g.Grade); grade == grade {
			rise := grade * dist
			s.known += dist
			s.rise += rise
			s.steep += math.Abs(rise)
			if g.Grade >= minGrade {
				s.hill += rise
			}
		}
	}
	if s.seconds == 0 {
		s.metres = s.way
	}
	if s.heartTime > 0 {
		s.heart = beats / s.heartTime
	}
	for k, time := range s.readTime {
		if time > 0 {
			s.readings[k] /= time
		}
	}
	return s
}

// part returns the sums of a part of the way.
func (s *sums) part(share float64) sums {
	p := *s
	for _, v := range []*float64{&p.seconds, &p.stopped, &p.metres, &p.heartTime, &p.way, &p.known, &p.rise, &p.steep, &p.hill} {
		*v *= share
	}
	for k := range p.readTime {
		p.readTime[k] *= share
	}
	return p
}

func round(v float64) int64 { return int64(math.Round(v)) }

// unitsBetween returns the length of a segment in units. Readers must come to the very same number, as times are told by it.
func unitsBetween(dx, dy int64) float64 {
	return math.Sqrt(float64(dx)*float64(dx) + float64(dy)*float64(dy))
}
