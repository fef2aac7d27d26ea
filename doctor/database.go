package doctor

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"heatmapgen/generator"
)

// checkDatabase checks an MBTiles archive; with deep, every page of the database.
func checkDatabase(ctx context.Context, path string, deep bool) error {
	query := url.Values{"mode": {"ro"}, "immutable": {"1"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?"+query.Encode())
	if err != nil {
		return err
	}
	defer db.Close()
	var text string
	switch err := db.QueryRowContext(ctx, "SELECT value FROM metadata WHERE name = 'heatmapgen'").Scan(&text); {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("it has no metadata of heatmapgen; was it made by another program?")
	case err != nil:
		return err
	}
	if _, _, err := generator.ParseMetadata([]byte(`{"heatmapgen":` + text + `}`)); err != nil {
		return err
	}
	if !deep {
		return nil
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("SQLite says: %s", verdict)
	}
	return nil
}

// databaseSize returns the number of bytes that an SQLite file says it has by its first bytes; 0 when it does not tell.
func databaseSize(head []byte) int64 {
	if len(head) < 100 {
		return 0
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	// The size in pages only counts when the change counters agree (https://sqlite.org/fileformat.html, section 1.3.7).
	if binary.BigEndian.Uint32(head[24:]) != binary.BigEndian.Uint32(head[92:]) {
		return 0
	}
	return page * int64(binary.BigEndian.Uint32(head[28:]))
}
