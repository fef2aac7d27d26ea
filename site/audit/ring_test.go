package audit

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/lines/linestest"
	"heatmapgen/layers/raster"
)

func moved(p activity.LatLon, north, east float64) activity.LatLon {
	return activity.LatLon{Lat: p.Lat + north/degreeM, Lon: p.Lon + east/degreeM/math.Cos(p.Lat*math.Pi/180)}
}

var home = activity.LatLon{Lat: 48.99, Lon: 8.45}

// outings makes n round trips from home, each bending along a way of its own, 5 m to the sample.
func outings(rng *rand.Rand, n int) []*activity.Track {
	var all []*activity.Track
	for range n {
		t := &activity.Track{}
		heading, north, east := rng.Float64()*2*math.Pi, 0.0, 0.0
		for range 600 {
			p := moved(home, north, east)
			t.Lat, t.Lon = append(t.Lat, p.Lat), append(t.Lon, p.Lon)
			heading += rng.NormFloat64() * 0.03
			north, east = north+5*math.Sin(heading), east+5*math.Cos(heading)
		}
		// And home on the other side of the road.
		for i := 599; i >= 0; i-- {
			t.Lat, t.Lon = append(t.Lat, t.Lat[i]+6/degreeM), append(t.Lon, t.Lon[i])
		}
		all = append(all, t)
	}
	return all
}

// publish encodes and decodes what privacy leaves of tracks, as a build and a stranger do.
func publish(t testing.TB, tracks []*activity.Track, privacy *activity.Privacy) *Sketch {
	t.Helper()
	var all []*lines.Line
	for k, tr := range tracks {
		var seed [32]byte
		binary.LittleEndian.PutUint64(seed[:], uint64(k))
		if privacy != nil {
			tr = privacy.Apply(tr, seed)
		}
		d := activity.Deriver{AltitudeWindowM: 15}
		var runs []layers.Run
		for _, s := range d.Stretches(tr) {
			r := layers.Run{Segments: s.Segments}
			for i := range s.Lat {
				r.Points = append(r.Points, raster.Project(s.Lat[i], s.Lon[i]))
			}
			runs = append(runs, r)
		}
		if len(runs) > 0 {
			all = append(all, lines.Make(runs, make([]float32, len(runs)), 0.025))
		}
	}
	decoded, err := lines.Assemble(linestest.Read(t, all), len(all))
	if err != nil {
		t.Fatal(err)
	}
	return NewSketch(decoded)
}

// exact cuts tracks at a circle as a naive program would.
func exact(tracks []*activity.Track, radius float64) []*activity.Track {
	var all []*activity.Track
	for _, t := range tracks {
		all = append(all, activity.Cut(t, func(p activity.LatLon) bool { return home.DistanceM(p) > radius }))
	}
	return all
}

// guesses returns how near the best guesses about home come.
func guesses(s *Sketch) (ring, dense float64) {
	ring, dense = math.Inf(1), math.Inf(1)
	for _, r := range s.Rings(3) {
		ring = min(ring, r.DistanceM(home))
	}
	for _, p := range append(Dense(s.Starts, 3), Dense(s.Ends, 3)...) {
		dense = min(dense, p.DistanceM(home))
	}
	return ring, dense
}

func TestRingsOfAnExactCutGiveHomeAway(t *testing.T) {
	for _, radius := range []float64{200, 400, 800} {
		for _, n := range []int{20, 100, 500} {
			t.Run(fmt.Sprintf("%.0f m, %d outings", radius, n), func(t *testing.T) {
				s := publish(t, exact(outings(rand.New(rand.NewPCG(uint64(n), 3)), n), radius), nil)
				ring, _ := guesses(s)
				t.Logf("%.0f m from home", ring)
				if ring > 60 {
					t.Errorf("the ring's middle is %.0f m from home; a stranger can do better", ring)
				}
			})
		}
	}
}

// Random distances beyond the border alone do not help.
func TestRingsOfARaggedCutGiveHomeAway(t *testing.T) {
	for _, radius := range []float64{200, 400, 800} {
		s := publish(t, outings(rand.New(rand.NewPCG(1, 4)), 100), &activity.Privacy{Zones: []activity.Zone{{Center: home, RadiusM: radius}}})
		ring, _ := guesses(s)
		t.Logf("%.0f m: %.0f m from home", radius, ring)
		if ring > 100 {
			t.Errorf("%.0f m: the ring's middle is %.0f m from home; a stranger can do better", radius, ring)
		}
	}
}

func TestCoveredZonesDoNotGiveHomeAway(t *testing.T) {
	for _, radius := range []float64{200, 400, 800} {
		for _, n := range []int{20, 100, 500} {
			t.Run(fmt.Sprintf("%.0f m, %d outings", radius, n), func(t *testing.T) {
				for k := range uint64(4) {
					tracks := outings(rand.New(rand.NewPCG(uint64(n), 5+k)), n)
					p := &activity.Privacy{}
					p.Zones, _ = activity.Cover([]activity.Zone{{Center: home, RadiusM: radius}}, nil, activity.DefaultMarginM, 20)
					s := publish(t, tracks, p)
					ring, dense := guesses(s)
					t.Logf("ring %.0f m, dense %.0f m from home", ring, dense)
					if ring <= 200 || dense <= 200 {
						t.Errorf("home can be placed: ring %.0f m, dense cells %.0f m", ring, dense)
					}
				}
			})
		}
	}
}

func TestDenseFindsTheDoor(t *testing.T) {
	s := publish(t, outings(rand.New(rand.NewPCG(7, 7)), 40), nil)
	got := Dense(s.Starts, 3)
	if len(got) == 0 || got[0].Count < 38 || got[0].DistanceM(home) > 20 {
		t.Errorf("the starts are densest at %v", got)
	}
	if got := Dense(s.Starts[:2], 3); len(got) != 0 {
		t.Errorf("two starts are no crowd, but gave %v", got)
	}
}

func TestNoRingWithoutEnds(t *testing.T) {
	if got := publish(t, outings(rand.New(rand.NewPCG(7, 8)), 3), nil).Rings(3); len(got) != 0 {
		t.Errorf("three outings from one door gave %v", got)
	}
	if got := publish(t, nil, nil).Rings(3); len(got) != 0 {
		t.Errorf("nothing gave %v", got)
	}
}
