package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"heatmapgen/generator"
	"heatmapgen/generator/config"
	"heatmapgen/internal/atomicfile"
	"heatmapgen/internal/sysfault"
)

// Exit codes, for scripts. They are listed in the help and in docs/commands.md.
const (
	exitOK          = 0
	exitFailure     = 1   // something went wrong
	exitUsage       = 2   // the command line or the configuration is wrong
	exitNothing     = 3   // the selection leaves no activity to draw
	exitFaults      = 4   // verify found faults
	exitExposed     = 5   // audit found a hidden place
	exitUnhealthy   = 6   // doctor found faults
	exitFewer       = 7   // the new site would lack many activities of the old one
	exitInterrupted = 130 // Ctrl-C: 128 + SIGINT, as shells have it
)

// A usageError is a command line that cannot be understood. Help is the command
// that explains it, "" when the message says it all.
type usageError struct {
	message string
	help    string
}

func (e *usageError) Error() string { return e.message }

// A faultsError says that verify did its work and found something.
type faultsError struct{ message string }

func (e *faultsError) Error() string { return e.message }

// An exposedError says that audit did its work and found a hidden place.
type exposedError struct{ message string }

func (e *exposedError) Error() string { return e.message }

// An unhealthyError says that doctor did its work and found faults.
type unhealthyError struct{ message string }

func (e *unhealthyError) Error() string { return e.message }

// An interruptedError says what an interrupted command leaves behind.
type interruptedError struct{ message string }

func (e *interruptedError) Error() string { return e.message }

// exitCode returns the exit code that stands for err.
func exitCode(err error) int {
	var (
		usage       *usageError
		settings    *config.Error
		page        *generator.ForeignPageError
		nothing     *generator.NothingError
		fewer       *generator.FewerError
		faults      *faultsError
		exposed     *exposedError
		unhealthy   *unhealthyError
		interrupted *interruptedError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage), errors.As(err, &settings), errors.As(err, &page):
		return exitUsage
	case errors.As(err, &nothing):
		return exitNothing
	case errors.As(err, &fewer):
		return exitFewer
	case errors.As(err, &faults):
		return exitFaults
	case errors.As(err, &exposed):
		return exitExposed
	case errors.As(err, &unhealthy):
		return exitUnhealthy
	}
	return exitFailure
}

// printError tells the user about err. The faults of a configuration stand for
// themselves, so that editors can jump to file:line.
func printError(w io.Writer, err error) {
	var (
		usage    *usageError
		settings *config.Error
		full     *generator.FullDiskError
	)
	switch {
	case err == nil:
	case errors.As(err, &settings):
		fmt.Fprintln(w, settings)
	case errors.As(err, &usage) && usage.help != "":
		fmt.Fprintf(w, "heatmapgen: %v\nSee \"%s\".\n", err, usage.help)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "heatmapgen: interrupted")
	case errors.As(err, &full):
		fmt.Fprintf(w, "heatmapgen: %v\n", err)
	case atomicfile.DiskFull(err) && sysfault.Explain(err) != err:
		fmt.Fprintf(w, "heatmapgen: %v; no file that was there before has changed\n", sysfault.Explain(err))
	default:
		fmt.Fprintf(w, "heatmapgen: %v\n", sysfault.Explain(err))
	}
}
