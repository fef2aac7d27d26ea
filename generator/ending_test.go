package generator

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity/source"
	"heatmapgen/generator/config"
)

// A meddler does something when a stage begins.
type meddler struct {
	silent
	stage string
	do    func()
}

func (m *meddler) Stage(name string, _ int64, _ string) {
	if name == m.stage {
		m.do()
	}
}

// buildWhile builds the site while do happens between listing and reading.
func (s *site) buildWhile(stage string, do func()) (*Report, error) {
	s.t.Helper()
	return Build(context.Background(), s.cfg, Options{Workers: 2, Version: "test", Now: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC),
		Progress: &meddler{stage: stage, do: do}})
}

// both returns the two files of the site.
func (s *site) both() []byte {
	s.t.Helper()
	page, err := os.ReadFile(filepath.Join(s.cfg.Output, PageName))
	if err != nil {
		s.t.Fatal(err)
	}
	return append(s.archive(), page...)
}

// zipped packs the site's files into a zip and makes that the source.
func (s *site) zipped() string {
	s.t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS(filepath.Join(s.dir, "files"))); err != nil {
		s.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.dir, "export.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.cfg.Sources[0].Path = path
	return path
}

// What cannot be read now ends the build, and the site stays. The file is one of seven, too few for anything else to notice.
func TestSourceThatFailsLeavesTheSite(t *testing.T) {
	for _, test := range []struct {
		name string
		zip  bool
		do   func(path string) error
		want string
	}{
		{"removed", false, os.Remove, "cannot read run3.gpx in "},
		{"emptied", false, func(path string) error { return os.Truncate(path, 0) }, "it changed while it was read: it has 0 bytes"},
		{"cut", false, func(path string) error { return os.Truncate(path, 100) }, "it changed while it was read: it has 100 bytes"},
		{"a folder in its place", false, func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) }, "it is no file any more"},
		{"a link in its place", false, func(path string) error { return errors.Join(os.Remove(path), os.Symlink("run3.gpx", path)) }, `or leave it out: [filter] exclude = ["files:run3.gpx"]`},
		{"the whole folder removed", false, func(path string) error { return os.RemoveAll(filepath.Dir(path)) }, "it is gone"},
		{"a zip cut", true, func(path string) error { return os.Truncate(path, 2000) }, "it changed while it was read: it has 2000 bytes"},
		{"a zip written to", true, func(path string) error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Minute)) }, "it was written to; wait until nothing writes to it"},
	} {
		stages := []string{"Reading activities", "Looking for home"}
		if test.name != "removed" && test.name != "a zip cut" {
			stages = stages[:1]
		}
		for _, stage := range stages {
			t.Run(test.name+", "+stage, func(t *testing.T) {
				s := newSite(t)
				s.cfg.Render.MaxZoom = 12
				s.fill()
				path := filepath.Join(s.dir, "files", "run3.gpx")
				if test.zip {
					path = s.zipped()
				}
				if stage == "Looking for home" {
					s.cfg.Filter.RadiusKM = 100
				}
				s.mustBuild(2)
				before := s.both()
				s.run("new.gpx", 60, 48.1, 9.2, 300)
				_, err := s.buildWhile(stage, func() {
					if err := test.do(path); err != nil {
						t.Fatal(err)
					}
				})
				var unreadable *source.ReadError
				if !errors.As(err, &unreadable) || !strings.Contains(err.Error(), test.want) || !strings.HasSuffix(err.Error(), "; "+s.cfg.Output+"/ is as it was") {
					t.Errorf("the build ends with %v, want an error of the source with %q", err, test.want)
				}
				if !bytes.Equal(before, s.both()) {
					t.Error("the site has changed")
				}
			})
		}
	}
}

// Broken bytes are a row of the report, and the map is made of the rest.
func TestBrokenFileEndsNothing(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		s := newSite(t)
		s.fill()
		s.file("broken.gpx", strings.Repeat("0123456789 this is no recording\n", 400))
		if zipped {
			path := s.zipped()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// A member whose bytes were damaged on the way.
			at := bytes.Index(data, []byte("run2.gpx")) + 500
			copy(data[at:], "these bytes inflate to nothing")
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r := s.mustBuild(2)
		want := map[bool]int{false: 7, true: 6}[zipped]
		if r.Drawn != want || r.Read != 8 {
			t.Errorf("zip %v: read %d and drew %d, want 8 and %d", zipped, r.Read, r.Drawn, want)
		}
	}
}

// A file that cannot be read can be left out, as the error says.
func TestUnreadableFileIsLeftOut(t *testing.T) {
	s := newSite(t)
	s.fill()
	for _, radius := range []float64{0, 100} {
		s.cfg.Filter.RadiusKM = radius
		s.cfg.Filter.Exclude = []string{"files:run3.gpx"}
		path := filepath.Join(s.dir, "files", "run3.gpx")
		r, err := s.buildWhile("Reading activities", func() {
			if err := os.Rename(path, path+".away"); err != nil {
				t.Fatal(err)
			}
		})
		if err != nil || r.Drawn != 6 {
			t.Fatalf("%+v, %v", r, err)
		}
		if err := os.Rename(path+".away", path); err != nil {
			t.Fatal(err)
		}
	}
}

// The list of the pages must be as careful as a build.
func TestSurveyOfASourceThatFails(t *testing.T) {
	s := newSite(t)
	s.fill()
	_, err := NewSurvey(context.Background(), s.cfg, Options{Workers: 2, Progress: &meddler{stage: "Reading activities", do: func() {
		if err := os.Remove(filepath.Join(s.dir, "files", "run3.gpx")); err != nil {
			t.Fatal(err)
		}
	}}})
	var unreadable *source.ReadError
	if !errors.As(err, &unreadable) {
		t.Errorf("the survey ends with %v", err)
	}
}

func TestFoldersThatAreLinksToNothing(t *testing.T) {
	s := newSite(t)
	s.fill()
	for what, dir := range map[string]string{"the output folder": s.cfg.Output, "the cache folder": s.cfg.Cache} {
		// A build that fails may have made the folder, with nothing in it.
		if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if err := os.Symlink("/mnt/stick/x", dir); err != nil {
			t.Fatal(err)
		}
		_, err := s.build(1)
		if want := dir + " is a link to /mnt/stick/x, where there is nothing"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got  %v\nwant %s", what, err, want)
		}
		if err := os.Remove(dir); err != nil {
			t.Fatal(err)
		}
	}
}

// What a build says of the site it leaves is looked at, not assumed.
func TestExplainLooksAtTheSite(t *testing.T) {
	s := newSite(t)
	s.fill()
	failed := errors.New("it failed")
	if got := explain(failed, s.cfg, lookAt(s.cfg.Output)); got != failed {
		t.Errorf("without a site: %v", got)
	}
	s.mustBuild(1)
	before := lookAt(s.cfg.Output)
	if got := explain(failed, s.cfg, before).Error(); got != "it failed; "+s.cfg.Output+"/ is as it was" {
		t.Errorf("of the site as it was: %s", got)
	}
	if err := os.WriteFile(filepath.Join(s.cfg.Output, PageName), []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := explain(failed, s.cfg, before); got != failed {
		t.Errorf("of a site that has changed: %v", got)
	}
	settings := &config.Error{Faults: []config.Fault{{Text: "x"}}}
	if got := explain(settings, s.cfg, lookAt(s.cfg.Output)); got != error(settings) {
		t.Errorf("of settings: %v", got)
	}
}
