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
	"os"
	"path/filepath"
	"strconv"

	"heatmapgen/archive"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
)

// Attribution is what viewers of the exported tiles are asked to show.
const Attribution = "heatmapgen"

// writeFile makes of what write writes the file path, replacing an older one in one step. write may also open the file by its
// name. When write fails, what path named before is untouched.
func writeFile(ctx context.Context, path string, write func(*os.File) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file; choose another name", path)
	}
	if target, err := atomicfile.Target(path); err == nil {
		scratch.Sweep(filepath.Dir(target))
	}
	staged, err := atomicfile.Stage(path, atomicfile.Ordinary, write)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		staged.Discard()
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return staged.Replace()
}

// writeFolder makes of what write writes into an empty folder the folder path. One that an earlier export made is
// replaced as a whole, another one refused. When write fails, what path named before is untouched.
func writeFolder(ctx context.Context, path string, write func(temp string) error) (err error) {
	path = filepath.Clean(path) // it may be written with a slash at its end
	// A link stays one: what it points to is replaced.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	} else if leads, linkErr := os.Readlink(path); linkErr == nil && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", path, &atomicfile.DanglingError{Path: path, Target: leads})
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	scratch.Sweep(filepath.Dir(path))
	if err := checkFolder(path); err != nil {
		return err
	}
	folder, err := scratch.CreateFolder(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer folder.Discard()
	if err = write(folder.Path); err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = replaceFolder(folder, path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// checkFolder refuses a path that names something that cannot be replaced by a folder of tiles.
func checkFolder(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is a file, but a folder of tiles is to stand there; choose another name", path)
	}
	return checkOurs(path)
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

// replaceFolder gives a scratch folder the name path. Two renames cannot be one step; between them the old
// folder stands beside, and comes back if the second one fails, or, if the process is killed, when the next export sweeps.
func replaceFolder(folder *scratch.Folder, path string) error {
	err := os.Rename(path, folder.Old)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Rename(folder.Path, path)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(folder.Path, path); err != nil {
		return errors.Join(err, os.Rename(folder.Old, path))
	}
	return nil
}
