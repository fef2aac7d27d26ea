package track

import (
	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
)

// fitEpochS is the start of FIT's time, 1989-12-31 UTC, in seconds since 1970.
const fitEpochS = 631065600

// A timerEvent is a start or a stop of the timer at a time in ms since 1970.
type timerEvent struct {
	ms   int64
	runs bool
}

// timed notes an event message of the timer: event 0, types start (0), stop (1), stop all (4), stop disable (8) and stop
// disable all (9) of the FIT profile.
func (n *fitNarrower) timed(l *fitLayout, message []byte) {
	if l.event[0] == 0 || l.event[1] == 0 || message[l.event[0]-1] != 0 {
		return
	}
	e := timerEvent{ms: (int64(n.stamp) + fitEpochS) * 1000}
	switch message[l.event[1]-1] {
	case 0:
		e.runs = true
	case 1, 4, 8, 9:
	default:
		return
	}
	n.timer = append(n.timer, e)
}

// timer marks what was recorded between a stop and the next start of the timer among the samples from index first on.
func (c *columns) timer(first int, events []timerEvent) {
	sorting.StableFunc(events, func(a, b timerEvent) int { return int(max(-1, min(1, a.ms-b.ms))) })
	before := len(c.idle)
	stopped, inside := int64(activity.NoTime), 0
	at, n := first, len(c.lat)
	for _, e := range events {
		switch {
		case !e.runs && stopped == activity.NoTime:
			stopped = e.ms
		case e.runs && stopped != activity.NoTime:
			from, to := stopped, e.ms
			stopped = activity.NoTime
			if to <= from {
				continue
			}
			// The last sample of the running timer, and the first of it running again.
			for at < n && c.timeMS[at] <= from {
				at++
			}
			last := at - 1
			for at < n && c.timeMS[at] < to {
				at++
			}
			if last >= first && at < n {
				c.idle = append(c.idle, activity.Part{From: last, To: at})
				inside += at - last - 1
			}
		}
	}
	// A timer that stood for most of a recording was misunderstood.
	if inside*2 > n-first {
		c.idle = c.idle[:before]
	}
}
