package export

import (
	"image"
	"image/color"
	"math"

	"heatmapgen/layers"
)

// The band below the map: the title and what is drawn at the left, the legend and the scale bar at the right, or below
// where the picture is narrow. Lengths are in em, hundredths of what the page goes by.
const (
	margin       = 4.0
	titleSize    = 3.6
	titleLeast   = 1.9
	smallSize    = 1.35
	smallLeast   = 0.9
	legendWidth  = 26.0
	narrowLegend = 40.0
	legendThick  = 0.85
	scaleWidth   = 15.0
	gap          = 4.0
	hairline     = 0.09

	// wideFrom is the width, in em, from which everything stands side by side.
	wideFrom   = 125.0
	wideBand   = 10.6
	narrowBand = 18.6
	// leastType is the least size in pixels at which type can be read, and leastEm the em of which small type is that.
	leastType = 9.0
	leastEm   = leastType / smallSize
)

func bandHeight(width int, em float64) int {
	if float64(width) >= wideFrom*em {
		return int(math.Round(wideBand * em))
	}
	return int(math.Round(narrowBand * em))
}

// A mark is something painted over the ground, one colour through a mask, or colours that change from left to right.
type mark struct {
	bounds image.Rectangle
	mask   *image.Alpha // nil: all of bounds
	colour func(x int) color.NRGBA
}

// A colourBar is what the band says of the layer: its name, and the ramp with the words at its ends.
type colourBar struct {
	name   string
	ramp   layers.Ramp
	lo, hi string
	flat   bool // all values are the same: there is no ramp to read
}

// band lays out the band of a page.
func (p *page) band(title, facts string, g colourBar, look *look) []mark {
	b := bander{p: p, look: look}
	em, top := p.em, float64(p.mapHeight)
	left, right := margin*em, float64(p.width)-margin*em
	b.box(0, top, float64(p.width), math.Max(1, hairline*em), look.rule)

	small, least := smallSize*em, math.Max(leastType, smallLeast*em)
	metres, scaleLabel := roundLength(scaleWidth * em * p.metresPerPixel())
	bar := metres / p.metresPerPixel()

	legendLeft, legendRight := right-(scaleWidth+gap+legendWidth)*em, right-(scaleWidth+gap)*em
	baseline, room, row := top+5.9*em, legendLeft-gap*em-left, top
	if float64(p.width) < wideFrom*em {
		legendLeft, legendRight = left, math.Min(left+narrowLegend*em, right-(scaleWidth+gap)*em)
		room, row = right-left, top+8.0*em
	}
	b.text(newLabel(medium(), title, titleSize*em, titleLeast*em, room), left, baseline, look.text)
	b.text(newLabel(regular(), facts, small, least, room), left, top+8.4*em, look.dim)

	name := newLabel(medium(), g.name, small, least, legendRight-legendLeft)
	b.text(name, legendLeft, row+4.3*em, look.text)
	rampTop := row + 5.25*em
	b.ramp(legendLeft, rampTop, legendRight-legendLeft, legendThick*em, g.ramp)
	half := (legendRight - legendLeft - em) / 2
	lo := newLabel(regular(), g.lo, small, least, half)
	b.text(lo, legendLeft, row+8.4*em, look.dim)
	if !g.flat {
		hi := newLabel(regular(), g.hi, small, least, half)
		b.text(hi, legendRight-hi.width, row+8.4*em, look.dim)
	}

	// The bar is open at the top, as on the page.
	thick := math.Max(1, 0.16*em)
	b.box(right-bar, rampTop, thick, legendThick*em, look.dim)
	b.box(right-thick, rampTop, thick, legendThick*em, look.dim)
	b.box(right-bar, rampTop+legendThick*em-thick, bar, thick, look.dim)
	scale := newLabel(regular(), scaleLabel, small, least, scaleWidth*em)
	b.text(scale, right-scale.width, row+8.4*em, look.dim)
	return b.marks
}

// A bander collects marks.
type bander struct {
	p     *page
	look  *look
	marks []mark
}

func (b *bander) add(bounds image.Rectangle, mask *image.Alpha, colour func(int) color.NRGBA) {
	if bounds = bounds.Intersect(image.Rect(0, 0, b.p.width, b.p.height)); !bounds.Empty() {
		b.marks = append(b.marks, mark{bounds, mask, colour})
	}
}

func (b *bander) text(l label, x, y float64, c color.NRGBA) {
	if l.text == "" {
		return
	}
	mask := l.draw(x, y)
	b.add(mask.Bounds(), mask, func(int) color.NRGBA { return c })
}

func (b *bander) box(x, y, w, h float64, c color.NRGBA) {
	b.add(pixels(x, y, w, h), nil, func(int) color.NRGBA { return c })
}

func (b *bander) ramp(x, y, w, h float64, ramp layers.Ramp) {
	r := pixels(x, y, w, h)
	b.add(r, nil, func(px int) color.NRGBA {
		c := ramp.At((float64(px-r.Min.X) + 0.5) / float64(r.Dx()))
		v := b.look.paint([4]uint8{c.R, c.G, c.B, c.A})
		return color.NRGBA{v[0], v[1], v[2], v[3]}
	})
}

// pixels returns the whole pixels of a box, at least one each way.
func pixels(x, y, w, h float64) image.Rectangle {
	x0, y0 := int(math.Round(x)), int(math.Round(y))
	return image.Rect(x0, y0, max(x0+1, int(math.Round(x+w))), max(y0+1, int(math.Round(y+h))))
}
