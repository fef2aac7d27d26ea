package audit

import (
	"math"
	"math/rand/v2"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/site/audit/streets"
)

// randomStreets makes streets of a few bends between random junctions around a place, some of which lead nowhere else.
func randomStreets(rng *rand.Rand, d *disc, junctions, count int) []streets.Street {
	at := func(p xy) streets.Point {
		g := d.globe(p)
		return streets.Point{Lat: int32(math.Round(g.Lat * 1e7)), Lon: int32(math.Round(g.Lon * 1e7))}
	}
	places := make([]xy, junctions)
	for i := range places {
		places[i] = xy{rng.Float64()*3000 - 1500, rng.Float64()*3000 - 1500}
	}
	var all []streets.Street
	for range count {
		a, b := places[rng.IntN(junctions)], places[rng.IntN(junctions)]
		line := []streets.Point{at(a)}
		for k := 1; k <= 3; k++ {
			bend := between(a, b, float64(k)/4)
			line = append(line, at(xy{bend.x + rng.NormFloat64()*20, bend.y + rng.NormFloat64()*20}))
		}
		all = append(all, streets.Street{Points: append(line, at(b)), Homes: rng.IntN(2) > 0})
	}
	return all
}

// slowWays returns the way between all pairs of vertices of streets, and where the vertices lie, by the algorithm of Floyd and Warshall.
func slowWays(d *disc, all []streets.Street) (vertices []xy, ways [][]float64) {
	index := map[streets.Point]int{}
	for _, s := range all {
		for _, p := range s.Points {
			if _, ok := index[p]; !ok {
				index[p] = len(vertices)
				vertices = append(vertices, d.flat(p.LatLon()))
			}
		}
	}
	ways = make([][]float64, len(vertices))
	for i := range ways {
		ways[i] = make([]float64, len(vertices))
		for k := range ways[i] {
			if i != k {
				ways[i][k] = math.Inf(1)
			}
		}
	}
	for _, s := range all {
		for i := 1; i < len(s.Points); i++ {
			a, b := index[s.Points[i-1]], index[s.Points[i]]
			l := vertices[a].to(vertices[b])
			ways[a][b], ways[b][a] = min(ways[a][b], l), min(ways[b][a], l)
		}
	}
	for m := range ways {
		for i := range ways {
			for k := range ways {
				ways[i][k] = min(ways[i][k], ways[i][m]+ways[m][k])
			}
		}
	}
	return vertices, ways
}

// The ways from a spot to places are the shortest along the streets.
func TestWaysThroughStreets(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	d := disc{activity.LatLon{Lat: 48.9, Lon: 8.4}, 1270}
	compared, unreachable := 0, 0
	for range 12 {
		all := randomStreets(rng, &d, 9, 10)
		n := newNetwork(&d, all)
		vertices, slow := slowWays(&d, all)
		// A step lies between two vertices; which, is found by trying.
		type leg struct {
			a, b int
			toA  float64
		}
		legOf := func(s streetStep) leg {
			best, far := leg{}, math.Inf(1)
			for a := range vertices {
				for b := range a {
					l := vertices[a].to(vertices[b])
					if slow[a][b] > l+1e-6 {
						continue // no straight line of a street
					}
					x := s.to(vertices[a])
					if off := x + s.to(vertices[b]) - l; off < far {
						best, far = leg{a, b, x}, off
					}
				}
			}
			return best
		}
		var places []spot
		var legs []leg
		for range 40 {
			s := n.steps[rng.IntN(len(n.steps))]
			places, legs = append(places, s.spot), append(legs, legOf(s))
		}
		r := n.router(places)
		for range 25 {
			s := n.steps[rng.IntN(len(n.steps))]
			from := legOf(s)
			ways := r.ways(s.spot)
			for k, to := range legs {
				lf, lt := vertices[from.a].to(vertices[from.b]), vertices[to.a].to(vertices[to.b])
				want := min(from.toA+slow[from.a][to.a]+to.toA, from.toA+slow[from.a][to.b]+lt-to.toA,
					lf-from.toA+slow[from.b][to.a]+to.toA, lf-from.toA+slow[from.b][to.b]+lt-to.toA)
				if from.a == to.a && from.b == to.b {
					want = min(want, math.Abs(from.toA-to.toA))
				}
				if want = min(want, farthestM); want == farthestM {
					unreachable++
					if ways[k] < farthestM {
						t.Fatalf("a way of %.1f m where there is none", ways[k])
					}
					continue
				}
				compared++
				if math.Abs(ways[k]-want) > 1e-3 {
					t.Fatalf("%.3f m, should be %.3f", ways[k], want)
				}
			}
		}
	}
	if compared < 1000 || unreachable == 0 {
		t.Errorf("%d ways compared, %d where there is none", compared, unreachable)
	}
}

// The nearest step of a network is that of looking at each.
func TestNearestStreet(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	d := disc{activity.LatLon{Lat: 48.9, Lon: 8.4}, 1270}
	n := newNetwork(&d, randomStreets(rng, &d, 12, 12))
	found := 0
	for range 2000 {
		p, within := xy{rng.Float64()*6000 - 3000, rng.Float64()*6000 - 3000}, []float64{20, 40, 90, 200, 600}[rng.IntN(5)]
		best := math.Inf(1)
		for _, s := range n.steps {
			best = min(best, p.to(s.xy))
		}
		i, r, ok := n.nearest(p, within)
		if ok != (best <= within) || ok && (math.Abs(r-best) > 1e-9 || p.to(n.steps[i].xy) != r) {
			t.Fatalf("from %v within %g m: step %d at %.1f m, %v; the nearest is at %.1f m", p, within, i, r, ok, best)
		}
		if ok {
			found++
		}
	}
	if found < 100 {
		t.Errorf("only %d of 2000 places are near a street", found)
	}
}
