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

func (s *Settings) penRadius() float64        { return penWidthSigma / 2 * s.BlurSigma }
func (s *Settings) softKernel() raster.Kernel { return raster.NewKernel(penSoftSigma * s.BlurSigma) }
func (s *Settings) meanKernel() raster.Kernel { return raster.NewKernel(s.BlurSigma) }
func (s *Settings) hillKernel() raster.Kernel { return raster.NewKernel(s.HillBlurSigma) }

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

	thin, pen *raster.Sheet
	mask      raster.Mask
	blurrer   raster.Blurrer
	shares    []raster.Share

	footprint    raster.Plane // softened, 1 on the ridge
	a, b         raster.Plane
	weightOf     [2]int // channel and kernel whose blur stands in b, to use it twice
	weightBlocks raster.BlockSet
	presence     [raster.TileSize * raster.TileSize]uint8
	presenceKind int // the number of presence levels that presence was made for
	pix          [raster.TileSize * raster.TileSize]byte
}

// NewPainter returns a painter for the settings.
func NewPainter(s Settings) *Painter {
	p := &Painter{
		settings: s, fields: Fields(s.Seconds), margin: s.MarginPixels(),
		soft: s.softKernel(), mean: s.meanKernel(), hill: s.hillKernel(),
		thin: raster.NewSheet(0, thinChannels), pen: raster.NewSheet(0, penChannels),
		dayBase: s.Scales[Recency].Values[0] - 1,
	}
	for i, scale := range s.Scales {
		p.quantisers = append(p.quantisers, newQuantiser(scale, p.fields[i].Kind))
	}
	return p
}

// Paint paints every zoom of the cell and calls emit for each value tile that is not
// empty. pieces yields what the activities bring to the cell and its margin, in an order
// that is always the same for the same cell (sums of floating-point numbers hang on
// it); it is ranged over once a zoom. The first error of emit ends the painting and is returned.
func (p *Painter) Paint(cell Cell, pieces iter.Seq[*Piece], emit func(Tile) error) error {
	return p.paint(cell, pieces, 0, len(p.fields), emit)
}

// PaintField is Paint for one field, the same tiles in less time.
func (p *Painter) PaintField(cell Cell, pieces iter.Seq[*Piece], field int, emit func(Tile) error) error {
	return p.paint(cell, pieces, field, field+1, emit)
}

// paint paints the fields from first to before end.
func (p *Painter) paint(cell Cell, pieces iter.Seq[*Piece], first, end int, emit func(Tile) error) error {
	thin := false
	for _, f := range p.fields[first:end] {
		thin = thin || f.Kind != Count && f.Kind != Date
	}
	for zoom := cell.From; zoom <= cell.To; zoom++ {
		p.draw(cell, zoom, pieces, thin)
		if p.pen.Empty() {
			continue
		}
		n := uint32(1) << (zoom - cell.Zoom)
		for y := uint32(0); y < n; y++ {
			for x := uint32(0); x < n; x++ {
				t := Tile{Zoom: zoom, X: cell.X*n + x, Y: cell.Y*n + y}
				if err := p.tile(t, int(x), int(y), first, end, emit); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// draw fills the two sheets, that of thin lines only where it is asked for, with the cell at one zoom, the margin around it included.
func (p *Painter) draw(cell Cell, zoom uint8, pieces iter.Seq[*Piece], thin bool) {
	inner := raster.TileSize << (zoom - cell.Zoom)
	size := inner + 2*p.margin
	p.thin.Reset(size)
	p.pen.Reset(size)
	scale := raster.PixelScale(zoom)
	originX := float64(int64(cell.X)*int64(inner) - int64(p.margin))
	originY := float64(int64(cell.Y)*int64(inner) - int64(p.margin))
	minGrade, radius := float32(p.settings.HillMinGrade), p.settings.penRadius()

	for piece := range pieces {
		p.mask.Reset(size)
		for _, run := range piece.Runs {
			x0 := float64(run.Points[0].X)*scale - originX
			y0 := float64(run.Points[0].Y)*scale - originY
			for i := range run.Points[1:] {
				x1 := float64(run.Points[i+1].X)*scale - originX
				y1 := float64(run.Points[i+1].Y)*scale - originY
				if thin {
					if run.Merged != nil {
						p.shares = run.Merged[i].shares(p.shares[:0], p.settings.Seconds)
					} else {
						p.shares = shares(p.shares[:0], &run.Segments[i], minGrade, p.settings.Seconds)
					}
					p.thin.Line(x0, y0, x1, y1, p.shares)
				}
				p.mask.Stroke(x0, y0, x1, y1, radius)
				x0, y0 = x1, y1
			}
		}
		stamp := raster.Stamp{Count: 1, Footprint: penFootprint, Newest: penDay, Value: 1}
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
		p.mask.Press(p.pen, stamp)
	}
}

// tile makes the tiles of the fields from first to before end at place (tx, ty) of the cell.
func (p *Painter) tile(t Tile, tx, ty, first, end int, emit func(Tile) error) error {
	bx := (tx*raster.TileSize + p.margin) / raster.BlockSize
	by := (ty*raster.TileSize + p.margin) / raster.BlockSize
	near := p.pen.Near(bx, by, p.soft.Radius)
	if near.Empty() {
		return nil
	}
	glow := p.blurrer.Blur(p.pen, penFootprint, bx, by, p.soft, &near, &p.footprint)
	at := place{bx: bx, by: by, glow: glow}
	rows(&glow, func(run int) {
		most := float32(0)
		line := p.footprint[run : run+raster.BlockSize]
		for i := range line {
			line[i] /= penRidge
			most = max(most, line[i])
		}
		if most >= leastGlow {
			at.blocks[run/raster.TileSize/raster.BlockSize] |= 1 << (run % raster.TileSize / raster.BlockSize)
		}
	})
	if at.glow.Empty() {
		return nil
	}
	p.presenceKind = 0
	p.weightOf = [2]int{-1, -1}
	for i := first; i < end; i++ {
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

// leastGlow is a softened footprint below which no mean and no date shows: the smallest presence
// is 1/8. Counts do: a rim of 0.01 that a hundred activities share is one visit.
const leastGlow = 0.04

// A place is a tile on the sheets: its first block, the blocks of it that any pen's glow reaches, and
// those where there is enough of it for means and dates.
type place struct {
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
// softer than the ridge of a line, and so are a line's flanks, but nobody was there less often for that.
func (p *Painter) count(f *Field, q *quantiser, where place) bool {
	blocks := p.blurrer.Blur(p.pen, f.pen, where.bx, where.by, p.soft, &where.glow, &p.a)
	if blocks.Empty() {
		return false
	}
	clear(p.pix[:])
	filled := false
	rows(&blocks, func(at int) {
		src, dst := p.a[at:at+raster.BlockSize], p.pix[at:at+raster.BlockSize]
		covered := p.pen.Row(where.bx+at%raster.TileSize/raster.BlockSize, where.by*raster.BlockSize+at/raster.TileSize, f.pen)
		for i, sum := range src {
			v := sum / penRidge
			if covered != nil && covered[i] >= 2 {
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
	blocks := p.blurrer.Blur(p.thin, f.sum, at.bx, at.by, kernel, &at.blocks, &p.a)
	if f.Kind == Mean {
		if key := [2]int{f.weight, hill}; p.weightOf != key {
			p.weightBlocks = p.blurrer.Blur(p.thin, f.weight, at.bx, at.by, kernel, &at.blocks, &p.b)
			p.weightOf = key
		}
		blocks = p.weightBlocks
	}
	if blocks.Empty() {
		return false
	}
	p.fade(q, &at.blocks)
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
	p.fade(q, &at.blocks)
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

// fade fills presence from the softened footprint, for the presence levels of q.
func (p *Painter) fade(q *quantiser, blocks *raster.BlockSet) {
	if p.presenceKind == int(q.presence[presenceSteps]) {
		return
	}
	p.presenceKind = int(q.presence[presenceSteps])
	rows(blocks, func(at int) {
		for i := at; i < at+raster.BlockSize; i++ {
			p.presence[i] = q.presenceOf(p.footprint[i])
		}
	})
}
