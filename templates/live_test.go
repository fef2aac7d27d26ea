package templates_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"heatmapgen/templates/browsertest"
)

// liveHarness serves a bare map that draws made-up tracks live, and returns its URL.
func liveHarness(t *testing.T) string {
	t.Helper()
	viewer, err := filepath.Abs("viewer")
	if err != nil {
		t.Fatal(err)
	}
	worker, err := os.ReadFile(filepath.Join(viewer, "node_modules", "maplibre-gl", "dist", "maplibre-gl-worker.mjs"))
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skip("the npm packages are missing: run npm ci in templates/viewer")
		}
		t.Fatal(err)
	}
	worker = regexp.MustCompile(`export\{\w+ as default\};`).ReplaceAll(worker, nil)
	built := api.Build(api.BuildOptions{
		AbsWorkingDir: viewer,
		EntryPoints:   []string{"./test/harness/live.ts"},
		Bundle:        true,
		Format:        api.FormatIIFE,
		Platform:      api.PlatformBrowser,
		LogOverride:   map[string]api.LogLevel{"empty-import-meta": api.LogLevelSilent},
	})
	for _, m := range built.Errors {
		t.Fatal(m.Text)
	}
	const page = `<!doctype html><link rel="icon" href="data:,"><title>Live</title><style>html,body,#map{margin:0;height:100%}</style>
<div id="map"></div><script src="live.js"></script>`
	mux := http.NewServeMux()
	serveText := func(path, kind string, body []byte) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			w.Write(body)
		})
	}
	serveText("/{$}", "text/html", []byte(page))
	serveText("/live.js", "text/javascript", built.OutputFiles[0].Contents)
	serveText("/worker.js", "text/javascript", worker)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// openLive opens the harness with so many made-up activities of so many segments.
func openLive(t *testing.T, activities, segments int) *browsertest.Tab {
	t.Helper()
	url := liveHarness(t)
	tab := open(t, sharedBrowser(t), browsertest.View{Width: 640, Height: 480})
	load(t, tab, url)
	await[any](t, tab, fmt.Sprintf("live.open(%d, %d)", activities, segments))
	return tab
}

// TestLiveIsPaintedAlike holds what the GPU draws against what the processor does, which the
// viewer's unit tests hold against the definitions.
func TestLiveIsPaintedAlike(t *testing.T) {
	tab := openLive(t, 60, 120)
	for _, c := range []struct {
		field string
		zoom  int
		part  float64
		local bool
	}{
		{"visits", 12, 1, false}, {"visits", 14, 1, false}, {"visits", 16, 1, false},
		{"visits", 14, 0.5, false}, {"visits", 14, 1, true}, {"fresh12", 13, 1, false},
		{"pace", 12, 1, false}, {"pace", 14, 1, false}, {"pace", 16, 1, false},
		{"recency", 12, 1, false}, {"recency", 14, 1, false}, {"recency", 16, 1, false},
		{"hills", 12, 1, false}, {"hills", 14, 1, false}, {"hills", 16, 1, false},
		{"heartrate", 14, 1, false}, {"steepness", 15, 1, false}, {"direction", 14, 0.3, false},
		{"visits", 4, 1, false},
	} {
		name := fmt.Sprintf("%s at zoom %d, part %g, local %t", c.field, c.zoom, c.part, c.local)
		d := await[struct {
			Path           string
			Lit, Off, Most int
			Value          float64
			Values         int
		}](t, tab, fmt.Sprintf("live.compare(%q, %d, %g, %t)", c.field, c.zoom, c.part, c.local))
		t.Logf("%s: %+v", name, d)
		if d.Path != "gpu" {
			t.Errorf("%s: painted by %q", name, d.Path)
		}
		// Pixels whose centres lie on the very rim of the pen may fall to either side.
		if d.Off > d.Lit/200 {
			t.Errorf("%s: %d of %d pixels differ, by up to %d", name, d.Off, d.Lit, d.Most)
		}
		if c.zoom > 4 && (d.Lit < 1000 || d.Values < 5) {
			t.Errorf("%s: only %d pixels and %d values to compare", name, d.Lit, d.Values)
		}
	}
	picture(t, tab, "live")
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("console: %q", errs)
	}
}
