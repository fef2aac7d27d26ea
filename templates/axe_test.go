package templates_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// chosenTheme is a script by which the reader has chosen a theme: by itself a page is dark over a dark map.
func chosenTheme(light bool) string {
	if light {
		return `try { localStorage["heatmapgen.theme"] = "light" } catch {}`
	}
	return `try { localStorage["heatmapgen.theme"] = "auto" } catch {}`
}

// TestAccessibility lets axe-core look at the page and its dialogs: nothing it finds
// serious or critical may stand.
func TestAccessibility(t *testing.T) {
	if _, err := os.Stat(browsertest.AxePath()); errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed: npm ci --prefix templates/viewer")
	}
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Empty: []string{"heartrate"}, Labels: true, Places: true, OwnLayers: []fixture.OwnLayer{ownLayer("own", "A layer of one's own", "visits", nil)}}))
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800},
		{Width: 1280, Height: 800, Light: true},
		{Width: 390, Height: 844, Phone: true},
		{Width: 390, Height: 844, Phone: true, Light: true},
	} {
		// Half faded in, a text has half its contrast.
		v.ReducedMotion = true
		name := fmt.Sprintf("%dx%d", v.Width, v.Height)
		v.Script = chosenTheme(v.Light)
		if v.Light {
			name += " light"
		}
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			if err := tab.LoadAxe(); err != nil {
				t.Fatal(err)
			}
			// Through a card the map shines, whose colours axe cannot know.
			await[bool](t, tab, `document.documentElement.style.setProperty("--card", "var(--card-solid)"); true`)
			for _, state := range []struct{ name, script string }{
				{"the map", ""},
				{"a notice", `document.querySelector('` + copyButton + `').click()`},
				{"the panel", `document.querySelector(".handle")?.click()`},
				{"more filters", `document.querySelector("button.morefilters").click()`},
				{"squares", `document.dispatchEvent(new KeyboardEvent("keydown", { key: "d" })); await new Promise((done) => { const look = () => document.querySelector(".squaretotals") ? done() : setTimeout(look, 50); look(); })`},
				{"the menu", `document.querySelector(".mapbuttons [aria-controls]").click()`},
				{"the table", `document.dispatchEvent(new KeyboardEvent("keydown", { key: "t" }))`},
				{"the charts of a year", `document.querySelector("dialog[open]").close(); document.querySelector("#tab-year").click(); const by = async (q) => { while (!document.querySelector(q)) await new Promise((done) => setTimeout(done, 50)); return document.querySelector(q); }; (await by(".year .opens")).click(); await by(".yearpage canvas"); document.querySelectorAll(".yearpage details").forEach((d) => (d.open = true))`},
				{"the replay", `document.querySelector("dialog[open]").close(); document.querySelector("#tab-replay").click(); while (!document.querySelector(".replay")) await new Promise((done) => setTimeout(done, 50))`},
				{"all that went one way", `location.hash = "#12.6/48.995/8.41&activity=2026-09-04&explore=segments:route"; while (!document.querySelector(".segmenttable tbody tr")) await new Promise((done) => setTimeout(done, 50))`},
				{"where a segment is picked", `history.replaceState(null, "", "#12.6/48.995/8.41&explore=segments"); dispatchEvent(new HashChangeEvent("hashchange")); while (!document.querySelector(".segmentpicker")) await new Promise((done) => setTimeout(done, 50))`},
				{"the places", `document.querySelector(".explore .close").click(); document.dispatchEvent(new KeyboardEvent("keydown", { key: "p" })); while (document.querySelector(".mapplaces").hidden) await new Promise((done) => setTimeout(done, 50))`},
				{"the help", `document.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))`},
			} {
				await[bool](t, tab, "(async () => { "+state.script+"; return true })()")
				nothingSerious(t, tab, state.name)
			}
		})
	}
	for _, light := range []bool{false, true} {
		t.Run(fmt.Sprintf("in a frame, light %v", light), func(t *testing.T) {
			tab := open(t, ctx, browsertest.View{Width: 640, Height: 480, Light: light, ReducedMotion: true, Script: chosenTheme(light)})
			load(t, tab, url+"#&embed")
			if err := tab.LoadAxe(); err != nil {
				t.Fatal(err)
			}
			await[bool](t, tab, `document.documentElement.style.setProperty("--card", "var(--card-solid)"); true`)
			nothingSerious(t, tab, "embedded")
		})
	}
}

// nothingSerious fails where axe finds something serious or critical in the page as it is.
func nothingSerious(t *testing.T, tab *browsertest.Tab, state string) {
	t.Helper()
	serious, others, checked, err := tab.Axe()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(checked, "color-contrast") || !slices.Contains(checked, "button-name") {
		t.Errorf("%s: axe checked next to nothing: %q", state, checked)
	}
	for _, line := range serious {
		t.Errorf("%s: %s", state, line)
	}
	for _, line := range others {
		t.Logf("%s: %s", state, line)
	}
}
