package templates_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// chromium is the browser that the tests share, a tab each.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	cancel func()
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	os.Exit(code)
}

// sharedBrowser returns the browser that the tests share.
func sharedBrowser(t *testing.T) context.Context {
	t.Helper()
	chromium.once.Do(func() {
		chromium.ctx, chromium.cancel, chromium.err = browsertest.Start(context.Background(), nil)
	})
	mustHaveBrowser(t, chromium.err)
	return chromium.ctx
}

// mustHaveBrowser skips a test where there is no Chromium, but not where CI is set:
// there a missing browser is a fault.
func mustHaveBrowser(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, browsertest.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// desk is the smallest window with all panels as cards: drawing is in software, and
// every pixel costs.
var desk = browsertest.View{Width: 800, Height: 600}

// plain is a page that asks nobody but its own host for anything.
var plain = templates.Page{Title: "My heatmap", DefaultBasemap: templates.BasemapNone}

// open opens a tab of which the test's end takes care.
func open(t *testing.T, ctx context.Context, v browsertest.View) *browsertest.Tab {
	t.Helper()
	tab, err := browsertest.Open(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	return tab
}

func load(t *testing.T, tab *browsertest.Tab, url string) {
	t.Helper()
	if err := tab.Load(url); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
}

func await[T any](t *testing.T, tab *browsertest.Tab, expression string) T {
	t.Helper()
	v, err := browsertest.Await[T](tab, expression)
	if err != nil {
		t.Fatalf("%s: %v; console: %q", expression, err, tab.Errors())
	}
	return v
}

func until(t *testing.T, tab *browsertest.Tab, expression string) {
	t.Helper()
	if err := browsertest.Until(tab, expression); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
}

// makeArchive writes a fixture and returns its path.
func makeArchive(t *testing.T, opts fixture.Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	if err := fixture.Write(path, opts); err != nil {
		t.Fatal(err)
	}
	return path
}

// serve serves a page and its archive.
func serve(t *testing.T, p templates.Page, archivePath string) string {
	t.Helper()
	site, err := browsertest.Site(p, archivePath)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	return server.URL
}

// press clicks a radio button of the panel, as a keyboard would.
func press(name, value string) string {
	return fmt.Sprintf(`document.querySelector('input[name=%s][value="%s"]').click()`, name, value)
}

// state is the part of the page's state that tests look at.
type state struct {
	Layer    string
	Basemap  string
	Fallback bool
	Message  string
	Zoom     float64
	TileZoom int
	Requests int
	Legend   []string
	Notices  []string
	Layers   []struct {
		ID        string
		Available bool
	}
}

func stateOf(t *testing.T, tab *browsertest.Tab) state {
	t.Helper()
	return await[state](t, tab, "heatmapgen.state()")
}

func TestPage(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})

	t.Run("loads without an error or a foreign request", func(t *testing.T) {
		url := serve(t, plain, path)
		tab := open(t, ctx, desk)
		load(t, tab, url)
		s := stateOf(t, tab)
		if s.Layer != "all" || s.Message != "" || len(s.Layers) != 10 {
			t.Errorf("state %+v", s)
		}
		for _, r := range tab.Requests() {
			if !strings.HasPrefix(r, url) {
				t.Errorf("foreign request %s", r)
			}
		}
		if n := len(tab.Requests()); n > 6 {
			t.Errorf("%d requests before the first heat: %q", n, tab.Requests())
		}
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	})

	t.Run("all ten layers are painted as the archive has them", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
		comparePixels(t, tab, path, lon, lat, []uint8{13})
	})

	t.Run("every zoom is painted as the archive has it", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		lon, lat := (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2
		comparePixels(t, tab, path, lon, lat, []uint8{11, 12, 14}, "all", "direction")
	})

	t.Run("a change of layers does not flash", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		// The share of lit pixels in every frame from the click until all is still.
		least := await[float64](t, tab, `(async () => {
			const { map } = heatmapgen;
			const small = document.createElement("canvas");
			small.width = 160; small.height = 100;
			const pen = small.getContext("2d", { willReadFrequently: true });
			const lit = () => {
				pen.drawImage(map.getCanvas(), 0, 0, 160, 100);
				const d = pen.getImageData(0, 0, 160, 100).data;
				let sum = 0;
				for (let i = 0; i < d.length; i += 4) sum += Math.max(0, d[i] - 0x0f) + Math.max(0, d[i + 1] - 0x12) + Math.max(0, d[i + 2] - 0x16);
				return sum;
			};
			map.redraw();
			const before = lit();
			const frames = [];
			map.on("render", () => frames.push(lit()));
			`+press("layer", "recency")+`;
			await heatmapgen.idle();
			map.redraw();
			const after = lit();
			return Math.min(...frames) / Math.min(before, after);
		})()`)
		if least < 0.3 {
			t.Errorf("at one moment of the change only %.0f %% of the light was left", 100*least)
		}
	})

	t.Run("going back to a layer asks for nothing", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		await[bool](t, tab, press("layer", "pace")+"; heatmapgen.idle().then(() => true)")
		before := stateOf(t, tab).Requests
		await[bool](t, tab, press("layer", "top")+"; heatmapgen.idle().then(() => true)")
		await[bool](t, tab, press("layer", "pace")+"; heatmapgen.idle().then(() => true)")
		if s := stateOf(t, tab); s.Requests != before || s.Layer != "pace" {
			t.Errorf("%d requests became %d at layer %s", before, s.Requests, s.Layer)
		}
	})

	t.Run("the view stays within the zooms of the archive", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		for _, want := range []struct{ ask, get float64 }{{30, fixture.MaxZoom}, {-5, fixture.MinZoom}} {
			await[bool](t, tab, fmt.Sprintf("heatmapgen.map.setZoom(%g); heatmapgen.idle().then(() => true)", want.ask))
			if s := stateOf(t, tab); s.Zoom != want.get || float64(s.TileZoom) != want.get {
				t.Errorf("asked for %g: zoom %g, tiles of %d", want.ask, s.Zoom, s.TileZoom)
			}
		}
		await[bool](t, tab, "heatmapgen.map.setBearing(40); heatmapgen.map.setPitch(50); true")
		if p := await[float64](t, tab, "heatmapgen.map.getPitch()"); p != 0 {
			t.Errorf("pitch %g", p)
		}
	})

	t.Run("the legend follows layer and zoom", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		if s := stateOf(t, tab); !slices.Equal(s.Legend, []string{"1", "2", "5", "10"}) {
			t.Errorf("visits: %q", s.Legend)
		}
		await[bool](t, tab, press("layer", "pace")+"; true")
		s := stateOf(t, tab)
		if len(s.Legend) < 3 || !strings.Contains(s.Legend[0], ":") {
			t.Errorf("pace: %q", s.Legend)
		}
		if unit := await[string](t, tab, `document.querySelector(".legend .unit").textContent`); unit != "min/km" {
			t.Errorf("unit of pace: %q", unit)
		}
	})

	t.Run("riders read km/h", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, templates.Page{DefaultBasemap: "none", DefaultLayer: "pace"}, makeArchive(t, fixture.Options{Sport: "Gravel Ride"})))
		if unit := await[string](t, tab, `document.querySelector(".legend .unit").textContent`); unit != "km/h" {
			t.Errorf("unit of pace: %q", unit)
		}
	})

	t.Run("layers without data are grey and say why", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{Empty: []string{"heartrate"}})))
		for _, l := range stateOf(t, tab).Layers {
			if l.Available == (l.ID == "heartrate") {
				t.Errorf("%s available: %v", l.ID, l.Available)
			}
		}
		text := await[string](t, tab, `document.querySelector("input[value=heartrate]").closest("label").textContent`)
		if !strings.Contains(text, "No heart rate was recorded.") {
			t.Errorf("the row says %q", text)
		}
		if !await[bool](t, tab, `document.querySelector("input[value=heartrate]").disabled`) {
			t.Error("the row can be chosen")
		}
	})

	t.Run("data across the antimeridian are in view and whole", func(t *testing.T) {
		path := makeArchive(t, fixture.Options{Antimeridian: true})
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		comparePixels(t, tab, path, 180, (fixture.Bounds[1]+fixture.Bounds[3])/2, []uint8{12}, "all", "pace")
	})

	t.Run("texts are text", func(t *testing.T) {
		title := `</script><script>document.title="broken"</script><b>&amp;"'` + "`${1}`"
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, templates.Page{Title: title, Description: title, DefaultBasemap: "none"}, path))
		if got := await[string](t, tab, "document.title"); got != title {
			t.Errorf("title %q", got)
		}
		if got := await[string](t, tab, `document.querySelector("h1").textContent`); got != title {
			t.Errorf("heading %q", got)
		}
		if e := tab.Errors(); len(e) > 0 {
			t.Errorf("console: %q", e)
		}
	})

	t.Run("H hides the panels and brings them back", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		visible := `getComputedStyle(document.querySelector(".legend")).visibility === "visible"`
		for _, want := range []bool{false, true} {
			if err := chromedp.Do(tab.Ctx, chromedp.KeyEvent("h")); err != nil {
				t.Fatal(err)
			}
			until(t, tab, fmt.Sprintf("(%s) === %v", visible, want))
		}
	})

	t.Run("paper gets a still of the map", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, plain, path))
		lit := await[int](t, tab, `(async () => {
			dispatchEvent(new Event("beforeprint"));
			const still = document.querySelector(".still");
			await still.decode();
			const small = document.createElement("canvas");
			small.width = 160; small.height = 120;
			const pen = small.getContext("2d");
			pen.drawImage(still, 0, 0, 160, 120);
			const d = pen.getImageData(0, 0, 160, 120).data;
			let lit = 0;
			for (let i = 0; i < d.length; i += 4) if (d[i] > 0x40) lit++;
			return lit;
		})()`)
		if lit < 100 {
			t.Errorf("%d pixels of heat on the still", lit)
		}
		if left := await[int](t, tab, `(dispatchEvent(new Event("afterprint")), document.querySelectorAll(".still").length)`); left != 0 {
			t.Error("the still stays after printing")
		}
	})

	t.Run("opacity", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, serve(t, templates.Page{DefaultBasemap: "none", HeatOpacity: 0.5}, path))
		if got := await[string](t, tab, `document.querySelector("#opacity").value`); got != "50" {
			t.Errorf("slider starts at %s", got)
		}
		await[bool](t, tab, `{ const o = document.querySelector("#opacity"); o.value = 0; o.dispatchEvent(new Event("input")); }; heatmapgen.idle().then(() => true)`)
		if got := await[float64](t, tab, "heatmapgen.state().opacity"); got != 0 {
			t.Errorf("opacity %g", got)
		}
	})
}

// comparePixels compares what the page draws with the decoded archive, for the
// given layers or all ten.
func comparePixels(t *testing.T, tab *browsertest.Tab, path string, lon, lat float64, zooms []uint8, layers ...string) {
	t.Helper()
	if len(layers) == 0 {
		for _, l := range stateOf(t, tab).Layers {
			layers = append(layers, l.ID)
		}
	}
	for _, zoom := range zooms {
		for _, layer := range layers {
			d, err := tab.ComparePixels(path, layer, zoom, lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			if d.Lit < 1000 {
				t.Errorf("%s at zoom %d: only %d pixels with heat, so nothing is compared", layer, zoom, d.Lit)
			}
			if d.Off > d.Lit/1000 {
				t.Errorf("%s at zoom %d: %d of %d pixels differ, by up to %d", layer, zoom, d.Off, d.Lit, d.Most)
			}
		}
	}
}

func TestPanelsDoNotOverlap(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800}, {Width: 1024, Height: 640}, {Width: 960, Height: 600}, {Width: 720, Height: 700},
		{Width: 390, Height: 844, Phone: true}, {Width: 320, Height: 568, Phone: true}, {Width: 844, Height: 390, Phone: true},
	} {
		t.Run(fmt.Sprintf("%dx%d", v.Width, v.Height), func(t *testing.T) {
			tab := open(t, ctx, v)
			load(t, tab, serve(t, plain, path))
			overlaps := await[[]string](t, tab, `(() => {
				const names = [".panel", ".sheet", ".dock > .legend", ".mapbuttons", ".scale", ".credits"];
				const boxes = names.map((n) => [n, document.querySelector(n)?.getBoundingClientRect()]).filter(([, b]) => b && b.width > 0);
				// The selection card to come has its place at the bottom left of a desk.
				if (innerWidth >= 1020) boxes.push(["selection", new DOMRect(12, innerHeight - 250, 320, 238)]);
				const found = [];
				boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
					if (p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom) found.push(a + " and " + b);
				}));
				for (const [name, b] of boxes) {
					if (b.left < 0 || b.top < 0 || b.right > innerWidth) found.push(name + " lies outside");
				}
				return found;
			})()`)
			if len(overlaps) > 0 {
				t.Errorf("overlapping: %q", overlaps)
			}
			picture(t, tab, "size-"+fmt.Sprintf("%dx%d", v.Width, v.Height))
		})
	}
}

// picture keeps a picture of the tab where HEATMAPGEN_PICTURES names a folder.
func picture(t *testing.T, tab *browsertest.Tab, name string) {
	t.Helper()
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		return
	}
	png, err := tab.Screenshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// padded returns the archive with so many bytes more behind it that the page will
// not take it whole.
func padded(archive []byte) []byte {
	return append(slices.Clone(archive), make([]byte, 65<<20)...)
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func TestMessages(t *testing.T) {
	ctx := sharedBrowser(t)
	archive, err := os.ReadFile(makeArchive(t, fixture.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	ranges := func(content []byte, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}
	}
	for _, c := range []struct {
		name    string
		archive http.HandlerFunc
		want    string
	}{
		{"no archive", http.NotFound, "missing"},
		{"host without ranges, large archive", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(padded(archive))))
			w.Write(padded(archive))
		}, "ranges"},
		{"host without ranges, large archive of untold length", func(w http.ResponseWriter, r *http.Request) {
			big := padded(archive)
			for len(big) > 0 {
				n := min(len(big), 1<<20)
				w.Write(big[:n])
				w.(http.Flusher).Flush()
				big = big[n:]
			}
		}, "ranges"},
		{"file stored gzipped", ranges(gzipped(archive)), "compressed"},
		{"file stored gzipped and named so", ranges(gzipped(archive), "Content-Encoding", "gzip"), "compressed"},
		{"page for everything", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!doctype html><title>Welcome</title>") }, "foreign"},
		{"empty file", func(w http.ResponseWriter, r *http.Request) {}, "foreign"},
		{"upload broken off", ranges(archive[:len(archive)*2/3]), "truncated"},
		{"upload broken off early", ranges(archive[:100]), "truncated"},
		{"error of the host", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusForbidden) }, "status"},
		{"damaged description", ranges(append(slices.Clone(archive[:200]), make([]byte, len(archive)-200)...)), "format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			site, err := browsertest.Site(plain, "")
			if err != nil {
				t.Fatal(err)
			}
			mux := http.NewServeMux()
			mux.Handle("/", site)
			mux.HandleFunc("GET /heatmap.pmtiles", c.archive)
			server := httptest.NewServer(mux)
			defer server.Close()
			tab := open(t, ctx, desk)
			load(t, tab, server.URL)
			if s := stateOf(t, tab); s.Message != c.want {
				t.Errorf("message %q, want %q; console: %q", s.Message, c.want, tab.Errors())
			}
			if !await[bool](t, tab, `document.querySelector(".message h1").getBoundingClientRect().height > 0`) {
				t.Error("the message is not in view")
			}
			for _, e := range tab.Errors() {
				if strings.HasPrefix(e, "exception") {
					t.Error(e)
				}
			}
			picture(t, tab, "message-"+c.want)
		})
	}
}

func TestHosts(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	archive, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	host := func(t *testing.T, h http.HandlerFunc) string {
		site, err := browsertest.Site(plain, "")
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc("GET /heatmap.pmtiles", h)
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		return server.URL
	}

	t.Run("a small archive from a host without ranges is taken whole", func(t *testing.T) {
		tab := open(t, ctx, desk)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) { w.Write(archive) }))
		if s := stateOf(t, tab); s.Message != "" || s.Requests != 1 {
			t.Errorf("state %+v", s)
		}
	})

	t.Run("an archive that comes back after trying again", func(t *testing.T) {
		var there atomic.Bool
		tab := open(t, ctx, desk)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			if !there.Load() {
				http.NotFound(w, r)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		}))
		there.Store(true)
		await[bool](t, tab, `document.querySelector(".message button.main").click(); true`)
		until(t, tab, `heatmapgen.state().layer === "all"`)
	})

	t.Run("an archive dropped on the page is opened", func(t *testing.T) {
		site, err := browsertest.Site(plain, "")
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc("GET /elsewhere", func(w http.ResponseWriter, r *http.Request) { w.Write(archive) })
		server := httptest.NewServer(mux)
		defer server.Close()
		tab := open(t, ctx, desk)
		load(t, tab, server.URL)
		await[bool](t, tab, `(async () => {
			const data = new DataTransfer();
			data.items.add(new File([await (await fetch("/elsewhere")).arrayBuffer()], "any.name"));
			const page = document.getElementById("page");
			for (const type of ["dragenter", "dragover", "drop"]) page.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
			return true;
		})()`)
		until(t, tab, `heatmapgen.state().layer === "all"`)
		if s := stateOf(t, tab); s.Message != "" {
			t.Errorf("message %q", s.Message)
		}
	})

	t.Run("tiles that do not arrive are told and asked for again", func(t *testing.T) {
		var broken atomic.Bool
		tab := open(t, ctx, desk)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			if broken.Load() {
				http.Error(w, "out of order", http.StatusBadGateway)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		}))
		broken.Store(true)
		await[bool](t, tab, press("layer", "pace")+"; true")
		until(t, tab, `heatmapgen.state().notices.includes("Parts of the heatmap did not arrive.")`)
		picture(t, tab, "tiles-missing")
		broken.Store(false)
		await[bool](t, tab, `document.querySelector(".notice .text").click(); heatmapgen.idle().then(() => true)`)
		if s := stateOf(t, tab); len(s.Notices) > 0 || s.Layer != "pace" {
			t.Errorf("state %+v", s)
		}
		comparePixels(t, tab, path, (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2, []uint8{13}, "pace")
	})

	t.Run("an archive replaced under the page is read afresh", func(t *testing.T) {
		other, err := os.ReadFile(makeArchive(t, fixture.Options{Name: "Second", Empty: []string{"hills"}}))
		if err != nil {
			t.Fatal(err)
		}
		var second atomic.Bool
		tab := open(t, ctx, desk)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			tag, content := `"first"`, archive
			if second.Load() {
				tag, content = `"second"`, other
			}
			w.Header().Set("ETag", tag)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		}))
		second.Store(true)
		await[bool](t, tab, press("layer", "pace")+"; true")
		until(t, tab, `heatmapgen.state().layers?.find((l) => l.id === "hills").available === false`)
		until(t, tab, `heatmapgen.map.areTilesLoaded()`)
		if s := stateOf(t, tab); s.Message != "" || s.Layer != "pace" {
			t.Errorf("state %+v", s)
		}
	})

	t.Run("an archive that never holds still", func(t *testing.T) {
		var n atomic.Int64
		tab := open(t, ctx, desk)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n.Add(1)))
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		}))
		await[bool](t, tab, press("layer", "pace")+"; true")
		until(t, tab, `heatmapgen.state().message === "changed"`)
		picture(t, tab, "message-changed")
	})
}

func TestFileURL(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	index := filepath.Join(filepath.Dir(path), "index.html")
	f, err := os.Create(index)
	if err != nil {
		t.Fatal(err)
	}
	if err := templates.Render(f, plain); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	tab := open(t, ctx, desk)
	load(t, tab, "file://"+filepath.ToSlash(index))
	if s := stateOf(t, tab); s.Message != "file" {
		t.Fatalf("message %q; console: %q", s.Message, tab.Errors())
	}
	picture(t, tab, "message-file")
	if err := chromedp.Do(tab.Ctx, chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path})); err != nil {
		t.Fatal(err)
	}
	until(t, tab, `heatmapgen.state().layer === "all"`)
	comparePixels(t, tab, path, (fixture.Bounds[0]+fixture.Bounds[2])/2, (fixture.Bounds[1]+fixture.Bounds[3])/2, []uint8{13}, "all", "pace")
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}

func TestWithoutWebGL(t *testing.T) {
	ctx, cancel, err := browsertest.Start(context.Background(), map[string]any{"disable-3d-apis": true})
	mustHaveBrowser(t, err)
	defer cancel()
	tab := open(t, ctx, desk)
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{})))
	if s := stateOf(t, tab); s.Message != "webgl" {
		t.Errorf("message %q", s.Message)
	}
	picture(t, tab, "message-webgl")
}

func TestBasemapFallback(t *testing.T) {
	ctx := sharedBrowser(t) // which resolves no foreign host
	path := makeArchive(t, fixture.Options{})
	tab := open(t, ctx, desk)
	load(t, tab, serve(t, templates.Page{Title: "My heatmap"}, path))
	until(t, tab, "heatmapgen.state().fallback")
	s := stateOf(t, tab)
	if s.Basemap != "dark" || !slices.Contains(s.Notices, "No basemap right now\u00a0- showing coastlines.") {
		t.Errorf("state %+v", s)
	}
	if shown := await[string](t, tab, `heatmapgen.map.getLayoutProperty("coast", "visibility")`); shown != "visible" {
		t.Errorf("coastlines are %s", shown)
	}
	picture(t, tab, "basemap-gone")
	// Trying again asks again.
	before := len(tab.Requests())
	await[bool](t, tab, `document.querySelector(".notice .text").click(); true`)
	until(t, tab, "heatmapgen.state().fallback")
	if len(tab.Requests()) == before {
		t.Error("trying again asked for nothing")
	}
	for _, e := range tab.Errors() {
		if !strings.HasPrefix(e, "network") {
			t.Error(e)
		}
	}
	await[bool](t, tab, press("basemap", "none")+"; true")
	if s := stateOf(t, tab); s.Fallback || len(s.Notices) > 0 {
		t.Errorf("state %+v", s)
	}
}

func TestBasemapAnswers(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	page := templates.Page{DefaultBasemap: "mine", Basemaps: []templates.Basemap{
		{ID: "mine", Title: "Mine", URL: "/streets/{z}/{x}/{y}.png", Attribution: `<b>Me</b>`},
		{ID: "archive", Title: "Archive", PMTiles: "/heatmap.pmtiles"},
	}}
	site, err := browsertest.Site(page, path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("GET /streets/{z}/{x}/{y}", drawnStreets)
	server := httptest.NewServer(mux)
	defer server.Close()
	tab := open(t, ctx, desk)
	load(t, tab, server.URL)
	for _, id := range []string{"mine", "archive"} {
		await[bool](t, tab, press("basemap", id)+"; heatmapgen.idle().then(() => true)")
		if s := stateOf(t, tab); s.Fallback || s.Basemap != id || len(s.Notices) > 0 {
			t.Errorf("state %+v", s)
		}
	}
	await[bool](t, tab, press("basemap", "mine")+"; true")
	if got := await[string](t, tab, `document.querySelector(".credits").textContent`); got != "\u00a9 <b>Me</b> \u00b7 heatmapgen" {
		t.Errorf("credits %q", got)
	}
	if e := tab.Errors(); len(e) > 0 {
		t.Errorf("console: %q", e)
	}
}

func TestSheet(t *testing.T) {
	ctx := sharedBrowser(t)
	tab := open(t, ctx, browsertest.View{Width: 390, Height: 844, Phone: true, ReducedMotion: true})
	load(t, tab, serve(t, plain, makeArchive(t, fixture.Options{})))
	height := `document.querySelector(".sheet").dataset.height`
	if got := await[string](t, tab, height); got != "peek" {
		t.Fatalf("the sheet starts at %q", got)
	}
	for _, step := range []struct{ key, want string }{{"ArrowUp", "half"}, {"ArrowUp", "full"}, {"ArrowUp", "full"}, {"ArrowDown", "half"}, {"ArrowDown", "peek"}} {
		await[bool](t, tab, fmt.Sprintf(`document.querySelector(".handle").dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true })); true`, step.key))
		if got := await[string](t, tab, height); got != step.want {
			t.Errorf("%s: %q, want %q", step.key, got, step.want)
		}
		picture(t, tab, "phone-"+step.want)
	}
	if err := chromedp.Do(tab.Ctx, chromedp.Tap(chromedp.CSS(".handle"))); err != nil {
		t.Fatal(err)
	}
	until(t, tab, height+` === "half"`)
	// Dragged by the head: up to full, and a small pull springs back.
	drag := func(from, to float64) {
		t.Helper()
		err := chromedp.Do(tab.Ctx,
			chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, 195, from, chromedp.ButtonLeft, chromedp.ClickCount(1)),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 195, (from+to)/2, chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 195, to, chromedp.ButtonLeft),
			chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, 195, to, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	top := func() float64 {
		return await[float64](t, tab, `document.querySelector(".handle").getBoundingClientRect().top + 8`)
	}
	drag(top(), 100)
	until(t, tab, height+` === "full"`)
	at := top()
	drag(at, at+20)
	until(t, tab, height+` === "full"`)
	drag(top(), 700)
	until(t, tab, height+` !== "full"`)
	// What hides below the edge is out of the keyboard's reach.
	if !await[bool](t, tab, `(["ArrowDown", "ArrowDown"].forEach((key) => document.querySelector(".handle").dispatchEvent(new KeyboardEvent("keydown", { key }))), document.querySelector(".sheet .body").inert)`) {
		t.Error("the sheet's body can be reached while it is out of view")
	}
}
