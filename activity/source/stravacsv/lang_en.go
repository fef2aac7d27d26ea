package stravacsv

import "heatmapgen/activity"

// english is the language of sports' own names, so that its sports are only
// the further wordings: see sports.go for the list.
var english = language{
	name: "English",
	headings: [numColumns][]string{
		colID:       {"Activity ID"},
		colDate:     {"Activity Date"},
		colName:     {"Activity Name"},
		colType:     {"Activity Type"},
		colFilename: {"Filename"},
		colDistance: {"Distance"},
		colMoving:   {"Moving Time"},
		colAscent:   {"Elevation Gain"},
	},
	months: [12][]string{
		{"January", "Jan"}, {"February", "Feb"}, {"March", "Mar"}, {"April", "Apr"}, {"May"}, {"June", "Jun"},
		{"July", "Jul"}, {"August", "Aug"}, {"September", "Sep", "Sept"}, {"October", "Oct"}, {"November", "Nov"}, {"December", "Dec"},
	},
	am: []string{"am"}, pm: []string{"pm"},
	decimal:    '.',
	monthFirst: true,
	sports: map[activity.Sport][]string{
		"Alpine Ski":                       {"Alpine Skiing", "Downhill Ski"},
		"Backcountry Ski":                  {"Backcountry Skiing", "Ski Touring"},
		"Canoeing":                         {"Canoe"},
		"E-Bike Ride":                      {"Ebike Ride"},
		"Handcycle":                        {"Hand Cycle"},
		"High Intensity Interval Training": {"HIIT"},
		"Hike":                             {"Hiking"},
		"Ice Skate":                        {"Ice Skating"},
		"Inline Skate":                     {"Inline Skating"},
		"Kayaking":                         {"Kayak"},
		"Kitesurf":                         {"Kitesurfing"},
		"Nordic Ski":                       {"Nordic Skiing", "Cross Country Ski"},
		"Ride":                             {"Bike Ride", "Cycling"},
		"Rock Climbing":                    {"Rock Climb", "Climbing"},
		"Roller Ski":                       {"Roller Skiing"},
		"Rowing":                           {"Row"},
		"Run":                              {"Running"},
		"Sail":                             {"Sailing"},
		"Soccer":                           {"Football (Soccer)"},
		"Stair Stepper":                    {"Stair-Stepper"},
		"Surfing":                          {"Surf"},
		"Swim":                             {"Swimming"},
		"Trail Run":                        {"Trail Running"},
		"Velomobile":                       {"Velomobiling"},
		"Virtual Row":                      {"Virtual Rowing"},
		"Walk":                             {"Walking"},
		"Windsurf":                         {"Windsurfing", "Windsurf Session"},
	},
}

// english2018 is the form of exports up to the middle of 2019, in every
// country: ten columns named as in Strava's API, metres, ISO dates.
var english2018 = language{
	name: "English (before 2019)",
	headings: [numColumns][]string{
		colID:       {"id"},
		colDate:     {"date"},
		colName:     {"name"},
		colType:     {"type"},
		colFilename: {"filename"},
		colDistance: {"distance"},
	},
	decimal:    '.',
	monthFirst: true,
	metres:     true,
}
