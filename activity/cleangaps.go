package activity

import "math"

const (
	maxLateS   = 120 // seconds that a late fix may be late
	lateFaster = 1.6 // times the usual speed, over all of the window
	lateSlow   = 0.5 // times the usual speed: the fix before came too early for its place
	lateBurst  = 2.5 // times the usual speed: the one after makes up for it
)

// late moves the times of fixes that came late: a pair too slow, then one too fast, together as usual and straight on.
func (c *cleaner) late() {
	t, n := c.t, c.t.Len()
	if !c.timed || c.typicalMS == 0 {
		return
	}
	starts := t.Starts
	segment := 0
	for i := 1; i < n; i++ {
		for len(starts) > 0 && starts[0] <= i {
			segment, starts = starts[0], starts[1:]
		}
		if segment == i {
			continue
		}
		dt := c.seconds(i-1, i)
		if !(dt >= 0) {
			continue
		}
		v := c.way[i] / max(dt, minClockS)
		if v <= c.limits.PeakMS {
			// Within the limit, too slow and then too fast must stand side by side, and late must be late.
			if v <= lateBurst*c.typicalMS || i-1 <= segment {
				continue
			}
			if before := c.seconds(i-2, i-1); !(before >= 1.5*c.rhythmS && c.way[i-1] <= lateSlow*c.typicalMS*before) {
				continue
			}
		}
		end := n
		if len(starts) > 0 {
			end = starts[0]
		}
		if a, b := c.lateWindow(i, segment, end); b > a {
			c.respread(a, b)
		}
	}
}

// lateWindow returns the shortest window of samples a to b around pair i that is as fast as usual; 0, 0 when there is none.
func (c *cleaner) lateWindow(i, from, to int) (a, b int) {
	for reach := 1; reach <= 4; reach++ {
		for ahead := 0; ahead <= min(reach, 2); ahead++ {
			a, b := i-1-reach, min(i+ahead, to-1)
			if a < from {
				continue
			}
			dt := c.seconds(a, b)
			if !(dt > 0 && dt <= maxLateS) {
				continue
			}
			way := 0.0
			for k := a + 1; k <= b; k++ {
				way += c.way[k]
			}
			if way <= dt*min(c.limits.PeakMS, lateFaster*c.typicalMS) && way <= 1.4*c.between(a, b) {
				return a, b
			}
		}
	}
	return 0, 0
}

// respread gives the samples between a and b times by the way.
func (c *cleaner) respread(a, b int) {
	t := c.edit()
	total := 0.0
	for k := a + 1; k <= b; k++ {
		total += c.way[k]
	}
	start, span, way := t.TimeMS[a], float64(t.TimeMS[b]-t.TimeMS[a]), 0.0
	for k := a + 1; k < b; k++ {
		way += c.way[k]
		t.TimeMS[k] = start + int64(way/total*span+0.5)
		c.done[FaultLate]++
	}
}

const (
	gapS     = 30  // seconds: a longer pair is a gap, if it is out of the track's rhythm
	gapM     = 200 // metres that a line may go on unseen whatever was there
	gapMostS = 300 // seconds that it may go on unseen at the usual speed
	// rhythmGap is how many times the interval of nine pairs in ten is no gap yet: smart recording writes seldom where it is straight.
	rhythmGap = 4
	// pauseSlow is the part of the usual speed below which a gap is a pause.
	pauseSlow = 0.5
)

// gaps decides about each pair far apart: whether the line goes on across it, and whether its time counts.
func (c *cleaner) gaps() {
	n := c.t.Len()
	starts, idle := c.t.Starts, c.t.Idle
	longest := max(gapS, rhythmGap*c.rhythmS)
	for i := 1; i < n; i++ {
		for len(starts) > 0 && starts[0] < i {
			starts = starts[1:]
		}
		for len(idle) > 0 && idle[0].To < i {
			idle = idle[1:]
		}
		dt := c.seconds(i-1, i)
		if dt >= 0 && dt <= gapS && c.way[i] <= c.limits.PeakMS*max(dt, minClockS) || len(starts) > 0 && starts[0] == i {
			continue
		}
		if len(idle) > 0 && idle[0].From < i && idle[0].To >= i {
			continue
		}
		switch d := c.way[i]; {
		case dt != dt:
			if d > untimedM {
				c.breakAt(i)
				c.done[FaultBroken]++
			}
		case d > c.limits.PeakMS*max(math.Abs(dt), minClockS):
			c.breakAt(i)
			c.done[FaultBroken]++
		case dt <= longest && (dt <= gapS || d >= pauseSlow*c.typicalMS*dt || c.rhythmS > gapS):
			if d > gapM && dt > gapS {
				c.done[FaultJoined]++
			}
		case d >= pauseSlow*c.typicalMS*dt && c.typicalMS > 0 && (dt <= gapMostS && d <= lateFaster*c.typicalMS*dt || d <= gapM):
			if d > gapM {
				c.done[FaultJoined]++
			}
		case d <= gapM:
			c.idle(i-1, i)
			c.done[FaultPaused]++
		default:
			c.breakAt(i)
			c.done[FaultBroken]++
		}
	}
}

const (
	speedWindowS = 20   // seconds around a sample, within which it is seen whether the device's speed can be
	speedWayMS   = 0.5  // m/s that the place has moved on at least where the device says that it stands
	speedLeast   = 0.02 // the part of the samples that must be wrong before any is
	speedPart    = 0.35 // and this part of the usual speed
	speedMore    = 3    // times the way that the device's speed may make
)

// speeds takes away those speeds of the device that the positions contradict: it stands, says the device, and gets on; or the
// device has it moving, and it is where it was.
func (c *cleaner) speeds() {
	t, n := c.t, c.t.Len()
	if t.SpeedMS == nil || !c.timed {
		return
	}
	wrong := func(i int) bool {
		own := float64(t.SpeedMS[i])
		if own != own {
			return false
		}
		// Cheap first: against the pairs beside it.
		fast, slow, least := true, true, math.Inf(1)
		for k := i; k <= i+1; k++ {
			if k == 0 || k == n {
				continue
			}
			if dt := c.seconds(k-1, k); dt > 0 {
				fast = fast && c.way[k] >= minMovingMS*dt
				least = min(least, c.way[k]/dt)
				slow = slow && c.way[k]*speedMore < own*dt
			}
		}
		if own < minMovingMS && !fast || own >= minMovingMS && !slow {
			return false
		}
		a, b := i, i
		for a > 0 && c.seconds(a, i) < speedWindowS/2 {
			a--
		}
		for b < n-1 && c.seconds(i, b) < speedWindowS/2 {
			b++
		}
		dt := c.seconds(a, b)
		if !(dt > 0 && dt <= maxHistogram) {
			return false
		}
		if own < minMovingMS {
			v := c.between(a, b) / dt
			return v >= max(speedWayMS, speedPart*c.typicalMS) && least >= v/2
		}
		way := 0.0
		for k := a + 1; k <= b; k++ {
			way += c.way[k]
		}
		return way*speedMore < own*dt && own*dt-way > 20
	}
	marks, found := c.dropping(), 0
	for i := range n {
		if wrong(i) {
			marks[i] = true
			found++
		}
	}
	if found == 0 || float64(found) < speedLeast*float64(n) {
		return // the edges of stops
	}
	for i, wrong := range marks {
		if wrong {
			c.edit().SpeedMS[i] = float32(math.NaN())
		}
	}
	c.done[FaultSpeed] += found
}
