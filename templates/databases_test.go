package templates_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"heatmapgen/archive"
)

var update = flag.Bool("update", false, "write the databases that the viewer's tests read anew")

// databases are for the viewer's own reader of SQLite: shapes of files that our writer does not make, but
// other tools may when they are let at ours. viewer/test/sqlite.test.ts knows what is in them by the same rule as goldenRow.
var databases = []struct {
	name          string
	pageSize      int
	reserved      byte
	pragmas       string
	rows, longest int
	// scrambled inserts out of order, deletes two rows of three and inserts one of these again, so that rows lie on scattered pages.
	scrambled bool
}{
	{"deep", 512, 0, "encoding = 'UTF-16le'", 1500, 400, false},
	{"scrambled", 1024, 0, "encoding = 'UTF-16be'; PRAGMA auto_vacuum = FULL", 120, 4000, true},
	{"reserved", 4096, 32, "journal_mode = DELETE", 120, 30_000, false},
	{"wide", 65536, 0, "journal_mode = DELETE", 12, 400_000, false},
}

// goldenRow returns the columns of row k.
func goldenRow(k, longest int) []any {
	numbers := []int64{0, 1, -1, 127, 128, -32768, 1 << 22, -(1 << 31), 1 << 40, -(1 << 47), 1 << 52}
	data := make([]byte, k*k*31%longest)
	for i := range data {
		data[i] = byte((k + i) % 251)
	}
	var n any
	if i := k % 12; i < len(numbers) {
		n = numbers[i]
	}
	return []any{int64(k*k*k - 1000), n, float64(k) / 4, strings.Repeat("é€", k%40), data}
}

func TestDatabases(t *testing.T) {
	dir := filepath.Join("viewer", "testdata", "databases")
	golden := func(name string, write func(path string)) (path string) {
		t.Helper()
		path = filepath.Join(t.TempDir(), name)
		packed := filepath.Join(dir, name+".gz")
		if *update {
			write(path)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(packed, gzipped(raw), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		f, err := os.Open(packed)
		if err != nil {
			t.Fatalf("%v; run go test ./templates -run %s -update", err, t.Name())
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			path := golden(d.name+".db", func(path string) {
				emptyDatabase(t, path, d.pageSize, d.reserved, d.pragmas)
				fillDatabase(t, path, d.rows, d.longest, d.scrambled)
			})
			db := openDatabase(t, path)
			expect(t, db, "PRAGMA integrity_check", "ok")
			expect(t, db, "PRAGMA page_size", fmt.Sprint(d.pageSize))
			for k := range d.rows {
				row := goldenRow(k, d.longest)
				want := 1
				if d.scrambled && k%3 == 1 {
					want = 0
				}
				var n int
				err := db.QueryRow("SELECT count(*) FROM t WHERE id = ? AND n IS ? AND x = ? AND s = ? AND data = ?", row...).Scan(&n)
				if err != nil || n != want {
					t.Fatalf("row %d is there %d times: %v", k, n, err)
				}
			}
		})
	}
	t.Run("small.mbtiles", func(t *testing.T) {
		db := openDatabase(t, golden("small.mbtiles", func(path string) { smallMBTiles(t, path) }))
		expect(t, db, "PRAGMA integrity_check", "ok")
		expect(t, db, "SELECT count(*) FROM tiles", "272")
		expect(t, db, "SELECT length(tile_data) FROM tiles_pace WHERE zoom_level = 14 AND tile_column = 8576 AND tile_row = 10684", "1069")
	})
}

func openDatabase(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.Exec(statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func expect(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	var got string
	if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
		t.Errorf("%s: %q, %v; want %q", query, got, err, want)
	}
}

// emptyDatabase makes a database of one page. No statement reserves bytes at the ends of pages, but SQLite keeps to what the
// header says.
func emptyDatabase(t *testing.T, path string, pageSize int, reserved byte, pragmas string) {
	t.Helper()
	db := openDatabase(t, path)
	execute(t, db, fmt.Sprintf("PRAGMA page_size = %d; PRAGMA %s; CREATE TABLE x (a); DROP TABLE x; VACUUM", pageSize, pragmas))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if reserved == 0 {
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const reservedAt, contentAt = 20, 105
	raw[reservedAt] = reserved
	binary.BigEndian.PutUint16(raw[contentAt:], uint16(pageSize-int(reserved)))
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

func fillDatabase(t *testing.T, path string, rows, longest int, scrambled bool) {
	t.Helper()
	db := openDatabase(t, path)
	execute(t, db, "BEGIN")
	// The schema is to fill more than a page.
	for i := range 30 {
		execute(t, db, fmt.Sprintf("CREATE TABLE another_%d (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)", i))
	}
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, x REAL, s TEXT, data BLOB); CREATE VIEW v AS SELECT * FROM t")
	insert := func(k int) {
		execute(t, db, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", goldenRow(k, longest)...)
	}
	for i := range rows {
		if scrambled {
			i = i * 7 % rows
		}
		insert(i)
	}
	if scrambled {
		for k := range rows {
			if k%3 != 0 {
				execute(t, db, "DELETE FROM t WHERE id = ?", goldenRow(k, longest)[0])
			}
		}
		for k := rows - 1; k >= 0; k-- {
			if k%3 == 2 {
				insert(k)
			}
		}
	}
	execute(t, db, "COMMIT")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// smallMBTiles writes an archive as our writer does, its tiles no pictures: the tile in column x and row y of zoom 14 has 1000 + x % 16 + 4 * (y % 16)
// bytes of image data, all of them x % 16 * 16 + y % 16. Its metadata do not fit on a page.
func smallMBTiles(t *testing.T, path string) {
	t.Helper()
	fields := []string{"visits", "pace", "hills"}
	w, err := archive.Create(path, len(fields), archive.Options{Format: archive.MBTiles, FieldIDs: fields, BlockSets: []string{"lines"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for field := range 2 {
		for zoom := uint8(12); zoom <= 14; zoom += 2 {
			side := uint32(1) << (zoom - 10)
			for i := range side * side {
				x, y := 536<<(zoom-10)+i%side, 356<<(zoom-10)+i/side
				idat := bytes.Repeat([]byte{byte(x%16*16 + y%16)}, 1000+int(x%16+4*(y%16)))
				if err := w.Add(archive.Tile{Field: field, Zoom: zoom, X: x, Y: y, IDAT: idat}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for i := range uint32(16) {
		// The last one takes several pages.
		if err := w.AddBlock(0, 14, 8576+i%4, 5696+i/4, bytes.Repeat([]byte{byte(i)}, 1000+10_000*int(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.AddBlock(0, 12, 2144, 1424, []byte("coarse")); err != nil {
		t.Fatal(err)
	}
	_, err = w.Finish(context.Background(), archive.Contents{
		Bounds: [4]float64{8.4, 47.9, 8.8, 48.1}, CenterLon: 8.6, CenterLat: 48, CenterZoom: 12,
		Palette: func(uint8) [][4]uint8 { return make([][4]uint8, 1) },
		Metadata: func(l *archive.Layout) ([]byte, error) {
			field := func(id, table string) string {
				return fmt.Sprintf(`{"id": %q, "kind": "count", "unit": "visits", "scale": {"values": [1], "presence": [1]}, "table": %q, "zooms": [{"zoom": 12, "lo": 0, "hi": 1}]}`, id, table)
			}
			return fmt.Appendf(nil, `{"name": "Small", "attribution": "nobody", "heatmapgen": {"format": 2, "min_zoom": 12, "max_zoom": 14, "bounds": [8.4, 47.9, 8.8, 48.1],
				"fields": [%s, %s, %s, %s], "layers": [{"id": "all", "field": "visits", "scale": "linear", "ramp": [[0, "#000000"]]}],
				"lines": {"table": %q, "zooms": [{"zoom": 12}, {"zoom": 14}], "max_zoom": 20}, "activities": {"name": ["%s"]}}}`,
				field("visits", l.Fields[0].Table), field("pace", l.Fields[1].Table), field("hills", l.Fields[2].Table), field("gone", "tiles_gone"),
				l.Blocks[0].Table, strings.Repeat("long ", 20_000)), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}
