package generator

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestDaysAreLocal has a run of the evening of 1 May in New York, which was 2 May in UTC.
func TestDaysAreLocal(t *testing.T) {
	s := newSite(t)
	var b strings.Builder
	b.WriteString("<gpx><trk><type>running</type><trkseg>")
	for i := range 300 {
		fmt.Fprintf(&b, `<trkpt lat="%.6f" lon="-74"><time>2023-05-02T02:%02d:%02dZ</time></trkpt>`, 40.7+float64(i)*2.5e-5, i/60, i%60)
	}
	s.file("evening.gpx", b.String()+"</trkseg></trk></gpx>")
	first, second := time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2023, 5, 2, 0, 0, 0, 0, time.UTC)
	s.cfg.Filter.From, s.cfg.Filter.To = second, second
	if _, err := s.build(1); err == nil {
		t.Error("it is drawn on the day of UTC")
	}
	s.cfg.Filter.From, s.cfg.Filter.To = first, first
	if _, err := s.build(1); err != nil {
		t.Fatal(err)
	}
	e, err := readMetadata(archivePath(s.cfg))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Heatmapgen.Activities.Day[0], int(first.Unix()/86400); got != want || e.Heatmapgen.Days != DaysLocal {
		t.Errorf("day %d of %q, want %d", got, e.Heatmapgen.Days, want)
	}
	if rows := s.survey().Rows(); rows[0].Start.Format("2006-01-02 15:04") != "2023-05-01 22:00" {
		t.Errorf("admin shows %v", rows[0].Start)
	}
}
