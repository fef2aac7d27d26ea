package activity

import "math"

// The limits of a break between two samples, as docs/layers.md defines it.
const (
	breakGapMS = 30_000
	breakJumpM = 200
	// Without times, a jump is a break when it is longer than any timed pair may
	// be: 60 m/s for 30 s, rounded up.
	breakUntimedM = 2000
	minMovingMS   = 0.3 // m/s: slower is standing
	gradeSpanM    = 30  // metres of path a grade is measured over, at least
	minClockS     = 1   // clocks count whole seconds, so a pair takes at least this long
)

// A Segment is what is known about the way between two consecutive samples.
type Segment struct {
	// DistM is the great-circle distance in metres, DurS the time in seconds;
	// DurS is 0 where the times are missing or run backwards.
	DistM, DurS float32
	// HR is the mean heart rate in bpm, 0 where unknown.
	HR float32
	// Grade is rise over run, signed in the direction of travel (0.1 is 10 %);
	// NaN where unknown.
	Grade float32
	// Moving tells that the speed was at least 0.3 m/s.
	Moving bool
}

// A Stretch is a run of at least two consecutive samples with no break between
// them: n vertices in degrees and the n-1 segments that join them.
type Stretch struct {
	Lat, Lon []float64
	Segments []Segment
	// AltM is the smoothed altitude of the first sample in metres; NaN where not known.
	AltM float32
}

// A Deriver cuts tracks into stretches and derives distance, speed and grade.
// It keeps scratch memory between calls, so each goroutine needs its own. What
// it returns is valid until its next call.
type Deriver struct {
	// AltitudeWindow is the number of samples of the centred moving mean that
	// altitudes are smoothed with, at least 1.
	AltitudeWindow int

	segments  []Segment
	stretches []Stretch
	alt       []float64 // smoothed altitude
	path      []float64 // metres from the stretch's first sample
	grade     []float64
}

// Stretches cuts t at its breaks. Single samples between two breaks vanish.
func (d *Deriver) Stretches(t *Track, sport Sport) []Stretch {
	n := t.Len()
	d.stretches = d.stretches[:0]
	if n < 2 {
		return nil
	}
	if cap(d.segments) < n-1 {
		d.segments = make([]Segment, n-1)
	}
	d.segments = d.segments[:n-1]
	limit := sport.SpeedLimitMS()
	first, starts := 0, t.Starts
	cos0 := math.Cos(t.Lat[0] * degToRad)
	for i := 0; i < n-1; i++ {
		cos1 := math.Cos(t.Lat[i+1] * degToRad)
		dist := haversineM(t.Lat[i], t.Lon[i], cos0, t.Lat[i+1], t.Lon[i+1], cos1)
		cos0 = cos1
		for len(starts) > 0 && starts[0] <= i {
			starts = starts[1:]
		}
		segmentStart := len(starts) > 0 && starts[0] == i+1
		if segmentStart || isBreak(dist, t.Time(i), t.Time(i+1), limit) {
			d.close(t, first, i+1)
			first = i + 1
			continue
		}
		d.segments[i] = segment(t, i, dist)
	}
	d.close(t, first, n)
	return d.stretches
}

// isBreak tells whether two samples dist metres apart must not be joined.
func isBreak(dist float64, t0, t1 int64, limitMS float64) bool {
	if t0 == NoTime || t1 == NoTime {
		return dist > breakUntimedM
	}
	gap := t1 - t0
	if gap < 0 {
		gap = -gap
	}
	if gap > breakGapMS && dist > breakJumpM {
		return true
	}
	return dist > limitMS*math.Max(float64(gap)/1000, minClockS)
}

func segment(t *Track, i int, dist float64) Segment {
	s := Segment{DistM: float32(dist), Grade: float32(math.NaN())}
	t0, t1 := t.Time(i), t.Time(i+1)
	if t0 != NoTime && t1 > t0 {
		s.DurS = float32(t1-t0) / 1000
		speed := dist * 1000 / float64(t1-t0)
		// The device's own speed is steadier than that of two fixes, but says
		// nothing about a pause between them.
		if own := meanKnown(t.Speed(i), t.Speed(i+1)); own == own && t1-t0 <= breakGapMS {
			speed = float64(own)
		}
		s.Moving = speed >= minMovingMS
	}
	switch h0, h1 := t.HeartRate(i), t.HeartRate(i+1); {
	case h0 == 0:
		s.HR = float32(h1)
	case h1 == 0:
		s.HR = float32(h0)
	default:
		s.HR = (float32(h0) + float32(h1)) / 2
	}
	return s
}

// meanKnown returns the mean of those of a and b that are not NaN.
func meanKnown(a, b float32) float32 {
	switch {
	case a != a:
		return b
	case b != b:
		return a
	}
	return (a + b) / 2
}

// close ends the stretch of samples [from, to) and measures its grades.
func (d *Deriver) close(t *Track, from, to int) {
	if to-from < 2 {
		return
	}
	s := Stretch{Lat: t.Lat[from:to], Lon: t.Lon[from:to], Segments: d.segments[from : to-1], AltM: float32(math.NaN())}
	if t.AltM != nil {
		d.measureGrades(t.AltM[from:to], s.Segments)
		s.AltM = float32(d.alt[0])
	}
	d.stretches = append(d.stretches, s)
}

// measureGrades fills the grades of one stretch: at every sample rise over run
// across the shortest window around it that holds 30 m of path, and for a
// segment the mean of its ends.
func (d *Deriver) measureGrades(alt []float32, segments []Segment) {
	n := len(alt)
	d.smooth(alt)
	d.path = append(d.path[:0], 0)
	for i, s := range segments {
		d.path = append(d.path, d.path[i]+float64(s.DistM))
	}
	if d.path[n-1] < gradeSpanM {
		return
	}
	d.grade = d.grade[:0]
	a, b, lo := 0, 0, 0
	for i := 0; i < n; i++ {
		for a+1 < n && d.path[a+1] <= d.path[i]-gradeSpanM/2 {
			a++
		}
		for b < n-1 && (d.path[b] < d.path[i]+gradeSpanM/2 || d.path[b]-d.path[a] < gradeSpanM) {
			b++
		}
		// The last sample up to a that is far enough from b, else the first. It moves on with b: to look for it anew from a would take
		// a recording of somebody who stood still for days as many steps squared.
		for lo < a && d.path[b]-d.path[lo+1] >= gradeSpanM {
			lo++
		}
		d.grade = append(d.grade, (d.alt[b]-d.alt[lo])/(d.path[b]-d.path[lo]))
	}
	for i := range segments {
		segments[i].Grade = meanKnown(float32(d.grade[i]), float32(d.grade[i+1]))
	}
}

// smooth sets d.alt to the centred moving mean of alt over AltitudeWindow
// samples, clipped at the ends; missing samples are left out, and where the
// window holds none the result is NaN.
func (d *Deriver) smooth(alt []float32) {
	half := max(d.AltitudeWindow, 1) / 2
	d.alt = d.alt[:0]
	sum, count := 0.0, 0
	add := func(i, sign int) {
		if i >= 0 && i < len(alt) && alt[i] == alt[i] {
			sum += float64(sign) * float64(alt[i])
			count += sign
		}
	}
	for i := 0; i < half; i++ {
		add(i, 1)
	}
	for i := range alt {
		add(i+half, 1)
		if count > 0 {
			d.alt = append(d.alt, sum/float64(count))
		} else {
			d.alt = append(d.alt, math.NaN())
		}
		add(i-half, -1)
	}
}
