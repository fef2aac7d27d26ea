package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func parse(t *testing.T, text string) *Config {
	t.Helper()
	cfg, err := Parse([]byte(text), "heatmap.toml")
	if err != nil {
		t.Fatal(err)
	}
	cfg.lines = nil // where values stand is none of them
	return cfg
}

// withFile returns cfg as if it had been read from heatmap.toml.
func withFile(cfg *Config) *Config {
	cfg.File = "heatmap.toml"
	return cfg
}

func TestEmptyFileIsDefault(t *testing.T) {
	if got, want := parse(t, ""), withFile(Default()); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTemplateIsDefault(t *testing.T) {
	got, want := parse(t, string(Template)), withFile(Default())
	// The file spells out lists that the default leaves nil.
	f := &want.Filter
	f.Exclude, f.Gear, f.Kinds, f.Weekdays = []string{}, []string{}, []string{}, []string{}
	want.Privacy.Zones, want.Page.Publish = []Zone{}, []string{}
	// It lies beside the source, where "site" is a folder of it.
	want.Output = "public"
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestRootFileIsTemplate(t *testing.T) {
	root, err := os.ReadFile(filepath.Join("..", "..", "heatmap.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(root, Template) {
		t.Error("heatmap.toml at the root differs from generator/config/template.toml; copy the one over the other")
	}
}

// schemaKeys returns the path of every key of the schema that holds a value
// rather than a table, without indices.
func schemaKeys() []string {
	var paths []string
	var walk func(t reflect.Type, path string)
	walk = func(t reflect.Type, path string) {
		for i, key := range keysOf(t) {
			f := t.Field(i).Type
			path := join(path, key)
			if f.Kind() == reflect.Slice || f.Kind() == reflect.Pointer {
				f = f.Elem()
			}
			if f.Kind() == reflect.Struct && f != reflect.TypeFor[time.Time]() {
				walk(f, path)
				continue
			}
			paths = append(paths, path)
		}
	}
	walk(reflect.TypeFor[Config](), "")
	return paths
}

// example is a line of the template that is a setting commented out.
var example = regexp.MustCompile(`(?m)^# (\[\[[\w.]+\]\]|[a-z_]+ = .*)$`)

// TestTemplateHasEveryKey also proves that the examples in the comments work.
func TestTemplateHasEveryKey(t *testing.T) {
	text := example.ReplaceAllString(string(Template), "$1")
	parse(t, text)
	lines := locate([]byte(text))
	has := map[string]bool{}
	for path := range lines {
		has[schemaPath(path)] = true
	}
	for _, key := range schemaKeys() {
		if strings.HasPrefix(key, "privacy.zones.") {
			_, name := split(key)
			if !regexp.MustCompile(`# \[\{.*\b` + name + ` = `).MatchString(text) {
				t.Errorf("the template shows no zone with %q", name)
			}
			continue
		}
		if !has[key] {
			t.Errorf("the template lacks %s", key)
		}
	}
}

// TestEveryKeyIsDocumented looks for each key within the section of its table.
func TestEveryKeyIsDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(doc), "\n## ")
	for _, key := range schemaKeys() {
		table, name := split(key)
		heading := "Top of the file"
		switch table {
		case "":
		case "privacy.zones":
			heading, name = "`[privacy]`", "zones."+name
		case "source", "segment", "layer", "page.basemap":
			heading = "`[[" + table + "]]`"
		case "serve", "admin":
			heading, name = "`[serve]`", key
		default:
			heading = "`[" + table + "]`"
		}
		i := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, heading) })
		if i < 0 {
			t.Errorf("docs/configuration.md has no section %s", heading)
			continue
		}
		row := regexp.MustCompile("(?m)^\\| [^|]*`" + regexp.QuoteMeta(name) + "`")
		if !row.MatchString(sections[i]) {
			t.Errorf("docs/configuration.md has no row for %q under %s", name, heading)
		}
	}
}

func TestParseEveryKey(t *testing.T) {
	got := parse(t, `
title = "T"
output = "out"
format = "mbtiles"
cache = "/var/cache/heat"
source = [{ type = "strava", path = "export.zip", athlete = "Ann" }, { type = "files", path = "/tracks", datum = "gcj02", athlete_folders = true }]
[filter]
sports = []
from = 2020-01-02
to = "2026-12-31"
gear = ["Red shoes", "!Old bike"]
commute = false
kinds = ["race", "!long"]
hours = [22, 4]
weekdays = ["saturday"]
exclude = ["strava:1", "files:a/b.gpx"]
radius_km = 5
track_clip_radius_km = 2.5
gps_spread_min_m = 0
[home]
lat = -90
lon = 180
[privacy]
zones = [{ lat = 48, lon = 8.5, radius_m = 300 }]
margin_m = 650
trim_start_m = 10
trim_end_m = 20
publish_names = true
use_strava_zones = false
allow_unused_zones = true
[render]
min_zoom = 3
max_zoom = 20
tile_zoom = 12
min_zoom_target_px = 512
padding_m = 0
blur_sigma_px = 16
hill_blur_sigma_px = 0.5
frequency = "time"
altitude_smoothing_window = 1
hill_min_grade = 0
as_of = 2026-11-20
[ranges]
auto_range_pct = 0
recency_gamma = 1
speed_min_ms = 2
speed_max_ms = 4.5
hr_min_bpm = 100
hr_max_bpm = 180
[page]
default_layer = "fresh36"
default_basemap = "own"
heat_opacity = 1
tracks = false
publish = ["hour", "gear"]
stadia_api_key_env = "STADIA"
url = "https://example.org/map/"
image = "https://example.org/map/preview.png"
[[page.basemap]]
id = "own"
url = "https://a.example/{z}/{x}/{y}@2x.png?key=1"
attribution = "A & B"
max_zoom = 12
[[page.basemap]]
id = "second"
title = "Second"
pmtiles = "http://localhost:9/x.pmtiles"
[[page.basemap]]
id = "third"
pmtiles = "maps/area.pmtiles"
[[page.basemap]]
id = "fourth"
pmtiles = "all.pmtiles"
schema = "protomaps"
area = "whole"
max_zoom = 13
[[page.basemap]]
id = "fifth"
url = "https://a.example/planet"
schema = "openmaptiles"
[intervals]
athlete_id_env = "A"
api_key_env = "B"
sync = false
base_url = "http://localhost:9/icu"
[deploy]
url = "s3://bucket/map?region=eu-central-1"
[limits]
max_file_mb = 64
max_file_points = 100001
max_file_seconds = 7
max_total_gb = 3
max_total_points = 1000002
max_activities = 103
max_cells = 1004
[serve]
addr = "localhost:0"
allow_origins = ["https://editor.example", "http://localhost:8080"]
[admin]
addr = "[::1]:9"
`)
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	pointer := func(x float64) *float64 { return &x }
	want := &Config{
		Title: "T", Output: "out", Format: FormatMBTiles, Cache: filepath.FromSlash("/var/cache/heat"),
		Sources: []Source{{Type: SourceStrava, Path: "export.zip", Athlete: "Ann"}, {Type: SourceFiles, Path: filepath.FromSlash("/tracks"), Datum: DatumGCJ02, AthleteFolders: true}},
		Filter: Filter{
			Sports: []string{}, From: day(2020, 1, 2), To: day(2026, 12, 31), Exclude: []string{"strava:1", "files:a/b.gpx"},
			Gear: []string{"Red shoes", "!Old bike"}, Commute: new(bool), Kinds: []string{"race", "!long"}, Hours: []int{22, 4}, Weekdays: []string{"saturday"},
			RadiusKM: 5, TrackClipRadiusKM: 2.5,
		},
		Home: &LatLon{-90, 180},
		Privacy: Privacy{
			Zones: []Zone{{48, 8.5, 300}}, MarginM: 650, TrimStartM: 10, TrimEndM: 20, PublishNames: true, AllowUnusedZones: true,
		},
		Render: Render{
			MinZoom: 3, MaxZoom: 20, TileZoom: 12, MinZoomTargetPX: 512, BlurSigmaPX: 16, HillBlurSigmaPX: 0.5,
			Frequency: FrequencyTime, AltitudeSmoothingWindow: 1, AsOf: day(2026, 11, 20),
		},
		Ranges: Ranges{
			RecencyGamma: 1, SpeedMinMS: pointer(2), SpeedMaxMS: pointer(4.5), HRMinBPM: pointer(100), HRMaxBPM: pointer(180),
		},
		Page: Page{
			DefaultLayer: "fresh36", DefaultBasemap: "own", HeatOpacity: 1, StadiaAPIKeyEnv: "STADIA", Activities: true, Publish: []string{"hour", "gear"},
			URL: "https://example.org/map/", Image: "https://example.org/map/preview.png",
			Basemaps: []Basemap{
				{ID: "own", Title: "own", URL: "https://a.example/{z}/{x}/{y}@2x.png?key=1", Attribution: "A & B", MaxZoom: 12},
				{ID: "second", Title: "Second", PMTiles: "http://localhost:9/x.pmtiles", MaxZoom: 19},
				{ID: "third", Title: "third", PMTiles: filepath.FromSlash("maps/area.pmtiles"), Area: AreaHeat, MaxZoom: 24},
				{ID: "fourth", Title: "fourth", PMTiles: "all.pmtiles", Schema: "protomaps", Area: AreaWhole, MaxZoom: 13},
				{ID: "fifth", Title: "fifth", URL: "https://a.example/planet", Schema: "openmaptiles", MaxZoom: 14},
			},
		},
		Intervals: Intervals{AthleteIDEnv: "A", APIKeyEnv: "B", BaseURL: "http://localhost:9/icu"},
		Deploy:    Deploy{"s3://bucket/map?region=eu-central-1"},
		Limits:    Limits{64, 100001, 7, 3, 1000002, 103, 1004},
		Serve:     Serve{"localhost:0", []string{"https://editor.example", "http://localhost:8080"}},
		Admin:     Admin{"[::1]:9"},
		File:      "heatmap.toml",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestDatesKeepTheirDay guards against dates moving by a day with the zone of
// the machine, which the toml package attaches to them.
func TestDatesKeepTheirDay(t *testing.T) {
	got := parse(t, "[filter]\nfrom = 2026-03-01\nto = \"2026-03-01\"\n[render]\nas_of = \"\"\n")
	if want := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); got.Filter.From != want || got.Filter.To != want {
		t.Errorf("from %v, to %v; want %v", got.Filter.From, got.Filter.To, want)
	}
	if !got.Render.AsOf.IsZero() {
		t.Errorf(`as_of = "" is %v, want the zero time`, got.Render.AsOf)
	}
}

func TestHomeLeftOpen(t *testing.T) {
	if got := parse(t, "[home]\n").Home; got != nil {
		t.Errorf("an empty [home] is %v, want nil (detected)", got)
	}
}

func TestPathsAreRelativeToTheFile(t *testing.T) {
	t.Setenv("HOME", "/users/me")
	t.Setenv("USERPROFILE", "/users/me")
	cfg, err := Parse([]byte("output = \"../site\"\n[[source]]\ntype = \"files\"\npath = \"tracks\"\n"+
		"[[source]]\ntype = \"strava\"\npath = \"~/export.zip\"\n"), filepath.Join("conf", "maps", "heatmap.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []struct{ name, got, want string }{
		{"output", cfg.Output, "conf/site"},
		{"cache", cfg.Cache, "conf/maps/.heatmapgen"},
		{"source 1", cfg.Sources[0].Path, "conf/maps/tracks"},
		{"source 2", cfg.Sources[1].Path, "/users/me/export.zip"},
	} {
		if want := filepath.FromSlash(path.want); path.got != want {
			t.Errorf("%s is %q, want %q", path.name, path.got, want)
		}
	}
}

func TestLoadWithoutFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heatmap.toml")
	_, err := Load(path)
	var faults *Error
	if !errors.As(err, &faults) {
		t.Fatalf("Load = %v, want an *Error", err)
	}
	want := path + `: there is no such file; write one with "heatmapgen init", or name another with --config`
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestLoadFolder(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(dir)
	var faults *Error
	if !errors.As(err, &faults) || !strings.HasPrefix(err.Error(), dir+": reading the configuration: ") {
		t.Errorf("Load of a folder = %v", err)
	}
}

func TestSetOutput(t *testing.T) {
	tests := []struct{ name, dir, want string }{
		{"elsewhere", "public", ""},
		{"empty", "", "the output folder must have a name"},
		{"around the cache", ".", `output ".": the cache folder must not lie in the output folder, where it would be published with the site`},
		{"the cache itself", ".heatmapgen", `output ".heatmapgen": the cache folder must not lie in the output folder, where it would be published with the site`},
		{"within the cache", ".heatmapgen/site", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := Default()
			err := cfg.SetOutput(test.dir)
			if test.want == "" {
				if err != nil || cfg.Output != filepath.Clean(test.dir) {
					t.Errorf("output %q, error %v", cfg.Output, err)
				}
			} else if err == nil || err.Error() != test.want || cfg.Output != "site" {
				t.Errorf("output %q, error %v; want error %s", cfg.Output, err, test.want)
			}
		})
	}
}

func TestCheckLoopback(t *testing.T) {
	good := []string{"127.0.0.1:8000", "127.8.9.1:0", "[::1]:65535", "localhost:80", "LocalHost:80", "[::ffff:127.0.0.1]:80"}
	bad := []string{"", "8000", ":8000", "0.0.0.0:80", "[::]:80", "192.168.1.2:80", "example.org:80", "localhost.example.org:80",
		"127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1:http", "127.1:80", "[::ffff:10.0.0.1]:80"}
	for _, addr := range good {
		if err := CheckLoopback(addr); err != nil {
			t.Errorf("%q is refused: %v", addr, err)
		}
	}
	for _, addr := range bad {
		if CheckLoopback(addr) == nil {
			t.Errorf("%q is taken", addr)
		}
	}
}

// A fault that a build finds has the line of its value, and what it lies in where the file does not have it.
func TestFaultAt(t *testing.T) {
	cfg, err := Parse([]byte("title = \"x\"\n[privacy]\nzones = [\n  { lat = 1, lon = 2, radius_m = 300 },\n  { lat = 3, lon = 4, radius_m = 300 },\n]\n"), "a/heatmap.toml")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"privacy.zones[1]": "a/heatmap.toml:5: no 3", "privacy.zones[0].lat": "a/heatmap.toml:4: no 3", "privacy.trim_start_m": "a/heatmap.toml:2: no 3", "home": "a/heatmap.toml: no 3",
	} {
		if got := cfg.FaultAt(path, "no %d", 3).String(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if got := Default().FaultAt("home", "no").String(); got != "no" {
		t.Errorf("%q of no file", got)
	}
}

func TestDeepestZooms(t *testing.T) {
	for _, c := range []struct {
		tracks                             bool
		maxZoom, tileZoom, stored, deepest int
	}{
		{true, 17, 14, 14, 20}, // the defaults
		{true, 14, 14, 14, 20},
		{true, 13, 14, 13, 13},
		{true, 0, 12, 0, 0},
		{true, 20, 20, 20, 20},
		{true, 17, 18, 17, 17},
		{false, 17, 14, 17, 17},
		{false, 9, 14, 9, 9},
		{false, 20, 12, 20, 20},
	} {
		cfg := Default()
		cfg.Page.Tracks, cfg.Render.MaxZoom, cfg.Render.TileZoom = c.tracks, c.maxZoom, c.tileZoom
		if stored, deepest := cfg.StoredZoom(), cfg.DeepestZoom(); stored != c.stored || deepest != c.deepest {
			t.Errorf("%+v: stored to %d, the map ends at %d", c, stored, deepest)
		}
	}
}
