package archive

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"
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

// Check returns an error unless f is a format that this build of heatmapgen can read and write.
func (f Format) Check() error {
	switch f {
	case PMTiles:
		return nil
	case MBTiles:
		return errSQLite
	}
	return fmt.Errorf("there is no format %q", f)
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

// Unreadable reports whether an error of opening or reading an archive comes from the system - the disk fails, access is
// denied - so that it says nothing about what is in the file.
func Unreadable(err error) bool {
	var system syscall.Errno
	return errors.As(err, &system) || sqliteUnreadable(err)
}

// A TileSet is the tiles of one field, in either format. It is safe for concurrent use.
type TileSet interface {
	// Tile returns the PNG file of a tile, and whether there is one.
	Tile(z uint8, x, y uint32) (png []byte, ok bool, err error)
	// Entries lists all tiles in the order of their ids. It ends after an error.
	Entries() iter.Seq2[Entry, error]
	// Read returns the PNG file of an entry that Entries listed.
	Read(e Entry) (png []byte, err error)
}

// A File is an archive of either format, open for reading. Bytes of any origin do no
// more than make errors.
type File interface {
	Format() Format
	// Metadata returns the metadata as one JSON object. That of MBTiles is made of the rows
	// of its table, without those that stand in the header of PMTiles.
	Metadata() ([]byte, error)
	// Outer returns the tiles of the default field.
	Outer() (TileSet, error)
	// Field returns the tiles of another field. The error is ErrOutside when there is
	// nothing at the place.
	Field(at Place) (TileSet, error)
	// Blocks returns the blocks of a set, with an error as Field's.
	Blocks(at Place) (BlockSet, error)
	Close() error
}

// OpenFile opens the archive in the file path, whichever its format is. Call Close.
func OpenFile(path string) (File, error) {
	format, err := FormatOf(path)
	if err != nil {
		return nil, err
	}
	if format == MBTiles {
		return openMBTilesFile(path)
	}
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	return pmtilesFile{r}, nil
}

// pmtilesFile makes a File of an outer Reader.
type pmtilesFile struct{ *Reader }

func (f pmtilesFile) Format() Format { return PMTiles }

func (f pmtilesFile) Outer() (TileSet, error) { return f.Reader, nil }

func (f pmtilesFile) Field(at Place) (TileSet, error) {
	if at.Length == 0 {
		return nil, ErrOutside
	}
	return f.Inner(at.Section)
}
