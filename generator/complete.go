package generator

import (
	"cmp"
	"time"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
)

// complete fills in what the source did not know from the file, and tells whether the sport was guessed, as neither of them said
// any. set says that the sport is the user's own word.
func complete(a *activity.Activity, r *track.Result, set bool) (guessed bool) {
	a.Sport, guessed = sportOf(a.Sport, r, set)
	if a.Start.IsZero() {
		a.Start = r.Start
		if ms, ok := r.Track.BeganMS(); ok {
			a.Start = time.UnixMilli(ms).UTC()
		}
	}
	if !a.Start.IsZero() {
		a.Start = track.Local(a.Start, r.Zone)
	}
	if a.Name == "" {
		a.Name = r.Name
	}
	a.Labels = a.FillIn(activity.Labels{Commute: r.Commute})
	fillIn(a, r.DistanceM, r.MovingS, r.AscentM)
	return guessed
}

// sportOf decides what an activity was: what the user says, else the source, else the file, and only where nobody said
// anything what it looks like. What the file knows to be virtual is, by whatever name the source has it.
func sportOf(listed activity.Sport, r *track.Result, set bool) (s activity.Sport, guessed bool) {
	s = listed
	switch {
	case set:
	case s == activity.SportUnknown, s == activity.SportOther && r.Sport != activity.SportUnknown:
		s = r.Sport
	case r.Sport.Virtual():
		s = s.AsVirtual()
	}
	switch s {
	case activity.SportOther:
		return activity.SportUnknown, false
	case activity.SportUnknown:
		t, _ := activity.Clean(r.Track, activity.SportUnknown)
		s = activity.GuessSport(t)
		return s, s != activity.SportUnknown
	}
	return s, false
}

// fillIn sets those of an activity's metres, seconds moving and metres climbed that are not known yet.
func fillIn(a *activity.Activity, distanceM, movingS, ascentM float64) {
	a.DistanceM = cmp.Or(a.DistanceM, distanceM)
	a.MovingS = cmp.Or(a.MovingS, movingS)
	a.AscentM = cmp.Or(a.AscentM, ascentM)
}
