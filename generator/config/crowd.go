package config

import "strings"

// athletes checks what a [[source]] says of whose its activities are.
func (c *checker) athletes(at string, s *Source) {
	if c.set[at+".athlete"] && strings.TrimSpace(s.Athlete) == "" {
		c.at(at+".athlete", "%s must not be empty", called(at+".athlete"))
	}
	switch folders := at + ".athlete_folders"; {
	case s.AthleteFolders && s.Type != SourceFiles:
		c.at(folders, "%s has no meaning for type %q; give it an %q", called(folders), s.Type, "athlete")
	case s.AthleteFolders && c.set[at+".athlete"]:
		c.at(folders, "[[source]] has both %q and %q; keep one of them", "athlete", "athlete_folders")
	}
}

// maxLeast is more than anybody wants to share a place.
const maxLeast = 10_000

// crowd checks that nothing single shows of a map of a crowd, and that what is left out is not asked for.
func (c *checker) crowd(cfg *Config) {
	const activities, athletes, tracks = "privacy.min_activities", "privacy.min_athletes", "page.tracks"
	for path, n := range map[string]int{activities: cfg.Privacy.MinActivities, athletes: cfg.Privacy.MinAthletes} {
		if n == 1 {
			c.at(path, "%s is 1, which hides nothing; it must be 0 (off), or from 2 to %d", called(path), maxLeast)
		} else {
			c.whole(path, n, 0, maxLeast)
		}
	}
	p, r := &cfg.Privacy, &cfg.Render
	least, name := p.MinActivities+p.MinAthletes > 0, "min_activities"
	if p.MinAthletes > 0 {
		name = "min_athletes"
	}
	const frequency = "render.frequency"
	switch {
	case p.MinActivities > 0 && p.MinAthletes > 0:
		c.at(athletes, "[privacy] has both %q and %q; keep one of them: where athletes are known, %q hides more", "min_activities", "min_athletes", "min_athletes")
	case p.MinActivities > 0 && r.Frequency == FrequencyAthletes:
		c.at(frequency, "%s is %q, but %q counts activities; set %q instead", called(frequency), FrequencyAthletes, "min_activities", "min_athletes")
	case p.MinAthletes > 0 && r.Frequency == FrequencyVisits:
		c.at(frequency, "%s is %q, but with %q athletes are counted; remove it", called(frequency), FrequencyVisits, "min_athletes")
	case least && r.Frequency == FrequencyTime:
		c.at(frequency, "%s is %q, but seconds would tell of less than %q share; remove one of the two", called(frequency), FrequencyTime, name)
	}
	if cfg.OfCrowd() && cfg.Page.DefaultLayer == recencyID {
		c.at("page.default_layer", "%s is %q, which tells days of single activities; a map of many people has no such layer", called("page.default_layer"), recencyID)
	}
	why := `a map of athletes has nothing of single activities`
	if least {
		why = name + ` in [privacy] is to hide what is of single ones`
	}
	if cfg.OfCrowd() && cfg.Page.Activities {
		c.at("page.activities", "%s is true, but %s; remove it", called("page.activities"), why)
	}
	switch {
	case cfg.OfCrowd() && cfg.Page.Tracks:
		c.at(tracks, "%s is true, but %s; remove it", called(tracks), why)
	case !cfg.Page.Activities && cfg.Page.Tracks:
		c.at(tracks, "%s is true, but lines are those of activities, which %q = false leaves out; remove one of the two", called(tracks), "activities")
	}
	if squares := "page.squares"; cfg.Page.Squares && !cfg.Page.Tracks && !c.bad[tracks] {
		c.at(squares, "%s is true, but squares are those of lines, which %q leaves out; remove one of the two", called(squares), "tracks = false")
	}
	if p.PublishNames && !cfg.Page.Activities {
		c.at("privacy.publish_names", "%s is true, but there is no list of activities that could have names; remove it", called("privacy.publish_names"))
	}
	if len(cfg.Page.Publish) > 0 && !cfg.Page.Activities && !c.bad["page.publish"] {
		c.at("page.publish", "%s names something, but there is no list of activities that could tell it; remove it", called("page.publish"))
	}
	if !cfg.CountsAthletes() {
		return
	}
	for i := range cfg.Sources {
		if at := item("source", i); !cfg.Sources[i].NamesAthletes() && !c.bad[at+".athlete"] {
			c.at(at, "[[source]] does not say whose its activities are, and athletes are counted; give it athlete = %q, or athlete_folders = true where each folder is an athlete's", "a name")
		}
	}
}

// recencyID is the layer of days.
const recencyID = "recency"
