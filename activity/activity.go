// Package activity is the domain of heatmapgen: what an activity and its track
// are, and the rules that decide which of them are drawn and how they are cut:
// filters, home, duplicates, breaks, derived speed and grade.
//
// It knows nothing of files and nothing of pixels. Package track decodes bytes
// into the types defined here, package source finds those bytes, and package
// raster turns the stretches made here into lines on a grid.
package activity

import (
	"math"
	"time"
)

// Activity describes one recorded outing. Numbers that the source does not know
// are zero; Start is the zero time when unknown.
type Activity struct {
	// ID names the activity across builds as "source:key", for example
	// "strava:123" or "files:2024/run.gpx". It is what [filter] exclude lists.
	ID string
	// Source is the kind of source it came from: "strava", "files", "demo",
	// "intervals". SourceIndex is the place of that source in the config.
	Source      string
	SourceIndex int
	Sport       Sport
	// Athlete is whose it is, "" where the configuration does not say.
	Athlete string
	// Group is the same for activities that are parts of one outing, as the sports of a triathlon; "" is none.
	Group string
	// Start is the moment of the first sample, in the zone where it was, else UTC: its date there is the activity's day.
	Start time.Time
	Name  string
	// DistanceM is the distance in metres, MovingS the moving time in seconds,
	// AscentM the metres climbed.
	DistanceM float64
	MovingS   float64
	AscentM   float64
	Labels
}

// Day returns the day of the activity's start, in the zone that Start is in, as days since 1970-01-01.
func (a *Activity) Day() int { return DayOf(a.Start) }

// DayOf returns the day of t in its own zone as days since 1970-01-01, negative before.
func DayOf(t time.Time) int {
	_, offset := t.Zone()
	return int(math.Floor(float64(t.Unix()+int64(offset)) / 86400))
}
