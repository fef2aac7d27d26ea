package stravacsv

import "heatmapgen/activity"

// spanish, of Spain and of Latin America, from real exports up to 2026; the
// less common sports are Strava's terms on its pages.
var spanish = language{
	name: "Spanish",
	headings: [numColumns][]string{
		colID:       {"ID de actividad", "Id. de actividad", "ID de la actividad"},
		colDate:     {"Fecha de la actividad", "Fecha de actividad"},
		colName:     {"Nombre de la actividad", "Nombre de actividad"},
		colType:     {"Tipo de actividad"},
		colFilename: {"Nombre de archivo", "Nombre del archivo"},
		colDistance: {"Distancia"},
		colMoving:   {"Tiempo en movimiento"},
		colAscent:   {"Desnivel positivo"},
		colGear:     {"Equipamiento de la actividad", "Equipo de la actividad"},
		colCommute:  {"Viaje al trabajo", "Desplazamiento"},
		colKind:     {"Tipo"},
		colRace:     {"Competencia", "Competición"},
		colLong:     {"Carrera larga"},
	},
	months: [12][]string{
		{"enero", "ene"}, {"febrero", "feb"}, {"marzo", "mar"}, {"abril", "abr"}, {"mayo", "may"}, {"junio", "jun"},
		{"julio", "jul"}, {"agosto", "ago"}, {"septiembre", "setiembre", "sep", "sept", "set"}, {"octubre", "oct"}, {"noviembre", "nov"}, {"diciembre", "dic"},
	},
	am: []string{"am"}, pm: []string{"pm"},
	decimal: ',',
	sports:  activity.SportWords("Spanish"),
}
