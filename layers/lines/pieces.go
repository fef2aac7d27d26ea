package lines

import (
	"cmp"

	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// A View is a rectangle of the map in grid units, its edges included; x goes on beyond the map's edges.
type View struct{ West, North, East, South int64 }

// ViewOf returns the view of a cell and so many pixels around it, of its deepest zoom or of layers.MeanZoom, whose sums deeper ones take.
func ViewOf(cell layers.Cell, marginPx int) View {
	side := int64(1) << (GridBits - cell.Zoom)
	margin := int64(marginPx)<<GridBits>>min(cell.To, layers.MeanZoom)/raster.TileSize + 1
	return View{int64(cell.X)*side - margin, int64(cell.Y)*side - margin, int64(cell.X+1)*side + margin, int64(cell.Y+1)*side + margin}
}

// An Outing is what one activity has in a view.
type Outing struct {
	Activity int
	Runs     []layers.Run
}

// Outings returns what the activities have in the view, in ascending order. block returns the block of a tile of Zoom, nil where there is
// none; its errors are returned.
func (v View) Outings(block func(x, y uint32) (*Content, error)) ([]Outing, error) {
	type found struct {
		activity int
		run      layers.Run
	}
	var all []found
	err := v.visit(block, func(c *Content, shift int64) {
		c.runs(v, shift, func(activity int, run layers.Run) { all = append(all, found{activity, run}) })
	})
	if err != nil {
		return nil, err
	}
	sorting.StableFunc(all, func(a, b found) int { return cmp.Compare(a.activity, b.activity) })
	var out []Outing
	for _, f := range all {
		if n := len(out); n > 0 && out[n-1].Activity == f.activity {
			out[n-1].Runs = append(out[n-1].Runs, f.run)
		} else {
			out = append(out, Outing{f.activity, []layers.Run{f.run}})
		}
	}
	return out, nil
}

// visit calls f for the blocks that the view touches, with how many units to the east they are to be moved for it.
func (v View) visit(block func(x, y uint32) (*Content, error), f func(c *Content, shift int64)) error {
	const tiles = 1 << Zoom
	const blockBits = GridBits - Zoom
	const world = 1 << GridBits
	// Lines of the northernmost and southernmost blocks go on beyond the map.
	y0, y1 := max(0, min(tiles-1, v.North>>blockBits)), max(0, min(tiles-1, v.South>>blockBits))
	for y := y0; y <= y1; y++ {
		for x := v.West >> blockBits; x <= v.East>>blockBits; x++ {
			wrapped := (x%tiles + tiles) % tiles
			c, err := block(uint32(wrapped), uint32(y))
			if err != nil {
				return err
			}
			if c != nil {
				f(c, (x-wrapped)/tiles*world)
			}
		}
	}
	return nil
}

// runs calls yield with the parts of the block's pieces whose segments touch the view, moved by shift units to the east.
func (c *Content) runs(v View, shift int64, yield func(activity int, run layers.Run)) {
	for i, a := range c.Activity {
		from, to := c.First[i], c.First[i+1]
		for begin := from; begin < to-1; begin++ {
			if !c.touches(begin, v, shift) {
				continue
			}
			end := begin + 1
			for end < to-1 && c.touches(end, v, shift) {
				end++
			}
			yield(a, c.run(begin, end, shift))
			begin = end
		}
	}
}

// touches tells whether the box of the segment from vertex i touches the view.
func (c *Content) touches(i int, v View, shift int64) bool {
	x0, x1 := int64(c.X[i])+shift, int64(c.X[i+1])+shift
	y0, y1 := int64(c.Y[i]), int64(c.Y[i+1])
	return max(x0, x1) >= v.West && min(x0, x1) <= v.East && max(y0, y1) >= v.North && min(y0, y1) <= v.South
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
