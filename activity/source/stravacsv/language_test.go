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
	months := map[string]int{}
	for _, x := range lexicons() {
		for w, m := range x.month {
			if was, ok := months[w]; ok && was != m {
				t.Errorf("%q is month %d in %s, but %d in another language", w, m, x.name, was)
			}
			months[w] = m
		}
	}
}

func TestFoldHeading(t *testing.T) {
	tests := []struct{ heading, want string }{
		{"Activity ID", "activityid"},
		{" activity_id ", "activityid"},
		{"Id. de actividad", "iddeactividad"},
		{"ID de l’activité", "iddelactivité"},
		{"ID de l'activite\u0301", "iddelactivité"},
		{`<span class="translation_missing" title="translation missing: en-US.lib.export.moving_time">Moving Time</span>`, "movingtime"},
		{"Distance.1", "distance"},
		{"距離_1", "距離"},
		{"活动 ID", "活动id"},
		{"Ｄistance", "distance"},
		{"Grade &amp; Pace", "gradepace"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := foldHeading(tt.heading); got != tt.want {
			t.Errorf("foldHeading(%q) = %q, want %q", tt.heading, got, tt.want)
		}
	}
}

func TestSportOf(t *testing.T) {
	tests := []struct {
		language, text string
		want           activity.Sport
		known          bool
	}{
		{"German", "Lauf", "Run", true},
		{"German", " radfahrt ", "Ride", true},
		{"German", "Run", "Run", true},            // exports mix languages
		{"English", "Course à pied", "Run", true}, // and the other way round
		{"English", "TrailRun", "Trail Run", true},
		{"English", "E-Bike Ride", "E-Bike Ride", true},
		{"English", "EBikeRide", "E-Bike Ride", true},
		{"French", "Entrainement", "Entrainement", false},
		{"French", "Entrai\u0302nement", "Workout", true},
		{"Japanese", "ランニング", "Run", true},
		{"Chinese", "跑步", "Run", true},
		{"Italian", "Corsa", "Run", true},
		{"Portuguese", "Corrida", "Run", true},
		{"Russian", "Бег", "Run", true},
		{"Russian", "Забег", "Run", true},
		{"Korean", "달리기", "Run", true},
		{"English", "Quidditch", "Quidditch", false},
		{"English", "", "", true},
	}
	for _, tt := range tests {
		got, ok := sportOf(tt.text, lexiconOf(t, tt.language))
		if got != tt.want || ok != tt.known {
			t.Errorf("%s %q is %q (known: %v), want %q (%v)", tt.language, tt.text, got, ok, tt.want, tt.known)
		}
	}
}
