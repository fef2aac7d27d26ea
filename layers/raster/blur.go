package raster

import "math/bits"

// TileBlocks is the number of blocks along the side of a tile.
const TileBlocks = TileSize / BlockSize

// A BlockSet is a set of blocks of one tile: bit x of element y is block (x, y).
type BlockSet [TileBlocks]uint16

// Empty tells whether the set has no block.
func (b *BlockSet) Empty() bool { return *b == BlockSet{} }

// Near returns the blocks of the tile whose first block is (bx, by) of the sheet that
// are written to, or lie within reach pixels of one that is.
func (s *Sheet[N]) Near(bx, by, reach int) BlockSet {
	var set BlockSet
	n := (reach + BlockSize - 1) / BlockSize
	for y := max(0, by-n); y < min(s.blocks, by+TileBlocks+n); y++ {
		for x := max(0, bx-n); x < min(s.blocks, bx+TileBlocks+n); x++ {
			if s.slot[y*s.blocks+x] == 0 {
				continue
			}
			run := uint16(0)
			for i := max(0, x-bx-n); i <= min(TileBlocks-1, x-bx+n); i++ {
				run |= 1 << i
			}
			for i := max(0, y-by-n); i <= min(TileBlocks-1, y-by+n); i++ {
				set[i] |= run
			}
		}
	}
	return set
}

// A Plane holds one number for every pixel of a tile, row by row.
type Plane [TileSize * TileSize]float32

// A Blurrer softens channels of a sheet tile by tile, with scratch memory of
// its own, so each goroutine needs one.
type Blurrer struct {
	row  []float32 // one row of pixels with the margin on both sides
	half []float32 // rows softened along x; TileSize pixels each; zero but where full says
	full []uint16  // per row of half: the blocks that are not all zero
}

// Blur softens channel c of s with k for the tile whose first block is (bx, by), and
// writes the pixels of the blocks in want to out; other blocks of out are left as they
// were. Pixels outside the sheet count as zero. It returns the blocks of want that
// are not all zero.
func (b *Blurrer) Blur(s *Sheet[float32], c, bx, by int, k Kernel, want *BlockSet, out *Plane) BlockSet {
	alongX(b, s, loadNumbers, c, bx, by, k, want)
	return b.alongY(k, want, out)
}

// BlurSums is Blur for sums; out has them as the numbers that they are sums of.
func (b *Blurrer) BlurSums(s *Sums, c, bx, by int, k Kernel, want *BlockSet, out *Plane) BlockSet {
	alongX(b, &s.Sheet, loadSums, c, bx, by, k, want)
	return b.alongY(k, want, out)
}

// A row is the pixels of a block that lie side by side.
type row = [BlockSize]float32

// loadNumbers copies a row of a sheet and tells whether it is not all zero.
func loadNumbers(dst *row, src []float32) bool {
	*dst = row(src)
	return *dst != row{}
}

// loadSums is loadNumbers for sums.
func loadSums(dst *row, src []int64) bool {
	any := int64(0)
	for i, v := range (*[BlockSize]int64)(src) {
		any |= v
		dst[i] = float32(v) * (1. / SumUnit)
	}
	return any != 0
}

// alongX fills half and full for the rows from Radius above the tile to Radius below it.
func alongX[N Number](b *Blurrer, s *Sheet[N], load func(*row, []N) bool, c, bx, by int, k Kernel, want *BlockSet) {
	r := k.Radius
	margin := (r + BlockSize - 1) / BlockSize // in blocks
	wide := TileBlocks + 2*margin
	rows := TileSize + 2*r
	if n := wide * BlockSize; len(b.row) < n+BlockSize {
		b.row = make([]float32, n+BlockSize)
	}
	if len(b.full) < rows {
		b.half = make([]float32, rows*TileSize)
		b.full = make([]uint16, rows)
	}
	b.clear()
	var source [2*TileBlocks + 64][]N
	for blockRow := -margin; blockRow < TileBlocks+margin; blockRow++ {
		columns := wantedColumns(want, blockRow, margin)
		if columns == 0 {
			continue
		}
		any := false
		for i := 0; i < wide; i++ {
			source[i] = s.peek(bx-margin+i, by+blockRow, c)
			any = any || source[i] != nil
		}
		if !any {
			continue
		}
		first := max(0, blockRow*BlockSize+r)
		last := min(rows, (blockRow+1)*BlockSize+r)
		for y := first; y < last; y++ {
			at := (y - r - blockRow*BlockSize) * BlockSize
			var filled uint64
			for i := 0; i < wide; i++ {
				dst := (*row)(b.row[i*BlockSize:])
				if source[i] == nil {
					*dst = row{}
				} else if load(dst, source[i][at:at+BlockSize]) {
					filled |= 1 << i
				}
			}
			if filled == 0 {
				continue
			}
			reach := filled
			for i := 1; i <= margin; i++ {
				reach |= filled<<i | filled>>i
			}
			set := uint16(reach>>margin) & columns
			b.full[y] = set
			convolveBlocks(b.half[y*TileSize:], b.row[margin*BlockSize-r:], set, 1, k.Taps)
		}
	}
}

// wantedColumns returns the blocks of a row of half that a wanted block within margin rows needs.
func wantedColumns(want *BlockSet, blockRow, margin int) uint16 {
	var set uint16
	for y := max(0, blockRow-margin); y <= min(TileBlocks-1, blockRow+margin); y++ {
		set |= want[y]
	}
	return set
}

// alongY softens the rows of half along y into the wanted blocks of out.
func (b *Blurrer) alongY(k Kernel, want *BlockSet, out *Plane) BlockSet {
	r := k.Radius
	var result BlockSet
	for y := 0; y < TileSize; y++ {
		wanted := want[y/BlockSize]
		if wanted == 0 {
			continue
		}
		var reached uint16
		for j := y; j <= y+2*r; j++ {
			reached |= b.full[j]
		}
		result[y/BlockSize] |= reached & wanted
		for empty := wanted &^ reached; empty != 0; empty &= empty - 1 {
			x := bits.TrailingZeros16(empty)
			*(*row)(out[y*TileSize+x*BlockSize:]) = row{}
		}
		convolveBlocks(out[y*TileSize:(y+1)*TileSize], b.half[y*TileSize:], reached&wanted, TileSize, k.Taps)
	}
	return result
}

// clear empties half.
func (b *Blurrer) clear() {
	for y, set := range b.full {
		for ; set != 0; set &= set - 1 {
			x := bits.TrailingZeros16(set)
			*(*row)(b.half[y*TileSize+x*BlockSize:]) = row{}
		}
		b.full[y] = 0
	}
}

// Magnify fills the wanted blocks of out with a part of a plane whose pixels are 2^finer times as wide: the tile's first pixel begins at (x, y) of
// it, and between the middles of its pixels, of which one more around the part is read, it is linear.
func Magnify(coarse *Plane, x, y int, finer uint, want *BlockSet, out *Plane) {
	step := 1 / float32(int(1)<<finer)
	for row := range TileSize {
		wanted := want[row/BlockSize]
		if wanted == 0 {
			continue
		}
		v := (float32(row)+0.5)*step - 0.5 + float32(y)
		top := int(v)
		part := v - float32(top)
		above, below := coarse[top*TileSize:(top+1)*TileSize], coarse[(top+1)*TileSize:(top+2)*TileSize]
		for ; wanted != 0; wanted &= wanted - 1 {
			from := bits.TrailingZeros16(wanted) * BlockSize
			for i := from; i < from+BlockSize; i++ {
				u := (float32(i)+0.5)*step - 0.5 + float32(x)
				left := int(u)
				f := u - float32(left)
				a := above[left] + f*(above[left+1]-above[left])
				b := below[left] + f*(below[left+1]-below[left])
				out[row*TileSize+i] = a + part*(b-a)
			}
		}
	}
}
