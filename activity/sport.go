package activity

import "strings"

// Sport is a kind of outing under the name Strava's English export gives it, such as "Run", "Ride", "Trail Run" or "Nordic Ski",
// or under a name of its own where Strava has none ("Horseback Riding"). SportUnknown is "".
type Sport string

// The sports that rules of this package single out.
const (
	SportUnknown Sport = ""
	SportRun     Sport = "Run"
	SportRide    Sport = "Ride"
	SportWalk    Sport = "Walk"
	SportHike    Sport = "Hike"
	SportSwim    Sport = "Swim"
	// SportOther is what a source or file says that has no sport to name: Garmin's "Other", the generic sport of FIT. It is
	// never guessed over, and an activity that is read to the end has SportUnknown in its place.
	SportOther Sport = "Other"
	// SportVirtual stands in a filter for all that was done in the world of a game; SportAll for everything but that.
	SportVirtual Sport = "Virtual"
	SportAll     Sport = "All"
)

// A Family groups sports that share limits and units.
type Family uint8

// Families of sports.
const (
	FamilyOther Family = iota
	FamilyRun
	FamilyRide
)

// Key returns the letters and digits of the sport's name in lower case, so that "Trail Run", "TrailRun" and "trail_run" are one.
func (s Sport) Key() string { return foldWord(string(s)) }

// Family returns the family the sport belongs to.
func (s Sport) Family() Family { return sportOfKey(s.Key()).family }

// Virtual tells that the sport is one that happens in the world of a game: "Virtual Ride". Its positions are nowhere that
// anybody was.
func (s Sport) Virtual() bool { return strings.HasPrefix(s.Key(), virtualKey) }

// AsVirtual returns the sport as it is called in the world of a game: "Virtual Ride" of "Ride" and of all its kinds.
func (s Sport) AsVirtual() Sport {
	switch {
	case s.Virtual():
		return s
	case s.Family() == FamilyRun:
		return "Virtual Run"
	case s.Family() == FamilyRide:
		return "Virtual Ride"
	case s == "Rowing" || s == "Indoor Row":
		return "Virtual Row"
	case s == SportUnknown || s == SportOther:
		return SportVirtual
	}
	return SportVirtual + " " + s
}

// Covers reports whether a filter that names s takes other along: the same sport, or a kind of it as the table of sports has
// them ("Run" takes "Trail Run" along, "E-Bike Ride" takes "E-Mountain Bike Ride" along, "Virtual" all that is virtual and "All"
// all that is not). What is virtual or indoors is no kind of what happens outdoors.
func (s Sport) Covers(other Sport) bool {
	a, b := s.Key(), other.Key()
	switch {
	case a == b:
		return true
	case a == virtualKey:
		return other.Virtual()
	case a == allKey:
		return !other.Virtual()
	case s == SportOther:
		return other == SportUnknown
	}
	for a != "" && b != "" {
		if b = sportOfKey(b).kindOf; b == a {
			return true
		}
	}
	return false
}

const (
	virtualKey = "virtual"
	allKey     = "all"
)

// Without is the mark that a word of a filter begins with to leave a sport and its kinds out: "!E-Bike Ride".
const Without = "!"
