package raster

import "math"

// SumUnit is how many steps the numbers of Sums have to 1. A step is small beside what the shortest way leaves on a pixel, and 8 x 10^12 fit: the
// heartbeats of a million years.
const SumUnit = 1 << 20

// Sums is a sheet of sums that lines leave their shares in, in whole steps of 1/SumUnit. Whole numbers add up to the same in any order and however they are
// grouped, which floating-point ones do not: the pixels hang on what was drawn alone.
type Sums struct{ Sheet[int64] }

// NewSums returns an empty sheet of sums.
func NewSums(size, channels int) *Sums { return &Sums{*NewSheet[int64](size, channels)} }

// Pool adds the numbers of own, a sheet of the same size, to the first channels of s. counts has channels of own, and 1 is added to channel first + i of s where
// channel counts[i] of own is not 0.
func (s *Sums) Pool(own *Sums, counts []int, first int) {
	for i, at := range own.used {
		from, to := own.data[i], Block[int64](s.block(int(at)%s.blocks, int(at)/s.blocks))
		for k, v := range from {
			to[k] += v
		}
		for k, c := range counts {
			n := to.Channel(first + k)
			for j, v := range Block[int64](from).Channel(c) {
				if v != 0 {
					n[j]++
				}
			}
		}
	}
}

// A Share is an amount that a line spreads over the pixels it crosses, and the
// channel it goes to. An amount is at most 10^12 from 0.
type Share struct {
	Channel int
	Amount  float32
}

// Line spreads shares along the straight line from (x0, y0) to (x1, y1), in
// pixels of the sheet: each pixel crossed receives the part of every amount
// that corresponds to the part of the line inside it (J. Amanatides, A. Woo, "A
// fast voxel traversal algorithm for ray tracing", Eurographics 1987). What lies
// outside the sheet is lost. A line without length leaves everything in its pixel.
func (s *Sums) Line(x0, y0, x1, y1 float64, shares []Share) {
	px, py := int(math.Floor(x0)), int(math.Floor(y0))
	if px == int(math.Floor(x1)) && py == int(math.Floor(y1)) {
		s.deposit(px, py, 1, shares)
		return
	}
	dx, dy := x1-x0, y1-y0
	enter, leave := clip(x0, y0, dx, dy, float64(s.size))
	if enter >= leave {
		return
	}
	if enter > 0 {
		px = clampPixel(x0+enter*dx, dx, s.size)
		py = clampPixel(y0+enter*dy, dy, s.size)
	}
	stepX, nextX, deltaX := axis(x0, dx, px)
	stepY, nextY, deltaY := axis(y0, dy, py)
	for t := enter; t < leave; {
		var end float64
		var mx, my int
		if nextX < nextY {
			end, mx = nextX, stepX
			nextX += deltaX
		} else {
			end, my = nextY, stepY
			nextY += deltaY
		}
		if end > leave {
			end = leave
		}
		if end > t {
			s.deposit(px, py, float32(end-t), shares)
			t = end
		}
		px, py = px+mx, py+my
		if uint(px) >= uint(s.size) || uint(py) >= uint(s.size) {
			return
		}
	}
}

// Cross calls f with every pixel that the straight line from (x0, y0) to (x1, y1), in pixels, crosses, and the part of the line inside it; the parts of all are 1. It is Line on a sheet without end.
func Cross(x0, y0, x1, y1 float64, f func(px, py int64, part float64)) {
	px, py := int(math.Floor(x0)), int(math.Floor(y0))
	if px == int(math.Floor(x1)) && py == int(math.Floor(y1)) {
		f(int64(px), int64(py), 1)
		return
	}
	stepX, nextX, deltaX := axis(x0, x1-x0, px)
	stepY, nextY, deltaY := axis(y0, y1-y0, py)
	for t := 0.0; t < 1; {
		end := min(nextX, nextY, 1)
		if end > t {
			f(int64(px), int64(py), end-t)
			t = end
		}
		if nextX < nextY {
			px, nextX = px+stepX, nextX+deltaX
		} else {
			py, nextY = py+stepY, nextY+deltaY
		}
	}
}

// axis returns, for one axis of a line that starts at a in direction d with its
// first pixel p: the step between pixels, the parameter of the first border crossed, and
// that from border to border.
func axis(a, d float64, p int) (step int, next, delta float64) {
	switch {
	case d > 0:
		return 1, (float64(p+1) - a) / d, 1 / d
	case d < 0:
		return -1, (float64(p) - a) / d, -1 / d
	}
	return 0, math.Inf(1), math.Inf(1)
}

// clip returns the parameters between which the line lies inside the square from 0 to
// size, by Liang and Barsky's method; enter >= leave where it does not.
func clip(x, y, dx, dy, size float64) (enter, leave float64) {
	enter, leave = 0, 1
	for _, side := range [4][2]float64{{-dx, x}, {dx, size - x}, {-dy, y}, {dy, size - y}} {
		p, q := side[0], side[1]
		switch {
		case p == 0 && q < 0:
			return 1, 0
		case p < 0:
			enter = max(enter, q/p)
		case p > 0:
			leave = min(leave, q/p)
		}
	}
	return enter, leave
}

// clampPixel returns the pixel of coordinate a on entering the sheet in direction d.
func clampPixel(a, d float64, size int) int {
	p := int(math.Floor(a))
	if d < 0 && float64(p) == a {
		p--
	}
	return max(0, min(size-1, p))
}

func (s *Sums) deposit(px, py int, part float32, shares []Share) {
	if uint(px) >= uint(s.size) || uint(py) >= uint(s.size) {
		return
	}
	block := s.block(px/BlockSize, py/BlockSize)
	at := py%BlockSize*BlockSize + px%BlockSize
	for _, sh := range shares {
		block[sh.Channel*blockPixels+at] += int64(part * sh.Amount * SumUnit)
	}
}
