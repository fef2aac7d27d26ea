package stravacsv

import (
	"strings"

	"heatmapgen/activity"
)

// sportNames are the activity types of Strava under the names its English
// export gives them (developers.strava.com, "SportType", spelt out).
var sportNames = []activity.Sport{
	"Alpine Ski", "Backcountry Ski", "Badminton", "Basketball", "Canoeing", "Cricket", "Crossfit", "Dance",
	"E-Bike Ride", "E-Mountain Bike Ride", "Elliptical", "Golf", "Gravel Ride", "Handcycle",
	"High Intensity Interval Training", "Hike", "Ice Skate", "Inline Skate", "Kayaking", "Kitesurf",
	"Mountain Bike Ride", "Nordic Ski", "Padel", "Physical Therapy", "Pickleball", "Pilates", "Racquetball", "Ride",
	"Rock Climbing", "Roller Ski", "Rowing", "Run", "Sail", "Skateboard", "Snowboard", "Snowshoe", "Soccer",
	"Squash", "Stair Stepper", "Stand Up Paddling", "Surfing", "Swim", "Table Tennis", "Tennis", "Trail Run",
	"Velomobile", "Virtual Ride", "Virtual Row", "Virtual Run", "Volleyball", "Walk", "Weight Training", "Wheelchair",
	"Windsurf", "Workout", "Yoga",
}

// sportKeys finds a sport by the folded form of its English name, with which
// the API's names ("TrailRun") agree.
var sportKeys = func() map[string]activity.Sport {
	m := make(map[string]activity.Sport, len(sportNames))
	for _, s := range sportNames {
		m[fold(string(s))] = s
	}
	return m
}()

// sportOf returns the English name of an activity type: as the table's own
// language has it, in English, or as any other language has it, since exports
// mix them. An unknown type is returned as it is, with false.
func sportOf(text string, own *lexicon) (activity.Sport, bool) {
	text = strings.TrimSpace(text)
	key := fold(text)
	if own != nil {
		if s, ok := own.sport[key]; ok {
			return s, true
		}
	}
	if s, ok := sportKeys[key]; ok {
		return s, true
	}
	for _, x := range lexicons() {
		if s, ok := x.sport[key]; ok {
			return s, true
		}
	}
	return activity.Sport(text), text == ""
}

// known reports whether a text is an activity type.
func known(text string, own *lexicon) bool {
	_, ok := sportOf(text, own)
	return ok && strings.TrimSpace(text) != ""
}
