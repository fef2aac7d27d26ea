package export

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive"
)

// exportedLayers are one of the outer archive's field and one of an inner one's.
var exportedLayers = []string{"all", "pace"}

// checkTiles asks a reader for every tile of a layer and looks at every pixel.
func checkTiles(t *testing.T, ts *Tileset, layer string, read func(z uint8, x, y uint32) ([]byte, error)) {
	t.Helper()
	n := 0
	for tile, err := range ts.wanted() {
		if err != nil {
			t.Fatal(err)
		}
		if value, err := tile.Read(); err != nil {
			t.Fatal(err)
		} else if value == nil {
			if png, err := read(tile.Zoom, tile.X, tile.Y); err == nil {
				t.Errorf("%s has a tile %d/%d/%d of %d bytes where nothing is", layer, tile.Zoom, tile.X, tile.Y, len(png))
			}
			continue
		}
		n++
		got, err := read(tile.Zoom, tile.X, tile.Y)
		if err == nil {
			err = compare(got, want(t, ts.site, layer, tile.Zoom, tile.X, tile.Y))
		}
		if err != nil {
			t.Fatalf("%s %d/%d/%d: %v", layer, tile.Zoom, tile.X, tile.Y, err)
		}
	}
	if n == 0 || n != ts.Tiles {
		t.Errorf("%s has %d tiles, but says %d", layer, n, ts.Tiles)
	}
}

func openSQLite(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var verdict, journal string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %s, %v", verdict, err)
	}
	if err := db.QueryRow("PRAGMA journal_mode").Scan(&journal); err != nil || journal == "wal" {
		t.Errorf("journal_mode: %s, %v", journal, err)
	}
	return db
}

func TestMBTilesHoldsEveryTileInItsColours(t *testing.T) {
	for _, layer := range exportedLayers {
		ts := newTileset(t, layer, AllZooms, AllZooms)
		dir := t.TempDir()
		path := filepath.Join(dir, "100% of it?.mbtiles")
		if err := ts.WriteArchive(t.Context(), path, archive.MBTiles, nil); err != nil {
			t.Fatal(err)
		}
		if extra := leftovers(t, dir, filepath.Base(path)); extra != nil {
			t.Errorf("left behind: %v", extra)
		}
		db := openSQLite(t, path)
		checkTiles(t, ts, layer, func(z uint8, x, y uint32) (png []byte, err error) {
			err = db.QueryRow("SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", z, x, 1<<z-1-y).Scan(&png)
			return png, err
		})
		var count int
		if err := db.QueryRow("SELECT count(*) FROM tiles").Scan(&count); err != nil || count != ts.Tiles {
			t.Errorf("%d tiles, %v", count, err)
		}
		for name, want := range map[string]string{
			"name": "Läufe & Äcker – " + ts.layer.Title, "format": "png", "type": "overlay", "minzoom": fmt.Sprint(ts.MinZoom), "maxzoom": "15",
			"attribution": "heatmapgen", "version": "1", "description": ts.layer.Description,
		} {
			var got string
			if err := db.QueryRow("SELECT value FROM metadata WHERE name = ?", name).Scan(&got); err != nil || got != want {
				t.Errorf("metadata %s: %q, %v; not %q", name, got, err, want)
			}
		}
		var bounds string
		var b [4]float64
		if err := db.QueryRow("SELECT value FROM metadata WHERE name = 'bounds'").Scan(&bounds); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(bounds, "%f,%f,%f,%f", &b[0], &b[1], &b[2], &b[3]); err != nil || !(b[0] < 9.99 && 9.99 < b[2] && b[1] < 48.4 && 48.4 < b[3]) {
			t.Errorf("bounds %q: %v", bounds, err)
		}
	}
}

func TestSQLiteDBCountsZoomsDown(t *testing.T) {
	ts := newTileset(t, "pace", AllZooms, 14)
	dir := t.TempDir()
	path := filepath.Join(dir, "pace.sqlitedb")
	if err := ts.WriteSQLiteDB(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	if extra := leftovers(t, dir, "pace.sqlitedb"); extra != nil {
		t.Errorf("left behind: %v", extra)
	}
	db := openSQLite(t, path)
	checkTiles(t, ts, "pace", func(z uint8, x, y uint32) (png []byte, err error) {
		err = db.QueryRow("SELECT image FROM tiles WHERE x = ? AND y = ? AND z = ?", x, y, 17-int(z)).Scan(&png)
		return png, err
	})
	var least, most int
	var numbering string
	if err := db.QueryRow("SELECT minzoom, maxzoom, tilenumbering FROM info").Scan(&least, &most, &numbering); err != nil {
		t.Fatal(err)
	}
	if least != 17-14 || most != 17-int(ts.MinZoom) || numbering != "BigPlanet" {
		t.Errorf("info: %d, %d, %s", least, most, numbering)
	}
}

// pmtilesServer is go-pmtiles' own server of the archives of a folder.
func pmtilesServer(t *testing.T, dir string) *pmtiles.Server {
	t.Helper()
	s, err := pmtiles.NewServer("file://"+filepath.ToSlash(dir), "", log.New(io.Discard, "", 0), 8, "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	return s
}

func TestPMTilesIsReadByGoPMTiles(t *testing.T) {
	for _, layer := range exportedLayers {
		ts := newTileset(t, layer, AllZooms, AllZooms)
		dir := t.TempDir()
		if err := ts.WriteArchive(t.Context(), filepath.Join(dir, "layer.pmtiles"), archive.PMTiles, nil); err != nil {
			t.Fatal(err)
		}
		if extra := leftovers(t, dir, "layer.pmtiles"); extra != nil {
			t.Errorf("left behind: %v", extra)
		}
		if err := pmtiles.Verify(log.New(io.Discard, "", 0), filepath.Join(dir, "layer.pmtiles")); err != nil {
			t.Error(err)
		}
		server := pmtilesServer(t, dir)
		checkTiles(t, ts, layer, func(z uint8, x, y uint32) ([]byte, error) {
			status, _, png := server.Get(t.Context(), fmt.Sprintf("/layer/%d/%d/%d.png", z, x, y))
			if status != 200 {
				return nil, fmt.Errorf("status %d", status)
			}
			return png, nil
		})
		status, _, text := server.Get(t.Context(), "/layer/metadata")
		var metadata map[string]any
		if err := json.Unmarshal(text, &metadata); status != 200 || err != nil || metadata["name"] != ts.Name {
			t.Errorf("metadata: %d, %v, %s", status, err, text)
		}
		if _, ours := metadata["heatmapgen"]; ours {
			t.Error("an ordinary archive says that it holds values")
		}
	}
}

func TestXYZIsAFolderOfTilesWithATileJSON(t *testing.T) {
	ts := newTileset(t, "pace", 12, 13)
	if ts.MinZoom != 12 || ts.MaxZoom != 13 {
		t.Fatalf("zooms %d to %d", ts.MinZoom, ts.MaxZoom)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "tiles")
	for range 2 { // the second time it replaces its own
		if err := ts.WriteXYZ(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		if extra := leftovers(t, dir, "tiles"); extra != nil {
			t.Errorf("left behind: %v", extra)
		}
	}
	if extra := leftovers(t, path, "12", "13", "tiles.json"); extra != nil {
		t.Errorf("more than was asked for: %v", extra)
	}
	checkTiles(t, ts, "pace", func(z uint8, x, y uint32) ([]byte, error) {
		return os.ReadFile(filepath.Join(path, fmt.Sprint(z), fmt.Sprint(x), fmt.Sprint(y)+".png"))
	})
	text, err := os.ReadFile(filepath.Join(path, "tiles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var j struct {
		TileJSON, Scheme string
		Tiles            []string
		MinZoom, MaxZoom int
		Bounds, Center   []float64
	}
	if err := json.Unmarshal(text, &j); err != nil {
		t.Fatal(err)
	}
	if j.TileJSON != "3.0.0" || j.Scheme != "xyz" || len(j.Tiles) != 1 || j.Tiles[0] != "{z}/{x}/{y}.png" || j.MinZoom != 12 || j.MaxZoom != 13 || len(j.Bounds) != 4 || len(j.Center) != 3 {
		t.Errorf("%s", text)
	}
}

func TestAForeignFolderIsNotReplaced(t *testing.T) {
	ts := newTileset(t, "pace", 12, 12)
	dir := t.TempDir()
	photo := filepath.Join(dir, "photo.jpg")
	if err := os.WriteFile(photo, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := ts.WriteXYZ(t.Context(), dir, nil); err == nil || !strings.Contains(err.Error(), "other things in it") {
		t.Errorf("a folder with a photo: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tiles.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := ts.WriteXYZ(t.Context(), dir, nil); err == nil || !strings.Contains(err.Error(), "photo.jpg") {
		t.Errorf("a photo among tiles: %v", err)
	}
	foreign := filepath.Join(dir, "12")
	if err := os.MkdirAll(filepath.Join(foreign, "12"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := ts.WriteXYZ(t.Context(), foreign, nil); err == nil || !strings.Contains(err.Error(), "no tiles.json") {
		t.Errorf("another program's tiles: %v", err)
	}
	if err := ts.WriteXYZ(t.Context(), photo, nil); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a folder over a file: %v", err)
	}
	if err := ts.WriteArchive(t.Context(), dir, archive.MBTiles, nil); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a file over a folder: %v", err)
	}
	if extra := leftovers(t, dir, "photo.jpg", "tiles.json", "12"); extra != nil {
		t.Errorf("left behind: %v", extra)
	}
	if err := ts.WriteArchive(t.Context(), filepath.Join(dir, "no", "such", "folder.mbtiles"), archive.MBTiles, nil); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

// cancelling cancels a context after some tiles or rows.
type cancelling struct {
	after  int64
	cancel func()
}

func (c *cancelling) Stage(string, int64, string) {}
func (c *cancelling) Done()                       {}
func (c *cancelling) Log(string, ...any)          {}
func (c *cancelling) Add(n int64) {
	if c.after -= n; c.after <= 0 {
		c.cancel()
	}
}

func TestAnInterruptedExportLeavesWhatWasThere(t *testing.T) {
	ts := newTileset(t, "all", AllZooms, AllZooms)
	site := openSite(t)
	for _, name := range []string{"a.mbtiles", "a.pmtiles", "a.sqlitedb", "a.png"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		progress := &cancelling{3, cancel}
		var err error
		switch filepath.Ext(name) {
		case ".mbtiles":
			err = ts.WriteArchive(ctx, path, archive.MBTiles, progress)
		case ".pmtiles":
			err = ts.WriteArchive(ctx, path, archive.PMTiles, progress)
		case ".sqlitedb":
			err = ts.WriteSQLiteDB(ctx, path, progress)
		case ".png":
			p, perr := NewPoster(site, PosterOptions{Layer: "all", Width: 400, MaxZoom: AllZooms})
			if perr != nil {
				t.Fatal(perr)
			}
			err = p.WritePNG(ctx, path, progress)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
			t.Errorf("%s is now %.20q, %v", name, b, err)
		}
		if extra := leftovers(t, dir, name); extra != nil {
			t.Errorf("%s left behind: %v", name, extra)
		}
	}
}

// TestAnExportSweeps begins beside what exports that were killed left: a file, half a folder, and a folder that was moved aside for
// another that never came.
func TestAnExportSweeps(t *testing.T) {
	ts := newTileset(t, "pace", 12, 12)
	for name, write := range map[string]func(path string) error{
		"layer.pmtiles":  func(path string) error { return ts.WriteArchive(t.Context(), path, archive.PMTiles, nil) },
		"layer.sqlitedb": func(path string) error { return ts.WriteSQLiteDB(t.Context(), path, nil) },
		"layer":          func(path string) error { return ts.WriteXYZ(t.Context(), path, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, folder := range []string{".half.heatmapgen-0123456789abcdef.d/12", ".tiles.heatmapgen-fedcba9876543210.old/12"} {
				if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for _, file := range []string{".x.png.heatmapgen-0123456789abcdef", ".half.heatmapgen-0123456789abcdef", ".tiles.heatmapgen-fedcba9876543210"} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte("half"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := write(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if extra := leftovers(t, dir, name); len(extra) != 1 || extra[0] != "tiles" {
				t.Errorf("beside the export: %v, want the old tiles", extra)
			}
		})
	}
}

func TestWhatThereIsNotIsSaid(t *testing.T) {
	site := openSite(t)
	for _, c := range []struct {
		layer    string
		min, max int
		want     string
	}{
		{"pcae", AllZooms, AllZooms, `there is no layer "pcae"; there are top, all, pace,`},
		{"heartrate", AllZooms, AllZooms, "the layer heartrate is empty"},
		{"pace", 16, AllZooms, "no tiles at these zooms; it has those of "},
		{"pace", AllZooms, 3, "no tiles at these zooms; it has those of "},
	} {
		if _, err := NewTileset(site, c.layer, c.min, c.max); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %d %d: %v", c.layer, c.min, c.max, err)
		}
	}
}
