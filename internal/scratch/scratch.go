// Package scratch makes files that are nobody's yet, and leaves none of them lying about.
//
// A scratch file lies beside the file that it is to become, or where it is needed for a while, and is called
// ".<base>.heatmapgen-<16 hex digits>". The process that made it holds it for as long as it lives: by a lock
// (flock) that the system takes away with the process, however that ends, and on Windows by having it open. So whoever comes
// next can tell what a dead process left and removes that (Sweep), whatever became of process numbers, containers and clocks.
// What differs between the systems is in the files named after them.
package scratch

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// infix stands between the base and the random digits of a name.
const infix = ".heatmapgen-"

// JournalName is the name of a file that says that the scratch files of its folder are still needed, though no process holds
// them: Sweep leaves them alone.
const JournalName = ".heatmapgen-commit"

// maxTries bounds how often another name is tried.
const maxTries = 100

var (
	errBusy   = errors.New("another process holds the file")
	errNoLock = errors.New("the file system has no locks")
)

// Create makes a new scratch file in dir for a file that will be called base, open for reading and writing, with the permissions
// mode before the umask. The caller gives it its name or calls Discard.
func Create(dir, base string, mode fs.FileMode) (*os.File, error) {
	for try := 1; ; try++ {
		name := filepath.Join(dir, fmt.Sprintf(".%s%s%016x", base, infix, rand.Uint64()))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			// A sweep may have come upon the file before it was held.
			if err = hold(f); err == nil || errors.Is(err, errNoLock) {
				if same(f, name) {
					return f, nil
				}
				err = fs.ErrNotExist
			}
			f.Close()
		} else if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if try == maxTries {
			return nil, fmt.Errorf("making a temporary file in %s: %w", dir, err)
		}
	}
}

// Unnamed is Create for a file that is for the user alone and never gets a name: where the system can do that, it has none from the beginning, and
// vanishes with the process. Call Discard in the end.
func Unnamed(dir, base string) (*os.File, error) {
	f, err := Create(dir, base, 0o600)
	if err == nil {
		_ = os.Remove(f.Name())
	}
	return f, err
}

// Discard closes and removes a scratch file. Errors are of no interest: what stays behind is swept one day.
func Discard(f *os.File) {
	// Removed while it is held, nobody else comes upon it; Windows removes no open file.
	err := os.Remove(f.Name())
	_ = f.Close()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(f.Name())
	}
}

// same reports whether name still is the open file f.
func same(f *os.File, name string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Lstat(name)
	return err == nil && os.SameFile(a, b)
}

// A Folder is a scratch folder. It is held by a scratch file beside it.
type Folder struct {
	// Path is that of the folder, Old where the folder in whose place it is put may lie meanwhile.
	Path, Old string
	marker    *os.File
}

// What is appended to the name of the marker of a scratch folder.
const (
	folderSuffix = ".d"
	oldSuffix    = ".old"
)

// CreateFolder makes an empty scratch folder in dir for a folder that will be called base. Its mode is that of an ordinary new
// folder. Call Discard, also after it was given its name.
func CreateFolder(dir, base string) (*Folder, error) {
	marker, err := Create(dir, base, 0o600)
	if err != nil {
		return nil, err
	}
	f := &Folder{marker.Name() + folderSuffix, marker.Name() + oldSuffix, marker}
	if err := os.Mkdir(f.Path, 0o777); err != nil {
		Discard(marker)
		return nil, err
	}
	return f, nil
}

// Discard removes what is left of a scratch folder, and what its replacement left at Old.
func (f *Folder) Discard() {
	_ = os.RemoveAll(f.Path)
	_ = os.RemoveAll(f.Old)
	Discard(f.marker)
}
