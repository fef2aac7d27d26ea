package config

import (
	"errors"
	"strings"
	"testing"
)

// TestCrowd: what a map of many people leaves out, it leaves out by itself.
func TestCrowd(t *testing.T) {
	const named = "[[source]]\ntype = \"files\"\npath = \"a\"\nathlete_folders = true\n[[source]]\ntype = \"demo\"\nathlete = \"Ann\"\n"
	for _, c := range []struct {
		name, toml         string
		crowd, athletes    bool
		frequency          string
		tracks, activities bool
	}{
		{"nothing said", "", false, false, FrequencyVisits, true, true},
		{"no list", "[page]\nactivities = false\n", false, false, FrequencyVisits, false, false},
		{"no lines", "[page]\ntracks = false\n", false, false, FrequencyVisits, false, true},
		{"activities", "[privacy]\nmin_activities = 5\n", true, false, FrequencyVisits, false, false},
		{"said twice", "[privacy]\nmin_activities = 5\n[page]\ntracks = false\nactivities = false\n", true, false, FrequencyVisits, false, false},
		{"athletes", named + "[privacy]\nmin_athletes = 2\n", true, true, FrequencyAthletes, false, false},
		{"athletes counted", named + "[render]\nfrequency = \"athletes\"\n", true, true, FrequencyAthletes, false, false},
		{"athletes named", named, false, false, FrequencyVisits, true, true},
	} {
		cfg, err := Parse([]byte(c.toml), "heatmap.toml")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if cfg.OfCrowd() != c.crowd || cfg.CountsAthletes() != c.athletes || cfg.Render.Frequency != c.frequency || cfg.Page.Tracks != c.tracks || cfg.Page.Activities != c.activities {
			t.Errorf("%s: a crowd %v, athletes %v, frequency %s, tracks %v, activities %v", c.name, cfg.OfCrowd(), cfg.CountsAthletes(), cfg.Render.Frequency, cfg.Page.Tracks, cfg.Page.Activities)
		}
	}
}

// TestCrowdFaults: what would show single ones in spite of that is a mistake.
func TestCrowdFaults(t *testing.T) {
	const named = "[[source]]\ntype = \"demo\"\nathlete = \"Ann\"\n"
	for _, c := range []struct{ name, toml, want string }{
		{"lines", "[privacy]\nmin_activities = 5\n[page]\ntracks = true\n",
			`heatmap.toml:4: "tracks" in [page] is true, but min_activities in [privacy] is to hide what is of single ones; remove it`},
		{"a list", named + "[privacy]\nmin_athletes = 5\n[page]\nactivities = true\n",
			`heatmap.toml:7: "activities" in [page] is true, but min_athletes in [privacy] is to hide what is of single ones; remove it`},
		{"a list of athletes", named + "[render]\nfrequency = \"athletes\"\n[page]\nactivities = true\n",
			`heatmap.toml:7: "activities" in [page] is true, but a map of athletes has nothing of single activities; remove it`},
		{"lines without a list", "[page]\ntracks = true\nactivities = false\n",
			`heatmap.toml:2: "tracks" in [page] is true, but lines are those of activities, which "activities" = false leaves out; remove one of the two`},
		{"names", "[privacy]\nmin_activities = 5\npublish_names = true\n",
			`heatmap.toml:3: "publish_names" in [privacy] is true, but there is no list of activities that could have names; remove it`},
		{"one", "[privacy]\nmin_activities = 1\n",
			`heatmap.toml:2: "min_activities" in [privacy] is 1, which hides nothing; it must be 0 (off), or from 2 to 10000`},
		{"less than none", "[privacy]\nmin_activities = -1\n",
			`heatmap.toml:2: "min_activities" in [privacy] is -1; it must be from 0 to 10000`},
		{"both", named + "[privacy]\nmin_activities = 5\nmin_athletes = 2\n",
			`heatmap.toml:6: [privacy] has both "min_activities" and "min_athletes"; keep one of them: where athletes are known, "min_athletes" hides more`},
		{"seconds", "[privacy]\nmin_activities = 5\n[render]\nfrequency = \"time\"\n",
			`heatmap.toml:4: "frequency" in [render] is "time", but seconds would tell of less than "min_activities" share; remove one of the two`},
		{"athletes of whom activities are counted", named + "[privacy]\nmin_activities = 5\n[render]\nfrequency = \"athletes\"\n",
			`heatmap.toml:7: "frequency" in [render] is "athletes", but "min_activities" counts activities; set "min_athletes" instead`},
		{"visits of athletes", named + "[privacy]\nmin_athletes = 5\n[render]\nfrequency = \"visits\"\n",
			`heatmap.toml:7: "frequency" in [render] is "visits", but with "min_athletes" athletes are counted; remove it`},
		{"days", "[privacy]\nmin_activities = 5\n[page]\ndefault_layer = \"recency\"\n",
			`heatmap.toml:4: "default_layer" in [page] is "recency", which tells days of single activities; a map of many people has no such layer`},
		{"nobody named", named + "[[source]]\ntype = \"files\"\npath = \"a\"\n[privacy]\nmin_athletes = 5\n",
			`heatmap.toml:4: [[source]] does not say whose its activities are, and athletes are counted; give it athlete = "a name", or athlete_folders = true where each folder is an athlete's`},
		{"no name", "[[source]]\ntype = \"demo\"\nathlete = \" \"\n",
			`heatmap.toml:3: "athlete" in [[source]] must not be empty`},
		{"folders of no files", "[[source]]\ntype = \"demo\"\nathlete_folders = true\n",
			`heatmap.toml:3: "athlete_folders" in [[source]] has no meaning for type "demo"; give it an "athlete"`},
		{"folders and a name", "[[source]]\ntype = \"files\"\npath = \"a\"\nathlete = \"Ann\"\nathlete_folders = true\n",
			`heatmap.toml:5: [[source]] has both "athlete" and "athlete_folders"; keep one of them`},
	} {
		cfg, err := Parse([]byte(c.toml), "heatmap.toml")
		var faults *Error
		if !errors.As(err, &faults) || cfg != nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestCrowdInTemplate: whoever sets a number in the file that comes with the program learns of all that is in its way at once.
func TestCrowdInTemplate(t *testing.T) {
	for key, want := range map[string][]string{
		"min_activities": {"page.tracks", "page.activities"},
		"min_athletes":   {"source[0]", "render.frequency", "page.tracks", "page.activities"},
	} {
		_, err := Parse([]byte(strings.Replace(string(Template), key+" = 0", key+" = 5", 1)), "heatmap.toml")
		var faults *Error
		if !errors.As(err, &faults) || len(faults.Faults) != len(want) {
			t.Errorf("%s: %v", key, err)
			continue
		}
		lines := locate(Template)
		for i, f := range faults.Faults {
			if f.Line != lines[want[i]] {
				t.Errorf("%s: fault %d is in line %d, not %d: %s", key, i, f.Line, lines[want[i]], f.Text)
			}
		}
	}
}
