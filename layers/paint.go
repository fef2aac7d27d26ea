package layers

import (
	"iter"

	"heatmapgen/layers/raster"
)

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
