// Package atomicfile puts a finished file in the place of an old one, so that whoever opens
// it sees the old one or the new one and never a part, and a power cut leaves one of the two.
//
// The new file is written beside the old one, synced and renamed; then the folder is synced,
// where the system can do that. On Windows a file that a program holds open cannot be replaced
// unless it was opened for that (OpenShared), and virus scanners hold new files open
// for a moment: there a replacement is tried again for some seconds. What differs between the
// systems is in the files named after them.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// patience is how long a file may be held open before a replacement is given up: longer than a
// virus scanner takes, shorter than anybody likes to wait for an error.
const patience = 5 * time.Second

// Write puts a file with what write writes in the place of path. The old file stays as
// it is until then, and after any error. Errors name path.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return Replace(f.Name(), path)
}

// Replace gives the closed and synced file temp the name path, in the same folder, in one step. After
// an error temp is still there, and path unchanged. The error is an *InUseError when
// another program holds path open.
func Replace(temp, path string) error {
	if err := persist(func() error { return rename(temp, path) }, inUse, time.Sleep); err != nil {
		return explain(err, path)
	}
	return syncDir(filepath.Dir(path))
}

// ReplaceIn is Replace for two names in the folder root.
func ReplaceIn(root *os.Root, temp, name string) error {
	if err := persist(func() error { return root.Rename(temp, name) }, inUse, time.Sleep); err != nil {
		return explain(err, filepath.Join(root.Name(), name))
	}
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	return syncAndClose(dir)
}

// An InUseError says that a file could not be replaced since it is open elsewhere.
type InUseError struct {
	Path string
	Err  error // the system's word
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("%s cannot be replaced and is unchanged: another program has it open, or it may not be written (%v); close what shows or scans it and try again", e.Path, e.Err)
}

func (e *InUseError) Unwrap() error { return e.Err }

func explain(err error, path string) error {
	if inUse(err) {
		// The system's error repeats both names; the reason is what is left to say.
		var link *os.LinkError
		if errors.As(err, &link) {
			err = link.Err
		}
		return &InUseError{Path: path, Err: err}
	}
	return err
}

// persist calls try until it succeeds, fails for another reason than busy names, or patience is at its end.
func persist(try func() error, busy func(error) bool, sleep func(time.Duration)) error {
	pause, waited := 10*time.Millisecond, time.Duration(0)
	for {
		err := try()
		if err == nil || !busy(err) || waited >= patience {
			return err
		}
		sleep(pause)
		waited += pause
		pause = min(2*pause, time.Second)
	}
}

// syncAndClose makes a rename in an open folder last through a power cut. Some network file
// systems cannot sync a folder; the file itself is safe.
func syncAndClose(dir *os.File) error {
	defer dir.Close()
	if !foldersSync {
		return nil
	}
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return fmt.Errorf("syncing the folder %s: %w", dir.Name(), err)
	}
	return nil
}

func syncDir(path string) error {
	if !foldersSync {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return syncAndClose(dir)
}
