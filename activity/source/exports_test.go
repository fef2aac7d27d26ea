package source

import (
	"os"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

// zipText returns a zip as the text of a file of another fixture.
func (f fixture) zipText(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(f.zip(t))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Garmin's export is a zip of zips.
func TestFilesReadGarminExport(t *testing.T) {
	const folder = "DI_CONNECT/DI-Connect-Uploaded-Files/"
	export := fixture{
		"customer_data/customer.json": "{}",
		folder + "UploadedFiles_0-_Part1.zip": fixture{
			"a@b.c_101.fit": fitHead, "a@b.c_102.gpx": "<gpx>", "a@b.c_103.txt": "notes",
			"deeper.zip": fixture{"x.fit": fitHead}.zipText(t),
		}.zipText(t),
		folder + "UploadedFiles_0-_Part2.zip": fixture{"104.fit": fitHead + "2"}.zipText(t),
	}
	for name, path := range map[string]string{"zip": export.zip(t), "folder": export.folder(t)} {
		t.Run(name, func(t *testing.T) {
			l := list(t, OpenFiles, path)
			var got []string
			for _, e := range l.Entries {
				got = append(got, strings.TrimPrefix(e.Activity.ID, "files:"+folder))
			}
			want := "UploadedFiles_0-_Part1.zip/a@b.c_101.fit UploadedFiles_0-_Part1.zip/a@b.c_102.gpx UploadedFiles_0-_Part2.zip/104.fit"
			if strings.Join(got, " ") != want {
				t.Fatalf("entries %q, want %q", got, want)
			}
			if text := content(t, &l.Entries[2]); text != fitHead+"2" {
				t.Errorf("the content of the third is %q", text)
			}
			if notes := strings.Join(message.Texts(l.Notes), "; "); !strings.Contains(notes, "3 files are not a recording") {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

func TestFilesKnowSportsOfAppleHealth(t *testing.T) {
	const root = "apple_health_export/"
	export := fixture{
		root + "workout-routes/route_1.gpx": "<gpx>run",
		root + "workout-routes/route_2.gpx": "<gpx>ride",
		root + "workout-routes/route_3.gpx": "<gpx>unknown to the table",
		root + "workout-routes/route_4.gpx": "<gpx>of a sport of its own",
		root + "export.xml": `<?xml version="1.0"?><!DOCTYPE HealthData [ <!ELEMENT Workout ANY> ]>
<HealthData><Record type="HKQuantityTypeIdentifierStepCount" value="7"/>` + strings.Repeat("<Record value=\"1\"/>\n", 9000) + `
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" startDate="2024-05-01 08:00:00 +0200">
  <MetadataEntry key="x" value="y"/>
  <WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/route_1.gpx"/></WorkoutRoute>
 </Workout>
 <Workout duration="30" workoutActivityType="HKWorkoutActivityTypeCycling">
  <WorkoutRoute><FileReference path="/workout-routes/route_2.gpx"/></WorkoutRoute>
 </Workout>
 <FileReference path="/workout-routes/route_3.gpx"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeCurling"><FileReference path="/workout-routes/route_4.gpx"/><FileReference path="/../../etc/passwd"/></Workout>
</HealthData>`,
		root + "export_cda.xml": "<ClinicalDocument/>",
	}
	for name, path := range map[string]string{"zip": export.zip(t), "folder": export.folder(t)} {
		t.Run(name, func(t *testing.T) {
			l := list(t, OpenFiles, path)
			want := []activity.Sport{activity.SportRun, activity.SportRide, activity.SportUnknown, "Curling"}
			if len(l.Entries) != len(want) {
				t.Fatalf("%d entries, want %d", len(l.Entries), len(want))
			}
			for i, e := range l.Entries {
				if e.Activity.Sport != want[i] {
					t.Errorf("%s is a %q, want %q", e.Path, e.Activity.Sport, want[i])
				}
			}
		})
	}
}
