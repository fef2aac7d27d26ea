package templates_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

func TestPage(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})

	t.Run("loads without an error or a foreign request", func(t *testing.T) {
		url := serve(t, plain, path)
		tab := open(t, ctx, desk)
		load(t, tab, url)
		s := stateOf(t, tab)
		if s.Layer != "all" || s.Message != "" || len(s.Layers) != 10 {
			t.Errorf("state %+v", s)
		}
		for _, r := range tab.Requests() {
			if !strings.HasPrefix(r, url) {
				t.Errorf("foreign request %s", r)
			}
		}
		if n := len(tab.Requests()); n > 6 {
			t.Errorf("%d requests before the first heat: %q", n, tab.Requests())
		}
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	})

	t.Run("all ten layers are painted as the archive has them", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, path))
		lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
		comparePixels(t, tab, path, lon, lat, []uint8{13})
	})

	t.Run("every zoom is painted as the archive has it", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, path))
		lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
		comparePixels(t, tab, path, lon, lat, []uint8{11, 12, 14}, "all", "direction")
	})

	t.Run("a change of layers does not flash", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		// The share of lit pixels in every frame from the click until all is still.
		least := await[float64](t, tab, `(async () => {
			`+noGrid+`
			await heatmapgen.idle();
			const { map } = heatmapgen;
			const small = document.createElement("canvas");
			small.width = 160; small.height = 100;
			const pen = small.getContext("2d", { willReadFrequently: true });
			const lit = () => {
				pen.drawImage(map.getCanvas(), 0, 0, 160, 100);
				const d = pen.getImageData(0, 0, 160, 100).data;
				let sum = 0;
				for (let i = 0; i < d.length; i += 4) sum += Math.max(0, d[i] - 0x0f) + Math.max(0, d[i + 1] - 0x12) + Math.max(0, d[i + 2] - 0x16);
				return sum;
			};
			map.redraw();
			const before = lit();
			const frames = [];
			map.on("render", () => frames.push(lit()));
			`+press("layer", "recency")+`;
			await heatmapgen.idle();
			map.redraw();
			const after = lit();
			return Math.min(...frames) / Math.min(before, after);
		})()`)
		if least < 0.3 {
			t.Errorf("at one moment of the change only %.0f %% of the light was left", 100*least)
		}
	})

	t.Run("going back to a layer asks for nothing", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, path))
		await[bool](t, tab, press("layer", "pace")+"; heatmapgen.idle().then(() => true)")
		before := stateOf(t, tab).Requests
		await[bool](t, tab, press("layer", "top")+"; heatmapgen.idle().then(() => true)")
		await[bool](t, tab, press("layer", "pace")+"; heatmapgen.idle().then(() => true)")
		if s := stateOf(t, tab); s.Requests != before || s.Layer != "pace" {
			t.Errorf("%d requests became %d at layer %s", before, s.Requests, s.Layer)
		}
	})

	t.Run("the view stays within the zooms that there is something to see at", func(t *testing.T) {
		tab := open(t, ctx, desk)
		zoomTo := func(ask float64) state {
			await[bool](t, tab, fmt.Sprintf("heatmapgen.map.setZoom(%g); heatmapgen.idle().then(() => true)", ask))
			return stateOf(t, tab)
		}
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{NoTracks: true})))
		for _, want := range []struct{ ask, get float64 }{{30, fixture.MaxZoom}, {-5, fixture.MinZoom}} {
			if s := zoomTo(want.ask); s.Zoom != want.get || float64(s.TileZoom) != want.get {
				t.Errorf("without lines, asked for %g: zoom %g, tiles of %d", want.ask, s.Zoom, s.TileZoom)
			}
		}
		// With lines out to where the world fills the map.
		load(t, tab, serve(t, plain, path))
		if s := zoomTo(30); s.Zoom != fixture.DeepZoom || s.TileZoom != fixture.DeepZoom {
			t.Errorf("asked for 30: zoom %g, tiles of %d", s.Zoom, s.TileZoom)
		}
		if s := zoomTo(-5); s.Zoom < 0 || s.Zoom > 2 || float64(s.TileZoom) != math.Round(s.Zoom) {
			t.Errorf("asked for -5: zoom %g, tiles of %d", s.Zoom, s.TileZoom)
		}
		await[bool](t, tab, "heatmapgen.map.setBearing(40); heatmapgen.map.setPitch(50); true")
		if p := await[float64](t, tab, "heatmapgen.map.getPitch()"); p != 0 {
			t.Errorf("pitch %g", p)
		}
	})

	t.Run("the legend follows layer and zoom", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, path))
		if s := stateOf(t, tab); !slices.Equal(s.Legend, []string{"1", "2", "5", "10"}) {
			t.Errorf("visits: %q", s.Legend)
		}
		await[bool](t, tab, press("layer", "pace")+"; true")
		s := stateOf(t, tab)
		if len(s.Legend) < 3 || !strings.Contains(s.Legend[0], ":") {
			t.Errorf("pace: %q", s.Legend)
		}
		if unit := await[string](t, tab, `document.querySelector(".legend .unit").textContent`); unit != "min/km" {
			t.Errorf("unit of pace: %q", unit)
		}
	})

	t.Run("riders read km/h", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, templates.Page{DefaultBasemap: "none", DefaultLayer: "pace"}, makeArchive(t, fixture.Options{Sport: "Gravel Ride"})))
		if unit := await[string](t, tab, `document.querySelector(".legend .unit").textContent`); unit != "km/h" {
			t.Errorf("unit of pace: %q", unit)
		}
	})

	t.Run("layers without data are grey and say why", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{Empty: []string{"heartrate"}})))
		for _, l := range stateOf(t, tab).Layers {
			if l.Available == (l.ID == "heartrate") {
				t.Errorf("%s available: %v", l.ID, l.Available)
			}
		}
		text := await[string](t, tab, `document.querySelector("input[value=heartrate]").closest("label").textContent`)
		if !strings.Contains(text, "No heart rate was recorded.") {
			t.Errorf("the row says %q", text)
		}
		if !await[bool](t, tab, `document.querySelector("input[value=heartrate]").disabled`) {
			t.Error("the row can be chosen")
		}
	})

	t.Run("data across the antimeridian are in view and whole", func(t *testing.T) {
		path := makeArchive(t, fixture.Options{Antimeridian: true})
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, path))
		comparePixels(t, tab, path, 180, (fixture.Bounds[1]+fixture.Bounds[3])/2, []uint8{12}, "all", "pace")
	})

	t.Run("texts are text", func(t *testing.T) {
		title := `</script><script>document.title="broken"</script><b>&amp;"'` + "`${1}`"
		tab := open(t, ctx, little)
		load(t, tab, serve(t, templates.Page{Title: title, Description: title, DefaultBasemap: "none"}, path))
		if got := await[string](t, tab, "document.title"); got != title {
			t.Errorf("title %q", got)
		}
		if got := await[string](t, tab, `document.querySelector("h1").textContent`); got != title {
			t.Errorf("heading %q", got)
		}
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	})

	t.Run("H hides the panels and brings them back", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		visible := `getComputedStyle(document.querySelector(".legend")).visibility === "visible"`
		for _, want := range []bool{false, true} {
			if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent("h")); err != nil {
				t.Fatal(err)
			}
			until(t, tab, fmt.Sprintf("(%s) === %v", visible, want))
		}
	})

	t.Run("paper gets a still of the map", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		lit := await[int](t, tab, `(async () => {
			`+noGrid+`
			await heatmapgen.idle();
			dispatchEvent(new Event("beforeprint"));
			const still = document.querySelector(".still");
			await still.decode();
			const small = document.createElement("canvas");
			small.width = 160; small.height = 120;
			const pen = small.getContext("2d");
			pen.drawImage(still, 0, 0, 160, 120);
			const d = pen.getImageData(0, 0, 160, 120).data;
			let lit = 0;
			for (let i = 0; i < d.length; i += 4) if (d[i] > 0x40) lit++;
			return lit;
		})()`)
		if lit < 100 {
			t.Errorf("%d pixels of heat on the still", lit)
		}
		if left := await[int](t, tab, `(dispatchEvent(new Event("afterprint")), document.querySelectorAll(".still").length)`); left != 0 {
			t.Error("the still stays after printing")
		}
	})

	t.Run("opacity", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, templates.Page{DefaultBasemap: "none", HeatOpacity: 0.5}, path))
		if got := await[string](t, tab, `document.querySelector("#opacity").value`); got != "50" {
			t.Errorf("slider starts at %s", got)
		}
		await[bool](t, tab, `{ const o = document.querySelector("#opacity"); o.value = 0; o.dispatchEvent(new Event("input")); }; heatmapgen.idle().then(() => true)`)
		if got := await[float64](t, tab, "heatmapgen.state().opacity"); got != 0 {
			t.Errorf("opacity %g", got)
		}
	})
}

func TestFileURL(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	index := filepath.Join(filepath.Dir(path), "index.html")
	f, err := os.Create(index)
	if err != nil {
		t.Fatal(err)
	}
	if err := templates.Render(f, plain); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	tab := open(t, ctx, little)
	load(t, tab, "file://"+filepath.ToSlash(index))
	if s := stateOf(t, tab); s.Message != "file" {
		t.Fatalf("message %q; console: %q", s.Message, tab.Errors())
	}
	picture(t, tab, "message-file")
	if err := chromedp.Do(tab.Ctx, chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path})); err != nil {
		t.Fatal(err)
	}
	until(t, tab, `heatmapgen.state().layer === "all"`)
	comparePixels(t, tab, path, (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2, []uint8{13}, "all", "pace")
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}

func TestWithoutWebGL(t *testing.T) {
	ctx, cancel, err := browsertest.Start(context.Background(), map[string]any{"disable-3d-apis": true})
	browsertest.Must(t, err)
	defer cancel()
	tab := open(t, ctx, little)
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{})))
	if s := stateOf(t, tab); s.Message != "webgl" {
		t.Errorf("message %q", s.Message)
	}
	picture(t, tab, "message-webgl")
}
