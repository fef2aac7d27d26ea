package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
	"heatmapgen/internal/message"
)

// settings reads the configuration from a file of its own, so that faults have lines, and keeps what newSite set.
func (s *site) settings(text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, "heatmap.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		s.t.Fatal(err)
	}
	cfg.Sources, cfg.Output, cfg.Cache, cfg.Render = s.cfg.Sources, s.cfg.Output, s.cfg.Cache, s.cfg.Render
	s.cfg = cfg
}

// export makes the source a Strava export of the site's recordings, with a table of zones.
func (s *site) export(zones string) {
	s.t.Helper()
	dir := filepath.Join(s.dir, "export")
	if err := os.RemoveAll(dir); err != nil {
		s.t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "activities"), os.DirFS(filepath.Join(s.dir, "files"))); err != nil {
		s.t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Join(dir, "activities"))
	if err != nil {
		s.t.Fatal(err)
	}
	table := "Activity ID,Activity Date,Activity Name,Activity Type,Filename\n"
	for i, f := range files {
		table += fmt.Sprintf("%d,\"Jun 1, 2023, 8:00:00 AM\",Run,Run,activities/%s\n", i+1, f.Name())
	}
	for name, text := range map[string]string{"activities.csv": table, "privacy_zones.csv": zones} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	s.cfg.Sources = []config.Source{{Type: config.SourceStrava, Path: dir}}
}

// told is what a build tells: its warnings as they are heard, and the faults that ended it.
type told struct{ warnings, faults []string }

// tell builds, and checks that report, file and table have the warnings that were heard, that the old site is untouched by
// a fault, and that the survey and the check of rules say the same.
func (s *site) tell(now time.Time) (*Report, told) {
	s.t.Helper()
	var heard told
	before := s.published()
	r, err := Build(context.Background(), s.cfg, Options{Workers: 2, Version: "test", Now: now, Warn: func(text string) { heard.warnings = append(heard.warnings, text) }})
	var faulty *config.Error
	switch {
	case errors.As(err, &faulty):
		for _, f := range faulty.Faults {
			heard.faults = append(heard.faults, f.String())
		}
		if !bytes.Equal(before, s.published()) {
			s.t.Error("a build that found a fault changed the site")
		}
	case err != nil:
		s.t.Fatal(err)
	default:
		if !slices.Equal(message.Texts(r.Warnings), heard.warnings) {
			s.t.Errorf("heard %q, reported %q", heard.warnings, r.Warnings)
		}
		var table bytes.Buffer
		if err := r.WriteTable(&table); err != nil {
			s.t.Fatal(err)
		}
		file, err := os.ReadFile(r.File)
		if err != nil {
			s.t.Fatal(err)
		}
		head, headOfFile := "", ""
		for i, w := range heard.warnings {
			head += first(i, "Warnings:\n") + "  " + w + "\n"
			headOfFile += "warning: " + w + "\n"
		}
		if !strings.HasPrefix(table.String(), head) || !strings.HasPrefix(string(file), headOfFile) {
			s.t.Errorf("%q does not stand first in\n%s\nor in\n%s", heard.warnings, table.String(), file)
		}
	}
	s.sameElsewhere(now, heard)
	return r, heard
}

func (s *site) published() []byte {
	page, _ := os.ReadFile(filepath.Join(s.cfg.Output, PageName))
	archive, _ := os.ReadFile(filepath.Join(s.cfg.Output, ArchiveName))
	return append(page, archive...)
}

// sameElsewhere compares what a build told with the survey and the check of rules. What hangs on the samples themselves only a
// build tells, and what an export cannot tell ends the others too.
func (s *site) sameElsewhere(now time.Time, heard told) {
	s.t.Helper()
	all := append(slices.Clone(heard.warnings), heard.faults...)
	all = slices.DeleteFunc(all, func(text string) bool { return strings.Contains(text, "[ranges]") })
	slices.Sort(all)
	same := func(who string, got []string, err error) {
		var faulty *config.Error
		if errors.As(err, &faulty) {
			for _, f := range faulty.Faults {
				got = append(got, f.String())
			}
		} else if err != nil {
			s.t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, all) {
			s.t.Errorf("%s tells %q, the build %q", who, got, all)
		}
	}
	v, err := NewSurvey(context.Background(), s.cfg, Options{Workers: 2, Now: now})
	var got []string
	if err == nil {
		got = message.Texts(v.Warnings())
		v.Close()
	}
	same("the survey", got, err)

	got = nil
	for i := range s.cfg.Sources {
		source, err := CheckSource(context.Background(), s.cfg, i, now)
		if err != nil {
			s.t.Fatal(err)
		}
		got = append(got, message.Texts(source.Warnings)...)
	}
	rules, err := CheckRules(context.Background(), s.cfg, now)
	if err == nil {
		got = append(got, message.Texts(rules.Warnings)...)
		for _, f := range rules.Faults {
			got = append(got, f.String())
		}
	}
	same("the check", got, err)
}

// like reports whether the texts, in any order, match the patterns one by one.
func like(texts, patterns []string) bool {
	if len(texts) != len(patterns) {
		return false
	}
	left := slices.Clone(patterns)
	for _, text := range texts {
		i := slices.IndexFunc(left, func(p string) bool { return regexp.MustCompile(p).MatchString(text) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

func TestRulesWithoutEffect(t *testing.T) {
	const correct = `; correct the zone, remove it, or set allow_unused_zones = true$`
	tests := []struct {
		name, settings   string
		said             string // overrides.json
		faults, warnings []string
	}{
		{"all have one", "[filter]\nsports = [\"Run\"]\nexclude = [\"files:run1.gpx\"]\n[privacy]\nzones = [{ lat = 48.1, lon = 9.2, radius_m = 300 }]\n",
			`{"version": 1, "activities": {"files:run2.gpx": {"exclude": true}}}`, nil, nil},
		{"zone where nobody was", "[privacy]\nzones = [\n  { lat = 48.1, lon = 9.2, radius_m = 300 },\n  { lat = 50.1, lon = 11.2, radius_m = 300 },\n]\n", "",
			[]string{`heatmap.toml:4: zone 2 of \[privacy\] hides nothing: no activity comes near 50.1, 11.2` + correct}, nil},
		{"zone where nobody was, allowed", "[privacy]\nallow_unused_zones = true\nzones = [{ lat = 50.1, lon = 11.2, radius_m = 300 }]\n", "",
			nil, []string{`heatmap.toml:3: zone 1 of \[privacy\] hides nothing: no activity comes near 50.1, 11.2$`}},
		{"zone swapped", "[privacy]\nzones = [{ lat = 9.2, lon = 48.1, radius_m = 300 }]\n", "",
			[]string{`heatmap.toml:2: zone 1 of \[privacy\] hides nothing: no activity comes near 9.2, 48.1, but near 48.1, 9.2: are lat and lon swapped\?` + correct}, nil},
		{"zone of the other sign", "[[privacy.zones]]\nlat = 48.1\nlon = -9.2\nradius_m = 300\n[[privacy.zones]]\nlat = -48.1\nlon = 9.2\nradius_m = 300\n", "",
			[]string{`heatmap.toml:1: zone 1 .* near 48.1, -9.2, but near 48.1, 9.2: should lon have the other sign\?` + correct,
				`heatmap.toml:5: zone 2 .* near -48.1, 9.2, but near 48.1, 9.2: should lat have the other sign\?` + correct}, nil},
		{"zone of what is excluded", "[filter]\nexclude = [\"files:far.gpx\"]\n[privacy]\nzones = [{ lat = 48.4, lon = 9.6, radius_m = 300 }]\n", "",
			nil, []string{`heatmap.toml:4: zone 1 of \[privacy\] hides nothing: only activities that \[filter\] leaves out come near 48.4, 9.6$`}},
		{"zone of what is too far from home", "[home]\nlat = 48.1\nlon = 9.2\n[filter]\nradius_km = 10\n[privacy]\nzones = [{ lat = 48.4, lon = 9.6, radius_m = 300 }]\n", "",
			nil, []string{`heatmap.toml:7: zone 1 .*only activities that \[filter\] leaves out come near`}},
		{"zone of another time", "[filter]\nto = 2023-03-01\n[privacy]\nzones = [{ lat = 48.4, lon = 9.6, radius_m = 300 }]\n", "",
			nil, []string{`heatmap.toml:4: zone 1 .*only activities that \[filter\] leaves out come near`}},
		{"zone that hides an activity wholly", "[privacy]\nzones = [{ lat = 48.4, lon = 9.6, radius_m = 3000 }]\n", "", nil, nil},

		{"ids of nothing", "[filter]\nexclude = [\n  \"files:run1.gpx\",\n  \"files:run11.gpx\",\n  \"files:old/run2.gpx\",\n  \"strava:4711\",\n]\n", "",
			nil, []string{`heatmap.toml:4: "exclude" in \[filter\] names "files:run11.gpx", which no source has; the nearest is "files:run1.gpx"$`,
				`heatmap.toml:5: .*"files:old/run2.gpx", which no source has; the nearest is "files:run2.gpx"$`, `heatmap.toml:6: .*"strava:4711", which no source has$`}},
		{"overrides of nothing", "", `{"version": 1, "activities": {"files:run1.gpx": {"sport": "Run"}, "files:gone.gpx": {"exclude": true}, "files:runn3.gpx": {"sport": "Run"}}}`,
			nil, []string{`overrides.json: "files:gone.gpx" is an activity that no source has$`, `overrides.json: "files:runn3.gpx" .*; the nearest is "files:run3.gpx"$`}},
		{"many ids of nothing", "[filter]\nexclude = [\"files:a\", \"files:b\", \"files:c\", \"files:d\", \"files:e\", \"files:f\", \"files:g\"]\n", "",
			nil, []string{`"files:a"`, `"files:b"`, `"files:c"`, `"files:d"`, `"files:e"`, `^... and 2 others that "exclude" names$`}},
		{"sport of nobody", "[filter]\nsports = [\"Run\", \"Rowing\"]\n", "", nil, []string{`heatmap.toml:2: no activity is a Rowing, which "sports" in \[filter\] asks for; there are Run 7$`}},

		{"home where nobody is", "[home]\nlat = 9.2\nlon = 48.1\n[filter]\nradius_km = 10\n", "",
			[]string{`heatmap.toml:2: "radius_km" in \[filter\] leaves nothing, as none of 7 activities starts within 10 km of \[home\] at 9.2, 48.1, but of 48.1, 9.2: are lat and lon swapped\?$`}, nil},
		{"home where nobody is, clipped around", "[home]\nlat = 50.1\nlon = 11.1\n[filter]\ntrack_clip_radius_km = 10\n", "",
			[]string{`heatmap.toml:2: "track_clip_radius_km" in \[filter\] leaves nothing, as none of 7 activities comes within 10 km of \[home\] at 50.1, 11.1$`}, nil},

		{"speeds of no runner", "[ranges]\nspeed_min_ms = 50\n", "", nil, []string{`heatmap.toml:2: "speed_min_ms" in \[ranges\] is 50, above what there is \(.* m/s\), so its layer has one colour$`}},
		{"speeds of no runner, from below", "[ranges]\nspeed_max_ms = 0.2\n", "", nil, []string{`heatmap.toml:2: "speed_max_ms" in \[ranges\] is 0.2, below what there is`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.cfg.Render.MaxZoom = 11
			s.fill()
			s.mustBuild(2)
			s.settings(tt.settings)
			if tt.said != "" {
				if err := os.WriteFile(filepath.Join(s.dir, overrides.FileName), []byte(tt.said), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, heard := s.tell(noon)
			if !like(heard.faults, tt.faults) || !like(heard.warnings, tt.warnings) {
				t.Errorf("faults %q, want %q;\nwarnings %q, want %q", heard.faults, tt.faults, heard.warnings, tt.warnings)
			}
			files, err := os.ReadDir(s.cfg.Output)
			if err != nil || len(files) != 2 {
				t.Errorf("the output has %v, %v", files, err)
			}
		})
	}
}

// A range is never upside down, whatever single end is fixed.
func TestFixedEndsBeyondTheData(t *testing.T) {
	for _, c := range []struct{ lo, hi, wantLo, wantHi float64 }{
		{-1, -1, 2, 4}, {3, -1, 3, 4}, {50, -1, 50, 62.5}, {4, -1, 4, 5}, {-1, 3, 2, 3}, {-1, 1, 0.8, 1}, {-1, 2, 1.6, 2}, {50, 60, 50, 60},
	} {
		end := func(v float64) *float64 {
			if v < 0 {
				return nil
			}
			return &v
		}
		if lo, hi := fixed(end(c.lo), end(c.hi), 2, 4); lo != c.wantLo || hi != c.wantHi {
			t.Errorf("%v to %v of 2 to 4: got %v to %v, want %v to %v", c.lo, c.hi, lo, hi, c.wantLo, c.wantHi)
		}
	}
}

func TestZonesOfAnExportAreObeyed(t *testing.T) {
	const headings = "Address,Radius,Latitude & Longitude\n"
	const file = `export/privacy_zones.csv:`
	tests := []struct {
		name, table, settings string
		hiddenM               float64 // around the start of the runs; 0: all of it is shown
		faults, warnings      []string
	}{
		{"as Strava writes it", headings + "\"Secret Lane 7\",0.50 kilometers,\"48.1, 9.2\"\n", "", 500, nil, nil},
		{"in French", "Adresse,Rayon,Latitude et longitude\n\"Secret Lane 7\",\"0,50 kilomètres\",\"48,1; 9,2\"\n", "", 500, nil, nil},
		{"radius not understood", headings + "\"Secret Lane 7\",a stone's throw,\"48.1, 9.2\"\n", "", 1000,
			nil, []string{file + `2: the radius of this zone is not understood, so 1000 m around its place are hidden`}},
		{"coordinates not understood", headings + "\"Secret Lane 7\",0.50 kilometers,\"48.1, 9.2\"\n\"Secret Lane 8\",0.50 kilometers,\"48.1 9.2 m\"\n", "", 0,
			[]string{file + `3: the zone in this row cannot be hidden: its coordinates are not understood; correct the row, or set use_strava_zones = false in \[privacy\] and list your zones there$`}, nil},
		{"table emptied", "", "", 0, []string{`export/privacy_zones.csv: the zones in this table cannot be hidden: it is empty, but Strava writes headings at least; take a whole export, or set use_strava_zones`}, nil},
		{"not to be obeyed", headings + "\"Secret Lane 8\",?,?\n", "[privacy]\nuse_strava_zones = false\n", 0, nil, nil},
		{"zone where nobody was", headings + "\"Secret Lane 7\",0.50 kilometers,\"48.1, 9.2\"\n\"Secret Lane 8\",0.50 kilometers,\"50.1, 11.2\"\n", "", 500,
			nil, []string{file + `3: this zone hides nothing: no activity comes near 50.1, 11.2$`}},
		{"zone swapped", headings + "\"Secret Lane 7\",0.50 kilometers,\"9.2, 48.1\"\n", "", 0,
			[]string{file + `2: this zone hides nothing: no activity comes near 9.2, 48.1, but near 48.1, 9.2: are lat and lon swapped\?$`}, nil},
		{"zone swapped, allowed", headings + "\"Secret Lane 7\",0.50 kilometers,\"9.2, 48.1\"\n", "[privacy]\nallow_unused_zones = true\n", 0,
			nil, []string{file + `2: this zone hides nothing: .*swapped\?$`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.cfg.Render.MaxZoom = 13
			// Long enough to leave the widest region.
			for i := range 4 {
				s.run(fmt.Sprintf("run%d.gpx", i), uint64(i+1), 48.1, 9.2, 3000)
			}
			s.mustBuild(2)
			s.export(tt.table)
			s.settings(tt.settings)
			_, heard := s.tell(noon)
			if !like(heard.faults, tt.faults) || !like(heard.warnings, tt.warnings) {
				t.Errorf("faults %q, want %q;\nwarnings %q, want %q", heard.faults, tt.faults, heard.warnings, tt.warnings)
			}
			for _, text := range append(heard.faults, heard.warnings...) {
				if strings.Contains(text, "Secret") || strings.Contains(text, "Lane") {
					t.Errorf("%q tells the address", text)
				}
			}
			if tt.hiddenM > 0 {
				assertEmptyAround(t, s.opened(), 48.1, 9.2, tt.hiddenM)
			}
		})
	}
}

// The day of a build is that of UTC wherever the clock is, and an impossible clock is told.
func TestDayOfABuild(t *testing.T) {
	west := time.FixedZone("west", -5*3600)
	for _, test := range []struct {
		now  time.Time
		asOf time.Time
		want string
		warn []string
	}{
		{time.Date(2024, 6, 1, 23, 30, 0, 0, west), time.Time{}, "2024-06-02", nil},
		{time.Date(2024, 6, 2, 3, 30, 0, 0, time.FixedZone("east", 9*3600)), time.Time{}, "2024-06-01", nil},
		{time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}, "2023-01-01", nil},
		{time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC), time.Time{}, "1970-01-01",
			[]string{`^the clock of this computer says that it is 1970-01-01, a year or more before files:far.gpx of 2023-12-17, so what is recent is shown wrong: set the clock`}},
		{time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), "2020-01-01", nil},
	} {
		s := newSite(t)
		s.fill()
		s.cfg.Render.AsOf, s.cfg.Render.MaxZoom = test.asOf, 11
		var heard told
		report, err := Build(context.Background(), s.cfg, Options{Workers: 2, Version: "test", Now: test.now, Warn: func(text string) { heard.warnings = append(heard.warnings, text) }})
		if err != nil {
			t.Fatal(err)
		}
		if !like(message.Texts(report.Warnings), test.warn) || !like(heard.warnings, test.warn) {
			t.Errorf("%v: warnings %q, want %q", test.now, report.Warnings, test.warn)
		}
		meta, err := readMetadata(filepath.Join(s.cfg.Output, ArchiveName))
		if err != nil {
			t.Fatal(err)
		}
		if got := meta.Heatmapgen.AsOf; got != test.want {
			t.Errorf("%v: as of %s, want %s", test.now, got, test.want)
		}
	}
}

// The check of rules stops reading once every rule has shown an effect, and writes nothing.
func TestCheckRulesReadsNoMoreThanItMust(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.settings("[privacy]\nzones = [{ lat = 48.1, lon = 9.2, radius_m = 300 }]\n")
	report, err := CheckRules(context.Background(), s.cfg, noon)
	if err != nil || len(report.Faults)+len(report.Warnings) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := os.Stat(s.cfg.Cache); !errors.Is(err, os.ErrNotExist) {
		t.Error("the check made a cache")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := CheckRules(ctx, s.cfg, noon); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	for lat, wantAll := range map[float64]bool{48.1: false, 50.1: true} {
		s.cfg.Privacy.Zones[0].Lat = lat
		var read atomic.Int64
		found := &gathering{}
		for i := range 1000 {
			found.candidates = append(found.candidates, candidate{
				Activity: activity.Activity{ID: fmt.Sprintf("files:%d.gpx", i), Source: "files", Sport: "Run"}, listed: "Run",
				load: func(*loader) (*track.Result, [32]byte, error) {
					read.Add(1)
					return &track.Result{Track: straight(48.1, 9.2, 100)}, [32]byte{}, nil
				}})
		}
		report, err := checkRules(context.Background(), s.cfg, found, nil)
		if err != nil || len(report.Warnings) > 0 || (len(report.Faults) == 1) != wantAll {
			t.Errorf("%+v, %v", report, err)
		}
		if n := read.Load(); wantAll != (n == 1000) || !wantAll && n > 100 {
			t.Errorf("%d of 1000 were read for a zone at %v", n, lat)
		}
	}
}
