package activity

import (
	"math"
	"math/rand/v2"
	"testing"
)

// scattered returns n points within some metres of a place.
func scattered(rng *rand.Rand, n int, lat, lon, meters float64) []LatLon {
	var all []LatLon
	for range n {
		north, east := (rng.Float64()*2-1)*meters, (rng.Float64()*2-1)*meters
		all = append(all, moved(LatLon{lat, lon}, north, east))
	}
	return all
}

// moved is the point so many metres to the north and the east of p.
func moved(p LatLon, north, east float64) LatLon {
	m := math.Pi * EarthRadiusM / 180
	return LatLon{p.Lat + north/m, WrapLon(p.Lon + east/m/math.Cos(p.Lat*degToRad))}
}

func TestHome(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	cases := []struct {
		name     string
		lat, lon float64
	}{
		{"in the middle of a cell", 48.0015, 8.0021},
		{"on the border of two rows", 48 * 1.0, 8.0021},
		{"on the corner of four cells", 0, 0},
		{"on a row where columns shift", 48.501, 8.2},
		{"on a row where columns shift, far east", -33.501, 151.3},
		{"in the south and west", -33.5, -70.6},
		{"on the antimeridian", -17.0005, 180},
		{"near the pole", 78.2232, 15.6267},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for range 20 {
				// Elsewhere: a place with fewer starts and many places with one.
				starts := scattered(rng, 7, c.lat-0.3, c.lon+1, 20)
				starts = append(starts, scattered(rng, 12, c.lat, c.lon, 60)...)
				starts = append(starts, scattered(rng, 40, c.lat, c.lon, 20000)...)
				home, ok := Home(starts)
				if !ok || home.DistanceM(LatLon{c.lat, c.lon}) > 150 {
					t.Fatalf("home is %v, %.0f m off", home, home.DistanceM(LatLon{c.lat, c.lon}))
				}
			}
		})
	}
	if _, ok := Home(nil); ok {
		t.Error("no starts have a home")
	}
	if home, ok := Home([]LatLon{{48, 8}}); !ok || home.DistanceM(LatLon{48, 8}) > 0.01 {
		t.Errorf("a single start is home: %v", home)
	}
	if home, _ := Home([]LatLon{{48, 8}, {10, 10}}); home.DistanceM(LatLon{48, 8}) > 0.01 {
		t.Errorf("of equal places the first is home, not %v", home)
	}
}
