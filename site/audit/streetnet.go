package audit

import (
	"container/heap"
	"math"
	"slices"

	"heatmapgen/site/audit/streets"
)

// In metres:
const (
	// Streets are looked at in steps.
	streetStepM = 15
	// A place this near to a street is at it.
	atStreetM = 32
	// What lies so near counts as around a place.
	aroundM, wideM = 90, 220
	// Ways through the streets are followed no further: no way home from the border of what is hidden is as long.
	farthestM = 6000
)

// A network is the streets around a disc.
type network struct {
	// next has the streets that leave each junction.
	next [][]link
	// streets are the streets between junctions, steps the points along them with a place on them each.
	streets []street
	steps   []streetStep
	index   map[[2]int][]int32 // the steps in each square of aroundM
}

// A link is a street that leads to a junction.
type link struct {
	to      int32
	lengthM float64
}

// A street leads from one junction to another.
type street struct {
	from, to int32
	lengthM  float64
}

// A spot is a place on a street.
type spot struct {
	street int32
	alongM float64 // from its first junction
}

// A streetStep is a point along a street.
type streetStep struct {
	xy
	spot
	homes bool
}

// newNetwork joins streets at the points they share, as seen from a disc.
func newNetwork(d *disc, all []streets.Street) *network {
	n := &network{index: map[[2]int][]int32{}}
	// Points between which there is nothing to choose are no junctions.
	degree := map[streets.Point]int{}
	for _, s := range all {
		for i, p := range s.Points {
			if i > 0 {
				degree[p]++
			}
			if i+1 < len(s.Points) {
				degree[p]++
			}
		}
	}
	junctions := map[streets.Point]int32{}
	junction := func(p streets.Point) int32 {
		j, ok := junctions[p]
		if !ok {
			j = int32(len(junctions))
			junctions[p] = j
			n.next = append(n.next, nil)
		}
		return j
	}
	for _, s := range all {
		from := 0
		for i := 1; i < len(s.Points); i++ {
			if i+1 < len(s.Points) && degree[s.Points[i]] == 2 {
				continue
			}
			line := make([]xy, 0, i+1-from)
			for _, p := range s.Points[from : i+1] {
				line = append(line, d.flat(p.LatLon()))
			}
			n.add(junction(s.Points[from]), junction(s.Points[i]), line, s.Homes)
			from = i
		}
	}
	for i, s := range n.steps {
		at := square(s.xy, aroundM)
		n.index[at] = append(n.index[at], int32(i))
	}
	return n
}

func square(p xy, side float64) [2]int {
	return [2]int{int(math.Floor(p.x / side)), int(math.Floor(p.y / side))}
}

// add adds the street along a line between two junctions.
func (n *network) add(from, to int32, line []xy, homes bool) {
	index := int32(len(n.streets))
	way := 0.0
	for i := 1; i < len(line); i++ {
		length := line[i-1].to(line[i])
		parts := max(1, int(length/streetStepM))
		for k := range parts {
			f := (float64(k) + 0.5) / float64(parts)
			n.steps = append(n.steps, streetStep{between(line[i-1], line[i], f), spot{index, way + f*length}, homes})
		}
		way += length
	}
	n.streets = append(n.streets, street{from, to, way})
	n.next[from] = append(n.next[from], link{to, way})
	n.next[to] = append(n.next[to], link{from, way})
}

// around calls f for every step within a distance of p.
func (n *network) around(p xy, withinM float64, f func(i int32, distanceM float64)) {
	low, high := square(p.minus(xy{withinM, withinM}), aroundM), square(p.plus(xy{withinM, withinM}), aroundM)
	for x := low[0]; x <= high[0]; x++ {
		for y := low[1]; y <= high[1]; y++ {
			for _, i := range n.index[[2]int{x, y}] {
				if r := p.to(n.steps[i].xy); r <= withinM {
					f(i, r)
				}
			}
		}
	}
}

// nearest returns the step that is nearest to p, and how far it is; ok is false where none is within withinM.
func (n *network) nearest(p xy, withinM float64) (step int32, distanceM float64, ok bool) {
	distanceM = math.Inf(1)
	for within := min(aroundM, withinM); ; within = min(2*within, withinM) {
		n.around(p, within, func(i int32, r float64) {
			if r < distanceM {
				step, distanceM, ok = i, r, true
			}
		})
		if ok || within >= withinM {
			return step, distanceM, ok
		}
	}
}

// A queue is junctions by how far they are.
type queue []reached

type reached struct {
	junction int32
	wayM     float64
}

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, k int) bool { return q[i].wayM < q[k].wayM }
func (q queue) Swap(i, k int)      { q[i], q[k] = q[k], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(reached)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// from returns the way from a junction to every other in metres (Dijkstra's algorithm), farthestM where there is none or none so short.
func (n *network) from(junction int32) []float64 {
	way := slices.Repeat([]float64{farthestM}, len(n.next))
	way[junction] = 0
	q := queue{{junction, 0}}
	for len(q) > 0 {
		at := heap.Pop(&q).(reached)
		if at.wayM > way[at.junction] {
			continue
		}
		for _, l := range n.next[at.junction] {
			if w := at.wayM + l.lengthM; w < way[l.to] {
				way[l.to] = w
				heap.Push(&q, reached{l.to, w})
			}
		}
	}
	return way
}

// A router tells ways from spots to a list of places, and remembers them by junction.
type router struct {
	*network
	places []spot
	known  map[int32][]float64 // the way from a junction to every place
}

func (n *network) router(places []spot) *router {
	return &router{n, places, map[int32][]float64{}}
}

// ofJunction returns the ways from a junction to the places.
func (r *router) ofJunction(j int32) []float64 {
	if ways, ok := r.known[j]; ok {
		return ways
	}
	way := r.from(j)
	ways := make([]float64, len(r.places))
	for i, p := range r.places {
		s := r.streets[p.street]
		ways[i] = min(way[s.from]+p.alongM, way[s.to]+s.lengthM-p.alongM)
	}
	r.known[j] = ways
	return ways
}

// ways returns the way from a spot to each of the places, in metres.
func (r *router) ways(p spot) []float64 {
	s := r.streets[p.street]
	a, b := r.ofJunction(s.from), r.ofJunction(s.to)
	ways := make([]float64, len(r.places))
	for i, to := range r.places {
		ways[i] = min(a[i]+p.alongM, b[i]+s.lengthM-p.alongM)
		if to.street == p.street {
			ways[i] = min(ways[i], math.Abs(to.alongM-p.alongM))
		}
	}
	return ways
}
