package track

import (
	"math"

	"heatmapgen/activity"
)

// decodeSuunto reads the JSON of the Suunto app, in any of its wrappings: Samples, alone, in Data or in DeviceLog, each sample by itself or
// under Attributes and suunto/sml. Positions are in radians and heart rates in Hz; a sample has one or the other.
func decodeSuunto(text []byte, c *columns, r *Result) error {
	s := suuntoScan{jsonScan: jsonScan{b: text, limits: c.limits}, c: c, r: r, hrMS: activity.NoTime, altMS: activity.NoTime}
	s.log()
	return s.fault("Suunto")
}

type suuntoScan struct {
	jsonScan
	clock clock
	c     *columns
	r     *Result

	sport  activity.Sport // of the header
	open   bool           // an activity was begun
	group  int
	paused bool
	// The last heart rate and barometric altitude, and when they were.
	hr, alt     float64
	hrMS, altMS int64
}

func (s *suuntoScan) log() {
	s.object(func(key []byte) {
		switch string(key) {
		case "Data", "DeviceLog":
			s.log()
		case "Header":
			s.header()
		case "Samples":
			s.array(s.sample)
		}
	})
	if s.sport != activity.SportUnknown {
		s.c.credit(s.sport, 0)
	}
}

// header reads the sums of the whole.
func (s *suuntoScan) header() {
	s.object(func(key []byte) {
		var sum *float64
		switch string(key) {
		case "ActivityType":
			s.sport = suuntoSports[int(s.number())]
			return
		case "Distance":
			sum = &s.r.DistanceM
		case "Duration":
			sum = &s.r.MovingS
		case "Ascent":
			sum = &s.r.AscentM
		default:
			return
		}
		*sum = positive(s.number())
	})
}

// sample reads one and hands it on if it has a position.
func (s *suuntoScan) sample() {
	p := noSample
	baro := math.NaN()
	kind, pause := -1, ""
	if !s.fields(&p, &baro, &kind, &pause) {
		return
	}
	if kind >= 0 {
		s.begin(suuntoSports[kind])
	}
	switch pause {
	case "true":
		s.paused = true
	case "false":
		s.paused = false
	}
	if finite(p.hr) {
		s.hr, s.hrMS = p.hr, p.timeMS
	}
	if finite(baro) {
		s.alt, s.altMS = baro, p.timeMS
	}
	if s.paused || !finite(p.lat) || !finite(p.lon) {
		return
	}
	if near(p.timeMS, s.hrMS) {
		p.hr = s.hr
	}
	if near(p.timeMS, s.altMS) {
		p.alt = s.alt
	}
	if !s.open {
		s.begin(activity.SportUnknown)
	}
	s.c.add(&p)
}

func near(a, b int64) bool {
	return a != activity.NoTime && b != activity.NoTime && a-b <= seriesGapMS && b-a <= seriesGapMS
}

// begin begins another activity of a multisport log.
func (s *suuntoScan) begin(sport activity.Sport) {
	if s.open {
		s.group = 1
	}
	s.open = true
	s.c.beginPart(s.r)
	s.c.startNext = true
	s.c.part.Group = s.group
	s.c.credit(sport, 1)
}

// fields reads what a sample has, wherever in it that is.
func (s *suuntoScan) fields(p *sample, baro *float64, kind *int, pause *string) bool {
	return s.object(func(key []byte) {
		switch string(key) {
		case "Attributes", "suunto/sml", "Sample":
			s.fields(p, baro, kind, pause)
		case "TimeISO8601":
			if ms, off := s.time(&s.clock); ms != activity.NoTime {
				p.timeMS, p.offsetMS = ms, off
			}
		case "UTC":
			if ms, _ := s.time(&s.clock); p.timeMS == activity.NoTime {
				p.timeMS = ms
			}
		case "Latitude":
			p.lat = s.number() * 180 / math.Pi
		case "Longitude":
			p.lon = s.number() * 180 / math.Pi
		case "GPSAltitude":
			p.alt = s.number()
		case "Altitude":
			*baro = s.number()
		case "HR":
			p.hr = s.number() * 60
		case "Speed":
			p.speed = s.number()
		case "Distance":
			p.odometer = s.number()
		case "Events":
			event := func() { s.event(kind, pause) }
			if s.peek() == '[' {
				s.array(event)
			} else {
				event()
			}
		}
	})
}

func (s *suuntoScan) event(kind *int, pause *string) {
	s.object(func(key []byte) {
		switch string(key) {
		case "Activity":
			s.object(func(key []byte) {
				if string(key) == "ActivityType" {
					if v := s.number(); v >= 0 && v < 1000 {
						*kind = int(v)
					}
				}
			})
		case "Pause":
			s.object(func(key []byte) {
				if string(key) == "State" {
					*pause = string(s.raw())
				}
			})
		}
	})
}

// suuntoSports are the activity types of Suunto, as its watches and Movescount number them. Those that say nothing are not among them.
var suuntoSports = map[int]activity.Sport{
	2: "Multisport", 3: "Run", 4: "Ride", 5: "Mountain Bike Ride", 6: "Swim", 8: "Inline Skate", 10: "Yoga", 11: "Hike", 12: "Walk",
	13: "Sail", 14: "Kayaking", 15: "Rowing", 16: "Rock Climbing", 17: "Indoor Ride", 18: "Workout", 19: "Triathlon", 20: "Alpine Ski",
	21: "Snowboard", 22: "Nordic Ski", 23: "Weight Training", 24: "Basketball", 25: "Soccer", 26: "Ice Hockey", 27: "Volleyball",
	28: "American Football", 33: "Tennis", 34: "Badminton", 35: "Table Tennis", 36: "Racquetball", 37: "Squash", 39: "Boxing", 40: "Floorball",
	51: "Diving", 62: "Bowling", 63: "Cricket", 64: "Elliptical", 65: "Dance", 66: "Golf", 67: "Gymnastics", 68: "Handball",
	69: "Horseback Riding", 70: "Ice Skate", 71: "Indoor Row", 72: "Canoeing", 75: "Orienteering", 76: "Rugby", 78: "Backcountry Ski",
	82: "Trail Run", 83: "Swim", 84: "Walk", 85: "Snowshoe", 86: "Windsurf", 88: "Roller Ski", 90: "Crossfit", 91: "Kitesurf",
	92: "Paragliding", 93: "Treadmill Run",
}
