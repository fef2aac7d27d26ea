// Package lines makes the tracks blob of an archive: the line of every activity, simplified, with what the page draws and
// lists live. docs/format.md, "Tracks", describes its bytes.
//
// In it are Make, from an activity's runs on the map to its Line; Blob, from the lines of all activities to the blob; and
// Decode, back. It knows nothing of files and of the rest of the archive; package generator calls it while it gathers, and
// the page reads the blob with viewer/src/tracks/decode.ts.
package lines

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// GridBits is the logarithm of the grid's width: a unit is 0.6 m at the equator.
const GridBits = 26

// gridShift is what takes a place of package raster to the grid.
const gridShift = raster.WorldBits - GridBits

// ToleranceM is how far, in metres on the ground, a sample may lie from the line that stands for it.
const ToleranceM = 2

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

// The units of the blob's numbers.
const (
	perSecond = 4
	perMetre  = 10
	// mostNumber bounds the numbers of broken recordings: more than there is on earth, in 32 bits.
	mostNumber = 1 << 29
)

// metresPerUnit returns the metres that a grid unit spans at grid row y.
func metresPerUnit(y int64) float64 {
	return 2 * math.Pi * earthM / (1 << GridBits) / math.Cosh(math.Pi*(1-2*float64(y)/(1<<GridBits)))
}

// A Line is the line of one activity, encoded but for what hangs on the activity before it.
type Line struct {
	columns            [columnCount][]byte
	stretches          int
	vertices           int
	firstX, firstY     int64
	lastX, lastY       int64
	firstHeart         int64
	lastHeart          int64
	anyVertex, anyPart bool
}

// Vertices returns the number of the line's vertices.
func (l *Line) Vertices() int { return l.vertices }

// Make simplifies the runs of an activity. altitudes has the smoothed altitude of each run's first sample in metres, NaN where
// not known; minGrade is the grade from which a climb counts as hill training.
func Make(runs []layers.Run, altitudes []float32, minGrade float32) *Line {
	l := &Line{}
	for i := range runs {
		l.add(&runs[i], altitudes[i], minGrade)
	}
	l.columns[colStretches] = appendNumber(nil, uint64(l.stretches))
	return l
}

// add appends a run as a stretch.
func (l *Line) add(r *layers.Run, altitudeM, minGrade float32) {
	l.stretches++
	vertices := 1
	l.vertex(r.Points[0])
	var carry sums
	for from := 0; from < len(r.Segments); vertices++ {
		to := reach(r, from)
		l.vertex(r.Points[to])
		s := merge(r.Segments[from:to], minGrade)
		l.segment(&s, &carry, onGrid(r.Points[from]), onGrid(r.Points[to]))
		from = to
	}
	l.columns[colVertices] = appendNumber(l.columns[colVertices], uint64(vertices))
	height := uint64(0)
	if altitudeM == altitudeM {
		height = 1 + zigzag(round(float64(altitudeM)*perMetre))
	}
	l.columns[colAltitude] = appendNumber(l.columns[colAltitude], height)
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

// vertex appends a vertex.
func (l *Line) vertex(p raster.Point) {
	q := onGrid(p)
	if l.anyVertex {
		l.columns[colX] = appendNumber(l.columns[colX], zigzag(q.X-l.lastX))
		l.columns[colY] = appendNumber(l.columns[colY], zigzag(q.Y-l.lastY))
	} else {
		l.firstX, l.firstY, l.anyVertex = q.X, q.Y, true
	}
	l.lastX, l.lastY = q.X, q.Y
	l.vertices++
}

// onGrid rounds a place to the grid.
func onGrid(p raster.Point) raster.Point {
	const half = 1 << (gridShift - 1)
	return raster.Point{X: (p.X + half) >> gridShift, Y: (p.Y + half) >> gridShift}
}

// segment appends the segment from a to b, places on the grid. carry holds what rounding has left over so far in the stretch.
func (l *Line) segment(s, carry *sums, a, b raster.Point) {
	// take rounds what there is, with what was left over, to a whole number from least to most.
	take := func(left *float64, value, unit, least, most float64) int64 {
		*left += value * unit
		n := math.Max(least, math.Min(most, math.Round(*left)))
		*left -= n
		return int64(n)
	}
	seconds := take(&carry.seconds, s.seconds, perSecond, 0, mostNumber)
	stopped := take(&carry.stopped, s.stopped, perSecond, 0, float64(seconds))
	// A reader takes a way below nothing for none, so what is left over is what the reader does not see.
	straight := math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)) * metresPerUnit(a.Y) * perMetre
	way := carry.metres + s.metres*perMetre
	metres := round(math.Max(-mostNumber, math.Min(mostNumber, way-straight)))
	carry.metres = way - math.Max(0, straight+float64(metres))
	l.number(colSeconds, uint64(seconds))
	l.number(colStopped, uint64(stopped))
	l.number(colMetres, zigzag(metres))
	heart := min(255, round(s.heart))
	if l.anyPart {
		l.number(colHeart, zigzag(heart-l.lastHeart))
	} else {
		l.firstHeart, l.anyPart = heart, true
	}
	l.lastHeart = heart
	if !s.graded {
		l.number(colRise, 0)
		l.number(colClimb, 0)
		l.number(colHill, 0)
		return
	}
	// Up and down together can be told only from the rise upwards, so the rise keeps below it.
	steep := take(&carry.steep, s.steep, perMetre, 0, mostNumber)
	rise := take(&carry.rise, s.rise, perMetre, -float64(steep), float64(steep))
	hill := take(&carry.hill, s.hill, perMetre, 0, mostNumber)
	l.number(colRise, 1+zigzag(rise))
	l.number(colClimb, uint64(steep-max(rise, -rise)))
	l.number(colHill, zigzag(hill-max(0, rise)))
}

func (l *Line) number(column int, n uint64) {
	l.columns[column] = appendNumber(l.columns[column], n)
}

func round(v float64) int64 { return int64(math.Round(v)) }
