package activity

import (
	"slices"
	"sort"
)

// resumeM is the way in metres between stop and start of the timer up to which the line goes on: a red light.
const resumeM = 30

// stopped drops what was recorded while the timer stood. The line goes on where the athlete did not.
func (c *cleaner) stopped() {
	if len(c.t.Idle) == 0 {
		return
	}
	drop := c.dropping()
	for _, p := range c.t.Idle {
		for i := p.From + 1; i < p.To; i++ {
			drop[i] = true
		}
	}
	c.compact(FaultStopped)
	for _, p := range slices.Clone(c.t.Idle) {
		if c.between(p.From, p.To) > resumeM {
			c.breakAt(p.To)
			c.done[FaultBroken]++
		}
	}
}

// clock gives every sample a time of its own: what shares a time with others, or has none, takes its share of the time
// to the next that has, by the way. Times that run backwards are none.
func (c *cleaner) clock() {
	t := c.t
	if t.TimeMS == nil {
		return
	}
	fine := true
	for i := 1; i < t.Len(); i++ {
		t0, t1 := t.TimeMS[i-1], t.TimeMS[i]
		if t0 == NoTime || t1 == NoTime || t1 <= t0 {
			fine = false
			break
		}
	}
	if fine {
		return
	}
	c.forward()
	c.repeated()
	c.distances()
	step := c.clockStepMS()
	before := slices.Clone(c.t.TimeMS)
	if step == 0 {
		// One time for all says when it was, but not how fast.
		c.edit().TimeMS = nil
		for _, ms := range before {
			if ms != NoTime {
				c.done[FaultClock]++
			}
		}
		return
	}
	c.segments(func(from, to int) { c.share(from, to, step) })
	for i, ms := range before {
		if c.t.TimeMS[i] != ms {
			c.done[FaultClock]++
		}
	}
}

// forward makes the times of each segment run forward: one that was written backwards is turned around, and of others
// the longest sequence of times that do not fall stays.
func (c *cleaner) forward() {
	c.segments(func(from, to int) {
		t := c.t
		falls, rises := 0, 0
		last := int64(NoTime)
		for i := from; i < to; i++ {
			ms := t.TimeMS[i]
			if ms == NoTime {
				continue
			}
			if last != NoTime && ms < last {
				falls++
			} else if last != NoTime && ms > last {
				rises++
			}
			last = ms
		}
		if falls == 0 {
			return
		}
		t = c.edit()
		if falls > 10*rises {
			reverse(t, from, to)
			c.done[FaultClock] += to - from
			return
		}
		if falls <= setBackMost {
			for i := to - 1; i > from; i-- {
				if t.TimeMS[i-1] != NoTime && t.TimeMS[i] != NoTime && t.TimeMS[i] < t.TimeMS[i-1] {
					c.setBack(from, i, to)
				}
			}
		}
		keep := rising(t.TimeMS[from:to])
		for i := from; i < to; i++ {
			if !keep[i-from] && t.TimeMS[i] != NoTime {
				t.TimeMS[i] = NoTime
				c.done[FaultClock]++
			}
		}
	})
}

const (
	setBackMost  = 3      // falls of the time: more are no clock that is set
	setBackMS    = 60_000 // and a smaller fall is none
	setBackLeast = 30     // samples on either side
	setBackM     = 100    // metres: whoever sets a clock stays about where he is
	copyM        = 50     // metres between what was written twice
)

// setBack moves the times of the samples [from, i) of a segment [from, to) to before that of sample i, where the clock was set back
// between the two. It is not where the recording is there twice: then both were at one place at one time.
func (c *cleaner) setBack(from, i, to int) {
	t := c.t
	if t.TimeMS[i-1]-t.TimeMS[i] < setBackMS || i-from < setBackLeast || to-i < setBackLeast || c.between(i-1, i) > setBackM {
		return
	}
	met, copies, k := 0, 0, from
	for j := i; j < to; j++ {
		for k < i-1 && (t.TimeMS[k] == NoTime || t.TimeMS[k] < t.TimeMS[j]) {
			k++
		}
		if t.TimeMS[j] == NoTime || t.TimeMS[k] < t.TimeMS[j] || k == from && t.TimeMS[k] != t.TimeMS[j] {
			continue // before or after all of the first part
		}
		met++
		if c.between(k, j) <= copyM {
			copies++
		}
	}
	if 2*copies > met {
		return
	}
	step := int64(1000)
	if i-2 >= from && t.TimeMS[i-2] != NoTime && t.TimeMS[i-2] < t.TimeMS[i-1] {
		step = t.TimeMS[i-1] - t.TimeMS[i-2]
	}
	by := t.TimeMS[i] - step - t.TimeMS[i-1]
	for j := from; j < i; j++ {
		if t.TimeMS[j] != NoTime {
			t.TimeMS[j] += by
			c.done[FaultClock]++
		}
	}
}

// reverse turns the samples [from, to) around.
func reverse(t *Track, from, to int) {
	slices.Reverse(t.Lat[from:to])
	slices.Reverse(t.Lon[from:to])
	slices.Reverse(t.TimeMS[from:to])
	if t.AltM != nil {
		slices.Reverse(t.AltM[from:to])
	}
	if t.SpeedMS != nil {
		slices.Reverse(t.SpeedMS[from:to])
	}
	if t.HR != nil {
		slices.Reverse(t.HR[from:to])
	}
	for _, column := range t.Readings {
		if column != nil {
			slices.Reverse(column[from:to])
		}
	}
}

// rising marks a longest subsequence of known times that never falls (patience sorting, C. Schensted 1961).
func rising(times []int64) []bool {
	keep := make([]bool, len(times))
	before := make([]int, len(times))
	var ends []int // ends[k] is where the sequence of k+1 times with the least last one ends
	for i, ms := range times {
		if ms == NoTime {
			continue
		}
		k := sort.Search(len(ends), func(k int) bool { return times[ends[k]] > ms })
		before[i] = -1
		if k > 0 {
			before[i] = ends[k-1]
		}
		if k == len(ends) {
			ends = append(ends, i)
		} else {
			ends[k] = i
		}
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			keep[i] = true
		}
	}
	return keep
}

// repeated drops samples that are the one before once more: same time, same place. What only they know goes to that.
func (c *cleaner) repeated() {
	drop := c.dropping()
	last := 0
	for i := 1; i < c.t.Len(); i++ {
		t := c.t
		if t.TimeMS[i] == NoTime || t.TimeMS[i] != t.TimeMS[last] || !sameSpot(t, last, i) {
			last = i
			continue
		}
		drop[i] = true
		if t.AltM != nil && t.AltM[last] != t.AltM[last] {
			c.edit().AltM[last] = t.AltM[i]
		}
		if t.HR != nil && t.HR[last] == 0 {
			c.edit().HR[last] = t.HR[i]
		}
		for s, column := range t.Readings {
			if column != nil && column[last] == 0 && column[i] > 0 {
				c.edit().Readings[s][last] = column[i]
			}
		}
	}
	c.compact(FaultRepeated)
}

// spotDeg is how far apart two positions may be and count as one, in degrees: 5 cm.
const spotDeg = 5e-7

func sameSpot(t *Track, i, j int) bool {
	y, x := t.Lat[i]-t.Lat[j], t.Lon[i]-t.Lon[j]
	return y <= spotDeg && y >= -spotDeg && x <= spotDeg && x >= -spotDeg
}

// clockStepMS returns the middle of the steps the clock takes, 0 when it never moves.
func (c *cleaner) clockStepMS() int64 {
	c.values = c.values[:0]
	last := int64(NoTime)
	for _, ms := range c.t.TimeMS {
		if ms == NoTime {
			continue
		}
		if last != NoTime && ms > last {
			c.values = append(c.values, float64(ms-last))
		}
		last = ms
	}
	return int64(middle(c.values))
}

// share sets the times of one segment that are shared or missing. A step of the clock that is longer than three usual ones
// holds a pause, of which nothing is shared.
func (c *cleaner) share(from, to int, usualMS int64) {
	times := c.t.TimeMS
	for i := from; i < to; {
		if times[i] == NoTime {
			i++ // before the first time: nothing to share
			continue
		}
		// Samples i to j-1 have this time or none, j has the next.
		j, shared, missing := i+1, 0, 0
		for j < to && (times[j] == NoTime || times[j] == times[i]) {
			if times[j] == NoTime {
				missing++
			} else {
				shared++
			}
			j++
		}
		if j-i == 1 {
			i = j
			continue
		}
		last := j // the sample that the time runs to
		step := usualMS
		switch {
		case j < to:
			step = times[j] - times[i]
			if shared > 0 {
				step = min(step, 3*usualMS)
			}
		case shared > 0:
			for j > i && times[j-1] == NoTime {
				j-- // after the last time: unknown
			}
			last = j
		default:
			return
		}
		c.spread(i, last, to, step)
		i = max(j, i+1)
	}
}

// spread gives samples i+1 to last-1 times between that of i and that plus step, by the way to last; where the segment ends
// before to, last would have been one usual pair on.
func (c *cleaner) spread(i, last, to int, step int64) {
	total := 0.0
	for k := i + 1; k < last || k == last && last < to; k++ {
		total += c.way[k]
	}
	if last == to || last >= c.t.Len() {
		total *= float64(last-i) / float64(max(last-i-1, 1))
	}
	times := c.edit().TimeMS
	start, way := times[i], 0.0
	for k := i + 1; k < last; k++ {
		way += c.way[k]
		part := float64(k-i) / float64(last-i)
		if total > 0 {
			part = way / total
		}
		times[k] = start + int64(part*float64(step)+0.5)
	}
}
