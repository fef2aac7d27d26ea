package templates_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

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

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestMessages(t *testing.T) {
	ctx := sharedBrowser(t)
	archive, database := readFile(t, makeArchive(t, fixture.Options{})), readFile(t, makeMBTiles(t, fixture.Options{}))
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
		{"no MBTiles", http.NotFound, "missing"},
		{"host without ranges, large MBTiles", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(padded(database))))
			w.Write(padded(database))
		}, "ranges"},
		{"MBTiles stored gzipped", ranges(gzipped(database)), "compressed"},
		{"MBTiles stored gzipped and named so", ranges(gzipped(database), "Content-Encoding", "gzip"), "compressed"},
		{"upload of MBTiles broken off", ranges(database[:len(database)*2/3]), "truncated"},
		{"damaged MBTiles", ranges(append(slices.Clone(database[:200]), make([]byte, len(database)-200)...)), "format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, name := plain, "heatmap.pmtiles"
			if strings.Contains(c.name, "MBTiles") {
				name = "heatmap.mbtiles"
			}
			page.ArchiveURL = name
			site, err := browsertest.Site(page, "")
			if err != nil {
				t.Fatal(err)
			}
			mux := http.NewServeMux()
			mux.Handle("/", site)
			mux.HandleFunc("GET /"+name, c.archive)
			server := httptest.NewServer(mux)
			defer server.Close()
			tab := open(t, ctx, little)
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
			// Where the text speaks of a file, it is the one that this page has.
			if text := await[string](t, tab, `document.querySelector(".message p").textContent`); strings.Contains(text, "heatmap.") && !strings.Contains(text, name) {
				t.Errorf("it says %q of %s", text, name)
			}
			picture(t, tab, "message-"+c.want)
		})
	}
}

// untilReloaded is until for a page that loads itself anew meanwhile, which ends the waiting in the old one.
func untilReloaded(t *testing.T, tab *browsertest.Tab, expression string) {
	t.Helper()
	var err error
	for range 5 {
		if err = browsertest.Until(tab, expression); err == nil {
			return
		}
		if !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "Cannot find context") {
			break
		}
	}
	t.Fatalf("%v; console: %q", err, tab.Errors())
}

func TestHosts(t *testing.T) {
	ctx := sharedBrowser(t)
	path := makeArchive(t, fixture.Options{})
	archive := readFile(t, path)
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
		tab := open(t, ctx, little)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) { w.Write(archive) }))
		if s := stateOf(t, tab); s.Message != "" || s.Requests != 1 {
			t.Errorf("state %+v", s)
		}
	})

	t.Run("an archive that comes back after trying again", func(t *testing.T) {
		var there atomic.Bool
		tab := open(t, ctx, little)
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

	t.Run("archives dropped on the page are opened", func(t *testing.T) {
		site, err := browsertest.Site(plain, "")
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.Handle("/", site)
		mux.HandleFunc("GET /elsewhere", func(w http.ResponseWriter, r *http.Request) { w.Write(archive) })
		second := readFile(t, makeMBTiles(t, fixture.Options{Empty: []string{"hills"}}))
		mux.HandleFunc("GET /second", func(w http.ResponseWriter, r *http.Request) { w.Write(second) })
		server := httptest.NewServer(mux)
		defer server.Close()
		tab := open(t, ctx, little)
		load(t, tab, server.URL)
		dropFile(t, tab, "/elsewhere")
		until(t, tab, `heatmapgen.state().layer === "all"`)
		// An MBTiles file takes the place of the PMTiles one.
		dropFile(t, tab, "/second")
		until(t, tab, `heatmapgen.state().layers?.find((l) => l.id === "hills").available === false`)
		if s := stateOf(t, tab); s.Message != "" {
			t.Errorf("message %q", s.Message)
		}
	})

	t.Run("tiles that do not arrive are told and asked for again", func(t *testing.T) {
		var broken atomic.Bool
		tab := open(t, ctx, little)
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
		other := readFile(t, makeArchive(t, fixture.Options{Name: "Second", Empty: []string{"hills"}}))
		var second atomic.Bool
		tab := open(t, ctx, little)
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

	t.Run("a page whose archive is taken away is loaded anew", func(t *testing.T) {
		var gone atomic.Bool
		tab := open(t, ctx, little)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			if gone.Load() {
				http.Error(w, "Forbidden", http.StatusForbidden)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		}))
		await[bool](t, tab, "window.before = true")
		gone.Store(true)
		await[bool](t, tab, press("layer", "pace")+"; true")
		// The page is still the old one here, so it finds nothing; the layer that was asked for stands in its address.
		untilReloaded(t, tab, `window.before === undefined && window.heatmapgen?.state().message === "status" && location.hash.includes("pace")`)
	})

	t.Run("an archive of which only the beginning comes", func(t *testing.T) {
		var rest atomic.Int64
		tab := open(t, ctx, little)
		url := host(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.Header.Get("Range"), "bytes=0-") {
				rest.Add(1)
				http.NotFound(w, r)
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		})
		// What is shown first lies at the beginning.
		load(t, tab, url)
		await[bool](t, tab, press("layer", "pace")+"; true")
		untilReloaded(t, tab, `window.heatmapgen?.state().message === "gone"`)
		picture(t, tab, "message-gone")
		if rest.Load() < 2 {
			t.Error("the page was not loaded anew before")
		}
	})

	t.Run("an archive that never holds still", func(t *testing.T) {
		var n atomic.Int64
		tab := open(t, ctx, little)
		load(t, tab, host(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n.Add(1)))
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
		}))
		await[bool](t, tab, press("layer", "pace")+"; true")
		until(t, tab, `heatmapgen.state().message === "changed"`)
		picture(t, tab, "message-changed")
	})
}
