package export

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
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
	// MinZoom and MaxZoom are the first and last zoom that have tiles. Those deeper than the site's stored ones are painted.
	MinZoom, MaxZoom uint8
	// Bounds are west, south, east, north in degrees; -180 to 180 where the data lie across the antimeridian.
	Bounds [4]float64
	// Tiles is the number of tiles. Those that are painted count once they are written: before, nobody knows which are empty.
	Tiles int

	site   *generator.Site
	layer  *layers.Layer
	field  *generator.FieldMetadata
	stored int // tiles
	// palettes are those of the zooms.
	palettes map[uint8][][4]uint8
}

// NewTileset returns a layer's tiles of the zooms from minZoom to maxZoom, each of which may be AllZooms: which is, of the deepest, the
// deepest that is stored. The site must stay open.
func NewTileset(site *generator.Site, layer string, minZoom, maxZoom int) (*Tileset, error) {
	l, f, err := findLayer(site, layer)
	if err != nil {
		return nil, err
	}
	t := &Tileset{
		Name: site.Title + " \u2013 " + l.Title, Description: l.Description, Attribution: Attribution,
		Bounds: site.Meta.Bounds, site: site, layer: l, field: f, palettes: map[uint8][][4]uint8{},
	}
	if t.Bounds[2] > 180 {
		t.Bounds[0], t.Bounds[2] = -180, 180
	}
	deepest := int(site.MaxZoom())
	if maxZoom == AllZooms {
		deepest = int(site.Meta.MaxZoom)
	} else {
		deepest = min(deepest, maxZoom)
	}
	first, last, found := AllZooms, AllZooms, false
	for _, z := range f.Zooms {
		zoom := int(z.Zoom)
		if z.Tiles == 0 && z.Zoom <= site.Meta.MaxZoom {
			continue
		}
		if first == AllZooms {
			first = zoom
		}
		last = zoom
		if zoom < minZoom || zoom > deepest {
			continue
		}
		if !found {
			t.MinZoom, found = z.Zoom, true
		}
		t.MaxZoom = z.Zoom
		t.stored += z.Tiles
		t.palettes[z.Zoom] = f.Palette(l, z.Zoom)
	}
	if !found {
		text := fmt.Sprintf("the layer %s has no tiles at these zooms; it has those of %d to %d", layer, first, min(last, int(site.MaxZoom())))
		if maxZoom == AllZooms && last > deepest {
			text += fmt.Sprintf(", but those beyond %d only where --max-zoom asks for them", deepest)
		}
		return nil, errors.New(text)
	}
	t.Tiles = t.stored
	return t, nil
}

// findLayer returns the layer of that id, which has something to show, and its field.
func findLayer(site *generator.Site, id string) (*layers.Layer, *generator.FieldMetadata, error) {
	l, f := site.Layer(id)
	if l == nil {
		var ids []string
		if slices.ContainsFunc(site.Meta.OwnLayers, func(o generator.OwnLayer) bool { return o.ID == id }) {
			return nil, nil, fmt.Errorf("%q is a [[layer]] of your own, which the page alone paints; it has no tiles to export", id)
		}
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

// tiles lists the tiles zoom by zoom, in the order of their Hilbert ids, and ends after an error, which may be that of ctx. progress
// may be nil. Only palettes are new of those that are stored: the image data are the site's. Others are painted, on all processors.
func (t *Tileset) tiles(ctx context.Context, progress generator.Progress) iter.Seq2[colouredTile, error] {
	return func(yield func(colouredTile, error) bool) {
		t.Tiles = t.stored
		if progress != nil {
			// Some of those that are painted will turn out to be empty.
			most, err := t.site.CountPainted(t.field.ID, t.MinZoom, t.MaxZoom)
			if err != nil {
				yield(colouredTile{}, err)
				return
			}
			progress.Stage("Exporting", int64(t.stored+most), "tiles")
			defer progress.Done()
		}
		for c, err := range inOrder(ctx, t.wanted(), t.colour) {
			if err != nil || !c.empty() {
				if !yield(c, err) || err != nil {
					return
				}
			}
			if c.zoom > t.site.Meta.MaxZoom && !c.empty() {
				t.Tiles++
			}
			if progress != nil {
				progress.Add(1)
			}
		}
	}
}

// wanted lists the tiles of the site.
func (t *Tileset) wanted() iter.Seq2[generator.SiteTile, error] {
	return func(yield func(generator.SiteTile, error) bool) {
		for tile, err := range t.site.Tiles(t.field.ID) {
			if err == nil && tile.Zoom < t.MinZoom {
				continue
			}
			if err == nil && tile.Zoom > t.MaxZoom {
				return
			}
			if !yield(tile, err) || err != nil {
				return
			}
		}
		for zoom := max(t.MinZoom, t.site.Meta.MaxZoom+1); zoom <= t.MaxZoom; zoom++ {
			for tile, err := range t.site.TilesAt(t.field.ID, zoom, nil) {
				if !yield(tile, err) || err != nil {
					return
				}
			}
		}
	}
}

// empty tells that there is nothing on the tile.
func (t *colouredTile) empty() bool { return t.idat == nil }

// colour reads a tile and gives it its colours. It is safe for concurrent use.
func (t *Tileset) colour(tile generator.SiteTile) (colouredTile, error) {
	png, err := tile.Read()
	if err != nil {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d: %w", tile.Zoom, tile.X, tile.Y, err)
	}
	c := colouredTile{zoom: tile.Zoom, x: tile.X, y: tile.Y}
	if png == nil {
		return c, nil
	}
	if c.idat, c.maxIndex, err = archive.TileData(png); err != nil {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d: %w", tile.Zoom, tile.X, tile.Y, err)
	}
	palette := t.palettes[tile.Zoom]
	if int(c.maxIndex) >= len(palette) {
		return colouredTile{}, fmt.Errorf("tile %d/%d/%d has index %d, but the field's scale ends before it: the site is damaged; run heatmapgen verify", tile.Zoom, tile.X, tile.Y, c.maxIndex)
	}
	c.palette = palette[:int(c.maxIndex)+1]
	return c, nil
}

// center is where a viewer that knows no better starts: longitude, latitude, and a zoom.
func (t *Tileset) center() (lon, lat float64, zoom uint8) {
	return (t.Bounds[0] + t.Bounds[2]) / 2, (t.Bounds[1] + t.Bounds[3]) / 2, max(t.MinZoom, min(t.MaxZoom, 12))
}
