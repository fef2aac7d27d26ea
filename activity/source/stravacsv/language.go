package stravacsv

import (
	"html"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"heatmapgen/activity"
)

// A column is one that is read from activities.csv.
type column int

const (
	colID column = iota
	colDate
	colName
	colType
	colFilename
	colDistance
	colMoving
	colAscent
	colGear
	colCommute
	colKind
	colRace
	colLong
	numColumns
)

// columnNames are the columns in words, for notes.
var columnNames = [numColumns]string{"activity ID", "date", "name", "type", "file name", "distance", "moving time", "ascent", "gear", "commute", "kind", "race", "long run"}

// A language is all that is known of exports in one language. Several wordings
// of one thing stand side by side: Strava changes them, and regions differ.
// Case, spaces and punctuation do not matter: see fold.
type language struct {
	// name is the language in English, for notes.
	name string
	// headings are the wordings of the columns. Distance stands in a table
	// twice under one heading.
	headings [numColumns][]string
	// months are the names of January to December: full, abbreviated, and in
	// the cases that dates are written in.
	months [12][]string
	// am and pm mark the hours before and after noon.
	am, pm []string
	// decimal is the decimal mark of numbers in the language.
	decimal byte
	// monthFirst says that 4/5/2024 is the fifth of April.
	monthFirst bool
	// metres says that the only Distance is metres with a point (before 2019).
	metres bool
	// sports are the activity types by their English name.
	sports map[activity.Sport][]string
}

// languages are all that are known, the most frequent first: of two that fit
// the headings equally well the first is taken.
var languages = []*language{
	&english, &german, &french, &spanish, &portuguese, &italian, &dutch, &japanese, &chinese,
	&korean, &russian, &indonesian, &english2018,
}

// headingTag is markup inside a heading: <span class="translation_missing" ...>.
var headingTag = regexp.MustCompile(`<[^>]*>`)

// headingSuffix is what programs append to a repeated heading.
var headingSuffix = regexp.MustCompile(`[._]\d$`)

// foldHeading returns the heading as it is compared.
func foldHeading(s string) string {
	s = html.UnescapeString(headingTag.ReplaceAllString(s, ""))
	return fold(headingSuffix.ReplaceAllString(strings.TrimSpace(s), ""))
}

// fold reduces a wording to its letters and digits in lower case, in Unicode
// form NFKC: "Id. de actividad" and "ID de actividad" are one.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// A lexicon is a language made ready for look-ups, all keys folded.
type lexicon struct {
	*language
	columns map[string]column
	month   map[string]int
	noon    map[string]int // 0 before noon, 12 after
	sport   map[string]activity.Sport
}

// lexicons are the languages in their order.
var lexicons = sync.OnceValue(func() []*lexicon {
	all := make([]*lexicon, len(languages))
	for i, l := range languages {
		x := &lexicon{l, map[string]column{}, map[string]int{}, map[string]int{}, map[string]activity.Sport{}}
		for c, wordings := range l.headings {
			for _, w := range wordings {
				x.columns[fold(w)] = column(c)
			}
		}
		for m, names := range l.months {
			for _, n := range names {
				x.month[fold(n)] = m + 1
			}
		}
		for _, w := range l.am {
			x.noon[fold(w)] = 0
		}
		for _, w := range l.pm {
			x.noon[fold(w)] = 12
		}
		for sport, names := range l.sports {
			for _, n := range names {
				x.sport[fold(n)] = sport
			}
		}
		all[i] = x
	}
	return all
})
