package templates_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// yearTotals are the figures that the panel of the year shows first.
const yearTotals = `[...document.querySelectorAll(".year .tiles b")].map((e) => e.textContent).join(" | ")`

// card returns the picture of the year that is shown once it is drawn, and counts its pixels in the colours of heat above the words.
func card(t *testing.T, tab *browsertest.Tab, shape string) (width, height, glowing int) {
	t.Helper()
	await[bool](t, tab, fmt.Sprintf(`document.querySelector('input[name=cardshape][value="%s"]').click(); true`, shape))
	exploredState(t, tab)
	until(t, tab, `!document.querySelector(".cardbuttons button").disabled`)
	data := await[string](t, tab, `document.querySelector(".yearcard canvas").toDataURL().split(",")[1]`)
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, "card-"+strings.ReplaceAll(shape, ":", "x"), raw)
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	for y := range size.Y / 2 {
		for x := range size.X {
			if r, _, b, _ := img.At(x, y).RGBA(); r > 0x6000 && r > b+0x2000 {
				glowing++
			}
		}
	}
	return size.X, size.Y, glowing
}

func TestYear(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	const place = "#12.6/49.005/8.43&explore=year"

	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run("a year, its charts and its picture, "+name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			until(t, tab, `document.querySelector(".year .tiles") !== null`)
			picture(t, tab, "year-panel-"+name)
			newest := await[string](t, tab, yearTotals)
			await[bool](t, tab, `(() => { const s = document.querySelector(".year select"); s.value = "2025"; s.dispatchEvent(new Event("change")); return true; })()`)
			if got := await[string](t, tab, yearTotals); got == newest {
				t.Errorf("2025 is like the newest year: %q", got)
			}
			// The charts open over all of the window, as the link says, with what each has in numbers.
			before := exploredState(t, tab).Requests
			await[bool](t, tab, `document.querySelector(".year .yearbutton.opens").click(); true`)
			until(t, tab, `location.hash.includes("explore=year:2025.charts") && document.querySelectorAll(".yearpage .uplot canvas").length === 2`)
			exploredState(t, tab)
			if n := exploredState(t, tab).Requests; n > before+3 {
				t.Errorf("the charts asked %d times", n-before)
			}
			until(t, tab, `/\d small squares? never/.test(document.querySelector(".yearpage").textContent)`)
			picture(t, tab, "year-page-"+name)
			months := await[[]string](t, tab, `(async () => {
				const numbers = document.querySelector(".yearpage .numbers");
				numbers.open = true;
				await new Promise((done) => setTimeout(done, 100));
				return [...numbers.querySelectorAll("tbody tr")].map((r) => r.lastChild.textContent);
			})()`)
			if len(months) != 12 || strings.Join(months, "") == strings.Repeat("0", 12) {
				t.Errorf("distances by month: %q", months)
			}
			if n := await[int](t, tab, `document.querySelector(".yearbody").scrollWidth - document.querySelector(".yearbody").clientWidth`); n > 0 {
				t.Errorf("the charts are %d pixels too wide", n)
			}
			await[bool](t, tab, `document.querySelector(".yearbody").scrollTo(0, 1e6); true`)
			picture(t, tab, "year-page-end-"+name)

			// The picture, of that year alone, in its shapes.
			await[bool](t, tab, `document.querySelector(".yearpage header .yearbutton").click(); true`)
			heights := map[string]int{"1:1": 1080, "4:5": 1350, "9:16": 1920}
			if v.Phone {
				heights = map[string]int{"9:16": 1920}
			}
			for shape, height := range heights {
				w, h, glowing := card(t, tab, shape)
				if w != 1080 || h != height {
					t.Errorf("%s: %d by %d", shape, w, h)
				}
				if glowing < 3000 {
					t.Errorf("%s: %d pixels of heat", shape, glowing)
				}
			}
			picture(t, tab, "year-card-"+name)

			// Escape closes one after the other, and the panel stays.
			typeKeys(t, tab, "\x1b")
			until(t, tab, `!document.querySelector(".yearcard") && document.querySelector(".yearpage[open]") !== null`)
			typeKeys(t, tab, "\x1b")
			until(t, tab, `!document.querySelector(".yearpage") && location.hash.includes("explore=year:2025") && !location.hash.includes("charts") && document.querySelector(".year") !== null`)
			noErrors(t, tab)
		})
	}

	t.Run("a link opens the charts, a tile leads to its activity, and miles are miles", func(t *testing.T) {
		tab := open(t, ctx, still(wide))
		load(t, tab, url+place+":all.charts")
		until(t, tab, `document.querySelectorAll(".yearpage .uplot canvas").length === 3 && document.querySelectorAll(".yearpage .calendar").length > 1`)
		picture(t, tab, "year-all")
		if unit := await[string](t, tab, `document.querySelector(".chart figcaption small").textContent`); unit != "km" {
			t.Errorf("the unit is %q", unit)
		}
		zoom := await[float64](t, tab, "heatmapgen.map.getZoom()")
		await[bool](t, tab, `document.querySelector(".yearpage .tiles button").click(); true`)
		until(t, tab, `!document.querySelector(".yearpage") && heatmapgen.state().kept !== undefined`)
		exploredState(t, tab)
		until(t, tab, fmt.Sprintf(`heatmapgen.map.getZoom() !== %g`, zoom))
		km := await[string](t, tab, yearTotals)
		typeKeys(t, tab, "m")
		until(t, tab, yearTotals+` !== `+fmt.Sprintf("%q", km))
		if got := await[string](t, tab, yearTotals); !strings.Contains(got, "mi") {
			t.Errorf("in miles %q", got)
		}
		noErrors(t, tab)
	})
}
