package templates_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// chromium is the browser that the tests share, a tab each.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel func()
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	os.Exit(code)
}

// sharedBrowser returns the browser that the tests share.
func sharedBrowser(t *testing.T) context.Context {
	t.Helper()
	chromium.once.Do(func() {
		chromium.ctx, chromium.cancel, chromium.err = browsertest.Start(context.Background(), nil)
	})
	browsertest.Must(t, chromium.err)
	return chromium.ctx
}

// desk is the smallest window with all panels as cards: drawing is in software, and
// every pixel costs.
var desk = browsertest.View{Width: 800, Height: 600}

// plain is a page that asks nobody but its own host for anything.
var plain = templates.Page{Title: "My heatmap", DefaultBasemap: templates.BasemapNone}

// noGrid takes the grid of degrees away, where pixels of heat are looked for.
const noGrid = `heatmapgen.map.setLayoutProperty("grid", "visibility", "none");`

// open opens a tab of which the test's end takes care.
func open(t *testing.T, ctx context.Context, v browsertest.View) *browsertest.Tab {
	t.Helper()
	tab, err := browsertest.Open(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	return tab
}

func load(t *testing.T, tab *browsertest.Tab, url string) {
	t.Helper()
	if err := tab.Load(url); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
}

func await[T any](t *testing.T, tab browsertest.Page, expression string) T {
	t.Helper()
	v, err := browsertest.Await[T](tab, expression)
	if err != nil {
		t.Fatalf("%s: %v; console: %q", expression, err, tab.Errors())
	}
	return v
}

func until(t *testing.T, tab browsertest.Page, expression string) {
	t.Helper()
	if err := browsertest.Until(tab, expression); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
}

// makeArchive writes a fixture and returns its path.
func makeArchive(t *testing.T, opts fixture.Options) string {
	t.Helper()
	return makeFile(t, "heatmap.pmtiles", opts)
}

// makeMBTiles is makeArchive in the other format.
func makeMBTiles(t *testing.T, opts fixture.Options) string {
	t.Helper()
	return makeFile(t, "heatmap.mbtiles", opts)
}

func makeFile(t *testing.T, name string, opts fixture.Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := fixture.Write(path, opts); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve serves a page and its archive.
func serve(t *testing.T, p templates.Page, archivePath string) string {
	t.Helper()
	site, err := browsertest.Site(p, archivePath)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return server.URL
}

// press clicks a radio button of the panel, as a keyboard would.
func press(name, value string) string {
	return fmt.Sprintf(`document.querySelector('input[name=%s][value="%s"]').click()`, name, value)
}

// state is the part of the page's state that tests look at.
type state struct {
	Layer    string
	Basemap  string
	Fallback bool
	Message  string
	Zoom     float64
	Center   [2]float64 // longitude, latitude
	Opacity  float64
	TileZoom int
	Requests int
	Legend   []string
	Notices  []string
	// PanelHidden tells whether the card of layers is put away.
	PanelHidden bool
	Layers      []struct {
		ID        string
		Available bool
	}
}

func stateOf(t *testing.T, tab browsertest.Page) state {
	t.Helper()
	return await[state](t, tab, "heatmapgen.state()")
}

// comparePixels compares what the page draws with the decoded archive, for the
// given layers or all ten.
func comparePixels(t *testing.T, tab browsertest.Page, path string, lon, lat float64, zooms []uint8, layers ...string) {
	t.Helper()
	if len(layers) == 0 {
		for _, l := range stateOf(t, tab).Layers {
			layers = append(layers, l.ID)
		}
	}
	for _, zoom := range zooms {
		for _, layer := range layers {
			d, err := browsertest.ComparePixels(tab, path, layer, zoom, lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			if d.Lit < 1000 {
				t.Errorf("%s at zoom %d: only %d pixels with heat, so nothing is compared", layer, zoom, d.Lit)
			}
			if d.Off > d.Lit/1000 {
				t.Errorf("%s at zoom %d: %d of %d pixels differ, by up to %d", layer, zoom, d.Off, d.Lit, d.Most)
			}
		}
	}
}

// picture keeps a picture of the tab where HEATMAPGEN_PICTURES names a folder.
func picture(t *testing.T, tab interface{ Screenshot() ([]byte, error) }, name string) {
	t.Helper()
	if os.Getenv("HEATMAPGEN_PICTURES") == "" {
		return
	}
	png, err := tab.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, name, png)
}

// keepPicture keeps a PNG file where picture does.
func keepPicture(t *testing.T, name string, png []byte) {
	t.Helper()
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
