package track

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tkrajina/gpxgo/gpx"

	"heatmapgen/activity"
)

// decodeByGPXGo reads a GPX text of any shape with gpxgo, a judge of our own scanner.
func decodeByGPXGo(text []byte, c *columns, r *Result) error {
	plain := newPlainReader(text, c.limits)
	doc, err := gpx.ParseDecoder(xml.NewTokenDecoder(&gpxFilter{in: plain}), []byte(`<gpx version="1.1">`))
	if err != nil {
		return fmt.Errorf("GPX file: %w", err)
	}
	head := gpxHead{fileName: strings.TrimSpace(doc.Name)}
	points, planned := doc.GetTrackPointsNo(), 0
	for _, route := range doc.Routes {
		planned += len(route.Points)
	}
	// A point that the file breaks off in is not whole.
	for _, name := range plain.cut {
		switch name {
		case "trkpt":
			points--
		case "rtept":
			planned--
		}
	}
	var clock clock
	for _, trk := range doc.Tracks {
		c.beginPart(r)
		c.part.Name = strings.TrimSpace(trk.Name)
		if head.trackName == "" {
			head.trackName = strings.TrimSpace(trk.Name)
		}
		before := c.counts.Points
		for _, seg := range trk.Segments {
			c.beginSegment(true)
			for i := range seg.Points {
				if points > 0 {
					s := sampleOf(&seg.Points[i], &clock)
					c.add(&s)
				}
				points--
			}
		}
		c.credit(sportOfGPX(trk.Type), float64(c.counts.Points-before))
	}
	for _, route := range doc.Routes {
		c.beginSegment(false)
		for i := range route.Points {
			if planned > 0 {
				s := sampleOf(&route.Points[i], &clock)
				c.addPlanned(&s)
			}
			planned--
		}
	}
	head.describe(r)
	if fault := plain.fault(); fault != nil {
		return fmt.Errorf("GPX file: %w", fault)
	}
	return nil
}

// sampleOf reads a point of gpxgo's as gpxFilter prepared it.
func sampleOf(p *gpx.GPXPoint, clock *clock) sample {
	s := noSample
	s.lat, s.lon = p.Latitude, p.Longitude
	if s.timeMS = clock.parse([]byte(p.Comment)); s.timeMS != activity.NoTime {
		s.offsetMS = clock.offsetMS
	}
	s.alt = parseNumber([]byte(p.Description))
	s.speed = parseNumber([]byte(p.Source))
	fromExtensions(p.Extensions.Nodes, &s)
	return s
}

func fromExtensions(nodes []gpx.ExtensionNode, s *sample) {
	for i := range nodes {
		n := &nodes[i]
		target := &s.hr
		switch n.LocalName() {
		case "hr", "heartrate":
		case "speed":
			target = &s.speed
		case "cad", "cadence":
			target = &s.sensors[activity.Cadence]
		case "power", "PowerInWatts":
			target = &s.sensors[activity.Power]
		case "atemp", "temp", "temperature":
			target = &s.sensors[activity.Temperature]
		default:
			fromExtensions(n.Nodes, s)
			continue
		}
		if v := parseNumber([]byte(n.Data)); len(n.Nodes) == 0 && !math.IsNaN(v) {
			*target = v
		}
	}
}

// A gpxFilter hands to gpxgo what is read from it, in a form it takes. gpxgo
// refuses a file for one bad coordinate or dilution, loses its place at an empty
// <ele/>, knows no offsets and no fractions of seconds; so coordinates that are
// no numbers become NaN, time, ele and speed travel as text in cmt, desc and
// src, and all other elements are left out.
type gpxFilter struct {
	in    *plainReader
	open  []gpxElement
	queue []xml.Token
}

// A gpxElement is an element under its own name and the one it is handed on by.
type gpxElement struct{ name, as string }

// gpxKept lists the elements that are handed on, by their parent.
var gpxKept = map[string]map[string]string{
	"":         {"gpx": "gpx"},
	"gpx":      {"trk": "trk", "rte": "rte", "metadata": "metadata", "name": "name"},
	"metadata": {"name": "name"},
	"trk":      {"trkseg": "trkseg", "name": "name", "type": "type"},
	"trkseg":   {"trkpt": "trkpt"},
	"rte":      {"rtept": "rtept"},
	"trkpt":    {"time": "cmt", "ele": "desc", "speed": "src", "extensions": "extensions"},
	"rtept":    {"time": "cmt", "ele": "desc", "speed": "src", "extensions": "extensions"},
}

// Token implements xml.TokenReader.
func (f *gpxFilter) Token() (xml.Token, error) {
	for len(f.queue) == 0 {
		t, err := f.in.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := f.start(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			f.end()
		default:
			return t, nil
		}
	}
	t := f.queue[0]
	f.queue = f.queue[1:]
	return t, nil
}

// start hands on an element or leaves it out with all that is inside.
func (f *gpxFilter) start(t xml.StartElement) error {
	parent := ""
	if n := len(f.open); n > 0 {
		parent = f.open[n-1].name
	}
	name := t.Name.Local
	as, kept := gpxKept[parent][name]
	if parent == "extensions" {
		// All that is inside counts as extensions, too.
		as, kept, name = name, true, "extensions"
	}
	if !kept {
		return f.leaveOut()
	}
	f.open = append(f.open, gpxElement{name, as})
	out := xml.StartElement{Name: xml.Name{Local: as}}
	switch {
	case name == "trkpt" || name == "rtept":
		out.Attr = []xml.Attr{coordinateAttr(t, "lat"), coordinateAttr(t, "lon")}
	case parent == "gpx" && name == "name":
		f.queue = append(f.queue, xml.StartElement{Name: xml.Name{Local: "metadata"}})
	}
	f.queue = append(f.queue, out)
	return nil
}

func (f *gpxFilter) end() {
	last := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	f.queue = append(f.queue, xml.EndElement{Name: xml.Name{Local: last.as}})
	if last.name == "name" && len(f.open) == 1 {
		f.queue = append(f.queue, xml.EndElement{Name: xml.Name{Local: "metadata"}})
	}
}

// leaveOut goes past the end of the element just begun.
func (f *gpxFilter) leaveOut() error {
	for depth := 1; depth > 0; {
		t, err := f.in.Token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// coordinateAttr returns an attribute of t in a form that gpxgo takes and that
// means the very number that is there, NaN for none.
func coordinateAttr(t xml.StartElement, name string) xml.Attr {
	value := math.NaN()
	for _, a := range t.Attr {
		if a.Name.Local == name {
			value = parseNumber([]byte(a.Value))
		}
	}
	return xml.Attr{Name: xml.Name{Local: name}, Value: strconv.FormatFloat(value, 'g', -1, 64)}
}
