package layers

import (
	"iter"

	"heatmapgen/layers/raster"
)

// A cell may be painted in parts: each part sums up some of the pieces, on a machine of its own, and whoever has all sums paints the cell. What is counted and summed are whole numbers, and the newest day is the newest
// of all, so the tiles are the same to the byte however the pieces fall into parts.

// packBytes is how much of a sheet is packed at a time.
const packBytes = 1 << 20

// The sheets, as the first byte of what Sum hands out.
const (
	penSheet = iota
	thinSheet
)

// Sum draws some of the pieces of a cell and calls put with what they leave there, in some MB at a time, which are valid until put returns, zoom after zoom from cell.From to cell.To. PaintSums paints the cell from all of that.
// pieces is that of Paint; where athletes are counted all pieces of an athlete must be among those of one call. The first error of put ends it and is returned.
func (p *Painter) Sum(cell Cell, pieces iter.Seq[*Piece], put func(zoom uint8, sums []byte) error) error {
	_, thin := p.wanted(func(*Field) bool { return true })
	var record []byte
	for zoom := cell.From; zoom <= cell.To; zoom++ {
		p.draw(cell, zoom, pieces, thin)
		for packed := range p.pen.Pack(packBytes) {
			record = append(append(record[:0], penSheet), packed...)
			if err := put(zoom, record); err != nil {
				return err
			}
		}
		for packed := range p.thin.Pack(packBytes) {
			record = append(append(record[:0], thinSheet), packed...)
			if err := put(zoom, record); err != nil {
				return err
			}
		}
	}
	return nil
}

// PaintSums is Paint from what Sum made of all pieces of the cell, in any number of parts. take is called for each zoom from cell.From to cell.To and must call add with all that was put for it, in any order. An error of add, which is
// raster.ErrPacked where these are not sums of such a cell with such settings, must be returned by take; that of take ends the painting and is returned, as that of emit.
func (p *Painter) PaintSums(cell Cell, take func(zoom uint8, add func(sums []byte) error) error, emit func(Tile) error) error {
	fields, _ := p.wanted(func(*Field) bool { return true })
	for zoom := cell.From; zoom <= cell.To; zoom++ {
		p.clean(cell, zoom)
		if err := take(zoom, p.addSums); err != nil {
			return err
		}
		if err := p.show(cell, zoom, fields, emit); err != nil {
			return err
		}
	}
	return nil
}

// addSums adds some sums to the sheets.
func (p *Painter) addSums(sums []byte) error {
	if len(sums) == 0 {
		return raster.ErrPacked
	}
	switch packed := sums[1:]; sums[0] {
	case penSheet:
		return p.pen.Merge(packed, func(c int) bool { return c == penDay || p.crowd == nil && c >= penFootprint })
	case thinSheet:
		return p.thin.Merge(packed, func(int) bool { return false })
	}
	return raster.ErrPacked
}
