package main

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// hasANSI tells whether the terminal out understands control codes. Consoles before Windows 10
// do not, and later ones want to be asked to.
func hasANSI(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
