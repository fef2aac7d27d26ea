package archive

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// testMBTilesMetadata is testMetadata for MBTiles: a string beside the object that
// only we understand.
func testMBTilesMetadata(l *Layout) ([]byte, error) {
	var fields []map[string]any
	for i, f := range l.Fields {
		fields = append(fields, map[string]any{"id": fmt.Sprintf("f%d", i), "table": f.Table, "max_index": f.MaxIndex, "zooms": f.Zooms})
	}
	var blocks []map[string]any
	for i, b := range l.Blocks {
		blocks = append(blocks, map[string]any{"id": testBlockSets[i], "table": b.Table, "zooms": b.Zooms})
	}
	return json.Marshal(map[string]any{
		"name": "test", "type": "overlay", "attribution": "me & you", "ours": map[string]any{"fields": fields, "blocks": blocks},
	})
}

func testMBTilesContents() Contents {
	c := testContents()
	c.Metadata = testMBTilesMetadata
	return c
}

var testMBTilesOptions = Options{Format: MBTiles, FieldIDs: []string{"f0", "f1", "f2"}, BlockSets: testBlockSets}

// writeMBTilesTest is writeTest for an MBTiles file.
func writeMBTilesTest(t testing.TB, tiles []testTile, c Contents) string {
	t.Helper()
	return writeTestAs(t, "heatmap.mbtiles", testMBTilesOptions, tiles, c)
}

// openDB opens a database as any program would.
func openDB(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func query[T any](t testing.TB, db *sql.DB, query string, args ...any) T {
	t.Helper()
	var v T
	if err := db.QueryRow(query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// TestMBTilesForOtherPrograms asks for tiles and metadata as the programs do that know
// the MBTiles specification and nothing of us.
func TestMBTilesForOtherPrograms(t *testing.T) {
	tiles := testTiles()
	path := writeMBTilesTest(t, tiles, testMBTilesContents())
	db := openDB(t, path)
	if got := query[string](t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity_check: %s", got)
	}
	for pragma, want := range map[string]string{
		"application_id": fmt.Sprint(0x4d504258), "page_size": "32768", "encoding": "UTF-8", "journal_mode": "delete", "freelist_count": "0",
	} {
		if got := query[string](t, db, "PRAGMA "+pragma); got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	for name, want := range map[string]string{
		"name": "test", "format": "png", "bounds": "8,47,9,48", "center": "8.5,47.5,12", "minzoom": "9", "maxzoom": "12",
		"attribution": "me & you", "type": "overlay",
	} {
		if got := query[string](t, db, "SELECT value FROM metadata WHERE name = ?", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, tile := range tiles {
		table := []string{"tiles", "tiles_f1"}[tile.Field]
		png := query[[]byte](t, db, "SELECT tile_data FROM "+table+" WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
			tile.Zoom, tile.X, 1<<tile.Zoom-1-tile.Y)
		want := GreyPNG(nil, tile.IDAT)
		if tile.Field == 0 {
			want = PalettedPNG(nil, tile.IDAT, testPalette(tile.Zoom)[:int(tile.MaxIndex)+1])
		}
		if !bytes.Equal(png, want) {
			t.Errorf("tile %d/%d/%d of field %d is another", tile.Zoom, tile.X, tile.Y, tile.Field)
		}
		if got := query[int64](t, db, "SELECT tile_id FROM "+table+" WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
			tile.Zoom, tile.X, 1<<tile.Zoom-1-tile.Y); uint64(got) != pmtiles.ZxyToID(tile.Zoom, tile.X, tile.Y) {
			t.Errorf("tile %d/%d/%d has the id %d", tile.Zoom, tile.X, tile.Y, got)
		}
	}
	if got := query[int](t, db, "SELECT count(*) FROM tiles"); got != 12 {
		t.Errorf("%d tiles", got)
	}
	if got := query[string](t, db, "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid)"); got != "metadata,tiles,tiles_f1,lines" {
		t.Errorf("tables: %s", got)
	}
	for _, b := range testBlocks() {
		for where, args := range map[string][]any{
			"zoom_level = ? AND tile_column = ? AND tile_row = ?": {b.z, b.x, 1<<b.z - 1 - b.y},
			"tile_id = ?": {pmtiles.ZxyToID(b.z, b.x, b.y)},
		} {
			if got := query[[]byte](t, db, "SELECT tile_data FROM lines WHERE "+where, args...); !bytes.Equal(got, b.data) {
				t.Errorf("block %d/%d/%d is another", b.z, b.x, b.y)
			}
		}
	}
	if got := query[string](t, db, "SELECT group_concat(sql, '; ') FROM sqlite_schema WHERE tbl_name = 'lines'"); got != "CREATE TABLE lines "+
		"(tile_id INTEGER PRIMARY KEY, zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL); "+
		"CREATE UNIQUE INDEX lines_index ON lines (zoom_level, tile_column, tile_row)" {
		t.Errorf("schema of the blocks: %s", got)
	}
	var a, b, c int
	var plan string
	if err := db.QueryRow("EXPLAIN QUERY PLAN SELECT tile_data FROM tiles WHERE zoom_level = 1 AND tile_column = 0 AND tile_row = 0").Scan(&a, &b, &c, &plan); err != nil ||
		!strings.Contains(plan, "SEARCH tiles USING INDEX tiles_index") {
		t.Errorf("a tile is looked up by %q, %v", plan, err)
	}
	if left := names(t, filepath.Dir(path)); !slices.Equal(left, []string{"heatmap.mbtiles"}) {
		t.Errorf("left beside the file: %q", left)
	}
}

func TestMBTilesWriterIsDeterministic(t *testing.T) {
	tiles := testTiles()
	want, err := os.ReadFile(writeMBTilesTest(t, tiles, testMBTilesContents()))
	if err != nil {
		t.Fatal(err)
	}
	shuffled := slices.Clone(tiles)
	rand.New(rand.NewPCG(1, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	got, err := os.ReadFile(writeMBTilesTest(t, shuffled, testMBTilesContents()))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("another order of the tiles gave other bytes")
	}
}

// TestMBTilesLayout holds the file to the layout that docs/format.md promises to readers by ranges:
// schema, metadata and the roots of all tables first, leaves in the order of the ids, indices last.
func TestMBTilesLayout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heatmap.mbtiles")
	w, err := Create(path, 2, Options{Format: MBTiles, FieldIDs: []string{"a", "b"}, BlockSets: []string{"none", "lines"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	var enc TileEncoder
	rng := rand.New(rand.NewPCG(3, 4))
	noise := new([TilePixels]byte)
	for i := range noise {
		noise[i] = byte(rng.IntN(200))
	}
	large, largeMax := enc.Encode(nil, noise) // more than a page
	small, smallMax := enc.Encode(nil, synthTile(synthScenes[0], 1))
	for field := range 2 {
		for i := range uint32(300) {
			tile := Tile{Field: field, Zoom: 12, X: i % 20, Y: i / 20, IDAT: small, MaxIndex: smallMax}
			if i%50 == 7 {
				tile.IDAT, tile.MaxIndex = large, largeMax
			}
			if err := w.Add(tile); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i := range uint32(300) {
		if err := w.AddBlock(1, 13, i%20, i/20, large[:10_000+i]); err != nil {
			t.Fatal(err)
		}
	}
	c := testContents()
	c.Metadata = func(*Layout) ([]byte, error) {
		return json.Marshal(map[string]string{"name": "n", "ours": strings.Repeat("x", 100_000)})
	}
	if _, err := w.Finish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := openDB(t, path)
	root := func(name string) int {
		return query[int](t, db, "SELECT rootpage FROM sqlite_schema WHERE name = ?", name)
	}
	// Page 1, the metadata's table and index, three more pages of a long value.
	if got, want := []int{root("metadata"), root("sqlite_autoindex_metadata_1"), root("tiles"), root("tiles_b"), root("lines")}, []int{2, 3, 7, 8, 9}; !slices.Equal(got, want) {
		t.Errorf("roots %v, want %v", got, want)
	}
	for page, want := range map[int]uint32{4: 5, 5: 6, 6: 0} { // what does not fit the page of the metadata
		if got := binary.BigEndian.Uint32(data[(page-1)*mbtilesPageSize:]); got != want {
			t.Errorf("page %d goes on in page %d, want %d", page, got, want)
		}
	}
	end := 9
	for _, table := range []string{"tiles", "tiles_b", "lines"} {
		page := data[(root(table)-1)*mbtilesPageSize:][:mbtilesPageSize]
		if page[0] != 5 {
			t.Fatalf("the root of %s is of type %d", table, page[0])
		}
		n := int(binary.BigEndian.Uint16(page[3:]))
		var children []int
		for i := range n {
			cell := binary.BigEndian.Uint16(page[12+2*i:])
			children = append(children, int(binary.BigEndian.Uint32(page[cell:])))
		}
		children = append(children, int(binary.BigEndian.Uint32(page[8:])))
		// Before the first leaf there may be what of the last tile did not fit its page.
		if len(children) < 5 || !slices.IsSorted(children) || children[0] <= end || children[0] > end+3 {
			t.Errorf("the leaves of %s are the pages %v; before them were %d", table, children, end)
		}
		end = slices.Max(children)
		if kind := data[(end-1)*mbtilesPageSize]; kind != 13 {
			t.Errorf("the last leaf of %s is of type %d", table, kind)
		}
	}
	if got := []int{end, root("tiles_index"), root("tiles_b_index"), root("lines_index")}; !slices.IsSorted(got) {
		t.Errorf("the end of the tables and the indices are at the pages %v", got)
	}
}

func TestMBTilesWriterErrors(t *testing.T) {
	tiles := testTiles()
	for _, tt := range []struct {
		name   string
		opts   Options
		change func(*Contents)
		want   string
	}{
		{"no names for tables", Options{Format: MBTiles}, nil, "0 names for 3 fields"},
		{"a name that is no name", Options{Format: MBTiles, FieldIDs: []string{"a", "b; DROP TABLE tiles", "c"}}, nil, "DROP TABLE"},
		{"the same name twice", Options{Format: MBTiles, FieldIDs: []string{"a", "b", "b"}}, nil, `"b" is taken`},
		{"a name that an index has", Options{Format: MBTiles, FieldIDs: []string{"a", "index", "b"}}, nil, `"index" is taken`},
		{"unknown format", Options{Format: "zip"}, nil, `no format "zip"`},
		{"no name", testMBTilesOptions, func(c *Contents) { c.Metadata = nil }, "no name"},
		{"a key of ours", testMBTilesOptions, func(c *Contents) {
			c.Metadata = func(*Layout) ([]byte, error) { return []byte(`{"name":"n","bounds":"everywhere"}`), nil }
		}, `the key "bounds"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			w, err := Create(filepath.Join(dir, "heatmap.mbtiles"), 3, tt.opts)
			if err == nil {
				defer w.Abort()
				if err := w.Add(tiles[0].Tile); err != nil {
					t.Fatal(err)
				}
				c := testMBTilesContents()
				if tt.change != nil {
					tt.change(&c)
				}
				_, err = w.Finish(t.Context(), c)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if left := names(t, dir); len(left) > 0 {
				t.Errorf("left in the folder: %q", left)
			}
		})
	}
}

// TestMBTilesCancelled cancels while the file is written: the older one must stay.
func TestMBTilesCancelled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "heatmap.mbtiles")
	if err := os.WriteFile(path, []byte("the last good one"), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := Create(path, 3, testMBTilesOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, tile := range testTiles() {
		if err := w.Add(tile.Tile); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.AddBlock(0, 13, 0, 0, make([]byte, 2*spoolBuffer)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c := testMBTilesContents()
	c.Progress = func(done, total int64) { cancel() }
	if _, err := w.Finish(ctx, c); err == nil {
		t.Error("no error")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "the last good one" {
		t.Errorf("the older file is now %.20q, %v", b, err)
	}
	if left := names(t, dir); !slices.Equal(left, []string{"heatmap.mbtiles"}) {
		t.Errorf("left in the folder: %q", left)
	}
}

// TestAddPNG takes tiles over as they are.
func TestAddPNG(t *testing.T) {
	tiles := testTiles()
	first := writeTest(t, tiles, testContents())
	r, err := Open(first)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	w, err := Create(path, 3, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	addTestBlocks(t, w, testBlocks())
	var m testMeta
	text, err := r.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	inner, err := r.Inner(Section{m.Fields[1].Offset, m.Fields[1].Length})
	if err != nil {
		t.Fatal(err)
	}
	for field, a := range []*Reader{r, inner} {
		for e, err := range a.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			png, err := a.ReadTile(e.Section)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.AddPNG(1-field, e.Zoom, e.X, e.Y, png); err == nil {
				t.Fatal("a tile of another colour type was taken")
			}
			if err := w.AddPNG(field, e.Zoom, e.X, e.Y, png[:len(png)-5]); err == nil {
				t.Fatal("a part of a file was taken")
			}
			if err := w.AddPNG(field, e.Zoom, e.X, e.Y, png); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := testContents()
	c.Palette = nil
	c.Metadata = func(*Layout) ([]byte, error) { return text, nil }
	if _, err := w.Finish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("copied tile by tile, the archive has other bytes")
	}
}
