package lines

import (
	"encoding/binary"
	"errors"
	"testing"
)

// TestPiecesKeepToTheirTile: what leads out of its tile would be missed by a view that does not need the block.
func TestPiecesKeepToTheirTile(t *testing.T) {
	block := func(x, y, dx, dy int64) []byte {
		b := append([]byte(magic), 0, 1, 2)
		for i := range columnCount {
			var column []byte
			switch i {
			case colVertices:
				column = []byte{2}
			case colX:
				column = binary.AppendUvarint(binary.AppendUvarint(nil, zigzag(x)), zigzag(dx))
			case colY:
				column = binary.AppendUvarint(binary.AppendUvarint(nil, zigzag(y)), zigzag(dy))
			default:
				column = []byte{0}
			}
			b = append(binary.AppendUvarint(b, uint64(len(column))), column...)
		}
		return b
	}
	const side, last = 1 << (GridBits - Zoom), 1<<Zoom - 1
	for _, c := range []struct {
		x, y, dx, dy int64
		row          uint32
		ok           bool
	}{
		{0, 0, side, side, 5000, true},
		{-1, 0, 5, 5, 5000, false},
		{0, -1, 5, 5, 5000, false},
		{10, 10, side, 0, 5000, false},
		{10, 10, 0, side, 5000, false},
		{10, 10, 1 << 30, 0, 5000, false},
		{10, -1 << 20, 0, 0, 0, true},
		{10, side + 1, 0, 0, 0, false},
		{10, side + 1<<20, 0, 0, last, true},
		{10, -1, 0, 0, last, false},
		{side + 1, 10, 0, 0, last, false},
	} {
		if _, err := decode(block(c.x, c.y, c.dx, c.dy), Zoom, 77, c.row); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
