package stravacsv

import "heatmapgen/activity"

// portuguese, of Brazil and of Portugal. The Brazilian headings and common
// sports are of real exports, the rest is Strava's terms on its pages.
var portuguese = language{
	name: "Portuguese",
	headings: [numColumns][]string{
		colID:       {"ID da atividade", "ID de atividade"},
		colDate:     {"Data da atividade"},
		colName:     {"Nome da atividade"},
		colType:     {"Tipo de atividade", "Tipo da atividade"},
		colFilename: {"Nome do arquivo", "Nome do ficheiro", "Nome de arquivo", "Nome de ficheiro"},
		colDistance: {"Distância"},
		colMoving:   {"Tempo de movimentação", "Tempo em movimento", "Tempo de movimento"},
		colAscent:   {"Ganho de elevação", "Elevação ganha", "Ganho de altitude", "Ganho de altimetria", "Aumento de altitude"},
		colGear:     {"Equipamento da atividade", "Equipamento de atividade"},
		colCommute:  {"Deslocamento", "Trajeto casa-trabalho"},
		colKind:     {"Tipo"},
		colRace:     {"Competição"},
		colLong:     {"Corrida longa"},
	},
	months: [12][]string{
		{"janeiro", "jan"}, {"fevereiro", "fev"}, {"março", "mar"}, {"abril", "abr"}, {"maio", "mai"}, {"junho", "jun"},
		{"julho", "jul"}, {"agosto", "ago"}, {"setembro", "set"}, {"outubro", "out"}, {"novembro", "nov"}, {"dezembro", "dez"},
	},
	decimal: ',',
	sports:  activity.SportWords("Portuguese"),
}
