package stravacsv

import "heatmapgen/activity"

// german, from real exports of 2019 to 2026.
var german = language{
	name: "German",
	headings: [numColumns][]string{
		colID:       {"Aktivitäts-ID"},
		colDate:     {"Aktivitätsdatum"},
		colName:     {"Name der Aktivität"},
		colType:     {"Aktivitätsart", "Aktivitätstyp"},
		colFilename: {"Dateiname"},
		colDistance: {"Distanz"},
		colMoving:   {"Bewegungszeit"},
		colAscent:   {"Höhenzunahme", "Höhenmeter"},
		colGear:     {"Aktivitätsausrüstung"},
		colCommute:  {"Pendeln"},
		colKind:     {"Art"},
		colRace:     {"Wettkampf", "Wettbewerb"},
		colLong:     {"Langer Lauf"},
	},
	months: [12][]string{
		{"Januar", "Jan", "Jänner", "Jän"}, {"Februar", "Feb", "Feber"}, {"März", "Mär", "Mrz"}, {"April", "Apr"}, {"Mai"}, {"Juni", "Jun"},
		{"Juli", "Jul"}, {"August", "Aug"}, {"September", "Sep", "Sept"}, {"Oktober", "Okt"}, {"November", "Nov"}, {"Dezember", "Dez"},
	},
	am: []string{"vorm"}, pm: []string{"nachm"},
	decimal: ',',
	sports:  activity.SportWords("German"),
}
