package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"heatmapgen/activity"
	"heatmapgen/internal/chance"
)

const (
	years    = 5
	yearDays = 365
)

// A session is one outing as planned: where, when, how fast. Everything that
// its track needs is in it, so a track can be made at any time.
type session struct {
	name   string
	sport  activity.Sport
	route  []arc
	ago    int // days before the last day of the demo
	start  int // seconds of the day, UTC
	year   int // 0 is the oldest
	seed   int
	pace   float64 // as in habit
	spurts []spurt
	drill  drill
	whims

	distanceM, movingS, ascentM float64
}

// A spurt is a part of the route, in metres from the start, that is gone at
// another pace.
type spurt struct{ from, to, times float64 }

// whims are the oddities of recording that real files have.
type whims struct {
	treadmill bool // the whole run on the spot
	spike     bool // one position far off
	gap       bool // the watch stopped for some minutes and went on
	lift      bool // the watch stopped and went on elsewhere
	noHR      bool
	noAlt     bool
	smart     bool // samples every 3 to 7 s instead of every second
}

// A planner writes the diary.
type planner struct {
	*router
	chance chance.Stream
	stops  map[string]int32
}

// theDiary is the whole of the five years, oldest first; it is written when
// first needed.
var theDiary = sync.OnceValue(func() []session { return writeDiary(theNetwork()) })

// writeDiary plans all years and walks every outing once for its totals. The
// first number of its stream of chance is the one of several that looked best.
func writeDiary(n *network) []session {
	p := planner{router: newRouter(n), chance: 8, stops: map[string]int32{}}
	for name, where := range places {
		p.stops[name] = p.nodeAt(at(where[0], where[1]))
	}
	var diary []session
	for y := range years {
		diary = append(diary, p.year(y)...)
	}
	oddities(diary)
	for i := range diary {
		s := &diary[i]
		s.seed = 50000 + i
		o := s.walk(p.network)
		s.distanceM, s.movingS, s.ascentM = o.totals()
		outings.Put(o)
		if s.treadmill {
			s.ascentM = 0
		}
	}
	return diary
}

// year plans one year: habits and explorations shuffled, a day for each, the
// long ones at weekends, and only then the routes, in order, so that what is
// new is new.
func (p *planner) year(y int) []session {
	type idea struct {
		habit *habit
		wild  wild
	}
	var ideas []idea
	for i := range habits {
		for range habits[i].years[y] {
			ideas = append(ideas, idea{habit: &habits[i]})
		}
	}
	for w, n := range explorations {
		for range n[y] {
			ideas = append(ideas, idea{wild: wild(w)})
		}
	}
	for i := len(ideas) - 1; i > 0; i-- {
		j := p.chance.Below(i + 1)
		ideas[i], ideas[j] = ideas[j], ideas[i]
	}
	out := make([]session, 0, len(ideas))
	for i, it := range ideas {
		s := session{year: y}
		day := (float64(i) + 0.8*p.chance.Float()) / float64(len(ideas)) * yearDays
		s.ago = (years-y)*yearDays - 1 - int(day)
		s.start = clock(&p.chance, s.ago)
		if it.habit != nil {
			p.follow(&s, it.habit)
		} else {
			p.explore(&s, it.wild)
		}
		// The last day of the demo is a Sunday; what takes longer is for weekends.
		if p.metres(s.route) > 17000 && s.ago%7 > 1 {
			if s.ago -= s.ago % 7; p.chance.Float() < 0.4 {
				s.ago++
			}
			s.start = 6*3600 + p.chance.Below(3*3600)
		}
		p.use(s.route)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b session) int {
		return cmp.Or(cmp.Compare(b.ago, a.ago), cmp.Compare(a.start, b.start))
	})
	for i := 1; i < len(out); i++ { // no two outings at once
		if out[i].ago == out[i-1].ago && out[i].start < out[i-1].start+6*3600 {
			out[i-1].start, out[i].start = 5*3600+600*(i%3), 16*3600+300*(i%7)
		}
	}
	return out
}

// clock draws a time to set out: mornings and evenings, at weekends later.
func clock(c *chance.Stream, ago int) int {
	switch weekend := ago%7 <= 1; {
	case weekend:
		return 6*3600 + c.Below(4*3600)
	case c.Float() < 0.35:
		return 5*3600 + c.Below(3600)
	default:
		return 16*3600 + c.Below(2*3600)
	}
}

// follow plans a habit.
func (p *planner) follow(s *session, h *habit) {
	t := *h.taste
	t.salt = int(p.chance.Next() >> 40)
	s.name, s.sport, s.pace, s.drill = h.name, h.sport, h.pace, h.drill
	var stops, over []int32
	for i, name := range h.stops {
		if name == "" {
			for _, name := range h.stops[i+1:] {
				over = append(over, p.stops[name])
			}
			break
		}
		stops = append(stops, p.stops[name])
	}
	switch h.drill {
	case boat:
		s.route = append(p.through(stops, t), arc{edge: ferry, to: over[0]})
		s.route = append(s.route, p.through(over, t)...)
	case laps:
		p.onTrack(s, t)
	case repeats:
		p.onHill(s, stops, t)
	default:
		s.route = p.through(stops, t)
	}
	if h.back {
		s.route = append(s.route, p.backwards(s.route)...)
	}
	total := p.metres(s.route)
	switch h.drill {
	case tempo:
		s.spurts = []spurt{{total * 0.3, total * 0.72, 1.2}}
	case race:
		s.spurts = []spurt{{0, total - 600, 1}, {total - 600, total, 1.08}}
	}
}

// onTrack plans intervals: to the stadium, laps, and home.
func (p *planner) onTrack(s *session, t taste) {
	gate := p.stops["track"]
	lap := p.lap(gate)
	there := p.between(p.stops["home"], gate, t, nil)
	reps := []struct {
		n           int
		fast, jog   int // laps
		times, slow float64
	}{{10, 1, 1, 1.5, 0.85}, {6, 2, 1, 1.44, 0.85}, {4, 4, 1, 1.36, 0.85}}[p.chance.Below(3)]
	s.name = fmt.Sprintf("Track, %d x %d m", reps.n, 400*reps.fast)
	s.route = slices.Clone(there)
	for range reps.n {
		from := p.metres(s.route)
		for range reps.fast {
			s.route = append(s.route, lap...)
		}
		to := p.metres(s.route)
		for range reps.jog {
			s.route = append(s.route, lap...)
		}
		s.spurts = append(s.spurts, spurt{from, to, reps.times}, spurt{to, p.metres(s.route), reps.slow})
	}
	s.route = append(s.route, p.backwards(there)...)
}

// lap returns the round of the running track from a node on it.
func (p *planner) lap(gate int32) []arc {
	var round []arc
	for at, last := gate, int32(-1); len(round) == 0 || at != gate; {
		i := slices.IndexFunc(p.out[at], func(a arc) bool { return p.edges[a.edge].kind == oval && a.edge != last })
		if i < 0 {
			return nil
		}
		next := p.out[at][i]
		round = append(round, next)
		at, last = next.to, next.edge
	}
	return round
}

// onHill plans repeats: to the foot, up and down the second leg, and home.
func (p *planner) onHill(s *session, stops []int32, t taste) {
	s.route = p.between(stops[0], stops[1], t, nil)
	up := p.between(stops[1], stops[2], t, nil)
	for i, sum := 0, 0.0; i < len(up); i++ { // a climb of 700 m will do
		if sum += p.edges[up[i].edge].metre; sum > 700 {
			up = up[:i+1]
		}
	}
	down := p.backwards(up)
	for range 5 + p.chance.Below(3) {
		from := p.metres(s.route)
		s.route = append(s.route, up...)
		to := p.metres(s.route)
		s.route = append(s.route, down...)
		s.spurts = append(s.spurts, spurt{from, to, 1.25}, spurt{to, p.metres(s.route), 0.9})
	}
	s.route = append(s.route, p.between(stops[1], stops[0], t, nil)...)
}

// A wild outing goes where the athlete has not been.
type wild uint8

const (
	streets wild = iota // through town, every corner
	country             // a long round on the plain
	upland              // a round in the hills
	wilds
)

// explorations tells how many there are in each year.
var explorations = [wilds][years]int{{3, 4, 4, 5, 6}, {3, 4, 5, 5, 5}, {3, 4, 5, 6, 7}}

var wildNames = [wilds][]string{
	{"Every street", "New corners", "Lost in town", "Zigzag"},
	{"Somewhere new", "Long way round", "Exploring", "Where does this go?"},
	{"New trails", "Off the map", "Forest round", "Up and over"},
}

// wildGoals lists where each kind of exploration leads; a place named more often is chosen more often.
var wildGoals = [wilds][]string{
	{"home", "home", "home", "west end", "west end", "bridge", "hard church", "lauterach", "wolfurt", "lindau west", "hoerbranz", "bay"},
	{"lauterach", "wet meadow", "canal", "canal north", "schwarzach", "rhine south", "hoechst", "delta south", "fussach", "hoerbranz", "border", "lustenau"},
	{"meadow", "summit", "saddle", "hochberg", "terrace", "moggers", "langen", "langen", "gorge", "bildstein", "schneider", "brueggele", "moggers", "hoerbranz", "castle"},
}

// explore plans a wild outing: out to a goal, some stops strewn about it, and
// back; drawn again until the way is of a fair length. Who wants to look around
// far away takes the train there first.
func (p *planner) explore(s *session, w wild) {
	names := wildNames[w]
	s.name, s.sport, s.pace = names[p.chance.Below(len(names))], activity.SportRun, easy
	t := runTaste
	lo, hi, n, reach := 9000.0, 23000.0, 3, 1900.0
	switch w {
	case streets:
		lo, hi, n, reach = 5000, 12000, 5, 900
	case upland:
		s.sport, t, reach = sportTrailRun, trailTaste, 1700
	}
	t.salt, t.fresh = int(p.chance.Next()>>40), 0.55
	for range 40 {
		goal := p.nodes[p.stops[wildGoals[w][p.chance.Below(len(wildGoals[w]))]]]
		from := p.stops["home"]
		if far := p.nodes[from].dist(goal); far > 4500 && w != upland || far > 8000 || w == streets && far > 1500 {
			from = p.nodeAt(goal)
		}
		stops := []int32{from}
		angle, turn := p.chance.Between(0, 2*math.Pi), 2*math.Pi/float64(n)
		if p.chance.Float() < 0.5 {
			turn = -turn
		}
		for i := range n {
			r := reach * p.chance.Between(0.5, 1)
			sin, cos := math.Sincos(angle + turn*(float64(i)+p.chance.Between(-0.3, 0.3)))
			want := goal.add(pt{r * cos, r * sin})
			if got := p.nodeAt(want); p.nodes[got].dist(want) < 400 && len(p.out[got]) > 2 && height(want) < 1200 {
				stops = append(stops, got)
			}
		}
		if len(stops) < n {
			continue
		}
		s.route = p.through(append(stops, from), t)
		if d := p.metres(s.route); d > lo && d < hi && p.near(s.route) {
			return
		}
	}
	p.follow(s, &habits[0]) // nothing new today
}

// near reports whether the route stays in the country about home, so that the
// first view of the map, which fits all runs, is a close one.
func (p *planner) near(route []arc) bool {
	return !slices.ContainsFunc(route, func(a arc) bool {
		at := p.nodes[a.to]
		return at.x > 8000 || at.y < -10000 || at.y > 8500
	})
}

// oddities strews what real recordings have over the diary: no sensor, smart
// recording, a pause, a spike, and one run on a treadmill.
func oddities(diary []session) {
	nth := func(n int, name string) *session {
		for i := range diary {
			if diary[i].name == name {
				if n--; n < 0 {
					return &diary[i]
				}
			}
		}
		return &diary[0]
	}
	for i := range diary {
		s := &diary[i]
		draw := chance.Share(hash(i, 99))
		s.noHR = s.sport == activity.SportWalk || s.year == 0 && draw < 0.12 || draw > 0.985
		s.smart = s.sport == activity.SportHike || s.year == 0 && i%3 == 0 || s.year == 1 && i%7 == 0
		s.gap = s.sport == activity.SportRide || s.sport == activity.SportHike
	}
	indoors := nth(9, "Evening lap")
	indoors.treadmill, indoors.name = true, "Treadmill"
	nth(4, "Lake and river").spike = true
	nth(8, "Along the lake").gap = true
	nth(3, "Hard and the Rhine").lift = true
	nth(6, "Castle hill").noAlt = true
}
