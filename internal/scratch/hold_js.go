package scratch

import (
	"io/fs"
	"os"
)

// hold can lock nothing: what JavaScript gives a program of files (globalThis.fs) has no locks.
func hold(*os.File) error { return errNoLock }

// claim removes the file path, that info is of, if it is so old that no living process writes to it, and may agrees.
func claim(path string, info fs.FileInfo, may func() bool) {
	if stale(info) && may() {
		_ = os.Remove(path)
	}
}
