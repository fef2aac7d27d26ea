package source

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const zoneTable = "Address,Radius,Latitude & Longitude\n\"Secret Lane 7, Hiddenville\",0.40 kilometers,\"48.5, 8.25\"\n"

// told returns the zones, faults and warnings of a listing without the path of its source.
func told(l *Listing, where string) (zones, faults, warnings []string) {
	for _, z := range l.Zones {
		zones = append(zones, fmt.Sprintf("%s:%d %v %v %v", strings.TrimPrefix(z.File, where+"/"), z.Line, z.Lat, z.Lon, z.RadiusM))
	}
	for _, f := range l.ZoneFaults {
		faults = append(faults, fmt.Sprintf("%s:%d: %s", strings.TrimPrefix(f.File, where+"/"), f.Line, f.Text))
	}
	for _, w := range l.Warnings {
		warnings = append(warnings, strings.TrimPrefix(w.Text, where))
	}
	return zones, faults, warnings
}

func wantTold(t *testing.T, l *Listing, where string, wantZones, wantFaults, wantWarnings []string) {
	t.Helper()
	zones, faults, warnings := told(l, where)
	if !reflect.DeepEqual(zones, wantZones) {
		t.Errorf("zones\n%q, want\n%q", zones, wantZones)
	}
	for _, w := range []struct {
		what      string
		got, want []string
	}{{"faults", faults, wantFaults}, {"warnings", warnings, wantWarnings}} {
		if len(w.got) != len(w.want) {
			t.Errorf("%s %q, want %q", w.what, w.got, w.want)
			continue
		}
		for i := range w.got {
			if !strings.Contains(w.got[i], w.want[i]) {
				t.Errorf("%s %q, want one with %q", w.what, w.got[i], w.want[i])
			}
		}
	}
}

// Zones are read wherever they lie, in a Strava source and in one of files, and a table that cannot be read is a fault.
func TestZonesOfAnExport(t *testing.T) {
	export := func(more fixture) fixture {
		f := fixture{"activities.csv": stravaTable, "activities/901.fit.gz": "the run"}
		for name, data := range more {
			f[name] = data
		}
		return f
	}
	nested := func(f fixture) string {
		data, err := os.ReadFile(f.zip(t))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	tests := []struct {
		name                    string
		open                    func(string, Limits) (Source, error)
		path                    string
		zones, faults, warnings []string
	}{
		{"none", OpenStrava, export(fixture{"privacy_zones.csv": "Address,Radius,Latitude & Longitude\n"}).zip(t), nil, nil, nil},
		{"no table", OpenStrava, export(nil).zip(t), nil, nil, []string{" has no privacy_zones.csv, so the zones you set at Strava are not known"}},
		{"no table, and no export", OpenFiles, fixture{"1.gpx": gpxHead}.zip(t), nil, nil, nil},
		{"in capitals", OpenStrava, export(fixture{"PRIVACY_ZONES.CSV": zoneTable}).zip(t), []string{"PRIVACY_ZONES.CSV:2 48.5 8.25 400"}, nil, nil},
		{"several", OpenStrava, export(fixture{"privacy_zones.csv": zoneTable, "old/privacy_zones.csv": strings.Replace(zoneTable, "48.5", "49.5", 1)}).folder(t),
			[]string{"old/privacy_zones.csv:2 49.5 8.25 400", "privacy_zones.csv:2 48.5 8.25 400"}, nil, nil},
		{"one of several damaged", OpenStrava, export(fixture{"privacy_zones.csv": zoneTable, "old/privacy_zones.csv": ""}).zip(t),
			[]string{"privacy_zones.csv:2 48.5 8.25 400"}, []string{"old/privacy_zones.csv:0: it is empty"}, nil},
		{"emptied", OpenStrava, export(fixture{"privacy_zones.csv": ""}).folder(t), nil, []string{"privacy_zones.csv:0: it is empty"}, nil},
		{"overwritten with zeros", OpenStrava, export(fixture{"privacy_zones.csv": strings.Repeat("\x00", 200)}).folder(t), nil, []string{"privacy_zones.csv:0: there are zero bytes"}, nil},
		{"a source of files", OpenFiles, export(fixture{"privacy_zones.csv": zoneTable}).zip(t), []string{"privacy_zones.csv:2 48.5 8.25 400"}, nil, nil},
		{"an export among files", OpenFiles, fixture{"watch/1.gpx": gpxHead, "strava.zip": nested(export(fixture{"privacy_zones.csv": zoneTable}))}.folder(t),
			[]string{"strava.zip/privacy_zones.csv:2 48.5 8.25 400"}, nil, nil},
		{"a damaged one among files", OpenFiles, fixture{"watch/1.gpx": gpxHead, "strava.zip": nested(export(fixture{"privacy_zones.csv": "\x00"}))}.folder(t),
			nil, []string{"strava.zip/privacy_zones.csv:0: there are zero bytes"}, nil},
		{"litter of a Mac", OpenStrava, export(fixture{"privacy_zones.csv": zoneTable, "__MACOSX/._privacy_zones.csv": "\x00", "._privacy_zones.csv": "\x00"}).zip(t),
			[]string{"privacy_zones.csv:2 48.5 8.25 400"}, nil, nil},
		{"a name that leads out of the zip", OpenStrava, export(fixture{"../privacy_zones.csv": zoneTable}).zip(t), nil, []string{"../privacy_zones.csv:0: its name leads outside"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantTold(t, list(t, tt.open, tt.path), tt.path, tt.zones, tt.faults, tt.warnings)
		})
	}
}

func TestZonesBehindALink(t *testing.T) {
	dir := fixture{"activities.csv": stravaTable, "zones.csv": zoneTable}.folder(t)
	if err := os.Symlink("zones.csv", filepath.Join(dir, "privacy_zones.csv")); err != nil {
		t.Skip("no links here: ", err)
	}
	wantTold(t, list(t, OpenStrava, dir), dir, nil, []string{"privacy_zones.csv:0: it is a link"}, nil)
}

func TestZonesThatMayNotBeRead(t *testing.T) {
	dir := fixture{"activities.csv": stravaTable, "privacy_zones.csv": zoneTable}.folder(t)
	path := filepath.Join(dir, "privacy_zones.csv")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		f.Close()
		t.Skip("this user may read everything")
	}
	wantTold(t, list(t, OpenStrava, dir), dir, nil, []string{"privacy_zones.csv:0: cannot open"}, nil)
}

// A zip may hold a name twice, and what it holds may not be what its sums say.
func TestZonesOfADamagedZip(t *testing.T) {
	make := func(tables int, method uint16) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		add := func(name, data string) {
			f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err == nil {
				_, err = f.Write([]byte(data))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		add("activities.csv", stravaTable)
		for range tables {
			add("privacy_zones.csv", zoneTable)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	twice := tempFile(t, "twice.zip", make(2, zip.Deflate))
	wantTold(t, list(t, OpenStrava, twice), twice, []string{"privacy_zones.csv:2 48.5 8.25 400"}, []string{"privacy_zones.csv:0: it is there more than once"}, nil)
	data := make(1, zip.Store)
	data[bytes.Index(data, []byte("48.5, 8.25"))] = '5' // 58.5, a place as good as any
	flipped := tempFile(t, "flipped.zip", data)
	wantTold(t, list(t, OpenStrava, flipped), flipped, nil, []string{"privacy_zones.csv:0: zip: checksum error"}, nil)
	encrypted := make(1, zip.Store)
	at := bytes.Index(encrypted, []byte("PK\x01\x02"))
	at += 4 + bytes.Index(encrypted[at+4:], []byte("PK\x01\x02")) // the second member of the central directory
	encrypted[at+8] |= 1
	path := tempFile(t, "encrypted.zip", encrypted)
	wantTold(t, list(t, OpenStrava, path), path, nil, []string{"privacy_zones.csv:0: cannot open privacy_zones.csv: file encrypted"}, nil)
}

// A listing is the same every time.
func TestZonesAreListedOnce(t *testing.T) {
	path := fixture{"activities.csv": stravaTable, "privacy_zones.csv": zoneTable, "a/privacy_zones.csv": ""}.zip(t)
	for _, open := range []func(string, Limits) (Source, error){OpenStrava, OpenFiles} {
		s := opened(t, open, path)
		for range 2 {
			l := listed(t, s)
			wantTold(t, l, path, []string{"privacy_zones.csv:2 48.5 8.25 400"}, []string{"a/privacy_zones.csv:0: it is empty"}, nil)
		}
	}
}
