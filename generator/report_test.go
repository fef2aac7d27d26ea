package generator

import (
	"strings"
	"testing"
	"time"

	"heatmapgen/internal/words"
)

func TestReportTable(t *testing.T) {
	r := &Report{
		Read: 1812, Drawn: 1800, Points: 5_400_123, Skipped: map[string]int{"other sport": 9, reasonBroken: 3},
		ArchivePath: "site/heatmap.pmtiles", ArchiveBytes: 96_500_000, File: "cache/report.txt",
		Fields: []FieldReport{{"visits", 1234, 2_500_000}}, Stages: []StageReport{{"paint", 1500 * time.Millisecond}},
		Notes: []string{"a note"},
		Merged: []Merge{
			{Outing{"intervals", "intervals:i7\x1b[31m", "2026-05-01"}, Outing{"strava", "strava:8", "2026-05-02"}, "the same file"},
			{Outing{"intervals", "intervals:i9", ""}, Outing{"strava", "strava:10", ""}, "you said so"},
			{Outing{"files", "files:a.fit", ""}, Outing{"files", "files:b.fit", ""}, ""},
		},
		problems: []problem{
			{"files:a\x1b[31m.gpx", reasonBroken, "cut\noff", rankBroken},
			{"files:ride.fit", "other sport", "", rankOther},
		},
	}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		"1,812", "skipped: other sport", "5,400,123", "visits", "1,234", "2.5 MB", "1.50 s", "96.5 MB",
		"files:a[31m.gpx: cannot be read - cut off", // no control codes of a file name on the terminal
		"a note", "cache/report.txt",
		"merged: intervals into strava  2", "merged: files into files       1", "  intervals:i7[31m of 2026-05-01 into strava:8 of 2026-05-02: the same file\n", "  intervals:i9 into strava:10: you said so\n",
		"GitHub refuses files over 100 MB", "max_zoom",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the table lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "ride.fit") {
		t.Error("the table names a file that was left out as asked for")
	}

	r.ArchiveBytes = 94_000_000
	b.Reset()
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "GitHub") {
		t.Error("94 MB are warned of")
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -5000: "-5,000"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := commonest(map[string]int{"Ride": 800, "Walk": 12, "Hike": 12}); got != "Ride 800, Hike 12, Walk 12" {
		t.Errorf("commonest = %q", got)
	}
	if got := words.Plural(1, "activity", "activities") + ", " + words.Plural(2, "activity", "activities"); got != "1 activity, 2 activities" {
		t.Errorf("plural = %q", got)
	}
}
