package studio_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
)

// A dropped export becomes a map in the tab, and the two files are those of the command. Once the page is loaded it asks nobody for anything,
// and the map in its frame cannot either.
func TestStravaZip(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	await[bool](t, tab, "navigator.serviceWorker.ready.then(() => true)")
	before := len(host.requests())
	path := stravaZip(t)
	if err := tab.DropFiles(600, 300, path); err != nil {
		t.Fatal(err)
	}
	s := built(t, tab, 1)
	if *s.Found != 6 || *s.Drawn != 5 || s.Error != nil || s.Storage != "disk" {
		t.Errorf("state %+v", s)
	}
	if text := await[string](t, tab, `document.querySelector(".unread").textContent`); !strings.Contains(text, "104.gpx") {
		t.Errorf("the file that is damaged is told as %q", text)
	}
	sameAsNative(t, tab, map[string]string{"export_1.zip": path})
	for _, to := range []string{"https://example.com/", "https://tile.openstreetmap.org/1/1/1.png"} {
		for _, script := range []string{"fetch(%q)", `document.querySelector("iframe").contentWindow.fetch(%q)`} {
			if got := await[string](t, tab, fmt.Sprintf(script+`.then(() => "answered", (e) => e.name)`, to)); got != "TypeError" {
				t.Errorf("%s for %s: %s", script, to, got)
			}
		}
	}
	if later := host.requests()[before:]; len(later) > 0 {
		t.Errorf("the host was asked for %q", later)
	}
	for _, r := range tab.Requests() {
		if !strings.HasPrefix(r, host.url) && !strings.HasPrefix(r, "https://") {
			t.Errorf("request for %s", r)
		}
	}
	for _, e := range tab.Errors() {
		if !strings.Contains(e, "Content Security Policy") && !strings.Contains(e, "violates the document") {
			t.Errorf("console: %s", e)
		}
	}
}

// While many activities are read some can be looked at, and all of them from afar while their streets are painted; cores share the work.
func TestFirstLooks(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	folder := filepath.Join(t.TempDir(), "runs")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 120 {
		start := time.Date(2022, 1, 1+5*i, 7, 30, 0, 0, time.UTC)
		place := float64(i%7) * 130
		if i%10 == 3 {
			place += 400_000 // on a journey
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.gpx", i)), []byte(recording(start, place, 1200, 3)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := tab.DropFiles(600, 300, folder); err != nil {
		t.Fatal(err)
	}
	s := built(t, tab, 1)
	if want := "All 120 activities from afar: the streets are being painted"; len(s.Looks) == 0 || s.Looks[len(s.Looks)-1] != want || len(s.Looks) == 2 && s.Looks[0] != "A first look: 24 of 120 activities" {
		t.Errorf("before the map there was %q", s.Looks)
	}
	if cores := await[int](t, tab, "navigator.hardwareConcurrency"); cores > 1 && s.Workers < 2 {
		t.Errorf("%d workers on %d cores", s.Workers, cores)
	}
	if left := await[string](t, tab, `[...document.querySelectorAll(".early:not([hidden])")].map((e) => e.textContent).join()`); left != "" {
		t.Errorf("beside the map stands %q", left)
	}
	if n := await[int](t, tab, `document.querySelector("iframe").contentDocument.querySelectorAll("h1").length`); n != 1 {
		t.Errorf("%d titles", n)
	}
	sameAsNative(t, tab, map[string]string{"runs": folder})
}

// Without a network the page opens and works, since a service worker keeps it; so it does as a module that came before.
func TestOffline(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	await[bool](t, tab, "navigator.serviceWorker.ready.then(() => true)")
	host.server.Close()
	before := len(host.requests())
	if err := tab.Load(host.url); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
	path := stravaZip(t)
	choose(t, tab, path)
	if s := built(t, tab, 1); *s.Drawn != 5 {
		t.Errorf("state %+v", s)
	}
	if later := host.requests()[before:]; len(later) > 0 {
		t.Errorf("the host was asked for %q", later)
	}
}

// What is set is in the configuration, whatever characters it has, and both make the same; what is set and not yet built cannot be taken.
func TestSettings(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	path := stravaZip(t)
	choose(t, tab, path)
	built(t, tab, 1)
	await[bool](t, tab, `(() => {
		const set = (input, value, type) => { input.value = value; input.dispatchEvent(new Event(type)); };
		set(document.querySelector(".form input[type=text]"), '"Läufe" \\ <script>alert(1)</script> \u2028', "input");
		document.querySelector('.chip input[value="Ride"]').click();
		set(document.querySelector(".form input[type=date]"), "2023-02-01", "change");
		set(document.querySelectorAll(".form input[type=number]")[0], "150", "change");
		return true;
	})()`)
	if n := await[int](t, tab, offered); n != 0 || !await[state](t, tab, "heatmapgen.state()").Stale {
		t.Errorf("%d things may be taken that do not show what is set", n)
	}
	await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
	if s := built(t, tab, 2); *s.Drawn != 3 || s.Stale {
		t.Errorf("drawn %d of the runs since February, %+v", *s.Drawn, s)
	}
	got := sameAsNative(t, tab, map[string]string{"export_1.zip": path})
	for _, want := range []string{`title = "\"Läufe\" \\ <script>alert(1)</script>"`, `sports = ["Run"]`, "from = 2023-02-01", "trim_start_m = 150"} {
		if !strings.Contains(got.Settings, want) {
			t.Errorf("the settings have no %s:\n%s", want, got.Settings)
		}
	}
	if title := await[string](t, tab, `document.querySelector("iframe").contentDocument.querySelector("h1").textContent`); !strings.Contains(title, "<script>") {
		t.Errorf("the map is called %q", title)
	}
}

// A zone that is drawn over the map hides what is in it. The browser keeps it and its secret, so the next visit hides the same.
func TestZones(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	path := stravaZip(t)
	choose(t, tab, path)
	built(t, tab, 1)
	await[bool](t, tab, `document.querySelector(".draw").click() ?? true`)
	// From where all runs begin, 40 pixels to the side.
	at := await[[2]float64](t, tab, `(() => {
		const frame = document.querySelector("iframe");
		const { left, top } = frame.getBoundingClientRect();
		const { x, y } = frame.contentWindow.heatmapgen.map.project([9.75, 47.5]);
		return [left + x, top + y];
	})()`)
	drag(t, tab, at, [2]float64{at[0] + 40, at[1]})
	zone := await[string](t, tab, `document.querySelector(".zones output").textContent`)
	if got := await[int](t, tab, `document.querySelectorAll(".zonelayer circle").length`); got != 1 || zone == "" || zone == "300\u00a0m" {
		t.Errorf("%d circles, radius %s", got, zone)
	}
	if n := await[int](t, tab, offered); n != 0 {
		t.Errorf("%d things may be taken that show what is to be hidden", n)
	}
	await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
	if s := built(t, tab, 2); *s.Drawn != 1 {
		t.Errorf("%d activities are drawn, and only the ride leaves what the zone hides", *s.Drawn)
	}
	first := sameAsNative(t, tab, map[string]string{"export_1.zip": path})
	if text := await[string](t, tab, `heatmapgen.taken.site.verdict.text`); text == "" {
		t.Error("the map was not attacked")
	}
	if first.Secret == nil || !strings.Contains(first.Settings, "radius_m") {
		t.Fatalf("no secret, or no zone in:\n%s", first.Settings)
	}

	again := open(t, chromium, host.url)
	if err := again.ChooseFiles(`input[type=file]`, path); err != nil {
		t.Fatal(err)
	}
	built(t, again, 1)
	second := sameAsNative(t, again, map[string]string{"export_1.zip": path})
	if second.ArchiveSHA256 != first.ArchiveSHA256 || *second.Secret != *first.Secret {
		t.Error("the next visit made another map")
	}
	// With a secret that is damaged nothing is made until somebody says so; then it goes on with the files that are there.
	damaged := filepath.Join(t.TempDir(), "privacy-secret")
	if err := os.WriteFile(damaged, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	third := open(t, chromium, host.url)
	if err := third.ChooseFiles(`input[type=file]`, path, damaged); err != nil {
		t.Fatal(err)
	}
	if kind, words := failed(t, third); kind != "secret" {
		t.Errorf("with a damaged secret: %s: %q", kind, words)
	}
	await[bool](t, third, `document.querySelector(".failed button").click() ?? true`)
	if s := built(t, third, 1); *s.Found != 6 || *s.Drawn != 1 {
		t.Errorf("with a new secret: %+v", s)
	}
	await[bool](t, again, `[...document.querySelectorAll("details button")].at(-1).click() ?? true`)
	if kept := await[int](t, again, "localStorage.length"); kept != 1 { // the units of the map, which browsertest sets
		t.Errorf("%d things are kept after all was to be forgotten", kept)
	}
}

// offered counts what may be taken for the public.
const offered = `document.querySelectorAll(".takehome > .takebuttons button:not(:disabled)").length`

// drag drags the mouse from one place of the tab to another.
func drag(t *testing.T, tab *browsertest.Tab, from, to [2]float64) {
	t.Helper()
	err := chromedp.Do(tab.Ctx,
		chromedp.MouseEvent("mousePressed", from[0], from[1], chromedp.ButtonLeft),
		chromedp.MouseEvent("mouseMoved", to[0], to[1], chromedp.ButtonLeft),
		chromedp.MouseEvent("mouseReleased", to[0], to[1], chromedp.ButtonLeft),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// Work that is cancelled leaves everything as it was, and can be begun anew.
func TestCancel(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	path := stravaZip(t)
	choose(t, tab, path)
	until(t, tab, "heatmapgen.state().found !== undefined && heatmapgen.state().busy")
	await[bool](t, tab, `document.querySelector(".cancel").click() ?? true`)
	if kind, words := failed(t, tab); kind != "aborted" || words != "Cancelled." {
		t.Errorf("%s: %q", kind, words)
	}
	await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
	built(t, tab, 1)
	sameAsNative(t, tab, map[string]string{"export_1.zip": path})
}

// Two tabs work beside each other, and what a tab left that is gone is removed by the next one.
func TestTwoTabs(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	folders := `(async () => { const names = []; for await (const n of (await (await navigator.storage.getDirectory()).getDirectoryHandle("heatmapgen-studio")).keys()) names.push(n); return names; })()`
	path := stravaZip(t)
	first, second := open(t, chromium, host.url), open(t, chromium, host.url)
	for _, tab := range []*browsertest.Tab{first, second} {
		choose(t, tab, path)
	}
	for _, tab := range []*browsertest.Tab{first, second} {
		built(t, tab, 1)
		sameAsNative(t, tab, map[string]string{"export_1.zip": path})
	}
	if n := await[[]string](t, second, folders); len(n) != 2 {
		t.Errorf("two tabs have the folders %q", n)
	}
	first.Cancel()
	var left []string
	for range 20 { // the lock goes with the tab, but not at once
		third := open(t, chromium, host.url)
		left = await[[]string](t, third, folders)
		third.Cancel()
		if len(left) <= 2 {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if len(left) > 2 {
		t.Errorf("folders %q are left of two tabs that live", left)
	}
	sameAsNative(t, second, map[string]string{"export_1.zip": path})
}

// A browser that gives pages no disk has everything in memory.
func TestInMemory(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	view := desk
	view.Script = `delete StorageManager.prototype.getDirectory`
	tab := openAs(t, chromium, view, host.url)
	path := stravaZip(t)
	choose(t, tab, path)
	if s := built(t, tab, 1); s.Storage != "memory" {
		t.Errorf("state %+v", s)
	}
	sameAsNative(t, tab, map[string]string{"export_1.zip": path})
}

// What is taken home as a zip are the two files and no more: neither zones nor the secret are among them.
func TestZip(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	choose(t, tab, stravaZip(t))
	built(t, tab, 1)
	path := downloaded(t, tab, "*.zip", `document.querySelector(".takehome .main").click() ?? true`)
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil { // checks the sum
			t.Errorf("%s: %v", f.Name, err)
		}
		r.Close()
	}
	if !slices.Equal(names, []string{"index.html", "heatmap.pmtiles"}) {
		t.Errorf("the zip has %q", names)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// What is dropped before the generator is there waits for it; what is set while a map is made is not taken for what the map shows.
func TestImpatience(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	host.hold, host.held = make(chan struct{}), ".wasm.gzip"
	tab, err := browsertest.Open(chromium, desk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	if err := chromedp.Do(tab.Ctx, chromedp.Navigate(host.url)); err != nil {
		t.Fatal(err)
	}
	path := stravaZip(t)
	choose(t, tab, path)
	close(host.hold)
	built(t, tab, 1)
	trim := `(() => { const input = document.querySelectorAll(".form input[type=number]")[0]; input.value = %d; input.dispatchEvent(new Event("change")); return true; })()`
	await[bool](t, tab, fmt.Sprintf(trim, 100))
	await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
	until(t, tab, `heatmapgen.state().busy && !document.querySelector(".doing").hidden`)
	await[bool](t, tab, fmt.Sprintf(trim, 200))
	if s := built(t, tab, 2); !s.Stale {
		t.Error("a map of earlier settings is taken for one of those that are set")
	}
	if n := await[int](t, tab, offered); n != 0 {
		t.Errorf("%d things may be taken that do not show what is set", n)
	}
	await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
	if s := built(t, tab, 3); s.Stale {
		t.Error("the map is of earlier settings")
	}
	if got := sameAsNative(t, tab, map[string]string{"export_1.zip": path}); !strings.Contains(got.Settings, "trim_start_m = 200") {
		t.Errorf("the settings are\n%s", got.Settings)
	}
}

// Two exports of one name are two sources, and either can be taken away; the same one again is the same.
func TestSameNames(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	tab := open(t, chromium, host.url)
	first := stravaZip(t)
	other := filepath.Join(t.TempDir(), filepath.Base(first))
	if err := zipFile(other, "far.gpx", recording(time.Date(2024, 6, 1, 9, 0, 0, 0, time.UTC), 9000, 900, 3)); err != nil {
		t.Fatal(err)
	}
	maps := 0
	for _, c := range []struct {
		path  string
		found int
	}{{first, 6}, {other, 7}, {first, 7}} {
		choose(t, tab, c.path)
		maps++
		if s := built(t, tab, maps); *s.Found != c.found {
			t.Errorf("%d activities found, not %d", *s.Found, c.found)
		}
	}
	sameAsNative(t, tab, map[string]string{"export_1.zip": first, "export_1 2.zip": other})
	await[bool](t, tab, `document.querySelector(".sources li:last-child button").click() ?? true`)
	if s := built(t, tab, maps+1); *s.Found != 6 {
		t.Errorf("%d activities are found once a source was taken away", *s.Found)
	}
}

// zipFile writes a zip with one file.
func zipFile(path, name, text string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return z.Close()
}

// axe-core looks at the page in each of its states, on a desk and on a phone, in both languages: nothing that it finds serious may stand.
func TestAccessibility(t *testing.T) {
	if _, err := os.Stat(filepath.Join("..", "templates", "viewer", "node_modules", "axe-core")); err != nil && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed: npm ci --prefix templates/viewer")
	}
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	for _, v := range []browsertest.View{
		{Width: 1024, Height: 640, ReducedMotion: true},
		{Width: 390, Height: 844, Phone: true, ReducedMotion: true, Script: `Object.defineProperty(navigator, "languages", { value: ["de-AT"] })`},
	} {
		tab := openAs(t, chromium, v, host.url)
		if err := tab.LoadAxe(); err != nil {
			t.Fatal(err)
		}
		look := func(state string) {
			t.Helper()
			serious, _, checked, err := tab.Axe()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(checked, "button-name") {
				t.Errorf("%s: axe checked next to nothing: %q", state, checked)
			}
			for _, line := range serious {
				t.Errorf("%d wide, %s: %s", v.Width, state, line)
			}
			if wide := await[int](t, tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%d wide, %s: the page is %d pixels too wide", v.Width, state, wide)
			}
		}
		look("at first")
		choose(t, tab, stravaZip(t))
		built(t, tab, 1)
		await[bool](t, tab, `(() => { document.querySelectorAll("details").forEach((d) => (d.open = true)); document.querySelectorAll(".form .buttons button")[1].click(); return true; })()`)
		look("with a map and a zone")
		await[bool](t, tab, `(() => { document.querySelectorAll(".chip input").forEach((box) => box.checked && box.click()); document.querySelector(".make").click(); return true; })()`)
		if kind, words := failed(t, tab); kind != "nothing" || words == "" {
			t.Errorf("without a sport: %s: %q", kind, words)
		}
		look("with an error")
	}
}
