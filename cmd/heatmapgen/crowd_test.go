package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/templates/browsertest"
)

// crowdLayers are the layers of a map of a crowd.
var crowdLayers = []string{"top", "all", "pace", "heartrate", "steepness", "direction", "hills", "fresh12", "fresh36"}

// demoSite builds the demo as set changes its configuration.
func demoSite(t *testing.T, set func(cfg *config.Config)) *config.Config {
	t.Helper()
	dir := t.TempDir()
	cfg := config.Default()
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Page.DefaultBasemap = "none"
	cfg.Page.Tracks, cfg.Page.Activities = false, false
	set(cfg)
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// pointed returns what the page says of the brightest place of the map's middle.
func pointed(t *testing.T, tab *browsertest.Tab) string {
	t.Helper()
	p, err := browsertest.Await[[2]float64](tab, brightest)
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, p[0], p[1])); err != nil {
		t.Fatal(err)
	}
	if err := browsertest.Until(tab, `!document.querySelector(".hovervalue").hidden`); err != nil {
		t.Fatal(err)
	}
	text, err := browsertest.Await[string](tab, `document.querySelector(".hovervalue").textContent`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(text, "\u202f", " ")
}

// A map of one's own without a list of activities tells what it can without.
func TestUnlistedInBrowser(t *testing.T) {
	browser := browsertest.MustStart(t, nil)
	for _, c := range []struct {
		layer, says string
		set         func(cfg *config.Config)
	}{
		{"recency", "last here ", func(*config.Config) {}},
		{"all", "1 athlete", func(cfg *config.Config) {
			cfg.Sources[0].Athlete, cfg.Render.Frequency = "Ann", config.FrequencyAthletes
		}},
	} {
		cfg := demoSite(t, func(cfg *config.Config) {
			cfg.Render.MaxZoom, cfg.Page.DefaultLayer = 12, c.layer
			c.set(cfg)
		})
		tab, origin := openSiteIn(t, browser, cfg.Output, browsertest.View{Width: 1024, Height: 640})
		if text := pointed(t, tab); !strings.HasPrefix(text, c.says) {
			t.Errorf("%s: the brightest place says %q", c.layer, text)
		}
		keep(t, tab, "unlisted-"+c.layer)
		politeSoFar(t, tab, origin)
	}
}

// The page of a crowd: the layers are what the archive has, what is under the pointer is told in steps, and there is nothing of single activities to see, to click at or to press a key for.
func TestCrowdInBrowser(t *testing.T) {
	browser := browsertest.MustStart(t, nil)

	cfg := demoSite(t, func(cfg *config.Config) { cfg.Render.MaxZoom, cfg.Privacy.MinActivities = 14, 5 })
	archive := filepath.Join(cfg.Output, generator.ArchiveName)
	const lon, lat = 9.747, 47.503 // the middle of the demo's town
	for _, v := range []struct {
		name string
		view browsertest.View
	}{
		{"desk", browsertest.View{Width: 1024, Height: 640}},
		{"phone", browsertest.View{Width: 390, Height: 844, Phone: true}},
	} {
		t.Run(v.name, func(t *testing.T) {
			tab, origin := openSiteIn(t, browser, cfg.Output, v.view)
			ask := func(js string) bool {
				t.Helper()
				yes, err := browsertest.Await[bool](tab, js)
				if err != nil {
					t.Fatalf("%s: %v", js, err)
				}
				return yes
			}
			layers, err := browsertest.Await[[]string](tab, `heatmapgen.state().layers.filter((l) => l.available).map((l) => l.id)`)
			if err != nil || !slices.Equal(layers, crowdLayers) {
				t.Errorf("the layers are %q: %v", layers, err)
			}
			if ask(`[".sumsrow", ".selectionhead", ".mode", "dialog.activities"].some((s) => document.querySelector(s))`) {
				t.Error("there are panels of activities")
			}
			text, err := browsertest.Await[string](tab, `document.body.innerText`)
			if err != nil || !strings.Contains(text, "activities or more") {
				t.Errorf("how many there are is not told: %v, %q", err, text)
			}
			keep(t, tab, "crowd-"+v.name)
			// A click and the keys of what there is not do nothing.
			if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, 200, 300, chromedp.ButtonLeft, chromedp.ClickCount(1)),
				chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, 200, 300, chromedp.ButtonLeft, chromedp.ClickCount(1))); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"r", "s", "x", "c", "w", "t"} {
				ask(`document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "` + key + `", bubbles: true })), true`)
			}
			if ask(`(async () => { await new Promise((r) => setTimeout(r, 400)); await heatmapgen.idle();
				const s = heatmapgen.state();
				return s.notices.length > 0 || s.listed.length > 0 || s.pictures.length > 1 || document.querySelector("dialog[open]") !== null || location.hash.includes("here"); })()`) {
				t.Error("something came of asking for activities")
			}
			// Neither does a link to them.
			ask(`(async () => { location.hash = "all&when=2020-01-01..2021-01-01&show=routes&here=47.503,9.747&look2=pace"; await new Promise((r) => setTimeout(r, 100)); await heatmapgen.idle(); return true; })()`)
			if ask(`heatmapgen.state().pictures.some((p) => p.mode !== "baked") || heatmapgen.state().notices.length > 0`) {
				t.Error("a link to activities changes the picture")
			}
			if v.name != "desk" {
				politeSoFar(t, tab, origin)
				return
			}
			// Drawing is in software: what is compared pixel by pixel is as large as it must be.
			part, near := openSiteIn(t, browser, cfg.Output, browsertest.View{Width: 480, Height: 360})
			for zoom := uint8(12); zoom <= 14; zoom++ {
				for _, layer := range crowdLayers {
					d, err := part.ComparePixels(archive, layer, zoom, lon, lat)
					if err != nil {
						t.Fatalf("%s at zoom %d: %v", layer, zoom, err)
					}
					if d.Lit < 300 || d.Off > 0 {
						t.Errorf("%s at zoom %d: %d of %d pixels differ, by up to %d", layer, zoom, d.Off, d.Lit, d.Most)
					}
				}
			}
			politeSoFar(t, part, near)
			part.Cancel()
			ask(`(async () => { location.hash = "all"; await new Promise((r) => setTimeout(r, 100)); await heatmapgen.idle(); return true; })()`)
			if text := pointed(t, tab); !strings.HasSuffix(text, " visits or more") {
				t.Errorf("the brightest place says %q", text)
			}
			keep(t, tab, "crowd-hover")
			politeSoFar(t, tab, origin)
		})
	}
}

// brightest finds the brightest pixel of the middle of the map.
const brightest = `(() => {
	heatmapgen.map.redraw();
	const gl = heatmapgen.map.getCanvas().getContext("webgl2");
	const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
	const px = new Uint8Array(w * h * 4);
	gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, px);
	let best = [0, 0, -1];
	for (let y = h * 0.4; y < h * 0.7; y++) for (let x = w * 0.35; x < w * 0.7; x++) {
		const i = (Math.floor(y) * w + Math.floor(x)) * 4, v = px[i] + px[i + 1] + px[i + 2];
		if (v > best[2]) best = [Math.floor(x), h - 1 - Math.floor(y), v];
	}
	return [best[0], best[1]];
})()`

// keep keeps a picture of the tab where HEATMAPGEN_PICTURES names a folder.
func keep(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		return
	}
	png, err := tab.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
