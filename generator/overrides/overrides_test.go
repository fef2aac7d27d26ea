package overrides

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

func TestWhatIsSavedIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	o := Overrides{
		"strava:123":              {Exclude: true, Sport: "Trail Run"},
		"files:a \"b\"/<é>&.gpx":  {Exclude: true},
		"intervals:i1":            {Sport: "Hike"},
		"strava:9 says nothing":   {},
		"strava:11":               {Labels: activity.Labels{Gear: "Red \"shoes\"", Commute: activity.No, Kind: activity.KindRace}},
		"strava:12":               {Exclude: true, Labels: activity.Labels{Commute: activity.Yes}},
		"strava:10":               {SameAs: []string{"files:line\nbreak\\.gpx", "intervals:i1"}, NotSameAs: []string{"strava:123"}},
		"files:line\nbreak\\.gpx": {Exclude: true},
	}
	if err := o.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	delete(o, "strava:9 says nothing")
	if !maps.EqualFunc(got, o, Override.Equal) {
		t.Errorf("read %v, want %v", got, o)
	}
	text, _ := os.ReadFile(path)
	if want := `    "strava:123": {"exclude": true, "sport": "Trail Run"}` + "\n"; !strings.Contains(string(text), want) {
		t.Errorf("no line %q in\n%s", want, text)
	}
	if !strings.Contains(string(text), "<é>&") {
		t.Errorf("ids are not readable:\n%s", text)
	}
}

func TestSaveLeavesNothingBesideTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	for _, o := range []Overrides{{"strava:1": {Exclude: true}}, {}} {
		if err := o.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Load(path); err != nil || len(got) != 0 {
		t.Errorf("read %v, %v", got, err)
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 1 {
		t.Errorf("the folder has %v", files)
	}
}

// A file that cannot be put in place must not cost the old one.
func TestSaveThatFailsKeepsTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := (Overrides{"strava:1": {Exclude: true}}).Save(path); err == nil {
		t.Fatal("a folder was replaced")
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 1 || !files[0].IsDir() {
		t.Errorf("the folder has %v", files)
	}
}

func TestNoFileSaysNothing(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), FileName)} {
		if o, err := Load(path); err != nil || o == nil || len(o) != 0 {
			t.Errorf("Load(%q) = %v, %v", path, o, err)
		}
	}
}

func TestMistakesAreToldWithTheirLine(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"comma missing", "{\n\"version\": 1\n\"activities\": {}}", "3: this is not JSON"},
		{"comma too many", "{\n\"version\": 1,\n\"activities\": {\n\"strava:1\": {\"exclude\": true},\n}}", "5: this is not JSON"},
		{"cut off", "{\n\"version\": 1,\n\"activities\": {\n\n", "3: the file ends too early"},
		{"empty", "", "1: the file ends too early"},
		{"no version", "{\n\"activities\": {}}", `1: the key "version" is missing; it is 1`},
		{"version to come", "{\n\"version\": 2}", "2: version is 2, which this heatmapgen does not know; it knows 1"},
		{"version in quotes", "{\n\"version\": \"1\"}", "2: version must be the number 1"},
		{"key", "{\"version\": 1,\n\"exclude\": []}", `2: unknown key "exclude"; the keys are "version" and "activities"`},
		{"key of an activity", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\n\"excluded\": true}}}", `3: unknown key "excluded" at "strava:1"; the keys are "exclude", "sport", "gear", "commute", "kind", "same_as" and "not_same_as"`},
		{"gear of no name", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\n\"gear\": \"\"}}}", `3: gear must be a name such as "Gravel bike", one line of at most 80 characters`},
		{"gear of two lines", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\n\"gear\": \"a\\nb\"}}}", `3: gear must be a name such as "Gravel bike", one line of at most 80 characters`},
		{"commute in words", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"commute\": \"yes\"}}}", `2: "commute" must be true or false`},
		{"another kind", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"kind\": \"Race\"}}}", `2: a kind must be one of "race", "workout", "long", "warm-up", "cool-down", "ordinary", not "Race"`},
		{"kind of another type", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"kind\": 1}}}", `2: "kind" must be a name in quotes`},
		{"no list", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"same_as\": \"files:a.fit\"}}}", `2: "same_as" must be a list of ids in quotes, in [ ]`},
		{"not an id", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"not_same_as\": [\"2\"]}}}", `2: "2" in "not_same_as" must be an activity's id with its source in front, such as "strava:123"`},
		{"null", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"same_as\": [null]}}}", `2: "null" in "same_as" must be an activity's id with its source in front, such as "strava:123"`},
		{"itself", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"same_as\": [\"strava:1\"]}}}", `2: "same_as" names "strava:1" itself`},
		{"one and two", "{\"version\": 1, \"activities\": {\"strava:1\": {\"same_as\": [\"files:a\"], \"not_same_as\": [\"files:b\"]}, \"files:b\": {\"same_as\": [\"files:a\"]}}}",
			`"files:b" and "strava:1" are two outings by "not_same_as", and one by "same_as"; take one of the two out`},
		{"exclude", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"exclude\": \"yes\"}}}", `2: "exclude" must be true or false`},
		{"sport", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"sport\": null}}}", `2: "sport" must be a name in quotes`},
		{"sport of spaces", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\"sport\": \" \"}}}", `2: a sport must be a name such as "Trail Run", not " "`},
		{"id", "{\"version\": 1, \"activities\": {\n\"123\": {}}}", `2: "123" must be an activity's id with its source in front, such as "strava:123"`},
		{"twice", "{\"version\": 1, \"activities\": {\n\"strava:1\": {},\n\"strava:1\": {}}}", `3: "strava:1" is there twice`},
		{"list", "[]", "1: the file must be an object in { }"},
		{"more", "{\"version\": 1}\n{}", "2: something follows the last bracket"},
		{"not text", "{\"version\": 1, \"activities\": {\"strava:\xff\": {}}}", "the file is not UTF-8 text; save it as UTF-8"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := parse([]byte(test.text), "o.json")
			var faults *config.Error
			if !errors.As(err, &faults) || len(faults.Faults) != 1 {
				t.Fatalf("got %v", err)
			}
			if got := err.Error(); !strings.HasPrefix(strings.TrimPrefix(got, "o.json:"), test.want) && !strings.HasPrefix(got, "o.json: "+test.want) {
				t.Errorf("got  %s\nwant o.json:%s", got, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version": 1, "activities": {"strava:1": {"exclude": true, "sport": "Run"}}}`))
	f.Add([]byte(`{"version": 1, "activities": {"strava:1": {"same_as": ["files:a"], "not_same_as": ["files:b", "files:b"]}}}`))
	f.Add([]byte(`{"version": 1, "activities": [}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := parse(data, "o.json")
		if err != nil {
			return
		}
		again, err := parse(o.text(), "o.json")
		if err != nil {
			t.Fatalf("%v in what was written:\n%s", err, o.text())
		}
		maps.DeleteFunc(o, func(_ string, v Override) bool { return v.Equal(Override{}) })
		if !maps.EqualFunc(o, again, Override.Equal) {
			t.Fatalf("%v became %v", o, again)
		}
	})
}

// What is said of pairs never contradicts itself, whatever is joined and split in any order, and holds for what was said last.
func TestPairs(t *testing.T) {
	ids := []string{"a:1", "a:2", "a:3", "a:4", "a:5"}
	rng := rand.New(rand.NewPCG(1, 1))
	o := Overrides{}
	for range 3000 {
		var some []string
		for _, id := range ids {
			if rng.IntN(2) == 0 {
				some = append(some, id)
			}
		}
		switch rng.IntN(5) {
		case 0, 1:
			o.Join(some)
			together := o.groups()
			for i := range some {
				if together(some[i]) != together(some[0]) {
					t.Fatalf("%v are not one in %v", some, o)
				}
			}
			if len(some) > 1 && o.Join(some) != 0 {
				t.Fatalf("joining %v again changes something in %v", some, o)
			}
		case 2, 3:
			o.Split(some)
			_, apart := o.Pairs()
			for i, a := range some {
				for _, b := range some[:i] {
					if !slices.Contains(apart, pairOf(a, b)) {
						t.Fatalf("%v are not two in %v", some, o)
					}
				}
			}
		case 4:
			for _, id := range some {
				if o.Forget(id); o.Forget(id) {
					t.Fatalf("%s is not forgotten in %v", id, o)
				}
			}
		}
		if again, err := parse(o.text(), "o.json"); err != nil {
			t.Fatalf("%v in\n%s", err, o.text())
		} else if a, b := fmt.Sprint(again.Pairs()), fmt.Sprint(o.Pairs()); a != b {
			t.Fatalf("read %s, want %s", a, b)
		}
	}
}
