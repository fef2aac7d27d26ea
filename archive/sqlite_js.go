package archive

import (
	"context"
	"errors"
	"os"
)

// errSQLite says that there is no SQLite, which has no build for browsers that shares their memory with Go.
var errSQLite = errors.New(`heatmapgen in a browser neither reads nor writes MBTiles, only format = "pmtiles"`)

func openMBTilesFile(string) (File, error) { return nil, errSQLite }

func (w *Writer) writeMBTiles(context.Context, *os.File, *plan, Contents) error { return errSQLite }

func (v *verifier) database(context.Context, *os.File, int64, string) error { return errSQLite }

func sqliteUnreadable(error) bool { return false }
