package stravacsv

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// dump writes a table as the golden files have it: one line a row, then notes.
func dump(t *Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "language: %s\n", t.Language)
	for _, r := range t.Rows {
		start := "no start"
		if !r.Start.IsZero() {
			start = r.Start.Format(time.RFC3339)
		}
		fmt.Fprintf(&b, "%d: %s | %s | %q | %s | %.1f m | %.0f s | %.1f m up | %s", r.Line, r.ID, start, r.Name, r.Sport, r.DistanceM, r.MovingS, r.AscentM, r.Filename)
		if r.ExportFailed {
			b.WriteString("export failed")
		}
		if r.Problem != "" {
			fmt.Fprintf(&b, " | problem: %s", r.Problem)
		}
		b.WriteByte('\n')
	}
	for _, n := range t.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// Every language and every oddity has a small made-up table in testdata.
func TestTables(t *testing.T) {
	files, err := filepath.Glob("testdata/activities/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatal("no tables", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".csv"), func(t *testing.T) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			table, err := Read(f)
			if err != nil {
				t.Fatal(err)
			}
			got := dump(table)
			golden := strings.TrimSuffix(name, ".csv") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}
