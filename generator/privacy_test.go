package generator

import (
	"math"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// assertEmptyAround fails when any pixel of any field has a value although its centre lies within radiusM of a point: at the finest zoom with
// stored tiles, all of which are looked at, and at all zooms that are painted, where the tiles near the point are.
func assertEmptyAround(t *testing.T, s *Site, lat, lon, radiusM float64) {
	t.Helper()
	filled := 0
	look := func(field string, zoom uint8, x, y uint32, png []byte) {
		t.Helper()
		var pix [archive.TilePixels]byte
		if err := archive.DecodeIndices(png, &pix); err != nil {
			t.Fatal(err)
		}
		for k, v := range pix {
			if v == 0 {
				continue
			}
			filled++
			px := float64(int(x)*raster.TileSize+k%raster.TileSize) + 0.5
			py := float64(int(y)*raster.TileSize+k/raster.TileSize) + 0.5
			scale := raster.PixelScale(zoom)
			pLat, pLon := raster.Unproject(raster.Point{X: int64(px / scale), Y: int64(py / scale)})
			if d := activity.DistanceM(lat, lon, pLat, pLon); d < radiusM {
				t.Fatalf("%s shows index %d of zoom %d at %.0f m from the hidden place", field, v, zoom, d)
			}
		}
	}
	shown := func(zoom uint8) {
		t.Helper()
		if filled == 0 {
			t.Fatalf("zoom %d shows nothing at all", zoom)
		}
		filled = 0
	}
	for i := range s.Meta.Fields {
		id := s.Meta.Fields[i].ID
		for tile, err := range s.Tiles(id) {
			if err != nil {
				t.Fatal(err)
			}
			if tile.Zoom != s.Meta.MaxZoom {
				continue
			}
			png, err := tile.Read()
			if err != nil {
				t.Fatal(err)
			}
			look(id, tile.Zoom, tile.X, tile.Y, png)
		}
	}
	shown(s.Meta.MaxZoom)

	for zoom := s.Meta.MaxZoom + 1; zoom <= s.MaxZoom(); zoom++ {
		side := int64(raster.World >> zoom)
		reach := int64(radiusM / (2 * math.Pi * activity.EarthRadiusM * math.Cos(lat*math.Pi/180)) * float64(raster.World))
		p := raster.Project(lat, lon)
		for y := (p.Y - reach) / side; y <= (p.Y+reach)/side; y++ {
			for x := (p.X - reach) / side; x <= (p.X+reach)/side; x++ {
				paintedAt(t, s, zoom, uint32(x), uint32(y), look)
			}
		}
		// And somewhere it shows something, or nothing was looked at.
		tracks, err := s.Lines()
		if err != nil {
			t.Fatal(err)
		}
		const bits = raster.WorldBits - lines.GridBits
		v := len(tracks.X) / 2
		paintedAt(t, s, zoom, uint32(int64(tracks.X[v])<<bits/side), uint32(int64(tracks.Y[v])<<bits/side), look)
		shown(zoom)
	}
}

// paintedAt calls look with the tiles of all fields at a place.
func paintedAt(t *testing.T, s *Site, zoom uint8, x, y uint32, look func(field string, zoom uint8, x, y uint32, png []byte)) {
	t.Helper()
	for i := range s.Meta.Fields {
		id := s.Meta.Fields[i].ID
		png, ok, err := s.Tile(id, zoom, x, y)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			look(id, zoom, x, y, png)
		}
	}
}
