package squares

import (
	"cmp"
	"maps"
	"slices"

	"heatmapgen/internal/sorting"
)

// A Look is what there is to say of the squares of one zoom that somebody has been in.
type Look struct {
	// Count is how many there are.
	Count int
	// Side is that of the largest square of squares that are all visited, 0 without any, and West and North the column and row of its north-western one: of several the first in the north, then in the west.
	Side        int
	West, North uint32
	// Cluster is the largest cluster, ascending: visited squares whose four neighbours are visited, too, connected by edges. Of several it is the one whose first square, in the north and there in the west, comes first.
	Cluster []Code

	zoom    uint8
	visited map[Code]bool
}

// LookAt looks at the visited squares of a zoom, in any order and each once. The edges of the map are no neighbours of each other.
func LookAt(zoom uint8, visited []Code) *Look {
	l := &Look{Count: len(visited), zoom: zoom, visited: make(map[Code]bool, len(visited))}
	for _, c := range visited {
		l.visited[c] = true
	}
	rows := slices.Clone(visited)
	sorting.Func(rows, func(a, b Code) int {
		ax, ay := a.XY()
		bx, by := b.XY()
		return cmp.Or(cmp.Compare(ay, by), cmp.Compare(ax, bx))
	})
	l.square(rows)
	l.cluster(rows)
	return l
}

// square finds the largest square, by the largest one that has each square as its south-eastern corner; the visited ones come row by row.
func (l *Look) square(rows []Code) {
	sides := make(map[Code]int, len(rows))
	for _, c := range rows {
		x, y := c.XY()
		side := 1
		if x > 0 && y > 0 {
			side += min(sides[CodeOf(x-1, y)], sides[CodeOf(x, y-1)], sides[CodeOf(x-1, y-1)])
		}
		sides[c] = side
		if side > l.Side {
			l.Side, l.West, l.North = side, x+1-uint32(side), y+1-uint32(side)
		}
	}
}

// neighbours returns the squares that share an edge with one, those beyond the edges of the map left out.
func (l *Look) neighbours(c Code) []Code {
	x, y := c.XY()
	last := uint32(1)<<l.zoom - 1
	var all []Code
	if x > 0 {
		all = append(all, CodeOf(x-1, y))
	}
	if x < last {
		all = append(all, CodeOf(x+1, y))
	}
	if y > 0 {
		all = append(all, CodeOf(x, y-1))
	}
	if y < last {
		all = append(all, CodeOf(x, y+1))
	}
	return all
}

// surrounded tells whether a square and its four neighbours are visited.
func (l *Look) surrounded(c Code) bool {
	around := l.neighbours(c)
	return l.visited[c] && len(around) == 4 && !slices.ContainsFunc(around, func(n Code) bool { return !l.visited[n] })
}

// cluster finds the largest cluster; the visited ones come row by row.
func (l *Look) cluster(rows []Code) {
	seen := map[Code]bool{}
	for _, c := range rows {
		if seen[c] || !l.surrounded(c) {
			continue
		}
		seen[c] = true
		found := []Code{c}
		for i := 0; i < len(found); i++ {
			for _, n := range l.neighbours(found[i]) {
				if !seen[n] && l.surrounded(n) {
					seen[n] = true
					found = append(found, n)
				}
			}
		}
		if len(found) > len(l.Cluster) {
			l.Cluster = found
		}
	}
	slices.Sort(l.Cluster)
}

// Missing returns the squares, ascending, that are not visited and lie at most so many squares, diagonals included, from the largest cluster; where there is none, from the largest square.
func (l *Look) Missing(within int) []Code {
	core := l.Cluster
	if len(core) == 0 {
		for i := range l.Side * l.Side {
			core = append(core, CodeOf(l.West+uint32(i%l.Side), l.North+uint32(i/l.Side)))
		}
	}
	inner := make(map[Code]bool, len(core))
	for _, c := range core {
		inner[c] = true
	}
	missing := map[Code]bool{}
	for _, c := range core {
		// From the middle one comes nearer to any square by a step to a neighbour that is in it, too, so its rim says all.
		if around := l.neighbours(c); len(around) == 4 && !slices.ContainsFunc(around, func(n Code) bool { return !inner[n] }) {
			continue
		}
		x, y := c.XY()
		for row := int64(y) - int64(within); row <= int64(y)+int64(within); row++ {
			l.gaps(row, int64(x)-int64(within), int64(x)+int64(within), missing)
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// MissingIn returns the squares, ascending, that are not visited in columns west to east and rows north to south.
func (l *Look) MissingIn(west, north, east, south uint32) []Code {
	missing := map[Code]bool{}
	for row := int64(north); row <= int64(south); row++ {
		l.gaps(row, int64(west), int64(east), missing)
	}
	return slices.Sorted(maps.Keys(missing))
}

// gaps adds the squares of a row that are not visited, those beyond the edges of the map left out.
func (l *Look) gaps(row, west, east int64, to map[Code]bool) {
	last := int64(1)<<l.zoom - 1
	if row < 0 || row > last {
		return
	}
	for x := max(0, west); x <= min(last, east); x++ {
		if c := CodeOf(uint32(x), uint32(row)); !l.visited[c] {
			to[c] = true
		}
	}
}
