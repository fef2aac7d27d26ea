//go:build !windows

package sysfault

import "syscall"

// systemMeanings has nothing to add to meanings.
var systemMeanings map[syscall.Errno]meaning
