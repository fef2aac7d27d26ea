package track

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// oneSegment puts points into the rest of a GPX file.
func oneSegment(points string) string {
	return `<?xml version="1.0"?><gpx version="1.1"><trk><trkseg>` + points + `</trkseg></trk></gpx>`
}

func inUTF16(order binary.ByteOrder, mark bool, text string) string {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var out []byte
	for _, u := range units {
		var pair [2]byte
		order.PutUint16(pair[:], u)
		out = append(out, pair[:]...)
	}
	return string(out)
}

func TestGPXPoints(t *testing.T) {
	const p = `<trkpt lat="1.5" lon="2.5"><time>2024-05-01T10:00:00Z</time></trkpt>`
	cases := map[string]struct{ text, want string }{
		"plain": {oneSegment(p), "1.5,2.5 10:00:00"},
		"everything": {oneSegment(`<trkpt lat="48.1" lon="7.2"><ele>270.26</ele><time>2024-05-01T10:00:00Z</time><extensions><gpxtpx:TrackPointExtension>` +
			`<gpxtpx:atemp>20</gpxtpx:atemp><gpxtpx:hr>151</gpxtpx:hr><gpxtpx:speed>3.1234</gpxtpx:speed></gpxtpx:TrackPointExtension></extensions></trkpt>`),
			"48.1,7.2 10:00:00 270.26m 3.123m/s 151bpm"},
		"lon before lat, single quotes":  {oneSegment(`<trkpt lon='2.5' lat='1.5'/>`), "1.5,2.5"},
		"29 decimals":                    {oneSegment(`<trkpt lat="48.12345671999999999999999999999" lon="-7.98765432100000000000000000000"/>`), "48.1234567,-7.9876543"},
		"plus sign, exponent":            {oneSegment(`<trkpt lat="+1.5" lon="25e-1"/>`), "1.5,2.5"},
		"prefix":                         {`<g:gpx xmlns:g="x"><g:trk><g:trkseg><g:trkpt lat="1" lon="2"><g:ele>3</g:ele></g:trkpt></g:trkseg></g:trk></g:gpx>`, "1,2 3m"},
		"GPX 1.0 speed":                  {oneSegment(`<trkpt lat="1" lon="2"><speed>4.5</speed></trkpt>`), "1,2 4.5m/s"},
		"Apple's speed":                  {oneSegment(`<trkpt lat="1" lon="2"><extensions><speed>1.31</speed><course>101</course></extensions></trkpt>`), "1,2 1.31m/s"},
		"Cluetrust's heart rate":         {oneSegment(`<trkpt lat="1" lon="2"><extensions><gpxdata:hr>99</gpxdata:hr></extensions></trkpt>`), "1,2 99bpm"},
		"two extensions":                 {oneSegment(`<trkpt lat="1" lon="2"><extensions><a><hr>99</hr></a></extensions><extensions><b><speed>2</speed></b></extensions></trkpt>`), "1,2 2m/s 99bpm"},
		"no zone":                        {oneSegment(`<trkpt lat="1" lon="2"><time>2024-05-01T10:00:00</time></trkpt>`), "1,2 10:00:00"},
		"offset and fraction":            {oneSegment(`<trkpt lat="1" lon="2"><time>2024-05-01T10:00:00.123456+02:00</time></trkpt>`), "1,2 08:00:00.123"},
		"blanks around values":           {oneSegment("<trkpt lat=' 1 ' lon='2\n'><ele>\n 3 \n</ele><time>\n2024-05-01T10:00:00Z\n</time></trkpt>"), "1,2 10:00:00 3m"},
		"empty values":                   {oneSegment(`<trkpt lat="1" lon="2"><ele></ele><time/><ele/></trkpt>`), "1,2"},
		"values that are none":           {oneSegment(`<trkpt lat="1" lon="2"><ele>high</ele><time>noon</time></trkpt>`), "1,2"},
		"values beyond belief":           {oneSegment(`<trkpt lat="1" lon="2"><ele>20000</ele><time>1970-01-01T00:00:00Z</time><extensions><hr>255</hr><speed>-1</speed></extensions></trkpt>`), "1,2"},
		"time of the year 7600":          {oneSegment(`<trkpt lat="1" lon="2"><time>7600-01-01T00:00:00Z</time></trkpt>`), "1,2"},
		"elements that are no values":    {oneSegment(`<trkpt lat="1" lon="2"><ele><b>3</b></ele><name>n</name></trkpt>`), "1,2"},
		"position lost":                  {oneSegment(p + `<trkpt lat="x" lon="2"/><trkpt lon="2"/><trkpt lat="NaN" lon="Inf"/>` + p), "1.5,2.5 10:00:00; 1.5,2.5 10:00:00"},
		"0,0 and off the globe":          {oneSegment(p + `<trkpt lat="0.00000001" lon="-0.0"/><trkpt lat="91" lon="0"/><trkpt lat="0" lon="-180.1"/>` + p), "1.5,2.5 10:00:00; 1.5,2.5 10:00:00"},
		"segments":                       {`<gpx><trk><trkseg>` + p + `</trkseg><trkseg/><trkseg></trkseg><trkseg>` + p + `</trkseg></trk><trk><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00; / 1.5,2.5 10:00:00; / 1.5,2.5 10:00:00"},
		"segment that begins without":    {`<gpx><trk><trkseg>` + p + `</trkseg><trkseg><trkpt lat="0" lon="0"/>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00; / 1.5,2.5 10:00:00"},
		"points outside of segments":     {`<gpx><trkpt lat="1" lon="2"/><wpt lat="1" lon="2"/><trk><trkpt lat="1" lon="2"/><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
		"route beside a track":           {`<gpx><rte><rtept lat="3" lon="4"/></rte><trk><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
		"entity in a number":             {oneSegment(`<trkpt lat="1&#46;5" lon="2"><ele>&#51;</ele></trkpt>`), "1.5,2 3m"},
		"CDATA in a number":              {oneSegment(`<trkpt lat="1" lon="2"><ele><![CDATA[3]]></ele><time><![CDATA[2024-05-01T10:00:00+01:00]]></time></trkpt>`), "1,2 09:00:00 3m"},
		"comment in a number":            {oneSegment(`<trkpt lat="1" lon="2"><ele>3<!-- about -->.5</ele></trkpt>`), "1,2 3.5m"},
		"comments between":               {oneSegment(`<!-- <trkpt lat="8" lon="8"/> -->` + p + `<!---->`), "1.5,2.5 10:00:00"},
		"greater-than in an attribute":   {`<gpx creator="a>b"><trk><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
		"attribute without quotes":       {oneSegment(`<trkpt lat=1 lon="2"></trkpt>`), "1,2"},
		"DOCTYPE":                        {`<!DOCTYPE gpx [<!ENTITY x "y">]>` + `<gpx><trk><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
		"byte order mark, blanks before": {"\xef\xbb\xbf \n" + oneSegment(p), "1.5,2.5 10:00:00"},
		"UTF-16 little endian":           {inUTF16(binary.LittleEndian, true, oneSegment(p)), "1.5,2.5 10:00:00"},
		"UTF-16 big endian, no mark":     {inUTF16(binary.BigEndian, false, oneSegment(p)), "1.5,2.5 10:00:00"},
		"UTF-16 said, not plain":         {inUTF16(binary.LittleEndian, true, `<?xml version="1.0" encoding="UTF-16"?>`+`<!DOCTYPE gpx><gpx><trk><trkseg>`+p+`</trkseg></trk></gpx>`), "1.5,2.5 10:00:00"},
		"ISO-8859-1":                     {`<?xml version="1.0" encoding="ISO-8859-1"?><gpx><trk><name>Z` + "\xfc" + `rich</name><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
		"no root attributes, text after": {`<gpx><trk><trkseg>` + p + `</trkseg></trk></gpx>` + "\x00\x00 junk", "1.5,2.5 10:00:00"},
		"another element before":         {`<?xml version="1.0"?><?xml-stylesheet href="a"?><gpx><trk><trkseg>` + p + `</trkseg></trk></gpx>`, "1.5,2.5 10:00:00"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			wantTrack(t, []byte(c.text), c.want)
		})
	}
}

func TestGPXHead(t *testing.T) {
	const points = `<trkseg><trkpt lat="1" lon="2"/></trkseg>`
	cases := map[string]struct{ text, name, sport string }{
		"words":            {`<gpx><trk><name>Morning Run</name><type>running</type>` + points + `</trk></gpx>`, "Morning Run", "Run"},
		"Strava's number":  {`<gpx><trk><name>n</name><type>9</type>` + points + `</trk></gpx>`, "n", "Run"},
		"CDATA":            {`<gpx><trk><name><![CDATA[Up & <down>]]></name><type><![CDATA[mountain biking]]></type>` + points + `</trk></gpx>`, "Up & <down>", "Mountain Bike Ride"},
		"entities":         {`<gpx><trk><name> Tom &amp; Jerry&#x27;s </name>` + points + `</trk></gpx>`, "Tom & Jerry's", ""},
		"name of the file": {`<gpx><metadata><author><name>me</name></author><name>here</name></metadata><trk>` + points + `</trk></gpx>`, "here", ""},
		"GPX 1.0":          {`<gpx version="1.0"><name>old</name><trk>` + points + `</trk></gpx>`, "old", ""},
		"track's first":    {`<gpx><name>old</name><trk><name>new</name><type>Hiking</type>` + points + `</trk></gpx>`, "new", "Hike"},
		"longest track":    {`<gpx><trk><type>walking</type>` + points + `</trk><trk><type>cycling</type>` + points + points + `</trk></gpx>`, "", "Ride"},
		"unlisted type":    {`<gpx><trk><type>egg_race</type>` + points + `</trk></gpx>`, "", "Egg Race"},
		"ISO-8859-1":       {`<?xml version="1.0" encoding="ISO-8859-1"?><gpx><trk><name>Z` + "\xfc" + `rich</name><type>1</type>` + points + `</trk></gpx>`, "Zürich", "Ride"},
		"not UTF-8":        {`<gpx><trk><name>Z` + "\xfc" + `rich</name>` + points + `</trk></gpx>`, "Z\uFFFDrich", ""},
		"slowly, GPX 1.0":  {`<!DOCTYPE gpx><gpx version="1.0"><name>old</name><trk><type>9</type>` + points + `</trk></gpx>`, "old", "Run"},
		"slowly, metadata": {`<!DOCTYPE gpx><gpx><metadata><name>here</name></metadata><trk>` + points + `</trk></gpx>`, "here", ""},
		"name of a point":  {`<gpx><trk><trkseg><trkpt lat="1" lon="2"><name>no</name></trkpt></trkseg></trk></gpx>`, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Decode([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if r.Name != c.name || string(r.Sport) != c.sport {
				t.Errorf("got %q, %q, want %q, %q", r.Name, r.Sport, c.name, c.sport)
			}
		})
	}
}

func TestWhatIsNoRecording(t *testing.T) {
	cases := map[string]struct {
		text string
		want error
	}{
		"nothing":                {"", ErrUnknownFormat},
		"blanks":                 {" \n ", ErrUnknownFormat},
		"JSON of nobody knows":   {`{"type":"thing"}`, ErrUnknownFormat},
		"GeoJSON of nothing":     {`{"type":"FeatureCollection"}`, ErrEmpty},
		"KML of nothing":         {`<?xml version="1.0"?><kml><Document/></kml>`, ErrEmpty},
		"a web page":             {`<!DOCTYPE html><html><gpx/></html>`, ErrUnknownFormat},
		"zip":                    {"PK\x03\x04....", ErrUnknownFormat},
		"XML without an element": {"<?xml version='1.0'?><!-- -->", ErrUnknownFormat},
		"an element cut off":     {"<gp", ErrUnknownFormat},
		"words":                  {"hello", ErrUnknownFormat},
		"no points":              {"<gpx/>", ErrEmpty},
		"waypoints":              {`<gpx><wpt lat="1" lon="2"><time>2024-05-01T10:00:00Z</time></wpt></gpx>`, ErrEmpty},
		"cut off before points":  {`<gpx><trk><trkseg>`, ErrCorrupt},
		"a point cut off":        {`<gpx><trk><trkseg><trkpt lat="1" lon="2"><ele>1`, ErrTruncated},
		"a route":                {`<gpx><rte><rtept lat="1" lon="2"/></rte></gpx>`, ErrPlan},
		"a route, slowly":        {`<!DOCTYPE gpx><gpx><rte><rtept lat="1" lon="2"/></rte></gpx>`, ErrPlan},
		"a course":               {`<TrainingCenterDatabase><Courses><Course><Track><Trackpoint><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2</LongitudeDegrees></Position></Trackpoint></Track></Course></Courses></TrainingCenterDatabase>`, ErrPlan},
		"a treadmill":            {`<TrainingCenterDatabase><Activities><Activity><Lap><Track><Trackpoint><Time>2024-05-01T10:00:00Z</Time></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>`, ErrNoPosition},
		"only 0,0":               {oneSegment(`<trkpt lat="0" lon="0"/>`), ErrNoPosition},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := Decode([]byte(c.text))
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if filled := errors.Is(err, ErrPlan) || errors.Is(err, ErrNoPosition); filled != (r != nil) {
				t.Errorf("result %v with error %v", r, err)
			}
			if r != nil && (r.Track == nil || r.Track.Len() > 0 || r.Counts.Points == 0) {
				t.Errorf("result %+v", r)
			}
		})
	}
}

// TestCutOff cuts a file at every byte: what was whole before stays, in order,
// and the warning says so.
func TestCutOff(t *testing.T) {
	for _, name := range []string{"strava.gpx", "unusual.gpx", "garmin.tcx", "unusual.tcx"} {
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			whole, err := Decode(data)
			if err != nil || whole.Warning != nil {
				t.Fatal(err, whole.Warning)
			}
			end := "</trkpt>"
			if strings.HasSuffix(name, ".tcx") {
				end = "</Trackpoint>"
			}
			root := strings.LastIndex(string(data), "</")
			for n := range data {
				r, err := Decode(data[:n])
				points := strings.Count(string(data[:n]), end)
				if r == nil {
					if points > 0 {
						t.Fatalf("cut to %d bytes: %v", n, err)
					}
					continue
				}
				if r.Counts.Points != points {
					t.Fatalf("cut to %d bytes: %d points, want %d", n, r.Counts.Points, points)
				}
				if n <= root && !errors.Is(r.Warning, ErrTruncated) {
					t.Fatalf("cut to %d bytes: warning %v", n, r.Warning)
				}
				if got, want := show(r.Track), show(whole.Track); !strings.HasPrefix(want, got) {
					t.Fatalf("cut to %d bytes:\ngot  %s\nwant %s", n, got, want)
				}
			}
		})
	}
}

// bothWays decodes a GPX text by the scanner and by gpxgo. A Result is nil where
// that way does not take the text.
func bothWays(text []byte) (fast, slow *Result) {
	if _, plain, err := sniff(text); err == nil {
		text = plain
	}
	c := newColumns()
	defer c.free()
	g := gpxScan{c: c, r: &Result{}}
	g.b = text
	if readableAsIs(text) && g.document() && g.odd == "" {
		fast = &Result{Format: formatGPX}
		g.describe(fast)
		fast, _ = c.finish(fast, nil)
	}
	c.reset()
	slow = &Result{Format: formatGPX}
	if err := decodeByGPXGo(text, c, slow); err != nil {
		return fast, nil
	}
	slow, _ = c.finish(slow, nil)
	return fast, slow
}

// madePlain decodes a GPX text that has to be made plain first, for a declaration that the scanner leaves to encoding/xml.
func madePlain(text string) *Result {
	c := newColumns()
	defer c.free()
	r := &Result{Format: formatGPX}
	if err := decodeGPX([]byte("<!DOCTYPE gpx>"+text), c, r); err != nil {
		return nil
	}
	r, _ = c.finish(r, nil)
	return r
}

// TestScannerAgreesWithGPXGo compares the two ways on the corpus.
func TestScannerAgreesWithGPXGo(t *testing.T) {
	dir := shared(t)
	compared := 0
	for _, row := range readOracle(t, dir) {
		if row.kind != formatGPX {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "corpus", row.path))
		if err != nil {
			t.Fatal(err)
		}
		text, u, _, err := gunzip(data, &DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		fast, slow := bothWays(text)
		u.free()
		if fast == nil || slow == nil {
			continue
		}
		compared++
		if fault := sameResult(fast, slow); fault != "" {
			t.Errorf("%s: %s", row.path, fault)
		}
	}
	if compared < 30 {
		t.Errorf("only %d files were taken both ways", compared)
	}
}

// randomGPX writes a GPX file the way some writer on this earth might.
func randomGPX(rng *rand.Rand) string {
	var out strings.Builder
	pick := func(choices ...string) string { return choices[rng.IntN(len(choices))] }
	number := func(scale float64) string {
		v := (rng.Float64()*2 - 1) * scale
		switch rng.IntN(6) {
		case 0:
			return fmt.Sprint(v)
		case 1:
			return fmt.Sprintf("%.29f", v)
		case 2:
			return fmt.Sprintf("%e", v)
		case 3:
			return fmt.Sprintf(" %.1f\n", v)
		case 4:
			return pick("", "x", "NaN", "1,5", "0", "-0", "1e400", ".5", "5.", ".")
		}
		return fmt.Sprintf("%.*f", rng.IntN(17), v)
	}
	blank := func() { out.WriteString(pick("", "\n", " ", "\n\t\t", "\r\n  ")) }
	prefix := pick("", "", "", "gpx:")
	ext := pick("gpxtpx:", "ns3:", "")
	element := func(name, text string) {
		if text == "" && rng.IntN(2) == 0 {
			fmt.Fprintf(&out, "<%s/>", name)
		} else {
			fmt.Fprintf(&out, "<%s>%s</%s%s>", name, text, name, pick("", "", "", " "))
		}
		blank()
	}
	stamp := func() string {
		return fmt.Sprintf("20%02d-%02d-%02dT%02d:%02d:%02d%s%s", rng.IntN(30), 1+rng.IntN(12), 1+rng.IntN(31), rng.IntN(25), rng.IntN(60), rng.IntN(61),
			pick("", "", ".5", ".123456", "."), pick("Z", "Z", "", "+02:00", "-0330", "x"))
	}
	// A point is drawn as a list of what is in it; most points repeat the list
	// of the one before.
	var parts []int
	point := func(name string) {
		if parts == nil || rng.IntN(4) == 0 {
			parts = rng.Perm(6)[:rng.IntN(7)]
		}
		lat, lon := `lat="`+number(95)+`"`, `lon='`+number(185)+`'`
		if rng.IntN(2) == 0 {
			lat, lon = lon, lat
		}
		fmt.Fprintf(&out, "<%s%s%s%s %s%s", prefix, name, pick(" ", "\n", "  "), lat, lon, pick("", " ", ` id="7"`))
		if len(parts) == 0 {
			out.WriteString("/>")
			return
		}
		out.WriteString(">")
		blank()
		speed := false
		for _, part := range parts {
			switch part {
			case 0:
				element(prefix+"ele", number(9500))
			case 1:
				element(prefix+"time", stamp())
			case 2:
				element(prefix+pick("sat", "hdop", "name", "fix"), pick("7", "x", "", "1.5"))
			case 3:
				if !speed {
					element(prefix+"speed", number(160))
				}
				speed = true
			case 4, 5:
				fmt.Fprintf(&out, "<%sextensions>", prefix)
				blank()
				fmt.Fprintf(&out, "<%sTrackPointExtension>", ext)
				if rng.IntN(2) == 0 {
					element(ext+"cad", number(90))
				}
				element(ext+pick("hr", "hr", "heartrate", "atemp"), number(255))
				if part == 5 && !speed {
					element(ext+"speed", number(160))
					speed = true
				}
				fmt.Fprintf(&out, "</%sTrackPointExtension></%sextensions>", ext, prefix)
			}
		}
		fmt.Fprintf(&out, "</%s%s>", prefix, name)
	}
	out.WriteString(pick("", `<?xml version="1.0"?>`, "<?xml version='1.0' encoding='utf-8'?>\n"))
	fmt.Fprintf(&out, `<%sgpx version="%s" xmlns="http://www.topografix.com/GPX/1/1">`, prefix, pick("1.0", "1.1", "2"))
	if rng.IntN(2) == 0 {
		fmt.Fprintf(&out, "<%smetadata><%sname>file &lt;%d&gt;</%sname><%sbounds minlat='x'/></%smetadata>", prefix, prefix, rng.IntN(9), prefix, prefix, prefix)
	}
	for range rng.IntN(4) {
		if rng.IntN(4) == 0 {
			fmt.Fprintf(&out, "<%srte>", prefix)
			for range rng.IntN(4) {
				point("rtept")
				blank()
			}
			fmt.Fprintf(&out, "</%srte>", prefix)
			continue
		}
		fmt.Fprintf(&out, "<%strk>", prefix)
		element(prefix+"name", pick("", "Run &amp; fun", "<![CDATA[<b>]]>", " x "))
		element(prefix+"type", pick("9", "running", "?"))
		for range rng.IntN(3) {
			fmt.Fprintf(&out, "<%strkseg>", prefix)
			for range rng.IntN(12) {
				blank()
				point("trkpt")
			}
			fmt.Fprintf(&out, "</%strkseg>", prefix)
		}
		fmt.Fprintf(&out, "</%strk>", prefix)
		blank()
	}
	fmt.Fprintf(&out, "</%sgpx>", prefix)
	return out.String()
}

func TestScannerAgreesWithGPXGoOnRandomFiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	compared := 0
	for range 3000 {
		text := randomGPX(rng)
		fast, slow := bothWays([]byte(text))
		if fast == nil && slow == nil {
			continue
		}
		if fast == nil || slow == nil {
			t.Fatalf("taken by the scanner: %v, by gpxgo: %v\n%s", fast != nil, slow != nil, text)
		}
		compared++
		if fault := sameResult(fast, slow); fault != "" {
			t.Fatalf("%s\n%s", fault, text)
		}
		if fault := sameResult(madePlain(text), slow); fault != "" {
			t.Fatalf("made plain: %s\n%s", fault, text)
		}
	}
	if compared < 1000 {
		t.Errorf("only %d files were taken both ways", compared)
	}
}

func FuzzGPX(f *testing.F) {
	seed(f, ".gpx")
	rng := rand.New(rand.NewPCG(11, 12))
	for range 20 {
		f.Add([]byte(randomGPX(rng)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkDecode(t, data)
		if format, _, _ := sniff(data); format != formatGPX {
			return
		}
		bothWays(data)
	})
}

// seed adds the files in testdata whose names end in suffix.
func seed(f *testing.F, suffix string) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*"+suffix))
	if err != nil || len(names) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// checkDecode checks what must hold of any input.
func checkDecode(t *testing.T, data []byte) {
	t.Helper()
	r, err := Decode(data)
	if r == nil {
		if err == nil {
			t.Fatal("neither result nor error")
		}
		return
	}
	if fault := checkColumns(r.Track); fault != "" {
		t.Fatal(fault)
	}
	if usable := r.Usable(); (usable == nil) != (err == nil) {
		t.Fatalf("error %v, but usable %v", err, usable)
	}
	n := r.Counts
	if n.Points < r.Track.Len() || n.WithPosition < r.Track.Len() || n.Segments < len(r.Track.Starts) || n.Points < n.Segments {
		t.Fatalf("%+v of %d samples", n, r.Track.Len())
	}
	again, err := Parse(Append(nil, r))
	if err != nil {
		t.Fatal(err)
	}
	if fault := sameResult(r, again); fault != "" {
		t.Fatal(fault)
	}
}
