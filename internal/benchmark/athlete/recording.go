package athlete

import (
	"math"
	"time"

	"heatmapgen/internal/chance"
)

// A Recording is one activity, as a device has it: columns of samples.
type Recording struct {
	// Number is the activity's, from 0.
	Number int
	// Sport is the type that its file tells: running or cycling.
	Sport string
	// Start is when it begins; MS are milliseconds from then.
	Start time.Time
	MS    []int64
	// Lat and Lon are in degrees, rounded to 1e-7 of one; AltM is in metres.
	Lat, Lon, AltM []float64
	// HR is in bpm; nil where there was no sensor.
	HR []uint8

	// Person is who of a crowd it is of, from 0; always 0 for others.
	Person int

	*route
}

// A route is where an athlete really goes.
type route struct {
	region int
	way    []point
	trace  Trace
}

// A sport says how somebody moves.
type sport struct {
	name     string
	speedMS  float64 // on the flat
	slope    float64 // part of the speed that a grade of 1 takes, before bounds
	fastest  float64 // downhill, of the speed on the flat
	quietBPM float64
	bpmPerMS float64
}

var (
	running = sport{name: "running", speedMS: 3.22, slope: 4, fastest: 1.25, quietBPM: 62, bpmPerMS: 25}
	cycling = sport{name: "cycling", speedMS: 8.75, slope: 9, fastest: 1.6, quietBPM: 58, bpmPerMS: 9.5}
)

// What a receiver is off by: a drift and a shaking, each in metres in either direction.
const (
	driftM, driftS = 2.3, 45
	shakeM         = 0.35
)

// A Maker makes recordings. It keeps memory between calls, so each goroutine needs its own.
type Maker struct {
	athlete *Athlete
	router  router
	// routes are those of a crowd, by region and way: it goes each many times.
	routes map[[2]int]*route
}

// NewMaker returns a maker of an athlete's recordings.
func NewMaker(a *Athlete) *Maker { return &Maker{athlete: a, routes: map[[2]int]*route{}} }

// Recording makes activity i: from 0 to Activities-1, or beyond, one more of the same kind. No two of a person overlap in time.
func (m *Maker) Recording(i int) *Recording {
	a := m.athlete
	seed := hash(uint64(len(a.regions)), i, a.Activities)
	c := chance.Stream(seed)
	from, favourite := chance.Stream(chance.Mix(seed)), -1
	if c.Float() < a.again {
		// The square makes some of them favourites of the favourites.
		u := c.Float()
		favourite = int(u * u * float64(a.favourites))
		from = chance.Stream(hash(17, favourite, a.Activities))
	}
	r := &Recording{Number: i, Sport: a.sport.name}
	if a.people > 0 {
		r.Person = i % a.people
		outings := time.Duration(a.Activities/a.people + 2)
		r.Start = AsOf.Add(-span + time.Duration(i/a.people)*(span/outings) + time.Duration(c.Float()*float64(min(span/outings/2, 16*time.Hour)))).Truncate(time.Second)
		r.route = m.ofCrowd(r.Person%len(a.regions), favourite)
	} else {
		r.Start = AsOf.Add(-span + time.Duration(i)*(span/time.Duration(a.Activities+1))).Truncate(time.Second)
		r.route = m.route(a.plan(&from))
	}
	r.move(&a.regions[r.region], a, &c, c.Float() < a.smart, i%2 == 0)
	return r
}

// route returns the route of a plan.
func (m *Maker) route(p plan) *route {
	r := &route{region: p.region, way: p.line(&m.router, &m.athlete.regions[p.region])}
	r.trace = traceOf(r)
	return r
}

// ofCrowd returns one of the ways that a crowd goes in a region.
func (m *Maker) ofCrowd(region, number int) *route {
	key := [2]int{region, number}
	r, ok := m.routes[key]
	if !ok {
		from := chance.Stream(hash(18, region, number))
		p := m.athlete.plan(&from)
		p.region = region
		r = m.route(p)
		m.routes[key] = r
	}
	return r
}

// move goes the way and records it.
func (r *Recording) move(at *region, a *Athlete, c *chance.Stream, smart, heart bool) {
	s, every := &a.sport, max(1, a.everyS)
	dt := float64(every)
	east, north := drift{deviation: driftM, memoryS: driftS}, drift{deviation: driftM, memoryS: driftS}
	air, form := drift{deviation: 0.5, memoryS: 60}, drift{deviation: 0.05, memoryS: 90}
	usual := s.speedMS * (1 + 0.08*c.Normal())
	bpm, next := s.quietBPM+40, 0
	stop := 0 // seconds left to stand
	for k, along, second := 0, 0.0, 0; ; second += every {
		p, q := r.way[k], r.way[k+1]
		step := distance(p, q)
		f := along / step
		here := point{p.x + (q.x-p.x)*f, p.y + (q.y-p.y)*f}
		ground := at.altitude(here)
		dx, dy := east.after(dt, c), north.after(dt, c)
		height := ground + air.after(dt, c)
		speed := 0.0
		if stop > 0 {
			stop -= every
		} else {
			grade := (at.altitude(q) - at.altitude(p)) / step
			speed = usual * (1 + form.after(dt, c)) * max(0.35, min(s.fastest, 1-s.slope*grade))
			bpm += (s.quietBPM + s.bpmPerMS*usual*(1+0.8*s.slope*max(-0.05, min(0.08, grade))) + 4*form.at/0.05 - bpm) / 25 * dt
		}
		if second >= next {
			next = second + every
			if smart {
				next = second + 3 + c.Below(6)
			}
			lat, lon := at.degrees(point{here.x + dx + shakeM*c.Normal(), here.y + dy + shakeM*c.Normal()})
			r.MS = append(r.MS, int64(second)*1000)
			r.Lat, r.Lon = append(r.Lat, math.Round(lat*1e7)/1e7), append(r.Lon, math.Round(lon*1e7)/1e7)
			r.AltM = append(r.AltM, math.Round(height*10)/10)
			if heart {
				r.HR = append(r.HR, uint8(max(45, min(198, math.Round(bpm)))))
			}
		}
		for along += speed * dt; along >= step; {
			along -= step
			if k++; k+1 == len(r.way) {
				return
			}
			step = distance(r.way[k], r.way[k+1])
			if c.Float() < 0.0015 { // a light, a road, a gate
				stop = 4 + c.Below(30)
			}
		}
	}
}
