package generator

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/segments"
)

var trackPoint = regexp.MustCompile(`lat="([-\d.]+)" lon="([-\d.]+)"`)

// placesOf returns the places of a GPX file from one sample to another, one in twenty.
func (s *site) placesOf(name string, from, to int) (places []activity.LatLon) {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "files", name))
	if err != nil {
		s.t.Fatal(err)
	}
	all := trackPoint.FindAllStringSubmatch(string(text), -1)
	for i := from; i <= to && i < len(all); i += 20 {
		lat, _ := strconv.ParseFloat(all[i][1], 64)
		lon, _ := strconv.ParseFloat(all[i][2], 64)
		places = append(places, activity.LatLon{Lat: lat, Lon: lon})
	}
	return places
}

// geoJSON writes lines as the page does.
func geoJSON(all ...[]activity.LatLon) []byte {
	var features []any
	for _, line := range all {
		var coordinates [][2]float64
		for _, p := range line {
			coordinates = append(coordinates, [2]float64{p.Lon, p.Lat})
		}
		features = append(features, map[string]any{"type": "Feature", "properties": map[string]any{"name": "x"}, "geometry": map[string]any{"type": "LineString", "coordinates": coordinates}})
	}
	text, _ := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	return text
}

// near is the place so many metres east and north of 48.1, 9.2.
func near(east, north float64) activity.LatLon {
	const degreeM = activity.EarthRadiusM * math.Pi / 180
	return activity.LatLon{Lat: 48.1 + north/degreeM, Lon: 9.2 + east/degreeM/math.Cos(48.1*math.Pi/180)}
}

// straight writes a GPX file of a run of 3 m/s that many days after the first, along places.
func (s *site) straight(name string, days int, places ...activity.LatLon) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>`)
	at := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, days)
	for i := 1; i < len(places); i++ {
		from, to := places[i-1], places[i]
		n := math.Ceil(from.DistanceM(to) / 3)
		for k := range int(n) {
			f := float64(k) / n
			fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><time>%s</time></trkpt>`, from.Lat+f*(to.Lat-from.Lat), from.Lon+f*(to.Lon-from.Lon), at.Format(time.RFC3339))
			at = at.Add(time.Second)
		}
	}
	b.WriteString("</trkseg></trk></gpx>")
	s.file(name, b.String())
}

// linkAlong is a segment along places as links have it.
func linkAlong(t *testing.T, toleranceM int, places ...activity.LatLon) config.Segment {
	t.Helper()
	one, err := segments.Along(places, "Secret lane", toleranceM)
	if err != nil {
		t.Fatal(err)
	}
	return config.Segment{Link: one.String()}
}

// assertSegmentsTellNothing holds every place of the segments of an archive to the lines in it, which are simplified by 1.5 m and rounded, and to what is hidden.
func assertSegmentsTellNothing(t *testing.T, o *Site, hidden []activity.Zone) {
	t.Helper()
	tracks, err := o.Lines()
	if err != nil {
		t.Fatal(err)
	}
	const shift = raster.WorldBits - lines.GridBits
	at := func(v int) (x, y float64) { return float64(tracks.X[v]), float64(tracks.Y[v]) }
	for _, text := range o.Meta.Segments {
		s, err := segments.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Places() {
			for _, z := range hidden {
				if d := z.Center.DistanceM(p); d < z.RadiusM {
					t.Errorf("a segment leads to %.0f m from the middle of %.0f m that are hidden", d, z.RadiusM)
				}
			}
			w := raster.Project(p.Lat, p.Lon)
			px, py := float64(w.X>>shift), float64(w.Y>>shift)
			nearest := math.Inf(1)
			for v := range tracks.X {
				if !tracks.Joined[v] {
					continue
				}
				ax, ay := at(v)
				bx, by := at(v + 1)
				u := 0.0
				if l := (bx-ax)*(bx-ax) + (by-ay)*(by-ay); l > 0 {
					u = max(0, min(1, ((px-ax)*(bx-ax)+(py-ay)*(by-ay))/l))
				}
				nearest = min(nearest, math.Hypot(ax+u*(bx-ax)-px, ay+u*(by-ay)-py))
			}
			if m := nearest * lines.MetresPerUnit(int64(py)); m > float64(s.ToleranceM)+3 {
				t.Fatalf("a segment leads %.0f m off all lines", m)
			}
		}
	}
}

func TestSegmentsArePublishedWhereTheMapShowsThem(t *testing.T) {
	const far = 6000 // metres of the way from home to where it turns
	tests := map[string]struct {
		change  func(*config.Config)
		way     []activity.LatLon
		publish bool
	}{
		"along a line":                       {nil, []activity.LatLon{near(3000, 0), near(4000, 0)}, true},
		"beside it, within the tolerance":    {nil, []activity.LatLon{near(3000, 20), near(4000, -20)}, true},
		"along two, of which neither has it": {nil, []activity.LatLon{near(5500, 0), near(far, 0), near(far, 900)}, true},
		"where nobody went":                  {nil, []activity.LatLon{near(3000, 0), near(4000, 0), near(4000, 60)}, false},
		"from a door within a zone": {func(c *config.Config) {
			c.Privacy.Zones = []config.Zone{{Lat: near(0, 0).Lat, Lon: near(0, 0).Lon, RadiusM: 200}}
		}, []activity.LatLon{near(0, 0), near(4000, 0)}, false},
		"outside of the zone, but within what hides it": {func(c *config.Config) {
			c.Privacy.Zones = []config.Zone{{Lat: near(0, 0).Lat, Lon: near(0, 0).Lon, RadiusM: 200}}
		}, []activity.LatLon{near(350, 0), near(4000, 0)}, false},
		"past a zone that is far enough": {func(c *config.Config) {
			c.Privacy.Zones = []config.Zone{{Lat: near(0, 0).Lat, Lon: near(0, 0).Lon, RadiusM: 200}}
		}, []activity.LatLon{near(3000, 0), near(4000, 0)}, true},
		"from a door that ends are trimmed for": {func(c *config.Config) { c.Privacy.TrimStartM = 400 }, []activity.LatLon{near(0, 0), near(1000, 0)}, false},
		"behind what is trimmed":                {func(c *config.Config) { c.Privacy.TrimStartM = 400 }, []activity.LatLon{near(450, 0), near(1000, 0)}, true},
		"out of what is clipped": {func(c *config.Config) {
			c.Home, c.Filter.TrackClipRadiusKM = &config.LatLon{Lat: 48.1, Lon: 9.2}, 3
		}, []activity.LatLon{near(2500, 0), near(3500, 0)}, false},
		"along what dates leave out":               {func(c *config.Config) { c.Filter.To = time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC) }, []activity.LatLon{near(far, 200), near(far, 900)}, false},
		"along what is excluded":                   {func(c *config.Config) { c.Filter.Exclude = []string{"files:turn.gpx"} }, []activity.LatLon{near(far, 200), near(far, 900)}, false},
		"along another record of what is excluded": {func(c *config.Config) { c.Filter.Exclude = []string{"files:twice.gpx"} }, []activity.LatLon{near(-500, 0), near(-1500, 0)}, false},
		"along what is recorded twice":             {nil, []activity.LatLon{near(-500, 0), near(-1500, 0)}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.straight("out.gpx", 1, near(0, 0), near(far, 0))
			s.straight("turn.gpx", 20, near(far, -500), near(far, 1000))
			s.straight("twice.gpx", 40, near(0, 0), near(-2000, 0), near(-2000, 800))
			s.straight("again.gpx", 40, near(0, 2), near(-2000, 2), near(-1998, 800))
			s.cfg.Segments = []config.Segment{linkAlong(t, 25, tt.way...)}
			if tt.change != nil {
				tt.change(s.cfg)
			}
			var warned []string
			options := s.options(2)
			options.Warn = func(text string) { warned = append(warned, text) }
			if _, err := Build(context.Background(), s.cfg, options); err != nil {
				t.Fatal(err)
			}
			o := s.opened()
			told := strings.Join(warned, "\n")
			if tt.publish != (len(o.Meta.Segments) == 1) || tt.publish == strings.Contains(told, "left out") {
				t.Errorf("published: %q, warned: %s", o.Meta.Segments, told)
			}
			// Nothing of it stands in what may be a public log.
			for _, secret := range []string{"Secret lane", "48.", "9.2", "zone"} {
				if strings.Contains(told, secret) {
					t.Errorf("%q is told in %s", secret, told)
				}
			}
			var zones []activity.Zone
			for _, z := range s.cfg.Privacy.Zones {
				zones = append(zones, activity.Zone{Center: activity.LatLon{Lat: z.Lat, Lon: z.Lon}, RadiusM: z.RadiusM})
			}
			hidden, err := Hidden(s.cfg, zones)
			if err != nil {
				t.Fatal(err)
			}
			assertSegmentsTellNothing(t, o, hidden)
			if findings, err := Verify(context.Background(), archivePath(s.cfg), nil); err != nil || len(findings) > 0 {
				t.Errorf("verify: %q, %v", findings, err)
			}
			// The survey says what the build says.
			survey, err := NewSurvey(context.Background(), s.cfg, s.options(2))
			if err != nil {
				t.Fatal(err)
			}
			defer survey.Close()
			if surveyed := strings.Join(message.Texts(survey.Warnings()), "\n"); tt.publish == strings.Contains(surveyed, "left out") {
				t.Errorf("the survey warns: %s", surveyed)
			}
		})
	}
}

func TestSegmentsInFiles(t *testing.T) {
	s := newSite(t)
	s.straight("out.gpx", 1, near(0, 0), near(6000, 0))
	s.write(filepath.Join(s.dir, "some.geojson"), geoJSON([]activity.LatLon{near(100, 0), near(400, 0)}, []activity.LatLon{near(100, 300), near(400, 0)}, []activity.LatLon{near(500, 0), near(900, 0)}))
	cfg := configured(t, s.dir, "[[segment]]\nfile = \"some.geojson\"\ntolerance_m = 50\n")
	var warned []string
	if _, err := Build(context.Background(), cfg, Options{Workers: 1, Version: "test", Now: buildTime, Warn: func(text string) { warned = append(warned, text) }}); err != nil {
		t.Fatal(err)
	}
	s.cfg = cfg
	if all := s.opened().Meta.Segments; len(all) != 2 || !strings.HasPrefix(all[1], "50.") || !strings.HasSuffix(all[1], ".x") {
		t.Errorf("published: %q", all)
	}
	if told := strings.Join(warned, "\n"); !strings.Contains(told, "heatmap.toml:4: line 2 of [[segment]] 1 is left out") {
		t.Errorf("warned: %s", told)
	}
	if report, err := os.ReadFile(filepath.Join(cfg.Cache, "report.txt")); err != nil || !strings.Contains(string(report), "line 2 of [[segment]] 1") {
		t.Errorf("the report says %v\n%s", err, report)
	}
}

func TestVerifyReadsSegments(t *testing.T) {
	good := linkAlong(t, 25, near(0, 0), near(400, 0)).Link
	m := &Metadata{Segments: []string{good, good + " \n", "25.AAAA"}}
	findings := m.verifySegments()
	if len(findings) != 2 || !strings.Contains(findings[0], "segment 2") || !strings.Contains(findings[1], "segment 3") {
		t.Errorf("found %q", findings)
	}
}

func TestCheckRulesLooksAtSegments(t *testing.T) {
	s := newSite(t)
	s.straight("out.gpx", 1, near(0, 0), near(6000, 0))
	s.write(filepath.Join(s.dir, "some.geojson"), geoJSON([]activity.LatLon{near(3000, 0), near(4000, 0)}, []activity.LatLon{near(900, 0), near(4000, 0)}))
	zone := "[privacy]\nzones = [{ lat = 48.1, lon = 9.2, radius_m = 200 }]\n"
	cfg := configured(t, s.dir, zone+"[[segment]]\nfile = \"some.geojson\"\n")
	r, err := CheckRules(context.Background(), cfg, buildTime)
	if err != nil || len(r.Faults) > 0 || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].Text, "line 2 of [[segment]] 1 is left out") {
		t.Errorf("%+v, %v", r, err)
	}
	cfg = configured(t, s.dir, zone+"[[segment]]\nfile = \"gone.geojson\"\n")
	if r, err = CheckRules(context.Background(), cfg, buildTime); err != nil || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].String(), "heatmap.toml:7: ") {
		t.Errorf("of a file that is gone: %+v, %v", r, err)
	}
}
