package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"heatmapgen/internal/scratch"
)

// Settle completes or undoes what a commit in the folder dir that was cut off had begun. It does nothing, and costs nothing,
// where there was none. While a living process is at it, Settle waits for the end of that for a moment. After an error
// the files may be of two commits.
func Settle(dir string) error {
	var busy *BusyError
	for waited := time.Duration(0); ; waited += 10 * time.Millisecond {
		_, err := os.Lstat(filepath.Join(dir, scratch.JournalName))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return nil
		}
		f, err := Hold(dir)
		if err == nil {
			err = f.Settle()
			f.Release()
			return err
		}
		if !errors.As(err, &busy) {
			return fmt.Errorf("%s was left half replaced, and cannot be put right: %w", dir, err)
		}
		if waited > patience {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Settle is the function Settle for a folder that is held, and removes besides the temporary files that dead processes left.
func (f *Folder) Settle() error {
	j, err := readJournal(f.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err == nil:
		err = f.settle(j)
	case errors.Is(err, errTorn):
		err = f.removeJournal()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("completing what was begun in %s: %w", f.dir, err)
	}
	f.sweep()
	return nil
}

// settle brings a commit to its end: the new one where all new files are still there, else the old one.
func (f *Folder) settle(j *journal) error {
	type file struct {
		name, path, temp string
		done             bool
	}
	files := make([]file, len(j.Replace))
	complete := true
	for i, r := range j.Replace {
		path, err := Target(filepath.Join(f.dir, r.Name))
		if err != nil {
			return err
		}
		files[i] = file{name: r.Name, path: path, temp: filepath.Join(filepath.Dir(path), r.Temp)}
		if files[i].done, err = r.of(path); err != nil {
			return err
		}
		if !files[i].done {
			ready, err := r.of(files[i].temp)
			if err != nil {
				return err
			}
			complete = complete && ready
		}
	}
	for _, file := range files {
		switch {
		case complete && !file.done:
			if err := step("rename " + file.name); err != nil {
				return err
			}
			if err := replace(file.temp, file.path); err != nil {
				return err
			}
		// A file that is neither the new one nor gone is somebody else's by now.
		case !complete && exists(oldOf(file.path)) && (file.done || !exists(file.path)):
			if err := step("put back " + file.name); err != nil {
				return err
			}
			if err := putBack(oldOf(file.path), file.path); err != nil {
				return err
			}
		}
	}
	if complete {
		return f.finish(j)
	}
	for _, file := range files {
		_ = os.Remove(oldOf(file.path))
	}
	return f.removeJournal()
}

// sweep removes what dead processes left in the folder, and beside the files that links in it lead to: temporary files, and
// second names of files. Where the second name is the only one, the file gets its first one back.
func (f *Folder) sweep() {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return
	}
	scratch.Sweep(f.dir)
	for _, e := range entries {
		path := filepath.Join(f.dir, e.Name())
		if e.Type()&fs.ModeSymlink != 0 {
			if target, err := Target(path); err == nil {
				_ = os.Remove(oldOf(target))
				scratch.Sweep(filepath.Dir(target))
			}
			continue
		}
		base, ok := strings.CutSuffix(e.Name(), oldSuffix)
		if len(base) < 2 || base[0] != '.' || !ok || !e.Type().IsRegular() {
			continue
		}
		if first := filepath.Join(f.dir, base[1:]); exists(first) {
			_ = os.Remove(path)
		} else {
			_ = replace(path, first)
		}
	}
}
