package generator

import (
	"strings"

	"heatmapgen/activity"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// A Summary is what is told of the activities where they are not listed.
type Summary struct {
	// Count is how many there are of what Of says: SummaryActivities or SummaryAthletes. Of a crowd it is told in steps of Least.
	Count int    `json:"count"`
	Of    string `json:"of"`
	// Least is how many share what shows of a crowd; 0 for other maps.
	Least int `json:"least,omitempty"`
	// Speeds says how speeds are told, one of the Speeds constants.
	Speeds string `json:"speeds"`
}

// What a summary counts.
const (
	SummaryActivities = "activities"
	SummaryAthletes   = "athletes"
)

// summaryOf returns the summary of activities; athletes are theirs, nil where these are not counted.
func summaryOf(a *ActivityColumns, c layers.Crowd, athletes []int) *Summary {
	s := &Summary{Count: len(a.Day), Of: SummaryActivities, Speeds: a.Speeds()}
	if c.Athletes {
		s.Count, s.Of = countAthletes(athletes), SummaryAthletes
	}
	if c.On() {
		s.Least = c.Least
		s.Count -= s.Count % c.Least
	}
	return s
}

// Contents says in words how much an archive is of.
func (m *Metadata) Contents() string {
	switch s := m.Summary; {
	case s == nil:
		return words.Plural(len(m.Activities.Day), "activity", "activities")
	case s.Of == SummaryAthletes:
		return words.Plural(s.Count, "athlete", "athletes")
	default:
		return words.Plural(s.Count, "activity", "activities")
	}
}

// How speeds are told: minutes a kilometre, km/h, minutes per 100 m.
const (
	SpeedsRun  = "run"
	SpeedsRide = "ride"
	SpeedsSwim = "swim"
)

// Speeds returns how speeds are told of activities together: as of rides or swims where more than half of them are such.
func (a *ActivityColumns) Speeds() string {
	rides, swims := 0, 0
	for _, s := range a.Sport {
		if s < 0 || s >= len(a.Sports) {
			continue
		}
		switch sport := activity.Sport(a.Sports[s]); {
		case sport.Family() == activity.FamilyRide:
			rides++
		case strings.Contains(strings.ReplaceAll(sport.Key(), "swimrun", ""), "swim"):
			swims++
		}
	}
	switch {
	case rides*2 > len(a.Sport):
		return SpeedsRide
	case swims*2 > len(a.Sport):
		return SpeedsSwim
	}
	return SpeedsRun
}

// Speeds returns how speeds are told of what an archive is of.
func (m *Metadata) Speeds() string {
	if m.Summary != nil {
		return m.Summary.Speeds
	}
	return m.Activities.Speeds()
}
