package activity

import (
	"math"
	"slices"
)

const (
	// altitudeStepM, altitudeMS and altitudeGrade bound what altitude may change between two samples: a step of the
	// sensor, and metres a second and a metre of way that no lift or fall makes.
	altitudeStepM = 15
	altitudeMS    = 8
	altitudeGrade = 1
	// altitudeUntimedS is the time in seconds that is granted where it is not known.
	altitudeUntimedS = 30
	// altitudeJump is what a jump of altitude costs, in samples left out instead.
	altitudeJump = 300
	// noAltitudeM is what devices write that know no altitude: FIT's raw 0. A plain 0 is another such value.
	noAltitudeM = -500
)

// altitudes takes away values that no way leads to: sentinels and spikes, by the path of least cost.
func (c *cleaner) altitudes() {
	t, n := c.t, c.t.Len()
	if t.AltM == nil {
		return
	}
	fair := func(i, j int, way float64) bool {
		dt := c.seconds(i, j)
		if dt != dt {
			dt = altitudeUntimedS
		}
		d := float64(t.AltM[j] - t.AltM[i])
		return math.Abs(d) <= altitudeStepM+altitudeMS*math.Abs(dt)+altitudeGrade*way
	}
	var chunks []chunk
	last, from := -1, -1
	jumps := false
	way := 0.0
	finish := func(to int) {
		if from >= 0 {
			ch := chunk{from, to, float64(to - from)}
			if t.AltM[from] == 0 || t.AltM[from] == noAltitudeM {
				ch.cost *= strayNull
			}
			chunks = append(chunks, ch)
		}
	}
	for i := range n {
		way += c.way[i]
		h := t.AltM[i]
		if h != h {
			continue
		}
		if last < 0 || !fair(last, i, way) || h == noAltitudeM && t.AltM[last] != h {
			jumps = jumps || last >= 0
			finish(i)
			from = i
		}
		last, way = i, 0
	}
	if last < 0 || !jumps && t.AltM[last] != noAltitudeM {
		return
	}
	finish(n)
	if len(chunks) == 1 && t.AltM[last] != noAltitudeM {
		return
	}
	lastKnown := func(i int) int {
		for t.AltM[i] != t.AltM[i] {
			i--
		}
		return i
	}
	kept := leastCost(chunks, altitudeJump, func(i, j int) bool {
		i = lastKnown(i)
		return fair(i, j, c.between(i, j))
	})
	before := -1 // the last chunk that stays
	for k, ch := range chunks {
		if !kept[k] || t.AltM[ch.from] == noAltitudeM {
			continue
		}
		if before >= 0 {
			if i := lastKnown(chunks[before].to - 1); !fair(i, ch.from, c.between(i, ch.from)) && !c.breaks(i, ch.from) {
				t = c.edit()
				c.level(i, ch.from)
			}
		}
		before = k
	}
	for k, ch := range chunks {
		if kept[k] && t.AltM[ch.from] != noAltitudeM {
			continue
		}
		t = c.edit()
		for i := ch.from; i < ch.to; i++ {
			if t.AltM[i] == t.AltM[i] {
				t.AltM[i] = float32(math.NaN())
				c.done[FaultAltitude]++
			}
		}
	}
}

// breaks reports whether the line is broken between two samples.
func (c *cleaner) breaks(i, j int) bool {
	k, _ := slices.BinarySearch(c.t.Starts, i+1)
	return k < len(c.t.Starts) && c.t.Starts[k] <= j
}

// level moves the altitudes up to sample i of an unbroken line so that they lead to that of sample j: devices are set to the right
// one on the way, and know it better from then on.
func (c *cleaner) level(i, j int) {
	k, found := slices.BinarySearch(c.t.Starts, i)
	if !found {
		k--
	}
	first := 0
	if k >= 0 {
		first = c.t.Starts[k]
	}
	by := c.t.AltM[j] - c.t.AltM[i]
	for ; i >= first; i-- {
		if c.t.AltM[i] == c.t.AltM[i] {
			c.t.AltM[i] += by
			c.done[FaultLevel]++
		}
	}
}

const (
	liftTurnM = 10   // metres down that end a climb
	liftRiseM = 30   // metres a lift goes up at least
	liftMS    = 0.5  // metres of altitude a second: no skier climbs at this rate
	liftSlow  = 0.25 // and at this rate only with an effort, which the heart shows
	liftCalm  = 0.97 // the part of the mean heart rate below which there was none
)

// lifts marks the climbs of a snow sport that goes up by lifts.
func (c *cleaner) lifts() {
	t, n := c.t, c.t.Len()
	if t.AltM == nil || !c.timed || !liftSports[c.sport.Key()] {
		return
	}
	hr, beats := 0.0, 0
	for i := range n {
		if h := t.HeartRate(i); h > 0 {
			hr += float64(h)
			beats++
		}
	}
	if beats > 0 {
		hr /= float64(beats)
	}
	c.segments(func(from, to int) {
		low, high := -1, -1
		climb := func() {
			if high > low && low >= 0 {
				c.lift(low, high, hr)
			}
		}
		for i := from; i < to; i++ {
			h := t.AltM[i]
			switch {
			case h != h:
			case low < 0 || high < 0 && h <= t.AltM[low]:
				low = i
			case high < 0 || h > t.AltM[high]:
				high = i
			case h <= t.AltM[high]-liftTurnM:
				climb()
				low, high = i, -1
			case h <= t.AltM[low]:
				low, high = i, -1
			}
		}
		climb()
	})
}

// lift marks the climb from sample low to sample high if it is one by lift.
func (c *cleaner) lift(low, high int, meanHR float64) {
	t := c.t
	dt := c.seconds(low, high)
	rise := float64(t.AltM[high] - t.AltM[low])
	if !(dt > 0) || rise < liftRiseM || rise < liftSlow*dt {
		return
	}
	if rise < liftMS*dt && meanHR > 0 {
		sum, n := 0.0, 0
		for i := low; i <= high; i++ {
			if h := t.HeartRate(i); h > 0 {
				sum += float64(h)
				n++
			}
		}
		if n > 0 && sum/float64(n) > liftCalm*meanHR {
			return
		}
	}
	c.idle(low, high)
	c.done[FaultLift]++
}
