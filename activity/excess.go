package activity

import (
	"math"
	"slices"
)

// The positions of a receiver shake, and a line through them is longer than the way that was made: by the square of the shaking
// over that of the step, so by per cent for runners and by nothing for riders. How much, the line tells itself: through every
// second sample it is shorter than through all. So is a curve, but the shortening grows from every second to every fourth sample
// fourfold for a curve, and falls to a quarter for errors of single samples, to a half for errors that wander.
const (
	excessStepM = 6     // metres of the middle step of samples that are not judged: curves hide what is left of the noise
	excessRest  = 0.25  // of the shortening from 2 to 4 that a curve has from 1 to 2
	excessPart  = 1.42  // the excess is that many times the shortening from 1 to 2: white noise; wandering errors have up to 2.29 times
	excessCurve = 4     // windows with so many times the middle shortening are corners
	excessLeast = 0.002 // what is less is the line's own
	excessMost  = 0.15
	excessCount = 25 // windows of four steps that say something
)

// excess returns by what part the ways between the samples of t are longer than the way that was made, 0 where that cannot be
// told. The steps are those of segments, metres.
func (d *Deriver) excess(t *Track, segments []Segment, starts []int) float64 {
	d.shorter = d.shorter[:0]
	cos := math.Cos(t.Lat[0] * degToRad)
	chord := func(i, k int) float64 {
		return math.Hypot((t.Lat[k]-t.Lat[i])*degToRad*EarthRadiusM, WrapLon(t.Lon[k]-t.Lon[i])*degToRad*EarthRadiusM*cos)
	}
	total, n := 0.0, 0
	for i := 0; i+4 < t.Len(); i += 4 {
		for len(starts) > 0 && starts[0] <= i {
			starts = starts[1:]
		}
		if len(starts) > 0 && starts[0] <= i+4 {
			continue
		}
		s1 := chord(i, i+1) + chord(i+1, i+2) + chord(i+2, i+3) + chord(i+3, i+4)
		if !segments[i].Moving || !segments[i+3].Moving || s1 == 0 {
			continue
		}
		total += s1
		n += 4
		s2 := chord(i, i+2) + chord(i+2, i+4)
		d.shorter = append(d.shorter, (s1-s2-(s2-chord(i, i+4))*excessRest)/s1)
	}
	if len(d.shorter) < excessCount || total/float64(n) > excessStepM {
		return 0
	}
	slices.Sort(d.shorter)
	middle := d.shorter[len(d.shorter)/2]
	if middle <= 0 {
		return 0
	}
	sum, count := 0.0, 0
	for _, v := range d.shorter {
		if math.Abs(v) <= excessCurve*middle {
			sum += v
			count++
		}
	}
	part := excessPart * sum / float64(count)
	if part < excessLeast {
		return 0
	}
	return min(part, excessMost)
}
