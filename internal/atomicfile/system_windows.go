package atomicfile

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// foldersSync is false: a folder can be opened for reading only, and not synced.
const foldersSync = false

// closedToRename is true: a file that is open cannot be renamed.
const closedToRename = true

// systemFull knows what Windows calls a full disk.
func systemFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL) || errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED)
}

// inUse tells whether a file could not be replaced because it is open. Windows also says
// "access denied" then, as it does for a file that is read-only or another user's.
func inUse(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// rename replaces path even while it is open, if it was opened with OpenShared: os.Root asks for
// the semantics of POSIX, which os.Rename does not.
func rename(temp, path string) error {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer root.Close()
	return root.Rename(filepath.Base(temp), filepath.Base(path))
}

// OpenShared opens a file for reading so that it can be replaced meanwhile: the open file
// stays the old one. Files of os.Open stand in the way of that here.
func OpenShared(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	handle, err := windows.CreateFile(name, windows.GENERIC_READ, share, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}
