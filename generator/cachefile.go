//go:build !js

package generator

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"heatmapgen/activity/track"
	"heatmapgen/archive"
	"heatmapgen/internal/words"
)

// cacheApplicationID marks a SQLite file as ours: "heat" in ASCII. cacheVersion, its user_version, is that of its tables
// and of the decoders whose tracks it keeps; a file of another is thrown away.
const (
	cacheApplicationID = 0x68656174
	cacheLayout        = 3
	cacheVersion       = cacheLayout<<16 | track.Version
)

// An OtherCacheError says that the cache is sound, as far as can be told, but not of this version of heatmapgen: the next build
// makes it anew.
type OtherCacheError struct{ what string }

func (e *OtherCacheError) Error() string { return "it was " + e.what }

// openCacheFile opens the cache in the file path, or makes it where there is no file or an empty one: for the user
// alone, since it holds positions.
func openCacheFile(path string) (*sql.DB, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	// Losing the last writes in a power cut is harmless, as every row is sealed. Who writes takes the lock at once:
	// to get it later may fail for good.
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(5000)", "trusted_schema(0)", "cell_size_check(1)",
		"journal_mode(WAL)", "synchronous(OFF)", "cache_size(-2000)"}}
	uri, err := archive.SQLiteURI(path, query)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	if err := prepareCache(db); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// prepareCache checks that the file is ours, or makes it so when it is empty.
func prepareCache(db *sql.DB) error {
	empty, err := checkCache(context.Background(), db)
	if err != nil || !empty {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Somebody else may have made it just now.
	if empty, err = checkCache(context.Background(), tx); err != nil || !empty {
		return err
	}
	statements := []string{fmt.Sprintf("PRAGMA application_id = %d", cacheApplicationID), fmt.Sprintf("PRAGMA user_version = %d", cacheVersion)}
	for _, table := range cacheTables {
		statements = append(statements, cacheTableSchema(table))
	}
	for _, s := range statements {
		if _, err := tx.Exec(s); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// A querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// checkCache checks that an open file is a cache of this version, or tells that it is empty.
func checkCache(ctx context.Context, db querier) (empty bool, err error) {
	var numbers [3]int
	for i, name := range []string{"application_id", "user_version", "page_count"} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&numbers[i]); err != nil {
			return false, err
		}
	}
	schema, err := cacheSchema(ctx, db)
	if err != nil {
		return false, err
	}
	id, version, pages := numbers[0], numbers[1], numbers[2]
	switch {
	case id == 0 && version == 0 && pages <= 1 && len(schema) == 0:
		return true, nil
	case id != cacheApplicationID:
		return false, &OtherCacheError{"made by another program"}
	case version != cacheVersion:
		return false, &OtherCacheError{"made by another version of heatmapgen"}
	}
	var want [][4]string
	for _, table := range cacheTables {
		want = append(want, [4]string{"table", table, table, cacheTableSchema(table)})
	}
	var roots int
	if err := db.QueryRowContext(ctx, "SELECT count(DISTINCT rootpage) FROM sqlite_schema").Scan(&roots); err != nil {
		return false, err
	}
	// Two tables with one root would delete each other's rows for ever.
	if !slices.Equal(schema, want) || roots != len(want) {
		return false, errCacheSchema
	}
	return false, nil
}

var errCacheSchema = &rowError{errors.New("its tables are not those that it was made with")}

// cacheSchema returns what the schema of a database says, by name.
func cacheSchema(ctx context.Context, db querier) ([][4]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var schema [][4]string
	for rows.Next() {
		var row [4]sql.NullString
		if err := rows.Scan(&row[0], &row[1], &row[2], &row[3]); err != nil {
			return nil, err
		}
		schema = append(schema, [4]string{row[0].String, row[1].String, row[2].String, row[3].String})
	}
	return schema, rows.Err()
}

// isDamage reports whether an error of the cache says that the file is damaged, and not that it cannot be used now.
func isDamage(err error) bool {
	var row *rowError
	if errors.As(err, &row) {
		return true
	}
	var said *sqlite.Error
	if !errors.As(err, &said) {
		return false
	}
	switch said.Code() {
	case sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_DATA:
		return true
	}
	switch said.Code() & 0xff { // what is above says more of the same
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOLFS:
		return false
	}
	// What is left is said of files whose content is wrong: that may be so even of SQLITE_READONLY, as a byte of the header
	// says who may write, and this user may (openCacheFile).
	return true
}

// CheckCache checks the cache in the folder dir without changing it: SQLite's own check of the whole file, and the seal of every row. No
// cache at all is no error; one that another version made is an *OtherCacheError.
func CheckCache(ctx context.Context, dir string) error {
	path := filepath.Join(dir, cacheFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	query := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "trusted_schema(0)", "cell_size_check(1)"}}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		query.Set("immutable", "1") // no build is at it; otherwise SQLite would leave files beside
	}
	uri, err := archive.SQLiteURI(path, query)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer db.Close()
	if err := checkWholeCache(ctx, db); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func checkWholeCache(ctx context.Context, db *sql.DB) error {
	empty, err := checkCache(ctx, db)
	if err != nil || empty {
		return err
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errors.New(words.OneLine(verdict))
	}
	for _, table := range cacheTables {
		if err := checkRows(ctx, db, table); err != nil {
			return err
		}
	}
	return nil
}

// checkRows checks the seal of every row of a table.
func checkRows(ctx context.Context, db *sql.DB, table string) error {
	rows, err := db.QueryContext(ctx, "SELECT id, data FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var row sql.RawBytes
		if err := rows.Scan(&id, &row); err != nil {
			return err
		}
		if _, _, err := unseal(table, id, row); err != nil {
			return fmt.Errorf("row %d of %s: %w", id, table, err)
		}
	}
	return rows.Err()
}
