package studio_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/studio"
	"heatmapgen/templates/browsertest"
)

// module is the generator, and site the studio, which the tests share: to compile it takes longest.
var (
	module = sync.OnceValues(func() (studio.Module, error) {
		return studio.Make(context.Background(), ".", generator.DevVersion)
	})
	site = sync.OnceValues(func() (*studio.Site, error) {
		m, err := module()
		if err != nil {
			return nil, err
		}
		return studio.New(m)
	})
)

// A host has the studio.
type host struct {
	url    string
	server *httptest.Server

	// held are answered once it is closed; nil holds nothing.
	hold chan struct{}
	held string // the ending of their names

	mu    sync.Mutex
	asked []string
}

// requests returns what the host was asked for so far.
func (h *host) requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.asked)
}

// serve serves the studio as an ordinary host does.
func serve(t testing.TB) *host {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go to compile the module")
	}
	s, err := site()
	if err != nil {
		t.Fatal(err)
	}
	h := &host{}
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.asked = append(h.asked, r.Method+" "+r.URL.String())
		h.mu.Unlock()
		if h.hold != nil && strings.HasSuffix(r.URL.Path, h.held) {
			<-h.hold
		}
		s.ServeHTTP(w, r)
	}))
	h.url = h.server.URL + "/"
	t.Cleanup(h.server.Close)
	return h
}

// downloaded returns the path of the file that the browser downloads, of a name that matches the pattern, once the script has run.
func downloaded(t *testing.T, tab *browsertest.Tab, pattern, script string) string {
	t.Helper()
	dir := t.TempDir()
	err := chromedp.Do(tab.Ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	await[bool](t, tab, script)
	for range 600 {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) == 1 {
			return found[0]
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("nothing like %s was downloaded; console: %q", pattern, tab.Errors())
	return ""
}

var desk = browsertest.View{Width: 1024, Height: 640}

// choose has the user choose files or folders, by the first of the buttons for that.
func choose(t testing.TB, tab browsertest.Page, paths ...string) {
	t.Helper()
	if err := tab.ChooseFiles(`input[type=file]`, paths...); err != nil {
		t.Fatal(err)
	}
}

// open opens the studio, as people at a desk see it.
func open(t testing.TB, browser context.Context, url string) *browsertest.Tab {
	t.Helper()
	return openAs(t, browser, desk, url)
}

// openAs opens the studio in a view.
func openAs(t testing.TB, browser context.Context, view browsertest.View, url string) *browsertest.Tab {
	t.Helper()
	tab, err := browsertest.Open(browser, view)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Cancel)
	if err := tab.Load(url); err != nil {
		t.Fatalf("%v; console: %q", err, tab.Errors())
	}
	return tab
}

func await[T any](t testing.TB, tab browsertest.Page, expression string) T {
	t.Helper()
	v, err := browsertest.Await[T](tab, expression)
	if err != nil {
		t.Fatalf("%s: %v; console: %q", expression, err, tab.Errors())
	}
	return v
}

// state is what the page tells of itself.
type state struct {
	Busy, Stale  bool
	Found, Drawn *int
	Error        *string
	Maps         int
	// Looks are the words of what was on screen before the first map.
	Looks   []string
	Storage string
	Workers int
}

// until waits for as long as a module of WebAssembly may take on a busy machine.
func until(t testing.TB, tab browsertest.Page, expression string) {
	t.Helper()
	var err error
	for range 10 { // each waits a minute
		if err = browsertest.Until(tab, expression); err == nil {
			return
		}
	}
	t.Fatalf("%v; the page says %q; console: %q", err, await[string](t, tab, `document.querySelector(".status").innerText`), tab.Errors())
}

// built waits until the page has shown so many maps, and returns its state.
func built(t testing.TB, tab browsertest.Page, maps int) state {
	t.Helper()
	until(t, tab, fmt.Sprintf("!heatmapgen.state().busy && (heatmapgen.state().maps === %d || heatmapgen.state().error)", maps))
	s := await[state](t, tab, "heatmapgen.state()")
	if s.Maps != maps {
		t.Fatalf("%d maps: the page says %q; console: %q", s.Maps, await[string](t, tab, `document.querySelector(".status").innerText`), tab.Errors())
	}
	return s
}

// failed waits until the page tells of an error, and returns its kind and its words.
func failed(t *testing.T, tab browsertest.Page) (kind, words string) {
	t.Helper()
	until(t, tab, "!heatmapgen.state().busy && heatmapgen.state().error !== undefined")
	return await[string](t, tab, "heatmapgen.state().error"), await[string](t, tab, `document.querySelector(".failed").innerText`)
}

// A taken is what may be taken home, and what it was made with.
type taken struct {
	Settings               string
	Secret                 *string
	ArchiveName            string
	ArchiveSHA256, PageSHA string
}

const takenScript = `(async () => {
	const { site, settings } = heatmapgen.taken;
	const hash = async (blob) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()))].map((b) => b.toString(16).padStart(2, "0")).join("");
	return { Settings: settings, Secret: site.secret ?? null, ArchiveName: site.archiveName, ArchiveSHA256: await hash(site.archive), PageSHA: await hash(site.page) };
})()`

// sameAsNative builds what a tab has built with the command's own code, from the configuration that the tab offers, and
// compares both files. given are the files that were dropped, by the names they have beside the configuration.
func sameAsNative(t *testing.T, tab browsertest.Page, given map[string]string) taken {
	t.Helper()
	got := await[taken](t, tab, takenScript)
	dir := t.TempDir()
	for name, path := range given {
		there := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(there), 0o755); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			err = os.CopyFS(there, os.DirFS(path))
		} else if err == nil {
			var data []byte
			if data, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(there, data, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("heatmap.toml", got.Settings)
	if got.Secret != nil {
		write("privacy-secret", *got.Secret)
	}
	cfg, err := config.Load(filepath.Join(dir, "heatmap.toml"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := generator.Build(t.Context(), cfg, generator.Options{Version: generator.DevVersion, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct{ path, sum string }{{r.ArchivePath, got.ArchiveSHA256}, {filepath.Join(cfg.Output, generator.PageName), got.PageSHA}} {
		data, err := os.ReadFile(f.path)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != f.sum {
			t.Errorf("%s: the tab made %s, the command %s", filepath.Base(f.path), f.sum, sum)
		}
	}
	return got
}

// recording is one of so many seconds, that begins at a moment, east of a place by so many metres.
func recording(start time.Time, east float64, seconds int, speedMS float64) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>`)
	lat, lon := 47.5, 9.75+east/75_000
	for i := range seconds {
		heading := 0.8*math.Sin(float64(i)/200+east) + 0.3*math.Sin(float64(i)/31)
		lat += speedMS * math.Cos(heading) / 111_320
		lon += speedMS * math.Sin(heading) / 75_000
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time></trkpt>`, lat, lon, 400+20*math.Sin(float64(i)/90), start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	return b.String() + "</trkseg></trk></gpx>"
}

// stravaZip writes a small export of Strava: runs from one place, a long ride from there, and a file that is damaged.
func stravaZip(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	table := "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Filename\n"
	for i := range 6 {
		start := time.Date(2023, time.Month(1+i), 3, 7, 30, 0, 0, time.UTC)
		sport, text := "Run", recording(start, float64(i)*120, 900, 3)
		switch i {
		case 4:
			text = "<gpx" // cut off
		case 5:
			sport, text = "Ride", recording(start, 0, 3600, 6)
		}
		name := fmt.Sprintf("activities/%d.gpx", 100+i)
		table += fmt.Sprintf("%d,\"%s\",\"Morning <b>%d</b>\",%s,900,2.7,%s\n", 100+i, start.Format("Jan 2, 2006, 3:04:05 PM"), i, sport, name)
		add(name, text)
	}
	add("activities.csv", table)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "export_1.zip")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
