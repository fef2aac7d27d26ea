package studio_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
)

// The map in the frame is not published yet: it hands on no address of itself, whichever way it is asked, and shows nothing of other hosts. All else works there.
func TestFramedMap(t *testing.T) {
	chromium := browsertest.MustStart(t, nil)
	host := serve(t)
	for _, phone := range []bool{false, true} {
		view := desk
		if phone {
			view = browsertest.View{Width: 390, Height: 844, Phone: true}
		}
		tab := openAs(t, chromium, view, host.url)
		choose(t, tab, stravaZip(t))
		built(t, tab, 1)
		labels := await[[]string](t, tab, `[...document.querySelector("iframe").contentDocument.querySelectorAll(".mapbuttons button")].map((b) => b.getAttribute("aria-label") ?? b.innerText)`)
		for _, l := range labels {
			if low := strings.ToLower(l); strings.Contains(low, "link") || strings.Contains(low, "share") || strings.Contains(low, "code") {
				t.Errorf("phone %v: the map offers %q", phone, l)
			}
		}
		if len(labels) < 8 || !slices.Contains(labels, "Zoom in") {
			t.Errorf("phone %v: the map's buttons are %q", phone, labels)
		}
		// By keyboard, and by a fragment of another map.
		if basemap := await[string](t, tab, `(async () => {
			const page = document.querySelector("iframe").contentWindow;
			page.dispatchEvent(new page.KeyboardEvent("keydown", { key: "b", bubbles: true }));
			page.document.body.dispatchEvent(new page.KeyboardEvent("keydown", { key: "b", bubbles: true }));
			page.location.hash = "basemap=osm&bg=osm";
			await page.heatmapgen.idle();
			return page.heatmapgen.state().basemap;
		})()`); basemap != "none" {
			t.Errorf("phone %v: the basemap is %q", phone, basemap)
		}
		if n := await[int](t, tab, `document.querySelector("iframe").contentDocument.querySelectorAll(".basemaps").length`); n != 0 {
			t.Errorf("phone %v: there is a choice of basemaps", phone)
		}
		if dir := os.Getenv("HEATMAPGEN_PICTURES"); dir != "" {
			await[bool](t, tab, `document.querySelector("iframe").contentDocument.querySelector('button[aria-controls="more-buttons"]').click() ?? true`)
			picture, err := tab.Screenshot()
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("framed-%d.png", view.Width)), picture, 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if phone {
			continue // the map has no room of its own there
		}
		if !await[bool](t, tab, `document.querySelector("iframe").contentDocument.fullscreenEnabled`) {
			t.Error("the map cannot have the full screen")
		}
		path := downloaded(t, tab, "*.png", `[...document.querySelector("iframe").contentDocument.querySelectorAll(".menu button")].find((b) => b.textContent.includes("picture")).click() ?? true`)
		if data, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(data, []byte("\x89PNG")) {
			t.Errorf("the picture is %.8q, %v", data, err)
		}
	}
}
