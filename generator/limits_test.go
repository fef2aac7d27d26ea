package generator

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"heatmapgen/activity/source"
	"heatmapgen/generator/config"
)

// A file beyond a limit is left out and named, whatever the cache knows of it.
func TestFileBeyondALimit(t *testing.T) {
	s := newSite(t)
	s.cfg.Render.MaxZoom = 12
	s.fill()
	s.run("long.gpx", 60, 48.1, 9.2, 2000)
	s.mustBuild(2)
	for _, forget := range []bool{false, true} {
		if forget {
			s.forgetCache()
		}
		s.cfg.Limits.MaxFilePoints = 1999
		r := s.mustBuild(2)
		if r.Drawn != 7 || r.Skipped[source.ReasonTooLarge] != 1 {
			t.Errorf("drew %d and left out %v, want 7 and the long one", r.Drawn, r.Skipped)
		}
		for _, p := range r.problems {
			if p.what != "files:long.gpx" || p.detail != "it has more than 1999 points, the limit of [limits] max_file_points" {
				t.Errorf("the report says %+v", p)
			}
		}
		s.cfg.Limits.MaxFilePoints = 2000
		if r := s.mustBuild(2); r.Drawn != 8 {
			t.Errorf("with a higher limit %d were drawn, want 8", r.Drawn)
		}
	}
}

// More than a build may be given ends it, and the site stays.
func TestTotalLimits(t *testing.T) {
	for _, test := range []struct {
		name  string
		limit func(l *config.Limits)
		want  string
	}{
		{"points", func(l *config.Limits) { l.MaxTotalPoints = 5_000 }, "the recordings have more than 5000 points in all; if that is right, raise [limits] max_total_points"},
		{"bytes", func(l *config.Limits) { l.MaxTotalGB = 0 }, "the recordings unpack to more than 0 GB in all; if that is right, raise [limits] max_total_gb"},
		{"cells", func(l *config.Limits) { l.MaxCells = 3 }, "the activities come near more than 3 cells of the map, as recordings do that jump around the world; if that is right, raise [limits] max_cells"},
		{"activities", func(l *config.Limits) { l.MaxActivities = 6 }, "holds more than 6 files; if that is right, raise [limits] max_activities"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.cfg.Render.MaxZoom = 12
			s.fill()
			s.mustBuild(2)
			before := s.both()
			test.limit(&s.cfg.Limits)
			for _, forget := range []bool{false, true} {
				if forget {
					s.forgetCache()
				}
				_, err := s.build(2)
				var limit *source.LimitError
				if !errors.As(err, &limit) || !strings.Contains(err.Error(), test.want) || !strings.HasSuffix(err.Error(), "/site/ is as it was") {
					t.Errorf("the build ends with %v, want %q", err, test.want)
				}
				if !bytes.Equal(before, s.both()) {
					t.Error("the site has changed")
				}
			}
		})
	}
}

// Activities are counted over all sources.
func TestActivitiesOfAllSources(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.cfg.Sources = append(s.cfg.Sources, s.cfg.Sources[0])
	s.cfg.Limits.MaxActivities = 13
	_, err := s.build(2)
	if want := "the sources hold more than 13 activities; if that is right, raise [limits] max_activities"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
