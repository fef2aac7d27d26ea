package archive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// wantError fails the test unless the error says so.
func wantError(t *testing.T, what string, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: error %v, want %q", what, err, want)
	}
}

// TestMetadataLimits: what is short in a file can be long in memory.
func TestMetadataLimits(t *testing.T) {
	tiles := []testEntry{{1, 0, 0, []byte("x")}}
	for _, test := range []struct{ name, text, want string }{
		{"spaces", strings.Repeat(" ", maxMetadataLen+1), "it decompresses to more than the 67108864 bytes accepted"},
		{"values", `{"a":[` + strings.Repeat("0,", maxValues+1) + `0]}`, "12000001 values, more than the 12000000 accepted"},
		{"lists", `{"a":[` + strings.Repeat("[],", maxParts) + `0]}`, "objects, keys and lists, more than the 50000 accepted"},
		{"keys", `{` + strings.Repeat(`"a":0,`, maxParts) + `"b":0}`, "objects, keys and lists, more than the 50000 accepted"},
		{"what stands in a text does not count", `{"a":"` + strings.Repeat(`,[{:\"\\`, maxParts) + `","b":"\\"}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := buildArchive(tiles, test.text, nil, nil)
			r, err := NewReader(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			text, err := r.Metadata()
			if test.want != "" {
				wantError(t, "reading", err, test.want)
			} else if err != nil || string(text) != test.text {
				t.Errorf("%d bytes, %v", len(text), err)
			}
			if _, err := metadataObject([]byte(test.text)); (err == nil) != (test.want == "") {
				t.Errorf("the writer: %v", err)
			}
		})
	}
}

func TestDirectoryLimits(t *testing.T) {
	entries := make([]pmtiles.EntryV3, maxEntries+1)
	for i := range entries {
		entries[i] = pmtiles.EntryV3{TileID: uint64(i), Offset: uint64(i), Length: 1, RunLength: 1}
	}
	if got, err := parseDirectory(pmtiles.SerializeEntries(entries[1:], pmtiles.Gzip), gzipCompression); err != nil || len(got) != maxEntries {
		t.Errorf("%d entries, %v", len(got), err)
	}
	_, err := parseDirectory(pmtiles.SerializeEntries(entries, pmtiles.Gzip), gzipCompression)
	wantError(t, "one more", err, "it has 32769 entries, more than the 32768 accepted")
}

// TestRunLimits: a run of tiles takes a few bytes and is listed tile by tile.
func TestRunLimits(t *testing.T) {
	first := pmtiles.ZxyToID(20, 0, 0)
	for _, run := range []uint32{maxTiles, maxTiles + 1} {
		file := leafyArchive(pmtiles.Gzip, []pmtiles.EntryV3{{TileID: first, Length: 1, RunLength: run}}, nil, []byte("x"))
		r, err := NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err = range r.Entries() {
			if err == nil {
				n++
			}
		}
		if n != maxTiles {
			t.Errorf("a run of %d lists %d tiles", run, n)
		}
		if run == maxTiles && err != nil {
			t.Error(err)
		}
		if run > maxTiles {
			wantError(t, "one more", err, "the directories list more than the 16777216 tiles accepted")
		}
	}
}

// rawPage is the size of the pages of rawDatabase.
const rawPage = 4096

// rawDatabase makes a database with empty tables of metadata and tiles.
func rawDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heatmap.mbtiles")
	db := openDB(t, path)
	if _, err := db.Exec(fmt.Sprintf("PRAGMA page_size = %d; %s; %s; INSERT INTO metadata VALUES ('name', 'x')", rawPage, metadataSchema, tilesSchema(tilesTable))); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// interior makes the B-tree page that begins at start of page one whose children are these; the last is the rightmost.
func interior(page []byte, start int, children ...uint32) {
	clear(page[start:])
	last := len(children) - 1
	page[start] = 5
	binary.BigEndian.PutUint16(page[start+3:], uint16(last))
	binary.BigEndian.PutUint32(page[start+8:], children[last])
	end := len(page)
	for i, c := range children[:last] {
		end -= 5
		binary.BigEndian.PutUint32(page[end:], c)
		page[end+4] = 1 // the key
		binary.BigEndian.PutUint16(page[start+12+2*i:], uint16(end))
	}
	binary.BigEndian.PutUint16(page[start+5:], uint16(end))
}

// endless adds pages to a database so that the tree below the page that it returns has three hundred to the fifth power leaves,
// all of them the page leaf.
func endless(file []byte, leaf uint32) ([]byte, uint32) {
	child := leaf
	for range 5 {
		page := make([]byte, rawPage)
		children := make([]uint32, 300)
		for i := range children {
			children[i] = child
		}
		interior(page, 0, children...)
		file = append(file, page...)
		child = uint32(len(file) / rawPage)
	}
	binary.BigEndian.PutUint32(file[28:], child)
	return file, child
}

// TestEndlessDatabases: trees of a few pages that have more rows than can be counted. SQLite follows them.
func TestEndlessDatabases(t *testing.T) {
	read := func(t *testing.T) (path string, file []byte) {
		path = rawDatabase(t)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return path, file
	}
	write := func(t *testing.T, path string, file []byte) {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("schema", func(t *testing.T) {
		path, file := read(t)
		// What the first page lists goes to a page of its own. Of the rows below the others, all alike, SQLite has nothing
		// to complain: they are the index that comes with the table.
		first := make([]byte, rawPage)
		copy(first, file[:rawPage])
		copy(first, file[100:rawPage])
		copy(first[rawPage/2:], file[rawPage/2:rawPage])
		file = append(file, first...)
		top := uint32(len(file) / rawPage)
		again := make([]byte, rawPage)
		copy(again, first)
		binary.BigEndian.PutUint16(again[3:], 1)
		copy(again[8:], first[10:12]) // the second row
		file = append(file, again...)
		file, child := endless(file, top+1)
		interior(file[:rawPage], 100, top, child)
		write(t, path, file)
		_, err := OpenMBTiles(path)
		wantError(t, "opening", err, "occurs twice in its schema: it is damaged, or made to do harm")
	})
	t.Run("schema of one page", func(t *testing.T) {
		path, file := read(t)
		// More statements than there can be, by one that claims to be long.
		at := binary.BigEndian.Uint16(file[108:])
		copy(file[at:], []byte{0xff, 0xff, 0x7f})
		write(t, path, file)
		_, err := OpenMBTiles(path)
		wantError(t, "opening", err, "its schema has more than the 4000 tables and 1048576 bytes accepted")
	})
	t.Run("metadata", func(t *testing.T) {
		path, file := read(t)
		root := uint32(2) // the first table's
		leaf := append([]byte(nil), file[rawPage:2*rawPage]...)
		file = append(file, leaf...)
		file, child := endless(file, uint32(len(file)/rawPage))
		interior(file[(root-1)*rawPage:root*rawPage], 0, child, child)
		write(t, path, file)
		m, err := OpenMBTiles(path)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		_, err = m.Rows()
		wantError(t, "the rows", err, "its metadata have more than the 4000 rows accepted")
		_, err = m.Metadata()
		wantError(t, "the metadata", err, "more than the 4000 rows accepted")
	})
	t.Run("tiles", func(t *testing.T) {
		path := rawDatabase(t)
		db := openDB(t, path)
		if _, err := db.Exec("INSERT INTO tiles VALUES (0, 0, 0, 0, x'00')"); err != nil {
			t.Fatal(err)
		}
		var root int
		if err := db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'tiles'").Scan(&root); err != nil {
			t.Fatal(err)
		}
		db.Close()
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, file[(root-1)*rawPage:root*rawPage]...)
		file, child := endless(file, uint32(len(file)/rawPage))
		interior(file[(root-1)*rawPage:root*rawPage], 0, child, child)
		write(t, path, file)
		m, err := OpenMBTiles(path)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		outer, err := m.Outer()
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for _, last = range outer.Entries() {
		}
		wantError(t, "the tiles", last, "stands in a wrong place")
		report, err := Verify(t.Context(), path, VerifyOptions{Claims: mbtilesClaims})
		if err != nil || report.OK() {
			t.Errorf("verify: %v, %v", report, err)
		}
	})
}
