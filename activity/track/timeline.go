package track

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
)

// decodeTimeline reads a Timeline of Google Maps: what Android and iPhones export, and the Semantic Location History of Takeout. It
// is a log of somebody's life, not of sport: movements on foot, by bicycle and the like are activities, those in vehicles are
// left out, and where nobody moved is not looked at.
//
// The phones have movements, with their kind and their two ends, beside paths of two hours each: a movement gets what lies of the
// paths between its start and its end. Where a file names no movement at all, the paths are what there is.
func decodeTimeline(text []byte, c *columns, r *Result) error {
	t := timelineScan{jsonScan: jsonScan{b: text, limits: c.limits}, c: c, r: r}
	if t.peek() == '[' {
		t.array(t.segment)
	} else {
		t.object(func(key []byte) {
			switch string(key) {
			case "semanticSegments":
				t.array(t.segment)
			case "timelineObjects":
				t.array(t.takeout)
			}
		})
	}
	t.hand()
	return t.fault("Timeline")
}

type timelineScan struct {
	jsonScan
	clock clock
	c     *columns
	r     *Result

	// trail are the points of all paths, moves the movements, named tells that there is any, rests are the stays.
	trail []trailPoint
	moves []move
	named bool
	rests []interval
}

type trailPoint struct {
	ms       int64
	lat, lon float64
}

type interval struct{ start, end int64 }

// A move is a movement by sport.
type move struct {
	interval
	sport    string
	from, to sample // the ends; positions may be missing
}

// segment reads an entry of the phones' format.
func (t *timelineScan) segment() {
	span := interval{activity.NoTime, activity.NoTime}
	first := len(t.trail)
	var minutes []float64 // since the start, of points without a time of their own
	var m *move
	kind := byUnknown
	rest := false
	whole := t.object(func(key []byte) {
		switch string(key) {
		case "startTime":
			span.start, _ = t.time(&t.clock)
		case "endTime":
			span.end, _ = t.time(&t.clock)
		case "timelinePath":
			t.array(func() { minutes = append(minutes, t.pathPoint()) })
		case "activity":
			m = &move{from: noSample, to: noSample}
			kind = t.activity(m)
		case "visit":
			rest = true
		}
	})
	points := t.trail[first:]
	if !whole || span.start == activity.NoTime {
		t.trail = t.trail[:first]
		return
	}
	for i := range points {
		if points[i].ms == activity.NoTime && i < len(minutes) && finite(minutes[i]) {
			points[i].ms = span.start + int64(minutes[i]*60_000)
		}
	}
	switch {
	case rest:
		t.rests = append(t.rests, span)
	case m == nil:
	case kind == bySport && span.end > span.start:
		m.interval = span
		m.from.timeMS, m.to.timeMS = span.start, span.end
		t.moves = append(t.moves, *m)
		fallthrough
	default:
		t.named = true
		t.c.left.count(kind)
	}
}

// count counts a movement that is none by sport.
func (l *leftOut) count(kind movement) {
	switch kind {
	case byVehicle:
		l.rides++
	case byUnknown:
		l.unnamed++
	}
}

// pathPoint reads a point of a path and returns the minutes since its start that it tells.
func (t *timelineScan) pathPoint() (minutes float64) {
	p := trailPoint{ms: activity.NoTime, lat: math.NaN(), lon: math.NaN()}
	minutes = math.NaN()
	whole := t.object(func(key []byte) {
		switch string(key) {
		case "point":
			p.lat, p.lon = t.latLng()
		case "time":
			p.ms, _ = t.time(&t.clock)
		case "durationMinutesOffsetFromStartTime":
			minutes = t.number()
		}
	})
	if whole {
		t.trail = append(t.trail, p)
		t.c.limits.bound(len(t.trail))
	}
	return minutes
}

// latLng reads a position: "48.5°, -30.1°", "geo:48.5,-30.1", or an object that has it as latLng.
func (t *timelineScan) latLng() (lat, lon float64) {
	lat, lon = math.NaN(), math.NaN()
	if t.peek() == '{' {
		t.object(func(key []byte) {
			if string(key) == "latLng" {
				lat, lon = t.latLng()
			}
		})
		return lat, lon
	}
	text := bytes.ReplaceAll(bytes.TrimPrefix(t.raw(), []byte("geo:")), []byte("°"), nil)
	a, b, ok := bytes.Cut(text, []byte(","))
	if !ok {
		return lat, lon
	}
	return parseNumber(a), parseNumber(b)
}

// activity reads what is said of a movement.
func (t *timelineScan) activity(m *move) movement {
	kind := byUnknown
	t.object(func(key []byte) {
		switch string(key) {
		case "start":
			m.from.lat, m.from.lon = t.latLng()
		case "end":
			m.to.lat, m.to.lon = t.latLng()
		case "topCandidate":
			t.object(func(key []byte) {
				if string(key) == "type" {
					kind, m.sport = movementNamed(t.text())
				}
			})
		}
	})
	return kind
}

// takeout reads an entry of the Semantic Location History, which has the points of each movement with it.
func (t *timelineScan) takeout() {
	t.object(func(key []byte) {
		if string(key) != "activitySegment" {
			return
		}
		m := move{interval: interval{activity.NoTime, activity.NoTime}, from: noSample, to: noSample}
		kind := byUnknown
		var raw, way []sample
		whole := t.object(func(key []byte) {
			switch string(key) {
			case "startLocation":
				m.from.lat, m.from.lon = t.e7(nil)
			case "endLocation":
				m.to.lat, m.to.lon = t.e7(nil)
			case "duration":
				t.object(func(key []byte) {
					switch string(key) {
					case "startTimestamp", "startTimestampMs":
						m.start, _ = t.time(&t.clock)
					case "endTimestamp", "endTimestampMs":
						m.end, _ = t.time(&t.clock)
					}
				})
			case "activityType":
				kind, m.sport = movementNamed(t.text())
			case "simplifiedRawPath":
				raw = t.pointsE7("points", raw)
			case "waypointPath":
				way = t.pointsE7("waypoints", way)
			}
		})
		if !whole {
			return
		}
		m.from.timeMS, m.to.timeMS = m.start, m.end
		if len(raw) == 0 {
			raw = way
		}
		if kind != bySport {
			t.c.left.count(kind)
			return
		}
		t.emit(&m, raw)
	})
}

func (t *timelineScan) pointsE7(list string, into []sample) []sample {
	t.object(func(key []byte) {
		if string(key) == list {
			t.array(func() {
				s := noSample
				s.lat, s.lon = t.e7(&s.timeMS)
				into = append(into, s)
				t.c.limits.bound(t.c.counts.Points + len(into))
			})
		}
	})
	return into
}

// e7 reads a position in units of 1e-7 degrees. Some of Google's are 2^32 too large.
func (t *timelineScan) e7(ms *int64) (lat, lon float64) {
	lat, lon = math.NaN(), math.NaN()
	t.object(func(key []byte) {
		switch string(key) {
		case "latitudeE7", "latE7":
			if lat = t.number(); lat > 90e7 {
				lat -= 1 << 32
			}
		case "longitudeE7", "lngE7":
			if lon = t.number(); lon > 180e7 {
				lon -= 1 << 32
			}
		case "timestamp", "timestampMs":
			if at, _ := t.time(&t.clock); ms != nil {
				*ms = at
			}
		}
	})
	return lat / 1e7, lon / 1e7
}

// emit hands a movement on, with its ends. Two ends alone are no line that anybody took.
func (t *timelineScan) emit(m *move, points []sample) {
	if len(points) == 0 {
		t.c.left.ends++
		return
	}
	t.c.beginPart(t.r)
	t.c.beginSegment(true)
	before := t.c.counts.Points
	if first := points[0].timeMS; m.from.timeMS < first || first == activity.NoTime {
		t.add(&m.from)
	}
	for i := range points {
		t.add(&points[i])
	}
	if last := points[len(points)-1].timeMS; m.to.timeMS > last {
		t.add(&m.to)
	}
	t.c.credit(sportOfGPX(m.sport), float64(t.c.counts.Points-before))
}

func (t *timelineScan) add(s *sample) {
	if finite(s.lat) && finite(s.lon) {
		t.c.add(s)
	}
}

// hand hands on the movements of the phones' format.
func (t *timelineScan) hand() {
	t.trail = slices.DeleteFunc(t.trail, func(p trailPoint) bool {
		return p.ms == activity.NoTime || !finite(p.lat) || !finite(p.lon)
	})
	sorting.StableFunc(t.trail, func(a, b trailPoint) int { return cmp.Compare(a.ms, b.ms) })
	if !t.named {
		if t.bad == nil { // else they may stand in what is missing
			t.outings()
		}
		return
	}
	sorting.StableFunc(t.moves, func(a, b move) int { return cmp.Compare(a.start, b.start) })
	var points []sample
	for i := range t.moves {
		m := &t.moves[i]
		points = points[:0]
		at, _ := slices.BinarySearchFunc(t.trail, m.start, func(p trailPoint, ms int64) int { return cmp.Compare(p.ms, ms) })
		for ; at < len(t.trail) && t.trail[at].ms <= m.end; at++ {
			points = append(points, t.trail[at].sample())
		}
		t.emit(m, points)
	}
}

func (p trailPoint) sample() sample {
	s := noSample
	s.lat, s.lon, s.timeMS = p.lat, p.lon, p.ms
	return s
}

// outings hands on the paths of a log that names no movements, cut where nothing is known for a while or somebody stayed. Only what looks
// like sport by its speeds is one.
func (t *timelineScan) outings() {
	sorting.Func(t.rests, func(a, b interval) int { return cmp.Compare(a.start, b.start) })
	stays, run := 0, []trailPoint(nil)
	end := func() {
		if len(run) > 1 {
			t.outing(run)
		}
		run = run[:0]
	}
	for _, p := range t.trail {
		for stays < len(t.rests) && t.rests[stays].end <= p.ms {
			stays++
		}
		resting := stays < len(t.rests) && t.rests[stays].start < p.ms
		if n := len(run); resting || n > 0 && p.ms-run[n-1].ms > pieceGapMS {
			end()
		}
		if !resting {
			run = append(run, p)
		}
	}
	end()
}

func (t *timelineScan) outing(run []trailPoint) {
	track := &activity.Track{}
	points := make([]sample, len(run))
	for i, p := range run {
		points[i] = p.sample()
		track.Lat, track.Lon, track.TimeMS = append(track.Lat, p.lat), append(track.Lon, p.lon), append(track.TimeMS, p.ms)
	}
	if activity.GuessSport(track) == activity.SportUnknown {
		t.c.left.unnamed++
		return
	}
	t.emit(&move{from: noSample, to: noSample}, points)
}
