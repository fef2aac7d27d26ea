//go:build !js

package archive

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"

	"modernc.org/sqlite" // also the driver "sqlite"
)

// errSQLite is nil: there is SQLite, so MBTiles is read and written.
var errSQLite error

// SQLiteURI returns the name under which SQLite opens the file path with the parameters of query, on Windows
// and its network shares too (https://sqlite.org/uri.html). It fails only where the working directory is not known.
func SQLiteURI(path string, query url.Values) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	// Windows paths begin with a letter, the path of a URI with a slash.
	path = "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode(), nil
}

// openSQLite opens an SQLite database with one connection, so that settings hold and a
// file that is replaced meanwhile stays the one that was opened.
func openSQLite(path string, query url.Values) (*sql.DB, error) {
	uri, err := SQLiteURI(path, query)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	db.SetConnMaxIdleTime(0)
	db.SetConnMaxLifetime(0)
	return db, nil
}

// Codes of SQLite, SQLITE_PERM and so on (https://sqlite.org/rescode.html).
const (
	sqlitePerm     = 3
	sqliteBusy     = 5
	sqliteNoMem    = 7
	sqliteIOErr    = 10
	sqliteFull     = 13
	sqliteCantOpen = 14
)

// SQLiteError returns an error of SQLite as what it is to the system too, where that is a full disk.
func SQLiteError(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code() == sqliteFull {
		return fmt.Errorf("%w (%w)", err, syscall.ENOSPC)
	}
	return err
}

// sqliteUnreadable reports whether an error of SQLite comes from the system.
func sqliteUnreadable(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff { // the primary code (https://sqlite.org/rescode.html)
	case sqlitePerm, sqliteBusy, sqliteNoMem, sqliteIOErr, sqliteFull, sqliteCantOpen:
		return true
	}
	return false
}
