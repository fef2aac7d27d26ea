package activity

import "math"

const (
	minMovingMS = 0.3    // m/s: slower is standing
	gradeSpanM  = 30     // metres of path a grade is measured over, at least
	minClockS   = 1      // clocks count whole seconds, so a pair takes at least this long
	ownSpeedMS  = 30_000 // ms: the device's speed says nothing about a longer pair
)

// A Segment is what is known about the way between two consecutive samples.
type Segment struct {
	// DistM is the great-circle distance in metres, less what the shaking of the receiver made it longer by as far as the whole
	// track tells; DurS is the time in seconds, 0 where the times are missing or run backwards.
	DistM, DurS float32
	// HR is the mean heart rate in bpm, 0 where unknown.
	HR float32
	// Readings are the mean readings of the sensors, 0 where unknown.
	Readings [SensorCount]float32
	// Grade is rise over run, signed in the direction of travel (0.1 is 10 %);
	// NaN where unknown.
	Grade float32
	// Moving tells that the speed was at least 0.3 m/s.
	Moving bool
	// Idle tells that the athlete did not do this way: it has no duration, heart rate, readings or grade, and its distance does not
	// count.
	Idle bool
}

// A Stretch is a run of at least two consecutive samples with no break between
// them: n vertices in degrees and the n-1 segments that join them.
type Stretch struct {
	Lat, Lon []float64
	Segments []Segment
	// AltM is the smoothed altitude of the first sample in metres; NaN where not known.
	AltM float32
	// AscentM is the metres climbed.
	AscentM float64
}

// A Deriver cuts tracks into stretches and derives distance, speed and grade.
// It keeps scratch memory between calls, so each goroutine needs its own. What
// it returns is valid until its next call.
type Deriver struct {
	// AltitudeWindowM is the length in metres of way of the centred moving mean
	// that altitudes are smoothed with; 0 leaves them as they are.
	AltitudeWindowM float64

	segments  []Segment
	stretches []Stretch
	alt       []float64 // smoothed altitude
	path      []float64 // metres from the stretch's first sample
	grade     []float64
	known     []knownAlt
	residuals []float64
	shorter   []float64 // of windows: the part by which every second sample makes them shorter
}

// Stretches cuts t where its segments start; Clean has put the breaks there.
// Single samples between two breaks vanish.
func (d *Deriver) Stretches(t *Track) []Stretch {
	n := t.Len()
	d.stretches = d.stretches[:0]
	if n < 2 {
		return nil
	}
	if cap(d.segments) < n-1 {
		d.segments = make([]Segment, n-1)
	}
	d.segments = d.segments[:n-1]
	starts, idle := t.Starts, t.Idle
	cos0 := math.Cos(t.Lat[0] * degToRad)
	for i := 0; i < n-1; i++ {
		cos1 := math.Cos(t.Lat[i+1] * degToRad)
		dist := haversineM(t.Lat[i], t.Lon[i], cos0, t.Lat[i+1], t.Lon[i+1], cos1)
		cos0 = cos1
		for len(starts) > 0 && starts[0] <= i {
			starts = starts[1:]
		}
		if len(starts) > 0 && starts[0] == i+1 {
			d.segments[i] = Segment{}
			continue
		}
		for len(idle) > 0 && idle[0].To <= i {
			idle = idle[1:]
		}
		if len(idle) > 0 && idle[0].From <= i {
			d.segments[i] = Segment{DistM: float32(dist), Grade: float32(math.NaN()), Idle: true}
			continue
		}
		d.segments[i] = segment(t, i, dist)
	}
	if part := d.excess(t, d.segments, t.Starts); part > 0 {
		shorter := float32(1 / (1 + part))
		for i := range d.segments {
			d.segments[i].DistM *= shorter
		}
	}
	first := 0
	for _, i := range t.Starts {
		if i > first && i < n {
			d.close(t, first, i)
			first = i
		}
	}
	d.close(t, first, n)
	return d.stretches
}

func segment(t *Track, i int, dist float64) Segment {
	s := Segment{DistM: float32(dist), Grade: float32(math.NaN())}
	t0, t1 := t.Time(i), t.Time(i+1)
	if t0 != NoTime && t1 > t0 {
		s.DurS = float32(t1-t0) / 1000
		speed := dist * 1000 / float64(t1-t0)
		// The device's own speed is steadier than that of two fixes, but says
		// nothing about a pause between them.
		if own := meanKnown(t.Speed(i), t.Speed(i+1)); own == own && t1-t0 <= ownSpeedMS {
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
	for k, column := range t.Readings {
		if column != nil {
			s.Readings[k] = meanReading(column[i], column[i+1])
		}
	}
	return s
}

// meanReading returns the mean of those of a and b that tell something.
func meanReading(a, b Reading) float32 {
	if a == 0 || b == 0 {
		return float32(a) + float32(b)
	}
	return (float32(a) + float32(b)) / 2
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
		d.path = append(d.path[:0], 0)
		for i, g := range s.Segments {
			d.path = append(d.path, d.path[i]+float64(g.DistM))
		}
		d.smooth(t.AltM[from:to])
		d.measureGrades(s.Segments)
		s.AltM = float32(d.alt[0])
		s.AscentM = d.ascent(t.AltM[from:to], s.Segments)
	}
	d.stretches = append(d.stretches, s)
}

// measureGrades fills the grades of one stretch: at every sample rise over run
// across the shortest window around it that holds 30 m of path, and for a
// segment the mean of its ends.
func (d *Deriver) measureGrades(segments []Segment) {
	n := len(d.alt)
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
		if segments[i].Idle {
			continue
		}
		segments[i].Grade = meanKnown(float32(d.grade[i]), float32(d.grade[i+1]))
	}
}
