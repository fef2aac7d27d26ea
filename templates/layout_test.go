package templates_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

func TestPanelsDoNotOverlap(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800}, {Width: 1024, Height: 640}, {Width: 960, Height: 600}, {Width: 720, Height: 700}, {Width: 820, Height: 1180},
		{Width: 390, Height: 844, Phone: true}, {Width: 320, Height: 568, Phone: true}, {Width: 844, Height: 390, Phone: true},
		{Width: 320, Height: 256}, // 400 % of 1280 x 1024
	} {
		t.Run(fmt.Sprintf("%dx%d", v.Width, v.Height), func(t *testing.T) {
			tab := open(t, ctx, v)
			// With everything open that can be: two pictures, a notice, and the list of a place.
			// A phone lays the list over the map, so there it stays closed.
			url := serve(t, plain, path) + "#layer2=pace&when2=2025-01-01.."
			desk := v.Width >= 720 && v.Height >= 480
			if desk {
				url += "&here=49.005/8.43"
			}
			load(t, tab, url)
			if desk {
				until(t, tab, "heatmapgen.state().listed.length > 0")
			}
			await[bool](t, tab, `document.querySelector('`+copyButton+`').click(); true`)
			until(t, tab, `document.querySelector(".notice") !== null`)
			const find = `(() => {
				const names = [".panel", ".sheet", ".dock .legends", ".selection", ".notice", ".placesside:not([hidden])", ".comparebar", ".mapbuttons", ".scale", ".credits"];
				const boxes = names.map((n) => [n, document.querySelector(n)?.getBoundingClientRect()]).filter(([, b]) => b && b.width > 0);
				const found = [];
				boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
					if (p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom) found.push(a + " and " + b);
				}));
				for (const [name, b] of boxes) {
					if (b.left < 0 || b.top < 0 || b.right > innerWidth) found.push(name + " lies outside");
				}
				for (const b of document.querySelectorAll(".mapbuttons .stack button")) {
					const { left, top, width, height } = b.getBoundingClientRect();
					if (width > 0 && !b.contains(document.elementFromPoint(left + width / 2, top + height / 2))) found.push(b.title + " is cut off, or covered");
				}
				return found;
			})()`
			if overlaps := await[[]string](t, tab, find); len(overlaps) > 0 {
				t.Errorf("overlapping: %q", overlaps)
			}
			if desk {
				// The tools stand where the list did.
				typeKeys(t, tab, "d")
				until(t, tab, `document.querySelector(".squaretotals") !== null`)
				if overlaps := await[[]string](t, tab, find); len(overlaps) > 0 {
					t.Errorf("with the squares overlapping: %q", overlaps)
				}
			}
			picture(t, tab, "size-"+fmt.Sprintf("%dx%d", v.Width, v.Height))
		})
	}
}

func TestSheet(t *testing.T) {
	ctx := sharedBrowser(t)
	tab := open(t, ctx, browsertest.View{Width: 390, Height: 844, Phone: true, ReducedMotion: true})
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{})))
	height := `document.querySelector(".sheet").dataset.height`
	if got := await[string](t, tab, height); got != "peek" {
		t.Fatalf("the sheet starts at %q", got)
	}
	for _, step := range []struct{ key, want string }{{"ArrowUp", "half"}, {"ArrowUp", "full"}, {"ArrowUp", "full"}, {"ArrowDown", "half"}, {"ArrowDown", "peek"}} {
		await[bool](t, tab, fmt.Sprintf(`document.querySelector(".handle").dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true })); true`, step.key))
		if got := await[string](t, tab, height); got != step.want {
			t.Errorf("%s: %q, want %q", step.key, got, step.want)
		}
		picture(t, tab, "phone-"+step.want)
	}
	if err := chromedp.Do(tab.Ctx, chromedp.Tap(chromedp.CSS(".handle"))); err != nil {
		t.Fatal(err)
	}
	until(t, tab, height+` === "half"`)
	// Dragged by the head: up to full, and a small pull springs back.
	drag := func(from, to float64) {
		t.Helper()
		err := chromedp.Do(tab.Ctx,
			chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, 195, from, chromedp.ButtonLeft, chromedp.ClickCount(1)),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 195, (from+to)/2, chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 195, to, chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, 195, to, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	top := func() float64 {
		return await[float64](t, tab, `document.querySelector(".handle").getBoundingClientRect().top + 8`)
	}
	drag(top(), 100)
	until(t, tab, height+` === "full"`)
	at := top()
	drag(at, at+20)
	until(t, tab, height+` === "full"`)
	drag(top(), 700)
	until(t, tab, height+` !== "full"`)
	// What hides below the edge is out of the keyboard's reach.
	if !await[bool](t, tab, `(["ArrowDown", "ArrowDown"].forEach((key) => document.querySelector(".handle").dispatchEvent(new KeyboardEvent("keydown", { key }))), document.querySelector(".sheet .body").inert)`) {
		t.Error("the sheet's body can be reached while it is out of view")
	}
}

// TestPlacesAreToldWhole: what is told of a place takes a second line where one is too short.
func TestPlacesAreToldWhole(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Places: true}))
	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		tab := open(t, ctx, v)
		load(t, tab, url)
		await[bool](t, tab, `document.dispatchEvent(new KeyboardEvent("keydown", { key: "p" })); true`)
		until(t, tab, `!document.querySelector(".mapplaces").hidden && document.querySelectorAll(".placelist small").length === 2`)
		cut := await[[]string](t, tab, `(() => {
			const all = [...document.querySelectorAll(".placelist small")];
			for (const small of all) small.textContent = "2009 \u2013 2026 \u00b7 128,564 km \u00b7 Mountain bike ride";
			return all.filter((s) => s.scrollWidth > s.clientWidth || s.getBoundingClientRect().bottom > s.closest("button").getBoundingClientRect().bottom).map((s) => s.textContent + " in " + s.clientWidth);
		})()`)
		if len(cut) > 0 {
			t.Errorf("%s: cut off: %q", name, cut)
		}
		picture(t, tab, "places-"+name)
	}
}

// TestCardsBesideTheButtons: between phone and desk the legend and the selection on it begin at one line.
func TestCardsBesideTheButtons(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	for _, v := range []browsertest.View{{Width: 820, Height: 1180, Phone: true}, {Width: 720, Height: 700}} {
		tab := open(t, ctx, v)
		load(t, tab, url)
		if lefts := await[[]float64](t, tab, `[".selectionside", ".dock"].map((q) => document.querySelector(q).getBoundingClientRect().left)`); lefts[0] != lefts[1] {
			t.Errorf("%dx%d: the cards begin at %v", v.Width, v.Height, lefts)
		}
	}
}
