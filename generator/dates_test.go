package generator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
)

func TestMendDates(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at.Add(9 * time.Hour)
	}
	others := []string{"2026-01-04", "2026-02-04", "2026-03-04", "2026-04-04", "2026-05-04", "2026-06-01"}
	for _, c := range []struct {
		odd, want string // the date it counts for
		late, say bool
	}{
		{"2006-09-18", "2026-05-04", false, true},  // a rollover early
		{"2045-10-01", "2026-02-15", false, true},  // and one late
		{"2009-09-18", "2009-09-18", false, false}, // 1024 weeks later is after the day of the map
		{"2005-07-18", "2025-03-03", false, true},
		{"1999-07-18", "1999-07-18", false, false}, // long ago, and that is all
		{"2098-12-01", "2098-12-01", true, true},
		{"2026-11-21", "2026-11-21", false, false}, // tomorrow: it is that day somewhere
		{"2026-11-22", "2026-11-22", true, true},
		{"2022-01-01", "2022-01-01", false, false},
	} {
		t.Run(c.odd, func(t *testing.T) {
			var rows []row
			for _, o := range append([]string{c.odd}, others...) {
				rows = append(rows, row{Record: activity.Record{Activity: activity.Activity{Start: day(o)}}})
			}
			mendDates(rows, activity.DayOf(day("2026-11-20")))
			if got := rows[0].Activity.Start.Format(time.DateOnly); got != c.want || rows[0].late != c.late || (rows[0].warning != "") != c.say {
				t.Errorf("it counts for %s, late %v, %q", got, rows[0].late, rows[0].warning)
			}
			for i := range others {
				if r := rows[i+1]; !r.Activity.Start.Equal(day(others[i])) || r.warning != "" {
					t.Errorf("%s became %v, %q", others[i], r.Activity.Start, r.warning)
				}
			}
		})
	}
}

// TestReportTellsTheOneThing hides one broken file among many harmless ones.
func TestReportTellsTheOneThing(t *testing.T) {
	r := Report{File: "report.txt"}
	for i := range 2000 {
		r.problems = append(r.problems, problem{fmt.Sprintf("files:m%d.fit", i), reasonEmpty, "fit file: no samples", rankOf(reasonEmpty)})
	}
	for i := range 20 {
		r.problems = append(r.problems, problem{fmt.Sprintf("files:%d.fit", i), drawnReason, fmt.Sprintf("%d bytes behind FIT file #1 that are none", i+5), rankOdd})
	}
	r.problems = append(r.problems, problem{"files:zz.fit", brokenReason, "FIT file #1: the file breaks off", rankBroken})
	var b strings.Builder
	r.writeFiles(&b)
	want := `
Files worth a look:
  files:zz.fit: drawn as far as it goes - FIT file #1: the file breaks off
  2,000 files: nothing in it - fit file: no samples, as files:m0.fit
  20 files: drawn, but odd - 5 bytes behind FIT file #1 that are none, as files:0.fit
`
	if b.String() != want {
		t.Errorf("got%swant%s", b.String(), want)
	}
}
