package export

import (
	"context"
	"encoding/json"

	"heatmapgen/archive"
	"heatmapgen/generator"
)

// WriteArchive writes the tiles as the PMTiles v3 or MBTiles 1.3 file path, replacing an older one in one step.
func (t *Tileset) WriteArchive(ctx context.Context, path string, format archive.Format, progress generator.Progress) error {
	w, err := archive.Create(path, 1, archive.Options{Format: format, FieldIDs: []string{t.field.ID}})
	if err != nil {
		return err
	}
	defer w.Abort()
	for tile, err := range t.tiles(ctx, progress) {
		if err != nil {
			return err
		}
		if err := w.Add(archive.Tile{Zoom: tile.zoom, X: tile.x, Y: tile.y, IDAT: tile.idat, MaxIndex: tile.maxIndex}); err != nil {
			return err
		}
	}
	lon, lat, zoom := t.center()
	_, err = w.Finish(ctx, archive.Contents{
		Bounds: t.site.Meta.Bounds, CenterLon: lon, CenterLat: lat, CenterZoom: zoom,
		Palette: func(zoom uint8) [][4]uint8 { return t.field.Palette(t.layer, zoom) },
		Metadata: func(*archive.Layout) ([]byte, error) {
			return json.Marshal(map[string]string{
				"name": t.Name, "description": t.Description, "attribution": t.Attribution, "type": "overlay", "version": "1",
			})
		},
	})
	return err
}
