package generator

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// outing writes a GPX file: from a place out in a direction and back along the same way, with a name.
func (s *site) outing(folder, name string, from activity.LatLon, heading float64, seconds int, day int) {
	s.t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>From Secret Lane</name><type>running</type><trkseg>` + "\n")
	start := time.Date(2023, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	rng := rand.New(rand.NewPCG(uint64(day), 1))
	type fix struct{ lat, lon float64 }
	var way []fix
	at := fix{from.Lat, from.Lon}
	for range seconds / 2 {
		way = append(way, at)
		heading += rng.NormFloat64() * 0.02
		at.lat += 3 * math.Cos(heading) / 111195
		at.lon += 3 * math.Sin(heading) / (111195 * math.Cos(at.lat*math.Pi/180))
	}
	for i := len(way) - 1; i >= 0; i-- {
		way = append(way, way[i])
	}
	for i, p := range way {
		b.WriteString(`<trkpt lat="` + strconv.FormatFloat(p.lat, 'f', 7, 64) + `" lon="` + strconv.FormatFloat(p.lon, 'f', 7, 64) + `"><ele>` +
			strconv.FormatFloat(200+30*math.Sin(float64(i)/60), 'f', 1, 64) + `</ele><time>` + start.Add(time.Duration(i)*time.Second).Format(time.RFC3339) + "</time></trkpt>\n")
	}
	b.WriteString("</trkseg></trk></gpx>\n")
	path := filepath.Join(s.dir, folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// A site with a zone in the configuration and one in the export, trimmed ends and no names.
func hiddenSite(t *testing.T) (s *site, zones []activity.Zone) {
	s = newSite(t)
	home, work := activity.LatLon{Lat: 48.99, Lon: 8.45}, activity.LatLon{Lat: 49.03, Lon: 8.45}
	zones = []activity.Zone{{Center: home, RadiusM: 300}, {Center: work, RadiusM: 400}}
	rng := rand.New(rand.NewPCG(4, 4))
	for i := range 24 {
		s.outing("files", "home"+strconv.Itoa(i)+".gpx", home, rng.Float64()*2*math.Pi, 2400, i)
	}
	table := "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Filename\n"
	for i := range 12 {
		name := "activities/" + strconv.Itoa(100+i) + ".gpx"
		s.outing("export", name, work, rng.Float64()*2*math.Pi, 2400, 100+i)
		table += strconv.Itoa(100+i) + `,"Apr ` + strconv.Itoa(1+i) + `, 2023, 8:00:00 AM",From Secret Lane,Run,,1400,4.20,` + name + "\n"
	}
	// Wholly inside: 500 m around the block.
	s.outing("files", "block.gpx", home, 1, 170, 300)
	for name, text := range map[string]string{
		"activities.csv":    table,
		"privacy_zones.csv": "Address,Radius,Latitude & Longitude\n\"Secret Lane 7\",400,\"49.03, 8.45\"\n",
	} {
		if err := os.WriteFile(filepath.Join(s.dir, "export", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.cfg.Sources = append(s.cfg.Sources, config.Source{Type: config.SourceStrava, Path: filepath.Join(s.dir, "export")})
	s.cfg.Privacy.Zones = []config.Zone{{Lat: home.Lat, Lon: home.Lon, RadiusM: 300}}
	s.cfg.Privacy.TrimStartM, s.cfg.Privacy.TrimEndM = 50, 80
	s.cfg.Filter.GPSSpreadMinM = 0
	s.cfg.Render.MaxZoom = 16
	return s, zones
}

// hug writes a GPX file of a run along the border of what hides a zone, where the border comes nearest to the zone.
func (s *site) hug(name string, zone activity.Zone) {
	s.t.Helper()
	settings := layers.Settings{BlurSigma: s.cfg.Render.BlurSigmaPX, HillBlurSigma: s.cfg.Render.HillBlurSigmaPX}
	covers, _ := activity.Cover([]activity.Zone{zone}, nil, activity.DefaultMarginM, glowM(&settings, s.cfg.Render.MaxZoom))
	cover := covers[0]
	k := math.Cos(zone.Center.Lat * math.Pi / 180)
	towards := math.Atan2(zone.Center.Lat-cover.Center.Lat, (zone.Center.Lon-cover.Center.Lon)*k)
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>x</name><type>running</type><trkseg>` + "\n")
	for i := range 600 {
		sin, cos := math.Sincos(towards + (float64(i)-300)*3/cover.RadiusM)
		r := (cover.RadiusM + 2) / metersPerDegree
		b.WriteString(`<trkpt lat="` + strconv.FormatFloat(cover.Center.Lat+r*sin, 'f', 7, 64) + `" lon="` + strconv.FormatFloat(cover.Center.Lon+r*cos/k, 'f', 7, 64) +
			`"><ele>` + strconv.Itoa(200+i/4) + `</ele><time>` + time.Date(2022, 1, 1, 8, 0, i, 0, time.UTC).Format(time.RFC3339) + "</time></trkpt>\n")
	}
	b.WriteString("</trkseg></trk></gpx>\n")
	s.file(name, b.String())
}

func TestNothingOfAZoneIsInTheArchive(t *testing.T) {
	s, zones := hiddenSite(t)
	s.hug("hug.gpx", zones[0])
	report := s.mustBuild(2)
	o := s.opened()
	a := &o.Meta.Activities

	// Lists: the outing inside the zone is not there, and no name is.
	if len(a.Day) != 37 || report.Drawn != 37 || report.Read != 38 {
		t.Errorf("read %d, drew %d and listed %d, want 38, 37 and 37", report.Read, report.Drawn, len(a.Day))
	}
	if a.Name != nil || bytes.Contains(s.archive(), []byte("Secret Lane")) {
		t.Error("names are in the archive")
	}

	// Lines and starts.
	tracks, err := o.Lines()
	if err != nil {
		t.Fatal(err)
	}
	const shift = raster.WorldBits - lines.GridBits
	place := func(i int) activity.LatLon {
		lat, lon := raster.Unproject(raster.Point{X: int64(tracks.X[i]) << shift, Y: int64(tracks.Y[i]) << shift})
		return activity.LatLon{Lat: lat, Lon: lon}
	}
	for k := range tracks.Activities() {
		var metres float64
		for i := tracks.First[k]; i < tracks.First[k+1]; i++ {
			p := place(i)
			for _, z := range zones {
				if d := z.Center.DistanceM(p); d <= z.RadiusM+minClearM {
					t.Fatalf("a vertex lies %.0f m from the centre of a zone of %.0f m", d, z.RadiusM)
				}
				if !tracks.Joined[i] {
					continue
				}
				q := place(i + 1)
				for f := 0.02; f < 1; f += 0.02 {
					between := activity.LatLon{Lat: p.Lat + f*(q.Lat-p.Lat), Lon: p.Lon + f*(q.Lon-p.Lon)}
					if d := z.Center.DistanceM(between); d <= z.RadiusM+minClearM {
						t.Fatalf("a line comes within %.0f m of the centre of a zone of %.0f m", d, z.RadiusM)
					}
				}
			}
			metres += float64(tracks.Metres[i])
		}
		// Statistics: those of the line that is shown, and of no metre more.
		if d := float64(a.DistanceM[k]) - metres; math.Abs(d) > 0.02*metres+20 {
			t.Errorf("activity %d is listed with %d m, but %.0f m of it are shown", k, a.DistanceM[k], metres)
		}
		if a.DistanceM[k] > 7200-2*int(zones[0].RadiusM) || a.MovingS[k] > 2400-2*100 {
			t.Errorf("activity %d is listed with %d m and %d s, which count what is hidden", k, a.DistanceM[k], a.MovingS[k])
		}
	}

	// Blocks, number by number.
	assertOutside(t, o, s.cfg, zones)
	assertOnlyShownCounts(t, o)

	// Pixels, glow included.
	for _, z := range zones {
		assertEmptyAround(t, o, z.Center.Lat, z.Center.Lon, z.RadiusM)
	}
}

// minClearM is how far lines keep off a zone at least, less what they are simplified by.
const minClearM = 15
