package generator

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/activity"
)

// straight is a track of samples every 10 m along a meridian, northwards from a place.
func straight(lat, lon float64, n int) *activity.Track {
	t := &activity.Track{}
	for i := range n {
		t.Lat, t.Lon = append(t.Lat, lat+float64(i)*10/111195), append(t.Lon, lon)
	}
	return t
}

func zoneAt(lat, lon, radiusM float64) placedZone {
	return placedZone{Zone: activity.Zone{Center: activity.LatLon{Lat: lat, Lon: lon}, RadiusM: radiusM}}
}

func TestSightings(t *testing.T) {
	const degreeM = 111195
	east := func(m, lat float64) float64 { return m / degreeM / math.Cos(lat*math.Pi/180) }
	along := straight(48, 8, 200)
	gap := &activity.Track{Lat: []float64{47.99, 48.01}, Lon: []float64{8, 8}} // a pair 2 km apart
	over := &activity.Track{Lat: []float64{10, 10.001, 10.002}, Lon: []float64{179.999, -180, -179.999}}
	nothing := func(t *activity.Track, _ [32]byte) *activity.Track { return t }
	// north hides everything north of 48.01, far from any zone below.
	north := func(t *activity.Track, _ [32]byte) *activity.Track {
		return activity.Cut(t, func(p activity.LatLon) bool { return p.Lat < 48.01 })
	}
	tests := []struct {
		name  string
		track *activity.Track
		zone  placedZone
		hide  func(*activity.Track, [32]byte) *activity.Track
		want  []slip
	}{
		{"within", along, zoneAt(48.005, 8, 200), nothing, []slip{noSlip}},
		{"touched", along, zoneAt(48.005, 8+east(195, 48), 200), nothing, []slip{noSlip}},
		{"not touched, and nothing hidden", along, zoneAt(48.005, 8+east(205, 48), 200), nothing, nil},
		{"not touched, but hidden in part", along, zoneAt(48.005, 8+east(205, 48), 200), north, []slip{noSlip}},
		{"not touched, and nobody knows what is hidden", along, zoneAt(48.005, 8+east(205, 48), 200), nil, []slip{noSlip}},
		{"hidden in part for another zone", along, zoneAt(48.005, 8+east(3500, 48), 200), north, nil},
		{"far", along, zoneAt(48.005, 8+east(3500, 48), 200), nil, nil},
		{"between two samples", gap, zoneAt(48, 8+east(100, 48), 200), nothing, []slip{noSlip}},
		{"swapped", along, zoneAt(8, 48.005, 200), nothing, []slip{swapped}},
		{"east for west", along, zoneAt(48.005, -8, 200), nothing, []slip{otherLon}},
		{"south for north", along, zoneAt(-48.005, 8, 200), nothing, []slip{otherLat}},
		{"swapped where lon is no latitude", straight(10, 120, 10), zoneAt(120, 10, 200), nothing, []slip{swapped}},
		{"across the antimeridian", over, zoneAt(10.001, 180, 100), nothing, []slip{noSlip}},
		{"across it, from the other side", over, zoneAt(10.001, -179.9995, 100), nothing, []slip{noSlip}},
		{"on the other side of the Earth", over, zoneAt(10.001, 0, 20000), nothing, nil},
		{"at a pole", straight(89.99, 0, 100), zoneAt(89.995, 180, 2000), nothing, []slip{noSlip}},
		{"a track of nothing", &activity.Track{}, zoneAt(48, 8, 200), nothing, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newZoneWatch([]placedZone{zoneAt(-30, 100, 200), tt.zone}, tt.hide)
			var got []slip
			for _, s := range w.sightings(tt.track, [32]byte{}, w.all()) {
				if s.zone != 1 {
					t.Errorf("a sighting of zone %d", s.zone)
				}
				got = append(got, s.slip)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The box may only spare work: whoever is near by the great circle is never taken for far.
func TestBoxNeverHidesWhatIsNear(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	near := 0
	for range 20000 {
		lat, lon := 178*r.Float64()-89, 360*r.Float64()-180
		track := straight(lat, lon, 1+r.IntN(5))
		spread := math.Pow(10, 4*r.Float64()-4)
		p := activity.LatLon{Lat: max(-90, min(90, lat+spread*r.NormFloat64())), Lon: activity.WrapLon(lon + spread*r.NormFloat64()/math.Cos(lat*math.Pi/180))}
		limit := math.Pow(10, 1+4*r.Float64())
		box := boxOf(track)
		for i := range track.Lat {
			if d := p.DistanceM(activity.LatLon{Lat: track.Lat[i], Lon: track.Lon[i]}); d < limit {
				near++
				if box.beyond(p, limit) {
					t.Fatalf("%v is %.0f m from %v %v, and was taken to be beyond %.0f m", p, d, track.Lat[i], track.Lon[i], limit)
				}
			}
		}
	}
	if near < 1000 {
		t.Errorf("only %d of them were near", near)
	}
}

// The nearest point of a line agrees with a search along the line.
func TestApproach(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		lat, lon := 120*r.Float64()-60, 360*r.Float64()-180
		track := &activity.Track{}
		for range 4 {
			track.Lat, track.Lon = append(track.Lat, lat+0.02*r.NormFloat64()), append(track.Lon, activity.WrapLon(lon+0.02*r.NormFloat64()))
		}
		p, box := activity.LatLon{Lat: lat, Lon: lon}, boxOf(track)
		want := math.Inf(1)
		for i := 1; i < track.Len(); i++ {
			for u := 0.0; u <= 1; u += 0.001 {
				along := activity.LatLon{Lat: track.Lat[i-1] + u*(track.Lat[i]-track.Lat[i-1]), Lon: track.Lon[i-1] + u*activity.WrapLon(track.Lon[i]-track.Lon[i-1])}
				want = min(want, p.DistanceM(along))
			}
		}
		if got := approachM(track, &box, p, 20000); math.Abs(got-want) > 6+want/200 {
			t.Fatalf("%.1f m, want %.1f m", got, want)
		}
	}
}
