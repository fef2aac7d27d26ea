package export

import "math"

// A resampler brings the pixels of a map source to those of a picture, row after row. Where the picture is coarser it
// averages over the area of a pixel, where it is finer it interpolates with a cubic B-spline, which shows no corners
// and never overshoots; both on colours with premultiplied alpha, so that transparent surroundings do not
// darken an edge.
type resampler struct {
	source *mapSource
	width  int
	// factor is source pixels a pixel; x0 and y0 are the source position of the picture's corner.
	factor, x0, y0 float64

	lines [keptLines]line
	next  int
	out   []rgba
}

// keptLines is how many lines of the source one row of a finer picture takes.
const keptLines = 4

// A line is one row of the source at the picture's columns.
type line struct {
	y        int
	pix      []rgba
	from, to int // outside of it everything is transparent
}

func newResampler(source *mapSource, width int, factor, x0, y0 float64) *resampler {
	r := &resampler{source: source, width: width, factor: factor, x0: x0, y0: y0, out: make([]rgba, width)}
	for i := range r.lines {
		r.lines[i] = line{y: math.MinInt, pix: make([]rgba, width)}
	}
	return r
}

// row returns row y of the picture, and the range of columns outside of which it is transparent. It holds until the
// next call. Rows are to be asked for in ascending order.
func (r *resampler) row(y int) (pix []rgba, from, to int, err error) {
	from, to = r.width, 0
	clear(r.out)
	add := func(sy int, weight float32) error {
		l, err := r.line(sy)
		if err != nil || l.from >= l.to {
			return err
		}
		from, to = min(from, l.from), max(to, l.to)
		for x := l.from; x < l.to; x++ {
			p, o := &l.pix[x], &r.out[x]
			o[0] += weight * p[0]
			o[1] += weight * p[1]
			o[2] += weight * p[2]
			o[3] += weight * p[3]
		}
		return nil
	}
	if r.factor >= 1 {
		a := r.y0 + float64(y)*r.factor
		b := a + r.factor
		for sy := int(math.Floor(a)); float64(sy) < b; sy++ {
			w := math.Min(b, float64(sy+1)) - math.Max(a, float64(sy))
			if err := add(sy, float32(w/r.factor)); err != nil {
				return nil, 0, 0, err
			}
		}
		return r.out, from, to, nil
	}
	center := r.y0 + (float64(y)+0.5)*r.factor - 0.5
	first := int(math.Floor(center)) - 1
	for sy := first; sy < first+keptLines; sy++ {
		if err := add(sy, bSpline(center-float64(sy))); err != nil {
			return nil, 0, 0, err
		}
	}
	return r.out, from, to, nil
}

// line returns line sy of the source at the picture's columns.
func (r *resampler) line(sy int) (*line, error) {
	for i := range r.lines {
		if r.lines[i].y == sy {
			return &r.lines[i], nil
		}
	}
	l := &r.lines[r.next]
	r.next = (r.next + 1) % keptLines
	if l.from < l.to {
		clear(l.pix[l.from:l.to])
	}
	l.y, l.from, l.to = sy, r.width, 0
	spread := r.average
	if r.factor < 1 {
		spread = r.interpolate
	}
	err := r.source.line(sy, func(x int, indices []byte) {
		for i, index := range indices {
			if index != 0 {
				spread(l, float64(x+i)-r.x0, &r.source.palette[index])
			}
		}
	})
	return l, err
}

// average adds a source pixel, which begins at x source pixels from the picture's left edge, to the one or
// two pixels that it lies in.
func (r *resampler) average(l *line, x float64, c *rgba) {
	a, b := x/r.factor, (x+1)/r.factor
	first := int(math.Floor(a))
	for k := first; float64(k) < b; k++ {
		r.add(l, k, float32(math.Min(b, float64(k+1))-math.Max(a, float64(k))), c)
	}
}

// interpolate adds a source pixel to all that its spline reaches.
func (r *resampler) interpolate(l *line, x float64, c *rgba) {
	center := x + 0.5
	last := int(math.Ceil((center+2)/r.factor - 0.5))
	for k := int(math.Floor((center-2)/r.factor - 0.5)); k <= last; k++ {
		if w := bSpline((float64(k)+0.5)*r.factor - center); w > 0 {
			r.add(l, k, w, c)
		}
	}
}

func (r *resampler) add(l *line, x int, weight float32, c *rgba) {
	if x < 0 || x >= r.width {
		return
	}
	l.from, l.to = min(l.from, x), max(l.to, x+1)
	o := &l.pix[x]
	o[0] += weight * c[0]
	o[1] += weight * c[1]
	o[2] += weight * c[2]
	o[3] += weight * c[3]
}

// bSpline is the uniform cubic B-spline (Unser, Splines: a perfect fit for signal and image processing, 1999,
// equation 3). The weights of pixels one apart add up to 1.
func bSpline(x float64) float32 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return float32(2.0/3 - x*x + x*x*x/2)
	case x < 2:
		return float32((2 - x) * (2 - x) * (2 - x) / 6)
	}
	return 0
}
