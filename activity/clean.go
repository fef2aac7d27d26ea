package activity

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// A Fault is a kind of thing that cleaning finds in a track.
type Fault uint8

// The faults, in the order they are dealt with.
const (
	FaultStopped  Fault = iota // samples dropped: recorded while the timer stood
	FaultClock                 // times moved: shared by several samples, missing or out of order
	FaultRepeated              // samples dropped: the same again
	FaultHeld                  // positions moved: held while the way went on
	FaultVehicle               // samples dropped: a car or a train
	FaultStray                 // samples dropped: places that nobody can have reached
	FaultSpike                 // samples dropped: out and back at once
	FaultLate                  // times moved: fixes that came late
	FaultNoise                 // positions moved: shaking faster than a body can
	FaultJoined                // gaps joined
	FaultBroken                // gaps that break the line
	FaultPaused                // gaps that weigh nothing
	FaultSpeed                 // speeds of the device not believed
	FaultAltitude              // altitudes not believed
	FaultLevel                 // altitudes moved: before a barometer was set to another level
	FaultLift                  // lifts
	faults
)

var faultWords = [faults]string{
	FaultStopped:  "samples dropped, recorded while the timer stood",
	FaultClock:    "times set, shared, missing or out of order",
	FaultRepeated: "samples dropped, written twice",
	FaultHeld:     "positions set, held while the way went on",
	FaultVehicle:  "samples dropped, too fast for the sport for long (a car, a train)",
	FaultStray:    "samples dropped, out of reach of those around them",
	FaultSpike:    "samples dropped, out and back at once",
	FaultLate:     "times set, of fixes that came late",
	FaultNoise:    "positions smoothed, which shook faster than a body can",
	FaultJoined:   "gaps of more than 200 m joined, as fast as the rest",
	FaultBroken:   "gaps left open",
	FaultPaused:   "gaps taken for pauses, which weigh nothing",
	FaultSpeed:    "speeds of the device not believed, against the positions",
	FaultAltitude: "altitudes not believed",
	FaultLevel:    "altitudes moved, to where the barometer was set later on",
	FaultLift:     "lifts, which are no climbing and no skiing",
}

// String says what was done about the fault, as words to follow a number.
func (f Fault) String() string { return faultWords[f] }

// Faults is the number of kinds: a Fault is less.
const Faults = int(faults)

// A Cleaning counts what cleaning did, by Fault.
type Cleaning [Faults]int

// String lists what was done, "" when nothing was.
func (c *Cleaning) String() string {
	var parts []string
	for f, n := range c {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, Fault(f)))
		}
	}
	return strings.Join(parts, "; ")
}

// Clean judges a track as a whole, by what the sport can do, and returns what is to be drawn and measured of it, with what
// was done. docs/activities.md tells the rules in their order. What it returns has its breaks in Starts and what weighs
// nothing in Idle. A track without a fault is returned as it is: the same pointer. t is never changed. The time
// it takes grows as the track's length does. It is safe for use by many goroutines at once.
func Clean(t *Track, sport Sport) (*Track, Cleaning) {
	c := cleaners.Get().(*cleaner)
	defer cleaners.Put(c)
	scratch := *c
	*c = cleaner{
		t: t, given: t, sport: sport, limits: sport.Limits(), way: scratch.way[:0], values: scratch.values[:0], dropped: scratch.dropped[:0],
	}
	if t.Len() < 2 {
		return t, c.done
	}
	c.run()
	out, done := c.t, c.done
	if done == (Cleaning{}) {
		out = t
	}
	c.t, c.given = nil, nil
	return out, done
}

var cleaners = sync.Pool{New: func() any { return new(cleaner) }}

// A cleaner holds a track on its way through the steps.
type cleaner struct {
	t, given *Track
	sport    Sport
	limits   Limits
	done     Cleaning
	timed    bool // any two samples have a time

	// way is the distance of each sample from the one before in metres; 0 for the first.
	way []float64
	// typicalMS is the speed in m/s that is usual while it moves, pairMS that of the middle pair; 0 when unknown.
	typicalMS, pairMS float64
	// rhythmS is the time in seconds that nine of ten pairs take at most, usualS the middle one.
	rhythmS, usualS float64

	values  []float64 // scratch
	dropped []bool    // scratch: what compact leaves out
}

func (c *cleaner) run() {
	c.stopped()
	c.clock()
	c.measure()
	c.held()
	c.vehicles()
	c.spikes()
	c.stray()
	c.late()
	c.noise()
	c.gaps()
	c.speeds()
	c.altitudes()
	c.lifts()
}

// edit makes the working track one of its own, to be changed.
func (c *cleaner) edit() *Track {
	if c.t == c.given {
		t := *c.given
		t.Lat, t.Lon, t.TimeMS = slices.Clone(t.Lat), slices.Clone(t.Lon), slices.Clone(t.TimeMS)
		t.AltM, t.SpeedMS, t.HR = slices.Clone(t.AltM), slices.Clone(t.SpeedMS), slices.Clone(t.HR)
		for s, column := range t.Readings {
			t.Readings[s] = slices.Clone(column)
		}
		t.Starts, t.Idle = slices.Clone(t.Starts), slices.Clone(t.Idle)
		c.t = &t
	}
	return c.t
}

// dropping returns a mark for every sample, none set, for compact.
func (c *cleaner) dropping() []bool {
	n := c.t.Len()
	if cap(c.dropped) < n {
		c.dropped = make([]bool, n)
	}
	c.dropped = c.dropped[:n]
	clear(c.dropped)
	return c.dropped
}

// compact leaves out the samples that are marked, and counts them as f. Those around them become neighbours.
func (c *cleaner) compact(f Fault) {
	n := 0
	for _, d := range c.dropped {
		if d {
			n++
		}
	}
	if n == 0 {
		return
	}
	c.done[f] += n
	t := c.edit()
	place := make([]int, t.Len()+1) // kept samples before each
	for i, d := range c.dropped {
		place[i+1] = place[i]
		if !d {
			place[i+1]++
		}
	}
	kept := place[t.Len()]
	t.Lat, t.Lon, t.TimeMS = keep(t.Lat, c.dropped), keep(t.Lon, c.dropped), keep(t.TimeMS, c.dropped)
	t.AltM, t.SpeedMS, t.HR = keep(t.AltM, c.dropped), keep(t.SpeedMS, c.dropped), keep(t.HR, c.dropped)
	for s, column := range t.Readings {
		t.Readings[s] = keep(column, c.dropped)
	}
	starts := t.Starts[:0]
	for _, s := range t.Starts {
		if s < 0 || s > len(c.dropped) {
			continue
		}
		if p := place[s]; p > 0 && p < kept && (len(starts) == 0 || starts[len(starts)-1] < p) {
			starts = append(starts, p)
		}
	}
	t.Starts = starts
	idle := t.Idle[:0]
	for _, p := range t.Idle {
		// A dropped end gives way to the next sample outside.
		from, to := place[p.From+1]-1, min(place[p.To], kept-1)
		from = max(from, 0)
		if n := len(idle); n > 0 {
			from = max(from, idle[n-1].To)
		}
		if from < to {
			idle = append(idle, Part{from, to})
		}
	}
	t.Idle = idle
	c.distances()
}

// keep returns the values of a column that are not marked, in its own memory.
func keep[T any](column []T, dropped []bool) []T {
	if column == nil {
		return nil
	}
	kept := column[:0]
	for i, v := range column {
		if !dropped[i] {
			kept = append(kept, v)
		}
	}
	return kept
}

// breakAt adds sample i to the starts.
func (c *cleaner) breakAt(i int) {
	t := c.edit()
	if at, found := slices.BinarySearch(t.Starts, i); !found {
		t.Starts = slices.Insert(t.Starts, at, i)
	}
}

// idle adds the part from..to to what weighs nothing.
func (c *cleaner) idle(from, to int) {
	t := c.edit()
	at, _ := slices.BinarySearchFunc(t.Idle, from, func(p Part, from int) int { return p.From - from })
	if at > 0 && t.Idle[at-1].To > from {
		at--
		from = t.Idle[at].From
		to = max(to, t.Idle[at].To)
	}
	end := at
	for end < len(t.Idle) && t.Idle[end].From < to {
		to = max(to, t.Idle[end].To)
		end++
	}
	t.Idle = slices.Replace(t.Idle, at, end, Part{from, to})
}

// segments calls f with the samples [from, to) of each segment of the file.
func (c *cleaner) segments(f func(from, to int)) {
	from, n := 0, c.t.Len()
	for _, to := range c.t.Starts {
		if to > from && to < n {
			f(from, to)
			from = to
		}
	}
	f(from, n)
}

// distances fills in c.way.
func (c *cleaner) distances() {
	t := c.t
	n := t.Len()
	if cap(c.way) < n {
		c.way = make([]float64, n)
	}
	c.way = c.way[:n]
	c.way[0] = 0
	p := plane{lat: math.Inf(1)}
	for i := 1; i < n; i++ {
		c.way[i] = p.distance(t.Lat[i-1], t.Lon[i-1], t.Lat[i], t.Lon[i])
	}
}

// between returns the metres between samples i and j.
func (c *cleaner) between(i, j int) float64 {
	p := plane{lat: math.Inf(1)}
	t := c.t
	return p.distance(t.Lat[i], t.Lon[i], t.Lat[j], t.Lon[j])
}

// seconds returns the time from sample i to sample j, NaN when one is not known.
func (c *cleaner) seconds(i, j int) float64 {
	t0, t1 := c.t.Time(i), c.t.Time(j)
	if t0 == NoTime || t1 == NoTime {
		return math.NaN()
	}
	return float64(t1-t0) / 1000
}

// A plane measures short ways as on a map that is true along its parallel: within 0.1 % for ways of less than a degree
// outside the polar regions, enough for judging and ten times as fast as the great circle.
type plane struct{ lat, cos float64 }

const metresPerDeg = EarthRadiusM * degToRad

func (p *plane) distance(lat0, lon0, lat1, lon1 float64) float64 {
	x, y := p.vector(lat0, lon0, lat1, lon1)
	return math.Sqrt(x*x + y*y)
}

// vector returns the metres to the east and to the north.
func (p *plane) vector(lat0, lon0, lat1, lon1 float64) (x, y float64) {
	mid := (lat0 + lat1) / 2
	if d := mid - p.lat; !(d < 0.01 && d > -0.01) {
		p.lat, p.cos = mid, cosDeg(mid)
	}
	dLon := lon1 - lon0
	if dLon > 180 || dLon < -180 {
		dLon = WrapLon(dLon)
	}
	return dLon * p.cos * metresPerDeg, (lat1 - lat0) * metresPerDeg
}

const (
	minWindowS   = 60  // a typical speed is that of a window of so many seconds at least
	maxHistogram = 600 // seconds; longer intervals count as these
)

// measure finds what is usual in the track.
func (c *cleaner) measure() {
	c.distances()
	t := c.t
	n := t.Len()
	var histogram [maxHistogram + 1]int
	pairs := 0
	c.values = c.values[:0]
	metres, span := 0.0, 0.0
	for i := 1; i < n; i++ {
		dt := c.seconds(i-1, i)
		if !(dt > 0) {
			continue
		}
		pairs++
		histogram[min(int(dt+0.5), maxHistogram)]++
		if dt > maxHistogram {
			metres, span = 0, 0
			continue
		}
		metres, span = metres+c.way[i], span+dt
		if span >= minWindowS {
			if v := metres / span; v >= minMovingMS {
				c.values = append(c.values, v)
			}
			metres, span = 0, 0
		}
	}
	c.timed = pairs > 0
	if len(c.values) == 0 && span > 0 && metres/span >= minMovingMS {
		c.values = append(c.values, metres/span)
	}
	c.typicalMS = middle(c.values)
	c.usualS, c.rhythmS = 1, 1
	for s, sum := 0, 0; s <= maxHistogram; s++ {
		if sum*2 <= pairs && (sum+histogram[s])*2 > pairs {
			c.usualS = max(float64(s), 1)
		}
		if sum += histogram[s]; sum*10 >= pairs*9 {
			c.rhythmS = max(float64(s), 1)
			break
		}
	}
}

// middle returns the median of v, which it sorts; 0 of nothing.
func middle(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
