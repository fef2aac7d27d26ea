package serve

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"heatmapgen/templates/browsertest"
)

// probes are what the page of a website tries: to show a tile as an image, and to read it. Each promise comes to
// what came of it.
const probes = `
const show = (url, cors) => new Promise(done => {
  const img = new Image();
  if (cors) img.crossOrigin = "anonymous";
  img.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 256;
    const paint = canvas.getContext("2d");
    paint.drawImage(img, 0, 0);
    try {
      const some = paint.getImageData(0, 0, 256, 256).data.some(v => v > 0);
      done(img.naturalWidth + " px, " + (some ? "read" : "read as empty"));
    } catch { done(img.naturalWidth + " px, not to be read"); }
  };
  img.onerror = () => done("refused");
  img.src = url;
});
const read = (url, init) => fetch(url, init).then(async r => r.status + ", " + (await r.arrayBuffer()).byteLength + " bytes", () => "refused");
`

// TestPagesOfOtherSitesInBrowser opens real pages of two websites, one of which is listed, and has them ask for tiles.
func TestPagesOfOtherSitesInBrowser(t *testing.T) {
	dir := builtSite(t)
	server := startWith(t, Options{Dir: dir, Editors: Editors{Origins: []string{"https://www.openstreetmap.org"}, Token: testToken}})
	page := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><script>%s</script>`, probes)
	}))
	defer page.Close()
	address := strings.TrimPrefix(page.URL, "https://")
	browser := browsertest.MustStart(t, map[string]any{
		"ignore-certificate-errors": true,
		"host-resolver-rules":       "MAP www.openstreetmap.org " + address + ", MAP evil.example " + address + ", MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
	})

	path := tilePath("pace", someTile(t, openArchive(t, dir), "pace"))
	tile := server.URL() + path
	withToken := tile + "?token=" + testToken
	resp, _ := get(t, "GET", tile, nil)
	whole := fmt.Sprintf("200, %d bytes", resp.ContentLength)
	tabs := map[string]*browsertest.Tab{}
	for _, website := range []string{"https://www.openstreetmap.org/", "https://evil.example/"} {
		tab, err := browsertest.Open(browser, browsertest.View{Width: 400, Height: 300})
		if err != nil {
			t.Fatal(err)
		}
		defer tab.Cancel()
		if err := chromedp.Do(tab.Ctx, chromedp.Navigate(website)); err != nil {
			t.Fatal(err)
		}
		tabs[website] = tab
	}
	for _, test := range []struct{ page, name, probe, want string }{
		{"https://www.openstreetmap.org/", "shows a tile", fmt.Sprintf("show(%q)", tile), "refused"},
		{"https://www.openstreetmap.org/", "shows a tile by its token", fmt.Sprintf("show(%q)", withToken), "256 px, not to be read"},
		{"https://www.openstreetmap.org/", "shows and reads a tile", fmt.Sprintf("show(%q, true)", tile), "256 px, read"},
		{"https://www.openstreetmap.org/", "reads a tile", fmt.Sprintf("read(%q)", tile), whole},
		{"https://www.openstreetmap.org/", "reads a tile after asking", fmt.Sprintf(`read(%q, {headers: {"If-None-Match": '"x"'}})`, tile), whole},
		{"https://www.openstreetmap.org/", "reads a description", fmt.Sprintf("fetch(%q).then(r => r.json()).then(d => d.tiles[0])", server.URL()+"tiles/pace.json"), server.URL() + "tiles/pace/{z}/{x}/{y}.png"},
		{"https://www.openstreetmap.org/", "reads the archive", fmt.Sprintf("read(%q)", server.URL()+"heatmap.pmtiles"), "refused"},
		{"https://www.openstreetmap.org/", "reads the addresses", fmt.Sprintf("read(%q)", server.TilesURL()), "refused"},

		{"https://evil.example/", "shows a tile", fmt.Sprintf("show(%q)", tile), "refused"},
		{"https://evil.example/", "shows and reads a tile", fmt.Sprintf("show(%q, true)", tile), "refused"},
		{"https://evil.example/", "reads a tile", fmt.Sprintf("read(%q)", tile), "refused"},
		{"https://evil.example/", "reads a tile without a look", fmt.Sprintf(`fetch(%q, {mode: "no-cors"}).then(r => r.type, () => "refused")`, tile), "refused"},
		{"https://evil.example/", "reads a tile by its token", fmt.Sprintf("read(%q)", withToken), "refused"},
		{"https://evil.example/", "shows and reads a tile by its token", fmt.Sprintf("show(%q, true)", withToken), "refused"},
		{"https://evil.example/", "shows a tile by its token", fmt.Sprintf("show(%q)", withToken), "256 px, not to be read"},
		{"https://evil.example/", "reads the addresses", fmt.Sprintf("read(%q)", server.TilesURL()), "refused"},
	} {
		t.Run(test.page+" "+test.name, func(t *testing.T) {
			tab := tabs[test.page]
			got, err := browsertest.Await[string](tab, test.probe)
			if err != nil || got != test.want {
				t.Errorf("%s: %q (%v), want %q", test.probe, got, err, test.want)
			}
		})
	}

	t.Run("a window that another site opens is none of its own", func(t *testing.T) {
		tab := tabs["https://evil.example/"]
		for _, address := range []string{server.URL(), server.TilesURL()} {
			// To one who has lost it a window looks closed, soon after it has left the opener's site.
			probe := fmt.Sprintf(`(async () => {
				const w = open(%q);
				for (let i = 0; i < 500 && !w.closed; i++) await new Promise((resolve) => setTimeout(resolve, 20));
				return w.closed ? "out of reach" : "held";
			})()`, address)
			got, err := chromedp.Run(tab.Ctx, chromedp.Evaluate[string](probe, chromedp.EvalAwaitPromise, func(p *runtime.EvaluateParams) {
				gesture := true
				p.UserGesture = &gesture // else it is a pop-up that nobody asked for
			}))
			if err != nil || got != "out of reach" {
				t.Errorf("%s: %q, %v", address, got, err)
			}
		}
	})

	t.Run("our own list", func(t *testing.T) {
		for _, view := range []browsertest.View{{Width: 1280, Height: 800}, {Width: 320, Height: 640, Phone: true, Light: true}} {
			tab, err := browsertest.Open(browser, view)
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Cancel()
			if err := chromedp.Do(tab.Ctx, chromedp.Navigate(server.TilesURL())); err != nil {
				t.Fatal(err)
			}
			state, err := browsertest.Await[string](tab, `(async () => {
				const previews = [...document.querySelectorAll(".preview")];
				for (const p of previews) p.loading = "eager";
				await Promise.all(previews.map(p => p.decode()));
				return previews.length + " previews, " + getComputedStyle(document.querySelector(".layer")).display + ", wide by " + (document.documentElement.scrollWidth - innerWidth);
			})()`)
			if err != nil || state != "10 previews, grid, wide by 0" {
				t.Errorf("%d px: %q, %v", view.Width, state, err)
			}
			if problems := tab.Errors(); len(problems) != 0 {
				t.Errorf("%d px: %v", view.Width, problems)
			}
		}
	})
}
