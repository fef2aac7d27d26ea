package stravacsv

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A dateReader reads the dates of one table. Strava writes them in UTC and in
// the form of the athlete's language; rather than a layout per language it
// looks for numbers, month names and marks of the half of the day:
//
//	Apr 16, 2021, 10:58:25 PM      2014-09-12 16:54:28
//	09.12.2022, 15:24:49           24 mai 2012 à 16:27:40
//	2 ago 2026, 12:20:32 p.m.      16 авг. 2026 г., 09:01:41
//	2026年8月16日 09:01:41          2026. 8. 16. 오전 9:01:41
type dateReader struct {
	own *lexicon
	// monthFirst settles 4/5/2024.
	monthFirst bool
}

// newDateReader returns a reader for a table in the given language, which may
// be nil. Whether the day or the month comes first in dates of numbers only is
// decided by the dates themselves: a number above 12 is a day.
func newDateReader(own *lexicon, samples func(yield func(string) bool)) *dateReader {
	d := &dateReader{own: own, monthFirst: own != nil && own.monthFirst}
	for s := range samples {
		p := d.scan(s)
		if p.month != 0 || p.n < 3 || p.number[0] > 31 || p.dotted {
			continue
		}
		switch {
		case p.number[0] > 12 && p.number[1] <= 12:
			d.monthFirst = false
			return d
		case p.number[1] > 12 && p.number[0] <= 12:
			d.monthFirst = true
			return d
		}
	}
	return d
}

// dateParts are the pieces of a date in the order they stand.
type dateParts struct {
	number [8]int // the numbers, n of them; later ones are dropped
	digits [8]int // how many digits each has
	n      int
	month  int // the month's number when it has a name, else 0
	noon   int // 0 before, 12 after noon, -1 not said
	// dotted says that the first two numbers are joined by a dot, which no
	// language does that puts the month first.
	dotted bool
	// broken says that a word stands between the first three numbers.
	broken bool
	// offset is the zone's offset in minutes.
	offset int
}

// maxDateBytes bounds the text looked at.
const maxDateBytes = 100

// scan takes a date apart.
func (d *dateReader) scan(text string) dateParts {
	p := dateParts{noon: -1}
	if len(text) > maxDateBytes {
		return p
	}
	s := strings.ToLower(norm.NFKC.String(text))
	s = joinNoon(s)
	colon := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case '0' <= r && r <= '9':
			v, j := 0, i
			for ; j < len(s) && '0' <= s[j] && s[j] <= '9'; j++ {
				v = min(v*10+int(s[j]-'0'), 1e6)
			}
			if p.n < len(p.number) {
				p.number[p.n], p.digits[p.n] = v, j-i
				p.n++
			}
			if p.n == 1 && j+1 < len(s) && s[j] == '.' {
				p.dotted = true
			}
			i = j
		case unicode.IsLetter(r) || unicode.IsMark(r):
			j := i
			for j < len(s) {
				r, size := utf8.DecodeRuneInString(s[j:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) {
					break
				}
				j += size
			}
			d.word(&p, s[i:j])
			i = j
		case (r == '+' || r == '-' || r == '−') && colon:
			p.offset = zoneOffset(s[i+size:])
			if r != '+' {
				p.offset = -p.offset
			}
			return p
		default:
			colon = colon || r == ':'
			i += size
		}
	}
	return p
}

// word takes note of a word in a date.
func (d *dateReader) word(p *dateParts, w string) {
	switch w {
	case "年", "月", "日", "년", "월", "일":
		return
	}
	if noon, ok := d.noon(w); ok {
		p.noon = noon
		return
	}
	if m, ok := d.monthNamed(w); ok {
		p.month = m
		return
	}
	if p.n == 1 || p.n == 2 {
		p.broken = true
	}
}

// monthNamed looks a month up in the table's language, then in all others.
func (d *dateReader) monthNamed(w string) (int, bool) {
	if d.own != nil {
		if m, ok := d.own.month[w]; ok {
			return m, true
		}
	}
	for _, x := range lexicons() {
		if m, ok := x.month[w]; ok {
			return m, true
		}
	}
	return 0, false
}

// noon looks up a mark of the half of the day in all languages.
func (d *dateReader) noon(w string) (int, bool) {
	for _, x := range lexicons() {
		if n, ok := x.noon[w]; ok {
			return n, true
		}
	}
	return 0, false
}

// joinNoon makes "p.m.", "p. m." and "p m" (with any kind of space, which NFKC
// has made plain ones) one word.
func joinNoon(s string) string {
	for _, half := range []string{"a", "p"} {
		for _, form := range []string{half + ".m.", half + ". m.", half + ".m", half + " m"} {
			if i := strings.Index(s, form); i > 0 && !isWordByte(s[i-1]) {
				return s[:i] + half + "m " + s[i+len(form):]
			}
		}
	}
	return s
}

func isWordByte(b byte) bool { return 'a' <= b && b <= 'z' || b >= utf8.RuneSelf }

// zoneOffset reads "02:00", "0200" or "02" as minutes.
func zoneOffset(s string) int {
	var v [4]int
	n := 0
	for i := 0; i < len(s) && n < 4; i++ {
		if '0' <= s[i] && s[i] <= '9' {
			v[n] = int(s[i] - '0')
			n++
		}
	}
	return (v[0]*10+v[1])*60 + v[2]*10 + v[3]
}

// parse returns the moment that text names, and false when it cannot be read.
func (d *dateReader) parse(text string) (time.Time, bool) {
	p := d.scan(text)
	year, month, day, clock, ok := d.day(&p)
	if !ok || year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, false
	}
	var hms [3]int
	copy(hms[:], p.number[clock:max(clock, min(p.n, clock+3))])
	if p.noon >= 0 && clock < p.n && hms[0] <= 12 {
		hms[0] = hms[0]%12 + p.noon
	}
	if hms[0] > 23 || hms[1] > 59 || hms[2] > 60 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hms[0], hms[1], hms[2], 0, time.UTC)
	if t.Day() != day && hms[2] < 60 {
		return time.Time{}, false // 31 June
	}
	return t.Add(-time.Duration(p.offset) * time.Minute), true
}

// day finds the date among the numbers, and the index at which the clock begins.
func (d *dateReader) day(p *dateParts) (year, month, day, clock int, ok bool) {
	a, b, c := p.number[0], p.number[1], p.number[2]
	switch {
	case p.month != 0 && p.n >= 2:
		if p.digits[0] == 4 {
			return a, p.month, b, 2, true
		}
		return fullYear(b, p.digits[1]), p.month, a, 2, true
	case p.n < 3 || p.broken:
		return 0, 0, 0, 0, false
	case p.digits[0] == 4:
		return a, b, c, 3, true
	case d.monthFirst && !p.dotted:
		return fullYear(c, p.digits[2]), a, b, 3, true
	}
	return fullYear(c, p.digits[2]), b, a, 3, true
}

// fullYear completes a year of two digits: a spreadsheet may have cut it.
func fullYear(y, digits int) int {
	switch {
	case digits != 2:
		return y
	case y >= 70:
		return 1900 + y
	}
	return 2000 + y
}
