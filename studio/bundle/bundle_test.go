package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/site/audit"
	"heatmapgen/templates/browsertest"
)

const root = "../.."

// made are the files of a tab and the programs of studio/worker/test, made once.
var made = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "heatmapgen-studio-"); err != nil {
		return "", err
	}
	if err := write(root, dir, generator.DevVersion); err != nil {
		return "", err
	}
	if err := bundlePrograms(dir, api.PlatformNode, "node.ts", "gotest.ts", "files.test.ts"); err != nil {
		return "", err
	}
	return dir, bundlePrograms(dir, api.PlatformBrowser, "worker.ts", "pool.ts")
})

// bundlePrograms bundles programs of studio/worker/test into the folder dir.
func bundlePrograms(dir string, platform api.Platform, names ...string) error {
	var entries []string
	for _, name := range names {
		entries = append(entries, "../worker/test/"+name)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: entries, Outdir: dir, OutExtension: map[string]string{".js": ".mjs"}, Write: true,
		Bundle: true, Format: api.FormatESModule, Platform: platform, Target: api.ES2022,
		Alias: map[string]string{"wasm_exec": filepath.Join(dir, execName)},
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("bundling %v: %s", names, result.Errors[0].Text)
	}
	return nil
}

// nodeOf returns the program node, and the folder with what it is to run.
func nodeOf(t *testing.T) (node, dir string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("no Node")
	}
	if err == nil {
		dir, err = made()
	}
	if err != nil {
		t.Fatal(err)
	}
	return node, dir
}

// TestWorker checks the types of the worker's sources and runs their own tests in Node.
func TestWorker(t *testing.T) {
	node, dir := nodeOf(t)
	t.Run("types", func(t *testing.T) {
		tsc := filepath.Join(root, "templates", "viewer", "node_modules", "typescript", "bin", "tsc")
		if _, err := os.Stat(tsc); err != nil && os.Getenv("CI") == "" {
			t.Skip("no npm packages; run npm ci in templates/viewer")
		}
		if out, err := exec.Command(node, tsc, "--noEmit", "-p", "..").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("units", func(t *testing.T) {
		if out, err := exec.Command(node, "--test", "--test-reporter=spec", filepath.Join(dir, "files.test.mjs")).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := made(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// A job is what the program for node is to do, see studio/worker/test/node.ts.
type job struct {
	Made   string            `json:"made"`
	Chosen map[string]string `json:"chosen"`
	Texts  map[string]string `json:"texts"`
	Config string            `json:"config"`
	Now    int64             `json:"now"`
	Work   string            `json:"work"`
}

// An outcome is what came of it.
type outcome struct {
	Archive, Page, Secret string
	Drawn                 int
	Warnings, Stages      []string
	Seconds               map[string]float64
	Kind, Message         string
	Faults                []config.Fault
	Rows                  []struct {
		ID, State, Sport, Start, Reason string
	}
	Verdict struct {
		Exposed bool
		Text    string
	}
}

// run has node do a job with a configuration and a source, which lies in the file path.
func run(t *testing.T, work, settings, source, secret string) outcome {
	t.Helper()
	node, dir := nodeOf(t)
	j := job{Made: dir, Config: "/map/heatmap.toml", Now: now.UnixMilli(), Work: work, Chosen: map[string]string{"/map/" + sourceName: source}, Texts: map[string]string{"/map/heatmap.toml": settings}}
	if secret != "" {
		j.Texts["/map/"+generator.SecretName] = secret
	}
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--no-warnings", filepath.Join(dir, "node.mjs"), string(text))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.Bytes())
	}
	var o outcome
	if err := json.Unmarshal(out, &o); err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.Bytes())
	}
	return o
}

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const sourceName = "source.zip"

// settings is a configuration with a source of a type.
func settings(kind, more string) string {
	return fmt.Sprintf("title = \"Täglich <b>\"\noutput = \"site\"\ncache = \"cache\"\n%s\n[[source]]\ntype = %q\npath = %q\n", more, kind, sourceName)
}

// native makes a folder with a configuration and the source.
func native(t *testing.T, text, source string) (cfg *config.Config, dir string) {
	t.Helper()
	dir = t.TempDir()
	content, err := os.ReadFile(source)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, sourceName), content, 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "heatmap.toml"), []byte(text), 0o600)
	}
	if err == nil {
		cfg, err = config.Load(filepath.Join(dir, "heatmap.toml"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return cfg, dir
}

// recordings makes a zip of recordings of several formats, encodings and zones.
func recordings(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recordings.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, content []byte) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"strava.gpx", "unusual.gpx", "garmin.tcx", "unusual.tcx"} {
		content, err := os.ReadFile(filepath.Join(root, "activity", "track", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		add(name, content)
	}
	day := time.Date(2026, 5, 1, 23, 30, 0, 0, time.UTC)
	for i, place := range [][2]float64{{47.56, 7.6}, {47.561, 7.601}, {28.6, 77.2}, {0.5, -140}} { // near a border, half an hour, at sea
		head := `<?xml version="1.0"?>`
		name := "Über den Fluß"
		if i == 1 {
			head, name = `<?xml version="1.0" encoding="gb2312"?>`, "\xb1\xb1\xbe\xa9" // Beijing
		}
		var gpx strings.Builder
		gpx.WriteString(head + `<gpx version="1.1"><trk><name>` + name + `</name><trkseg>`)
		for k := range 400 {
			at := day.AddDate(0, 0, i).Add(time.Duration(k) * 3 * time.Second)
			fmt.Fprintf(&gpx, `<trkpt lat="%.6f" lon="%.6f"><ele>%d</ele><time>%s</time></trkpt>`, place[0]+float64(k)*8e-5, place[1]+float64(k%40)*5e-5, 300+k%30, at.Format(time.RFC3339))
		}
		gpx.WriteString(`</trkseg></trk></gpx>`)
		add(fmt.Sprintf("%d.gpx", i), []byte(gpx.String()))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sumOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// The tests of what a build is made of pass as WebAssembly in node, too; those of layers/raster hold the Gaussians on vectors to Go's. Left out are what is not the generator's: judges that
// need more memory than there is, faults of a disk, and names of files that are no text; and packages whose tests have libraries that are not compiled.
func TestCoreInNode(t *testing.T) {
	node, dir := nodeOf(t)
	to := t.TempDir()
	for _, c := range []struct{ pkg, skip string }{
		{"activity", ""}, {"activity/track", ""}, {"activity/source", "InputOutputError|ZipThatChanges|NamesThatAreNotUTF8"}, {"generator/config", ""}, {"generator/overrides", ""},
		{"layers", "Reference"}, {"layers/lines", ""}, {"layers/raster", ""}, {"layers/squares", ""}, {"layers/segments", ""}, {"internal/frames", ""}, {"internal/sumspack", ""}, {"internal/timezones", ""},
	} {
		t.Run(c.pkg, func(t *testing.T) {
			binary := filepath.Join(to, strings.ReplaceAll(c.pkg, "/", "-")+".wasm")
			compile := exec.Command("go", "test", "-c", "-o", binary, "./"+c.pkg)
			compile.Dir, compile.Env = root, append(os.Environ(), "GOOS=js", "GOARCH=wasm")
			if out, err := compile.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			cmd := exec.Command(node, "--no-warnings", filepath.Join(must(filepath.Abs(dir)), "gotest.mjs"), binary, filepath.Join(dir, convolveName), "-test.skip="+c.skip, "-test.v")
			cmd.Dir, cmd.Env = filepath.Join(root, filepath.FromSlash(c.pkg)), append(os.Environ(), "HEATMAPGEN_SHARED=")
			out, err := cmd.CombinedOutput()
			if err != nil || c.pkg == "layers/raster" && !bytes.Contains(out, []byte("--- PASS: TestConvolveMatchesGo")) || !bytes.Contains(out, []byte("\nPASS")) {
				t.Fatalf("%v\n%s", err, out)
			}
		})
	}
}

// TestSameBytes builds maps in node and natively: both give the same two files, and the same secret where zones hide something.
func TestSameBytes(t *testing.T) {
	const zone = "[[privacy.zones]]\nlat = 47.5650\nlon = 7.6010\nradius_m = 300\n"
	for name, c := range map[string]struct{ text, source string }{
		"recordings":        {settings("files", ""), recordings(t)},
		"what zones hide":   {settings("files", "") + zone, recordings(t)},
		"an export, Strava": {settings("strava", ""), filepath.Join(os.Getenv("HEATMAPGEN_SHARED"), "data", "export_50.zip")},
	} {
		t.Run(name, func(t *testing.T) {
			if !filepath.IsAbs(c.source) {
				t.Skip("HEATMAPGEN_SHARED is not set")
			}
			cfg, dir := native(t, c.text, c.source)
			report, err := generator.Build(context.Background(), cfg, generator.Options{Version: generator.DevVersion, Now: now})
			if err != nil {
				t.Fatal(err)
			}
			secret, _ := os.ReadFile(filepath.Join(dir, generator.SecretName))
			o := run(t, "build", c.text, c.source, string(secret))
			if o.Kind != "" {
				t.Fatalf("%s: %s", o.Kind, o.Message)
			}
			if o.Drawn != report.Drawn || o.Drawn == 0 {
				t.Errorf("%d activities are drawn, natively %d", o.Drawn, report.Drawn)
			}
			if o.Archive != sumOf(t, report.ArchivePath) {
				t.Error("the archives differ")
			}
			if o.Page != sumOf(t, filepath.Join(cfg.Output, generator.PageName)) {
				t.Error("the pages differ")
			}
			if report.Hides {
				found, err := audit.Site(context.Background(), report.ArchivePath, cfg, "")
				if err != nil {
					t.Fatal(err)
				}
				var text strings.Builder
				if err := found.WriteVerdict(&text); err != nil {
					t.Fatal(err)
				}
				if o.Verdict.Exposed != found.Exposed() || o.Verdict.Text != text.String() {
					t.Errorf("the audit says %+v, natively %t %q", o.Verdict, found.Exposed(), text.String())
				}
			}
			if o.Secret != string(secret) {
				t.Errorf("the secret is %q, natively %q", o.Secret, secret)
			}
			if strings.Join(o.Warnings, "\n") != strings.ReplaceAll(strings.Join(message.Texts(report.Warnings), "\n"), dir, "/map") {
				t.Errorf("warned of %q, natively of %q", o.Warnings, report.Warnings)
			}
		})
	}
}

// TestInBrowser builds a map in a worker of a page.
func TestInBrowser(t *testing.T) {
	browser := browsertest.MustStart(t, nil)
	dir, err := made()
	if err != nil {
		t.Fatal(err)
	}
	source, text := recordings(t), settings("files", "")
	cfg, _ := native(t, text, source)
	report, err := generator.Build(context.Background(), cfg, generator.Options{Version: generator.DevVersion, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><title>Worker</title><link rel="icon" href="data:,"><script>heatmapgen = { ready: Promise.resolve() }
const work = async () => {
  const source = await (await fetch("source.zip")).blob();
  const worker = new Worker("worker.mjs", { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ source, settings: %s, now: %d });
  });
}</script>`, must(json.Marshal(text)), now.UnixMilli())
	})
	mux.HandleFunc("/source.zip", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, source) })
	server := httptest.NewServer(mux)
	defer server.Close()
	tab, err := browsertest.Open(browser, browsertest.View{Width: 400, Height: 300})
	browsertest.Must(t, err)
	browsertest.Must(t, tab.Load(server.URL+"/page"))
	o, err := browsertest.Await[outcome](tab, "work()")
	browsertest.Must(t, err)
	if o.Archive != sumOf(t, report.ArchivePath) || o.Page != sumOf(t, filepath.Join(cfg.Output, generator.PageName)) || o.Drawn != report.Drawn {
		t.Errorf("%+v, which is not the native site; errors: %q", o, tab.Errors())
	}
	if len(o.Stages) < 3 {
		t.Errorf("told of the stages %q", o.Stages)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A pool goes on when one of its workers ends, as long as there is another, and starts it anew; what fails or is stopped ends all.
func TestPool(t *testing.T) {
	browser := browsertest.MustStart(t, nil)
	dir, err := made()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>Pool</title><link rel="icon" href="data:,"><script>heatmapgen = { ready: Promise.resolve() }</script><script type="module" src="pool.mjs"></script>`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	tab, err := browsertest.Open(browser, browsertest.View{Width: 400, Height: 300})
	browsertest.Must(t, err)
	defer tab.Cancel()
	browsertest.Must(t, tab.Load(server.URL+"/page"))
	browsertest.Must(t, browsertest.Until(tab, "globalThis.pooled !== undefined"))
	type came struct {
		Made          []string
		Last          float64
		Size          int
		Kind, Message string
	}
	got, err := browsertest.Await[map[string]came](tab, "pooled")
	browsertest.Must(t, err)
	all := func(files string, n int) (made []string) {
		for i := range n {
			made = append(made, fmt.Sprintf("%s map %d", files, i))
		}
		return made
	}
	for name, want := range map[string]came{
		"plain":          {Made: all("/folder/a", 7), Last: 1, Size: 3},
		"fails":          {Kind: "source", Message: "no 4", Size: 3},
		"goes on":        {Made: all("/orders", 5), Last: 1, Size: 3},
		"ends":           {Kind: "crashed", Message: "Uncaught Error: ended"},
		"stopped":        {Kind: "aborted", Size: 2},
		"stopped before": {Kind: "aborted", Size: 3},
	} {
		if g := got[name]; !reflect.DeepEqual(g, want) {
			t.Errorf("%s: %+v, want %+v", name, g, want)
		}
	}
}

// What a build finds, and what becomes of it, is told before it is painted.
func TestFound(t *testing.T) {
	source := recordings(t)
	text := settings("files", "")
	cfg, _ := native(t, text, source)
	var rows []generator.FoundRow
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Now: now, Found: func(f generator.Found) { rows = f.Rows }}); err != nil {
		t.Fatal(err)
	}
	o := run(t, "build", text, source, "")
	if len(o.Rows) != len(rows) || len(rows) == 0 {
		t.Fatalf("%d activities, natively %d (%s)", len(o.Rows), len(rows), o.Message)
	}
	for i, got := range o.Rows {
		want := &rows[i]
		if got.ID != want.ID || got.State != string(want.State) || got.Sport != string(want.Sport) || got.Reason != want.Reason || got.Start != want.Start.Format(time.RFC3339) {
			t.Errorf("%+v, natively %+v", got, want)
		}
	}
}

func TestFailures(t *testing.T) {
	source := recordings(t)
	for name, c := range map[string]struct {
		work, text, kind, message string
	}{
		"a key that is none":    {"build", settings("files", "outputt = 1"), "settings", `did you mean "output"`},
		"the demo":              {"build", "[[source]]\ntype = \"demo\"\n", "other", `no source of type "demo"`},
		"MBTiles":               {"build", settings("files", `format = "mbtiles"`), "other", "only format = \"pmtiles\""},
		"a source that is gone": {"build", settings("files", "") + "[[source]]\ntype = \"files\"\npath = \"gone.zip\"\n", "source", "gone.zip"},
		"nothing to draw":       {"build", settings("files", "") + "[filter]\nsports = [\"Kitesurf\"]\n", "nothing", ""},
		"aborted":               {"abort", settings("files", ""), "aborted", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, c.work, c.text, source, "")
			if o.Kind != c.kind || !strings.Contains(o.Message, c.message) {
				t.Errorf("%q: %s; want %q: %s", o.Kind, o.Message, c.kind, c.message)
			}
			if c.kind == "settings" && (len(o.Faults) != 1 || o.Faults[0].Line != 4) {
				t.Errorf("faults %+v", o.Faults)
			}
		})
	}
}

// The licences of a release name what is in any of its programs, whatever system that is for, in the page, and in the studio.
func TestNotices(t *testing.T) {
	var out strings.Builder
	if err := writeNotices(&out, root); err != nil {
		t.Fatal(err)
	}
	for _, work := range []string{
		"maplibre-gl ", "Go, with its standard library go1.", "github.com/tormoder/fit v", "modernc.org/sqlite v",
		"github.com/inconshreveable/mousetrap v", // Windows alone
		"github.com/ringsaturn/tzf-rel-lite v", "Open Database License", "OpenStreetMap contributors",
	} {
		if !strings.Contains(out.String(), work) {
			t.Errorf("nothing of %q", work)
		}
	}
	for _, work := range []string{"github.com/chromedp/chromedp v", "github.com/evanw/esbuild v"} {
		if strings.Contains(out.String(), work) {
			t.Errorf("%q, which is for tests and for building the page", work)
		}
	}
}
