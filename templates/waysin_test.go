package templates_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// typeKeys types as a keyboard does, into what has the focus.
func typeKeys(t *testing.T, tab *browsertest.Tab, keys string) {
	t.Helper()
	if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

func TestTable(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	for name, v := range map[string]browsertest.View{"desk": desk, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url)
			const isOpen = `document.querySelector(".activities").open`
			// The distances of the rows from the top, up to the third.
			const distances = `[...document.querySelectorAll(".rows tbody tr")].slice(0, 3).map((tr) => parseFloat(tr.querySelector(".distance").textContent)).join()`
			const shown = `document.querySelector(".activities .count").textContent + ", " + document.querySelector(".rows table").ariaRowCount`
			await[bool](t, tab, `document.querySelector(".mapbuttons [aria-controls]").focus(); true`)
			typeKeys(t, tab, "t")
			until(t, tab, isOpen)
			if got := await[string](t, tab, shown); got != "36 activities, 37" {
				t.Errorf("shown: %s", got)
			}
			head := await[string](t, tab, `[...document.querySelectorAll(".rows thead th")].map((th) => th.textContent + (th.ariaSort ? ":" + th.ariaSort : "")).join()`)
			if head != "Date:descending,Sport,Distance,Moving time,Pace,Ascent,On the map" {
				t.Errorf("columns: %s", head)
			}
			newest := await[string](t, tab, distances)
			await[bool](t, tab, `document.querySelector(".rows thead .date button").click(); true`)
			if oldest := await[string](t, tab, distances); oldest == newest {
				t.Errorf("both ways the same: %s", oldest)
			}
			picture(t, tab, "table-"+name)

			// The end is reached by keyboard, and its row says where it stands.
			await[bool](t, tab, `document.querySelector(".rows").focus(); true`)
			const atEnd = `[...document.querySelectorAll(".rows tbody tr")].at(-1).ariaRowIndex === "37"`
			for range 60 { // a browser that is busy drops a key that scrolls
				typeKeys(t, tab, kb.End)
				if await[bool](t, tab, `new Promise((done) => {
					const last = performance.now() + 1000;
					const look = () => `+atEnd+` ? done(true) : performance.now() > last ? done(false) : setTimeout(look, 20);
					look();
				})`) {
					break
				}
			}
			until(t, tab, atEnd)

			await[bool](t, tab, `document.querySelector(".query").focus(); true`)
			typeKeys(t, tab, "run 2024")
			until(t, tab, `document.querySelector(".rows").scrollTop === 0 && !document.querySelector(".count").textContent.startsWith("36 ")`)
			years := await[string](t, tab, `[...new Set([...document.querySelectorAll(".rows tbody .date")].map((td) => td.textContent.slice(-4)))].join()`)
			if years != "2024" {
				t.Errorf("years found: %s", years)
			}
			if !await[bool](t, tab, isOpen) {
				t.Error("a letter of the filter closed the table")
			}
			typeKeys(t, tab, " zebra")
			until(t, tab, `!document.querySelector(".rows .nothing").hidden`)
			await[bool](t, tab, `document.querySelector(".activities .close").focus(); true`)
			typeKeys(t, tab, "\x1b")
			until(t, tab, "!"+isOpen)
			if !await[bool](t, tab, `document.activeElement.matches(".mapbuttons [aria-controls]")`) {
				t.Error("the focus did not return")
			}
			if e := tab.Errors(); len(e) > 0 {
				t.Errorf("console: %q", e)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	light := desk
	light.Light = true
	// Over a dark map the cards are dark, whatever the system has, until the reader chooses.
	tab := open(t, ctx, light)
	load(t, tab, url)
	const isOpen = `document.querySelector(".help").open`
	const scheme = `getComputedStyle(document.documentElement).colorScheme + " " + getComputedStyle(document.querySelector(".help")).backgroundColor`
	dark := await[string](t, tab, scheme)
	typeKeys(t, tab, "?")
	until(t, tab, isOpen)
	if about := await[string](t, tab, `document.querySelector(".about-data").textContent`); about != "36 activities, as of Sep 4, 2026. Built by heatmapgen fixture." {
		t.Errorf("about the data: %s", about)
	}
	choose := func(name, value string) { await[bool](t, tab, press(name, value)+"; true") }
	choose("theme", "light")
	chosen := await[string](t, tab, scheme)
	if !strings.HasPrefix(dark, "dark ") || !strings.HasPrefix(chosen, "light ") || strings.Fields(dark)[1] == strings.Fields(chosen)[1] {
		t.Errorf("dark is %q, light %q", dark, chosen)
	}
	choose("units", "metric")
	// Keys rest while the dialog is open.
	typeKeys(t, tab, "h")
	if await[bool](t, tab, `document.querySelector("#page").classList.contains("bare")`) {
		t.Error("a key went through the dialog")
	}
	load(t, tab, url+"?again")
	if got := await[string](t, tab, scheme); got != chosen {
		t.Errorf("after a reload: %q, want %q", got, chosen)
	}
	typeKeys(t, tab, "?")
	until(t, tab, isOpen)
	if got := await[string](t, tab, `[...document.querySelectorAll(".help :checked")].map((i) => i.value).join()`); got != "metric,light" {
		t.Errorf("chosen: %s", got)
	}
	// Over a bright map the system's holds.
	choose("theme", "auto")
	if got := await[string](t, tab, scheme); got != dark {
		t.Errorf("as the map, which is dark: %q, want %q", got, dark)
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
	choose("basemap", "osm") // which is not to be had here, and the console says so
	if got := await[string](t, tab, scheme); got != chosen {
		t.Errorf("as the map, which is bright: %q, want %q", got, chosen)
	}
	await[bool](t, tab, `localStorage.clear(); true`)
}

func TestPicture(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	tab := open(t, ctx, dense)
	load(t, tab, url)
	encoded := await[string](t, tab, `new Promise((resolve) => {
		const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => {
			const reader = new FileReader();
			reader.onload = () => resolve(window.saved + " " + reader.result);
			reader.readAsDataURL(blob);
			return make.call(URL, blob);
		};
		HTMLAnchorElement.prototype.click = function () { window.saved = this.download; };
		[...document.querySelectorAll(".menu button")].find((b) => b.textContent === "Save a picture").click();
	})`)
	name, data, _ := strings.Cut(encoded, " data:image/png;base64,")
	if !strings.HasPrefix(name, "heatmap-all-20") || !strings.HasSuffix(name, ".png") {
		t.Errorf("the file is called %q", name)
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	if size.X != 2*int(dense.Width) || size.Y <= 2*int(dense.Height) {
		t.Errorf("the picture is %v, the screen twice %dx%d", size, dense.Width, dense.Height)
	}
	// Heat on the map, letters in the band.
	var lit [2]int
	for y := range size.Y {
		for x := range size.X {
			if r, _, _, _ := img.At(x, y).RGBA(); r > 0x9000 {
				lit[min(1, y/(2*int(dense.Height)))]++
			}
		}
	}
	if lit[0] < 1000 || lit[1] < 200 {
		t.Errorf("bright pixels of map and band: %v", lit)
	}
}

func TestWhereAmI(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{}))
	for _, c := range []struct{ name, answer, want string }{
		{"found", `(found) => found({ coords: { longitude: 8.43, latitude: 49.01, accuracy: 200 } })`, ""},
		{"denied", `(found, failed) => failed({ code: 1 })`, "may not tell"},
		{"too late", `(found, failed) => failed({ code: 3 })`, "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := open(t, ctx, browsertest.View{Width: 800, Height: 600, ReducedMotion: true})
			load(t, tab, url)
			await[bool](t, tab, fmt.Sprintf(`{ window.asked = 0; const answer = %s; navigator.geolocation.getCurrentPosition = (...a) => { asked++; answer(...a); }; }; true`, c.answer))
			await[bool](t, tab, `document.querySelector('.mapbuttons [aria-label="Where am I"]').click(); true`)
			if c.want != "" {
				if n := stateOf(t, tab).Notices; len(n) != 1 || !strings.Contains(n[0], c.want) || await[bool](t, tab, `!document.querySelector(".me").hidden`) {
					t.Errorf("notices %q", n)
				}
				return
			}
			await[bool](t, tab, `heatmapgen.idle().then(() => true)`)
			if s := stateOf(t, tab); !near(s.Center[0], 8.43) || !near(s.Center[1], 49.01) {
				t.Errorf("center %v", s.Center)
			}
			const dot = `(() => { const b = document.querySelector(".me .dot").getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`
			if at := await[[2]float64](t, tab, dot); at != [2]float64{400, 300} {
				t.Errorf("the dot is at %v", at)
			}
			picture(t, tab, "here")
			await[bool](t, tab, `heatmapgen.map.panBy([100, -50], { duration: 0 }); true`)
			if at := await[[2]float64](t, tab, dot); at != [2]float64{300, 350} {
				t.Errorf("after the map moved the dot is at %v", at)
			}
		})
	}
}
