package generator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/layers/lines"
)

// blobOf returns the tracks blob of the site's archive, and the metadata.
func (s *site) blobOf() ([]byte, *Metadata) {
	s.t.Helper()
	path := filepath.Join(s.cfg.Output, ArchiveName)
	e, err := readMetadata(path)
	if err != nil {
		s.t.Fatal(err)
	}
	m := e.Heatmapgen
	if m.Tracks == nil {
		return nil, m
	}
	r, err := archive.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	section, err := r.Section(archive.Section{Offset: m.Tracks.Offset, Length: m.Tracks.Length})
	if err != nil {
		s.t.Fatal(err)
	}
	blob, err := io.ReadAll(section)
	if err != nil {
		s.t.Fatal(err)
	}
	return blob, m
}

// The lines stand in the order of the columns, those of duplicates are not among them, and each is that of its activity.
func TestArchiveHasTheLines(t *testing.T) {
	s := newSite(t)
	// Every run lasts another time, named so that neither files nor names are in the order of their starts.
	for i := range 5 {
		s.run(fmt.Sprintf("%d.gpx", 9-i), uint64(i+1), 48.1, 9.2, 300+100*i)
	}
	s.run("again.gpx", 3, 48.1, 9.2, 500) // the same outing as 7.gpx
	r := s.mustBuild(2)
	blob, m := s.blobOf()
	tracks, err := lines.Decode(blob)
	if err != nil {
		t.Fatal(err)
	}
	if tracks.Activities() != 5 || len(m.Activities.Day) != 5 || r.Drawn != 5 {
		t.Fatalf("%d lines for %d rows, %d drawn, want 5", tracks.Activities(), len(m.Activities.Day), r.Drawn)
	}
	for a := range 5 {
		var seconds, metres float64
		for v := tracks.First[a]; v < tracks.First[a+1]; v++ {
			seconds += float64(tracks.Seconds[v])
			metres += float64(tracks.Metres[v])
		}
		if want := float64(299 + 100*a); math.Abs(seconds-want) > 0.3 {
			t.Errorf("line %d lasts %.2f s, want %.0f", a, seconds, want)
		}
		if d := float64(m.Activities.DistanceM[a]); math.Abs(metres-d) > 0.01*d {
			t.Errorf("line %d is %.0f m long, its row says %.0f", a, metres, d)
		}
		// run has an altitude of 200 m at its start, before it is smoothed.
		if h := tracks.AltitudeM[tracks.First[a]]; math.Abs(float64(h)-200) > 5 {
			t.Errorf("line %d begins at %.1f m", a, h)
		}
	}
	if m.Painting == nil || m.Painting.BlurSigmaPX != s.cfg.Render.BlurSigmaPX || m.Painting.HillBlurSigmaPX != s.cfg.Render.HillBlurSigmaPX {
		t.Errorf("painting is %+v", m.Painting)
	}
	var table strings.Builder
	if err := r.WriteTable(&table); err != nil || r.TracksBytes != int64(len(blob)) || !strings.Contains(table.String(), "Tracks") {
		t.Errorf("the report tells %d bytes of %d (%v):\n%s", r.TracksBytes, len(blob), err, table.String())
	}
}

func TestArchiveWithoutTheLines(t *testing.T) {
	s := newSite(t)
	s.run("a.gpx", 1, 48.1, 9.2, 600)
	s.mustBuild(2)
	with, blob := s.archive(), func() []byte { b, _ := s.blobOf(); return b }()
	s.cfg.Page.Tracks = false
	r := s.mustBuild(2)
	if _, m := s.blobOf(); m.Tracks != nil || r.TracksBytes != 0 || bytes.Contains(s.archive(), blob) {
		t.Errorf("the lines are still there: %+v, %d bytes", m.Tracks, r.TracksBytes)
	}
	if findings, err := Verify(context.Background(), filepath.Join(s.cfg.Output, ArchiveName)); err != nil || len(findings) > 0 {
		t.Errorf("verify: %v, %v", findings, err)
	}
	// And back: painted cells of the cache hang on none of it.
	s.cfg.Page.Tracks = true
	s.mustBuild(1)
	if !bytes.Equal(with, s.archive()) {
		t.Error("leaving the lines out once made another archive of the same")
	}
}

func TestVerifyReadsTheLines(t *testing.T) {
	// archiveWith writes an archive with a blob and a list of n activities.
	archiveWith := func(t *testing.T, blob []byte, n int) string {
		s := newSite(t)
		s.run("a.gpx", 1, 48.1, 9.2, 600)
		s.cfg.Page.Tracks = false
		s.mustBuild(2)
		_, m := s.blobOf()
		path := filepath.Join(s.dir, "made.pmtiles")
		w, err := archive.Create(path, 1, archive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		var encoder archive.TileEncoder
		idat, top := encoder.Encode(nil, &[archive.TilePixels]byte{1})
		if err := w.Add(archive.Tile{Zoom: m.MinZoom, IDAT: idat, MaxIndex: top}); err != nil {
			t.Fatal(err)
		}
		all := envelope{Type: "overlay", Heatmapgen: m}
		m.Fields = m.Fields[:1]
		m.Fields[0].Zooms = []ZoomMetadata{{Zoom: m.MinZoom, Hi: 1}}
		contents := all.contents()
		contents.Blob = blob
		contents.Metadata = func(l *archive.Layout) ([]byte, error) {
			z := l.Fields[0].Zooms[0]
			m.Fields[0].Zooms[0].Tiles, m.Fields[0].Zooms[0].Bytes = z.Tiles, z.Bytes
			m.Tracks = tracksAt(l.Blob)
			day := make([]int, n)
			m.Activities = ActivityColumns{Day: day, Sport: day, DistanceM: day, MovingS: day, AscentM: day, Sports: []string{"Run"}}
			m.Digest = newDigest(&m.Activities, l, m.Fields, blob)
			return all.sealed()
		}
		if _, err := w.Finish(context.Background(), *contents); err != nil {
			t.Fatal(err)
		}
		return path
	}
	two, err := lines.Blob([]*lines.Line{lines.Make(nil, nil, 0), lines.Make(nil, nil, 0)})
	if err != nil {
		t.Fatal(err)
	}
	torn := slices.Clone(two)
	torn[len(torn)-6] ^= 0xff // in the checksum
	for _, c := range []struct {
		name string
		blob []byte
		n    int
		want string // a part of the finding; "" for none
	}{
		{"sound", two, 2, ""},
		{"another number of activities", two, 3, "has 2 activities, but the metadata list 3"},
		{"a wrong checksum", torn, 2, "damaged"},
		{"no gzip", []byte("these are no lines"), 2, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			findings, err := Verify(context.Background(), archiveWith(t, c.blob, c.n))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(findings, "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("verify found %q, want %q", got, c.want)
			}
		})
	}
}
