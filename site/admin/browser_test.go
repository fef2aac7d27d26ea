package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
)

// A window is a tab on a desk's pages.
type window struct {
	*browsertest.Tab
	t *testing.T
}

func open(t *testing.T, browser context.Context, v browsertest.View, address string) *window {
	t.Helper()
	tab, err := browsertest.Open(browser, v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	w := &window{tab, t}
	w.visit(address)
	return w
}

func (w *window) visit(address string) {
	w.t.Helper()
	if err := chromedp.Do(w.Ctx, chromedp.Navigate(address)); err != nil {
		w.t.Fatal(err)
	}
}

// until waits for an expression, or what it promises, to be true, also while one page leads to the next, in which no question is answered.
func (w *window) until(expression string) {
	w.t.Helper()
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var ok bool
		if ok, err = browsertest.Await[bool](w.Tab, "Promise.resolve("+expression+").then(Boolean)"); ok {
			return
		}
	}
	w.t.Fatalf("waiting for %s: %v", expression, err)
}

func ask[T any](w *window, expression string) T {
	w.t.Helper()
	v, err := browsertest.Await[T](w.Tab, expression)
	if err != nil {
		w.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// picture keeps a picture of the page in the folder that HEATMAPGEN_PICTURES names, if it does.
func (w *window) picture(name string) {
	w.t.Helper()
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		return
	}
	png, err := w.Screenshot()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// quiet checks that the page wrote nothing to its console and asked nobody else for anything.
func (w *window) quiet(d *desk) {
	w.t.Helper()
	if e := w.Errors(); len(e) > 0 {
		w.t.Errorf("the console says %q", e)
	}
	for _, r := range w.Requests() {
		if !strings.HasPrefix(r, d.url) {
			w.t.Errorf("the page asks for %s", r)
		}
	}
}

var desktop = browsertest.View{Width: 1280, Height: 800}
var phone = browsertest.View{Width: 390, Height: 844, Phone: true}

// press clicks the element that a selector names, once it lies still: rows take their height only when they come into view.
func (w *window) press(selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`new Promise(async (resolve) => {
		const e = document.querySelector(%q), place = () => JSON.stringify(e.getBoundingClientRect());
		e.scrollIntoView({ block: "center" });
		const frame = () => new Promise(requestAnimationFrame);
		await frame();
		let before = place(), same = 0;
		for (let k = 0; k < 100 && same < 3; k++) {
			await frame();
			const now = place();
			same = now === before ? same + 1 : 0;
			before = now;
		}
		resolve(same === 3);
	})`, selector))
	if err := chromedp.Do(w.Ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		w.t.Fatalf("%s: %v", selector, err)
	}
}

const idle = "document.readyState === 'complete' && !document.querySelector('[data-running]')"

func TestExcludedIsGoneFromTheMapInBrowser(t *testing.T) {
	d := newDesk(t, "", nil)
	w := open(t, browsertest.MustStart(t, nil), desktop, d.url)
	if got := ask[string](w, `document.querySelector('[data-id="files:b.gpx"] strong').textContent`); got != hostile {
		t.Errorf("the hostile name shows as %q", got)
	}
	w.press("#rebuild")
	w.until(idle + " && document.querySelector('#result')?.textContent.startsWith('Built: 4')")
	w.picture("admin-desktop")

	w.press(`[data-id="files:b.gpx"] input`)
	w.until("document.querySelector('#ticked').textContent === '1 ticked'")
	w.press(`.tools button[value=exclude]`)
	w.until(idle + ` && document.querySelector('[data-id="files:b.gpx"]').dataset.state === 'excluded'`)
	w.press("#rebuild")
	w.until(idle + " && document.querySelector('#result')?.textContent.startsWith('Built: 3')")
	w.picture("admin-desktop-excluded")
	if title := ask[string](w, "document.title"); strings.Contains(title, "taken") {
		t.Error("the name of an activity ran as a script")
	}
	w.quiet(d)

	if n := d.drawn(); n != 3 {
		t.Errorf("the archive has %d activities", n)
	}
	if err := w.Load(d.url + "/site/"); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](w, "document.querySelector('meta[name=description]').content"); got != "A heatmap of 3 activities" {
		t.Errorf("the map is %q", got)
	}
}

func TestOnAPhoneInBrowser(t *testing.T) {
	d := newDesk(t, "", nil)
	w := open(t, browsertest.MustStart(t, nil), phone, d.url)
	w.picture("admin-phone")
	ask[bool](w, `document.querySelector('.labels').open = true`)
	w.picture("admin-phone-labels")
	if wide := ask[int](w, "document.documentElement.scrollWidth"); wide > 390 {
		t.Errorf("the page is %d wide", wide)
	}
	small := ask[[]string](w, `[...document.querySelectorAll('button, select, input:not([type=hidden]):not([type=checkbox]), .button, .states a, label.tick')]
		.filter(e => e.checkVisibility() && !e.disabled).map(e => [e, e.getBoundingClientRect()])
		.filter(([, r]) => r.height < 44 || r.width < 44).map(([e, r]) => e.outerHTML.slice(0, 90) + ' ' + r.width + 'x' + r.height)`)
	if len(small) > 0 {
		t.Errorf("too small for a finger: %q", small)
	}
	overlap := ask[[]string](w, `[...document.querySelectorAll('.row')].flatMap(row => {
		const r = [...row.children].map(c => [c.className, c.getBoundingClientRect()]).filter(([, b]) => b.width * b.height > 0);
		return r.flatMap(([a, x], i) => r.slice(i + 1).filter(([, y]) => x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1).map(([b]) => a + ' ' + b));
	})`)
	if len(overlap) > 0 {
		t.Errorf("parts of a row overlap: %q", overlap)
	}
	ask[bool](w, `(document.querySelector('.row').scrollIntoView(), true)`)
	w.picture("admin-phone-rows")
	w.quiet(d)
}

// Nothing that axe-core calls serious may stand, in either theme and at either size.
func TestAccessibilityInBrowser(t *testing.T) {
	if _, err := os.Stat(browsertest.AxePath()); errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed: npm ci --prefix templates/viewer")
	}
	d := newDesk(t, "", nil)
	chromium := browsertest.MustStart(t, nil)
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800}, {Width: 1280, Height: 800, Light: true},
		{Width: 390, Height: 844, Phone: true}, {Width: 390, Height: 844, Phone: true, Light: true},
	} {
		w := open(t, chromium, v, d.url)
		if err := w.LoadAxe(); err != nil {
			t.Fatal(err)
		}
		ask[bool](w, `document.querySelector('.labels').open = true`)
		serious, others, checked, err := w.Axe()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(checked, "color-contrast") || !slices.Contains(checked, "label") {
			t.Errorf("axe checked next to nothing: %q", checked)
		}
		for _, line := range append(serious, others...) {
			t.Errorf("%dx%d, light %v: %s", v.Width, v.Height, v.Light, line)
		}
	}
}

// Everything can be done without a mouse, and one sees where one is.
func TestWithTheKeyboardInBrowser(t *testing.T) {
	d := newDesk(t, "", nil)
	w := open(t, browsertest.MustStart(t, nil), browsertest.View{Width: 1280, Height: 800, Light: true}, d.url)
	w.picture("admin-desktop-light")
	var seen []string
	for range 40 {
		if err := chromedp.Do(w.Ctx, chromedp.KeyEvent("\t")); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, ask[string](w, `(e => (e.getAttribute('name') || e.id || e.className || e.tagName) + (e.matches('.row *') ? ' of a row' : '') +
			(getComputedStyle(e.closest('.tick') && e.type === 'checkbox' ? e : e).outlineStyle === 'none' && e !== document.body ? ' unseen' : ''))(document.activeElement)`))
	}
	for _, want := range []string{"skip", "rebuild", "q", "source", "sport", "year", "sort", "all", "set", "do", "id of a row", "one of a row"} {
		if !slices.Contains(seen, want) {
			t.Errorf("Tab does not come to %q: %q", want, seen)
		}
	}
	ask[bool](w, `(document.querySelector('[data-id="files:a.gpx"] input').focus(), true)`)
	if err := chromedp.Do(w.Ctx, chromedp.KeyEvent(" ")); err != nil {
		t.Fatal(err)
	}
	w.until("document.querySelector('#ticked').textContent === '1 ticked'")
	// Enter in a field sets that field.
	ask[bool](w, `(document.querySelector('.labels').open = true, document.querySelector('[name=gear]').focus(), true)`)
	w.picture("admin-desktop-labels")
	if err := chromedp.Do(w.Ctx, chromedp.KeyEvent("City bike\r")); err != nil {
		t.Fatal(err)
	}
	w.until(idle + ` && /City bike/.test(document.querySelector('[data-id="files:a.gpx"] .sport').textContent)`)
}

// A page of another origin posts a form that would be right if it were ours.
func TestPostFromAnotherSiteIsRefusedInBrowser(t *testing.T) {
	d := newDesk(t, "", nil)
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<form method="post" action="` + d.url + `/change"><input name="token" value="` + d.a.token +
			`"><input name="do" value="exclude"><input name="id" value="files:a.gpx"></form><iframe src="` + d.url + `/"></iframe>`))
	}))
	defer evil.Close()
	w := open(t, browsertest.MustStart(t, nil), desktop, evil.URL)
	read := ask[string](w, `fetch("`+d.url+`/").then(r => r.text(), () => 'refused')`)
	if read != "refused" {
		t.Errorf("another site reads %q", read)
	}
	ask[bool](w, "(document.querySelector('form').submit(), true)")
	w.until("location.pathname === '/change' && document.readyState === 'complete'")
	if got := strings.TrimSpace(ask[string](w, "document.body.innerText")); got != "This server takes changes from its own pages only." {
		t.Errorf("the answer is %q", got)
	}
	if o := d.said(); len(o) > 0 {
		t.Errorf("overrides.json says %v", o)
	}
}
