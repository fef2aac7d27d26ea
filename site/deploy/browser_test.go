package deploy

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/templates/browsertest"
)

// A visitor is a tab at a map that is deployed to a folder.
type visitor struct {
	*browsertest.Tab
	t   *testing.T
	url string
}

// visitFolder opens the page in a folder in a real browser.
func visitFolder(t *testing.T, folder string) *visitor {
	t.Helper()
	browser := browsertest.MustStart(t, nil)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(server.Close)
	tab, err := browsertest.Open(browser, browsertest.View{Width: 400, Height: 300})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	v := &visitor{tab, t, server.URL}
	v.reload()
	return v
}

func (v *visitor) reload() {
	v.t.Helper()
	if err := v.Load(v.url); err != nil {
		v.t.Fatal(err)
	}
}

// sees checks that the page shows a site.
func (v *visitor) sees(s *Site, zoom uint8) {
	v.t.Helper()
	// The centre of the demo's town.
	d, err := v.ComparePixels(s.Archive, "all", zoom, 9.747, 47.503)
	if err != nil {
		v.t.Fatal(err)
	}
	if d.Lit < 500 || d.Off > 0 {
		v.t.Errorf("at zoom %d %d of %d pixels are not those of %s", zoom, d.Off, d.Lit, s.Name)
	}
}

// TestOpenPageInBrowser: a page that was open before a deploy goes on with its own archive if the new one shows no less; after a reload it
// shows the new one.
func TestOpenPageInBrowser(t *testing.T) {
	first, second := open(t, built(t, config.FormatPMTiles, 2)), open(t, builtTo(t, config.FormatPMTiles, 2, 13))
	folder := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, folder)
	mustPut(t, p, first, 1)
	v := visitFolder(t, folder)
	v.sees(first, 11)
	plan, err := p.Plan(context.Background(), second, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Run(context.Background(), nil, func(Step) {}); err != nil {
		t.Fatal(err)
	}
	same(t, plan.Kept, first.Name)
	v.sees(first, 12) // which it has not loaded before
	v.reload()
	v.sees(second, 13)
	if errs := v.Errors(); len(errs) > 0 {
		t.Errorf("the console has %q", errs)
	}
	for _, url := range v.Requests() {
		if strings.Contains(url, "pmtiles?") || strings.HasSuffix(url, "/heatmap.pmtiles") {
			t.Errorf("the page asked for %s", url)
		}
	}
}

// TestPageOfARemovedArchiveInBrowser: a page that was open before a deploy that shows less becomes the new one by itself.
func TestPageOfARemovedArchiveInBrowser(t *testing.T) {
	first, second := open(t, built(t, config.FormatPMTiles, 2)), open(t, built(t, config.FormatPMTiles, 3))
	folder := filepath.Join(t.TempDir(), "www")
	p, _ := folderPlace(t, folder)
	mustPut(t, p, first, 1)
	v := visitFolder(t, folder)
	v.sees(first, 11)
	did := mustPut(t, p, second, 1)
	same(t, did, "upload archive "+second.Name, "upload page index.html", "remove archive "+first.Name)
	if _, err := browsertest.Await[bool](v.Tab, `window.before = true; document.querySelector('input[name=layer][value=fresh36]').click(); true`); err != nil {
		t.Fatal(err)
	}
	// Waiting ends with the page that it began in.
	const renewed = `window.before === undefined && window.heatmapgen?.state().layer === "fresh36"`
	for try := 0; ; try++ {
		err := browsertest.Until(v.Tab, renewed)
		if err == nil {
			break
		}
		if try == 5 {
			t.Fatalf("%v; console: %q", err, v.Errors())
		}
	}
	v.sees(second, 12)
}
