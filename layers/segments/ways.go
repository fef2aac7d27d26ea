package segments

import (
	"math"

	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// Ways are the ways of segments, made for the question which activities lead along them. They can be asked from several goroutines.
type Ways struct {
	ways  []way
	total int // places of all of them
}

// A way has the places of a segment, the first being number first among those of all segments.
type way struct {
	box
	first  int
	places []point
	reach  float64 // the tolerance in grid units
	cells  map[cell][]int32
}

// box is a rectangle on the grid.
type box struct{ west, north, east, south float64 }

// cell is a square of the grid, cellSide units wide.
type cell struct{ x, y int32 }

const cellSide = 128

func cellOf(p point) cell {
	return cell{int32(math.Floor(p.x / cellSide)), int32(math.Floor(p.y / cellSide))}
}

// NewWays returns the ways of segments.
func NewWays(all []Segment) *Ways {
	w := &Ways{}
	for i := range all {
		places := all[i].points()
		one := way{box: boxAround(places), first: w.total, places: places, cells: map[cell][]int32{}}
		// Of its rows the one where a unit is most metres.
		one.reach = float64(all[i].ToleranceM) / max(lines.MetresPerUnit(int64(one.north)), lines.MetresPerUnit(int64(one.south)))
		for k, p := range places {
			c := cellOf(p)
			one.cells[c] = append(one.cells[c], int32(k))
		}
		w.ways, w.total = append(w.ways, one), w.total+len(places)
	}
	return w
}

func boxAround(points []point) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		b = box{min(b.west, p.x), min(b.north, p.y), max(b.east, p.x), max(b.south, p.y)}
	}
	return b
}

// wider is the box with a margin all around.
func (b box) wider(margin float64) box {
	return box{b.west - margin, b.north - margin, b.east + margin, b.south + margin}
}

func (b box) meets(o box) bool {
	return b.west <= o.east && o.west <= b.east && b.north <= o.south && o.north <= b.south
}

// A Share is which places of all segments an activity passes within their tolerance: numbers of the first of some and of the one after the last, ascending.
type Share []uint32

// Along returns the share of an activity with these runs; between two runs there is no line.
func (w *Ways) Along(runs []layers.Run) Share {
	var near []bool
	for _, run := range runs {
		points := make([]point, len(run.Points))
		for i, p := range run.Points {
			points[i] = point{float64(p.X) / gridToWorld, float64(p.Y) / gridToWorld}
		}
		around := boxAround(points)
		for i := range w.ways {
			// A line and a way across the antimeridian may lie a turn of the map apart.
			for _, turn := range []float64{-2 * float64(gridWidth), -float64(gridWidth), 0, float64(gridWidth), 2 * float64(gridWidth)} {
				moved := around
				moved.west, moved.east = moved.west+turn, moved.east+turn
				if way := &w.ways[i]; way.wider(way.reach).meets(moved) {
					if near == nil {
						near = make([]bool, w.total)
					}
					way.mark(near, points, turn)
				}
			}
		}
	}
	return shareOf(near)
}

// mark notes the places that a line passes, which is so many units off.
func (w *way) mark(near []bool, line []point, turn float64) {
	whole := w.wider(w.reach)
	for i := 1; i < len(line); i++ {
		a, b := point{line[i-1].x + turn, line[i-1].y}, point{line[i].x + turn, line[i].y}
		around := boxAround([]point{a, b})
		if !around.meets(whole) {
			continue
		}
		around = around.wider(w.reach)
		from, to := cellOf(point{around.west, around.north}), cellOf(point{around.east, around.south})
		if float64(to.x-from.x+1)*float64(to.y-from.y+1) > float64(len(w.cells)) {
			for k, p := range w.places {
				near[w.first+k] = near[w.first+k] || distance(p, a, b) <= w.reach
			}
			continue
		}
		for x := from.x; x <= to.x; x++ {
			for y := from.y; y <= to.y; y++ {
				for _, k := range w.cells[cell{x, y}] {
					near[w.first+int(k)] = near[w.first+int(k)] || distance(w.places[k], a, b) <= w.reach
				}
			}
		}
	}
}

// distance returns that of a place from the line between two.
func distance(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	t := 0.0
	if square := dx*dx + dy*dy; square > 0 {
		t = max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/square))
	}
	return math.Hypot(a.x+t*dx-p.x, a.y+t*dy-p.y)
}

func shareOf(near []bool) Share {
	var s Share
	for i, is := range near {
		if was := i > 0 && near[i-1]; is != was {
			s = append(s, uint32(i))
		}
	}
	if len(s)%2 != 0 {
		s = append(s, uint32(len(near)))
	}
	return s
}

// Passed tells of each segment whether every place of it is in one of the shares.
func (w *Ways) Passed(shares []Share) []bool {
	near := make([]bool, w.total)
	for _, s := range shares {
		for i := 0; i+1 < len(s); i += 2 {
			for k := s[i]; k < s[i+1] && int(k) < w.total; k++ {
				near[k] = true
			}
		}
	}
	passed := make([]bool, len(w.ways))
	for i := range w.ways {
		passed[i] = true
		for k := range w.ways[i].places {
			passed[i] = passed[i] && near[w.ways[i].first+k]
		}
	}
	return passed
}
