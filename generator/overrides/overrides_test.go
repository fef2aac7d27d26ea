package overrides

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/generator/config"
)

func TestWhatIsSavedIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	o := Overrides{
		"strava:123":              {Exclude: true, Sport: "Trail Run"},
		"files:a \"b\"/<é>&.gpx":  {Exclude: true},
		"intervals:i1":            {Sport: "Hike"},
		"strava:9 says nothing":   {},
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
	if !maps.Equal(got, o) {
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
		{"key of an activity", "{\"version\": 1, \"activities\": {\n\"strava:1\": {\n\"excluded\": true}}}", `3: unknown key "excluded" at "strava:1"; the keys are "exclude" and "sport"`},
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
		maps.DeleteFunc(o, func(_ string, v Override) bool { return v == Override{} })
		if !maps.Equal(o, again) {
			t.Fatalf("%v became %v", o, again)
		}
	})
}
