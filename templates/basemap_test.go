package templates_test

import (
	"fmt"
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
	if s.Basemap != "dark" || !slices.Contains(s.Notices, "No basemap right now\u00a0- showing a grid and coastlines.") {
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

// coastAt moves the map and counts the pixels drawn that are not of the bare ground.
const coastAt = `(async (lon, lat, zoom) => {
	const { map } = heatmapgen;
	map.jumpTo({ center: [lon, lat], zoom });
	await heatmapgen.idle();
	map.redraw();
	const gl = map.getCanvas().getContext("webgl2");
	const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
	const pixels = new Uint8Array(w * h * 4);
	gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
	let n = 0;
	for (let i = 0; i < pixels.length; i += 4) n += Math.abs(pixels[i] - 0x0f) + Math.abs(pixels[i + 1] - 0x12) + Math.abs(pixels[i + 2] - 0x16) > 24;
	return n;
})`

// TestGrid sees the grid of degrees inland, where no coast is, and none of it under a basemap.
func TestGrid(t *testing.T) {
	ctx := sharedBrowser(t)
	tab := open(t, ctx, desk)
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{})))
	await[bool](t, tab, `heatmapgen.map.setLayoutProperty("coast", "visibility", "none"); true`)
	lines := func() int { return await[int](t, tab, fmt.Sprintf("%s(%g, %g, %g)", coastAt, 8.0, 48.6, 11.0)) }
	if n := lines(); n < 500 {
		t.Errorf("%d pixels of a grid", n)
	}
	picture(t, tab, "grid")
	await[bool](t, tab, press("basemap", "dark")+"; true")
	if shown := await[string](t, tab, `heatmapgen.map.getLayoutProperty("grid", "visibility")`); shown != "none" {
		t.Errorf("the grid is %s", shown)
	}
}

// Coastlines are tiles that the page draws, without a request and without MapLibre's worker.
func TestCoastlines(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{}) // in the Black Forest, far from any coast
	tab := open(t, ctx, desk)
	load(t, tab, serve(t, plain, path))
	await[bool](t, tab, "heatmapgen.map.setMinZoom(0); true") // below the heat's zooms, as an archive with more of them would
	await[bool](t, tab, noGrid+"true")
	before := len(tab.Requests())
	count := func(lon, lat, zoom float64) int {
		return await[int](t, tab, fmt.Sprintf("%s(%g, %g, %g)", coastAt, lon, lat, zoom))
	}
	for _, c := range []struct {
		where          string
		lon, lat, zoom float64
	}{
		{"the world", 10, 30, 1}, {"Portugal", -9.5, 38.8, 6.4}, {"Cabo da Roca", -9.5, 38.8, 8}, {"Fiji, across the antimeridian", 180, -16.8, 6},
	} {
		if n := count(c.lon, c.lat, c.zoom); n < 100 {
			t.Errorf("%s: %d pixels of coastlines", c.where, n)
		}
	}
	picture(t, tab, "coastlines")
	if n := count(-140, -40, 5); n != 0 {
		t.Errorf("the Pacific: %d pixels of coastlines", n)
	}
	// The same place from both sides, each of which shows the world's copy beyond.
	if east, west := count(179.99, -16.8, 6), count(-180.01, -16.8, 6); east != west {
		t.Errorf("the antimeridian: %d pixels from the west, %d from the east", east, west)
	}
	// Moving as hands do.
	await[bool](t, tab, `new Promise((done) => {
		heatmapgen.map.once("moveend", () => heatmapgen.idle().then(() => done(true)));
		heatmapgen.map.flyTo({ center: [-4, 50], zoom: 5, duration: 600 });
	})`)
	if n := count(-4, 50, 5); n < 100 {
		t.Errorf("after a flight: %d pixels of coastlines", n)
	}
	for _, r := range tab.Requests()[before:] {
		if !strings.Contains(r, "heatmap.pmtiles") {
			t.Errorf("coastlines asked for %s", r)
		}
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}
