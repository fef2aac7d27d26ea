package generator

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// sensed has what sensors tell put into a recording of the site, the same at every sample.
func (s *site) sensed(name, extensions string) {
	s.t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, "files", name))
	if err != nil {
		s.t.Fatal(err)
	}
	s.file(name, strings.ReplaceAll(string(data), "</time></trkpt>", "</time><extensions>"+extensions+"</extensions></trkpt>"))
}

// TestSensorsOfLayers: lines have readings of the sensors that layers show, of the activities that have them, cut as all is; steps are those of both feet.
func TestSensorsOfLayers(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.sensed("run1.gpx", "<power>250</power><cad>85</cad><atemp>-3</atemp>")
	s.sensed("run2.gpx", "<cad>86</cad>")
	s.cfg.Layers = []config.Layer{
		{ID: "steps", Title: "Steps", Field: "cadence"}, {ID: "frost", Title: "Frost", Field: "temperature"}, {ID: "both", Title: "Both", Field: "pace"},
	}
	s.mustBuild(2)
	built, err := OpenSite(filepath.Join(s.cfg.Output, ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	defer built.Close()
	for i, want := range []string{"0110000", "0100000", "1111111"} {
		if got := members(built.Meta.OwnLayers[i].Activities, 7); got != want {
			t.Errorf("%s is of %s, want %s", built.Meta.OwnLayers[i].ID, got, want)
		}
	}
	if l := built.Meta.OwnLayers[1]; l.Unit != "°C" || len(l.Ramp) == 0 {
		t.Errorf("of frost: %+v", l)
	}
	if findings := built.CheckMetadata(); len(findings) > 0 {
		t.Errorf("they are not sound: %q", findings)
	}
	tracks, err := built.Lines()
	if err != nil {
		t.Fatal(err)
	}
	if tracks.Readings[activity.Power] != nil {
		t.Error("lines have power, which no layer shows")
	}
	want := map[int]map[activity.Sensor]float64{1: {activity.Cadence: 170, activity.Temperature: -3}, 2: {activity.Cadence: 172}}
	for a := range tracks.Activities() {
		for v := tracks.First[a]; v < tracks.First[a+1]; v++ {
			for _, sensor := range []activity.Sensor{activity.Cadence, activity.Temperature} {
				r := tracks.Readings[sensor][v]
				value, known := want[a][sensor]
				if known = known && tracks.Joined[v]; known && sensor.Value(float64(r)) != value || !known && r != 0 {
					t.Fatalf("activity %d, vertex %d: %s reads %d", a, v, sensor, r)
				}
			}
		}
	}
}

// TestUnshownSensors: without a layer of theirs what sensors tell is nowhere in the archive, and one of a sensor that nobody had is told to be of nothing.
func TestUnshownSensors(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.cfg.Layers = []config.Layer{{ID: "pace", Title: "Pace", Field: "pace"}}
	s.mustBuild(2)
	plain := s.archive()
	for i := range 6 {
		s.sensed(fmt.Sprintf("run%d.gpx", i), "<power>250</power><cad>85</cad><atemp>-3</atemp>")
	}
	s.mustBuild(2)
	if !bytes.Equal(s.archive(), plain) {
		t.Error("the archive is another where no layer shows what sensors told")
	}
	s.cfg.Layers = []config.Layer{{ID: "watts", Title: "Watts", Field: "power", Gear: []string{"None"}}, {ID: "heat", Title: "Heat", Field: "temperature"}}
	for i := range 6 {
		s.run(fmt.Sprintf("run%d.gpx", i), uint64(i+1), 48.1, 9.2, 900)
	}
	r := s.mustBuild(2)
	if w := strings.Join(message.Texts(r.Warnings), "\n"); !strings.Contains(w, `[[layer]] "heat" is of none of the 7 activities of the map; none has readings of temperature`) {
		t.Errorf("warnings %q", w)
	}
}

// TestSpreadSensors: a build that is spread has the same readings, and so the same bytes.
func TestSpreadSensors(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.sensed("run1.gpx", "<power>250</power><cad>85</cad>")
	s.sensed("far.gpx", "<power>100</power><cad>86</cad>")
	cfg := configured(t, s.dir, "[render]\nmax_zoom = 15\n[privacy]\ntrim_start_m = 50\n[[layer]]\nid = \"w\"\nfield = \"power\"\n[[layer]]\nid = \"c\"\nfield = \"cadence\"\nsports = [\"Run\"]\n")
	whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: buildTime})
	if err != nil {
		t.Fatal(err)
	}
	want := siteFiles(t, cfg.Output)
	if err := os.RemoveAll(cfg.Output); err != nil {
		t.Fatal(err)
	}
	report, err := spread{3, 2, 1, true, true}.build(t, cfg, buildTime)
	if err != nil {
		t.Fatal(err)
	}
	sameSite(t, "sensors", siteFiles(t, cfg.Output), want, report, whole)
}
