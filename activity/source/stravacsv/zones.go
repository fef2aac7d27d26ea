package stravacsv

import (
	"io"
	"regexp"
	"strings"
)

// ReadZones reads privacy_zones.csv: Address, Radius, Latitude & Longitude. It
// goes by what the columns hold, since headings are localised, and returns the
// zones it could read and the number of rows that it could not. Neither its
// results nor its error hold the text of a row: those are addresses.
func ReadZones(r io.Reader) (zones []Zone, bad int, err error) {
	text, _, err := readText(r)
	if err != nil {
		return nil, 0, err
	}
	s := newSplitter(text)
	if _, err := s.headings(); err != nil {
		return nil, 0, nil // no zones
	}
	s.want = 0
	for rec, ok := s.next(); ok; rec, ok = s.next() {
		if strings.TrimSpace(strings.Join(rec.fields, "")) == "" {
			continue
		}
		if z, ok := zoneOf(rec.fields); ok {
			zones = append(zones, z)
		} else {
			bad++
		}
	}
	return zones, bad, nil
}

// anglePattern is a coordinate; the decimals tell it from house numbers.
var anglePattern = regexp.MustCompile(`[-+−]?\d{1,3}\.\d+`)

// radiusPattern is a length with its unit, metres when it has none.
var radiusPattern = regexp.MustCompile(`(?i)^\s*([\d.,]+)\s*(m|meters?|metres?|km|mi|ft|yd)?\s*$`)

// unitsM are the units of a radius in metres.
var unitsM = map[string]float64{"": 1, "m": 1, "km": 1000, "mi": 1609.344, "ft": 0.3048, "yd": 0.9144}

// Radii that are believed: Strava offers 200 m to 1600 m. A number misread must
// not become a zone that hides nothing.
const (
	minRadiusM = 20
	maxRadiusM = 10_000
)

// zoneOf reads a row from its right: the last two coordinates are latitude and
// longitude, in one column or two; the column before them is the radius.
func zoneOf(fields []string) (Zone, bool) {
	var angles []float64
	i := len(fields)
	for i > 0 && len(angles) < 2 {
		i--
		found := anglePattern.FindAllString(fields[i], -1)
		var here []float64
		for _, f := range found {
			here = append(here, signed(f))
		}
		angles = append(here, angles...)
	}
	if len(angles) != 2 || i == 0 {
		return Zone{}, false
	}
	z := Zone{Lat: angles[0], Lon: angles[1]}
	m := radiusPattern.FindStringSubmatch(fields[i-1])
	if m == nil {
		return Zone{}, false
	}
	unit := strings.ToLower(m[2])
	if strings.HasPrefix(unit, "me") {
		unit = "m"
	}
	z.RadiusM = localNumber(m[1], '.', false) * unitsM[unit]
	sound := z.Lat >= -90 && z.Lat <= 90 && z.Lon >= -180 && z.Lon <= 180 && z.RadiusM >= minRadiusM && z.RadiusM <= maxRadiusM
	return z, sound
}

// signed parses a coordinate with its sign.
func signed(s string) float64 {
	rest, minus := strings.CutPrefix(strings.Replace(s, "−", "-", 1), "-")
	v := finite(strings.TrimPrefix(rest, "+"))
	if minus {
		return -v
	}
	return v
}
