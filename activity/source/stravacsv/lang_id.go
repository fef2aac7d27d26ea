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
	},
	months: [12][]string{
		{"Januari", "Jan"}, {"Februari", "Feb"}, {"Maret", "Mar"}, {"April", "Apr"}, {"Mei"}, {"Juni", "Jun"},
		{"Juli", "Jul"}, {"Agustus", "Agu", "Agt", "Ags"}, {"September", "Sep"}, {"Oktober", "Okt"}, {"November", "Nov"}, {"Desember", "Des"},
	},
	decimal: ',',
	sports: map[activity.Sport][]string{
		"Alpine Ski":         {"Ski Alpen", "Ski Alpine"},
		"Badminton":          {"Bulu Tangkis"},
		"Basketball":         {"Bola Basket", "Basket"},
		"Canoeing":           {"Kano"},
		"E-Bike Ride":        {"Bersepeda Listrik", "Sepeda Listrik"},
		"Gravel Ride":        {"Bersepeda Gravel", "Sepeda Gravel"},
		"Hike":               {"Mendaki", "Pendakian", "Hiking"},
		"Ice Skate":          {"Seluncur Es"},
		"Inline Skate":       {"Sepatu Roda"},
		"Kayaking":           {"Kayak"},
		"Mountain Bike Ride": {"Bersepeda Gunung", "Sepeda Gunung"},
		"Ride":               {"Bersepeda", "Sepeda"},
		"Rock Climbing":      {"Panjat Tebing"},
		"Rowing":             {"Mendayung", "Dayung"},
		"Run":                {"Lari", "Berlari"},
		"Sail":               {"Berlayar"},
		"Skateboard":         {"Papan Luncur"},
		"Soccer":             {"Sepak Bola"},
		"Surfing":            {"Selancar", "Berselancar"},
		"Swim":               {"Renang", "Berenang"},
		"Table Tennis":       {"Tenis Meja"},
		"Tennis":             {"Tenis"},
		"Trail Run":          {"Lari Trail", "Lari Lintas Alam"},
		"Virtual Ride":       {"Bersepeda Virtual", "Sepeda Virtual"},
		"Virtual Row":        {"Mendayung Virtual"},
		"Virtual Run":        {"Lari Virtual"},
		"Volleyball":         {"Bola Voli", "Voli"},
		"Walk":               {"Jalan Kaki", "Berjalan", "Jalan"},
		"Weight Training":    {"Latihan Beban", "Angkat Beban"},
		"Wheelchair":         {"Kursi Roda"},
		"Workout":            {"Latihan", "Olahraga"},
	},
}
