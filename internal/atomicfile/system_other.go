//go:build !windows

package atomicfile

import "os"

const foldersSync = true

// closedToRename is false: an open file can be renamed.
const closedToRename = false

// systemFull has nothing to add to what all systems call a full disk.
func systemFull(error) bool { return false }

// inUse is false: here a file can be replaced whoever has it open.
func inUse(error) bool { return false }

func rename(temp, path string) error { return os.Rename(temp, path) }

// OpenShared opens a file for reading so that it can be replaced meanwhile: the open file
// stays the old one.
func OpenShared(path string) (*os.File, error) { return os.Open(path) }
