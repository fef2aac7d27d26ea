package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LockName is the name of the file by which a folder is held (Hold). It is there only meanwhile; what a process that was killed
// leaves of it is empty of meaning, and goes with the next one.
const LockName = ".heatmapgen.lock"

// A Folder is a folder whose files this process alone replaces, until it calls Release.
type Folder struct {
	dir  string
	lock *os.File
}

// Hold takes a folder. Its error is a *BusyError when a living process holds it. Where the file system has no locks, two processes
// are not told from one.
func Hold(dir string) (*Folder, error) {
	lock, err := takeLock(filepath.Join(dir, LockName))
	if errors.Is(err, errBusy) {
		return nil, &BusyError{Dir: dir, Process: holder(dir)}
	}
	if err != nil {
		return nil, fmt.Errorf("locking the folder %s: %w", dir, err)
	}
	return &Folder{dir, lock}, nil
}

// Dir returns the path of the folder, as it was given to Hold.
func (f *Folder) Dir() string { return f.dir }

// Release lets others have the folder.
func (f *Folder) Release() { dropLock(f.lock) }

var errBusy = errors.New("another process holds the lock")

// A BusyError says that another process is at work on a folder.
type BusyError struct {
	// Dir is the path of the folder.
	Dir string
	// Process is the number of the process, "" when it is not known.
	Process string
}

func (e *BusyError) Error() string {
	who := ""
	if e.Process != "" {
		who = " (process " + e.Process + ")"
	}
	return fmt.Sprintf("another heatmapgen%s is at work on %s; wait until it has ended, or end it, and try again", who, e.Dir)
}

// holder returns the number of the process that holds a folder, as far as it can be read.
func holder(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, LockName))
	number := strings.TrimSpace(string(text))
	if err != nil || number == "" || len(number) > 20 || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return number
}

// sign writes the number of this process into its lock, for the words of others.
func sign(lock *os.File) {
	if lock.Truncate(0) == nil {
		_, _ = lock.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
}

// exists reports whether there is something called path. What cannot be looked at is there.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
