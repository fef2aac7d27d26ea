package export

import (
	"context"
	"image"
	"image/color"

	"heatmapgen/generator"
)

// A picture is a poster as an image that is painted while it is read: image/png asks for its pixels row by row, so
// that one row is all there ever is. Its first error ends the painting and stays in err.
type picture struct {
	ctx       context.Context
	poster    *Poster
	resampler *resampler
	progress  generator.Progress

	row   []color.NRGBA
	y     int // the row that is painted
	begun bool
	err   error
}

// ColorModel, Bounds and At make it an image.Image.
func (p *picture) ColorModel() color.Model { return color.NRGBAModel }

// Bounds is the whole picture.
func (p *picture) Bounds() image.Rectangle { return image.Rect(0, 0, p.poster.Width, p.poster.Height) }

// Opaque tells the encoder that it can do without alpha, for which it would have to look at every pixel.
func (p *picture) Opaque() bool { return p.poster.look.ground.A == 255 }

// At returns a pixel. The result holds until the next call: a pointer spares one allocation a pixel.
func (p *picture) At(x, y int) color.Color {
	if !p.begun || y != p.y {
		p.paint(y)
	}
	return &p.row[x]
}

// paint paints row y.
func (p *picture) paint(y int) {
	if p.row == nil {
		p.row = make([]color.NRGBA, p.poster.Width)
	}
	p.begun, p.y = true, y
	ground := p.poster.look.ground
	for x := range p.row {
		p.row[x] = ground
	}
	if p.err == nil {
		p.err = p.ctx.Err()
	}
	if p.err != nil {
		return
	}
	if p.progress != nil {
		p.progress.Add(1)
	}
	if y < p.poster.page.mapHeight {
		pix, from, to, err := p.resampler.row(y)
		if err != nil {
			p.err = err
			return
		}
		for x := from; x < to; x++ {
			if c := &pix[x]; c[3] > 0 {
				p.row[x] = over(p.row[x], c)
			}
		}
		return
	}
	for i := range p.poster.marks {
		p.stamp(&p.poster.marks[i])
	}
}

// stamp paints what a mark has on the row.
func (p *picture) stamp(m *mark) {
	if p.y < m.bounds.Min.Y || p.y >= m.bounds.Max.Y {
		return
	}
	for x := m.bounds.Min.X; x < m.bounds.Max.X; x++ {
		c := m.colour(x)
		a := float32(c.A) / 255
		if m.mask != nil {
			a *= float32(m.mask.AlphaAt(x, p.y).A) / 255
		}
		if a > 0 {
			p.row[x] = over(p.row[x], &rgba{float32(c.R) * a, float32(c.G) * a, float32(c.B) * a, 255 * a})
		}
	}
}

// over lays a premultiplied colour over a straight one (Porter and Duff, Compositing digital images, 1984).
func over(below color.NRGBA, c *rgba) color.NRGBA {
	rest := (1 - c[3]/255) * float32(below.A) / 255
	alpha := c[3]/255 + rest
	if !(alpha > 0) {
		return color.NRGBA{}
	}
	mix := func(above float32, below uint8) uint8 {
		return uint8(max(0, min(255, (above+float32(below)*rest)/alpha+0.5)))
	}
	return color.NRGBA{mix(c[0], below.R), mix(c[1], below.G), mix(c[2], below.B), uint8(min(255, 255*alpha+0.5))}
}
