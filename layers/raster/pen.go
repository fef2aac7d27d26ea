package raster

import (
	"math"
	"math/bits"
)

// A Mask marks the pixels of a square window that strokes of a round pen have
// covered. Drawing over a pixel again changes nothing. It is made to be reused.
type Mask struct {
	size, words int
	rows        []uint64 // words to the row
	dirty       []uint64 // a bit for every 64x16 pixels that may hold marks
	dirtyWords  int      // words to the row of dirty: one bit for each word of a row
}

// Reset sets the mask to size pixels a side and clears it.
func (m *Mask) Reset(size int) {
	if size != m.size {
		m.size, m.words = size, (size+63)/64
		m.dirtyWords = (m.words + 63) / 64
		m.rows = make([]uint64, m.words*size)
		m.dirty = make([]uint64, m.dirtyWords*((size+BlockSize-1)/BlockSize))
		return
	}
	m.each(func(word, y0, y1 int) {
		for y := y0; y < y1; y++ {
			m.rows[y*m.words+word] = 0
		}
	})
	clear(m.dirty)
}

// Stroke marks every pixel whose centre lies within radius of the straight line
// from (x0, y0) to (x1, y1), all in pixels of the window.
func (m *Mask) Stroke(x0, y0, x1, y1, radius float64) {
	if y0 > y1 {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	// No min and max, here and below: on WebAssembly these are calls, for the sake of NaN.
	left, right := x0, x1
	if left > right {
		left, right = right, left
	}
	size := float64(m.size)
	if y1+radius < 0 || y0-radius > size || right+radius < 0 || left-radius > size {
		return
	}
	dx, dy := x1-x0, y1-y0
	length := math.Sqrt(dx*dx + dy*dy)
	// The stroke is a capsule: a strip between two edges parallel to the line,
	// and a disc at either end. (ux, uy) along the line, uy >= 0.
	ux, uy := 1.0, 0.0
	if length > 1e-9 {
		ux, uy = dx/length, dy/length
	}
	// The edges run along the line at (uy, -ux)*radius and its opposite; on a row y
	// the right edge is nearest to the end whose offset it shares.
	offX, offY := uy*radius, -ux*radius
	slope := 0.0
	if uy > 1e-12 {
		slope = ux / uy
	}
	r2 := radius * radius
	// Rows and columns are clamped while still numbers: far coordinates do not fit an int.
	top, bottom := math.Ceil(y0-radius-0.5), math.Floor(y1+radius-0.5)
	if top < 0 {
		top = 0
	}
	if bottom > size-1 {
		bottom = size - 1
	}
	for row, last := int(top), int(bottom); row <= last; row++ {
		y := float64(row) + 0.5
		var lo, hi float64
		// Right side: the edge starts at (x0+offX, y0+offY).
		switch {
		case y < y0+offY:
			hi = x0 + disc(r2, y-y0)
		case y > y1+offY:
			hi = x1 + disc(r2, y-y1)
		case uy > 1e-12:
			hi = x0 + offX + (y-y0-offY)*slope
		default:
			hi = right + disc(r2, y-y0)
		}
		// Left side: the edge starts at (x0-offX, y0-offY).
		switch {
		case y < y0-offY:
			lo = x0 - disc(r2, y-y0)
		case y > y1-offY:
			lo = x1 - disc(r2, y-y1)
		case uy > 1e-12:
			lo = x0 - offX + (y-y0+offY)*slope
		default:
			lo = left - disc(r2, y-y0)
		}
		if lo -= 0.5; lo < 0 {
			lo = 0
		}
		if hi -= 0.5; hi > size-1 {
			hi = size - 1
		}
		a, b := int(math.Ceil(lo)), int(math.Floor(hi))
		if a <= b {
			m.span(row, a, b)
		}
	}
}

// disc returns half the chord of a disc at distance dy from its centre, r2 being
// its radius squared.
func disc(r2, dy float64) float64 {
	d2 := r2 - dy*dy
	if d2 < 0 {
		return 0
	}
	return math.Sqrt(d2)
}

// span marks the pixels a to b, inclusive, of a row.
func (m *Mask) span(row, a, b int) {
	wa, wb := a>>6, b>>6
	at := row * m.words
	dirty := m.dirty[row/BlockSize*m.dirtyWords:]
	from, to := ^uint64(0)<<(a&63), ^uint64(0)>>(63-b&63)
	if wa == wb {
		m.rows[at+wa] |= from & to
		dirty[wa>>6] |= 1 << (wa & 63)
		return
	}
	m.rows[at+wa] |= from
	dirty[wa>>6] |= 1 << (wa & 63)
	for w := wa + 1; w < wb; w++ {
		m.rows[at+w] = ^uint64(0)
		dirty[w>>6] |= 1 << (w & 63)
	}
	m.rows[at+wb] |= to
	dirty[wb>>6] |= 1 << (wb & 63)
}

// each calls f for every column of 64 pixels and band of rows [y0, y1) that may hold marks.
func (m *Mask) each(f func(word, y0, y1 int)) {
	for d, set := range m.dirty {
		band := d / max(m.dirtyWords, 1)
		for ; set != 0; set &= set - 1 {
			word := d%m.dirtyWords*64 + bits.TrailingZeros64(set)
			f(word, band*BlockSize, min((band+1)*BlockSize, m.size))
		}
	}
}

// At tells whether pixel (x, y) of the window is marked.
func (m *Mask) At(x, y int) bool {
	return m.rows[y*m.words+x>>6]>>(x&63)&1 != 0
}

// A Stamp is what a mask leaves on the pixels of a sheet: 1 is added to the
// first Count channels and to the channels Counts and, where it is lower, channel Newest is
// raised to Value. The channels Footprints become 1.
type Stamp struct {
	Count      int
	Counts     []int
	Footprints []int
	Newest     int
	Value      float32
}

// Press applies st to every pixel of s that m marks. Mask and sheet have equal size.
func (m *Mask) Press(s *Sheet[float32], st Stamp) {
	m.each(func(word, y0, y1 int) {
		by := y0 / BlockSize
		for part := 0; part < 64/BlockSize; part++ {
			bx := word*(64/BlockSize) + part
			var block []float32
			for y := y0; y < y1; y++ {
				set := uint16(m.rows[y*m.words+word] >> (part * BlockSize))
				if set == 0 {
					continue
				}
				if block == nil {
					block = s.block(bx, by)
				}
				row := (y - y0) * BlockSize
				for ; set != 0; set &= set - 1 {
					at := row + bits.TrailingZeros16(set)
					for c := 0; c < st.Count; c++ {
						block[c*blockPixels+at]++
					}
					for _, c := range st.Counts {
						block[c*blockPixels+at]++
					}
					for _, c := range st.Footprints {
						block[c*blockPixels+at] = 1
					}
					if p := &block[st.Newest*blockPixels+at]; *p < st.Value {
						*p = st.Value
					}
				}
			}
		}
	})
}

// Add marks what o marks, a mask of the same size.
func (m *Mask) Add(o *Mask) {
	o.each(func(word, y0, y1 int) {
		for y := y0; y < y1; y++ {
			m.rows[y*m.words+word] |= o.rows[y*m.words+word]
		}
	})
	for i, set := range o.dirty {
		m.dirty[i] |= set
	}
}
