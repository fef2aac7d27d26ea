package audit

import (
	"fmt"
	"io"
	"strconv"
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
	if s := r.Unlisted; s != nil {
		say("- It lists no activities, and tells that there are %d %s.", s.Count, s.Of)
		if s.Least > 1 {
			say("- A place shows only where %d %s or more share it (docs/privacy.md, \"Maps of a crowd\", says what that hides).", s.Least, s.Of)
		}
	} else {
		say("- It lists %s (%s)%s.", words.Plural(r.Activities, "activity", "activities"), strings.Join(sports, ", "), when)
		say("  To publish fewer, use [filter].")
	}
	switch {
	case r.Unlisted != nil:
	case r.Names > 0:
		say("- It has the names of %s, which may tell of places and people.", words.Plural(r.Names, "activity", "activities"))
		say("  To leave them out, set publish_names = false in [privacy].")
	default:
		say("- Names are left out.")
	}
	if len(r.Labels) > 0 {
		say("- It tells the %s of each activity (docs/privacy.md, \"What else the list can tell\", says what that gives away).", strings.Join(r.Labels, ", the "))
		say("  To leave one out, take it out of publish in [page].")
	}
	if len(r.Layers) > 0 {
		titles := make([]string, len(r.Layers))
		for i, title := range r.Layers {
			titles[i] = strconv.Quote(words.OneLine(title))
		}
		say("- It tells of each activity whether it is in a layer of your own: %s.", strings.Join(titles, ", "))
		say("  To leave one out, remove its [[layer]].")
	}
	if r.Tracks {
		say("- The line of every activity is published, with its times and heart rates.")
		if len(r.Sensors) > 0 {
			say("  With it goes what sensors told, for layers of your own: %s.", strings.Join(r.Sensors, ", "))
		}
		say("  To publish only the sum of all, set tracks = false in [page].")
	} else {
		say("- The lines of single activities are not published.")
	}
	if r.Segments > 0 {
		say("- It lists %s of yours by name, along lines that it shows.", words.Plural(r.Segments, "segment", "segments"))
		say("  To publish fewer, take their [[segment]] out.")
	}
	crowds(say, r.Starts, "starts", "start")
	crowds(say, r.Ends, "ends", "end")
	for _, ring := range r.Rings {
		say("- %d ends of lines draw a circle of %.0f m around %s.", ring.Count, ring.RadiusM, position(ring.Place))
	}
	if len(r.Rings) > 0 {
		say("  That is no harm where its middle is not the place you hide: what hides a zone has another middle.")
	}
	if r.Busiest != nil {
		say("- The most visited spot is within 200 m of %s.", position(*r.Busiest))
		say("  If that is near a place to hide, set a zone there.")
	}
	for i := range r.Attacks {
		r.Attacks[i].tell(say)
	}
	for _, u := range r.Untried {
		say("- Not tried: %s.", words.OneLine(u))
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

// tell says what is hidden and how well the guesses about it do.
func (a *Attack) tell(say func(string, ...any)) {
	say("- Around %s nothing is shown, for %.1f km across. Guesses about the place within:", position(a.Middle), 2*a.RadiusM/1000)
	told := func(g *Guess, by string) {
		if g == nil {
			return
		}
		if !g.Informed() {
			say("  %s: no better than chance (%.0f %% sure to be within %d m, %.0f %% by chance).", by, 100*g.Sure, PlacedM, 100*g.Chance)
			return
		}
		say("  %s: within %d m of %s, %.0f %% sure; by chance it would be %.0f %%.", by, PlacedM, position(g.Place), 100*g.Sure, 100*g.Chance)
	}
	told(a.Lines, "By the lines of the activities")
	told(a.Streets, "With the street map")
	told(a.Tiles, "By the tiles alone")
}

func (r *Report) verdict() string {
	var b strings.Builder
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "Not in order: %s.\n", words.OneLine(f))
	}
	found := strings.Join(r.Found, "; ")
	switch {
	case r.hides && len(r.Found) > 0:
		fmt.Fprintf(&b, "A place that you hide can be placed within %d m: it is %s.\n", PlacedM, found)
		b.WriteString("If the site is from before the zones, build anew. Else what you do around the place tells where it is: hide more of it (margin_m in [privacy]), publish the sum alone\n(tracks = false in [page]), or live with it; docs/privacy.md has how much each helps.")
	case r.Zones > 0:
		fmt.Fprintf(&b, "None of these guesses is right within %d m about what you hide (%s). Who tries something else may do better.", PlacedM, words.Plural(r.Zones, "zone", "zones"))
	case len(r.Found) > 0:
		fmt.Fprintf(&b, "No privacy zones are set, and your home can be placed within %d m: it is %s.", PlacedM, found)
	case r.Zones == 0:
		b.WriteString("No privacy zones are set, so there is no verdict.")
	default:
		b.WriteString("There is no heatmap.toml here that says what is to be hidden, so there is no verdict.")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// WriteVerdict writes the verdict alone, and nothing where the configuration hides nothing and nothing is wrong.
func (r *Report) WriteVerdict(w io.Writer) error {
	if !r.hides && len(r.Faults) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, r.verdict())
	return err
}

func position(p Place) string { return fmt.Sprintf("%.3f, %.3f", p.Lat, p.Lon) }
