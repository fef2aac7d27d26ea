// Package varints reads the columns of numbers that blocks of an archive are made of.
package varints

import (
	"encoding/binary"
	"math"
)

// A Column reads numbers from its beginning to its end. After the first that is not there it yields zeros and has Failed.
type Column struct {
	Rest   []byte // what has not been read
	Failed bool
}

// Number returns the next number, an unsigned varint of at most 32 bits.
func (c *Column) Number() uint64 {
	v, n := binary.Uvarint(c.Rest)
	if n <= 0 || n > binary.MaxVarintLen32 || v > math.MaxUint32 {
		c.Rest, c.Failed = nil, true
		return 0
	}
	c.Rest = c.Rest[n:]
	return v
}

// Take returns the next n bytes, nil where there are not so many.
func (c *Column) Take(n uint64) []byte {
	if n > uint64(len(c.Rest)) {
		c.Rest, c.Failed = nil, true
		return nil
	}
	taken := c.Rest[:n]
	c.Rest = c.Rest[n:]
	return taken
}

// Whole tells whether all that was asked for was there, and nothing else.
func (c *Column) Whole() bool { return !c.Failed && len(c.Rest) == 0 }
