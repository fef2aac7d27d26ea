package templates_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

func TestBasemapFallback(t *testing.T) {
	ctx := sharedBrowser(t) // which resolves no foreign host
	path := makeArchive(t, fixture.Options{})
	tab := open(t, ctx, desk)
	load(t, tab, serve(t, templates.Page{Title: "My heatmap"}, path))
	until(t, tab, "heatmapgen.state().fallback")
	s := stateOf(t, tab)
	if s.Basemap != "dark" || !slices.Contains(s.Notices, "No basemap right now\u00a0- showing coastlines.") {
		t.Errorf("state %+v", s)
	}
	if shown := await[string](t, tab, `heatmapgen.map.getLayoutProperty("coast", "visibility")`); shown != "visible" {
		t.Errorf("coastlines are %s", shown)
	}
	picture(t, tab, "basemap-gone")
	// Trying again asks again.
	before := len(tab.Requests())
	await[bool](t, tab, `document.querySelector(".notice .text").click(); true`)
	until(t, tab, "heatmapgen.state().fallback")
	if len(tab.Requests()) == before {
		t.Error("trying again asked for nothing")
	}
	for _, e := range tab.Errors() {
		if !strings.HasPrefix(e, "network") {
			t.Error(e)
		}
	}
	await[bool](t, tab, press("basemap", "none")+"; true")
	if s := stateOf(t, tab); s.Fallback || len(s.Notices) > 0 {
		t.Errorf("state %+v", s)
	}
}

func TestBasemapAnswers(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	page := templates.Page{DefaultBasemap: "mine", Basemaps: []templates.Basemap{
		{ID: "mine", Title: "Mine", URL: "/streets/{z}/{x}/{y}.png", Attribution: `<b>Me</b>`},
		{ID: "archive", Title: "Archive", PMTiles: "/heatmap.pmtiles"},
	}}
	site, err := browsertest.Site(page, path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("GET /streets/{z}/{x}/{y}", drawnStreets)
	server := httptest.NewServer(mux)
	defer server.Close()
	tab := open(t, ctx, desk)
	load(t, tab, server.URL)
	for _, id := range []string{"mine", "archive"} {
		await[bool](t, tab, press("basemap", id)+"; heatmapgen.idle().then(() => true)")
		if s := stateOf(t, tab); s.Fallback || s.Basemap != id || len(s.Notices) > 0 {
			t.Errorf("state %+v", s)
		}
	}
	await[bool](t, tab, press("basemap", "mine")+"; true")
	if got := await[string](t, tab, `document.querySelector(".credits").textContent`); got != "\u00a9 <b>Me</b> \u00b7 heatmapgen" {
		t.Errorf("credits %q", got)
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}
