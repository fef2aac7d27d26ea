package demo

import (
	"math"
	"math/bits"
	"slices"

	"heatmapgen/internal/chance"
)

// step is one of the sixteen moves of a trail on its grid: the eight
// neighbours and the eight knight's moves, so that it can turn by little.
type step struct{ dx, dy int }

var steps = [16]step{
	{1, 0}, {2, 1}, {1, 1}, {1, 2}, {0, 1}, {-1, 2}, {-1, 1}, {-2, 1},
	{-1, 0}, {-2, -1}, {-1, -1}, {-1, -2}, {0, -1}, {1, -2}, {1, -1}, {2, -1},
}

// A slopeGrid is a grid over a range of hills on which trails are traced as
// people make them: along the contours, up in zigzags where it is steep, and
// along a trail that is already there.
type slopeGrid struct {
	sw     pt
	cell   float64
	nx, ny int
	height []float32
	rough  []float32 // what a metre costs for the ground alone
	trod   []uint16  // bit k: a trail leaves along steps[k]

	cost []float32 // of the search under way
	from []int8    // the move that led here; -1 for none
	seen []int32   // the search that last touched the cell
	turn int32
}

func newSlopeGrid(r hillRange, off func(pt) bool) *slopeGrid {
	g := &slopeGrid{sw: at(r.south, r.west), cell: r.cell}
	ne := at(r.north, r.east)
	g.nx, g.ny = int((ne.x-g.sw.x)/r.cell), int((ne.y-g.sw.y)/r.cell)
	n := g.nx * g.ny
	g.height, g.rough, g.trod = make([]float32, n), make([]float32, n), make([]uint16, n)
	g.cost, g.from, g.seen = make([]float32, n), make([]int8, n), make([]int32, n)
	for c := range n {
		p := g.centre(int32(c))
		g.height[c] = float32(height(p))
		g.rough[c] = float32(1 + 0.45*fractal(300, 2, p.x/260, p.y/260))
		if off(p) {
			g.rough[c] = -1
		}
	}
	return g
}

func (g *slopeGrid) centre(c int32) pt {
	return pt{g.sw.x + (float64(int(c)%g.nx)+0.5)*g.cell, g.sw.y + (float64(int(c)/g.nx)+0.5)*g.cell}
}

// cellAt returns the cell of p, or -1 where it lies outside or off limits.
func (g *slopeGrid) cellAt(p pt) int32 {
	x, y := int((p.x-g.sw.x)/g.cell), int((p.y-g.sw.y)/g.cell)
	if x < 3 || y < 3 || x >= g.nx-3 || y >= g.ny-3 || g.rough[y*g.nx+x] < 0 {
		return -1
	}
	return int32(y*g.nx + x)
}

// trace finds the cheapest trail between two cells and treads it. It searches
// with A* in the box of the two and a margin; where there is no way, it does nothing.
func (g *slopeGrid) trace(a, b int32) {
	const margin = 14
	ax, ay, bx, by := int(a)%g.nx, int(a)/g.nx, int(b)%g.nx, int(b)/g.nx
	x0, x1 := max(min(ax, bx)-margin, 2), min(max(ax, bx)+margin, g.nx-3)
	y0, y1 := max(min(ay, by)-margin, 2), min(max(ay, by)+margin, g.ny-3)
	goal := g.centre(b)
	g.turn++
	g.cost[a], g.from[a], g.seen[a] = 0, -1, g.turn
	open := heap{{0, a}}
	for len(open) > 0 {
		it := open.pop()
		c := it.id
		if c == b {
			break
		}
		spent := float64(g.cost[c])
		if it.key > spent+g.atLeast(c, goal)+1e-3 {
			continue // a cheaper way here was found meanwhile
		}
		x, y := int(c)%g.nx, int(c)/g.nx
		for k, s := range steps {
			nx, ny := x+s.dx, y+s.dy
			if nx < x0 || nx > x1 || ny < y0 || ny > y1 {
				continue
			}
			to := int32(ny*g.nx + nx)
			if g.rough[to] < 0 {
				continue
			}
			cost := float32(spent + g.metres(c, to, k))
			if g.seen[to] == g.turn && g.cost[to] <= cost {
				continue
			}
			g.seen[to], g.cost[to], g.from[to] = g.turn, cost, int8(k)
			open.push(item{float64(cost) + g.atLeast(to, goal), to})
		}
	}
	if g.seen[b] != g.turn {
		return
	}
	for c := b; g.from[c] >= 0; {
		k := g.from[c]
		c -= int32(steps[k].dy*g.nx + steps[k].dx)
		g.trod[c] |= 1 << k
		g.trod[c+int32(steps[k].dy*g.nx+steps[k].dx)] |= 1 << ((k + 8) % 16)
	}
}

// atLeast is a bound on the cost from c to the goal: all the way on a trodden
// trail over the easiest ground.
func (g *slopeGrid) atLeast(c int32, goal pt) float64 { return 0.42 * g.centre(c).dist(goal) }

// metres returns what the k-th move from c to its neighbour costs.
func (g *slopeGrid) metres(c, to int32, k int) float64 {
	s := steps[k]
	d := g.cell * math.Sqrt(float64(s.dx*s.dx+s.dy*s.dy))
	if g.trod[c]>>k&1 == 1 {
		return d * 0.45
	}
	grade := math.Abs(float64(g.height[to]-g.height[c])) / d
	steep := max(grade-0.16, 0)
	d *= max(float64(g.rough[to]), 0.45) * (1 + 25*grade*grade + 500*steep*steep)
	if from := g.from[c]; from >= 0 {
		if bend := (k - int(from) + 16) % 16; bend > 3 && bend < 13 {
			d += 1.6 * g.cell // a hairpin has to be worth it
		}
	}
	return d
}

// lines returns the trodden trails, each from one crossing or end to the next,
// smoothed.
func (g *slopeGrid) lines() [][]pt {
	leaving := make([]int, len(g.trod))
	for c, moves := range g.trod {
		leaving[c] = bits.OnesCount16(moves)
	}
	var out [][]pt
	for c := range int32(len(g.trod)) {
		if leaving[c] == 2 {
			continue
		}
		for k := range steps {
			if g.trod[c]>>k&1 == 1 {
				out = append(out, g.follow(c, k, leaving))
			}
		}
	}
	for i, line := range out {
		relax(line, 2)
		out[i] = spline(line, 14)
		relax(out[i], 3)
		for k, p := range out[i] { // crossings move alike in all their trails
			out[i][k] = p.add(wander(310, p, 240, 26)).add(wander(320, p, 90, 8))
		}
	}
	return out
}

// follow walks the trail that leaves c by its k-th move up to the next cell
// that more or fewer than two moves leave, and takes it off the grid.
func (g *slopeGrid) follow(c int32, k int, leaving []int) []pt {
	line := []pt{g.centre(c)}
	for {
		g.trod[c] &^= 1 << k
		c += int32(steps[k].dy*g.nx + steps[k].dx)
		line = append(line, g.centre(c))
		g.trod[c] &^= 1 << ((k + 8) % 16)
		if leaving[c] != 2 || g.trod[c] == 0 {
			return line
		}
		k = bits.TrailingZeros16(g.trod[c])
	}
}

// ways covers the range with a net of trails between crossings strewn about
// evenly and the places it has to go by.
func (r hillRange) ways(seed int, off, built func(pt) bool) []way {
	g := newSlopeGrid(r, off)
	var ends []int32
	var spots []pt
	put := func(p pt) {
		if c := g.cellAt(p); c >= 0 {
			ends, spots = append(ends, c), append(spots, g.centre(c))
		}
	}
	for _, v := range r.via {
		put(at(v[0], v[1]))
	}
	given := len(spots)
	for j := range int(float64(g.ny) * g.cell / r.spacing) {
		for i := range int(float64(g.nx) * g.cell / r.spacing) {
			p := g.sw.add(pt{
				(float64(i) + 0.15 + 0.7*chance.Share(hash(seed, i, j, 1))) * r.spacing,
				(float64(j) + 0.15 + 0.7*chance.Share(hash(seed, i, j, 2))) * r.spacing,
			})
			near := func(q pt) bool { return p.dist(q) < 0.55*r.spacing }
			far := p.dist(pt{}) / 9000
			if chance.Share(hash(seed, i, j, 4)) < min(0.55*far, 0.5) {
				continue
			}
			if !built(p) && !slices.ContainsFunc(spots[:given], near) {
				put(p)
			}
		}
	}
	for _, pair := range gabriel(spots, 2.2*r.spacing) {
		a, b := pair[0], pair[1]
		if a >= given && b >= given && chance.Share(hash(seed, a, b, 3)) < 0.22 {
			continue
		}
		g.trace(ends[a], ends[b])
	}
	var out []way
	for _, line := range g.lines() {
		out = append(out, way{trail, line})
	}
	return out
}

// gabriel returns the pairs of spots, nearer to each other than reach, whose
// circle holds no third spot (the Gabriel graph), shortest first.
func gabriel(spots []pt, reach float64) [][2]int {
	var pairs [][2]int
	for a := range spots {
		for b := a + 1; b < len(spots); b++ {
			d := spots[a].dist(spots[b])
			if d > reach {
				continue
			}
			middle := spots[a].lerp(spots[b], 0.5)
			if !slices.ContainsFunc(spots, func(p pt) bool { return p.dist(middle) < d/2-1e-6 }) {
				pairs = append(pairs, [2]int{a, b})
			}
		}
	}
	slices.SortStableFunc(pairs, func(p, q [2]int) int {
		dp, dq := spots[p[0]].dist(spots[p[1]]), spots[q[0]].dist(spots[q[1]])
		switch {
		case dp < dq:
			return -1
		case dp > dq:
			return 1
		}
		return 0
	})
	return pairs
}
