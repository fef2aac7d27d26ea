package archive

import "math/bits"

// The ids of tiles (PMTiles spec v3, section 4.1): zoom by zoom, and within one along a Hilbert curve, so that tiles that are near each other on the map mostly are so in the file.

// idsBefore is how many tiles all zooms before z have together, and so the id of the first tile of z.
func idsBefore(z uint8) uint64 { return (1<<(2*z) - 1) / 3 }

// TileID returns the id of a tile. The zoom is at most 31, column and row less than 2^z.
func TileID(z uint8, x, y uint32) uint64 {
	id := idsBefore(z)
	for i := int(z) - 1; i >= 0; i-- {
		right, below := x>>i&1, y>>i&1
		id += uint64(3*right^below) << (2 * i)
		// The curve through a quarter is the whole one: through the upper two it lies on its side, and on the right comes from the other end.
		// What is left of the coordinates are the bits below i.
		if below == 0 {
			if right == 1 {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return id
}

// TileAt returns the tile that has an id, of a zoom up to 30.
func TileAt(id uint64) (z uint8, x, y uint32) {
	z = zoomOf(id)
	rest := id - idsBefore(z)
	for i := range z {
		quarter := uint32(rest>>(2*i)) & 3
		right := quarter >> 1
		below := (quarter ^ right) & 1
		if below == 0 {
			if right == 1 {
				x, y = 1<<i-1-x, 1<<i-1-y
			}
			x, y = y, x
		}
		x, y = x|right<<i, y|below<<i
	}
	return z, x, y
}

// zoomOf returns the zoom of the tile that has an id.
func zoomOf(id uint64) uint8 { return uint8(bits.Len64(3*id+1)-1) / 2 }
