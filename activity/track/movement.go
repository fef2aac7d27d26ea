package track

import (
	"fmt"
	"strings"
	"unicode"

	"heatmapgen/activity"
)

// A movement is how somebody got about in a life log, which has commutes and flights beside the runs.
type movement uint8

const (
	bySport   movement = iota // on foot, by bicycle, on skis: an activity
	byVehicle                 // in a car, a train, an aeroplane
	atRest
	byUnknown // the log does not say
)

// movementNamed tells how somebody got about by the word that Google's Timeline has for it (IN_PASSENGER_VEHICLE, "in passenger
// vehicle", "On a train", CYCLING), and returns the word for the sport if it is one.
func movementNamed(word string) (movement, string) {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
	switch key {
	case "", "unknown", "unknownactivitytype", "moving":
		return byUnknown, ""
	case "still", "tilting", "stationary", "exitingvehicle":
		return atRest, ""
	case "onfoot":
		return bySport, "Walk"
	case "onbicycle":
		return bySport, "Ride"
	case "inwheelchair":
		return bySport, "Wheelchair"
	case "flying", "driving", "motorcycling", "train", "boatingferry":
		return byVehicle, ""
	}
	if s, ok := activity.ListedSport(word); ok {
		return bySport, string(s)
	}
	for _, way := range []string{"in", "ona", "onthe", "onan", "by"} {
		if strings.HasPrefix(key, way) && !strings.HasPrefix(key, "inline") {
			return byVehicle, ""
		}
	}
	return byUnknown, ""
}

// leftOut counts the movements of a life log that are no activities or cannot be drawn.
type leftOut struct {
	rides   int // in vehicles
	unnamed int // of a kind that the log does not say
	ends    int // of which only the two ends are known
}

// String says what was left out, "" for nothing.
func (l leftOut) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{l.rides, "in cars, trains and other vehicles"}, {l.unnamed, "of a kind that the log does not name"}, {l.ends, "of which only the ends are known"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	text := ""
	for i, part := range parts {
		switch {
		case i == 0:
		case i == len(parts)-1:
			text += " and "
		default:
			text += ", "
		}
		text += part
	}
	if text == "" {
		return ""
	}
	return "of its movements, " + text + " were left out"
}
