package track

import (
	"fmt"

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
	if readableAsIs(text) {
		t := tcxScan{scanner: scanner{b: text}, c: c, r: r}
		whole := t.document()
		if t.odd == "" {
			if !whole {
				return fmt.Errorf("TCX file: %w", ErrTruncated)
			}
			return nil
		}
		c.reset()
		*r = Result{Format: r.Format}
	}
	plain, fault := plainText(text)
	t := tcxScan{scanner: scanner{b: plain, plain: true}, c: c, r: r}
	whole := t.document()
	switch {
	case fault != nil:
		return fmt.Errorf("TCX file: %w", fault)
	case t.odd != "":
		return fmt.Errorf("TCX file: %s", t.odd)
	case !whole:
		return fmt.Errorf("TCX file: %w", ErrTruncated)
	}
	return nil
}

// A tcxScan reads the common shape of TCX. Each method deals with one element,
// from behind its opening tag to behind its closing one, and tells whether it
// got there.
type tcxScan struct {
	scanner
	clock
	c *columns
	r *Result
	s sample

	course  bool    // inside a Courses element: a plan
	inTrack bool    // the next sample is the first of its Track
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
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			switch child := string(t.name); child {
			case "Activities", "MultiSportSession", "FirstSport", "NextSport":
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
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes(name)
		default:
			return false
		}
	}
}

// activity reads an Activity or a Course.
func (t *tcxScan) activity() bool {
	element, sport := string(t.name), ""
	for attrs := t.attrs; ; {
		name, value, rest := attr(attrs)
		if len(name) == 0 {
			break
		}
		if string(name) == "Sport" {
			sport = string(value)
		}
		attrs = rest
	}
	t.c.lastMS = activity.NoTime // another activity never continues this one
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
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			switch string(t.name) {
			case "Lap":
				ok = t.lap()
			case "Track":
				ok = t.track()
			case "Name": // of a Course; an Activity has none
				t.r.Name, ok = t.title()
			default:
				ok = t.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes(element)
		default:
			return false
		}
	}
}

func (t *tcxScan) lap() bool {
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			switch string(t.name) {
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
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes("Lap")
		default:
			return false
		}
	}
}

func (t *tcxScan) track() bool {
	t.c.beginSegment(false)
	t.inTrack = true
	for {
		switch t.next() {
		case tagOpen:
			if string(t.name) != "Trackpoint" {
				if !t.skip() {
					return false
				}
				continue
			}
			t.s = noSample
			if !t.point() {
				return false
			}
			t.emit()
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
	if t.inTrack {
		t.inTrack = false
		gap := t.s.timeMS - t.c.lastMS
		seam := t.s.timeMS != activity.NoTime && t.c.lastMS != activity.NoTime && gap >= 0 && gap <= seamMS
		t.c.startNext = t.c.startNext || !seam
	}
	if t.course {
		t.c.planned++
	}
	t.c.add(&t.s)
}

func (t *tcxScan) point() bool {
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			switch string(t.name) {
			case "Time":
				t.s.timeMS, ok = t.time()
			case "Position":
				ok = t.position()
			case "AltitudeMeters":
				t.s.alt, ok = t.number()
			case "HeartRateBpm":
				ok = t.heartRate()
			case "Extensions":
				ok = t.extensions()
			default:
				ok = t.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes("Trackpoint")
		default:
			return false
		}
	}
}

func (t *tcxScan) position() bool {
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			switch string(t.name) {
			case "LatitudeDegrees":
				t.s.lat, ok = t.number()
			case "LongitudeDegrees":
				t.s.lon, ok = t.number()
			default:
				ok = t.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes("Position")
		default:
			return false
		}
	}
}

func (t *tcxScan) heartRate() bool {
	for {
		switch t.next() {
		case tagOpen:
			ok := true
			if string(t.name) == "Value" {
				t.s.hr, ok = t.number()
			} else {
				ok = t.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return t.closes("HeartRateBpm")
		default:
			return false
		}
	}
}

// extensions finds the Speed (m/s) of Garmin's ActivityExtension v2, TPX.
func (t *tcxScan) extensions() bool {
	for depth := 1; depth > 0; {
		switch t.next() {
		case tagOpen:
			if string(t.name) != "Speed" {
				depth++
				continue
			}
			var ok bool
			if t.s.speed, ok = t.number(); !ok {
				return false
			}
		case tagClose:
			depth--
		case tagEnd, tagOdd:
			return false
		}
	}
	return true
}

// time returns the time in the element just opened, in ms since 1970.
func (t *tcxScan) time() (int64, bool) {
	text, ok := t.value()
	ms := t.clock.parse(text)
	if ms == activity.NoTime && t.entity(text) {
		return ms, false
	}
	return ms, ok
}
