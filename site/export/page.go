package export

import (
	"fmt"
	"math"
	"strings"

	"heatmapgen/layers/raster"
)

// paperMM are the sizes of ISO 216 paper in millimetres, upright.
var paperMM = map[string][2]float64{"a1": {594, 841}, "a2": {420, 594}, "a3": {297, 420}, "a4": {210, 297}}

const (
	// DefaultDPI is how many pixels an inch of paper has unless told otherwise.
	DefaultDPI = 300

	minWidth, maxSide = 400, 65000
	minDPI, maxDPI    = 50, 1200
	mmPerInch         = 25.4
)

// fitted leaves a rim around the data where no box was asked for, as a part of their longer side.
const fitted = 0.04

// A page says where on a picture the map lies, and what of the world it shows. Lengths are in pixels.
type page struct {
	width, height int
	// mapHeight is the height of the map, which is as wide as the picture and at its top; below it lies the band.
	mapHeight int
	// em is a hundredth of the length that type and margins go by.
	em float64
	// x0 and y0 are the map's upper left corner in parts of the world's width, y counted from the north; x may lie
	// beyond 0..1. scale is pixels a world.
	x0, y0, scale float64
}

// newPage lays out a picture that shows at least a box.
func newPage(o *PosterOptions, box worldBox) (*page, error) {
	p := &page{}
	if o.Paper == "" {
		if o.Width < minWidth || o.Width > maxSide {
			return nil, fmt.Errorf("a picture %d pixels wide cannot be made; it can have %d to %d", o.Width, minWidth, maxSide)
		}
		p.width = o.Width
		p.mapHeight = max(1, int(math.Round(float64(o.Width)*(box.y1-box.y0)/(box.x1-box.x0))))
		p.em = math.Max(leastEm, math.Min(float64(p.width), math.Max(float64(p.mapHeight), float64(p.width)/3))/100)
		p.height = p.mapHeight + bandHeight(p.width, p.em)
	} else if err := p.fitPaper(o, box); err != nil {
		return nil, err
	}
	if p.height > maxSide {
		return nil, fmt.Errorf("the picture would be %d pixels high, which is more than %d; take a smaller width or a wider box", p.height, maxSide)
	}
	// The box is grown to the shape that the map has.
	p.scale = math.Min(float64(p.width)/(box.x1-box.x0), float64(p.mapHeight)/(box.y1-box.y0))
	p.x0 = (box.x0+box.x1)/2 - float64(p.width)/p.scale/2
	p.y0 = (box.y0+box.y1)/2 - float64(p.mapHeight)/p.scale/2
	return p, nil
}

// fitPaper makes the picture as large as the paper, turned the way that suits the box unless told otherwise.
func (p *page) fitPaper(o *PosterOptions, box worldBox) error {
	mm, ok := paperMM[strings.ToLower(o.Paper)]
	if !ok {
		return fmt.Errorf("there is no paper %q; there are a4, a3, a2 and a1", o.Paper)
	}
	dpi := o.DPI
	if dpi == 0 {
		dpi = DefaultDPI
	}
	w, h := mm[0], mm[1]
	if o.Orientation == Landscape || o.Orientation == Automatic && box.x1-box.x0 > box.y1-box.y0 {
		w, h = h, w
	}
	pixels := func(mm float64) int { return int(math.Round(mm / mmPerInch * float64(dpi))) }
	p.width, p.height = pixels(w), pixels(h)
	p.em = math.Max(leastEm, float64(min(p.width, p.height))/100)
	p.mapHeight = p.height - bandHeight(p.width, p.em)
	return nil
}

// A worldBox is a box in parts of the world's width, y counted from the north. x1 may exceed 1.
type worldBox struct{ x0, y0, x1, y1 float64 }

// checkedBox projects the box that was asked for.
func checkedBox(b [4]float64) (worldBox, error) {
	for _, v := range b {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return worldBox{}, fmt.Errorf("the box has a number that is none")
		}
	}
	switch {
	case b[0] < -180 || b[0] > 180 || b[2] < -180 || b[2] > 360:
		return worldBox{}, fmt.Errorf("the box goes from %g to %g degrees east, but longitudes lie between -180 and 180; the order is west,south,east,north", b[0], b[2])
	case b[1] < -90 || b[3] > 90 || b[1] >= b[3]:
		return worldBox{}, fmt.Errorf("the box goes from %g to %g degrees north, but the first must be less and both lie between -90 and 90; the order is west,south,east,north", b[1], b[3])
	case b[0] == b[2]:
		return worldBox{}, fmt.Errorf("the box begins and ends at %g degrees east and has no width", b[0])
	}
	if b[2] < b[0] {
		b[2] += 360 // across the antimeridian
	}
	w := boundsBox(b)
	switch {
	case w.x1-w.x0 > 1:
		return worldBox{}, fmt.Errorf("the box is wider than the world")
	case w.y1 <= w.y0:
		return worldBox{}, fmt.Errorf("the box lies beyond %.2f degrees, where the map ends", raster.MaxLat)
	}
	return w, nil
}

// withRim returns a box with some room around it.
func (w worldBox) withRim() worldBox {
	rim := fitted * math.Max(w.x1-w.x0, w.y1-w.y0)
	return worldBox{w.x0 - rim, w.y0 - rim, w.x1 + rim, w.y1 + rim}
}

// worldY returns the Web Mercator position of a latitude, 0 at the northern edge of the map and 1 at the southern.
func worldY(lat float64) float64 {
	lat = math.Max(-raster.MaxLat, math.Min(raster.MaxLat, lat))
	return float64(raster.Project(lat, 0).Y) / float64(raster.World)
}

// earthRadiusM is the mean radius that the page measures with.
const earthRadiusM = 6371008.8

// metresPerPixel is what a pixel measures on the ground at the middle of the map. Web Mercator enlarges by 1/cos(lat).
func (p *page) metresPerPixel() float64 {
	y := p.y0 + float64(p.mapHeight)/p.scale/2
	return 2 * math.Pi * earthRadiusM / p.scale / math.Cosh(math.Pi*(1-2*y))
}
