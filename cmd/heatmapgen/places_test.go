package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/benchmark/athlete"
	"heatmapgen/templates/browsertest"
)

// travelled builds the map of the first outings of the runner who has been in twenty places, and returns its folder and its metadata.
func travelled(t *testing.T) (folder string, meta *generator.Metadata) {
	t.Helper()
	dir := t.TempDir()
	runner, err := athlete.ByName("runner")
	if err != nil {
		t.Fatal(err)
	}
	m := athlete.NewMaker(runner)
	for i := range 60 {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%05d.gpx", i)))
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Recording(i).WriteGPX(f); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config.Default()
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: dir}}
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Render.AsOf = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	cfg.Render.TileZoom = 12
	cfg.Page.DefaultBasemap = "none"
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: cfg.Render.AsOf}); err != nil {
		t.Fatal(err)
	}
	site, err := generator.OpenSite(filepath.Join(cfg.Output, generator.ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	return cfg.Output, site.Meta
}

// A map of somebody who has travelled opens where most of it is, and leads to every other place by a press or a key, and to all of it.
func TestPlacesInBrowser(t *testing.T) {
	browser := browsertest.MustStart(t, nil)
	folder, meta := travelled(t)
	places := meta.Places
	if len(places) < 8 {
		t.Fatalf("only %d places", len(places))
	}
	for _, v := range []struct {
		name string
		view browsertest.View
	}{
		{"desk", browsertest.View{Width: 1024, Height: 640}},
		{"phone", browsertest.View{Width: 390, Height: 844, Phone: true, ReducedMotion: true}},
		{"phone on its side", browsertest.View{Width: 844, Height: 390, Phone: true, ReducedMotion: true}},
	} {
		t.Run(v.name, func(t *testing.T) {
			tab, origin := openSiteIn(t, browser, folder, v.view)
			ask := func(js string) bool {
				t.Helper()
				yes, err := browsertest.Await[bool](tab, js)
				if err != nil {
					t.Fatalf("%s: %v", js, err)
				}
				return yes
			}
			do := func(js string) { t.Helper(); ask("(" + js + ", heatmapgen.idle().then(() => true))") }
			press := func(key string) {
				t.Helper()
				if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent(key)); err != nil {
					t.Fatal(err)
				}
				do("0")
			}
			// shows tells whether all of a place is in view, no smaller than it must be.
			shows := func(n int) {
				t.Helper()
				b := places[n].Bounds
				if !ask(fmt.Sprintf(`(() => { const [w, s, e, n] = %s, b = heatmapgen.map.getBounds();
					return b.getWest() <= w && b.getEast() >= e && b.getSouth() <= s && b.getNorth() >= n && b.getEast() - b.getWest() < 8 * Math.max(e - w, 1.5 * (n - s)); })()`,
					strings.ReplaceAll(fmt.Sprint(b), " ", ","))) {
					t.Errorf("place %d, %v, is not what is in view: %v", n, b, stateText(t, tab))
				}
			}
			shows(0)
			first := stateText(t, tab)
			keep(t, tab, "places-first-"+v.name)

			// Everything, a press away.
			do(`document.querySelector('.mapbuttons [aria-label="Show everything"]').click(), new Promise((r) => setTimeout(r, 700))`)
			do(`new Promise((r) => heatmapgen.map.isMoving() ? heatmapgen.map.once("moveend", r) : r())`)
			if !ask(`(() => { const b = heatmapgen.map.getBounds(); return b.getEast() - b.getWest() > 8; })()`) {
				t.Errorf("everything is not in view: %v", stateText(t, tab))
			}
			keep(t, tab, "places-all-"+v.name)

			// A key leads on from place to place, and back leads back.
			press("n")
			shows(0)
			press("n")
			shows(1)
			do(`history.back(), new Promise((r) => setTimeout(r, 200))`)
			shows(0)

			// The list has all of them, with what there is to tell.
			press("p")
			if !ask(`document.querySelector("#map-places").contains(document.activeElement) && document.activeElement.ariaCurrent === "true"`) {
				t.Error("the list does not have the focus, on the place in view")
			}
			rows, err := browsertest.Await[[]string](tab, `[...document.querySelectorAll(".placelist button")].map((b) => b.innerText.replaceAll(/\s+/g, " "))`)
			if err != nil || len(rows) != len(places)+1 {
				t.Fatalf("rows %q: %v", rows, err)
			}
			if rows[0] != "Show everything" || !strings.HasPrefix(rows[1], "1 Largest 20") || !strings.HasSuffix(rows[1], " activities") || !strings.Contains(rows[2], " km ") {
				t.Errorf("rows %q", rows[:3])
			}
			if dots := ask(fmt.Sprintf(`(() => { const box = document.querySelector(".world").getBoundingClientRect(), dots = [...document.querySelectorAll(".world .dot")].map((d) => d.getBoundingClientRect());
				return box.width === 0 && %t || dots.length === %d && dots.every((d) => d.left >= box.left && d.right <= box.right && d.top >= box.top && d.bottom <= box.bottom); })()`, v.view.Height < 480, len(places))); !dots {
				t.Error("the picture does not have a dot for every place")
			}
			if !ask(`(() => { const b = document.querySelector("#map-places").getBoundingClientRect(); return b.left >= 0 && b.top >= 0 && b.right <= innerWidth && b.bottom <= innerHeight; })()`) {
				t.Error("the list leaves the window")
			}
			keep(t, tab, "places-list-"+v.name)
			press("3")
			shows(2)
			if open := ask(`!document.querySelector("#map-places").hidden`); open == v.view.Phone {
				t.Errorf("after a jump the list is open: %v", open)
			}
			press("p")
			press(kb.ArrowUp)
			press(kb.Enter)
			shows(1)
			press("p")
			press(kb.Escape)
			if !ask(`document.querySelector("#map-places").hidden && document.activeElement.getAttribute("aria-controls") === "map-places"`) {
				t.Error("Escape does not close the list and give the focus back")
			}

			// A link of a selection opens where that was; the list tells of it.
			day, place := onlyElsewhere(t, meta)
			do(fmt.Sprintf(`location.hash = "when=%s..%s", new Promise((r) => setTimeout(r, 200))`, day, day))
			shows(place)
			press("p")
			if count, err := browsertest.Await[string](tab, fmt.Sprintf(`document.querySelectorAll(".placelist .count")[%d].textContent + "|" + document.querySelectorAll(".placelist .count")[0].textContent`, place)); err != nil || !strings.HasPrefix(count, "1") || !strings.Contains(count, "|0 of ") {
				t.Errorf("of the selection the list tells %q: %v", count, err)
			}
			keep(t, tab, "places-selected-"+v.name)
			press(kb.Escape)
			do(`location.hash = "", new Promise((r) => setTimeout(r, 200))`)
			if again := stateText(t, tab); again != first {
				t.Errorf("an empty link shows %s, not %s", again, first)
			}
			politeSoFar(t, tab, origin)
		})
	}
}

// stateText returns where the map looks.
func stateText(t *testing.T, tab *browsertest.Tab) string {
	t.Helper()
	text, err := browsertest.Await[string](tab, `(({ zoom, center }) => zoom.toFixed(2) + " " + center.map((v) => v.toFixed(4)))(heatmapgen.state())`)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// onlyElsewhere returns a day of which all activities are of one place that is not the first, as a link has it.
func onlyElsewhere(t *testing.T, meta *generator.Metadata) (day string, place int) {
	t.Helper()
	a := meta.Activities
	for i, d := range a.Day {
		if n := a.Place[i]; n > 0 && !slices.ContainsFunc(a.Day[i+1:], func(o int) bool { return o == d }) && (i == 0 || a.Day[i-1] != d) {
			return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly), n
		}
	}
	t.Fatal("there is no such day")
	return "", 0
}
