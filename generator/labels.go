package generator

import (
	"fmt"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// unknownHour stands for an hour that is not known.
const unknownHour = -1

// label adds the columns that the page is to publish of what is drawn, those of which something is known.
func (c *ActivityColumns) label(s *selection, p *config.Page) {
	n := len(s.drawn)
	gears, kinds := newWordColumn(n), newWordColumn(n)
	commute, hours := make([]int, 0, n), make([]int, 0, n)
	for _, i := range s.drawn {
		r := &s.rows[i]
		gears.add(r.Gear)
		kinds.add(string(r.Kind))
		commute = append(commute, int(r.Commute))
		hour := unknownHour
		if r.day() != layers.NoDay {
			hour = r.Activity.Start.Hour()
		}
		hours = append(hours, hour)
	}
	if p.Publishes(config.PublishGear) && gears.known() {
		c.Gear, c.Gears = gears.places, gears.words
	}
	if p.Publishes(config.PublishKind) && kinds.known() {
		c.Kind, c.Kinds = kinds.places, kinds.words
	}
	if p.Publishes(config.PublishCommute) && slices.ContainsFunc(commute, func(v int) bool { return v != int(activity.NotKnown) }) {
		c.Commute = commute
	}
	if p.Publishes(config.PublishHour) && slices.ContainsFunc(hours, func(v int) bool { return v != unknownHour }) {
		c.Hour = hours
	}
}

// Published returns what the list tells of activities beside their days, sports and figures, out of config.PublishIDs.
func (c *ActivityColumns) Published() []string {
	var ids []string
	for i, column := range [][]int{c.Gear, c.Commute, c.Kind, c.Hour} {
		if len(column) > 0 {
			ids = append(ids, config.PublishIDs[i])
		}
	}
	return ids
}

// A wordColumn is a column of words, as places in a list of them; "" is unknown.
type wordColumn struct {
	places []int
	words  []string
	at     map[string]int
}

func newWordColumn(n int) *wordColumn {
	return &wordColumn{places: make([]int, 0, n), at: map[string]int{}}
}

func (w *wordColumn) add(word string) {
	k, ok := w.at[word]
	if !ok {
		k = len(w.words)
		w.at[word] = k
		w.words = append(w.words, word)
	}
	w.places = append(w.places, k)
}

// known tells whether any word is known.
func (w *wordColumn) known() bool {
	return slices.ContainsFunc(w.words, func(word string) bool { return word != "" })
}

// checkLabels returns what is wrong with the columns that are only there if they are published, as sentences.
func (c *ActivityColumns) checkLabels() (findings []string) {
	for _, column := range []struct {
		name   string
		values []int
		lo, hi int
	}{
		{"gear", c.Gear, 0, len(c.Gears) - 1}, {"commute", c.Commute, int(activity.NotKnown), int(activity.Yes)}, {"kind", c.Kind, 0, len(c.Kinds) - 1},
		{"hour", c.Hour, unknownHour, 23},
	} {
		if n := len(column.values); n != 0 && n != len(c.Day) {
			findings = append(findings, fmt.Sprintf("the list of activities has %d days, but %d in the column %s", len(c.Day), n, column.name))
		}
		if i := slices.IndexFunc(column.values, func(v int) bool { return v < column.lo || v > column.hi }); i >= 0 {
			findings = append(findings, fmt.Sprintf("activity %d has the %s %d, which must be from %d to %d", i, column.name, column.values[i], column.lo, column.hi))
		}
	}
	return findings
}
