package activity

import (
	"math"
)

// A Sketch says where an activity was at fixed moments, so that two recordings of one outing can be told without their
// samples: some 1.5 kB for an hour.
type Sketch struct {
	// FirstMS and LastMS are the times of the first and the last sample that has one, in ms since 1970; both 0 where none has.
	FirstMS, LastMS int64
	// At is where it was at moment k, which is (From+k)*StepS seconds since 1970. The steps are so chosen that the moments of
	// a longer step are among those of a shorter one, and that a clock that is off by quarters of an hour meets the same.
	StepS, From int64
	At          []Spot
	// Recorded is the number of samples as they were recorded, Shape where the samples at equal shares of that number lie.
	Recorded int
	Shape    [shapeSpots]Spot
	// HR and Alt tell that at least half of the samples have a heart rate, an altitude. IntervalS is the mean time from one sample
	// to the next, in seconds, gaps left aside.
	HR, Alt   bool
	IntervalS float64
}

// A Spot is a position in 1e-7 degrees, and the metres of way up to it.
type Spot struct {
	Lat, Lon int32
	WayM     float32
}

// nowhere is the Lat of a Spot that is not known.
const nowhere = math.MinInt32

const (
	// maxMoments is how many moments a Sketch has at most: the step grows with the time that a recording lasts.
	maxMoments = 512
	shapeSpots = 16
	// Between two samples that are further apart than either, in seconds or metres, nobody knows where it was.
	sketchGapS, sketchGapM = 60, 100
)

// sketchSteps are the seconds from moment to moment: each divides the next, and those up to quarterS divide that.
var sketchSteps = [...]int64{30, 60, 180, quarterS, 3600, 14400, 86400}

// quarterS is what clocks are off by a multiple of, in seconds, where they are set to another time zone: zones differ by quarters of
// an hour.
const quarterS = 900

// SketchOf sketches an activity from its samples as they were recorded and as they are believed (Clean). It returns nil where there are none.
func SketchOf(recorded, believed *Track) *Sketch {
	n := recorded.Len()
	if n == 0 {
		return nil
	}
	s := &Sketch{Recorded: n}
	for k := range s.Shape {
		i := k * (n - 1) / (shapeSpots - 1)
		s.Shape[k] = spot(recorded.Lat[i], recorded.Lon[i], 0)
	}
	s.measure(believed)
	return s
}

// spot returns the Spot of a position in degrees.
func spot(lat, lon, wayM float64) Spot {
	return Spot{int32(math.Round(lat * 1e7)), int32(math.Round(WrapLon(lon) * 1e7)), float32(wayM)}
}

// measure fills in what hangs on the believed samples.
func (s *Sketch) measure(t *Track) {
	s.HR, s.Alt = mostly(t.HR, func(hr uint8) bool { return hr > 0 }), mostly(t.AltM, func(m float32) bool { return m == m })
	first, last := -1, -1
	for i, ms := range t.TimeMS {
		if ms != NoTime {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 || t.TimeMS[last] <= t.TimeMS[first] {
		return
	}
	s.FirstMS, s.LastMS = t.TimeMS[first], t.TimeMS[last]
	for _, s.StepS = range sketchSteps {
		if (s.LastMS-s.FirstMS)/1000/s.StepS < maxMoments {
			break
		}
	}
	stepMS := s.StepS * 1000
	s.From = ceilDiv(s.FirstMS, stepMS)
	s.At = make([]Spot, max(0, min(floorDiv(s.LastMS, stepMS)-s.From+1, maxMoments)))
	for k := range s.At {
		s.At[k].Lat = nowhere
	}
	k, nextMS := 0, s.From*stepMS
	before, way := first, 0.0
	steps, spent := 0, int64(0)
	// The way needs no more than a plane around where it is.
	at, eastM := math.Inf(1), 0.0
	for i := first + 1; i <= last; i++ {
		t0, t1 := t.TimeMS[before], t.TimeMS[i]
		if t1 == NoTime {
			continue
		}
		if math.Abs(t.Lat[i]-at) > 0.01 {
			at, eastM = t.Lat[i], degreeM*cosDeg(t.Lat[i])
		}
		x, y := (t.Lon[i]-t.Lon[before])*eastM, (t.Lat[i]-t.Lat[before])*degreeM
		dist := math.Sqrt(x*x + y*y)
		if dist > 1000 { // or across the antimeridian
			dist = DistanceM(t.Lat[before], t.Lon[before], t.Lat[i], t.Lon[i])
		}
		short := t1-t0 <= sketchGapS*1000
		if short && t1 > t0 {
			steps++
			spent += t1 - t0
		}
		for ; k < len(s.At) && nextMS <= t1; k++ {
			if short || dist <= sketchGapM || nextMS == t0 || nextMS == t1 {
				share := 0.0
				if t1 > t0 {
					share = float64(nextMS-t0) / float64(t1-t0)
				}
				lon := t.Lon[before] + share*WrapLon(t.Lon[i]-t.Lon[before])
				s.At[k] = spot(t.Lat[before]+share*(t.Lat[i]-t.Lat[before]), lon, way+share*dist)
			}
			nextMS += stepMS
		}
		way += dist
		before = i
	}
	if steps > 0 {
		s.IntervalS = float64(spent) / 1000 / float64(steps)
	}
}

// mostly tells whether at least half of the values are good.
func mostly[T any](values []T, good func(T) bool) bool {
	n := 0
	for _, v := range values {
		if good(v) {
			n++
		}
	}
	return n > 0 && 2*n >= len(values)
}

// timed tells whether the sketch knows times.
func (s *Sketch) timed() bool { return s != nil && s.LastMS > s.FirstMS }

// at returns where it was at a moment in seconds since 1970, which must be a multiple of the step; ok is false where that is not known.
func (s *Sketch) at(seconds int64) (p Spot, ok bool) {
	k := seconds/s.StepS - s.From
	if k < 0 || k >= int64(len(s.At)) {
		return Spot{}, false
	}
	p = s.At[k]
	return p, p.Lat != nowhere
}

// apartM returns the metres between two spots that are near each other; cos is the cosine of their latitude.
func apartM(a, b Spot, cos float64) float64 {
	x, y := eastNorthM(a, b, cos)
	return math.Hypot(x, y)
}

// eastNorthM returns how many metres b lies to the east and to the north of a.
func eastNorthM(a, b Spot, cos float64) (x, y float64) {
	lon := int64(b.Lon) - int64(a.Lon)
	switch {
	case lon > 1_800_000_000:
		lon -= 3_600_000_000
	case lon < -1_800_000_000:
		lon += 3_600_000_000
	}
	return float64(lon) * 1e-7 * degreeM * cos, (float64(b.Lat) - float64(a.Lat)) * 1e-7 * degreeM
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }
