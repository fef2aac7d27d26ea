package stravacsv

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// plainNumber reads a number with a decimal point, as the second half of the
// table has them; 0 when there is none or it makes no sense.
func plainNumber(s string) float64 {
	s = strings.TrimSpace(s)
	// A spreadsheet of another language may have saved it with a comma.
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	return finite(s)
}

// localNumber reads a number in the format of a language, as the first Distance
// has it: "9,44", "1.234,5", "1 234,5" or "4,416". Where a single mark may be
// either, wholeThree says that three digits behind it are thousands whatever
// the mark; else they are unless the mark is the language's decimal.
func localNumber(s string, decimal byte, wholeThree bool) float64 {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\'' || r == '’' {
			return -1 // thousands in French, Russian and Swiss German
		}
		return r
	}, s)
	last := strings.LastIndexAny(s, ".,")
	if last < 0 {
		return finite(s)
	}
	mark := s[last]
	other := byte('.')
	if mark == '.' {
		other = ','
	}
	isDecimal := true
	switch {
	case strings.IndexByte(s, other) >= 0:
		// Both marks: the last one is the decimal's.
	case strings.Count(s, string(mark)) > 1:
		isDecimal = false
	case len(s)-last-1 == 3:
		isDecimal = !wholeThree && mark == decimal
	}
	head := strings.NewReplacer(".", "", ",", "").Replace(s[:last])
	if isDecimal {
		return finite(head + "." + s[last+1:])
	}
	return finite(head + s[last+1:])
}

// finite parses s; what is no number, negative or not finite is 0.
func finite(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0
	}
	return v
}
