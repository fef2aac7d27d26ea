package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// explored is the part of the page's state that is about selections and single activities.
type explored struct {
	Layer    string
	Requests int
	Listed   []int
	Kept     *int
	Notices  []string
	Pictures []struct {
		Layer, Mode string
		Selected    int
	}
}

func exploredState(t *testing.T, tab *browsertest.Tab) explored {
	t.Helper()
	return await[explored](t, tab, "heatmapgen.idle().then(() => heatmapgen.state())")
}

// lit counts the pixels of the map that something is drawn on, between two fractions of its width.
func lit(t *testing.T, tab *browsertest.Tab, from, to float64) int {
	t.Helper()
	return pixels(t, tab, from, to, "Math.max(r, g, b) > 60")
}

// pixels counts the pixels of the map of which a condition on r, g and b holds, between two fractions of its width.
func pixels(t *testing.T, tab *browsertest.Tab, from, to float64, condition string) int {
	t.Helper()
	return await[int](t, tab, fmt.Sprintf(`(async () => {
		`+noGrid+`
		await heatmapgen.idle();
		heatmapgen.map.redraw();
		const gl = heatmapgen.map.getCanvas().getContext("webgl2");
		const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
		const [x0, x1] = [Math.round(w * %g), Math.round(w * %g)];
		const px = new Uint8Array((x1 - x0) * h * 4);
		gl.readPixels(x0, 0, x1 - x0, h, gl.RGBA, gl.UNSIGNED_BYTE, px);
		let n = 0;
		for (let i = 0; i < px.length; i += 4) {
			const [r, g, b] = px.subarray(i, i + 3);
			if (%s) n++;
		}
		return n;
	})()`, from, to, condition))
}

// atMap presses and releases the mouse on the map.
func atMap(t *testing.T, tab *browsertest.Tab, lon, lat float64) {
	t.Helper()
	p := await[[2]float64](t, tab, fmt.Sprintf("(() => { const p = heatmapgen.map.project([%g, %g]); return [p.x, p.y]; })()", lon, lat))
	drag(t, tab, p[0], p[1])
	release(t, tab, p[0], p[1])
}

func noErrors(t *testing.T, tab *browsertest.Tab) {
	t.Helper()
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}

func TestExplore(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	const place = "#13/49.005/8.43" // the middle of the routes

	for name, v := range map[string]browsertest.View{"desk": wide, "phone": dense} {
		t.Run("a filter changes map and numbers, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			before := exploredState(t, tab)
			if before.Pictures[0].Mode != "baked" || before.Pictures[0].Selected != 36 {
				t.Fatalf("it begins with %+v", before.Pictures)
			}
			all := lit(t, tab, 0, 1)
			await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
			after := exploredState(t, tab)
			if p := after.Pictures[0]; p.Mode != "live" || p.Selected == 0 || p.Selected >= 36 {
				t.Errorf("2025: %+v", p)
			}
			if after.Requests > before.Requests+2 { // where the blocks lie, and the blocks
				t.Errorf("%d requests became %d", before.Requests, after.Requests)
			}
			some := lit(t, tab, 0, 1)
			if some < 500 || some >= all {
				t.Errorf("%d lit pixels became %d", all, some)
			}
			if got := await[string](t, tab, `document.querySelector("[data-total=count] dd").textContent`); got != fmt.Sprint(after.Pictures[0].Selected) {
				t.Errorf("the panel counts %q", got)
			}
			until(t, tab, `location.hash.includes("when=2025-01-01..2025-12-31")`)
			picture(t, tab, "filter-"+name)
			// A sport takes more away, back brings it again, and all of it costs no further request.
			await[bool](t, tab, `document.querySelector('[data-sport="Ride"]').click(); true`)
			if p := exploredState(t, tab).Pictures[0]; p.Selected == 0 || p.Selected >= after.Pictures[0].Selected {
				t.Errorf("rides of 2025: %+v", p)
			}
			await[bool](t, tab, "history.back(); true")
			until(t, tab, fmt.Sprintf("heatmapgen.state().pictures[0].selected === %d", after.Pictures[0].Selected))
			await[bool](t, tab, "history.back(); true")
			until(t, tab, `heatmapgen.state().pictures[0].mode === "baked"`)
			if n := exploredState(t, tab).Requests; n != after.Requests {
				t.Errorf("%d requests became %d", after.Requests, n)
			}
			noErrors(t, tab)
		})

		t.Run("who was here, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			// On the line of the newest activity, as the blob has it.
			await[bool](t, tab, `heatmapgen.map.jumpTo({ center: [8.43, 49.005], zoom: 12 }); true`)
			spot := spotOnHeat(t, tab)
			atMap(t, tab, spot[0], spot[1])
			until(t, tab, "heatmapgen.state().listed.length > 0")
			s := exploredState(t, tab)
			for i := 1; i < len(s.Listed); i++ {
				if s.Listed[i] >= s.Listed[i-1] {
					t.Errorf("not the newest first: %v", s.Listed)
				}
			}
			rows := await[[]string](t, tab, `[...document.querySelectorAll(".passage")].map((e) => e.textContent)`)
			if len(rows) != len(s.Listed) || !strings.Contains(rows[0], "bpm") || !strings.Contains(rows[0], "km") {
				t.Errorf("%d rows for %d activities: %q", len(rows), len(s.Listed), rows)
			}
			if await[int](t, tab, `document.querySelectorAll(".passages img").length`) != 0 {
				t.Error("a name became markup")
			}
			const blue = "b > r + 60" // as no heat is on this layer
			if n := pixels(t, tab, 0, 1, blue); n != 0 {
				t.Errorf("%d pixels are blue before anything is kept", n)
			}
			await[bool](t, tab, `document.querySelector(".passage").click(); true`)
			kept := exploredState(t, tab)
			if kept.Kept == nil || *kept.Kept != s.Listed[0] {
				t.Errorf("kept %v of %v", kept.Kept, s.Listed)
			}
			if n := pixels(t, tab, 0, 1, blue); n < 100 {
				t.Errorf("its line does not show: %d pixels are blue", n)
			}
			if await[int](t, tab, `document.querySelectorAll(".kmmarks span").length`) == 0 {
				t.Error("its kilometres are not marked")
			}
			until(t, tab, `location.hash.includes("here=") && location.hash.includes("activity=")`)
			picture(t, tab, "here-"+name)
			// The address alone shows the same.
			again := open(t, ctx, v)
			load(t, again, await[string](t, tab, "location.href"))
			until(t, again, "heatmapgen.state().listed.length > 0")
			if got := exploredState(t, again); fmt.Sprint(got.Listed) != fmt.Sprint(s.Listed) || got.Kept == nil || *got.Kept != *kept.Kept {
				t.Errorf("the link shows %+v, not %v", got, s.Listed)
			}
			noErrors(t, tab)
		})

		t.Run("a comparison, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			left, right := lit(t, tab, 0, 0.5), lit(t, tab, 0.5, 1)
			await[bool](t, tab, `document.querySelector(".comparebutton").click(); true`)
			s := exploredState(t, tab)
			if len(s.Pictures) != 2 || s.Pictures[0].Selected == s.Pictures[1].Selected || s.Pictures[1].Mode != "live" {
				t.Fatalf("pictures %+v", s.Pictures)
			}
			// Each side has its legend, and the difference, a picture of its own, the first.
			legends := `[...document.querySelectorAll(".legends .legend")].filter((e) => !e.hidden).map((e) => e.querySelector(".name").textContent)`
			if got := await[[]string](t, tab, legends); fmt.Sprint(got) != "[All routes All routes]" {
				t.Errorf("legends %q", got)
			}
			await[bool](t, tab, `document.querySelector(".pictureside.difference").click(); true`)
			less, more := pixels(t, tab, 0, 1, "b > r + 30"), pixels(t, tab, 0, 1, "r > b + 30")
			if less < 200 || more < 200 {
				t.Errorf("the difference has %d pixels of less and %d of more", less, more)
			}
			if got := await[[]string](t, tab, legends); fmt.Sprint(got) != "[Difference: All routes]" {
				t.Errorf("legends of the difference: %q", got)
			}
			until(t, tab, `location.hash.includes("&compare=difference")`)
			await[bool](t, tab, `document.querySelector(".pictureside.difference").click(); true`)
			// The cards are about the right side now: a layer chosen there leaves the left as it is.
			await[bool](t, tab, press("layer", "pace")+"; true")
			s = exploredState(t, tab)
			if s.Pictures[0].Layer != "all" || s.Pictures[1].Layer != "pace" {
				t.Errorf("pictures %+v", s.Pictures)
			}
			if l, r := lit(t, tab, 0, 0.5), lit(t, tab, 0.5, 1); l == 0 || r == 0 || l >= left || r >= right+right/2 {
				t.Errorf("lit: %d and %d before, %d and %d after", left, right, l, r)
			}
			picture(t, tab, "compare-"+name)
			await[bool](t, tab, `document.querySelector(".grip").focus(); true`)
			await[bool](t, tab, `document.querySelector(".grip").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })); true`)
			until(t, tab, `location.hash.includes("&at=52&side=right")`)
			// The address alone shows the same, and the cards are about the same side.
			again := open(t, ctx, v)
			load(t, again, await[string](t, tab, "location.href"))
			if got := await[string](t, again, `document.querySelector("input[name=layer]:checked").value`); got != "pace" {
				t.Errorf("the link's cards are about %q", got)
			}
			await[bool](t, tab, `document.querySelector(".comparebar .close").click(); true`)
			if s := exploredState(t, tab); len(s.Pictures) != 1 {
				t.Errorf("the comparison goes on: %+v", s.Pictures)
			}
			noErrors(t, tab)
		})

		t.Run("routes, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			await[bool](t, tab, press("mode", "routes")+"; true")
			if p := exploredState(t, tab).Pictures[0]; p.Mode != "routes" {
				t.Errorf("%+v", p)
			}
			all := lit(t, tab, 0, 1)
			await[bool](t, tab, `document.querySelector('[data-sport="Hike"]').click(); true`)
			if some := lit(t, tab, 0, 1); some < 100 || some >= all {
				t.Errorf("%d lit pixels of all sports, %d of hikes", all, some)
			}
			if got := await[string](t, tab, `document.querySelector(".legend .sports").textContent`); got != "Hike" {
				t.Errorf("the legend says %q", got)
			}
			picture(t, tab, "routes-"+name)
			noErrors(t, tab)
		})
	}

	t.Run("whoever is drawn is found, on the rim of the glow as well", func(t *testing.T) {
		tab := open(t, ctx, wide)
		load(t, tab, url+place)
		for _, zoom := range []float64{12.45, 13.5, 15} { // MapLibre's: where a tile's pixel is wide on the screen, and beyond the stored ones
			await[bool](t, tab, fmt.Sprintf(`heatmapgen.map.jumpTo({ center: [8.43, 49.005], zoom: %g }); true`, zoom))
			for i, spot := range spotsOnRim(t, tab, 4) {
				await[bool](t, tab, `document.querySelector(".places .close")?.click(); true`)
				until(t, tab, `!location.hash.includes("here=")`)
				atMap(t, tab, spot[0], spot[1])
				until(t, tab, `location.hash.includes("here=")`)
				if s := exploredState(t, tab); len(s.Listed) == 0 {
					t.Errorf("zoom %g: nobody at spot %d, %v", zoom, i, spot)
				}
			}
		}
		noErrors(t, tab)
	})

	t.Run("the local scale is drawn live, and other colours ask for nothing", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, url+place+"&look=viridis,local")
		s := exploredState(t, tab)
		if s.Pictures[0].Mode != "live" || lit(t, tab, 0, 1) < 500 {
			t.Errorf("%+v", s.Pictures)
		}
		noErrors(t, tab)
	})

	t.Run("an empty selection says how to undo it", func(t *testing.T) {
		tab := open(t, ctx, wide)
		load(t, tab, url+place+"&when=1990-01-01..1990-12-31")
		if s := exploredState(t, tab); s.Pictures[0].Selected != 0 {
			t.Fatalf("%+v", s.Pictures)
		}
		await[bool](t, tab, `document.querySelector(".selection .showall").click(); true`)
		if s := exploredState(t, tab); s.Pictures[0].Selected != 36 {
			t.Errorf("%+v", s.Pictures)
		}
	})

	t.Run("without the lines it is polite", func(t *testing.T) {
		tab := open(t, ctx, wide)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{NoTracks: true}))+place)
		if await[bool](t, tab, `document.querySelector("input[name=mode]") !== null`) {
			t.Error("routes are offered")
		}
		await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
		s := exploredState(t, tab)
		if s.Pictures[0].Mode != "baked" || len(s.Notices) != 1 || !strings.Contains(s.Notices[0], "without its lines") {
			t.Errorf("%+v", s)
		}
		noErrors(t, tab)
	})

	t.Run("a German browser reads German", func(t *testing.T) {
		german, stop, err := browsertest.Start(t.Context(), map[string]any{"accept-lang": "de-DE"})
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		tab := open(t, german, wide)
		load(t, tab, url+place)
		got := await[string](t, tab, `document.documentElement.lang + " " + document.querySelector(".selection .toggle").textContent + " " + document.querySelector(".layers").textContent`)
		if !strings.HasPrefix(got, "de ") || !strings.Contains(got, "Auswahl") || !strings.Contains(got, "Alle Strecken") {
			t.Errorf("the page says %q", got)
		}
		picture(t, tab, "german")
	})
}

// spotsOnRim returns so many places in the middle of the map where heat is just bright enough to be seen.
func spotsOnRim(t *testing.T, tab *browsertest.Tab, count int) [][2]float64 {
	t.Helper()
	return await[[][2]float64](t, tab, fmt.Sprintf(`(async () => {
		`+noGrid+`
		await heatmapgen.idle();
		const { map } = heatmapgen;
		map.redraw();
		const gl = map.getCanvas().getContext("webgl2");
		const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
		const side = Math.min(w, h) >> 1, x0 = (w - side) >> 1, y0 = (h - side) >> 1;
		const px = new Uint8Array(side * side * 4);
		gl.readPixels(x0, y0, side, side, gl.RGBA, gl.UNSIGNED_BYTE, px);
		const rim = [];
		for (let i = 0; i < px.length; i += 4) if (px[i] > 60 && px[i] < 75) rim.push(i / 4);
		const ratio = w / map.getContainer().clientWidth;
		return Array.from({ length: %d }, (_, k) => {
			const at = rim[Math.floor((k + 0.5) / %d * rim.length)];
			const place = map.unproject([(x0 + (at %% side) + 0.5) / ratio, (h - 1 - (y0 + Math.floor(at / side)) + 0.5) / ratio]);
			return [place.lng, place.lat];
		});
	})()`, count, count))
}

// spotOnHeat returns a place on the brightest heat near the middle of the map.
func spotOnHeat(t *testing.T, tab *browsertest.Tab) [2]float64 {
	t.Helper()
	return await[[2]float64](t, tab, `(async () => {
		`+noGrid+`
		await heatmapgen.idle();
		const { map } = heatmapgen;
		map.redraw();
		const gl = map.getCanvas().getContext("webgl2");
		const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
		const side = Math.min(w, h) >> 2, x0 = (w - side) >> 1, y0 = (h - side) >> 1;
		const px = new Uint8Array(side * side * 4);
		gl.readPixels(x0, y0, side, side, gl.RGBA, gl.UNSIGNED_BYTE, px);
		let best = 0;
		for (let i = 0; i < px.length; i += 4) if (px[i] + px[i + 1] > px[best] + px[best + 1]) best = i;
		const k = best / 4, ratio = w / map.getContainer().clientWidth;
		const at = map.unproject([(x0 + (k % side) + 0.5) / ratio, (h - 1 - (y0 + Math.floor(k / side)) + 0.5) / ratio]);
		return [at.lng, at.lat];
	})()`)
}
