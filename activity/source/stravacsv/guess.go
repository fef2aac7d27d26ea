package stravacsv

import (
	"regexp"
	"slices"
	"strings"
)

// sampleRows is how many rows are looked at to recognise columns.
const sampleRows = 500

// filePattern is what a file name in an export looks like. Its ending is not
// asked for: some uploads have none.
var filePattern = regexp.MustCompile(`(?i)^\s*activities[/\\][^/\\"]+\s*$`)

// exportError stands for the name of a file that Strava could not export.
const exportError = "#error#"

// guess recognises columns that no heading names by what they hold, and lists
// them in guessed.
func (c *columns) guess(headings []string, records []record) {
	g := &guesser{columns: c, width: len(headings)}
	for _, r := range records[:min(len(records), sampleRows)] {
		if r.problem == "" && len(r.fields) == g.width {
			g.rows = append(g.rows, r.fields)
		}
	}
	g.set(colFilename, func(s string) bool { return filePattern.MatchString(s) || s == exportError }, 0.9)
	dates := newDateReader(c.own, func(func(string) bool) {})
	g.set(colDate, func(s string) bool { _, ok := dates.parse(s); return ok }, 0.9)
	g.setID()
	g.set(colType, func(s string) bool { return known(s, c.own) }, 0.5)
	g.setName()
	if c.own == nil {
		g.setSums(headings)
	}
}

// A guesser holds sound rows to look at.
type guesser struct {
	*columns
	width int
	rows  [][]string
}

// used reports whether a column has its meaning already.
func (g *guesser) used(i int) bool { return slices.Contains(g.at[:], i) || g.distanceKM == i }

// set gives col the column in which most values that are not empty pass test,
// when they are at least the given share.
func (g *guesser) set(col column, test func(string) bool, share float64) {
	if g.at[col] >= 0 {
		return
	}
	best, most := -1, 0
	for i := range g.width {
		if g.used(i) {
			continue
		}
		filled, passed := 0, 0
		for _, r := range g.rows {
			if s := field(r, i); s != "" {
				filled++
				if test(s) {
					passed++
				}
			}
		}
		if passed > most && float64(passed) >= share*float64(filled) {
			best, most = i, passed
		}
	}
	g.choose(col, best)
}

func (g *guesser) choose(col column, i int) {
	if i >= 0 {
		g.at[col] = i
		g.guessed = append(g.guessed, col)
	}
}

// setID takes the first column whose values are whole numbers, never empty and
// all different.
func (g *guesser) setID() {
	if g.at[colID] >= 0 || len(g.rows) == 0 {
		return
	}
	for i := range g.width {
		if g.used(i) {
			continue
		}
		seen := make(map[string]bool, len(g.rows))
		for _, r := range g.rows {
			if s := field(r, i); isDigits(s) {
				seen[s] = true
			}
		}
		if len(seen) == len(g.rows) {
			g.choose(colID, i)
			return
		}
	}
}

// setName takes the column between date and type, which has held the name in
// every form of the table.
func (g *guesser) setName() {
	i := g.at[colDate] + 1
	if g.at[colName] < 0 && g.at[colDate] >= 0 && g.at[colType] == i+1 && !g.used(i) {
		g.choose(colName, i)
	}
}

// setSums recognises the two Distances: the same heading twice, the second a
// thousand times the first (metres and kilometres). Before the second stands the
// moving time; the ascent is the third behind it, after two speeds.
func (g *guesser) setSums(headings []string) {
	for first, h := range headings {
		second := slices.Index(headings[first+1:], h) + first + 1
		if second == first || g.used(first) || g.used(second) || strings.TrimSpace(h) == "" || !g.metresOf(first, second) {
			continue
		}
		g.distanceKM = first
		g.choose(colDistance, second)
		if second > 0 && headings[second-1] != h && !g.used(second-1) {
			g.choose(colMoving, second-1)
		}
		if second+3 < g.width && !g.used(second+3) {
			g.choose(colAscent, second+3)
		}
		return
	}
}

// metresOf reports whether column second is a thousand times column first in
// most rows that have both, give or take what rounding to 10 m makes of it.
func (g *guesser) metresOf(first, second int) bool {
	both, agree := 0, 0
	for _, r := range g.rows {
		m := plainNumber(field(r, second))
		if m < 1000 {
			continue
		}
		both++
		for _, decimal := range []byte{'.', ','} {
			if km := localNumber(field(r, first), decimal, false); km*1000 > m*0.98 && km*1000 < m*1.02 {
				agree++
				break
			}
		}
	}
	return both > 0 && agree*2 > both
}

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
