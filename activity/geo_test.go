package activity

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestDistanceM(t *testing.T) {
	degree := math.Pi * EarthRadiusM / 180
	cases := []struct {
		name      string
		a, b      LatLon
		want, tol float64
	}{
		{"no way", LatLon{48, 8}, LatLon{48, 8}, 0, 0},
		{"a degree of latitude", LatLon{48, 8}, LatLon{49, 8}, degree, 1e-6},
		{"a degree on the equator", LatLon{0, 8}, LatLon{0, 9}, degree, 1e-6},
		{"a degree at 60 north", LatLon{60, 8}, LatLon{60, 9}, degree / 2, 10},
		{"across the antimeridian", LatLon{0, 179.5}, LatLon{0, -179.5}, degree, 1e-6},
		{"pole to pole", LatLon{90, 0}, LatLon{-90, 55}, 180 * degree, 1e-3},
		{"to the antipode", LatLon{30, 40}, LatLon{-30, -140}, 180 * degree, 1},
		{"a centimetre", LatLon{48, 8}, LatLon{48.0000001, 8}, 1e-7 * degree, 1e-6},
		// Great-circle distances as published for airports, ellipsoid: within 0.5 %.
		{"Heathrow to Kennedy", LatLon{51.4706, -0.4619}, LatLon{40.6398, -73.7789}, 5_555_000, 28_000},
		{"Sydney to Santiago", LatLon{-33.9461, 151.1772}, LatLon{-33.3930, -70.7858}, 11_345_000, 57_000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range []float64{c.a.DistanceM(c.b), c.b.DistanceM(c.a), DistanceM(c.a.Lat, c.a.Lon, c.b.Lat, c.b.Lon)} {
				if math.Abs(d-c.want) > c.tol {
					t.Errorf("%.4f m, want %.4f", d, c.want)
				}
			}
		})
	}
}

// The law of cosines is another formula for the same.
func TestDistanceMMatchesLawOfCosines(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 5000 {
		a, b := LatLon{rng.Float64()*180 - 90, rng.Float64()*360 - 180}, LatLon{rng.Float64()*180 - 90, rng.Float64()*360 - 180}
		rad := math.Pi / 180
		cos := math.Sin(a.Lat*rad)*math.Sin(b.Lat*rad) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Cos((a.Lon-b.Lon)*rad)
		if want := EarthRadiusM * math.Acos(cos); math.Abs(a.DistanceM(b)-want) > 1 {
			t.Fatalf("%v to %v: %g m, want %g", a, b, a.DistanceM(b), want)
		}
	}
}

func TestWrapLon(t *testing.T) {
	for _, c := range [][2]float64{{0, 0}, {180, -180}, {-180, -180}, {179.5, 179.5}, {190, -170}, {-190, 170}, {540, -180}, {725, 5}} {
		if got := WrapLon(c[0]); got != c[1] {
			t.Errorf("WrapLon(%g) = %g, want %g", c[0], got, c[1])
		}
	}
}
