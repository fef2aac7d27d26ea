package export

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"

	"heatmapgen/generator"
)

// tileJSONName is the file that describes a folder of tiles, and by which one is known.
const tileJSONName = "tiles.json"

// WriteXYZ writes the tiles as the files z/x/y.png of the folder path, y counted from the north, with a TileJSON 3.0.0
// beside them. A folder that an earlier export made is replaced as a whole; another one is refused.
func (t *Tileset) WriteXYZ(ctx context.Context, path string, progress generator.Progress) error {
	return writeFolder(ctx, path, func(temp string) error {
		made := map[string]bool{}
		for tile, err := range t.tiles(ctx, progress) {
			if err != nil {
				return err
			}
			dir := filepath.Join(temp, strconv.Itoa(int(tile.zoom)), strconv.Itoa(int(tile.x)))
			if !made[dir] {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					return err
				}
				made[dir] = true
			}
			if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(int(tile.y))+".png"), tile.png(), 0o666); err != nil {
				return err
			}
		}
		lon, lat, zoom := t.center()
		text, err := json.MarshalIndent(map[string]any{
			"tilejson": "3.0.0", "name": t.Name, "description": t.Description, "attribution": t.Attribution,
			"scheme": "xyz", "tiles": []string{"{z}/{x}/{y}.png"},
			"minzoom": t.MinZoom, "maxzoom": t.MaxZoom, "bounds": t.Bounds, "center": []any{lon, lat, zoom},
		}, "", "  ")
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(temp, tileJSONName), append(text, '\n'), 0o666)
	})
}
