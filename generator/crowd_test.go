package generator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// crowdOrigin is where the roads of the tests begin.
var crowdOrigin = [2]float64{48.1, 9.2}

// A road leads over places in metres to the east and to the north of crowdOrigin.
type road [][2]float64

// The roads of a small club: a main one of 1.2 km, one that leaves it at its middle, and one of nobody else 400 m beside it.
var (
	mainRoad = road{{0, 0}, {1200, 0}}
	sideRoad = road{{0, 0}, {600, 0}, {600, 700}}
	ownRoad  = road{{0, 400}, {1200, 400}}
)

// along writes the recording of somebody who went along a road on a day of 2023, side metres beside its middle, at 3 m/s and at that heart rate.
func (s *site) along(name string, day int, r road, side float64, heart int) {
	s.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:h="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><trk><name>Secret %s</name><type>running</type><trkseg>`+"\n", name)
	at := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	for i := 1; i < len(r); i++ {
		dx, dy := r[i][0]-r[i-1][0], r[i][1]-r[i-1][1]
		length := math.Hypot(dx, dy)
		for m := 0.0; m <= length; m += 6 {
			x, y := r[i-1][0]+dx*m/length-side*dy/length, r[i-1][1]+dy*m/length+side*dx/length
			lat := crowdOrigin[0] + y/111320
			lon := crowdOrigin[1] + x/(111320*math.Cos(crowdOrigin[0]*math.Pi/180))
			fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time><extensions><h:TrackPointExtension><h:hr>%d</h:hr></h:TrackPointExtension></extensions></trkpt>`+"\n",
				lat, lon, 200+x/50, at.Format(time.RFC3339), heart)
			at = at.Add(2 * time.Second)
		}
	}
	b.WriteString("</trkseg></trk></gpx>\n")
	if err := os.MkdirAll(filepath.Dir(filepath.Join(s.dir, "files", name)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.file(name, b.String())
}

// newCrowd returns a site of which that many activities must share what shows.
func newCrowd(t *testing.T, least int) *site {
	s := newSite(t)
	s.cfg.Filter.Sports = []string{}
	s.cfg.Privacy.MinActivities, s.cfg.Page.Tracks, s.cfg.Page.Activities = least, false, false
	return s
}

// club writes n outings along the main road.
func (s *site) club(n int) {
	for k := range n {
		s.along(fmt.Sprintf("club%02d.gpx", k), 3*k, mainRoad, float64(k%3), 140+k)
	}
}

// numbers returns what the tiles of a count tell at a zoom, by pixel of the map; what is below 1, the glow, is left out.
func (s *site) numbers(field string, zoom uint8) map[[2]int]float64 {
	s.t.Helper()
	site, err := OpenSite(archivePath(s.cfg))
	if err != nil {
		s.t.Fatal(err)
	}
	defer site.Close()
	var values []float32
	for i := range site.Meta.Fields {
		if site.Meta.Fields[i].ID == field {
			values = site.Meta.Fields[i].Scale.Values
		}
	}
	told := map[[2]int]float64{}
	for tile, err := range site.Tiles(field) {
		if err != nil {
			s.t.Fatal(err)
		}
		if tile.Zoom != zoom {
			continue
		}
		png, err := tile.Read()
		if err != nil {
			s.t.Fatal(err)
		}
		var pix [archive.TilePixels]byte
		if err := archive.DecodeIndices(png, &pix); err != nil {
			s.t.Fatal(err)
		}
		for i, index := range pix {
			if index > 0 && values[index-1] > 1 {
				told[[2]int{int(tile.X)*256 + i%256, int(tile.Y)*256 + i/256}] = float64(values[index-1])
			}
		}
	}
	return told
}

// pixelOf returns the pixel of a place, in metres from crowdOrigin.
func pixelOf(zoom uint8, x, y float64) [2]int {
	lat := crowdOrigin[0] + y/111320
	lon := crowdOrigin[1] + x/(111320*math.Cos(crowdOrigin[0]*math.Pi/180))
	size := 256 * math.Exp2(float64(zoom))
	u := (lon + 180) / 360 * size
	v := (1 - math.Asinh(math.Tan(lat*math.Pi/180))/math.Pi) / 2 * size
	return [2]int{int(u), int(v)}
}

// metadataText returns the metadata of the archive.
func (s *site) metadataText() string {
	s.t.Helper()
	f, err := archive.OpenFile(archivePath(s.cfg))
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	text, err := f.Metadata()
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// The archive of a crowd is the same to the byte without those who are too few anywhere: nothing of it is of them, no bounds, range, scale or number, wherever they were, whatever they did.
func TestNobodySingleIsInTheArchive(t *testing.T) {
	const least = 4
	s := newCrowd(t, least)
	s.cfg.Render.MinZoom = 9 // farther out their roads are one place
	s.club(9)                // tells of 8
	s.mustBuild(2)
	want := s.archive()
	// Two more on roads of their own, the second far away, long after the others and with a racing heart; eleven are told as eight, too.
	s.along("own.gpx", 71, road{{0, 3000}, {1200, 3000}}, 0, 190)
	s.along("far.gpx", 400, road{{-300_000, -500_000}, {-290_000, -500_000}}, 0, 210)
	if r := s.mustBuild(2); r.Drawn != 11 {
		t.Fatalf("%d were drawn: %v", r.Drawn, r.Skipped)
	}
	if got := s.archive(); !bytes.Equal(got, want) {
		t.Errorf("with those who are too few the archive is another:\n%s", s.metadataText())
	}
}

// The metadata hold nothing of single activities.
func TestMetadataOfCrowd(t *testing.T) {
	s := newCrowd(t, 3)
	s.club(7)
	s.along("own.gpx", 71, ownRoad, 0, 190)
	s.mustBuild(2)
	text := s.metadataText()
	for _, never := range []string{`"activities":{`, `"day":[`, `"distance_m"`, `"sport"`, "Secret", "club0", ".gpx", `"lines"`, "recency_", `"days":7`, "digest\":{\"activities\":8"} {
		if strings.Contains(text, never) {
			t.Errorf("the metadata have %s in them", never)
		}
	}
	// No number is a day that somebody was out.
	for day := range 80 {
		number := fmt.Sprint(activity.DayOf(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)) + day)
		if regexp.MustCompile(`[^0-9.]` + number + `[^0-9.]`).MatchString(text) {
			t.Errorf("the metadata tell of day %s", number)
		}
	}
	var m struct{ Heatmapgen Metadata }
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got := m.Heatmapgen.Summary; got == nil || *got != (Summary{Count: 6, Of: SummaryActivities, Least: 3, Speeds: SpeedsRun}) {
		t.Errorf("it tells of %+v", got)
	}
	for _, l := range m.Heatmapgen.Layers {
		if l.Field == "recency" {
			t.Error("there is a layer of days")
		}
	}
	for _, f := range m.Heatmapgen.Fields {
		if f.ID == "recency" && (len(f.Zooms) > 0 || f.Scale.Values[0] != 0) {
			t.Error("there is a field of days")
		}
		if f.ID == "visits" && len(f.Zooms) == 0 {
			t.Error("nothing was tested")
		}
	}
	// The road is 1.2 km long, and bounds are 500 m wider on every side.
	b := m.Heatmapgen.Bounds
	if high := (b[3] - b[1]) * 111320; high < 900 || high > 1300 {
		t.Errorf("the bounds are %g m high: %v", high, b)
	}
	if wide := (b[2] - b[0]) * 111320 * math.Cos(crowdOrigin[0]*math.Pi/180); wide < 2000 || wide > 2600 {
		t.Errorf("the bounds are %g m wide: %v", wide, b)
	}
	if findings, err := Verify(context.Background(), archivePath(s.cfg), judge.PMTiles); err != nil || len(findings) > 0 {
		t.Errorf("verify: %v, %v", findings, err)
	}
	// What it is converted into and back again is the same.
	other := filepath.Join(s.dir, "other.mbtiles")
	back := filepath.Join(s.dir, "back.pmtiles")
	for _, step := range [][2]string{{archivePath(s.cfg), other}, {other, back}} {
		if err := Convert(context.Background(), step[0], step[1], s.options(2)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(back); err != nil || !bytes.Equal(got, s.archive()) {
		t.Errorf("converted and back it is another: %v", err)
	}
}

// Whoever takes layers or zooms from each other finds no number below the least: all that is told are multiples of it, and so are their differences.
func TestDifferencesTellNoFew(t *testing.T) {
	const least = 3
	s := newCrowd(t, least)
	s.club(7)
	for k := range 4 {
		s.along(fmt.Sprintf("side%d.gpx", k), 30+k, sideRoad, float64(k), 130)
	}
	// Some of long ago, on the main road and beside it.
	for k := range 8 {
		s.along(fmt.Sprintf("old%d.gpx", k), -1200-5*k, mainRoad, 25*float64(k%3), 150)
	}
	s.along("own.gpx", 71, ownRoad, 0, 190)
	s.mustBuild(2)
	site, err := OpenSite(archivePath(s.cfg))
	if err != nil {
		t.Fatal(err)
	}
	most := site.Meta.MaxZoom
	site.Close()
	multiple := func(n float64) bool { return math.Mod(n, least) == 0 }
	steps := map[float64]int{} // differences between layers
	var finer map[[2]int]float64
	for zoom := int(most); zoom >= 8; zoom-- {
		all, fresh36, fresh12 := s.numbers("visits", uint8(zoom)), s.numbers("fresh36", uint8(zoom)), s.numbers("fresh12", uint8(zoom))
		if len(all) == 0 || len(fresh36) == 0 {
			t.Fatalf("nothing shows at zoom %d", zoom)
		}
		for at, n := range all {
			if !multiple(n) || n < fresh36[at] || fresh36[at] < fresh12[at] {
				t.Fatalf("zoom %d: %g, %g and %g at one pixel", zoom, n, fresh36[at], fresh12[at])
			}
			for _, d := range []float64{n - fresh36[at], fresh36[at] - fresh12[at]} {
				if d != 0 && (d < least || !multiple(d)) {
					t.Fatalf("zoom %d: layers differ by %g", zoom, d)
				}
				steps[d]++
			}
		}
		for at := range fresh36 {
			if all[at] == 0 {
				t.Fatalf("zoom %d: freshness shows what visits do not", zoom)
			}
		}
		// Whoever is in a finer pixel is in the one that it is a part of, from where the lines are not simplified otherwise.
		for at, n := range finer {
			parent := all[[2]int{at[0] / 2, at[1] / 2}]
			if d := parent - n; zoom > 11 && (d < 0 || d > 0 && d < least || !multiple(d)) {
				t.Fatalf("zoom %d: a pixel tells %g, a part of it %g", zoom, parent, n)
			}
		}
		finer = all
		// The road of the one shows nowhere, as long as it is not the same place.
		if own := pixelOf(uint8(zoom), 300, 400); zoom > 12 && all[own] != 0 {
			t.Fatalf("zoom %d: the road of one shows", zoom)
		}
	}
	if len(steps) < 3 {
		t.Fatalf("nothing was tested: %v", steps)
	}
}

// What two builds on two days give away (docs/privacy.md, "Maps of a crowd"): where an outing that was added made a number reach the next step, and nothing of where it was besides.
func TestTwoDaysTellSteps(t *testing.T) {
	const least, zoom = 3, 15
	s := newCrowd(t, least)
	s.club(2 * least) // as many as are told: one more changes nothing
	for k := range least - 1 {
		s.along(fmt.Sprintf("side%d.gpx", k), 30+k, road{{600, 30}, {600, 700}}, 0, 130) // with one more they show
	}
	s.mustBuild(2)
	before := s.numbers("visits", zoom)
	s.along("new.gpx", 200, append(slices.Clone(sideRoad), [2]float64{1200, 700}), 0, 150)
	s.mustBuild(2)
	after := s.numbers("visits", zoom)
	for _, c := range []struct {
		what       string
		x, y       float64
		told, then float64
	}{
		{"on the main road", 300, 0, 6, 6},
		{"on the road that one was missing on", 600, 400, 0, 3},
		{"where the new one went alone", 900, 700, 0, 0},
	} {
		at := pixelOf(zoom, c.x, c.y)
		if before[at] != c.told || after[at] != c.then {
			t.Errorf("%s: %g were told, and then %g; want %g and %g", c.what, before[at], after[at], c.told, c.then)
		}
	}
	for at := range after {
		if at[1] < pixelOf(zoom, 600, 730)[1] || at[0] > pixelOf(zoom, 640, 0)[0] && at[1] < pixelOf(zoom, 0, 60)[1] {
			t.Fatalf("pixel %v shows, where the new one went alone", at)
		}
	}
}

// A build that nothing of can show ends, and the site stays.
func TestNothingSharedIsNothing(t *testing.T) {
	s := newCrowd(t, 3)
	s.club(4)
	s.mustBuild(2)
	before := s.archive()
	for _, c := range []struct {
		least int
		want  string
	}{
		{5, "there are 4 activities to draw, and [privacy] min_activities = 5 shows only places that so many share"},
		{4, ""},
	} {
		s.cfg.Privacy.MinActivities = c.least
		_, err := s.build(2)
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("with %d: %v", c.least, err)
		}
		if c.want != "" && !bytes.Equal(s.archive(), before) {
			t.Errorf("with %d the site was replaced", c.least)
		}
	}
	for k := range 4 {
		s.along(fmt.Sprintf("club%02d.gpx", k), k, road{{0, 90_000 * float64(k)}, {900, 90_000 * float64(k)}}, 0, 140)
	}
	s.cfg.Render.MinZoom = 12
	if _, err := s.build(2); err == nil || err.Error() != "there is no place that so many share as [privacy] min_activities = 4 asks for" {
		t.Errorf("nobody shares a place: %v", err)
	}
}

// crowdConfig is the configuration of a club in folders, of which two must share a place.
const crowdConfig = `athlete_folders = true
[filter]
sports = []
[privacy]
min_athletes = 2
[render]
max_zoom = 14
`

// inFolders fills the site with a club: Ann and Bob go side by side at the same time, Cem alone ten times, and somebody whom nobody knows twice.
func (s *site) inFolders() {
	s.along("Ann/a.gpx", 0, mainRoad, 0, 140)
	s.along("Bob/b.gpx", 0, mainRoad, 1, 150)
	for k := range 10 {
		s.along(fmt.Sprintf("Cem/%d.gpx", k), 10+k, ownRoad, 0, 160)
	}
	s.along("x.gpx", 50, road{{0, 900}, {1200, 900}}, 0, 150)
	s.along("y.gpx", 51, road{{0, 900}, {1200, 900}}, 0, 150)
}

// Athletes are told apart, by folder: two who go side by side are two, one who goes ten times is one.
func TestAthletesByFolder(t *testing.T) {
	s := newSite(t)
	s.inFolders()
	s.cfg = configured(t, s.dir, crowdConfig)
	if r := s.mustBuild(2); r.Drawn != 14 || len(r.Merged) > 0 {
		t.Errorf("%d are drawn, %d are one with others: %v", r.Drawn, len(r.Merged), r.Skipped)
	}
	const zoom = 14
	told := s.numbers("visits", zoom)
	for _, c := range []struct {
		who  string
		y    float64
		want float64
	}{{"Ann and Bob", 0, 2}, {"Cem", 400, 0}, {"nobody known", 900, 0}} {
		if got := told[pixelOf(zoom, 600, c.y)]; got != c.want {
			t.Errorf("%s: %g are told, want %g", c.who, got, c.want)
		}
	}
	text := s.metadataText()
	for _, name := range []string{"Ann", "Bob", "Cem"} {
		if strings.Contains(text, name) {
			t.Errorf("the metadata name %s", name)
		}
	}
	var m struct{ Heatmapgen Metadata }
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got := m.Heatmapgen.Summary; got == nil || *got != (Summary{Count: 4, Of: SummaryAthletes, Least: 2, Speeds: SpeedsRun}) {
		t.Errorf("it tells of %+v", got)
	}
	if f := m.Heatmapgen.Fields[layers.Visits]; f.Unit != "athletes" {
		t.Errorf("visits are in %s", f.Unit)
	}
}

// Whose an activity is, a source says as a whole or by its folders, of which a zip is one.
func TestAthleteOf(t *testing.T) {
	for _, c := range []struct {
		source     config.Source
		path, want string
	}{
		{config.Source{AthleteFolders: true}, "Ann/2024/run.gpx", "Ann"},
		{config.Source{AthleteFolders: true}, "bob.zip/run.gpx", "bob.zip"},
		{config.Source{AthleteFolders: true}, "run.gpx", ""},
		{config.Source{Athlete: "Cem"}, "Ann/run.gpx", "Cem"},
		{config.Source{}, "Ann/run.gpx", ""},
	} {
		if got := athleteOf(&c.source, c.path); got != c.want {
			t.Errorf("%s of %+v is %q's, not %q's", c.path, c.source, got, c.want)
		}
	}
}

// The same athlete in two sources is one, and without a least all show.
func TestAthletesByName(t *testing.T) {
	s := newSite(t)
	s.inFolders()
	s.cfg = configured(t, s.dir, `athlete = "Ann"
[[source]]
type = "files"
path = "files/Cem"
athlete = "Cem"
[[source]]
type = "files"
path = "files/Bob"
athlete = "Ann"
[filter]
sports = []
[render]
frequency = "athletes"
max_zoom = 14
`)
	s.mustBuild(2)
	at := func(y float64) (n float64) {
		site, err := OpenSite(archivePath(s.cfg))
		if err != nil {
			t.Fatal(err)
		}
		defer site.Close()
		p := pixelOf(14, 600, y)
		png, ok, err := site.Tile("visits", 14, uint32(p[0]/256), uint32(p[1]/256))
		if err != nil || !ok {
			return 0
		}
		var pix [archive.TilePixels]byte
		if err := archive.DecodeIndices(png, &pix); err != nil {
			t.Fatal(err)
		}
		if index := pix[p[1]%256*256+p[0]%256]; index > 0 {
			return float64(site.Meta.Fields[0].Scale.Values[index-1])
		}
		return 0
	}
	// The files of Cem's and Bob's folders are in the first source, too: the same file is one.
	if a, b, c := at(0), at(400), at(900); a != 1 || b != 1 || c != 1 {
		t.Errorf("%g, %g and %g athletes, want one each", a, b, c)
	}
}

// A build in one and one that is spread make the same site of a crowd, of activities and of athletes.
func TestSpreadCrowdIsTheSame(t *testing.T) {
	for _, athletes := range []bool{false, true} {
		s := newSite(t)
		s.inFolders()
		for k := range 7 {
			s.along(fmt.Sprintf("Dan/%d.gpx", k), 100+7*k, mainRoad, float64(k), 140)
			s.along(fmt.Sprintf("Eve/%d.gpx", k), 103+7*k, sideRoad, float64(k), 140)
		}
		text := crowdConfig
		if !athletes {
			text = strings.ReplaceAll(strings.ReplaceAll(crowdConfig, "athlete_folders = true\n", ""), "min_athletes", "min_activities")
		}
		cfg := configured(t, s.dir, text)
		whole, err := Build(context.Background(), cfg, Options{Workers: 2, Version: "test", Now: buildTime})
		if err != nil {
			t.Fatal(err)
		}
		want := siteFiles(t, cfg.Output)
		for _, how := range []spread{{1, 1, 1, false, false}, {5, 3, 2, true, false}} {
			if err := os.RemoveAll(cfg.Output); err != nil {
				t.Fatal(err)
			}
			report, err := how.build(t, cfg, buildTime)
			if err != nil {
				t.Fatal(err)
			}
			sameSite(t, fmt.Sprintf("athletes %v, %+v", athletes, how), siteFiles(t, cfg.Output), want, report, whole)
		}
	}
}

// Without a list, a map of one's own tells nothing of single activities but where and when they were all together.
func TestNoListOfActivities(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.cfg.Page.Tracks, s.cfg.Page.Activities = false, false
	s.mustBuild(2)
	text := s.metadataText()
	for _, never := range []string{`"activities":{`, `"day":[`, `"distance_m"`, `"lines"`} {
		if strings.Contains(text, never) {
			t.Errorf("the metadata have %s in them", never)
		}
	}
	if !strings.Contains(text, `"summary":{"count":7,"of":"activities","speeds":"run"}`) || !strings.Contains(text, `"A heatmap of 7 activities"`) {
		t.Errorf("the metadata are %s", text)
	}
	if findings, err := Verify(context.Background(), archivePath(s.cfg), judge.PMTiles); err != nil || len(findings) > 0 {
		t.Errorf("verify: %v, %v", findings, err)
	}
	// A site that would lose much asks, with nothing but what the cache remembers, or by the number that is told.
	for _, forget := range []bool{false, true} {
		if forget {
			s.forgetCache()
		}
		s.cfg.Filter.GPSSpreadMinM = 50
		gone := filepath.Join(s.dir, "away")
		if err := os.Rename(filepath.Join(s.dir, "files"), gone); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(s.dir, "files"), 0o755); err != nil {
			t.Fatal(err)
		}
		s.run("run0.gpx", 1, 48.1, 9.2, 900)
		var fewer *FewerError
		if _, err := s.build(2); !errors.As(err, &fewer) || fewer.Present != 7 || fewer.New != 1 {
			t.Errorf("a site that loses six of seven: %v", err)
		}
		if err := os.RemoveAll(filepath.Join(s.dir, "files")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(gone, filepath.Join(s.dir, "files")); err != nil {
			t.Fatal(err)
		}
	}
}
