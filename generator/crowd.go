package generator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"heatmapgen/generator/config"
	"heatmapgen/internal/words"
	"heatmapgen/layers"
)

// crowdOf returns what a configuration says of a map of many people.
func crowdOf(cfg *config.Config) layers.Crowd {
	if !cfg.OfCrowd() {
		return layers.Crowd{}
	}
	return layers.Crowd{Least: max(1, cfg.Privacy.MinActivities, cfg.Privacy.MinAthletes), Athletes: cfg.CountsAthletes()}
}

// athleteOf returns whose an activity of a source is that lies at path in it; "" where that is not known.
func athleteOf(s *config.Source, path string) string {
	if folder, _, within := strings.Cut(path, "/"); s.AthleteFolders && within {
		return folder
	}
	return s.Athlete
}

// athletes numbers the athletes of what is drawn, by rank. Whoever is not known is one of them.
func (s *selection) athletes() []int {
	numbers, all := map[string]int{}, make([]int, len(s.drawn))
	for rank, i := range s.drawn {
		name := s.rows[i].Athlete
		n, ok := numbers[name]
		if !ok {
			n = len(numbers)
			numbers[name] = n
		}
		all[rank] = n
	}
	return all
}

func countAthletes(athletes []int) int { return 1 + slices.Max(append([]int{-1}, athletes...)) }

// byAthlete orders pieces by rank, with athletes those of each together; athletes are by rank, or nil.
func byAthlete(athletes []int) func(a, b pieceRef) int {
	if athletes == nil {
		return func(a, b pieceRef) int { return cmp.Compare(a.entry, b.entry) }
	}
	return func(a, b pieceRef) int {
		return cmp.Or(cmp.Compare(athletes[a.entry], athletes[b.entry]), cmp.Compare(a.entry, b.entry))
	}
}

// tooFew says why nothing of a selection can show, "" where something may: there are fewer than must share a place.
func (b *build) tooFew(sel *selection) string {
	least := b.settings.Crowd.Least
	told := words.Plural(len(sel.drawn), "activity", "activities")
	n, key := len(sel.drawn), "min_activities"
	if b.settings.Crowd.Athletes {
		n, key = countAthletes(sel.athletes()), "min_athletes"
		told += " of " + words.Plural(n, "athlete", "athletes")
	}
	if n >= least {
		return ""
	}
	return fmt.Sprintf("there are %s to draw, and [privacy] %s = %d shows only places that so many share", told, key, least)
}

// scaleNeeds returns what the scale of every field must hold.
func (b *build) scaleNeeds(sel *selection, d *drawing) []scaleNeed {
	if b.settings.Crowd.On() {
		return crowdNeeds(b.settings.Crowd.Least, d.Summary.Count)
	}
	return sel.samples.needs(len(sel.drawn), d.days(), b.settings.Seconds)
}

// crowdNeeds is needs for a crowd: samples would tell of single ones, so all scales but those of counts, which are of so many at most, are the same for all (docs/layers.md, "A crowd").
func crowdNeeds(least, most int) []scaleNeed {
	need := make([]scaleNeed, layers.FieldCount)
	always := func(s layers.Scale) scaleNeed {
		return scaleNeed{fits: s.Is, make: func() layers.Scale { return s }}
	}
	for _, i := range []int{layers.Visits, layers.Fresh12, layers.Fresh36} {
		need[i] = scaleNeed{
			fits: func(pinned layers.Scale) bool { return pinned.FitsSteps(least, float64(most)) },
			make: func() layers.Scale { return layers.StepScale(least, 2*most) },
		}
	}
	need[layers.Pace] = always(layers.RatioScale(0.8, 15))
	need[layers.HeartRate] = always(layers.EvenScale(70, 194))
	need[layers.Steepness], need[layers.Hills] = always(layers.EvenScale(0, 31)), always(layers.EvenScale(0, 31))
	need[layers.Direction] = always(layers.EvenScale(-31, 31))
	need[layers.Recency] = always(layers.DayScale(nil))
	return need
}
