package audit

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/layers/segments"
)

var door = activity.LatLon{Lat: 48.99, Lon: 8.45}

// runsFromADoor writes n GPX files of runs from the door, out and back in all directions, and returns a configuration of them.
func runsFromADoor(t *testing.T, n int) *config.Config {
	rng := rand.New(rand.NewPCG(4, 4))
	var runs [][]activity.LatLon
	for range n {
		heading := rng.Float64() * 2 * math.Pi
		at := door
		var way []activity.LatLon
		for range 700 {
			way = append(way, at)
			heading += rng.NormFloat64() * 0.02
			at.Lat += 3 * math.Cos(heading) / 111195
			at.Lon += 3 * math.Sin(heading) / (111195 * math.Cos(at.Lat*math.Pi/180))
		}
		runs = append(runs, way)
	}
	return outAndBack(t, runs)
}

// outAndBack writes a GPX file of a run along each way and back, 3 m a second, and returns a configuration of them.
func outAndBack(t *testing.T, runs [][]activity.LatLon) *config.Config {
	t.Helper()
	dir := t.TempDir()
	files := filepath.Join(dir, "files")
	if err := os.Mkdir(files, 0o755); err != nil {
		t.Fatal(err)
	}
	for k, way := range runs {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>From Secret Lane</name><type>running</type><trkseg>`)
		for i := range 2 * len(way) {
			p := way[min(i, 2*len(way)-1-i)]
			fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><time>%s</time></trkpt>`+"\n", p.Lat, p.Lon,
				time.Date(2023, 1, 1+k, 8, 0, i, 0, time.UTC).Format(time.RFC3339))
		}
		b.WriteString("</trkseg></trk></gpx>\n")
		if err := os.WriteFile(filepath.Join(files, fmt.Sprintf("%d.gpx", k)), []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cfg := config.Default()
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: files}}
	if err := cfg.SetOutput(filepath.Join(dir, "site")); err != nil {
		t.Fatal(err)
	}
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Filter.GPSSpreadMinM = 0
	cfg.Render.MaxZoom = 15
	return cfg
}

// build makes the site and returns the path of its archive.
func build(t *testing.T, cfg *config.Config) string {
	t.Helper()
	r, err := generator.Build(t.Context(), cfg, generator.Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return r.ArchivePath
}

func TestAuditOfASite(t *testing.T) {
	cfg := runsFromADoor(t, 24)
	zones := []config.Zone{{Lat: door.Lat, Lon: door.Lon, RadiusM: 300}}
	cfg.Privacy.Zones = zones
	path := build(t, cfg)
	found, err := Site(t.Context(), path, cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	// Who sets out straight and evenly in all directions gives the door away whatever is hidden, and is told so.
	if found.Zones != 1 || !found.Exposed() || !found.Tracks || found.Names != 0 || len(found.Attacks) != 1 {
		t.Fatalf("with zones the audit says %+v", found)
	}
	a := found.Attacks[0]
	if a.Lines == nil || a.Tiles == nil || a.Streets != nil || !a.Lines.Informed() || a.Lines.DistanceM(door) > PlacedM+80 || a.Lines.Chance < 0.05 || a.Lines.Chance > 0.12 {
		t.Errorf("the attack says %+v by lines, %+v by tiles", a.Lines, a.Tiles)
	}
	var text strings.Builder
	if err := found.WriteText(&text); err != nil || !strings.Contains(text.String(), "A place that you hide can be placed within 200 m") {
		t.Errorf("the audit says %s (%v)", text.String(), err)
	}
	// A zone elsewhere that hides nothing is no comfort.
	cfg.Privacy.Zones = []config.Zone{{Lat: door.Lon, Lon: door.Lat, RadiusM: 300}}
	if found, err = Site(t.Context(), path, cfg, ""); err != nil || !found.Exposed() || len(found.Faults) != 1 || !strings.Contains(found.Faults[0], "hides nothing") {
		t.Errorf("with a zone where nobody was the audit says %+v, %v", found, err)
	}
	cfg.Privacy.Zones = zones

	cfg.Privacy.Zones, cfg.Privacy.PublishNames, cfg.Page.Publish = nil, true, []string{config.PublishHour, config.PublishGear}
	path = build(t, cfg)
	found, err = Site(t.Context(), path, cfg, "")
	if err != nil || found.Zones != 0 || found.Exposed() || found.Names == 0 || !slices.Equal(found.Labels, []string{"hour"}) {
		t.Errorf("without zones the audit says %+v, %v", found, err)
	}
	text.Reset()
	if err := found.WriteText(&text); err != nil || !strings.Contains(text.String(), "It tells the hour of each activity") {
		t.Errorf("the audit says %s (%v)", text.String(), err)
	}
	// Zones set, but the site is from before.
	cfg.Privacy.Zones = zones
	if found, err = Site(t.Context(), path, cfg, ""); err != nil || !found.Exposed() {
		t.Errorf("of a site from before the zones the audit says %+v, %v", found, err)
	}
	// A segment tells more than the lines where it ends at the door.
	first, err := segments.Along([]activity.LatLon{door, {Lat: door.Lat + 0.01, Lon: door.Lon}}, "From home", 25)
	if err != nil {
		t.Fatal(err)
	}
	second, err := segments.Along([]activity.LatLon{{Lat: door.Lat + 0.002, Lon: door.Lon - 0.001}, {Lat: door.Lat + 0.002, Lon: door.Lon + 0.01}}, "", 25)
	if err != nil {
		t.Fatal(err)
	}
	r, published := &Report{}, &generator.Site{Meta: &generator.Metadata{Segments: []string{first.String(), second.String(), "25.AA"}}}
	zone := activity.Zone{Center: door, RadiusM: 300}
	r.segments(published, []activity.Zone{zone}, []activity.LatLon{door})
	if len(r.Found) != 2 || !strings.Contains(r.Found[0], "segment 1 of the page: it leads through") || !strings.Contains(r.Found[1], "on segment 2") {
		t.Errorf("of segments the audit says %q", r.Found)
	}
	r.Found = nil
	r.segments(published, nil, []activity.LatLon{door})
	if len(r.Found) != 1 || !strings.Contains(r.Found[0], "where segment 1 of the page begins or ends") {
		t.Errorf("of segments near home the audit says %q", r.Found)
	}
	if found, err = Site(t.Context(), path, nil, ""); err != nil || found.Zones != -1 || found.Exposed() {
		t.Errorf("without a configuration the audit says %+v, %v", found, err)
	}
	cfg.Page.Tracks = false
	cfg.Privacy.Zones = nil
	path = build(t, cfg)
	if found, err = Site(t.Context(), path, nil, ""); err != nil || found.Tracks || found.Busiest == nil || len(found.Starts) > 0 {
		t.Errorf("of a site without lines the audit says %+v, %v", found, err)
	}
	cfg.Page.Activities, cfg.Privacy.PublishNames, cfg.Page.Publish, cfg.Privacy.MinActivities = false, false, nil, 5
	path = build(t, cfg)
	found, err = Site(t.Context(), path, nil, "")
	if err != nil || found.Activities != 0 || found.Unlisted == nil || found.Unlisted.Count != 20 || found.FirstDay != "" {
		t.Errorf("of a crowd's site the audit says %+v, %v", found, err)
	}
	text.Reset()
	if err := found.WriteText(&text); err != nil || !strings.Contains(text.String(), "It lists no activities, and tells that there are 20 activities") || !strings.Contains(text.String(), "A place shows only where 5 activities or more share it") {
		t.Errorf("the audit says %s (%v)", text.String(), err)
	}
}

func TestAuditSeesTheArchiveBeside(t *testing.T) {
	cfg := runsFromADoor(t, 3)
	cfg.Format = string(archive.MBTiles)
	path := build(t, cfg)
	beside := filepath.Join(cfg.Output, generator.ArchiveName)
	if err := os.WriteFile(beside, []byte("an older site"), 0o644); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(cfg.Output, ".heatmap.mbtiles.tmp-123")
	if err := os.WriteFile(left, []byte("half an archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	found, err := Site(t.Context(), path, nil, "")
	if err != nil || len(found.Faults) != 2 || !found.Exposed() {
		t.Fatalf("the audit of one archive says nothing of what lies beside it: %+v, %v", found, err)
	}
	for _, name := range []string{generator.ArchiveName, filepath.Base(left)} {
		if !strings.Contains(strings.Join(found.Faults, "\n"), name) {
			t.Errorf("%s is not named in %q", name, found.Faults)
		}
	}
	if err := errors.Join(os.Remove(beside), os.Remove(left)); err != nil {
		t.Fatal(err)
	}
	if found, err := Site(t.Context(), path, nil, ""); err != nil || len(found.Faults) != 0 || found.Exposed() {
		t.Errorf("of a folder with its two files the audit says %+v, %v", found, err)
	}
}
