package generator

import (
	"math"

	"heatmapgen/archive"
)

// surroundingsZoom is the deepest zoom at which it is asked where heat is: deeper, all that lies in the tiles of that zoom goes along.
const surroundingsZoom = 14

// surroundings returns the tiles of a map around the heat, down to a zoom, and the bounds of them (west, south, east, north in degrees): at each zoom those that have heat, and the
// eight around each. It goes by which tiles the archive has alone, so it tells nothing that the archive does not.
func (s *Site) surroundings(deepest uint8) ([]archive.TileRange, [4]float64, error) {
	zoom := min(s.Meta.MaxZoom, surroundingsZoom)
	hot := area{}
	for t, err := range s.TilesAt(s.Meta.Fields[0].ID, zoom, nil) {
		if err != nil {
			return nil, [4]float64{}, err
		}
		hot[[2]uint32{t.X, t.Y}] = true
	}
	around := hot.widened(zoom)
	bounds := around.bounds(zoom)
	var ranges []archive.TileRange
	for t := range around {
		for z := zoom + 1; z <= deepest; z++ {
			ranges = append(ranges, archive.Within(archive.TileID(zoom, t[0], t[1]), z))
		}
	}
	for z := zoom; ; z-- {
		if z <= deepest {
			for t := range hot.widened(z) {
				ranges = append(ranges, archive.Within(archive.TileID(z, t[0], t[1]), z))
			}
		}
		if z == 0 {
			return archive.JoinRanges(ranges), bounds, nil
		}
		hot = hot.coarser()
	}
}

// An area is tiles of one zoom, by column and row.
type area map[[2]uint32]bool

// widened returns the tiles of the area and the eight around each, those across the antimeridian included.
func (a area) widened(zoom uint8) area {
	n := uint32(1) << zoom
	wider := area{}
	for t := range a {
		for _, dx := range []uint32{n - 1, 0, 1} {
			for y := max(t[1], 1) - 1; y <= min(t[1]+1, n-1); y++ {
				wider[[2]uint32{(t[0] + dx) % n, y}] = true
			}
		}
	}
	return wider
}

// coarser returns the tiles of the next coarser zoom that the area lies in.
func (a area) coarser() area {
	c := area{}
	for t := range a {
		c[[2]uint32{t[0] / 2, t[1] / 2}] = true
	}
	return c
}

// bounds returns west, south, east and north of the area in degrees.
func (a area) bounds(zoom uint8) [4]float64 {
	n := math.Exp2(float64(zoom))
	lon := func(x uint32) float64 { return float64(x)/n*360 - 180 }
	lat := func(y uint32) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/n))) * 180 / math.Pi }
	b := [4]float64{180, 90, -180, -90}
	for t := range a {
		b = [4]float64{min(b[0], lon(t[0])), min(b[1], lat(t[1]+1)), max(b[2], lon(t[0]+1)), max(b[3], lat(t[1]))}
	}
	return b
}
