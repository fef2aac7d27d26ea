package raster

// Straight tells whether the points between the first and the last are within tolerance of
// the line between those two, which is at most longest long; both in world units.
func Straight(p []Point, tolerance, longest float64) bool {
	a, b := p[0], p[len(p)-1]
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	length2 := dx*dx + dy*dy
	if length2 > longest*longest {
		return false
	}
	for _, q := range p[1 : len(p)-1] {
		x, y := float64(q.X-a.X), float64(q.Y-a.Y)
		if length2 > 0 {
			t := (x*dx + y*dy) / length2
			if t < 0 { // no min and max, which are calls on WebAssembly
				t = 0
			} else if t > 1 {
				t = 1
			}
			x, y = x-t*dx, y-t*dy
		}
		if x*x+y*y > tolerance*tolerance {
			return false
		}
	}
	return true
}
