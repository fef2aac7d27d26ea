package export

import (
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// A walk in Fiji crosses the 180th meridian; a picture must show it as one line, whichever way its box is written.
func TestPicturesAcrossTheAntimeridian(t *testing.T) {
	dir := t.TempDir()
	var gpx strings.Builder
	gpx.WriteString(`<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>`)
	for i := range 600 {
		lon := 179.985 + 0.00005*float64(i)
		if lon > 180 {
			lon -= 360
		}
		fmt.Fprintf(&gpx, `<trkpt lat="-16.85" lon="%.6f"><time>%s</time></trkpt>`, lon, time.Unix(1.7e9+int64(2*i), 0).UTC().Format(time.RFC3339))
	}
	gpx.WriteString("</trkseg></trk></gpx>")
	if err := os.WriteFile(filepath.Join(dir, "fiji.gpx"), []byte(gpx.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: filepath.Join(dir, "fiji.gpx")}}
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.MinZoom, cfg.Render.MaxZoom = 12, 13
	if err := cfg.SetOutput(filepath.Join(dir, "site")); err != nil {
		t.Fatal(err)
	}
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: time.Unix(1.7e9, 0)}); err != nil {
		t.Fatal(err)
	}
	site, err := generator.OpenSite(filepath.Join(cfg.Output, generator.ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	for _, box := range []*[4]float64{nil, {179.98, -16.86, -179.98, -16.84}, {179.98, -16.86, 180.02, -16.84}} {
		p, b := writePoster(t, site, PosterOptions{Layer: "all", Box: box, Width: 500, MaxZoom: AllZooms})
		first, last, gaps := inkedColumns(decode(t, b), p.page.mapHeight)
		if length := last - first; length < 300 || length > 480 || gaps > 0 {
			t.Errorf("%v: ink from column %d to %d with %d gaps", box, first, last, gaps)
		}
	}
	// A box on the eastern side that paper grows across.
	p, b := writePoster(t, site, PosterOptions{Layer: "all", Box: &[4]float64{-180, -16.87, -179.999, -16.83}, Paper: "a4", DPI: 60, Orientation: Landscape, MaxZoom: AllZooms})
	if first, last, gaps := inkedColumns(decode(t, b), p.page.mapHeight); first > p.Width/2-20 || last < p.Width/2+20 || gaps > 0 {
		t.Errorf("ink from column %d to %d of %d with %d gaps", first, last, p.Width, gaps)
	}
	ts, err := NewTileset(site, "all", AllZooms, AllZooms)
	if err != nil || ts.Bounds[0] != -180 || ts.Bounds[2] != 180 {
		t.Errorf("%+v, %v", ts, err)
	}
}

// inkedColumns returns the first and last column of the map that show something, and how many between them do not.
func inkedColumns(m image.Image, mapHeight int) (first, last, gaps int) {
	ground := m.At(0, 0)
	first = -1
	for x := range m.Bounds().Dx() {
		inked := false
		for y := range mapHeight {
			inked = inked || m.At(x, y) != ground
		}
		if !inked {
			continue
		}
		if first < 0 {
			first = x
		} else {
			gaps += x - last - 1
		}
		last = x
	}
	return first, last, gaps
}
