package lines

import (
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// Runs calls yield with the activity and the run, as the painter draws it, of every piece of the block of which a segment may come within so many
// grid units of a rectangle; shift, a whole number of worlds in grid units, is added to x. Rectangle edges are grid units, too. Pieces of one activity follow each other.
func (c *Content) Runs(west, north, east, south, shift int64, yield func(activity int, run layers.Run)) {
	for i, a := range c.Activity {
		from, to := c.First[i], c.First[i+1]
		for begin := from; begin < to-1; {
			if !c.touches(begin, west, north, east, south, shift) {
				begin++
				continue
			}
			end := begin + 1
			for end < to-1 && c.touches(end, west, north, east, south, shift) {
				end++
			}
			yield(a, c.run(begin, end, shift))
			begin = end
		}
	}
}

// touches tells whether the box of the segment from vertex i touches a rectangle.
func (c *Content) touches(i int, west, north, east, south, shift int64) bool {
	x0, x1 := int64(c.X[i])+shift, int64(c.X[i+1])+shift
	y0, y1 := int64(c.Y[i]), int64(c.Y[i+1])
	return max(x0, x1) >= west && min(x0, x1) <= east && max(y0, y1) >= north && min(y0, y1) <= south
}

// run makes the run of vertices from to to.
func (c *Content) run(from, to int, shift int64) layers.Run {
	r := layers.Run{Points: make([]raster.Point, 0, to-from+1), Merged: make([]layers.Merged, 0, to-from)}
	for i := from; i <= to; i++ {
		r.Points = append(r.Points, raster.Point{X: (int64(c.X[i]) + shift) << gridShift, Y: int64(c.Y[i]) << gridShift})
		if i < to {
			r.Merged = append(r.Merged, layers.Merged{SecondsS: c.Seconds[i], MovingS: c.Moving[i], MetresM: c.Metres[i], HR: float32(c.Heart[i]),
				RiseM: c.Rise[i], SteepM: c.Steep[i], HillM: c.Hill[i]})
		}
	}
	return r
}
