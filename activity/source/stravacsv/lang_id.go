package stravacsv

import "heatmapgen/activity"

// indonesian: not seen in a real export yet. Headings and sports are Strava's
// terms on its pages, in the wordings that are likely.
var indonesian = language{
	name: "Indonesian",
	headings: [numColumns][]string{
		colID:       {"ID Aktivitas"},
		colDate:     {"Tanggal Aktivitas"},
		colName:     {"Nama Aktivitas"},
		colType:     {"Jenis Aktivitas", "Tipe Aktivitas"},
		colFilename: {"Nama File", "Nama Berkas"},
		colDistance: {"Jarak"},
		colMoving:   {"Waktu Bergerak", "Waktu Gerak"},
		colAscent:   {"Kenaikan Elevasi", "Perolehan Elevasi", "Kenaikan Ketinggian"},
		colGear:     {"Perlengkapan Aktivitas", "Peralatan Aktivitas"},
		colCommute:  {"Komuter", "Perjalanan Pulang Pergi"},
		colKind:     {"Jenis", "Tipe"},
	},
	months: [12][]string{
		{"Januari", "Jan"}, {"Februari", "Feb"}, {"Maret", "Mar"}, {"April", "Apr"}, {"Mei"}, {"Juni", "Jun"},
		{"Juli", "Jul"}, {"Agustus", "Agu", "Agt", "Ags"}, {"September", "Sep"}, {"Oktober", "Okt"}, {"November", "Nov"}, {"Desember", "Des"},
	},
	decimal: ',',
	sports:  activity.SportWords("Indonesian"),
}
