package track

import (
	"heatmapgen/activity"
)

// seamMS is the longest gap in time across which a new TCX Track continues the
// one before. Watches begin a Track at every lap and after every pause. A lap
// goes on without a gap; a pause shorter than this is a red light; after a
// longer one nobody knows the way between. It is the same limit as that of the
// breaks within a segment (package activity).
const seamMS = 30_000

// decodeTCX reads a TCX text: the common shape at once, everything else after
// encoding/xml has made it plain. The error is what stopped it; the samples
// before are in c.
func decodeTCX(text []byte, c *columns, r *Result) error {
	return decodeXML("TCX", text, c, r, func(text []byte, plain bool) (whole bool, odd string) {
		t := tcxScan{c: c, r: r}
		t.b, t.plain = text, plain
		whole = t.document()
		return whole, t.odd
	})
}

// A tcxScan reads the common shape of TCX. Each method deals with one element,
// from behind its opening tag to behind its closing one, and tells whether it
// got there.
type tcxScan struct {
	pointReader
	c *columns
	r *Result

	course  bool    // inside a Courses element: a plan
	inTrack bool    // the next sample is the first of its Track
	groups  int     // MultiSportSessions so far
	group   int     // the one that this is, 0 for none
	lapM    float64 // metres of the laps of the current activity
}

func (t *tcxScan) document() bool {
	for {
		switch t.next() {
		case tagOpen:
			if string(t.name) == "TrainingCenterDatabase" {
				return t.container("TrainingCenterDatabase", 1)
			}
			if !t.skip() {
				return false
			}
		case tagEmpty:
			return true
		default:
			return false
		}
	}
}

// container reads an element that holds activities or courses, at some depth:
// Activities, MultiSportSession and its sports, folders of courses.
func (t *tcxScan) container(name string, depth int) bool {
	if depth > maxDepth {
		t.giveUp(errTooDeep.Error())
		return false
	}
	return t.children(name, func(child string) (ok bool) {
		switch child {
		case "MultiSportSession":
			t.groups++
			t.group = t.groups
			ok = t.container(child, depth+1)
			t.group = 0
		case "Activities", "FirstSport", "NextSport":
			ok = t.container(child, depth+1)
		case "Activity":
			ok = t.activity()
		case "Courses":
			t.course = true
			ok = t.container(child, depth+1)
			t.course = false
		case "Course":
			t.course = true
			ok = t.activity()
		default:
			ok = t.skip()
		}
		return ok
	})
}

// activity reads an Activity or a Course.
func (t *tcxScan) activity() bool {
	element, sport := string(t.name), ""
	for name, value, attrs, ok := attr(t.attrs); ok; name, value, attrs, ok = attr(attrs) {
		if string(name) == "Sport" {
			sport = string(value)
		}
	}
	t.c.beginPart(t.r) // another activity never continues this one
	t.c.startNext = true
	t.c.part.Group = t.group
	t.lapM = 0
	before := t.c.counts.Points
	defer func() {
		share := t.lapM
		if share <= 0 {
			// No summary: a metre a sample, so that a sport is named at all.
			share = float64(t.c.counts.Points - before)
		}
		t.c.credit(sportOfTCX(sport), share)
	}()
	return t.children(element, func(name string) (ok bool) {
		switch name {
		case "Lap":
			ok = t.lap()
		case "Track":
			ok = t.track()
		case "Name": // of a Course; an Activity has none
			t.r.Name, ok = t.title()
		default:
			ok = t.skip()
		}
		return ok
	})
}

func (t *tcxScan) lap() bool {
	return t.children("Lap", func(name string) (ok bool) {
		switch name {
		case "TotalTimeSeconds":
			var v float64
			if v, ok = t.number(); v > 0 && finite(v) {
				t.r.MovingS += v
			}
		case "DistanceMeters":
			var v float64
			if v, ok = t.number(); v > 0 && finite(v) {
				t.r.DistanceM += v
				t.lapM += v
			}
		case "Track":
			ok = t.track()
		default:
			ok = t.skip()
		}
		return ok
	})
}

func (t *tcxScan) track() bool {
	t.c.beginSegment(false)
	t.inTrack = true
	for {
		for t.repeat() {
			t.emit()
		}
		start := t.i
		switch t.next() {
		case tagOpen:
			if string(t.name) != "Trackpoint" {
				if !t.skip() {
					return false
				}
				continue
			}
			t.s = noSample
			t.spans = t.spans[:0]
			if !t.point() {
				return false
			}
			t.emit()
			t.learn(start)
		case tagEmpty:
		case tagClose:
			return t.closes("Track")
		default:
			return false
		}
	}
}

// emit hands a whole sample on. The first one of a Track begins a stretch of its
// own unless it follows the last one of the Track before.
func (t *tcxScan) emit() {
	if t.course {
		t.c.addPlanned(&t.s)
		return
	}
	if t.inTrack {
		t.inTrack = false
		gap := t.s.timeMS - t.c.lastMS
		seam := t.s.timeMS != activity.NoTime && t.c.lastMS != activity.NoTime && gap >= 0 && gap <= seamMS
		t.c.startNext = t.c.startNext || !seam
	}
	t.c.add(&t.s)
}

// point reads a Trackpoint.
func (t *tcxScan) point() bool {
	return t.children("Trackpoint", func(name string) bool {
		switch name {
		case "Time":
			return t.read(timeValue)
		case "AltitudeMeters":
			return t.read(altValue)
		case "DistanceMeters":
			return t.read(odometerValue)
		case "Position":
			return t.children("Position", func(name string) bool {
				switch name {
				case "LatitudeDegrees":
					return t.read(latValue)
				case "LongitudeDegrees":
					return t.read(lonValue)
				}
				return t.leaveOut()
			})
		case "HeartRateBpm":
			return t.children("HeartRateBpm", func(name string) bool {
				if name == "Value" {
					return t.read(hrValue)
				}
				return t.leaveOut()
			})
		case "Cadence":
			return t.read(cadenceValue)
		case "Extensions": // ActivityExtension v2 of Garmin; Speed is in m/s
			return t.children("Extensions", func(name string) bool {
				return t.children(name, func(name string) bool {
					switch name {
					case "Speed":
						return t.read(speedValue)
					case "RunCadence":
						return t.read(cadenceValue)
					case "Watts":
						return t.read(powerValue)
					}
					return t.leaveOut()
				})
			})
		}
		return t.leaveOut()
	})
}
