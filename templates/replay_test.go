package templates_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// replayDate is the date on the map, "" while there is none.
const replayDate = `(document.querySelector(".replaydate")?.textContent ?? "")`

// seek moves the slider of the replay to a share of its length, as a reader does who lets go of it.
func seek(t *testing.T, tab *browsertest.Tab, share string) {
	t.Helper()
	await[bool](t, tab, `(() => {
		const slider = document.querySelector(".replaytime input");
		slider.valueAsNumber = Math.round(Number(slider.min) + `+share+` * (slider.max - slider.min));
		for (const type of ["input", "change"]) slider.dispatchEvent(new Event(type));
		return true;
	})()`)
	exploredState(t, tab)
}

// bright counts pixels that are brighter than the map without heat.
func bright(t *testing.T, tab *browsertest.Tab) int {
	t.Helper()
	return pixels(t, tab, 0, 1, "r > 70")
}

func TestReplay(t *testing.T) {
	ctx := sharedBrowser(t)
	url := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	const place = "#12.6/49.005/8.43"

	for name, v := range map[string]browsertest.View{"desk": wide, "phone": phone} {
		t.Run(name, func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, url+place)
			before := bright(t, tab)
			if v.Phone {
				await[bool](t, tab, `document.querySelector("#tab-explore").click(); true`)
			} else {
				await[bool](t, tab, `document.querySelector(".explorebutton").click(); true`)
			}
			await[bool](t, tab, `document.querySelector("#tab-replay").click(); true`)
			until(t, tab, `heatmapgen.state().tool === "replay"`)
			exploredState(t, tab)
			// Nothing changes until somebody plays.
			if n, date := bright(t, tab), await[string](t, tab, replayDate); n != before || date != "" {
				t.Errorf("opened: %d bright pixels, %d before; date %q", n, before, date)
			}
			// It plays, by the key, and the date goes on; so does the heat.
			await[bool](t, tab, `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true })); true`)
			until(t, tab, replayDate+` !== ""`)
			first := await[string](t, tab, replayDate)
			until(t, tab, replayDate+` !== "`+first+`"`)
			await[bool](t, tab, `document.querySelector(".replay .play").click(); true`)
			exploredState(t, tab)
			until(t, tab, `/explore=replay:days\/\d{4}-\d\d-\d\d/.test(location.hash)`)
			seek(t, tab, "0.1")
			early, few := await[string](t, tab, replayDate), bright(t, tab)
			picture(t, tab, "replay-early-"+name)
			seek(t, tab, "0.7")
			late, more := await[string](t, tab, replayDate), bright(t, tab)
			picture(t, tab, "replay-late-"+name)
			if early == late || few == 0 || few >= more {
				t.Errorf("on %s there are %d bright pixels, on %s %d", early, few, late, more)
			}
			if v.Phone {
				noErrors(t, tab)
				return
			}
			// A link comes back to the same day.
			other := open(t, ctx, v)
			load(t, other, await[string](t, tab, "location.href"))
			until(t, other, replayDate+` === "`+late+`"`)
			// All at once: nothing at rest, dots on the way, another picture later.
			await[bool](t, tab, `document.querySelector('input[name=replaymode][value="together"]').click(); true`)
			exploredState(t, tab)
			if n := bright(t, tab); n != before {
				t.Errorf("at rest %d bright pixels, %d without the tool", n, before)
			}
			seek(t, tab, "0.3")
			here := await[string](t, tab, `heatmapgen.map.redraw().getCanvas().toDataURL()`)
			picture(t, tab, "replay-together-"+name)
			seek(t, tab, "0.5")
			if await[string](t, tab, `heatmapgen.map.redraw().getCanvas().toDataURL()`) == here {
				t.Error("nobody moved")
			}
			until(t, tab, `/explore=replay:together\/\d+/.test(location.hash)`)
			// Closing leaves the page as it was.
			await[bool](t, tab, `document.querySelector(".explore .close").click(); true`)
			exploredState(t, tab)
			if n := bright(t, tab); n != before {
				t.Errorf("closed: %d bright pixels, %d before", n, before)
			}
			if left := await[string](t, tab, `["replay-lines", "replay-dots"].map((id) => heatmapgen.map.getLayer(id)).join() + document.querySelectorAll(".replaydate").length + heatmapgen.state().pictures[0].mode`); left != ",0baked" {
				t.Errorf("closed: %s", left)
			}
			noErrors(t, tab)
		})
	}

	t.Run("a film", func(t *testing.T) {
		tab := open(t, ctx, browsertest.View{Width: 640, Height: 480})
		load(t, tab, url+place+"&explore=replay")
		until(t, tab, `document.querySelector(".replay .record") !== null`)
		await[bool](t, tab, `(() => {
			window.films = [];
			HTMLAnchorElement.prototype.click = function () { films.push({ name: this.download, href: this.href }); };
			document.querySelector(".replay .record").click();
			return true;
		})()`)
		until(t, tab, replayDate+` !== ""`)
		first := await[string](t, tab, replayDate)
		until(t, tab, replayDate+` !== "`+first+`"`)
		await[bool](t, tab, `document.querySelector(".replay .record").click(); true`)
		until(t, tab, `films.length === 1 || heatmapgen.state().notices.length > 0`)
		if notices := exploredState(t, tab).Notices; len(notices) > 0 {
			t.Fatalf("notices: %q", notices)
		}
		name := await[string](t, tab, `films[0].name`)
		text := await[string](t, tab, `(async () => {
			const reader = new FileReader();
			reader.readAsDataURL(await (await fetch(films[0].href)).blob());
			await new Promise((resolve) => (reader.onload = resolve));
			return reader.result.slice(reader.result.indexOf(",") + 1);
		})()`)
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		noErrors(t, tab)
		if kind := strings.TrimPrefix(filepath.Ext(name), "."); !strings.HasPrefix(name, "heatmap-replay-") || kind != "mp4" && kind != "webm" {
			t.Errorf("the file is called %q", name)
		}
		// A page of its own plays it.
		mux := http.NewServeMux()
		mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `<!doctype html><link rel="icon" href="data:,"><video muted src="film"></video><script>heatmapgen = { ready: new Promise((resolve) => Object.assign(document.querySelector("video"), { onloadeddata: resolve, onerror: resolve })) }</script>`)
		})
		mux.HandleFunc("GET /film", func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
		})
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		player := open(t, ctx, browsertest.View{Width: 720, Height: 640})
		load(t, player, server.URL)
		picture(t, player, "replay-film")
		if size := await[[2]int](t, player, `[document.querySelector("video").videoWidth, document.querySelector("video").videoHeight]`); size[0] != 640 || size[1] <= 480 || size[1]%2 != 0 {
			t.Errorf("%s, %d bytes, is a film of %d pixels: %s", name, len(data), size, await[string](t, player, `String(document.querySelector("video").error?.message)`))
		}
	})

	t.Run("less motion", func(t *testing.T) {
		tab := open(t, ctx, still(wide))
		load(t, tab, url+place+"&explore=replay")
		until(t, tab, `document.querySelector(".replay .play") !== null`)
		// Two presses are two steps of a month, and nothing moves by itself.
		await[bool](t, tab, `document.querySelector(".replay .play").click(); true`)
		first := await[float64](t, tab, `document.querySelector(".replaytime input").valueAsNumber`)
		await[bool](t, tab, `document.querySelector(".replay .play").click(); true`)
		exploredState(t, tab)
		if second := await[float64](t, tab, `document.querySelector(".replaytime input").valueAsNumber`); second != first+30 {
			t.Errorf("from %g to %g", first, second)
		}
		if n := await[int](t, tab, `document.querySelectorAll(".replay .record, .replayspeed").length`); n != 0 {
			t.Errorf("there are %d controls of motion", n)
		}
		noErrors(t, tab)
	})
}

// TestReplayCost measures, where HEATMAPGEN_MEASURE_REPLAY is the address of a page, what replaying it costs: frames a second, and script of each.
func TestReplayCost(t *testing.T) {
	page := os.Getenv("HEATMAPGEN_MEASURE_REPLAY")
	if page == "" {
		t.Skip("HEATMAPGEN_MEASURE_REPLAY is not set")
	}
	tab := open(t, sharedBrowser(t), browsertest.View{Width: 1280, Height: 800})
	for _, mode := range []string{"days", "together"} {
		load(t, tab, page+"&explore=replay:"+mode)
		until(t, tab, `document.querySelector(".replay .play") !== null`)
		exploredState(t, tab)
		await[bool](t, tab, `(() => {
			const ask = window.requestAnimationFrame.bind(window);
			window.cost = { frames: 0, script: [] };
			let [at, ms] = [0, 0];
			window.requestAnimationFrame = (run) => ask((now) => {
				if (now !== at) {
					if (at) cost.script.push(ms);
					[at, ms] = [now, 0];
				}
				const start = performance.now();
				run(now);
				ms += performance.now() - start;
			});
			heatmapgen.map.on("render", () => cost.frames++);
			document.querySelector(".replay .play").click();
			return true;
		})()`)
		time.Sleep(3 * time.Second)
		t.Logf("%s: %s", mode, await[string](t, tab, `(async () => {
			cost.frames = 0;
			cost.script = [];
			const start = performance.now();
			await new Promise((resolve) => setTimeout(resolve, 8000));
			const s = cost.script.sort((a, b) => a - b);
			return JSON.stringify({ fps: 1000 * cost.frames / (performance.now() - start), median: s[s.length >> 1], p95: s[Math.floor(0.95 * s.length)], frames: cost.frames });
		})()`))
		picture(t, tab, "replay-cost-"+mode)
	}
}
