package intervals

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
)

func TestFindKey(t *testing.T) {
	const file = "\ufeff# my keys\nATHLETE = i7 \nexport API='in the file' # comment\nOTHER=x\nnonsense\n"
	cases := []struct {
		name string
		env  map[string]string
		file string
		want [2]string
	}{
		{"nothing", nil, "", [2]string{"0", ""}},
		{"environment", map[string]string{"ATHLETE": "i1", "API": "k"}, file, [2]string{"i1", "k"}},
		{"file", nil, file, [2]string{"i7", "in the file"}},
		{"half and half", map[string]string{"API": " k\n"}, file, [2]string{"i7", "k"}},
		{"only a key", nil, "API=k", [2]string{"0", "k"}},
		{"double quotes", nil, "API=\"a # b\"\r\n", [2]string{"0", "a # b"}},
		{"comment", nil, "API=abc # mine\n#API=def\n", [2]string{"0", "abc"}},
		{"a hash within", nil, "API=a#b\n", [2]string{"0", "a#b"}},
		{"empty", nil, "API= # to be filled in\n", [2]string{"0", ""}},
		{"the last one counts", nil, "API=a\nAPI=b\n", [2]string{"0", "b"}},
		{"a name that contains it", nil, "MY_API=a\nAPI_KEY=b\n", [2]string{"0", ""}},
		{"open quotes", nil, "API=\"ab\n", [2]string{"0", "\"ab"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.file != "" {
				if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			key, err := FindKey(func(name string) string { return c.env[name] }, dir, "ATHLETE", "API")
			if got := [2]string{string(key.Athlete), string(key.API)}; err != nil || got != c.want {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
	t.Run("not a text file", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(strings.Repeat("secret", 20000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := FindKey(func(string) string { return "" }, dir, "ATHLETE", "API"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v", err)
		}
	})
}

func TestSecretsAreNotPrinted(t *testing.T) {
	o := Options{Key: Key{"i4711", "topsecret"}}
	text, err := json.Marshal(o.Key)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%v %+v %#v %s %q %x %d", o, o, o, o.Key, o.Key.API, o.Key.API, o.Key.API) + string(text)
	for _, bad := range []string{"i4711", "topsecret", "746f70"} {
		if strings.Contains(out, bad) {
			t.Errorf("%s is printed: %s", bad, out)
		}
	}
}

func TestSportOf(t *testing.T) {
	for name, want := range map[string]activity.Sport{
		"Run": "Run", "TrailRun": "Trail Run", "VirtualRide": "Virtual Ride", "EBikeRide": "E-Bike Ride", "EMountainBikeRide": "E-Mountain Bike Ride",
		"StandUpPaddling": "Stand Up Paddling", "NordicSki": "Nordic Ski", "Other": "Other", "": "", " Hike ": "Hike", "Cyclocross": "Ride", "Crossfit": "Crossfit",
	} {
		if got := activity.SportNamed(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if !activity.SportRide.Covers(activity.SportNamed("GravelRide")) || activity.SportRun.Covers(activity.SportNamed("VirtualRun")) {
		t.Error("a filter does not take kinds of its sport along")
	}
}

func TestReportTable(t *testing.T) {
	r := &Report{New: 3, Deleted: 1, Files: 40, NoFile: 2, Strava: 5, Full: true, Notes: []string{"a note"}}
	for i := range maxListed + 2 {
		r.Rows = append(r.Rows, Row{fmt.Sprintf("i%d", i), "2026-05-01", "no file"})
	}
	r.Rows[1].ID = "\x1b[31m../x"
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"compared        everything", "new             3", "from Strava     5", "i0 2026-05-01: no file", "and 2 more", "a note", "5 activities came to intervals.icu from Strava", `"\x1b[31m../x"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("control codes in the table")
	}
	if got := r.Line(); got != "intervals.icu: 3 new, 1 deleted" {
		t.Errorf("line %q", got)
	}
	if got := (&Report{}).Line(); got != "intervals.icu: nothing new" {
		t.Errorf("line %q", got)
	}
}
