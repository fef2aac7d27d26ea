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

	// way is where the athlete really was.
	region int
	way    []point
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
}

// NewMaker returns a maker of an athlete's recordings.
func NewMaker(a *Athlete) *Maker { return &Maker{athlete: a} }

// Recording makes activity i: from 0 to Activities-1, or beyond, one more of the same kind. No two overlap in time.
func (m *Maker) Recording(i int) *Recording {
	a := m.athlete
	seed := hash(uint64(len(a.regions)), i, a.Activities)
	c := chance.Stream(seed)
	route := chance.Stream(chance.Mix(seed))
	if c.Float() < a.again {
		// The square makes some of them favourites of the favourites.
		u := c.Float()
		route = chance.Stream(hash(17, int(u*u*float64(a.favourites)), a.Activities))
	}
	p := a.plan(&route)
	r := &Recording{
		Number: i, Sport: a.sport.name, region: p.region, way: p.line(&m.router, &a.regions[p.region]),
		Start: AsOf.Add(-span + time.Duration(i)*(span/time.Duration(a.Activities+1))).Truncate(time.Second),
	}
	r.move(&a.regions[p.region], &a.sport, &c, c.Float() < a.smart, i%2 == 0)
	return r
}

// move goes the way and records it.
func (r *Recording) move(at *region, s *sport, c *chance.Stream, smart, heart bool) {
	east, north := drift{deviation: driftM, memoryS: driftS}, drift{deviation: driftM, memoryS: driftS}
	air, form := drift{deviation: 0.5, memoryS: 60}, drift{deviation: 0.05, memoryS: 90}
	usual := s.speedMS * (1 + 0.08*c.Normal())
	bpm, next := s.quietBPM+40, 0
	stop := 0 // seconds left to stand
	for k, along, second := 0, 0.0, 0; ; second++ {
		p, q := r.way[k], r.way[k+1]
		step := distance(p, q)
		f := along / step
		here := point{p.x + (q.x-p.x)*f, p.y + (q.y-p.y)*f}
		ground := at.altitude(here)
		dx, dy := east.after(1, c), north.after(1, c)
		height := ground + air.after(1, c)
		speed := 0.0
		if stop > 0 {
			stop--
		} else {
			grade := (at.altitude(q) - at.altitude(p)) / step
			speed = usual * (1 + form.after(1, c)) * max(0.35, min(s.fastest, 1-s.slope*grade))
			bpm += (s.quietBPM + s.bpmPerMS*usual*(1+0.8*s.slope*max(-0.05, min(0.08, grade))) + 4*form.at/0.05 - bpm) / 25
		}
		if second >= next {
			next = second + 1
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
		for along += speed; along >= step; {
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
