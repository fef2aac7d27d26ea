package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// mbtilesClaims reads what testMBTilesMetadata wrote.
func mbtilesClaims(text []byte) (Claims, error) {
	var m struct {
		Ours struct {
			Fields []struct {
				ID       string      `json:"id"`
				Table    string      `json:"table"`
				MaxIndex uint8       `json:"max_index"`
				Zooms    []ZoomCount `json:"zooms"`
			} `json:"fields"`
			Blocks []struct {
				ID    string      `json:"id"`
				Table string      `json:"table"`
				Zooms []ZoomCount `json:"zooms"`
			} `json:"blocks"`
		} `json:"ours"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return Claims{}, err
	}
	if len(m.Ours.Fields) == 0 {
		return Claims{}, errors.New("no fields")
	}
	var c Claims
	for _, b := range m.Ours.Blocks {
		c.Blocks = append(c.Blocks, BlocksClaim{ID: b.ID, Place: Place{Table: b.Table}, Zooms: b.Zooms, Check: checkTestBlock})
	}
	for i, f := range m.Ours.Fields {
		claim := FieldClaim{ID: f.ID, Place: Place{Table: f.Table}, MaxIndex: f.MaxIndex, Zooms: f.Zooms}
		if i == 0 {
			c.Outer = claim
		} else {
			c.Inner = append(c.Inner, claim)
		}
	}
	return c, nil
}

func TestMBTilesRoundTrip(t *testing.T) {
	tiles := testTiles()
	path := writeMBTilesTest(t, tiles, testMBTilesContents())
	report, err := Verify(t.Context(), path, VerifyOptions{Claims: mbtilesClaims})
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() || len(report.Notes) > 0 || len(report.Archives) != 3 {
		t.Errorf("Verify: findings %q, notes %q, archives %v", report.Findings, report.Notes, report.Archives)
	}
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Format() != MBTiles {
		t.Errorf("format %s", f.Format())
	}
	text, err := f.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	if object["name"] != "test" || object["attribution"] != "me & you" || object["type"] != "overlay" || len(object) != 4 {
		t.Errorf("metadata %v", object)
	}
	outer, err := f.Outer()
	if err != nil {
		t.Fatal(err)
	}
	second, err := f.Field(Place{Table: "tiles_f1"})
	if err != nil {
		t.Fatal(err)
	}
	sets := []TileSet{outer, second}
	var wg sync.WaitGroup
	for range 3 { // concurrently, and while tables are being listed
		wg.Go(func() {
			for _, tile := range tiles {
				png, ok, err := sets[tile.Field].Tile(tile.Zoom, tile.X, tile.Y)
				if err != nil || !ok {
					t.Errorf("tile %d/%d/%d of field %d: found %t, %v", tile.Zoom, tile.X, tile.Y, tile.Field, ok, err)
					return
				}
				var got [TilePixels]byte
				if err := DecodeIndices(png, &got); err != nil || got != *tile.pix {
					t.Errorf("tile %d/%d/%d of field %d came back different (%v)", tile.Zoom, tile.X, tile.Y, tile.Field, err)
				}
			}
		})
	}
	for field, set := range sets {
		n := 0
		last := int64(-1)
		for e, err := range set.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			png, err := set.Read(e)
			if err != nil || int64(len(png)) != e.Length || int64(e.TileID) <= last || pmtiles.ZxyToID(e.Zoom, e.X, e.Y) != e.TileID {
				t.Errorf("field %d, entry %+v: %d bytes, %v", field, e, len(png), err)
			}
			last = int64(e.TileID)
			n++
		}
		if want := []int{12, 16}[field]; n != want {
			t.Errorf("field %d lists %d tiles, want %d", field, n, want)
		}
	}
	wg.Wait()
	if _, ok, err := outer.Tile(9, 0, 0); ok || err != nil {
		t.Errorf("no such tile: %v, %v", ok, err)
	}
	if _, ok, err := outer.Tile(60, 0, 0); ok || err != nil {
		t.Errorf("no such zoom: %v, %v", ok, err)
	}
	for _, table := range []string{"", "tiles_f2", "metadata", "sqlite_schema", `tiles_f1" --`} {
		if _, err := f.Field(Place{Table: table}); !errors.Is(err, ErrOutside) {
			t.Errorf("field in %q: %v", table, err)
		}
	}
	if left := names(t, filepath.Dir(path)); len(left) != 1 {
		t.Errorf("reading left %q", left)
	}
}

// TestMBTilesVerifyFinds spoils a database in one way after the other, with SQL or byte by byte.
func TestMBTilesVerifyFinds(t *testing.T) {
	good := writeMBTilesTest(t, testTiles(), testMBTilesContents())
	goodBytes, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	first, block := pmtiles.ZxyToID(9, 100, 150), pmtiles.ZxyToID(11, 1000, 625)
	tests := []struct {
		name       string
		sql        string
		spoil      func(b []byte) []byte
		find, note string // in some finding or note; "" for none at all
	}{
		{name: "nothing wrong"},
		{name: "cut off", spoil: func(b []byte) []byte { return b[:len(b)-mbtilesPageSize] }, find: "cut off or damaged"},
		{name: "cut off in a page", spoil: func(b []byte) []byte { return b[:len(b)-100] }, find: "it is cut off"},
		{name: "nothing but the header", spoil: func(b []byte) []byte { return b[:100] }, find: "it "},
		{name: "a page too many", spoil: func(b []byte) []byte { return append(b, make([]byte, mbtilesPageSize)...) }, find: "follow its last page"},
		{name: "a root of nonsense", spoil: func(b []byte) []byte {
			copy(b[3*mbtilesPageSize:], bytes.Repeat([]byte{0xa5}, 200))
			return b
		}, find: "SQLite says"},
		{name: "another program's", sql: "ALTER TABLE tiles RENAME TO map; CREATE VIEW tiles AS SELECT * FROM map", find: "made by another program"},
		{name: "computed tiles", sql: `DROP TABLE tiles; CREATE TABLE tiles (tile_id INTEGER PRIMARY KEY, zoom_level INTEGER, tile_column INTEGER,
			tile_row INTEGER, tile_data BLOB AS (zeroblob(1000000000)))`, find: "made by another program"},
		{name: "no rowids", sql: `DROP TABLE tiles; CREATE TABLE tiles (tile_id INTEGER PRIMARY KEY, zoom_level INTEGER, tile_column INTEGER,
			tile_row INTEGER, tile_data BLOB) WITHOUT ROWID`, find: "made by another program"},
		{name: "no tiles", sql: "DROP TABLE tiles", find: "made by another program"},
		{name: "empty", sql: "DELETE FROM tiles", find: "but there are 0 with 0 bytes"},
		{name: "no index", sql: "DROP INDEX tiles_f1_index", find: "f1: the table tiles_f1 has no unique index", note: "unused"},
		{name: "application id", sql: "PRAGMA application_id = 1", find: "application_id is 1"},
		{name: "page size", sql: "PRAGMA page_size = 4096; VACUUM", find: "page_size is 4096"},
		{name: "id", sql: fmt.Sprintf("UPDATE tiles SET tile_id = tile_id + 50 WHERE tile_id = %d", first), find: "stand beside it"},
		{name: "negative id", sql: fmt.Sprintf("UPDATE tiles SET tile_id = -7 WHERE tile_id = %d", first), find: "tile id -7"},
		{name: "row from the north", sql: "UPDATE tiles SET tile_row = 150 WHERE zoom_level = 9", find: "row 361, but zoom 9, column 100, row 150"},
		{name: "text for a number", sql: "UPDATE tiles SET tile_column = 'x' WHERE zoom_level = 9 AND tile_column = 100", find: "column x"},
		{name: "tile is text", sql: fmt.Sprintf("UPDATE tiles SET tile_data = 'hello' WHERE tile_id = %d", first), find: "type text, not a blob"},
		{name: "tile is too large", sql: fmt.Sprintf("UPDATE tiles SET tile_data = zeroblob(1000000) WHERE tile_id = %d", first), find: "too many for a tile"},
		{name: "tile is no PNG", sql: fmt.Sprintf("UPDATE tiles SET tile_data = zeroblob(100) WHERE tile_id = %d", first), find: "no signature"},
		{name: "tile of another field", sql: fmt.Sprintf("UPDATE tiles SET tile_data = (SELECT tile_data FROM tiles_f1 WHERE tile_id = %d) WHERE tile_id = %d", first, first), find: "colour type is 0, not 3"},
		{name: "a tile less", sql: fmt.Sprintf("DELETE FROM tiles WHERE tile_id = %d", first), find: "tell of 3 tiles"},
		{name: "a field dropped", sql: "DROP TABLE tiles_f1", note: "f1: the metadata place it in the table"},
		{name: "an index beyond the scale", sql: `UPDATE metadata SET value = replace(value, '"max_index"', '"was"')`, find: "scale ends at 0"},
		{name: "no sense in the metadata", sql: "DELETE FROM metadata WHERE name = 'ours'", find: "no fields"},
		{name: "zooms", sql: "UPDATE metadata SET value = '3' WHERE name = 'minzoom'", find: `"minzoom" of metadata should say "9"`},
		{name: "bounds", sql: "UPDATE metadata SET value = '1,2,3' WHERE name = 'bounds'", find: "should be 4 numbers"},
		{name: "format", sql: "UPDATE metadata SET value = 'pbf' WHERE name = 'format'", find: `should say "png"`},
		{name: "name", sql: "DELETE FROM metadata WHERE name = 'name'", find: "no name"},
		{name: "a block more", sql: "INSERT INTO lines VALUES (0, 0, 0, 0, x'00')", find: "lines: the metadata tell of 0 blocks"},
		{name: "a block less", sql: fmt.Sprintf("DELETE FROM lines WHERE tile_id = %d", block), find: "lines: the metadata tell of 6 blocks"},
		{name: "another block", sql: fmt.Sprintf("UPDATE lines SET tile_data = x'00' WHERE tile_id = %d", block), find: "lines: block 11/1000/625: "},
		{name: "a block is text", sql: fmt.Sprintf("UPDATE lines SET tile_data = 'hello' WHERE tile_id = %d", block), find: "lines: block 11/1000/625: it is something of type text, not a blob"},
		{name: "a block is too large", sql: fmt.Sprintf("UPDATE lines SET tile_data = zeroblob(16777217) WHERE tile_id = %d", block), find: "16777217 bytes are too many for a block"},
		{name: "a block is elsewhere", sql: fmt.Sprintf("UPDATE lines SET tile_id = tile_id + 1000 WHERE tile_id = %d", block), find: "lines: the tile id"},
		{name: "row of a block from the north", sql: "UPDATE lines SET tile_row = 625 WHERE zoom_level = 11 AND tile_row = 1422", find: "row 1422, but zoom 11, column 1000, row 625"},
		{name: "no index of blocks", sql: "DROP INDEX lines_index", find: "lines: the table lines has no unique index", note: "unused"},
		{name: "blocks without ids", sql: "DROP TABLE lines; CREATE TABLE lines (tile_data BLOB)", note: `lines: the metadata place it in the table "lines", which is not there as heatmapgen makes it; readers ignore this block set`},
		{name: "blocks in another table", sql: `ALTER TABLE lines RENAME TO ways; UPDATE metadata SET value = replace(value, '"table":"lines"', '"table":"ways"')`, find: `it in the table "ways", but it should be "lines"`},
		{name: "blocks dropped", sql: "DROP TABLE lines", note: "lines: the metadata place it"},
		{name: "more tables", sql: "CREATE TABLE mine (a); CREATE VIEW v AS SELECT 1", note: "the table mine is none of heatmapgen's"},
		{name: "a trigger", sql: "CREATE TRIGGER t AFTER INSERT ON tiles BEGIN SELECT 1; END", note: "the trigger t"},
		{name: "WAL mode", sql: "PRAGMA journal_mode = WAL", find: "left it in WAL mode"},
		{name: "left in the log", sql: "PRAGMA journal_mode = WAL; CREATE TABLE x (a)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.mbtiles")
			b := bytes.Clone(goodBytes)
			if tt.spoil != nil {
				b = tt.spoil(b)
			}
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if tt.sql != "" {
				db := openDB(t, path)
				db.SetMaxOpenConns(1)
				if _, err := db.Exec(tt.sql); err != nil {
					t.Fatal(err)
				}
				if tt.name == "left in the log" {
					// The other program has not gone away.
					tt.find = "x.mbtiles-wal lies beside it"
				} else if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			r, err := Verify(t.Context(), path, VerifyOptions{Claims: mbtilesClaims})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				what, want string
				got        []string
			}{{"findings", tt.find, r.Findings}, {"notes", tt.note, r.Notes}} {
				got := strings.Join(c.got, "\n")
				if c.want == "" && got != "" && (c.what == "findings" || tt.find == "") || !strings.Contains(got, c.want) {
					t.Errorf("%s:\n%s\nwant %q", c.what, got, c.want)
				}
			}
		})
	}
}

// TestMBTilesReaderSurvives flips bytes all over a database: whatever comes of it, there is an error or an answer.
func TestMBTilesReaderSurvives(t *testing.T) {
	good, err := os.ReadFile(writeMBTilesTest(t, testTiles()[:6], testMBTilesContents()))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.mbtiles")
	rng := rand.New(rand.NewPCG(7, 8))
	failed := 0
	for range 60 {
		b := bytes.Clone(good)
		page := rng.IntN(len(b) / mbtilesPageSize)
		for range 1 + rng.IntN(8) {
			// Where pages have their headers and cells, damage does most.
			b[page*mbtilesPageSize+rng.IntN(120)] = byte(rng.IntN(256))
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Verify(t.Context(), path, VerifyOptions{Claims: mbtilesClaims})
		if err != nil {
			t.Fatal(err)
		}
		if !r.OK() {
			failed++
		}
		f, err := OpenFile(path)
		if err != nil {
			continue
		}
		if set, err := f.Outer(); err == nil {
			for e, err := range set.Entries() {
				if err != nil {
					break
				}
				_, _ = set.Read(e)
			}
		}
		if set, err := f.Blocks(Place{Table: "lines"}); err == nil {
			for e, err := range set.Entries() {
				if err != nil {
					break
				}
				_, _ = set.Read(e)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if failed < 20 {
		t.Errorf("only %d of 60 damaged files were found out", failed)
	}
}

func TestFormats(t *testing.T) {
	for name, want := range map[string]Format{"a/heatmap.pmtiles": PMTiles, "X.MBTILES": MBTiles, "x.db": "", "pmtiles": ""} {
		if got, ok := FormatByName(name); got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	dir := t.TempDir()
	if _, err := OpenFile(dir); err == nil || !strings.Contains(err.Error(), "not a file") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := OpenFile(filepath.Join(dir, "none.mbtiles")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := OpenMBTiles(filepath.Join(dir, "none.mbtiles")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	path := filepath.Join(dir, "a b?#%41.mbtiles") // a name with what means something in an address
	if err := os.WriteFile(path, []byte("SQLite format 3\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenFile(path); err == nil || !strings.Contains(err.Error(), "a b?#%41.mbtiles: it cannot be read as a database") {
		t.Errorf("a bit of a file: %v", err)
	}
}
