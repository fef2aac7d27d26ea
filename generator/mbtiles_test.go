package generator

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/layers"
	"heatmapgen/templates"
)

// TestMBTilesBuild builds both formats from the same activities: every tile, the lines and what is said of them must
// be the same.
func TestMBTilesBuild(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.cfg.Render.TileZoom = 15
	b.mustBuild(2)
	first := filepath.Join(t.TempDir(), ArchiveName)
	if err := os.WriteFile(first, b.archive(), 0o644); err != nil {
		t.Fatal(err)
	}
	b.cfg.Format = config.FormatMBTiles
	r := b.mustBuild(2)
	path := filepath.Join(b.cfg.Output, MBTilesName)
	if r.ArchivePath != path || r.ArchiveBytes == 0 {
		t.Errorf("the report tells of %s with %d bytes", r.ArchivePath, r.ArchiveBytes)
	}
	if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, ArchiveName+", which the page does not use any more, was removed") {
		t.Errorf("the report says nothing of the old archive: %q", notes)
	}
	if isFile(filepath.Join(b.cfg.Output, ArchiveName)) {
		t.Error("the archive of the other format is still there")
	}
	findings, notes, err := VerifyWithNotes(context.Background(), path, judge.PMTiles)
	if err != nil || len(findings) > 0 || len(notes) > 0 {
		t.Errorf("verify: %q, %q, %v", findings, notes, err)
	}
	page, err := os.ReadFile(filepath.Join(b.cfg.Output, PageName))
	if err != nil || !bytes.Contains(page, []byte(`"heatmap.mbtiles?v=`)) {
		t.Errorf("the page does not name the new archive (%v)", err)
	}
	sameSites(t, first, path)
	// The first build in the other format keeps the scales of the old archive, so that the cache serves it.
	if scales, note := pinnedScales(filepath.Join(t.TempDir(), MBTilesName), first, layers.Fields(false)); len(scales) == 0 || note != "" {
		t.Errorf("the scales of the archive of the other format are not kept: %s", note)
	}
}

func TestFindArchive(t *testing.T) {
	dir := t.TempDir()
	if path, err := FindArchive(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in an empty folder: %s, %v", path, err)
	}
	write := func(name, text string, age time.Duration) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	want := func(what, name string) {
		t.Helper()
		if path, err := FindArchive(dir); err != nil || path != filepath.Join(dir, name) {
			t.Errorf("%s: %s, %v", what, path, err)
		}
	}
	write(MBTilesName, "x", time.Hour)
	want("the only one", MBTilesName)
	write(ArchiveName, "x", 2*time.Hour)
	want("the newer of two without a page", MBTilesName)
	write(PageName, pageOf(t, ArchiveName+"?v=0123"), 0)
	want("the one of the page", ArchiveName)
	write(PageName, "<p>heatmap.mbtiles</p>", 0)
	want("the newer of two that the page does not tell of", MBTilesName)
}

// pageOf renders a page of an archive.
func pageOf(t *testing.T, archive string) string {
	t.Helper()
	var b strings.Builder
	if err := templates.Render(&b, templates.Page{Title: "heatmap.mbtiles", ArchiveURL: archive}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sameSites compares all that two archives say of the map.
func sameSites(t *testing.T, a, b string) {
	t.Helper()
	one, err := OpenSite(a)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	two, err := OpenSite(b)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	tiles := 0
	for i := range one.Meta.Fields {
		id := one.Meta.Fields[i].ID
		n := 0
		for range two.Tiles(id) {
			n++
		}
		for tile, err := range one.Tiles(id) {
			if err != nil {
				t.Fatal(err)
			}
			n--
			tiles++
			x, err := tile.Read()
			if err != nil {
				t.Fatal(err)
			}
			y, ok, err := two.Tile(id, tile.Zoom, tile.X, tile.Y)
			if err != nil || !ok || !bytes.Equal(x, y) {
				t.Fatalf("%s %d/%d/%d differs: %v, %v", id, tile.Zoom, tile.X, tile.Y, ok, err)
			}
		}
		if n != 0 {
			t.Errorf("%s: %d tiles more in the second", id, n)
		}
	}
	if tiles < 300 {
		t.Errorf("only %d tiles", tiles)
	}
	sameBlocks(t, one, two)
}

// sameBlocks compares the blocks of lines of two sites.
func sameBlocks(t *testing.T, one, two *Site) {
	t.Helper()
	x, y := blocksOf(t, one), blocksOf(t, two)
	if len(x) == 0 || len(x) != len(y) {
		t.Errorf("%d and %d blocks", len(x), len(y))
	}
	for at, data := range x {
		if !bytes.Equal(data, y[at]) {
			t.Errorf("the blocks %v differ", at)
		}
	}
}

// blocksOf returns the blocks of lines of a site by their places, none where it has no lines.
func blocksOf(t *testing.T, s *Site) map[tilePlace][]byte {
	t.Helper()
	if s.blocks == nil {
		return nil
	}
	return allOf(t, s.blocks)
}

// allOf returns all blocks of a set.
func allOf(t *testing.T, set archive.BlockSet) map[tilePlace][]byte {
	t.Helper()
	all := map[tilePlace][]byte{}
	for e, err := range set.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		data, err := set.Read(e)
		if err != nil {
			t.Fatal(err)
		}
		all[tilePlace{e.Zoom, e.X, e.Y}] = data
	}
	return all
}

// opened opens the archive of the site.
func (s *site) opened() *Site {
	s.t.Helper()
	o, err := OpenSite(archivePath(s.cfg))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { o.Close() })
	return o
}
