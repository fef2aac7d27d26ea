package raster

import "iter"

// BlockSize is the side of a block of a sheet in pixels.
const BlockSize = 16

const blockPixels = BlockSize * BlockSize

// A Number is what the pixels of a sheet hold: whole numbers of activities and days, or sums in steps of 1/SumUnit.
type Number interface{ float32 | int64 }

// A Sheet is a square window of pixels with several channels of numbers each.
// Only blocks that are written to take memory. It is made to be reused: Reset
// empties it without freeing.
type Sheet[N Number] struct {
	size     int // pixels a side
	blocks   int // blocks a side
	channels int
	slot     []int32 // per block: its place in data plus one, 0 when empty
	data     [][]N   // per slot: channels x 256 numbers, channel by channel
	used     []int32 // blocks in use, in the order they were first written
}

// NewSheet returns an empty sheet of size x size pixels, size a multiple of BlockSize.
func NewSheet[N Number](size, channels int) *Sheet[N] {
	blocks := size / BlockSize
	return &Sheet[N]{size: size, blocks: blocks, channels: channels, slot: make([]int32, blocks*blocks)}
}

// Size returns the side in pixels.
func (s *Sheet[N]) Size() int { return s.size }

// Empty tells whether nothing has been written since the last Reset.
func (s *Sheet[N]) Empty() bool { return len(s.used) == 0 }

// Reset sets the sheet to size pixels a side and empties it.
func (s *Sheet[N]) Reset(size int) {
	for i, b := range s.used {
		s.slot[b] = 0
		clear(s.data[i])
	}
	s.used = s.used[:0]
	if size != s.size {
		s.size, s.blocks = size, size/BlockSize
		if n := s.blocks * s.blocks; n > len(s.slot) {
			s.slot = make([]int32, n)
		}
	}
}

// block returns the numbers of block (bx, by), making it if need be.
func (s *Sheet[N]) block(bx, by int) []N {
	b := by*s.blocks + bx
	if i := s.slot[b]; i != 0 {
		return s.data[i-1]
	}
	if len(s.used) == len(s.data) {
		s.data = append(s.data, make([]N, s.channels*blockPixels))
	}
	s.used = append(s.used, int32(b))
	s.slot[b] = int32(len(s.used))
	return s.data[len(s.used)-1]
}

// A Block is the numbers of BlockSize x BlockSize pixels of a sheet.
type Block[N Number] []N

// Channel returns those of channel c, row by row.
func (b Block[N]) Channel(c int) []N { return b[c*blockPixels : (c+1)*blockPixels] }

// Written yields the blocks that were written to since the last Reset. Their numbers may be changed.
func (s *Sheet[N]) Written() iter.Seq[Block[N]] {
	return func(yield func(Block[N]) bool) {
		for i := range s.used {
			if !yield(s.data[i]) {
				return
			}
		}
	}
}

// peek returns the numbers of channel c in block (bx, by), nil when empty or outside.
func (s *Sheet[N]) peek(bx, by, c int) []N {
	if uint(bx) >= uint(s.blocks) || uint(by) >= uint(s.blocks) {
		return nil
	}
	i := s.slot[by*s.blocks+bx]
	if i == 0 {
		return nil
	}
	return s.data[i-1][c*blockPixels : (c+1)*blockPixels]
}

// Row returns channel c of the BlockSize pixels of row y that lie in column bx of blocks, nil where nothing was written or outside the
// sheet. It is valid until the next Reset and not to be changed.
func (s *Sheet[N]) Row(bx, y, c int) []N {
	b := s.peek(bx, y/BlockSize, c)
	if b == nil {
		return nil
	}
	at := y % BlockSize * BlockSize
	return b[at : at+BlockSize]
}

// Add adds v to channel c at pixel (x, y); outside the sheet it does nothing.
func (s *Sheet[N]) Add(x, y, c int, v N) {
	if uint(x) < uint(s.size) && uint(y) < uint(s.size) {
		s.block(x/BlockSize, y/BlockSize)[c*blockPixels+y%BlockSize*BlockSize+x%BlockSize] += v
	}
}

// At returns channel c at pixel (x, y), 0 outside the sheet.
func (s *Sheet[N]) At(x, y, c int) N {
	if uint(x) >= uint(s.size) || uint(y) >= uint(s.size) {
		return 0
	}
	if b := s.peek(x/BlockSize, y/BlockSize, c); b != nil {
		return b[y%BlockSize*BlockSize+x%BlockSize]
	}
	return 0
}
