package templates_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"heatmapgen/internal/vectormap"
	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// town is a vector map around the fixture's heat, by a name that is written to do harm.
func town(schema string) *vectormap.Map {
	return &vectormap.Map{
		Schema: schema, Name: "<b>Übel & Söhne</b>", MinZoom: 4, MaxZoom: 13, ReachDeg: 0.3,
		Lon: (fixture.Bounds[0] + fixture.Bounds[2]) / 2, Lat: (fixture.Bounds[1] + fixture.Bounds[3]) / 2,
	}
}

// serveVectors serves a page with vector maps in either schema: an archive, tiles, and a TileJSON; one archive is not there, and one cut off.
func serveVectors(t *testing.T, first string) string {
	t.Helper()
	extract := filepath.Join(t.TempDir(), "area.pmtiles")
	if err := town(vectormap.Protomaps).Write(extract); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /basemap.area.pmtiles", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		http.ServeFile(w, r, extract)
	})
	mux.HandleFunc("GET /cut/basemap.area.pmtiles", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "PMTiles\x03 and no more") })
	other := town(vectormap.OpenMapTiles)
	mux.HandleFunc("GET /tiles/{z}/{x}/{y}", func(w http.ResponseWriter, r *http.Request) {
		z, _ := strconv.ParseUint(r.PathValue("z"), 10, 8)
		x, _ := strconv.ParseUint(r.PathValue("x"), 10, 32)
		y, _ := strconv.ParseUint(strings.TrimSuffix(r.PathValue("y"), ".pbf"), 10, 32)
		tile, err := other.Tile(uint8(z), uint32(x), uint32(y))
		if err != nil || tile == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(tile)
	})
	mux.HandleFunc("GET /planet", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"tiles":["http://%s/tiles/{z}/{x}/{y}.pbf"],"minzoom":4,"maxzoom":13}`, r.Host)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	site, err := browsertest.Site(templates.Page{DefaultBasemap: first, Basemaps: []templates.Basemap{
		{ID: "area", Title: "Area", PMTiles: "basemap.area.pmtiles?v=1", Schema: templates.SchemaProtomaps, Attribution: "<i>Me</i>"},
		{ID: "tiles", Title: "Tiles", URL: server.URL + "/tiles/{z}/{x}/{y}.pbf", Schema: templates.SchemaOpenMapTiles, MaxZoom: 13},
		{ID: "planet", Title: "Planet", URL: server.URL + "/planet", Schema: templates.SchemaOpenMapTiles, MaxZoom: 14},
		{ID: "gone", Title: "Gone", PMTiles: "basemap.gone.pmtiles?v=1", Schema: templates.SchemaProtomaps},
		{ID: "cut", Title: "Cut", PMTiles: "cut/basemap.area.pmtiles", Schema: templates.SchemaProtomaps},
	}}, makeArchive(t, fixture.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", site)
	return server.URL
}

// layersOf is how many of the map's layers of the basemap lie above all heat, and how many below.
const layersOf = `(() => {
	const ids = heatmapgen.map.getLayersOrder();
	const heat = ids.flatMap((id, i) => (id.startsWith("heat") ? [i] : []));
	const own = ids.flatMap((id, i) => (id.startsWith("basemap-") ? [i] : []));
	return [own.filter((i) => i > Math.max(...heat)).length, own.filter((i) => i < Math.min(...heat)).length, own.length];
})()`

// shades counts the pixels of the map that are of a colour, to within so many steps a channel.
const shades = `((colour, off) => {
	const { map } = heatmapgen;
	map.redraw();
	const gl = map.getCanvas().getContext("webgl2");
	const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
	const pixels = new Uint8Array(w * h * 4);
	gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
	const want = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
	let n = 0;
	for (let i = 0; i < pixels.length; i += 4) n += want.every((v, k) => Math.abs(v - pixels[i + k]) <= off);
	return n;
})`

// TestVectorBasemap sees the colours and names of vector maps at three zooms, below what their tiles have, among it and beyond it.
func TestVectorBasemap(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serveVectors(t, "area")
	tab := open(t, ctx, wide)
	load(t, tab, url)
	name := town("").Name
	for _, id := range []string{"area", "tiles", "planet"} {
		await[bool](t, tab, press("basemap", id)+"; true")
		for _, zoom := range []float64{11.5, 13.2, 15.6} {
			await[bool](t, tab, fmt.Sprintf("heatmapgen.map.jumpTo({ center: [%g, %g], zoom: %g }); heatmapgen.idle().then(() => true)", town("").Lon, town("").Lat, zoom-1))
			where := fmt.Sprintf("%s at zoom %g", id, zoom)
			if s := stateOf(t, tab); s.Fallback || s.Basemap != id || len(s.Notices) > 0 {
				t.Errorf("%s: state %+v", where, s)
			}
			if got := await[[]string](t, tab, `heatmapgen.map.queryRenderedFeatures({ layers: ["basemap-cities"] }).map((f) => f.properties.name)`); !slices.Contains(got, name) {
				t.Errorf("%s: the names are %q", where, got)
			}
			// Letters are thin, so their own colour is rare.
			land, letters := await[int](t, tab, shades+`("#15191e", 2)`), await[int](t, tab, shades+`("#d5dae0", 24)`)
			if land < 10_000 || letters < 20 {
				t.Errorf("%s: %d pixels of land, %d of letters", where, land, letters)
			}
			picture(t, tab, fmt.Sprintf("vectors-%s-%g", id, zoom))
		}
		if n := await[[3]int](t, tab, layersOf); n[0] < 5 || n[1] < 5 || n[0]+n[1] != n[2] {
			t.Errorf("%s: %d layers above the heat, %d below, of %d", id, n[0], n[1], n[2])
		}
	}
	for _, r := range tab.Requests() {
		if !strings.HasPrefix(r, url) {
			t.Errorf("it asked for %s", r)
		}
	}
	await[bool](t, tab, press("basemap", "area")+"; true")
	if got := await[string](t, tab, `document.querySelector(".credits").textContent`); got != "\u00a9 <i>Me</i> \u00a9 Protomaps \u00a9 OpenStreetMap contributors \u00b7 heatmapgen" {
		t.Errorf("credits %q", got)
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}

// TestVectorBasemapGone has maps that are not there, or cut off, and then one that is.
func TestVectorBasemapGone(t *testing.T) {
	ctx := sharedBrowser(t)
	tab := open(t, ctx, desk)
	load(t, tab, serveVectors(t, templates.BasemapNone))
	for _, id := range []string{"gone", "cut"} {
		await[bool](t, tab, press("basemap", id)+"; true")
		until(t, tab, "heatmapgen.state().fallback")
		if n := await[int](t, tab, `heatmapgen.map.getLayersOrder().filter((id) => id.startsWith("basemap")).length`); n != 0 {
			t.Errorf("%s: %d layers of it are left", id, n)
		}
		if s := stateOf(t, tab); s.Basemap != id || len(s.Notices) != 1 {
			t.Errorf("state %+v", s)
		}
	}
	await[bool](t, tab, press("basemap", "area")+"; heatmapgen.idle().then(() => true)")
	if s := stateOf(t, tab); s.Fallback || len(s.Notices) > 0 {
		t.Errorf("state %+v", s)
	}
	for _, e := range tab.Errors() {
		if !strings.HasPrefix(e, "network") {
			t.Error(e)
		}
	}
}

// TestVectorBasemapInTheLight is bright once the reader wants the page so, and not because the system does.
func TestVectorBasemapInTheLight(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serveVectors(t, "area")
	for _, c := range []struct {
		kept, land string
		phone      bool
	}{{"auto", "#15191e", false}, {"light", "#d3d3cf", true}} {
		view := browsertest.View{Width: 390, Height: 844, Phone: c.phone, Light: true, Script: fmt.Sprintf(`localStorage["heatmapgen.theme"] = %q`, c.kept)}
		tab := open(t, ctx, view)
		load(t, tab, url)
		await[bool](t, tab, "heatmapgen.idle().then(() => true)")
		if n := await[int](t, tab, fmt.Sprintf("%s(%q, 2)", shades, c.land)); n < 10_000 {
			t.Errorf("theme %s: %d pixels of %s", c.kept, n, c.land)
		}
		picture(t, tab, "vectors-theme-"+c.kept)
	}
}
