package stravacsv

import "heatmapgen/activity"

// japanese, from real exports up to 2026; the less common sports are Strava's
// terms on its pages.
var japanese = language{
	name: "Japanese",
	headings: [numColumns][]string{
		colID:       {"アクティビティID"},
		colDate:     {"アクティビティ実行日", "アクティビティの日付", "アクティビティ日"},
		colName:     {"アクティビティ名"},
		colType:     {"アクティビティタイプ", "アクティビティの種類"},
		colFilename: {"ファイル名"},
		colDistance: {"距離"},
		colMoving:   {"移動時間"},
		colAscent:   {"獲得標高", "上昇量"},
		colGear:     {"アクティビティギア", "アクティビティのギア"},
		colCommute:  {"通勤", "通勤・通学"},
		colKind:     {"タイプ"},
	},
	am: []string{"午前"}, pm: []string{"午後"},
	decimal: '.',
	sports:  activity.SportWords("Japanese"),
}
