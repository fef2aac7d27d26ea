package templates_test

import (
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// What legend and presets say follows what is selected, and the reader's clock.
func TestTold(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	tab := open(t, ctx, little)
	load(t, tab, url+"#13/49.005/8.43&layer=pace")
	unit := func() string {
		t.Helper()
		exploredState(t, tab)
		return await[string](t, tab, `document.querySelector(".legend .unit").textContent`)
	}
	ends := func() []string {
		t.Helper()
		exploredState(t, tab)
		return await[[]string](t, tab, `[...document.querySelectorAll(".legend:not([hidden]) [role=slider]")].map((e) => e.getAttribute("aria-valuetext"))`)
	}

	if got := unit(); got != "min/km" {
		t.Errorf("paces of all are told in %q", got)
	}
	await[bool](t, tab, `document.querySelector('[data-sport="Ride"]').click(); true`)
	if got := unit(); got != "km/h" {
		t.Errorf("with rides selected speeds are told in %q", got)
	}
	for _, end := range ends() {
		if !strings.HasSuffix(end, "km/h") {
			t.Errorf("an end of the legend is told as %q", end)
		}
	}

	load(t, tab, url+"#13/49.005/8.43&layer=recency&when=2025-01-01..2025-12-31")
	if got := ends(); len(got) != 2 || !strings.HasSuffix(got[0], "2025") || !strings.HasSuffix(got[1], "2025") || got[0] == got[1] {
		t.Errorf("recency of 2025 reaches from one to the other of %q", got)
	}

	load(t, tab, url+"#13/49.005/8.43&layer=fresh12&when=2022-01-01..2022-12-31")
	if got := exploredState(t, tab).Pictures[0]; got.Mode != "live" || got.Selected == 0 {
		t.Fatalf("%+v", got)
	}
	if got := await[string](t, tab, `document.querySelector(".legend .ticks").textContent`); got != "Nothing selected lies in this span of time." {
		t.Errorf("an empty layer says %q", got)
	}
	noErrors(t, tab)
}

// This year is the reader's, however long ago the build was.
func TestThisYearIsTheReaders(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	for year, want := range map[string]string{"2026": "all thisyear last12 2025", "2025": "all thisyear last12 2026", "2031": "all 2026 2025"} {
		clock := `{ const now = Date; globalThis.Date = class extends now { constructor(...a) { a.length ? super(...a) : super(` + year + `, 10, 20, 12); } }; }`
		tab := open(t, ctx, browsertest.View{Width: little.Width, Height: little.Height, Script: clock})
		load(t, tab, url)
		got := await[string](t, tab, `[...document.querySelectorAll("[data-preset]")].map((e) => e.dataset.preset).join(" ")`)
		if !strings.HasPrefix(got, want) {
			t.Errorf("in %s the presets are %q, not %q ...", year, got, want)
		}
	}
}
