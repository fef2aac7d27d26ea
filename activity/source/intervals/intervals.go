// Package intervals fetches the recordings of an athlete from intervals.icu into a folder of the cache, and
// offers that folder as a source of activities.
//
// sync.go compares what is here with what the service lists, fetch.go gets the files; client.go speaks to the
// service (API v1), politely and again after a failure; wire.go knows the shapes of its answers; cache.go keeps the
// files and their index; source.go is the [source.Source] of what is kept, which asks the service for nothing. key.go
// finds the API key, which leaves this package in one place only: the Authorization header of a request to the
// configured server.
package intervals

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// FolderName is the folder within the cache folder that holds the files and their index.
const FolderName = "intervals"

// Options say where to fetch from and how.
type Options struct {
	// BaseURL is the address of the service, such as "https://intervals.icu".
	BaseURL string
	Key     Key
	// Version is that of heatmapgen, which introduces itself to the service.
	Version string
	// Full compares everything, not only the last days, and asks anew for files that were not there.
	Full bool
	// Progress hears how far the fetching is; nil for nobody.
	Progress Progress

	clock clock // nil is the real one
	// timeout bounds one request with its answer; 0 is requestTimeout.
	timeout time.Duration
}

// Progress hears how far a fetch is, as a build's does. Stage and Done come in pairs.
type Progress interface {
	// Stage begins a stage of total units ("requests", "files").
	Stage(name string, total int64, unit string)
	// Add tells that n more units are done.
	Add(n int64)
	// Done ends the stage.
	Done()
	// Log is a line for a user who asked for details.
	Log(format string, args ...any)
}

// silent is the Progress of nobody.
type silent struct{}

func (silent) Stage(string, int64, string) {}
func (silent) Add(int64)                   {}
func (silent) Done()                       {}
func (silent) Log(string, ...any)          {}

// A Report tells what a fetch did and what there is now.
type Report struct {
	// New counts files that were fetched for the first time, Updated those fetched anew or described anew, Deleted the
	// activities that are gone from the service and so from the cache.
	New, Updated, Deleted int
	// Files counts the recordings that the cache holds, NoFile the activities that have none,
	// Strava those that came to the service from Strava, which forbids to pass them on.
	Files, NoFile, Strava int
	// Full says that everything was compared, not only the last days.
	Full bool
	// Rows are the activities whose file was asked for and not received, the newest first.
	Rows []Row
	// Notes are oddities in words for the user.
	Notes []string
}

// A Row is an activity that has no file here, and why.
type Row struct {
	ID     string // as the service calls it
	Day    string // "2026-05-31", local time of the activity; "" when unknown
	Reason string
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// clock is time and chance, so that tests need not wait.
type clock interface {
	now() time.Time
	// sleep waits; its error is ctx's.
	sleep(ctx context.Context, d time.Duration) error
	// random returns a number in [0, 1).
	random() float64
}

type realClock struct{}

func (realClock) now() time.Time  { return time.Now() }
func (realClock) random() float64 { return rand.Float64() }

func (realClock) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
