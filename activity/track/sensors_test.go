package track

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// readingsOf lists what sensors tell at each sample: cadence, power, temperature; "-" where nothing.
func readingsOf(t *activity.Track) string {
	var all []string
	for i := range t.Len() {
		var one []string
		for _, s := range activity.AllSensors() {
			text := "-"
			if r := t.Reading(s, i); r > 0 {
				text = strconv.FormatFloat(s.Value(float64(r)), 'g', 6, 64)
			}
			one = append(one, text)
		}
		all = append(all, strings.Join(one, " "))
	}
	return strings.Join(all, "; ")
}

// TestSensorsOfXML reads sensors where the services put them, and believes what can be.
func TestSensorsOfXML(t *testing.T) {
	gpx := func(extensions string) string {
		return oneSegment(`<trkpt lat="1" lon="2"><extensions>` + extensions + `</extensions></trkpt>`)
	}
	tcx := func(more string) string {
		return oneActivity(`<Lap><Track><Trackpoint><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position>` + more + `</Trackpoint></Track></Lap>`)
	}
	for name, c := range map[string]struct{ text, want string }{
		"Garmin's":           {gpx(`<ns3:TrackPointExtension><ns3:atemp>23.4</ns3:atemp><ns3:hr>99</ns3:hr><ns3:cad>85</ns3:cad></ns3:TrackPointExtension>`), "85 - 23.4"},
		"Garmin's power":     {gpx(`<pwr:PowerExtension><pwr:PowerInWatts>230</pwr:PowerInWatts></pwr:PowerExtension>`), "- 230 -"},
		"Strava's":           {gpx(`<power>75</power><gpxtpx:TrackPointExtension><gpxtpx:atemp>-4</gpxtpx:atemp><gpxtpx:cad>61</gpxtpx:cad></gpxtpx:TrackPointExtension>`), "61 75 -4"},
		"Cluetrust's":        {gpx(`<gpxdata:cadence>90</gpxdata:cadence><gpxdata:temp>10</gpxdata:temp>`), "90 - 10"},
		"coasting":           {gpx(`<power>0</power><cad>0</cad><atemp>0</atemp>`), "- 0 0"},
		"beyond belief":      {gpx(`<power>3001</power><cad>251</cad><atemp>85</atemp>`), "- - -"},
		"below it":           {gpx(`<power>-1</power><cad>-80</cad><atemp>-61</atemp>`), "- - -"},
		"no numbers":         {gpx(`<power>much</power><cad/><atemp>NaN</atemp>`), "- - -"},
		"at the bounds":      {gpx(`<power>3000</power><cad>250</cad><atemp>60</atemp>`), "250 3000 60"},
		"TCX":                {tcx(`<Cadence>88</Cadence><Extensions><TPX xmlns="x"><Speed>3</Speed><Watts>200</Watts></TPX></Extensions>`), "88 200 -"},
		"TCX of a run":       {tcx(`<Extensions><ns3:TPX><ns3:RunCadence>86</ns3:RunCadence></ns3:TPX></Extensions>`), "86 - -"},
		"TCX without values": {tcx(`<Cadence/><Extensions><TPX><Watts>n</Watts></TPX></Extensions>`), "- - -"},
	} {
		r, err := Decode([]byte(c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := readingsOf(r.Track); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestSensorsOfFIT reads record messages, whole and in halves, and what stands for no value.
func TestSensorsOfFIT(t *testing.T) {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	cadence, part, power, temperature := fitField{4, 1, fitUint8}, fitField{53, 1, fitUint8}, fitField{7, 2, fitUint16}, fitField{13, 1, fitSint8}
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon, cadence, part, power, temperature})
	w.define(2, fit.MesgNumRecord, []fitField{fitTime, power, temperature})
	w.define(3, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon, cadence})
	w.message(1, noon, semi(48), semi(7.5), uint8(85), uint8(64), uint16(250), int8(-7))
	w.message(1, noon+1, semi(48), semi(7.5), uint8(85), uint8(255), uint16(0), int8(0))
	w.message(1, noon+2, semi(48), semi(7.5), uint8(255), uint8(64), uint16(65535), int8(127))
	w.message(2, noon+3, uint16(99), int8(30))
	w.message(3, noon+3, semi(48), semi(7.5), uint8(90))
	r, err := Decode(w.file())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := readingsOf(r.Track), "85.5 250 -7; 85 0 0; - - -; 90 99 30"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	stored := Append(nil, r)
	back, err := Parse(stored)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := readingsOf(back.Track), readingsOf(r.Track); got != want {
		t.Errorf("of the cache: %s, want %s", got, want)
	}
}

// TestSensorsOfOthers holds what is read of recordings of others to their text, and to what tormoder/fit makes of all of a file.
func TestSensorsOfOthers(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED names no recordings")
	}
	read := func(name string) ([]byte, *activity.Track) {
		data, err := os.ReadFile(filepath.Join(shared, "corpus", name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		return data, r.Track
	}
	sum := func(tr *activity.Track, s activity.Sensor) (n int, total float64) {
		for _, r := range tr.Readings[s] {
			if r > 0 {
				n, total = n+1, total+s.Value(float64(r))
			}
		}
		return n, total
	}
	for _, c := range []struct {
		name, element string
		sensor        activity.Sensor
	}{
		{"togeojson/test/data/Friday-Evening-Run.gpx", "gpxtpx:PowerInWatts", activity.Power},
		{"togeojson/test/data/Friday-Evening-Run.gpx", "gpxtpx:cad", activity.Cadence},
		{"togeojson/test/data/garmin_connect.tcx", "ns3:Watts", activity.Power},
	} {
		data, tr := read(c.name)
		var n int
		var total float64
		for point := range bytes.SplitSeq(bytes.ReplaceAll(data, []byte("</trkpt>"), []byte("</Trackpoint>")), []byte("</Trackpoint>")) {
			m := regexp.MustCompile("<" + c.element + ">([0-9.]+)<").FindSubmatch(point)
			if m == nil || !bytes.Contains(point, []byte("<Position>")) && !bytes.Contains(point, []byte("<trkpt")) {
				continue
			}
			v, err := strconv.ParseFloat(string(m[1]), 64)
			if err != nil {
				t.Fatal(err)
			}
			n, total = n+1, total+v
		}
		if gotN, got := sum(tr, c.sensor); n == 0 || gotN != n || got != total {
			t.Errorf("%s: %s %d times, %g in all, want %d and %g", c.name, c.sensor, gotN, got, n, total)
		}
	}
	data, tr := read("garmin-fit-csharp-sdk/Cookbook/ActivityDecode/Activity.fit")
	file, err := fit.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := file.Activity()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range activity.AllSensors() {
		var n int
		var total float64
		for _, m := range whole.Records {
			if m.PositionLat.Degrees() == 0 && m.PositionLong.Degrees() == 0 {
				continue // no place that anybody was at
			}
			v, none := map[activity.Sensor][2]float64{activity.Cadence: {float64(m.Cadence), 255}, activity.Power: {float64(m.Power), 65535}, activity.Temperature: {float64(m.Temperature), 127}}[s], false
			if none = v[0] == v[1] || s == activity.Cadence && (v[0] == 0 || v[0] > 250); !none {
				n, total = n+1, total+v[0]
			}
		}
		gotN, got := sum(tr, s)
		t.Logf("%s: %d times, %g in all", s, gotN, got)
		if gotN != n || got != total {
			t.Errorf("%s %d times, %g in all, want %d and %g", s, gotN, got, n, total)
		}
	}
}
