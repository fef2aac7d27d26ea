package generator

import (
	"bytes"
	"image/png"
	"path/filepath"
	"testing"
)

func TestSiteReadsWhatABuildWrote(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.mustBuild(2)
	s, err := OpenSite(filepath.Join(b.cfg.Output, ArchiveName))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Title != b.cfg.Title || len(s.Meta.Activities.Day) != 7 {
		t.Errorf("title %q with %d activities", s.Title, len(s.Meta.Activities.Day))
	}
	for i := range s.Meta.Fields {
		f := &s.Meta.Fields[i]
		want := 0
		for _, z := range f.Zooms {
			want += z.Tiles
		}
		n := 0
		for tile, err := range s.Tiles(f.ID) {
			if err != nil {
				t.Fatal(err)
			}
			n++
			a, err := tile.Read()
			if err != nil {
				t.Fatal(err)
			}
			other, ok, err := s.Tile(f.ID, tile.Zoom, tile.X, tile.Y)
			if err != nil || !ok || !bytes.Equal(a, other) {
				t.Fatalf("%s %d/%d/%d: listed and asked for differ: %v, %v", f.ID, tile.Zoom, tile.X, tile.Y, ok, err)
			}
			if _, err := png.DecodeConfig(bytes.NewReader(a)); err != nil {
				t.Fatal(err)
			}
		}
		if n != want {
			t.Errorf("%s has %d tiles, its metadata say %d", f.ID, n, want)
		}
	}
	if _, ok, err := s.Tile("visits", 15, 1, 1); ok || err != nil {
		t.Errorf("a tile far from everything: %v, %v", ok, err)
	}
	if _, ok, err := s.Tile("no such field", 0, 0, 0); ok || err != nil {
		t.Errorf("a field that is not there: %v, %v", ok, err)
	}
	if tracks, err := s.Lines(); err != nil || tracks.Activities() != 7 {
		t.Errorf("the lines: %v", err)
	}
	layer, field := s.Layer("pace")
	if layer == nil || field == nil || field.ID != "pace" {
		t.Fatalf("the layer pace: %v, %v", layer, field)
	}
	if p := field.Palette(layer, s.Meta.MaxZoom); len(p) != field.Scale.MaxIndex()+1 || p[0][3] != 0 {
		t.Errorf("a palette of %d colours for %d indices", len(p), field.Scale.MaxIndex()+1)
	}
	if layer, _ := s.Layer("nothing"); layer != nil {
		t.Error("found a layer that is not there")
	}
	if _, err := OpenSite(filepath.Join(b.cfg.Output, PageName)); err == nil {
		t.Error("opened the page as an archive")
	}
}
