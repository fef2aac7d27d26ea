package templates_test

import (
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// TestSegmentsOfTheMap: those of the owner stand first and stay as they are; those that are kept go into heatmap.toml.
func TestSegmentsOfTheMap(t *testing.T) {
	ctx := sharedBrowser(t)
	const lit = "#12.6/48.995/8.41&activity=2026-09-04&explore=segments"
	view := browsertest.View{Width: 1024, Height: 640, ReducedMotion: true,
		Script: `window.copied = []; Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => void copied.push(text) } })`}

	tab := open(t, ctx, view)
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{}))+lit)
	until(t, tab, `document.querySelectorAll(".kmmarks b").length > 3 && document.querySelector(".segmentpicker") !== null`)
	atMark(t, tab, 6)
	until(t, tab, `document.querySelector("[data-deed=over]") !== null`)
	atMark(t, tab, 8)
	until(t, tab, `location.hash.includes("explore=segments:25.") && document.querySelectorAll(".segmenttable tbody tr").length === 3`)
	text := await[string](t, tab, `location.hash.match(/segments:([^&]*)/)[1]`)
	// It goes into heatmap.toml with its name, and so do all that are kept.
	await[bool](t, tab, `document.querySelector(".segmentname button").click(); true`)
	await[bool](t, tab, `(() => { const name = document.querySelector(".segmentname input"); name.value = 'My "hill"'; name.dispatchEvent(new Event("change")); return true; })()`)
	until(t, tab, `location.hash.includes("hill")`)
	copyTOML := `[...document.querySelectorAll(".segmentdeeds button")].find((b) => b.checkVisibility() && b.textContent === "Copy for heatmap.toml")`
	await[bool](t, tab, copyTOML+`.click(); true`)
	until(t, tab, `/Paste it/.test(document.querySelector(".notice")?.textContent)`)
	await[bool](t, tab, `[...document.querySelectorAll(".segmentdeeds button")].find((b) => b.textContent === "Another segment").click(); true`)
	until(t, tab, `document.querySelector("[data-deed=copy]") !== null`)
	await[bool](t, tab, copyTOML+`.click(); true`)
	want := "[[segment]]\nname = \"My \\\"hill\\\"\"\nlink = \"" + text + "\"\n"
	if copied := await[[]string](t, tab, `copied`); len(copied) != 2 || copied[0] != want || copied[1] != want {
		t.Errorf("copied %q, want %q", copied, want)
	}
	// Without a clipboard the lines stay lines.
	await[bool](t, tab, `navigator.clipboard.writeText = () => Promise.reject(new Error("no")); `+copyTOML+`.click(); true`)
	until(t, tab, `document.querySelector(".notice textarea")?.value.split("\n").length === 4`)
	noErrors(t, tab)

	const harm = `<img src=x onerror="document.title='harm'">`
	of := serve(t, plain, makeArchive(t, fixture.Options{Segments: []string{text + "." + harm, "25.AAAA.None", text[:5], text + "~"}}))
	for name, v := range map[string]browsertest.View{"desk": view, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, of+lit)
			until(t, tab, `document.querySelector(".segmentpicker .passage") !== null`)
			picture(t, tab, "segments-of-map-"+name)
			if got := await[[]string](t, tab, `[...document.querySelectorAll(".segmentpicker h3, .segmentpicker .passages li")].map((e) => e.textContent)`); len(got) != 2 || got[0] != "Of this map" || !strings.HasPrefix(got[1], harm) {
				t.Errorf("listed: %q", got)
			}
			if n := await[int](t, tab, `document.querySelectorAll(".segmentpicker .zoomto").length`); n != 0 {
				t.Errorf("%d can be removed", n)
			}
			await[bool](t, tab, `document.querySelector(".segmentpicker .passage").click(); true`)
			until(t, tab, `document.querySelectorAll(".segmenttable tbody tr").length === 3`)
			if head := await[string](t, tab, `document.querySelector(".segmenthead h3").textContent`); head != harm {
				t.Errorf("the head says %q", head)
			}
			if fixed := await[bool](t, tab, `document.querySelector(".segmentname") === null && `+copyTOML+` === undefined && document.title !== "harm"`); !fixed {
				t.Error("it can be changed")
			}
			// Another tolerance leaves it what it is.
			await[bool](t, tab, `document.querySelectorAll("[name=segmenttolerance]")[2].click(); true`)
			until(t, tab, `location.hash.includes("segments:50.") && document.querySelector(".segmenthead h3") !== null`)
			picture(t, tab, "segment-of-map-"+name)
			noErrors(t, tab)
		})
	}
}
