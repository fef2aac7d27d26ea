package activity

import "math"

// NoTime marks a sample whose time is not known.
const NoTime = math.MinInt64

// A Track holds the samples of one activity in the order they were recorded, as
// columns of equal length. Every sample has a position; samples without one are
// dropped by the decoders. A column that no sample fills may be nil.
//
// Positions are rounded to 1e-7 degrees (1.1 cm), so that a track read from the
// parse cache equals the one decoded from its file bit for bit.
type Track struct {
	// Lat and Lon are WGS 84 degrees, -90..90 and -180..180.
	Lat, Lon []float64
	// TimeMS is milliseconds since 1970-01-01 UTC; NoTime where missing.
	TimeMS []int64
	// AltM is metres above the sea, SpeedMS metres a second as the device
	// measured it; NaN where missing. AltM is rounded to 0.01, SpeedMS to 0.001.
	AltM    []float32
	SpeedMS []float32
	// HR is beats a minute; 0 is missing.
	HR []uint8
	// Readings has a column for each Sensor.
	Readings [SensorCount][]Reading
	// Starts lists the indices, ascending, at which the file begins a new
	// segment (a GPX trkseg, a new lap's Track after a pause); a line never
	// runs across such an index. Index 0 is not listed.
	Starts []int
	// Idle lists the parts that the athlete did not do: a pause of the timer, a lift. Between its two samples lines may be
	// drawn, but nothing weighs anything: no distance, time, heart rate, grade or ascent. The parts ascend and do not
	// overlap; the end of one may be the start of the next. In a decoded track the samples strictly between were
	// recorded while the timer stood.
	Idle []Part
}

// A Part is the way from one sample of a track to another; From is less than To.
type Part struct{ From, To int }

// Len returns the number of samples.
func (t *Track) Len() int { return len(t.Lat) }

// Time returns the time of sample i in ms since 1970, or NoTime.
func (t *Track) Time(i int) int64 {
	if t.TimeMS == nil {
		return NoTime
	}
	return t.TimeMS[i]
}

// Alt returns the altitude of sample i in metres, or NaN.
func (t *Track) Alt(i int) float32 {
	if t.AltM == nil {
		return float32(math.NaN())
	}
	return t.AltM[i]
}

// Speed returns the device's speed at sample i in m/s, or NaN.
func (t *Track) Speed(i int) float32 {
	if t.SpeedMS == nil {
		return float32(math.NaN())
	}
	return t.SpeedMS[i]
}

// HeartRate returns the heart rate at sample i in bpm, or 0.
func (t *Track) HeartRate(i int) uint8 {
	if t.HR == nil {
		return 0
	}
	return t.HR[i]
}

// Reading returns what a sensor tells at sample i, or 0.
func (t *Track) Reading(s Sensor, i int) Reading {
	if t.Readings[s] == nil {
		return 0
	}
	return t.Readings[s][i]
}

// RoundDeg rounds an angle in degrees to the 1e-7 a Track holds.
func RoundDeg(deg float64) float64 { return math.Round(deg*1e7) / 1e7 }
