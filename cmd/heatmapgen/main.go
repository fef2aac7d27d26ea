// Command heatmapgen turns recorded activities into a heatmap: a page and one
// archive of tiles, to be put on any web host.
//
// Each subcommand is a file of this package and does no more than read flags and
// call the package that does the work: config reads the settings, generator
// builds and verifies, serve shows the result. What belongs to a terminal is
// here as well: progress bars (progress.go), questions (confirm.go), exit codes
// (exit.go).
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// softMemory is how many bytes of memory the process takes before garbage is collected more often than Go does by itself, which lets the heap grow to twice of what is in use.
const softMemory = 2560 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
	// The first Ctrl-C asks for an orderly end; a second one ends at once, since
	// signals then have their usual effect again.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	os.Exit(a.run(ctx, os.Args[1:]))
}
