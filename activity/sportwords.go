package activity

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// sportLanguages are the words for sports by language, the most frequent first: of two languages that mean different sports
// by one word the first is heard.
var sportLanguages = []struct {
	name  string
	words map[Sport][]string
}{
	{"English", wordsEnglish}, {"German", wordsGerman}, {"French", wordsFrench}, {"Spanish", wordsSpanish},
	{"Portuguese", wordsPortuguese}, {"Italian", wordsItalian}, {"Dutch", wordsDutch}, {"Japanese", wordsJapanese},
	{"Chinese", wordsChinese}, {"Korean", wordsKorean}, {"Russian", wordsRussian}, {"Indonesian", wordsIndonesian},
	{"more", wordsMore},
}

// SportWords returns the words for sports in a language that is named in English, nil for one that has none here. The map is
// not the caller's to change.
func SportWords(language string) map[Sport][]string {
	for _, l := range sportLanguages {
		if l.name == language {
			return l.words
		}
	}
	return nil
}

// SportNamed returns the sport that a word of a source or file names: one of the table of sports under that name or a word for
// it in any of the languages here; SportOther for a word that says it is none of those a program knows; SportUnknown for
// none and for one that says nothing; and else a sport of that very name, since what somebody named is not for us to guess.
// Case, spaces, underscores and the endings _v2 and _ws of Garmin's keys do not matter.
func SportNamed(word string) Sport {
	word = strings.TrimSpace(word)
	if s, ok := ListedSport(word); ok {
		return s
	}
	if bare := keyEnding.ReplaceAllString(word, ""); bare != word {
		if s, ok := ListedSport(bare); ok {
			return s
		}
		word = bare
	}
	switch key := foldWord(word); {
	case saysNothing[key]:
		return SportUnknown
	case saysOther[key], isNumber(word):
		return SportOther
	case strings.HasPrefix(key, virtualKey):
		s, _ := ListedSport(key[len(virtualKey):])
		return s.AsVirtual()
	}
	return ownName(word)
}

// ListedSport returns the sport of the table that a word names, false for a word that names none.
func ListedSport(word string) (Sport, bool) {
	s, ok := sportsByWord()[foldWord(word)]
	return s, ok
}

// keyEnding is what Garmin Connect puts behind its keys: another version of a profile, or winter sports.
var keyEnding = regexp.MustCompile(`(?i)(_v\d+|_ws)+$`)

// saysNothing are words that programs write where nobody said anything; saysOther those by which somebody said that it was
// none of the sports that the program knows. Garmin Connect's "other" is the generic sport of FIT.
var (
	saysNothing = map[string]bool{"": true, "unknown": true, "undefined": true, "none": true, "null": true, "na": true, "notset": true, "invalid": true}
	saysOther   = map[string]bool{"other": true, "others": true, "generic": true, "uncategorized": true, "all": true, "activity": true,
		"miscellaneous": true, "unspecified": true, "custom": true}
)

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

var sportsByWord = sync.OnceValue(func() map[string]Sport {
	m := make(map[string]Sport, 2000)
	for _, e := range sportTable {
		m[foldWord(string(e.name))] = e.name
	}
	for _, l := range sportLanguages {
		for sport, words := range l.words {
			for _, w := range words {
				if key := foldWord(w); m[key] == "" {
					m[key] = sport
				}
			}
		}
	}
	return m
})

// foldWord reduces a word to its letters and digits in lower case, in Unicode form NFKC.
func foldWord(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] < utf8.RuneSelf
	}
	if !plain {
		s = norm.NFKC.String(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

var wordEnd = regexp.MustCompile(`([a-z])([A-Z])`)

// maxSportName is the length in bytes to which a name that nobody knows is cut.
const maxSportName = 60

// ownName returns the name of a sport that the table has not: "horseback_riding" is "Horseback Riding".
func ownName(word string) Sport {
	word = wordEnd.ReplaceAllString(word, "$1 $2")
	word = strings.Map(func(r rune) rune {
		switch {
		case r == '_' || unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, !unicode.IsPrint(r):
			return -1
		}
		return r
	}, word)
	words := strings.Fields(word)
	if strings.ToUpper(word) == word {
		for i, w := range words {
			if len(w) > 3 {
				words[i] = strings.ToLower(w)
			}
		}
	}
	for i, w := range words {
		r, n := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToTitle(r)) + w[n:]
	}
	name := strings.Join(words, " ")
	for len(name) > maxSportName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = strings.TrimSpace(name[:len(name)-n])
	}
	if name == "" {
		return SportOther
	}
	return Sport(name)
}
