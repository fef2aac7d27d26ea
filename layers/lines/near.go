package lines

import (
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// Near tells which tiles of the cell's zoom To lines come near: to within marginPx pixels of that zoom. The tile in column x and row y of
// the cell is at y<<(To-Zoom)+x. It finds all that Paint with such a margin can fill, and some more. block is as in Outings.
func Near(cell layers.Cell, marginPx int, block func(x, y uint32) (*Content, error)) ([]bool, error) {
	depth := cell.To - cell.Zoom
	near := make([]bool, 1<<(2*depth))
	side, size := int64(1)<<(GridBits-cell.To), int64(1)<<(GridBits-cell.Zoom)
	margin := int64(marginPx)*side/raster.TileSize + 1
	west, north := int64(cell.X)*size, int64(cell.Y)*size
	whole := View{west - margin, north - margin, west + size + margin, north + size + margin}
	last := int64(1)<<depth - 1
	// nearest returns the column or row of the tile that a place relative to the cell's corner lies in, or the nearest.
	nearest := func(units int64) int64 { return max(0, min(last, floorDiv(units, side))) }
	err := whole.visit(block, func(c *Content, shift int64) {
		for i := range c.X {
			if !c.Joined[i] || !c.touches(i, whole, shift) {
				continue
			}
			x0, y0 := int64(c.X[i])+shift-west, int64(c.Y[i])-north
			x1, y1 := int64(c.X[i+1])+shift-west, int64(c.Y[i+1])-north
			for y := nearest(min(y0, y1) - margin); y <= nearest(max(y0, y1)+margin); y++ {
				for x := nearest(min(x0, x1) - margin); x <= nearest(max(x0, x1)+margin); x++ {
					at := y<<depth + x
					near[at] = near[at] || crosses(x0, y0, x1, y1, x*side-margin, y*side-margin, side+2*margin)
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return near, nil
}

// crosses tells whether a segment whose box touches a square crosses that: unless all corners lie on one side of its line.
func crosses(x0, y0, x1, y1, west, north, side int64) bool {
	dx, dy := x1-x0, y1-y0
	// Twice the distance of the square's middle from the line, times the segment's length, and how far its corners reach in that measure.
	off := dx*(2*(north-y0)+side) - dy*(2*(west-x0)+side)
	reach := side * (max(dx, -dx) + max(dy, -dy))
	return max(off, -off) <= reach
}

// floorDiv returns a/b rounded down, for b above 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
