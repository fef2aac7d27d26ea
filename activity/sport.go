package activity

import "strings"

// Sport is a kind of outing under the name Strava's English export gives it,
// such as "Run", "Ride", "Trail Run" or "Nordic Ski". SportUnknown is "".
type Sport string

// The sports that rules of this package single out.
const (
	SportUnknown Sport = ""
	SportRun     Sport = "Run"
	SportRide    Sport = "Ride"
	SportWalk    Sport = "Walk"
	SportHike    Sport = "Hike"
	SportSwim    Sport = "Swim"
)

// A Family groups sports that share limits and units.
type Family uint8

// Families of sports.
const (
	FamilyOther Family = iota
	FamilyRun
	FamilyRide
)

var families = map[string]Family{
	"run": FamilyRun, "trailrun": FamilyRun, "virtualrun": FamilyRun, "treadmill": FamilyRun,
	"ride": FamilyRide, "virtualride": FamilyRide, "ebikeride": FamilyRide, "emountainbikeride": FamilyRide,
	"mountainbikeride": FamilyRide, "gravelride": FamilyRide, "velomobile": FamilyRide, "handcycle": FamilyRide,
}

// Key returns the sport's name in lower case without spaces, hyphens or
// underscores, so that "Trail Run", "TrailRun" and "trail_run" are one.
func (s Sport) Key() string {
	return keyWithout.Replace(strings.ToLower(string(s)))
}

var keyWithout = strings.NewReplacer(" ", "", "-", "", "_", "")

// Family returns the family the sport belongs to.
func (s Sport) Family() Family { return families[s.Key()] }

// Covers reports whether a filter that names s takes other along: the same
// sport, or a kind of it ("Run" takes "Trail Run" and "Virtual Run" along).
func (s Sport) Covers(other Sport) bool {
	a, b := s.Key(), other.Key()
	if a == b {
		return true
	}
	return (a == "run" || a == "ride") && s.Family() == other.Family()
}
