package activity

import (
	"math"
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
		var known []Place
		if k%3 == 0 {
			_, known = Cover([]Zone{{moved(p, rng.NormFloat64()*300, rng.NormFloat64()*300), 200}}, nil, DefaultMarginM, glow)
		}
		covers, places := Cover(zones, known, DefaultMarginM, glow)
		for _, z := range zones {
			margin := min(maxGlowM, max(minGlowM, 0.97*glow*cosDeg(z.Center.Lat)))
			if !slices.ContainsFunc(covers, func(c Zone) bool { return c.Center.DistanceM(z.Center)+z.RadiusM+margin <= c.RadiusM+1 }) {
				t.Fatalf("%v is not held by %v", z, covers)
			}
		}
		// The order in the file is nothing.
		slices.Reverse(zones)
		if again, _ := Cover(zones, known, DefaultMarginM, glow); !slices.Equal(again, covers) {
			t.Fatalf("%v in another order are %v", covers, again)
		}
		// And what is known next time changes nothing.
		if again, _ := Cover(zones, append(known, places...), DefaultMarginM, glow); !slices.Equal(again, covers) {
			t.Fatalf("%v, once known, are %v", covers, again)
		}
	}
}

// Wherever in a cell the place lies, the same disc hides it: nothing of it tells where in the cell it is.
func TestCoverSaysTheCellAndNoMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 3))
	for range 40 {
		at := LatLon{rng.Float64()*150 - 75, rng.Float64()*360 - 180}
		cell := CellMiddle(at)
		want, _ := Cover([]Zone{{at, 300}}, nil, DefaultMarginM, 40)
		same := 0
		for range 400 {
			q := moved(cell, (rng.Float64()*2-1)*CellM, (rng.Float64()*2-1)*CellM)
			if CellMiddle(q) != cell {
				continue
			}
			same++
			for _, radius := range []float64{50, 200, 400, 500} {
				if got, _ := Cover([]Zone{{q, radius}}, nil, DefaultMarginM, 40); !slices.Equal(got, want) {
					t.Fatalf("a zone at %v is hidden by %v, one at %v of the same cell by %v", q, got, at, want)
				}
			}
			if d := cell.DistanceM(q); d > cellReachM(cell)+1 {
				t.Fatalf("%v lies %.0f m from the middle of its cell, farther than it reaches", q, d)
			}
		}
		// A hexagon fills 0.65 of the square around its circle; cut by the border of a degree, less.
		if same < 100 {
			t.Errorf("only %d of 400 places around %v are of its cell", same, cell)
		}
		widest := 2600.0
		if off := math.Abs(cell.Lat - math.Round(cell.Lat)); off < 0.007 {
			widest = 2700 // the last row of a degree
		}
		if width := 2 * want[0].RadiusM; width > widest {
			t.Errorf("what is hidden at %v is %.0f m wide", at, width)
		}
	}
}

// At the ends of a degree no cell is a sliver, which would tell where its few places are.
func TestNoCellIsASliver(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 6))
	for _, lat := range []float64{48, -33, 60} {
		places := map[LatLon]int{}
		for range 40_000 {
			places[CellMiddle(LatLon{lat + (rng.Float64()*2-1)*0.03, 8 + rng.Float64()*0.2})]++
		}
		outer := 0
		for cell, n := range places {
			if math.Abs(cell.Lat-lat) > 0.015 || cell.Lon < 8.02 || cell.Lon > 8.18 {
				continue
			}
			outer++
			// A whole cell holds 1.46 square kilometres of the strip.
			if area := 2 * 0.03 * degreeM * 0.2 * degreeM * cosDeg(lat) * float64(n) / 40_000; area < 0.9e6 {
				t.Errorf("the cell of %v has an area of %.2f square kilometres", cell, area/1e6)
			}
		}
		if outer < 8 {
			t.Errorf("only %d cells lie at latitude %g", outer, lat)
		}
	}
}

// Cells are of one size everywhere, so that none says more of where a place is than others.
func TestCellsTile(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 4))
	for _, lat := range []float64{0.5, 47.3, -33.7, 69.2} {
		cells := map[LatLon]int{}
		const n, side = 60_000, 30_000.0
		for range n {
			cells[CellMiddle(moved(LatLon{lat, 10}, (rng.Float64()-0.5)*side, (rng.Float64()-0.5)*side))]++
		}
		want := side * side / (1.5 * math.Sqrt(3) * CellM * CellM)
		if got := float64(len(cells)); got < want*0.95 || got > want*1.25 {
			t.Errorf("at latitude %g there are %.0f cells, want about %.0f", lat, got, want)
		}
	}
}

// A centre corrected a little, another radius, a zone beside it: the same place stays hidden by the same disc, wherever
// the border between two cells runs.
func TestCoverKeepsKnownPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 5))
	crossed := 0
	for range 2000 {
		at := LatLon{48 + rng.Float64(), 8 + rng.Float64()}
		first, places := Cover([]Zone{{at, 300}}, nil, DefaultMarginM, 40)
		off := moved(at, rng.Float64()*140-70, rng.Float64()*140-70)
		if CellMiddle(off) != CellMiddle(at) {
			crossed++
		}
		for _, zones := range [][]Zone{{{off, 300}}, {{off, 450}}, {{at, 300}, {off, 200}}, {{off, 300}, {moved(at, 80, 200), 250}}} {
			again, _ := Cover(zones, places, DefaultMarginM, 40)
			if len(again) != 1 || again[0].Center != first[0].Center {
				t.Fatalf("%v was hidden by %v, and %v is by %v", at, first, zones, again)
			}
			if len(zones) == 1 && CellMiddle(off) == CellMiddle(at) && again[0] != first[0] {
				t.Fatalf("%v was hidden by %v, and %v is by %v", at, first, zones, again)
			}
		}
	}
	if crossed < 50 {
		t.Errorf("only %d of 2000 moves went into another cell", crossed)
	}
}

// Two zones at one place must not have two middles.
func TestCoverHasOneMiddleForOnePlace(t *testing.T) {
	home := LatLon{48.99, 8.45}
	if got, places := Cover([]Zone{{home, 200}, {moved(home, 30, 10), 400}, {moved(home, 9000, 0), 300}}, nil, DefaultMarginM, 0); len(got) != 2 || len(places) != 3 {
		t.Errorf("two places have the covers %v", got)
	}
	if got, places := Cover(nil, nil, DefaultMarginM, 0); got != nil || places != nil {
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
