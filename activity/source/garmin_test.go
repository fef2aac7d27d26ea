package source

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// garminActivitiesText is what such a table looks like, with much that is of no interest.
const garminActivitiesText = `[{"summarizedActivitiesExport":[
 {"activityId":11122233344,"uuidMsb":-5,"name":"Morning <b>loop</b>\nhome","activityType":"trail_running","sportType":"RUNNING","beginTimestamp":1700000000000,"startTimeGmt":1.7E12,"distance":500000.0,"splits":[{"startTimeGMT":1,"measurements":[]}],"parent":false},
 {"activityId":"22233344455","name":null,"activityType":"road_biking","startTimeGmt":1700100000000.0},
 {"activityId":3,"name":"Tri","activityType":"multi_sport","beginTimestamp":1700200000000,"parent":true},
 {"activityId":4,"name":"Swim","activityType":"open_water_swimming","beginTimestamp":1700200000000},
 {"activityId":5,"name":"Watch","activityType":"cycling","beginTimestamp":1700300000000},
 {"activityId":6,"name":"Bike computer","activityType":"cycling","beginTimestamp":1700300000000},
 {"activityId":7,"name":"Something","activityType":"uncategorized","beginTimestamp":1700400000000},
 {"name":"Of no number","activityType":"running","beginTimestamp":1700600000000},
 {"name":["odd"],"activityType":7,"beginTimestamp":"soon"}, 8, null
]},{"summarizedActivitiesExport":[{"activityId":9,"name":"Second list","activityType":"hiking","beginTimestamp":1700500000000}]}]`

const garminGearText = `[{"gearDTOS":[{"gearPk":71,"displayName":null,"customMakeModel":"Road\u0000 racer"},{"gearPk":72,"displayName":"Blue shoes","customMakeModel":"Brand 5"}],
"gearActivityDTOs":{"72":[{"gearPk":72,"activityId":11122233344},{"activityId":null},{"activityId":5}],"71":[{"activityId":22233344455},{"activityId":5},{"activityId":6}],"x":[{}]},"gearActivityTypeDTOS":[]}]`

func readGarmin(t *testing.T, files map[string]string) *garminTable {
	t.Helper()
	table := &garminTable{gear: map[int64]string{}}
	for name, text := range files {
		d := json.NewDecoder(strings.NewReader(text))
		if isGarminGear(name) {
			_ = table.readGear(d)
		} else {
			_ = table.readActivities(d)
		}
	}
	table.index()
	return table
}

func TestGarminTables(t *testing.T) {
	table := readGarmin(t, map[string]string{"x_0_summarizedActivities.json": garminActivitiesText, "x_gear.json": garminGearText})
	at := func(s int64, ms int64) time.Time { return time.Unix(s, 0).Add(time.Duration(ms) * time.Millisecond) }
	for name, tt := range map[string]struct {
		file  string
		start time.Time
		want  Told
	}{
		"by the moment":                         {"x@y.z_98765432101.fit", at(1700000000, 0), Told{"Morning <b>loop</b> home", "Blue shoes", "Trail Run"}},
		"a little off":                          {"a.fit", at(1700000004, 900), Told{"Morning <b>loop</b> home", "Blue shoes", "Trail Run"}},
		"too far off":                           {"a.fit", at(1700000006, 0), Told{}},
		"before all of them":                    {"a.fit", at(1600000000, 0), Told{}},
		"by the number":                         {"activity_22233344455.gpx", time.Time{}, Told{"", "Road racer", "Ride"}},
		"by the number, another moment":         {"22233344455_ACTIVITY.fit", at(1700103600, 0), Told{"", "Road racer", "Ride"}},
		"a number that is another's":            {"x_22233344455.fit", at(1700000000, 0), Told{"Morning <b>loop</b> home", "Blue shoes", "Trail Run"}},
		"no number and no moment":               {"3.fit", time.Time{}, Told{}},
		"a part of a multisport":                {"a.fit", at(1700200000, 0), Told{Name: "Swim", Sport: "Swim"}},
		"two that began then, where they agree": {"a.fit", at(1700300000, 0), Told{Gear: "Road racer", Sport: "Ride"}},
		"of no named sport":                     {"a.fit", at(1700400001, 0), Told{Name: "Something"}},
		"a row without a number":                {"a.fit", at(1700600000, 0), Told{Name: "Of no number", Sport: "Run"}},
		"in the second list":                    {"a.fit", at(1700500000, 0), Told{Name: "Second list", Sport: "Hike"}},
	} {
		if got := table.told(tt.file, tt.start); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestGarminTablesThatAreBroken(t *testing.T) {
	whole := readGarmin(t, map[string]string{"summarizedActivities.json": garminActivitiesText}).rows
	for cut := range garminActivitiesText {
		rows := readGarmin(t, map[string]string{"summarizedActivities.json": garminActivitiesText[:cut]}).rows
		if len(rows) > len(whole) {
			t.Fatalf("%d bytes have %d rows", cut, len(rows))
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "hello", "a number": "7", "deep": strings.Repeat(`[`, 1_000_000), "deep in a list": `[{"summarizedActivitiesExport":[` + strings.Repeat(`[`, 1_000_000), "deep beside": `[{"a":` + strings.Repeat(`{"a":`, 1_000_000), "NaN": `[{"summarizedActivitiesExport":[{"activityId":1,"beginTimestamp":1e12,"avgHr":NaN}]}]`,
		"other things": `[{"summarizedActivitiesExport":{"a":[1]}},{"x":1}]`, "huge": `[{"summarizedActivitiesExport":[{"activityId":1e300,"beginTimestamp":-1e300}]}]`,
	} {
		if rows := readGarmin(t, map[string]string{"summarizedActivities.json": text, "gear.json": text}).rows; len(rows) > 0 {
			t.Errorf("%s: %+v", name, rows)
		}
	}
}

// TestGarminExport: the tables lie in the zip, the recordings in zips inside it; those of another export keep out of it.
func TestGarminExport(t *testing.T) {
	const gpx = `<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="48" lon="9"><time>2023-11-14T22:13:20Z</time></trkpt></trkseg></trk></gpx>`
	packed := func(files map[string]string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range files {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write([]byte(text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	write := func(files map[string]string) string {
		path := filepath.Join(t.TempDir(), "export.zip")
		if err := os.WriteFile(path, []byte(packed(files)), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := func(path string) *Listing {
		s, err := OpenFiles(path, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		l, err := s.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := list(write(map[string]string{
		"Ann/DI_CONNECT/DI-Connect-Fitness/a@b.c_0_summarizedActivities.json": garminActivitiesText,
		"Ann/DI_CONNECT/DI-Connect-Fitness/a@b.c_gear.json":                   garminGearText,
		"Ann/DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": packed(map[string]string{"a@b.c_900.gpx": gpx}),
		"Bob/DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": packed(map[string]string{"b@b.c_901.gpx": gpx}),
	}))
	start := time.UnixMilli(1700000000000)
	for _, e := range l.Entries {
		ann := strings.HasPrefix(e.Path, "Ann/")
		if ann != (e.Began != nil) {
			t.Errorf("%s: told of %v", e.Path, e.Began != nil)
		}
		if ann && e.Began(start) != (Told{"Morning <b>loop</b> home", "Blue shoes", activity.Sport("Trail Run")}) {
			t.Errorf("%s: %+v", e.Path, e.Began(start))
		}
	}
	if len(l.Entries) != 2 || strings.Contains(strings.Join(message.Texts(l.Notes), "\n"), "summarizedActivities") {
		t.Errorf("%d entries, notes: %q", len(l.Entries), l.Notes)
	}
	// A table alone is worth a word.
	l = list(write(map[string]string{"summarizedActivities.json": garminActivitiesText}))
	if len(l.Entries) != 0 || !strings.Contains(strings.Join(message.Texts(l.Notes), "\n"), "summarizedActivities.json is Garmin's table of activities") {
		t.Errorf("of a table alone: %q", l.Notes)
	}
}

func FuzzGarminTables(f *testing.F) {
	f.Add(garminActivitiesText)
	f.Add(garminGearText)
	f.Fuzz(func(t *testing.T, text string) {
		table := readGarmin(t, map[string]string{"summarizedActivities.json": text, "gear.json": text})
		table.told("123456", time.UnixMilli(1700000000000))
	})
}
