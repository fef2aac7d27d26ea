package track

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tormoder/fit"
)

// gpxPoints writes a segment of n points, a second apart, from a time of 1 May 2026 on.
func gpxPoints(n int, from time.Duration, lat float64) string {
	var b strings.Builder
	b.WriteString("<trkseg>")
	for i := range n {
		at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).Add(from + time.Duration(i)*time.Second)
		fmt.Fprintf(&b, `<trkpt lat="%.6f" lon="8"><time>%s</time></trkpt>`, lat+float64(i)/1e5, at.Format(time.RFC3339))
	}
	return b.String() + "</trkseg>"
}

func describeParts(r *Result) string {
	var parts []string
	for k := range r.Parts {
		p := r.Part(k)
		parts = append(parts, fmt.Sprintf("%s %q %d from %s group %d", p.Sport, p.Name, p.Track.Len(), p.Start.Format("02T15:04"), r.Parts[k].Group))
	}
	return strings.Join(parts, "; ")
}

func TestTracksOfGPX(t *testing.T) {
	hour, day := time.Hour, 24*time.Hour
	for name, c := range map[string]struct{ tracks, want string }{
		"one":                  {"<trk><name>a</name>" + gpxPoints(3, hour, 1) + "</trk>", ""},
		"a pause of a segment": {"<trk>" + gpxPoints(3, hour, 1) + gpxPoints(3, 5*hour, 1) + "</trk>", ""},
		"days":                 {"<trk><type>running</type>" + gpxPoints(3, hour, 1) + "</trk><trk><type>running</type>" + gpxPoints(4, day, 1) + "</trk>", `Run "" 3 from 01T01:00 group 0; Run "" 4 from 02T00:00 group 0`},
		"sports":               {"<trk><name>a</name><type>running</type>" + gpxPoints(3, hour, 1) + "</trk><trk><name>b</name><type>cycling</type>" + gpxPoints(4, hour+3*time.Second, 1) + "</trk>", `Run "a" 3 from 01T01:00 group 0; Ride "b" 4 from 01T01:00 group 0`},
		"pieces":               {"<trk>" + gpxPoints(3, hour, 1) + "</trk><trk><name>a</name>" + gpxPoints(3, hour+9*time.Minute, 1) + "</trk><trk><name>a</name><type>1</type>" + gpxPoints(3, hour+18*time.Minute, 1) + "</trk>", ""},
		"names":                {"<trk><name>a</name>" + gpxPoints(3, hour, 1) + "</trk><trk><name>b</name>" + gpxPoints(3, hour+time.Minute, 1) + "</trk>", ` "a" 3 from 01T01:00 group 0;  "b" 3 from 01T01:01 group 0`},
		"earlier":              {"<trk>" + gpxPoints(3, hour, 1) + "</trk><trk>" + gpxPoints(3, 0, 1) + "</trk>", ` "" 3 from 01T01:00 group 0;  "" 3 from 01T00:00 group 0`},
		"empty ones":           {"<trk></trk><trk>" + gpxPoints(3, hour, 1) + "</trk><trk><trkseg/></trk>", ""},
	} {
		for way, head := range map[string]string{"": "", "slowly": "<!DOCTYPE gpx>"} {
			t.Run(name+way, func(t *testing.T) {
				r, err := Decode([]byte(head + "<gpx>" + c.tracks + "</gpx>"))
				if err != nil {
					t.Fatal(err)
				}
				if got := describeParts(r); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
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
	}
}

func TestActivitiesOfTCX(t *testing.T) {
	one := func(sport string, hour int) string {
		return fmt.Sprintf(`<Activity Sport="%s"><Lap><TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>%d</DistanceMeters><Track>
<Trackpoint><Time>2026-05-01T%02d:00:00Z</Time><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position></Trackpoint>
<Trackpoint><Time>2026-05-01T%02d:00:09Z</Time><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2.001</LongitudeDegrees></Position></Trackpoint>
</Track></Lap></Activity>`, sport, 100*hour, hour, hour)
	}
	r, err := Decode([]byte("<TrainingCenterDatabase><Activities>" + one("Running", 5) + "<MultiSportSession><FirstSport>" + one("Other", 6) + "</FirstSport><NextSport>" +
		one("Biking", 7) + "</NextSport></MultiSportSession>" + one("Running", 8) + "</Activities></TrainingCenterDatabase>"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describeParts(r), `Run "" 2 from 01T05:00 group 0; Other "" 2 from 01T06:00 group 1; Ride "" 2 from 01T07:00 group 1; Run "" 2 from 01T08:00 group 0`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p := r.Part(2); p.DistanceM != 700 || p.MovingS != 60 {
		t.Errorf("the ride is %g m in %g s", p.DistanceM, p.MovingS)
	}
}

// TestSessionsOfFIT checks a triathlon, whose sessions all stand at the end, and a chain.
func TestSessionsOfFIT(t *testing.T) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	for i := range 60 {
		w.message(1, noon+uint32(i), semi(48+float64(i)*1e-5), semi(7.5))
	}
	w.define(2, fit.MesgNumSession, []fitField{fitTime, {2, 4, fitUint32}, {5, 1, fitEnum}, {9, 4, fitUint32}})
	for i, sport := range []fit.Sport{fit.SportSwimming, fit.SportCycling, fit.SportRunning} {
		w.message(2, noon+uint32(i*20+20), noon+uint32(i*20), byte(sport), uint32(100*(i+1)*100))
	}
	triathlon := w.file()
	r, err := Decode(append(triathlon, run(10, fit.SportWalking, fit.SubSportGeneric, 5)...))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describeParts(r), fmt.Sprintf(`Swim "" 20 from %[1]s group 1; Ride "" 20 from %[1]s group 1; Run "" 20 from %[1]s group 1; Walk "" 10 from %[1]s group 0`,
		r.Start.Format("02T15:04")); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p := r.Part(1); p.DistanceM != 200 || len(p.Track.Starts) != 0 || p.Track.Lat[0] != 48.0002 {
		t.Errorf("the ride: %g m, starts %v, from %g", p.DistanceM, p.Track.Starts, p.Track.Lat[0])
	}
	if r, err = Decode(triathlon[:len(triathlon)-30]); err == nil && len(r.Parts) == 3 {
		t.Error("a session that broke off is there")
	}
}
