package track

import (
	"bytes"

	"heatmapgen/activity"
)

// A clock reads XML Schema dateTimes. It remembers the last date, since that
// seldom changes from one sample to the next.
type clock struct {
	date   [10]byte // "2006-01-02"
	dateMS int64    // its midnight, ms since 1970
	// offsetMS is the offset from UTC of the last time.
	offsetMS int64
}

// parse returns the time of b in ms since 1970 UTC, or activity.NoTime when b is
// not a date and time such as 2006-01-02T15:04:05, with blanks around it,
// possibly a space for the T, a fraction (cut to milliseconds) and Z, an offset,
// or nothing (taken as UTC) at the end.
func (c *clock) parse(b []byte) int64 {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	if len(b) < len("2006-01-02T15:04:05") || (b[10] != 'T' && b[10] != ' ' && b[10] != 't') || b[13] != ':' || b[16] != ':' {
		return activity.NoTime
	}
	if !bytes.Equal(c.date[:], b[:10]) {
		ms, ok := dateMS(b[:10])
		if !ok {
			return activity.NoTime
		}
		c.dateMS = ms
		copy(c.date[:], b)
	}
	hour, ok1 := two(b[11:])
	minute, ok2 := two(b[14:])
	second, ok3 := two(b[17:])
	// 60 is a leap second, 24:00:00 the end of a day.
	if !ok1 || !ok2 || !ok3 || hour > 24 || minute > 59 || second > 60 {
		return activity.NoTime
	}
	ms := c.dateMS + int64(hour*3600+minute*60+second)*1000
	b = b[19:]
	if len(b) > 0 && (b[0] == '.' || b[0] == ',') {
		b = b[1:]
		unit, n := int64(100), 0
		for n < len(b) && b[n]-'0' <= 9 {
			ms += unit * int64(b[n]-'0')
			unit /= 10
			n++
		}
		if n == 0 {
			return activity.NoTime
		}
		b = b[n:]
	}
	offset, ok := zoneMS(b)
	if !ok {
		return activity.NoTime
	}
	c.offsetMS = offset
	return ms - offset
}

// zoneMS reads the zone that ends a dateTime: nothing, Z, +01:00, +0100 or +01.
func zoneMS(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) == 1 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, true
	}
	if b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	negative := b[0] == '-'
	b = b[1:]
	hour, ok := two(b)
	if !ok {
		return 0, false
	}
	b = b[2:]
	if len(b) == 3 && b[0] == ':' {
		b = b[1:]
	}
	minute := 0
	if len(b) > 0 {
		if minute, ok = two(b); !ok || len(b) != 2 {
			return 0, false
		}
	}
	if hour > 15 || minute > 59 {
		return 0, false
	}
	ms := int64(hour*60+minute) * 60000
	if negative {
		ms = -ms
	}
	return ms, true
}

// two reads the two digits that b begins with.
func two(b []byte) (int, bool) {
	if len(b) < 2 || b[0]-'0' > 9 || b[1]-'0' > 9 {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

// dateMS returns the midnight of a date like 2006-01-02 in ms since 1970.
func dateMS(b []byte) (int64, bool) {
	if b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	century, ok1 := two(b)
	year, ok2 := two(b[2:])
	month, ok3 := two(b[5:])
	day, ok4 := two(b[8:])
	year += century * 100
	if !ok1 || !ok2 || !ok3 || !ok4 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	// Days since 0000-03-01, counting years from March so that the leap day
	// comes last; 719468 of them lie before 1970.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	if y < 0 {
		return 0, false
	}
	days := 365*y + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 1
	return int64(days-719468) * 86400000, true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
