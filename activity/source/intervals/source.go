package intervals

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"heatmapgen/activity"
	"heatmapgen/activity/source"
	"heatmapgen/internal/message"
	"heatmapgen/internal/sysfault"
)

// The reasons why there is no file for an activity of intervals.icu.
const (
	ReasonStrava  = "only in Strava's export"
	ReasonNoFile  = "no file at intervals.icu"
	ReasonPending = "not fetched yet"
)

// Open opens the folder dir that Sync fills as a source of activities. It asks the service for nothing. A
// folder that is not there holds nothing. Entries are sorted by day, then id; their ids are "intervals:<id>". Its error is a
// *[source.ReadError].
func Open(dir string) (source.Source, error) {
	f, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		// A link to a disk that is not connected is no folder that was deleted.
		target, ok := sysfault.LinkToNothing(dir)
		if !ok {
			return &cached{}, nil
		}
		err = fmt.Errorf("it is a link to %s, which is not there", target)
	}
	if err != nil {
		return nil, &source.ReadError{Where: dir, Err: err}
	}
	return &cached{f}, nil
}

// cached is a folder as a source; the folder is nil when there is none.
type cached struct{ folder *folder }

// Check has nothing to look at: each file is looked at when it is read.
func (c *cached) Check() error { return nil }

func (c *cached) Close() error {
	if c.folder == nil {
		return nil
	}
	return c.folder.close()
}

func (c *cached) List(ctx context.Context) (*source.Listing, error) {
	l := &source.Listing{}
	if c.folder == nil {
		return l, nil
	}
	x, damaged, err := c.folder.load()
	if err != nil {
		return nil, err
	}
	if damaged {
		l.Notes = append(l.Notes, message.Plain(`the index of what was fetched from intervals.icu is missing or damaged: names and sports come from the files until the next "heatmapgen sync"`)...)
	}
	if _, err := c.folder.check(x); err != nil {
		return nil, err
	}
	for _, e := range x.sorted() {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.Entries = append(l.Entries, c.entry(e))
	}
	return l, nil
}

// entry returns what the index knows as an entry of a source.
func (c *cached) entry(e *entry) source.Entry {
	s := source.Entry{
		Activity: activity.Activity{
			ID: "intervals:" + e.ID, Source: "intervals", Sport: e.Sport, Start: e.Start, Name: e.Name,
			DistanceM: e.DistanceM, MovingS: e.MovingS, AscentM: e.AscentM, Labels: e.Labels,
		},
		Path: e.File, Size: e.Size,
	}
	switch {
	case e.File != "": // also while a newer one is waited for
		s.Open = func() (io.ReadCloser, error) { return c.folder.open(e.stored) }
	case e.State == stateStrava:
		s.Skip = &source.Skip{Reason: ReasonStrava, Detail: "intervals.icu got it from Strava, which forbids to pass it on"}
	case e.State == stateNoFile:
		s.Skip = &source.Skip{Reason: ReasonNoFile, Detail: e.Why}
	default:
		s.Skip = &source.Skip{Reason: ReasonPending, Detail: e.Why}
	}
	return s
}
