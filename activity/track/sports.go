package track

import (
	"bytes"
	"strings"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// stravaNumbers are the numbers that Strava's exports of GPX bore as the <type> of a track before they bore words (listed in the
// go.strava client, ActivityType.Id).
var stravaNumbers = map[string]activity.Sport{
	"1": "Ride", "2": "Alpine Ski", "3": "Backcountry Ski", "4": "Hike", "5": "Ice Skate", "6": "Inline Skate", "7": "Nordic Ski",
	"8": "Roller Ski", "9": "Run", "10": "Walk", "11": "Workout", "12": "Snowboard", "13": "Snowshoe", "14": "Kitesurf",
	"15": "Windsurf", "16": "Swim", "17": "Virtual Ride", "18": "E-Bike Ride", "19": "Velomobile", "20": "Handcycle", "21": "Canoeing",
	"22": "Kayaking", "23": "Rowing", "24": "Stand Up Paddling", "25": "Surfing", "26": "Crossfit", "27": "Elliptical",
	"28": "Rock Climbing", "29": "Stair Stepper", "30": "Weight Training", "31": "Yoga",
}

// sportOfGPX returns the sport that the <type> of a track names, as activity.SportNamed does.
func sportOfGPX(name string) activity.Sport {
	if s, ok := stravaNumbers[strings.TrimSpace(name)]; ok {
		return s
	}
	return activity.SportNamed(name)
}

// sportOfTCX returns the sport of the Sport attribute. The schema has Running, Biking and Other only; several writers put more
// there.
func sportOfTCX(name string) activity.Sport { return sportOfGPX(name) }

// gameMakers are what the programs call themselves in GPX and TCX in whose worlds people ride and run without moving; gameMakersFIT
// are their numbers in FIT (FIT profile, "manufacturer").
var (
	gameMakers    = []string{"zwift", "rouvy", "mywhoosh", "bkool", "rgt cycling", "fulgaz", "indievelo", "trainingpeaks virtual", "biketerra"}
	gameMakersFIT = map[uint16]bool{
		uint16(fit.ManufacturerZwift): true, uint16(fit.ManufacturerZwiftByte): true, uint16(fit.ManufacturerBkool): true,
		uint16(fit.ManufacturerVirtualtraining): true, uint16(fit.ManufacturerRGTCycling): true, uint16(fit.ManufacturerTheSufferfest): true,
	}
)

// madeByGame tells whether the name of a file's maker is that of such a program.
func madeByGame(creator string) bool {
	creator = strings.ToLower(creator)
	for _, maker := range gameMakers {
		if strings.Contains(creator, maker) {
			return true
		}
	}
	return false
}

// fitSports are the sports of the FIT profile under its names, by number (FIT SDK, Profile.xlsx, type "sport").
var fitSports = map[fit.Sport]string{
	0: "generic", 1: "running", 2: "cycling", 3: "transition", 4: "fitness_equipment", 5: "swimming", 6: "basketball", 7: "soccer",
	8: "tennis", 9: "american_football", 10: "training", 11: "walking", 12: "cross_country_skiing", 13: "alpine_skiing",
	14: "snowboarding", 15: "rowing", 16: "mountaineering", 17: "hiking", 18: "multisport", 19: "paddling", 20: "flying", 21: "e_biking",
	22: "motorcycling", 23: "boating", 24: "driving", 25: "golf", 26: "hang_gliding", 27: "horseback_riding", 28: "hunting",
	29: "fishing", 30: "inline_skating", 31: "rock_climbing", 32: "sailing", 33: "ice_skating", 34: "sky_diving", 35: "snowshoeing",
	36: "snowmobiling", 37: "stand_up_paddleboarding", 38: "surfing", 39: "wakeboarding", 40: "water_skiing", 41: "kayaking",
	42: "rafting", 43: "windsurfing", 44: "kitesurfing", 45: "tactical", 46: "jumpmaster", 47: "boxing", 48: "floor_climbing",
	49: "baseball", 53: "diving", 56: "shooting", 57: "auto_racing", 58: "winter_sport", 62: "hiit", 64: "racket", 65: "wheelchair_push_walk", 66: "wheelchair_push_run", 67: "meditation",
	69: "disc_golf", 70: "team_sport", 71: "cricket", 72: "rugby", 73: "hockey", 74: "lacrosse", 75: "volleyball", 76: "water_tubing", 77: "wakesurfing", 78: "water_sport",
	79: "archery", 81: "motor_sports", 85: "pool_apnea", 86: "mobility", 87: "geocaching", 88: "canoeing",
	80: "mixed_martial_arts", 82: "snorkeling", 83: "dance", 84: "jump_rope", 254: "all",
}

// A fitKind is a sub sport that makes another sport of the sport it comes with.
type fitKind struct {
	sport fit.Sport
	sub   fit.SubSport
}

var fitKinds = map[fitKind]activity.Sport{
	{fit.SportRunning, fit.SubSportTrail}:               "Trail Run",
	{fit.SportRunning, fit.SubSportTrack}:               "Track Run",
	{fit.SportRunning, fit.SubSportObstacle}:            "Obstacle Run",
	{fit.SportRunning, fit.SubSportTreadmill}:           "Treadmill Run",
	{fit.SportRunning, fit.SubSportIndoorRunning}:       "Treadmill Run",
	{fit.SportCycling, fit.SubSportSpin}:                "Indoor Ride",
	{fit.SportCycling, fit.SubSportIndoorCycling}:       "Indoor Ride",
	{fit.SportCycling, fit.SubSportMountain}:            "Mountain Bike Ride",
	{fit.SportCycling, fit.SubSportDownhill}:            "Mountain Bike Ride",
	{fit.SportCycling, fit.SubSportGravelCycling}:       "Gravel Ride",
	{fit.SportCycling, fit.SubSportMixedSurface}:        "Gravel Ride",
	{fit.SportCycling, fit.SubSportHandCycling}:         "Handcycle",
	{fit.SportCycling, fit.SubSportEBikeFitness}:        "E-Bike Ride",
	{fit.SportCycling, fit.SubSportEBikeMountain}:       "E-Mountain Bike Ride",
	{fit.SportEBiking, fit.SubSportEBikeMountain}:       "E-Mountain Bike Ride",
	{fit.SportWalking, fit.SubSportIndoorWalking}:       "Indoor Walk",
	{fit.SportSwimming, fit.SubSportLapSwimming}:        "Pool Swim",
	{fit.SportRowing, fit.SubSportIndoorRowing}:         "Indoor Row",
	{fit.SportAlpineSkiing, fit.SubSportBackcountry}:    "Backcountry Ski",
	{fit.SportRockClimbing, fit.SubSportIndoorClimbing}: "Indoor Climbing",
	{fit.SportRockClimbing, fit.SubSportBouldering}:     "Indoor Climbing",
	{fit.SportMotorcycling, fit.SubSportAtv}:            "Driving",
	{fit.SportFlying, fit.SubSportFlyParaglide}:         "Paragliding",
	{fit.SportFlying, fit.SubSportWingsuit}:             "Sky Diving",
	{fit.SportRacket, fit.SubSportPickleball}:           "Pickleball",
	{fit.SportRacket, fit.SubSportPadel}:                "Padel",

	{fit.SportFitnessEquipment, fit.SubSportTreadmill}:     "Treadmill Run",
	{fit.SportFitnessEquipment, fit.SubSportIndoorRunning}: "Treadmill Run",
	{fit.SportFitnessEquipment, fit.SubSportIndoorCycling}: "Indoor Ride",
	{fit.SportFitnessEquipment, fit.SubSportSpin}:          "Indoor Ride",
	{fit.SportFitnessEquipment, fit.SubSportIndoorWalking}: "Indoor Walk",
	{fit.SportFitnessEquipment, fit.SubSportIndoorRowing}:  "Indoor Row",
	{fit.SportFitnessEquipment, fit.SubSportElliptical}:    "Elliptical",
	{fit.SportFitnessEquipment, fit.SubSportStairClimbing}: "Stair Stepper",
	{fit.SportFitnessEquipment, fit.SubSportIndoorSkiing}:  "Indoor Ski",
	{fit.SportFitnessEquipment, fit.SubSportPilates}:       "Pilates",
	{fit.SportTraining, fit.SubSportStrengthTraining}:      "Weight Training",
	{fit.SportTraining, fit.SubSportYoga}:                  "Yoga",
	{fit.SportTraining, fit.SubSportFlexibilityTraining}:   "Mobility",
}

// sportOfFIT returns the sport that the FIT profile's sport and sub_sport mean: SportUnknown where the file says none, SportOther
// for the generic one and for a number that has no name here.
func sportOfFIT(sport fit.Sport, sub fit.SubSport) activity.Sport {
	if sport == fit.SportInvalid {
		return activity.SportUnknown
	}
	s, ok := fitKinds[fitKind{sport, sub}]
	if !ok {
		s = activity.SportOther
		if name, ok := fitSports[sport]; ok {
			s = activity.SportNamed(name)
		}
	}
	if sub == fit.SubSportVirtualActivity {
		return s.AsVirtual()
	}
	return s
}

// headBytes and tailBytes are how far from its ends a text is looked through for its creator: GPX names it in its root, TCX in
// each Activity's Creator, behind the samples, and in the Author at the end.
const headBytes, tailBytes = 2048, 4096

// creatorOf returns the name of the program that wrote a GPX or TCX text, "" where there is none.
func creatorOf(text []byte) string {
	head := text[:min(len(text), headBytes)]
	if _, rest, ok := bytes.Cut(head, []byte(` creator=`)); ok && len(rest) > 0 {
		name, _, _ := bytes.Cut(rest[1:], rest[:1])
		return string(name)
	}
	tail := text[max(0, len(text)-tailBytes):]
	if _, rest, ok := bytes.Cut(tail, []byte("<Creator")); ok {
		if _, rest, ok := bytes.Cut(rest, []byte("<Name>")); ok {
			name, _, _ := bytes.Cut(rest, []byte("<"))
			return string(name)
		}
	}
	return ""
}
