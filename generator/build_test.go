package generator

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
)

// A site is a configuration of made-up GPX files in a folder of its own.
type site struct {
	t   *testing.T
	dir string
	cfg *config.Config
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	s.cfg = config.Default()
	s.cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: filepath.Join(s.dir, "files")}}
	s.cfg.SetOutput(filepath.Join(s.dir, "site"))
	s.cfg.Cache = filepath.Join(s.dir, "cache")
	s.cfg.Render.AsOf = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	s.cfg.Render.MaxZoom = 15
	if err := os.Mkdir(filepath.Join(s.dir, "files"), 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

// run writes a GPX file of a random walk of n seconds from a place.
func (s *site) run(name string, seed uint64, lat, lon float64, n int) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>x</name><type>running</type><trkseg>` + "\n")
	r := rand.New(rand.NewPCG(seed, 1))
	heading := r.Float64() * 2 * math.Pi
	start := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, int(seed)*7)
	for i := range n {
		heading += r.NormFloat64() * 0.1
		lat += 3 * math.Cos(heading) / 111320
		lon += 3 * math.Sin(heading) / (111320 * math.Cos(lat*math.Pi/180))
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time></trkpt>`+"\n",
			lat, lon, 200+20*math.Sin(float64(i)/60), start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	b.WriteString("</trkseg></trk></gpx>\n")
	s.file(name, b.String())
}

func (s *site) file(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "files", name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) build(workers int) (*Report, error) {
	return Build(context.Background(), s.cfg, s.options(workers))
}

func (s *site) options(workers int) Options {
	return Options{Workers: workers, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)}
}

func (s *site) mustBuild(workers int) *Report {
	s.t.Helper()
	r, err := s.build(workers)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *site) archive() []byte {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.cfg.Output, ArchiveName))
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *site) forgetCache() {
	s.t.Helper()
	if err := os.RemoveAll(s.cfg.Cache); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) fill() {
	for i := range 6 {
		s.run(fmt.Sprintf("run%d.gpx", i), uint64(i+1), 48.1, 9.2, 900)
	}
	s.run("far.gpx", 50, 48.4, 9.6, 600)
}

func TestBuildIsSoundAndComplete(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.file("broken.gpx", `<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="x"`)
	s.file("notes.txt", "not a recording")
	r := s.mustBuild(2)
	if r.Drawn != 7 || r.Read != 8 {
		t.Errorf("read %d and drew %d, want 8 and 7", r.Read, r.Drawn)
	}
	findings, err := Verify(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), judge.PMTiles)
	if err != nil || len(findings) > 0 {
		t.Errorf("verify: %v, %v", findings, err)
	}
	files, err := os.ReadDir(s.cfg.Output)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if got := strings.Join(names, " "); got != ArchiveName+" "+PageName {
		t.Errorf("the site has %q", got)
	}
	report, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(report, []byte("broken.gpx\t")) {
		t.Errorf("the report file does not name the broken file:\n%s", report)
	}
}

func TestSameBytesWhateverTheWorkersAndTheCache(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(1)
	first := s.archive()
	if r := s.mustBuild(3); !bytes.Equal(first, s.archive()) {
		t.Errorf("three workers and a full cache made another archive (%d activities)", r.Drawn)
	}
	s.forgetCache()
	s.mustBuild(4)
	if !bytes.Equal(first, s.archive()) {
		t.Error("four workers without a cache made another archive")
	}
}

// A painted cell that is taken from the cache must be what painting would have made.
func TestCachedCellsAfterAChange(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	old := s.archive()
	s.run("new.gpx", 60, 48.1, 9.2, 300)
	s.mustBuild(2)
	cached := s.archive()

	// The old archive pins the scales, so both builds start from it.
	if err := os.WriteFile(filepath.Join(s.cfg.Output, ArchiveName), old, 0o644); err != nil {
		t.Fatal(err)
	}
	s.forgetCache()
	s.mustBuild(2)
	if !bytes.Equal(cached, s.archive()) {
		t.Error("a build that reused cells differs from one that painted them all")
	}
	if bytes.Equal(old, cached) {
		t.Error("the new activity changed nothing")
	}
}

func TestUnchangedCellsAreReused(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	s.run("new.gpx", 60, 48.1, 9.2, 300)
	var log logged
	if _, err := Build(context.Background(), s.cfg, Options{Version: "test", Progress: &log, Now: time.Now()}); err != nil {
		t.Fatal(err)
	}
	var reused, all int
	for _, line := range log.lines {
		fmt.Sscanf(line, "%d of %d cells as before", &reused, &all)
	}
	if reused == 0 || reused >= all {
		t.Errorf("%d of %d cells were reused; the far run's should be, the new run's should not", reused, all)
	}
}

type logged struct {
	silent
	lines []string
}

func (l *logged) Log(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func TestDamagedCachesAreReplaced(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	want := s.archive()
	path := filepath.Join(s.cfg.Cache, cacheFile)
	damage := map[string]func(){
		"not SQLite": func() { s.write(path, bytes.Repeat([]byte("garbage "), 4096)) },
		"empty":      func() { s.write(path, nil) },
		"another program's": func() {
			os.Remove(path)
			s.exec(path, "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('x')")
		},
		"flipped bytes": func() {
			s.exec(path, "UPDATE track SET data = zeroblob(length(data)); UPDATE cell SET data = zeroblob(length(data))")
		},
		"cut off": func() {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s.write(path, b[:len(b)/2])
		},
	}
	for name, f := range damage {
		t.Run(name, func(t *testing.T) {
			for _, suffix := range []string{"-wal", "-shm"} {
				os.Remove(path + suffix)
			}
			f()
			s.mustBuild(2)
			if !bytes.Equal(want, s.archive()) {
				t.Error("the archive differs")
			}
		})
	}
}

func (s *site) write(path string, b []byte) {
	s.t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) exec(path, query string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		s.t.Fatal(err)
	}
}

func TestNothingToDraw(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	before := s.archive()
	tests := []struct {
		name  string
		set   func(*config.Config)
		wants []string
	}{
		{"sport", func(c *config.Config) { c.Filter.Sports = []string{"Ride"} }, []string{"no Ride among 7 activities", "Run 7", "[filter] sports"}},
		{"dates", func(c *config.Config) { c.Filter.From = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) }, []string{"none of 7 activities", "[filter] from"}},
		{"indoor", func(c *config.Config) { c.Filter.GPSSpreadMinM = 1e6 }, []string{"none of 7 activities", "indoor", "7"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := *s.cfg
			tt.set(&cfg)
			_, err := Build(context.Background(), &cfg, Options{Version: "test", Now: time.Now()})
			var nothing *NothingError
			if !errors.As(err, &nothing) {
				t.Fatalf("got %v, want a NothingError", err)
			}
			for _, want := range tt.wants {
				if !strings.Contains(nothing.Message, want) {
					t.Errorf("%q lacks %q", nothing.Message, want)
				}
			}
			if !bytes.Equal(before, s.archive()) {
				t.Error("the old archive was overwritten")
			}
		})
	}
}

func TestCancelledBuildLeavesTheSite(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	before := s.archive()
	s.run("new.gpx", 60, 48.1, 9.2, 300)
	ctx, cancel := context.WithCancel(context.Background())
	stop := &stopper{cancel: cancel}
	if _, err := Build(ctx, s.cfg, Options{Version: "test", Progress: stop, Now: time.Now()}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if !bytes.Equal(before, s.archive()) {
		t.Error("the archive changed")
	}
	for _, dir := range []string{s.cfg.Output, s.cfg.Cache} {
		temps, err := filepath.Glob(filepath.Join(dir, "*tmp*"))
		if err != nil {
			t.Fatal(err)
		}
		hidden, _ := filepath.Glob(filepath.Join(dir, ".*tmp*"))
		if left := append(temps, hidden...); len(left) > 0 {
			t.Errorf("temporary files are left: %v", left)
		}
	}
}

// A stopper cancels as soon as painting begins.
type stopper struct {
	silent
	cancel func()
}

func (s *stopper) Stage(name string, _ int64, _ string) {
	if name == "Painting" {
		s.cancel()
	}
}

func TestPrivacyZonesLeaveNoPixel(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.cfg.Privacy.Zones = []config.Zone{{Lat: 48.1, Lon: 9.2, RadiusM: 300}}
	s.mustBuild(2)
	assertEmptyAround(t, s.opened(), 48.1, 9.2, 280)
}

func TestTheSameFileTwiceIsOneActivity(t *testing.T) {
	s := newSite(t)
	s.fill()
	b, err := os.ReadFile(filepath.Join(s.dir, "files", "run1.gpx"))
	if err != nil {
		t.Fatal(err)
	}
	s.file("copy.gpx", string(b))
	if r := s.mustBuild(2); r.Drawn != 7 || r.Skipped["duplicate"] != 1 {
		t.Errorf("drew %d, skipped %v", r.Drawn, r.Skipped)
	}
}

func TestPageAlone(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	s.cfg.Title = "Other <title>"
	if err := HTML(context.Background(), s.cfg, Options{}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(s.cfg.Output, PageName))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(page, []byte("<title>Other &lt;title&gt;")) {
		t.Error("the page has not the new title, escaped")
	}
}
