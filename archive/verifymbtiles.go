//go:build !js

package archive

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// database checks an MBTiles file.
func (v *verifier) database(ctx context.Context, f *os.File, size int64, path string) error {
	// Who reads a database in WAL mode writes beside it, which not everybody may.
	var versions [2]byte // to write and to read (file format, section 1.3.3)
	if _, err := f.ReadAt(versions[:], 18); err == nil && versions != [2]byte{1, 1} {
		v.find("another program has left it in WAL mode (PRAGMA journal_mode = DELETE ends that)")
	}
	for _, suffix := range []string{"-wal", "-journal"} {
		if _, err := os.Stat(path + suffix); err == nil {
			v.find("%s lies beside it: another program has written to the database and not brought it to its end", filepath.Base(path)+suffix)
		}
	}
	m, err := OpenMBTiles(path)
	if err != nil {
		v.find("%v", err)
		return nil
	}
	defer m.Close()
	if ok, err := v.integrity(ctx, m, size); !ok || err != nil {
		return err
	}
	text, err := m.Metadata()
	if err != nil {
		v.find("%v", err)
		return nil
	}
	claims, err := v.opts.Claims(text)
	if err != nil {
		v.find("its metadata do not make sense: %v", err)
		return nil
	}
	v.expect(&claims)
	named := map[string]bool{metadataTable: true, tilesTable: true}
	if t := claims.Outer.Table; t != tilesTable {
		v.find("%s: the metadata place it in the table %q, but the default field is in %q", claims.Outer.ID, t, tilesTable)
	}
	outer, err := m.Outer()
	if err != nil {
		v.find("%s: %v", claims.Outer.ID, err)
		return nil
	}
	zooms, err := v.table(ctx, m, outer.(*tileTable), v.fieldClaim(claims.Outer, colourPalette), tilesTable, size)
	if err != nil {
		return err
	}
	v.rows(m, zooms)
	for _, c := range claims.Inner {
		if err := v.further(ctx, m, c.Place, tilesTable+"_"+c.ID, v.fieldClaim(c, colourGrey)); err != nil {
			return err
		}
		named[c.Table] = true
	}
	for _, c := range claims.Blocks {
		if err := v.further(ctx, m, c.Place, c.ID, blocksClaim(c)); err != nil {
			return err
		}
		named[c.Table] = true
	}
	v.leftovers(m, named)
	return nil
}

// further checks what is claimed to be in a table, whose name should be want.
func (v *verifier) further(ctx context.Context, m *MBTilesReader, at Place, want string, c setClaim) error {
	if at == (Place{}) {
		v.compareZooms(c, nil)
		v.compareSum(c, Sum{})
		return nil
	}
	if at.Table != want {
		v.find("%s: the metadata place it in the table %q, but it should be %q", c.id, at.Table, want)
	}
	t, err := m.set(at, c.kind)
	if err != nil {
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("%s: the metadata place it in the table %q, which is not there as heatmapgen makes it; readers ignore %s", c.id, at.Table, c.ignored))
		return nil
	}
	_, err = v.table(ctx, m, t, c, at.Table, 0)
	return err
}

// integrity has SQLite look at the whole database.
func (v *verifier) integrity(ctx context.Context, m *MBTilesReader, size int64) (ok bool, err error) {
	said := false
	rows, err := m.db.QueryContext(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", maxTileFindings))
	if err == nil {
		defer rows.Close()
		for rows.Next() {
			var line string
			if err = rows.Scan(&line); err != nil {
				break
			}
			if line != "ok" {
				said = true
				v.find("SQLite says: %s", line)
			}
		}
		if err == nil {
			err = rows.Err()
		}
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		said = true
		v.find("SQLite says: %v", err)
	}
	if said {
		return false, nil
	}
	rows.Close()
	for _, p := range []struct {
		name string
		want int64
	}{{"application_id", mbtilesApplicationID}, {"page_size", mbtilesPageSize}} {
		if got, err := m.number("PRAGMA " + p.name); err != nil || got != p.want {
			v.find("its %s is %d, not %d", p.name, got, p.want)
		}
	}
	var encoding string
	if err := m.db.QueryRow("PRAGMA encoding").Scan(&encoding); err != nil || encoding != "UTF-8" {
		v.find("its texts are in %s, not in UTF-8", encoding)
	}
	if pages, err := m.number("PRAGMA page_count"); err == nil && pages*mbtilesPageSize < size {
		v.find("%d bytes follow its last page", size-pages*mbtilesPageSize)
	}
	if free, err := m.number("PRAGMA freelist_count"); err == nil && free > 0 {
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("%d of its pages are unused", free))
	}
	return true, nil
}

// rows checks the rows of the table metadata that the MBTiles specification asks for, of a default field
// that has tiles at the given zooms.
func (v *verifier) rows(m *MBTilesReader, zooms []ZoomCount) {
	rows, err := m.Rows()
	if err != nil {
		v.find("%v", err)
		return
	}
	if len(zooms) > 0 {
		base := v.base
		if base == nil {
			base = &header{} // bounds and center are not known
		}
		for _, r := range placeRows(base, zooms[0].Zoom, zooms[len(zooms)-1].Zoom) {
			if (v.base != nil || r.name != "bounds" && r.name != "center") && rows[r.name] != r.value {
				v.find("the row %q of metadata should say %q, but says %q", r.name, r.value, rows[r.name])
			}
		}
	}
	if rows["name"] == "" {
		v.find("metadata have no name")
	}
	for _, row := range []struct {
		name    string
		numbers int
	}{{"bounds", 4}, {"center", 3}} {
		parts := strings.Split(rows[row.name], ",")
		bad := len(parts) != row.numbers
		for _, p := range parts {
			_, err := strconv.ParseFloat(p, 64)
			bad = bad || err != nil
		}
		if bad {
			v.find("the row %q of metadata should be %d numbers, but is %q", row.name, row.numbers, rows[row.name])
		}
	}
}

// table checks a table of tiles or blocks and returns what it has. size is that of the file for
// the default field, else 0.
func (v *verifier) table(ctx context.Context, m *MBTilesReader, t *tileTable, c setClaim, name string, size int64) ([]ZoomCount, error) {
	unique, err := m.number("SELECT count(*) FROM pragma_index_list(?) AS l WHERE l.\"unique\" AND NOT l.partial AND "+
		"(SELECT group_concat(name) FROM pragma_index_info(l.name)) = 'zoom_level,tile_column,tile_row'", name)
	if err != nil || unique == 0 {
		v.find("%s: the table %s has no unique index on zoom, column and row", c.id, name)
	}
	var entries []Entry
	report := ArchiveReport{ID: c.id}
	bad := 0
	for r, err := range t.rows() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err != nil {
			v.find("%s: %v", c.id, err)
			return nil, nil
		}
		e, err := r.entry()
		if err != nil {
			if bad++; bad <= maxTileFindings {
				v.find("%s: %v", c.id, err)
			}
			continue
		}
		if k := len(report.Zooms); k == 0 || report.Zooms[k-1].Zoom != e.Zoom {
			report.Zooms = append(report.Zooms, ZoomCount{Zoom: e.Zoom})
		}
		z := &report.Zooms[len(report.Zooms)-1]
		z.Tiles++
		z.Bytes += e.Length
		report.Tiles++
		report.Bytes += e.Length
		entries = append(entries, e)
	}
	if bad > maxTileFindings {
		v.find("%s: %d more %ss have wrong ids", c.id, bad-maxTileFindings, c.kind.name)
	}
	findings, sum, err := v.contents(ctx, t, entries, c)
	if err != nil {
		return nil, err
	}
	for _, f := range findings {
		v.find("%s: %s", c.id, f)
	}
	v.compareZooms(c, report.Zooms)
	v.compareSum(c, sum)
	if size > 0 {
		report.Bytes = size
	}
	v.report.Archives = append(v.report.Archives, report)
	return report.Zooms, nil
}

// leftovers notes what is in the database beside the named tables and their indices.
func (v *verifier) leftovers(m *MBTilesReader, named map[string]bool) {
	rows, err := m.db.Query("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY rowid")
	if err != nil {
		v.find("SQLite says: %v", err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var kind, name, table sql.NullString
		if err := rows.Scan(&kind, &name, &table); err != nil {
			v.find("SQLite says: %v", err)
			return
		}
		if strings.HasPrefix(name.String, "sqlite_") || named[table.String] && slices.Contains([]string{"table", "index"}, kind.String) {
			continue
		}
		v.report.Notes = append(v.report.Notes, fmt.Sprintf("the %s %s is none of heatmapgen's; readers ignore it", kind.String, name.String))
	}
	if err := rows.Err(); err != nil {
		v.find("SQLite says: %v", err)
	}
}
