//go:build !windows && !js

package scratch

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// hold locks a file for this process. Its error is errBusy when another one holds it, and errNoLock when that cannot be told.
func hold(f *os.File) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var locked error
	err = c.Control(func(fd uintptr) {
		for {
			if locked = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB); locked != syscall.EINTR {
				return
			}
		}
	})
	switch {
	case err != nil:
		return err
	case locked == nil:
		return nil
	case errors.Is(locked, syscall.EWOULDBLOCK):
		return errBusy
	}
	return errNoLock
}

// claim removes the file path, that info is of, if no living process holds it and may agrees.
func claim(path string, info fs.FileInfo, may func() bool) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer f.Close()
	err = hold(f)
	if err == errNoLock && stale(info) {
		err = nil
	}
	if err == nil && same(f, path) && may() {
		_ = os.Remove(path)
	}
}
