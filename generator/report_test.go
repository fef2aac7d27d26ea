package generator

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

func TestReportTable(t *testing.T) {
	r := &Report{
		Read: 1812, Drawn: 1800, Points: 5_400_123, Skipped: map[string]int{"other sport": 9, reasonBroken: 3},
		ArchivePath: "site/heatmap.pmtiles", ArchiveBytes: 96_500_000, File: "cache/report.txt",
		Fields: []FieldReport{{"visits", 1234, 2_500_000}}, Stages: []StageReport{{"paint", 1500 * time.Millisecond}},
		Notes: message.Plain("a note"),
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
		"The archive has 96.5 MB. GitHub refuses files over 100 MB. Fewer activities ([filter]) make it smaller.\n",
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

func TestReportSaysWhatMakesTheArchiveSmaller(t *testing.T) {
	// zooms are those from the deepest upwards, in MB.
	zooms := func(deepest uint8, mb ...int64) []archive.ZoomCount {
		var all []archive.ZoomCount
		for i, n := range mb {
			all = append(all, archive.ZoomCount{Zoom: deepest - uint8(i), Tiles: 1, Bytes: n * 1e6})
		}
		slices.Reverse(all)
		return all
	}
	const fewer = "Fewer activities ([filter]) make it smaller."
	for _, c := range []struct {
		name  string
		mb    float64 // of the archive
		lines int64
		zooms []archive.ZoomCount
		want  string
	}{
		{"one zoom less is enough", 120, 20, zooms(14, 55, 24, 12, 5, 2, 1), "tile_zoom = 13 in [render] makes it about 65 MB; fewer activities ([filter]) help too."},
		{"two are", 230, 30, zooms(14, 110, 50, 20, 10, 5, 3), "tile_zoom = 12 in [render] makes it about 70 MB; fewer activities ([filter]) help too."},
		{"the smallest tile_zoom", 250, 30, zooms(14, 110, 60, 30, 10, 5, 3), "tile_zoom = 12 in [render] makes it about 80 MB; fewer activities ([filter]) help too."},
		{"not even that", 260, 90, zooms(14, 80, 60, 20, 6, 2), fewer},
		{"pictures down to the street", 900, 20, zooms(17, 450, 230, 110, 50, 25, 10), "tile_zoom = 13 in [render] makes it about 60 MB; fewer activities ([filter]) help too."},
		{"without lines", 180, 0, zooms(17, 90, 45, 22, 11, 6), "max_zoom = 16 in [render] makes it about 90 MB; fewer activities ([filter]) help too."},
		{"without lines, far too large", 1000, 0, zooms(17, 500, 250, 125, 60, 30, 18, 9), "max_zoom = 13 in [render] makes it about 65 MB; fewer activities ([filter]) help too."},
		{"without lines, beyond help", 5000, 0, zooms(17, 2500, 1200, 600, 300, 200, 99, 60, 30), fewer},
		{"as large as need not be warned of", 150, 10, zooms(14, 55, 24, 12), "tile_zoom = 13 in [render] makes it about 95 MB; fewer activities ([filter]) help too."},
		{"a byte more", 150.000001, 10, zooms(14, 55, 24, 12), "tile_zoom = 12 in [render] makes it about 71 MB; fewer activities ([filter]) help too."},
		{"all in one zoom", 150, 10, zooms(14, 130), fewer},
		{"few zooms, all of them deep", 180, 20, zooms(17, 90, 60), "tile_zoom = 16 in [render] makes it about 90 MB; fewer activities ([filter]) help too."},
		{"a map that ends early", 120, 0, zooms(12, 60, 30), fewer},
		{"nothing is known", 120, 0, nil, fewer},
	} {
		r := &Report{ArchiveBytes: int64(math.Round(c.mb * 1e6)), LinesBytes: c.lines * 1e6, Zooms: c.zooms}
		if got := r.smaller(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What a build tells of its zooms is what leaving the deepest out saves.
func TestReportedZoomsAreWhatTheySave(t *testing.T) {
	for _, format := range []string{config.FormatPMTiles, config.FormatMBTiles} {
		s := newSite(t)
		s.fill()
		s.cfg.Format = format
		s.cfg.Render.TileZoom = 15
		r := s.mustBuild(2)
		want := float64(r.ArchiveBytes - r.Zooms[len(r.Zooms)-1].Bytes)
		s.cfg.Render.TileZoom = 14
		got := float64(s.mustBuild(2).ArchiveBytes)
		// In MBTiles pages are saved, too, that no tile fits in any more.
		if got > 1.01*want || got < 0.99*want && format == config.FormatPMTiles {
			t.Errorf("%s: the archive has %.0f bytes, not about %.0f", format, got, want)
		}
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
