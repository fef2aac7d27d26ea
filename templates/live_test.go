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
	const page = `<!doctype html><link rel="icon" href="data:,"><title>Live</title><style>html,body,#map{margin:0;height:100%}canvas{display:block}</style>
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
	tab := open(t, sharedBrowser(t), browsertest.View{Width: 480, Height: 320})
	load(t, tab, url)
	await[any](t, tab, fmt.Sprintf("live.open(%d, %d)", activities, segments))
	return tab
}

// TestLiveIsPaintedAlike holds what the GPU draws against what the processor does, which the
// viewer's unit tests hold against the definitions.
func TestLiveIsPaintedAlike(t *testing.T) {
	tab := openLive(t, 50, 100)
	livePaintedAlike(t, tab)
	picture(t, tab, "live")
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("console: %q", errs)
	}
}

// livePaintedAlike is TestLiveIsPaintedAlike in a harness that has tracks.
func livePaintedAlike(t *testing.T, tab browsertest.Page) {
	t.Helper()
	for _, c := range []struct {
		field      string
		zoom       int
		part       float64
		local      bool
		difference bool
	}{
		{"visits", 12, 1, false, false}, {"visits", 14, 1, false, false}, {"visits", 16, 1, false, false},
		{"visits", 14, 1, true, false}, {"fresh12", 13, 0.9, false, false},
		{"pace", 12, 1, false, false}, {"pace", 14, 1, false, false}, {"pace", 16, 1, false, false},
		{"seconds", 12, 1, false, false}, {"seconds", 14, 1, false, false}, {"seconds", 16, 1, false, false}, {"seconds", 16, 1, true, false},
		{"recency", 12, 1, false, false}, {"recency", 14, 1, false, false}, {"recency", 16, 1, false, false},
		{"hills", 12, 1, false, false}, {"hills", 14, 1, false, false}, {"hills", 16, 1, false, false},
		{"direction", 15, 0.3, false, false},
		{"discovery", 12, 1, false, false}, {"discovery", 14, 0.7, false, false}, {"discovery", 16, 1, false, false},
		{"trend", 12, 1, false, false}, {"trend", 14, 1, false, false}, {"trend", 16, 1, false, false}, {"trend", 14, 0.5, false, true},
		{"temperature", 12, 1, false, false}, {"temperature", 16, 1, false, false}, {"temperature", 14, 0.5, false, true},
		{"visits", 4, 1, false, false},
		{"visits", 14, 0.5, false, true}, {"pace", 14, 0.5, false, true}, {"seconds", 14, 0.5, false, true},
	} {
		name := fmt.Sprintf("%s at zoom %d, part %g, local %t, difference %t", c.field, c.zoom, c.part, c.local, c.difference)
		d := await[struct {
			Path           string
			Lit, Off, Most int
			Value          float64
			Values         int
		}](t, tab, fmt.Sprintf("live.compare(%q, %d, %g, %t, %t)", c.field, c.zoom, c.part, c.local, c.difference))
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
}

// TestLiveAcrossTheAntimeridian draws outings that lie at both edges of the world.
func TestLiveAcrossTheAntimeridian(t *testing.T) {
	tab := openLive(t, 30, 100)
	// The world ends where home is.
	await[any](t, tab, "live.open(30, 100, Math.round(2 ** 26 * 0.47))")
	d := await[struct{ Lit, Off int }](t, tab, `live.compare("visits", 13)`)
	if d.Lit < 1000 || d.Off > d.Lit/200 {
		t.Errorf("at the eastern edge %d of %d pixels differ", d.Off, d.Lit)
	}
	lit := func(lon string) int {
		return await[int](t, tab, fmt.Sprintf(`(async () => {
			live.map.jumpTo({ center: [%s, live.place(0, 0)[1]] });
			await live.settled();
			return live.pixels().filter((v, i) => i %% 4 === 0 && v > 60).length;
		})()`, lon))
	}
	if east, west := lit("180"), lit("-180"); east < 500 || east != west {
		t.Errorf("%d pixels are lit seen from the east, %d from the west", east, west)
	}
}

// TestLiveLiesWhereTilesDo compares the place of a dot with that of the same dot in a tile,
// wherever the map's middle falls between the pixels.
func TestLiveLiesWhereTilesDo(t *testing.T) {
	tab := openLive(t, 1, 2)
	for _, c := range []string{"14, 0, 0", "14, 0.3, 0.8", "14, -7.6, 3.45", "11, 0.5, 0.25", "13.4, 0.3, 0.6"} {
		// Brightness is rounded and its ramp is not even, so the middle of a dot is known to a tenth of a pixel.
		if d := await[float64](t, tab, fmt.Sprintf("live.apart(%s)", c)); !(d < 0.1) {
			t.Errorf("zoom and offset %s: %.3f pixels apart", c, d)
		} else {
			t.Logf("zoom and offset %s: %.3f pixels apart", c, d)
		}
	}
}

// TestLivePaintsOnlyWhatChanged counts what the layer does as the map and the choices move.
func TestLivePaintsOnlyWhatChanged(t *testing.T) {
	tab := openLive(t, 40, 100)
	type work struct{ Paints, Colourings int }
	after := func(do string) work {
		t.Helper()
		return await[work](t, tab, fmt.Sprintf(`(async () => {
			const { map, heat, view } = live;
			const { paints, colourings } = heat.stats;
			%s;
			await live.settled();
			return { paints: heat.stats.paints - paints, colourings: heat.stats.colourings - colourings };
		})()`, do))
	}
	await[any](t, tab, `live.show("visits", 14)`)
	for _, c := range []struct {
		name, do string
		want     work
	}{
		{"a small step of the map", "map.panBy([40, 30], { duration: 0 })", work{}},
		{"a step out of what is painted", "map.panBy([300, 0], { duration: 0 })", work{Paints: 1}},
		{"a little closer", "map.jumpTo({ zoom: map.getZoom() + 0.2 })", work{}},
		{"the next tile zoom", "map.jumpTo({ zoom: map.getZoom() + 0.5 })", work{Paints: 1}},
		{"another opacity", "heat.opacity = 0.5", work{}},
		{"another scale", "window.shown = view('visits'); heat.show(shown); await live.settled(); heat.show({ ...shown, layer: { ...shown.layer, scale: 'linear' } })", work{Paints: 1, Colourings: 1}},
		{"the local scale", "heat.show({ ...shown, local: true })", work{Colourings: 1}},
		{"another selection", "heat.show(view('visits', 0.5))", work{Paints: 1}},
	} {
		if got := after(c.do); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestLiveGrows adds activities to counts that are there: only those are drawn, and what shows is what painting all of them anew shows.
func TestLiveGrows(t *testing.T) {
	tab := openLive(t, 40, 100)
	got := await[struct{ Added, Anew, Off, Fewer int }](t, tab, `(async () => {
		const { map, heat } = live;
		for (const part of [0, 0.3, 0.9, 1]) await live.show("visits", 14, part);
		const added = heat.stats.vertices;
		const grown = live.pixels();
		map.removeLayer("gpu");
		await live.show("visits", 14, 1);
		const all = live.pixels();
		const anew = heat.stats.vertices;
		await live.show("visits", 14, 0.5);
		const half = live.pixels();
		return { added, anew, off: grown.filter((v, i) => v !== all[i]).length, fewer: half.filter((v, i) => v !== all[i]).length };
	})()`)
	if got.Off != 0 || got.Added == 0 || got.Added > got.Anew/4 {
		t.Errorf("%+v: want the same picture of less than a quarter of the vertices", got)
	}
	if got.Fewer < 1000 {
		t.Errorf("with half of them taken away %d numbers differ", got.Fewer)
	}
}

// TestLiveKeepsToItsSide draws on one side of a swipe only.
func TestLiveKeepsToItsSide(t *testing.T) {
	tab := openLive(t, 40, 100)
	type sides struct{ Left, Right int }
	count := func(do string) sides {
		t.Helper()
		return await[sides](t, tab, fmt.Sprintf(`(async () => {
			%s;
			await live.settled();
			const pixels = live.pixels(), width = live.map.getCanvas().width;
			const lit = { left: 0, right: 0 };
			for (let i = 0; i < pixels.length; i += 4) if (pixels[i] > 60) lit[i / 4 %% width < width / 4 ? "left" : "right"]++;
			return lit;
		})()`, do))
	}
	whole := count(`await live.show("visits", 14)`)
	if whole.Left < 100 || whole.Right < 100 {
		t.Fatalf("too little to see: %+v", whole)
	}
	if got, want := count("live.heat.setClip(0.25, 1)"), (sides{Right: whole.Right}); got != want {
		t.Errorf("clipped to the right: %+v, want %+v", got, want)
	}
	if got, want := count("live.heat.setClip(0, 0.25)"), (sides{Left: whole.Left}); got != want {
		t.Errorf("clipped to the left: %+v, want %+v", got, want)
	}
	picture(t, tab, "live-clip")
	if got := count("live.heat.setClip(0, 1); live.heat.opacity = 0"); got != (sides{}) {
		t.Errorf("without opacity: %+v", got)
	}
	if got := count("live.heat.opacity = 1; live.heat.fadeIn(200)"); got != whole {
		t.Errorf("faded in: %+v, want %+v", got, whole)
	}
}

// TestLiveComesBack loses the drawing context and finds the same picture after it.
func TestLiveComesBack(t *testing.T) {
	tab := openLive(t, 40, 100)
	same := await[bool](t, tab, `(async () => {
		await live.show("pace", 14);
		const before = live.pixels();
		const lose = live.map.getCanvas().getContext("webgl2").getExtension("WEBGL_lose_context");
		const lost = new Promise((resolve) => live.map.once("webglcontextlost", resolve));
		lose.loseContext();
		await lost;
		await new Promise((resolve) => setTimeout(resolve, 50)); // not before the event is over
		const back = new Promise((resolve) => live.map.once("webglcontextrestored", resolve));
		lose.restoreContext();
		await back;
		await live.settled();
		const after = live.pixels();
		return before.some((v) => v > 100) && before.every((v, i) => v === after[i]);
	})()`)
	if !same {
		t.Error("the picture is another one after the context was lost")
	}
	// Taken off and put back it is the same layer, and the map forgets it in between.
	if got := await[int](t, tab, `(async () => {
		const lit = () => live.pixels().filter((v, i) => i % 4 === 2 && v > 100).length;
		const before = lit();
		live.map.removeLayer("gpu");
		const without = lit();
		live.map.addLayer(live.heat);
		await live.settled();
		return without === 0 && lit() === before ? before : -1;
	})()`); got < 1000 {
		t.Errorf("taken off and put back: %d", got)
	}
}

// TestLiveFreesWhatItLeaves walks from one part of the lines to the next, and looks at what stays behind on the graphics card.
func TestLiveFreesWhatItLeaves(t *testing.T) {
	tab := openLive(t, 1, 2)
	await[any](t, tab, "live.begin()")
	first := await[int](t, tab, "live.walk.steps(15)")
	last := 0
	for range 8 {
		last = await[int](t, tab, "live.walk.steps(25)")
	}
	if end, loads := await[int](t, tab, "Promise.resolve(live.walk.end())"), await[int](t, tab, "Promise.resolve(live.walk.loads)"); first == 0 || last > first || end != 0 || loads < 215 {
		t.Errorf("%d buffers in 15 steps, %d after 200 more with %d loads, %d when all layers are gone", first, last, loads, end)
	}
	noErrors(t, tab)
}

// TestLiveOnLesserGPUs draws where numbers of 32 bits cannot be added up in textures, and
// where numbers cannot be drawn into textures at all.
func TestLiveOnLesserGPUs(t *testing.T) {
	tab := openLive(t, 1, 10)
	type comparison struct {
		Path     string
		Lit, Off int
		Value    float64
	}
	await[any](t, tab, `live.without("EXT_float_blend"), live.open(120, 100)`)
	for _, field := range []string{"visits", "heartrate", "direction", "recency"} {
		d := await[comparison](t, tab, fmt.Sprintf("live.compare(%q, 13)", field))
		t.Logf("%s: %+v", field, d)
		if d.Path != "gpu" || d.Lit < 1000 || d.Off > d.Lit/100 || d.Value > 0.005 {
			t.Errorf("%s without 32-bit blending: %+v", field, d)
		}
	}
	await[any](t, tab, `live.without("EXT_color_buffer_float"), live.open(20, 100)`)
	if d := await[comparison](t, tab, `live.compare("visits", 14)`); d.Path != "cpu" || d.Lit < 1000 || d.Off > 0 || d.Value > 0 {
		t.Errorf("without numbers in textures: %+v", d)
	}
	// Colours alone are changed without painting, and not lost to a painting on its way.
	got := await[struct{ Paints, Colourings, Red, Blue int }](t, tab, `(async () => {
		const { heat, view } = live;
		const shown = view("visits");
		heat.show(shown);
		await live.settled();
		const { paints, colourings } = heat.stats;
		const blue = (v) => ({ ...v, layer: { ...v.layer, ramp: [[0, [0, 0, 255, 255]]] } });
		heat.show(blue(shown));
		await live.settled();
		const counts = { paints: heat.stats.paints - paints, colourings: heat.stats.colourings - colourings };
		const other = view("visits", 0.5);
		heat.show(other);
		live.map.redraw();
		heat.show(blue(other));
		await live.settled();
		const pixels = live.pixels();
		return { ...counts, red: pixels.filter((v, i) => i % 4 === 0 && v > 60).length, blue: pixels.filter((v, i) => i % 4 === 2 && v > 100).length };
	})()`)
	if got.Paints != 0 || got.Colourings != 1 || got.Red != 0 || got.Blue < 500 {
		t.Errorf("other colours: %+v", got)
	}
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("console: %q", errs)
	}
}

// TestLiveCost measures, where HEATMAPGEN_MEASURE is set: script, and whole frames of a GPU in software.
func TestLiveCost(t *testing.T) {
	if os.Getenv("HEATMAPGEN_MEASURE") == "" {
		t.Skip("HEATMAPGEN_MEASURE is not set")
	}
	tab := openLive(t, 10, 10)
	for _, c := range []struct {
		activities int
		field      string
		zoom       int
	}{
		{500, "visits", 10}, {500, "visits", 12}, {500, "pace", 12}, {500, "visits", 14}, {5000, "visits", 10}, {5000, "visits", 12},
	} {
		await[any](t, tab, fmt.Sprintf("live.open(%d, 250)", c.activities))
		t.Logf("%+v: %s", c, await[string](t, tab, fmt.Sprintf("live.measure(%q, %d).then((m) => JSON.stringify(m, (k, v) => typeof v === 'number' ? Math.round(v * 10) / 10 : v))", c.field, c.zoom)))
		picture(t, tab, fmt.Sprintf("live-%d-%s-%d", c.activities, c.field, c.zoom))
	}
}
