package archive

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// writeMBTiles makes the empty file f an MBTiles database. SQLite allots pages in the order in
// which they are first needed, so the order of the statements is the layout of the file
// (docs/format.md, MBTiles): the schema in page 1, the metadata, the roots of all tables, then the
// tiles table by table in the order of their ids, the blob, and last the indices,
// which are made from the tables when these are complete.
func (w *Writer) writeMBTiles(ctx context.Context, f *os.File, p *plan, c Contents) error {
	for i := range p.records {
		if len(p.records[i]) > 0 {
			p.layout.Fields[i].Table = tableOf(i, w.opts.FieldIDs)
		}
	}
	if len(c.Blob) > 0 {
		p.layout.Blob = Place{Section{Length: int64(len(c.Blob))}, tracksTable}
	}
	text, err := p.metadata(c)
	if err != nil {
		return err
	}
	rows, err := p.metadataRows(text)
	if err != nil {
		return err
	}
	// Locks of SQLite would meet the one by which this process holds the file.
	db, err := openSQLite(f.Name(), url.Values{"nolock": {"1"}})
	if err != nil {
		return err
	}
	m := &mbtilesWriter{w: w, plan: p, out: &emitter{ctx: ctx, total: int64(len(c.Blob)), progress: c.Progress}}
	for _, field := range p.layout.Fields {
		for _, z := range field.Zooms {
			m.out.total += z.Bytes
		}
	}
	err = m.write(db, rows, c.Blob)
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("SQLite: %w", SQLiteError(err))
	}
	return m.out.end()
}

// An mbtilesWriter fills a database.
type mbtilesWriter struct {
	w         *Writer
	plan      *plan
	out       *emitter
	data, png []byte
}

// write fills the database in one transaction. The file is nobody's yet: should
// this break off, it is thrown away, so there is no need of a journal, nor of
// SQLite's own syncing.
func (m *mbtilesWriter) write(db *sql.DB, rows []metadataRow, blob []byte) error {
	for _, pragma := range []string{
		fmt.Sprintf("page_size = %d", mbtilesPageSize), "encoding = 'UTF-8'", "auto_vacuum = NONE", "journal_mode = OFF",
		"synchronous = OFF", "locking_mode = EXCLUSIVE", "temp_store = MEMORY", "cache_size = -8192",
	} {
		if _, err := db.Exec("PRAGMA " + pragma); err != nil {
			return err
		}
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	schema := []string{fmt.Sprintf("PRAGMA application_id = %d", mbtilesApplicationID), metadataSchema}
	for _, statement := range schema {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if _, err := tx.Exec("INSERT INTO "+metadataTable+" (name, value) VALUES (?, ?)", r.name, r.value); err != nil {
			return err
		}
	}
	var tables, indices []string
	for _, l := range m.plan.layout.Fields {
		if l.Table != "" {
			tables = append(tables, tilesSchema(l.Table))
			indices = append(indices, indexSchema(l.Table))
		}
	}
	if len(blob) > 0 {
		tables = append(tables, tracksSchema)
	}
	for _, statement := range tables {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	for field := range m.plan.records {
		if err := m.tiles(tx, field); err != nil {
			return err
		}
	}
	if len(blob) > 0 {
		if _, err := tx.Exec("INSERT INTO "+tracksTable+" (id, data) VALUES (1, ?)", blob); err != nil {
			return err
		}
		if err := m.out.count(len(blob)); err != nil {
			return err
		}
	}
	for _, statement := range indices {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
		if err := m.out.count(0); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// tiles fills the table of a field.
func (m *mbtilesWriter) tiles(tx *sql.Tx, field int) error {
	table := m.plan.layout.Fields[field].Table
	if table == "" {
		return nil
	}
	insert, err := tx.Prepare("INSERT INTO " + table + " (tile_id, zoom_level, tile_column, tile_row, tile_data) VALUES (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, r := range m.plan.records[field] {
		if m.data, err = m.w.spool.read(m.data[:0], r); err != nil {
			return err
		}
		m.png = m.plan.appendPNG(m.png[:0], field, r, m.data)
		zoom, x, y := pmtiles.IDToZxy(r.tileID)
		if _, err := insert.Exec(int64(r.tileID), int64(zoom), int64(x), int64(tmsRow(zoom, y)), m.png); err != nil {
			return err
		}
		if err := m.out.count(len(m.png)); err != nil {
			return err
		}
	}
	return nil
}
