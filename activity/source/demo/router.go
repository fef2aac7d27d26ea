package demo

import (
	"math"

	"heatmapgen/internal/chance"
)

// A taste is what somebody looks for in a way on one outing.
type taste struct {
	factor [kinds]float64 // what a metre of each kind feels like
	whim   float64        // 0..1: how much the mood of the day changes that
	salt   int            // which mood
	fresh  float64        // how much ways that one knows well are avoided
}

var (
	runTaste   = taste{factor: [kinds]float64{street: 1, path: 0.72, dike: 0.75, field: 0.95, road: 1.25, trail: 1.1, oval: 3}, whim: 0.12}
	trailTaste = taste{factor: [kinds]float64{street: 1.3, path: 0.9, dike: 1, field: 1, road: 1.6, trail: 0.6, oval: 3}, whim: 0.12}
	rideTaste  = taste{factor: [kinds]float64{street: 1.1, path: 0.9, dike: 0.75, field: 1.6, road: 0.7, trail: 9, oval: 9}, whim: 0.1}
)

// ferry is the edge of an arc that is no way: the boat across the lake.
const ferry = -1

// A router finds ways through the network and remembers how often each edge
// was used.
type router struct {
	*network
	uses   []int32
	cost   []float64
	from   []arc
	seen   []int32
	search int32
}

func newRouter(n *network) *router {
	return &router{network: n, uses: make([]int32, len(n.edges)),
		cost: make([]float64, len(n.nodes)), from: make([]arc, len(n.nodes)), seen: make([]int32, len(n.nodes))}
}

// through returns the way by all the stops in turn. A leg shuns what the ones
// before it used, so that rounds become round.
func (r *router) through(stops []int32, t taste) []arc {
	var route []arc
	used := map[int32]bool{}
	for i := 1; i < len(stops); i++ {
		leg := r.between(stops[i-1], stops[i], t, used)
		for _, a := range leg {
			used[a.edge] = true
		}
		route = append(route, leg...)
	}
	return route
}

// between finds the way from a to b that feels shortest, with A*.
func (r *router) between(a, b int32, t taste, used map[int32]bool) []arc {
	least := math.Inf(1)
	for _, f := range t.factor {
		least = min(least, f*(1-t.whim))
	}
	goal := r.nodes[b]
	r.search++
	r.seen[a], r.cost[a] = r.search, 0
	open := heap{{0, a}}
	for len(open) > 0 {
		it := open.pop()
		if it.id == b {
			break
		}
		spent := r.cost[it.id]
		if it.key > spent+least*r.nodes[it.id].dist(goal)+1e-6 {
			continue // a shorter way here was found meanwhile
		}
		for _, next := range r.out[it.id] {
			cost := spent + r.feels(next.edge, t, used)
			if it.id != a && r.bends(r.from[it.id], next) {
				cost += bendM
			}
			if r.seen[next.to] == r.search && r.cost[next.to] <= cost {
				continue
			}
			r.seen[next.to], r.cost[next.to] = r.search, cost
			r.from[next.to] = arc{next.edge, it.id, next.back}
			open.push(item{cost + least*r.nodes[next.to].dist(goal), next.to})
		}
	}
	var route []arc
	for at := b; at != a; at = r.from[at].to {
		route = append(route, arc{r.from[at].edge, at, r.from[at].back})
	}
	for i, j := 0, len(route)-1; i < j; i, j = i+1, j-1 {
		route[i], route[j] = route[j], route[i]
	}
	return route
}

// bendM is how long a corner feels, in metres: people go straight on.
const bendM = 35

// bends reports whether one turns by more than about 50 degrees from the arc that led to
// a node, as the search keeps it, into the next.
func (r *router) bends(last, next arc) bool {
	in, out := r.edges[last.edge].ends[1], r.edges[next.edge].ends[0]
	if last.back {
		in = r.edges[last.edge].ends[0].mul(-1)
	}
	if next.back {
		out = r.edges[next.edge].ends[1].mul(-1)
	}
	return in.x*out.x+in.y*out.y < 0.64
}

// feels returns how long an edge feels, in metres.
func (r *router) feels(id int32, t taste, used map[int32]bool) float64 {
	e := &r.edges[id]
	d := e.metre * t.factor[e.kind] * (1 + t.whim*(2*chance.Share(hash(t.salt, int(id)))-1))
	if used[id] {
		d *= 1.9
	}
	if t.fresh > 0 {
		d *= 1 + t.fresh*math.Log2(1+float64(r.uses[id]))
	}
	return d
}

// use counts the outing on every edge of its route.
func (r *router) use(route []arc) {
	for _, a := range route {
		if a.edge >= 0 {
			r.uses[a.edge]++
		}
	}
}

// metres returns the length of the route.
func (r *router) metres(route []arc) float64 {
	sum := 0.0
	for _, a := range route {
		if a.edge >= 0 {
			sum += r.edges[a.edge].metre
		}
	}
	return sum
}

// backwards returns the route from its end, which began at node start, home.
func (r *router) backwards(route []arc) []arc {
	out := make([]arc, 0, len(route))
	for i := len(route) - 1; i >= 0; i-- {
		a := route[i]
		e := &r.edges[a.edge]
		to := e.a
		if a.back {
			to = e.b
		}
		out = append(out, arc{a.edge, to, !a.back})
	}
	return out
}
