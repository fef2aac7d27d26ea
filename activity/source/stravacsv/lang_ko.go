package stravacsv

import "heatmapgen/activity"

// korean: not seen in a real export yet. Headings and sports are Strava's terms
// on its pages, in the wordings that are likely; what does not match is
// recognised by what the columns hold.
var korean = language{
	name: "Korean",
	headings: [numColumns][]string{
		colID:       {"활동 ID", "활동 아이디"},
		colDate:     {"활동 날짜", "활동 일자", "활동 일시"},
		colName:     {"활동 이름", "활동명"},
		colType:     {"활동 유형", "활동 종류", "활동 타입"},
		colFilename: {"파일 이름", "파일명"},
		colDistance: {"거리"},
		colMoving:   {"이동 시간", "움직인 시간"},
		colAscent:   {"획득 고도", "고도 상승", "상승 고도", "고도 획득"},
		colGear:     {"활동 장비"},
		colCommute:  {"통근", "출퇴근"},
		colKind:     {"유형"},
	},
	am: []string{"오전"}, pm: []string{"오후"},
	decimal: '.',
	sports:  activity.SportWords("Korean"),
}
