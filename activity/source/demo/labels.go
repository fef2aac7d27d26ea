package demo

import (
	"strings"

	"heatmapgen/activity"
)

// shoes are those of each year, worn out by the next; of the first year nobody wrote them down.
var shoes = [years]string{"", "Blue racers", "Blue racers", "Orange cloud", "Orange cloud"}

const (
	trailShoes = "Old trail shoes"
	roadBike   = "Road bike"
	cityBike   = "City bike"
	// longRun is the distance in metres from which a run is a long one.
	longRun = 18_000
)

// labels returns what the athlete noted of a session: all of it but for the gear of the first year and of what is walked.
func (s *session) labels() activity.Labels {
	l := activity.Labels{Commute: activity.AnswerOf(strings.Contains(strings.ToLower(s.name), "work")), Kind: activity.KindOrdinary}
	switch {
	case s.sport == activity.SportRun:
		l.Gear = shoes[s.year]
	case s.sport == sportTrailRun && s.year > 0:
		l.Gear = trailShoes
	case s.sport == activity.SportRide && l.Commute == activity.Yes:
		l.Gear = cityBike
	case s.sport == activity.SportRide:
		l.Gear = roadBike
	}
	switch {
	case s.drill == race:
		l.Kind = activity.KindRace
	case s.drill == laps, s.drill == repeats, s.drill == tempo:
		l.Kind = activity.KindWorkout
	case s.sport.Family() == activity.FamilyRun && s.distanceM >= longRun:
		l.Kind = activity.KindLong
	}
	return l
}
