package export

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// TestMain removes the site that the tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range siteDirs {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

var siteDirs []string

// builtSite is the site of most tests, with tiles down to zoom 15.
var builtSite = sync.OnceValues(func() (string, error) { return buildTo(15) })

// buildTo builds a small site with tiles down to a zoom: six walks of a quarter of an hour around Ulm, without heart rates.
func buildTo(tileZoom int) (string, error) {
	dir, err := os.MkdirTemp("", "heatmapgen-export")
	if err != nil {
		return "", err
	}
	siteDirs = append(siteDirs, dir)
	files := filepath.Join(dir, "files")
	if err := os.Mkdir(files, 0o755); err != nil {
		return "", err
	}
	for k := range 6 {
		if err := os.WriteFile(filepath.Join(files, fmt.Sprintf("%d.gpx", k)), []byte(walk(uint64(k))), 0o644); err != nil {
			return "", err
		}
	}
	cfg := config.Default()
	cfg.Title = "Läufe & Äcker"
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: files}}
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.AsOf = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Render.MinZoom, cfg.Render.MaxZoom, cfg.Render.TileZoom = 12, tileZoom, tileZoom
	if err := cfg.SetOutput(filepath.Join(dir, "site")); err != nil {
		return "", err
	}
	_, err = generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf})
	return filepath.Join(cfg.Output, generator.ArchiveName), err
}

// walk returns a GPX file of a random walk.
func walk(seed uint64) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>`)
	r := rand.New(rand.NewPCG(seed, 1))
	lat, lon, heading := 48.4, 9.99, r.Float64()*2*math.Pi
	start := time.Date(2022, 5, 1, 8, 0, 0, 0, time.UTC).AddDate(0, int(seed)*3, 0)
	for i := range 900 {
		heading += r.NormFloat64() * 0.1
		step := 2.5 + math.Sin(float64(i)/50)
		lat += step * math.Cos(heading) / 111320
		lon += step * math.Sin(heading) / (111320 * math.Cos(lat*math.Pi/180))
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time></trkpt>`,
			lat, lon, 480+20*math.Sin(float64(i)/60), start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	b.WriteString("</trkseg></trk></gpx>")
	return b.String()
}

func openSite(t *testing.T) *generator.Site { return opened(t, builtSite) }

// opened opens what build built.
func opened(t *testing.T, build func() (string, error)) *generator.Site {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	s, err := generator.OpenSite(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newTileset(t *testing.T, layer string, minZoom, maxZoom int) *Tileset {
	t.Helper()
	ts, err := NewTileset(openSite(t), layer, minZoom, maxZoom)
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// want returns what a tile of a layer looks like, from the site's indices and palette.
func want(t *testing.T, s *generator.Site, layer string, z uint8, x, y uint32) *image.NRGBA {
	t.Helper()
	l, f := s.Layer(layer)
	tile, ok, err := s.Tile(f.ID, z, x, y)
	if err != nil || !ok {
		t.Fatalf("tile %d/%d/%d: %v, %v", z, x, y, ok, err)
	}
	var pix [archive.TilePixels]byte
	if err := archive.DecodeIndices(tile, &pix); err != nil {
		t.Fatal(err)
	}
	palette := f.Palette(l, z)
	m := image.NewNRGBA(image.Rect(0, 0, 256, 256))
	for i, index := range pix {
		c := palette[index]
		m.SetNRGBA(i%256, i/256, color.NRGBA{c[0], c[1], c[2], c[3]})
	}
	return m
}

// compare tells how a PNG file differs from a picture. Where nothing shows, colours do not matter.
func compare(got []byte, want *image.NRGBA) error {
	m, err := png.Decode(bytes.NewReader(got))
	if err != nil {
		return err
	}
	if m.Bounds() != want.Bounds() {
		return fmt.Errorf("it is %v, not %v", m.Bounds(), want.Bounds())
	}
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			g, w := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA), want.NRGBAAt(x, y)
			if g != w && (g.A != 0 || w.A != 0) {
				return fmt.Errorf("pixel %d, %d is %v, not %v", x, y, g, w)
			}
		}
	}
	return nil
}

// leftovers lists what lies in a folder beside the files named.
func leftovers(t *testing.T, dir string, but ...string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.Contains("/"+strings.Join(but, "/")+"/", "/"+e.Name()+"/") {
			names = append(names, e.Name())
		}
	}
	return names
}
