package stravacsv

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
)

// Headings of real exports, of which the project keeps no copies: where each
// column stands was counted by hand. -1: the table has none.
var realHeadings = []struct {
	file, language                                            string
	id, date, name, typ, filename, km, metres, moving, ascent int
	gear, commute, kind, race                                 int
}{
	{"de_92col_2024.csv", "German", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, -1},
	{"en_103col_2026.csv", "English", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, 95},
	{"en_10col_2018.csv", "English (before 2019)", 0, 1, 2, 3, 9, -1, 6, -1, -1, 8, 7, -1, -1},
	{"en_80col_2021.csv", "English", 0, 1, 2, 3, 10, 6, 15, 14, 18, 9, 8, 42, -1},
	{"en_83col_2022.csv", "English", 0, 1, 2, 3, 11, 6, 16, 15, 19, 10, 9, 43, -1},
	{"en_84col_2022_spans.csv", "English", 0, 1, 2, 3, 11, 6, 16, 15, 19, 10, 9, 43, -1},
	{"en_87col_2023_spans_crlf.csv", "English", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, -1},
	{"en_94col_2024.csv", "English", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, -1},
	{"en_99col_2025.csv", "English", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, 95},
	{"es-419_103col_2026.csv", "Spanish", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, 95},
	{"es-ES_partial.csv", "Spanish", 0, -1, -1, 1, 6, 4, 9, 8, 10, -1, -1, -1, -1},
	{"fr_first21cols_headings_only.csv", "French", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, -1, -1},
	{"ja_test_fixture.csv", "Japanese", 0, 1, 2, 3, 4, 6, 7, 5, 8, -1, -1, -1, -1},
	{"nl_72col_2020.csv", "Dutch", 0, 1, 2, 3, 10, 6, 15, 14, 18, 9, 8, -1, -1},
	{"nl_99col_2026.csv", "Dutch", 0, 1, 2, 3, 12, 6, 17, 16, 20, 11, 9, 44, 95},
	{"zh-CN_partial.csv", "Chinese", 0, 1, 2, 3, 7, 6, -1, -1, -1, -1, -1, -1, -1},
}

func TestHeadingsOfRealExports(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the headings of real exports are not part of this repository")
	}
	folder := filepath.Join(shared, "data", "strava-headings")
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(realHeadings) {
		t.Errorf("%d files in %s, but %d are expected here", len(files), folder, len(realHeadings))
	}
	for _, tt := range realHeadings {
		t.Run(tt.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(folder, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			headings, err := newSplitter(strings.TrimPrefix(string(data), "\ufeff")).headings()
			if err != nil {
				t.Fatal(err)
			}
			// One row below the real headings: a decoy in every column, the
			// truth where it was counted to be.
			row := make([]string, len(headings))
			for i := range row {
				row[i] = "77.7"
			}
			put := func(i int, s string) {
				if i >= 0 {
					row[i] = s
				}
			}
			put(tt.id, "8200000001")
			put(tt.date, `2024-02-29 15:24:49`)
			put(tt.name, `"Around the ""lake"""`)
			put(tt.typ, "Trail Run")
			put(tt.filename, "activities/8700000001.fit.gz")
			put(tt.km, `"9,44"`)
			put(tt.metres, "9441.2")
			put(tt.moving, "3605.0")
			put(tt.ascent, "88.4")
			put(tt.gear, "Red shoes")
			put(tt.commute, "true")
			put(tt.kind, "1.0")
			put(tt.race, "1.0")
			table, err := Read(strings.NewReader(strings.TrimRight(string(data), "\r\n") + "\r\n" + strings.Join(row, ",") + "\r\n"))
			if err != nil {
				t.Fatal(err)
			}
			if table.Language != tt.language {
				t.Errorf("language %q, want %q", table.Language, tt.language)
			}
			if len(table.Rows) != 1 {
				t.Fatalf("%d rows, want 1", len(table.Rows))
			}
			want := Row{Line: 2, ID: "8200000001", Sport: "Trail Run", Filename: "activities/8700000001.fit.gz", DistanceM: 9441.2}
			if tt.metres < 0 {
				want.DistanceM = 9440
			}
			if tt.date >= 0 {
				want.Start = time.Date(2024, 2, 29, 15, 24, 49, 0, time.UTC)
			}
			if tt.name >= 0 {
				want.Name = `Around the "lake"`
			}
			if tt.moving >= 0 {
				want.MovingS = 3605
			}
			if tt.ascent >= 0 {
				want.AscentM = 88.4
			}
			if tt.gear >= 0 {
				want.Gear, want.Commute = "Red shoes", activity.Yes
			}
			if tt.kind >= 0 {
				want.Kind = activity.KindRace
			}
			if got := table.Rows[0]; got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}
