package generator

import (
	"testing"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers/raster"
)

// assertEmptyAround fails when any pixel of any field, at the finest zoom of the archive, has a
// value although its centre lies within radiusM of a point.
func assertEmptyAround(t *testing.T, path string, lat, lon, radiusM float64) {
	t.Helper()
	e, err := readMetadata(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	zoom := e.Heatmapgen.MaxZoom
	filled := 0
	for i, f := range e.Heatmapgen.Fields {
		if len(f.Zooms) == 0 {
			continue // no heart rate in these tracks
		}
		a := r
		if i > 0 {
			s, err := r.Section(archive.Section{Offset: f.Offset, Length: f.Length})
			if err != nil {
				t.Fatal(err)
			}
			if a, err = archive.NewReader(s, s.Size()); err != nil {
				t.Fatal(err)
			}
		}
		for entry, err := range a.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			if entry.Zoom != zoom {
				continue
			}
			png, _, err := a.Tile(entry.Zoom, entry.X, entry.Y)
			if err != nil {
				t.Fatal(err)
			}
			var pix [archive.TilePixels]byte
			if err := archive.DecodeIndices(png, &pix); err != nil {
				t.Fatal(err)
			}
			for k, v := range pix {
				if v == 0 {
					continue
				}
				filled++
				x := float64(int(entry.X)*raster.TileSize+k%raster.TileSize) + 0.5
				y := float64(int(entry.Y)*raster.TileSize+k/raster.TileSize) + 0.5
				scale := raster.PixelScale(zoom)
				pLat, pLon := raster.Unproject(raster.Point{X: int64(x / scale), Y: int64(y / scale)})
				if d := activity.DistanceM(lat, lon, pLat, pLon); d < radiusM {
					t.Fatalf("%s shows index %d at %.0f m from the hidden place", f.ID, v, d)
				}
			}
		}
	}
	if filled == 0 {
		t.Fatal("the archive shows nothing at all")
	}
}
