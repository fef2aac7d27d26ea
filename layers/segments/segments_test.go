package segments_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/segments"
)

// metreLat is a metre in degrees of latitude.
const metreLat = 180 / (math.Pi * activity.EarthRadiusM)

// at is the place so many metres east and north of one near 48 N, 11 E.
func at(east, north float64) activity.LatLon { return atLon(11, east, north) }

func atLon(lon, east, north float64) activity.LatLon {
	return activity.LatLon{Lat: 48 + north*metreLat, Lon: lon + east*metreLat/math.Cos(48*math.Pi/180)}
}

func runOf(places ...activity.LatLon) layers.Run {
	var r layers.Run
	for i, p := range places {
		w := raster.Project(p.Lat, p.Lon)
		if i > 0 {
			w = raster.Unwrap(w, r.Points[i-1].X)
		}
		r.Points = append(r.Points, w)
	}
	return r
}

func along(t *testing.T, name string, toleranceM int, places ...activity.LatLon) segments.Segment {
	t.Helper()
	s, err := segments.Along(places, name, toleranceM)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTextIsThatOfThePage(t *testing.T) {
	// As viewer/test/segments.test.ts has it.
	s := segments.Segment{Name: "Kühe & Hügel. 2", ToleranceM: 25, X: []int64{1 << 25, 1<<25 + 400, 1<<25 + 390}, Y: []int64{1 << 25, 1 << 25, 1<<25 - 1000}}
	const text = "25.gggggBgggggBwMAJnf.Kühe & Hügel. 2"
	if got := s.String(); got != text {
		t.Errorf("written as %q", got)
	}
	back, err := segments.Parse(text)
	if err != nil || back.String() != text || back.Name != s.Name || !slices.Equal(back.X, s.X) || !slices.Equal(back.Y, s.Y) {
		t.Errorf("read as %+v, %v", back, err)
	}
}

func TestEverySegmentComesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		s := segments.Segment{ToleranceM: segments.Tolerances[r.IntN(3)], X: []int64{r.Int64N(1<<25) * 2}, Y: []int64{r.Int64N(1<<24)*2 + 1<<24}}
		for range 1 + r.IntN(segments.MaxPlaces-1) {
			s.X = append(s.X, s.X[len(s.X)-1]+2*(200+r.Int64N(300)))
			s.Y = append(s.Y, max(0, s.Y[len(s.Y)-1]+2*(r.Int64N(600)-300)))
		}
		back, err := segments.Parse(s.String())
		if s.LengthM() > segments.LongestM {
			if err == nil {
				t.Fatalf("%.0f m are accepted", s.LengthM())
			}
			continue
		}
		if err != nil || !slices.Equal(back.X, s.X) || !slices.Equal(back.Y, s.Y) || back.ToleranceM != s.ToleranceM {
			t.Fatalf("%+v came back as %+v, %v", s, back, err)
		}
	}
}

func TestNoSegment(t *testing.T) {
	good := along(t, "", 25, at(0, 0), at(300, 0)).String()
	for text, why := range map[string]string{
		"":                                "no way",
		"25":                              "no way",
		"20" + good[2:]:                   "tolerance",
		"025" + good[2:]:                  "tolerance",
		good[:len(good)-1]:                "broken off",
		good + "g":                        "broken off",
		"25.ä":                            "broken off",
		"25.gggggggggggg":                 "broken off",
		"25.AAAA":                         "0 m long",
		"25.ABAA":                         "off the map",
		"25." + strings.Repeat("A", 402):  "201 places",
		"25." + strings.Repeat("A", 9000): "too long",
	} {
		if _, err := segments.Parse(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%.30q: %v, want %q", text, err, why)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("25.gggggBgggggBwMAJnf.Name")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := segments.Parse(text)
		if err != nil {
			return
		}
		back, err := segments.Parse(s.String())
		if err != nil || back.String() != s.String() {
			t.Errorf("%q became %q, then %v", text, s, err)
		}
		s.Places()
	})
}

func TestNamesAreOneLine(t *testing.T) {
	s := along(t, "  Up\n\tthe\x00 hill\u202e"+strings.Repeat("ä", 80), 25, at(0, 0), at(300, 0))
	if want := "Up the hill " + strings.Repeat("ä", 48); s.Name != want {
		t.Errorf("named %q", s.Name)
	}
}

func TestALineKeepsItsWay(t *testing.T) {
	var line []activity.LatLon
	for i := range 3000 {
		line = append(line, at(float64(i), 40*math.Sin(float64(i)/100)))
	}
	s := along(t, "", 15, line...)
	if n := len(s.X); n > segments.MaxPlaces || n < 20 {
		t.Errorf("%d places", n)
	}
	if s.ToleranceM != 15 {
		t.Errorf("a tolerance of %d m", s.ToleranceM)
	}
	places := s.Places()
	for i, p := range places {
		if i > 0 && places[i-1].DistanceM(p) > 10.01 {
			t.Fatalf("places %.1f m apart", places[i-1].DistanceM(p))
		}
	}
	for i := 0; i < len(line); i += 10 {
		nearest := math.Inf(1)
		for _, p := range places {
			nearest = min(nearest, p.DistanceM(line[i]))
		}
		if nearest > 6.5 { // half the way between two places, and what is left out
			t.Fatalf("%.1f m off at %d", nearest, i)
		}
	}
}

func TestGeoJSON(t *testing.T) {
	const line = `{"type":"LineString","coordinates":[[11,48],[11.01,48,450],[11.02,48.001]]}`
	for name, text := range map[string]string{
		"a collection": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":null},{"type":"Feature","properties":{"name":"A","tolerance_m":50},"geometry":` + line + `}]}`,
		"a feature":    `{"type":"Feature","properties":{"name":"A","tolerance_m":50},"geometry":` + line + `}`,
	} {
		all, err := segments.ReadGeoJSON([]byte(text), 0)
		if err != nil || len(all) != 1 || all[0].Name != "A" || all[0].ToleranceM != 50 || math.Abs(all[0].LengthM()-1496) > 5 {
			t.Errorf("%s: %+v, %v", name, all, err)
		}
		if all, err = segments.ReadGeoJSON([]byte(text), 15); err != nil || all[0].ToleranceM != 15 {
			t.Errorf("%s, another tolerance: %+v, %v", name, all, err)
		}
	}
	if all, err := segments.ReadGeoJSON([]byte(line), 0); err != nil || all[0].Name != "" || all[0].ToleranceM != 25 {
		t.Errorf("a line: %+v, %v", all, err)
	}
	for text, why := range map[string]string{
		``:                             "no GeoJSON",
		`[]`:                           "no GeoJSON",
		`{"type":"FeatureCollection"}`: "no line",
		`{"type":"LineString"}`:        "no list of places",
		`{"type":"LineString","coordinates":[[1,2],["a"]]}`:                                                                   "no list of places",
		`{"type":"LineString","coordinates":[[1,2],[1]]}`:                                                                     "off the map",
		`{"type":"LineString","coordinates":[[1,2],[1,88]]}`:                                                                  "off the map",
		`{"type":"LineString","coordinates":[[1,2]]}`:                                                                         "1 places",
		`{"type":"LineString","coordinates":[[1,2],[1,2]]}`:                                                                   "0 m long",
		`{"type":"LineString","coordinates":[[1,2],[9,2]]}`:                                                                   "200 km",
		`{"type":"Feature","properties":{"tolerance_m":"wide"},"geometry":{"type":"LineString","coordinates":[[1,2],[1,2]]}}`: "0 m long",
		`{"type":"Feature","properties":{"tolerance_m":30},"geometry":` + line + `}`:                                          "tolerance",
	} {
		if _, err := segments.ReadGeoJSON([]byte(text), 0); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %q", text, err, why)
		}
	}
}

// TestWays holds the shares of random lines to the distance of every place from every segment of the line.
func TestWays(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round, lon := range map[int]float64{0: 11, 1: 179.999, 2: -179.999} {
		all := []segments.Segment{
			along(t, "", 15, atLon(lon, 0, 0), atLon(lon, 400, 0), atLon(lon, 400, 300)),
			along(t, "", 50, atLon(-lon, 0, 0), atLon(-lon, -500, 100)),
		}
		w := segments.NewWays(all)
		for range 40 {
			var line []activity.LatLon
			for range 2 + r.IntN(6) {
				line = append(line, atLon(lon, r.Float64()*800-200, r.Float64()*600-200))
			}
			share := w.Along([]layers.Run{runOf(line...)})
			first := 0
			for _, s := range all {
				for k, p := range s.Places() {
					is := false
					for i := 0; i+1 < len(share); i += 2 {
						is = is || share[i] <= uint32(first+k) && uint32(first+k) < share[i+1]
					}
					d := math.Inf(1)
					for i := 1; i < len(line); i++ {
						d = min(d, fromLine(p, line[i-1], line[i]))
					}
					if math.Abs(d-float64(s.ToleranceM)) > 0.2 && is != (d < float64(s.ToleranceM)) {
						t.Fatalf("round %d: place %d is %.1f m from the line, passed: %v", round, k, d, is)
					}
				}
				first += len(s.Places())
			}
		}
	}
}

// fromLine returns the metres of a place from the line between two near it.
func fromLine(p, a, b activity.LatLon) float64 {
	flat := func(q activity.LatLon) (x, y float64) {
		return activity.WrapLon(q.Lon-p.Lon) * math.Cos(p.Lat*math.Pi/180) / metreLat, (q.Lat - p.Lat) / metreLat
	}
	ax, ay := flat(a)
	bx, by := flat(b)
	u := max(0, min(1, -(ax*(bx-ax)+ay*(by-ay))/((bx-ax)*(bx-ax)+(by-ay)*(by-ay))))
	return math.Hypot(ax+u*(bx-ax), ay+u*(by-ay))
}

func TestPassed(t *testing.T) {
	all := []segments.Segment{along(t, "", 25, at(0, 0), at(1000, 0)), along(t, "", 25, at(0, 500), at(1000, 500))}
	w := segments.NewWays(all)
	left := w.Along([]layers.Run{runOf(at(-100, 5), at(600, 5))})
	right := w.Along([]layers.Run{runOf(at(500, -5), at(1100, -5))})
	broken := w.Along([]layers.Run{runOf(at(-100, 500), at(400, 500)), runOf(at(500, 500), at(1100, 500))})
	for name, c := range map[string]struct {
		shares []segments.Share
		want   []bool
	}{
		"none":         {nil, []bool{false, false}},
		"a part":       {[]segments.Share{left}, []bool{false, false}},
		"both parts":   {[]segments.Share{left, right}, []bool{true, false}},
		"with a break": {[]segments.Share{left, broken, right}, []bool{true, false}},
	} {
		if got := w.Passed(c.shares); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// A share of other segments, as a damaged file may have.
	w.Passed([]segments.Share{{0, 1 << 31}, {7}, {9, 3}})
	if lines.GridBits != 26 {
		t.Error("the text of segments counts on a grid of 2^26")
	}
}
