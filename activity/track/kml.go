package track

import (
	"bytes"
	"math"
	"strings"

	"heatmapgen/activity"
)

// decodeKML reads a KML text (OGC 07-147r2): each Placemark with a LineString, a gx:Track or several of them is an activity. Points and
// areas are none. The error is what stopped it; the samples before are in c.
func decodeKML(text []byte, c *columns, r *Result) error {
	return decodeXML("KML", text, c, r, func(text []byte, plain bool) (whole bool, odd string) {
		k := kmlScan{c: c, r: r}
		k.b, k.plain = text, plain
		whole = k.document()
		return whole, k.odd
	})
}

// A kmlScan reads KML. Each method deals with one element, from behind its opening tag to behind its closing one, and tells whether it
// got there.
type kmlScan struct {
	scanner
	clock clock
	c     *columns
	r     *Result

	// polyline is the line that is being read, times, hr and speed its other columns.
	polyline
	times     []geoTime
	hr, speed []float64

	// What the Placemark says.
	sport string
	since geoTime // when it began
	// logged says that it is a stay or movement of a day as Google exports them, and kind what it is then.
	logged bool
	kind   movement
}

func (k *kmlScan) document() bool {
	for {
		switch k.next() {
		case tagOpen:
			if string(k.name) == "kml" {
				return k.container("kml", false, 0)
			}
			if !k.skip() {
				return false
			}
		case tagEmpty:
			return true
		default:
			return false
		}
	}
}

// container reads an element that holds Placemarks, at some depth. In a folder that is called so, plan, they are planned routes.
func (k *kmlScan) container(element string, plan bool, depth int) bool {
	if depth > maxDepth {
		k.giveUp(errTooDeep.Error())
		return false
	}
	return k.children(element, func(name string) (ok bool) {
		switch name {
		case "Document", "Folder":
			ok = k.container(name, plan, depth+1)
		case "Placemark":
			ok = k.placemark(plan)
		case "name":
			var title string
			title, ok = k.title()
			if element == "Document" && k.r.Name == "" {
				k.r.Name = title
			}
			// What GPSBabel and Garmin's programs call the folder of planned routes.
			plan = plan || element == "Folder" && strings.EqualFold(title, "routes")
		default:
			ok = k.skip()
		}
		return ok
	})
}

func (k *kmlScan) placemark(plan bool) bool {
	k.sport, k.logged, k.since = "", false, geoTime{ms: activity.NoTime}
	c := k.c
	before := c.counts.Points
	c.beginPart(k.r)
	defer func() {
		c.startAt(k.since.ms, k.since.offset)
		c.credit(sportOfGPX(k.sport), float64(c.counts.Points-before))
	}()
	return k.children("Placemark", func(name string) (ok bool) {
		switch name {
		case "name":
			c.part.Name, ok = k.title()
		case "TimeSpan", "TimeStamp":
			ok = k.span(name)
		case "ExtendedData":
			ok = k.data(name)
		default:
			ok = k.geometry(name, plan, 0)
		}
		return ok
	})
}

// span reads when a Placemark begins.
func (k *kmlScan) span(element string) bool {
	return k.children(element, func(name string) bool {
		if name != "begin" && name != "when" {
			return k.skip()
		}
		text, ok := k.value()
		if ms := k.clock.parse(text); ms != activity.NoTime {
			k.since = geoTime{ms, k.clock.offsetMS}
		}
		return ok
	})
}

// data reads what programs say of a Placemark besides: OpenTracks the kind of activity, and Google, for each stay and movement of a
// day, the Category and the Distance.
func (k *kmlScan) data(element string) bool {
	category, distance := false, false
	whole := k.children(element, func(name string) bool {
		if name != "Data" {
			return k.skip()
		}
		key := ""
		for attrName, value, attrs, ok := attr(k.attrs); ok; attrName, value, attrs, ok = attr(attrs) {
			if string(attrName) == "name" {
				key = strings.ToLower(string(value))
			}
		}
		return k.children("Data", func(name string) bool {
			if name != "value" {
				return k.skip()
			}
			text, ok := k.title()
			switch key {
			case "category":
				category = true
				k.kind, k.sport = movementNamed(text)
			case "distance":
				distance = true
			case "type", "activitytype", "activity_type", "sport":
				k.sport = text
			}
			return ok
		})
	})
	k.logged = category && distance
	return whole
}

// geometry reads a LineString or a track, and those that are inside of others.
func (k *kmlScan) geometry(element string, plan bool, depth int) bool {
	if depth > maxDepth {
		k.giveUp(errTooDeep.Error())
		return false
	}
	k.polyline.reset()
	ok := false
	switch element {
	case "MultiGeometry", "MultiTrack":
		return k.children(element, func(name string) bool { return k.geometry(name, plan, depth+1) })
	case "LineString":
		ok = k.children(element, func(name string) bool {
			if name != "coordinates" {
				return k.skip()
			}
			start := k.i
			text, ok := k.value()
			if !ok && k.odd == "" {
				// The text breaks off, perhaps in the middle of its last tuple.
				text = k.b[start:]
				text = text[:max(0, bytes.LastIndexAny(text, " \t\r\n"))]
			}
			k.coordinates(text)
			return ok
		})
	case "Track":
		ok = k.track()
	default:
		return k.skip()
	}
	if k.odd != "" {
		return false
	}
	switch {
	case !k.logged || k.kind == bySport:
		k.polyline.emit(k.c, plan)
	case k.kind == byVehicle || len(k.points) > 1: // a stay has one position
		k.c.left.count(k.kind)
	}
	return ok
}

// coordinates reads the text of a LineString: "lon,lat,alt lon,lat,alt ...", altitudes or not.
func (k *kmlScan) coordinates(text []byte) {
	for len(text) > 0 {
		start := skipBlanks(text, 0)
		text = text[start:]
		end := bytes.IndexAny(text, " \t\r\n")
		tuple := text
		if end >= 0 {
			tuple, text = text[:end], text[end:]
		} else {
			text = nil
		}
		if len(tuple) == 0 {
			continue
		}
		s := noSample
		lon, rest, _ := bytes.Cut(tuple, []byte(","))
		lat, alt, _ := bytes.Cut(rest, []byte(","))
		s.lon, s.lat, s.alt = parseNumber(lon), parseNumber(lat), parseNumber(alt)
		if finite(s.lat) && finite(s.lon) {
			k.polyline.add(k.c, s)
		}
	}
}

// track reads a gx:Track: as many when as coord, which belong to each other in their order, and arrays of values by name.
func (k *kmlScan) track() bool {
	k.times, k.hr, k.speed = k.times[:0], k.hr[:0], k.speed[:0]
	for {
		t := k.next()
		switch t {
		case tagOpen, tagEmpty:
		case tagClose:
			ok := k.closes("Track")
			k.join()
			return ok
		default:
			k.join()
			return false
		}
		var text []byte
		ok := true
		switch name := string(k.name); {
		case name == "when" || name == "coord":
			if t == tagOpen {
				if text, ok = k.value(); !ok {
					k.join()
					return false
				}
			}
			if name == "coord" {
				k.polyline.add(k.c, coordOf(text))
				continue
			}
			ms := k.clock.parse(text)
			k.times = append(k.times, geoTime{ms, k.clock.offsetMS})
			k.c.limits.bound(len(k.times))
		case t == tagEmpty:
		case name == "ExtendedData":
			ok = k.arrays(name, 0)
		default:
			ok = k.skip()
		}
		if !ok {
			k.join()
			return false
		}
	}
}

// coordOf reads the text of a gx:coord: "lon lat alt".
func coordOf(text []byte) sample {
	s := noSample
	fields := bytes.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == ',' })
	if len(fields) >= 2 {
		s.lon, s.lat = parseNumber(fields[0]), parseNumber(fields[1])
	}
	if len(fields) >= 3 {
		s.alt = parseNumber(fields[2])
	}
	return s
}

// arrays reads the heart rates and speeds of a track's ExtendedData, in its SchemaData.
func (k *kmlScan) arrays(element string, depth int) bool {
	if depth > maxDepth {
		k.giveUp(errTooDeep.Error())
		return false
	}
	return k.children(element, func(name string) bool {
		if name == "SchemaData" {
			return k.arrays(name, depth+1)
		}
		if name != "SimpleArrayData" {
			return k.skip()
		}
		var column *[]float64
		for attrName, value, attrs, ok := attr(k.attrs); ok; attrName, value, attrs, ok = attr(attrs) {
			if string(attrName) != "name" {
				continue
			}
			switch strings.ToLower(string(value)) {
			case "heartrate", "heart_rate", "hr":
				column = &k.hr
			case "speed":
				column = &k.speed
			}
		}
		if column == nil {
			return k.skip()
		}
		return k.values(column)
	})
}

func (k *kmlScan) values(column *[]float64) bool {
	for {
		v, ok := math.NaN(), true
		switch k.next() {
		case tagOpen:
			if string(k.name) != "value" {
				ok = k.skip()
			} else if v, ok = k.number(); ok {
				*column = append(*column, v)
			}
		case tagEmpty:
			*column = append(*column, v)
		case tagClose:
			return k.closes("SimpleArrayData")
		default:
			return false
		}
		if !ok {
			return false
		}
		k.c.limits.bound(len(*column))
	}
}

// join gives the positions of a track their times and values.
func (k *kmlScan) join() {
	for i := range k.points {
		s := &k.points[i]
		if i < len(k.times) {
			s.timeMS, s.offsetMS = k.times[i].ms, k.times[i].offset
		}
		if len(k.hr) == len(k.points) {
			s.hr = k.hr[i]
		}
		if len(k.speed) == len(k.points) {
			s.speed = k.speed[i]
		}
	}
}
