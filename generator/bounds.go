package generator

import (
	"math"

	"heatmapgen/layers/raster"
)

// A box is a rectangle in world units; x may lie beyond the map's edges. The zero value is empty.
type box struct {
	x0, y0, x1, y1 int64
	some           bool
}

// extend makes the box hold the points, which belong together (no turn of the map between them).
func (b *box) extend(points []raster.Point) {
	var own box
	for _, p := range points {
		if !own.some {
			own = box{p.X, p.Y, p.X, p.Y, true}
			continue
		}
		own.x0, own.y0 = min(own.x0, p.X), min(own.y0, p.Y)
		own.x1, own.y1 = max(own.x1, p.X), max(own.y1, p.Y)
	}
	b.join(own)
}

// join makes b hold o too, turned around the map to where the result is narrowest.
func (b *box) join(o box) {
	if !o.some {
		return
	}
	if !b.some {
		*b = o
		return
	}
	best, bestWidth := *b, int64(math.MaxInt64)
	for turn := -2 * raster.World; turn <= 2*raster.World; turn += raster.World {
		j := box{min(b.x0, o.x0+turn), min(b.y0, o.y0), max(b.x1, o.x1+turn), max(b.y1, o.y1), true}
		if w := j.x1 - j.x0; w < bestWidth {
			best, bestWidth = j, w
		}
	}
	*b = best
}

// hold makes b hold o too, where it is.
func (b *box) hold(o box) {
	switch {
	case !o.some:
	case !b.some:
		*b = o
	default:
		*b = box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1), true}
	}
}

// moved returns the box moved to the east and to the south.
func (b box) moved(x, y int64) box { return box{b.x0 + x, b.y0 + y, b.x1 + x, b.y1 + y, b.some} }

// scaled returns the box in units of which one of before has so many.
func (b box) scaled(n int64) box { return box{b.x0 * n, b.y0 * n, b.x1 * n, b.y1 * n, b.some} }

// shrunk returns the box without a margin, as far as it is wide enough; else its middle.
func (b box) shrunk(margin int64) box {
	x, y := min(margin, (b.x1-b.x0)/2), min(margin, (b.y1-b.y0)/2)
	return box{b.x0 + x, b.y0 + y, b.x1 - x, b.y1 - y, b.some}
}

// padded returns the box grown by meters on every side, measured at its middle.
func (b box) padded(meters float64) box {
	lat, _ := raster.Unproject(raster.Point{X: 0, Y: (b.y0 + b.y1) / 2})
	pad := int64(meters / (earthCircumferenceM * math.Cos(lat*math.Pi/180)) * float64(raster.World))
	return box{b.x0 - pad, b.y0 - pad, b.x1 + pad, b.y1 + pad, b.some}
}

// earthCircumferenceM is the equator of the sphere of Web Mercator (EPSG:3857).
const earthCircumferenceM = 2 * math.Pi * 6378137

// minZoom returns the coarsest zoom at which the longer side of the box is at least target pixels.
func (b box) minZoom(target int, maxZoom uint8) uint8 {
	side := float64(min(max(b.x1-b.x0, b.y1-b.y0), raster.World))
	for z := uint8(0); z < maxZoom; z++ {
		if side*raster.PixelScale(z) >= float64(target) {
			return z
		}
	}
	return maxZoom
}

// degrees returns west, south, east, north; west lies in -180 to 180, east may exceed 180.
func (b box) degrees() [4]float64 {
	if b.x1-b.x0 >= raster.World {
		b.x0, b.x1 = 0, raster.World
	}
	turns := b.x0 / raster.World
	if b.x0 < 0 && b.x0%raster.World != 0 {
		turns--
	}
	b.x0, b.x1 = b.x0-turns*raster.World, b.x1-turns*raster.World
	b.y0, b.y1 = max(b.y0, 0), min(b.y1, raster.World)
	north, west := raster.Unproject(raster.Point{X: b.x0, Y: b.y0})
	south, east := raster.Unproject(raster.Point{X: b.x1, Y: b.y1})
	return [4]float64{round7(west), round7(south), round7(east), round7(north)}
}

func round7(v float64) float64 { return math.Round(v*1e7) / 1e7 }
