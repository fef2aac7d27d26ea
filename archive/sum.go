package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
)

// A Sum stands for the tiles of a field, or the blocks of a set, whatever their order: the sum, modulo 2^128, over all, of the
// first 16 bytes of the SHA-256 of the tile's id (8 bytes) and image data (the content of IDAT), or the block as it is stored.
// Numbers are big endian. It changes with any that is lost, added, altered or in another place, and hangs neither on the format
// of the file nor on palettes. As text it has 32 hexadecimal digits.
type Sum struct{ hi, lo uint64 }

// sumOf returns the Sum of one tile or block.
func sumOf(tileID uint64, data []byte) Sum {
	h := sha256.New()
	var id [8]byte
	binary.BigEndian.PutUint64(id[:], tileID)
	h.Write(id[:])
	h.Write(data)
	var b [sha256.Size]byte
	h.Sum(b[:0])
	return Sum{binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:])}
}

// add adds what o stands for.
func (s *Sum) add(o Sum) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
}

// String returns the 32 digits.
func (s Sum) String() string { return fmt.Sprintf("%016x%016x", s.hi, s.lo) }

// MarshalText implements encoding.TextMarshaler.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Sum) UnmarshalText(text []byte) error {
	var b [16]byte
	if len(text) != hex.EncodedLen(len(b)) {
		return fmt.Errorf("a sum of tiles has %d hexadecimal digits, not %d", hex.EncodedLen(len(b)), len(text))
	}
	if _, err := hex.Decode(b[:], text); err != nil {
		return fmt.Errorf("a sum of tiles: %w", err)
	}
	*s = Sum{binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:])}
	return nil
}
