package activity

import "sync"

// A sportEntry is a sport of the table: its name, the sport it is a kind of ("" is none), and its family where it differs
// from that of the sport it is a kind of.
type sportEntry struct {
	name, of Sport
	family   Family
}

// sportTable are the sports that have a name: those of Strava (developers.strava.com, "SportType", spelt out), then those that
// the profiles of FIT, Garmin Connect, HealthKit, intervals.icu, Polar, Suunto, Coros and Komoot tell apart besides. What people
// call them is in the files sportwords*.go.
var sportTable = []sportEntry{
	{"Run", "", FamilyRun}, {"Trail Run", "Run", 0}, {"Track Run", "Run", 0}, {"Obstacle Run", "Run", 0},
	{"Virtual Run", "", FamilyRun}, {"Treadmill Run", "", FamilyRun},
	{"Ride", "", FamilyRide}, {"Mountain Bike Ride", "Ride", 0}, {"Gravel Ride", "Ride", 0}, {"E-Bike Ride", "Ride", 0},
	{"E-Mountain Bike Ride", "E-Bike Ride", 0}, {"Handcycle", "Ride", 0}, {"Velomobile", "Ride", 0},
	{"Virtual Ride", "", FamilyRide}, {"Indoor Ride", "", FamilyRide},
	{"Walk", "", 0}, {"Hike", "", 0}, {"Indoor Walk", "", 0}, {"Wheelchair", "", 0},
	{"Swim", "", 0}, {"Pool Swim", "Swim", 0},

	{"Alpine Ski", "", 0}, {"Backcountry Ski", "", 0}, {"Nordic Ski", "", 0}, {"Roller Ski", "", 0}, {"Snowboard", "", 0},
	{"Snowshoe", "", 0}, {"Ice Skate", "", 0}, {"Inline Skate", "", 0}, {"Skateboard", "", 0}, {"Virtual Ski", "", 0},
	{"Snow Sports", "", 0}, {"Sledding", "", 0}, {"Snowmobiling", "", 0}, {"Indoor Ski", "", 0}, {"Curling", "", 0},
	{"Ice Hockey", "", 0},

	{"Canoeing", "", 0}, {"Kayaking", "", 0}, {"Kitesurf", "", 0}, {"Rowing", "", 0}, {"Virtual Row", "", 0}, {"Indoor Row", "", 0},
	{"Sail", "", 0}, {"Stand Up Paddling", "", 0}, {"Surfing", "", 0}, {"Windsurf", "", 0}, {"Boating", "", 0}, {"Rafting", "", 0},
	{"Wakeboarding", "", 0}, {"Wakesurfing", "", 0}, {"Water Skiing", "", 0}, {"Water Tubing", "", 0}, {"Water Sports", "", 0},
	{"Water Polo", "", 0}, {"Water Fitness", "", 0}, {"Diving", "", 0}, {"Snorkeling", "", 0}, {"Fishing", "", 0},

	{"Badminton", "", 0}, {"Basketball", "", 0}, {"Cricket", "", 0}, {"Golf", "", 0}, {"Padel", "", 0}, {"Pickleball", "", 0},
	{"Racquetball", "", 0}, {"Soccer", "", 0}, {"Squash", "", 0}, {"Table Tennis", "", 0}, {"Tennis", "", 0}, {"Volleyball", "", 0},
	{"American Football", "", 0}, {"Australian Football", "", 0}, {"Baseball", "", 0}, {"Softball", "", 0}, {"Rugby", "", 0},
	{"Hockey", "", 0}, {"Lacrosse", "", 0}, {"Handball", "", 0}, {"Disc Golf", "", 0}, {"Disc Sports", "", 0}, {"Bowling", "", 0},
	{"Racket Sports", "", 0}, {"Team Sports", "", 0}, {"Floorball", "", 0},

	{"Crossfit", "", 0}, {"Dance", "", 0}, {"Elliptical", "", 0}, {"High Intensity Interval Training", "", 0},
	{"Physical Therapy", "", 0}, {"Pilates", "", 0}, {"Rock Climbing", "", 0}, {"Indoor Climbing", "", 0}, {"Stair Stepper", "", 0},
	{"Weight Training", "", 0}, {"Workout", "", 0}, {"Yoga", "", 0}, {"Boxing", "", 0}, {"Kickboxing", "", 0}, {"Martial Arts", "", 0},
	{"Wrestling", "", 0}, {"Fencing", "", 0}, {"Gymnastics", "", 0}, {"Jump Rope", "", 0}, {"Tai Chi", "", 0}, {"Meditation", "", 0},
	{"Breathwork", "", 0}, {"Mobility", "", 0}, {"Track and Field", "", 0}, {"Archery", "", 0},

	{"Horseback Riding", "", 0}, {"Driving", "", 0}, {"Motorcycling", "", 0}, {"Flying", "", 0}, {"Hang Gliding", "", 0},
	{"Paragliding", "", 0}, {"Sky Diving", "", 0}, {"Hunting", "", 0}, {"Tactical", "", 0}, {"Orienteering", "", 0},
	{"Geocaching", "", 0}, {"Via Ferrata", "", 0}, {"Multisport", "", 0}, {"Triathlon", "", 0}, {"Transition", "", 0},
	{"Swimrun", "", 0}, {"Scooter", "", 0}, {"Train", "", 0}, {"Play", "", 0}, {"Shooting", "", 0},
}

// Sports returns the names of the table of sports, a copy.
func Sports() []Sport {
	names := make([]Sport, len(sportTable))
	for i, e := range sportTable {
		names[i] = e.name
	}
	return names
}

// Listed tells whether the sport is one of the table of sports, spelt in any case, with or without spaces and hyphens.
func (s Sport) Listed() bool { return sportOfKey(s.Key()).name != "" }

// sportFacts is what the table says of a sport, ready for use.
type sportFacts struct {
	name   Sport
	kindOf string // a key
	family Family
}

func sportOfKey(key string) sportFacts { return sportFactsByKey()[key] }

var sportFactsByKey = sync.OnceValue(func() map[string]sportFacts {
	m := make(map[string]sportFacts, len(sportTable))
	for _, e := range sportTable {
		f := sportFacts{e.name, e.of.Key(), e.family}
		if e.of != "" {
			f.family = m[f.kindOf].family
		}
		m[e.name.Key()] = f
	}
	return m
})
