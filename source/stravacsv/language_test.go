package stravacsv

import (
	"slices"
	"testing"

	"heatmapgen/activity"
)

// A wording that stands for two things in one language would be decided by the
// order of a map.
func TestLanguagesAreUnambiguous(t *testing.T) {
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			headings := map[string]column{}
			for c, wordings := range l.headings {
				for _, w := range wordings {
					if was, ok := headings[fold(w)]; ok && was != column(c) {
						t.Errorf("heading %q is both %s and %s", w, columnNames[was], columnNames[c])
					}
					headings[fold(w)] = column(c)
				}
			}
			sports := map[string]activity.Sport{}
			for sport, names := range l.sports {
				if !slices.Contains(sportNames, sport) {
					t.Errorf("sport %q is not one of Strava's", sport)
				}
				for _, n := range names {
					if was, ok := sports[fold(n)]; ok && was != sport {
						t.Errorf("%q is both %s and %s", n, was, sport)
					}
					sports[fold(n)] = sport
					if english, ok := sportKeys[fold(n)]; ok && english != sport {
						t.Errorf("%q means %s, but in English %s", n, sport, english)
					}
				}
			}
			months := map[string]int{}
			for m, names := range l.months {
				for _, n := range names {
					if was, ok := months[fold(n)]; ok && was != m {
						t.Errorf("%q is both month %d and %d", n, was+1, m+1)
					}
					months[fold(n)] = m
				}
			}
			if len(months) > 0 && slices.IndexFunc(l.months[:], func(n []string) bool { return len(n) == 0 }) >= 0 {
				t.Error("some months have no name")
			}
			if l.decimal != '.' && l.decimal != ',' {
				t.Errorf("decimal mark %q", l.decimal)
			}
		})
	}
}

// Look-ups fall back on the other languages: what a word means there must not
// hang on which of them is asked first.
func TestLanguagesAgree(t *testing.T) {
	sports := map[string]activity.Sport{}
	months := map[string]int{}
	for _, x := range lexicons() {
		for w, s := range x.sport {
			if was, ok := sports[w]; ok && was != s {
				t.Errorf("%q is %s in %s, but %s in another language", w, s, x.name, was)
			}
			sports[w] = s
		}
		for w, m := range x.month {
			if was, ok := months[w]; ok && was != m {
				t.Errorf("%q is month %d in %s, but %d in another language", w, m, x.name, was)
			}
			months[w] = m
		}
	}
}
