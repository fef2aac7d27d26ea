package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// ownLayer is a layer of a field as the ten have it.
func ownLayer(id, title, field string, of func(outing int) bool) fixture.OwnLayer {
	l := layers.OwnLayer(field, 3, false)
	l.ID, l.Group, l.Title, l.Description = id, "own", title, "On <i>gravel</i>"
	return fixture.OwnLayer{Layer: l, Of: of}
}

// drawn is the hash of all that the map's canvas has.
func drawn(t *testing.T, tab *browsertest.Tab) float64 {
	t.Helper()
	return await[float64](t, tab, `(async () => {
		await heatmapgen.idle();
		heatmapgen.map.redraw();
		const gl = heatmapgen.map.getCanvas().getContext("webgl2");
		const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
		const px = new Uint8Array(w * h * 4);
		gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, px);
		return px.reduce((hash, byte) => Math.imul(hash ^ byte, 16777619) >>> 0, 2166136261);
	})()`)
}

// TestOwnLayers: a layer of the owner's own is on the map what the field is under the filter that it stands for, and the reader's filters limit it further. It is in the card, the legend, links and keys.
func TestOwnLayers(t *testing.T) {
	ctx := sharedBrowser(t)
	gravel := func(i int) bool { return i%6 < 3 } // as fixture.Options.Labels have it
	url := serve(t, plain, makeArchive(t, fixture.Options{Labels: true, OwnLayers: []fixture.OwnLayer{
		ownLayer("gravel", `Gravel <img src=x onerror="document.title='harm'">`, "visits", gravel),
		ownLayer("quick", "Quick races", "pace", func(i int) bool { return i%6 == 1 }),
		ownLayer("late", "Since when", "recency", gravel),
		ownLayer("nobody", "Nobody", "visits", func(int) bool { return false }),
		ownLayer("all", "Like one of the ten", "pace", nil),
		ownLayer("gone", "Of no field", "pace", nil),
	}}))
	const place = "#13/49.005/8.43"
	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			to := func(fragment string) {
				await[bool](t, tab, fmt.Sprintf(`location.hash = %q; new Promise((resolve) => setTimeout(() => resolve(true)))`, place+fragment))
			}
			same := func(own, filtered string) {
				t.Helper()
				to(own)
				if p := exploredState(t, tab).Pictures[0]; p.Mode != "live" {
					t.Errorf("%s: it is %s", own, p.Mode)
				}
				if n := lit(t, tab, 0, 1); n < 300 {
					t.Errorf("%s: %d pixels are lit", own, n)
				}
				got := drawn(t, tab)
				to(filtered)
				if want := drawn(t, tab); got != want {
					t.Errorf("%s is not %s on the map", own, filtered)
				}
			}
			same("&layer=gravel", "&layer=all&gear=Gravel%20bike")
			same("&layer=quick", "&layer=pace&kind=race")
			same("&layer=late", "&layer=recency&gear=Gravel%20bike")
			same("&layer=gravel&sport=Run&when=2023-01-01..", "&layer=all&gear=Gravel%20bike&sport=Run&when=2023-01-01..")

			to("&layer=gravel")
			if got := await[[]string](t, tab, `[...document.querySelectorAll(".layer")].slice(10).map((l) => l.textContent)`); strings.Join(got, "|") !=
				`Custom: Gravel <img src=x onerror="document.title='harm'">|Custom: Quick races|Custom: Since when|Custom: Nobody Nothing to show here.|Custom: Of no field` {
				t.Errorf("the card lists %q", got)
			}
			if got := await[string](t, tab, `document.querySelector(".controls .caption").textContent`); got != "On <i>gravel</i> · 18 activities" {
				t.Errorf("it is described as %q", got)
			}
			if got := await[string](t, tab, `document.querySelector(".legend .name").textContent`); !strings.HasPrefix(got, "Gravel <img") {
				t.Errorf("the legend is called %q", got)
			}
			picture(t, tab, "ownlayers-"+name)

			// The key goes through those that have something, and around.
			var visited []string
			for range 5 {
				await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "l" })); true`)
				visited = append(visited, exploredState(t, tab).Pictures[0].Layer)
			}
			if got := strings.Join(visited, " "); got != "quick late gone gravel quick" {
				t.Errorf("the key goes to %s", got)
			}
			until(t, tab, `location.hash.includes("layer=quick")`)

			// Back to one of the ten, whose tiles were never there.
			await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "2" })); true`)
			if p := exploredState(t, tab).Pictures[0]; p.Layer != "all" || p.Mode != "baked" {
				t.Errorf("one of the ten: %+v", p)
			}
			if n := lit(t, tab, 0, 1); n < 300 {
				t.Errorf("one of the ten lights %d pixels", n)
			}

			// Two of them side by side, and their difference.
			to("&layer=gravel&layer2=quick")
			for side := range 2 {
				if n := lit(t, tab, float64(side)/2, float64(side+1)/2); n < 100 {
					t.Errorf("side %d lights %d pixels", side, n)
				}
			}
			to("&layer=nobody")
			if got := exploredState(t, tab).Pictures[0].Layer; got != "all" {
				t.Errorf("a layer of nothing opens %s", got)
			}
			if title := await[string](t, tab, "document.title"); title == "harm" {
				t.Error("a title was run")
			}
			noErrors(t, tab)
		})
	}
	t.Run("first", func(t *testing.T) {
		page := plain
		page.DefaultLayer = "gravel"
		at := serve(t, page, makeArchive(t, fixture.Options{OwnLayers: []fixture.OwnLayer{
			ownLayer("gravel", "Gravel", "visits", gravel), ownLayer("first", "New ground", layers.Discovery, nil), ownLayer("trend", "Trend", layers.Trend, nil),
			ownLayer("one", "Trend of one", layers.Trend, func(i int) bool { return i == 5 }),
		}}))
		tab := open(t, ctx, wide)
		load(t, tab, at)
		if p := exploredState(t, tab).Pictures[0]; p.Layer != "gravel" || p.Mode != "live" {
			t.Errorf("it opens with %+v", p)
		}
		if text := hovered(t, tab); !strings.Contains(text, "visit") {
			t.Errorf("a pointer reads %q", text)
		}
		// The live fields, which nothing is stored of.
		for id, said := range map[string]string{"first": "first here", "trend": "each year"} {
			await[bool](t, tab, fmt.Sprintf(`location.hash = "#13/49.005/8.43&layer=%s"; new Promise((resolve) => setTimeout(() => resolve(true)))`, id))
			if n := lit(t, tab, 0, 1); n < 300 {
				t.Errorf("%s lights %d pixels", id, n)
			}
			if text := hovered(t, tab); !strings.Contains(text, said) {
				t.Errorf("a pointer reads %q of %s", text, id)
			}
			picture(t, tab, "ownlayers-"+id)
			move(t, tab, 4, 4)
		}
		await[bool](t, tab, `location.hash = "#13/49.005/8.43&layer=one"; new Promise((resolve) => setTimeout(() => resolve(true)))`)
		if n := lit(t, tab, 0.3, 0.7); n > 50 {
			t.Errorf("the trend of one outing lights %d pixels", n)
		}
		if got := await[string](t, tab, `heatmapgen.idle().then(() => document.querySelector(".legend .why").textContent)`); got != "Nothing selected was here in several years." {
			t.Errorf("of one outing the legend says %q", got)
		}
		noErrors(t, tab)
	})
	t.Run("without lines", func(t *testing.T) {
		at := serve(t, plain, makeArchive(t, fixture.Options{NoTracks: true, OwnLayers: []fixture.OwnLayer{ownLayer("gravel", "Gravel", "visits", gravel)}}))
		tab := open(t, ctx, wide)
		load(t, tab, at+"#layer=gravel")
		if got := exploredState(t, tab).Pictures[0].Layer; got != "all" {
			t.Errorf("it opens with %s", got)
		}
		if got := await[string](t, tab, `document.querySelector("input[value=gravel]").disabled + document.querySelector("input[value=gravel]").parentElement.textContent`); got != "trueCustom: Gravel Not in this copy of the file." {
			t.Errorf("the card says %q", got)
		}
	})
}

// TestSensors: layers of what sensors told are painted from the readings of lines, in the reader's units; one of which nothing was recorded says so, and so does a selection.
func TestSensors(t *testing.T) {
	ctx := sharedBrowser(t)
	none := func(int) bool { return false }
	url := serve(t, plain, makeArchive(t, fixture.Options{Labels: true, Sensors: activity.AllSensors(), OwnLayers: []fixture.OwnLayer{
		ownLayer("steps", "Steps", "cadence", nil), ownLayer("watts", "Watts", "power", nil), ownLayer("frost", "Frost", "temperature", nil), ownLayer("nothing", "Nothing", "power", none),
	}}))
	for name, c := range map[string]struct {
		view   browsertest.View
		german bool
		units  string
		said   map[string]string
		absent string
	}{
		"desk":  {wide, false, "imperial", map[string]string{"steps": "spm", "watts": "W", "frost": "°F"}, "No sensor recorded it."},
		"phone": {phone, true, "metric", map[string]string{"steps": "spm", "watts": "W", "frost": "°C"}, "Kein Sensor hat es aufgezeichnet."},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := ctx
			if c.german {
				german, stop, err := browsertest.Start(t.Context(), map[string]any{"accept-lang": "de-DE"})
				if err != nil {
					t.Fatal(err)
				}
				defer stop()
				ctx = german
			}
			c.view.Script = fmt.Sprintf(`try { localStorage["heatmapgen.units"] = %q } catch {}`, c.units)
			tab := open(t, ctx, c.view)
			for id, unit := range c.said {
				load(t, tab, url+"?"+id+"#13/49.005/8.43&layer="+id)
				if p := exploredState(t, tab).Pictures[0]; p.Mode != "live" || p.Layer != id {
					t.Errorf("%s: %+v", id, p)
				}
				if n := lit(t, tab, 0, 1); n < 300 {
					t.Errorf("%s: %d pixels are lit", id, n)
				}
				if got := await[string](t, tab, `document.querySelector(".legend").textContent`); !strings.Contains(got, unit) {
					t.Errorf("%s: the legend says %q", id, got)
				}
				if name == "desk" {
					if text := hovered(t, tab); !strings.Contains(text, unit) {
						t.Errorf("%s: a pointer reads %q", id, text)
					}
				}
				picture(t, tab, "sensors-"+id+"-"+name)
			}
			if got := await[string](t, tab, `document.querySelector("input[value=nothing]").disabled + document.querySelector("input[value=nothing]").parentElement.textContent`); !strings.HasPrefix(got, "true") || !strings.Contains(got, c.absent) {
				t.Errorf("the card says %q", got)
			}
			noErrors(t, tab)
		})
	}
	t.Run("without readings", func(t *testing.T) {
		at := serve(t, plain, makeArchive(t, fixture.Options{OwnLayers: []fixture.OwnLayer{ownLayer("watts", "Watts", "power", nil)}}))
		tab := open(t, ctx, wide)
		load(t, tab, at+"#13/49.005/8.43&layer=watts")
		if n := lit(t, tab, 0.3, 0.7); n > 50 {
			t.Errorf("%d pixels are lit", n)
		}
		if got := await[string](t, tab, `heatmapgen.idle().then(() => document.querySelector(".legend .why").textContent)`); got != "Nothing selected has readings of it." {
			t.Errorf("the legend says %q", got)
		}
		noErrors(t, tab)
	})
}

// hovered is what the tag beside the mouse says over the brightest pixel of the map's middle.
func hovered(t *testing.T, tab *browsertest.Tab) string {
	t.Helper()
	at := await[[2]float64](t, tab, fmt.Sprintf(`(async () => {
		await heatmapgen.idle();
		heatmapgen.map.redraw();
		const gl = heatmapgen.map.getCanvas().getContext("webgl2");
		const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
		const px = new Uint8Array(4 * %[1]d * %[1]d);
		const [x0, y0] = [Math.round(w / 2 - %[1]d / 2), Math.round(h / 2 - %[1]d / 2)];
		gl.readPixels(x0, y0, %[1]d, %[1]d, gl.RGBA, gl.UNSIGNED_BYTE, px);
		let best = 0;
		for (let i = 0; i < px.length; i += 4) if (px[i] + px[i + 1] + px[i + 2] > px[best] + px[best + 1] + px[best + 2]) best = i;
		const scale = w / heatmapgen.map.getContainer().clientWidth;
		const [x, y] = [x0 + (best / 4) %% %[1]d, y0 + Math.floor(best / 4 / %[1]d)];
		return [(x + 0.5) / scale, (h - y - 0.5) / scale];
	})()`, 240))
	move(t, tab, at[0], at[1])
	until(t, tab, `!document.querySelector(".hovervalue").hidden`)
	return await[string](t, tab, `document.querySelector(".hovervalue").textContent`)
}
