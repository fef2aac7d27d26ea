package scratch

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// hold does nothing: a file that is open cannot be removed here unless it was opened for that, and Create does not.
func hold(*os.File) error { return nil }

// claim removes the file path if no living process holds it and may agrees.
func claim(path string, _ fs.FileInfo, may func() bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return
	}
	// A file can be opened so that it is shared with nobody only when nobody has it open.
	handle, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return
	}
	agreed := may()
	_ = windows.CloseHandle(handle)
	if agreed {
		_ = os.Remove(path)
	}
}
