package athlete

import "math"

// Streets counts what of the ways is distinct: a street counts once, however often somebody was there.
type Streets struct {
	cells  map[cell]struct{}
	visits int
	metres float64
}

// cellM is the side in metres of the cells that Streets counts.
const cellM = 20

// A cell is a square of a region.
type cell struct {
	region int32
	x, y   int32
}

// A Trace is what one recording adds to Streets.
type Trace struct {
	cells  []cell
	metres float64
}

// Trace returns the cells along the way, as often as the way comes into one, and its length. The way is where the athlete was, not where a
// receiver took it to be: the noise of each passing would count as streets of their own.
func (r *Recording) Trace() Trace { return r.trace }

func traceOf(r *route) Trace {
	t := Trace{metres: length(r.way)}
	const step = 1
	for i := range len(r.way) - 1 {
		a, b := r.way[i], r.way[i+1]
		n := math.Ceil(distance(a, b) / step)
		for k := 0.0; k < n; k++ {
			c := cell{int32(r.region), int32(math.Floor((a.x + (b.x-a.x)*k/n) / cellM)), int32(math.Floor((a.y + (b.y-a.y)*k/n) / cellM))}
			if len(t.cells) == 0 || t.cells[len(t.cells)-1] != c {
				t.cells = append(t.cells, c)
			}
		}
	}
	return t
}

// Add adds a trace.
func (s *Streets) Add(t Trace) {
	if s.cells == nil {
		s.cells = map[cell]struct{}{}
	}
	for _, c := range t.cells {
		s.cells[c] = struct{}{}
	}
	s.visits += len(t.cells)
	s.metres += t.metres
}

// Metres returns the length of all ways.
func (s *Streets) Metres() float64 { return s.metres }

// DistinctMetres returns that of distinct streets: the cells that a way comes into, each with the mean length of the way through a cell.
func (s *Streets) DistinctMetres() float64 {
	if s.visits == 0 {
		return 0
	}
	return float64(len(s.cells)) * s.metres / float64(s.visits)
}
