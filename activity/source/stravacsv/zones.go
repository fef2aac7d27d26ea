package stravacsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Zone is a circle the athlete asked Strava to hide.
type Zone struct {
	Lat, Lon float64 // degrees, WGS 84
	RadiusM  float64 // metres, 20 to 100,000
	// Line is the line its row begins at, counted from 1.
	Line int
	// Guessed says that the row's radius was not understood, and that RadiusM is GuessedRadiusM for it.
	Guessed bool
}

// GuessedRadiusM is the radius, in metres, of a zone whose own is not understood. Strava offers 200 m to 1600 m, and few
// choose more than half of that.
const GuessedRadiusM = 1000

// A BadZone is a row of privacy_zones.csv whose zone cannot be hidden.
type BadZone struct {
	Line int
	// Why says what is wrong, such as "its coordinates are not understood". It never holds text of the row.
	Why string
}

// Limits of a table of zones. Strava takes some ten of them, of 100 bytes each.
const (
	maxZoneBytes   = 64 << 10
	maxZoneRows    = 300
	maxZoneQuotes  = 2000 // each that does not close costs a look at all the rest
	maxZoneColumns = 20
	// layoutRows is how many rows are looked at to recognise columns.
	layoutRows = 50
)

// ReadZones reads privacy_zones.csv. Strava writes the columns Address, Radius and Latitude & Longitude, as in
//
//	"1 Some Street",0.50 kilometers,"48.5, 8.25"
//
// with heading, unit and perhaps decimal mark in the athlete's language. The columns are recognised by what they hold, and
// rows may have latitude and longitude in two columns, as who edits the table would write them. Every row that is not blank
// is either a zone or bad. The error says that the table as a whole cannot be used. Nothing returned holds the text of a
// row: those are addresses.
func ReadZones(r io.Reader) (zones []Zone, bad []BadZone, err error) {
	text, err := zoneText(r)
	if err != nil {
		return nil, nil, err
	}
	headings, rows, err := splitZones(text)
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	l := findZoneLayout(headings, rows)
	blank := 0
	for _, row := range rows {
		z, why := l.zone(row)
		switch {
		case row.blank():
			blank++
		case why != "":
			bad = append(bad, BadZone{row.line, why})
		default:
			zones = append(zones, z)
		}
	}
	if blank == len(rows) {
		return nil, nil, errors.New("it has rows, but nothing in them")
	}
	return zones, bad, nil
}

// zoneText reads the table and refuses what is no whole text.
func zoneText(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxZoneBytes+1))
	switch {
	case err != nil:
		return "", err
	case len(data) > maxZoneBytes:
		return "", fmt.Errorf("it is larger than %d kB, which no table of zones is", maxZoneBytes>>10)
	case len(bytes.TrimSpace(data)) == 0:
		return "", errors.New("it is empty, but Strava writes headings at least")
	case len(data)%2 != 0 && (bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})):
		return "", errors.New("it ends within a character: it is cut off")
	}
	text, _, err := readText(bytes.NewReader(data))
	if err == nil && strings.ContainsRune(text, 0) {
		err = errors.New("there are zero bytes in it: it is damaged")
	}
	if err == nil && strings.Count(text, `"`) > maxZoneQuotes {
		err = fmt.Errorf("there are more than %d quotes in it, which no table of zones has", maxZoneQuotes)
	}
	return text, err
}

// A zoneRow is one row, split into fields without blanks around them.
type zoneRow struct {
	line   int
	fields []string
	// open says that a quote does not close, so that the fields cannot be trusted.
	open bool
}

func (r *zoneRow) blank() bool { return !r.open && strings.Join(r.fields, "") == "" }

// splitZones splits the table. headings is nil when the first row is a zone already.
func splitZones(text string) (headings []string, rows []zoneRow, err error) {
	s := newSplitter(text)
	for {
		for s.pos < len(s.text) && (s.text[s.pos] == '\n' || s.text[s.pos] == '\r') {
			s.line += strings.Count(s.text[s.pos:s.pos+1], "\n")
			s.pos++
		}
		if s.pos >= len(s.text) {
			break
		}
		fields, end, closed := parse(s.text, s.pos, s.sep, true, nil)
		row := zoneRow{line: s.line, open: !closed}
		for _, f := range fields {
			row.fields = append(row.fields, strings.TrimSpace(f))
		}
		s.line += strings.Count(s.text[s.pos:end], "\n")
		s.pos = end
		if len(fields) > maxZoneColumns {
			return nil, nil, fmt.Errorf("it has more than %d columns, which no table of zones has", maxZoneColumns)
		}
		if rows = append(rows, row); len(rows) > maxZoneRows+1 {
			return nil, nil, fmt.Errorf("it has more than %d rows, which no table of zones has", maxZoneRows)
		}
	}
	if len(rows) == 0 {
		return nil, nil, errNoHeadings
	}
	if findZoneLayout(nil, rows[:1]).understands(rows[0]) {
		return nil, rows, nil
	}
	first := rows[0]
	if first.open || len(first.fields) < 2 || len(rows) == 1 && len(first.fields) < 3 {
		return nil, nil, errors.New("it has no columns of an address, a radius, and a latitude and longitude")
	}
	return first.fields, rows[1:], nil
}

// A zoneLayout says in which columns a zone stands.
type zoneLayout struct {
	// lat and lon are one column for a pair such as "48.5, 8.25".
	lat, lon int
	radius   int // 0 or less where there is none
	width    int // the number of columns
	// sure says that a heading names the coordinates.
	sure bool
}

// Beginnings of headings for latitude and longitude, folded.
var (
	latStems = []string{"lat", "breit", "breed", "bredd", "широт", "纬", "緯", "위도"}
	lonStems = []string{"lon", "lng", "lang", "läng", "leng", "долгот", "经", "經", "経", "경도"}
)

// findZoneLayout finds the columns: by headings that name latitude and longitude, else by what the rows hold. Of several
// layouts the one that understands most rows is taken, and of those the one farthest right, where Strava has it. The first
// column is the address in every form known, and an address may look like a pair ("12, 5").
func findZoneLayout(headings []string, rows []zoneRow) zoneLayout {
	width := len(headings)
	for _, r := range rows {
		if headings == nil {
			width = max(width, len(r.fields))
		}
	}
	lat, lon := -1, -1
	for i, h := range headings {
		key := foldHeading(h)
		switch isLat, isLon := holdsAny(key, latStems), holdsAny(key, lonStems); {
		case isLat && isLon && i > 0:
			return newZoneLayout(i, i, width, true)
		case beginsWithAny(key, latStems):
			lat = i
		case beginsWithAny(key, lonStems):
			lon = i
		}
	}
	if lat >= 0 && lon >= 0 {
		return newZoneLayout(lat, lon, width, true)
	}
	best, most := newZoneLayout(width-1, width-1, width, false), 0
	try := func(l zoneLayout) {
		n := 0
		for _, r := range rows[:min(len(rows), layoutRows)] {
			if l.understands(r) {
				n++
			}
		}
		if n > most {
			best, most = l, n
		}
	}
	for c := width - 1; c >= 1; c-- {
		try(newZoneLayout(c, c, width, false))
	}
	for c := width - 1; c >= 2; c-- {
		try(newZoneLayout(c-1, c, width, false))
	}
	return best
}

// newZoneLayout adds the column of the radius: the one before the coordinates unless that is the address, else the one
// behind.
func newZoneLayout(lat, lon, width int, sure bool) zoneLayout {
	l := zoneLayout{lat: lat, lon: lon, radius: min(lat, lon) - 1, width: width, sure: sure}
	if behind := max(lat, lon) + 1; l.radius < 1 && behind < width {
		l.radius = behind
	}
	return l
}

// understands reports whether a row is a zone in this layout for who knows no headings: where the coordinates are not the
// last columns, as Strava has them, the radius must make sense as well.
func (l zoneLayout) understands(r zoneRow) bool {
	z, why := l.zone(r)
	return why == "" && (!z.Guessed || max(l.lat, l.lon) == len(r.fields)-1)
}

// zone reads a row, or says why there is no zone in it.
func (l zoneLayout) zone(r zoneRow) (z Zone, why string) {
	if r.open {
		return Zone{}, "its quotes do not close"
	}
	fields := r.fields
	// "48.5, 8.25" without its quotes falls into two fields.
	if n := len(fields); l.lat == l.lon && l.lat == l.width-1 && n == l.width+1 && n >= 3 {
		fields = append(append([]string(nil), fields[:n-2]...), fields[n-2]+", "+fields[n-1])
	}
	radius := lengthM(field(fields, l.radius))
	at, ok := place{}, false
	if l.lat == l.lon {
		at, ok = readPair(field(fields, l.lat), l.sure || radius.unit)
	} else {
		at, ok = readPlace(field(fields, l.lat), field(fields, l.lon))
	}
	switch {
	case !ok:
		return Zone{}, "its coordinates are not understood"
	case radius.tooLong:
		return Zone{}, fmt.Sprintf("its radius is more than %d km", maxRadiusM/1000)
	}
	z = Zone{Lat: at.lat, Lon: at.lon, RadiusM: radius.m, Line: r.line}
	if radius.m == 0 {
		z.RadiusM, z.Guessed = GuessedRadiusM, true
	}
	return z, ""
}

func holdsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

func beginsWithAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
