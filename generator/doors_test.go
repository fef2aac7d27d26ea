package generator

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// kmlRun writes a run of n seconds at 3 m/s to the north, as the gx:Track of a Placemark.
func kmlRun(lat, lon float64, n int) string {
	var when, coord strings.Builder
	for i := range n {
		fmt.Fprintf(&when, "<when>2024-05-01T10:%02d:%02dZ</when>", i/60, i%60)
		fmt.Fprintf(&coord, "<gx:coord>%.7f %.7f 0</gx:coord>", lon, lat+float64(i)*3/111_195)
	}
	return "<kml><Placemark><name>Out</name><gx:Track>" + when.String() + coord.String() + "</gx:Track></Placemark></kml>"
}

// timelineOf writes a Timeline with a run, and with a drive and a walk of which only the ends are known.
func timelineOf(lat, lon float64) string {
	var path strings.Builder
	for i := range 120 {
		fmt.Fprintf(&path, `{"point":"%.7f°, %.7f°","time":"2024-05-02T10:%02d:%02dZ"},`, lat+float64(i)*3e1/111_195, lon, i/6, i%6*10)
	}
	move := func(kind, from, to string) string {
		return fmt.Sprintf(`{"startTime":"2024-05-02T%sZ","endTime":"2024-05-02T%sZ","activity":{"topCandidate":{"type":"%s"},"start":{"latLng":"%f°, %f°"},"end":{"latLng":"%f°, %f°"}}}`,
			from, to, kind, lat, lon, lat+0.03, lon)
	}
	return `{"semanticSegments":[{"startTime":"2024-05-02T10:00:00Z","endTime":"2024-05-02T12:00:00Z","timelinePath":[` + strings.TrimSuffix(path.String(), ",") + `]},` +
		move("RUNNING", "10:00:00", "10:19:50") + "," + move("IN_BUS", "11:00:00", "11:30:00") + "," + move("WALKING", "12:00:00", "12:30:00") + "]}"
}

func TestOtherDoors(t *testing.T) {
	s := newSite(t)
	s.cfg.Filter.Sports = nil
	s.file("a.kml", kmlRun(48.1, 9.2, 600))
	s.file("Timeline.json", timelineOf(48.2, 9.3))
	s.file("flight.igc", "AXXX001\nHFDTE010625\nB0800004830000N03000000WA0010000100\n")
	r := s.mustBuild(2)
	if r.Drawn != 2 || r.Read != 2 {
		t.Errorf("read %d, drew %d", r.Read, r.Drawn)
	}
	notes := strings.Join(message.Texts(r.Notes), "\n")
	for _, want := range []string{
		"flight.igc is an IGC flight log, which cannot be read: GPSBabel",
		"files:Timeline.json is a log of a life rather than a recording: of its movements, 1 in cars, trains and other vehicles and 1 of which only the ends are known were left out",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in\n%s", want, notes)
		}
	}
	// From the cache it is told as well.
	if again := s.mustBuild(2); strings.Join(message.Texts(again.Notes), "\n") != notes {
		t.Errorf("from the cache:\n%s\nbefore:\n%s", strings.Join(message.Texts(again.Notes), "\n"), notes)
	}
}

// TestNothingThatCanBeRead names what there is when there are no activities.
func TestNothingThatCanBeRead(t *testing.T) {
	s := newSite(t)
	s.file("ride.pwx", "<pwx/>")
	s.file("summarizedActivities.json", `[{"summarizedActivitiesExport":[]}]`)
	_, err := s.build(1)
	var nothing *NothingError
	if !errors.As(err, &nothing) {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"the sources hold no activities; check [[source]]. ", "ride.pwx is a PWX file of TrainingPeaks, which cannot be read: TrainingPeaks exports FIT as well",
		"the table holds no positions; the FIT files of the same export are read"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

// TestDatum draws a run of an app in China where it was, whether the cache knows its file from before or not.
func TestDatum(t *testing.T) {
	const lat, lon = 31.2, 121.5
	toLat, toLon := activity.ToGCJ02(lat, lon)
	s := newSite(t)
	s.cfg.Filter.Sports = nil
	s.file("a.kml", kmlRun(toLat, toLon, 600))
	west := func() float64 {
		s.mustBuild(1)
		m, err := readMetadata(archivePath(s.cfg))
		if err != nil {
			t.Fatal(err)
		}
		return m.Heatmapgen.Bounds[0]
	}
	asIs := west()
	s.cfg.Sources[0].Datum = config.DatumGCJ02
	shifted := west()
	s.forgetCache()
	if anew := west(); anew != shifted {
		t.Errorf("with the cache its west is %f, without %f", shifted, anew)
	}
	s.cfg.Sources[0].Datum = config.DatumWGS84
	if back := west(); back != asIs {
		t.Errorf("back to WGS 84 its west is %f, was %f", back, asIs)
	}
	// The bounds have a margin, the same for both.
	if got, want := asIs-shifted, toLon-lon; math.Abs(got-want) > 1e-4 {
		t.Errorf("moved by %f degrees, want %f", got, want)
	}
}

// TestOddCases builds the situation that others reported, where the shared folder has it.
func TestOddCases(t *testing.T) {
	dir := filepath.Join(os.Getenv("HEATMAPGEN_SHARED"), "cases", "37-odd")
	if _, err := os.Stat(dir); os.Getenv("HEATMAPGEN_SHARED") == "" || err != nil {
		t.Skip("HEATMAPGEN_SHARED is not set: the recordings are not part of this repository")
	}
	for _, name := range []string{"track.kml", "track.kmz", "route.geojson", "training-session-2025-06-01-1.json", "Timeline.json", "endomondo.json", "com.samsung.health.exercise.location_data.json"} {
		s := newSite(t)
		s.cfg.Filter.Sports = nil
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		s.file(name, string(text))
		opts := s.options(1)
		opts.Now = opts.Now.AddDate(2, 0, 0)
		r, err := Build(t.Context(), s.cfg, opts)
		if err != nil || r.Drawn != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := newSite(t)
	s.cfg.Filter.Sports = nil
	s.cfg.Sources[0].Path = dir
	opts := s.options(1)
	opts.Now = opts.Now.AddDate(2, 0, 0)
	r, err := Build(t.Context(), s.cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(message.Texts(r.Notes), "\n")
	for _, want := range []string{"flight.igc is", "log.nmea is", "old.hst is", "ride.pwx is", "suunto.sml is", "summarizedActivities.json is", "cardioActivities.csv is", "Records.json is"} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not told:\n%s", want, notes)
		}
	}
}
