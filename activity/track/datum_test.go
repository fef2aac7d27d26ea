package track

import (
	"fmt"
	"testing"

	"heatmapgen/activity"
)

func TestFromGCJ02(t *testing.T) {
	at := func(lat, lon float64) string {
		return fmt.Sprintf(`<trkpt lat="%.7f" lon="%.7f"><time>2024-05-01T10:00:00Z</time></trkpt>`, lat, lon)
	}
	decode := func(points string) *Result {
		r, err := Decode([]byte(points))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	lat, lon := activity.ToGCJ02(31.2, 121.5) // Shanghai
	r := decode(oneSegment(at(lat, lon) + at(lat, lon)))
	moved := r.FromGCJ02()
	for i := range 2 {
		if d := activity.DistanceM(moved.Track.Lat[i], moved.Track.Lon[i], 31.2, 121.5); d > 0.02 {
			t.Errorf("%.3f m off", d)
		}
	}
	if r.Track.Lat[0] == moved.Track.Lat[0] || moved.Start != r.Start {
		t.Error("the result itself was changed, or not all of it was copied")
	}
	for name, p := range map[string][2]float64{"Hong Kong": {22.3, 114.17}, "Taipei": {25.04, 121.52}, "Seoul": {37.55, 127}, "Hanoi": {21.02, 105.8}, "Karlsruhe": {49, 8.4}} {
		r := decode(oneSegment(at(p[0], p[1])))
		if r.FromGCJ02() != r {
			t.Errorf("%s was moved", name)
		}
	}
	// Of two activities in a file, the one in China.
	r = decode(`<gpx><trk><name>a</name><trkseg>` + at(49, 8.4) + `</trkseg></trk><trk><name>b</name><trkseg>` + at(lat, lon) + `</trkseg></trk></gpx>`).FromGCJ02()
	if r.Part(0).Track.Lat[0] != 49 || activity.DistanceM(r.Part(1).Track.Lat[0], r.Part(1).Track.Lon[0], 31.2, 121.5) > 0.02 {
		t.Errorf("%v, %v", r.Track.Lat, r.Track.Lon)
	}
	if r := (&Result{Track: &activity.Track{}}); r.FromGCJ02() != r {
		t.Error("a result without a position was moved")
	}
}
