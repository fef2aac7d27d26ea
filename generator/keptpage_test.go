package generator

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
)

// TestPageShowsKeptTiles has the page show the same activities with kept tiles and painted all over: close up, on ordinary and on dense screens, and with a filter. HEATMAPGEN_PICTURES
// names a folder for what it shows.
func TestPageShowsKeptTiles(t *testing.T) {
	browser := browsertest.MustStart(t, nil)
	s := crowdSite(t, 300)
	serve := func(path string) string {
		site, err := browsertest.Site(templates.Page{Title: "Crowd", DefaultBasemap: templates.BasemapNone}, path)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(site)
		t.Cleanup(server.Close)
		return server.URL
	}
	built := func(maxZoom, blocks int) string {
		s.cfg.Render.MaxZoom = maxZoom
		s.cfg.SetOutput(filepath.Join(s.dir, fmt.Sprint("site", maxZoom)))
		if r := s.mustBuild(2); r.Kept.Blocks != blocks {
			t.Fatalf("max_zoom %d: %+v", maxZoom, r.Kept)
		}
		return filepath.Join(s.cfg.Output, ArchiveName)
	}
	archive, converted := built(17, 1), filepath.Join(t.TempDir(), MBTilesName)
	if err := Convert(context.Background(), archive, converted, Options{}); err != nil {
		t.Fatal(err)
	}
	kept, database, painted := serve(archive), serve(converted), serve(built(14, 0))
	lat, lon := placeInBlocks(crowdedX+0.99, crowdedY+0.985)
	cases := []struct {
		name  string
		url   string
		zoom  float64
		scale float64
		link  string
		// most is how far the two pictures may be apart, the mean of the differences of lit pixels in 255ths: what was measured, and a half on top.
		most float64
	}{
		{"16", kept, 16, 1, "", 0.05},
		{"16 dense", kept, 16, 2, "", 0.15},
		{"18", kept, 18, 1, "", 7.7},
		{"18 dense", kept, 18, 2, "", 7.7},
		{"14.8", kept, 14.8, 1, "", 0.35},
		{"16.4", kept, 16.4, 1, "", 0.3},
		{"16.7 dense", kept, 16.7, 2, "", 0.25},
		{"17 pace", kept, 17, 1, "&layer=pace", 0.6},
		{"17 pace, MBTiles", database, 17, 1, "&layer=pace", 0.6},
		{"17 recency", kept, 17, 1, "&layer=recency", 0.75},
		{"16 some", kept, 16, 1, "&when=2020-03-01..2020-06-30", 1.75},
	}
	// A tab of each site and kind of screen goes from picture to picture: by the name of the case, that of painted second.
	pictures := map[string][2]image.Image{}
	for _, scale := range []float64{1, 2} {
		for _, url := range []string{kept, database, painted} {
			var tab *browsertest.Tab
			for _, c := range cases {
				if c.scale != scale || url != c.url && url != painted {
					continue
				}
				if tab == nil {
					var err error
					if tab, err = browsertest.Open(browser, browsertest.View{Width: 800, Height: 500, Scale: scale, ReducedMotion: true}); err != nil {
						t.Fatal(err)
					}
					if err := tab.Load(url); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := browsertest.Await[bool](tab, fmt.Sprintf(`(async () => {
					const link = "#%g/%.6f/%.6f%s";
					if (location.hash !== link) { // as of the same place in the other format
						const there = new Promise((done) => addEventListener("hashchange", done, { once: true }));
						location.hash = link;
						await there;
					}
					heatmapgen.map.setLayoutProperty("grid", "visibility", "none");
					await heatmapgen.idle();
					return true;
				})()`, c.zoom, lat, lon, c.link)); err != nil {
					t.Fatalf("%s: %v; console: %q", c.name, err, tab.Errors())
				}
				shot, err := tab.Screenshot()
				if err != nil {
					t.Fatal(err)
				}
				both := pictures[c.name]
				i := 0
				if url == painted {
					i = 1
				}
				if dir := os.Getenv("HEATMAPGEN_PICTURES"); dir != "" {
					if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("kept %s %d.png", c.name, i)), shot, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if both[i], err = png.Decode(bytes.NewReader(shot)); err != nil {
					t.Fatal(err)
				}
				pictures[c.name] = both
			}
			if tab == nil {
				continue
			}
			if said := tab.Errors(); len(said) > 0 {
				t.Errorf("%s: %q", url, said)
			}
			tab.Cancel()
		}
	}
	for _, c := range cases {
		lit, apart := apart(pictures[c.name][0], pictures[c.name][1])
		t.Logf("%s: %d pixels are lit, %.2f apart", c.name, lit, apart)
		if lit < 5000 || apart > c.most {
			t.Errorf("%s: %d pixels are lit, and the pictures are %.2f apart", c.name, lit, apart)
		}
	}
}

// apart returns how many pixels of two pictures on a dark ground are lit in one of them, and how far those are apart on average, in 255ths of the sum of their channels.
func apart(a, b image.Image) (lit int, mean float64) {
	sum := 0.0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r0, g0, b0, _ := a.At(x, y).RGBA()
			r1, g1, b1, _ := b.At(x, y).RGBA()
			if max(r0+g0+b0, r1+g1+b1)>>8 < 120 {
				continue
			}
			lit++
			for _, d := range []int{int(r0) - int(r1), int(g0) - int(g1), int(b0) - int(b1)} {
				sum += float64(max(d, -d)) / 3 / 257
			}
		}
	}
	return lit, sum / float64(max(1, lit))
}
