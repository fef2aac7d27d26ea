package templates_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// manifestOf returns the web app manifest that the browser has of a tab's page, and what it finds wrong with it.
func manifestOf(t *testing.T, tab *browsertest.Tab) (manifest map[string]any, wrong []string) {
	t.Helper()
	read := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		got, err := cdp.Call(ctx, target, page.GetAppManifest, page.GetAppManifestParams{})
		if err != nil {
			return err
		}
		for _, e := range got.Errors {
			wrong = append(wrong, e.Message)
		}
		return json.Unmarshal([]byte(got.Data), &manifest)
	})
	if err := chromedp.Do(tab.Ctx, read); err != nil {
		t.Fatal(err)
	}
	return manifest, wrong
}

// The browser takes the manifest that the page makes, from which it is put on a home screen.
func TestManifest(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, templates.Page{Title: "Ways & \"more\"", DefaultBasemap: "none"}, makeArchive(t, fixture.Options{}))
	tab := open(t, ctx, phone)
	load(t, tab, url+"?from=there#layer=pace")
	until(t, tab, `document.querySelector("link[rel=manifest]") !== null`)
	manifest, wrong := manifestOf(t, tab)
	if len(wrong) > 0 {
		t.Errorf("the browser finds %q", wrong)
	}
	at := strings.TrimSuffix(url, "/") + "/"
	if manifest["name"] != "Ways & \"more\"" || manifest["start_url"] != at || manifest["scope"] != at || manifest["display"] != "standalone" {
		t.Errorf("the manifest is %v", manifest)
	}
	sizes := await[[]string](t, tab, `(async () => {
		const { icons } = JSON.parse(decodeURIComponent(document.querySelector("link[rel=manifest]").href.replace(/^[^,]*,/, "")));
		return Promise.all([...icons.map((i) => i.src), document.querySelector("link[rel=apple-touch-icon]").href].map(async (src) => { const i = new Image(); i.src = src; await i.decode(); return src.split(";")[0] + " " + i.naturalWidth; }));
	})()`)
	if fmt.Sprint(sizes[:2]) != "[data:image/png 192 data:image/png 512]" || sizes[3] != "data:image/png 180" {
		t.Errorf("icons %q", sizes)
	}
	noErrors(t, tab)
}

// A map in a frame of another page has legend and credits, a way to the map itself, and leaves wheel and keys to the page around it.
func TestEmbed(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	for _, v := range []browsertest.View{{Width: 640, Height: 420}, {Width: 360, Height: 300, Phone: true, Scale: 2}, {Width: 1280, Height: 800}} {
		t.Run(fmt.Sprintf("%dx%d", v.Width, v.Height), func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+"#12.50/49.0123/8.4321&layer=pace&embed")
			shown := await[[]string](t, tab, `[".openmap", ".legend", ".scale", ".credits", ".panel", ".sheet", ".selectionside", ".placesside", ".mapbuttons", ".coloursbutton", ".rangehandle"].filter((s) => document.querySelector(s)?.checkVisibility())`)
			if !slices.Equal(shown, []string{".openmap", ".legend", ".scale", ".credits"}) {
				t.Errorf("shown: %q", shown)
			}
			if found := await[[]string](t, tab, `(() => {
				const boxes = [".openmap", ".legend", ".scale", ".credits"].map((n) => [n, document.querySelector(n).getBoundingClientRect()]);
				const bad = boxes.filter(([, b]) => b.left < 0 || b.top < 0 || b.right > innerWidth || b.bottom > innerHeight).map(([n]) => n + " lies outside");
				boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => { if (p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom) bad.push(a + " and " + b); }));
				return bad; })()`); len(found) > 0 {
				t.Errorf("%q", found)
			}
			picture(t, tab, fmt.Sprintf("embed-%dx%d", v.Width, v.Height))
			before := stateOf(t, tab)
			await[bool](t, tab, `(() => { const canvas = document.querySelector(".map canvas"); canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, bubbles: true, cancelable: true }));
				document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "t", bubbles: true })); return new Promise((r) => setTimeout(() => r(true), 500)); })()`)
			if after := stateOf(t, tab); after.Zoom != before.Zoom || await[bool](t, tab, `document.querySelector("dialog[open]") !== null`) {
				t.Errorf("a wheel and a key did something: %+v", after)
			}
			await[bool](t, tab, `heatmapgen.map.setZoom(12.5); heatmapgen.idle().then(() => true)`)
			href := await[string](t, tab, `(() => { const a = document.querySelector(".openmap"); a.dispatchEvent(new Event("focus")); return a.href; })()`)
			if !strings.HasPrefix(href, url) || !strings.Contains(href, "#13.50/49.0123/8.4321&layer=pace") || strings.Contains(href, "embed") {
				t.Errorf("the way to the map is %q", href)
			}
			until(t, tab, `location.hash.startsWith("#13.50/") && location.hash.endsWith("&embed")`)
			noErrors(t, tab)
		})
	}
}

// The code that is handed out shows the same view in another page.
func TestFrameCode(t *testing.T) {
	ctx := sharedBrowser(t)
	site := serve(t, templates.Page{Title: `Ways "&" more`, DefaultBasemap: "none"}, makeArchive(t, fixture.Options{}))
	v := desk
	// There is nobody to answer whether the page may write to the clipboard.
	v.Script = `window.copied = []; Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => void copied.push(text) } })`
	tab := open(t, ctx, v)
	load(t, tab, site+"#12.50/49.0123/8.4321&layer=pace")
	await[bool](t, tab, `[...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Copy code for a web page").click(); true`)
	until(t, tab, "copied.length > 0")
	code := await[string](t, tab, "copied[0]")
	around := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!doctype html><title>Around</title><h1>My year</h1>%s", code)
	}))
	defer around.Close()
	if err := chromedp.Do(tab.Ctx, chromedp.Navigate(around.URL)); err != nil {
		t.Fatal(err)
	}
	until(t, tab, `document.querySelector("iframe")?.title === 'Ways "&" more' && document.querySelector("iframe").src.endsWith("layer=pace&map=none&embed")`)
	noErrors(t, tab)
}

// Where fingers point, the button opens the system's sheet; what the reader breaks off is no error.
func TestShare(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	v := phone
	// No headless browser has a sheet: what the page hands to it is kept.
	v.Script = `window.shared = []; navigator.share = async (what) => { shared.push(what); throw new DOMException("", "AbortError"); }`
	tab := open(t, ctx, v)
	load(t, tab, url)
	await[bool](t, tab, `document.querySelector('.mapbuttons [aria-label="Share"]').click(); true`)
	until(t, tab, `shared.length === 1 && shared[0].url.includes("&layer=all") && shared[0].title !== ""`)
	if s := stateOf(t, tab); len(s.Notices) > 0 {
		t.Errorf("notices %q", s.Notices)
	}
	noErrors(t, tab)
}
