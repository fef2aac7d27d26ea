package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/internal/benchmark/athlete"
)

func TestTables(t *testing.T) {
	costs := map[string][]cost{}
	for _, step := range stepNames {
		// In any order; the one that took longest is not the one that counts.
		costs[step] = []cost{{cpu: 9 * time.Minute, wall: time.Hour, peakBytes: 1 << 40}, {cpu: 1500 * time.Millisecond, wall: 20 * time.Millisecond, peakBytes: 3 << 20}, {cpu: 1, wall: 1, peakBytes: 1}}
	}
	b := bench{results: []result{{
		athlete: "town", variant: "default", facts: &Facts{Activities: 500, Samples: 1_578_583, Km: 5000, DistinctKm: 1000},
		archiveBytes: 8_300_000, linesBytes: 2_000_000, costs: costs,
	}}}
	var out strings.Builder
	if err := b.write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| town | default | 500 | 1,578,583 | 5,000 | 1,000 | 8.3 MB | 8.3 kB | 2.0 MB | 400 B |\n",
		"| town | default | warm: nothing new | 1.5 s | 0.02 s | 3 MiB |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &out)
		}
	}
}

func TestRefusals(t *testing.T) {
	// Any program will do: none is started.
	for want, args := range map[string][]string{
		"no athlete":      {"-heatmapgen", "go", "-athletes", "town,nobody"},
		"no variant":      {"-heatmapgen", "go", "-variants", "default,other"},
		"measure nothing": {"-heatmapgen", "go", "-runs", "0"},
		"are no crowd":    {"-make", "crowd", "-count", "0"},
		"not found":       {"-heatmapgen", "there-is-no-such-program"},
	} {
		if err := run(args, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}

// A crowd lies in folders by person, and is as large as it was asked to be.
func TestRecordingsOfCrowd(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{"-make", "crowd", "-count", "200", "-dir", dir}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, person := range []string{"00001", "00002"} {
		if files, err := os.ReadDir(filepath.Join(dir, "tracks", person)); err != nil || len(files) != 100 {
			t.Errorf("%s has %d recordings, want 100: %v", person, len(files), err)
		}
	}
}

// What is made once is there the next time, and complete.
func TestRecordings(t *testing.T) {
	dir := t.TempDir()
	town, err := athlete.ByName("town")
	if err != nil {
		t.Fatal(err)
	}
	town.Activities = 5
	if err := record(town, dir); err != nil {
		t.Fatal(err)
	}
	facts, err := made(town, dir)
	if err != nil || facts.Activities != 5 || facts.Samples < 5000 || facts.Km < 15 || facts.DistinctKm > facts.Km {
		t.Errorf("%+v, %v", facts, err)
	}
}
