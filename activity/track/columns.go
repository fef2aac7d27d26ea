package track

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"heatmapgen/activity"
)

// Bounds of what is believed. An altitude, speed or heart rate beyond them is
// missing; a time beyond them is, too, but its sample stays. FIT counts from
// 1989-12-31, so that a watch without a clock lands just before minTimeMS.
const (
	minTimeMS  = 631152000000  // 1990-01-01 UTC
	maxTimeMS  = 4102444800000 // 2100-01-01 UTC
	minAltM    = -500
	maxAltM    = 9000
	maxSpeedMS = 150
	maxHR      = 250
)

// A sample is one point as a file gives it. What is missing is NaN, or
// activity.NoTime.
type sample struct {
	lat, lon float64 // degrees
	timeMS   int64   // since 1970
	offsetMS int64   // of the local time that the file tells, from UTC
	alt      float64 // metres
	speed    float64 // m/s
	hr       float64 // bpm
	odometer float64 // metres since the start, as the device counts them
	sensors  [activity.SensorCount]float64
}

// noSample is a sample of which nothing is known.
var noSample = sample{
	lat: math.NaN(), lon: math.NaN(), timeMS: activity.NoTime,
	alt: math.NaN(), speed: math.NaN(), hr: math.NaN(), odometer: math.NaN(), sensors: noReadings,
}

// noReadings are the values of sensors that tell nothing.
var noReadings = [activity.SensorCount]float64{math.NaN(), math.NaN(), math.NaN()}

// columns gathers the samples of a file: all formats are cleaned here, in one
// way. The slices are scratch, reused from file to file.
type columns struct {
	lat, lon []float64
	timeMS   []int64
	alt      []float32
	speed    []float32
	hr       []uint8
	starts   []int
	idle     []activity.Part
	readings [activity.SensorCount][]activity.Reading
	// odometer is the device's own count of metres, NaN where missing.
	odometer []float64

	hasTime, hasAlt, hasSpeed, hasHR, hasOdometer bool
	hasReadings                                   [activity.SensorCount]bool

	// startNext says that the next kept sample begins a segment.
	startNext bool
	// segment is the number of samples, kept or not, in the current segment.
	segment int
	// lastMS is the time of the last sample added, NoTime when it had none.
	lastMS int64
	// startMS is the first plausible time of any sample.
	startMS int64

	// part is the part that is being read, partMS its first plausible time, parts those before.
	part   openPart
	partMS int64
	parts  []Part

	// offsetMS is how far the file's own clock is from UTC, 0 where it does not say.
	offsetMS int64

	// half is the last record of FIT without a position, which may be half of a sample.
	half sample

	// planned is the number of points of planned routes and courses.
	planned int
	// tally is how much of each sport was seen, in metres or samples.
	tally []sportShare

	counts Counts
	left   leftOut
	// limits end the decoding with a stop.
	limits *Limits
}

type sportShare struct {
	sport activity.Sport
	share float64
}

var columnsPool = sync.Pool{New: func() any { return new(columns) }}

// maxPooledSamples bounds the scratch that is kept between files (some 50 MB
// for a recording of eleven days at 1 Hz).
const maxPooledSamples = 1 << 20

func newColumns() *columns {
	c := columnsPool.Get().(*columns)
	c.limits = &DefaultLimits
	c.reset()
	return c
}

func (c *columns) reset() {
	*c = columns{
		lat: c.lat[:0], lon: c.lon[:0], timeMS: c.timeMS[:0], alt: c.alt[:0],
		speed: c.speed[:0], hr: c.hr[:0], starts: c.starts[:0], idle: c.idle[:0], odometer: c.odometer[:0], tally: c.tally[:0],
		lastMS: activity.NoTime, startMS: activity.NoTime, partMS: activity.NoTime, half: noSample, limits: c.limits, readings: c.readings,
	}
	for s := range c.readings {
		c.readings[s] = c.readings[s][:0]
	}
}

func (c *columns) free() {
	if cap(c.lat) <= maxPooledSamples {
		columnsPool.Put(c)
	}
}

// beginSegment starts a segment of the file. With brk the next kept sample is
// not joined to the one before.
func (c *columns) beginSegment(brk bool) {
	c.segment = 0
	c.startNext = c.startNext || brk
}

// add cleans and appends one sample.
func (c *columns) add(s *sample) {
	c.count(s)
	ms := s.timeMS
	if ms < minTimeMS || ms > maxTimeMS {
		ms = activity.NoTime
	} else if c.partMS == activity.NoTime {
		c.partMS = ms
		if c.startMS == activity.NoTime {
			c.startMS = ms
		}
	}
	c.lastMS = ms
	if c.offsetMS == 0 && ms != activity.NoTime {
		c.offsetMS = s.offsetMS
	}
	// A comparison with NaN is false: what is not a number falls out here.
	if !(s.lat >= -90 && s.lat <= 90 && s.lon >= -180 && s.lon <= 180) {
		return
	}
	lat, lon := activity.RoundDeg(s.lat), activity.RoundDeg(s.lon)
	if lat == 0 && lon == 0 {
		return
	}
	if c.startNext && len(c.lat) > 0 {
		c.starts = append(c.starts, len(c.lat))
	}
	c.startNext = false
	// Adding zero turns a negative zero into a plain one.
	c.lat = append(c.lat, lat+0)
	c.lon = append(c.lon, lon+0)
	c.timeMS = append(c.timeMS, ms)
	c.hasTime = c.hasTime || ms != activity.NoTime

	nan := float32(math.NaN())
	c.alt, c.speed, c.hr, c.odometer = append(c.alt, nan), append(c.speed, nan), append(c.hr, 0), append(c.odometer, math.NaN())
	for k := range c.readings {
		c.readings[k] = append(c.readings[k], 0)
	}
	c.measure(len(c.lat)-1, s)
}

// measure enters what is believed of the altitude, speed, heart rate, odometer and sensors of s into sample i, where they are missing.
func (c *columns) measure(i int, s *sample) {
	if s.alt >= minAltM && s.alt <= maxAltM && c.alt[i] != c.alt[i] {
		c.alt[i] = float32(math.Round(s.alt*100)/100 + 0)
		c.hasAlt = true
	}
	if s.speed >= 0 && s.speed <= maxSpeedMS && c.speed[i] != c.speed[i] {
		c.speed[i] = float32(math.Round(s.speed*1000)/1000 + 0)
		c.hasSpeed = true
	}
	if s.hr > 0 && s.hr <= maxHR && c.hr[i] == 0 {
		c.hr[i] = uint8(s.hr + 0.5)
		c.hasHR = c.hasHR || c.hr[i] > 0
	}
	if c.odometer[i] != c.odometer[i] {
		c.odometer[i] = s.odometer
		c.hasOdometer = c.hasOdometer || s.odometer > 0
	}
	for k, v := range s.sensors {
		if c.readings[k][i] == 0 {
			c.readings[k][i] = activity.Sensor(k).Reading(v)
			c.hasReadings[k] = c.hasReadings[k] || c.readings[k][i] > 0
		}
	}
}

// count enters a sample into the counts of what the file holds.
func (c *columns) count(s *sample) {
	if c.segment == 0 {
		c.counts.Segments++
	}
	c.segment++
	c.counts.Points++
	if err := c.limits.check(c.counts.Points); err != nil {
		panic(stop{err})
	}
	if finite(s.lat) && finite(s.lon) {
		c.counts.WithPosition++
	}
	if s.timeMS != activity.NoTime {
		c.counts.WithTime++
	}
	if finite(s.alt) {
		c.counts.WithEle++
	}
	if s.hr > 0 {
		c.counts.WithHR++
	}
}

func finite(v float64) bool { return v-v == 0 }

// credit enters share metres (or any measure, the same within a file) into the
// account of a sport.
func (c *columns) credit(s activity.Sport, share float64) {
	if s == activity.SportUnknown {
		return
	}
	c.tally = credited(c.tally, s, share)
	if c.part.open {
		c.part.tally = credited(c.part.tally, s, share)
	}
}

func credited(tally []sportShare, s activity.Sport, share float64) []sportShare {
	for i := range tally {
		if tally[i].sport == s {
			tally[i].share += share
			return tally
		}
	}
	return append(tally, sportShare{s, share})
}

// mostOf returns the sport with the largest share, the first of equals.
func mostOf(tally []sportShare) activity.Sport {
	best := sportShare{}
	for i, t := range tally {
		if i == 0 || t.share > best.share {
			best = t
		}
	}
	return best.sport
}

// finish moves the samples into r.Track and says in which of the ways of
// Decode's contract the file ended. err is what stopped the decoder.
func (c *columns) finish(r *Result, err error) (*Result, error) {
	if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrTooLong) {
		return nil, err // half of it would be another outing
	}
	r.Counts, r.LeftOut = c.counts, c.left.String()
	c.endPart(r)
	if r.Format == formatGPX || r.Format == formatKML || r.Format == formatGeoJSON {
		c.joinPieces()
	}
	if len(c.parts) > 1 {
		r.Parts = append([]Part(nil), c.parts...)
	}
	if r.Sport == activity.SportUnknown {
		r.Sport = mostOf(c.tally)
	}
	if c.startMS != activity.NoTime {
		r.Start = time.UnixMilli(c.startMS).UTC()
	}
	c.speedFromOdometer()
	r.Track = &activity.Track{
		Lat:     exact(c.lat, true),
		Lon:     exact(c.lon, true),
		TimeMS:  exact(c.timeMS, c.hasTime),
		AltM:    exact(c.alt, c.hasAlt),
		SpeedMS: exact(c.speed, c.hasSpeed),
		HR:      exact(c.hr, c.hasHR),
		Starts:  exact(c.starts, true),
		Idle:    exact(c.idle, true),
	}
	for s, column := range c.readings {
		r.Track.Readings[s] = exact(column, c.hasReadings[s])
	}

	r.setZones(offsetZone(c.offsetMS))
	if c.counts.Points == 0 {
		switch {
		case err == nil && r.LeftOut != "":
			return nil, fmt.Errorf("%s file: %w: %s", r.Format, ErrEmpty, r.LeftOut)
		case err == nil:
			return nil, fmt.Errorf("%s file: %w", r.Format, ErrEmpty)
		}
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	r.Warning = err
	r.Plan = c.planned == c.counts.Points
	return r, r.Usable()
}

// exact returns a copy of column without spare capacity, or nil when nothing
// fills it.
func exact[T any](column []T, filled bool) []T {
	if !filled || len(column) == 0 {
		return nil
	}
	return append(make([]T, 0, len(column)), column...)
}

// addPlanned counts a point of a planned route and leaves it at that.
func (c *columns) addPlanned(s *sample) {
	c.count(s)
	c.planned++
}
