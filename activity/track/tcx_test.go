package track

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"heatmapgen/activity"
)

// oneActivity puts laps into the rest of a TCX file.
func oneActivity(laps string) string {
	return `<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>x</Id>` + laps + `</Activity></Activities></TrainingCenterDatabase>`
}

// trackpoint is a sample at a time of day and a place.
func trackpoint(clock string, lat, lon float64) string {
	return fmt.Sprintf(`<Trackpoint><Time>2024-05-01T%sZ</Time><Position><LatitudeDegrees>%v</LatitudeDegrees><LongitudeDegrees>%v</LongitudeDegrees></Position></Trackpoint>`, clock, lat, lon)
}

func TestTCXPoints(t *testing.T) {
	a, b, c := trackpoint("10:00:00", 1, 2), trackpoint("10:00:01", 1, 3), trackpoint("10:05:00", 1, 4)
	noPlace := `<Trackpoint><Time>2024-05-01T10:00:30Z</Time></Trackpoint>`
	cases := map[string]struct{ text, want string }{
		"one track":                 {oneActivity(`<Lap><Track>` + a + b + `</Track></Lap>`), "1,2 10:00:00; 1,3 10:00:01"},
		"a lap continues":           {oneActivity(`<Lap><Track>` + a + `</Track></Lap><Lap><Track>` + b + `</Track></Lap>`), "1,2 10:00:00; 1,3 10:00:01"},
		"a lap after a pause":       {oneActivity(`<Lap><Track>` + a + `</Track></Lap><Lap><Track>` + c + `</Track></Lap>`), "1,2 10:00:00; / 1,4 10:05:00"},
		"a track after a pause":     {oneActivity(`<Lap><Track>` + a + `</Track><Track>` + c + `</Track></Lap>`), "1,2 10:00:00; / 1,4 10:05:00"},
		"a pause inside a track":    {oneActivity(`<Lap><Track>` + a + c + `</Track></Lap>`), "1,2 10:00:00; 1,4 10:05:00"},
		"a track back in time":      {oneActivity(`<Lap><Track>` + b + `</Track><Track>` + a + `</Track></Lap>`), "1,3 10:00:01; / 1,2 10:00:00"},
		"samples without a place":   {oneActivity(`<Lap><Track>` + a + noPlace + `</Track><Track>` + noPlace + b + `</Track></Lap>`), "1,2 10:00:00; 1,3 10:00:01"},
		"an empty track between":    {oneActivity(`<Lap><Track>` + a + `</Track><Track/><Track></Track><Track>` + b + `</Track></Lap>`), "1,2 10:00:00; 1,3 10:00:01"},
		"activities never continue": {`<TrainingCenterDatabase><Activities><Activity Sport="Running"><Lap><Track>` + a + `</Track></Lap></Activity><Activity Sport="Running"><Lap><Track>` + b + `</Track></Lap></Activity></Activities></TrainingCenterDatabase>`, "1,2 10:00:00; / 1,3 10:00:01"},
		"everything": {oneActivity(`<Lap><Track><Trackpoint><Time>2024-05-01T10:00:00.500Z</Time><Position><LongitudeDegrees>2</LongitudeDegrees><LatitudeDegrees>1</LatitudeDegrees></Position>` +
			`<AltitudeMeters>270.25999</AltitudeMeters><DistanceMeters>5</DistanceMeters><HeartRateBpm xsi:type="x"><Value>150</Value></HeartRateBpm><Cadence>9</Cadence>` +
			`<Extensions><x:TPX xmlns:x="y"><x:Speed>3.5</x:Speed><x:Watts>200</x:Watts></x:TPX></Extensions></Trackpoint></Track></Lap>`), "1,2 10:00:00.5 270.26m 3.5m/s 150bpm"},
		"blanks before the declaration": {`          <?xml version="1.0" encoding="UTF-8"?>` + oneActivity(`<Lap><Track>`+a+`</Track></Lap>`), "1,2 10:00:00"},
		"values that are none":          {oneActivity(`<Lap><Track><Trackpoint><Time/><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position><AltitudeMeters/><HeartRateBpm><Value>x</Value></HeartRateBpm></Trackpoint></Track></Lap>`), "1,2"},
		"entity in a number":            {oneActivity(`<Lap><Track><Trackpoint><Position><LatitudeDegrees>1&#46;5</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position><AltitudeMeters>&bad;</AltitudeMeters></Trackpoint></Track></Lap>`), "1.5,2"},
		"course beside an activity":     {`<TrainingCenterDatabase><Activities><Activity><Lap><Track>` + a + `</Track></Lap></Activity></Activities><Courses><Course><Track>` + b + `</Track></Course></Courses></TrainingCenterDatabase>`, "1,2 10:00:00"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wantTrack(t, []byte(c.text), c.want)
		})
	}
}

func TestTCXSummary(t *testing.T) {
	for name, want := range map[string]Result{
		"garmin.tcx": {
			Format: formatTCX, Sport: "Run", DistanceM: 187.5, MovingS: 62.5,
			Counts: Counts{Points: 5, WithPosition: 4, WithTime: 5, WithEle: 2, WithHR: 2, Segments: 3},
		},
		"unusual.tcx": {
			Format: formatTCX, Sport: "Ride", DistanceM: 900, MovingS: 100,
			Counts: Counts{Points: 2, WithPosition: 2, WithTime: 2, WithHR: 1, Segments: 2},
		},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if name == "unusual.tcx" != (len(got.Parts) == 2) {
			t.Errorf("%s: %d parts", name, len(got.Parts))
		}
		if zone := map[string]string{"garmin.tcx": "Europe/Berlin", "unusual.tcx": "+02:00"}[name]; got.Zone != zone {
			t.Errorf("%s: zone %q, want %q", name, got.Zone, zone)
		}
		got.Zone = ""
		got.Start, got.Track, got.Parts, want.Track = want.Start, nil, nil, nil
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: got %+v, want %+v", name, *got, want)
		}
	}
}

// tcxDocument is what encoding/xml makes of a TCX file: another opinion.
type tcxDocument struct {
	Activities []struct {
		Tracks []struct {
			Points []struct {
				Time string   `xml:"Time"`
				Lat  []string `xml:"Position>LatitudeDegrees"`
				Lon  []string `xml:"Position>LongitudeDegrees"`
				Alt  string   `xml:"AltitudeMeters"`
				HR   string   `xml:"HeartRateBpm>Value"`
				V    string   `xml:"Extensions>TPX>Speed"`
				Way  string   `xml:"DistanceMeters"`
				Cad  string   `xml:"Cadence"`
				Run  string   `xml:"Extensions>TPX>RunCadence"`
				W    string   `xml:"Extensions>TPX>Watts"`
			} `xml:"Trackpoint"`
		} `xml:"Lap>Track"`
	} `xml:"Activities>Activity"`
}

// tcxByXML decodes a TCX text by encoding/xml.
func tcxByXML(text []byte) (*Result, error) {
	var doc tcxDocument
	if err := xml.Unmarshal(bytes.TrimLeft(text, " \xef\xbb\xbf"), &doc); err != nil {
		return nil, err
	}
	c := newColumns()
	defer c.free()
	var clock clock
	last := func(texts []string) float64 {
		if len(texts) == 0 {
			return noSample.lat
		}
		return parseNumber([]byte(texts[len(texts)-1]))
	}
	for _, a := range doc.Activities {
		for _, track := range a.Tracks {
			c.beginSegment(false)
			for _, p := range track.Points {
				c.add(&sample{
					lat: last(p.Lat), lon: last(p.Lon), timeMS: clock.parse([]byte(p.Time)),
					alt: parseNumber([]byte(p.Alt)), hr: parseNumber([]byte(p.HR)), speed: parseNumber([]byte(p.V)), odometer: parseNumber([]byte(p.Way)),
					sensors: [activity.SensorCount]float64{activity.Cadence: parseNumber([]byte(cmp.Or(p.Run, p.Cad))), activity.Power: parseNumber([]byte(p.W)), activity.Temperature: noSample.lat},
				})
			}
		}
	}
	r, _ := c.finish(&Result{Format: formatTCX}, nil)
	return r, nil
}

// sameSamples compares what two ways have read, but for where stretches begin.
func sameSamples(a, b *Result) string {
	if a == nil || b == nil {
		if a != b {
			return fmt.Sprintf("result %v, %v", a, b)
		}
		return ""
	}
	if a.Counts != b.Counts {
		return fmt.Sprintf("%+v, %+v", a.Counts, b.Counts)
	}
	x, y := *a.Track, *b.Track
	x.Starts, y.Starts = nil, nil
	return sameTrack(&x, &y)
}

func TestTCXAgreesWithEncodingXML(t *testing.T) {
	dir := shared(t)
	for _, row := range readOracle(t, dir) {
		if row.kind != formatTCX || strings.Contains(row.path, "courses") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "corpus", row.path))
		if err != nil {
			t.Fatal(err)
		}
		want, err := tcxByXML(data)
		if err != nil {
			t.Fatalf("%s: %v", row.path, err)
		}
		got, _ := Decode(data)
		if fault := sameSamples(got, want); fault != "" {
			t.Errorf("%s: %s", row.path, fault)
		}
	}
}

// randomTCX writes a TCX file the way some watch might.
func randomTCX(rng *rand.Rand) string {
	var out strings.Builder
	pick := func(choices ...string) string { return choices[rng.IntN(len(choices))] }
	element := func(name, text string) string {
		return fmt.Sprintf("<%s>%s</%s>%s", name, text, name, pick("", "\n", "\n    "))
	}
	number := func(scale float64) string {
		v := rng.Float64() * scale
		return pick(fmt.Sprint(v), fmt.Sprintf("%.7f", v), fmt.Sprintf(" %.2f ", v), "", "x", fmt.Sprintf("<![CDATA[%.1f]]>", v), fmt.Sprintf("%.3f", v))
	}
	prefix := pick("ns3:", "x:", "")
	var parts []int
	out.WriteString(pick("", "          ") + `<?xml version="1.0"?><TrainingCenterDatabase><Activities><Activity Sport="Biking">`)
	for range rng.IntN(4) {
		out.WriteString("<Lap>" + element("TotalTimeSeconds", "9.5"))
		for range rng.IntN(3) {
			out.WriteString(pick("<Track>", "<Track>", "<!-- lap --><Track>"))
			for second := range rng.IntN(10) {
				if rng.IntN(4) == 0 {
					parts = rng.Perm(6)[:rng.IntN(7)]
				}
				out.WriteString(pick("", "\n  ") + "<Trackpoint>")
				for _, part := range parts {
					switch part {
					case 0:
						out.WriteString(element("Time", fmt.Sprintf("2024-05-01T10:00:%02d%s", second, pick("Z", ".000Z", "+01:00", "?"))))
					case 1:
						out.WriteString(element("Position", element("LatitudeDegrees", number(91))+element("LongitudeDegrees", number(181))))
					case 2:
						out.WriteString(element("AltitudeMeters", number(9100)))
					case 3:
						out.WriteString(element("HeartRateBpm", element("Value", number(260))))
					case 4:
						out.WriteString(element("Extensions", element(prefix+"TPX", element(prefix+"Watts", number(9))+element(prefix+"Speed", number(200)))))
					case 5:
						out.WriteString(element("Cadence", number(90)) + pick("", "<SensorState/>"))
					}
				}
				out.WriteString("</Trackpoint>")
			}
			out.WriteString("</Track>")
		}
		out.WriteString("</Lap>")
	}
	out.WriteString("</Activity></Activities></TrainingCenterDatabase>")
	return out.String()
}

func TestTCXAgreesWithEncodingXMLOnRandomFiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 3000 {
		text := strings.ReplaceAll(strings.ReplaceAll(randomTCX(rng), "ns3:", ""), "x:", "")
		want, err := tcxByXML([]byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		got, _ := Decode([]byte(text))
		if fault := sameSamples(got, want); fault != "" {
			t.Fatalf("%s\n%s", fault, text)
		}
	}
}

func FuzzTCX(f *testing.F) {
	seed(f, ".tcx")
	rng := rand.New(rand.NewPCG(15, 16))
	for range 20 {
		f.Add([]byte(randomTCX(rng)))
	}
	f.Fuzz(checkDecode)
}
