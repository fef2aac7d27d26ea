// Package generator is the build: it lists the activities of the configured sources, applies the
// rules to them, paints every cell of the map and writes archive, page and report. It is the only
// place that knows the whole; flags and terminals are the business of the commands.
//
// build.go has the steps in their order; gather.go reads and selects, bucket.go sorts the
// tracks' pieces by cell, paint.go runs the painters of package layers over them.
package generator

import (
	"context"
	"fmt"
	"time"

	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
)

// DevVersion is the version of a build of heatmapgen that nobody gave one.
const DevVersion = "0.1.0-dev"

// Options are the settings of a build that do not come from the configuration.
type Options struct {
	// Workers is the number of goroutines that decode and paint; 0 takes one a processor.
	Workers int
	// Progress hears how far the build is; nil for nobody.
	Progress Progress
	// Warn hears, once each, of what a user must not miss even when quiet: a rule that has no effect, a zone that had to be
	// guessed. The text is one line without an end; nil is nobody. The report of a build has the same.
	Warn func(text string)
	// Version is that of heatmapgen, as it is written into the archive.
	Version string
	// NewSecret lets a build with privacy zones go on although the secret is gone, or damaged, that the site of before was made with.
	NewSecret bool
	// ForgetZones lets go of privacy zones that an export listed at the last build and lists no more.
	ForgetZones bool
	// Now is the moment of the build, from whose day in UTC the default of as_of comes.
	Now time.Time
	// ReplacePage has a page replaced that heatmapgen did not make.
	ReplacePage bool
	// Fewer is asked when the new site would show much fewer activities than the present one, before anything of that is touched, and says
	// whether that is right. Where it is nil, it is not.
	Fewer func(ctx context.Context, fewer Fewer) (bool, error)
	// Found hears of every activity once it is known what becomes of it, before anything is painted, also where nothing is left to paint; nil is nobody.
	Found func(found Found)
	// Sample has Build read at most so many of the activities, evenly spread over the list, for a first look; zones that have no effect are no error then. 0 reads all.
	Sample int
	// Cached has the steps of a spread build read and fill the cache, as Build does, and keep what the sources list from one step to the next: for those that are taken by one process. Then call Job.Close in the end.
	Cached bool
	// Getenv looks up what fetching from intervals.icu needs; nil is os.Getenv.
	Getenv func(string) string
}

// buildDay returns the day that a build is of, as midnight UTC.
func buildDay(cfg *config.Config, now time.Time) time.Time {
	if !cfg.Render.AsOf.IsZero() {
		return cfg.Render.AsOf
	}
	y, m, d := now.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Progress hears how far a build is. Stage and Done come in pairs, from one goroutine; Add and Log may come from
// several.
type Progress interface {
	// Stage begins a stage of total units ("files", "cells", "bytes").
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

// writing makes of progress what a writer reports to; ended ends the stage if there was one.
func writing(progress Progress) (report func(done, total int64), ended func()) {
	started := false
	written := int64(0)
	report = func(done, total int64) {
		if !started {
			progress.Stage("Writing", total, "bytes")
			started = true
		}
		progress.Add(done - written)
		written = done
	}
	return report, func() {
		if started {
			progress.Done()
		}
	}
}

// A NothingError says that the rules left nothing to draw, what there was, and which setting to look at.
type NothingError struct {
	Message string
	// Code and Args say the same as in a message.Message.
	Code string
	Args message.Args
}

func (e *NothingError) Error() string { return e.Message }

// The names of the files of a site. Its archive has one of two names, by its format (see ArchiveFile).
const (
	ArchiveName = "heatmap.pmtiles"
	MBTilesName = "heatmap.mbtiles"
	PageName    = "index.html"
)

func (o *Options) generator() string { return fmt.Sprintf("heatmapgen %s", o.Version) }
