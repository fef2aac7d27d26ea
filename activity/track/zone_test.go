package track

import (
	"strings"
	"testing"
	"time"

	"github.com/tormoder/fit"
)

func TestZones(t *testing.T) {
	point := func(lat, lon, at string) string {
		return `<gpx><trk><trkseg><trkpt lat="` + lat + `" lon="` + lon + `"><time>` + at + `</time></trkpt></trkseg></trk></gpx>`
	}
	activityMessage := func(local uint32) string {
		w := newFITWriter()
		w.fileID(fit.FileTypeActivity)
		w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
		w.message(1, noon, semi(48.1), semi(11.5))
		w.define(2, fit.MesgNumActivity, []fitField{fitTime, {fitLocalTimeID, 4, fitUint32}})
		w.message(2, noon+100, local)
		return string(w.file())
	}
	for name, c := range map[string]struct{ file, zone, local string }{
		"late in the evening": {point("40.7", "-74", "2026-05-02T02:30:00Z"), "America/New_York", "2026-05-01T22:30"},
		"summer time":         {point("48.1", "11.5", "2026-07-01T22:30:00Z"), "Europe/Berlin", "2026-07-02T00:30"},
		"winter time":         {point("48.1", "11.5", "2026-01-01T22:30:00Z"), "Europe/Berlin", "2026-01-01T23:30"},
		"half an hour":        {point("28.6", "77.2", "2026-01-01T20:00:00Z"), "Asia/Kolkata", "2026-01-02T01:30"},
		"at sea":              {point("0", "-140", "2026-01-01T05:00:00Z"), "Etc/GMT+9", "2025-12-31T20:00"},
		"near a border":       {point("47.56", "7.60", "2026-01-01T23:30:00Z"), "Europe/Zurich", "2026-01-02T00:30"},
		"its own offset":      {point("48.1", "11.5", "2026-07-01T22:30:00-05:00"), "-05:00", "2026-07-01T22:30"},
		"an offset of Nepal":  {point("48.1", "11.5", "2026-07-01T00:30:00+05:45"), "+05:45", "2026-07-01T00:30"},
		"no time":             {point("48.1", "11.5", ""), "", ""},
		"a watch's own":       {activityMessage(noon + 100 + 9*3600), "+09:00", "T21:00"},
		"a watch in UTC":      {activityMessage(noon + 100), "Europe/Berlin", ""},
		"a watch's nonsense":  {activityMessage(1234), "Europe/Berlin", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Decode([]byte(c.file))
			if err != nil {
				t.Fatal(err)
			}
			if r.Zone != c.zone {
				t.Errorf("zone %q, want %q", r.Zone, c.zone)
			}
			if got := Local(r.Start, r.Zone).Format("2006-01-02T15:04"); c.local != "" && !strings.HasSuffix(got, c.local) {
				t.Errorf("%s, want %s", got, c.local)
			}
			back, err := Parse(Append(nil, r))
			if err != nil {
				t.Fatal(err)
			}
			if d := sameResult(r, back); d != "" {
				t.Error("from the cache: " + d)
			}
		})
	}
	at := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, zone := range []string{"", "Local", "Moon/Tranquillity", "../etc/passwd", "+9"} {
		if got := Local(at, zone); got.Location() != time.UTC && zone != "+9" || !got.Equal(at) {
			t.Errorf("%q is %v", zone, got)
		}
	}
}
