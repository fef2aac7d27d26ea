package raster

// BlockSize is the side of a block of a sheet in pixels.
const BlockSize = 16

const blockPixels = BlockSize * BlockSize

// A Sheet is a square window of pixels with several channels of numbers each.
// Only blocks that are written to take memory. It is made to be reused: Reset
// empties it without freeing.
type Sheet struct {
	size     int // pixels a side
	blocks   int // blocks a side
	channels int
	slot     []int32     // per block: its place in data plus one, 0 when empty
	data     [][]float32 // per slot: channels x 256 numbers, channel by channel
	used     []int32     // blocks in use, in the order they were first written
}

// NewSheet returns an empty sheet of size x size pixels, size a multiple of BlockSize.
func NewSheet(size, channels int) *Sheet {
	blocks := size / BlockSize
	return &Sheet{size: size, blocks: blocks, channels: channels, slot: make([]int32, blocks*blocks)}
}

// Size returns the side in pixels.
func (s *Sheet) Size() int { return s.size }

// Empty tells whether nothing has been written since the last Reset.
func (s *Sheet) Empty() bool { return len(s.used) == 0 }

// Reset sets the sheet to size pixels a side and empties it.
func (s *Sheet) Reset(size int) {
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
func (s *Sheet) block(bx, by int) []float32 {
	b := by*s.blocks + bx
	if i := s.slot[b]; i != 0 {
		return s.data[i-1]
	}
	if len(s.used) == len(s.data) {
		s.data = append(s.data, make([]float32, s.channels*blockPixels))
	}
	s.used = append(s.used, int32(b))
	s.slot[b] = int32(len(s.used))
	return s.data[len(s.used)-1]
}

// peek returns the numbers of channel c in block (bx, by), nil when empty or outside.
func (s *Sheet) peek(bx, by, c int) []float32 {
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
func (s *Sheet) Row(bx, y, c int) []float32 {
	b := s.peek(bx, y/BlockSize, c)
	if b == nil {
		return nil
	}
	at := y % BlockSize * BlockSize
	return b[at : at+BlockSize]
}

// Add adds v to channel c at pixel (x, y); outside the sheet it does nothing.
func (s *Sheet) Add(x, y, c int, v float32) {
	if uint(x) < uint(s.size) && uint(y) < uint(s.size) {
		s.block(x/BlockSize, y/BlockSize)[c*blockPixels+y%BlockSize*BlockSize+x%BlockSize] += v
	}
}

// At returns channel c at pixel (x, y), 0 outside the sheet.
func (s *Sheet) At(x, y, c int) float32 {
	if uint(x) >= uint(s.size) || uint(y) >= uint(s.size) {
		return 0
	}
	if b := s.peek(x/BlockSize, y/BlockSize, c); b != nil {
		return b[y%BlockSize*BlockSize+x%BlockSize]
	}
	return 0
}
