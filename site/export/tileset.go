package export

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
)

// AllZooms stands for an end of the range of zooms that is not limited.
const AllZooms = -1

// A Tileset is one layer of a site at some of its zooms, as ordinary coloured tiles: the layer's colours as the page
// shows them at first, spread over the range of each zoom.
type Tileset struct {
	// Name, Description and Attribution are what viewers show of it.
	Name, Description, Attribution string
	// MinZoom and MaxZoom are the first and last zoom that have tiles.
	MinZoom, MaxZoom uint8
	// Bounds are west, south, east, north in degrees; -180 to 180 where the data lie across the antimeridian.
	Bounds [4]float64
	// Tiles is the number of tiles.
	Tiles int

	site  *generator.Site
	layer *layers.Layer
	field *generator.FieldMetadata
}

// NewTileset returns a layer's tiles of the zooms from minZoom to maxZoom, each of which may be AllZooms. The
// site must stay open.
func NewTileset(site *generator.Site, layer string, minZoom, maxZoom int) (*Tileset, error) {
	l, f, err := findLayer(site, layer)
	if err != nil {
		return nil, err
	}
	t := &Tileset{
		Name: site.Title + " \u2013 " + l.Title, Description: l.Description, Attribution: Attribution,
		Bounds: site.Meta.Bounds, site: site, layer: l, field: f,
	}
	if t.Bounds[2] > 180 {
		t.Bounds[0], t.Bounds[2] = -180, 180
	}
	first, last := AllZooms, AllZooms
	for _, z := range f.Zooms {
		zoom := int(z.Zoom)
		if z.Tiles == 0 {
			continue
		}
		if first == AllZooms {
			first = zoom
		}
		last = zoom
		if zoom < minZoom || maxZoom != AllZooms && zoom > maxZoom {
			continue
		}
		if t.Tiles == 0 {
			t.MinZoom = z.Zoom
		}
		t.MaxZoom = z.Zoom
		t.Tiles += z.Tiles
	}
	if t.Tiles == 0 {
		return nil, fmt.Errorf("the layer %s has no tiles at these zooms; it has those of %d to %d", layer, first, last)
	}
	return t, nil
}

// findLayer returns the layer of that id, which has something to show, and its field.
func findLayer(site *generator.Site, id string) (*layers.Layer, *generator.FieldMetadata, error) {
	l, f := site.Layer(id)
	if l == nil {
		var ids []string
		for i := range site.Meta.Layers {
			ids = append(ids, site.Meta.Layers[i].ID)
		}
		return nil, nil, fmt.Errorf("there is no layer %q; there are %s", id, strings.Join(ids, ", "))
	}
	for _, z := range f.Zooms {
		if z.Tiles > 0 {
			return l, f, nil
		}
	}
	return nil, nil, fmt.Errorf("the layer %s is empty: nothing of what it shows was recorded", id)
}

// A colouredTile is a tile on its way out.
type colouredTile struct {
	zoom     uint8
	x, y     uint32
	idat     []byte
	palette  [][4]uint8 // an entry for every index of the tile, and no more
	maxIndex uint8
}

// png returns the tile as a PNG file.
func (t *colouredTile) png() []byte { return archive.PalettedPNG(nil, t.idat, t.palette) }

// tiles lists the tiles in the order of their Hilbert ids, and ends after an error, which may be that of ctx. progress
// may be nil. Only palettes are new: the image data are the site's.
func (t *Tileset) tiles(ctx context.Context, progress generator.Progress) iter.Seq2[colouredTile, error] {
	return func(yield func(colouredTile, error) bool) {
		var palette [][4]uint8
		zoom := -1
		if progress != nil {
			progress.Stage("Exporting", int64(t.Tiles), "tiles")
			defer progress.Done()
		}
		for tile, err := range t.site.Tiles(t.field.ID) {
			if err != nil {
				yield(colouredTile{}, err)
				return
			}
			if tile.Zoom < t.MinZoom {
				continue
			}
			if tile.Zoom > t.MaxZoom {
				return
			}
			if zoom != int(tile.Zoom) {
				zoom, palette = int(tile.Zoom), t.field.Palette(t.layer, tile.Zoom)
			}
			c, err := colour(tile, palette)
			if err == nil {
				err = ctx.Err()
			}
			if !yield(c, err) || err != nil {
				return
			}
			if progress != nil {
				progress.Add(1)
			}
		}
	}
}

// colour reads a tile and gives it its colours.
func colour(tile generator.SiteTile, palette [][4]uint8) (colouredTile, error) {
	png, err := tile.Read()
	if err != nil {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d: %w", tile.Zoom, tile.X, tile.Y, err)
	}
	idat, maxIndex, err := archive.TileData(png)
	if err != nil {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d: %w", tile.Zoom, tile.X, tile.Y, err)
	}
	if int(maxIndex) >= len(palette) {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d has index %d, but the field's scale ends before it: the site is damaged; run heatmapgen verify", tile.Zoom, tile.X, tile.Y, maxIndex)
	}
	return colouredTile{zoom: tile.Zoom, x: tile.X, y: tile.Y, idat: idat, palette: palette[:int(maxIndex)+1], maxIndex: maxIndex}, nil
}

// center is where a viewer that knows no better starts: longitude, latitude, and a zoom.
func (t *Tileset) center() (lon, lat float64, zoom uint8) {
	return (t.Bounds[0] + t.Bounds[2]) / 2, (t.Bounds[1] + t.Bounds[3]) / 2, max(t.MinZoom, min(t.MaxZoom, 12))
}
