package export

import (
	"context"
	"fmt"
	"sort"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
)

// A rgba is a colour with premultiplied alpha, 0..255 each.
type rgba [4]float32

// A mapSource reads the pixels of one layer at one zoom row by row. It holds the tiles of one row of tiles, as
// indices: 64 KiB each.
type mapSource struct {
	rows    map[int][]placedTile // by y, ascending by column
	palette [256]rgba
	row     int // the row of tiles that is decoded
	decoded []decodedTile
}

// A placedTile is a tile where it lies on the picture: columns may lie beyond the map's edges where the picture lies
// across the antimeridian.
type placedTile struct {
	column int
	tile   generator.SiteTile
}

type decodedTile struct {
	column int
	pix    *[archive.TilePixels]byte
}

// newMapSource lists the tiles of a zoom in the given columns and rows, from first to last each.
func newMapSource(site *generator.Site, l *layers.Layer, f *generator.FieldMetadata, zoom uint8, columns, rows [2]int, ground func([4]uint8) [4]uint8) (*mapSource, error) {
	s := &mapSource{rows: map[int][]placedTile{}, row: -1}
	palette := f.Palette(l, zoom)
	if len(palette) == 0 || len(palette) > 256 {
		return nil, fmt.Errorf("the layer %s has %d colours at zoom %d: the site is damaged; run heatmapgen verify", l.ID, len(palette), zoom)
	}
	for i, c := range palette {
		c = ground(c)
		a := float32(c[3]) / 255
		s.palette[i] = rgba{float32(c[0]) * a, float32(c[1]) * a, float32(c[2]) * a, float32(c[3])}
	}
	world := 1 << zoom
	// wanted tells whether a tile, of a coarser zoom perhaps, has to do with the columns and rows.
	wanted := func(z uint8, x, y uint32) bool {
		depth, side := zoom-min(z, zoom), 1<<(zoom-min(z, zoom))
		top, left := int(y)<<depth, int(x)<<depth
		if top > rows[1] || top+side <= rows[0] {
			return false
		}
		for left -= world; left <= columns[1]; left += world {
			if left+side > columns[0] {
				return true
			}
		}
		return false
	}
	for t, err := range site.TilesAt(f.ID, zoom, wanted) {
		if err != nil {
			return nil, err
		}
		for x := int(t.X) - world; x <= columns[1]; x += world {
			if x >= columns[0] {
				s.rows[int(t.Y)] = append(s.rows[int(t.Y)], placedTile{x, t})
			}
		}
	}
	for _, row := range s.rows {
		sort.Slice(row, func(i, k int) bool { return row[i].column < row[k].column })
	}
	return s, nil
}

// empty tells that there is no tile.
func (s *mapSource) empty() bool { return len(s.rows) == 0 }

// line calls visit for the pixels of row y of the zoom's grid, a tile at a time: x is the column of the first of its 256
// pixels.
func (s *mapSource) line(y int, visit func(x int, indices []byte)) error {
	row := y >> 8
	tiles := s.rows[row]
	if len(tiles) == 0 {
		return nil
	}
	if row != s.row {
		if err := s.decode(row, tiles); err != nil {
			return err
		}
	}
	from := (y & 255) * archive.TileSize
	for _, t := range s.decoded {
		visit(t.column*archive.TileSize, t.pix[from:from+archive.TileSize])
	}
	return nil
}

// decode reads a row of tiles into the memory of the one before, painting those that are not stored on all processors.
func (s *mapSource) decode(row int, tiles []placedTile) error {
	s.row = row
	for len(s.decoded) < len(tiles) {
		s.decoded = append(s.decoded, decodedTile{pix: new([archive.TilePixels]byte)})
	}
	s.decoded = s.decoded[:len(tiles)]
	each := func(yield func(int, error) bool) {
		for i := range tiles {
			if !yield(i, nil) {
				return
			}
		}
	}
	for _, err := range inOrder(context.Background(), each, func(i int) (struct{}, error) { return struct{}{}, s.decoded[i].read(&tiles[i]) }) {
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads a tile.
func (d *decodedTile) read(t *placedTile) error {
	d.column = t.column
	png, err := t.tile.Read()
	if png == nil && err == nil {
		clear(d.pix[:])
		return nil
	}
	if err == nil {
		err = archive.DecodeIndices(png, d.pix)
	}
	if err != nil {
		return fmt.Errorf("tile %d/%d/%d: %w", t.tile.Zoom, t.tile.X, t.tile.Y, err)
	}
	return nil
}
