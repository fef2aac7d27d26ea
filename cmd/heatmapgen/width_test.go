package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/templates/browsertest"
)

// A line is as wide on the screen at one zoom as at another, whole or not: where tiles are stored, where they are painted and at the border between
// the two, on screens of one pixel to the CSS pixel and of more, for counts and for means, and when it is filtered. A lone straight run is
// built, and its glow is measured in what the browser shows.
func TestGlowHasItsWidth(t *testing.T) {
	browser := browsertest.MustStart(t, nil)

	const lon, lat = 9.7, 47.5
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "recordings"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "recordings", "run.gpx"), straightRun(lon, lat), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: filepath.Join(dir, "recordings")}}
	cfg.Render.MinZoom = 10
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Page.DefaultBasemap = "none"
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
		t.Fatal(err)
	}

	// Zooms are told to eighths, and pixels are what they are, so that a tenth is allowed for; from one side of a half zoom to the other, less.
	// Half of the presence is left 1.31 sigma away from the middle of a pen's line (docs/layers.md, "Pen").
	const want = 2 * 1.31 * 2
	for _, ratio := range []float64{1, 2} {
		tab, origin := openSiteIn(t, browser, cfg.Output, browsertest.View{Width: 300, Height: 240, Scale: ratio})
		for _, picture := range []string{
			"layer=all&look=1..1000", "layer=pace&look=0.5..30",
			"layer=all&look=1..1000&when=2020-01-01..", "layer=pace&look=0.5..30&when=2020-01-01..", // drawn live
		} {
			before, last := 0., 0.
			for _, zoom := range []float64{9.3, 10.3, 12.49, 12.51, 13.9, 14.1, 14.49, 14.51, 16.49, 16.51} {
				got, err := browsertest.Await[float64](tab, fmt.Sprintf(`(async () => {
					location.hash = "%g/%g/%g&%s";
					await new Promise((r) => addEventListener("hashchange", r, { once: true }));
					%s
				})()`, zoom, lat, lon, picture, strings.ReplaceAll(glowWidth, "__SLOPE__", fmt.Sprint(slope))))
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(got/want-1) > 0.11 {
					t.Errorf("%s at zoom %g, %g pixels to one: the line is %.2f CSS pixels wide, not %.2f", picture, zoom, ratio, got, want)
				}
				if zoom-before < 0.1 && math.Abs(got/last-1) > 0.05 {
					t.Errorf("%s, %g pixels to one: the line is %.2f CSS pixels wide at zoom %g and %.2f at zoom %g", picture, ratio, last, before, got, zoom)
				}
				before, last = zoom, got
			}
		}
		politeSoFar(t, tab, origin)
	}
}

// glowWidth is the body of an asynchronous function of JavaScript that returns the width in CSS pixels of the line through the middle of the map, between the
// places at which half of its light is left.
const glowWidth = `
	const { map } = heatmapgen;
	await heatmapgen.idle();
	map.setLayoutProperty("grid", "visibility", "none");
	map.redraw();
	const gl = map.getCanvas().getContext("webgl2");
	const [columns, height] = [24 * devicePixelRatio, gl.drawingBufferHeight];
	const px = new Uint8Array(columns * height * 4);
	gl.readPixels((gl.drawingBufferWidth - columns) / 2, 0, columns, height, gl.RGBA, gl.UNSIGNED_BYTE, px);
	// How far a pixel is from the ground.
	const light = (x, y) => [15, 18, 22].reduce((sum, ground, k) => sum + Math.abs(px[4 * (y * columns + x) + k] - ground), 0);
	const profiles = Array.from({ length: columns }, (_, x) => Array.from({ length: height }, (_, y) => light(x, y)));
	const half = profiles.reduce((sum, p) => sum + Math.max(...p), 0) / columns / 2;
	const across = profiles.map((p) => {
		const at = p.indexOf(Math.max(...p));
		const edge = (step) => {
			let y = at;
			while (p[y + step] > half) y += step;
			return Math.abs(y - at) + (p[y] - half) / (p[y] - p[y + step]);
		};
		return edge(1) + edge(-1);
	});
	return across.reduce((sum, w) => sum + w, 0) / columns * Math.cos(Math.atan(__SLOPE__)) / devicePixelRatio;
`

// slope is how far the run goes to the south for each metre to the east: along a row of pixels steps of presence would not average out.
const slope = 0.31

// straightRun is a GPX file of a straight run of 12 km at an even pace, a sample every 3 seconds; its middle is a place in degrees.
func straightRun(lon, lat float64) []byte {
	const samples, stepM = 1200, 10
	north := -stepM * slope / 111_195
	east := stepM / (111_195 * math.Cos(lat*math.Pi/180))
	start := time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC)
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>`)
	for i := range samples {
		at := float64(i) - samples/2
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>400</ele><time>%s</time></trkpt>`, lat+at*north, lon+at*east, start.Add(time.Duration(3*i)*time.Second).Format(time.RFC3339))
	}
	b.WriteString(`</trkseg></trk></gpx>`)
	return []byte(b.String())
}
