package demo

import (
	"math"
	"slices"
	"testing"

	"heatmapgen/internal/chance"
)

func TestTrack400(t *testing.T) {
	line := track400(pt{100, 200}, 30)
	if line[0] != line[len(line)-1] {
		t.Errorf("ends at %v, want its start %v", line[len(line)-1], line[0])
	}
	if d := length(line); math.Abs(d-400) > 1 {
		t.Errorf("%.2f m round, want 400", d)
	}
}

func TestResample(t *testing.T) {
	for _, c := range []struct {
		name string
		line []pt
		want int
	}{
		{"shorter than the step", []pt{{0, 0}, {4, 0}}, 2},
		{"a multiple", []pt{{0, 0}, {40, 0}}, 5},
		{"round a corner", []pt{{0, 0}, {15, 0}, {15, 12}}, 4},
		{"a point twice", []pt{{0, 0}, {0, 0}, {20, 0}}, 3},
		{"no length", []pt{{3, 3}, {3, 3}}, 2},
		{"one point", []pt{{3, 3}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := resample(c.line, 10)
			if len(got) != c.want || got[0] != c.line[0] || got[len(got)-1] != c.line[len(c.line)-1] {
				t.Errorf("%v, want %d points with the ends of %v", got, c.want, c.line)
			}
			for i := 1; i < len(got); i++ {
				if d := got[i-1].dist(got[i]); d > 10+1e-9 {
					t.Errorf("%v to %v is %v m, want at most 10", got[i-1], got[i], d)
				}
			}
		})
	}
}

func TestSplinePassesItsControlPoints(t *testing.T) {
	control := []pt{{0, 0}, {100, 20}, {130, 200}, {0, 260}, {-40, 90}}
	for name, control := range map[string][]pt{"open": control, "closed": append(slices.Clone(control), control[0])} {
		t.Run(name, func(t *testing.T) {
			line := spline(control, 10)
			for _, p := range control {
				if !slices.ContainsFunc(line, func(q pt) bool { return p.dist(q) < 1e-9 }) {
					t.Errorf("misses %v", p)
				}
			}
			for i := 1; i < len(line)-1; i++ {
				a, b := line[i].sub(line[i-1]), line[i+1].sub(line[i])
				if turn := math.Abs(math.Atan2(a.cross(b), a.x*b.x+a.y*b.y)); turn > 0.8 {
					t.Errorf("a corner of %.2f rad at %v", turn, line[i])
				}
			}
		})
	}
}

func TestDegreesAndBack(t *testing.T) {
	for _, p := range []pt{{0, 0}, {-50000, 28000}, {14000.5, -29000.25}} {
		if lat, lon := p.degrees(); p.dist(at(lat, lon)) > 0.01 {
			t.Errorf("%v is %v, %v and back %v", p, lat, lon, at(lat, lon))
		}
	}
}

func TestInside(t *testing.T) {
	bowl := []pt{{0, 0}, {10, 0}, {10, 10}, {5, 2}, {0, 10}}
	for _, c := range []struct {
		p    pt
		want bool
	}{{pt{5, 1}, true}, {pt{1, 7}, true}, {pt{5, 5}, false}, {pt{-1, 1}, false}, {pt{11, 1}, false}} {
		if got := inside(c.p, bowl); got != c.want {
			t.Errorf("inside(%v) = %v", c.p, got)
		}
	}
}

func TestNormal(t *testing.T) {
	c := chance.Stream(1)
	const n = 100000
	sum, squares := 0.0, 0.0
	for range n {
		v := c.Normal()
		sum, squares = sum+v, squares+v*v
	}
	if mean, variance := sum/n, squares/n; math.Abs(mean) > 0.02 || math.Abs(variance-1) > 0.02 {
		t.Errorf("mean %.3f and variance %.3f, want 0 and 1", mean, variance)
	}
}

func TestNoiseIsSmoothAndBounded(t *testing.T) {
	last := noise(3, 0, 0.3)
	for i := 1; i < 5000; i++ {
		v := noise(3, float64(i)/50-40, 0.3)
		if math.Abs(v) > 1 || i > 1 && math.Abs(v-last) > 0.1 {
			t.Fatalf("%v after %v", v, last)
		}
		last = v
	}
}

func TestHeapSorts(t *testing.T) {
	c := chance.Stream(5)
	var h heap
	for i := range 500 {
		h.push(item{math.Floor(c.Float() * 100), int32(i)})
	}
	last := -1.0
	for len(h) > 0 {
		it := h.pop()
		if it.key < last {
			t.Fatalf("%v after %v", it.key, last)
		}
		last = it.key
	}
}

func TestConnect(t *testing.T) {
	for _, c := range []struct {
		name         string
		ways         []way
		stops        []pt
		nodes, edges int // of the part that is kept
	}{
		{"a cross", []way{{street, []pt{{-100, 0}, {100, 0}}}, {street, []pt{{0, -100}, {0, 100}}}}, nil, 5, 4},
		{"an end just short of another way", []way{{street, []pt{{-100, 0}, {100, 0}}}, {path, []pt{{0, 150}, {0, 40}}}}, nil, 5, 4},
		{"crossings a few metres apart become one", []way{
			{street, []pt{{-100, 0}, {100, 0}}}, {street, []pt{{0, -100}, {0, 100}}}, {street, []pt{{6, -100}, {3, 100}}},
		}, nil, 5, 4},
		{"the same way twice", []way{{street, []pt{{0, 0}, {200, 0}}}, {trail, []pt{{0, 0}, {200, 0}}}}, nil, 2, 1},
		{"two parts: the larger is kept", []way{
			{street, []pt{{-100, 0}, {100, 0}}}, {street, []pt{{0, -100}, {0, 100}}}, {street, []pt{{5000, 0}, {5200, 0}}},
		}, nil, 5, 4},
		{"a stop cuts the way it is on", []way{{street, []pt{{0, 0}, {300, 0}}}}, []pt{{140, 20}}, 3, 2},
		{"a stop out of reach cuts nothing", []way{{street, []pt{{0, 0}, {300, 0}}}}, []pt{{140, 400}}, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := connect(c.ways, c.stops)
			nodes := 0
			for _, arcs := range n.out {
				if len(arcs) > 0 {
					nodes++
				}
			}
			if nodes != c.nodes || len(n.edges) != c.edges {
				t.Errorf("%d nodes and %d edges, want %d and %d", nodes, len(n.edges), c.nodes, c.edges)
			}
		})
	}
}

// ladder is a street grid of two rows, the lower one a road.
func ladder() *network {
	ways := []way{{road, []pt{{0, 0}, {900, 0}}}, {path, []pt{{0, 300}, {900, 300}}}}
	for x := 0.0; x <= 900; x += 300 {
		ways = append(ways, way{street, []pt{{x, 0}, {x, 300}}})
	}
	return connect(ways, nil)
}

func TestRouter(t *testing.T) {
	n := ladder()
	r := newRouter(n)
	a, b := n.nodeAt(pt{0, 0}), n.nodeAt(pt{900, 0})
	even := taste{factor: [kinds]float64{1, 1, 1, 1, 1, 1, 1}}
	t.Run("straight on", func(t *testing.T) {
		if d := r.metres(r.between(a, b, even, nil)); math.Abs(d-900) > 1 {
			t.Errorf("%.0f m, want 900", d)
		}
	})
	t.Run("a nicer way is worth a detour", func(t *testing.T) {
		nice := even
		nice.factor[road] = 3
		if d := r.metres(r.between(a, b, nice, nil)); math.Abs(d-1500) > 1 {
			t.Errorf("%.0f m, want 1500", d)
		}
	})
	t.Run("a round comes home another way", func(t *testing.T) {
		round := r.through([]int32{a, b, a}, even)
		if d := r.metres(round); math.Abs(d-2400) > 1 {
			t.Errorf("%.0f m, want 2400: 900 there and 1500 back", d)
		}
	})
	t.Run("what is well known bores the curious", func(t *testing.T) {
		curious := even
		curious.fresh = 1
		for range 20 {
			r.use(r.between(a, b, even, nil))
		}
		if d := r.metres(r.between(a, b, curious, nil)); math.Abs(d-1500) > 1 {
			t.Errorf("%.0f m, want 1500", d)
		}
	})
	t.Run("backwards", func(t *testing.T) {
		there := r.between(a, b, even, nil)
		back := r.backwards(there)
		if back[len(back)-1].to != a || r.metres(back) != r.metres(there) {
			t.Errorf("back ends at node %d after %.0f m, want node %d after %.0f", back[len(back)-1].to, r.metres(back), a, r.metres(there))
		}
	})
}

func TestGabriel(t *testing.T) {
	// The long diagonal's circle holds both other corners.
	spots := []pt{{0, 0}, {100, 0}, {110, 110}, {0, 100}}
	got := gabriel(spots, 200)
	if slices.Contains(got, [2]int{0, 2}) {
		t.Errorf("%v joins the far corners", got)
	}
	for _, side := range [][2]int{{0, 1}, {1, 2}, {2, 3}, {0, 3}} {
		if !slices.Contains(got, side) {
			t.Errorf("%v lacks %v", got, side)
		}
	}
}

// A trail up a steep slope has to go by zigzags or round, not straight.
func TestTrailsSpareTheLegs(t *testing.T) {
	r := hillRange{south: 47.495, west: 9.750, north: 47.515, east: 9.790, cell: 36}
	g := newSlopeGrid(r, func(pt) bool { return false })
	foot, top := at(47.5075, 9.7600), at(47.5075, 9.7785)
	g.trace(g.cellAt(foot), g.cellAt(top))
	lines := g.lines()
	if len(lines) != 1 {
		t.Fatalf("%d trails, want 1", len(lines))
	}
	climb := height(top) - height(foot)
	direct, trail := climb/foot.dist(top), climb/length(lines[0])
	if direct < 0.3 || trail > 0.24 {
		t.Errorf("%.0f %% on average where the slope has %.0f %%, want at most 24 of at least 30", 100*trail, 100*direct)
	}
}

func TestPaceAndEffort(t *testing.T) {
	for name, c := range map[string]struct {
		at              func(grade float64) (speed, effort float64)
		flat            float64 // m/s
		uphill, calmest float64 // times the flat speed at 10 %, share of effort at -10 %
	}{
		"run":  {func(g float64) (float64, float64) { return run(3, g, false) }, 3, 0.8, 0.6},
		"walk": {func(g float64) (float64, float64) { return hike(1.4, g) }, 1.4, 0.8, 0.4},
		"ride": {func(g float64) (float64, float64) { return ride(180, g) }, 7.9, 0.5, 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			flat, work := c.at(0)
			if math.Abs(flat-c.flat) > 0.05*c.flat {
				t.Errorf("%.2f m/s on the flat, want %.2f", flat, c.flat)
			}
			up, more := c.at(0.1)
			if up > c.uphill*flat || more < work*0.95 {
				t.Errorf("uphill %.2f m/s at effort %.2f, on the flat %.2f at %.2f", up, more, flat, work)
			}
			if _, less := c.at(-0.1); less > c.calmest {
				t.Errorf("downhill at effort %.2f, want at most %.2f", less, c.calmest)
			}
			for g := -0.45; g <= 0.45; g += 0.01 {
				if v, e := c.at(g); !(v > 0.1 && v < 16 && e >= 0 && e < 1.4) {
					t.Errorf("%.2f m/s at effort %.2f at a grade of %.2f", v, e, g)
				}
			}
		})
	}
}

// Lake, river and streets keep apart.
func TestTownsKeepDry(t *testing.T) {
	for _, e := range theNetwork().edges {
		if e.kind != street {
			continue
		}
		if p := e.line[len(e.line)/2]; inside(p, lake) {
			lat, lon := p.degrees()
			t.Errorf("a street in the lake at %v, %v", lat, lon)
		}
	}
}

func TestEveryStopIsOnAWay(t *testing.T) {
	n := theNetwork()
	for name, where := range places {
		p := at(where[0], where[1])
		if d := n.nodes[n.nodeAt(p)].dist(p); d > 350 {
			t.Errorf("%s is %.0f m from the nearest node", name, d)
		}
	}
	for _, h := range habits {
		for _, stop := range h.stops {
			if _, ok := places[stop]; !ok && stop != "" {
				t.Errorf("%s goes by %q, which is nowhere", h.name, stop)
			}
		}
	}
	for _, goals := range wildGoals {
		for _, stop := range goals {
			if _, ok := places[stop]; !ok {
				t.Errorf("an exploration leads to %q, which is nowhere", stop)
			}
		}
	}
}
