package source

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
)

const stravaTable = `Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Filename,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain
11,"Apr 16, 2021, 10:58:25 PM",Evening Run,Run,,3700,9.44,activities/901.fit.gz,3700.0,3605.0,9441.2,,,88.4
12,"Apr 14, 2021, 6:00:00 AM",Unpacked by a helpful system,Ride,,1,1.00,activities/902.gpx.gz,1.0,1.0,1000.0,,,
13,"Apr 15, 2021, 6:00:00 AM",Packed since,Ride,,1,1.00,activities/903.tcx,1.0,1.0,1000.0,,,
14,"Apr 17, 2021, 6:00:00 AM",Other case and slashes,Hike,,1,1.00,Activities\904.GPX,1.0,1.0,1000.0,,,
15,"Apr 18, 2021, 6:00:00 AM",By hand,Walk,,1,1.00,,1.0,1.0,1000.0,,,
16,"Apr 19, 2021, 6:00:00 AM",Failed,Walk,,1,1.00,#error#,1.0,1.0,1000.0,,,
17,"Apr 20, 2021, 6:00:00 AM",Lost,Walk,,1,1.00,activities/907.fit.gz,1.0,1.0,1000.0,,,
18,"Apr 21, 2021, 6:00:00 AM",Hostile,Walk,,1,1.00,../../etc/passwd.gpx,1.0,1.0,1000.0,,,
11,"Apr 22, 2021, 6:00:00 AM",Same ID,Walk,,1,1.00,activities/909.fit,1.0,1.0,1000.0,,,
,"Apr 23, 2021, 6:00:00 AM",No ID,Walk,,1,1.00,activities/910.fit,1.0,1.0,1000.0,,,
,"Apr 24, 2021, 6:00:00 AM",Neither ID nor file,Walk,,1,1.00,,1.0,1.0,1000.0,,,
21,"Apr 25, 2021, 6:00:00 AM",Too short
22,"Apr 26, 2021, 6:00:00 AM",Not a recording,Walk,,1,1.00,activities/911.json,1.0,1.0,1000.0,,,
23,"Apr 27, 2021, 6:00:00 AM",A recording without ending,Walk,,1,1.00,activities/912,1.0,1.0,1000.0,,,
24,"Apr 28, 2021, 6:00:00 AM",A zip,Walk,,1,1.00,activities/913.zip,1.0,1.0,1000.0,,,
`

// stravaFixture is a small export with every way in which a row and a file can
// miss each other.
func stravaFixture() fixture {
	return fixture{
		"activities.csv":            stravaTable,
		"activities/901.fit.gz":     "the run",
		"activities/902.gpx":        "the first ride",
		"activities/903.tcx.gz":     "the second ride",
		"activities/904.gpx":        "the hike",
		"activities/909.fit":        "the repeated",
		"activities/910.fit":        "without an ID",
		"activities/911.json":       "{}",
		"activities/912":            fitHead,
		"activities/913.zip":        "PK\x03\x04",
		"activities/999.fit.gz":     "named by no row",
		"activities/.DS_Store":      "litter",
		"activities/._901.fit.gz":   "litter",
		"__MACOSX/activities/1.fit": "litter",
		"routes/1.gpx":              "a plan",
		"media/photo.jpg":           "a photo",
		"privacy_zones.csv":         "Address,Radius,Latitude & Longitude\n\"Secret Lane 7, Hiddenville\",400,\"48.5, 8.25\"\nSecret Lane 8,0.50 kilometers,\nSecret Lane 9,?,\"48.6, 8.35\"\n",
	}
}

var stravaLines = []string{
	"strava:11 activities/901.fit.gz",
	"strava:12 activities/902.gpx",
	"strava:13 activities/903.tcx.gz",
	"strava:14 activities/904.gpx",
	"strava:15 [no file in the export]",
	"strava:16 [#error# in the export]",
	"strava:17 activities/907.fit.gz [file missing]",
	"strava:18 ../../etc/passwd.gpx [unsafe file name]",
	"strava:11/row/10 activities/909.fit [listed twice]",
	"strava:file/910.fit activities/910.fit",
	"strava:row/12 [no file in the export]",
	"strava:21 [broken row]",
	"strava:22 activities/911.json [not a recording that can be read]",
	"strava:23 activities/912",
	"strava:24 activities/913.zip [not a recording that can be read]",
	"strava:file/999.fit.gz activities/999.fit.gz",
}

func under(folder string, f fixture) fixture {
	moved := fixture{}
	for name, data := range f {
		moved[folder+name] = data
	}
	return moved
}

func TestStrava(t *testing.T) {
	files := stravaFixture()
	beside := under("export_123/", files)
	beside["readme.txt"] = "not part of the export"
	windows := fixture{}
	for name, data := range files {
		windows[strings.ReplaceAll(name, "/", `\`)] = data
	}
	upper := fixture{}
	for name, data := range files {
		upper[strings.ToUpper(name)] = data
	}
	tests := []struct{ name, path string }{
		{"zip", files.zip(t)},
		{"folder", files.folder(t)},
		{"zip with a top folder", under("export_123/", files).zip(t)},
		{"folder in the folder", under("export_123/", files).folder(t)},
		{"zip with more beside the export", beside.zip(t)},
		{"zip with backslashes", windows.zip(t)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := list(t, OpenStrava, tt.path)
			diff(t, lines(l), stravaLines)
			wantNotes(t, l, "1 file in activities/ that no row")
			table := tt.path + "/privacy_zones.csv"
			if strings.Contains(tt.name, "top folder") || strings.Contains(tt.name, "folder in") || strings.Contains(tt.name, "beside") {
				table = tt.path + "/export_123/privacy_zones.csv"
			}
			if want := []Zone{{48.5, 8.25, 400, table, 2}, {48.6, 8.35, 1000, table, 4}}; !reflect.DeepEqual(l.Zones, want) {
				t.Errorf("zones %v, want %v", l.Zones, want)
			}
			if want := []ZoneFault{{table, 3, "its coordinates are not understood"}}; !reflect.DeepEqual(l.ZoneFaults, want) {
				t.Errorf("faults %v, want %v", l.ZoneFaults, want)
			}
			if len(l.Warnings) != 1 || !strings.HasPrefix(l.Warnings[0].Text, table+":4: the radius of this zone is not understood, so 1000 m") {
				t.Errorf("warnings %q", l.Warnings)
			}
			want := activity.Activity{
				ID: "strava:11", Source: "strava", Sport: "Run", Start: time.Date(2021, 4, 16, 22, 58, 25, 0, time.UTC),
				Name: "Evening Run", DistanceM: 9441.2, MovingS: 3605, AscentM: 88.4,
			}
			if got := l.Entries[0].Activity; got != want {
				t.Errorf("activity %+v, want %+v", got, want)
			}
			for i, want := range []string{"the run", "the first ride", "the second ride", "the hike"} {
				if got := content(t, &l.Entries[i]); got != want || l.Entries[i].Size != int64(len(want)) {
					t.Errorf("entry %d holds %q (%d bytes), want %q", i, got, l.Entries[i].Size, want)
				}
			}
			for _, e := range l.Entries {
				if (e.Open == nil) != (e.Skip != nil) {
					t.Errorf("%s: skip %v, but Open is nil: %v", e.Activity.ID, e.Skip, e.Open == nil)
				}
			}
		})
	}
	t.Run("zip in capitals", func(t *testing.T) {
		l := list(t, OpenStrava, upper.zip(t))
		if len(l.Entries) != len(stravaLines) || len(l.Zones) != 2 || content(t, &l.Entries[0]) != "the run" {
			t.Errorf("got\n  %s", strings.Join(lines(l), "\n  "))
		}
	})
}

// Nothing that is said aloud may tell where the athlete lives.
func TestStravaKeepsZonesSecret(t *testing.T) {
	path := stravaFixture().zip(t)
	l := list(t, OpenStrava, path)
	said := message.Texts(append(l.Notes, l.Warnings...))
	for _, f := range l.ZoneFaults {
		said = append(said, f.Text)
	}
	for _, n := range said {
		for _, secret := range []string{"Secret", "Hidden", "48.5", "8.25", "48.6", "8.35", "?"} {
			if strings.Contains(strings.ReplaceAll(n, path, ""), secret) {
				t.Errorf("note %q tells %q", n, secret)
			}
		}
	}
}

func TestStravaListsTheSameAgain(t *testing.T) {
	for _, path := range []string{stravaFixture().zip(t), stravaFixture().folder(t)} {
		s := opened(t, OpenStrava, path)
		for range 2 {
			l := listed(t, s)
			diff(t, lines(l), stravaLines)
			wantNotes(t, l, "no row")
			if len(l.Zones) != 2 || len(l.ZoneFaults) != 1 || len(l.Warnings) != 1 {
				t.Errorf("zones %v, faults %v, warnings %v", l.Zones, l.ZoneFaults, l.Warnings)
			}
		}
	}
}

func TestStravaErrors(t *testing.T) {
	whole, err := os.ReadFile(stravaFixture().zip(t))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"no such path", filepath.Join(t.TempDir(), "export.zip"), "there is no file or folder"},
		{"download that broke off", tempFile(t, "cut.zip", whole[:len(whole)*2/3]), "the download broke off: download it again"},
		{"empty download", tempFile(t, "empty.zip", nil), "is empty: download it again"},
		{"web page", tempFile(t, "page.zip", []byte("\n<!DOCTYPE html><html>log in</html>")), "is a web page, not a zip"},
		{"something else", tempFile(t, "export.tar", []byte("ustar")), "is not a zip file"},
		{"plain files", fixture{"a.gpx": gpxHead, "b/c.fit": fitHead}.folder(t), `2 FIT, GPX or TCX files: set type = "files"`},
		{"folder with the zip in it", fixture{"export_1.zip": "PK"}.folder(t), "holds the zip export_1.zip: point the source at that zip"},
		{"several exports", fixture{"a/activities.csv": stravaTable, "b/activities.csv": stravaTable}.folder(t), "several Strava exports (a/activities.csv, b/activities.csv)"},
		{"nothing", t.TempDir(), "has no activities.csv"},
		{"another table", fixture{"activities.csv": "a,b\n1,2\n"}.zip(t), "no column names the activities' files"},
		{"empty table", fixture{"activities.csv": ""}.zip(t), "the table is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := OpenStrava(tt.path, DefaultLimits)
			if err == nil {
				defer s.Close()
				_, err = s.List(context.Background())
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) {
				t.Errorf("error %v, want %q and the path", err, tt.want)
			}
		})
	}
}

func TestStravaCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{stravaFixture().zip(t), stravaFixture().folder(t)} {
		s := opened(t, OpenStrava, path)
		if _, err := s.List(ctx); err == nil {
			t.Errorf("%s: listed in spite of a cancelled context", path)
		}
	}
}

// Members of one zip are read by all workers at once.
func TestStravaConcurrentReads(t *testing.T) {
	files := stravaFixture()
	files["activities/901.fit.gz"] = strings.Repeat("some bytes that can be compressed ", 5000)
	files["activities/902.gpx"] = strings.Repeat("other bytes that can be compressed ", 5000)
	l := list(t, OpenStrava, files.zip(t))
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			e := &l.Entries[i%2]
			if got, want := content(t, e), files[e.Path]; got != want {
				t.Errorf("%s: %d bytes, want %d", e.Path, len(got), len(want))
			}
		})
	}
	wg.Wait()
}

// The made exports of the project, when they are at hand.
func TestStravaSharedExport(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the made exports are not part of this repository")
	}
	l := list(t, OpenStrava, filepath.Join(shared, "data", "export_50.zip"))
	wantNotes(t, l)
	if len(l.Entries) != 50 {
		t.Errorf("%d entries, want 50", len(l.Entries))
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		a := e.Activity
		if e.Skip != nil || a.Sport != activity.SportRun || a.Start.Year() < 2022 || a.Name == "" || a.DistanceM < 1000 || a.MovingS < 300 || a.AscentM <= 0 {
			t.Errorf("%+v, skip %v", a, e.Skip)
			continue
		}
		if data := content(t, e); !strings.HasPrefix(data, "\x1f\x8b") || int64(len(data)) != e.Size {
			t.Errorf("%s: %d bytes that are no gzip, want %d", e.Path, len(data), e.Size)
		}
	}
}
