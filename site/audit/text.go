package audit

import (
	"fmt"
	"io"
	"strings"

	"heatmapgen/internal/words"
)

// WriteText writes the report in sentences for the athlete, each finding with its remedy.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("What a stranger can read off this site:\n")
	when := "; no days are known"
	if r.FirstDay != "" {
		when = " from " + r.FirstDay + " to " + r.LastDay + ", each with its day"
	}
	sports := make([]string, len(r.Sports))
	for i, s := range r.Sports {
		sports[i] = words.OneLine(s)
	}
	say("- It lists %s (%s)%s.", words.Plural(r.Activities, "activity", "activities"), strings.Join(sports, ", "), when)
	say("  To publish fewer, use [filter].")
	if r.Names > 0 {
		say("- It has the names of %s, which may tell of places and people.", words.Plural(r.Names, "activity", "activities"))
		say("  To leave them out, set publish_names = false in [privacy].")
	} else {
		say("- Names are left out.")
	}
	if r.Tracks {
		say("- The line of every activity is published, with its times and heart rates.")
		say("  To publish only the sum of all, set tracks = false in [page].")
	} else {
		say("- The lines of single activities are not published.")
	}
	crowds(say, r.Starts, "starts", "start")
	crowds(say, r.Ends, "ends", "end")
	for _, ring := range r.Rings {
		say("- %d ends of lines draw a circle of %.0f m around %s.", ring.Count, ring.RadiusM, position(ring.Place))
	}
	if len(r.Rings) > 0 {
		say("  That is no harm where its middle is not the place you hide: a zone's middle is moved 300 to 500 m.")
	}
	if r.Busiest != nil {
		say("- The most visited spot is within 200 m of %s.", position(*r.Busiest))
		say("  If that is near a place to hide, set a zone there.")
	}
	for _, n := range r.Notes {
		say("- %s", words.OneLine(n))
	}
	say("\n%s", r.verdict())
	_, err := io.WriteString(w, b.String())
	return err
}

func crowds(say func(string, ...any), places []Place, one, many string) {
	for _, p := range places {
		say("- %s within 200 m of %s.", words.Plural(p.Count, "activity "+one, "activities "+many), position(p))
	}
	if len(places) > 0 {
		say("  If one of these is a place to hide, set a zone there (zones in [privacy]) and build anew.")
	}
}

func (r *Report) verdict() string {
	found := strings.Join(r.Found, "; ")
	switch {
	case r.Exposed():
		return "A place that you hide can be placed within 200 m: it is " + found + ".\n" +
			"Build anew with the zones as they are now. If this stays, make the zone larger, or set tracks = false in [page]."
	case r.Zones > 0:
		return fmt.Sprintf("None of these guesses comes within 200 m of the middle of your privacy zones (%d).", r.Zones)
	case len(r.Found) > 0:
		return "No privacy zones are set, and your home can be placed within 200 m: it is " + found + "."
	case r.Zones == 0:
		return "No privacy zones are set, so there is no verdict."
	}
	return "There is no heatmap.toml here that says what is to be hidden, so there is no verdict."
}

func position(p Place) string { return fmt.Sprintf("%.3f, %.3f", p.Lat, p.Lon) }
