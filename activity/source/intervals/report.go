package intervals

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"heatmapgen/internal/words"
)

// maxListed is how many rows WriteTable shows.
const maxListed = 12

// Changed tells whether the fetch brought anything the map may show.
func (r *Report) Changed() bool { return r.New+r.Updated+r.Deleted > 0 }

// Line says in one sentence what changed.
func (r *Report) Line() string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{r.New, "new"}, {r.Updated, "updated"}, {r.Deleted, "deleted"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if len(parts) == 0 {
		return "intervals.icu: nothing new"
	}
	return "intervals.icu: " + strings.Join(parts, ", ")
}

// StravaRemedy says what to do about n activities that the service got from Strava.
func StravaRemedy(n int) string {
	return words.Plural(n, "activity", "activities") + " came to intervals.icu from Strava, which forbids to pass them on: ask Strava for the export of your data, and add it as a [[source]] of type \"strava\""
}

// WriteTable writes the report for a person.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	checked := "the last days"
	if r.Full {
		checked = "everything"
	}
	fmt.Fprintf(t, "intervals.icu\tcompared\t%s\n", checked)
	for _, row := range []struct {
		word string
		n    int
	}{
		{"new", r.New}, {"updated", r.Updated}, {"deleted", r.Deleted}, {"files here", r.Files},
		{"without a file", r.NoFile}, {"from Strava", r.Strava},
	} {
		fmt.Fprintf(t, "\t%s\t%d\n", row.word, row.n)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	err := words.List(w, "Activities without a file:", len(r.Rows), maxListed, func(i int) string {
		row := &r.Rows[i]
		return fmt.Sprintf("%s %s: %s", shown(row.ID), row.Day, row.Reason)
	})
	if err != nil {
		return err
	}
	notes := r.Notes
	if r.Strava > 0 {
		notes = append(notes[:len(notes):len(notes)], StravaRemedy(r.Strava)+".")
	}
	return words.List(w, "Notes:", len(notes), len(notes), func(i int) string { return notes[i] })
}

// shown returns an id as it may stand on a terminal, whatever the service called it.
func shown(id string) string {
	if plainID.MatchString(id) {
		return id
	}
	return strconv.QuoteToASCII(id)
}
