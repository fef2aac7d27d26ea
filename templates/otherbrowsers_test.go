package templates_test

import (
	"fmt"
	"testing"

	"heatmapgen/templates/browsertest/webdriver"
	"heatmapgen/templates/internal/fixture"
)

// In other browsers, too, the page opens, and paints every layer as the archive has it: stored tiles, zooms between them, and those that it paints
// from lines; on dense screens likewise. It can be panned, filtered and replayed. With HEATMAPGEN_PICTURES pictures of it are kept there.
func TestOtherBrowsers(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		path := makeArchive(t, fixture.Options{Names: true, Labels: true, Places: true})
		lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
		for _, scale := range []int{1, 2} {
			t.Run(fmt.Sprintf("scale %d", scale), func(t *testing.T) {
				b := webdriver.MustStart(t, kind, webdriver.Options{Width: 1024, Height: 640, Scale: scale, Languages: []string{"en-GB"}})
				tab := b.MustOpen(t, serve(t, plain, path))
				t.Log(b.Version)
				if got := await[float64](t, tab, "devicePixelRatio"); got != float64(scale) {
					t.Fatalf("%g pixels of the screen are one of the page", got)
				}
				if s := stateOf(t, tab); s.Layer != "all" || s.Message != "" || len(s.Layers) != 10 {
					t.Errorf("state %+v", s)
				}
				picture(t, tab, fmt.Sprintf("%s-page-%d", kind, scale))
				if scale == 1 {
					comparePixels(t, tab, path, lon, lat, []uint8{13})
					comparePixels(t, tab, path, lon, lat, []uint8{11, 12, 14}, "all", "direction")
				}

				before := stateOf(t, tab).Center
				if err := tab.Drag(false, [2]float64{500, 300}, [2]float64{420, 260}); err != nil {
					t.Fatal(err)
				}
				await[bool](t, tab, "heatmapgen.idle().then(() => true)")
				if after := stateOf(t, tab).Center; after[0] <= before[0] || after[1] >= before[1] {
					t.Errorf("dragged to the north-west, the middle went from %v to %v", before, after)
				}

				see := func(name, fragment string) {
					t.Helper()
					await[bool](t, tab, fmt.Sprintf(`(async () => { location.hash = %q; await new Promise((r) => setTimeout(r, 500)); await heatmapgen.idle(); return true; })()`, fragment))
					picture(t, tab, fmt.Sprintf("%s-page-%d-%s", kind, scale, name))
				}
				see("deep", "#17/49.005/8.43&layer=pace")
				if s := stateOf(t, tab); s.Layer != "pace" || s.TileZoom < 17 {
					t.Errorf("deep: %+v", s)
				}
				see("filter", "#12.6/49.005/8.43&sport=Run")
				if mode := await[string](t, tab, "heatmapgen.state().pictures[0].mode"); mode != "live" {
					t.Errorf("with a filter the picture is %s", mode)
				}
				see("routes", "#12.6/49.005/8.43&show=routes")
				see("year", "#12.6/49.005/8.43&explore=year")
				see("squares", "#12.6/49.005/8.43&explore=squares")
				see("replay", "#12.6/49.005/8.43&explore=replay")
				await[bool](t, tab, `document.querySelector(".replay .play").click() ?? true`)
				until(t, tab, replayDate+` !== ""`)
				first := await[string](t, tab, replayDate)
				until(t, tab, fmt.Sprintf("%s !== %q", replayDate, first))
				picture(t, tab, fmt.Sprintf("%s-page-%d-replay-on", kind, scale))
				await[bool](t, tab, `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true }))`)
				until(t, tab, `document.querySelectorAll("dialog[open] tbody tr").length > 5`)
				picture(t, tab, fmt.Sprintf("%s-page-%d-table", kind, scale))
				if errs := tab.Errors(); len(errs) > 0 {
					t.Errorf("console: %q", errs)
				}
			})
		}
	})
}

// TestOtherBrowsersLive is TestLiveIsPaintedAlike in other browsers.
func TestOtherBrowsersLive(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		b := webdriver.MustStart(t, kind, webdriver.Options{Width: 480, Height: 320})
		tab := b.MustOpen(t, liveHarness(t))
		await[any](t, tab, "live.open(50, 100)")
		livePaintedAlike(t, tab)
		if errs := tab.Errors(); len(errs) > 0 {
			t.Errorf("console: %q", errs)
		}
	})
}
