package scratch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// ours is the form of the names: the marker's name, the base, what is appended for folders.
var ours = regexp.MustCompile(`^(\.(.+)\.heatmapgen-[0-9a-f]{16})(\.d|\.old)?$`)

// former is the form of the names that heatmapgen gave before, which nobody held.
var former = regexp.MustCompile(`^(\.(heatmap\.(pm|mb)tiles|index\.html|report\.txt|overrides\.json|serve-token|privacy-secret)\.(tmp|spool)-[0-9a-f]+|(index\.html|heatmap\.[0-9a-f]{16}\.(pm|mb)tiles)\.[0-9a-f]{15,16}\.tmp)$`)

// staleAfter is the age beyond which a file that nobody could hold is taken for a dead process's: a living one writes to it
// all the time.
const staleAfter = 24 * time.Hour

// Ours reports whether name is that of a scratch file or folder.
func Ours(name string) bool { return ours.MatchString(name) || former.MatchString(name) }

// Sweep removes the scratch files and folders in dir that no living process holds. A folder that was moved aside
// and whose place is empty comes back to it. Whatever cannot be looked at or removed stays.
func Sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if m := ours.FindStringSubmatch(e.Name()); m != nil {
			if marker := filepath.Join(dir, m[1]); !seen[marker] {
				seen[marker] = true
				sweep(marker, filepath.Join(dir, m[2]))
			}
		} else if former.MatchString(e.Name()) {
			if info, err := e.Info(); err == nil && info.Mode().IsRegular() && stale(info) && !wanted(dir) {
				_ = os.Remove(filepath.Join(dir, e.Name()))
			}
		}
	}
}

func stale(info fs.FileInfo) bool { return time.Since(info.ModTime()) > staleAfter }

// wanted reports whether a journal speaks of the scratch files in dir.
func wanted(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, JournalName))
	return !errors.Is(err, fs.ErrNotExist)
}

// sweep removes a scratch file that nobody holds, with the folders that belong to it. final is what it was to become.
func sweep(marker, final string) {
	info, err := os.Lstat(marker)
	switch {
	case errors.Is(err, fs.ErrNotExist): // as the marker goes last, nobody is at work on the folders
		if !wanted(filepath.Dir(marker)) {
			sweepFolders(marker, final)
		}
	case err == nil && info.Mode().IsRegular():
		claim(marker, info, func() bool {
			// Only now nobody can write a journal any more that speaks of the file.
			return !wanted(filepath.Dir(marker)) && sweepFolders(marker, final)
		})
	}
}

// sweepFolders reports whether nothing of the folders is left.
func sweepFolders(marker, final string) bool {
	old := marker + oldSuffix
	if _, err := os.Lstat(final); errors.Is(err, fs.ErrNotExist) && isFolder(old) {
		_ = os.Rename(old, final)
	}
	for _, path := range []string{old, marker + folderSuffix} {
		if _, err := os.Lstat(path); err == nil && (!isFolder(path) || os.RemoveAll(path) != nil) {
			return false
		}
	}
	return true
}

func isFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// Count returns the number of scratch files and folders in dir, and the bytes in the files, be they held or not.
func Count(dir string) (n int, bytes int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, 0
	}
	for _, e := range entries {
		if !Ours(e.Name()) || strings.HasSuffix(e.Name(), oldSuffix) {
			continue
		}
		if info, err := e.Info(); err == nil {
			n++
			if info.Mode().IsRegular() {
				bytes += info.Size()
			}
		}
	}
	return n, bytes
}
