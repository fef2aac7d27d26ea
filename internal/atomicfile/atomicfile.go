// Package atomicfile puts finished files in the place of old ones, so that whoever opens
// them sees the old ones or the new ones and never a part, and a power cut leaves one of the two.
//
// A new file is written beside the old one (Stage), synced and renamed; then the folder is synced,
// where the system can do that. Files that belong together are renamed together, under a journal by which the next start
// completes or undoes what was cut off (Folder, in folder.go, commit.go and settle.go). On Windows a file that a program
// holds open cannot be replaced unless it was opened for that (OpenShared), and virus scanners hold new files open
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
	"syscall"
	"time"
)

// patience is how long a file may be held open before a replacement is given up: longer than a
// virus scanner takes, shorter than anybody likes to wait for an error.
const patience = 5 * time.Second

// Write puts a file with what write writes in the place of path, whatever the umask with the permissions mode. A link stays one:
// the file that it leads to is replaced. The old file stays as it is until then, and after any error but that of syncing the
// folder at the end, which says that the new one is there. Errors name path.
func Write(path string, mode fs.FileMode, write func(io.Writer) error) error {
	s, err := Stage(path, mode, func(f *os.File) error { return write(f) })
	if err != nil {
		return err
	}
	err = s.Replace()
	var standing *StandingError
	if errors.As(err, &standing) {
		return fmt.Errorf("writing %s: the new file is there, but %w", path, standing.Err)
	}
	return err
}

// ReplaceIn gives the closed and synced file temp the name name, both in the folder root, in one step. After an error temp is
// still there and what was called name unchanged, but for that of syncing the folder at the end. The error is an *InUseError when another
// program holds that open.
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

// replace gives the file temp the name path, in the same folder, in one step. After an error temp is still there,
// and path unchanged.
func replace(temp, path string) error {
	if err := persist(func() error { return rename(temp, path) }, inUse, time.Sleep); err != nil {
		return explain(err, path)
	}
	return nil
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

// A StandingError says that new files have their names, but that something after that failed.
type StandingError struct{ Err error }

func (e *StandingError) Error() string {
	return fmt.Sprintf("the new files are in their places, but %v", e.Err)
}

func (e *StandingError) Unwrap() error { return e.Err }

// A DanglingError says that a file is a link to where there is nothing.
type DanglingError struct {
	// Path is that of the link, Target what it leads to.
	Path, Target string
}

func (e *DanglingError) Error() string {
	return fmt.Sprintf("%s is a link to %s, where there is nothing (is a disk not there?); bring that back, or remove the link", e.Path, e.Target)
}

// Target returns the path of the file that path names, or will name, links followed. Its error is a *DanglingError for a link
// that leads nowhere, and says so where there is something that is not a file.
func Target(path string) (string, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		link := path
		path, err = filepath.EvalSymlinks(link)
		if errors.Is(err, fs.ErrNotExist) {
			leads, err := os.Readlink(link)
			if err != nil {
				return "", err
			}
			return "", &DanglingError{link, leads}
		}
		if err == nil {
			info, err = os.Lstat(path)
		}
	}
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("there is something of the name %s that is not a file; choose another", path)
	}
	return path, nil
}

// DiskFull reports whether an error comes from a disk that has no room left, or not for this user.
func DiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || systemFull(err)
}

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
