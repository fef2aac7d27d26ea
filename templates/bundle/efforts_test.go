package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// A timed segment is a part of a recording, as the page's test of efforts reads it: its places, and the seconds between its first and its last sample.
type timed struct {
	Name    string       `json:"name"`
	Places  [][2]float64 `json:"places"`
	Seconds float64      `json:"seconds"`
}

// recordings are those of HEATMAPGEN_SHARED that are timed: walks, runs and rides with a time for each sample.
var recordings = []string{
	"garmin-fit-js-sdk/test/data/Activity.fit",
	"tormoder-fit/testdata/python-fitparse/garmin-edge-500-activitiy.fit",
	"tormoder-fit/testdata/me/activity-small-fenix2-run.fit",
	"tormoder-fit/testdata/dcrainmaker/Edge810-Vector-2013-08-16-15-35-10.fit",
	"python-tcxparser/tests/files/test.tcx",
	"togeojson/test/data/garmin_connect.tcx",
	"togeojson/test/data/tour_hr.tcx",
	"gpxgo/test_files/visnjan.gpx",
}

// madeUp is a recording of a run that speeds up and slows down, a sample a second.
func madeUp() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>`)
	lat, lon := 47.5, 9.75
	for i := range 2400 {
		heading := 0.8*math.Sin(float64(i)/200) + 0.3*math.Sin(float64(i)/31)
		speed := 3 + 0.6*math.Sin(float64(i)/45)
		lat += speed * math.Cos(heading) / 111_320
		lon += speed * math.Sin(heading) / (111_320 * math.Cos(lat*math.Pi/180))
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><time>%s</time></trkpt>`, lat, lon, time.Date(2023, 1, 1, 8, 0, i, 0, time.UTC).Format(time.RFC3339))
	}
	return []byte(b.String() + "</trkseg></trk></gpx>")
}

// between returns the samples between two parts of a recording's way, as far as they are of one piece without gaps.
func between(t *activity.Track, name string, from, to float64) (timed, bool) {
	along := make([]float64, t.Len())
	for i := 1; i < t.Len(); i++ {
		dy := (t.Lat[i] - t.Lat[i-1]) * 111_320
		dx := (t.Lon[i] - t.Lon[i-1]) * 111_320 * math.Cos(t.Lat[i]*math.Pi/180)
		along[i] = along[i-1] + math.Hypot(dx, dy)
	}
	total := along[t.Len()-1]
	i, _ := slices.BinarySearch(along, from*total)
	j, _ := slices.BinarySearch(along, min(to*total, along[i]+5000))
	s := timed{Name: fmt.Sprintf("%s %.2f", name, from), Seconds: float64(t.Time(j)-t.Time(i)) / 1000}
	for k := i; k <= j; k++ {
		gap := k > i && (along[k]-along[k-1] > 100 || t.Time(k)-t.Time(k-1) > 30_000)
		if t.Time(k) == activity.NoTime || gap || k > i && slices.Contains(t.Starts, k) {
			return s, false
		}
		for _, idle := range t.Idle {
			if idle.To > i && idle.From < j {
				return s, false
			}
		}
		s.Places = append(s.Places, [2]float64{t.Lon[k], t.Lat[k]})
	}
	return s, along[j]-along[i] >= 300
}

// TestEffortsTakeTheTimeOfTheSamples holds what the page tells of efforts, from simplified lines, to the recordings: for parts of each the seconds between gates
// at two of its samples. With HEATMAPGEN_SHARED real ones are among them.
func TestEffortsTakeTheTimeOfTheSamples(t *testing.T) {
	npmPackages(t)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node")
	}
	dir := t.TempDir()
	files := map[string][]byte{"run.gpx": madeUp()}
	if shared := os.Getenv("HEATMAPGEN_SHARED"); shared != "" {
		for i, path := range recordings {
			data, err := os.ReadFile(filepath.Join(shared, "corpus", path))
			if err != nil {
				t.Fatal(err)
			}
			files[fmt.Sprintf("%d-%s", i, filepath.Base(path))] = data
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "files"), 0o700); err != nil {
		t.Fatal(err)
	}
	var all []timed
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, "files", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := track.Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, part := range [][2]float64{{0.1, 0.3}, {0.2, 0.5}, {0.35, 0.45}, {0.55, 0.8}, {0.7, 0.9}} {
			if s, ok := between(r.Track, name, part[0], part[1]); ok {
				all = append(all, s)
			}
		}
	}
	cfg := config.Default()
	cfg.Sources = []config.Source{{Type: config.SourceFiles, Path: filepath.Join(dir, "files")}}
	cfg.SetOutput(filepath.Join(dir, "site"))
	cfg.Cache = filepath.Join(dir, "cache")
	cfg.Filter.Sports = []string{"All"}
	cfg.Render.MaxZoom = 12
	if _, err := generator.Build(context.Background(), cfg, generator.Options{Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	given, err := json.Marshal(map[string]any{"archive": filepath.Join(dir, "site", "heatmap.pmtiles"), "segments": all})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "given.json"), given, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := bundleTests(filepath.Join("..", "viewer"), dir); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--test", "--test-reporter=spec", filepath.Join(dir, "efforts.test.mjs"))
	cmd.Env = append(os.Environ(), "HEATMAPGEN_EFFORTS="+filepath.Join(dir, "given.json"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%d parts\n%s", len(all), out)
}
