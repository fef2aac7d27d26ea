package stravacsv

import "heatmapgen/activity"

// dutch, from real exports of 2020 to 2026.
var dutch = language{
	name: "Dutch",
	headings: [numColumns][]string{
		colID:       {"Activiteits-ID"},
		colDate:     {"Datum van activiteit"},
		colName:     {"Naam activiteit", "Naam van activiteit"},
		colType:     {"Activiteitstype"},
		colFilename: {"Bestandsnaam"},
		colDistance: {"Afstand"},
		colMoving:   {"Beweegtijd"},
		colAscent:   {"Totale stijging", "Hoogteverschil", "Hoogtewinst"},
		colGear:     {"Uitrusting voor activiteit"},
		colCommute:  {"Woon-werkverkeer", "Forenzenrit"},
		colKind:     {"Type"},
		colRace:     {"Wedstrijd"},
		colLong:     {"Lange loop"},
	},
	months: [12][]string{
		{"januari", "jan"}, {"februari", "feb", "febr"}, {"maart", "mrt", "mar"}, {"april", "apr"}, {"mei"}, {"juni", "jun"},
		{"juli", "jul"}, {"augustus", "aug"}, {"september", "sep", "sept"}, {"oktober", "okt"}, {"november", "nov"}, {"december", "dec"},
	},
	decimal: ',',
	sports:  activity.SportWords("Dutch"),
}
