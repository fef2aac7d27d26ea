package source

import (
	"fmt"
	"path"
	"strings"

	"heatmapgen/activity/source/stravacsv"
	"heatmapgen/internal/message"
)

// zonesName is the table of an export that lists the places which the athlete asked Strava to hide.
const zonesName = "privacy_zones.csv"

// A Zone is a circle that the athlete asked Strava to hide.
type Zone struct {
	Lat, Lon float64 // degrees, WGS 84
	RadiusM  float64 // metres
	// File is the path of its table, beginning with that of the source as the user gave it; Line is its row's, from 1.
	File string
	Line int
}

// A ZoneFault says that zones of an export are not known, and so cannot be hidden.
type ZoneFault struct {
	// File and Line are as in Zone; Line is 0 when the fault is the whole table's.
	File string
	Line int
	// Text says what is wrong, without what to do about it. It holds no text of the table.
	Text string
}

func isZonesName(name string) bool {
	return strings.EqualFold(path.Base(strings.ReplaceAll(name, `\`, "/")), zonesName)
}

// hasZones reports whether there is a table of zones anywhere in the tree.
func (t *tree) hasZones() bool {
	for i := range t.files {
		if isZonesName(t.files[i].name) {
			return true
		}
	}
	return len(t.unread) > 0
}

// leaveZones remembers that the file name is left out if it holds zones: what is not read is not hidden.
func (t *tree) leaveZones(name, why string) {
	if isZonesName(name) {
		t.unread = append(t.unread, ZoneFault{File: name, Text: why})
	}
}

// readZones reads all tables of zones in a tree of the source where: an export may hold an older one, and a place that was
// to be hidden once is hidden. Its error is a *ReadError.
func (l *Listing) readZones(t *tree, where string) error {
	where = strings.TrimRight(where, `/\`)
	l.ZoneTables += len(t.unread)
	for _, f := range t.unread {
		f.File = where + "/" + f.File
		l.ZoneFaults = append(l.ZoneFaults, f)
	}
	for i := range t.files {
		if f := &t.files[i]; isZonesName(f.name) {
			l.ZoneTables++
			if err := l.readZoneTable(f, where+"/"+f.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// readZoneTable reads the table f, called name.
func (l *Listing) readZoneTable(f *file, name string) error {
	zones, bad, err := zonesIn(f)
	if isReadError(err) {
		return err
	}
	if err != nil {
		l.ZoneFaults = append(l.ZoneFaults, ZoneFault{File: name, Text: err.Error()})
		return nil
	}
	for _, b := range bad {
		l.ZoneFaults = append(l.ZoneFaults, ZoneFault{name, b.Line, b.Why})
	}
	for _, z := range zones {
		l.Zones = append(l.Zones, Zone{Lat: z.Lat, Lon: z.Lon, RadiusM: z.RadiusM, File: name, Line: z.Line})
		if z.Guessed {
			l.Warnings = append(l.Warnings, message.New("zone-radius-guessed", fmt.Sprintf("%s:%d: the radius of this zone is not understood, so %d m around its place are hidden; "+
				"if that is too little, set a zone of your own in [privacy]", name, z.Line, stravacsv.GuessedRadiusM), message.Args{"file": name, "line": z.Line, "metres": stravacsv.GuessedRadiusM}))
		}
	}
	return nil
}

func zonesIn(f *file) ([]stravacsv.Zone, []stravacsv.BadZone, error) {
	r, err := f.open()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	return stravacsv.ReadZones(r)
}
