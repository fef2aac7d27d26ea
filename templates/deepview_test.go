package templates_test

import (
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/templates/browsertest"
)

// TestDeepView measures how long a view of painted tiles takes once its bytes are there, layer by layer: from the wish to the frame with the last
// tile. It runs only where HEATMAPGEN_DEEP_VIEW is the fragment of a link, as #16/47.5030/9.7470, and
// HEATMAPGEN_ARCHIVES names archives (docs/benchmarks.md).
func TestDeepView(t *testing.T) {
	fragment := os.Getenv("HEATMAPGEN_DEEP_VIEW")
	if fragment == "" {
		t.Skip("HEATMAPGEN_DEEP_VIEW is not set")
	}
	ctx := sharedBrowser(t)
	for _, path := range filepath.SplitList(os.Getenv("HEATMAPGEN_ARCHIVES")) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			tab := open(t, ctx, browsertest.View{Width: 1280, Height: 800, ReducedMotion: true})
			load(t, tab, serve(t, plain, path)+"/"+fragment+"&layer=fresh36")
			for _, layer := range []string{"all", "pace", "heartrate", "steepness", "direction", "hills", "recency", "fresh12"} {
				before := stateOf(t, tab).Requests
				took := await[struct {
					Tiles int
					MS    float64
				}](t, tab, `(async () => {
					const { map } = heatmapgen;
					let [tiles, ms] = [0, 0];
					const start = performance.now();
					let came = false;
					const count = (e) => { if (e.tile && e.sourceId.startsWith("heat-")) { tiles++; came = true; } };
					const shown = () => { if (came) ms = performance.now() - start; came = false; };
					map.on("sourcedata", count);
					map.on("render", shown);
					`+press("layer", layer)+`;
					await heatmapgen.idle();
					map.off("sourcedata", count);
					map.off("render", shown);
					return { Tiles: tiles, MS: ms };
				})()`)
				t.Logf("%s: %d tiles in %.0f ms, %d requests", layer, took.Tiles, took.MS, stateOf(t, tab).Requests-before)
			}
			noErrors(t, tab)
		})
	}
}
