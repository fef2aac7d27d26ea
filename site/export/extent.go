package export

import (
	"math"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
)

// extentTiles is how many tiles may be looked at to find out where a layer lies.
const extentTiles = 400

// extent finds where a layer has something: within the site's bounds, to the pixel of the deepest zoom that has few
// tiles. The bounds alone will not do, as they have room for the glow of the coarsest zoom and are those of all layers.
func extent(site *generator.Site, l *layers.Layer, f *generator.FieldMetadata) (worldBox, error) {
	bounds := boundsBox(site.Meta.Bounds)
	zoom, found := uint8(0), false
	for _, z := range f.Zooms {
		if z.Tiles > 0 && (!found || z.Tiles <= extentTiles) {
			zoom, found = z.Zoom, true
		}
	}
	world := math.Ldexp(archive.TileSize, int(zoom))
	columns := tileRange(bounds.x0*world, bounds.x1*world)
	rows := tileRange(bounds.y0*world, bounds.y1*world)
	source, err := newMapSource(site, l, f, zoom, columns, rows, looks[Dark].paint)
	if err != nil {
		return worldBox{}, err
	}
	const none = math.MaxInt
	x0, y0, x1, y1 := none, none, -none, -none
	for row := range source.rows {
		for y := row * archive.TileSize; y < (row+1)*archive.TileSize; y++ {
			err := source.line(y, func(x int, indices []byte) {
				for i, index := range indices {
					if index != 0 {
						x0, x1 = min(x0, x+i), max(x1, x+i+1)
						y0, y1 = min(y0, y), max(y1, y+1)
					}
				}
			})
			if err != nil {
				return worldBox{}, err
			}
		}
	}
	if x0 == none {
		return bounds, nil
	}
	// A tile may stand at both ends of a box that is as wide as the world.
	return worldBox{
		math.Max(bounds.x0, float64(x0)/world), math.Max(bounds.y0, float64(y0)/world),
		math.Min(bounds.x1, float64(x1)/world), math.Min(bounds.y1, float64(y1)/world),
	}, nil
}

// tileRange returns the first and the last tile that positions in pixels lie in.
func tileRange(from, to float64) [2]int {
	return [2]int{int(math.Floor(from / archive.TileSize)), int(math.Floor(to / archive.TileSize))}
}

// boundsBox projects west, south, east, north in degrees.
func boundsBox(b [4]float64) worldBox {
	return worldBox{x0: b[0]/360 + 0.5, y0: worldY(b[3]), x1: b[2]/360 + 0.5, y1: worldY(b[1])}
}
