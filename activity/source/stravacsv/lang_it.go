package stravacsv

import "heatmapgen/activity"

// italian: the first headings and the common sports are of real exports, the
// other headings and sports are Strava's terms on its pages.
var italian = language{
	name: "Italian",
	headings: [numColumns][]string{
		colID:       {"ID attività", "ID dell'attività"},
		colDate:     {"Data dell'attività", "Data attività"},
		colName:     {"Nome attività", "Nome dell'attività"},
		colType:     {"Tipo di attività", "Tipo attività", "Tipologia attività"},
		colFilename: {"Nome del file", "Nome file", "Nome documento"},
		colDistance: {"Distanza"},
		colMoving:   {"Tempo in movimento", "Tempo di movimento"},
		colAscent:   {"Dislivello", "Dislivello positivo", "Aumento di quota", "Dislivello guadagnato"},
		colGear:     {"Attrezzatura attività", "Attrezzatura dell'attività"},
		colCommute:  {"Pendolarismo", "Tragitto casa-lavoro"},
		colKind:     {"Tipo"},
		colRace:     {"Competizione"},
		colLong:     {"Corsa lunga"},
	},
	months: [12][]string{
		{"gennaio", "gen", "genn"}, {"febbraio", "feb", "febb"}, {"marzo", "mar"}, {"aprile", "apr"}, {"maggio", "mag", "magg"}, {"giugno", "giu"},
		{"luglio", "lug"}, {"agosto", "ago"}, {"settembre", "set", "sett"}, {"ottobre", "ott"}, {"novembre", "nov"}, {"dicembre", "dic"},
	},
	decimal: ',',
	sports:  activity.SportWords("Italian"),
}
