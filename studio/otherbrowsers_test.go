package studio_test

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/browsertest/webdriver"
)

// In other browsers, too, an export becomes a map whose two files are those of the command, with what is set and what is hidden; and they can be taken
// home. With HEATMAPGEN_PICTURES pictures of it are kept there.
func TestOtherBrowsers(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		b := webdriver.MustStart(t, kind, webdriver.Options{Width: 1024, Height: 640, Languages: []string{"de-AT", "de"}})
		host := serve(t)
		tab := b.MustOpen(t, host.url)
		path := stravaZip(t)
		choose(t, tab, path)
		s := built(t, tab, 1)
		t.Logf("%s: files in %s", b.Version, s.Storage)
		if *s.Found != 6 || *s.Drawn != 5 || s.Error != nil {
			t.Errorf("state %+v", s)
		}
		sameAsNative(t, tab, map[string]string{"export_1.zip": path})
		if words := await[string](t, tab, `document.querySelector(".form").textContent`); !strings.Contains(words, "Einstellungen") {
			t.Errorf("the form says %q in German", words)
		}
		picture(t, tab, string(kind)+"-studio")

		await[bool](t, tab, `(() => {
			const set = (input, value, type) => { input.value = value; input.dispatchEvent(new Event(type)); };
			set(document.querySelector(".form input[type=text]"), '"Läufe" \\ <script>alert(1)</script> \u2028', "input");
			document.querySelector(".draw").click();
			return true;
		})()`)
		drawZone(t, tab, false)
		if n := await[int](t, tab, offered); n != 0 {
			t.Errorf("%d things may be taken that show what is to be hidden", n)
		}
		await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
		if s := built(t, tab, 2); *s.Drawn != 1 {
			t.Errorf("%d activities are drawn, and only the ride leaves what the zone hides", *s.Drawn)
		}
		got := sameAsNative(t, tab, map[string]string{"export_1.zip": path})
		if got.Secret == nil || !strings.Contains(got.Settings, "radius_m") || !strings.Contains(got.Settings, `title = "\"Läufe\"`) {
			t.Errorf("secret %v, settings\n%s", got.Secret, got.Settings)
		}
		if text := await[string](t, tab, `heatmapgen.taken.site.verdict.text`); text == "" {
			t.Error("the map was not attacked")
		}
		picture(t, tab, string(kind)+"-studio-zone")

		for selector, names := range map[string][]string{".takehome .main": {"index.html", "heatmap.pmtiles"}, "details .takebuttons .quietbutton": nil} {
			await[bool](t, tab, fmt.Sprintf(`document.querySelector(%q).click() ?? true`, selector))
			if names == nil {
				if text, err := os.ReadFile(downloaded(t, b, "heatmap.toml")); err != nil || string(text) != got.Settings {
					t.Errorf("%v: heatmap.toml is\n%s", err, text)
				}
				continue
			}
			z, err := zip.OpenReader(downloaded(t, b, "heatmap.zip"))
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, f := range z.File {
				found = append(found, f.Name)
			}
			z.Close()
			if !slices.Equal(found, names) {
				t.Errorf("the zip has %q", found)
			}
		}
		for _, e := range tab.Errors() {
			t.Errorf("console: %s", e)
		}

		// The next visit hides the same.
		again := b.MustOpen(t, host.url)
		choose(t, again, path)
		built(t, again, 1)
		if second := sameAsNative(t, again, map[string]string{"export_1.zip": path}); second.ArchiveSHA256 != got.ArchiveSHA256 || *second.Secret != *got.Secret {
			t.Error("the next visit made another map")
		}
	})
}

// Two windows work beside each other; without a network the page opens and works.
func TestOtherBrowsersOffline(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		b := webdriver.MustStart(t, kind, webdriver.Options{Width: 1024, Height: 640})
		host := serve(t)
		path := stravaZip(t)
		first, second := b.MustOpen(t, host.url), b.MustOpen(t, host.url)
		for _, tab := range []*webdriver.Tab{first, second} {
			choose(t, tab, path)
		}
		for _, tab := range []*webdriver.Tab{first, second} {
			built(t, tab, 1)
			sameAsNative(t, tab, map[string]string{"export_1.zip": path})
		}
		await[bool](t, second, "navigator.serviceWorker.ready.then(() => true)")
		host.server.Close()
		before := len(host.requests())
		if err := first.Load(host.url); err != nil {
			t.Fatalf("%v; console: %q", err, first.Errors())
		}
		choose(t, first, path)
		if s := built(t, first, 1); *s.Drawn != 5 {
			t.Errorf("state %+v", s)
		}
		if later := host.requests()[before:]; len(later) > 0 {
			t.Errorf("the host was asked for %q", later)
		}
		sameAsNative(t, second, map[string]string{"export_1.zip": path})
	})
}

// A private window works, in memory or on a disk that is gone with it; work that is cancelled can be begun anew.
func TestOtherBrowsersPrivate(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		b := webdriver.MustStart(t, kind, webdriver.Options{Width: 1024, Height: 640, Private: true})
		tab := b.MustOpen(t, serve(t).url)
		path := stravaZip(t)
		choose(t, tab, path)
		until(t, tab, "heatmapgen.state().found !== undefined && heatmapgen.state().busy")
		await[bool](t, tab, `document.querySelector(".cancel").click() ?? true`)
		if k, words := failed(t, tab); k != "aborted" || strings.TrimSpace(words) != "Cancelled." {
			t.Errorf("%s: %q", k, words)
		}
		await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
		s := built(t, tab, 1)
		t.Logf("%s, private: files in %s", b.Version, s.Storage)
		sameAsNative(t, tab, map[string]string{"export_1.zip": path})
		for _, e := range tab.Errors() {
			t.Errorf("console: %s", e)
		}
	})
}

// Files that are dropped on the page are taken, and on the map in its frame, too. (WebDriver has no way to drag a file from outside of the browser: the
// page is given the event that comes of it.)
func TestOtherBrowsersDrop(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		b := webdriver.MustStart(t, kind, webdriver.Options{Width: 1024, Height: 640})
		tab := b.MustOpen(t, serve(t).url)
		dir := t.TempDir()
		given := map[string]string{}
		for i, onto := range []string{"document.querySelector('.drop')", "document.querySelector('iframe').contentDocument.body"} {
			name := fmt.Sprintf("%d.gpx", i)
			text := recording(time.Date(2024, 6, 1+i, 9, 0, 0, 0, time.UTC), float64(i)*500, 900, 3)
			given["recordings/"+name] = filepath.Join(dir, name)
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			await[bool](t, tab, fmt.Sprintf(`(() => {
				const onto = %s, page = onto.ownerDocument.defaultView, dataTransfer = new page.DataTransfer();
				dataTransfer.items.add(new page.File([%q], %q, { lastModified: 0 }));
				for (const kind of ["dragenter", "dragover", "drop"]) onto.dispatchEvent(new page.DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
				return true;
			})()`, onto, text, name))
			if s := built(t, tab, 1+i); *s.Drawn != 1+i {
				t.Errorf("state %+v", s)
			}
		}
		sameAsNative(t, tab, given)
		// One map after the other comes into the frame, however quickly.
		for maps := 3; maps < 11; maps++ {
			await[bool](t, tab, fmt.Sprintf(`(() => {
				const title = document.querySelector(".form input[type=text]");
				title.value = "%d";
				title.dispatchEvent(new Event("input"));
				document.querySelector(".make").click();
				return true;
			})()`, maps))
			built(t, tab, maps)
		}
		for _, e := range tab.Errors() {
			t.Errorf("console: %s", e)
		}
	})
}

// On a window of a phone's size, and of its density, a zone is drawn with a finger.
func TestOtherBrowsersPhone(t *testing.T) {
	webdriver.Each(t, func(t *testing.T, kind webdriver.Kind) {
		o := webdriver.Options{Width: 390, Height: 844, Scale: 2}
		if kind == webdriver.Firefox {
			o.Width = 500 // its windows have no less
		}
		b := webdriver.MustStart(t, kind, o)
		tab := b.MustOpen(t, serve(t).url)
		look := func(state string) {
			t.Helper()
			if wide := await[int](t, tab, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%s: the page is %d pixels too wide", state, wide)
			}
			picture(t, tab, string(kind)+"-phone-"+state)
		}
		look("empty")
		path := stravaZip(t)
		choose(t, tab, path)
		built(t, tab, 1)
		look("map")
		await[bool](t, tab, `document.querySelector(".draw").click() ?? true`)
		await[bool](t, tab, `document.querySelector(".stage").scrollIntoView() ?? true`)
		drawZone(t, tab, true)
		await[bool](t, tab, `document.querySelector(".make").click() ?? true`)
		if s := built(t, tab, 2); *s.Drawn != 1 {
			t.Errorf("%d activities are drawn, and only the ride leaves what the zone hides", *s.Drawn)
		}
		look("zone")
		sameAsNative(t, tab, map[string]string{"export_1.zip": path})
	})
}

// drawZone draws a zone from where all runs begin, 40 pixels to the side; the page waits for it.
func drawZone(t *testing.T, tab *webdriver.Tab, finger bool) {
	t.Helper()
	at := await[[2]float64](t, tab, `(() => {
		const frame = document.querySelector("iframe");
		const { left, top } = frame.getBoundingClientRect();
		const { x, y } = frame.contentWindow.heatmapgen.map.project([9.75, 47.5]);
		return [left + x, top + y];
	})()`)
	if err := tab.Drag(finger, at, [2]float64{at[0] + 40, at[1]}); err != nil {
		t.Fatal(err)
	}
	zone := await[string](t, tab, `document.querySelector(".zones output")?.textContent ?? ""`)
	if got := await[int](t, tab, `document.querySelectorAll(".zonelayer circle").length`); got != 1 || zone == "" || zone == "300\u00a0m" {
		t.Errorf("%d circles, radius %q, from %v", got, zone, at)
	}
}

// downloaded waits for a file that a page hands out, and returns its path.
func downloaded(t *testing.T, b *webdriver.Browser, name string) string {
	t.Helper()
	path := filepath.Join(b.Downloads, name)
	size := int64(-1)
	for range 200 { // until it is there as a whole
		time.Sleep(100 * time.Millisecond)
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			continue
		}
		if info.Size() == size {
			return path
		}
		size = info.Size()
	}
	t.Fatalf("%s was not handed out", name)
	return ""
}

// picture keeps a picture of a tab where HEATMAPGEN_PICTURES names a folder.
func picture(t *testing.T, tab *webdriver.Tab, name string) {
	t.Helper()
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		return
	}
	if err := browsertest.Until(tab, `(document.querySelector("iframe")?.contentWindow.heatmapgen?.idle().then(() => true) ?? true)`); err != nil {
		t.Fatal(err)
	}
	png, err := tab.Screenshot()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
