// Package words has the small forms of sentences that reports of several rooms share: a number with its noun, and text of
// unknown origin made fit for one line of a terminal. What is particular to one report stays beside it.
package words

import (
	"strconv"
	"strings"
	"unicode"
)

// Plural returns n with the right one of two words: "1 activity", "3 activities".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// OneLine makes text of any origin safe to show on a terminal: no line breaks, no control codes, no invisible
// characters that turn the direction of writing, no marks of bytes that are not UTF-8.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}
