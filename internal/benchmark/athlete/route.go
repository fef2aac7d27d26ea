package athlete

import "math"

// A router looks for shortest ways. It keeps memory between calls, so each goroutine needs its own.
type router struct {
	cost []float64
	from []int8 // the step that led here
	heap []reached
}

type reached struct {
	cost float64 // so far, and at least to the end
	at   int
}

// steps are those from a crossing to its neighbours.
var steps = [4]node{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}

// around is how many blocks a way may leave the rectangle of its ends.
const around = 8

// way appends the crossings of the way from a to b that seems shortest, without a itself.
func (w *router) way(r *region, a, b node, out []node) []node {
	x0, y0 := min(a.i, b.i)-around, min(a.j, b.j)-around
	width, height := max(a.i, b.i)+around-x0+1, max(a.j, b.j)+around-y0+1
	if n := width * height; cap(w.cost) < n {
		w.cost, w.from = make([]float64, n), make([]int8, n)
	}
	w.cost, w.from = w.cost[:width*height], w.from[:width*height]
	for i := range w.cost {
		w.cost[i] = math.Inf(1)
	}
	index := func(n node) int { return (n.j-y0)*width + n.i - x0 }
	end := r.place(b)
	w.heap = w.heap[:0]
	w.cost[index(a)] = 0
	w.push(reached{0, index(a)})
	for {
		top := w.pop()
		n := node{top.at%width + x0, top.at/width + y0}
		if n == b {
			break
		}
		here, so := r.place(n), w.cost[top.at]
		if top.cost > so+distance(here, end)+1e-6 {
			continue // a shorter way was found since
		}
		for s, d := range steps {
			m := node{n.i + d.i, n.j + d.j}
			if m.i < x0 || m.j < y0 || m.i >= x0+width || m.j >= y0+height {
				continue
			}
			there := r.place(m)
			cost := so + distance(here, there)*r.seems(node{min(n.i, m.i), min(n.j, m.j)}, d.i == 0)
			if k := index(m); cost < w.cost[k] {
				w.cost[k], w.from[k] = cost, int8(s)
				w.push(reached{cost + distance(there, end), k})
			}
		}
	}
	begin := len(out)
	for n := b; n != a; {
		out = append(out, n)
		d := steps[w.from[index(n)]]
		n = node{n.i - d.i, n.j - d.j}
	}
	for i, j := begin, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func distance(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

func (w *router) push(v reached) {
	w.heap = append(w.heap, v)
	for i := len(w.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if w.heap[up].cost <= w.heap[i].cost {
			break
		}
		w.heap[up], w.heap[i] = w.heap[i], w.heap[up]
		i = up
	}
}

func (w *router) pop() reached {
	top, last := w.heap[0], len(w.heap)-1
	w.heap[0] = w.heap[last]
	w.heap = w.heap[:last]
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < last; c++ {
			if w.heap[c].cost < w.heap[least].cost {
				least = c
			}
		}
		if least == i {
			return top
		}
		w.heap[i], w.heap[least] = w.heap[least], w.heap[i]
		i = least
	}
}

// through returns the way along places in their order, a point every few metres.
func (w *router) through(r *region, places []point) []point {
	nodes := []node{r.near(places[0])}
	for _, p := range places[1:] {
		nodes = w.way(r, nodes[len(nodes)-1], r.near(p), nodes)
	}
	const step = 12
	line := []point{r.bent(r.place(nodes[0]))}
	for k := range len(nodes) - 1 {
		a, b := r.place(nodes[k]), r.place(nodes[k+1])
		n := math.Ceil(distance(a, b) / step)
		for i := 1.0; i <= n; i++ {
			line = append(line, r.bent(point{a.x + (b.x-a.x)*i/n, a.y + (b.y-a.y)*i/n}))
		}
	}
	return line
}

// length returns the metres of a way.
func length(line []point) float64 {
	sum := 0.0
	for i := range len(line) - 1 {
		sum += distance(line[i], line[i+1])
	}
	return sum
}
