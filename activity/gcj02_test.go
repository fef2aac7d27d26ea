package activity

import "testing"

func TestGCJ02(t *testing.T) {
	// Pairs that the authors of other programs test with, WGS 84 first.
	for _, p := range [][4]float64{
		{31.1774276, 121.5272106, 31.17530398364597, 121.531541859215},
		{22.543847, 113.912316, 22.540796131694766, 113.9171764808363},
		{39.911954, 116.377817, 39.91334545536069, 116.38404722455657},
	} {
		if lat, lon := ToGCJ02(p[0], p[1]); DistanceM(lat, lon, p[2], p[3]) > 0.2 {
			t.Errorf("%v goes to %v, %v", p, lat, lon)
		}
		if lat, lon := FromGCJ02(p[2], p[3]); DistanceM(lat, lon, p[0], p[1]) > 0.2 {
			t.Errorf("%v comes back to %v, %v", p, lat, lon)
		}
	}
	// All over the country and beyond: the shift is never more than some hundred metres, and comes off again.
	worst, most := 0.0, 0.0
	for lat := 18.0; lat <= 53.5; lat += 0.37 {
		for lon := 73.5; lon <= 135; lon += 0.41 {
			toLat, toLon := ToGCJ02(lat, lon)
			most = max(most, DistanceM(lat, lon, toLat, toLon))
			backLat, backLon := FromGCJ02(toLat, toLon)
			worst = max(worst, DistanceM(lat, lon, backLat, backLon))
		}
	}
	if worst > 1e-6 || most < 600 || most > 750 {
		t.Errorf("shifts of up to %.0f m come back to %.2g m", most, worst)
	}
}
