package generator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
)

// labelled is a site of a Strava export of six runs, which says something of five of them, and of files of the service's source that says nothing: a second record of
// the first run, and one that no other has.
func labelled(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.fill()
	export := filepath.Join(s.dir, "export")
	if err := os.MkdirAll(filepath.Join(export, "activities"), 0o755); err != nil {
		t.Fatal(err)
	}
	rows := []string{"Activity ID,Activity Date,Activity Name,Activity Type,Commute,Activity Private Note,Activity Gear,Filename,Type"}
	for i, said := range []string{
		`true,secret thoughts,<b>Red</b> shoes,%s,0.0`, `false,,<b>Red</b> shoes,%s,1.0`, `false,,Trail shoes,%s,3.0`, `,,,%s,`, `true,,Trail shoes,%s,2.0`, `false,,,%s,`,
	} {
		name := fmt.Sprintf("run%d.gpx", i)
		data, err := os.ReadFile(filepath.Join(s.dir, "files", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(export, "activities", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf(`%d,"Jan %d, 2023, 8:00:00 AM",Run %d,Run,`+said, 100+i, 8+7*i, i, "activities/"+name))
		if i > 0 {
			if err := os.Remove(filepath.Join(s.dir, "files", name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(export, "activities.csv"), []byte(strings.Join(rows, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	s.cfg.Sources = append(s.cfg.Sources, config.Source{Type: config.SourceStrava, Path: export})
	return s
}

// TestNothingIsPublishedUnasked: what services say of activities is nowhere in an archive, nor in the page, unless the configuration names it.
func TestNothingIsPublishedUnasked(t *testing.T) {
	s := labelled(t)
	s.mustBuild(2)
	page, err := os.ReadFile(filepath.Join(s.cfg.Output, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	keys := func() []string {
		built, err := OpenSite(filepath.Join(s.cfg.Output, ArchiveName))
		if err != nil {
			t.Fatal(err)
		}
		defer built.Close()
		var all struct {
			Heatmapgen struct {
				Activities map[string]json.RawMessage `json:"activities"`
			} `json:"heatmapgen"`
		}
		if err := json.Unmarshal(built.text, &all); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for key := range all.Heatmapgen.Activities {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, word := range []string{"shoes", "secret"} {
			if bytes.Contains(built.text, []byte(word)) && len(s.cfg.Page.Publish) == 0 || bytes.Contains(page, []byte(word)) || bytes.Contains(built.text, []byte("secret")) {
				t.Errorf("%q is published", word)
			}
		}
		return keys
	}
	plain := []string{"ascent_m", "day", "distance_m", "moving_s", "place", "sport", "sports"}
	if got := keys(); !slices.Equal(got, plain) {
		t.Errorf("columns %q, want %q", got, plain)
	}
	for _, tt := range []struct{ publish, more []string }{
		{[]string{config.PublishGear}, []string{"gear", "gears"}}, {[]string{config.PublishCommute}, []string{"commute"}},
		{[]string{config.PublishKind}, []string{"kind", "kinds"}}, {[]string{config.PublishHour}, []string{"hour"}},
	} {
		s.cfg.Page.Publish = tt.publish
		s.mustBuild(2)
		want := slices.Sorted(slices.Values(slices.Concat(plain, tt.more)))
		if got := keys(); !slices.Equal(got, want) {
			t.Errorf("%q: columns %q, want %q", tt.publish, got, want)
		}
	}
}

func TestPublishedLabels(t *testing.T) {
	s := labelled(t)
	s.cfg.Page.Publish = config.PublishIDs
	r := s.mustBuild(2)
	if r.Drawn != 7 || len(r.Merged) != 1 {
		t.Errorf("%d drawn, merged %v", r.Drawn, r.Merged)
	}
	e, err := readMetadata(filepath.Join(s.cfg.Output, ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	a := &e.Heatmapgen.Activities
	if want := []string{"<b>Red</b> shoes", "Trail shoes", ""}; !reflect.DeepEqual(a.Gears, want) {
		t.Errorf("gears %q, want %q", a.Gears, want)
	}
	// The last is far.gpx, of a file of its own. All start at eight by UTC, which is nine there, and ten in summer.
	for _, c := range []struct {
		name      string
		got, want []int
	}{
		{"gear", a.Gear, []int{0, 0, 1, 2, 1, 2, 2}}, {"commute", a.Commute, []int{2, 1, 1, 0, 2, 1, 0}}, {"kind", a.Kind, []int{0, 1, 2, 3, 4, 3, 3}},
		{"hour", a.Hour, []int{9, 9, 9, 9, 9, 9, 9}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s %v, want %v", c.name, c.got, c.want)
		}
	}
	if want := []string{"ordinary", "race", "workout", "", "long"}; !reflect.DeepEqual(a.Kinds, want) {
		t.Errorf("kinds %q, want %q", a.Kinds, want)
	}
	if findings, err := Verify(t.Context(), filepath.Join(s.cfg.Output, ArchiveName), judge.PMTiles); err != nil || len(findings) > 0 {
		t.Errorf("verify: %v, %v", findings, err)
	}
	a.Gear[0], a.Hour = 3, a.Hour[1:]
	if got := strings.Join(a.checkLabels(), "\n"); got != "activity 0 has the gear 3, which must be from 0 to 2\nthe list of activities has 7 days, but 6 in the column hour" {
		t.Errorf("a broken table: %s", got)
	}
}

// TestFilterByLabels: the record of the file has nothing of what the service says of the same run, and goes with it.
func TestFilterByLabels(t *testing.T) {
	yes, no := true, false
	s := labelled(t)
	for _, tt := range []struct {
		name   string
		filter func(f *config.Filter)
		drawn  int
		reason string
	}{
		{"one pair of shoes", func(f *config.Filter) { f.Gear = []string{"<B>red</B> shoes"} }, 2, "other gear"},
		{"commutes", func(f *config.Filter) { f.Commute = &yes }, 2, "not known for a commute"},
		{"no commutes", func(f *config.Filter) { f.Commute = &no }, 5, "commute"},
		{"races and workouts", func(f *config.Filter) { f.Kinds = []string{"race", "workout"} }, 2, "other kind"},
		{"all weekdays but Sunday", func(f *config.Filter) { f.Weekdays = []string{"Monday", "Saturday"} }, 0, "outside the weekdays"},
		{"hours over midnight", func(f *config.Filter) { f.Hours = []int{22, 8} }, 0, "outside the hours"},
	} {
		before := s.cfg.Filter
		tt.filter(&s.cfg.Filter)
		r, err := s.build(2)
		s.cfg.Filter = before
		if tt.drawn == 0 {
			if err == nil || !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if r.Drawn != tt.drawn || r.Skipped[tt.reason] != 7-tt.drawn {
			t.Errorf("%s: %d drawn, want %d; skipped %v", tt.name, r.Drawn, tt.drawn, r.Skipped)
		}
	}
}

// TestLabelsOfOverrides: what the user says goes before what sources say, of a record that is not drawn as well, and is known to filters.
func TestLabelsOfOverrides(t *testing.T) {
	s := labelled(t)
	sources, output, cache := s.cfg.Sources, s.cfg.Output, s.cfg.Cache
	s.cfg = configured(t, s.dir, "[filter]\nkinds = [\"race\"]\n[page]\npublish = [\"gear\", \"commute\", \"kind\"]\n")
	s.cfg.Sources, s.cfg.Output, s.cfg.Cache = sources, output, cache
	// run0.gpx is the record of a file of strava:100, which is an ordinary commute in red shoes; strava:103 is known for nothing.
	s.write(filepath.Join(s.dir, "overrides.json"), []byte(`{"version": 1, "activities": {
		"files:run0.gpx": {"commute": false, "kind": "race"}, "strava:103": {"kind": "race", "gear": "Spikes"}, "strava:101": {"kind": "ordinary"}}}`))
	s.mustBuild(2)
	a := s.opened().Meta.Activities
	if want := []string{"<b>Red</b> shoes", "Spikes"}; !reflect.DeepEqual(a.Gears, want) || !reflect.DeepEqual(a.Commute, []int{1, 0}) || !reflect.DeepEqual(a.Kinds, []string{"race"}) {
		t.Errorf("%+v", a)
	}
}
