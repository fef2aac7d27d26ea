//go:build !js

package archive

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
)

// writeMBTiles makes the empty file f an MBTiles database. SQLite allots pages in the order in
// which they are first needed, so the order of the statements is the layout of the file
// (docs/format.md, MBTiles): the schema in page 1, the metadata, the roots of all tables, then the
// tiles and blocks table by table in the order of their ids, and last the indices, which are made from the tables when these are complete.
func (w *Writer) writeMBTiles(ctx context.Context, f *os.File, p *plan, c Contents) error {
	for i := range p.archives {
		at, zooms := p.of(i)
		if len(*zooms) == 0 {
			continue
		}
		if set := i - w.fields(); set >= 0 {
			at.Table = w.opts.BlockSets[set]
		} else {
			at.Table = tableOf(i, w.opts.FieldIDs)
		}
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
	m := &mbtilesWriter{w: w, plan: p, out: &emitter{ctx: ctx, progress: c.Progress}}
	for i := range p.archives {
		_, zooms := p.of(i)
		for _, z := range *zooms {
			m.out.total += z.Bytes
		}
	}
	err = m.write(db, rows)
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
	w    *Writer
	plan *plan
	out  *emitter
}

// write fills the database in one transaction. The file is nobody's yet: should
// this break off, it is thrown away, so there is no need of a journal, nor of
// SQLite's own syncing.
func (m *mbtilesWriter) write(db *sql.DB, rows []metadataRow) error {
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
	for i := range m.plan.archives {
		if at, _ := m.plan.of(i); at.Table != "" {
			tables = append(tables, tilesSchema(at.Table))
			indices = append(indices, indexSchema(at.Table))
		}
	}
	for _, statement := range tables {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	if err := m.fill(tx); err != nil {
		return err
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

// fill fills the tables, one after the other.
func (m *mbtilesWriter) fill(tx *sql.Tx) error {
	set := -1
	var insert *sql.Stmt
	defer func() {
		if insert != nil {
			insert.Close()
		}
	}()
	return m.w.each(m.plan, func(it *item, content []byte) (err error) {
		if int(it.set) != set {
			set = int(it.set)
			if insert != nil {
				insert.Close()
			}
			at, _ := m.plan.of(set)
			if insert, err = tx.Prepare("INSERT INTO " + at.Table + " (tile_id, zoom_level, tile_column, tile_row, tile_data) VALUES (?, ?, ?, ?, ?)"); err != nil {
				return err
			}
		}
		zoom, x, y := TileAt(it.tileID)
		if _, err := insert.Exec(int64(it.tileID), int64(zoom), int64(x), int64(tmsRow(zoom, y)), content); err != nil {
			return err
		}
		return m.out.count(len(content))
	})
}
