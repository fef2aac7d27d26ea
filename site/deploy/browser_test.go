package deploy

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/templates/browsertest"
)

// TestOpenPageInBrowser: a page that was open before a deploy goes on with its own archive; after a reload it shows the new one.
func TestOpenPageInBrowser(t *testing.T) {
	browser, stop, err := browsertest.Start(t.Context(), nil)
	if errors.Is(err, browsertest.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	first, second := open(t, built(t, config.FormatPMTiles, 2)), open(t, built(t, config.FormatPMTiles, 3))
	folder := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, folder)
	mustPut(t, p, first, 1)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()

	tab, err := browsertest.Open(browser, browsertest.View{Width: 400, Height: 300})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Cancel()
	shows := func(s *Site, zoom uint8) {
		t.Helper()
		// The centre of the demo's town.
		d, err := tab.ComparePixels(s.Archive, "all", zoom, 9.747, 47.503)
		if err != nil {
			t.Fatal(err)
		}
		if d.Lit < 500 || d.Off > 0 {
			t.Errorf("at zoom %d %d of %d pixels are not those of %s", zoom, d.Off, d.Lit, s.Name)
		}
	}
	if err := tab.Load(server.URL); err != nil {
		t.Fatal(err)
	}
	shows(first, 11)
	plan, err := p.Plan(context.Background(), second, 1)
	if err != nil {
		t.Fatal(err)
	}
	err = plan.Run(context.Background(), nil, func(step Step) {
		if step.Kind == UploadArchive {
			shows(first, 12)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	shows(first, 11)
	shows(first, 12)
	if err := tab.Load(server.URL); err != nil {
		t.Fatal(err)
	}
	shows(second, 12)
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("the console has %q", errs)
	}
	for _, url := range tab.Requests() {
		if strings.Contains(url, "pmtiles?") || strings.HasSuffix(url, "/heatmap.pmtiles") {
			t.Errorf("the page asked for %s", url)
		}
	}
}
