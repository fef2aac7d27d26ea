package audit

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator"
)

// cluesVariable names a folder of sites of athletes whose homes are known, each in a folder of its own: NN/site with the archive, and
// NN/truth.json with {"lat", "lon"} of the home and {"zone_lat", "zone_lon", "radius_m"} of the zone; NN/streets.geojson, if there, is the streets. TestClues writes what the attack sees of them to clues.jsonl there, from
// which weights.go was learned.
const cluesVariable = "HEATMAPGEN_CLUES"

func TestClues(t *testing.T) {
	folder := os.Getenv(cluesVariable)
	if folder == "" {
		t.Skip(cluesVariable + " names no folder of sites to learn from")
	}
	truths, err := filepath.Glob(filepath.Join(folder, "*", "truth.json"))
	if err != nil || len(truths) == 0 {
		t.Fatalf("no athletes in %s (%v)", folder, err)
	}
	out, err := os.Create(filepath.Join(folder, "clues.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := bufio.NewWriter(out)
	defer w.Flush()
	for _, path := range truths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var truth struct {
			Lat     float64 `json:"lat"`
			Lon     float64 `json:"lon"`
			ZoneLat float64 `json:"zone_lat"`
			ZoneLon float64 `json:"zone_lon"`
			RadiusM float64 `json:"radius_m"`
		}
		if err := json.Unmarshal(text, &truth); err != nil {
			t.Fatal(err)
		}
		type view struct {
			Clues map[string][]float64 `json:"clues"`
			Guess [2]float64           `json:"guess"` // east, north of the middle
			Sure  float64              `json:"sure"`
		}
		type athlete struct {
			Name   string       `json:"name"`
			Places [][2]float64 `json:"places"`
			Home   [2]float64   `json:"home"`
			Lines  view         `json:"lines"`
			Tiles  view         `json:"tiles"`
			// With the streets of NN/streets.geojson, where that is there.
			Streets     view `json:"streets"`
			TileStreets view `json:"tile_streets"`
		}
		a := athlete{Name: filepath.Base(filepath.Dir(path))}
		s, err := generator.OpenSite(filepath.Join(filepath.Dir(path), "site", generator.ArchiveName))
		if err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		covers, _ := activity.Cover([]activity.Zone{{Center: activity.LatLon{Lat: truth.ZoneLat, Lon: truth.ZoneLon}, RadiusM: truth.RadiusM}}, nil, activity.DefaultMarginM, 20)
		d := disc{covers[0].Center, covers[0].RadiusM}
		at := d.flat(activity.LatLon{Lat: truth.Lat, Lon: truth.Lon})
		a.Home = [2]float64{at.x, at.y}
		listen := func(v *view) func(string, []float64) {
			v.Clues = map[string][]float64{}
			return func(clue string, values []float64) { v.Clues[clue] = values }
		}
		tell := func(v *view, g Guess) {
			at := d.flat(activity.LatLon{Lat: g.Lat, Lon: g.Lon})
			v.Guess, v.Sure = [2]float64{at.x, at.y}, g.Sure
		}
		var net *network
		if m := filepath.Join(filepath.Dir(path), "streets.geojson"); isThere(m) {
			all, err := readMap(t.Context(), m, covers)
			if err != nil {
				t.Fatal(err)
			}
			if net = netAround(&d, all); net == nil {
				t.Fatalf("%s does not cover its athlete", m)
			}
		}
		tracks, err := s.Lines()
		if err != nil {
			t.Fatal(err)
		}
		if tracks != nil {
			v := NewSketch(tracks).view(&d, reachM)
			g := byLines(d, v, listen(&a.Lines))
			tell(&a.Lines, g.guess())
			if net != nil {
				if !net.covers(v) {
					t.Logf("%s: most lines end on no street", path)
				}
				tell(&a.Streets, byStreets(d, v, net, listen(&a.Streets)).guess())
			}
			for _, p := range g.places {
				a.Places = append(a.Places, [2]float64{p.x, p.y})
			}
		}
		if h := newHeat(s, d); h != nil {
			g, err := byTiles(h, listen(&a.Tiles))
			if err != nil {
				t.Fatal(err)
			}
			tell(&a.Tiles, g.guess())
			if net != nil {
				g, err := byTilesAndStreets(h, net, listen(&a.TileStreets))
				if err != nil {
					t.Fatal(err)
				}
				tell(&a.TileStreets, g.guess())
			}
		}
		s.Close()
		line, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(append(line, '\n'))
	}
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
