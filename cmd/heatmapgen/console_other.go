//go:build !windows

package main

import "io"

// hasANSI tells whether the terminal out understands control codes, as all do here.
func hasANSI(io.Writer) bool { return true }
