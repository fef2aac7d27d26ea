//go:build !windows && !js

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// takeLock makes and locks the file path. Its error is errBusy when a living process has locked it.
func takeLock(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
		if err != nil {
			return nil, err
		}
		c, err := f.SyscallConn()
		if err != nil {
			f.Close()
			return nil, err
		}
		var locked error
		err = c.Control(func(fd uintptr) {
			for {
				if locked = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB); locked != syscall.EINTR {
					return
				}
			}
		})
		if err == nil && errors.Is(locked, syscall.EWOULDBLOCK) {
			err = errBusy
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		// Who had the lock before may have removed the file meanwhile, and another one made it anew.
		a, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if b, err := os.Lstat(path); err == nil && os.SameFile(a, b) {
			sign(f)
			return f, nil
		}
		f.Close()
	}
}

// dropLock removes a lock while it is held, so that nobody else's is removed.
func dropLock(f *os.File) {
	_ = os.Remove(f.Name())
	_ = f.Close()
}
