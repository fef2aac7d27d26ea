package templates_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// A traffic counts what a handler sends of an archive.
type traffic struct {
	http.Handler
	mu       sync.Mutex
	requests int
	bytes    int64
}

func (c *traffic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/heatmap.") {
		c.Handler.ServeHTTP(w, r)
		return
	}
	counted := &countingWriter{ResponseWriter: w}
	c.Handler.ServeHTTP(counted, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.bytes += counted.bytes
}

// take returns what was sent since it was called last.
func (c *traffic) take() (requests int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	requests, bytes = c.requests, c.bytes
	c.requests, c.bytes = 0, 0
	return requests, bytes
}

type countingWriter struct {
	http.ResponseWriter
	bytes int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// TestRequests holds what views cost, in either format. HEATMAPGEN_ARCHIVES names archives of your own to
// measure instead, separated as in PATH (docs/benchmarks.md).
func TestRequests(t *testing.T) {
	ctx := sharedBrowser(t)
	archives := filepath.SplitList(os.Getenv("HEATMAPGEN_ARCHIVES"))
	measured := len(archives) > 0
	if !measured {
		archives = []string{makeArchive(t, fixture.Options{}), makeMBTiles(t, fixture.Options{})}
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			site, err := browsertest.Site(plain, path)
			if err != nil {
				t.Fatal(err)
			}
			sent := &traffic{Handler: site}
			server := httptest.NewServer(sent)
			defer server.Close()
			tab := open(t, ctx, wide)
			load(t, tab, server.URL)
			for _, step := range []struct {
				name, do string
				most     int // requests
			}{
				{"first view", "", 4},
				{"zoom 14", "heatmapgen.map.setZoom(13)", 2}, // MapLibre's zooms are of tiles of 512 pixels
				{"another layer", press("layer", "pace"), 3},
				{"zoom 17", "heatmapgen.map.setZoom(16)", 2},
				{"a pan by the map's width", "heatmapgen.map.panBy([1024, 0], { duration: 0 })", 2},
				// The page asks for one range, or for a few pages; the browser for what it has not kept of the range.
				{"the lines", `document.querySelector('[data-preset="2025"]').click()`, 4},
			} {
				if measured && step.name == "the lines" && !await[bool](t, tab, `Promise.resolve(document.querySelector('[data-preset="2025"]') !== null)`) {
					continue // a site without them
				}
				await[bool](t, tab, step.do+"; heatmapgen.idle().then(() => true)")
				n, bytes := sent.take()
				t.Logf("%s: %d requests, %.0f kB", step.name, n, float64(bytes)/1000)
				if n > step.most && !measured {
					t.Errorf("%s: %d requests, more than %d", step.name, n, step.most)
				}
			}
			noErrors(t, tab)
		})
	}
}
