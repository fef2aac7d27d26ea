package templates_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// phone has fingers and a sheet. Its screen has one pixel to the CSS pixel, as no phone has: what is under test is where things are and what they
// do. Of a dense screen, which takes four times as long to draw and other tiles, is dense.
var (
	phone = browsertest.View{Width: 390, Height: 844, Phone: true}
	dense = browsertest.View{Width: 360, Height: 640, Phone: true, Scale: 2}
)

// copyButton is the selector of the button that copies a link.
const copyButton = `.mapbuttons button[aria-label^="Copy link"]`

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

func TestLink(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	hash := func(tab *browsertest.Tab) string { t.Helper(); return await[string](t, tab, "location.hash") }
	silent := func(t *testing.T, tab *browsertest.Tab) {
		t.Helper()
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	}
	show := func(t *testing.T, v browsertest.View, fragment string) *browsertest.Tab {
		t.Helper()
		tab := open(t, ctx, v)
		load(t, tab, url+fragment)
		return tab
	}

	for name, v := range map[string]browsertest.View{"desk": desk, "phone": phone} {
		t.Run("a link shows its view, "+name, func(t *testing.T) {
			const link = "#12.50/49.0123/8.4321&layer=pace&map=dark&heat=70&panel=hidden"
			tab := open(t, ctx, v)
			load(t, tab, url+link)
			s := stateOf(t, tab)
			if s.Layer != "pace" || s.Basemap != "dark" || !s.PanelHidden || !near(s.Opacity, 0.7) ||
				!near(s.Zoom, 12.5) || !near(s.Center[0], 8.4321) || !near(s.Center[1], 49.0123) {
				t.Errorf("state %+v", s)
			}
			controls := `[...document.querySelectorAll("input:checked")].map((i) => i.value).join() + " " + document.querySelector("#opacity").value`
			if got := await[string](t, tab, controls); got != "heat,pace,dark 70" {
				t.Errorf("the panel shows %q", got)
			}
			if got := hash(tab); got != link {
				t.Errorf("the fragment became %q", got)
			}
			picture(t, tab, "link-"+name)
		})
	}

	byDefault := stateOf(t, show(t, little, ""))
	for _, fragment := range []string{
		"#garbage", "#%E0%A4%A&layer=%&=&&", "#layer=nonsense&map=nowhere&heat=hot&panel=maybe", "#1/2", "#NaN/NaN/NaN", "#__proto__=1",
	} {
		t.Run("garbage is ignored: "+fragment, func(t *testing.T) {
			tab := show(t, little, fragment)
			if got := stateOf(t, tab); fmt.Sprint(got) != fmt.Sprint(byDefault) {
				t.Errorf("state %+v, want %+v", got, byDefault)
			}
			silent(t, tab)
		})
	}

	t.Run("a view is held where the archive has something", func(t *testing.T) {
		tab := show(t, little, "#99/0/0&layer=nonsense&heat=70")
		s := stateOf(t, tab)
		if s.Zoom != fixture.DeepZoom || !near(s.Center[0], fixture.Bounds[0]) || !near(s.Center[1], fixture.Bounds[1]) || s.Layer != "all" || !near(s.Opacity, 0.7) {
			t.Errorf("state %+v", s)
		}
		silent(t, tab)
	})

	t.Run("a layer without data is ignored", func(t *testing.T) {
		tab := open(t, ctx, little)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{Empty: []string{"heartrate"}}))+"#layer=heartrate")
		if s := stateOf(t, tab); s.Layer != "all" {
			t.Errorf("state %+v", s)
		}
	})

	t.Run("the fragment follows the map, once for a whole movement", func(t *testing.T) {
		tab := show(t, desk, "")
		if got := hash(tab); got != "" {
			t.Errorf("before anything moved it is %q", got)
		}
		entries := await[int](t, tab, "history.length")
		await[bool](t, tab, `{
			window.writes = 0;
			const write = history.replaceState;
			history.replaceState = function (...a) { writes++; return write.apply(this, a); };
			for (let i = 0; i < 20; i++) heatmapgen.map.jumpTo({ center: [8.42 + i / 1000, 49], zoom: 11.5 });
		}; true`)
		until(t, tab, `location.hash === "#12.50/49.0000/8.4390&layer=all&map=none"`)
		if n := await[int](t, tab, "writes"); n != 1 {
			t.Errorf("written %d times", n)
		}
		await[bool](t, tab, `{ const o = document.querySelector("#opacity"); o.value = 40; o.dispatchEvent(new Event("input")); document.querySelector(".fold").click(); }; true`)
		until(t, tab, `location.hash.endsWith("&heat=40&panel=hidden")`)
		if n := await[int](t, tab, "history.length"); n != entries {
			t.Errorf("%d entries of the history became %d", entries, n)
		}
	})

	t.Run("back and forward", func(t *testing.T) {
		tab := show(t, little, "")
		first := stateOf(t, tab)
		entries := await[int](t, tab, "history.length")
		await[bool](t, tab, press("layer", "pace")+"; true")
		if got := hash(tab); !strings.HasSuffix(got, "&layer=pace&map=none") {
			t.Errorf("fragment %q", got)
		}
		// A movement still under way belongs to the entry that is left.
		await[bool](t, tab, `heatmapgen.map.jumpTo({ center: [8.41, 49.01], zoom: 12 }); `+press("basemap", "dark")+"; true")
		if n := await[int](t, tab, "history.length"); n != entries+2 {
			t.Errorf("%d entries of the history became %d", entries, n)
		}
		await[bool](t, tab, `heatmapgen.map.jumpTo({ center: [8.45, 49.02], zoom: 11 }); true`)
		until(t, tab, `location.hash === "#12.00/49.0200/8.4500&layer=pace&map=dark"`)

		await[bool](t, tab, "history.back(); true")
		until(t, tab, `heatmapgen.state().basemap === "none"`)
		s := stateOf(t, tab)
		if s.Layer != "pace" || !near(s.Zoom, 13) || !near(s.Center[0], 8.41) || !near(s.Center[1], 49.01) {
			t.Errorf("back: %+v", s)
		}
		await[bool](t, tab, "history.back(); true")
		until(t, tab, `heatmapgen.state().layer === "all"`)
		s = stateOf(t, tab)
		if !near(s.Zoom, first.Zoom) || !near(s.Center[0], first.Center[0]) || hash(tab) != "" {
			t.Errorf("back to the start: %+v at %q, want %+v", s, hash(tab), first)
		}
		if got := await[string](t, tab, `document.querySelector("input[name=layer]:checked").value + " " + document.querySelector(".legend .name").textContent`); !strings.HasPrefix(got, "all ") {
			t.Errorf("panel and legend show %q", got)
		}
		await[bool](t, tab, "history.go(2); true")
		until(t, tab, `heatmapgen.state().basemap === "dark" && heatmapgen.state().layer === "pace"`)
		if s := stateOf(t, tab); !near(s.Zoom, 12) || !near(s.Center[0], 8.45) {
			t.Errorf("forward: %+v", s)
		}
		if n := await[int](t, tab, "history.length"); n != entries+2 {
			t.Errorf("going back and forward left %d entries of %d", n, entries+2)
		}
	})

	t.Run("a file dropped on the map is shown whole", func(t *testing.T) {
		tab := show(t, little, "#14.00/49.0000/8.4300&layer=pace")
		await[bool](t, tab, `(async () => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([await (await fetch("heatmap.pmtiles")).blob()], "heatmap.pmtiles"));
			document.querySelector("#page").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
			return true;
		})()`)
		until(t, tab, `heatmapgen.state().zoom !== 14`)
		if s := stateOf(t, tab); !near(s.Zoom, byDefault.Zoom) || s.Layer != "pace" {
			t.Errorf("state %+v", s)
		}
		silent(t, tab)
	})

	t.Run("a fragment typed into a page that is open", func(t *testing.T) {
		tab := show(t, little, "")
		await[bool](t, tab, `location.hash = "#13/49/8.43&layer=recency"; true`)
		until(t, tab, `heatmapgen.state().layer === "recency"`)
		if s := stateOf(t, tab); !near(s.Zoom, 13) || !near(s.Center[0], 8.43) {
			t.Errorf("state %+v", s)
		}
		await[bool](t, tab, `location.hash = "#nonsense"; true`)
		until(t, tab, `heatmapgen.state().layer === "all"`)
		silent(t, tab)
	})
}

func TestCopyLink(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	const fragment = "#12.50/49.0123/8.4321&layer=pace&map=none"
	for _, c := range []struct {
		name, clipboard string
		copied          bool
	}{
		{"the clipboard takes it", "{ writeText: async (text) => { window.copied = text; } }", true},
		{"the clipboard refuses", `{ writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) }`, false},
		{"there is no clipboard", "undefined", false},
	} {
		for where, v := range map[string]browsertest.View{"desk": desk, "phone": phone} {
			t.Run(c.name+", "+where, func(t *testing.T) {
				tab := open(t, ctx, v)
				load(t, tab, url+fragment)
				await[bool](t, tab, `Object.defineProperty(navigator, "clipboard", { value: `+c.clipboard+` }); document.querySelector('`+copyButton+`').focus(); true`)
				// By keyboard: the button has the focus.
				if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent("\r")); err != nil {
					t.Fatal(err)
				}
				until(t, tab, `heatmapgen.state().notices.length === 1`)
				notice := stateOf(t, tab).Notices[0]
				picture(t, tab, "copy-"+where+"-"+strings.ReplaceAll(c.name, " ", "-"))
				if c.copied {
					if got := await[string](t, tab, "copied"); got != url+"/"+fragment || notice != "Link copied." {
						t.Errorf("copied %q, notice %q", got, notice)
					}
					return
				}
				if got := await[string](t, tab, "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"); got != url+"/"+fragment {
					t.Errorf("selected is %q; notice %q", got, notice)
				}
				if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent("\x1b")); err != nil {
					t.Fatal(err)
				}
				until(t, tab, `heatmapgen.state().notices.length === 0`)
				if !await[bool](t, tab, `document.activeElement.matches('`+copyButton+`')`) {
					t.Error("the focus did not return to the button")
				}
				if e := tab.Errors(); len(e) > 0 {
					t.Errorf("console: %q", e)
				}
			})
		}
	}

	t.Run("the button is named, and large enough for a finger", func(t *testing.T) {
		tab := open(t, ctx, phone)
		load(t, tab, url)
		size := await[[]float64](t, tab, `(() => { const b = document.querySelector('`+copyButton+`'); const r = b.getBoundingClientRect(); return [r.width, r.height, b.title === b.ariaLabel ? 1 : 0, b.tabIndex]; })()`)
		if size[0] < 44 || size[1] < 44 || size[2] != 1 || size[3] != 0 {
			t.Errorf("width, height, titled, tab index: %v", size)
		}
	})
}
