package generator

import (
	"bytes"
	"compress/gzip"
	"context"
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
	"heatmapgen/internal/message"
)

// TestOutingsOfOthers builds situations that people met.
func TestOutingsOfOthers(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the recordings are not part of this repository")
	}
	for name, want := range map[string][2]int{ // drawn, merged
		"01-different-outings-merged/20-daily-loop-two-sources": {2, 0},
		"01-different-outings-merged/20b-morning-evening":       {2, 0},
		"01-different-outings-merged/20c-walk-and-run":          {2, 0},
		"23-same-source-duplicates/18-two-devices-one-source":   {1, 1},
		"23-same-source-duplicates/63-fit-and-gpx-of-one":       {1, 2},
		"23-same-source-duplicates/89-fit-and-its-gz":           {1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := config.Load(filepath.Join(shared, "cases", filepath.FromSlash(name), "heatmap.toml"))
			if err != nil {
				t.Fatal(err)
			}
			cfg.SetOutput(filepath.Join(t.TempDir(), "site"))
			cfg.Cache = t.TempDir()
			r, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			if r.Drawn != want[0] || len(r.Merged) != want[1] {
				t.Errorf("drawn %d, merged %v", r.Drawn, r.Merged)
			}
		})
	}
}

// again writes another record of a run of the folder: every n-th of its samples from one to another, by a clock that is off.
func (s *site) again(of, name string, n, from, to int, off time.Duration) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "files", of))
	if err != nil {
		s.t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var b strings.Builder
	sample := 0
	for _, line := range lines {
		if before, rest, ok := strings.Cut(line, "<time>"); ok {
			sample++
			if sample <= from || sample > to || sample%n > 0 {
				continue
			}
			at, after, _ := strings.Cut(rest, "</time>")
			t, err := time.Parse(time.RFC3339, at)
			if err != nil {
				s.t.Fatal(err)
			}
			line = before + "<time>" + t.Add(off).Format(time.RFC3339) + "</time>" + after
		}
		b.WriteString(line + "\n")
	}
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.write(path, []byte(b.String()))
}

// second adds a second source to the site, the folder "phone".
func (s *site) second() {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Join(s.dir, "phone"), 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.cfg.Sources = append(s.cfg.Sources, config.Source{Type: config.SourceFiles, Path: filepath.Join(s.dir, "phone")})
	s.cfg.File = filepath.Join(s.dir, "heatmap.toml")
	s.cfg.Render.MaxZoom = 12
}

// asSurveyed checks that admin's list says what a build did.
func (s *site) asSurveyed(r *Report) {
	s.t.Helper()
	got, want := map[string]string{}, map[string]string{}
	kept := 0
	for _, row := range s.survey().Rows() {
		if row.State == StateKept {
			kept++
		} else {
			got[row.ID] = row.Reason
		}
	}
	for _, p := range r.problems {
		if p.reason != drawnReason && p.reason != cleanedReason && p.reason != brokenReason {
			id, _, _ := strings.Cut(p.what, " (")
			want[id] = p.reason
		}
	}
	if kept != r.Drawn || !maps.Equal(got, want) {
		s.t.Errorf("admin keeps %d and says %v\nthe build drew %d and says %v", kept, got, r.Drawn, want)
	}
}

// One outing is drawn once, whatever it was recorded with and wherever it lies, and two are two.
func TestOneOutingIsDrawnOnce(t *testing.T) {
	s := newSite(t)
	s.second()
	s.run("a.gpx", 1, 48.1, 9.2, 1800)
	alone := s.mustBuild(2)
	first := s.archive()
	s.again("a.gpx", "files/cropped.gpx", 3, 300, 1500, 0)
	s.again("a.gpx", "phone/all.gpx", 5, 0, 1800, 0)
	s.again("a.gpx", "phone/local.gpx", 4, 0, 1800, time.Hour) // Germany in January
	text, _ := os.ReadFile(filepath.Join(s.dir, "files", "a.gpx"))
	s.file("copy.gpx", string(text))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(text)
	z.Close()
	s.file("a.gpx.gz", packed.String())
	for _, workers := range []int{1, 3} {
		r := s.mustBuild(workers)
		if r.Drawn != 1 || r.Read != 6 || len(r.Merged) != 5 || r.Points != alone.Points {
			t.Errorf("drew %d of %d, %d samples, merged %v", r.Drawn, r.Read, r.Points, r.Merged)
		}
		if !bytes.Equal(first, s.archive()) {
			t.Error("the map is another than that of the best record alone")
		}
		s.asSurveyed(r)
	}
	why := map[string]string{}
	for _, m := range s.mustBuild(2).Merged {
		why[m.Out.ID] = m.Why
		if m.Kept.ID != "files:a.gpx" {
			t.Errorf("%s is in %s", m.Out.ID, m.Kept.ID)
		}
	}
	want := map[string]string{"files:cropped.gpx": "at the same time and place", "files:all.gpx": "at the same time and place", "files:copy.gpx": "the same file",
		"files:a.gpx.gz": "at the same time and place", "files:local.gpx": "the same way in the same seconds, by a clock 1 h off"}
	if !maps.Equal(why, want) {
		t.Errorf("got %v, want %v", why, want)
	}

	// The same way the day after and in the evening are other outings.
	s.again("a.gpx", "phone/next.gpx", 1, 0, 1800, 24*time.Hour+7*time.Second)
	s.again("a.gpx", "phone/evening.gpx", 1, 0, 1800, 10*time.Hour+11*time.Second)
	if r := s.mustBuild(2); r.Drawn != 3 || len(r.Merged) != 5 {
		t.Errorf("drew %d, merged %v", r.Drawn, r.Merged)
	}
}

// What the user excludes must not come back by another record of it.
func TestExcludedOutingsStayHidden(t *testing.T) {
	const twin = string(activity.ExcludedOuting)
	tests := []struct {
		name string
		// more is what else there is of the excluded run files:a.gpx.
		more func(s *site)
		// exclude does it, whatever the id.
		id     string
		hidden int
	}{
		{"another source's record", func(s *site) { s.again("a.gpx", "phone/b.gpx", 2, 0, 1800, 0) }, "files:a.gpx", 1},
		{"a cropped one", func(s *site) { s.again("a.gpx", "phone/b.gpx", 2, 700, 1100, 0) }, "files:a.gpx", 1},
		{"a longer one", func(s *site) {
			s.again("a.gpx", "phone/b.gpx", 1, 0, 1800, 0)
			s.again("a.gpx", "files/a.gpx", 1, 1500, 1800, 0)
		}, "files:a.gpx", 1},
		{"one that began when it ended, nearly", func(s *site) {
			s.again("a.gpx", "phone/b.gpx", 1, 1000, 1800, 0)
			s.again("a.gpx", "files/a.gpx", 1, 0, 1300, 0)
		}, "files:a.gpx", 1},
		{"by a clock that is off", func(s *site) { s.again("a.gpx", "phone/b.gpx", 3, 100, 1700, time.Hour) }, "files:a.gpx", 1},
		{"a copy, and a copy of that", func(s *site) {
			s.again("a.gpx", "phone/b.gpx", 1, 0, 1800, 0)
			s.again("a.gpx", "phone/c.gpx", 2, 0, 1800, 0)
			text, _ := os.ReadFile(filepath.Join(s.dir, "phone", "c.gpx"))
			s.file("d.gpx", string(text))
		}, "files:a.gpx", 3},
		{"without times", func(s *site) {
			text, _ := os.ReadFile(filepath.Join(s.dir, "files", "a.gpx"))
			s.file("b.gpx", strings.ReplaceAll(strings.ReplaceAll(string(text), "<time>", "<!--"), "</time>", "-->"))
		}, "files:a.gpx", 1},
		{"one activity of several in a file", func(s *site) {
			s.again("a.gpx", "phone/b.gpx", 2, 0, 1800, 0)
			s.joined("all.gpx", "a.gpx", "keep.gpx")
		}, "files:all.gpx#1", 1},
		{"a file of several", func(s *site) {
			s.again("a.gpx", "phone/b.gpx", 2, 0, 1800, 0)
			s.again("keep.gpx", "phone/k.gpx", 2, 0, 1800, 0)
			s.joined("all.gpx", "a.gpx", "keep.gpx")
			s.run("keep.gpx", 3, 48.3, 9.3, 900)
		}, "files:all.gpx", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.second()
			s.run("keep.gpx", 2, 48.3, 9.3, 900)
			s.run("a.gpx", 1, 48.1, 9.2, 1800)
			test.more(s)
			hidden := func(where string) *Report {
				t.Helper()
				r := s.mustBuild(2)
				if r.Drawn != 1 || r.Skipped[twin] != test.hidden {
					t.Errorf("%s: drew %d, left out %v", where, r.Drawn, r.Skipped)
				}
				if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, "showing an outing that is excluded") || !strings.Contains(notes, test.id[:len("files:a")]) {
					t.Errorf("%s: the notes do not tell of it: %s", where, notes)
				}
				s.asSurveyed(r)
				return r
			}
			s.cfg.Filter.Exclude = []string{test.id}
			hidden("[filter]")
			s.forgetCache()
			s.cfg.Filter.Exclude = nil
			s.say(overrides.Overrides{test.id: {Exclude: true}})
			r := hidden("overrides.json")
			before := s.archive()

			// Nothing of it is on the map: it is what it would be had there never been another record.
			for _, p := range r.problems {
				if p.reason == twin {
					for _, folder := range []string{"files", "phone"} {
						os.Remove(filepath.Join(s.dir, folder, strings.TrimPrefix(p.what, "files:")))
					}
				}
			}
			if s.mustBuild(1); !bytes.Equal(before, s.archive()) {
				t.Error("the map shows something of the other record")
			}
		})
	}
}

// joined writes a file of the runs of others, and removes those.
func (s *site) joined(name string, others ...string) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString("<gpx>")
	for _, other := range others {
		path := filepath.Join(s.dir, "files", other)
		text, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		_, text, _ = bytes.Cut(text, []byte("<trk>"))
		text, _, _ = bytes.Cut(text, []byte("</gpx>"))
		b.WriteString("<trk>" + string(text))
		os.Remove(path)
	}
	s.file(name, b.String()+"</gpx>")
}

// The user can say that two records are two outings, or one.
func TestUserDecidesWhatIsOneOuting(t *testing.T) {
	s := newSite(t)
	s.second()
	s.run("a.gpx", 1, 48.1, 9.2, 1800)
	s.again("a.gpx", "phone/b.gpx", 2, 0, 1800, 0)
	s.run("c.gpx", 3, 48.1, 9.2, 900)
	drawn := func(o overrides.Overrides, want int, merged ...string) {
		t.Helper()
		s.say(o)
		r := s.mustBuild(2)
		var got []string
		for _, m := range r.Merged {
			got = append(got, m.Out.ID+" "+m.Kept.ID+" "+m.Why)
		}
		if r.Drawn != want || strings.Join(got, "|") != strings.Join(merged, "|") {
			t.Errorf("%v: drew %d, want %d; merged %q, want %q", o, r.Drawn, want, got, merged)
		}
		s.asSurveyed(r)
	}
	drawn(overrides.Overrides{}, 2, "files:b.gpx files:a.gpx at the same time and place")
	drawn(overrides.Overrides{"files:a.gpx": {NotSameAs: []string{"files:b.gpx"}}}, 3)
	drawn(overrides.Overrides{"files:b.gpx": {NotSameAs: []string{"files:a.gpx"}}}, 3)
	drawn(overrides.Overrides{"files:b.gpx": {NotSameAs: []string{"files:a.gpx"}}, "files:a.gpx": {Exclude: true}}, 2)
	drawn(overrides.Overrides{"files:c.gpx": {SameAs: []string{"files:b.gpx"}}}, 1, "files:c.gpx files:a.gpx at the same time and place", "files:b.gpx files:a.gpx at the same time and place")
	s.run("d.gpx", 4, 48.1, 9.2, 900)
	drawn(overrides.Overrides{"files:c.gpx": {SameAs: []string{"files:a.gpx"}, Exclude: true}}, 1)
}

// The sport that the user says of one record is that of the outing.
func TestSportOfOneRecordIsThatOfTheOuting(t *testing.T) {
	s := newSite(t)
	s.second()
	s.run("a.gpx", 1, 48.1, 9.2, 1800)
	s.again("a.gpx", "phone/b.gpx", 2, 0, 1800, 0)
	s.run("c.gpx", 3, 48.1, 9.2, 900)
	s.cfg.Filter.Sports = []string{"Run", "Hike"}
	s.say(overrides.Overrides{"files:b.gpx": {Sport: "Hike"}})
	r := s.mustBuild(2)
	if r.Drawn != 2 || len(r.Merged) != 1 || r.Merged[0].Kept.ID != "files:a.gpx" {
		t.Errorf("drew %d, merged %v", r.Drawn, r.Merged)
	}
	s.asSurveyed(r)
	for _, row := range s.survey().Rows() {
		if row.ID == "files:a.gpx" && (row.Sport != "Hike" || row.SportFrom != SportFromTwin || row.SportTwin != "files:b.gpx") {
			t.Errorf("%+v", row)
		}
	}
	// A sport that is not wanted takes the other record along, but not one of which the user says another.
	s.say(overrides.Overrides{"files:b.gpx": {Sport: "Swim"}})
	r = s.mustBuild(2)
	if r.Drawn != 1 || r.Skipped["other sport"] != 2 {
		t.Errorf("drew %d, left out %v", r.Drawn, r.Skipped)
	}
	s.asSurveyed(r)
	s.say(overrides.Overrides{"files:b.gpx": {Sport: "Swim"}, "files:a.gpx": {Sport: "Run"}})
	if r = s.mustBuild(2); r.Drawn != 2 {
		t.Errorf("drew %d, left out %v", r.Drawn, r.Skipped)
	}
	s.asSurveyed(r)
}

// A record that takes another's sport is measured as that: what is too fast for a run is not for a ride.
func TestSportOfAnotherRecordCountsForCleaning(t *testing.T) {
	s := newSite(t)
	s.second()
	var b strings.Builder
	start := time.Date(2023, 5, 1, 8, 0, 0, 0, time.UTC)
	b.WriteString("<gpx><trk><type>running</type><trkseg>\n")
	lat := 48.1
	for i := range 1800 {
		speed := 6.0
		if i%300 > 150 {
			speed = 14
		}
		lat += speed / 111320
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="9.2"><time>%s</time></trkpt>`+"\n", lat, start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
	}
	s.file("a.gpx", b.String()+"</trkseg></trk></gpx>")
	s.cfg.Filter.Sports = []string{"Run", "Ride"}
	s.say(overrides.Overrides{"files:a.gpx": {Sport: "Ride"}})
	want := s.mustBuild(1)
	first := s.archive()
	s.again("a.gpx", "phone/b.gpx", 2, 100, 700, 0)
	s.say(overrides.Overrides{"files:b.gpx": {Sport: "Ride"}})
	r := s.mustBuild(2)
	if r.Points != want.Points || r.Drawn != 1 || r.Merged[0].Kept.ID != "files:a.gpx" || !bytes.Equal(first, s.archive()) {
		t.Errorf("drew %d of %d samples, want %d; merged %v", r.Drawn, r.Points, want.Points, r.Merged)
	}
}

// Ids in same_as and not_same_as that no source has are told, as others are.
func TestUnknownIDsInPairs(t *testing.T) {
	s := newSite(t)
	s.second()
	s.run("a.gpx", 1, 48.1, 9.2, 900)
	s.say(overrides.Overrides{"files:a.gpx": {SameAs: []string{"files:b.gpx"}, NotSameAs: []string{"strava:7"}}})
	warnings := strings.Join(message.Texts(s.mustBuild(2).Warnings), "\n")
	for _, want := range []string{`"files:b.gpx" at "files:a.gpx" is an activity that no source has`, `"strava:7" at "files:a.gpx" is`} {
		if !strings.Contains(warnings, want) {
			t.Errorf("no %q in %s", want, warnings)
		}
	}
}

// An outing that another record stands for now is not lost, whatever the record that was drawn before.
func TestMergingIsNoLoss(t *testing.T) {
	s := newSite(t)
	s.second()
	apart := overrides.Overrides{}
	for i := range 5 {
		name := fmt.Sprintf("run%d.gpx", i)
		s.run(name, uint64(i+1), 48.1, 9.2, 600)
		s.again(name, "phone/"+strings.Replace(name, "run", "copy", 1), 2, 0, 600, 0)
		apart["files:"+name] = overrides.Override{NotSameAs: []string{"files:" + strings.Replace(name, "run", "copy", 1)}}
	}
	s.say(apart)
	if r := s.mustBuild(2); r.Drawn != 10 {
		t.Fatalf("drew %d", r.Drawn)
	}
	s.say(overrides.Overrides{})
	if r, err := s.build(2); err != nil || r.Drawn != 5 {
		t.Errorf("%v", err)
	}
}

// An excluded file that cannot be read ends nothing, but its other records may be drawn then, which is told.
func TestExcludedFileThatCannotBeRead(t *testing.T) {
	s := newSite(t)
	s.second()
	s.run("a.gpx", 1, 48.1, 9.2, 900)
	s.run("b.gpx", 2, 48.1, 9.2, 900)
	s.cfg.Filter.Exclude = []string{"files:a.gpx"}
	path := filepath.Join(s.dir, "files", "a.gpx")
	r, err := s.buildWhile("Reading activities", func() { os.Remove(path); os.Symlink("a.gpx", path) })
	if err != nil || r.Drawn != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if w := strings.Join(message.Texts(r.Warnings), "\n"); !strings.Contains(w, "files:a.gpx is excluded, and cannot be read") {
		t.Errorf("the warnings are %q", w)
	}
}
