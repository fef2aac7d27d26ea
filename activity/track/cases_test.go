package track

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tormoder/fit"
)

// TestCases reads situations that others reported, where the shared folder has them.
func TestCases(t *testing.T) {
	dir := filepath.Join(shared(t), "cases")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no cases there")
	}
	sports := func(r *Result) string {
		var s []string
		for k := range r.Parts {
			s = append(s, string(r.Parts[k].Sport))
		}
		if s == nil {
			return string(r.Sport)
		}
		return strings.Join(s, ", ")
	}
	ten := strings.TrimSuffix(strings.Repeat("Run, ", 10), ", ")
	for path, want := range map[string]string{
		"02-several-activities-in-one-file/05-multisport-fit/in/tri.fit":          "Swim, Ride, Run",
		"02-several-activities-in-one-file/05b-multisport-tcx/in/tri.tcx":         "Other, Ride, Run",
		"02-several-activities-in-one-file/06-gpx-many-tracks/in/all.gpx":         ten,
		"02-several-activities-in-one-file/06b-gpx-tracks-of-sports/in/all.gpx":   "Run, Ride",
		"02-several-activities-in-one-file/07-tcx-many-activities/in/history.tcx": ten,
		"02-several-activities-in-one-file/08-fit-chain/in/chain.fit":             "Run, Run",
		"04-named-sport-guessed-away/16-named-sports/in/boating.fit":              "Boating",
		"04-named-sport-guessed-away/16-named-sports/in/fishing.fit":              "Fishing",
		"04-named-sport-guessed-away/16-named-sports/in/wheelchair-push-run.fit":  "Wheelchair",
		"04-named-sport-guessed-away/16-named-sports/in/gpx-sledding.gpx":         "Sledding",
		"04-named-sport-guessed-away/16-named-sports/in/gpx-horseback_riding.gpx": "Horseback Riding",
		"04-named-sport-guessed-away/16-named-sports/in/tcx-other.tcx":            "Other",
		"07-virtual-on-the-map/02-virtual-fit/in/a.fit":                           "Virtual Ride",
		"16-words-for-sports/22-words/in/01-e_bike_mountain.gpx":                  "E-Mountain Bike Ride",
		"16-words-for-sports/22-words/in/02-kayaking_v2.gpx":                      "Kayaking",
		"16-words-for-sports/22-words/in/03-rowing_v2.gpx":                        "Rowing",
		"16-words-for-sports/22-words/in/04-cross_country_skiing_ws.gpx":          "Nordic Ski",
		"16-words-for-sports/22-words/in/05-resort_skiing_snowboarding_ws.gpx":    "Alpine Ski",
		"16-words-for-sports/22-words/in/06-ultra_run.gpx":                        "Run",
		"16-words-for-sports/22-words/in/07-touringbicycle.gpx":                   "Ride",
		"16-words-for-sports/22-words/in/08-handcycling.gpx":                      "Handcycle",
		"16-words-for-sports/22-words/in/09-bmx.gpx":                              "Ride",
		"16-words-for-sports/22-words/in/10-trail-hiking.gpx":                     "Hike",
		"16-words-for-sports/22-words/in/11-off-trail-hiking.gpx":                 "Hike",
		"28-heart-rate-messages/71-hr-messages/in/a.fit":                          "Swim",
	} {
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if got := sports(r); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
		if strings.HasPrefix(path, "28") {
			low, high, with := uint8(255), uint8(0), 0
			for _, hr := range r.Track.HR {
				if hr > 0 {
					low, high, with = min(low, hr), max(high, hr), with+1
				}
			}
			if low != 130 || high != 149 || with < r.Track.Len()*95/100 {
				t.Errorf("%d of %d samples have a heart rate, from %d to %d", with, r.Track.Len(), low, high)
			}
		}
	}
}

// TestHeartRateMessages checks both ways in which hr messages tell their times, across a round of the twelve bits.
func TestHeartRateMessages(t *testing.T) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	for i := range 12 {
		w.message(1, noon+uint32(i), semi(48+float64(i)*1e-5), semi(7.5))
	}
	w.define(3, fitHRMessage, []fitField{fitTime, {fitHRFraction, 2, fitUint16}, {fitHRBeats, 1, fitUint8}, {fitHRTimes, 4, fitUint32}})
	w.message(3, noon, uint16(16384), uint8(120), uint32(10_000)) // at half past noon's first second
	w.define(4, fitHRMessage, []fitField{{fitHRBeats, 2, fitUint8}, {fitHRTimes12, 3, 0x0D}})
	for i := range 4 { // two beats a message, each a second after the one before
		a, b := uint32(10_000+1024*(2*i+1))&0xFFF, uint32(10_000+1024*(2*i+2))&0xFFF
		v := a | b<<12
		w.message(4, uint8(121+2*i), uint8(122+2*i), byte(v), byte(v>>8), byte(v>>16))
	}
	r, err := Decode(w.file())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(r.Track.HR), "[120 121 122 123 124 125 126 127 128 128 128 128]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMadeByGames(t *testing.T) {
	points := gpxPoints(5, 0, 1)
	w := newFITWriter()
	w.define(0, fit.MesgNumFileId, []fitField{{0, 1, fitEnum}, {1, 2, fitUint16}})
	w.message(0, byte(fit.FileTypeActivity), uint16(fit.ManufacturerZwift))
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	w.message(1, noon, semi(48), semi(7.5))
	w.define(2, fit.MesgNumSession, []fitField{fitTime, {5, 1, fitEnum}, {9, 4, fitUint32}})
	w.message(2, noon, byte(fit.SportCycling), uint32(100))
	for name, c := range map[string]struct{ file, want string }{
		"GPX of Zwift":   {`<gpx creator="Zwift"><trk><type>running</type>` + points + "</trk></gpx>", "Virtual Run"},
		"GPX of a watch": {`<gpx creator="Garmin Connect"><trk><name>Zwift</name><type>running</type>` + points + "</trk></gpx>", "Run"},
		"FIT of Zwift":   {string(w.file()), "Virtual Ride"},
	} {
		r, err := Decode([]byte(c.file))
		if err != nil || string(r.Sport) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, r.Sport, err, c.want)
		}
	}
}

func TestPackedTwice(t *testing.T) {
	data := run(10, fit.SportRunning, fit.SubSportGeneric, 100)
	for range 2 {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	if r, err := Decode(data); err != nil || r.Track.Len() != 10 {
		t.Errorf("%v", err)
	}
}
