// Package stravacsv reads the tables of a Strava export: activities.csv and
// privacy_zones.csv, of any year and in any of the languages Strava writes.
//
// The headings, dates, numbers and activity types of an export are in the
// athlete's language. What a language needs is one [language] value in a file
// of its own (lang_de.go): adding one is adding such a file, naming it in
// languages and putting a made-up table into testdata/activities (go test
// -update writes the golden file beside it). Read reader.go for how rows are
// split, columns.go for how columns are found, rows.go for what becomes of one.
//
// The package opens no files and joins nothing: package source does.
package stravacsv

import (
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// A Table is what activities.csv says.
type Table struct {
	// Language is the language of the headings in English ("German"), or "" when
	// they are of none that is known here.
	Language string
	Rows     []Row
	// Notes are oddities in words for the user.
	Notes []message.Message
}

// A Row is one activity of activities.csv. What the row does not say or says in
// a form not known here is zero.
type Row struct {
	// Line is the line the row begins at, counted from 1.
	Line int
	// ID is Strava's number of the activity, in digits.
	ID string
	// Start is the activity's beginning, UTC.
	Start time.Time
	Name  string
	// Sport is the activity type under its English name; a type that is not
	// known here is kept as it is.
	Sport activity.Sport
	activity.Labels
	// DistanceM is metres, MovingS seconds of moving time, AscentM metres climbed.
	DistanceM, MovingS, AscentM float64
	// Filename is the path of the file as the row has it, such as
	// "activities/123.fit.gz"; "" for none. ExportFailed says that Strava could
	// not export the file, which it writes as "#error#".
	Filename     string
	ExportFailed bool
	// Problem, when not empty, says why nothing can be said of the row's file.
	Problem string
}
