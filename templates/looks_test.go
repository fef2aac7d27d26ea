package templates_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// drag draws the left button from a place to others.
func drag(t *testing.T, tab *browsertest.Tab, x, y float64, to ...float64) {
	t.Helper()
	acts := []chromedp.Action[chromedp.Void]{chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1))}
	for _, x := range to {
		acts = append(acts, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y, chromedp.ButtonLeft))
	}
	for _, a := range acts {
		if err := chromedp.Do(tab.Ctx, a); err != nil {
			t.Fatal(err)
		}
	}
}

// move moves the mouse with its button pressed.
func move(t *testing.T, tab *browsertest.Tab, x, y float64) {
	t.Helper()
	if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y, chromedp.ButtonLeft)); err != nil {
		t.Fatal(err)
	}
}

func release(t *testing.T, tab *browsertest.Tab, x, y float64) {
	t.Helper()
	if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1))); err != nil {
		t.Fatal(err)
	}
}

// watch notes in window.seen, with every frame, how many pixels of the map's middle are lit and their mean colour.
const watch = `(() => {
	` + noGrid + `
	const { map } = heatmapgen;
	const gl = map.getCanvas().getContext("webgl2");
	window.seen = [];
	map.on("render", () => {
		const side = 160, px = new Uint8Array(side * side * 4);
		gl.readPixels((gl.drawingBufferWidth - side) / 2, (gl.drawingBufferHeight - side) / 2, side, side, gl.RGBA, gl.UNSIGNED_BYTE, px);
		let lit = 0, sum = [0, 0, 0];
		for (let i = 0; i < px.length; i += 4) {
			if (Math.max(px[i], px[i + 1], px[i + 2]) < 70) continue;
			lit++;
			for (let c = 0; c < 3; c++) sum[c] += px[i + c];
		}
		window.seen.push([lit, ...sum.map((s) => Math.round(s / Math.max(1, lit)))]);
	});
	return true;
})()`

const lastSeen = `(async () => { await heatmapgen.idle(); heatmapgen.map.redraw(); return seen.at(-1); })()`

func end(which string) string {
	return fmt.Sprintf(`document.querySelector('.rangehandle[data-end="%s"]')`, which)
}

func middle(t *testing.T, tab *browsertest.Tab, element string) (x, y float64) {
	t.Helper()
	p := await[[2]float64](t, tab, fmt.Sprintf(`(() => { const b = (%s).getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, element))
	return p[0], p[1]
}

func TestLooks(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	told := func(tab *browsertest.Tab, which string) string {
		t.Helper()
		return strings.ReplaceAll(await[string](t, tab, end(which)+".getAttribute('aria-valuetext')"), "\u202f", " ")
	}

	t.Run("a ramp costs no request and comes without a flash", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, url)
		await[bool](t, tab, watch)
		before := await[[4]int](t, tab, lastSeen)
		requests := stateOf(t, tab).Requests
		if err := chromedp.Do(tab.Ctx, chromedp.Click(chromedp.CSS(".coloursbutton"))); err != nil {
			t.Fatal(err)
		}
		await[bool](t, tab, "seen.length = 0; "+press("ramp", "ice")+"; true")
		after := await[[4]int](t, tab, lastSeen)
		if !(before[1] > before[3]+60 && after[3] > after[1]+20) {
			t.Errorf("orange heat %v became %v", before, after)
		}
		least := await[int](t, tab, "Math.min(...seen.map((s) => s[0]))")
		if least*10 < min(before[0], after[0])*8 {
			t.Errorf("a frame has only %d lit pixels; there were %d before and %d after", least, before[0], after[0])
		}
		if n := stateOf(t, tab).Requests; n != requests {
			t.Errorf("%d requests became %d", requests, n)
		}
		await[bool](t, tab, `document.querySelector("input[name=reversed]").click(); `+press("scale", "linear")+`; heatmapgen.idle().then(() => true)`)
		picture(t, tab, "looks-popover")
		if s := stateOf(t, tab); s.Legend[0] != "0" {
			t.Errorf("an even scale begins at %q", s.Legend)
		}
		// What is left after a reset is what was there, and the focus is still in the colours.
		await[bool](t, tab, `document.querySelector(".colours .reset").click(); true`)
		if got := await[[4]int](t, tab, lastSeen); got != before {
			t.Errorf("reset to %v, want %v", got, before)
		}
		if s := stateOf(t, tab); s.Legend[0] != "1" {
			t.Errorf("reset to a legend of %q", s.Legend)
		}
		if got := await[string](t, tab, `document.activeElement.value`); got != "own" {
			t.Errorf("the focus went to %q", got)
		}
		if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent("\u001b")); err != nil {
			t.Fatal(err)
		}
		if got := await[bool](t, tab, `document.querySelector(".colours").hidden && document.activeElement.matches(".coloursbutton")`); !got {
			t.Error("Escape did not close the colours and give the focus back")
		}
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	})

	for name, v := range map[string]browsertest.View{"desk": desk, "phone": phone} {
		t.Run("handles set the ends, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			await[bool](t, tab, press("layer", "pace")+"; heatmapgen.idle().then(() => true)")
			await[bool](t, tab, watch)
			first := await[[4]int](t, tab, lastSeen)
			requests := stateOf(t, tab).Requests
			whole := told(tab, "lo")
			if !strings.HasSuffix(whole, " min/km") {
				t.Errorf("the lower end says %q", whole)
			}
			x, y := middle(t, tab, end("lo"))
			await[bool](t, tab, "seen.length = 0; true")
			drag(t, tab, x, y, x+10, x+30, x+50, x+80, x+100, x+130)
			inside := told(tab, "lo")
			if inside == whole {
				t.Errorf("the lower end stayed at %q", inside)
			}
			if got := await[string](t, tab, end("lo")+`.querySelector(".bubble").textContent`); strings.ReplaceAll(got, "\u202f", " ") != inside {
				t.Errorf("the bubble says %q", got)
			}
			picture(t, tab, "looks-drag-"+name)
			release(t, tab, x+130, y)
			last := await[[4]int](t, tab, lastSeen)
			if last == first {
				t.Error("the map stayed as it was")
			}
			frames := await[[2]int](t, tab, "[seen.length, Math.min(...seen.map((s) => s[0]))]")
			t.Logf("%d frames, first %v, last %v, least lit %d", frames[0], first, last, frames[1])
			if frames[1]*10 < min(first[0], last[0])*8 {
				t.Errorf("a frame has only %d lit pixels; there were %d before and %d after", frames[1], first[0], last[0])
			}
			if n := stateOf(t, tab).Requests; n != requests {
				t.Errorf("%d requests became %d", requests, n)
			}
			if name == "phone" {
				if got := await[string](t, tab, `document.querySelector(".sheet").dataset.height`); got != "peek" {
					t.Errorf("the sheet went along to %q", got)
				}
			}
			await[bool](t, tab, end("lo")+`.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })); true`)
			if got := told(tab, "lo"); got == inside {
				t.Errorf("an arrow key left the lower end at %q", got)
			}
			await[bool](t, tab, end("lo")+`.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })); heatmapgen.idle().then(() => true)`)
			if got := told(tab, "lo"); got != whole {
				t.Errorf("reset to %q, want %q", got, whole)
			}
			if got := await[[4]int](t, tab, lastSeen); got != first {
				t.Errorf("reset to %v, want %v", got, first)
			}
			if e := tab.Errors(); len(e) > 0 {
				t.Errorf("console: %q", e)
			}
		})
	}

	t.Run("a phone has the colours above its sheet", func(t *testing.T) {
		tab := open(t, ctx, phone)
		load(t, tab, url)
		if err := chromedp.Do(tab.Ctx, chromedp.Tap(chromedp.CSS(".coloursbutton"))); err != nil {
			t.Fatal(err)
		}
		until(t, tab, `!document.querySelector(".colours").hidden`)
		if ok := await[bool](t, tab, `(() => { const b = document.querySelector(".colours").getBoundingClientRect(); return b.top >= 0 && b.left >= 0 && b.right <= innerWidth && b.bottom <= innerHeight; })()`); !ok {
			t.Error("the colours leave the window")
		}
		small := await[[]string](t, tab, `[...document.querySelectorAll(".colours label, .colours button")].filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.textContent)`)
		if len(small) > 0 {
			t.Errorf("small targets: %q", small)
		}
		picture(t, tab, "looks-phone")
		if got := await[string](t, tab, `document.querySelector(".sheet").dataset.height`); got != "peek" {
			t.Errorf("the sheet went to %q", got)
		}
		if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, 200, 100, chromedp.ButtonLeft, chromedp.ClickCount(1))); err != nil {
			t.Fatal(err)
		}
		until(t, tab, `document.querySelector(".colours").hidden`)
	})

	t.Run("the pointer tells the value under it", func(t *testing.T) {
		// Wide enough that no card lies over the middle.
		tab := open(t, ctx, browsertest.View{Width: 1280, Height: 800})
		load(t, tab, url)
		requests := stateOf(t, tab).Requests
		hover := func(x, y float64) {
			t.Helper()
			if err := chromedp.Do(tab.Ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y)); err != nil {
				t.Fatal(err)
			}
		}
		// The brightest pixel of the map's middle.
		p := await[[2]float64](t, tab, `(() => {
			heatmapgen.map.redraw();
			const gl = heatmapgen.map.getCanvas().getContext("webgl2");
			const [w, h] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
			const px = new Uint8Array(w * h * 4);
			gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, px);
			let best = [0, 0, -1];
			for (let y = h * 0.4; y < h * 0.7; y++) for (let x = w * 0.3; x < w * 0.7; x++) {
				const i = (Math.floor(y) * w + Math.floor(x)) * 4, v = px[i] + px[i + 1] + px[i + 2];
				if (v > best[2]) best = [Math.floor(x), h - 1 - Math.floor(y), v];
			}
			return [best[0], best[1]];
		})()`)
		hover(p[0], p[1])
		until(t, tab, `!document.querySelector(".hovervalue").hidden`)
		text := await[string](t, tab, `document.querySelector(".hovervalue").textContent`)
		if !strings.HasSuffix(text, "\u202fvisits") {
			t.Errorf("the brightest place says %q", text)
		}
		picture(t, tab, "looks-hover")
		hover(640, 790)
		until(t, tab, `document.querySelector(".hovervalue").hidden`)
		if n := stateOf(t, tab).Requests; n != requests {
			t.Errorf("%d requests became %d", requests, n)
		}
	})
}
