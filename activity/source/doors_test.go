package source

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity/track"
)

// Beginnings of what other programs write.
const (
	kmlText     = `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>7.5,48 7.5,49</coordinates></LineString></Placemark></kml>`
	geoText     = `{"type":"LineString","coordinates":[[7.5,48],[7.5,49]]}`
	samsungText = `[{"start_time":1714550400000,"latitude":48.0,"longitude":7.5}]`
	samsungHR   = `[{"start_time":1714550400000,"heart_rate":120.0}]`
	igcText     = "AXXX001\nHFDTE010625\nB0800004830000N03000000WA0010000100\n"
)

func TestFilesByContent(t *testing.T) {
	f := fixture{
		"a.kml": kmlText, "b.json": geoText, "c": samsungText, "d.json": gzipped(t, geoText), "long.json": strings.Repeat(" ", 5000) + geoText,
		"e.kmz":        string(must(os.ReadFile(fixture{"icon.png": "x", "doc.kml": kmlText}.zip(t)))),
		"flight.igc":   igcText,
		"old/two.igc":  igcText,
		"log.txt":      "$GPRMC,080000.00,A,4830.0000,N,03000.0000,W,5.0,90.0,010625,,*00\n",
		"Records.json": `{"locations":[{"latitudeE7":485000000,"longitudeE7":-300000000,"timestamp":"2025-06-01T08:00:00Z"}]}`,
		"sleep.json":   `[{"night":"2020-01-01"}]`, "readme.txt": "hello",
	}
	for name, path := range map[string]string{"folder": f.folder(t), "zip": f.zip(t)} {
		t.Run(name, func(t *testing.T) {
			l := list(t, OpenFiles, path)
			diff(t, lines(l), []string{"files:a.kml a.kml", "files:b.json b.json", "files:c c", "files:d.json d.json", "files:e.kmz e.kmz", "files:long.json long.json"})
			wantNotes(t, l, "Records.json is Google's Records.json", "2 files (flight.igc, ...) are IGC flight logs, which cannot be read: GPSBabel",
				"log.txt is an NMEA log, which cannot be read: GPSBabel", "2 files are not a recording")
			for i := range l.Entries {
				if r, err := track.Decode([]byte(content(t, &l.Entries[i]))); err != nil || r.Track.Len() == 0 {
					t.Errorf("%s: %v", l.Entries[i].Path, err)
				}
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestTooLargeByContent names a log that is larger than a file may be, and leaves other large files alone.
func TestTooLargeByContent(t *testing.T) {
	limits := DefaultLimits
	limits.FileBytes = 1000
	blanks := strings.Repeat(" ", 2000)
	f := fixture{"Timeline.json": `{"semanticSegments":[` + blanks + "]}", "Records.json": `{"locations":[{"latitudeE7":1,` + blanks + `"longitudeE7":1}]}`, "film.mp4": "ftyp" + blanks}
	for name, path := range map[string]string{"folder": f.folder(t), "zip": f.zip(t)} {
		l := list(t, func(path string, _ Limits) (Source, error) { return OpenFiles(path, limits) }, path)
		if len(l.Entries) != 1 || l.Entries[0].Skip == nil || l.Entries[0].Skip.Reason != ReasonTooLarge || l.Entries[0].Open != nil {
			t.Errorf("%s: %+v", name, l.Entries)
		}
		wantNotes(t, l, "Records.json is Google's Records.json", "1 file is not a recording")
	}
}

// sportsOf lists the entries with the sports that their source names.
func sportsOf(l *Listing) []string {
	var s []string
	for _, e := range l.Entries {
		s = append(s, e.Path+" "+string(e.Activity.Sport))
	}
	return s
}

func TestRunkeeper(t *testing.T) {
	f := fixture{
		"cardioActivities.csv": "\ufeffActivity Id,Date,Type,Route Name,Distance (km),Duration,Average Pace,Average Speed (km/h),Calories Burned,Climb (m),Average Heart Rate (bpm),Friend's Tagged,Notes,GPX File\n" +
			"x,2025-06-01 08:00:00,Running,,1.8,10:00,5:33,10.8,1,1,,,,2025-06-01-080000.gpx\n" +
			"y,2025-06-02 08:00:00,Cycling,,1.8,10:00,5:33,10.8,1,1,,,\"two\nlines, and \"\"quotes\"\"\",2025-06-02-080000.gpx\n" +
			"z,2025-06-03 08:00:00,Strength Training,,0,10:00,,,1,1,,,,\n",
		"measurements.csv":      "Date,Weight\n",
		"2025-06-01-080000.gpx": "<gpx/>", "2025-06-02-080000.gpx": "<gpx/>", "2025-06-09-080000.gpx": "<gpx/>",
	}
	want := []string{"2025-06-01-080000.gpx Run", "2025-06-02-080000.gpx Ride", "2025-06-09-080000.gpx "}
	for name, path := range map[string]string{"folder": f.folder(t), "zip": f.zip(t)} {
		l := list(t, OpenFiles, path)
		diff(t, sportsOf(l), want)
		wantNotes(t, l, "cardioActivities.csv is Runkeeper's table of activities", "1 file is not a recording")
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestSamsungHealth(t *testing.T) {
	const folder = "samsunghealth_me_20250601/"
	const jsons = folder + "jsons/com.samsung.shealth.exercise/"
	table := func(rows ...string) string {
		return "com.samsung.shealth.exercise,6310001,4\n" +
			"live_data_internal,com.samsung.health.exercise.live_data,com.samsung.health.exercise.exercise_type,com.samsung.health.exercise.location_data,com.samsung.health.exercise.datauuid,\n" +
			strings.Join(rows, "\n") + "\n"
	}
	f := fixture{
		folder + "com.samsung.shealth.exercise.20250601.csv": table(
			",aa.com.samsung.health.exercise.live_data.json,1002,bb.com.samsung.health.exercise.location_data.json,bb,",
			",,11007,,cc,", // its files are called by its id
			",,0,dd.com.samsung.health.exercise.location_data.json,dd,",
			",,13001,,ee,"),
		folder + "com.samsung.shealth.exercise.weather.20250601.csv":  "x\n",
		jsons + "b/bb.com.samsung.health.exercise.location_data.json": samsungText,
		jsons + "a/aa.com.samsung.health.exercise.live_data.json":     samsungHR,
		jsons + "c/cc.com.samsung.health.exercise.location_data.json": gzipped(t, samsungText),
		jsons + "c/cc.com.samsung.health.exercise.live_data.json":     gzipped(t, samsungHR),
		jsons + "d/dd.com.samsung.health.exercise.location_data.json": samsungText,
		jsons + "d/dd.com.samsung.health.exercise.live_data.json":     gzipped(t, samsungHR),
	}
	inner := must(os.ReadFile(f.zip(t)))
	for name, c := range map[string]struct{ path, prefix string }{
		"folder": {f.folder(t), ""}, "zip": {f.zip(t), ""}, "zip in a folder": {fixture{"export.zip": string(inner)}.folder(t), "export.zip/"},
	} {
		t.Run(name, func(t *testing.T) {
			l := list(t, OpenFiles, c.path)
			at := c.prefix + jsons
			diff(t, sportsOf(l), []string{at + "b/bb.com.samsung.health.exercise.location_data.json Run", at + "c/cc.com.samsung.health.exercise.location_data.json Ride", at + "d/dd.com.samsung.health.exercise.location_data.json Other"})
			for i, withHR := range []bool{true, true, false} { // the last is packed and its live data not
				r, err := track.Decode([]byte(content(t, &l.Entries[i])))
				if err != nil || r.Track.Len() != 1 || (r.Track.HR != nil) != withHR {
					t.Errorf("%s: %+v, %v", l.Entries[i].Path, r, err)
				}
			}
		})
	}
}

// TestGarminExporter reads a folder of an exporter of Garmin Connect, whose table is called like Strava's.
func TestGarminExporter(t *testing.T) {
	fitInside := must(os.ReadFile(fixture{"12_ACTIVITY.fit": "\x0e\x20\x00\x00\x00\x00\x00\x00.FIT"}.zip(t)))
	l := list(t, OpenFiles, fixture{
		"activities.csv":           "Start Time,End Time,Activity ID,Activity Name\nx,y,11,Run\n",
		"activity_11.gpx":          "<gpx/>",
		"activity_11_summary.json": `{"activityId":11,"summaryDTO":{"startLatitude":48.5}}`,
		"activity_12.zip":          string(fitInside),
		"activity_13.tcx":          "<TrainingCenterDatabase/>",
		"routes/activity_14.gpx":   "<gpx/>",
	}.folder(t))
	diff(t, lines(l), []string{"files:activity_11.gpx activity_11.gpx", "files:activity_12.zip/12_ACTIVITY.fit activity_12.zip/12_ACTIVITY.fit", "files:activity_13.tcx activity_13.tcx", "files:routes/activity_14.gpx routes/activity_14.gpx"})
	for _, n := range l.Notes {
		if strings.Contains(n.Text, "Strava") {
			t.Error(n)
		}
	}
}

// TestSeveralZips reads what a service hands out in several zips that are whole: all of them.
func TestSeveralZips(t *testing.T) {
	part := func(name string) string { return string(must(os.ReadFile(fixture{name: kmlText}.zip(t)))) }
	l := list(t, OpenFiles, fixture{"takeout-001.zip": part("Takeout/a.kml"), "takeout-002.zip": part("Takeout/b.kml")}.folder(t))
	diff(t, lines(l), []string{"files:takeout-001.zip/Takeout/a.kml takeout-001.zip/Takeout/a.kml", "files:takeout-002.zip/Takeout/b.kml takeout-002.zip/Takeout/b.kml"})
}

func TestSplitZip(t *testing.T) {
	whole := must(os.ReadFile(fixture{"a.gpx": strings.Repeat("x", 100), "b.gpx": "y"}.zip(t)))
	// The last of two parts, with a comment: it has the number of its disk.
	last := append(bytes.Clone(whole[40:]), "comment"...)
	end := bytes.LastIndex(last, []byte("PK\x05\x06"))
	binary.LittleEndian.PutUint16(last[end+4:], 1)
	binary.LittleEndian.PutUint16(last[end+20:], uint16(len("comment")))
	first := append([]byte("PK\x07\x08"), whole[:40]...)

	dir := fixture{"split.z01": string(first), "split.zip": string(last), "slices.zip.001": string(whole[:50]), "slices.zip.002": string(whole[50:]), "ok.gpx": "<gpx/>"}.folder(t)
	l := list(t, OpenFiles, dir)
	got := map[string]string{}
	for _, e := range l.Entries {
		if got[e.Path] = ""; e.Skip != nil {
			got[e.Path] = e.Skip.Reason + ": " + e.Skip.Detail
		}
	}
	const span, slice = "zip -s 0 split.zip --out whole.zip", "cat slices.zip.* > whole.zip"
	for name, want := range map[string]string{"ok.gpx": "", "split.zip": span, "split.z01": span, "slices.zip.001": slice} {
		if text, ok := got[name]; !ok || !strings.Contains(text, want) || want != "" && !strings.Contains(text, "7-Zip") {
			t.Errorf("%s: %q", name, text)
		}
	}
	if len(got) != 4 || len(l.Notes) != 0 {
		t.Errorf("%v, %v", got, l.Notes)
	}
	for name, want := range map[string]string{"split.zip": span, "slices.zip.001": slice} {
		for kind, open := range map[string]func(string, Limits) (Source, error){"files": OpenFiles, "strava": OpenStrava} {
			if _, err := open(filepath.Join(dir, name), DefaultLimits); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s as %s: %v", name, kind, err)
			}
		}
	}
	// A zip that is whole may say that it is on disk 0, or leave that to ZIP64.
	for _, disk := range []uint16{0, 0xFFFF} {
		binary.LittleEndian.PutUint16(whole[bytes.LastIndex(whole, []byte("PK\x05\x06"))+4:], disk)
		if isSpanned(bytes.NewReader(whole), int64(len(whole))) {
			t.Errorf("disk %d is one of several", disk)
		}
	}
}
