package export

import (
	"context"
	"database/sql"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"heatmapgen/archive"
	"heatmapgen/generator"
)

// bigPlanetZoom is what the zooms of WriteSQLiteDB are counted down from.
const bigPlanetZoom = 17

// sqliteDBSchema has every column of info that OsmAnd would add by itself, so that it need not change the file.
const sqliteDBSchema = `
	CREATE TABLE android_metadata (locale TEXT);
	INSERT INTO android_metadata VALUES ('en_US');
	CREATE TABLE info (minzoom INTEGER, maxzoom INTEGER, tilenumbering TEXT, ellipsoid INTEGER, tilesize INTEGER, timecolumn TEXT, expireminutes INTEGER);
	CREATE TABLE tiles (x INTEGER NOT NULL, y INTEGER NOT NULL, z INTEGER NOT NULL, s INTEGER NOT NULL, image BLOB NOT NULL)`

// WriteSQLiteDB writes the tiles as the file path in the SQLite format of OsmAnd, which reads no MBTiles, replacing an older
// one in one step. Zooms count down from 17 ("BigPlanet"), the numbering that its relatives RMaps and Locus take too.
func (t *Tileset) WriteSQLiteDB(ctx context.Context, path string, progress generator.Progress) error {
	return writeFile(ctx, path, func(f *os.File) error {
		return archive.SQLiteError(t.writeSQLiteDB(ctx, f.Name(), progress))
	})
}

// writeSQLiteDB fills the empty file path. It is nobody's yet and is thrown away should this break off, so it needs neither journal nor
// locks.
func (t *Tileset) writeSQLiteDB(ctx context.Context, path string, progress generator.Progress) error {
	query := url.Values{"nolock": {"1"}, "_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "locking_mode(EXCLUSIVE)"}}
	uri, err := archive.SQLiteURI(path, query)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := t.fillSQLiteDB(ctx, tx, progress); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return db.Close()
}

func (t *Tileset) fillSQLiteDB(ctx context.Context, tx *sql.Tx, progress generator.Progress) error {
	if _, err := tx.Exec(sqliteDBSchema); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO info VALUES (?, ?, 'BigPlanet', 0, 256, 'no', 0)", bigPlanetZoom-int(t.MaxZoom), bigPlanetZoom-int(t.MinZoom)); err != nil {
		return err
	}
	insert, err := tx.Prepare("INSERT INTO tiles (x, y, z, s, image) VALUES (?, ?, ?, 0, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for tile, err := range t.tiles(ctx, progress) {
		if err != nil {
			return err
		}
		if _, err := insert.Exec(tile.x, tile.y, bigPlanetZoom-int(tile.zoom), tile.png()); err != nil {
			return err
		}
	}
	_, err = tx.Exec("CREATE UNIQUE INDEX tile_index ON tiles (x, y, z, s)")
	return err
}
