// Package athlete makes up the recordings of athletes for benchmarks: as many, as long, as often through the same streets and as
// noisy as those of real ones. All comes from a seed, so that everybody measures with the same.
package athlete

import (
	"fmt"
	"math"
	"time"

	"heatmapgen/internal/chance"
)

// AsOf is the day that all recordings lie before.
var AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// span is how long before AsOf the first recording is made.
const span = 3600 * 24 * time.Hour

// An Athlete is a made-up athlete, or all those of a club.
type Athlete struct {
	// Name is what it is called on the command line.
	Name string
	// Activities is how many there are.
	Activities int

	regions []region
	plan    func(c *chance.Stream) plan
	// again is the share of the activities that go one of the favourite ways, of which there are favourites.
	again      float64
	favourites int
	sport      sport
	// smart is the share of recordings with a sample every few seconds instead of each one.
	smart float64
	// people is how many are in a crowd, each of whom lives in one of the regions and runs the favourite ways there; 0 is no crowd. everyS is then how many seconds lie between
	// samples.
	people, everyS int
}

// A plan is what an outing is to be: from a place, through places around it that are scaled so that all is metres long, and to its end.
type plan struct {
	region int
	from   point
	corner []point // relative to from, of any scale
	metres float64
	to     *point // where it does not end where it began: the way there, whatever its length
}

// OfCrowd tells whether they are many people, whose recordings lie in folders of their own.
func (a *Athlete) OfCrowd() bool { return a.people > 0 }

// ByName returns the athlete of a name. The error lists the names there are.
func ByName(name string) (*Athlete, error) {
	for _, a := range athletes() {
		if a.Name == name {
			return a, nil
		}
	}
	return nil, fmt.Errorf("there is no athlete %q; there are town, runner, cyclist, towns, club, park and crowd", name)
}

func athletes() []*Athlete {
	return []*Athlete{town(), runner(), cyclist(), towns(), club(), park(), Crowd(10_000)}
}

// Who is in a crowd: so many activities make a town, and so many of them are one person's.
const (
	crowdOfTown   = 10_000
	crowdOfPerson = 100
	crowdWays     = 500
)

// Crowd are many people in many towns, who make so many activities together: short runs of 1 to 3 km along the popular ways of their town, with a sample every 5 s. The more activities the more
// towns and people, so what a map of them costs an activity should not hang on how many there are.
func Crowd(activities int) *Athlete {
	return &Athlete{
		Name: "crowd", Activities: activities, sport: running, regions: crowdRegions(max(1, activities/crowdOfTown)), again: 1, favourites: crowdWays, people: max(1, activities/crowdOfPerson), everyS: 5,
		plan: func(c *chance.Stream) plan {
			p := loop(c, c.Between(1000, 2800))
			p.from = point{0.3 * townM * c.Normal(), 0.3 * townM * c.Normal()}
			return p
		},
	}
}

// crowdRegions are towns in rows of 20, some 50 km from one to the next.
func crowdRegions(n int) []region {
	all := make([]region, n)
	for i := range all {
		all[i] = region{seed: hash(14, i, 0), lat: 42 + 0.5*float64(i/20), lon: 2 + 0.7*float64(i%20), blockM: 140, hillsM: 45}
	}
	return all
}

// town is an athlete who runs everywhere in one town.
func town() *Athlete {
	return &Athlete{
		Name: "town", Activities: 500, sport: running, regions: townRegions(1),
		plan: func(c *chance.Stream) plan { return acrossTown(c, 0) },
	}
}

// towns are ten times as many outings over ten towns.
func towns() *Athlete {
	return &Athlete{
		Name: "towns", Activities: 5000, sport: running, regions: townRegions(10),
		plan: func(c *chance.Stream) plan { return acrossTown(c, c.Below(10)) },
	}
}

// club is forty times as many outings in one town.
func club() *Athlete {
	a := town()
	a.Name, a.Activities = "club", 20_000
	return a
}

// park are those who meet each week to run one of three ways of 5 km: so many on so few streets that lines weigh more than pictures.
func park() *Athlete {
	return &Athlete{
		Name: "park", Activities: 5000, sport: running, regions: townRegions(1), again: 1, favourites: 3,
		plan: func(c *chance.Stream) plan {
			p := loop(c, 5000)
			p.from = point{30 * c.Normal(), 30 * c.Normal()}
			return p
		},
	}
}

func townRegions(n int) []region {
	all := make([]region, n)
	for i := range all {
		all[i] = region{seed: hash(11, i, 0), lat: 47.8 + 0.5*float64(i%4), lon: 9.2 + 0.7*float64(i/4), blockM: 140, hillsM: 45}
	}
	return all
}

// townM is half the side of a town.
const townM = 6000

// acrossTown is a loop of some 10 km that begins anywhere in a town.
func acrossTown(c *chance.Stream, region int) plan {
	within := func() float64 { return max(-0.7*townM, min(0.7*townM, 0.4*townM*c.Normal())) }
	p := loop(c, 10_230*math.Exp(0.25*c.Normal()-0.03))
	p.region, p.from = region, point{within(), within()}
	return p
}

// loop is a way around of three corners.
func loop(c *chance.Stream, metres float64) plan {
	p := plan{metres: metres}
	heading := c.Between(0, 2*math.Pi)
	for k := range 3 {
		// Corners lie around a middle that is in front, so the way comes back where it began.
		angle := heading + math.Pi + float64(k+1)*math.Pi/2 + c.Between(-0.3, 0.3)
		p.corner = append(p.corner, point{math.Cos(heading) + math.Cos(angle), math.Sin(heading) + math.Sin(angle)})
	}
	return p
}

// runner has a home, nineteen other places and favourite ways.
func runner() *Athlete {
	const places = 20
	a := &Athlete{Name: "runner", Activities: 1600, sport: running, again: 0.7, favourites: 40, smart: 0.56}
	for i := range places {
		a.regions = append(a.regions, region{seed: hash(12, i, 0), lat: 45 + 6*chance.Share(hash(12, i, 1)), lon: 6 + 9*chance.Share(hash(12, i, 2)), blockM: 170, hillsM: 60})
	}
	a.plan = func(c *chance.Stream) plan {
		p := loop(c, max(2500, 6720*math.Exp(0.45*c.Normal()-0.1)))
		if c.Float() > 0.7 {
			p.region = 1 + c.Below(places-1)
		}
		p.from = point{400 * c.Normal(), 400 * c.Normal()}
		return p
	}
	return a
}

// cyclist rides from three towns into the country, from one to another, and elsewhere.
func cyclist() *Athlete {
	const elsewhere = 12
	a := &Athlete{Name: "cyclist", Activities: 2500, sport: cycling, again: 0.86, favourites: 90}
	for i := range 1 + elsewhere {
		a.regions = append(a.regions, region{seed: hash(13, i, 0), lat: 44 + 8*chance.Share(hash(13, i, 1)), lon: 3 + 12*chance.Share(hash(13, i, 2)), blockM: 420, hillsM: 110})
	}
	homes := []point{{0, 0}, {23_000, 8000}, {6000, -21_000}}
	a.plan = func(c *chance.Stream) plan {
		home := c.Below(len(homes))
		metres := max(5000, 22_700*math.Exp(0.6*c.Normal()-0.18))
		switch kind := c.Float(); {
		case kind < 0.15:
			to := homes[(home+1+c.Below(2))%len(homes)]
			return plan{from: homes[home], to: &to, corner: []point{{c.Normal(), c.Normal()}}, metres: 3000}
		case kind < 0.7:
			p := loop(c, metres)
			p.from = homes[home]
			return p
		default:
			p := loop(c, metres)
			p.region, p.from = 1+c.Below(elsewhere), point{6000 * c.Normal(), 6000 * c.Normal()}
			return p
		}
	}
	return a
}

// line returns the way of an outing.
func (p *plan) line(w *router, r *region) []point {
	end := p.from
	if p.to != nil {
		end = *p.to
	}
	scaled := func(scale float64) []point {
		places := []point{p.from}
		for _, q := range p.corner {
			places = append(places, point{p.from.x + scale*q.x, p.from.y + scale*q.y})
		}
		return append(places, end)
	}
	// The ways of a grid are longer than those of birds; how much so tells the first try.
	scale := p.metres / 7
	line := w.through(r, scaled(scale))
	if p.to == nil {
		line = w.through(r, scaled(scale*p.metres/max(length(line), p.metres/4)))
	}
	return line
}
