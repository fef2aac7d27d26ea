package generator

import (
	"math"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// The bounds of a crowd hold what tells of enough, not its glow, wherever that lies; what only zooms far out show counts as far as it is seen to be somewhere.
func TestBoundsOfWhatShows(t *testing.T) {
	scale := layers.StepScale(3, 60)
	told, glow := byte(8), byte(6) // 3 activities, and what is left of them beside
	if scale.Values[told-1] != 3 || scale.Values[glow-1] >= 1 {
		t.Fatalf("the levels are %v", scale.Values)
	}
	d := &drawing{Settings: layers.Settings{BlurSigma: 0.4, Crowd: layers.Crowd{Least: 3}, Scales: []layers.Scale{scale}}}
	type mark struct {
		zoom  uint8
		x, y  int // pixel of the map
		index byte
	}
	cfg := config.Default()
	cfg.Render.PaddingM = 0
	lonOf := func(zoom uint8, x int) float64 { return float64(x)/float64(int(256)<<zoom)*360 - 180 }
	for _, c := range []struct {
		name       string
		marks      []mark
		west, east float64
	}{
		{"one zoom", []mark{{10, 140_000, 90_000, told}, {10, 140_500, 90_300, told}, {10, 150_000, 90_000, glow}}, lonOf(10, 140_000), lonOf(10, 140_501)},
		{"across the antimeridian", []mark{{10, 100, 90_000, told}, {10, 262_100, 90_000, told}, {10, 262_000, 90_100, told}}, lonOf(10, 262_000), lonOf(10, 101) + 360},
		{"more far out", []mark{{12, 560_000, 360_000, told}, {12, 563_000, 360_000, told}, {10, 140_000, 90_000, told}, {10, 142_000, 90_000, told}}, lonOf(12, 560_000), lonOf(10, 142_001)},
		{"too far out to tell where", []mark{{12, 560_000, 360_000, told}, {12, 563_000, 360_000, told}, {2, 100, 300, told}}, lonOf(12, 560_000), lonOf(12, 563_001)},
	} {
		seen := newSeenTiles(d, false)
		pix := map[[3]uint32]*[archive.TilePixels]byte{}
		for _, m := range c.marks {
			at := [3]uint32{uint32(m.zoom), uint32(m.x / 256), uint32(m.y / 256)}
			if pix[at] == nil {
				pix[at] = &[archive.TilePixels]byte{}
			}
			pix[at][m.y%256*256+m.x%256] = m.index
		}
		var encoder archive.TileEncoder
		add := seen.watch(func(archive.Tile) error { return nil })
		for at, p := range pix {
			idat, _ := encoder.Encode(nil, p)
			if err := add(archive.Tile{Field: layers.Visits, Zoom: uint8(at[0]), X: at[1], Y: at[2], IDAT: idat}); err != nil {
				t.Fatal(err)
			}
		}
		if err := seen.settle(cfg, d); err != nil {
			t.Fatal(err)
		}
		if math.Abs(d.Bounds[0]-c.west) > 1e-6 || math.Abs(d.Bounds[2]-c.east) > 1e-6 {
			t.Errorf("%s: from %g to %g, not from %g to %g", c.name, d.Bounds[0], d.Bounds[2], c.west, c.east)
		}
	}
	if newSeenTiles(&drawing{}, true) != nil {
		t.Error("other maps have their tiles looked at")
	}
}
