package generator

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/layers/lines"
)

// The lines stand in the order of the columns, those of duplicates are not among them, and each is that of its activity.
func TestArchiveHasTheLines(t *testing.T) {
	s := newSite(t)
	// Every run lasts another time, named so that neither files nor names are in the order of their starts.
	for i := range 5 {
		s.run(fmt.Sprintf("%d.gpx", 9-i), uint64(i+1), 48.1, 9.2, 300+100*i)
	}
	s.run("again.gpx", 3, 48.1, 9.2, 500) // the same outing as 7.gpx
	r := s.mustBuild(2)
	o := s.opened()
	m := o.Meta
	tracks, err := o.Lines()
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
	var bytes int64
	var zooms []BlocksOfZoom
	for _, zoom := range lines.Zooms {
		z := BlocksOfZoom{Zoom: zoom}
		for at, data := range blocksOf(t, o) {
			if at.z == zoom {
				z.Blocks, z.Bytes = z.Blocks+1, z.Bytes+int64(len(data))
			}
		}
		bytes += z.Bytes
		zooms = append([]BlocksOfZoom{z}, zooms...)
	}
	if !slices.Equal(m.Lines.Zooms, zooms) || zooms[0].Blocks == 0 || m.Lines.MaxZoom != config.MaxMaxZoom {
		t.Errorf("the metadata tell of %+v, but there are %+v", m.Lines, zooms)
	}
	var table strings.Builder
	if err := r.WriteTable(&table); err != nil || r.LinesBytes != bytes || !strings.Contains(table.String(), "Lines") {
		t.Errorf("the report tells %d bytes of %d (%v):\n%s", r.LinesBytes, bytes, err, table.String())
	}
}

func TestArchiveWithoutTheLines(t *testing.T) {
	s := newSite(t)
	s.run("a.gpx", 1, 48.1, 9.2, 600)
	s.mustBuild(2)
	with, blocks := s.archive(), blocksOf(t, s.opened())
	s.cfg.Page.Tracks = false
	r := s.mustBuild(2)
	o := s.opened()
	if tracks, err := o.Lines(); tracks != nil || err != nil || o.Meta.Lines != nil || r.LinesBytes != 0 {
		t.Errorf("the lines are still there: %+v, %d bytes, %v", o.Meta.Lines, r.LinesBytes, err)
	}
	for at, data := range blocks {
		if bytes.Contains(s.archive(), data) {
			t.Errorf("the block %v is still there", at)
		}
	}
	if bytes.Contains(s.archive(), []byte(LinesID)) {
		t.Error("the archive names lines")
	}
	// Pictures go as deep as max_zoom says, and so does all that is told of them.
	if o.Meta.MaxZoom != 15 || o.MaxZoom() != 15 {
		t.Errorf("tiles down to zoom %d, a map down to %d", o.Meta.MaxZoom, o.MaxZoom())
	}
	for _, f := range o.Meta.Fields {
		for _, z := range f.Zooms {
			if z.Tiles == 0 || z.Zoom > 15 {
				t.Errorf("%s tells of zoom %d with %d tiles", f.ID, z.Zoom, z.Tiles)
			}
		}
	}
	if findings, err := Verify(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), judge.PMTiles); err != nil || len(findings) > 0 {
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
	s := newSite(t)
	s.run("a.gpx", 1, 48.1, 9.2, 600)
	s.mustBuild(2)
	first := filepath.Join(s.cfg.Output, ArchiveName)
	var at tilePlace
	for k, data := range takeApart(t, first).blocks {
		if c, err := lines.Decode(data, k.z, k.x, k.y); err == nil && k.z == lines.Zoom && c.Order[0] == 0 {
			at = k
		}
	}
	for _, c := range []struct {
		name string
		with func(blocks map[tilePlace][]byte)
		want string // a part of the finding; "" for none
	}{
		{"sound", func(map[tilePlace][]byte) {}, ""},
		{"more activities than there are", func(b map[tilePlace][]byte) {
			other := lineBlocks(t, 2)
			maps.Copy(b, other)
		}, "they have an activity 1, but there are 1"},
		{"the beginning missing", func(b map[tilePlace][]byte) { delete(b, at) }, "has no piece 0"},
		{"a piece twice", func(b map[tilePlace][]byte) { b[tilePlace{lines.Zoom, at.x + 5, at.y}] = b[at] }, "has no piece 1"},
		{"a wrong checksum", func(b map[tilePlace][]byte) {
			b[at] = slices.Clone(b[at])
			b[at][len(b[at])-6] ^= 0xff
		}, "damaged"},
		{"no gzip", func(b map[tilePlace][]byte) { b[at] = []byte("these are no lines") }, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := takeApart(t, first)
			c.with(a.blocks)
			a.knowing, a.summing = true, true
			path := filepath.Join(t.TempDir(), "made.pmtiles")
			a.put(path)
			findings, err := Verify(context.Background(), path, judge.PMTiles)
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

// lineBlocks are the blocks of n activities with a line each, far from those of other tests.
func lineBlocks(t *testing.T, n int) map[tilePlace][]byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(8, 8))
	var all []*lines.Line
	for range n {
		d := activity.Deriver{AltitudeWindowM: altitudeWindow}
		runs := projectRuns(d.Stretches(walk{lat: 10, lon: 10, speed: 3, samples: 60, everyS: 1}.track(rng, today)))
		all = append(all, lines.Make(runs, make([]float32, len(runs)), 0.025))
	}
	blocks, err := lines.Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[tilePlace][]byte{}
	for i := range blocks {
		data, err := blocks[i].Encode()
		if err != nil {
			t.Fatal(err)
		}
		out[tilePlace{blocks[i].Zoom, blocks[i].X, blocks[i].Y}] = data
	}
	return out
}
