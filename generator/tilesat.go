package generator

import (
	"iter"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/layers/lines"
)

// TilesAt lists the tiles of a field at one zoom, stored or painted, in the order of their Hilbert ids. Of a zoom that is painted it lists
// all those that lines come near: every tile that there is, and some that turn out to be empty when they are read. wanted, unless it is nil, tells
// whether a tile is wanted, or one that lies in it, as it is also asked about tiles of coarser zooms. The list ends after an error.
func (s *Site) TilesAt(field string, zoom uint8, wanted func(z uint8, x, y uint32) bool) iter.Seq2[SiteTile, error] {
	if wanted == nil {
		wanted = func(uint8, uint32, uint32) bool { return true }
	}
	return func(yield func(SiteTile, error) bool) {
		switch {
		case zoom <= s.Meta.MaxZoom:
			for t, err := range s.Tiles(field) {
				if err == nil && t.Zoom > zoom {
					return
				}
				if err == nil && (t.Zoom < zoom || !wanted(zoom, t.X, t.Y)) {
					continue
				}
				if !yield(t, err) || err != nil {
					return
				}
			}
		case zoom <= s.MaxZoom() && s.tiles[field] != nil:
			for key, err := range s.painted(zoom, zoom, wanted) {
				if !yield(SiteTile{Zoom: zoom, X: key.x, Y: key.y, site: s, field: field}, err) || err != nil {
					return
				}
			}
		}
	}
}

// CountPainted returns how many tiles of a field Site.TilesAt lists at the zooms from first to last that are painted.
func (s *Site) CountPainted(field string, first, last uint8) (int, error) {
	first, last = max(first, s.Meta.MaxZoom+1), min(last, s.MaxZoom())
	if first > last || s.tiles[field] == nil {
		return 0, nil
	}
	n := 0
	for _, err := range s.painted(first, last, func(uint8, uint32, uint32) bool { return true }) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// painted lists the tiles of painted zooms from first to last that lines come near, for one zoom in the order of Hilbert ids.
func (s *Site) painted(first, last uint8, wanted func(z uint8, x, y uint32) bool) iter.Seq2[deepTile, error] {
	return func(yield func(deepTile, error) bool) {
		p, err := s.deep()
		if err != nil {
			yield(deepTile{}, err)
			return
		}
		for from := first; from <= last; {
			// Zooms deeper than that of the blocks are looked at together, square by square.
			base, to := from, from
			if from >= lines.Zoom {
				base, to = lines.Zoom, last
			}
			squares, err := s.squares(base)
			var kept map[deepTile]bool
			if err == nil {
				kept, err = s.keptTiles()
			}
			if err != nil {
				yield(deepTile{}, err)
				return
			}
			for _, id := range squares {
				_, x, y := archive.TileAt(id)
				if !wanted(base, x, y) {
					continue
				}
				for zoom := from; zoom <= to; zoom++ {
					if !p.within(base, x, y, zoom, kept, wanted, yield) {
						return
					}
				}
			}
			from = to + 1
		}
	}
}

// within lists the tiles of a zoom within the tile z/x/y, kept being all that blocks keep, and tells whether that is to go on.
func (p *deepPainter) within(z uint8, x, y uint32, zoom uint8, kept map[deepTile]bool, wanted func(z uint8, x, y uint32) bool, yield func(deepTile, error) bool) bool {
	near, err := p.near(z, x, y, zoom)
	if err != nil {
		yield(deepTile{}, err)
		return false
	}
	depth := zoom - z
	var ids []uint64
	for i, is := range near {
		tileX, tileY := x<<depth+uint32(i)&(1<<depth-1), y<<depth+uint32(i)>>depth
		if p.site.region.touches(zoom, tileX, tileY) {
			deepest := min(zoom, p.site.Meta.kept().MaxZoom)
			is = kept[deepTile{deepest, tileX >> (zoom - deepest), tileY >> (zoom - deepest)}]
		}
		if is && wanted(zoom, tileX, tileY) {
			ids = append(ids, archive.TileID(zoom, tileX, tileY))
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		_, tileX, tileY := archive.TileAt(id)
		if !yield(deepTile{zoom, tileX, tileY}, nil) {
			return false
		}
	}
	return true
}

// keptTiles returns all tiles that blocks keep in place of lines, of whichever field.
func (s *Site) keptTiles() (map[deepTile]bool, error) {
	all := map[deepTile]bool{}
	for _, set := range s.kept {
		for e, err := range set.Entries() {
			if err != nil {
				return nil, err
			}
			all[deepTile{e.Zoom, e.X, e.Y}] = true
		}
	}
	return all, nil
}

// squares returns the ids of the tiles of a zoom, lines.Zoom or a coarser one, that have a block in them or beside them, ascending.
func (s *Site) squares(zoom uint8) ([]uint64, error) {
	const across = 1 << lines.Zoom
	var ids []uint64
	beside := func(blockX, blockY uint32) {
		for y := max(0, int(blockY)-1); y <= min(across-1, int(blockY)+1); y++ {
			for x := int(blockX) - 1; x <= int(blockX)+1; x++ {
				ids = append(ids, archive.TileID(zoom, uint32(x+across)%across>>(lines.Zoom-zoom), uint32(y)>>(lines.Zoom-zoom)))
			}
		}
	}
	for e, err := range s.blocks.Entries() {
		if err != nil {
			return nil, err
		}
		if e.Zoom == lines.Zoom {
			beside(e.X, e.Y)
		}
	}
	if s.region != nil {
		for b := range s.region.blocks {
			beside(b[0], b[1])
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
