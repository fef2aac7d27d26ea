package lines

import (
	"cmp"
	"encoding/binary"
	"errors"
	"iter"

	"heatmapgen/internal/sorting"
)

// A Fragment is what a line has in one block, in a form that can be kept and sent: who makes the block need not have made the line.
type Fragment struct {
	// Zoom, X and Y are the block's tile.
	Zoom uint8
	X, Y uint32
	// Order is its place among the fragments that the line has at the zoom, from 0.
	Order int
	// Data is the rest, for Join.
	Data []byte
}

// Fragments yields all that a line has, the finest zoom first, those of a zoom in their order. The bytes are valid until the next one is asked for.
func (l *Line) Fragments() iter.Seq[Fragment] {
	return func(yield func(Fragment) bool) {
		var data []byte
		for order, p := range l.ordered() {
			data = p.append(data[:0])
			if !yield(Fragment{Zoom: p.block.zoom, X: p.block.x, Y: p.block.y, Order: order, Data: data}) {
				return
			}
		}
	}
}

// A Part is a fragment in a block, and the activity whose it is, by its row in the metadata's columns.
type Part struct {
	Activity, Order int
	Data            []byte
}

var errFragment = errors.New("a fragment of a line is not what was written")

// Join makes the block at a tile from the fragments that all activities have there, in any order, which it sorts: the block that Gather makes of their lines. The bytes of the fragments must
// stay as they are until the block is encoded.
func Join(zoom uint8, x, y uint32, parts []Part) (Block, error) {
	sorting.Func(parts, func(a, b Part) int { return cmp.Or(cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Order, b.Order)) })
	b := Block{Zoom: zoom, X: x, Y: y, pieces: make([]placed, len(parts))}
	for i, part := range parts {
		p := &piece{block: blockKey{zoom, x, y}}
		if !p.parse(part.Data) {
			return Block{}, errFragment
		}
		b.pieces[i] = placed{p, part.Activity, part.Order}
	}
	return b, nil
}

// Vertices returns the number of the block's vertices.
func (b *Block) Vertices() int {
	n := 0
	for _, p := range b.pieces {
		n += p.vertices
	}
	return n
}

// append appends all of the piece but its block and order.
func (p *piece) append(dst []byte) []byte {
	joined := uint64(0)
	if p.joined {
		joined = 1
	}
	dst = binary.AppendUvarint(dst, uint64(p.shift)<<1|joined)
	dst = binary.AppendUvarint(dst, p.elapsed)
	dst = binary.AppendUvarint(dst, p.altitude)
	dst = binary.AppendUvarint(dst, uint64(p.vertices))
	for _, n := range p.lengths {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return append(dst, p.data...)
}

// parse reads what append wrote; the columns stay in b.
func (p *piece) parse(b []byte) bool {
	ok := true
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			ok, b = false, nil
			return 0
		}
		b = b[n:]
		return v
	}
	shift := number()
	p.shift, p.joined = uint(shift>>1), shift&1 != 0
	p.elapsed, p.altitude, p.vertices = number(), number(), int(number())
	left := uint64(0)
	for i := range p.lengths {
		n := number()
		if n > uint64(len(b)) {
			return false
		}
		p.lengths[i] = int(n)
		left += n
	}
	p.data = b
	return ok && p.shift <= GridBits && p.vertices >= 2 && p.vertices <= maxBlockVertices && left == uint64(len(b))
}
