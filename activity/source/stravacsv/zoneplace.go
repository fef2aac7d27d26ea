package stravacsv

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// A place is a latitude and a longitude in degrees.
type place struct{ lat, lon float64 }

// maxPairBytes is the longest text that is looked at for coordinates.
const maxPairBytes = 100

// plainMinus makes the hyphen of typographers and of East Asian keyboards an ordinary one.
var plainMinus = strings.NewReplacer("−", "-", "–", "-", "‒", "-", "‐", "-", "—", "-")

// separator is what may stand between two coordinates.
var separator = regexp.MustCompile(`\s*[,;/|]\s*|\s+`)

// barePair is a pair that reads as one number with a decimal comma as well.
var barePair = regexp.MustCompile(`^\d{1,3},\d+$`)

// readPair reads "48.5, 8.25" in all forms: with decimal commas ("48,5; 8,25"), whole numbers ("48, 8"), brackets, degree
// signs, hemispheres ("48.5° N 8.25° E"). It reads every way to part the text in two, and takes the result only when there
// is one: "48,5,8" may be 48.5 and 8 or 48 and 5.8, and is not understood. A bare "48,8" is a pair only if isPair says that
// the column holds pairs.
func readPair(s string, isPair bool) (place, bool) {
	s = plainMinus.Replace(strings.TrimSpace(norm.NFKC.String(s)))
	for _, b := range []string{"[]", "()", "{}"} {
		if len(s) > 1 && s[0] == b[0] && s[len(s)-1] == b[1] {
			s = strings.TrimSpace(s[1 : len(s)-1])
		}
	}
	if len(s) > maxPairBytes || !isPair && barePair.MatchString(s) {
		return place{}, false
	}
	var found place
	n := 0
	for _, between := range separator.FindAllStringIndex(s, -1) {
		for _, decimal := range []byte{'.', ','} {
			p, ok := placeOf(readAngle(s[:between[0]], decimal), readAngle(s[between[1]:], decimal))
			if ok && (n == 0 || p != found) {
				found = p
				n++
			}
		}
	}
	return found, n == 1
}

// readPlace reads a latitude and a longitude that stand in columns of their own.
func readPlace(lat, lon string) (place, bool) {
	read := func(s string) angle {
		s = plainMinus.Replace(strings.TrimSpace(norm.NFKC.String(s)))
		if a := readAngle(s, '.'); a.ok {
			return a
		}
		return readAngle(s, ',')
	}
	a, b := read(lat), read(lon)
	if a.axis == 'x' || b.axis == 'y' {
		return place{}, false
	}
	return placeOf(a, b)
}

// An angle is one coordinate in degrees. axis is 'y' for one that says N or S, 'x' for E or W, 0 when it says neither.
type angle struct {
	deg  float64
	axis byte
	ok   bool
}

// anglePatterns are a coordinate with a decimal point and with a decimal comma. O is missing on purpose: it is east in
// German and west in French.
var anglePatterns = map[byte]*regexp.Regexp{
	'.': regexp.MustCompile(`^([NSEWnsew]?)\s*([-+]?)(\d{1,3}(?:\.\d+)?)\s*°?\s*([NSEWnsew]?)$`),
	',': regexp.MustCompile(`^([NSEWnsew]?)\s*([-+]?)(\d{1,3}(?:,\d+)?)\s*°?\s*([NSEWnsew]?)$`),
}

// readAngle reads a whole text as a coordinate.
func readAngle(s string, decimal byte) angle {
	m := anglePatterns[decimal].FindStringSubmatch(s)
	if m == nil || m[1] != "" && m[4] != "" {
		return angle{}
	}
	v, err := strconv.ParseFloat(strings.Replace(m[3], ",", ".", 1), 64)
	if err != nil {
		return angle{}
	}
	a := angle{deg: v, ok: true}
	letter := strings.ToUpper(m[1] + m[4])
	switch letter {
	case "N", "S":
		a.axis = 'y'
	case "E", "W":
		a.axis = 'x'
	}
	if a.axis != 0 && m[2] != "" {
		return angle{} // "-48.5 S" says it twice, or the contrary
	}
	if m[2] == "-" || letter == "S" || letter == "W" {
		a.deg = -a.deg
	}
	return a
}

// placeOf makes a place of two coordinates, the latitude first unless their hemispheres say otherwise. 0, 0 is none: it
// is what a place that is not known is given, and nobody lives in that sea.
func placeOf(first, second angle) (place, bool) {
	if !first.ok || !second.ok {
		return place{}, false
	}
	switch {
	case first.axis == 0 && second.axis == 0, first.axis == 'y' && second.axis == 'x':
	case first.axis == 'x' && second.axis == 'y':
		first, second = second, first
	default:
		return place{}, false
	}
	p := place{first.deg, second.deg}
	return p, math.Abs(p.lat) <= 90 && math.Abs(p.lon) <= 180 && p != place{}
}
