package track

import (
	"cmp"
	"math"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
)

// decodeSamsung reads the positions of an exercise in Samsung Health's export, <id>.com.samsung.health.exercise.location_data.json:
// an array of them. The array of its live_data, with heart rates, may follow in the same text. The sport is in a table beside.
func decodeSamsung(text []byte, c *columns, r *Result) error {
	s := jsonScan{b: text, limits: c.limits}
	var clock clock
	var line polyline
	var hr series
	for s.more() {
		s.array(func() {
			p := noSample
			whole := s.object(func(key []byte) {
				switch string(key) {
				case "start_time":
					p.timeMS, p.offsetMS = s.time(&clock)
				case "latitude":
					p.lat = s.number()
				case "longitude":
					p.lon = s.number()
				case "altitude":
					p.alt = s.number()
				case "heart_rate":
					p.hr = s.number()
				}
			})
			switch {
			case !whole:
			case finite(p.lat) && finite(p.lon):
				line.add(c, p)
			case p.timeMS != activity.NoTime && p.hr > 0:
				hr.add(p.timeMS, p.hr)
				c.limits.bound(len(hr.values))
			}
		})
	}
	hr.sort()
	sorting.StableFunc(line.points, func(a, b sample) int { return cmp.Compare(a.timeMS, b.timeMS) })
	for i := range line.points {
		if p := &line.points[i]; !(p.hr > 0) && p.timeMS != activity.NoTime {
			p.hr = hr.at(p.timeMS)
		}
	}
	c.beginPart(r)
	line.emit(c, false)
	return s.fault("Samsung Health")
}

// decodeNike reads an activity of Nike Run Club as its service hands it out: columns of values, each with its time.
func decodeNike(text []byte, c *columns, r *Result) error {
	s := jsonScan{b: text, limits: c.limits}
	columns := map[string]*series{}
	sport := ""
	s.object(func(key []byte) {
		switch string(key) {
		case "type":
			sport = s.text()
		case "active_duration_ms":
			r.MovingS = positive(s.number() / 1000)
		case "tags":
			s.object(func(key []byte) {
				if string(key) == "com.nike.name" {
					r.Name = s.text()
				}
			})
		case "summaries":
			s.array(func() {
				metric, v := "", math.NaN()
				s.object(func(key []byte) {
					switch string(key) {
					case "metric":
						metric = s.text()
					case "value":
						v = s.number()
					}
				})
				if metric == "distance" && v > 0 {
					r.DistanceM = v * 1000
				}
			})
		case "metrics":
			s.array(func() {
				kind, values := "", &series{}
				s.object(func(key []byte) {
					switch string(key) {
					case "type":
						kind = s.text()
					case "values":
						s.array(func() {
							ms, v := int64(activity.NoTime), math.NaN()
							whole := s.object(func(key []byte) {
								switch string(key) {
								case "start_epoch_ms":
									ms = epochMS(s.number())
								case "value":
									v = s.number()
								}
							})
							if whole && ms != activity.NoTime {
								values.add(ms, v)
							}
							c.limits.bound(len(values.values))
						})
					}
				})
				values.sort()
				columns[kind] = values
			})
		}
	})
	at := func(kind string, ms int64) float64 {
		if columns[kind] == nil {
			return math.NaN()
		}
		return columns[kind].at(ms)
	}
	c.beginPart(r)
	base := columns["latitude"]
	if base == nil {
		base = columns["heart_rate"] // indoors
	}
	if base != nil {
		for _, v := range base.values {
			p := noSample
			p.timeMS = v.ms
			p.lat, p.lon, p.alt, p.hr = at("latitude", v.ms), at("longitude", v.ms), at("elevation", v.ms), at("heart_rate", v.ms)
			p.speed = at("speed", v.ms) / 3.6
			c.add(&p)
		}
	}
	c.credit(sportOfGPX(sport), r.DistanceM)
	return s.fault("Nike")
}

// decodeEndomondo reads a workout of Endomondo's export: a list of objects of one member each, and its points likewise.
func decodeEndomondo(text []byte, c *columns, r *Result) error {
	s := jsonScan{b: text, limits: c.limits}
	c.beginPart(r)
	sport := ""
	s.array(func() {
		s.object(func(key []byte) {
			switch string(key) {
			case "sport":
				sport = s.text()
			case "name":
				r.Name = s.text()
			case "duration_s":
				r.MovingS = positive(s.number())
			case "distance_km":
				r.DistanceM = positive(s.number() * 1000)
			case "ascend_m":
				r.AscentM = positive(s.number())
			case "points":
				s.array(func() { endomondoPoint(&s, c) })
			}
		})
	})
	c.credit(sportOfGPX(sport), r.DistanceM)
	return s.fault("Endomondo")
}

func endomondoPoint(s *jsonScan, c *columns) {
	p := noSample
	var member func()
	member = func() {
		if s.peek() == '[' {
			s.array(member)
			return
		}
		s.object(func(key []byte) {
			switch string(key) {
			case "location":
				s.array(member)
			case "latitude":
				p.lat = s.number()
			case "longitude":
				p.lon = s.number()
			case "altitude":
				p.alt = s.number()
			case "heart_rate_bpm":
				p.hr = s.number()
			case "speed_kmh":
				p.speed = s.number() / 3.6
			case "distance_km":
				p.odometer = s.number() * 1000
			case "timestamp":
				if t, err := time.Parse(time.UnixDate, string(s.raw())); err == nil {
					p.timeMS = t.UnixMilli()
				}
			}
		})
	}
	if s.array(member) {
		c.add(&p)
	}
}
