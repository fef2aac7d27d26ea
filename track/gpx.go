package track

import (
	"bytes"
	"fmt"
	"strings"

	"heatmapgen/activity"
)

// decodeGPX reads a GPX text: the common shape at once, everything else through
// gpxgo. The error is what stopped it; the samples before are in c.
func decodeGPX(text []byte, c *columns, r *Result) error {
	if readableAsIs(text) {
		g := gpxScan{scanner: scanner{b: text}, c: c}
		whole := g.document()
		if g.odd == "" {
			g.describe(r)
			if !whole {
				return fmt.Errorf("GPX file: %w", ErrTruncated)
			}
			return nil
		}
		c.reset()
	}
	return decodeGPXSlowly(text, c, r)
}

// readableAsIs tells whether the encoding that an XML text declares is one of
// those it has here without conversion.
func readableAsIs(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("<?xml")) {
		return true
	}
	end := bytes.Index(text, []byte("?>"))
	if end < 0 {
		return false
	}
	for decl := text[len("<?xml"):end]; ; {
		name, value, rest := attr(decl)
		if len(name) == 0 {
			return true
		}
		if string(name) == "encoding" {
			switch strings.ToLower(string(value)) {
			case "utf-8", "utf8", "us-ascii", "ascii", "utf-16":
				return true
			}
			return false
		}
		decl = rest
	}
}

// gpxHead is what a GPX file says about itself.
type gpxHead struct {
	trackName, fileName string
}

func (h *gpxHead) describe(r *Result) {
	r.Name = h.trackName
	if r.Name == "" {
		r.Name = h.fileName
	}
}

// A gpxScan reads the common shape of GPX. Each method deals with one element,
// from behind its opening tag to behind its closing one, and tells whether it
// got there.
type gpxScan struct {
	scanner
	clock
	gpxHead
	c *columns
	s sample
}

func (g *gpxScan) document() bool {
	for {
		switch g.next() {
		case tagOpen:
			if string(g.name) == "gpx" {
				return g.gpx()
			}
			if !g.skip() {
				return false
			}
		case tagEmpty:
			return true
		default:
			return false
		}
	}
}

func (g *gpxScan) gpx() bool {
	for {
		switch g.next() {
		case tagOpen:
			ok := true
			switch string(g.name) {
			case "trk":
				ok = g.track()
			case "rte":
				ok = g.route()
			case "metadata":
				ok = g.metadata()
			case "name": // GPX 1.0
				g.fileName, ok = g.title()
			default:
				ok = g.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return g.closes("gpx")
		default:
			return false
		}
	}
}

func (g *gpxScan) metadata() bool {
	for {
		switch g.next() {
		case tagOpen:
			ok := true
			if string(g.name) == "name" {
				g.fileName, ok = g.title()
			} else {
				ok = g.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return g.closes("metadata")
		default:
			return false
		}
	}
}

func (g *gpxScan) track() bool {
	before, sport := g.c.counts.Points, ""
	defer func() { g.c.credit(sportOfGPX(sport), float64(g.c.counts.Points-before)) }()
	for {
		switch g.next() {
		case tagOpen:
			ok := true
			switch string(g.name) {
			case "trkseg":
				ok = g.segment()
			case "name":
				var name string
				if name, ok = g.title(); g.trackName == "" {
					g.trackName = name
				}
			case "type":
				sport, ok = g.title()
			default:
				ok = g.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return g.closes("trk")
		default:
			return false
		}
	}
}

func (g *gpxScan) segment() bool {
	g.c.beginSegment(true)
	for {
		switch g.next() {
		case tagOpen:
			if string(g.name) == "trkpt" {
				g.position()
				if !g.point("trkpt") {
					return false
				}
				g.c.add(&g.s)
			} else if !g.skip() {
				return false
			}
		case tagEmpty:
			if string(g.name) == "trkpt" {
				g.position()
				if g.odd != "" {
					return false
				}
				g.c.add(&g.s)
			}
		case tagClose:
			return g.closes("trkseg")
		default:
			return false
		}
	}
}

// route counts the points of a planned route; they are not drawn.
func (g *gpxScan) route() bool {
	g.c.beginSegment(false)
	for {
		switch t := g.next(); t {
		case tagOpen, tagEmpty:
			switch {
			case string(g.name) == "rtept":
				g.position()
				if t == tagOpen && !g.point("rtept") || g.odd != "" {
					return false
				}
				g.c.addPlanned(&g.s)
			case t == tagOpen && !g.skip():
				return false
			}
		case tagClose:
			return g.closes("rte")
		default:
			return false
		}
	}
}

// position begins a sample with the attributes of the tag just met.
func (g *gpxScan) position() {
	g.s = noSample
	for attrs := g.attrs; ; {
		name, value, rest := attr(attrs)
		switch string(name) {
		case "":
			return
		case "lat":
			g.s.lat = g.coordinate(value)
		case "lon":
			g.s.lon = g.coordinate(value)
		}
		attrs = rest
	}
}

func (g *gpxScan) coordinate(value []byte) float64 {
	v := parseNumber(value)
	if v != v {
		g.entity(value)
	}
	return v
}

// point reads what is inside a trkpt or rtept.
func (g *gpxScan) point(element string) bool {
	for {
		switch g.next() {
		case tagOpen:
			ok := true
			switch string(g.name) {
			case "ele":
				g.s.alt, ok = g.number()
			case "time":
				g.s.timeMS, ok = g.time()
			case "speed": // GPX 1.0
				g.s.speed, ok = g.number()
			case "extensions":
				ok = g.extensions()
			default:
				ok = g.skip()
			}
			if !ok {
				return false
			}
		case tagEmpty:
			switch string(g.name) {
			case "ele":
				g.s.alt = noSample.alt
			case "time":
				g.s.timeMS = activity.NoTime
			case "speed":
				g.s.speed = noSample.speed
			}
		case tagClose:
			return g.odd == "" && g.closes(element)
		default:
			return false
		}
	}
}

// time returns the time in the element just opened, in ms since 1970.
func (g *gpxScan) time() (int64, bool) {
	text, ok := g.value()
	ms := g.clock.parse(text)
	if ms == activity.NoTime && g.entity(text) {
		return ms, false
	}
	return ms, ok
}

// extensions finds heart rate and speed at any depth and under any prefix:
// TrackPointExtension v1 and v2 of Garmin, gpxdata of Cluetrust, the plain
// <speed> of Apple's Health and OsmAnd, all in bpm and m/s.
func (g *gpxScan) extensions() bool {
	for depth := 1; depth > 0; {
		switch g.next() {
		case tagOpen:
			ok := true
			switch string(g.name) {
			case "hr", "heartrate":
				g.s.hr, ok = g.number()
			case "speed":
				g.s.speed, ok = g.number()
			default:
				depth++
			}
			if !ok {
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
