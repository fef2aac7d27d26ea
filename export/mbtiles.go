package export

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"

	"heatmapgen/generator"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// WriteMBTiles writes the tiles as the MBTiles 1.3 file path, replacing an older one in one step. Rows count from the
// south, as that specification has it.
func (t *Tileset) WriteMBTiles(ctx context.Context, path string, progress generator.Progress) error {
	lon, lat, zoom := t.center()
	metadata := [][2]string{
		{"name", t.Name}, {"format", "png"}, {"type", "overlay"}, {"version", "1"},
		{"description", t.Description}, {"attribution", t.Attribution},
		{"bounds", fmt.Sprintf("%.7f,%.7f,%.7f,%.7f", t.Bounds[0], t.Bounds[1], t.Bounds[2], t.Bounds[3])},
		{"center", fmt.Sprintf("%.7f,%.7f,%d", lon, lat, zoom)},
		{"minzoom", strconv.Itoa(int(t.MinZoom))}, {"maxzoom", strconv.Itoa(int(t.MaxZoom))},
	}
	return t.writeSQLite(ctx, path, progress, sqliteLayout{
		prepare: func(tx *sql.Tx) error {
			if _, err := tx.Exec(`PRAGMA application_id = 0x4d504258;
				CREATE TABLE metadata (name TEXT NOT NULL PRIMARY KEY, value TEXT);
				CREATE TABLE tiles (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL)`); err != nil {
				return err
			}
			for _, row := range metadata {
				if _, err := tx.Exec("INSERT INTO metadata VALUES (?, ?)", row[0], row[1]); err != nil {
					return err
				}
			}
			return nil
		},
		insert: "INSERT INTO tiles VALUES (?, ?, ?, ?)",
		row:    func(zoom uint8, x, y uint32) (a, b, c int) { return int(zoom), int(x), 1<<zoom - 1 - int(y) },
		finish: "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)",
	})
}

// bigPlanetZoom is what the zooms of WriteSQLiteDB are counted down from.
const bigPlanetZoom = 17

// WriteSQLiteDB writes the tiles as the file path in the SQLite format of OsmAnd, which reads no MBTiles, replacing an older
// one in one step. Zooms count down from 17 ("BigPlanet"), the numbering that its relatives RMaps and Locus take too.
func (t *Tileset) WriteSQLiteDB(ctx context.Context, path string, progress generator.Progress) error {
	return t.writeSQLite(ctx, path, progress, sqliteLayout{
		prepare: func(tx *sql.Tx) error {
			if _, err := tx.Exec(`CREATE TABLE android_metadata (locale TEXT);
				INSERT INTO android_metadata VALUES ('en_US');
				CREATE TABLE info (minzoom INTEGER, maxzoom INTEGER, tilenumbering TEXT, ellipsoid INTEGER, tilesize INTEGER, timecolumn TEXT);
				CREATE TABLE tiles (x INTEGER NOT NULL, y INTEGER NOT NULL, z INTEGER NOT NULL, s INTEGER NOT NULL, image BLOB NOT NULL)`); err != nil {
				return err
			}
			_, err := tx.Exec("INSERT INTO info VALUES (?, ?, 'BigPlanet', 0, 256, 'no')", bigPlanetZoom-int(t.MaxZoom), bigPlanetZoom-int(t.MinZoom))
			return err
		},
		insert: "INSERT INTO tiles (x, y, z, s, image) VALUES (?, ?, ?, 0, ?)",
		row:    func(zoom uint8, x, y uint32) (a, b, c int) { return int(x), int(y), bigPlanetZoom - int(zoom) },
		finish: "CREATE UNIQUE INDEX tile_index ON tiles (x, y, z, s)",
	})
}

// A sqliteLayout is what the SQLite formats of tiles differ in.
type sqliteLayout struct {
	prepare func(*sql.Tx) error
	insert  string // takes the three numbers of row, then the PNG file
	row     func(zoom uint8, x, y uint32) (a, b, c int)
	finish  string
}

// writeSQLite writes the tiles into a database. The file is new and takes its name when it is whole, so it needs
// no journal.
func (t *Tileset) writeSQLite(ctx context.Context, path string, progress generator.Progress, layout sqliteLayout) error {
	return beside(ctx, path, false, func(temp string) error {
		query := url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "locking_mode(EXCLUSIVE)"}}
		db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(temp)}).EscapedPath()+"?"+query.Encode())
		if err != nil {
			return err
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := layout.prepare(tx); err != nil {
			return err
		}
		insert, err := tx.Prepare(layout.insert)
		if err != nil {
			return err
		}
		defer insert.Close()
		for tile, err := range t.tiles(ctx, progress) {
			if err != nil {
				return err
			}
			a, b, c := layout.row(tile.zoom, tile.x, tile.y)
			if _, err := insert.Exec(a, b, c, tile.png()); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(layout.finish); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		return db.Close()
	})
}
