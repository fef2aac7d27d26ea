package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"heatmapgen/activity/source/intervals"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/scratch"
)

// A workplace is the folders that a build writes in, which are its own until it ends: the output and the cache.
type workplace struct {
	cfg           *config.Config
	output, cache *atomicfile.Folder
	// notes are in words for the user.
	notes []string
}

// openWorkplace makes the folders, takes them for this process alone, brings to its end what an earlier build was cut off in and
// removes what it left. Its error is a *atomicfile.BusyError while another process is at work on one of them.
func openWorkplace(cfg *config.Config) (*workplace, error) {
	w := &workplace{cfg: cfg}
	if err := makeOutput(cfg.Output); err != nil {
		return nil, err
	}
	note, err := makeCache(cfg)
	if err != nil {
		return nil, err
	}
	if note != "" {
		w.notes = append(w.notes, note)
	}
	if w.cache, err = takeFolder(cfg.Cache); err != nil {
		return nil, err
	}
	if w.output, err = takeFolder(cfg.Output); err != nil {
		w.close()
		return nil, err
	}
	if cfg.File != "" {
		scratch.Sweep(filepath.Dir(cfg.File))
	}
	scratch.Sweep(os.TempDir())
	sweepPieces(cfg.Cache)
	return w, nil
}

// sweepPieces removes what builds of former versions that were killed left in the cache folder. They held nothing, so what a day
// has not changed is taken for theirs.
func sweepPieces(cache string) {
	found, _ := filepath.Glob(filepath.Join(cache, "pieces-*.tmp")) // none where the folder's name is a pattern
	for _, path := range found {
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(path)
		}
	}
}

// takeFolder takes a folder for this process alone, as it should be.
func takeFolder(dir string) (*atomicfile.Folder, error) {
	f, err := atomicfile.Hold(dir)
	if err != nil {
		return nil, err
	}
	if err := f.Settle(); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

// close gives the folders back.
func (w *workplace) close() {
	if w.output != nil {
		w.output.Release()
	}
	if w.cache != nil {
		tighten(w.cfg.Cache) // SQLite makes its files for everybody
		w.cache.Release()
	}
}

// makeOutput makes the output folder, which a web server is to read, whatever the umask. One that is there keeps its permissions.
func makeOutput(dir string) error {
	made, err := makeFolder(dir)
	if err == nil && made {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		return fmt.Errorf("making the folder %s: %w", dir, err)
	}
	return nil
}

// makeFolder makes a folder unless it is there.
func makeFolder(dir string) (made bool, err error) {
	if leads, err := os.Readlink(dir); err == nil {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return false, &atomicfile.DanglingError{Path: dir, Target: leads}
		}
	}
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return false, nil
	}
	return true, os.MkdirAll(dir, 0o755)
}

// makeCache makes the cache folder, for the user alone: it holds all tracks, uncut. One that is there is tightened;
// where that cannot be, note says so.
func makeCache(cfg *config.Config) (note string, err error) {
	dir := cfg.Cache
	made, err := makeFolder(dir)
	if err != nil {
		return "", fmt.Errorf("making the folder %s: %w", dir, err)
	}
	if cfg.File != "" {
		tightenFile(filepath.Join(filepath.Dir(cfg.File), SecretName))
	}
	if runtime.GOOS == "windows" {
		return "", nil // a folder is its owner's there, as all that is in it
	}
	tighten(dir)
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("looking at the folder %s: %w", dir, err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return "", nil
	}
	if why := shared(cfg, info); why != "" && !made {
		return fmt.Sprintf("The cache folder %s %s, so it is not closed to other users of this computer, who may read some of what is in it. Give it a folder of its own.", dir, why), nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Sprintf("The cache folder %s can be read by other users of this computer, and that cannot be changed (%v).", dir, errors.Unwrap(err)), nil
	}
	return "", nil
}

// shared says why the cache folder is not for the cache alone, "" when it may be.
func shared(cfg *config.Config, cache fs.FileInfo) string {
	within := func(path string) bool {
		path, err := filepath.Abs(path)
		for err == nil {
			if info, err := os.Stat(path); err == nil && os.SameFile(info, cache) {
				return true
			}
			up := filepath.Dir(path)
			if up == path {
				break
			}
			path = up
		}
		return false
	}
	home, _ := os.UserHomeDir()
	switch {
	case cache.Mode()&fs.ModeSticky != 0:
		return "belongs to everybody"
	case home != "" && within(home):
		return "is your home folder, or around it"
	case cfg.File != "" && within(cfg.File):
		return "is also that of " + filepath.Base(cfg.File)
	case within(cfg.Output):
		return "also holds the output folder"
	case slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Path != "" && within(s.Path) }):
		return "also holds a source"
	}
	return ""
}

// privateFiles are those in the cache folder that are for the user alone, as patterns.
var privateFiles = []string{cacheFile, cacheFile + "-*", ReportName, SecretName, "serve-token"}

// tighten closes what heatmapgen keeps in the cache folder to all but the user.
func tighten(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		switch {
		case e.Type().IsRegular() && slices.ContainsFunc(privateFiles, func(p string) bool { ok, _ := filepath.Match(p, e.Name()); return ok }):
			tightenFile(filepath.Join(dir, e.Name()))
		case e.IsDir() && e.Name() == intervals.FolderName:
			_ = os.Chmod(filepath.Join(dir, e.Name()), 0o700)
		}
	}
}

// tightenFile closes a file, if it is there, to all but the user.
func tightenFile(path string) {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, 0o600)
	}
}
