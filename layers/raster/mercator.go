// Package raster turns lines into pixels: Web Mercator, thin lines and pen
// strokes on sparse sheets, Gaussian softening, and quantising to levels. All
// of it is pure functions over numbers; nothing here knows what an activity, a
// layer or a colour is. Package layers says what the numbers mean.
package raster

import "math"

// TileSize is the width and height of a tile in pixels.
const TileSize = 256

// WorldBits sets the resolution of world coordinates: the map is 2^WorldBits
// units wide and high, 9.3 mm at the equator, so that every zoom up to 20 has
// at least 16 units to the pixel.
const WorldBits = 32

// World is the width of the map in world units.
const World = int64(1) << WorldBits

// MaxLat is the latitude in degrees at which the square map ends.
const MaxLat = 85.05112877980659

// A Point is a position in world units, x growing east from the antimeridian and y
// growing south from latitude MaxLat. On the map both lie in [0, World); x runs on beyond
// where a line crosses the antimeridian, y where it leaves the map near a pole.
type Point struct{ X, Y int64 }

// Project returns the Web Mercator position (EPSG:3857) of a point in WGS 84
// degrees. Latitudes beyond 89.5 degrees are taken as 89.5.
func Project(lat, lon float64) Point {
	lat = math.Max(-89.5, math.Min(89.5, lat))
	sin := math.Sin(lat * (math.Pi / 180))
	y := 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)
	x := lon/360 + 0.5
	return Point{int64(math.Floor(x * float64(World))), int64(math.Floor(y * float64(World)))}
}

// Unproject is the inverse of Project, for x in any turn of the map.
func Unproject(p Point) (lat, lon float64) {
	x := float64(p.X) / float64(World)
	y := float64(p.Y) / float64(World)
	lat = math.Atan(math.Sinh(math.Pi*(1-2*y))) * (180 / math.Pi)
	return lat, x*360 - 180
}

// PixelScale returns pixels a world unit at a zoom: the map is
// TileSize * 2^zoom pixels wide.
func PixelScale(zoom uint8) float64 {
	return math.Ldexp(TileSize, int(zoom)-WorldBits)
}

// Unwrap moves p by whole turns of the map to where it is nearest to x.
func Unwrap(p Point, x int64) Point {
	for p.X-x > World/2 {
		p.X -= World
	}
	for x-p.X > World/2 {
		p.X += World
	}
	return p
}
