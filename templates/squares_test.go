package templates_test

import (
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// squaresShown are the totals of the card, "" while there are none.
const squaresShown = `[...document.querySelectorAll(".squaretotals b")].map((e) => e.textContent).join(" | ")`

// cool counts pixels of the map in the colour of squares and of their outlines.
func cool(t *testing.T, tab *browsertest.Tab) int {
	t.Helper()
	return pixels(t, tab, 0, 1, "b > r + 12 && b > 30")
}

func TestSquares(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	const place = "#12.6/49.005/8.43"

	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run("squares follow the selection, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			before, requests := cool(t, tab), exploredState(t, tab).Requests
			if v.Phone {
				await[bool](t, tab, `document.querySelector("#tab-explore").click(); true`)
			} else {
				await[bool](t, tab, `document.querySelector(".explorebutton").click(); true`)
			}
			until(t, tab, `document.querySelector(".squaretotals") !== null`)
			all := await[string](t, tab, squaresShown)
			if n := exploredState(t, tab).Requests; n <= requests || n > requests+3 {
				t.Errorf("%d requests became %d", requests, n)
			}
			if n := cool(t, tab); n < before+2000 {
				t.Errorf("%d pixels of squares, %d before", n, before)
			}
			until(t, tab, `location.hash.includes("explore=squares")`)
			picture(t, tab, "squares-"+name)
			// A year has less, and tells what is new in it, without asking for anything.
			await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
			exploredState(t, tab)
			year := await[string](t, tab, squaresShown)
			if year == all || strings.Count(year, "|") != 3 || strings.Count(all, "|") != 2 {
				t.Errorf("all %q, a year %q", all, year)
			}
			// Small ones, by the switch; the link has them.
			await[bool](t, tab, `document.querySelector('input[name=squaresize][value="17"]').click(); true`)
			until(t, tab, `location.hash.includes("explore=squares:17")`)
			exploredState(t, tab)
			small := await[string](t, tab, squaresShown)
			if small == year {
				t.Errorf("small squares: %q", small)
			}
			picture(t, tab, "squares-small-"+name)
			link := await[string](t, tab, "location.href")
			other := open(t, ctx, v)
			load(t, other, link)
			until(t, other, `document.querySelector(".squaretotals") !== null`)
			if got := await[string](t, other, squaresShown); got != small {
				t.Errorf("by a link %q, want %q", got, small)
			}
			// Closing takes all of it off the map.
			await[bool](t, tab, `document.querySelector(".explore .close").click(); true`)
			exploredState(t, tab)
			if n := await[string](t, tab, `String(heatmapgen.state().tool) + heatmapgen.map.getLayer("squares")`); n != "undefinedundefined" {
				t.Errorf("closed, there is %s", n)
			}
			noErrors(t, tab)
		})
	}

	t.Run("a click asks about a square, and the keyboard does all", func(t *testing.T) {
		tab := open(t, ctx, still(wide))
		load(t, tab, url+place)
		typeKeys(t, tab, "d")
		until(t, tab, `document.querySelector(".squaretotals") !== null && document.querySelector(".explore").contains(document.activeElement)`)
		atMap(t, tab, 8.43, 49.005)
		until(t, tab, `/^\d+\/\d+: Visited by \d+ activit/.test(document.querySelector(".squaretold").textContent)`)
		atMap(t, tab, 8.3, 49.1)
		if got := exploredState(t, tab); len(got.Listed) > 0 {
			t.Errorf("a click listed %v", got.Listed)
		}
		// What is missing leads there.
		zoom := await[float64](t, tab, "heatmapgen.map.getZoom()")
		await[bool](t, tab, `document.querySelector(".squares .passage").click(); true`)
		exploredState(t, tab)
		if got := await[float64](t, tab, "heatmapgen.map.getZoom()"); got == zoom {
			t.Error("the map did not go to what is missing")
		}
		typeKeys(t, tab, "w")
		until(t, tab, `heatmapgen.state().tool === undefined && document.querySelector(".explore").closest("aside").hidden`)
		typeKeys(t, tab, "d")
		until(t, tab, `heatmapgen.state().tool === "squares"`)
		await[bool](t, tab, `document.querySelector(".explore .close").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })); true`)
		until(t, tab, `heatmapgen.state().tool === undefined && document.activeElement.matches(".explorebutton")`)
		noErrors(t, tab)
	})

	t.Run("without squares the year is there alone, without lines its picture has numbers", func(t *testing.T) {
		tab := open(t, ctx, wide)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{NoTracks: true}))+place+"&explore=squares")
		if n := await[string](t, tab, `String(heatmapgen.state().tool) + document.querySelectorAll("#tab-squares").length`); n != "undefined0" {
			t.Errorf("there is %s", n)
		}
		typeKeys(t, tab, "d")
		until(t, tab, `document.querySelector(".year .tiles") !== null`)
		await[bool](t, tab, `document.querySelector(".year .yearbutton:not(.opens)").click(); true`)
		if _, _, glowing := card(t, tab, "1:1"); glowing > 0 {
			t.Errorf("%d pixels of somebody else's heat", glowing)
		}
		noErrors(t, tab)
	})
}
