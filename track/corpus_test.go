package track

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared returns the folder of test data that is not part of the repository.
func shared(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("HEATMAPGEN_SHARED")
	if dir == "" {
		tb.Skip("HEATMAPGEN_SHARED is not set: no corpus to read")
	}
	return dir
}

type oracleRow struct {
	path string
	want Counts
	// first is the time of the first sample, RFC 3339, "" for none.
	first string
}

func readOracle(tb testing.TB, dir string) []oracleRow {
	tb.Helper()
	f, err := os.Open(filepath.Join(dir, "corpus", "ORACLE.tsv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var rows []oracleRow
	lines := bufio.NewScanner(f)
	lines.Scan() // the headings
	for lines.Scan() {
		cell := strings.Split(lines.Text(), "\t")
		row := oracleRow{path: cell[0], first: cell[8]}
		w := &row.want
		if _, err := fmt.Sscan(strings.Join(cell[2:8], " "), &w.Points, &w.WithPosition, &w.WithTime, &w.WithEle, &w.WithHR, &w.Segments); err != nil {
			tb.Fatalf("%s: %v", row.path, err)
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return rows
}

func TestCorpus(t *testing.T) {
	dir := shared(t)
	for _, row := range readOracle(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, "corpus", row.path))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(data)
		var got Counts
		first := ""
		if r != nil {
			got = r.Counts
			if !r.Start.IsZero() {
				first = r.Start.Format("2006-01-02T15:04:05Z")
			}
		}
		if got != row.want {
			t.Errorf("%s:\n got %+v\nwant %+v\n err %v", row.path, got, row.want, err)
		}
		if first != row.first {
			t.Errorf("%s: first %s want %s", row.path, first, row.first)
		}
		if err != nil && !errors.Is(err, ErrNoPosition) && !errors.Is(err, ErrEmpty) {
			t.Log(row.path, err)
		}
		if r != nil && r.Warning != nil {
			t.Log(row.path, "warning", r.Warning)
		}
	}
}
