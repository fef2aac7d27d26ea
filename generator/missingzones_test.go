package generator

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/generator/config"
)

// A sync client takes the table of zones away: what it hid does not show for that.
func TestZonesThatAnExportListedAreMissed(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	before := s.archive()
	table := filepath.Join(s.dir, "export", "privacy_zones.csv")
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	stops := func(says string) {
		t.Helper()
		var faults *config.Error
		if _, err := s.build(2); !errors.As(err, &faults) || len(faults.Faults) != 1 || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "--forget-zones") {
			t.Errorf("the build says %v", err)
		}
		if !bytes.Equal(before, s.archive()) {
			t.Error("the build changed the site")
		}
	}
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	stops("are gone: it has no privacy_zones.csv any more")
	for i, want := range []int{0, 1} {
		if r, err := CheckSource(t.Context(), s.cfg, i, s.options(1).Now); err != nil || len(r.ZoneFaults) != want {
			t.Errorf("source %d checks as %+v, %v", i, r, err)
		}
	}
	// Nor does it where those were all zones there are, and nothing else needs the secret.
	zones := s.cfg.Privacy.Zones
	s.cfg.Privacy.Zones = nil
	stops("are gone")
	s.cfg.Privacy.Zones = zones
	// Nor where another export takes its place.
	moved := filepath.Join(s.dir, "export of another day")
	if err := os.Rename(filepath.Join(s.dir, "export"), moved); err != nil {
		t.Fatal(err)
	}
	s.cfg.Sources[len(s.cfg.Sources)-1].Path = moved
	stops("the one it seems to replace, export, listed privacy zones")
	// With the table there again all is well.
	if err := os.WriteFile(filepath.Join(moved, "privacy_zones.csv"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if s.mustBuild(2); !bytes.Equal(before, s.archive()) {
		t.Error("with the table back another site is built")
	}
	// Who wants it so says so, once.
	if err := os.Remove(filepath.Join(moved, "privacy_zones.csv")); err != nil {
		t.Fatal(err)
	}
	opts := s.options(2)
	opts.ForgetZones = true
	if _, err := Build(t.Context(), s.cfg, opts); err != nil {
		t.Fatalf("with --forget-zones: %v", err)
	}
	s.mustBuild(2)
	if r := MissingZones(s.cfg, nil); r != nil {
		t.Errorf("what was forgotten is missed: %v", r)
	}
}

// An export whose zones are not to be obeyed is not missed, and not remembered.
func TestZonesThatAreNotObeyedAreNotMissed(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	if err := os.Remove(filepath.Join(s.dir, "export", "privacy_zones.csv")); err != nil {
		t.Fatal(err)
	}
	s.cfg.Privacy.UseStravaZones = false
	s.mustBuild(2)
	s.cfg.Privacy.UseStravaZones = true
	s.mustBuild(2)
}

// Configurations in one folder share the secret, and each remembers its own exports.
func TestExportsOfTwoConfigurations(t *testing.T) {
	s, _ := hiddenSite(t)
	s.besideConfig()
	s.mustBuild(2)
	other := *s.cfg
	other.File, other.Output = filepath.Join(s.dir, "other.toml"), filepath.Join(s.dir, "other")
	other.Privacy.UseStravaZones = false
	if _, err := Build(t.Context(), &other, s.options(2)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(s.dir, "export", "privacy_zones.csv")); err != nil {
		t.Fatal(err)
	}
	if faults := MissingZones(s.cfg, nil); len(faults) != 1 {
		t.Errorf("after a build of another configuration: %v", faults)
	}
	other.Privacy.UseStravaZones = true
	if faults := MissingZones(&other, nil); faults != nil {
		t.Errorf("the other configuration misses %v", faults)
	}
}

func TestNamesOfExports(t *testing.T) {
	cfg := config.Default()
	cfg.File = filepath.Join("maps", "heatmap.toml")
	cfg.Sources = []config.Source{{Path: filepath.Join("maps", "a b.zip")}, {Path: "other"}, {Path: "other"}, {Path: "third"}}
	want := []listedExport{{"heatmap.toml", "a b.zip"}, {"heatmap.toml", "../other"}}
	if got := listedExports(cfg, map[int]bool{0: true, 1: true, 2: true}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
