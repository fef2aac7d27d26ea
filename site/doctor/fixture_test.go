package doctor

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// built is a folder with a heatmap.toml, its tracks, cache and site, made once for all tests.
var built string

func TestMain(m *testing.M) {
	code := 1
	dir, err := os.MkdirTemp("", "doctor-test-*")
	if err == nil {
		built = dir
		err = build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

const settings = `
[[source]]
type = "files"
path = "tracks"
[privacy]
zones = [{ lat = 48.02, lon = 7.7822, radius_m = 300 }]
[render]
max_zoom = 15
`

// build makes a map of some tracks, whose archive is longer than the part that is asked for first.
func build(dir string) error {
	if err := os.Mkdir(filepath.Join(dir, "tracks"), 0o755); err != nil {
		return err
	}
	for k := range 6 {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>Morning Run</name><type>running</type><trkseg>`)
		for i := range 500 {
			t := float64(i)*0.01 + float64(k)
			fmt.Fprintf(&b, `<trkpt lat="%.6f" lon="%.6f"><ele>%d</ele><time>2026-05-%02dT06:%02d:%02dZ</time></trkpt>`,
				48+0.02*math.Sin(t), 7.8+0.02*math.Cos(1.7*t), 200+i%40, k+1, i/12, i%12*5)
		}
		b.WriteString(`</trkseg></trk></gpx>`)
		if err := os.WriteFile(filepath.Join(dir, "tracks", fmt.Sprintf("%d.gpx", k)), []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, "heatmap.toml")
	if err := os.WriteFile(path, []byte(settings), 0o644); err != nil {
		return err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	_, err = generator.Build(context.Background(), cfg, generator.Options{Version: "1.2.3", Now: today})
	return err
}

var today = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// file returns a file of the built site.
func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(built, "site", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// siteConfig is a configuration that knows where the built site is.
func siteConfig(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load(filepath.Join(built, "heatmap.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// withoutDays returns the built archive as a tool leaves it that has lost the days of the activities.
func withoutDays(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	put(t, path, string(file(t, "heatmap.pmtiles")))
	r, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.Metadata()
	r.Close()
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`"day":\[[0-9,]*\]`).ReplaceAll(text, []byte(`"day":[0,0,0,0,0,0]`))
	meta := filepath.Join(t.TempDir(), "metadata.json")
	put(t, meta, string(text))
	if err := pmtiles.Edit(log.New(io.Discard, "", 0), path, "", meta); err != nil {
		t.Fatal(err)
	}
	edited, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return edited
}

// A host serves the built site well, unless a test has it do otherwise.
type host struct {
	t             *testing.T
	page, archive []byte
	name          string // of the archive
	modified      time.Time
	// before may answer a request, and then returns true.
	before func(w http.ResponseWriter, r *http.Request) bool
	// wrap alters what is sent of the archive.
	wrap func(http.ResponseWriter, *http.Request) http.ResponseWriter
}

func newHost(t *testing.T) *host {
	return &host{t: t, page: file(t, "index.html"), archive: file(t, "heatmap.pmtiles"), name: "heatmap.pmtiles", modified: today}
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.before != nil && h.before(w, r) {
		return
	}
	switch r.URL.Path {
	case "/map/", "/map/index.html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.ServeContent(w, r, "", h.modified, strings.NewReader(string(h.page)))
	case "/map/" + h.name:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("ETag", `"abc"`)
		if h.wrap != nil {
			w = h.wrap(w, r)
		}
		http.ServeContent(w, r, "", h.modified, strings.NewReader(string(h.archive)))
	default:
		http.NotFound(w, r)
	}
}

// onArchive makes f answer the requests for the archive.
func (h *host) onArchive(f http.HandlerFunc) {
	h.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/map/"+h.name {
			return false
		}
		f(w, r)
		return true
	}
}

// onHeader has f alter the header of every answer of the archive, when it is about to be sent.
func (h *host) onHeader(f func(r *http.Request, header http.Header)) {
	h.wrap = func(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
		return &altering{w, func() { f(r, w.Header()) }, false}
	}
}

type altering struct {
	http.ResponseWriter
	alter func()
	done  bool
}

func (a *altering) WriteHeader(status int) {
	if !a.done {
		a.done = true
		a.alter()
	}
	a.ResponseWriter.WriteHeader(status)
}

// start serves the host and returns the address of the map.
func (h *host) start() string {
	server := httptest.NewServer(h)
	h.t.Cleanup(server.Close)
	return server.URL + "/map/"
}

func options() Options {
	return Options{Version: "1.2.3", Now: today, Getenv: func(string) string { return "" }, Timeout: 5 * time.Second}
}

// visitMap visits an address and fails where there is no report.
func visitMap(t *testing.T, address string, cfg *config.Config, opts Options) *Report {
	t.Helper()
	r, err := Visit(t.Context(), address, cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// want compares what is not well in a report with "check level" for each. Every one must come with a remedy.
func want(t *testing.T, r *Report, findings ...string) {
	t.Helper()
	got := []string{}
	for _, f := range r.Findings {
		if f.Level == OK {
			continue
		}
		got = append(got, f.Check+" "+string(f.Level))
		if len(f.Remedy) == 0 {
			t.Errorf("%q has no remedy", f.Text)
		}
	}
	if !slices.Equal(got, findings) {
		t.Errorf("findings %q, want %q", got, findings)
		for _, f := range r.Findings {
			t.Logf("%s %s %s: %s", f.Group, f.Check, f.Level, f.Text)
		}
	}
}

// says checks that a finding of a report holds some words.
func says(t *testing.T, r *Report, words ...string) {
	t.Helper()
	var b strings.Builder
	if err := r.WriteText(&b, Style{}); err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if !strings.Contains(b.String(), w) {
			t.Errorf("the report does not say %q:\n%s", w, b.String())
		}
	}
}
