package generator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
)

// survey surveys the site's sources.
func (s *site) survey() *Survey {
	s.t.Helper()
	v, err := NewSurvey(context.Background(), s.cfg, Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(v.Close)
	return v
}

// say saves overrides beside the configuration.
func (s *site) say(o overrides.Overrides) {
	s.t.Helper()
	s.cfg.File = filepath.Join(s.dir, "heatmap.toml")
	if err := o.Save(overrides.Path(s.cfg.File)); err != nil {
		s.t.Fatal(err)
	}
}

// mixed fills the folder with one of nearly everything.
func (s *site) mixed() {
	s.fill()
	s.run("excluded.gpx", 11, 48.1, 9.2, 300)
	s.run("unwanted.gpx", 12, 48.1, 9.2, 300)
	s.run("indoor.gpx", 13, 48.1, 9.2, 4)
	s.run("remote.gpx", 14, 50.1, 9.2, 300)
	s.run("late.gpx", 70, 48.1, 9.2, 300)
	s.run("hidden.gpx", 15, 48.2, 9.3, 300)
	s.run("twin.gpx", 16, 48.1, 9.2, 300)
	text, _ := os.ReadFile(filepath.Join(s.dir, "files", "twin.gpx"))
	s.file("twin of it.gpx", string(text))
	s.file("bus.gpx", strings.Replace(string(text), "running", "driving", 1))
	s.file("ride.gpx", strings.Replace(string(text), "running", "cycling", 1)+" ")
	s.file("broken.gpx", `<?xml version="1.0"?><gpx><trk><trkseg><trkpt lat="x"`)
	s.file("plan.gpx", `<?xml version="1.0"?><gpx version="1.1"><rte><rtept lat="1" lon="1"/><rtept lat="2" lon="1"/></rte></gpx>`)
	f := &s.cfg.Filter
	f.Exclude, f.RadiusKM, f.To = []string{"files:excluded.gpx"}, 100, time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
	s.cfg.Privacy.Zones = []config.Zone{{Lat: 48.2, Lon: 9.3, RadiusM: 3000}}
}

// What the list says must be what a build does, or it is worth nothing.
func TestSurveySaysWhatABuildDoes(t *testing.T) {
	for _, clip := range []float64{0, 60} {
		s := newSite(t)
		s.mixed()
		s.cfg.Filter.TrackClipRadiusKM = clip
		s.say(overrides.Overrides{"files:unwanted.gpx": {Exclude: true}, "files:ride.gpx": {Sport: "Run"}, "files:run0.gpx": {Sport: "Swim"}})
		v := s.survey()
		got, states := map[string]string{}, map[State]bool{}
		for _, r := range v.Rows() {
			states[r.State] = true
			if r.Reason != "" {
				got[r.ID] = r.Reason
			}
		}
		want := map[string]string{}
		report := s.mustBuild(2)
		for _, p := range report.problems {
			if p.reason != drawnReason && p.reason != cleanedReason {
				want[p.what] = p.reason
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("the survey says %v\nthe build does %v", got, want)
		}
		if n := len(v.Rows()) - len(got); n != report.Drawn {
			t.Errorf("the survey keeps %d, the build draws %d", n, report.Drawn)
		}
		for _, state := range []State{StateKept, StateExcluded, StateDuplicate, StateSport, StateDates, StateFar, StateIndoor, StateHidden, StateNotRecording, StateBroken} {
			if !states[state] {
				t.Errorf("nothing is %q in the fixture", state)
			}
		}
	}
}

// Other overrides must be judged as a new survey would judge them.
func TestApplyIsAsGoodAsANewSurvey(t *testing.T) {
	for _, clip := range []float64{0, 30} {
		s := newSite(t)
		s.mixed()
		s.cfg.Filter.TrackClipRadiusKM = clip
		v := s.survey()
		for _, o := range []overrides.Overrides{
			{"files:twin.gpx": {Exclude: true}, "files:run1.gpx": {Sport: "Ride"}, "files:bus.gpx": {Sport: "Run"}},
			{"files:run0.gpx": {Exclude: true}, "files:run1.gpx": {Exclude: true}, "files:run2.gpx": {Exclude: true},
				"files:run3.gpx": {Exclude: true}, "files:run4.gpx": {Exclude: true}, "files:run5.gpx": {Exclude: true}},
			{},
		} {
			s.say(o)
			if err := v.Apply(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			got, want := fmt.Sprintf("%+v", v.Rows()), fmt.Sprintf("%+v", s.survey().Rows())
			if got != want {
				t.Errorf("with %v:\n%s\nwant\n%s", o, got, want)
			}
		}
	}
}

func TestSurveyRowsTellWhereThingsAreFrom(t *testing.T) {
	s := newSite(t)
	s.mixed()
	s.cfg.Filter.RadiusKM = 0
	s.say(overrides.Overrides{"files:unwanted.gpx": {Exclude: true}, "files:excluded.gpx": {Exclude: true}, "files:run0.gpx": {Sport: "Trail Run"}})
	rows := map[string]SurveyRow{}
	for _, r := range s.survey().Rows() {
		rows[r.ID] = r
	}
	if r := rows["files:unwanted.gpx"]; r.ExcludedBy != ExcludedByOverrides || r.Detail != ExcludedByOverrides || r.DistanceM == 0 || len(r.Thumbnail) == 0 {
		t.Errorf("excluded by overrides.json: %+v", r)
	}
	// What both say, only the configuration can take back.
	if r := rows["files:excluded.gpx"]; r.ExcludedBy != ExcludedByConfig {
		t.Errorf("excluded by the configuration: %+v", r)
	}
	if r := rows["files:run0.gpx"]; r.Sport != "Trail Run" || r.SportFrom != SportFromOverride || r.State != StateKept {
		t.Errorf("set sport: %+v", r)
	}
	if r := rows["files:run1.gpx"]; r.Sport != "Run" || r.SportFrom != SportFromFile || r.ExcludedBy != "" {
		t.Errorf("untouched: %+v", r)
	}
	if a, b := rows["files:twin.gpx"], rows["files:twin of it.gpx"]; a.Twin == b.Twin || a.Twin+b.Twin != a.ID && a.Twin+b.Twin != b.ID {
		t.Errorf("twins: %+v\n%+v", a, b)
	}
	if r := rows["files:hidden.gpx"]; len(r.Thumbnail) > 0 {
		t.Errorf("a track in a zone has the picture %v", r.Thumbnail)
	}
}

// What a zone hides must not be in the small picture either: a straight way through a zone has a hole in it there.
func TestThumbnailsHaveTheHolesOfTheMap(t *testing.T) {
	s := newSite(t)
	var b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&b, `<trkpt lat="48.1" lon="%.6f"><time>%s</time></trkpt>`, 9.2+float64(i)*0.0001, time.Date(2024, 1, 1, 8, 0, i*3, 0, time.UTC).Format(time.RFC3339))
	}
	s.file("straight.gpx", `<?xml version="1.0"?><gpx version="1.1"><trk><type>running</type><trkseg>`+b.String()+"</trkseg></trk></gpx>")
	if v := s.survey().Rows()[0].Thumbnail; len(v) != 1 {
		t.Fatalf("without a zone: %v", v)
	}
	s.cfg.Privacy.Zones = []config.Zone{{Lat: 48.1, Lon: 9.23, RadiusM: 300}}
	v := s.survey().Rows()[0].Thumbnail
	if len(v) != 2 {
		t.Fatalf("with a zone: %v", v)
	}
	for _, line := range v {
		for _, p := range line {
			// The way has some 4.4 km on 48 units, so the zone reaches 3 units to either side of the middle.
			if p[0] >= 21 && p[0] <= 26 {
				t.Errorf("%v lies in the zone", p)
			}
		}
	}
}

func TestThumbnailsAreSmall(t *testing.T) {
	s := newSite(t)
	s.run("long.gpx", 1, 48.1, 9.2, 20000)
	v := s.survey().Rows()[0].Thumbnail
	n := 0
	for _, line := range v {
		n += len(line)
		for _, p := range line {
			if p[0] >= ThumbnailSize || p[1] >= ThumbnailSize {
				t.Errorf("%v lies outside", p)
			}
		}
	}
	if n < 10 || n > maxThumbnail {
		t.Errorf("the picture has %d points", n)
	}
}

func TestLinksLeadToTheServicesOnly(t *testing.T) {
	s := &Survey{cfg: config.Default()}
	for id, want := range map[string]string{
		"strava:123":              "https://www.strava.com/activities/123",
		"strava:file/a.gpx":       "",
		"strava:1?x=javascript:":  "",
		"intervals:i77":           "https://intervals.icu/activities/i77",
		"intervals:../../i77":     "",
		"files:123":               "",
		"strava:":                 "",
		"strava:12\"onclick=\"x(": "",
	} {
		if got := s.link(&activity.Activity{ID: id}); got != want {
			t.Errorf("%s leads to %q, want %q", id, got, want)
		}
	}
	s.cfg.Intervals.BaseURL = "http://user:secret@127.0.0.1:9/icu"
	if got := s.link(&activity.Activity{ID: "intervals:i77"}); got != "http://127.0.0.1:9/icu/activities/i77" {
		t.Errorf("got %q", got)
	}
}

func TestBrokenOverridesEndABuildInOneSentence(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.say(nil)
	path := overrides.Path(s.cfg.File)
	if err := os.WriteFile(path, []byte("{\"version\": 1,\n\"activities\": {\"files:run0.gpx\": {\"exclude\": yes}}}"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := s.build(1)
	var faults *config.Error
	if !errors.As(err, &faults) || !strings.HasPrefix(err.Error(), path+":2: this is not JSON") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
}

// A sport that the user set decides about the speed limit too: at 20 m/s a run falls apart, a ride does not.
func TestASetSportHasItsOwnSpeedLimit(t *testing.T) {
	s := newSite(t)
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, `<trkpt lat="48.1" lon="%.6f"><time>%s</time></trkpt>`, 9.2+float64(i)*0.00027, time.Date(2024, 1, 1, 8, 0, i, 0, time.UTC).Format(time.RFC3339))
	}
	s.file("fast.gpx", `<?xml version="1.0"?><gpx version="1.1"><trk><type>running</type><trkseg>`+b.String()+"</trkseg></trk></gpx>")
	s.cfg.Filter.Sports = nil
	if _, err := s.build(1); err == nil {
		t.Fatal("a run at 20 m/s was drawn")
	}
	s.say(overrides.Overrides{"files:fast.gpx": {Sport: "Ride"}})
	if r := s.mustBuild(1); r.Drawn != 1 || r.Points != 300 {
		t.Errorf("drew %d with %d points", r.Drawn, r.Points)
	}
}
