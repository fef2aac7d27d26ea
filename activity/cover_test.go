package activity

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCoverHoldsEveryZone(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 2))
	for k := range 400 {
		var zones []Zone
		p := LatLon{[]float64{48, 0, -63.2, 78}[k%4], []float64{8, 179.9999, -180, 120}[k/4%4]}
		for range 1 + rng.IntN(4) {
			zones = append(zones, Zone{moved(p, rng.NormFloat64()*900, rng.NormFloat64()*900), 40 + rng.Float64()*900})
		}
		glow := rng.Float64() * 500
		secret := [32]byte{byte(k)}
		covers := Cover(zones, secret, glow)
		for _, z := range zones {
			margin := min(maxMarginM, max(minMarginM, 0.99*glow*cosDeg(z.Center.Lat)))
			if !slices.ContainsFunc(covers, func(c Zone) bool {
				return c.Center.DistanceM(z.Center)+max(z.RadiusM, leastZoneM)+margin <= c.RadiusM+1
			}) {
				t.Fatalf("%v is not held by %v", z, covers)
			}
		}
		// The order in the file is nothing.
		slices.Reverse(zones)
		if again := Cover(zones, secret, glow); !slices.Equal(again, covers) {
			t.Fatalf("%v in another order are %v", covers, again)
		}
	}
}

func TestCoverMovesByTheSecret(t *testing.T) {
	home := LatLon{48.99, 8.45}
	var north, east int
	for k := range byte(200) {
		secret := [32]byte{k}
		c := Cover([]Zone{{home, 300}}, secret, 0)
		if len(c) != 1 {
			t.Fatalf("one zone became %v", c)
		}
		if d := home.DistanceM(c[0].Center); d < minShiftM-1 || d > maxShiftM+1 {
			t.Errorf("the middle is moved by %.0f m", d)
		}
		if wider := Cover([]Zone{{home, 450}}, secret, 0); wider[0].Center != c[0].Center {
			t.Error("another radius moves the middle")
		}
		if c[0].Center.Lat > home.Lat {
			north++
		}
		if c[0].Center.Lon > home.Lon {
			east++
		}
	}
	if north < 60 || north > 140 || east < 60 || east > 140 {
		t.Errorf("of 200 moves %d go north and %d east", north, east)
	}
}

// Two zones at one place must not have two middles, whose mean would be nearer to it.
func TestCoverHasOneMiddleForOnePlace(t *testing.T) {
	home := LatLon{48.99, 8.45}
	if got := Cover([]Zone{{home, 200}, {moved(home, 30, 10), 400}, {moved(home, 5000, 0), 300}}, [32]byte{1}, 0); len(got) != 2 {
		t.Errorf("two places have the covers %v", got)
	}
	if got := Cover(nil, [32]byte{1}, 0); got != nil {
		t.Errorf("no zones have the covers %v", got)
	}
}

// A long trim must not draw a circle around the door where a zone has hidden it.
func TestTrimCountsFromTheZone(t *testing.T) {
	home := LatLon{48, 8}
	tr := even(600, 5)
	zone := Zone{home, 700}
	p, q := Privacy{Zones: []Zone{zone}}, Privacy{Zones: []Zone{zone}, TrimStartM: 400}
	a, b := p.Apply(tr, [32]byte{1}), q.Apply(tr, [32]byte{1})
	if d := DistanceM(a.Lat[0], a.Lon[0], b.Lat[0], b.Lon[0]); d < 395 || d > 410 {
		t.Errorf("the trim hides %.0f m more than the zone, want 400", d)
	}
}
