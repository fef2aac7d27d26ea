package raster

import (
	"encoding/binary"
	"errors"
	"iter"
	"math"
	"slices"
)

// ErrPacked is what Merge returns of bytes that Pack has not written of such a sheet.
var ErrPacked = errors.New("the numbers of a sheet make no sense")

// Pack yields all that has been written to the sheet since the last Reset, at most so many bytes at a time but for a block that is larger, for Merge. The bytes are valid until the next ones are asked for.
//
// A block is its place among all, row by row, as the uvarint of how far that is from the one before (from -1 for the first), and its channels: a byte with a bit for each of the eight bytes of a number, the
// lowest first, set where any pixel has something there, and for each of these bytes one of every pixel. So a channel without anything takes a byte. Whole numbers stand as n << 1, below 0 as ^n << 1 | 1, others as IEEE 754.
func (s *Sheet[N]) Pack(most int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		order := slices.Clone(s.used)
		slices.Sort(order)
		var packed, block []byte
		before := int32(-1)
		for i, b := range order {
			block = s.packBlock(block[:0], s.data[s.slot[b]-1])
			if len(packed) > 0 && len(packed)+binary.MaxVarintLen32+len(block) > most {
				if !yield(packed) {
					return
				}
				packed, before = packed[:0], -1
			}
			packed = append(binary.AppendUvarint(packed, uint64(b-before)), block...)
			before = b
			if i == len(order)-1 {
				yield(packed)
			}
		}
	}
}

func (s *Sheet[N]) packBlock(dst []byte, block Block[N]) []byte {
	var numbers [blockPixels]uint64
	for c := range s.channels {
		any := uint64(0)
		for i, v := range block.Channel(c) {
			numbers[i] = bitsOf(v)
			any |= numbers[i]
		}
		at := len(dst)
		dst = append(dst, 0)
		for plane := range 8 {
			if any>>(8*plane)&0xff == 0 {
				continue
			}
			dst[at] |= 1 << plane
			for _, v := range numbers {
				dst = append(dst, byte(v>>(8*plane)))
			}
		}
	}
	return dst
}

// Merge brings what Pack yielded of a sheet of the same size and channels to what is on this one. Numbers are added, but in channels in which the greatest counts; of these greatest tells. After an error, ErrPacked, the sheet is of no use.
func (s *Sheet[N]) Merge(packed []byte, greatest func(channel int) bool) error {
	b := -1
	for len(packed) > 0 {
		far, n := binary.Uvarint(packed)
		if n <= 0 || far == 0 || far >= uint64(s.blocks*s.blocks-b) {
			return ErrPacked
		}
		b, packed = b+int(far), packed[n:]
		block := Block[N](s.block(b%s.blocks, b/s.blocks))
		for c := range s.channels {
			if len(packed) == 0 {
				return ErrPacked
			}
			planes := packed[0]
			packed = packed[1:]
			if planes == 0 {
				continue
			}
			var numbers [blockPixels]uint64
			for plane := range 8 {
				if planes>>plane&1 == 0 {
					continue
				}
				if len(packed) < blockPixels {
					return ErrPacked
				}
				for i, v := range packed[:blockPixels] {
					numbers[i] |= uint64(v) << (8 * plane)
				}
				packed = packed[blockPixels:]
			}
			to := block.Channel(c)
			if greatest(c) {
				for i, v := range numbers {
					to[i] = max(to[i], numberOf[N](v))
				}
				continue
			}
			for i, v := range numbers {
				to[i] += numberOf[N](v)
			}
		}
	}
	return nil
}

// bitsOf returns a number as it is packed, small ones with zeros in front.
func bitsOf[N Number](v N) uint64 {
	switch v := any(v).(type) {
	case float32:
		return uint64(math.Float32bits(v))
	case int64:
		return uint64(v<<1) ^ uint64(v>>63)
	}
	return 0
}

// numberOf returns what bitsOf took.
func numberOf[N Number](bits uint64) (v N) {
	switch v := any(&v).(type) {
	case *float32:
		*v = math.Float32frombits(uint32(bits))
	case *int64:
		*v = int64(bits>>1) ^ -int64(bits&1)
	}
	return v
}
