package track

import (
	"bytes"
	"math"
	"strings"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/timezones"
)

// decodePolar reads a training session of Polar's export, training-session-*.json: an activity for each of its exercises. There are two
// forms. In the earlier one the samples of an exercise are lists of dateTime and value, its positions among them as recordedRoute; in the later
// one they are arrays at an interval, and the positions are the wayPoints of its routes, at milliseconds since their start. All times are
// those of the clock on the wall; timezoneOffset, in minutes, says how far it was from UTC.
func decodePolar(text []byte, c *columns, r *Result) error {
	p := polarScan{jsonScan: jsonScan{b: text, limits: c.limits}, c: c, r: r, offset: math.NaN()}
	p.object(func(key []byte) {
		switch {
		case string(key) == "name":
			p.r.Name = p.text()
		case isPolarOffset(key):
			p.offset = p.number()
		case string(key) == "exercises":
			p.array(func() { p.exercises++ })
		}
	})
	// The offset may stand behind the exercises.
	bad := p.bad
	p.jsonScan = jsonScan{b: text, limits: c.limits}
	p.object(func(key []byte) {
		if string(key) == "exercises" {
			p.array(p.exercise)
		}
	})
	if p.bad == nil {
		p.bad = bad
	}
	return p.fault("Polar")
}

func isPolarOffset(key []byte) bool {
	k := string(bytes.ToLower(key))
	return k == "timezoneoffset" || k == "timezoneoffsetminutes"
}

type polarScan struct {
	jsonScan
	clock clock
	c     *columns
	r     *Result

	offset    float64 // minutes, of the session; NaN is unknown
	exercises int

	polyline
	hr, speed, alt series
}

// exercise reads one and hands it on.
func (p *polarScan) exercise() {
	p.polyline.reset()
	for _, s := range []*series{&p.hr, &p.speed, &p.alt} {
		s.reset()
	}
	offset, sport := p.offset, ""
	start := int64(activity.NoTime)
	var sums Part
	var arrays []polarArray
	p.object(func(key []byte) {
		switch k := string(key); {
		case isPolarOffset(key):
			if v := p.number(); finite(v) {
				offset = v
			}
		case k == "startTime":
			start = p.wall()
		case k == "sport":
			if p.peek() == '"' {
				sport = p.text()
			}
		case k == "distance" || k == "distanceMeters":
			sums.DistanceM = positive(p.number())
		case k == "duration":
			sums.MovingS = positive(isoSeconds(p.text()))
		case k == "durationMillis":
			sums.MovingS = positive(p.number() / 1000)
		case k == "ascent":
			sums.AscentM = positive(p.number())
		case k == "samples":
			p.object(func(key []byte) {
				switch string(key) {
				case "recordedRoute":
					p.array(p.point)
				case "heartRate":
					p.list(&p.hr, 1)
				case "speed":
					p.list(&p.speed, 1/3.6)
				case "altitude":
					p.list(&p.alt, 1)
				case "samples":
					p.array(func() { arrays = append(arrays, p.sampleArray()) })
				}
			})
		case k == "routes":
			p.routes()
		}
	})
	for _, a := range arrays {
		if s := p.seriesOf(a.kind); s != nil && start != activity.NoTime {
			for i, v := range a.values {
				s.add(start+int64(float64(i)*a.everyMS), v*unitOf(a.kind))
			}
		}
	}
	if sport == "" {
		if _, ok := activity.ListedSport(p.r.Name); ok {
			sport = p.r.Name // which is the sport unless somebody gave another
		}
	}
	p.hand(sport, start, offset, &sums)
}

// A polarArray is a column of the later form.
type polarArray struct {
	kind    string
	everyMS float64
	values  []float64
}

func (p *polarScan) sampleArray() (a polarArray) {
	a.everyMS = 1000
	p.object(func(key []byte) {
		switch string(key) {
		case "type":
			a.kind = p.text()
		case "intervalMillis":
			if v := p.number(); v > 0 {
				a.everyMS = v
			}
		case "values":
			p.array(func() {
				a.values = append(a.values, p.number())
				p.c.limits.bound(len(a.values))
			})
		}
	})
	return a
}

func (p *polarScan) seriesOf(kind string) *series {
	switch kind {
	case "HEART_RATE":
		return &p.hr
	case "SPEED":
		return &p.speed
	case "ALTITUDE":
		return &p.alt
	}
	return nil
}

// unitOf is what values of a column are multiplied with: speeds are km/h.
func unitOf(kind string) float64 {
	if kind == "SPEED" {
		return 1 / 3.6
	}
	return 1
}

// routes reads the positions of the later form. The way between two exercises of a multisport session, transitionRoute, is none of either.
func (p *polarScan) routes() {
	p.object(func(key []byte) {
		if string(key) != "route" {
			return
		}
		start := int64(activity.NoTime)
		first := len(p.points)
		p.object(func(key []byte) {
			switch string(key) {
			case "startTime":
				start = p.wall()
			case "wayPoints":
				p.array(p.point)
			}
		})
		for i := first; i < len(p.points); i++ {
			s := &p.points[i]
			if s.offsetMS == sinceStart && start != activity.NoTime {
				s.timeMS += start
			} else if s.offsetMS == sinceStart {
				s.timeMS = activity.NoTime
			}
			s.offsetMS = 0
		}
	})
}

// sinceStart marks, in place of the offset, a sample whose time counts from the start of its route.
const sinceStart = math.MaxInt64

// point reads a position of either form.
func (p *polarScan) point() {
	s := noSample
	whole := p.object(func(key []byte) {
		switch string(key) {
		case "latitude":
			s.lat = p.number()
		case "longitude":
			s.lon = p.number()
		case "altitude":
			s.alt = p.number()
		case "dateTime":
			s.timeMS = p.wall()
		case "elapsedMillis":
			if v := p.number(); v >= 0 && v < 1e12 {
				s.timeMS, s.offsetMS = int64(v), sinceStart
			}
		}
	})
	if whole {
		p.polyline.add(p.c, s)
	}
}

// list reads a column of the earlier form.
func (p *polarScan) list(into *series, unit float64) {
	p.array(func() {
		ms, v := int64(activity.NoTime), math.NaN()
		whole := p.object(func(key []byte) {
			switch string(key) {
			case "dateTime":
				ms = p.wall()
			case "value":
				v = p.number()
			}
		})
		if whole && ms != activity.NoTime {
			into.add(ms, v*unit)
			p.c.limits.bound(len(into.values))
		}
	})
}

// wall reads a time of the clock on the wall, as if that were UTC. A time that names its zone is told in that of the wall all the same.
func (p *polarScan) wall() int64 {
	ms, offset := p.time(&p.clock)
	if ms == activity.NoTime {
		return ms
	}
	return ms + offset
}

// hand hands an exercise on.
func (p *polarScan) hand(sport string, start int64, offset float64, sums *Part) {
	c := p.c
	c.beginPart(p.r)
	if p.exercises > 1 {
		c.part.Group = 1
	}
	for _, s := range []*series{&p.hr, &p.speed, &p.alt} {
		s.sort()
	}
	away := p.away(start, offset)
	for i := range p.points {
		s := &p.points[i]
		if s.timeMS == activity.NoTime {
			continue
		}
		s.hr, s.speed = p.hr.at(s.timeMS), p.speed.at(s.timeMS)
		if alt := p.alt.at(s.timeMS); finite(alt) {
			s.alt = alt
		}
		s.timeMS -= away
		s.offsetMS = away
	}
	p.polyline.emit(c, false)
	if len(p.points) == 0 && len(p.hr.values) > 0 {
		// Indoors: what there is, without a position.
		for _, v := range p.hr.values {
			s := noSample
			s.timeMS, s.offsetMS, s.hr = v.ms-away, away, v.v
			c.add(&s)
		}
	}
	if start != activity.NoTime {
		c.startAt(start-away, away)
	}
	p.r.DistanceM += sums.DistanceM
	p.r.MovingS += sums.MovingS
	p.r.AscentM += sums.AscentM
	c.credit(sportOfGPX(sport), sums.DistanceM)
}

// away returns how far the clock on the wall was from UTC in ms: as the file has it, else as it is where the exercise began.
func (p *polarScan) away(start int64, offset float64) int64 {
	if offset >= -14*60 && offset <= 14*60 {
		return int64(offset) * 60_000
	}
	for i := range p.points {
		s := &p.points[i]
		if !(s.lat >= -90 && s.lat <= 90 && s.lon >= -180 && s.lon <= 180) || s.lat == 0 && s.lon == 0 {
			continue
		}
		if s.timeMS != activity.NoTime {
			start = s.timeMS
		}
		return offsetOfWall(start, timezones.At(s.lat, s.lon))
	}
	return 0
}

// offsetOfWall returns how far the clocks of a zone are from UTC when they show a time, in ms since 1970 as if that were UTC.
func offsetOfWall(wall int64, zone string) int64 {
	if wall < minTimeMS || wall > maxTimeMS {
		return 0
	}
	off := 0
	for range 2 {
		_, off = Local(time.UnixMilli(wall-int64(off)*1000), zone).Zone()
	}
	return int64(off) * 1000
}

// isoSeconds reads a duration such as PT1H2M3.5S, NaN for another text.
func isoSeconds(text string) float64 {
	rest, ok := strings.CutPrefix(text, "PT")
	if !ok {
		return math.NaN()
	}
	sum := 0.0
	for rest != "" {
		k := strings.IndexAny(rest, "HMS")
		if k < 0 {
			return math.NaN()
		}
		v := parseNumber([]byte(rest[:k]))
		sum += v * map[byte]float64{'H': 3600, 'M': 60, 'S': 1}[rest[k]]
		rest = rest[k+1:]
	}
	return sum
}
