package track

import (
	"bytes"
	"strings"
)

// decodeGPX reads a GPX text. The error is what stopped it; the samples before are in c.
func decodeGPX(text []byte, c *columns, r *Result) error {
	return decodeXML("GPX", text, c, r, func(text []byte, plain bool) (whole bool, odd string) {
		g := gpxScan{c: c, r: r}
		g.b, g.plain = text, plain
		whole = g.document()
		if g.odd == "" {
			g.describe(r)
		}
		return whole, g.odd
	})
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
	for name, value, decl, ok := attr(text[len("<?xml"):end]); ok; name, value, decl, ok = attr(decl) {
		if string(name) == "encoding" {
			switch strings.ToLower(string(value)) {
			case "utf-8", "utf8", "us-ascii", "ascii", "utf-16":
				return true
			}
			return false
		}
	}
	return true
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
	pointReader
	gpxHead
	c *columns
	r *Result
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
	return g.children("gpx", func(name string) (ok bool) {
		switch name {
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
		return ok
	})
}

func (g *gpxScan) metadata() bool {
	return g.children("metadata", func(name string) (ok bool) {
		if name != "name" {
			return g.skip()
		}
		g.fileName, ok = g.title()
		return ok
	})
}

func (g *gpxScan) track() bool {
	before, sport := g.c.counts.Points, ""
	g.c.beginPart(g.r)
	defer func() { g.c.credit(sportOfGPX(sport), float64(g.c.counts.Points-before)) }()
	return g.children("trk", func(name string) (ok bool) {
		switch name {
		case "trkseg":
			ok = g.segment()
		case "name":
			var title string
			title, ok = g.title()
			g.c.part.Name = title
			if g.trackName == "" {
				g.trackName = title
			}
		case "type":
			sport, ok = g.title()
		default:
			ok = g.skip()
		}
		return ok
	})
}

func (g *gpxScan) segment() bool {
	g.c.beginSegment(true)
	for {
		for g.repeat() {
			g.c.add(&g.s)
		}
		start := g.i
		switch t := g.next(); t {
		case tagOpen, tagEmpty:
			if string(g.name) == "trkpt" {
				if !g.point("trkpt", t) {
					return false
				}
				g.c.add(&g.s)
				g.learn(start)
			} else if t == tagOpen && !g.skip() {
				return false
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
			if string(g.name) == "rtept" {
				if !g.point("rtept", t) {
					return false
				}
				g.c.addPlanned(&g.s)
			} else if t == tagOpen && !g.skip() {
				return false
			}
		case tagClose:
			return g.closes("rte")
		default:
			return false
		}
	}
}

// point reads a trkpt or rtept whose tag, of kind t, has just been met.
func (g *gpxScan) point(element string, t tag) bool {
	g.s = noSample
	g.spans = g.spans[:0]
	name, value, attrs, ok := attr(g.attrs)
	for ; ok; name, value, attrs, ok = attr(attrs) {
		read := true
		switch string(name) {
		case "lat":
			read = g.readAttr(latValue, value)
		case "lon":
			read = g.readAttr(lonValue, value)
		}
		if !read {
			return false
		}
	}
	if len(attrs) > 0 {
		g.giveUp("a strange attribute")
		return false
	}
	if t == tagEmpty {
		return true
	}
	for {
		switch g.next() {
		case tagOpen:
			ok := true
			switch string(g.name) {
			case "ele":
				ok = g.read(altValue)
			case "time":
				ok = g.read(timeValue)
			case "speed": // GPX 1.0
				ok = g.read(speedValue)
			case "extensions":
				ok = g.extensions()
			default:
				ok = g.leaveOut()
			}
			if !ok {
				return false
			}
		case tagEmpty:
		case tagClose:
			return g.closes(element)
		default:
			return false
		}
	}
}

// extensions finds heart rate, speed and sensors at any depth and under any prefix:
// TrackPointExtension v1 and v2 of Garmin, PowerExtension v1 of Garmin, gpxdata of Cluetrust, the plain
// <speed> of Apple's Health and OsmAnd, the plain <power> of Strava, all in bpm, m/s, rpm, watts and °C.
func (g *gpxScan) extensions() bool {
	leaf := g.i // as in leaveOut
	for depth := 1; depth > 0; {
		switch g.next() {
		case tagOpen:
			kind := ignored
			switch string(g.name) {
			case "hr", "heartrate":
				kind = hrValue
			case "speed":
				kind = speedValue
			case "cad", "cadence":
				kind = cadenceValue
			case "power", "PowerInWatts":
				kind = powerValue
			case "atemp", "temp", "temperature":
				kind = temperatureValue
			default:
				depth++
				leaf = g.i
				continue
			}
			leaf = 0
			if !g.read(kind) {
				return false
			}
		case tagEmpty:
			leaf = 0
		case tagClose:
			if leaf > 0 {
				g.met(g.b[leaf:g.tagStart], ignored)
			}
			leaf = 0
			depth--
		default:
			return false
		}
	}
	return true
}
