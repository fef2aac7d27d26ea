package templates_test

import (
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// TestSameRoute: from the table and from the list of a place one press leads to all that went the same way.
func TestSameRoute(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	const shown = `document.querySelectorAll(".segmenttable tbody tr").length === 3 && location.hash.includes("explore=segments:route") && location.hash.includes("activity=2026-09-04")`
	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run("from a place, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			// A place on the line of the newest activity.
			load(t, tab, url+"#12.6/48.995/8.41&activity=2026-09-04")
			until(t, tab, `document.querySelectorAll(".kmmarks b").length > 3`)
			atMark(t, tab, 6)
			until(t, tab, `document.querySelectorAll(".places .passage").length > 0`)
			picture(t, tab, "sameroute-list-"+name)
			await[bool](t, tab, `document.querySelector(".places li button[title='All that went the same way']").click(); true`)
			until(t, tab, shown)
			if open := await[bool](t, tab, `document.querySelector(".places .passage") !== null && document.querySelector(".places").checkVisibility()`); open {
				t.Error("the list of the place stays")
			}
			noErrors(t, tab)
		})
	}
	for name, v := range map[string]browsertest.View{"desk": wide, "tablet": {Width: 820, Height: 1180, Phone: true}, "narrow": {Width: 600, Height: 800}} {
		t.Run("from the table, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "t" })); true`)
			until(t, tab, `document.querySelector("dialog[open] .route") !== null`)
			picture(t, tab, "sameroute-table-"+name)
			if outside := await[[]string](t, tab, `[...document.querySelectorAll("dialog[open] tbody tr")].slice(0, 3).flatMap((r) => [...r.querySelectorAll("button")].filter((b) => b.getBoundingClientRect().right > r.getBoundingClientRect().right || b.offsetWidth < 36).map((b) => b.title))`); len(outside) > 0 {
				t.Errorf("no room for %q", outside)
			}
			await[bool](t, tab, `document.querySelector("dialog[open] .route").click(); true`)
			until(t, tab, `document.querySelector("dialog[open]") === null && `+shown)
			noErrors(t, tab)
		})
	}
	t.Run("without lines there is no such button", func(t *testing.T) {
		tab := open(t, ctx, wide)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{NoTracks: true})))
		await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "t" })); true`)
		until(t, tab, `document.querySelectorAll("dialog[open] tbody tr").length > 0`)
		if n := await[int](t, tab, `document.querySelectorAll(".route").length`); n > 0 {
			t.Errorf("%d buttons", n)
		}
	})
}
