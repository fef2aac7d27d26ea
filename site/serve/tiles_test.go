package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/site/legend"
)

// builtTitle is the title of the built site: one that must be escaped.
const builtTitle = `<i>Ann & "Bob"</i>`

var asOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// built and builtMBTiles are sites that are built once for all tests, in a folder that TestMain removes.
var (
	built        = sync.OnceValues(func() (string, error) { return buildTo(12, config.FormatPMTiles) })
	builtMBTiles = sync.OnceValues(func() (string, error) { return buildTo(12, config.FormatMBTiles) })
)

// buildTo builds a site that ends at a zoom, or at the deepest that is painted if it has tiles down to zoom 14.
func buildTo(maxZoom int, format string) (string, error) {
	cfg := config.Default()
	cfg.Title, cfg.Format = builtTitle, format
	cfg.SetOutput(filepath.Join(buildDir, fmt.Sprint(format, maxZoom)))
	cfg.Cache = filepath.Join(buildDir, "cache")
	cfg.Render.MinZoom, cfg.Render.MaxZoom, cfg.Render.AsOf = 10, maxZoom, asOf
	cfg.Filter.From = asOf.AddDate(0, -4, 0)
	_, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: asOf})
	return cfg.Output, err
}

var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "serve-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(buildDir)
	os.Exit(code)
}

// builtSite returns the folder of a copy of the built site.
func builtSite(t *testing.T) string {
	t.Helper()
	from, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func openArchive(t *testing.T, dir string) *generator.Site {
	t.Helper()
	s, err := generator.OpenSite(filepath.Join(dir, "heatmap.pmtiles"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// testToken is what the tests' servers take for the token.
const testToken = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func startBuilt(t *testing.T, dir string) *Server {
	t.Helper()
	return startWith(t, Options{Dir: dir, Editors: Editors{Origins: []string{"https://editor.example"}, Token: testToken}})
}

// someTile returns the place of a tile of a field at the finest zoom.
func someTile(t *testing.T, s *generator.Site, field string) generator.SiteTile {
	t.Helper()
	var last generator.SiteTile
	for tile, err := range s.Tiles(field) {
		if err != nil {
			t.Fatal(err)
		}
		last = tile
	}
	return last
}

func tilePath(layer string, t generator.SiteTile) string {
	return fmt.Sprintf("tiles/%s/%d/%d/%d.png", layer, t.Zoom, t.X, t.Y)
}

// TestTilesHaveTheColoursOfTheirLayer compares every pixel with the palette.
func TestTilesHaveTheColoursOfTheirLayer(t *testing.T) {
	dir := builtSite(t)
	s := openArchive(t, dir)
	server := startBuilt(t, dir)
	if len(s.Meta.Layers) != 10 {
		t.Fatalf("%d layers", len(s.Meta.Layers))
	}
	for i := range s.Meta.Layers {
		layer, field := s.Layer(s.Meta.Layers[i].ID)
		zooms := map[uint8]bool{}
		for tile, err := range s.Tiles(field.ID) {
			if err != nil {
				t.Fatal(err)
			}
			if zooms[tile.Zoom] {
				continue
			}
			zooms[tile.Zoom] = true
			value, err := tile.Read()
			if err != nil {
				t.Fatal(err)
			}
			var indices [archive.TilePixels]byte
			if err := archive.DecodeIndices(value, &indices); err != nil {
				t.Fatal(err)
			}
			palette := field.Palette(layer, tile.Zoom)
			resp, body := get(t, "GET", server.URL()+tilePath(layer.ID, tile), nil)
			if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "image/png" {
				t.Fatalf("%s: status %d, %s", tilePath(layer.ID, tile), resp.StatusCode, resp.Header.Get("Content-Type"))
			}
			picture, err := png.Decode(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			shown := 0
			for k, index := range indices {
				want := palette[index]
				got := color.NRGBAModel.Convert(picture.At(k%256, k/256)).(color.NRGBA)
				if want[3] == 0 && got.A == 0 {
					continue
				}
				if shown++; got != (color.NRGBA{want[0], want[1], want[2], want[3]}) {
					t.Fatalf("%s: pixel %d is %v, its index %d has %v", tilePath(layer.ID, tile), k, got, index, want)
				}
			}
			if shown == 0 {
				t.Errorf("%s shows nothing", tilePath(layer.ID, tile))
			}
		}
		if len(zooms) != 3 {
			t.Errorf("%s has tiles of %d zooms", layer.ID, len(zooms))
		}
	}
}

// TestTilesOfMBTiles checks that the other kind of archive gives the same tiles, to many clients at a time.
func TestTilesOfMBTiles(t *testing.T) {
	dir, err := builtMBTiles()
	if err != nil {
		t.Fatal(err)
	}
	pmtiles := builtSite(t)
	s := openArchive(t, pmtiles)
	a, b := startBuilt(t, pmtiles), startBuilt(t, dir)
	resp, file := get(t, "GET", b.URL()+"heatmap.mbtiles", map[string]string{"Range": "bytes=0-15"})
	if resp.StatusCode != 206 || file != "SQLite format 3\x00" || resp.Header.Get("Content-Type") != "application/vnd.sqlite3" {
		t.Errorf("the archive: status %d, %q", resp.StatusCode, file)
	}
	var clients sync.WaitGroup
	for i := range s.Meta.Layers {
		layer := &s.Meta.Layers[i]
		path := tilePath(layer.ID, someTile(t, s, layer.Field))
		_, want := get(t, "GET", a.URL()+path, nil)
		for range 2 {
			clients.Go(func() {
				if resp, err := http.Get(b.URL() + path); err != nil {
					t.Error(err)
				} else if got, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 || string(got) != want {
					t.Errorf("/%s: status %d, %d bytes, want %d: %v", path, resp.StatusCode, len(got), len(want), err)
				}
			})
		}
	}
	clients.Wait()
}

func TestTileWhereNothingIs(t *testing.T) {
	server := startBuilt(t, builtSite(t))
	resp, body := get(t, "GET", server.URL()+"tiles/pace/12/0/4095.png", nil)
	if resp.StatusCode != 200 || resp.Header.Get("ETag") == "" {
		t.Fatalf("status %d, ETag %q", resp.StatusCode, resp.Header.Get("ETag"))
	}
	picture, err := png.Decode(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds() != image.Rect(0, 0, 256, 256) || len(body) > 200 {
		t.Errorf("a picture of %v in %d bytes", picture.Bounds(), len(body))
	}
	for y := range 256 {
		for x := range 256 {
			if _, _, _, a := picture.At(x, y).RGBA(); a != 0 {
				t.Fatalf("pixel %d, %d has alpha %d", x, y, a)
			}
		}
	}
}

func TestTileNames(t *testing.T) {
	dir := builtSite(t)
	server := startBuilt(t, dir)
	tile := someTile(t, openArchive(t, dir), "visits")
	good := tilePath("pace", tile)
	z := fmt.Sprintf("/%d/", tile.Zoom)
	for path, want := range map[string]int{
		good:                                   200,
		good + "?token=whatever":               200,
		"tiles/pace/9/1/1.png":                 404,
		"tiles/pace/13/1/1.png":                404,
		"tiles/pace/12/4096/0.png":             404,
		"tiles/pace/12/0/4096.png":             404,
		"tiles/pace/12/-1/0.png":               404,
		"tiles/pace/12/+1/0.png":               404,
		"tiles/pace/12/01/0.png":               404,
		"tiles/pace/12/1/0.PNG":                404,
		"tiles/pace/12/1/0":                    404,
		"tiles/pace/12/1/0.jpg":                404,
		"tiles/pace/12/1/0/0.png":              404,
		"tiles/pace/12//0.png":                 404,
		"tiles/pace/12/1e3/0.png":              404,
		"tiles/pace/12/99999999999999/0.png":   404,
		"tiles/pace/255/0/0.png":               404,
		"tiles/pace/12/1/1@2x.png":             404,
		"tiles/visits" + z + "0/0.png":         404, // a field, but no layer
		"tiles/nothing" + z + "0/0.png":        404,
		"tiles//12/1/1.png":                    404,
		"tiles/../index.html":                  404,
		"tiles/%2e%2e/index.html":              404,
		"tiles/..%2findex.html":                404,
		"tiles/pace/..%2f..%2fheatmap.pmtiles": 404,
		"tiles/pace":                           404,
		"tiles/pace/":                          404,
		"tiles/pace.json/":                     404,
		"tiles/.json":                          404,
		"tiles/visits.json":                    404,
		"tiles/pace.json":                      200,
		"tiles.json":                           200,
		"tiles/":                               200,
		"Tiles/":                               404,
		"tiles.json/":                          404,
		"tilesx":                               404,
	} {
		// A bare request, as a client would tidy up the path.
		if got := ask(t, server, "GET /"+path, ""); got.StatusCode != want {
			t.Errorf("/%s: status %d, want %d", path, got.StatusCode, want)
		}
	}
	if got := ask(t, server, "GET /tiles", ""); got.StatusCode != 302 || got.Header.Get("Location") != "/tiles/" {
		t.Errorf("/tiles: status %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		for _, path := range []string{good, "tiles/", "tiles.json"} {
			if got := ask(t, server, method+" /"+path, ""); got.StatusCode != 405 || got.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s /%s: status %d, Allow %q", method, path, got.StatusCode, got.Header.Get("Allow"))
			}
		}
	}
}

func TestTileConditions(t *testing.T) {
	dir := builtSite(t)
	server := startBuilt(t, dir)
	tile := someTile(t, openArchive(t, dir), "visits")
	address := server.URL() + tilePath("all", tile)
	first, body := get(t, "GET", address, map[string]string{"Accept-Encoding": "gzip"})
	etag := first.Header.Get("ETag")
	for name, want := range map[string]string{
		"Cache-Control": "no-cache", "Content-Encoding": "", "Accept-Ranges": "bytes", "Vary": "Origin, Sec-Fetch-Site",
		"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "", "X-Content-Type-Options": "nosniff",
	} {
		if got := strings.Join(first.Header.Values(name), ", "); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if resp, head := get(t, "HEAD", address, nil); resp.StatusCode != 200 || head != "" || resp.ContentLength != int64(len(body)) || resp.Header.Get("ETag") != etag {
		t.Errorf("HEAD: status %d, length %d of %d", resp.StatusCode, resp.ContentLength, len(body))
	}
	for _, test := range []struct {
		name   string
		header map[string]string
		status int
		body   string
	}{
		{"same ETag", map[string]string{"If-None-Match": etag}, 304, ""},
		{"other ETag", map[string]string{"If-None-Match": `"x"`}, 200, body},
		{"one of several ETags", map[string]string{"If-None-Match": `"x", ` + etag}, 304, ""},
		{"not changed since", map[string]string{"If-Modified-Since": first.Header.Get("Last-Modified")}, 304, ""},
		{"changed since", map[string]string{"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200, body},
		{"other ETag goes before date", map[string]string{"If-None-Match": `"x"`, "If-Modified-Since": first.Header.Get("Last-Modified")}, 200, body},
		{"range", map[string]string{"Range": "bytes=0-7"}, 206, body[:8]},
		{"range of this version", map[string]string{"Range": "bytes=0-7", "If-Range": etag}, 206, body[:8]},
		{"range of another version", map[string]string{"Range": "bytes=0-7", "If-Range": `"x"`}, 200, body},
		{"range beyond", map[string]string{"Range": "bytes=999999-"}, 416, "invalid range: failed to overlap\n"},
	} {
		if resp, got := get(t, "GET", address, test.header); resp.StatusCode != test.status || got != test.body {
			t.Errorf("%s: status %d and %d bytes, want %d and %d", test.name, resp.StatusCode, len(got), test.status, len(test.body))
		}
	}
	if resp, _ := get(t, "GET", server.URL()+tilePath("top", tile), nil); resp.Header.Get("ETag") == etag {
		t.Error("two layers have one ETag")
	}
}

// TestTileJSON holds every description to the specification, and asks for the tile that it leads to.
func TestTileJSON(t *testing.T) {
	dir := builtSite(t)
	s := openArchive(t, dir)
	server := startBuilt(t, dir)
	_, list := get(t, "GET", server.URL()+"tiles.json", nil)
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(list), &all); err != nil || len(all) != 10 {
		t.Fatalf("the list has %d layers: %v", len(all), err)
	}
	tile := someTile(t, s, "visits")
	for i, layer := range s.Meta.Layers {
		resp, text := get(t, "GET", server.URL()+"tiles/"+layer.ID+".json", nil)
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json" || text != string(all[i]) {
			t.Fatalf("%s: status %d, %s, %s", layer.ID, resp.StatusCode, resp.Header.Get("Content-Type"), text)
		}
		var d struct {
			TileJSON, Name, Description, Attribution, Legend, Scheme string
			Tiles                                                    []string
			MinZoom, MaxZoom                                         *int
			Bounds, Center                                           []float64
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		if d.TileJSON != "3.0.0" || d.Scheme != "xyz" || d.Name != builtTitle+": "+layer.Title || d.Description != layer.Description {
			t.Errorf("%s: %s", layer.ID, text)
		}
		if strings.ContainsAny(d.Attribution+d.Legend, "<>") || d.Legend == "" {
			t.Errorf("%s: attribution %q and legend %q could be taken for HTML", layer.ID, d.Attribution, d.Legend)
		}
		if *d.MinZoom != 10 || *d.MaxZoom != 12 || len(d.Bounds) != 4 || len(d.Center) != 3 {
			t.Fatalf("%s: %s", layer.ID, text)
		}
		b, c := d.Bounds, d.Center
		if !(-180 <= b[0] && b[0] <= c[0] && c[0] <= b[2] && b[2] <= 180 && -90 <= b[1] && b[1] <= c[1] && c[1] <= b[3] && b[3] <= 90 && c[2] >= 10 && c[2] <= 12) {
			t.Errorf("%s: bounds %v, centre %v", layer.ID, b, c)
		}
		if len(d.Tiles) != 1 || !strings.HasPrefix(d.Tiles[0], server.URL()) {
			t.Fatalf("%s: tiles %v", layer.ID, d.Tiles)
		}
		address := strings.NewReplacer("{z}", fmt.Sprint(tile.Zoom), "{x}", fmt.Sprint(tile.X), "{y}", fmt.Sprint(tile.Y)).Replace(d.Tiles[0])
		if resp, _ := get(t, "GET", address, nil); resp.StatusCode != 200 {
			t.Errorf("%s: status %d", address, resp.StatusCode)
		}
	}
	// The address is the one that the client came by.
	host := fmt.Sprintf("localhost:%d", server.Port())
	if _, text := get(t, "GET", server.URL()+"tiles/pace.json", map[string]string{"Host": host}); !strings.Contains(text, `"http://`+host+`/tiles/pace/`) {
		t.Errorf("by another name: %s", text)
	}
}

func TestBoundsAcrossTheAntimeridian(t *testing.T) {
	if got := simpleBounds([4]float64{179, -20, 181, -10}); got != [4]float64{-180, -20, 180, -10} {
		t.Error(got)
	}
	if got := simpleBounds([4]float64{7, 47, 8, 48}); got != [4]float64{7, 47, 8, 48} {
		t.Error(got)
	}
}

func TestEnds(t *testing.T) {
	pace, hill := &layers.Layer{Unit: "m/s"}, &layers.Layer{Unit: "m/100m"}
	field := func(lo, hi float64) *generator.FieldMetadata {
		return &generator.FieldMetadata{Zooms: []generator.ZoomMetadata{{Zoom: 14, Hi: 1}, {Zoom: 15, Lo: lo, Hi: hi}}}
	}
	for _, c := range []struct {
		layer  *layers.Layer
		lo, hi float64
		manner legend.Manner
		want   string
	}{
		{pace, 2, 10.0 / 3, legend.Running, "8:20 min/km to 5:00 min/km at zoom 15"},
		{pace, 0, 10.0 / 3, legend.Running, "standing to 5:00 min/km at zoom 15"},
		{pace, 2, 10, legend.Riding, "7.2 km/h to 36 km/h at zoom 15"},
		{hill, 0, 2.5, legend.Running, "0 m per 100 m to 2.5 m per 100 m at zoom 15"},
	} {
		if got := strings.ReplaceAll(ends(c.layer, field(c.lo, c.hi), c.manner), legend.Narrow, " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if got := ends(pace, &generator.FieldMetadata{}, legend.Running); got != "" {
		t.Errorf("of a layer that shows nothing: %q", got)
	}
}

func TestUnreadableArchive(t *testing.T) {
	dir := newSite(t)
	server := startBuilt(t, dir)
	for _, path := range []string{"tiles/", "tiles.json", "tiles/pace.json", "tiles/pace/12/1/1.png"} {
		if resp, body := get(t, "GET", server.URL()+path, nil); resp.StatusCode != 404 || !strings.Contains(body, "heatmapgen verify") || strings.Contains(body, dir) {
			t.Errorf("/%s of no archive of ours: status %d, %q", path, resp.StatusCode, body)
		}
	}
	// A tile with a flipped bit is one that cannot be shown; the rest can.
	dir = builtSite(t)
	s := openArchive(t, dir)
	tile := someTile(t, s, "visits")
	value, err := tile.Read()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "heatmap.pmtiles")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(file, value)
	file[at+len(value)/2] ^= 1
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	server = startBuilt(t, dir)
	if resp, body := get(t, "GET", server.URL()+tilePath("all", tile), nil); resp.StatusCode != 500 || !strings.Contains(body, "heatmapgen verify") {
		t.Errorf("damaged tile: status %d, %q", resp.StatusCode, body)
	}
	if resp, _ := get(t, "GET", server.URL()+"tiles/all.json", nil); resp.StatusCode != 200 {
		t.Errorf("description beside a damaged tile: %d", resp.StatusCode)
	}
}

// ask sends one bare request with the given header lines and returns the answer, its body read and put back.
func ask(t *testing.T, s *Server, request, header string) *http.Response {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return askHost(t, s, request, u.Host, header)
}
