package stravacsv

import "heatmapgen/activity"

// chinese, simplified as in real exports of 2026; the traditional wordings are
// Strava's terms on its pages. 凌晨 to 晚上 are further marks of the hour that
// some systems write.
var chinese = language{
	name: "Chinese",
	headings: [numColumns][]string{
		colID:       {"活动 ID", "活動 ID", "活动编号", "活動編號"},
		colDate:     {"活动日期", "活動日期"},
		colName:     {"活动名称", "活動名稱"},
		colType:     {"活动类型", "活動類型", "活動種類"},
		colFilename: {"文件名", "文件名称", "檔案名稱", "檔名"},
		colDistance: {"距离", "距離", "里程"},
		colMoving:   {"移动时间", "移動時間", "运动时间", "運動時間"},
		colAscent:   {"累计爬升", "爬升", "爬升高度", "海拔爬升", "累計爬升", "總爬升", "爬升海拔", "海拔增益"},
		colGear:     {"活动装备", "活動裝備"},
		colCommute:  {"通勤"},
		colKind:     {"类型", "類型"},
	},
	am: []string{"上午", "凌晨", "早上", "清晨"}, pm: []string{"下午", "中午", "晚上"},
	decimal: '.',
	sports:  activity.SportWords("Chinese"),
}
