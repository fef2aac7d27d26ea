package stravacsv

import (
	"fmt"
	"slices"
	"strings"
)

// columns says where in a row each column stands; -1 where there is none.
type columns struct {
	// own is the language of the headings, nil when it is not known.
	own *lexicon
	at  [numColumns]int
	// distanceKM is the first of two Distances, in kilometres and the language's
	// number format (metres for swims), where at[colDistance] is the second, in
	// metres; or the only one since 2019.
	distanceKM int
	// guessed are the columns that were recognised by what they hold.
	guessed []column
}

// minScore is the number of headings by which a language is recognised. Two
// keep a stray "Distance" or "date" from making a table English.
const minScore = 2

// findColumns finds the columns by their headings, in the language that knows
// most of them, and by what they hold where no heading is known.
func findColumns(headings []string, records []record) (*columns, error) {
	keys := make([]string, len(headings))
	for i, h := range headings {
		keys[i] = foldHeading(h)
	}
	c := &columns{distanceKM: -1}
	for i := range c.at {
		c.at[i] = -1
	}
	best := minScore - 1
	for _, x := range lexicons() {
		if n := score(x, keys); n > best {
			best, c.own = n, x
		}
	}
	if c.own != nil {
		c.take(c.own, keys)
	}
	// A heading that was not translated stands in another language.
	for _, x := range lexicons() {
		if x.language != &english2018 {
			c.take(x, keys)
		}
	}
	c.guess(headings, records)
	if c.at[colFilename] < 0 {
		return nil, fmt.Errorf("no column names the activities' files: its headings are %s, ... in a language not known here", quoteSome(headings))
	}
	return c, nil
}

// score counts the columns whose headings a language knows.
func score(x *lexicon, keys []string) int {
	var seen [numColumns]bool
	n := 0
	for _, k := range keys {
		if col, ok := x.columns[k]; ok && !seen[col] {
			seen[col] = true
			n++
		}
	}
	return n
}

// take sets the columns still missing whose headings x knows. The first of equal
// headings counts, but for Distance, whose second is the one in metres.
func (c *columns) take(x *lexicon, keys []string) {
	missing := c.at
	for i, k := range keys {
		col, ok := x.columns[k]
		switch {
		case !ok || missing[col] >= 0:
		case col != colDistance:
			// Before 2019 the sport stood under "type", where now what the outing was for does.
			if c.at[col] < 0 && !slices.Contains(c.at[:], i) {
				c.at[col] = i
			}
		case x.metres:
			c.at[col] = i
		case c.distanceKM < 0:
			c.distanceKM = i
		case c.at[col] < 0 && c.distanceKM != i:
			c.at[col] = i
		}
	}
}

// quoteSome writes the first headings for an error.
func quoteSome(headings []string) string {
	var b strings.Builder
	for i, h := range headings[:min(len(headings), 5)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%.40q", h)
	}
	return b.String()
}

// field returns what stands in a column of a row, trimmed.
func field(fields []string, i int) string {
	if i < 0 || i >= len(fields) {
		return ""
	}
	return strings.TrimSpace(fields[i])
}
