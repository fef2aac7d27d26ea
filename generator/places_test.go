package generator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// boxAt returns a box of some kilometres around a place in degrees, turns of the map to the east.
func boxAt(lat, lon float64, km float64, turns int64) box {
	p := raster.Project(lat, lon)
	half := int64(km * 500 / (earthCircumferenceM * math.Cos(lat*math.Pi/180)) * float64(raster.World))
	return box{p.X - half, p.Y - half, p.X + half, p.Y + half, true}.moved(turns*raster.World, 0)
}

// placesByHand sorts spots into places by their definition in docs/format.md, comparing all with all.
func placesByHand(spots []placeSpot) (of []int) {
	tile := func(s placeSpot) [2]int64 {
		const side = raster.World >> placeCellZoom
		x := (s.box.x0 + s.box.x1) / 2
		return [2]int64{((x%raster.World + raster.World) % raster.World) / side, (s.box.y0 + s.box.y1) / 2 / side}
	}
	var cells [][2]int64
	weight := map[[2]int64]int64{}
	for _, s := range spots {
		if at := tile(s); weight[at] == 0 {
			cells = append(cells, at)
		}
		weight[tile(s)] += s.weight
	}
	slices.SortFunc(cells, func(a, b [2]int64) int { return int((a[1]-b[1])<<placeCellZoom + a[0] - b[0]) })
	apart := func(a, b [2]int64) float64 {
		middle := func(c [2]int64) activity.LatLon {
			const side = raster.World >> placeCellZoom
			lat, lon := raster.Unproject(raster.Point{X: c[0]*side + side/2, Y: c[1]*side + side/2})
			return activity.LatLon{Lat: lat, Lon: lon}
		}
		return middle(a).DistanceM(middle(b))
	}
	place := map[[2]int64]int{}
	var weights []int64
	for len(place) < len(cells) && len(weights) < placesMade {
		first, most := [2]int64{}, int64(-1)
		for _, a := range cells {
			if _, taken := place[a]; taken {
				continue
			}
			var around int64
			for _, b := range cells {
				if _, taken := place[b]; !taken && apart(a, b) <= placeStepM {
					around += weight[b]
				}
			}
			if around > most {
				first, most = a, around
			}
		}
		n := len(weights)
		place[first] = n
		weights = append(weights, weight[first])
		for grown := true; grown; {
			grown = false
			for _, a := range cells {
				if _, taken := place[a]; taken || apart(first, a) > placeReachM {
					continue
				}
				for _, b := range cells {
					if at, taken := place[b]; taken && at == n && apart(a, b) <= placeStepM {
						place[a], grown = n, true
						weights[n] += weight[a]
						break
					}
				}
			}
		}
	}
	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(weights[b] - weights[a]) })
	for _, s := range spots {
		n, taken := place[tile(s)]
		if !taken {
			n = -1
		} else {
			n = slices.Index(order, n)
		}
		of = append(of, n)
	}
	return of
}

func TestPlacesByHand(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	most := 0
	for round := range 12 {
		var spots []placeSpot
		for range 4 + r.IntN(70) {
			// Towns of many sizes, some on the antimeridian and some far in the north, where tiles are small; and a ride of many days between two of them.
			lat, lon := []float64{48, -17.8, 69.6}[r.IntN(3)]+r.NormFloat64(), []float64{9, 179.9, -21}[r.IntN(3)]+2*r.NormFloat64()
			for range 1 + r.IntN(6) {
				spots = append(spots, placeSpot{boxAt(lat+r.NormFloat64()/20, lon+r.NormFloat64()/10, 1+10*r.Float64(), int64(r.IntN(3)-1)), 1 + int64(r.IntN(3))})
			}
		}
		for i := range 30 {
			spots = append(spots, placeSpot{boxAt(48+float64(i)/10, 9, 20, 0), 1})
		}
		places, of := findPlaces(spots)
		if want := placesByHand(spots); !slices.Equal(of, want) {
			t.Fatalf("round %d: %v, not %v", round, of, want)
		}
		most = max(most, len(places))
		weights := make([]int64, len(places))
		for i, n := range of {
			if n < 0 {
				continue
			}
			weights[n] += spots[i].weight
		}
		if !slices.IsSortedFunc(weights, func(a, b int64) int { return int(b - a) }) {
			t.Errorf("round %d: places weigh %v", round, weights)
		}
	}
	if most != placesMade {
		t.Errorf("there were at most %d places, so their end was not tried", most)
	}
}

// The bounds of a place hold most of what is there, wherever the map is cut; few long ways do not make the view of all others small.
func TestFrameOfPlace(t *testing.T) {
	for _, lon := range []float64{9, 179.98, -179.98} {
		var spots []placeSpot
		for i := range 19 {
			spots = append(spots, placeSpot{boxAt(-17.8, lon, 4, int64(i%3-1)), 1})
		}
		spots = append(spots, placeSpot{boxAt(-17.8, lon, 900, 0), 1})
		places, of := findPlaces(spots)
		if len(places) != 1 || slices.Max(of) != 0 || slices.Min(of) != 0 {
			t.Fatalf("%d places of %v", len(places), of)
		}
		b := places[0].Bounds
		// 4 km are 0.036 degrees, and 0.038 in longitude there; to the next hundredth.
		near := func(v, want float64) bool { return math.Abs(v-want) < 0.0101 }
		if !near(math.Remainder(b[0]-(lon-0.019), 360), 0) || !near(b[2]-b[0], 0.038+0.01) || !near(b[1], -17.818) || !near(b[3], -17.782) || b[0] < -180 || b[0] >= 180 {
			t.Errorf("at %g: bounds %v", lon, b)
		}
	}
}

// A site tells where most of its activities lie, and of each which place it is of; without lines the tiles say it, and nothing is told of single activities.
func TestPlacesOfSite(t *testing.T) {
	s := newSite(t)
	for i := range 9 {
		s.run(fmt.Sprintf("home%d.gpx", i), uint64(i+1), 48.1, 9.2, 600)
	}
	for i := range 4 {
		s.run(fmt.Sprintf("fiji%d.gpx", i), uint64(i+11), -17.8, activity.WrapLon(179.985+float64(i)/100), 600)
	}
	s.run("north.gpx", 21, 69.6, 18.9, 600)
	middles := [][2]float64{{9.2, 48.1}, {180, -17.8}, {18.9, 69.6}}
	check := func(what string, of []int) {
		t.Helper()
		s.mustBuild(2)
		site, err := OpenSite(archivePath(s.cfg))
		if err != nil {
			t.Fatal(err)
		}
		defer site.Close()
		if findings := site.CheckMetadata(); len(findings) > 0 {
			t.Errorf("%s: %q", what, findings)
		}
		if len(site.Meta.Places) != len(middles) {
			t.Fatalf("%s: places %v", what, site.Meta.Places)
		}
		for i, p := range site.Meta.Places {
			b := p.Bounds
			if !(b[0] <= middles[i][0]+0.02 && b[2] >= middles[i][0]-0.02 && b[1] <= middles[i][1]+0.02 && b[3] >= middles[i][1]-0.02 && b[2]-b[0] < 0.2) {
				t.Errorf("%s: place %d has bounds %v", what, i, b)
			}
		}
		if !reflect.DeepEqual(site.Meta.Activities.Place, of) {
			t.Errorf("%s: the activities' places are %v", what, site.Meta.Activities.Place)
		}
	}
	check("with lines", []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2})
	s.cfg.Page.Tracks = false
	check("without lines", nil)
	s.cfg.Page.Activities = false
	check("without a list", nil)
}

// What a damaged list of places says is found.
func TestDamagedPlaces(t *testing.T) {
	s := newSite(t)
	s.run("home.gpx", 1, 48.1, 9.2, 600)
	s.mustBuild(1)
	e, err := readMetadata(archivePath(s.cfg))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(m *Metadata){
		"a column too short": func(m *Metadata) { m.Activities.Place = []int{0, 0} },
		"no such place":      func(m *Metadata) { m.Activities.Place = []int{1} },
		"inside out":         func(m *Metadata) { m.Places = []PlaceMetadata{{[4]float64{9, 49, 10, 48}}} },
		"beyond the map":     func(m *Metadata) { m.Places = []PlaceMetadata{{[4]float64{190, 48, 191, 49}}} },
	} {
		changed, meta := *e, *e.Heatmapgen
		changed.Heatmapgen = &meta
		meta.Digest = nil
		change(&meta)
		text, err := changed.sealed()
		if err != nil {
			t.Fatal(err)
		}
		if findings, err := CheckMetadata(text); err != nil || len(findings) != 1 {
			t.Errorf("%s: %q, %v", name, findings, err)
		}
	}
}
