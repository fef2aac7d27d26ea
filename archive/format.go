package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A Format is a kind of archive file.
type Format string

const (
	// PMTiles is a PMTiles v3 archive with further ones nested in it.
	PMTiles Format = "pmtiles"
	// MBTiles is an SQLite database with a table of tiles for each field.
	MBTiles Format = "mbtiles"
)

// FormatByName returns the format that the extension of a file's name stands for.
func FormatByName(path string) (f Format, ok bool) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pmtiles":
		return PMTiles, true
	case ".mbtiles":
		return MBTiles, true
	}
	return "", false
}

// sqliteMagic begins every SQLite database (file format, section 1.3.1).
const sqliteMagic = "SQLite format 3\x00"

// FormatOf returns the format of the file path by its first bytes: a file that is no
// SQLite database is taken for PMTiles, whose reader says what is wrong with it.
func FormatOf(path string) (Format, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("opening the archive: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("opening the archive %s: it is not a file", path)
	}
	magic := make([]byte, len(sqliteMagic))
	if _, err := io.ReadFull(f, magic); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fmt.Errorf("opening the archive: %w", err)
	}
	if string(magic) == sqliteMagic {
		return MBTiles, nil
	}
	return PMTiles, nil
}
