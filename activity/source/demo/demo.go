// Package demo is the built-in athlete: some three hundred outings over five years,
// made up in code, so that the first build needs no file and every layer has something to show.
//
// The region is real (the eastern end of Lake Constance), the hills, the lake and the rivers are about where the
// basemap has them; streets, trails, routes and the person are invented. Reading order is the order in
// which it is made: geometry and noise, terrain, country (the tables), streets and trails, network, router,
// diary, motion, record. It reads no file and knows nothing of pixels; package source lists it beside the others.
package demo

import (
	"fmt"
	"time"

	"heatmapgen/activity"
)

// Version changes whenever the same date gives other tracks.
const Version = "1"

// An Athlete is the demo as seen on one day. Its methods may be called from
// many goroutines at once.
type Athlete struct {
	lastDay time.Time // the Sunday on or before the day asked for
	diary   []session
}

// New returns the demo athlete on the UTC day of asOf. Only the dates hang on it: the
// diary ends on the last Sunday not after that day, so that the long runs fall on weekends.
// The first call plans the five years, half a second on one core.
//
// The athlete is the same bit for bit on every machine of one kind. Where the
// compiler fuses multiply and add (arm64, amd64 with GOAMD64=v3), the last digits, and
// by them a few routes, come out differently.
func New(asOf time.Time) *Athlete {
	day := asOf.UTC().Truncate(24 * time.Hour)
	return &Athlete{lastDay: day.AddDate(0, 0, -int(day.Weekday())), diary: theDiary()}
}

// Len returns the number of activities.
func (a *Athlete) Len() int { return len(a.diary) }

// Activity describes activity i, 0 <= i < Len; the oldest is the first. It makes
// no track.
func (a *Athlete) Activity(i int) activity.Activity {
	s := &a.diary[i]
	return activity.Activity{
		ID:        fmt.Sprintf("demo:%03d", i+1),
		Source:    "demo",
		Sport:     s.sport,
		Start:     a.start(s),
		Name:      s.name,
		DistanceM: s.distanceM,
		MovingS:   s.movingS,
		AscentM:   s.ascentM,
		Labels:    s.labels(),
	}
}

// Track makes the track of activity i, 0 <= i < Len: a new one each time, always
// the same.
func (a *Athlete) Track(i int) *activity.Track {
	s := &a.diary[i]
	return s.record(theNetwork(), a.start(s).UnixMilli())
}

func (a *Athlete) start(s *session) time.Time {
	return a.lastDay.AddDate(0, 0, -s.ago).Add(time.Duration(s.start) * time.Second)
}
