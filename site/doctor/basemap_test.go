package doctor

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/vectormap"
)

// TestBasemap checks a site with a map of its own, here and on a host, whole and without it.
func TestBasemap(t *testing.T) {
	dir, settings := copyBuilt(t)
	town := &vectormap.Map{Schema: vectormap.Protomaps, Lon: 7.8, Lat: 48, ReachDeg: 0.2, MinZoom: 5, MaxZoom: 10}
	if err := town.Write(filepath.Join(dir, "area.pmtiles")); err != nil {
		t.Fatal(err)
	}
	alter(t, settings, "[render]", "[[page.basemap]]\nid = \"a\"\npmtiles = \"area.pmtiles\"\n[render]")
	cfg, err := config.Load(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := generator.HTML(t.Context(), cfg, generator.Options{}); err != nil {
		t.Fatal(err)
	}
	findings := func(r *Report) (level Level, text string) {
		t.Helper()
		for _, f := range r.Findings {
			if f.Check == "basemap" {
				level, text = f.Level, f.Text
			}
			if f.Check == "published" {
				t.Error(f.Text)
			}
		}
		return level, text
	}
	if level, text := findings(here(t, settings, options())); level != OK || !strings.Contains(text, "basemap.a.pmtiles is the one") {
		t.Error(level, text)
	}
	h := newHost(t)
	address := h.start()
	read := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, "site", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	h.page, h.archive = read("index.html"), read("heatmap.pmtiles")
	part := read("basemap.a.pmtiles")
	for _, c := range []struct {
		serve http.HandlerFunc
		level Level
		says  string
	}{
		{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-15/9999")
			w.WriteHeader(http.StatusPartialContent)
			w.Write(part[:16])
		}, OK, "comes in parts"},
		{func(w http.ResponseWriter, r *http.Request) { w.Write(part) }, Warning, "does not send parts"},
		{func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<!doctype html><p>Nothing here")) }, Warning, "is no basemap"},
		{http.NotFound, Warning, "status 404 (Not Found) in place of the basemap basemap.a.pmtiles"},
	} {
		h.before = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "basemap.") {
				return false
			}
			c.serve(w, r)
			return true
		}
		if level, text := findings(visitMap(t, address, nil, options())); level != c.level || !strings.Contains(text, c.says) {
			t.Errorf("%s: %v %s", c.says, level, text)
		}
	}
}
