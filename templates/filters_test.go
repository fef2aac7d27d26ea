package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// TestMoreFilters: one bike, races, commutes, weekdays and hours by a press, on the map, in numbers, links and words.
func TestMoreFilters(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true, Labels: true}))
	const place = "#13/49.005/8.43"
	for name, v := range map[string]browsertest.View{"desk": {Width: 1024, Height: 900}, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			if v.Phone {
				await[bool](t, tab, `document.querySelector(".handle").click(); [...document.querySelectorAll("[role=tab]")].find((t) => t.textContent === "Selection").click(); true`)
			}
			all := lit(t, tab, 0, 1)
			if await[bool](t, tab, `document.querySelector(".filters").checkVisibility()`) {
				t.Error("the filters are open before anybody asks for them")
			}
			await[bool](t, tab, `document.querySelector("button.morefilters").click(); true`)
			if !v.Phone {
				// A notice is under them, not on them.
				await[bool](t, tab, `document.querySelector('`+copyButton+`').click(); true`)
				until(t, tab, `document.querySelector(".notice") !== null`)
				const find = `[...document.querySelectorAll(".filters button")].filter((b) => { const { left, top, width, height } = b.getBoundingClientRect(); return width > 0 && !b.contains(document.elementFromPoint(left + width / 2, top + height / 2)); }).map((b) => b.textContent)`
				if covered := await[[]string](t, tab, find); len(covered) > 0 {
					t.Errorf("covered are %q", covered)
				}
			}
			press := func(kind, value string) {
				t.Helper()
				await[bool](t, tab, fmt.Sprintf(`[...document.querySelectorAll(".filter.%s [data-value]")].find((b) => b.dataset.value === %q).click(); true`, kind, value))
			}
			selected := func(want int, hash, said string) {
				t.Helper()
				p := exploredState(t, tab).Pictures[0]
				if p.Selected != want || p.Mode != "live" {
					t.Errorf("%s: %+v, want %d selected", hash, p, want)
				}
				until(t, tab, fmt.Sprintf("location.hash.includes(%q)", hash))
				if got := await[string](t, tab, `document.querySelector(".selection .what").textContent`); !strings.Contains(got, said) {
					t.Errorf("%s: it is called %q, not %q", hash, got, said)
				}
			}
			press("gear", fixture.HarmfulGear)
			selected(12, "gear=%3Cimg", "<img src=x")
			if n := lit(t, tab, 0, 1); n < 300 || n >= all {
				t.Errorf("%d lit pixels became %d", all, n)
			}
			picture(t, tab, "filters-gear-"+name)
			if got := await[string](t, tab, `document.querySelector(".filter.gear small").textContent`); got != "6 not known" {
				t.Errorf("of gear it says %q", got)
			}
			press("gear", fixture.HarmfulGear)
			press("kinds", "race")
			selected(6, "kind=race", "Race")
			press("kinds", "race")
			press("commute", "yes")
			selected(6, "commute=yes", "Commutes")
			press("commute", "no")
			selected(30, "commute=no", "Without commutes")
			press("commute", "no")
			press("hours", "night")
			selected(10, "hours=22-4", "10\u00a0PM")
			picture(t, tab, "filters-night-"+name)

			// The keys move an end, also over midnight; all hours together are no limit.
			key := func(end, key string) {
				await[bool](t, tab, fmt.Sprintf(`document.querySelector("[data-end=%s].hourhandle").dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true })); true`, end, key))
			}
			key("last", "PageUp")
			selected(20, "hours=22-10", "11\u00a0AM")
			key("first", "PageDown")
			selected(24, "hours=16-10", "")
			key("first", "Home")
			until(t, tab, `!location.hash.includes("hours") && heatmapgen.state().pictures[0].selected === 36`)

			// A drag from 5 to 13 o'clock: noon is on top, midnight below.
			at := await[[4]float64](t, tab, `(() => {
				const ring = document.querySelector(".timering");
				const b = ring.getBoundingClientRect();
				const place = (hour) => { const a = ((hour + 12.5) / 24) * 2 * Math.PI; return [b.left + b.width / 2 + 45 * Math.sin(a), b.top + b.height / 2 - 45 * Math.cos(a)]; };
				return [...place(5), ...place(13)];
			})()`)
			if !v.Phone {
				dragRing(t, tab, at)
				selected(14, "hours=5-13", "")
				picture(t, tab, "filters-drag-"+name)
			}

			// A link has all of it, and what no activity has does not limit.
			load(t, tab, url+place+"&hours=9-9&days=1,2,3,4,5,6&gear=Gravel%20bike,No%20bike&kind=nothing")
			p := exploredState(t, tab).Pictures[0]
			if p.Selected == 0 || p.Selected > 5 {
				t.Errorf("by a link: %+v", p)
			}
			if got := await[string](t, tab, `document.querySelector(".selection .what").textContent`); !strings.Contains(got, "Gravel bike") || strings.Contains(got, "No bike") {
				t.Errorf("by a link it is called %q", got)
			}
			if title := await[string](t, tab, "document.title"); title == "harm" {
				t.Error("a name was run")
			}

			// The table has what is known, and finds it.
			await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "t" })); true`)
			if got := await[string](t, tab, `(() => {
				const query = document.querySelector(".activities .query");
				query.value = "race gravel";
				query.dispatchEvent(new Event("input"));
				return document.querySelector(".activities .count").textContent;
			})()`); got != "6 activities" {
				t.Errorf("the table finds %q", got)
			}
			if got := await[string](t, tab, `["gear", "kind"].map((c) => document.querySelector(".activities tbody ." + c).textContent).join()`); got != "Gravel bike,Race" {
				t.Errorf("the table says %q", got)
			}
			picture(t, tab, "filters-table-"+name)
			noErrors(t, tab)
		})
	}
}

// dragRing drags from one place to another, with places between.
func dragRing(t *testing.T, tab *browsertest.Tab, at [4]float64) {
	t.Helper()
	drag(t, tab, at[0], at[1])
	for k := range 9 {
		part := float64(k+1) / 9
		move(t, tab, at[0]+(at[2]-at[0])*part, at[1]+(at[3]-at[1])*part)
	}
	release(t, tab, at[2], at[3])
}
