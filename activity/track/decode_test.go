package track

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

func gzipped(tb testing.TB, data []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

func TestDecodeGzipped(t *testing.T) {
	plain, err := os.ReadFile(filepath.Join("testdata", "strava.gpx"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := Decode(plain)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzipped(t, plain)
	half := len(plain) / 2
	lying := bytes.Clone(packed)
	lying[len(lying)-1] = 0xff // the promised size
	checksum := bytes.Clone(packed)
	checksum[len(checksum)-8] ^= 1
	cases := map[string]struct {
		data    []byte
		warning bool
	}{
		"as it is":       {packed, false},
		"in two members": {append(gzipped(t, plain[:half]), gzipped(t, plain[half:])...), false},
		"wrong size":     {lying, true},
		"wrong checksum": {checksum, true},
		"trailer gone":   {packed[:len(packed)-8], true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Decode(c.data)
			if err != nil {
				t.Fatal(err)
			}
			if (r.Warning != nil) != c.warning {
				t.Errorf("warning %v", r.Warning)
			}
			r.Warning = nil
			if fault := sameResult(r, want); fault != "" {
				t.Error(fault)
			}
		})
	}
	if r, err := Decode(packed[:len(packed)-28]); err != nil || r.Track.Len() == 0 || !errors.Is(r.Warning, ErrTruncated) {
		t.Errorf("cut off: %+v, %v", r, err)
	}
	if r, err := Decode(packed[:12]); r != nil || err == nil {
		t.Errorf("a header: %+v, %v", r, err)
	}
}

func TestDecodeRefusesBombs(t *testing.T) {
	packed := gzipped(t, bytes.Repeat([]byte(" "), bombFloor+1))
	if r, err := Decode(packed); r != nil || !errors.Is(err, ErrTooLarge) {
		t.Errorf("%+v, %v", r, err)
	}
	// What is just below the limit is read; there is nothing in it.
	packed = gzipped(t, bytes.Repeat([]byte(" "), bombFloor))
	if _, err := Decode(packed); !errors.Is(err, ErrUnknownFormat) {
		t.Error(err)
	}
}

// TestDecodeSurvivesDepth feeds elements nested deeper than any stack.
func TestDecodeSurvivesDepth(t *testing.T) {
	for name, text := range map[string]string{
		"gpx":        oneSegment(`<trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"><extensions>` + strings.Repeat("<a>", 1e6)),
		"gpx slowly": `<!DOCTYPE gpx>` + oneSegment(`<trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"><extensions>`+strings.Repeat("<a>", 1e6)),
		"tcx":        `<TrainingCenterDatabase><Activities><Activity><Lap><Track>` + trackpoint("10:00:00", 1, 2) + `</Track></Lap></Activity>` + strings.Repeat("<FirstSport>", 1e6),
	} {
		r, err := Decode([]byte(text))
		if err != nil || r.Track.Len() != 1 || !errors.Is(r.Warning, ErrTruncated) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestParseNumber(t *testing.T) {
	texts := []string{
		"0", "-0", "1", "-1.5", "+7", ".5", "5.", "007.250", "48.1234567", "999999999999999", "9999999999999999", "0.000000000000001",
		"123456789012345.6", "1e3", "1E-400", "1e400", "0x1p-2", "inf", "-Infinity", "nan", "1_000",
		"", ".", "-", "+", "--1", "1.2.3", "1,2,3", "1,234.5", "1.5,", ",", "12m", "1 2", "é",
		"179.99999999999999999999", "0.30000000000000004", "2.2250738585072011e-308", strings.Repeat("9", 400), "0." + strings.Repeat("0", 400) + "1",
	}
	rng := rand.New(rand.NewPCG(19, 20))
	for range 20000 {
		texts = append(texts, strconv.FormatFloat((rng.Float64()-0.5)*math.Pow(10, float64(rng.IntN(12))), 'f', rng.IntN(20), 64))
	}
	for _, text := range texts {
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			want = math.NaN()
		}
		for _, padded := range []string{text, " " + text + "\n"} {
			got := parseNumber([]byte(padded))
			if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%q is read as %v, want %v", padded, got, want)
			}
		}
	}
}

func TestCommaIsADecimalPoint(t *testing.T) {
	for text, want := range map[string]float64{"48,123": 48.123, " -7,5\n": -7.5, ",5": 0.5, "5,": 5, "1,5e2": 150} {
		if got := parseNumber([]byte(text)); got != want {
			t.Errorf("%q is read as %v, want %v", text, got, want)
		}
	}
	for name, file := range map[string]string{
		"gpx":        oneSegment(`<trkpt lat="48,5" lon="-7,25"><ele>270,2</ele><time>2024-05-01T10:00:00Z</time></trkpt>`),
		"gpx slowly": `<!DOCTYPE gpx>` + oneSegment(`<trkpt lat="48,5" lon="-7,25"><ele>270,2</ele><time>2024-05-01T10:00:00Z</time></trkpt>`),
		"tcx": `<TrainingCenterDatabase><Activities><Activity><Lap><Track><Trackpoint><Time>2024-05-01T10:00:00Z</Time>
<Position><LatitudeDegrees>48,5</LatitudeDegrees><LongitudeDegrees>-7,25</LongitudeDegrees></Position><AltitudeMeters>270,2</AltitudeMeters></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>`,
	} {
		r, err := Decode([]byte(file))
		if err != nil || show(r.Track) != "48.5,-7.25 10:00:00 270.2m" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestClock(t *testing.T) {
	const none = ""
	cases := map[string]string{
		"2024-05-01T10:00:00Z":             "2024-05-01T10:00:00Z",
		" 2024-05-01T10:00:00Z\n":          "2024-05-01T10:00:00Z",
		"2024-05-01 10:00:00":              "2024-05-01T10:00:00Z",
		"2024-05-01t10:00:00z":             "2024-05-01T10:00:00Z",
		"2024-02-29T23:59:59.999Z":         "2024-02-29T23:59:59.999Z",
		"2024-05-01T10:00:00.1239999Z":     "2024-05-01T10:00:00.123Z",
		"2024-05-01T10:00:00,5Z":           "2024-05-01T10:00:00.5Z",
		"2024-05-01T00:30:00.000+02:00":    "2024-04-30T22:30:00Z",
		"2024-05-01T10:00:00-0930":         "2024-05-01T19:30:00Z",
		"2024-05-01T10:00:00+01":           "2024-05-01T09:00:00Z",
		"2016-12-31T23:59:60Z":             "2017-01-01T00:00:00Z",
		"2024-05-01T24:00:00Z":             "2024-05-02T00:00:00Z",
		"1901-12-13T20:45:52.2073437Z":     "1901-12-13T20:45:52.207Z",
		"0001-01-01T00:00:00Z":             "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":             "9999-12-31T23:59:59Z",
		"":                                 none,
		"2024-05-01":                       none,
		"2024-05-01T10:00Z":                none,
		"2023-02-29T10:00:00Z":             none,
		"1900-02-29T10:00:00Z":             none,
		"2024-13-01T10:00:00Z":             none,
		"2024-00-01T10:00:00Z":             none,
		"2024-05-00T10:00:00Z":             none,
		"2024-05-01T25:00:00Z":             none,
		"2024-05-01T10:60:00Z":             none,
		"2024-05-01T10:00:61Z":             none,
		"2024-05-01T10:00:00.Z":            none,
		"2024-05-01T10:00:00+2:00":         none,
		"2024-05-01T10:00:00+99:00":        none,
		"2024-05-01T10:00:00 UTC":          none,
		"-0001-05-01T10:00:00Z":            none,
		"2024/05/01T10:00:00Z":             none,
		"2024-05-01T1a:00:00Z":             none,
		"Wed, 01 May 2024 10:00:00 +0000.": none,
	}
	var c clock
	for text, want := range cases {
		got := none
		if ms := c.parse([]byte(text)); ms != activity.NoTime {
			got = time.UnixMilli(ms).UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

// TestClockAgreesWithTimeParse walks through some 1100 years.
func TestClockAgreesWithTimeParse(t *testing.T) {
	var c clock
	rng := rand.New(rand.NewPCG(21, 22))
	for at := time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2600; at = at.Add(time.Duration(rng.IntN(90*3600)) * time.Second) {
		text := at.Format("2006-01-02T15:04:05Z")
		if got := c.parse([]byte(text)); got != at.UnixMilli() {
			t.Fatalf("%s is read as %d, want %d", text, got, at.UnixMilli())
		}
	}
}

func TestSports(t *testing.T) {
	for name, want := range map[string]activity.Sport{
		"9": "Run", "1": "Ride", "4": "Hike", "10": "Walk", "16": "Swim", "running": "Run", "Running": "Run", "trail_running": "Trail Run", "TrailRun": "Trail Run",
		"Biking": "Ride", "mountain biking": "Mountain Bike Ride", "gravel_cycling": "Gravel Ride", "VirtualRide": "Virtual Ride", "Nordic Ski": "Nordic Ski",
		"Other": "Other", "": "", "Car": "Driving",
	} {
		if got := sportOfGPX(name); got != want {
			t.Errorf("type %q is %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		sport fit.Sport
		sub   fit.SubSport
		want  activity.Sport
	}{
		{fit.SportRunning, fit.SubSportGeneric, "Run"},
		{fit.SportRunning, fit.SubSportInvalid, "Run"},
		{fit.SportRunning, fit.SubSportTrail, "Trail Run"},
		{fit.SportRunning, fit.SubSportVirtualActivity, "Virtual Run"},
		{fit.SportCycling, fit.SubSportRoad, "Ride"},
		{fit.SportCycling, fit.SubSportVirtualActivity, "Virtual Ride"},
		{fit.SportCycling, fit.SubSportGravelCycling, "Gravel Ride"},
		{fit.SportCycling, fit.SubSportMountain, "Mountain Bike Ride"},
		{fit.SportSwimming, fit.SubSportOpenWater, "Swim"},
		{fit.SportWalking, fit.SubSportGeneric, "Walk"},
		{fit.SportTransition, fit.SubSportGeneric, "Transition"},
		{fit.SportGeneric, fit.SubSportGeneric, "Other"}, {66, fit.SubSportGeneric, "Wheelchair"},
		{fit.SportHorsebackRiding, fit.SubSportGeneric, "Horseback Riding"}, {200, fit.SubSportGeneric, "Other"}, {fit.SportRowing, fit.SubSportVirtualActivity, "Virtual Row"},
		{fit.SportInvalid, fit.SubSportInvalid, ""},
	} {
		if got := sportOfFIT(c.sport, c.sub); got != c.want {
			t.Errorf("%v, %v is %q, want %q", c.sport, c.sub, got, c.want)
		}
	}
}

// TestSportsAreNamedOnce checks that every sport that a file can name is one that a name of its own leads to, so that a filter
// written as shown matches.
func TestSportsAreNamedOnce(t *testing.T) {
	for number, sport := range stravaNumbers {
		if got := sportOfGPX(number); got != sport || !sport.Listed() {
			t.Errorf("type %q is %q, want %q", number, got, sport)
		}
	}
	for number, word := range fitSports {
		if sport := sportOfFIT(number, fit.SubSportGeneric); !sport.Listed() && sport != activity.SportOther && number != fit.SportTactical {
			t.Errorf("%s is %q, which the table has not", word, sport)
		}
	}
	for kind, sport := range fitKinds {
		if !sport.Listed() {
			t.Errorf("%v is %q, which the table has not", kind, sport)
		}
	}
}

// TestPointsUnlike checks that points read by a mould and tag by tag are the same
// when their shapes alternate.
func TestPointsUnlike(t *testing.T) {
	shapes := []string{
		`<trkpt lat="%v" lon="2"><ele>%d</ele></trkpt>`,
		"\n<trkpt lat=\"%v\" lon=\"2\">\n<extensions><hr>%d</hr></extensions>\n</trkpt>",
		`<trkpt lon="2" lat="%v"><extensions><cad>9</cad><hr>%d</hr></extensions></trkpt>`,
		`<trkpt lat="%v" lon="2"><cmt>%d</cmt></trkpt>`,
		`<trkpt lat="%v" lon="2"><!-- %d --></trkpt>`,
		`<trkpt lat="%v" lon="2"><ele>%d</ele><ele/></trkpt>`,
		`<trkpt lat='%v' lon="2"><src><a>%d</a></src></trkpt>`,
	}
	wants := []string{"%v,2 %dm; ", "%v,2 %dbpm; ", "%v,2 %dbpm; ", "%v,2; ", "%v,2; ", "%v,2 %dm; ", "%v,2; "}
	rng := rand.New(rand.NewPCG(23, 24))
	var text, want strings.Builder
	for i := range 500 {
		k := rng.IntN(len(shapes))
		lat, v := float64(i+1)/1e5, 100+i%100
		fmt.Fprintf(&text, shapes[k], lat, v)
		if strings.Contains(wants[k], "%d") {
			fmt.Fprintf(&want, wants[k], lat, v)
		} else {
			fmt.Fprintf(&want, wants[k], lat)
		}
	}
	r, err := Decode([]byte(oneSegment(text.String())))
	if err != nil {
		t.Fatal(err)
	}
	if got := show(r.Track) + "; "; got != want.String() {
		t.Errorf("got  %s\nwant %s", got, want.String())
	}
}
