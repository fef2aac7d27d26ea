package reference

import "math"

// A Window is a rectangle of the map's pixels at a zoom; X0 and Y0 may lie beyond the map's edges. A window as
// wide as the map (256 * 2^zoom) goes around it: its last column touches its first.
type Window struct {
	Zoom         uint8
	X0, Y0, W, H int
	// Flat draws positions as they stand, without going around the map.
	Flat bool
}

// A Range is what a number must lie between.
type Range struct{ Lo, Hi float64 }

// A Picture is a window painted. All slices hold one element a pixel, row by row.
type Picture struct {
	Window
	// Footprint is the softened footprint of the pen, 1 on the ridge of a line; it is the presence of dates and seconds.
	Footprint []Range
	// Fields holds what is expected of each field by its id.
	Fields map[string]*Expected
}

// Expected is what a field should show, in its unit.
type Expected struct {
	// Values are what the settings' slack and smear allow, Exact is what is painted without them; NaN where nothing
	// is known.
	Values []Range
	Exact  []float64
	// Faint tells where the weight of a mean is so small that it may as well be nothing; nil for the others.
	Faint []bool
	// Footprint is that of the pen where the field is known, which is its presence; nil where that is the whole one.
	Footprint []Range
}

// Paint draws the outings on the window. What lies outside the window is lost, so
// the window must hold all of them and the reach of the glow.
func Paint(outings []Outing, s Settings, w Window) *Picture {
	p := painter{Window: w, settings: s, around: !w.Flat && w.W == mapWidth(w.Zoom)}
	pic := &Picture{Window: w, Fields: map[string]*Expected{}}
	if s.Least > 0 {
		p.crowdCounts(pic, outings)
	} else {
		p.counts(pic, outings)
	}
	p.means(pic, outings)
	return pic
}

func mapWidth(zoom uint8) int { return 256 << zoom }

type painter struct {
	Window
	settings Settings
	around   bool
}

func (p *painter) zeros() []float64 { return make([]float64, p.W*p.H) }

// placed calls f for every turn of the map that brings the segment to the window, with
// its ends in pixels of the window.
func (p *painter) placed(g Segment, reach float64, f func(x0, y0, x1, y1 float64)) {
	width := float64(mapWidth(p.Zoom))
	turns := 2.0
	if p.Flat {
		turns = 0
	}
	for turn := -turns; turn <= turns; turn++ {
		x0, y0 := (g.X0+turn)*width-float64(p.X0), g.Y0*width-float64(p.Y0)
		x1, y1 := (g.X1+turn)*width-float64(p.X0), g.Y1*width-float64(p.Y0)
		if math.Max(x0, x1) >= -reach && math.Min(x0, x1) <= float64(p.W)+reach {
			f(x0, y0, x1, y1)
		}
	}
}

// column brings x into the window, going around the map where the window does.
func (p *painter) column(x int) (int, bool) {
	if p.around {
		return (x%p.W + p.W) % p.W, true
	}
	return x, x >= 0 && x < p.W
}

// Crop returns the picture without that many of its outermost columns and rows.
func (pic *Picture) Crop(left, top, right, bottom int) *Picture {
	c := &Picture{Window: pic.Window, Fields: map[string]*Expected{}}
	c.X0, c.Y0, c.W, c.H = pic.X0+left, pic.Y0+top, pic.W-left-right, pic.H-top-bottom
	c.Footprint = crop(pic, c, pic.Footprint)
	for id, e := range pic.Fields {
		c.Fields[id] = &Expected{crop(pic, c, e.Values), crop(pic, c, e.Exact), crop(pic, c, e.Faint), crop(pic, c, e.Footprint)}
	}
	return c
}

func crop[T any](from, to *Picture, src []T) []T {
	if src == nil {
		return nil
	}
	var out []T
	for y := to.Y0 - from.Y0; y < to.Y0-from.Y0+to.H; y++ {
		at := y*from.W + to.X0 - from.X0
		out = append(out, src[at:at+to.W]...)
	}
	return out
}
