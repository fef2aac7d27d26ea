package stravacsv

import "heatmapgen/activity"

// russian: headings, dates and common sports are of real exports of 2026, the
// rest is Strava's terms on its pages. It is the one language that tells the two
// distances apart: Расстояние is kilometres, Дистанция metres.
var russian = language{
	name: "Russian",
	headings: [numColumns][]string{
		colID:       {"ID физической активности", "ID тренировки", "ID активности"},
		colDate:     {"Дата тренировки", "Дата активности", "Дата физической активности"},
		colName:     {"Название тренировки", "Название активности", "Название физической активности"},
		colType:     {"Тип активности", "Тип тренировки", "Вид активности"},
		colFilename: {"Название файла", "Имя файла"},
		colDistance: {"Расстояние", "Дистанция"},
		colMoving:   {"Время в движении"},
		colAscent:   {"Набор высоты"},
		colGear:     {"Снаряжение для тренировки", "Снаряжение для активности"},
		colCommute:  {"Регулярная поездка", "Поездка на работу"},
		colKind:     {"Тип"},
	},
	months: [12][]string{
		{"январь", "января", "янв"}, {"февраль", "февраля", "фев", "февр"}, {"март", "марта", "мар"}, {"апрель", "апреля", "апр"},
		{"май", "мая"}, {"июнь", "июня", "июн"}, {"июль", "июля", "июл"}, {"август", "августа", "авг"},
		{"сентябрь", "сентября", "сен", "сент"}, {"октябрь", "октября", "окт"}, {"ноябрь", "ноября", "ноя", "нояб"}, {"декабрь", "декабря", "дек"},
	},
	decimal: ',',
	sports:  activity.SportWords("Russian"),
}
