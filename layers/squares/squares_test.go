package squares_test

import (
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/squares"
)

const unit = int64(1) << (raster.WorldBits - squares.Small) // of a small square

func run(points ...raster.Point) []layers.Run { return []layers.Run{{Points: points}} }

// slowCover finds the squares of a line by exact fractions: of every place where a segment meets an edge of the grid, of its ends, and of the middle between two of these.
func slowCover(points []raster.Point) []squares.Code {
	found := map[squares.Code]bool{}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		ts := []*big.Rat{big.NewRat(0, 1), big.NewRat(1, 1)}
		for _, axis := range [2][2]int64{{a.X, b.X}, {a.Y, b.Y}} {
			if axis[0] == axis[1] {
				continue
			}
			lo, hi := min(axis[0], axis[1]), max(axis[0], axis[1])
			for edge := (lo/unit - 1) * unit; edge <= hi; edge += unit {
				if edge >= lo {
					ts = append(ts, big.NewRat(edge-axis[0], axis[1]-axis[0]))
				}
			}
		}
		slices.SortFunc(ts, (*big.Rat).Cmp)
		for k, t := range slices.Clone(ts) {
			if k > 0 {
				m := new(big.Rat).Add(t, ts[k-1])
				ts = append(ts, m.Mul(m, big.NewRat(1, 2)))
			}
		}
		for _, t := range ts {
			tile := func(from, to int64) int64 {
				v := new(big.Rat).Mul(t, new(big.Rat).SetInt64(to-from))
				v.Add(v, new(big.Rat).SetInt64(from)).Mul(v, big.NewRat(1, unit))
				return new(big.Int).Div(v.Num(), v.Denom()).Int64() // rounds down, as the divisor is above 0
			}
			x, y := tile(a.X, b.X), tile(a.Y, b.Y)
			if y >= 0 && y < 1<<squares.Small {
				found[squares.CodeOf(uint32(x&(1<<squares.Small-1)), uint32(y))] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestCoverIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	// On a coarse lattice lines often meet edges and corners exactly; the places are by the antimeridian, a pole and in the middle.
	for _, origin := range []raster.Point{{X: 70 * unit, Y: 40 * unit}, {X: raster.World - 2*unit, Y: 9 * unit}, {X: 5 * unit, Y: -unit}, {X: 0, Y: raster.World - 3*unit}} {
		for _, step := range []int64{unit / 2, unit, unit / 7, 1} {
			for range 150 {
				var points []raster.Point
				at := origin
				for range 2 + r.IntN(5) {
					points = append(points, at)
					at.X += (r.Int64N(13) - 6) * step
					at.Y += (r.Int64N(13) - 6) * step
				}
				got, want := squares.Cover(run(points...)), slowCover(points)
				if !slices.Equal(got, want) {
					t.Fatalf("%v: squares %v, want %v", points, got, want)
				}
				back := slices.Clone(points)
				slices.Reverse(back)
				if !slices.Equal(squares.Cover(run(back...)), got) {
					t.Fatalf("%v: the way back has other squares", points)
				}
			}
		}
	}
}

func TestCoverKeepsOffGaps(t *testing.T) {
	a, b := raster.Point{X: 8*unit + 9, Y: 8*unit + 9}, raster.Point{X: 12*unit + 9, Y: 8*unit + 9}
	near := func(p raster.Point) raster.Point { return raster.Point{X: p.X + 1, Y: p.Y} }
	got := squares.Cover([]layers.Run{{Points: []raster.Point{a, near(a)}}, {Points: []raster.Point{b, near(b)}}})
	if want := []squares.Code{squares.CodeOf(8, 8), squares.CodeOf(12, 8)}; !slices.Equal(got, want) {
		t.Errorf("squares %v, want %v", got, want)
	}
	// A segment around half of the world is no trouble.
	if n := len(squares.Cover(run(raster.Point{}, raster.Point{X: raster.World/2 - 1, Y: raster.World - 1}))); n < 1<<squares.Small {
		t.Errorf("a line from pole to pole is in %d squares", n)
	}
}

func TestCodes(t *testing.T) {
	for _, p := range [][2]uint32{{0, 0}, {1, 0}, {0, 1}, {131071, 131071}, {70000, 91}, {1<<32 - 1, 1 << 31}} {
		if x, y := squares.CodeOf(p[0], p[1]).XY(); x != p[0] || y != p[1] {
			t.Errorf("%v became %d, %d", p, x, y)
		}
	}
	if squares.CodeOf(8573, 5678)<<6 != squares.CodeOf(8573*8, 5678*8) {
		t.Error("the upper bits are not those of the square around")
	}
	codes := []squares.Code{0, 1, 900, 901, 1<<34 - 1}
	if back, ok := squares.Unpack(squares.Pack(codes)); !ok || !slices.Equal(back, codes) {
		t.Errorf("%v became %v", codes, back)
	}
	for _, bad := range [][]byte{{0x80}, {1, 0}, squares.Pack([]squares.Code{1 << 34}), {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}} {
		if codes, ok := squares.Unpack(bad); ok {
			t.Errorf("%x is read as %v", bad, codes)
		}
	}
}

// random returns some squares of a map of that zoom around an origin, with so many out of ten visited.
func random(r *rand.Rand, x0, y0 uint32, n, tenths int) (visited []squares.Code) {
	for i := range n * n {
		if r.IntN(10) < tenths {
			visited = append(visited, squares.CodeOf(x0+uint32(i%n), y0+uint32(i/n)))
		}
	}
	r.Shuffle(len(visited), func(i, k int) { visited[i], visited[k] = visited[k], visited[i] })
	return visited
}

func TestLook(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 300 {
		n := 1 + r.IntN(14)
		x0, y0 := uint32(r.IntN(3)), uint32(r.IntN(3))
		if round%3 == 0 {
			x0, y0 = 1<<squares.Large-uint32(n), 1<<squares.Large-uint32(n)
		}
		visited := random(r, x0, y0, n, 5+r.IntN(6))
		has := func(x, y int) bool {
			return x >= 0 && y >= 0 && slices.Contains(visited, squares.CodeOf(uint32(x), uint32(y)))
		}
		l := squares.LookAt(squares.Large, visited)
		side, west, north := 0, 0, 0
		for y := int(y0); y < int(y0)+n; y++ {
			for x := int(x0); x < int(x0)+n; x++ {
				for s := side + 1; s <= n; s++ {
					full := true
					for i := range s * s {
						full = full && has(x+i%s, y+i/s)
					}
					if full {
						side, west, north = s, x, y
					}
				}
			}
		}
		if l.Count != len(visited) || l.Side != side || int(l.West) != west || int(l.North) != north {
			t.Fatalf("%d squares, largest %d at %d/%d; want %d, %d at %d/%d", l.Count, l.Side, l.West, l.North, len(visited), side, west, north)
		}
		// Clusters by labels that spread until nothing changes.
		label := map[squares.Code]int{}
		for i, c := range visited {
			x, y := c.XY()
			if has(int(x), int(y)) && has(int(x)-1, int(y)) && has(int(x)+1, int(y)) && has(int(x), int(y)-1) && has(int(x), int(y)+1) {
				label[c] = i
			}
		}
		for changed := true; changed; {
			changed = false
			for c := range label {
				x, y := c.XY()
				for _, o := range []squares.Code{squares.CodeOf(x+1, y), squares.CodeOf(x, y+1)} {
					if _, ok := label[o]; ok && label[o] != label[c] {
						least := min(label[o], label[c])
						label[o], label[c], changed = least, least, true
					}
				}
			}
		}
		sizes := map[int]int{}
		for _, k := range label {
			sizes[k]++
		}
		most := 0
		for _, size := range sizes {
			most = max(most, size)
		}
		if len(l.Cluster) != most {
			t.Fatalf("a cluster of %d squares, want %d", len(l.Cluster), most)
		}
		for _, c := range l.Cluster {
			if label[c] != label[l.Cluster[0]] || sizes[label[c]] != most {
				t.Fatalf("square %v is not in the cluster", c)
			}
		}
		// What is missing near it, square by square.
		core := l.Cluster
		if len(core) == 0 {
			for i := range side * side {
				core = append(core, squares.CodeOf(l.West+uint32(i%side), l.North+uint32(i/side)))
			}
		}
		within := 1 + r.IntN(3)
		var want []squares.Code
		for y := max(0, int(y0)-4); y < int(y0)+n+4 && y < 1<<squares.Large; y++ {
			for x := max(0, int(x0)-4); x < int(x0)+n+4 && x < 1<<squares.Large; x++ {
				near := slices.ContainsFunc(core, func(c squares.Code) bool {
					cx, cy := c.XY()
					return max(x-int(cx), int(cx)-x, y-int(cy), int(cy)-y) <= within
				})
				if near && !has(x, y) {
					want = append(want, squares.CodeOf(uint32(x), uint32(y)))
				}
			}
		}
		slices.Sort(want)
		if got := l.Missing(within); !slices.Equal(got, want) {
			t.Fatalf("within %d squares %v are missing, want %v", within, got, want)
		}
	}
	if got := squares.LookAt(squares.Large, nil); got.Count != 0 || got.Side != 0 || len(got.Cluster) != 0 || len(got.Missing(3)) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
	l := squares.LookAt(squares.Large, []squares.Code{squares.CodeOf(1, 1)})
	if got := l.MissingIn(0, 0, 1, 2); !slices.Equal(got, []squares.Code{squares.CodeOf(0, 0), squares.CodeOf(1, 0), squares.CodeOf(0, 1), squares.CodeOf(0, 2), squares.CodeOf(1, 2)}) {
		t.Errorf("missing in a box: %v", got)
	}
}
