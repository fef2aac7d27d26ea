package audit

import (
	"cmp"
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// A Ring is an empty disc with many ends of lines around it. Place is its middle, and Count the ends.
type Ring struct {
	Place
	// RadiusM is the mean distance of the ends from the middle, SpreadM their standard deviation from it.
	RadiusM float64 `json:"radius_m"`
	SpreadM float64 `json:"spread_m"`
}

// How Rings looks, in metres.
const (
	windowM    = 8000 // side of the square that is looked at around a crowd of ends
	crowdM     = 1000 // side of the cells that ends are counted in to find it
	pixelM     = 25   // of the picture of what is empty
	leastHoleM = 75   // radius of the smallest empty disc that is looked at
	largestM   = 3000
	bandM      = 250 // how far beyond the empty disc ends may lie to belong to it
	sectors    = 12
	// A ring has at least so many ends, in so many of the sectors.
	leastEnds, leastSectors = 8, 4
)

type xy struct{ x, y float64 }

// A window is a square of the map where the Earth is flat: metres to the east and the south of its middle.
type window struct {
	middle raster.Point
	metres float64 // of a world unit
	ends   []xy
}

func (w *window) xy(p raster.Point) xy {
	p = raster.Unwrap(p, w.middle.X)
	return xy{float64(p.X-w.middle.X) * w.metres, float64(p.Y-w.middle.Y) * w.metres}
}

func (w *window) latLon(p xy) (lat, lon float64) {
	lat, lon = raster.Unproject(raster.Point{X: w.middle.X + int64(p.x/w.metres), Y: w.middle.Y + int64(p.y/w.metres)})
	return lat, activity.WrapLon(lon)
}

// Rings returns up to most rings, the likeliest first. It looks where most ends are.
func (s *Sketch) Rings(most int) []Ring {
	ends := make([]raster.Point, len(s.Cuts))
	for i, p := range s.Cuts {
		ends[i] = raster.Project(p.Lat, p.Lon)
	}
	var found []Ring
	for range most {
		w := crowd(ends)
		if w == nil {
			break
		}
		r, ok := w.ring(w.holes(s.tracks))
		if ok {
			found = append(found, r)
		}
		// What one ring explains is no sign of another.
		ends = slices.DeleteFunc(ends, func(p raster.Point) bool {
			q := w.xy(p)
			lat, lon := raster.Unproject(p)
			return math.Hypot(q.x, q.y) <= 2*crowdM || ok && r.DistanceM(activity.LatLon{Lat: lat, Lon: lon}) <= r.RadiusM+bandM
		})
	}
	sorting.StableFunc(found, func(a, b Ring) int { return cmp.Compare(b.Count, a.Count) })
	return found
}

// crowd returns the window around most ends, nil where there are few anywhere.
func crowd(ends []raster.Point) *window {
	type cell [2]int64
	// The cells are crowdM high and wide at the equator's scale times the cosine, row by row.
	cells := map[cell][]raster.Point{}
	const aroundM = 2 * math.Pi * activity.EarthRadiusM
	var size int64
	for _, p := range ends {
		if size == 0 {
			lat, _ := raster.Unproject(p)
			size = int64(crowdM / (aroundM * math.Max(0.01, math.Cos(lat*math.Pi/180))) * float64(raster.World))
		}
		c := cell{p.X / size, p.Y / size}
		cells[c] = append(cells[c], p)
	}
	var best []raster.Point
	var bestAt cell
	for c := range cells {
		var block []raster.Point
		for dx := int64(-1); dx <= 1; dx++ {
			for dy := int64(-1); dy <= 1; dy++ {
				block = append(block, cells[cell{c[0] + dx, c[1] + dy}]...)
			}
		}
		if len(block) > len(best) || len(block) == len(best) && (c[0] < bestAt[0] || c[0] == bestAt[0] && c[1] < bestAt[1]) {
			best, bestAt = block, c
		}
	}
	if len(best) < leastEnds {
		return nil
	}
	var x, y float64
	for _, p := range best {
		x, y = x+float64(p.X-best[0].X), y+float64(p.Y-best[0].Y)
	}
	n := float64(len(best))
	w := &window{middle: raster.Point{X: best[0].X + int64(x/n), Y: best[0].Y + int64(y/n)}}
	lat, _ := raster.Unproject(w.middle)
	w.metres = aroundM * math.Cos(lat*math.Pi/180) / float64(raster.World)
	for _, p := range ends {
		if q := w.xy(p); math.Abs(q.x) < windowM/2 && math.Abs(q.y) < windowM/2 {
			w.ends = append(w.ends, q)
		}
	}
	return w
}

// side is the width of the picture of what is empty.
const side = windowM / pixelM

// holes returns for each pixel of the window how far it is from the nearest line, in metres.
func (w *window) holes(t *lines.Tracks) *[side * side]float64 {
	const shift = raster.WorldBits - lines.GridBits
	drawn := new([side * side]bool)
	at := func(i int) xy { return w.xy(raster.Point{X: int64(t.X[i]) << shift, Y: int64(t.Y[i]) << shift}) }
	for i, joined := range t.Joined {
		a := at(i)
		if math.Abs(a.x) > windowM || math.Abs(a.y) > windowM {
			continue
		}
		b := a
		if joined {
			b = at(i + 1)
		}
		steps := 1 + min(1000, int(math.Hypot(b.x-a.x, b.y-a.y)/(pixelM/2)))
		for k := range steps + 1 {
			f := float64(k) / float64(steps)
			x, y := int(math.Floor((a.x+f*(b.x-a.x)+windowM/2)/pixelM)), int(math.Floor((a.y+f*(b.y-a.y)+windowM/2)/pixelM))
			if x >= 0 && y >= 0 && x < side && y < side {
				drawn[y*side+x] = true
			}
		}
	}
	return distances(drawn)
}

// distances is an exact Euclidean distance transform: columns first, then the lower envelope of each row by trying all columns
// that are near enough to matter.
func distances(drawn *[side * side]bool) *[side * side]float64 {
	column, out := new([side * side]float64), new([side * side]float64)
	for x := range side {
		last := math.Inf(1)
		for y := range side {
			if last++; drawn[y*side+x] {
				last = 0
			}
			column[y*side+x] = last
		}
		last = math.Inf(1)
		for y := side - 1; y >= 0; y-- {
			if last++; drawn[y*side+x] {
				last = 0
			}
			column[y*side+x] = min(column[y*side+x], last)
		}
	}
	for y := range side {
		for x := range side {
			best := column[y*side+x]
			for d := 1; float64(d) < best && d < largestM/pixelM; d++ {
				if x >= d {
					best = min(best, math.Hypot(float64(d), column[y*side+x-d]))
				}
				if x+d < side {
					best = min(best, math.Hypot(float64(d), column[y*side+x+d]))
				}
			}
			out[y*side+x] = best * pixelM
		}
	}
	return out
}

// ring finds the empty disc that most ends lie around, and fits a circle to them.
func (w *window) ring(empty *[side * side]float64) (best Ring, ok bool) {
	bestScore := 0.0
	for y := 2; y < side-2; y++ {
		for x := 2; x < side-2; x++ {
			r := empty[y*side+x]
			if r < leastHoleM || r > largestM || !topmost(empty, x, y) {
				continue
			}
			c := xy{(float64(x)+0.5)*pixelM - windowM/2, (float64(y)+0.5)*pixelM - windowM/2}
			near := w.around(c, r-2*pixelM, r+bandM)
			covered := coverage(c, near)
			if len(near) < leastEnds || covered < leastSectors {
				continue
			}
			fit, radius, spread, used := w.fit(c, r)
			// The circle must be one: empty, and with its ends in a band.
			px, py := int((fit.x+windowM/2)/pixelM), int((fit.y+windowM/2)/pixelM)
			if used < leastEnds || spread > 0.4*radius || px < 0 || py < 0 || px >= side || py >= side || empty[py*side+px] < 0.4*radius {
				continue
			}
			score := float64(used*covered) / sectors
			if score > bestScore {
				lat, lon := w.latLon(fit)
				best, bestScore, ok = Ring{Place{lat, lon, used}, radius, spread}, score, true
			}
		}
	}
	return best, ok
}

// topmost tells whether no pixel nearby is farther from all lines.
func topmost(empty *[side * side]float64, x, y int) bool {
	for dy := -2; dy <= 2; dy++ {
		for dx := -2; dx <= 2; dx++ {
			if empty[(y+dy)*side+x+dx] > empty[y*side+x] {
				return false
			}
		}
	}
	return true
}

// around returns the ends between two distances from c.
func (w *window) around(c xy, from, to float64) []xy {
	var near []xy
	for _, p := range w.ends {
		if d := math.Hypot(p.x-c.x, p.y-c.y); d >= from && d <= to {
			near = append(near, p)
		}
	}
	return near
}

// coverage counts the sectors around c that have ends.
func coverage(c xy, ends []xy) int {
	var seen [sectors]bool
	n := 0
	for _, p := range ends {
		k := int((math.Atan2(p.y-c.y, p.x-c.x)/(2*math.Pi) + 0.5) * sectors)
		if k = min(k, sectors-1); !seen[k] {
			seen[k] = true
			n++
		}
	}
	return n
}

// fit moves and widens a circle until it runs through the middle of the ends in its band: least squares of the distances
// (Gauss-Newton), in which each of 36 directions weighs the same, so that a street taken daily does not draw the circle to it.
func (w *window) fit(c xy, empty float64) (middle xy, radius, spread float64, used int) {
	radius = empty + bandM/4
	for range 25 {
		near := w.around(c, radius-bandM, radius+bandM)
		if len(near) < leastEnds {
			return c, radius, math.Inf(1), 0
		}
		var crowd [36]float64
		direction := func(p xy) int {
			return min(35, int((math.Atan2(p.y-c.y, p.x-c.x)/(2*math.Pi)+0.5)*36))
		}
		for _, p := range near {
			crowd[direction(p)]++
		}
		// Normal equations of d - radius = ux*dx + uy*dy + dr.
		var m [3][4]float64
		var squares, weights float64
		for _, p := range near {
			d := math.Max(1, math.Hypot(p.x-c.x, p.y-c.y))
			row := [4]float64{(p.x - c.x) / d, (p.y - c.y) / d, 1, d - radius}
			weight := 1 / math.Sqrt(crowd[direction(p)])
			for i := range 3 {
				for j := range 4 {
					m[i][j] += weight * row[i] * row[j]
				}
			}
			squares += weight * row[3] * row[3]
			weights += weight
		}
		spread, used = math.Sqrt(squares/weights), len(near)
		step, ok := solve(m)
		if !ok {
			return c, radius, math.Inf(1), 0
		}
		limit := func(v float64) float64 { return max(-100, min(100, v)) }
		c.x, c.y, radius = c.x+limit(step[0]), c.y+limit(step[1]), radius+limit(step[2])
		if radius < leastHoleM/2 || radius > largestM {
			return c, radius, math.Inf(1), 0
		}
		if math.Abs(step[0])+math.Abs(step[1])+math.Abs(step[2]) < 0.5 {
			break
		}
	}
	return c, radius, spread, used
}

// solve solves three linear equations by elimination; ok is false where they do not determine the solution.
func solve(m [3][4]float64) (x [3]float64, ok bool) {
	for i := range 3 {
		pivot := i
		for k := i + 1; k < 3; k++ {
			if math.Abs(m[k][i]) > math.Abs(m[pivot][i]) {
				pivot = k
			}
		}
		m[i], m[pivot] = m[pivot], m[i]
		if math.Abs(m[i][i]) < 1e-9 {
			return x, false
		}
		for k := i + 1; k < 3; k++ {
			f := m[k][i] / m[i][i]
			for j := i; j < 4; j++ {
				m[k][j] -= f * m[i][j]
			}
		}
	}
	for i := 2; i >= 0; i-- {
		x[i] = m[i][3]
		for j := i + 1; j < 3; j++ {
			x[i] -= m[i][j] * x[j]
		}
		x[i] /= m[i][i]
	}
	return x, true
}
