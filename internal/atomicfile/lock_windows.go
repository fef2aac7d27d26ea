package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// takeLock makes the file path, for as long as it is open: nobody else can open it, and it goes with the process.
func takeLock(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	handle, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE, windows.FILE_SHARE_READ, nil, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	// Access is denied, too, while the last handle of a file that is to be deleted closes.
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED) && exists(path) {
		return nil, errBusy
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(handle), path)
	sign(f)
	return f, nil
}

// dropLock lets go of a lock.
func dropLock(f *os.File) { _ = f.Close() }
