package generator

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/config"
)

// TestMBTilesBuild builds both formats from the same activities: every tile, the tracks and what is said of them must
// be the same.
func TestMBTilesBuild(t *testing.T) {
	b := newSite(t)
	b.fill()
	b.mustBuild(2)
	b.cfg.Format = config.FormatMBTiles
	r := b.mustBuild(2)
	path := filepath.Join(b.cfg.Output, MBTilesName)
	if r.ArchivePath != path || r.ArchiveBytes == 0 {
		t.Errorf("the report tells of %s with %d bytes", r.ArchivePath, r.ArchiveBytes)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, ArchiveName+" is an archive of the other format") {
		t.Errorf("the report says nothing of the old archive: %q", notes)
	}
	findings, notes, err := VerifyWithNotes(context.Background(), path)
	if err != nil || len(findings) > 0 || len(notes) > 0 {
		t.Errorf("verify: %q, %q, %v", findings, notes, err)
	}
	page, err := os.ReadFile(filepath.Join(b.cfg.Output, PageName))
	if err != nil || !bytes.Contains(page, []byte(`"heatmap.mbtiles?v=`)) {
		t.Errorf("the page does not name the new archive (%v)", err)
	}
	sameSites(t, filepath.Join(b.cfg.Output, ArchiveName), path)
	if got, err := FindArchive(b.cfg.Output); err != nil || got != path {
		t.Errorf("found %s, %v", got, err)
	}
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
	x, err := one.Tracks()
	if err != nil {
		t.Fatal(err)
	}
	if y, err := two.Tracks(); err != nil || len(x) == 0 || !bytes.Equal(x, y) {
		t.Errorf("the tracks differ: %v", err)
	}
}
