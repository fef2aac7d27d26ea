package export

import (
	"bufio"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"heatmapgen/generator"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/squares"
)

// SquaresFormat is a kind of file that squares are written as.
type SquaresFormat string

// The formats for squares.
const (
	GPX SquaresFormat = "gpx" // GPX 1.1: a track around each square
	KML SquaresFormat = "kml" // KML 2.2: a polygon for each
)

// maxMissing is how many squares a file may have: devices take no more.
const maxMissing = 10_000

// MissingSquares are squares that none of the activities of a site has been in.
type MissingSquares struct {
	// Zoom is squares.Large or squares.Small.
	Zoom uint8
	// Squares are the codes of the missing ones, row by row.
	Squares []squares.Code
	// Visited is what there is to say of those that are not missing.
	Visited *squares.Look

	title string
}

// NewMissingSquares looks for the squares of a zoom that are missing: in a box of west, south, east and north in degrees, or with nil at most within squares from the largest cluster, or without one the largest square.
func NewMissingSquares(site *generator.Site, zoom uint8, box *[4]float64, within int) (*MissingSquares, error) {
	if zoom != squares.Large && zoom != squares.Small {
		return nil, fmt.Errorf("there are no squares of zoom %d, but of %d and %d", zoom, squares.Large, squares.Small)
	}
	if within < 1 || within > 100 {
		return nil, fmt.Errorf("squares cannot be looked for within %d squares, but within 1 to 100", within)
	}
	if !site.HasSquares() {
		return nil, errors.New("the site has no squares; they need the lines of the activities (tracks and squares in [page]), and a build of this version")
	}
	all, err := site.Squares(zoom)
	if err != nil {
		return nil, err
	}
	visited := slices.Concat(all...)
	slices.Sort(visited)
	m := &MissingSquares{Zoom: zoom, Visited: squares.LookAt(zoom, slices.Compact(visited)), title: site.Title}
	if box == nil {
		m.Squares = m.Visited.Missing(within)
	} else {
		west, north, east, south, err := squaresIn(zoom, box)
		if err != nil {
			return nil, err
		}
		m.Squares = m.Visited.MissingIn(west, north, east, south)
	}
	if len(m.Squares) > maxMissing {
		return nil, fmt.Errorf("%d squares are missing there, more than the %d that devices take; choose a smaller --box or --within", len(m.Squares), maxMissing)
	}
	slices.SortFunc(m.Squares, func(a, b squares.Code) int {
		ax, ay := a.XY()
		bx, by := b.XY()
		return cmp.Or(cmp.Compare(ay, by), cmp.Compare(ax, bx))
	})
	return m, nil
}

// squaresIn returns the columns and rows of the squares that a box touches.
func squaresIn(zoom uint8, box *[4]float64) (west, north, east, south uint32, err error) {
	for _, v := range box {
		if math.IsNaN(v) || math.Abs(v) > 180 {
			return 0, 0, 0, 0, fmt.Errorf("the box %g,%g,%g,%g is not west,south,east,north in degrees, -180 to 180", box[0], box[1], box[2], box[3])
		}
	}
	if box[0] >= box[2] || box[1] >= box[3] {
		return 0, 0, 0, 0, fmt.Errorf("the box %g,%g,%g,%g has no area; it is west,south,east,north", box[0], box[1], box[2], box[3])
	}
	last := int64(1)<<zoom - 1
	square := func(v int64) uint32 { return uint32(max(0, min(last, v>>(raster.WorldBits-zoom)))) }
	nw, se := raster.Project(box[3], box[0]), raster.Project(box[1], box[2])
	west, north, east, south = square(nw.X), square(nw.Y), square(se.X), square(se.Y)
	if n := (int64(east-west) + 1) * (int64(south-north) + 1); n > 4_000_000 {
		return 0, 0, 0, 0, fmt.Errorf("the box has %d squares, which is too many; choose a smaller one", n)
	}
	return west, north, east, south, nil
}

// Write writes the squares into the file path, in one step.
func (m *MissingSquares) Write(ctx context.Context, path string, format SquaresFormat) error {
	return writeFile(ctx, path, func(f *os.File) error {
		w := bufio.NewWriter(f)
		if format == KML {
			m.kml(w)
		} else {
			m.gpx(w)
		}
		return w.Flush()
	})
}

// named says what the file is, escaped for XML.
func (m *MissingSquares) named() string {
	var b strings.Builder
	_ = xml.EscapeText(&b, fmt.Appendf(nil, "%s: squares of zoom %d to visit", m.title, m.Zoom)) // a Builder takes everything
	return b.String()
}

// gpx writes a track around each square. What fails is told by the writer's Flush.
func (m *MissingSquares) gpx(w *bufio.Writer) {
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"heatmapgen\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n<metadata><name>%s</name></metadata>\n", m.named())
	for _, c := range m.Squares {
		x, y := c.XY()
		fmt.Fprintf(w, "<trk><name>%d/%d</name><trkseg>", x, y)
		for _, p := range m.outline(c) {
			fmt.Fprintf(w, `<trkpt lat="%.7f" lon="%.7f"/>`, p[1], p[0])
		}
		fmt.Fprint(w, "</trkseg></trk>\n")
	}
	fmt.Fprint(w, "</gpx>\n")
}

// kml writes a polygon for each square. What fails is told by the writer's Flush.
func (m *MissingSquares) kml(w *bufio.Writer) {
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>%s</name>\n", m.named())
	fmt.Fprint(w, "<Style id=\"missing\"><LineStyle><color>ff5ad6ff</color><width>2</width></LineStyle><PolyStyle><color>305ad6ff</color></PolyStyle></Style>\n")
	for _, c := range m.Squares {
		x, y := c.XY()
		fmt.Fprintf(w, "<Placemark><name>%d/%d</name><styleUrl>#missing</styleUrl><Polygon><outerBoundaryIs><LinearRing><coordinates>", x, y)
		for i, p := range m.outline(c) {
			if i > 0 {
				fmt.Fprint(w, " ")
			}
			fmt.Fprintf(w, "%.7f,%.7f", p[0], p[1])
		}
		fmt.Fprint(w, "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>\n")
	}
	fmt.Fprint(w, "</Document></kml>\n")
}

// outline returns the corners of a square from the north-western one around and back to it, longitude and latitude in degrees.
func (m *MissingSquares) outline(c squares.Code) [5][2]float64 {
	x, y := c.XY()
	side := int64(1) << (raster.WorldBits - m.Zoom)
	corner := func(dx, dy int64) [2]float64 {
		lat, lon := raster.Unproject(raster.Point{X: (int64(x) + dx) * side, Y: (int64(y) + dy) * side})
		return [2]float64{lon, lat}
	}
	return [5][2]float64{corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)}
}
