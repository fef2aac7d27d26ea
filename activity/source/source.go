// Package source lists the activities of a Strava export (the zip as downloaded
// or the folder it unpacks to) or of plain recordings (a folder, a zip or a single
// file, the exports of other services among them), and opens their bytes in place.
//
// It knows nothing of pixels: it looks at names, at the first bytes of a file,
// which package track tells apart, and at the tables of an export, which package
// stravacsv reads.
// Package track decodes the bytes that [Entry.Open] returns; package demo is
// the one source without bytes. Read tree.go next: it shows a zip and a folder
// as the same thing.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
	"heatmapgen/internal/sysfault"
)

// A Source lists the activities of one place.
type Source interface {
	// List returns what the source holds. Entries come in the same order on
	// every system: see [OpenStrava] and [OpenFiles]. List may be called more
	// than once. Its error says what is wrong with the source as a whole; what
	// is wrong with a single activity is its entry's Skip. It is a *ReadError when the source cannot be
	// read now.
	List(ctx context.Context) (*Listing, error)
	// Check tells whether what was read since List is what was listed. Call it when everything is
	// read; its error is a *ReadError.
	Check() error
	// Close releases the files behind the source. Readers that Open returned
	// before must not be used afterwards.
	Close() error
}

// A Listing is what a source holds.
type Listing struct {
	Entries []Entry
	// Zones are the athlete's own privacy zones, where the export lists them; ZoneFaults say which of them are not known.
	// Who obeys zones must not go on while there are faults.
	Zones      []Zone
	ZoneFaults []ZoneFault
	// ZoneTables is the number of tables of zones that are there, those with faults among them.
	ZoneTables int
	// Warnings are what the user must be told about the zones, in words that hold no address and no position.
	Warnings []message.Message
	// Notes are oddities in words for the user, none of which ends a build:
	// columns that were guessed, dates that could not be read, files left out.
	// They never hold an address or a position.
	Notes []message.Message
}

// An Entry is one activity of a source.
type Entry struct {
	// Activity holds what is known without decoding the file. Its ID is
	// "strava:<Activity ID>", "strava:file/<name>" for a file that no row of
	// the export names, or "files:<slash path relative to the source>".
	// SourceIndex is left to the caller. What is not known is zero.
	Activity activity.Activity
	// Path is the file's slash path relative to the source, for reports; ""
	// when there is no file.
	Path string
	// Open returns the file's bytes as stored, which may be compressed with
	// gzip. It may be called from many goroutines at once. It is nil when
	// there is no file to open. Errors of it and of its reader are of type *ReadError
	// when the file cannot be read now; others say that the file is broken.
	Open func() (io.ReadCloser, error)
	// Size is the number of bytes that Open's reader yields.
	Size int64
	// Skip, when not nil, says why this entry cannot be drawn.
	Skip *Skip
	// Began returns what a table of the export says of the activity that began at a moment, which may be zero where that is not known; nil where there is
	// no such table. It may be called from many goroutines at once.
	Began func(start time.Time) Told
}

// Told is what a table says of an activity; what it does not say is zero.
type Told struct {
	// Name is one line, Gear as activity.GearNamed has it.
	Name, Gear string
	Sport      activity.Sport
}

// A Skip says why an entry cannot be drawn.
type Skip struct {
	// Reason is a short name that groups entries in the report's table, one of
	// the Reason constants.
	Reason string
	// Detail says more about this one entry; it may be empty.
	Detail string
}

// The reasons why a source cannot offer an activity's file.
const (
	ReasonNoFile       = "no file in the export"
	ReasonExport       = "#error# in the export"
	ReasonMissing      = "file missing"
	ReasonNotRecording = "not a recording that can be read"
	ReasonTooLarge     = "file too large"
	ReasonEncrypted    = "file encrypted"
	ReasonMethod       = "compression unknown"
	ReasonBadName      = "unsafe file name"
	ReasonNestedZip    = "zip inside that cannot be read"
	ReasonBadRow       = "broken row"
	ReasonRepeated     = "listed twice"
)

// statPath checks that path exists and names it as the user gave it when not.
func statPath(path string) (os.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if target, ok := sysfault.LinkToNothing(path); ok {
			return nil, &ReadError{Where: path, Err: fmt.Errorf("it is a link to %s, which is not there", target), Remedy: "connect the disk or network folder it leads to, or correct the path of the source"}
		}
		return nil, &ReadError{Where: path, Err: errNothing, Remedy: "check the path of the source, and that its disk or network folder is connected"}
	case err != nil:
		return nil, &ReadError{Where: path, Err: err}
	case !info.IsDir() && !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is neither a file nor a folder", path)
	}
	return info, nil
}

// errNothing says that a source is not where it should be.
var errNothing = errors.New("there is no file or folder of that name")

func (l *Listing) note(m message.Message) { l.Notes = append(l.Notes, m) }
