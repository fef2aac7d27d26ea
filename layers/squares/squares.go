// Package squares knows which squares of the map an activity has been in: the tiles of zoom 14, and the 64 small ones in each of them, of zoom 17. It is the game of the sites that call them explorer
// tiles, squadrats or tiles to hunt, with lines in place of points: a square counts where the line between two samples crosses it, however short the way through it is.
//
// In it are Cover, from an activity's runs on the map to its squares; Gather, from those of all activities to the blocks of an archive, and Decode and Assemble back; Look, from the squares that
// somebody has been in to the largest square and the largest cluster; and Missing, what is left to visit around them. docs/format.md, "Squares", describes the bytes of a block, docs/activities.md
// the rules of the game. The page reads blocks and looks at them with viewer/src/explore/squares.
package squares

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// The zooms of large and of small squares.
const (
	Large = 14
	Small = 17
)

// smallToLarge is what takes the code of a small square to that of the large one around it.
const smallToLarge = 2 * (Small - Large)

// A Code stands for a square of one zoom: the bits of its column and its row, interleaved, those of the column below those of the row. The code of the square of an earlier zoom that it lies in are its upper bits, so
// all squares within a tile of the map follow each other.
type Code uint64

// CodeOf returns the code of the square in a column and a row.
func CodeOf(x, y uint32) Code { return Code(spread(x) | spread(y)<<1) }

// XY returns the column and the row of a square.
func (c Code) XY() (x, y uint32) { return gather(uint64(c)), gather(uint64(c) >> 1) }

// spread puts a 0 above every bit.
func spread(v uint32) uint64 {
	s := uint64(v)
	s = (s | s<<16) & 0x0000ffff0000ffff
	s = (s | s<<8) & 0x00ff00ff00ff00ff
	s = (s | s<<4) & 0x0f0f0f0f0f0f0f0f
	s = (s | s<<2) & 0x3333333333333333
	return (s | s<<1) & 0x5555555555555555
}

// gather takes every other bit, the lowest included.
func gather(s uint64) uint32 {
	s &= 0x5555555555555555
	s = (s | s>>1) & 0x3333333333333333
	s = (s | s>>2) & 0x0f0f0f0f0f0f0f0f
	s = (s | s>>4) & 0x00ff00ff00ff00ff
	s = (s | s>>8) & 0x0000ffff0000ffff
	return uint32(s | s>>16)
}

// Cover returns the small squares that the lines of an activity cross, ascending: those with at least one point of a segment in them, a point on an edge belonging to the square in the east or south of it. What
// lies beyond the northern or southern edge of the map is in none. Between two runs there is no line.
func Cover(runs []layers.Run) []Code {
	var all []Code
	last := Code(1<<64 - 1)
	add := func(x, y int64) {
		const mask = 1<<Small - 1
		if y < 0 || y > mask {
			return
		}
		if c := CodeOf(uint32(x&mask), uint32(y)); c != last {
			all, last = append(all, c), c
		}
	}
	for i := range runs {
		points := runs[i].Points
		for k := 1; k < len(points); k++ {
			cross(points[k-1], points[k], add)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// side is the logarithm of the side of a small square in world units.
const side = raster.WorldBits - Small

// cross calls visit with all small squares that the segment from a to b has a point in, in no certain order; columns are not wrapped around the map.
func cross(a, b raster.Point, visit func(x, y int64)) {
	if a.Y > b.Y {
		a, b = b, a // the same points
	}
	from, to := max(a.Y>>side, 0), min(b.Y>>side, 1<<Small-1)
	for row := from; row <= to; row++ {
		// The part of the segment in the row, which begins at its northern edge and ends just before the southern one.
		first, last := a.X, b.X
		if north := row << side; a.Y < north {
			first, _ = at(a, b, north)
		}
		first >>= side
		if south := (row + 1) << side; b.Y >= south {
			x, whole := at(a, b, south)
			if last = x >> side; whole && b.X > a.X && x == last<<side {
				last-- // the column begins where the row has ended
			}
		} else {
			last >>= side
		}
		for x := min(first, last); x <= max(first, last); x++ {
			visit(x, row)
		}
	}
}

// at returns where the segment from a to b, which goes south, is at y: rounded to the west, and whether that was needless.
func at(a, b raster.Point, y int64) (x int64, whole bool) {
	dx, dy := uint64(max(b.X-a.X, a.X-b.X)), uint64(b.Y-a.Y)
	hi, lo := bits.Mul64(dx, uint64(y-a.Y))
	q, rest := bits.Div64(hi, lo, dy) // y lies between the two, so it is dx at most
	switch {
	case b.X >= a.X:
		return a.X + int64(q), rest == 0
	case rest != 0:
		q++
	}
	return a.X - int64(q), rest == 0
}

// Pack writes squares, ascending, in a little more than a byte each. Unpack is the way back.
func Pack(codes []Code) []byte {
	var out []byte
	last := Code(0)
	for _, c := range codes {
		out = binary.AppendUvarint(out, uint64(c-last))
		last = c
	}
	return out
}

// Unpack reads what Pack wrote, and whether it is that.
func Unpack(packed []byte) (codes []Code, ok bool) {
	last := Code(0)
	for len(packed) > 0 {
		d, n := binary.Uvarint(packed)
		if n <= 0 || (d == 0 && len(codes) > 0) || d >= 1<<(2*Small)-uint64(last) {
			return nil, false
		}
		packed, last = packed[n:], last+Code(d)
		codes = append(codes, last)
	}
	return codes, true
}

// Around tells whether large squares are just those around small ones, both ascending.
func Around(large, small []Code) bool { return slices.Equal(large, within(small)) }

// within returns the large squares around small ones, both ascending.
func within(small []Code) []Code {
	var large []Code
	for _, c := range small {
		if c >>= smallToLarge; len(large) == 0 || large[len(large)-1] != c {
			large = append(large, c)
		}
	}
	return large
}
