// Package streets reads the streets around places from a map: an OpenStreetMap extract (.osm.pbf) or GeoJSON. It reads
// what is near the places and keeps nothing else, so a map may be as large as a country.
package streets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"heatmapgen/activity"
	"heatmapgen/internal/sysfault"
	"heatmapgen/internal/words"
)

// unit is that of a Point, in degrees: OpenStreetMap's own (https://wiki.openstreetmap.org/wiki/Node).
const unit = 1e-7

// A Point is a vertex of a street. Streets that share a vertex are joined there.
type Point struct {
	Lat, Lon int32 // in 1e-7 degrees, WGS 84
}

// LatLon returns the point in degrees.
func (p Point) LatLon() activity.LatLon {
	return activity.LatLon{Lat: float64(p.Lat) * unit, Lon: float64(p.Lon) * unit}
}

// pointAt returns the point nearest to a place in degrees; ok is false off the globe.
func pointAt(lat, lon float64) (p Point, ok bool) {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) { // NaN is not within any bounds
		return p, false
	}
	return Point{int32(math.Round(lat / unit)), int32(math.Round(lon / unit))}, true
}

// A Street is a line that a person can walk or ride along.
type Street struct {
	Points []Point // two at least
	// Homes tells that people live along such streets: not on paths, tracks, car parks and driveways, of which a map may have more
	// where nobody lives.
	Homes bool
}

// A Box is a square around a place.
type Box struct {
	Middle activity.LatLon
	HalfM  float64 // half its side, in metres
}

// bounds is a box in the units of points. east is reckoned from the middle, across the antimeridian too.
type bounds struct {
	south, north int32
	lon, half    int32
}

func (b Box) bounds() bounds {
	const degreeM = activity.EarthRadiusM * math.Pi / 180
	high, half := b.HalfM/degreeM, b.HalfM/degreeM/max(1e-3, math.Cos(b.Middle.Lat*math.Pi/180))
	return bounds{
		south: int32(max(-90, b.Middle.Lat-high) / unit), north: int32(min(90, b.Middle.Lat+high) / unit),
		lon: int32(activity.WrapLon(b.Middle.Lon) / unit), half: int32(min(180, half) / unit),
	}
}

func (b *bounds) has(p Point) bool {
	if p.Lat < b.south || p.Lat > b.north {
		return false
	}
	const around = 360 / unit
	east := math.Abs(float64(p.Lon) - float64(b.lon))
	return min(east, around-east) <= float64(b.half)
}

// near tells which points are in one of the boxes.
type near []bounds

func (n near) has(p Point) bool {
	for i := range n {
		if n[i].has(p) {
			return true
		}
	}
	return false
}

// maxPoints bounds the vertices that are kept, all boxes together. The 6 km around a place in the middle of a large city have some
// 500,000 with those of its houses; a point takes some 40 bytes.
const maxPoints = 8 << 20

var errTooMany = errors.New("too much of it lies around what is hidden; take an extract of its roads alone (osmium tags-filter map.osm.pbf w/highway)")

// A FormatError says that a file is no map of a kind that can be read.
type FormatError struct{ Path string }

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s is no map that can be read: it takes an OpenStreetMap extract (.osm.pbf) or streets as GeoJSON (.geojson)", words.OneLine(e.Path))
}

// Read returns the streets of the map in the file path that lie in any of the boxes, in the order of the file or of their ids. Its
// error is one sentence that names the file: a *FormatError for a name with another ending.
func Read(ctx context.Context, path string, boxes []Box) ([]Street, error) {
	var read func(context.Context, io.ReadSeeker, near) ([]Street, error)
	switch name := strings.ToLower(filepath.Base(path)); {
	case strings.HasSuffix(name, ".pbf"):
		read = readPBF
	case strings.HasSuffix(name, ".geojson"), strings.HasSuffix(name, ".json"):
		read = readGeoJSON
	default:
		return nil, &FormatError{path}
	}
	failed := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		text := err.Error()
		if said := sysfault.Reason(err); said != "" {
			text = said
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			text = "there is no such file"
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			text = "it breaks off in the middle; fetch it anew"
		}
		return fmt.Errorf("the map %s cannot be read: %s", words.OneLine(path), words.OneLine(text))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, failed(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, failed(errors.New("it is a folder"))
	}
	var n near
	for _, b := range boxes {
		n = append(n, b.bounds())
	}
	streets, err := read(ctx, f, n)
	if err != nil {
		return nil, failed(err)
	}
	return streets, nil
}

// cut adds the parts of a line whose points are kept to streets.
func cut(streets []Street, points []Point, kept func(int) bool, homes bool) []Street {
	for from := 0; from < len(points); from++ {
		to := from
		for to < len(points) && kept(to) {
			to++
		}
		if to-from >= 2 {
			streets = append(streets, Street{slices.Clone(points[from:to]), homes})
		}
		from = to
	}
	return streets
}

// Tags are what a map says of a line; "" where it does not say.
type tags struct{ highway, access, foot, bicycle, area string }

// homeStreets are the values of OpenStreetMap's highway of streets that people live at; otherWays those of others that one may walk or ride
// along (https://wiki.openstreetmap.org/wiki/Key:highway). A trunk road needs a word that one may.
var (
	homeStreets = []string{"residential", "living_street", "unclassified", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "pedestrian", "road"}
	otherWays   = []string{"service", "track", "path", "footway", "cycleway", "bridleway", "steps"}
	trunkRoads  = []string{"trunk", "trunk_link"}
)

// street tells whether a person can walk or ride along a line with these tags, and whether people live there. What is private stays: who
// lives there does walk there.
func (t *tags) street() (ok, homes bool) {
	may := func(v string) bool { return v == "yes" || v == "designated" || v == "permissive" }
	allowed := may(t.foot) || may(t.bicycle)
	switch {
	case t.area == "yes":
		return false, false
	case slices.Contains(homeStreets, t.highway):
		homes = true
	case slices.Contains(otherWays, t.highway):
	case slices.Contains(trunkRoads, t.highway) && allowed:
	default:
		return false, false
	}
	if !allowed && (t.access == "no" || t.foot == "no" && t.bicycle == "no") {
		return false, false
	}
	return true, homes
}

// set notes a tag if it is one of those that count.
func (t *tags) set(key, value string) {
	switch key {
	case "highway":
		t.highway = value
	case "access":
		t.access = value
	case "foot":
		t.foot = value
	case "bicycle":
		t.bicycle = value
	case "area":
		t.area = value
	}
}

// buffered reads in large pieces.
func buffered(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 256<<10) }
