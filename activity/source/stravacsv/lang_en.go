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
		colGear:     {"Activity Gear"},
		colCommute:  {"Commute"},
		colKind:     {"Type"},
		colRace:     {"Competition"},
		colLong:     {"Long Run"},
	},
	months: [12][]string{
		{"January", "Jan"}, {"February", "Feb"}, {"March", "Mar"}, {"April", "Apr"}, {"May"}, {"June", "Jun"},
		{"July", "Jul"}, {"August", "Aug"}, {"September", "Sep", "Sept"}, {"October", "Oct"}, {"November", "Nov"}, {"December", "Dec"},
	},
	am: []string{"am"}, pm: []string{"pm"},
	decimal:    '.',
	monthFirst: true,
	sports:     activity.SportWords("English"),
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
		colGear:     {"gear"},
		colCommute:  {"commute"},
	},
	decimal:    '.',
	monthFirst: true,
	metres:     true,
}
