package templates_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// withLargeLines rewrites a PMTiles archive so that its finer blocks of lines claim to be too large to be loaded as a whole.
func withLargeLines(t *testing.T, path string) string {
	t.Helper()
	b := readFile(t, path)
	// The header has offset and length of the metadata at byte 24.
	at, n := binary.LittleEndian.Uint64(b[24:]), binary.LittleEndian.Uint64(b[32:])
	r, err := gzip.NewReader(bytes.NewReader(b[at : at+n]))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var metadata map[string]any
	if err := json.Unmarshal(text, &metadata); err != nil {
		t.Fatal(err)
	}
	lines := metadata["heatmapgen"].(map[string]any)["lines"].(map[string]any)
	for _, zoom := range lines["zooms"].([]any) {
		if z := zoom.(map[string]any); z["zoom"].(float64) > 6 {
			z["bytes"] = 1e7
		}
	}
	if text, err = json.Marshal(metadata); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(text)
	w.Close()
	binary.LittleEndian.PutUint64(b[24:], uint64(len(b)))
	binary.LittleEndian.PutUint64(b[32:], uint64(packed.Len()))
	if err := os.WriteFile(path, append(b, packed.Bytes()...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLinesInBlocks draws from the blocks in view what a small archive is drawn from whole lines.
func TestLinesInBlocks(t *testing.T) {
	ctx := sharedBrowser(t)
	whole := serve(t, plain, makeArchive(t, fixture.Options{Names: true}))
	site, err := browsertest.Site(plain, withLargeLines(t, makeArchive(t, fixture.Options{Names: true})))
	if err != nil {
		t.Fatal(err)
	}
	var broken atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && strings.HasPrefix(r.URL.Path, "/heatmap.") {
			http.Error(w, "out of order", http.StatusBadGateway)
			return
		}
		site.ServeHTTP(w, r)
	}))
	defer server.Close()
	view := wide

	for _, c := range []struct{ place, link string }{
		{"#16/49.005/8.43", "&when=2025-01-01..2025-12-31"},
		{"#13/49.005/8.43", "&when=2025-01-01..2025-12-31&layer=pace"},
		{"#11/49.005/8.43", "&sport=Ride"},
		{"#13/49.005/8.43", "&show=routes"},
		{"#16/49.005/8.43", "&look=viridis,local"},
	} {
		t.Run(c.place+c.link, func(t *testing.T) {
			counts := [2]int{}
			for i, url := range []string{whole, server.URL} {
				tab := open(t, ctx, little)
				load(t, tab, url+c.place+c.link)
				counts[i] = lit(t, tab, 0.3, 0.7)
				if mode := exploredState(t, tab).Pictures[0].Mode; mode == "baked" {
					t.Errorf("%s is drawn from tiles", url)
				}
				noErrors(t, tab)
				tab.Cancel()
			}
			if a, b := counts[0], counts[1]; a < 100 || b < a*97/100 || b > a*103/100 {
				t.Errorf("%d pixels are lit by whole lines, %d by blocks", a, b)
			}
		})
	}

	t.Run("who was here, and the kilometres of a line", func(t *testing.T) {
		listed, marks := [2]string{}, [2]string{}
		var spot [2]float64
		for i, url := range []string{whole, server.URL} {
			tab := open(t, ctx, view)
			load(t, tab, url+"#15/49.005/8.43")
			if i == 0 {
				spot = spotOnHeat(t, tab)
			}
			atMap(t, tab, spot[0], spot[1])
			until(t, tab, "heatmapgen.state().listed.length > 0")
			listed[i] = fmt.Sprint(exploredState(t, tab).Listed)
			await[bool](t, tab, `document.querySelector(".passage").click(); true`)
			exploredState(t, tab)
			marks[i] = await[string](t, tab, `[...document.querySelectorAll(".kmmarks span")].map((e) => e.textContent).join()`)
			noErrors(t, tab)
		}
		if listed[0] != listed[1] || marks[0] != marks[1] || marks[0] == "" {
			t.Errorf("whole lines: %s, marks %q; blocks: %s, marks %q", listed[0], marks[0], listed[1], marks[1])
		}
	})

	t.Run("lines that do not arrive are told and asked for again", func(t *testing.T) {
		tab := open(t, ctx, view)
		load(t, tab, server.URL+"#13/49.005/8.43")
		broken.Store(true)
		defer broken.Store(false)
		const told = `heatmapgen.state().notices.includes("The lines of the activities did not arrive.")`
		retry := func() {
			await[bool](t, tab, `[...document.querySelectorAll(".notice")].find((n) => n.textContent.includes("The lines of")).querySelector(".text").click(); true`)
		}
		// The overview, and then the blocks in view.
		await[bool](t, tab, `document.querySelector('[data-preset="2025"]').click(); true`)
		until(t, tab, told)
		if s := exploredState(t, tab); s.Pictures[0].Mode != "baked" {
			t.Errorf("without an overview: %+v", s.Pictures)
		}
		broken.Store(false)
		retry()
		until(t, tab, `heatmapgen.state().pictures[0].mode === "live"`)
		if s := exploredState(t, tab); len(s.Notices) > 0 {
			t.Errorf("notices %q", s.Notices)
		}
		before := lit(t, tab, 0, 1)
		broken.Store(true)
		await[bool](t, tab, `heatmapgen.map.jumpTo({ center: [8.43, 49.005], zoom: 14 }); true`)
		until(t, tab, told)
		if n := lit(t, tab, 0, 1); n == 0 {
			t.Error("the old picture went before a new one came")
		}
		broken.Store(false)
		retry()
		until(t, tab, "!"+told)
		if n := lit(t, tab, 0, 1); n < before/3 {
			t.Errorf("%d pixels are lit, %d were", n, before)
		}
	})
}
