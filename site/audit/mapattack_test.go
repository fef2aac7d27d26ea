package audit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

// A village is a few short streets around the door, and three roads that lead out of it.
type village struct{ lanes, roads [][]activity.LatLon }

// from returns the place so many metres east and north of a place.
func from(p activity.LatLon, east, north float64) activity.LatLon {
	return activity.LatLon{Lat: p.Lat + north/degreeM, Lon: p.Lon + east/degreeM/math.Cos(p.Lat*math.Pi/180)}
}

func newVillage() *village {
	v := &village{}
	for i := -3.0; i <= 3; i++ {
		var across, along []activity.LatLon
		for k := -3.0; k <= 3; k++ {
			across, along = append(across, from(door, 60*k, 60*i)), append(along, from(door, 60*i, 60*k))
		}
		v.lanes = append(v.lanes, across, along)
	}
	for _, heading := range []float64{0.4, 1.1, 2.0} {
		road := []activity.LatLon{door}
		sin, cos := math.Sincos(heading)
		for m := 3.0; m < 3000; m += 3 {
			road = append(road, from(door, m*sin, m*cos))
		}
		v.roads = append(v.roads, road)
	}
	return v
}

// geojson returns the streets, moved east.
func (v *village) geojson(east float64) string {
	var features []string
	add := func(line []activity.LatLon, kind string) {
		var at []string
		for _, p := range line {
			q := from(p, east, 0)
			at = append(at, fmt.Sprintf("[%.7f,%.7f]", q.Lon, q.Lat))
		}
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"highway":%q},"geometry":{"type":"LineString","coordinates":[%s]}}`, kind, strings.Join(at, ",")))
	}
	for _, l := range v.lanes {
		add(l, "residential")
	}
	for _, r := range v.roads {
		add(r, "tertiary")
	}
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

// runs goes out along the roads, n times in all, with some metres of noise.
func (v *village) runs(n int) [][]activity.LatLon {
	rng := rand.New(rand.NewPCG(8, 8))
	var runs [][]activity.LatLon
	for k := range n {
		way := append([]activity.LatLon(nil), v.roads[k%len(v.roads)][:800+rng.IntN(200)]...)
		east, north := rng.NormFloat64()*3, rng.NormFloat64()*3
		for i := range way {
			way[i] = from(way[i], east, north)
		}
		runs = append(runs, way)
	}
	return runs
}

// A map tells where in the cell people live and how the ways lead home: what lines alone leave open it closes, and the verdict says so.
func TestAuditWithAMap(t *testing.T) {
	v := newVillage()
	cfg := outAndBack(t, v.runs(18))
	cfg.Privacy.Zones = []config.Zone{{Lat: door.Lat, Lon: door.Lon, RadiusM: 300}}
	for _, tracks := range []bool{true, false} {
		cfg.Page.Tracks = tracks
		path := build(t, cfg)
		streets := filepath.Join(t.TempDir(), "streets.geojson")
		audit := func(text string) *Report {
			t.Helper()
			if err := os.WriteFile(streets, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			r, err := Site(t.Context(), path, cfg, streets)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := audit(v.geojson(0))
		a := r.Attacks[0]
		other := a.Lines
		if !tracks {
			other = a.Tiles
		}
		if a.Streets == nil || a.Streets.DistanceM(door) > PlacedM || a.Streets.Sure <= other.Sure || !r.Exposed() {
			t.Fatalf("tracks %v: with a map %+v, without %+v", tracks, a.Streets, other)
		}
		if !strings.Contains(strings.Join(r.Found, "\n"), "the streets around what is hidden") || strings.Contains(strings.Join(r.Untried, "\n"), "street map") {
			t.Errorf("tracks %v: found %q, not tried %q", tracks, r.Found, r.Untried)
		}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil || !strings.Contains(text.String(), "With the street map: within 200 m of") {
			t.Errorf("the audit says %s (%v)", text.String(), err)
		}
		// Streets elsewhere, and some that nobody runs along, are none.
		for _, east := range []float64{200_000, 1200} {
			if !tracks && east == 1200 {
				continue // tiles do not say where lines end
			}
			r := audit(v.geojson(east))
			if r.Attacks[0].Streets != nil || !strings.Contains(strings.Join(r.Untried, "\n"), "which the map given does not cover") {
				t.Errorf("tracks %v: with a map of %g m beside: %+v, not tried: %q", tracks, east, r.Attacks[0].Streets, r.Untried)
			}
		}
	}
	path := filepath.Join(cfg.Output, "heatmap.pmtiles")
	if r, err := Site(t.Context(), path, cfg, ""); err != nil || !strings.Contains(strings.Join(r.Untried, "\n"), "a street map, which tells a stranger more (--map") {
		t.Errorf("without a map nothing is said of one: %+v, %v", r, err)
	}
	if _, err := Site(t.Context(), path, cfg, filepath.Join(t.TempDir(), "none.osm.pbf")); err == nil || !strings.Contains(err.Error(), "there is no such file") {
		t.Errorf("with a map that is not there: %v", err)
	}
	if r, err := Site(t.Context(), path, nil, "none.geojson"); err != nil || !strings.Contains(strings.Join(r.Untried, "\n"), "the street map") {
		t.Errorf("without a configuration: %+v, %v", r, err)
	}
}
