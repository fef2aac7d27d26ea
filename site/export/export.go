// Package export makes of one layer of a built site what other programs and printers take: ordinary coloured
// tiles - as MBTiles, PMTiles, OsmAnd's SQLite or a folder of files - and one picture with a title, a scale
// bar and a legend.
//
// tileset.go chooses layer and zooms and colours the tiles; archive.go, sqlitedb.go and xyz.go write them. A picture is
// laid out in poster.go and painted row by row, so that its size costs no memory: mapsource.go reads the
// tiles, resample.go brings them to the picture's pixels, pngwriter.go encodes. What the layers and fields are
// is said in packages layers and generator.
package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"heatmapgen/archive"
	"heatmapgen/internal/atomicfile"
)

// Attribution is what viewers of the exported tiles are asked to show.
const Attribution = "heatmapgen"

// beside calls write with the name of a file or folder that does not exist yet, in the folder of path, and gives
// what write made there the name path. When write fails, what it left is removed and what path named before is
// untouched. path may name a file, or with folder a folder; the other kind is refused.
func beside(ctx context.Context, path string, folder bool, write func(temp string) error) (err error) {
	path = filepath.Clean(path) // a folder may be written with a slash at its end
	// A link stays one: what it points to is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := checkKind(path, folder); err != nil {
		return err
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.tmp-%016x", filepath.Base(path), rand.Uint64()))
	defer func() {
		if err != nil {
			os.RemoveAll(temp)
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	if err := write(temp); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if folder {
		return replaceFolder(temp, path)
	}
	if err := syncFile(temp); err != nil {
		return err
	}
	return atomicfile.Replace(temp, path)
}

// checkKind refuses a path that names something that cannot be replaced by a file, or by a folder.
func checkKind(path string, folder bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case folder && !info.IsDir():
		return fmt.Errorf("%s is a file, but a folder of tiles is to stand there; choose another name", path)
	case !folder && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file; choose another name", path)
	}
	if folder {
		return checkOurs(path)
	}
	return nil
}

// checkOurs refuses to replace a folder that holds anything but what an export writes: zooms and tiles.json.
func checkOurs(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) == 0 {
		return err
	}
	described := false
	for _, e := range entries {
		zoom, err := strconv.ParseUint(e.Name(), 10, 8)
		switch {
		case e.Name() == tileJSONName && e.Type().IsRegular():
			described = true
		case err != nil || zoom > archive.MaxZoom || !e.IsDir():
			return fmt.Errorf("%s has other things in it than exported tiles (%s), and is not replaced; choose another name", path, e.Name())
		}
	}
	if !described {
		return fmt.Errorf("%s has no %s, so its tiles are not from an export, and it is not replaced; choose another name", path, tileJSONName)
	}
	return nil
}

// replaceFolder gives the folder temp the name path. Two renames cannot be one step; between them the old
// folder stands beside, and comes back if the second one fails.
func replaceFolder(temp, path string) error {
	old := temp + ".old"
	err := os.Rename(path, old)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Rename(temp, path)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Rename(old, path))
	}
	return os.RemoveAll(old)
}

// syncFile makes what is written to a closed file last through a power cut.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
