package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/generator/config"
	"heatmapgen/generator/overrides"
)

// newRuns returns a site of n runs, a minute each, that was built.
func newRuns(t *testing.T, n int) *site {
	t.Helper()
	s := newSite(t)
	s.cfg.Render.MaxZoom = 10
	s.cfg.Filter.GPSSpreadMinM = 0
	s.cfg.File = filepath.Join(s.dir, "heatmap.toml")
	for i := range n {
		s.run(fmt.Sprintf("run%02d.gpx", i), uint64(i+1), 48.1+float64(i)/100, 9.2, 60)
	}
	if n == 0 {
		return s
	}
	if r := s.mustBuild(2); r.Drawn != n {
		t.Fatalf("%d of %d runs were drawn", r.Drawn, n)
	}
	return s
}

// empty leaves nothing of the runs from the first to before the last, as sync clients do that keep files in the cloud.
func (s *site) empty(first, last int) {
	s.t.Helper()
	for i := first; i < last; i++ {
		s.file(fmt.Sprintf("run%02d.gpx", i), "")
	}
}

// wantFewer checks that a build refuses to take so many away, and leaves the site.
func (s *site) wantFewer(present, drawn int, why string) {
	s.t.Helper()
	before := s.both()
	_, err := s.build(2)
	var fewer *FewerError
	if !errors.As(err, &fewer) || fewer.Present != present || fewer.New != drawn {
		s.t.Fatalf("the build ends with %v, want %d of %d refused", err, drawn, present)
	}
	want := fmt.Sprintf("%s/ shows %d activities, and the new site would show %d: %d fewer (%s); %s/ is as it was",
		s.cfg.Output, present, drawn, present-drawn, why, s.cfg.Output)
	if err.Error() != want {
		s.t.Errorf("got  %v\nwant %s", err, want)
	}
	if !bytes.Equal(before, s.both()) {
		s.t.Error("the site has changed")
	}
}

func TestEmptiedFolderDoesNotReplaceTheSite(t *testing.T) {
	s := newRuns(t, 20)
	s.empty(1, 20)
	s.wantFewer(20, 1, "not a recording 19")
	// A refusal is no consent.
	s.wantFewer(20, 1, "not a recording 19")

	// The files are gone rather than empty.
	for i := 1; i < 20; i++ {
		if err := os.Remove(filepath.Join(s.dir, "files", fmt.Sprintf("run%02d.gpx", i))); err != nil {
			t.Fatal(err)
		}
	}
	s.wantFewer(20, 1, "in no source any more 19")

	// Nor does a change of anything but the rules let it pass.
	s.cfg.Title, s.cfg.Page.Tracks, s.cfg.Render.BlurSigmaPX = "Another", false, 3
	s.wantFewer(20, 1, "in no source any more 19")
	s.cfg.Format = config.FormatMBTiles
	s.wantFewer(20, 1, "in no source any more 19")
	s.cfg.Format = config.FormatPMTiles

	// Somebody who is asked can allow it.
	opts := Options{Workers: 2, Version: "test", Now: time.Now()}
	var asked []Fewer
	for _, answer := range []bool{false, true} {
		opts.Fewer = func(_ context.Context, f Fewer) (bool, error) {
			asked = append(asked, f)
			return answer, nil
		}
		if _, err := Build(context.Background(), s.cfg, opts); (err == nil) != answer {
			t.Errorf("after the answer %v: %v", answer, err)
		}
	}
	if len(asked) != 2 || asked[1].Present != 20 || asked[1].New != 1 || asked[1].Report != filepath.Join(s.cfg.Cache, ReportName) {
		t.Errorf("asked %+v", asked)
	}
	if r := s.mustBuild(2); r.Drawn != 1 {
		t.Errorf("afterwards %d are drawn", r.Drawn)
	}
}

// More than a fifth, and three at least.
func TestWhatIsMuch(t *testing.T) {
	for _, test := range []struct {
		present, fall int
		much          bool
	}{{20, 4, false}, {20, 5, true}, {15, 3, false}, {14, 3, true}, {5, 2, false}, {3, 2, false}, {3, 3, true}, {20, -3, false}, {1000, 200, false}, {1000, 201, true}} {
		if got := isMuch(test.fall, test.present); got != test.much {
			t.Errorf("%d of %d: %v", test.fall, test.present, got)
		}
	}
	s := newRuns(t, 15)
	s.empty(0, 3)
	if r := s.mustBuild(2); r.Drawn != 12 {
		t.Errorf("%d were drawn", r.Drawn)
	}
	s.empty(3, 6)
	s.wantFewer(12, 9, "not a recording 3")

	// What goes without a question is told.
	s = newRuns(t, 15)
	for _, name := range []string{"run01.gpx", "run02.gpx"} {
		if err := os.Remove(filepath.Join(s.dir, "files", name)); err != nil {
			t.Fatal(err)
		}
	}
	if r := s.mustBuild(2); len(r.Notes) != 1 || r.Notes[0].Text != "2 activities on the site of before are in no source any more" {
		t.Errorf("the notes are %q", r.Notes)
	}
	if r := s.mustBuild(2); len(r.Notes) != 0 {
		t.Errorf("afterwards the notes are %q", r.Notes)
	}
}

// What the user asked for in [filter], [home], [privacy] or overrides.json is not asked about again.
func TestRulesTakeAwayWithoutAsking(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(s *site)
		drawn  int
	}{
		{"dates", func(s *site) { s.cfg.Filter.To = time.Date(2023, 1, 29, 0, 0, 0, 0, time.UTC) }, 4},
		{"ids", func(s *site) {
			s.cfg.Filter.Exclude = []string{"files:run01.gpx", "files:run02.gpx", "files:run03.gpx"}
		}, 5},
		{"radius", func(s *site) { s.cfg.Filter.RadiusKM, s.cfg.Home = 2.5, &config.LatLon{Lat: 48.1, Lon: 9.2} }, 3},
		{"a zone", func(s *site) { s.cfg.Privacy.Zones = []config.Zone{{Lat: 48.1, Lon: 9.2, RadiusM: 2500}} }, 0},
		{"trimming", func(s *site) { s.cfg.Privacy.TrimStartM = 175 }, 0},
		{"overrides", func(s *site) {
			s.say(overrides.Overrides{"files:run01.gpx": {Exclude: true}, "files:run02.gpx": {Exclude: true}, "files:run03.gpx": {Sport: "Swim"}})
		}, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newRuns(t, 8)
			test.change(s)
			r, err := s.build(2)
			var nothing *NothingError
			switch {
			case errors.As(err, &nothing) && test.drawn == 0:
			case err != nil:
				t.Fatal(err)
			case test.drawn > 0 && r.Drawn != test.drawn || r.Drawn > 5:
				t.Errorf("%d were drawn, want %d", r.Drawn, test.drawn)
			}
		})
	}
}

// A change of the rules does not cover a source that is emptied at the same time.
func TestRulesExcuseOnlyWhatTheyTake(t *testing.T) {
	s := newRuns(t, 20)
	s.cfg.Filter.Exclude = []string{"files:run19.gpx"}
	s.empty(1, 19)
	s.wantFewer(20, 1, "not a recording 18")

	// A rule of before takes more away when a source fails: home is where most activities that are left start.
	s = newRuns(t, 0)
	s.cfg.Filter.RadiusKM = 100
	for i := range 12 {
		s.run(fmt.Sprintf("run%02d.gpx", i), uint64(i+1), 48.1, 9.2, 60)
	}
	for i := range 3 {
		s.run(fmt.Sprintf("far%d.gpx", i), uint64(i+40), 10, 9.2, 60)
	}
	if r := s.mustBuild(2); r.Drawn != 12 {
		t.Fatalf("%d were drawn", r.Drawn)
	}
	s.empty(2, 12)
	s.wantFewer(12, 3, "not a recording 10, starts too far from home 2")
}

// Without the cache nothing is known of the rules of before: it is asked once more, rather than once too little.
func TestFewerWithoutTheCache(t *testing.T) {
	s := newRuns(t, 8)
	s.forgetCache()
	s.cfg.Filter.To = time.Date(2023, 1, 29, 0, 0, 0, 0, time.UTC)
	_, err := s.build(2)
	var fewer *FewerError
	if !errors.As(err, &fewer) || fewer.Present != 8 || fewer.New != 4 {
		t.Errorf("the build ends with %v", err)
	}
	// The same for what is kept of another site, or of this one before somebody replaced it.
	s = newRuns(t, 8)
	other := newRuns(t, 9)
	if err := os.Rename(other.cfg.Output, s.cfg.Output+".new"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(s.cfg.Output), os.Rename(s.cfg.Output+".new", s.cfg.Output)); err != nil {
		t.Fatal(err)
	}
	s.cfg.Filter.To = time.Date(2023, 1, 29, 0, 0, 0, 0, time.UTC)
	if _, err = s.build(2); !errors.As(err, &fewer) || fewer.Present != 9 {
		t.Errorf("the build ends with %v", err)
	}
}

// The demo is nobody's map.
func TestDemoIsReplacedWithoutAsking(t *testing.T) {
	s := newSite(t)
	s.cfg.Render.MaxZoom = 8
	files := s.cfg.Sources
	s.cfg.Sources = []config.Source{{Type: config.SourceDemo}}
	s.cfg.Filter.From = s.cfg.Render.AsOf.AddDate(0, -4, 0)
	if r := s.mustBuild(2); r.Drawn < 10 {
		t.Fatalf("%d of the demo were drawn", r.Drawn)
	}
	s.cfg.Sources, s.cfg.Filter.From = files, time.Time{}
	s.fill()
	if r := s.mustBuild(2); r.Drawn != 7 {
		t.Errorf("%d were drawn", r.Drawn)
	}
}

// What is published tells nothing of what is not; what is kept for the next build is for the user alone.
func TestWhatIsKeptIsPrivate(t *testing.T) {
	s := newRuns(t, 8)
	s.cfg.Filter.Exclude = []string{"files:run01.gpx"}
	s.mustBuild(2)
	found, err := filepath.Glob(filepath.Join(s.cfg.Cache, "shown-*.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("kept files: %v, %v", found, err)
	}
	info, err := os.Stat(found[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	e, err := readMetadata(filepath.Join(s.cfg.Output, ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	rules := rulesHash(s.cfg, overrides.Overrides{}, nil)
	if !strings.Contains(string(text), rules) {
		t.Error("the rules are not kept")
	}
	if got := len(e.Heatmapgen.Activities.Day); got != 7 {
		t.Errorf("the archive tells of %d activities", got)
	}
	if site := s.both(); bytes.Contains(site, []byte(rules)) || bytes.Contains(site, []byte("run01")) {
		t.Error("the site tells of the rules")
	}
}
