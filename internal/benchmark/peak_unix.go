//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakBytes returns the memory that an ended process had at most, in bytes.
func peakBytes(s *os.ProcessState) int64 {
	r, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(r.Maxrss)
	}
	return int64(r.Maxrss) << 10
}
