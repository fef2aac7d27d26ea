package track

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
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

// An oracleRow is what the corpus' table says of a file.
type oracleRow struct {
	path, kind  string
	want        Counts
	first, last string // time of the earliest and the latest sample, RFC 3339
	dropped     int    // samples at 0,0 or off the globe
}

func readOracle(tb testing.TB, dir string) []oracleRow {
	tb.Helper()
	f, err := os.Open(filepath.Join(dir, "corpus", "ORACLE.tsv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	dropped := regexp.MustCompile(`(?:zero-zero|out-of-range)=(\d+)`)
	var rows []oracleRow
	lines := bufio.NewScanner(f)
	lines.Scan() // the headings
	for lines.Scan() {
		cell := strings.Split(lines.Text(), "\t")
		row := oracleRow{path: cell[0], kind: cell[1], first: cell[8], last: cell[9]}
		w := &row.want
		if _, err := fmt.Sscan(strings.Join(cell[2:8], " "), &w.Points, &w.WithPosition, &w.WithTime, &w.WithEle, &w.WithHR, &w.Segments); err != nil {
			tb.Fatalf("%s: %v", row.path, err)
		}
		for _, m := range dropped.FindAllStringSubmatch(cell[10], -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				tb.Fatal(err)
			}
			row.dropped += n
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return rows
}

// A difference is one column in which Decode disagrees with the oracle on
// purpose.
type difference struct{ path, column, got, want string }

const (
	noClock  = "1901-12-13 is how a writer put the time -0001: it is no time"
	planTime = "the only times are those of a planned route; no activity started there"
	inOrder  = "Start is that of the first sample in the file, whose tracks are not in order of time"
	beside   = "the points of routes are counted, but not kept beside a recorded track"
	isPlan   = "a file of routes or courses alone is a plan; it is counted and reported, not drawn"
)

// deliberate lists every difference with its reason.
var deliberate = map[difference]string{
	{"gpxgo/test_files/Mojstrovka.gpx", "first", "", "1901-12-13T20:45:52Z"}:                        noClock,
	{"gpxgo/test_files/Mojstrovka.gpx", "last", "", "1901-12-13T20:45:52Z"}:                         noClock,
	{"gpxgo/test_files/gpx-without-root-attributes.gpx", "first", "", "1901-12-13T20:45:52Z"}:       noClock,
	{"gpxgo/test_files/gpx-without-root-attributes.gpx", "last", "", "1901-12-13T20:45:52Z"}:        noClock,
	{"gpxgo/test_files/gpx-without-xml-declaration.gpx", "first", "", "1901-12-13T20:45:52Z"}:       noClock,
	{"gpxgo/test_files/gpx-without-xml-declaration.gpx", "last", "", "1901-12-13T20:45:52Z"}:        noClock,
	{"gpxgo/test_files/gpx1.0_with_all_fields.gpx", "kept", "1", "6"}:                               beside,
	{"gpxgo/test_files/gpx1.1_with_all_fields.gpx", "kept", "1", "6"}:                               beside,
	{"gpxgo/test_files/gpx1.1_with_extensions.gpx", "kept", "1", "2"}:                               beside,
	{"gpxgo/test_files/graphhopper.gpx.gz", "kept", "171", "193"}:                                   beside,
	{"gpxpy/test_files/Mojstrovka.gpx", "first", "", "1901-12-13T20:45:52Z"}:                        noClock,
	{"gpxpy/test_files/Mojstrovka.gpx", "last", "", "1901-12-13T20:45:52Z"}:                         noClock,
	{"gpxpy/test_files/gpx1.0_with_all_fields.gpx", "kept", "1", "6"}:                               beside,
	{"gpxpy/test_files/gpx1.1_with_all_fields.gpx", "kept", "1", "6"}:                               beside,
	{"gpxpy/test_files/route.gpx", "kept", "0", "55"}:                                               isPlan,
	{"gpxpy/test_files/route.gpx", "verdict", ErrPlan.Error(), ""}:                                  isPlan,
	{"gpxpy/test_files/track_with_dilution_errors.gpx", "kept", "1", "2"}:                           beside,
	{"togeojson/test/data/blue_hills.gpx", "first", "2001-06-24T15:09:09Z", "2001-05-26T15:15:07Z"}: inOrder,
	{"togeojson/test/data/garmin_extensions.gpx", "first", "", "2007-11-25T17:58:00Z"}:              planTime,
	{"togeojson/test/data/garmin_extensions.gpx", "kept", "4", "7"}:                                 beside,
	{"togeojson/test/data/gdal.gpx", "first", "", "2007-11-25T17:58:00Z"}:                           planTime,
	{"togeojson/test/data/gdal.gpx", "kept", "4", "7"}:                                              beside,
	{"togeojson/test/data/opencpn.gpx", "first", "", "2022-01-01T15:26:17Z"}:                        planTime,
	{"togeojson/test/data/opencpn.gpx", "kept", "0", "16"}:                                          isPlan,
	{"togeojson/test/data/opencpn.gpx", "verdict", ErrPlan.Error(), ""}:                             isPlan,
	{"togeojson/test/data/tcx-courses.tcx", "first", "", "2021-08-02T18:28:31Z"}:                    planTime,
	{"togeojson/test/data/tcx-courses.tcx", "kept", "0", "30"}:                                      isPlan,
	{"togeojson/test/data/tcx-courses.tcx", "verdict", ErrPlan.Error(), ""}:                         isPlan,
	{"togeojson/test/data/trek.gpx", "kept", "0", "120"}:                                            isPlan,
	{"togeojson/test/data/trek.gpx", "verdict", ErrPlan.Error(), ""}:                                isPlan,
}

// TestCorpus compares Decode with the oracle, in every column that both have.
func TestCorpus(t *testing.T) {
	dir := shared(t)
	left := map[difference]bool{}
	for d := range deliberate {
		left[d] = true
	}
	for _, row := range readOracle(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, "corpus", row.path))
		if err != nil {
			t.Fatal(err)
		}
		before := bytes.Clone(data)
		r, err := Decode(data)
		if !bytes.Equal(before, data) {
			t.Errorf("%s: Decode changed its input", row.path)
		}
		if r == nil {
			if !errors.Is(err, ErrEmpty) {
				t.Errorf("%s: %v", row.path, err)
			}
			r = &Result{Track: &activity.Track{}, Format: row.kind}
		}
		if fault := checkColumns(r.Track); fault != "" {
			t.Errorf("%s: %s", row.path, fault)
		}
		for _, c := range compare(r, err, row) {
			reason, listed := deliberate[c]
			delete(left, c)
			if !listed {
				t.Errorf("%s, %s: got %q, want %q", c.path, c.column, c.got, c.want)
			} else {
				t.Logf("| %s | %s | %s | %s | %s |", c.path, c.column, c.want, c.got, reason)
			}
		}
	}
	for d := range left {
		t.Errorf("%s, %s: the difference is gone, take it off the list", d.path, d.column)
	}
}

// compare returns the columns in which a Result and a row differ.
func compare(r *Result, err error, row oracleRow) (found []difference) {
	column := func(name string, got, want any) {
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			found = append(found, difference{row.path, name, g, w})
		}
	}
	column("kind", r.Format, row.kind)
	column("points", r.Counts.Points, row.want.Points)
	column("with_position", r.Counts.WithPosition, row.want.WithPosition)
	column("with_time", r.Counts.WithTime, row.want.WithTime)
	column("with_ele", r.Counts.WithEle, row.want.WithEle)
	column("with_hr", r.Counts.WithHR, row.want.WithHR)
	column("segments", r.Counts.Segments, row.want.Segments)
	column("kept", r.Track.Len(), row.want.WithPosition-row.dropped)
	first, last := "", ""
	if !r.Start.IsZero() {
		first = r.Start.Format("2006-01-02T15:04:05Z")
	}
	column("first", first, row.first)
	// The latest time is to be seen only where every sample was kept.
	if r.Track.Len() == r.Counts.Points && r.Track.Len() > 0 {
		if ms := slices.Max(append([]int64{activity.NoTime}, r.Track.TimeMS...)); ms != activity.NoTime {
			last = time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05Z")
		}
		column("last", last, row.last)
	}
	verdict, want := "", ""
	for _, kind := range []error{ErrEmpty, ErrNoPosition, ErrPlan} {
		if errors.Is(err, kind) {
			verdict = kind.Error()
		}
	}
	switch {
	case row.want.Points == 0:
		want = ErrEmpty.Error()
	case row.want.WithPosition == row.dropped:
		want = ErrNoPosition.Error()
	}
	column("verdict", verdict, want)
	return found
}
