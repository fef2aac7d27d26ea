package demo

import (
	"cmp"
	"math"
	"slices"
)

// An edge is a piece of way between two nodes, with the height of its points.
type edge struct {
	kind  kind
	a, b  int32
	line  []pt // from a to b, at most 10 m apart
	alt   []float64
	metre float64
	ends  [2]pt // the directions, one metre long, in which a leaves and b is reached
}

// An arc is an edge as seen from one of its ends.
type arc struct {
	edge, to int32
	back     bool // the edge is walked from b to a
}

// A network is all ways cut at their crossings: what one can walk.
type network struct {
	nodes []pt
	edges []edge
	out   [][]arc
}

// Within these distances in metres, crossings become one node, and the end of a
// way is joined to the way it nearly reaches.
const (
	mergeM = 9
	reachM = 75
)

// connect makes a network of the ways: it finds where they cross, ties loose
// ends to their neighbours, makes a node on the way nearest to each of the
// stops, and keeps the largest connected part.
func connect(ways []way, stops []pt) *network {
	x := newCrossings(ways)
	x.tieEnds()
	for _, p := range stops {
		if id, t, _ := x.nearest(p, -1); id >= 0 {
			x.legs[id].cuts = append(x.legs[id].cuts, t)
		}
	}
	x.find()
	n := x.cut()
	n.keepLargest()
	for i := range n.edges {
		n.edges[i].survey()
	}
	return n
}

// A leg is one straight piece of a way.
type leg struct {
	way, i int32
	a, b   pt
	cuts   []float64
}

type square struct{ x, y int32 }

// crossings is the work table of connect.
type crossings struct {
	ways  []way
	legs  []leg
	first []int32 // of each way, in legs
	grid  map[square][]int32
	spots map[square][]int32
	nodes []pt
}

const gridM = 90

func squareOf(p pt, size float64) square {
	return square{int32(math.Floor(p.x / size)), int32(math.Floor(p.y / size))}
}

func newCrossings(ways []way) *crossings {
	x := &crossings{ways: ways, grid: map[square][]int32{}, spots: map[square][]int32{}}
	for w := range ways {
		x.first = append(x.first, int32(len(x.legs)))
		line := ways[w].line
		for i := 1; i < len(line); i++ {
			x.add(leg{way: int32(w), i: int32(i - 1), a: line[i-1], b: line[i]})
		}
	}
	return x
}

func (x *crossings) add(l leg) {
	id := int32(len(x.legs))
	x.legs = append(x.legs, l)
	lo := squareOf(pt{min(l.a.x, l.b.x), min(l.a.y, l.b.y)}, gridM)
	hi := squareOf(pt{max(l.a.x, l.b.x), max(l.a.y, l.b.y)}, gridM)
	for sx := lo.x; sx <= hi.x; sx++ {
		for sy := lo.y; sy <= hi.y; sy++ {
			s := square{sx, sy}
			x.grid[s] = append(x.grid[s], id)
		}
	}
}

// tieEnds joins every end of a way that no other way ends at to the nearest
// other way within reach, by a straight leg that ends there.
func (x *crossings) tieEnds() {
	ends := map[pt]int{}
	for _, w := range x.ways {
		ends[w.line[0]]++
		ends[w.line[len(w.line)-1]]++
	}
	n := len(x.ways)
	for w := range n {
		line := x.ways[w].line
		for _, end := range [...]pt{line[0], line[len(line)-1]} {
			if ends[end] > 1 {
				continue
			}
			best, t, d2 := x.nearest(end, w)
			if best < 0 {
				continue
			}
			l := &x.legs[best]
			l.cuts = append(l.cuts, t)
			if to := l.a.lerp(l.b, t); d2 > 1 {
				x.ways = append(x.ways, way{x.ways[w].kind, []pt{end, to}})
				x.first = append(x.first, int32(len(x.legs)))
				x.add(leg{way: int32(len(x.ways) - 1), a: end, b: to})
			}
		}
	}
}

// nearest returns the leg within reach that passes closest to p, of any way
// but one, with the share of its length and the squared distance; -1 for none.
func (x *crossings) nearest(p pt, but int) (best int32, t, d2 float64) {
	home := squareOf(p, gridM)
	best, d2 = -1, reachM*reachM
	for sx := home.x - 1; sx <= home.x+1; sx++ {
		for sy := home.y - 1; sy <= home.y+1; sy++ {
			for _, id := range x.grid[square{sx, sy}] {
				l := &x.legs[id]
				if int(l.way) == but {
					continue
				}
				if at, d := nearest(p, l.a, l.b); d < d2 {
					best, t, d2 = id, at, d
				}
			}
		}
	}
	return best, t, d2
}

// find notes on every leg where others cross it.
func (x *crossings) find() {
	squares := make([]square, 0, len(x.grid))
	for s := range x.grid {
		squares = append(squares, s)
	}
	slices.SortFunc(squares, func(a, b square) int {
		return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	for _, s := range squares {
		ids := x.grid[s]
		for i, id := range ids {
			for _, other := range ids[i+1:] {
				l, m := &x.legs[id], &x.legs[other]
				if l.way == m.way && m.i-l.i <= 1 {
					continue
				}
				d, e := l.b.sub(l.a), m.b.sub(m.a)
				det := d.cross(e)
				if det == 0 {
					continue
				}
				gap := m.a.sub(l.a)
				t, u := gap.cross(e)/det, gap.cross(d)/det
				if t < 0 || t > 1 || u < 0 || u > 1 || squareOf(l.a.lerp(l.b, t), gridM) != s {
					continue // not here, or counted in the next square
				}
				l.cuts, m.cuts = append(l.cuts, t), append(m.cuts, u)
			}
		}
	}
}

// node returns the node at p, an older one if it lies close by.
func (x *crossings) node(p pt) int32 {
	home := squareOf(p, mergeM)
	for sx := home.x - 1; sx <= home.x+1; sx++ {
		for sy := home.y - 1; sy <= home.y+1; sy++ {
			for _, id := range x.spots[square{sx, sy}] {
				if x.nodes[id].dist(p) < mergeM {
					return id
				}
			}
		}
	}
	id := int32(len(x.nodes))
	x.nodes = append(x.nodes, p)
	x.spots[home] = append(x.spots[home], id)
	return id
}

// cut makes the network of the pieces between crossings, without the second of two alike.
func (x *crossings) cut() *network {
	n := &network{}
	type pair struct{ a, b int32 }
	alike := map[pair][]float64{}
	emit := func(k kind, a, b int32, line []pt) {
		d := length(line)
		if a == b && d < 60 {
			return
		}
		key := pair{min(a, b), max(a, b)}
		for _, old := range alike[key] {
			if math.Abs(old-d) < 0.06*d+6 {
				return
			}
		}
		alike[key] = append(alike[key], d)
		n.edges = append(n.edges, edge{kind: k, a: a, b: b, line: slices.Clone(line)})
	}
	var piece []pt
	for w, way := range x.ways {
		from := x.node(way.line[0])
		piece = append(piece[:0], x.nodes[from])
		for i := 1; i < len(way.line); i++ {
			l := &x.legs[x.first[w]+int32(i-1)]
			slices.Sort(l.cuts)
			for _, t := range l.cuts {
				to := x.node(l.a.lerp(l.b, t))
				if to == from && length(piece) < 60 {
					continue
				}
				piece = append(piece, x.nodes[to])
				emit(way.kind, from, to, piece)
				from, piece = to, append(piece[:0], x.nodes[to])
			}
			if i < len(way.line)-1 {
				piece = append(piece, way.line[i])
			}
		}
		to := x.node(way.line[len(way.line)-1])
		piece = append(piece, x.nodes[to])
		emit(way.kind, from, to, piece)
	}
	n.nodes = x.nodes
	return n
}

// keepLargest drops every edge not connected to the largest part, and lists
// the arcs.
func (n *network) keepLargest() {
	part := make([]int32, len(n.nodes))
	for i := range part {
		part[i] = int32(i)
	}
	root := func(i int32) int32 {
		for part[i] != i {
			part[i] = part[part[i]]
			i = part[i]
		}
		return i
	}
	for _, e := range n.edges {
		part[root(e.a)] = root(e.b)
	}
	count := make([]int, len(n.nodes))
	best := int32(0)
	for _, e := range n.edges {
		r := root(e.a)
		if count[r]++; count[r] > count[best] {
			best = r
		}
	}
	n.edges = slices.DeleteFunc(n.edges, func(e edge) bool { return root(e.a) != best })
	n.out = make([][]arc, len(n.nodes))
	for i, e := range n.edges {
		n.out[e.a] = append(n.out[e.a], arc{int32(i), e.b, false})
		if e.a != e.b {
			n.out[e.b] = append(n.out[e.b], arc{int32(i), e.a, true})
		}
	}
}

// survey spaces the edge's points evenly and gives them heights. Roads and made
// trails are cut into the slope where it is rough, so the ground is smoothed along them.
func (e *edge) survey() {
	e.line = resample(e.line, 10)
	e.metre = length(e.line)
	for i, k := range [...]int{1, len(e.line) - 1} {
		d := e.line[k].sub(e.line[k-1])
		e.ends[i] = d.mul(1 / max(d.dist(pt{}), 1e-9))
	}
	e.alt = make([]float64, len(e.line))
	for i, p := range e.line {
		e.alt[i] = height(p)
	}
	rounds := 6
	switch e.kind {
	case road:
		rounds = 60
	case trail:
		rounds = 20
	}
	for range rounds {
		before := e.alt[0]
		for i := 1; i < len(e.alt)-1; i++ {
			now := e.alt[i]
			e.alt[i] = before/4 + now/2 + e.alt[i+1]/4
			before = now
		}
	}
}

// nodeAt returns the node nearest to p that an edge leads to.
func (n *network) nodeAt(p pt) int32 {
	best, near := int32(0), math.Inf(1)
	for i, q := range n.nodes {
		if d := p.dist(q); d < near && len(n.out[i]) > 0 {
			best, near = int32(i), d
		}
	}
	return best
}
