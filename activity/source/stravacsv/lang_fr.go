package stravacsv

import "heatmapgen/activity"

// french, from real exports up to 2026; the less common sports are Strava's
// terms on its pages.
var french = language{
	name: "French",
	headings: [numColumns][]string{
		colID:       {"ID de l'activité", "Identifiant de l'activité"},
		colDate:     {"Date de l'activité"},
		colName:     {"Nom de l'activité"},
		colType:     {"Type d'activité", "Type de l'activité"},
		colFilename: {"Nom du fichier", "Nom de fichier"},
		colDistance: {"Distance"},
		colMoving:   {"Durée de déplacement", "Temps de déplacement"},
		colAscent:   {"Dénivelé positif"},
		colGear:     {"Matériel utilisé pour l'activité", "Matériel de l'activité"},
		colCommute:  {"Déplacement-transport", "Trajet domicile-travail"},
		colKind:     {"Type"},
		colRace:     {"Compétition"},
		colLong:     {"Sortie longue"},
	},
	months: [12][]string{
		{"janvier", "janv", "jan"}, {"février", "févr", "fév", "fevrier", "fevr"}, {"mars", "mar"}, {"avril", "avr"}, {"mai"}, {"juin"},
		{"juillet", "juil"}, {"août", "aoû", "aout"}, {"septembre", "sept", "sep"}, {"octobre", "oct"}, {"novembre", "nov"}, {"décembre", "déc", "decembre", "dec"},
	},
	decimal: ',',
	sports:  activity.SportWords("French"),
}
