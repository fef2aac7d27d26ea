package templates_test

import (
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// effortsShown are the rows of the table of efforts, their cells apart.
const effortsShown = `[...document.querySelectorAll(".segmenttable tbody tr")].map((r) => [...r.children].map((c) => c.textContent).join("|"))`

// atMark clicks the mark of a kilometre on the line that is kept lit.
func atMark(t *testing.T, tab *browsertest.Tab, km int) {
	t.Helper()
	p := await[[2]float64](t, tab, `(() => {
		const mark = [...document.querySelectorAll(".kmmarks b")].find((b) => b.textContent === "`+string(rune('0'+km))+`").getBoundingClientRect();
		return [mark.left + mark.width / 2, mark.top + mark.height / 2];
	})()`)
	drag(t, tab, p[0], p[1])
	release(t, tab, p[0], p[1])
}

func TestSegments(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	// The newest activity, whose way was gone three times, is kept lit.
	const lit = "#12.6/48.995/8.41&activity=2026-09-04"

	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run("two clicks list all efforts, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+lit+"&explore=segments")
			until(t, tab, `document.querySelectorAll(".kmmarks b").length > 3 && document.querySelector(".segmentpicker") !== null`)
			picture(t, tab, "segments-pick-"+name)
			atMark(t, tab, 6)
			until(t, tab, `document.querySelector("[data-deed=over]") !== null`)
			atMark(t, tab, 8)
			until(t, tab, `document.querySelectorAll(".segmenttable tbody tr").length > 0`)
			all := await[[]string](t, tab, effortsShown)
			if len(all) != 3 || !strings.HasPrefix(all[0], "1|") || !strings.Contains(all[0], "min/km") {
				t.Fatalf("efforts: %q", all)
			}
			if times := await[[]string](t, tab, `[...document.querySelectorAll(".segmenttable td:nth-child(3)")].map((c) => c.textContent)`); times[0] > times[1] || times[1] > times[2] {
				t.Errorf("not the fastest first: %q", times)
			}
			if n := await[int](t, tab, `document.querySelectorAll(".segmentchart .best").length + document.querySelectorAll(".segmentchart .height").length`); n != 2 {
				t.Errorf("%d parts of the charts", n)
			}
			// The line of an effort that is pointed at is white.
			const white = "r > 235 && g > 235 && b > 235"
			before := pixels(t, tab, 0, 1, white)
			await[bool](t, tab, `document.querySelector(".segmenttable tbody tr:last-child").dispatchEvent(new PointerEvent("pointerenter")); true`)
			if n := pixels(t, tab, 0, 1, white); n < before+100 {
				t.Errorf("%d white pixels became %d", before, n)
			}
			picture(t, tab, "segments-"+name)
			if err := tab.LoadAxe(); err != nil {
				t.Fatal(err)
			}
			await[bool](t, tab, `document.documentElement.style.setProperty("--card", "var(--card-solid)"); true`)
			if serious, _, _, err := tab.Axe(); err != nil || len(serious) > 0 {
				t.Errorf("accessibility: %v %q", err, serious)
			}
			// A link has all of it.
			until(t, tab, `location.hash.includes("explore=segments:25.")`)
			other := open(t, ctx, v)
			load(t, other, await[string](t, tab, "location.href"))
			until(t, other, `document.querySelectorAll(".segmenttable tbody tr").length > 0`)
			if got := await[[]string](t, other, effortsShown); strings.Join(got, "\n") != strings.Join(all, "\n") {
				t.Errorf("by a link %q, want %q", got, all)
			}
			noErrors(t, other)
			// A selection has less.
			await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
			until(t, tab, `document.querySelectorAll(".segmenttable tbody tr").length < 3`)
			// Closing takes all of it off the map.
			await[bool](t, tab, `document.querySelector(".explore .close").click(); true`)
			until(t, tab, `heatmapgen.state().tool === undefined && heatmapgen.map.getLayer("segments") === undefined`)
			noErrors(t, tab)
		})
	}

	t.Run("the keyboard picks one, and it is kept, named, written and read", func(t *testing.T) {
		tab := open(t, ctx, still(wide))
		load(t, tab, url+lit+"&explore=segments")
		until(t, tab, `document.querySelectorAll(".kmmarks b").length > 3`)
		for _, mark := range []string{"6", "8"} {
			await[bool](t, tab, `(() => {
				const mark = [...document.querySelectorAll(".kmmarks b")].find((b) => b.textContent === "`+mark+`").getBoundingClientRect();
				const { map } = heatmapgen;
				const at = map.getContainer().getBoundingClientRect();
				map.jumpTo({ center: map.unproject([mark.left + mark.width / 2 - at.left, mark.top + mark.height / 2 - at.top]) });
				document.querySelector("[data-deed=middle]").click();
				return true;
			})()`)
			await[bool](t, tab, "heatmapgen.idle().then(() => true)")
		}
		until(t, tab, `document.querySelectorAll(".segmenttable tbody tr").length === 3`)
		await[bool](t, tab, `document.querySelector(".segmentname button").click(); true`)
		await[bool](t, tab, `(() => { const name = document.querySelector(".segmentname input"); name.value = "<b>Hill</b> & back"; name.dispatchEvent(new Event("change")); return true; })()`)
		until(t, tab, `location.hash.includes("Hill") && document.querySelector(".segmentname button").getAttribute("aria-pressed") === "true"`)
		load(t, tab, url+lit+"&explore=segments")
		until(t, tab, `document.querySelector(".segmentpicker .passage b")?.textContent === "<b>Hill</b> & back"`)
		// What is no segment is told; one that is opens.
		file := func(text string) {
			await[bool](t, tab, `(() => {
				const given = new DataTransfer();
				given.items.add(new File([`+"`"+text+"`"+`], "a.geojson"));
				const input = document.querySelector(".segmentpicker input[type=file]");
				input.files = given.files;
				input.dispatchEvent(new Event("change"));
				return true;
			})()`)
		}
		file(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon"}}]}`)
		until(t, tab, `/no segment/.test(document.querySelector(".segmenttool [role=status]").textContent)`)
		file(`{"type":"Feature","properties":{"name":"Far"},"geometry":{"type":"LineString","coordinates":[[8.365,48.963],[8.372,48.965]]}}`)
		until(t, tab, `document.querySelector(".segmentname input")?.value === "Far" && /follows it/.test(document.querySelector(".segmentresults").textContent)`)
		// The same route, which is the link's too.
		load(t, tab, url+lit+"&explore=segments")
		until(t, tab, `document.querySelector("[data-deed=route]") !== null`)
		await[bool](t, tab, `document.querySelector("[data-deed=route]").click(); true`)
		until(t, tab, `document.querySelectorAll(".segmenttable tbody tr").length === 3 && location.hash.includes("explore=segments:route")`)
		picture(t, tab, "segments-route")
		noErrors(t, tab)
	})
}
