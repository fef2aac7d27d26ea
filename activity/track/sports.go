package track

import (
	"strings"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// Names of sports as Strava's English export writes them. Those that rules
// single out are in package activity.
const (
	sportTrailRun    activity.Sport = "Trail Run"
	sportVirtualRun  activity.Sport = "Virtual Run"
	sportMTB         activity.Sport = "Mountain Bike Ride"
	sportGravel      activity.Sport = "Gravel Ride"
	sportVirtual     activity.Sport = "Virtual Ride"
	sportEBike       activity.Sport = "E-Bike Ride"
	sportEMTB        activity.Sport = "E-Mountain Bike Ride"
	sportHandcycle   activity.Sport = "Handcycle"
	sportAlpine      activity.Sport = "Alpine Ski"
	sportBackcountry activity.Sport = "Backcountry Ski"
	sportNordic      activity.Sport = "Nordic Ski"
	sportRollerSki   activity.Sport = "Roller Ski"
	sportSnowboard   activity.Sport = "Snowboard"
	sportSnowshoe    activity.Sport = "Snowshoe"
	sportIceSkate    activity.Sport = "Ice Skate"
	sportInline      activity.Sport = "Inline Skate"
	sportRowing      activity.Sport = "Rowing"
	sportCanoe       activity.Sport = "Canoe"
	sportKayak       activity.Sport = "Kayaking"
	sportSUP         activity.Sport = "Stand Up Paddling"
	sportSurf        activity.Sport = "Surfing"
	sportKitesurf    activity.Sport = "Kitesurf"
	sportWindsurf    activity.Sport = "Windsurf"
	sportSail        activity.Sport = "Sail"
	sportGolf        activity.Sport = "Golf"
	sportClimb       activity.Sport = "Rock Climbing"
	sportSoccer      activity.Sport = "Soccer"
	sportTennis      activity.Sport = "Tennis"
	sportElliptical  activity.Sport = "Elliptical"
	sportStairs      activity.Sport = "Stair-Stepper"
	sportWeights     activity.Sport = "Weight Training"
	sportYoga        activity.Sport = "Yoga"
	sportCrossfit    activity.Sport = "Crossfit"
	sportWorkout     activity.Sport = "Workout"
	sportWheelchair  activity.Sport = "Wheelchair"
)

// gpxSports maps the <type> of a GPX track, in the form of Sport.Key. The
// numbers are Strava's own: its exports bore them before they bore words
// (listed in the go.strava client, ActivityType.Id).
var gpxSports = map[string]activity.Sport{
	"1": activity.SportRide, "2": sportAlpine, "3": sportBackcountry, "4": activity.SportHike, "5": sportIceSkate,
	"6": sportInline, "7": sportNordic, "8": sportRollerSki, "9": activity.SportRun, "10": activity.SportWalk,
	"11": sportWorkout, "12": sportSnowboard, "13": sportSnowshoe, "14": sportKitesurf, "15": sportWindsurf,
	"16": activity.SportSwim, "21": sportCanoe, "22": sportKayak, "23": sportRowing, "24": sportSUP, "25": sportSurf,
	"26": sportCrossfit, "27": sportElliptical, "28": sportClimb, "29": sportStairs, "30": sportWeights, "31": sportYoga,

	"run": activity.SportRun, "running": activity.SportRun, "jogging": activity.SportRun,
	"streetrunning": activity.SportRun, "roadrunning": activity.SportRun, "trackrunning": activity.SportRun,
	"trailrun": sportTrailRun, "trailrunning": sportTrailRun, "virtualrun": sportVirtualRun,

	"ride": activity.SportRide, "cycling": activity.SportRide, "biking": activity.SportRide, "bike": activity.SportRide,
	"bicycle": activity.SportRide, "cyclingsport": activity.SportRide, "roadbiking": activity.SportRide,
	"roadcycling": activity.SportRide, "cyclocross": activity.SportRide,
	"mountainbikeride": sportMTB, "mountainbiking": sportMTB, "mtb": sportMTB,
	"gravelride": sportGravel, "gravelcycling": sportGravel, "gravelbiking": sportGravel,
	"virtualride": sportVirtual, "ebikeride": sportEBike, "ebiking": sportEBike, "emountainbikeride": sportEMTB,
	"handcycle": sportHandcycle,

	"walk": activity.SportWalk, "walking": activity.SportWalk, "casualwalking": activity.SportWalk, "speedwalking": activity.SportWalk,
	"hike": activity.SportHike, "hiking": activity.SportHike, "mountaineering": activity.SportHike,
	"swim": activity.SportSwim, "swimming": activity.SportSwim, "openwaterswimming": activity.SportSwim, "lapswimming": activity.SportSwim,

	"alpineski": sportAlpine, "alpineskiing": sportAlpine, "skiing": sportAlpine, "resortskiing": sportAlpine,
	"backcountryski": sportBackcountry, "backcountryskiing": sportBackcountry, "skitouring": sportBackcountry,
	"nordicski": sportNordic, "crosscountryskiing": sportNordic, "rollerski": sportRollerSki, "rollerskiing": sportRollerSki,
	"snowboard": sportSnowboard, "snowboarding": sportSnowboard, "snowshoe": sportSnowshoe, "snowshoeing": sportSnowshoe,
	"iceskate": sportIceSkate, "iceskating": sportIceSkate, "skating": sportInline,
	"inlineskate": sportInline, "inlineskating": sportInline,

	"rowing": sportRowing, "canoe": sportCanoe, "canoeing": sportCanoe, "kayak": sportKayak, "kayaking": sportKayak,
	"standuppaddling": sportSUP, "standuppaddleboarding": sportSUP, "surfing": sportSurf,
	"kitesurf": sportKitesurf, "kitesurfing": sportKitesurf, "windsurf": sportWindsurf, "windsurfing": sportWindsurf,
	"sail": sportSail, "sailing": sportSail,
	"golf": sportGolf, "rockclimbing": sportClimb, "climbing": sportClimb, "soccer": sportSoccer, "tennis": sportTennis,
	"elliptical": sportElliptical, "stairstepper": sportStairs, "weighttraining": sportWeights, "yoga": sportYoga,
	"crossfit": sportCrossfit, "workout": sportWorkout, "wheelchair": sportWheelchair,
}

// sportOfGPX returns the sport that the <type> of a track names, "" for a name
// nobody knows.
func sportOfGPX(name string) activity.Sport {
	return gpxSports[activity.Sport(strings.TrimSpace(name)).Key()]
}

// sportOfTCX returns the sport of the Sport attribute. The schema has Running,
// Biking and Other only; several writers put more there.
func sportOfTCX(name string) activity.Sport { return sportOfGPX(name) }

var fitSports = map[fit.Sport]activity.Sport{
	fit.SportRunning: activity.SportRun, fit.SportCycling: activity.SportRide, fit.SportSwimming: activity.SportSwim,
	fit.SportWalking: activity.SportWalk, fit.SportHiking: activity.SportHike, fit.SportMountaineering: activity.SportHike,
	fit.SportEBiking: sportEBike, fit.SportSoccer: sportSoccer, fit.SportTennis: sportTennis,
	fit.SportTraining: sportWorkout, fit.SportFitnessEquipment: sportWorkout, fit.SportHiit: sportWorkout,
	fit.SportCrossCountrySkiing: sportNordic, fit.SportAlpineSkiing: sportAlpine, fit.SportSnowboarding: sportSnowboard,
	fit.SportSnowshoeing: sportSnowshoe, fit.SportIceSkating: sportIceSkate, fit.SportInlineSkating: sportInline,
	fit.SportRowing: sportRowing, fit.SportPaddling: sportCanoe, fit.SportKayaking: sportKayak,
	fit.SportStandUpPaddleboarding: sportSUP, fit.SportSurfing: sportSurf, fit.SportKitesurfing: sportKitesurf,
	fit.SportWindsurfing: sportWindsurf, fit.SportSailing: sportSail, fit.SportGolf: sportGolf,
	fit.SportRockClimbing: sportClimb, fit.SportFloorClimbing: sportStairs,
}

// A sub sport that makes another sport of the sport it comes with.
type fitKind struct {
	sport fit.Sport
	sub   fit.SubSport
}

var fitKinds = map[fitKind]activity.Sport{
	{fit.SportRunning, fit.SubSportTrail}:              sportTrailRun,
	{fit.SportRunning, fit.SubSportVirtualActivity}:    sportVirtualRun,
	{fit.SportCycling, fit.SubSportMountain}:           sportMTB,
	{fit.SportCycling, fit.SubSportDownhill}:           sportMTB,
	{fit.SportCycling, fit.SubSportGravelCycling}:      sportGravel,
	{fit.SportCycling, fit.SubSportMixedSurface}:       sportGravel,
	{fit.SportCycling, fit.SubSportVirtualActivity}:    sportVirtual,
	{fit.SportCycling, fit.SubSportHandCycling}:        sportHandcycle,
	{fit.SportCycling, fit.SubSportEBikeFitness}:       sportEBike,
	{fit.SportCycling, fit.SubSportEBikeMountain}:      sportEMTB,
	{fit.SportEBiking, fit.SubSportEBikeMountain}:      sportEMTB,
	{fit.SportAlpineSkiing, fit.SubSportBackcountry}:   sportBackcountry,
	{fit.SportFitnessEquipment, fit.SubSportTreadmill}: activity.SportRun,

	{fit.SportFitnessEquipment, fit.SubSportIndoorRunning}: activity.SportRun,
	{fit.SportFitnessEquipment, fit.SubSportIndoorCycling}: activity.SportRide,
	{fit.SportFitnessEquipment, fit.SubSportIndoorWalking}: activity.SportWalk,
	{fit.SportFitnessEquipment, fit.SubSportIndoorRowing}:  sportRowing,
	{fit.SportFitnessEquipment, fit.SubSportElliptical}:    sportElliptical,
	{fit.SportFitnessEquipment, fit.SubSportStairClimbing}: sportStairs,
	{fit.SportTraining, fit.SubSportStrengthTraining}:      sportWeights,
	{fit.SportTraining, fit.SubSportYoga}:                  sportYoga,
}

// sportOfFIT returns the sport that the FIT profile's sport and sub_sport mean,
// "" for generic, transition and everything without a counterpart.
func sportOfFIT(sport fit.Sport, sub fit.SubSport) activity.Sport {
	if s, ok := fitKinds[fitKind{sport, sub}]; ok {
		return s
	}
	return fitSports[sport]
}
