package generator

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// A blockPiece is a piece of a block.
type blockPiece struct {
	in    *lines.Content
	piece int
}

func (p blockPiece) order() int { return p.in.Order[p.piece] }

// vertices are the places of the piece's vertices.
func (p blockPiece) vertices() []activity.LatLon {
	var all []activity.LatLon
	for v := p.in.First[p.piece]; v < p.in.First[p.piece+1]; v++ {
		const shift = raster.WorldBits - lines.GridBits
		lat, lon := raster.Unproject(raster.Point{X: int64(p.in.X[v]) << shift, Y: int64(p.in.Y[v]) << shift})
		all = append(all, activity.LatLon{Lat: lat, Lon: lon})
	}
	return all
}

// seconds is how long the piece lasts.
func (p blockPiece) seconds() (sum float64) {
	for v := p.in.First[p.piece]; v < p.in.First[p.piece+1]-1; v++ {
		sum += float64(p.in.Seconds[v])
	}
	return sum
}

// piecesIn returns the pieces of every activity as the blocks of a zoom in the archive hold them, in their order.
func piecesIn(t *testing.T, s *Site, zoom uint8) [][]blockPiece {
	t.Helper()
	all := make([][]blockPiece, len(s.Meta.Activities.Day))
	for at, data := range blocksOf(t, s) {
		if at.z != zoom {
			continue
		}
		c, err := lines.Decode(data, at.z, at.x, at.y)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range c.Activity {
			all[a] = append(all[a], blockPiece{c, i})
		}
	}
	for _, pieces := range all {
		slices.SortFunc(pieces, func(a, b blockPiece) int { return cmp.Compare(a.order(), b.order()) })
	}
	return all
}

// assertOnlyShownCounts fails when the numbers of blocks count anything but what they show: pieces are numbered without a gap, and the time before
// each is that of those before it.
func assertOnlyShownCounts(t *testing.T, s *Site) {
	t.Helper()
	for _, zoom := range lines.Zooms {
		for a, pieces := range piecesIn(t, s, zoom) {
			elapsed := 0.0
			for k, p := range pieces {
				if p.order() != k {
					t.Fatalf("piece %d of activity %d at zoom %d says that it is number %d", k, a, zoom, p.order())
				}
				if told := float64(p.in.ElapsedS[p.piece]); told != elapsed {
					t.Fatalf("before piece %d of activity %d at zoom %d lie %.2f s of what is shown, but it says %.2f", k, a, zoom, elapsed, told)
				}
				if k == 0 && p.in.GoesOn[p.piece] {
					t.Fatalf("activity %d goes on from what is not there at zoom %d", a, zoom)
				}
				elapsed += p.seconds()
			}
		}
	}
}

// assertOutside fails when a vertex of any block lies in a disc that hides something: those of less detail further than they are rounded.
func assertOutside(t *testing.T, s *Site, cfg *config.Config, zones []activity.Zone) {
	t.Helper()
	discs, err := Hidden(cfg, zones)
	if err != nil || len(discs) == 0 {
		t.Fatalf("%d discs, %v", len(discs), err)
	}
	for place, zoom := range lines.Zooms {
		// Half the diagonal of a unit: an eighth of a pixel of the finest zoom that blocks of less detail serve.
		rounded := 0.0
		if place > 0 {
			rounded = 2 * math.Pi * activity.EarthRadiusM / math.Exp2(float64(lines.Zooms[place-1]-1)+8+3) * math.Sqrt2 / 2
		}
		for a, pieces := range piecesIn(t, s, zoom) {
			for _, p := range pieces {
				for _, v := range p.vertices() {
					for _, d := range discs {
						if far := d.Center.DistanceM(v); far <= d.RadiusM-rounded {
							t.Fatalf("a vertex of activity %d at zoom %d lies %.1f m within what hides a zone", a, zoom, d.RadiusM-far)
						}
					}
				}
			}
		}
	}
}

// passing writes a GPX file of a run that begins and ends far from a place, goes to and fro across it, and stands there for an hour on the way out.
// Whoever passes climbs 120 m inside and comes down again outside.
func (s *site) passing(name string, center activity.LatLon) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>x</name><type>running</type><trkseg>` + "\n")
	at := time.Date(2023, 5, 1, 8, 0, 0, 0, time.UTC)
	const half = 1100 // samples, 3 m apart, from the place to either end
	fix := func(k int) {
		lon := center.Lon + float64(k)*3/metersPerDegree/math.Cos(center.Lat*math.Pi/180)
		alt := 200 + 120*math.Exp(-float64(k*k)/(80*80))
		fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time></trkpt>`+"\n", center.Lat+0.0002*math.Sin(float64(k)/80), lon, alt, at.Format(time.RFC3339))
		at = at.Add(time.Second)
	}
	for k := -half; k < half; k++ {
		fix(k)
		if k == 0 {
			for range 3600 {
				fix(0)
			}
		}
	}
	for k := half; k > -half; k-- {
		fix(k)
	}
	b.WriteString("</trkseg></trk></gpx>\n")
	if err := os.WriteFile(filepath.Join(s.dir, "files", name), []byte(b.String()), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// A zone in the middle of a way: the blocks tell of what is before, between and after it, and neither how long it took nor how high it led within.
func TestBlocksTellNothingOfACutPart(t *testing.T) {
	s := newSite(t)
	s.cfg.Filter.GPSSpreadMinM = 0
	home := activity.LatLon{Lat: 48.99, Lon: 8.45}
	s.passing("passing.gpx", home)
	s.mustBuild(2)
	all := 0.0
	for _, p := range piecesIn(t, s.opened(), lines.Zoom)[0] {
		all += p.seconds()
	}
	if all < 3600+4300 {
		t.Fatalf("without a zone, %.0f s are told", all)
	}

	s.cfg.Privacy.Zones = []config.Zone{{Lat: home.Lat, Lon: home.Lon, RadiusM: 300}}
	s.mustBuild(2)
	o := s.opened()
	assertOnlyShownCounts(t, o)
	assertOutside(t, o, s.cfg, []activity.Zone{{Center: home, RadiusM: 300}})
	pieces := piecesIn(t, o, lines.Zoom)[0]
	stretches, shown := 0, 0.0
	for _, p := range pieces {
		if !p.in.GoesOn[p.piece] {
			stretches++
		}
		shown += p.seconds()
		for v := p.in.First[p.piece]; v < p.in.First[p.piece+1]; v++ {
			if h := p.in.AltitudeM[v]; math.Abs(float64(h)-200) > 0.5 {
				t.Errorf("it leads to %.1f m, but outside of what is hidden all is at 200 m", h)
			}
		}
	}
	// What is hidden is 2.5 km wide at least, some 850 s each way, and the hour.
	if stretches != 3 || shown < 1000 || shown > 4400-2*800 {
		t.Errorf("%d stretches of %.0f s are shown", stretches, shown)
	}
}
