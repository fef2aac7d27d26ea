// Package words has the small forms of sentences that reports of several rooms share: a number with its noun, a list that is cut short, and text of
// unknown origin made fit for one line of a terminal. What is particular to one report stays beside it.
package words

import (
	"fmt"
	"io"
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

// List writes an empty line, a heading and a line for each of n things, the first most of them where there are more; nothing where there are none.
func List(w io.Writer, heading string, n, most int, line func(i int) string) error {
	if n == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\n%s\n", heading)
	for i := 0; i < min(n, most) && err == nil; i++ {
		_, err = fmt.Fprintf(w, "  %s\n", line(i))
	}
	if n > most && err == nil {
		_, err = fmt.Fprintf(w, "  and %d more\n", n-most)
	}
	return err
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
