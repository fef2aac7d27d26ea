package export

import (
	"context"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/generator"
	"heatmapgen/layers/squares"
)

// TestMissingSquares reads the files of missing squares back: each is the outline of a square that no activity has been in.
func TestMissingSquares(t *testing.T) {
	path, err := builtSite()
	if err != nil {
		t.Fatal(err)
	}
	site, err := generator.OpenSite(path)
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	all, err := site.Squares(squares.Small)
	if err != nil {
		t.Fatal(err)
	}
	visited := map[squares.Code]bool{}
	for _, codes := range all {
		for _, c := range codes {
			visited[c] = true
		}
	}
	m, err := NewMissingSquares(site, squares.Small, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Squares) == 0 || m.Visited.Count != len(visited) {
		t.Fatalf("%d squares are missing, %d visited of %d", len(m.Squares), m.Visited.Count, len(visited))
	}
	var gpx struct {
		Name   string `xml:"metadata>name"`
		Tracks []struct {
			Name   string `xml:"name"`
			Points []struct {
				Lat float64 `xml:"lat,attr"`
				Lon float64 `xml:"lon,attr"`
			} `xml:"trkseg>trkpt"`
		} `xml:"trk"`
	}
	var kml struct {
		Name   string `xml:"Document>name"`
		Places []struct {
			Name        string `xml:"name"`
			Coordinates string `xml:"Polygon>outerBoundaryIs>LinearRing>coordinates"`
		} `xml:"Document>Placemark"`
	}
	for format, into := range map[SquaresFormat]any{GPX: &gpx, KML: &kml} {
		out := filepath.Join(t.TempDir(), "squares."+string(format))
		if err := m.Write(context.Background(), out, format); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(out)
		if err == nil {
			err = xml.Unmarshal(text, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const title = "Läufe & Äcker: squares of zoom 17 to visit"
	if gpx.Name != title || kml.Name != title || len(gpx.Tracks) != len(m.Squares) || len(kml.Places) != len(m.Squares) {
		t.Fatalf("%q with %d tracks, %q with %d places", gpx.Name, len(gpx.Tracks), kml.Name, len(kml.Places))
	}
	for i, track := range gpx.Tracks {
		x, y := m.Squares[i].XY()
		if name := fmt.Sprintf("%d/%d", x, y); visited[m.Squares[i]] || track.Name != name || kml.Places[i].Name != name || len(track.Points) != 5 {
			t.Fatalf("square %s: track %q with %d points, place %q", name, track.Name, len(track.Points), kml.Places[i].Name)
		}
		var ring []string
		for k, p := range track.Points {
			ring = append(ring, fmt.Sprintf("%.7f,%.7f", p.Lon, p.Lat))
			// https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
			phi := p.Lat * math.Pi / 180
			column, row := (p.Lon+180)/360*(1<<squares.Small), (1-math.Asinh(math.Tan(phi))/math.Pi)/2*(1<<squares.Small)
			dx, dy := [5]float64{0, 1, 1, 0, 0}[k], [5]float64{0, 0, 1, 1, 0}[k]
			if math.Abs(column-float64(x)-dx) > 1e-4 || math.Abs(row-float64(y)-dy) > 1e-4 {
				t.Fatalf("square %d/%d has a corner at %g/%g", x, y, column, row)
			}
		}
		if want := strings.Join(ring, " "); kml.Places[i].Coordinates != want {
			t.Fatalf("a ring %s, want %s", kml.Places[i].Coordinates, want)
		}
	}
	if _, err := NewMissingSquares(site, squares.Large, &[4]float64{-180, -85, 180, 85}, 3); err == nil {
		t.Error("all of the world is no trouble")
	}
	if in, err := NewMissingSquares(site, squares.Large, &[4]float64{9.9, 48.3, 10.1, 48.5}, 3); err != nil || len(in.Squares) == 0 {
		t.Errorf("in a box: %v", err)
	}
}
