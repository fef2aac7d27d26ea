package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/site/serve"
	"heatmapgen/templates/browsertest"
)

// The whole way: the demo is built, served by our own server, and every layer that the browser
// paints is compared with the decoded archive, at three zooms. A second build in the other format gives
// the same pictures.
func TestDemoSiteInBrowser(t *testing.T) {
	browser := browsertest.MustStart(t, nil)

	dir := t.TempDir()
	cfg := config.Default()
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.MinZoom, cfg.Render.MaxZoom = 12, 16
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Page.DefaultBasemap = "none"
	build := func() {
		t.Helper()
		if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
			t.Fatal(err)
		}
	}
	build()
	tab, origin := openSite(t, browser, cfg.Output)
	archive := filepath.Join(cfg.Output, generator.ArchiveName)
	// The centre of the demo's town.
	const lon, lat = 9.747, 47.503
	for zoom := uint8(12); zoom <= 14; zoom++ {
		for _, layer := range layers.Layers(3, false) {
			d, err := tab.ComparePixels(archive, layer.ID, zoom, lon, lat)
			if err != nil {
				t.Fatalf("%s at zoom %d: %v", layer.ID, zoom, err)
			}
			if d.Lit < 1000 {
				t.Errorf("%s at zoom %d: only %d pixels have heat", layer.ID, zoom, d.Lit)
			}
			if d.Off > 0 {
				t.Errorf("%s at zoom %d: %d of %d pixels differ, by up to %d", layer.ID, zoom, d.Off, d.Lit, d.Most)
			}
		}
	}
	liveAgrees(t, tab, lon, lat)
	politeSoFar(t, tab, origin)

	cfg.Format = config.FormatMBTiles
	cfg.SetOutput(filepath.Join(dir, "mbtiles"))
	build()
	tab, origin = openSite(t, browser, cfg.Output)
	for _, layer := range []string{"all", "pace", "recency"} {
		d, err := tab.ComparePixels(archive, layer, 13, lon, lat)
		if err != nil {
			t.Fatalf("%s of MBTiles: %v", layer, err)
		}
		if d.Lit < 1000 || d.Off > 0 {
			t.Errorf("%s of MBTiles: %d of %d pixels differ, by up to %d", layer, d.Off, d.Lit, d.Most)
		}
	}
	if _, err := browsertest.Await[bool](tab, `location.hash = "when=1990-01-01..2100-01-01"; true`); err != nil {
		t.Fatal(err)
	}
	if err := browsertest.Until(tab, `heatmapgen.state().pictures[0].mode === "live"`); err != nil {
		t.Error(err)
	}
	politeSoFar(t, tab, origin)
}

// openSite serves the site in a folder by our own server and opens it.
func openSite(t *testing.T, browser context.Context, folder string) (tab *browsertest.Tab, origin string) {
	t.Helper()
	return openSiteIn(t, browser, folder, browsertest.View{Width: 560, Height: 420})
}

// openSiteIn is openSite in a window.
func openSiteIn(t *testing.T, browser context.Context, folder string, view browsertest.View) (tab *browsertest.Tab, origin string) {
	t.Helper()
	server, err := serve.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, serve.Options{Dir: folder}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	tab, err = browsertest.Open(browser, view)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	if err := tab.Load(server.URL()); err != nil {
		t.Fatal(err)
	}
	return tab, server.URL()
}

// politeSoFar checks that a page had no errors and asked nobody but its own host.
func politeSoFar(t *testing.T, tab *browsertest.Tab, origin string) {
	t.Helper()
	if errs := tab.Errors(); len(errs) > 0 {
		t.Errorf("the console has %q", errs)
	}
	for _, url := range tab.Requests() {
		if !strings.HasPrefix(url, origin) && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:") {
			t.Errorf("the page asked %s for something", url)
		}
	}
}

// liveAgrees selects all activities by their dates, so that they are drawn live from their lines, and holds that picture to the one of the tiles by what
// docs/page.md promises: the largest difference of a pixel's channels, as a mean over the lit pixels and by the share of them beyond 64.
func liveAgrees(t *testing.T, tab *browsertest.Tab, lon, lat float64) {
	t.Helper()
	show := func(fragment string) {
		t.Helper()
		if _, err := browsertest.Await[bool](tab, `(async () => { location.hash = "`+fragment+`"; await new Promise((r) => addEventListener("hashchange", r, { once: true })); await heatmapgen.idle(); return true; })()`); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		layer string
		mean  [3]float64 // at zoom 12, 14 and 16
		far   float64
	}{
		{"all", [3]float64{6, 6, 14}, 0.01}, {"fresh12", [3]float64{6, 7, 15}, 0.01},
		// At street zooms tiles tell the pace from second to second, lines only from segment to segment.
		{"pace", [3]float64{16, 20, 30}, 0.06}, {"direction", [3]float64{8, 8, 8}, 0.01},
	} {
		for i, zoom := range []uint8{12, 14, 16} {
			show("baked" + c.layer)
			baked, err := tab.Pixels(c.layer, zoom, lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			show("when=1990-01-01..2100-01-01")
			live, err := tab.Pixels(c.layer, zoom, lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			if mode, err := browsertest.Await[string](tab, "heatmapgen.state().pictures[0].mode"); err != nil || mode != "live" {
				t.Fatalf("%s at zoom %d is %s: %v", c.layer, zoom, mode, err)
			}
			lit, far, sum := 0, 0, 0
			for at := 0; at < len(baked.RGBA); at += 4 {
				most := 0
				for k := range 3 {
					d := int(baked.RGBA[at+k]) - int(live.RGBA[at+k])
					most = max(most, d, -d)
				}
				if most == 0 && [3]byte(baked.RGBA[at:at+3]) == browsertest.Ground {
					continue
				}
				lit++
				sum += most
				if most > 64 {
					far++
				}
			}
			mean, share := float64(sum)/float64(lit), float64(far)/float64(lit)
			t.Logf("%s at zoom %d: %d lit pixels, off by %.1f in the mean, %.2f %% by more than 64", c.layer, zoom, lit, mean, 100*share)
			if lit < 1000 || mean > c.mean[i] || share > c.far {
				t.Errorf("%s at zoom %d: %d lit pixels, off by %.1f in the mean, %.2f %% by more than 64", c.layer, zoom, lit, mean, 100*share)
			}
		}
	}
}
