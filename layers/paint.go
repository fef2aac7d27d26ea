package layers

import (
	"iter"
	"math"

	"heatmapgen/layers/raster"
)

// Settings is everything besides the tracks that the pixels of a build hang on.
type Settings struct {
	// BlurSigma and HillBlurSigma are the standard deviations of the glow in pixels.
	BlurSigma, HillBlurSigma float64
	// HillMinGrade is the grade from which a climb counts as hill training (0.025 is 2.5 %).
	HillMinGrade float64
	// Seconds makes the field visits hold seconds spent instead of activities.
	Seconds bool
	// Scales has the scale of every field, in the order of Fields.
	Scales []Scale
	// Crowd is set for maps of many people's activities.
	Crowd Crowd `json:",omitzero"`
}

// A Cell is a square of the map, tile X, Y of zoom Zoom, that is painted in one go for
// the zooms From to To, From being at least Zoom.
type Cell struct {
	Zoom, From, To uint8
	X, Y           uint32
}

// A Tile is one value tile of one field. Pix holds its indices row by row, and
// is valid only while the function it is given to runs.
type Tile struct {
	Field int
	Zoom  uint8
	X, Y  uint32
	Pix   *[raster.TileSize * raster.TileSize]byte
}

// MarginPixels returns how far beyond a tile's edge a line still leaves a glow
// on it, in pixels, rounded up to whole blocks.
func (s *Settings) MarginPixels() int {
	reach := math.Ceil(s.penRadius()) + float64(s.softKernel().Radius)
	reach = max(reach, float64(s.meanKernel().Radius), float64(s.hillKernel().Radius))
	blocks := int(math.Ceil((reach + 1) / raster.BlockSize))
	return blocks * raster.BlockSize
}

func (s *Settings) penRadius() float64        { return PenRadius(s.BlurSigma) }
func (s *Settings) softKernel() raster.Kernel { return raster.NewKernel(penSoftSigma * s.BlurSigma) }
func (s *Settings) meanKernel() raster.Kernel { return raster.NewKernel(s.BlurSigma) }
func (s *Settings) hillKernel() raster.Kernel { return raster.NewKernel(s.HillBlurSigma) }

// PenRadius returns how far, in pixels, a pen reaches with a glow of that standard deviation.
func PenRadius(blurSigma float64) float64 { return penWidthSigma / 2 * blurSigma }

// MeanZoom is the deepest zoom that means and seconds are blurred at; deeper ones take its sums, as receivers know no finer (docs/layers.md, "Thin lines").
const MeanZoom = 15

// A Painter paints cells. It holds scratch memory between calls and no
// state that matters: what it paints hangs on the settings, the cell and the
// pieces only. Each goroutine needs its own.
type Painter struct {
	settings         Settings
	fields           []Field
	quantisers       []quantiser
	dayBase          float32
	margin           int
	soft, mean, hill raster.Kernel

	thin          *raster.Sums
	pen           *raster.Sheet[float32]
	mask, partial raster.Mask
	blurrer       raster.Blurrer
	shares        []raster.Share
	finer         uint // zooms that the pen sheet is finer than the thin one
	stampOf       [4]int

	footprint    raster.Plane // softened, 1 on the ridge
	own          raster.Plane // the same for the segments that know what a field is about
	ownOf        int          // channel whose footprint stands in own
	a, b, coarse raster.Plane
	crowd        *crowd // nil but for maps of a crowd
	told         int    // from a count's channel of the pen sheet to that with the number to tell
	toldFrom     float32
	weightOf     [2]int // channel and kernel whose blur stands in b, to use it twice
	weightBlocks raster.BlockSet
	presence     [raster.TileSize * raster.TileSize]uint8
	presenceKind [2]int // the number of presence levels and the channel of the footprint that presence was made for
	pix          [raster.TileSize * raster.TileSize]byte
}

// NewPainter returns a painter for the settings.
func NewPainter(s Settings) *Painter {
	p := &Painter{
		settings: s, fields: s.Fields(), margin: s.MarginPixels(),
		soft: s.softKernel(), mean: s.meanKernel(), hill: s.hillKernel(),
		dayBase: s.Scales[Recency].Values[0] - 1, toldFrom: 2,
	}
	switch {
	case s.Crowd.On():
		p.crowd, p.told, p.toldFrom = newCrowd(), penTold, 1
		p.thin, p.pen = raster.NewSums(0, crowdThinChannels), raster.NewSheet[float32](0, crowdPenChannels)
	case s.Seconds:
		p.thin, p.pen = raster.NewSums(0, thinChannels), raster.NewSheet[float32](0, penChannels)
	default: // without the last of thin lines, which only seconds need
		p.thin, p.pen = raster.NewSums(0, chSeconds), raster.NewSheet[float32](0, penChannels)
	}
	for i, scale := range s.Scales {
		p.quantisers = append(p.quantisers, newQuantiser(scale, p.fields[i].Kind))
	}
	return p
}

// Paint paints every zoom of the cell and calls emit for each value tile that is not
// empty. pieces yields what the activities bring to the cell and its margin, one piece an activity, in
// any order, but those of an athlete one after the other where athletes are counted; it is ranged over once a zoom. The first error of emit ends the painting and is returned.
func (p *Painter) Paint(cell Cell, pieces iter.Seq[*Piece], emit func(Tile) error) error {
	return p.PaintFields(cell, pieces, func(*Field) bool { return true }, emit)
}

// PaintFields is Paint for the fields that are wanted, the same tiles in less time.
func (p *Painter) PaintFields(cell Cell, pieces iter.Seq[*Piece], wanted func(*Field) bool, emit func(Tile) error) error {
	fields, sums := p.wanted(wanted)
	for zoom := cell.From; zoom <= cell.To; zoom++ {
		p.draw(cell, zoom, pieces, sums)
		if err := p.show(cell, zoom, fields, emit); err != nil {
			return err
		}
	}
	return nil
}

// wanted returns the fields that are wanted and have tiles, by place in Fields, and whether any of them needs thin lines.
func (p *Painter) wanted(wanted func(*Field) bool) (fields []int, sums bool) {
	for i := range p.fields {
		if f := &p.fields[i]; wanted(f) && !(p.crowd != nil && f.Kind == Date) {
			fields = append(fields, i)
			sums = sums || f.Kind != Count && f.Kind != Date
		}
	}
	return fields, sums
}

// show makes the tiles of some fields of what is on the sheets at a zoom of a cell.
func (p *Painter) show(cell Cell, zoom uint8, fields []int, emit func(Tile) error) error {
	if p.crowd != nil {
		p.eraseUnshared()
	}
	if p.pen.Empty() {
		return nil
	}
	n := uint32(1) << (zoom - cell.Zoom)
	for y := uint32(0); y < n; y++ {
		for x := uint32(0); x < n; x++ {
			t := Tile{Zoom: zoom, X: cell.X*n + x, Y: cell.Y*n + y}
			if err := p.tile(t, int(x), int(y), fields, emit); err != nil {
				return err
			}
		}
	}
	return nil
}

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

// tile makes the tiles of some fields at place (tx, ty) of the cell.
func (p *Painter) tile(t Tile, tx, ty int, fields []int, emit func(Tile) error) error {
	bx := (tx*raster.TileSize + p.margin) / raster.BlockSize
	by := (ty*raster.TileSize + p.margin) / raster.BlockSize
	near := p.pen.Near(bx, by, p.soft.Radius)
	if near.Empty() {
		return nil
	}
	at := place{tx: tx, ty: ty, bx: bx, by: by}
	at.glow = p.print(penFootprint, &at, &near, &p.footprint, &at.blocks)
	if at.glow.Empty() {
		return nil
	}
	p.presenceKind = [2]int{}
	p.ownOf = penFootprint
	p.weightOf = [2]int{-1, -1}
	for _, i := range fields {
		var filled bool
		switch f := &p.fields[i]; f.Kind {
		case Count:
			filled = p.count(f, &p.quantisers[i], at)
		case Date:
			filled = p.date(&p.quantisers[i], at)
		default:
			filled = p.sumOrMean(f, &p.quantisers[i], at)
		}
		if !filled {
			continue
		}
		t.Field, t.Pix = i, &p.pix
		if err := emit(t); err != nil {
			return err
		}
	}
	return nil
}

// print softens a footprint into out, returns the blocks of want that it reaches and adds those to enough where there is enough of it for
// means and dates.
func (p *Painter) print(channel int, at *place, want *raster.BlockSet, out *raster.Plane, enough *raster.BlockSet) raster.BlockSet {
	glow := p.blurrer.Blur(p.pen, channel, at.bx, at.by, p.soft, want, out)
	rows(&glow, func(run int) {
		most := float32(0)
		line := out[run : run+raster.BlockSize]
		for i := range line {
			line[i] /= penRidge
			most = max(most, line[i])
		}
		if most >= leastGlow {
			enough[run/raster.TileSize/raster.BlockSize] |= 1 << (run % raster.TileSize / raster.BlockSize)
		}
	})
	return glow
}

// leastGlow is a softened footprint below which no mean and no date shows: the smallest presence
// is 1/8. Counts do: a rim of 0.01 that a hundred activities share is one visit.
const leastGlow = 0.04

// A place is a tile on the sheets: its first block, the blocks of it that any pen's glow reaches, and
// those where there is enough of it for means and dates.
type place struct {
	tx, ty       int // of the cell's tiles
	bx, by       int
	glow, blocks raster.BlockSet
}

// rows calls f for every run of 16 pixels in the blocks, with the index of its first.
func rows(blocks *raster.BlockSet, f func(at int)) {
	for y := 0; y < raster.TileSize; y++ {
		for x, set := 0, blocks[y/raster.BlockSize]; set != 0; x, set = x+1, set>>1 {
			if set&1 != 0 {
				f(y*raster.TileSize + x*raster.BlockSize)
			}
		}
	}
}

// count fills pix with a softened count. Where two activities or more cover a pixel it shows their number at least: the middle of a dot is
// softer than the ridge of a line, and so are a line's flanks, but nobody was there less often for that. Of a crowd the glow is that of a footprint, and where enough
// cover a pixel it shows what is told of their number.
func (p *Painter) count(f *Field, q *quantiser, where place) bool {
	blocks := p.blurrer.Blur(p.pen, f.pen, where.bx, where.by, p.soft, &where.glow, &p.a)
	if blocks.Empty() {
		return false
	}
	clear(p.pix[:])
	filled := false
	rows(&blocks, func(at int) {
		src, dst := p.a[at:at+raster.BlockSize], p.pix[at:at+raster.BlockSize]
		covered := p.pen.Row(where.bx+at%raster.TileSize/raster.BlockSize, where.by*raster.BlockSize+at/raster.TileSize, f.pen+p.told)
		for i, sum := range src {
			v := sum / penRidge
			if covered != nil && covered[i] >= p.toldFrom {
				v = max(v, covered[i])
			}
			if v >= q.least {
				dst[i] = uint8(q.value.Of(v) + 1)
				filled = true
			}
		}
	})
	return filled
}

// sumOrMean fills pix with a blurred sum, or with that over its blurred weight.
func (p *Painter) sumOrMean(f *Field, q *quantiser, at place) bool {
	kernel, hill := p.mean, 0
	if f.hill {
		kernel, hill = p.hill, 1
	}
	blocks := p.blurThin(f.sum, &at, kernel, &p.a)
	if f.Kind == Mean {
		if key := [2]int{f.weight, hill}; p.weightOf != key {
			p.weightBlocks = p.blurThin(f.weight, &at, kernel, &p.b)
			p.weightOf = key
		}
		blocks = p.weightBlocks
	}
	if blocks.Empty() {
		return false
	}
	p.fade(q, f.footprint, &at)
	clear(p.pix[:])
	filled := false
	rows(&blocks, func(at int) {
		dst, presence := p.pix[at:at+raster.BlockSize], p.presence[at:at+raster.BlockSize]
		sums, weights := p.a[at:at+raster.BlockSize], p.b[at:at+raster.BlockSize]
		for i, here := range presence {
			if here == 0 {
				continue
			}
			v := sums[i]
			if f.Kind == Mean {
				if weights[i] <= 0 {
					continue
				}
				v /= weights[i]
			} else if v <= 0 {
				continue
			}
			dst[i] = q.index(v*f.factor, here)
			filled = true
		}
	})
	return filled
}

// date fills pix with the newest day. Beyond the pen, on the rim of the glow, the day is
// the mean of the covered pixels around, weighted like the glow.
func (p *Painter) date(q *quantiser, at place) bool {
	p.blurrer.Blur(p.pen, penDay, at.bx, at.by, p.soft, &at.blocks, &p.a)
	p.fade(q, penFootprint, &at)
	clear(p.pix[:])
	filled := false
	x0, y0 := at.bx*raster.BlockSize, at.by*raster.BlockSize
	rows(&at.blocks, func(run int) {
		x, y := x0+run%raster.TileSize, y0+run/raster.TileSize
		for i := 0; i < raster.BlockSize; i++ {
			here := p.presence[run+i]
			if here == 0 {
				continue
			}
			day := p.pen.At(x+i, y, penDay)
			if day == 0 {
				day = p.a[run+i] / (p.footprint[run+i] * penRidge)
			}
			p.pix[run+i] = q.index(day+p.dayBase, here)
			filled = true
		}
	})
	return filled
}

// blurThin softens a channel of the thin sheet for the blocks of a place that show something, and returns those that it reaches.
func (p *Painter) blurThin(channel int, at *place, kernel raster.Kernel, out *raster.Plane) raster.BlockSet {
	if p.finer == 0 {
		return p.blurrer.BlurSums(p.thin, channel, at.bx, at.by, kernel, &at.blocks, out)
	}
	// The tile's part of the coarser zoom, and a pixel around it to go between.
	side := raster.TileSize >> p.finer
	x, y := p.margin+at.tx*side, p.margin+at.ty*side
	bx, by := (x-1)/raster.BlockSize, (y-1)/raster.BlockSize
	x, y = x-bx*raster.BlockSize, y-by*raster.BlockSize
	var want raster.BlockSet
	for b := (y - 1) / raster.BlockSize; b <= (y+side)/raster.BlockSize; b++ {
		for c := (x - 1) / raster.BlockSize; c <= (x+side)/raster.BlockSize; c++ {
			want[b] |= 1 << c
		}
	}
	reached := p.blurrer.BlurSums(p.thin, channel, bx, by, kernel, &want, &p.coarse)
	// Also where there is nothing: a sum of nothing over a weight is 0, and not what the field before left in out.
	raster.Magnify(&p.coarse, x, y, p.finer, &at.blocks, out)
	if reached.Empty() {
		return reached
	}
	return at.blocks
}

// fade fills presence from the softened footprint of a channel, for the presence levels of q.
func (p *Painter) fade(q *quantiser, channel int, at *place) {
	kind := [2]int{int(q.presence[presenceSteps]), channel}
	if p.presenceKind == kind {
		return
	}
	p.presenceKind = kind
	print := &p.footprint
	if channel != penFootprint {
		print = &p.own
		if p.ownOf != channel {
			p.ownOf = channel
			var enough raster.BlockSet
			reached := p.print(channel, at, &at.blocks, &p.own, &enough)
			for y := range reached {
				reached[y] = at.blocks[y] &^ reached[y]
			}
			rows(&reached, func(run int) { clear(p.own[run : run+raster.BlockSize]) })
		}
	}
	rows(&at.blocks, func(run int) {
		for i := run; i < run+raster.BlockSize; i++ {
			p.presence[i] = q.presenceOf(print[i])
		}
	})
}
