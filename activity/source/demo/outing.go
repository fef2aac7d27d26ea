package demo

import (
	"math"
	"sync"

	"heatmapgen/activity"
	"heatmapgen/internal/chance"
)

// A moment is one point of an outing as it really was, before any device
// measured it.
type moment struct {
	p      pt
	side   pt // a metre to the right of the way
	alt    float64
	s, t   float64 // metres and seconds from the start
	speed  float64 // m/s
	effort float64 // share of what the athlete could give, 0..1
	kind   kind
	ground
}

// A ground is what a kind of way does to those on it.
type ground struct {
	haze  float64 // how much worse than under open sky GPS is
	aside float64 // metres to the right one keeps
	swift float64 // times the pace
}

var grounds = [kinds]ground{
	street: {1.25, 2.2, 0.96},
	path:   {1, 1.3, 1.02},
	dike:   {0.8, 0.9, 1.05},
	field:  {0.8, 0.7, 0.97},
	road:   {1, 2.4, 1.01},
	trail:  {1.5, 0.3, 0.95},
	oval:   {0.8, 0, 1.03},
}

// An outing is a session as it really was.
type outing struct {
	moments []moment
	holes   []hole
	stood   float64 // seconds at lights and crossings
	landing int     // the first moment after the ferry, 0 if there was none
	spare   []moment
}

// A hole is a time at which nothing was recorded, in seconds from the start;
// after the ferry the recording begins a new segment.
type hole struct {
	from, to float64
	ferry    bool
}

// outings keeps the slices of outings done with: every track needs two of some
// thousand moments for a millisecond.
var outings = sync.Pool{New: func() any { return new(outing) }}

// stepM is the distance between moments in metres.
const stepM = 7

// walk follows the session's route and works out the pace and the effort. The
// caller may put the outing back into the pool.
func (s *session) walk(n *network) *outing {
	o := outings.Get().(*outing)
	*o = outing{moments: o.moments[:0], holes: o.holes[:0], spare: o.spare[:0]}
	c := chance.Stream(s.seed)
	s.lay(n, o, &c)
	s.move(o)
	s.clock(o, &c)
	return o
}

// lay puts moments every stepM metres along the route, corners cut a little, and
// the first and last metres left out as people start and stop their watch.
func (s *session) lay(n *network, o *outing, c *chance.Stream) {
	skip, total := c.Between(0, 45), 0.0
	for _, a := range s.route {
		if a.edge != ferry {
			total += n.edges[a.edge].metre
		}
	}
	end := total - c.Between(0, 70)
	ms, walked, next := o.moments, 0.0, skip
	for _, a := range s.route {
		if a.edge == ferry {
			o.landing = len(ms)
			continue
		}
		e := &n.edges[a.edge]
		last := len(e.line) - 1
		gap := e.metre / float64(last)
		for ; next < min(walked+e.metre, end); next += stepM {
			f := (next - walked) / gap
			if a.back {
				f = float64(last) - f
			}
			i := min(max(int(f), 0), last-1)
			f -= float64(i)
			ms = append(ms, moment{
				p: e.line[i].lerp(e.line[i+1], f), alt: e.alt[i] + (e.alt[i+1]-e.alt[i])*f,
				kind: e.kind, ground: grounds[e.kind],
			})
		}
		walked += e.metre
	}
	soften(ms[:o.landing])
	soften(ms[o.landing:])
	for i := 1; i < len(ms); i++ {
		ms[i].s = ms[i-1].s
		if i != o.landing {
			ms[i].s += ms[i].p.dist(ms[i-1].p)
		}
	}
	for i := range ms {
		d := ms[min(i+2, len(ms)-1)].p.sub(ms[max(i-2, 0)].p)
		if l := d.dist(pt{}); l > 0 {
			ms[i].side = pt{d.y / l, -d.x / l}
		}
	}
	o.moments = ms
}

// soften rounds the corners and the kinks of the height.
func soften(ms []moment) {
	for range 2 {
		for i := 1; i < len(ms)-1; i++ {
			a, b, c := &ms[i-1], &ms[i], &ms[i+1]
			b.p = pt{a.p.x/4 + b.p.x/2 + c.p.x/4, a.p.y/4 + b.p.y/2 + c.p.y/4}
			b.alt = a.alt/4 + b.alt/2 + c.alt/4
			b.haze += (a.haze - b.haze) * 0.2
			b.aside += (a.aside - b.aside) * 0.2
			b.swift += (a.swift - b.swift) * 0.2
		}
	}
}

// Times in seconds at which the watch stands still.
const (
	ferryS = 2700
	pauseS = 420
)

// clock turns the speeds into times, with waits at some crossings in town and
// the holes in the recording.
func (s *session) clock(o *outing, c *chance.Stream) {
	ms := o.moments
	pause := 0
	if s.gap || s.lift {
		pause = int(float64(len(ms)) * c.Between(0.4, 0.6))
	}
	out, t := o.spare, 0.0
	for i := range ms {
		m := ms[i]
		if i > 0 {
			t += (m.s - ms[i-1].s) * 2 / (ms[i-1].speed + m.speed)
			switch {
			case i == o.landing:
				o.holes = append(o.holes, hole{t, t + ferryS, true})
				t += ferryS
			case i == pause:
				o.holes = append(o.holes, hole{t, t + pauseS, false})
				t += pauseS
			case s.lift && i > pause && i < pause+60:
				o.holes[len(o.holes)-1].to = t // on for some hundred metres, the watch still off
			case m.kind == street && s.sport != activity.SportRide && c.Float() < 0.0022:
				m.t = t
				out = append(out, m)
				wait := c.Between(8, 45)
				o.stood += wait
				t += wait
			}
		}
		m.t = t
		out = append(out, m)
	}
	o.moments, o.spare = out, ms
}

// totals returns the distance in metres, the moving time in seconds and the
// ascent in metres as a watch would sum them up.
func (o *outing) totals() (distanceM, movingS, ascentM float64) {
	if len(o.moments) == 0 {
		return 0, 0, 0
	}
	last := &o.moments[len(o.moments)-1]
	movingS = last.t - o.stood
	for _, h := range o.holes {
		movingS -= h.to - h.from
	}
	low := o.moments[0].alt
	for i := range o.moments {
		switch alt := o.moments[i].alt; {
		case alt > low+2: // less than 2 m is the barometer's noise
			ascentM += alt - low
			low = alt
		case alt < low:
			low = alt
		}
	}
	return math.Round(last.s*10) / 10, math.Round(movingS), math.Round(ascentM)
}
