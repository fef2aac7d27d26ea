package atomicfile

import "os"

// takeLock makes the file path. There are no locks in JavaScript: a page has its files to itself.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	sign(f)
	return f, nil
}

// dropLock removes what takeLock made.
func dropLock(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
