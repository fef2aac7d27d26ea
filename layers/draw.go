package layers

import (
	"iter"

	"heatmapgen/layers/raster"
)

// A canvas is where a sheet lies: its first pixel, and pixels a world unit.
type canvas struct{ originX, originY, scale float64 }

// canvas returns that of the cell's sheet at a zoom, the margin around it included, and its size. A sheet has whole blocks.
func (p *Painter) canvas(cell Cell, zoom uint8) (c canvas, size int) {
	// A cell may be smaller than a tile of the zoom.
	inner := raster.TileSize >> max(0, int(cell.Zoom)-int(zoom)) << max(0, int(zoom)-int(cell.Zoom))
	c = canvas{float64(int64(cell.X)*int64(inner) - int64(p.margin)), float64(int64(cell.Y)*int64(inner) - int64(p.margin)), raster.PixelScale(zoom)}
	return c, (inner + 2*p.margin + raster.BlockSize - 1) / raster.BlockSize * raster.BlockSize
}

func (c *canvas) place(q raster.Point) (x, y float64) {
	return float64(q.X)*c.scale - c.originX, float64(q.Y)*c.scale - c.originY
}

// draw fills the two sheets, that of thin lines only where sums are asked for, with the cell at one zoom, the margin around it included.
func (p *Painter) draw(cell Cell, zoom uint8, pieces iter.Seq[*Piece], sums bool) {
	on := p.clean(cell, zoom)
	if p.crowd != nil {
		p.drawCrowd(&on, pieces, sums)
		return
	}
	for piece := range pieces {
		var to *raster.Sums
		if sums {
			to = p.thin
		}
		segments, known := p.trace(piece, &on, to)
		stamp := raster.Stamp{Count: 1, Footprints: append(p.stampOf[:0], penFootprint), Newest: penDay, Value: 1}
		if piece.Day != NoDay {
			stamp.Value = max(1, float32(piece.Day)-p.dayBase)
		}
		// The 36 months hold the 12, so the channels an activity counts in are the first
		// one, two or three.
		if piece.Fresh36 {
			stamp.Count++
		}
		if piece.Fresh12 {
			stamp.Count++
		}
		for _, c := range partialPrints {
			switch known[c] {
			case segments:
				stamp.Footprints = append(stamp.Footprints, c)
			case 0:
			default:
				p.partial.Reset(on.size)
				p.tracePart(&p.partial, piece, c, &on)
				p.partial.Press(p.pen, raster.Stamp{Footprints: []int{c}, Newest: penDay})
			}
		}
		p.mask.Press(p.pen, stamp)
	}
}

// canvases are those of the two sheets, and their sizes.
type canvases struct {
	pen, thin      canvas
	size, thinSize int
}

// clean empties the sheets for a zoom of a cell.
func (p *Painter) clean(cell Cell, zoom uint8) (on canvases) {
	p.finer = uint(max(0, int(zoom)-MeanZoom))
	on.pen, on.size = p.canvas(cell, zoom)
	on.thin, on.thinSize = p.canvas(cell, zoom-uint8(p.finer))
	p.thin.Reset(on.thinSize)
	p.pen.Reset(on.size)
	return on
}

// trace draws a piece with the pen on the empty mask, and its thin lines on a sheet where there is one. It returns the number of segments, and of how many
// each channel of partialPrints is known.
func (p *Painter) trace(piece *Piece, on *canvases, thin *raster.Sums) (segments int, known [penChannels]int) {
	minGrade, radius := float32(p.settings.HillMinGrade), p.settings.penRadius()
	p.mask.Reset(on.size)
	for _, run := range piece.Runs {
		if run.Spots != nil {
			p.drop(&run, on, thin)
			continue
		}
		x0, y0 := on.pen.place(run.Points[0])
		u0, v0 := on.thin.place(run.Points[0])
		for i, q := range run.Points[1:] {
			x1, y1 := on.pen.place(q)
			u1, v1 := on.thin.place(q)
			if thin != nil && run.Known == nil {
				if run.Merged != nil {
					p.shares = run.Merged[i].shares(p.shares[:0], p.settings.Seconds)
				} else {
					p.shares = shares(p.shares[:0], &run.Segments[i], minGrade, p.settings.Seconds)
				}
				thin.Line(u0, v0, u1, v1, p.shares)
			}
			p.mask.Stroke(x0, y0, x1, y1, radius)
			segments++
			for _, c := range partialPrints {
				if run.knows(i, c) {
					known[c]++
				}
			}
			x0, y0, u0, v0 = x1, y1, u1, v1
		}
	}
	return segments, known
}

// drop leaves spots on a sheet where there is one.
func (p *Painter) drop(run *Run, on *canvases, thin *raster.Sums) {
	if thin == nil {
		return
	}
	for i, q := range run.Points {
		x, y := on.thin.place(q)
		p.shares = run.Spots[i].shares(p.shares[:0], p.settings.Seconds)
		thin.Line(x, y, x, y, p.shares)
	}
}

// tracePart draws the segments of a piece that know a channel on a mask.
func (p *Painter) tracePart(mask *raster.Mask, piece *Piece, channel int, on *canvases) {
	radius := p.settings.penRadius()
	for _, run := range piece.Runs {
		if run.Spots != nil {
			continue
		}
		for i := range run.Points[1:] {
			if run.knows(i, channel) {
				x0, y0 := on.pen.place(run.Points[i])
				x1, y1 := on.pen.place(run.Points[i+1])
				mask.Stroke(x0, y0, x1, y1, radius)
			}
		}
	}
}
