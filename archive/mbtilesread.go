//go:build !js

package archive

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"net/url"
	"os"
	"strings"

	"heatmapgen/internal/atomicfile"
)

// An MBTilesReader reads an MBTiles file of ours. It takes bytes of any origin: what is
// wrong with them becomes an error. It never writes, and does not look at a journal
// beside the file. It is safe for concurrent use.
type MBTilesReader struct {
	db *sql.DB
}

// OpenMBTiles opens the MBTiles file path. Call Close.
func OpenMBTiles(path string) (*MBTilesReader, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	if err == nil {
		err = checkSchemaOf(path)
	}
	var m *MBTilesReader
	if err == nil {
		m, err = openMBTiles(path, info.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("opening the archive %s: %w", path, err)
	}
	return m, nil
}

// openMBTilesFile is OpenMBTiles for whoever takes either format.
func openMBTilesFile(path string) (File, error) {
	m, err := OpenMBTiles(path)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// checkSchemaOf looks at the schema before SQLite does.
func checkSchemaOf(path string) error {
	f, err := atomicfile.OpenShared(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return checkSchema(f)
}

func openMBTiles(path string, size int64) (*MBTilesReader, error) {
	// A schema that is not trusted calls no functions that do anything but compute.
	db, err := openSQLite(path, url.Values{"mode": {"ro"}, "immutable": {"1"},
		"_pragma": {"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "cache_size(-8192)"}})
	if err != nil {
		return nil, err
	}
	m := &MBTilesReader{db}
	err = m.complete(size)
	if err == nil {
		err = m.columns(metadataTable, metadataColumns)
	}
	if err == nil {
		err = m.columns(tilesTable, tilesColumns)
	}
	if errors.Is(err, ErrOutside) {
		err = errors.New("it is a database, but has no tables metadata and tiles as heatmapgen makes them; was it made by another program?")
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return m, nil
}

// complete checks that a file of the given size has all of its pages. SQLite itself would fill up the last one.
func (m *MBTilesReader) complete(size int64) error {
	pages, err := m.number("PRAGMA page_count")
	if err != nil {
		return damaged(err)
	}
	length, err := m.number("PRAGMA page_size")
	if err != nil {
		return damaged(err)
	}
	if pages*length > size {
		return fmt.Errorf("it should have %d bytes, but has %d: it is cut off", pages*length, size)
	}
	return nil
}

// number asks for one number.
func (m *MBTilesReader) number(query string, args ...any) (int64, error) {
	var n int64
	err := m.db.QueryRow(query, args...).Scan(&n)
	return n, err
}

// A column is one that a table must have.
type column struct {
	name string
	kind string
	key  bool // the primary key
}

var (
	metadataColumns = []column{{"name", "TEXT", true}, {"value", "TEXT", false}}
	tilesColumns    = []column{{"tile_id", "INTEGER", true}, {"zoom_level", "INTEGER", false}, {"tile_column", "INTEGER", false},
		{"tile_row", "INTEGER", false}, {"tile_data", "BLOB", false}}
)

// columns checks that there is a table, an ordinary one with rowids, that has such columns,
// all of them stored and not computed. The error is ErrOutside when there is none.
func (m *MBTilesReader) columns(table string, want []column) error {
	var kind string
	var withoutRowid bool
	err := m.db.QueryRow("SELECT type, wr FROM pragma_table_list(?) WHERE schema = 'main'", table).Scan(&kind, &withoutRowid)
	switch {
	case errors.Is(err, sql.ErrNoRows) || err == nil && (kind != "table" || withoutRowid):
		return ErrOutside
	case err != nil:
		return damaged(err)
	}
	rows, err := m.db.Query("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)", table)
	if err != nil {
		return damaged(err)
	}
	defer rows.Close()
	got := map[column]bool{}
	for rows.Next() {
		var c column
		var hidden int // computed, or of a virtual table
		if err := rows.Scan(&c.name, &c.kind, &c.key, &hidden); err != nil {
			return damaged(err)
		}
		c.kind = strings.ToUpper(c.kind)
		got[c] = hidden == 0
	}
	if err := rows.Err(); err != nil {
		return damaged(err)
	}
	for _, c := range want {
		if !got[c] {
			return ErrOutside
		}
	}
	return nil
}

// damaged explains what SQLite says of a file that it cannot read.
func damaged(err error) error {
	return fmt.Errorf("it cannot be read as a database (%w): it is cut off or damaged", err)
}

// Close closes the file.
func (m *MBTilesReader) Close() error { return m.db.Close() }

// Format returns MBTiles.
func (m *MBTilesReader) Format() Format { return MBTiles }

// Rows returns the rows of the table metadata.
func (m *MBTilesReader) Rows() (map[string]string, error) {
	rows, err := m.db.Query("SELECT name, octet_length(value), CASE WHEN octet_length(value) <= ? THEN value END FROM metadata", maxMetadataLen)
	if err != nil {
		return nil, damaged(err)
	}
	defer rows.Close()
	table := map[string]string{}
	total, count := 0, 0
	for rows.Next() {
		// A damaged tree can have the same rows without end.
		if count++; count > maxRows {
			return nil, fmt.Errorf("its metadata have more than the %d rows accepted", maxRows)
		}
		var name, value sql.NullString
		var length sql.NullInt64
		if err := rows.Scan(&name, &length, &value); err != nil {
			return nil, damaged(err)
		}
		total += len(name.String) + int(length.Int64)
		if total > maxMetadataLen {
			return nil, fmt.Errorf("its metadata have more than the %d bytes accepted", maxMetadataLen)
		}
		table[name.String] = value.String
	}
	if err := rows.Err(); err != nil {
		return nil, damaged(err)
	}
	return table, nil
}

// Metadata returns what the rows of the table metadata say as one JSON object: what was
// given to the Writer. A row that the specification knows is a string; another one is
// what it is as JSON if that is an object or an array, else a string.
func (m *MBTilesReader) Metadata() ([]byte, error) {
	rows, err := m.Rows()
	if err != nil {
		return nil, fmt.Errorf("reading the metadata: %w", err)
	}
	object := map[string]json.RawMessage{}
	for name, value := range rows {
		switch name {
		case "format", "bounds", "center", "minzoom", "maxzoom":
			continue
		case "name", "attribution", "description", "type", "version":
		default:
			if t := strings.TrimSpace(value); (strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[")) && json.Valid([]byte(t)) {
				object[name] = json.RawMessage(t)
				continue
			}
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("reading the metadata: %w", err)
		}
		object[name] = text
	}
	text, err := json.Marshal(object)
	if err == nil {
		err = checkMetadata(text)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the metadata: %w", err)
	}
	return text, nil
}

// Outer returns the tiles of the table "tiles".
func (m *MBTilesReader) Outer() (TileSet, error) { return m.table(tilesTable, tileKind) }

// Field returns the tiles of another table.
func (m *MBTilesReader) Field(at Place) (TileSet, error) { return m.set(at, tileKind) }

// Blocks returns the blocks of a table.
func (m *MBTilesReader) Blocks(at Place) (BlockSet, error) {
	t, err := m.set(at, blockKind)
	if err != nil {
		return nil, err
	}
	return blockSet{t}, nil
}

// set returns the table of a further field or of a block set.
func (m *MBTilesReader) set(at Place, k *kind) (*tileTable, error) {
	if k == tileKind && !strings.HasPrefix(at.Table, tilesTable+"_") || k == blockKind && !isBlockTable(at.Table) {
		return nil, ErrOutside
	}
	return m.table(at.Table, k)
}

func (m *MBTilesReader) table(name string, k *kind) (*tileTable, error) {
	if err := m.columns(name, tilesColumns); err != nil {
		return nil, err
	}
	return &tileTable{m.db, `"` + strings.ReplaceAll(name, `"`, `""`) + `"`, k}, nil
}

// A tileTable is a table of tiles or blocks.
type tileTable struct {
	db   *sql.DB
	name string // quoted
	kind *kind
}

// Tile implements TileSet.
func (t *tileTable) Tile(z uint8, x, y uint32) ([]byte, bool, error) {
	if !validZXY(z, x, y) {
		return nil, false, nil
	}
	b, ok, err := t.read(TileID(z, x, y))
	if err != nil {
		return nil, false, fmt.Errorf("reading %s %d/%d/%d: %w", t.kind.name, z, x, y, err)
	}
	return b, ok, nil
}

// Read implements TileSet.
func (t *tileTable) Read(e Entry) ([]byte, error) {
	b, ok, err := t.read(e.TileID)
	if err == nil && !ok {
		err = errors.New("it is not there any more")
	}
	return b, err
}

func (t *tileTable) read(id uint64) (data []byte, ok bool, err error) {
	var kind string
	var length sql.NullInt64
	err = t.db.QueryRow("SELECT typeof(tile_data), octet_length(tile_data), CASE WHEN octet_length(tile_data) <= ? THEN tile_data END FROM "+t.name+" WHERE tile_id = ?",
		t.kind.maxLen, int64(id)).Scan(&kind, &length, &data)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, damaged(err)
	case kind != "blob":
		return nil, false, fmt.Errorf("it is something of type %s, not a blob", kind)
	case length.Int64 > t.kind.maxLen:
		return nil, false, fmt.Errorf("%d bytes are too many for a %s", length.Int64, t.kind.name)
	}
	return data, true, nil
}

// A tileRow is a row of a table of tiles or blocks, as it is.
type tileRow struct {
	id                int64
	zoom, column, row any
	length            int64
}

// entry returns the tile that the row is about, or an error where its numbers do not go
// together.
func (r *tileRow) entry() (Entry, error) {
	if r.id < 0 || uint64(r.id) >= idsBefore(MaxZoom+1) {
		return Entry{}, fmt.Errorf("the tile id %d is that of no tile of the zooms 0 to %d", r.id, MaxZoom)
	}
	z, x, y := TileAt(uint64(r.id))
	row := tmsRow(z, y)
	if r.zoom != int64(z) || r.column != int64(x) || r.row != int64(row) {
		return Entry{}, fmt.Errorf("the tile id %d is that of zoom %d, column %d, row %d, but zoom %v, column %v, row %v stand beside it", r.id, z, x, row, r.zoom, r.column, r.row)
	}
	return Entry{uint64(r.id), z, x, y, Section{Length: r.length}}, nil
}

// rowsAtOnce is how many rows are read in one go. Since there is one connection, no query
// may be open while the caller looks at tiles.
const rowsAtOnce = 4096

// rows lists the rows in the order of their ids.
func (t *tileTable) rows() iter.Seq2[tileRow, error] {
	return func(yield func(tileRow, error) bool) {
		from := int64(math.MinInt64)
		for {
			batch, err := t.batch(from)
			if err != nil {
				yield(tileRow{}, damaged(err))
				return
			}
			for _, r := range batch {
				if !yield(r, nil) {
					return
				}
			}
			if len(batch) < rowsAtOnce || batch[len(batch)-1].id == math.MaxInt64 {
				return
			}
			from = batch[len(batch)-1].id + 1
		}
	}
}

func (t *tileTable) batch(from int64) ([]tileRow, error) {
	rows, err := t.db.Query("SELECT tile_id, zoom_level, tile_column, tile_row, octet_length(tile_data) FROM "+t.name+
		" WHERE tile_id >= ? ORDER BY tile_id LIMIT ?", from, rowsAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var batch []tileRow
	for rows.Next() {
		var r tileRow
		var length sql.NullInt64
		if err := rows.Scan(&r.id, &r.zoom, &r.column, &r.row, &length); err != nil {
			return nil, err
		}
		r.length = length.Int64
		// A damaged tree can hold ids in any order.
		if r.id < from || len(batch) > 0 && r.id <= batch[len(batch)-1].id {
			return nil, fmt.Errorf("tile id %d stands in a wrong place", r.id)
		}
		batch = append(batch, r)
	}
	return batch, rows.Err()
}

// Entries implements TileSet.
func (t *tileTable) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for r, err := range t.rows() {
			var e Entry
			if err == nil {
				e, err = r.entry()
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
