package track

import (
	"math"
	"strings"

	"heatmapgen/activity"
)

// decodeGeoJSON reads GeoJSON (RFC 7946): each Feature that is a LineString or MultiLineString is an activity. Times, heart rates and
// names are where the converters put them that make GeoJSON of recordings (togeojson and those after it): coordTimes and heartRates,
// or coordinateProperties with times and heart, one value for each position; name, type and time of the whole.
func decodeGeoJSON(text []byte, c *columns, r *Result) error {
	g := geoScan{jsonScan: jsonScan{b: text, limits: c.limits}, c: c, r: r}
	g.feature()
	return g.fault("GeoJSON")
}

type geoScan struct {
	jsonScan
	clock clock
	c     *columns
	r     *Result

	polyline
	times   []geoTime
	hr      []float64
	sport   string
	name    string
	line    bool // the geometry is one or several lines
	plan    bool
	startMS geoTime
}

type geoTime struct{ ms, offset int64 }

// feature reads a FeatureCollection, a Feature or a bare geometry.
func (g *geoScan) feature() {
	g.polyline.reset()
	g.times, g.hr = g.times[:0], g.hr[:0]
	g.sport, g.name, g.line, g.plan = "", "", false, false
	g.startMS = geoTime{ms: activity.NoTime}
	var kind string
	collection := false
	whole := g.object(func(key []byte) {
		switch string(key) {
		case "type":
			kind = g.text()
		case "features", "geometries":
			collection = true
			g.array(g.feature)
		case "geometry":
			g.geometry()
		case "coordinates":
			g.coordinates(0)
		case "properties":
			g.properties()
		}
	})
	if strings.HasSuffix(kind, "LineString") {
		g.line = true
	}
	if whole && !collection && g.line && len(g.points) > 0 {
		g.hand()
	}
}

func (g *geoScan) geometry() {
	g.object(func(key []byte) {
		switch string(key) {
		case "type":
			g.line = strings.HasSuffix(g.text(), "LineString")
		case "coordinates":
			g.coordinates(0)
		}
	})
}

// coordinates reads positions, in arrays of arrays: each array of positions is a line.
func (g *geoScan) coordinates(depth int) (position bool) {
	if depth > 3 {
		return false
	}
	v := [3]float64{math.NaN(), math.NaN(), math.NaN()}
	n, lines := 0, false
	whole := g.array(func() {
		if g.peek() == '[' {
			if lines = g.coordinates(depth + 1); !lines {
				g.polyline.begin()
			}
			return
		}
		if x := g.number(); n < len(v) {
			v[n] = x
		}
		n++
	})
	if n < 2 {
		return false
	}
	if whole {
		s := noSample
		s.lon, s.lat, s.alt = v[0], v[1], v[2]
		g.polyline.add(g.c, s)
	}
	return true
}

func (g *geoScan) properties() {
	g.object(func(key []byte) {
		switch string(key) {
		case "name", "title":
			if t := g.text(); g.name == "" {
				g.name = t
			}
		case "type", "sport", "activity", "activityType", "activity_type":
			if t := g.text(); g.sport == "" {
				g.sport = t
			}
		case "_gpxType":
			g.plan = g.text() == "rte"
		case "time", "startTime", "start_time", "date":
			if ms, off := g.time(&g.clock); ms != activity.NoTime && g.startMS.ms == activity.NoTime {
				g.startMS = geoTime{ms, off}
			}
		case "coordTimes", "times":
			g.column(g.oneTime)
		case "heartRates", "heart":
			g.column(g.oneRate)
		case "coordinateProperties":
			g.object(func(key []byte) {
				switch string(key) {
				case "times":
					g.column(g.oneTime)
				case "heart", "heartRates":
					g.column(g.oneRate)
				}
			})
		}
	})
}

// column reads the values of the positions, of several lines one array after the other.
func (g *geoScan) column(one func()) {
	g.array(func() {
		if g.peek() == '[' {
			g.array(one)
			return
		}
		one()
	})
}

func (g *geoScan) oneTime() {
	ms, off := g.time(&g.clock)
	g.times = append(g.times, geoTime{ms, off})
	g.c.limits.bound(len(g.times))
}

func (g *geoScan) oneRate() {
	g.hr = append(g.hr, g.number())
	g.c.limits.bound(len(g.hr))
}

// hand hands on the feature that was read.
func (g *geoScan) hand() {
	c := g.c
	for i := range g.points {
		if len(g.times) == len(g.points) {
			g.points[i].timeMS, g.points[i].offsetMS = g.times[i].ms, g.times[i].offset
		}
		if len(g.hr) == len(g.points) {
			g.points[i].hr = g.hr[i]
		}
	}
	before := c.counts.Points
	c.beginPart(g.r)
	c.part.Name = g.name
	g.polyline.emit(c, g.plan)
	c.startAt(g.startMS.ms, g.startMS.offset)
	c.credit(sportOfGPX(g.sport), float64(c.counts.Points-before))
	if g.r.Name == "" {
		g.r.Name = g.name
	}
}
