package generator

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"heatmapgen/generator/overrides"
)

// severalDays writes a GPX file of runs and, in the middle, a ride, a day apart, each 600 m and more long.
func (s *site) severalDays(name string, n int) {
	var b strings.Builder
	b.WriteString("<gpx>")
	for k := range n {
		sport := "running"
		if k == 1 {
			sport = "cycling"
		}
		fmt.Fprintf(&b, "<trk><type>%s</type><trkseg>", sport)
		for i := range 300 {
			fmt.Fprintf(&b, `<trkpt lat="%.6f" lon="%.6f"><time>2023-05-%02dT10:%02d:%02dZ</time></trkpt>`, 48+float64(i)*2.5e-5, 8+float64(k)*1e-3, k+1, i/60, i%60)
		}
		b.WriteString("</trkseg></trk>")
	}
	s.file(name, b.String()+"</gpx>")
}

// TestSeveralActivitiesInOneFile builds one file of four, leaves one out by its id and one by its sport, and asks admin's view.
func TestSeveralActivitiesInOneFile(t *testing.T) {
	s := newSite(t)
	s.cfg.File = s.dir + "/heatmap.toml"
	s.severalDays("all.gpx", 4)
	s.run("one.gpx", 1, 48.5, 8.5, 600)
	s.cfg.Filter.Exclude = []string{"files:all.gpx#3"}
	for _, workers := range []int{1, 3} { // the second time from the cache
		report, err := s.build(workers)
		if err != nil {
			t.Fatal(err)
		}
		if report.Read != 5 || report.Drawn != 3 || report.Skipped["excluded"] != 1 || report.Skipped["other sport"] != 1 {
			t.Errorf("read %d, drawn %d, skipped %v", report.Read, report.Drawn, report.Skipped)
		}
	}
	v := s.survey()
	var got []string
	for _, r := range v.Rows() {
		got = append(got, fmt.Sprintf("%s %s %s %s", r.ID, r.Sport, r.Start.Format("01-02"), r.State))
	}
	want := "files:all.gpx#1 Run 05-01 kept\nfiles:one.gpx Run 01-08 kept\nfiles:all.gpx#2 Ride 05-02 sport\nfiles:all.gpx#3 Run 05-03 excluded\nfiles:all.gpx#4 Run 05-04 kept"
	if joined := strings.Join(got, "\n"); joined != want {
		t.Errorf("got\n%s\nwant\n%s", joined, want)
	}
	said := overrides.Overrides{"files:all.gpx#2": {Sport: "Run"}, "files:all.gpx#4": {Exclude: true}}
	if err := v.Apply(context.Background(), said); err != nil {
		t.Fatal(err)
	}
	rows := v.Rows()
	if r := rows[2]; r.State != StateKept || r.Sport != "Run" || r.DistanceM < 600 {
		t.Errorf("the ride as a run: %+v", r)
	}
	if r := rows[4]; r.State != StateExcluded {
		t.Errorf("the excluded one: %+v", r)
	}
	s.cfg.Filter.Exclude = []string{"files:all.gpx"}
	if report, err := s.build(2); err != nil || report.Drawn != 1 {
		t.Errorf("without the file %d are drawn, want 1 (%v)", report.Drawn, err)
	}
}
