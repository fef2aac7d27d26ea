package squares

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sort"

	"heatmapgen/internal/sorting"
	"heatmapgen/internal/varints"
)

// magic begins an inflated block.
const magic = "HMS1"

// A level is one of the two kinds of squares, with the zooms of the tiles that its blocks are of: no tile has a block of both.
type level struct{ squares, first, last uint8 }

// levels are those of large and of small squares. A block of the first zoom has all squares in its tile; where that is more than maxEncoded bytes, blocks of the next zoom have them, and so on.
var levels = [...]level{{Large, 4, 8}, {Small, 9, 16}}

// Where a block has more bytes than maxEncoded, it is given up for four smaller ones: what is not needed at once travels in pieces.
const maxEncoded = 256 << 10

// What is read of blocks, and so what is written at most: bytes of one, compressed and inflated, and the squares of all activities in all blocks of one kind of squares. docs/format.md ("Limits") has them.
const (
	maxBlock    = 16 << 20
	maxInflated = 64 << 20
	maxSquares  = 1 << 24
)

// ErrTooMany is what Gather returns where readers would refuse the blocks.
var ErrTooMany = errors.New("the activities have been in more squares than the page reads (16 million); leave the squares out by squares = false in [page]")

// ErrDamaged is what errors of Decode and Assemble wrap.
var ErrDamaged = errors.New("the squares are damaged")

// A Block is what lies in one tile, as an archive holds it.
type Block struct {
	Zoom uint8
	X, Y uint32
	// Data are its bytes, compressed with gzip. They depend on the squares alone.
	Data []byte
}

// Gather sorts the squares of all activities, in the order of the metadata's columns and each as Pack has written them, into blocks of large and of small squares, and hands these to add, one after the other. An error of add ends it; its own one is
// ErrTooMany, for errors.Is.
func Gather(all [][]byte, add func(b Block) error) error {
	total := 0
	parts := make([]part, 0, len(all))
	for activity, packed := range all {
		codes, ok := Unpack(packed)
		if !ok {
			return fmt.Errorf("%w: those of an activity cannot be read", ErrDamaged)
		}
		if total += len(codes); total > maxSquares {
			return ErrTooMany
		}
		if len(codes) > 0 {
			parts = append(parts, part{activity, codes})
		}
	}
	large := make([]part, len(parts))
	for i, p := range parts {
		large[i] = part{p.activity, within(p.codes)}
	}
	for i, parts := range [][]part{large, parts} {
		if err := divided(levels[i], levels[i].first, parts, add); err != nil {
			return err
		}
	}
	return nil
}

// A part is what an activity has of some tiles.
type part struct {
	activity int
	codes    []Code
}

// divided makes the blocks of the tiles of a zoom, ascending by their codes, and hands them to add.
func divided(l level, zoom uint8, parts []part, add func(b Block) error) error {
	shift := 2 * (l.squares - zoom)
	tiles := map[Code][]part{}
	for _, p := range parts {
		for rest := p.codes; len(rest) > 0; {
			tile := rest[0] >> shift
			n := sort.Search(len(rest), func(i int) bool { return rest[i]>>shift > tile })
			tiles[tile] = append(tiles[tile], part{p.activity, rest[:n]})
			rest = rest[n:]
		}
	}
	for _, tile := range slices.Sorted(maps.Keys(tiles)) {
		data, err := encode(l, tile<<shift, tiles[tile])
		if err == nil && len(data) > maxEncoded && zoom < l.last {
			err = divided(l, zoom+1, tiles[tile], add)
		} else if err == nil {
			x, y := tile.XY()
			err = add(Block{zoom, x, y, data})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// encode returns the bytes of a block whose first square has that code.
func encode(l level, first Code, parts []part) ([]byte, error) {
	var columns [3][]byte
	number := func(column int, n uint64) { columns[column] = binary.AppendUvarint(columns[column], n) }
	last, squares := 0, 0
	for _, p := range parts {
		number(0, uint64(p.activity-last))
		last = p.activity
		number(1, uint64(len(p.codes)-1))
		squares += len(p.codes)
		next := first
		for _, c := range p.codes {
			number(2, uint64(c-next))
			next = c + 1
		}
	}
	out := []byte(magic)
	for _, n := range [...]int{int(l.squares), len(parts), squares} {
		out = binary.AppendUvarint(out, uint64(n))
	}
	for _, c := range columns {
		out = binary.AppendUvarint(out, uint64(len(c)))
		out = append(out, c...)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(out); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if len(out) > maxInflated || packed.Len() > maxBlock {
		return nil, ErrTooMany
	}
	return packed.Bytes(), nil
}

// Content is a decoded block.
type Content struct {
	// Squares is the zoom of its squares, Large or Small.
	Squares uint8
	// Activity are the rows of the activities in it, ascending. First has an element more: the squares of Activity[i] are Codes[First[i]:First[i+1]], ascending.
	Activity, First []int
	Codes           []Code

	from, to Code // all that could be in its tile, the last one not included
}

// Decode reads the block of a tile. Its errors wrap ErrDamaged.
func Decode(block []byte, zoom uint8, x, y uint32) (*Content, error) {
	damaged := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
	}
	if len(block) > maxBlock {
		return nil, damaged("a block has more than the %d bytes accepted", maxBlock)
	}
	z, err := gzip.NewReader(bytes.NewReader(block))
	if err != nil {
		return nil, damaged("%v", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxInflated+1))
	if err != nil {
		return nil, damaged("%v", err)
	}
	if len(data) > maxInflated {
		return nil, damaged("inflated, a block has more than the %d bytes accepted", maxInflated)
	}
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, damaged("a block does not begin with %s", magic)
	}
	r := varints.Column{Rest: rest}
	squares, activities, count := r.Number(), r.Number(), r.Number()
	var l *level
	for i := range levels {
		if c := &levels[i]; uint64(c.squares) == squares && c.first <= zoom && zoom <= c.last {
			l = c
		}
	}
	if l == nil {
		return nil, damaged("a block of zoom %d has squares of zoom %d", zoom, squares)
	}
	// Each number takes a byte at least.
	if activities > uint64(len(data)) || count > uint64(len(data)) || count > maxSquares {
		return nil, damaged("a block says that it has more squares than it can")
	}
	var columns [3]varints.Column
	for i := range columns {
		columns[i].Rest = r.Take(r.Number())
	}
	if !r.Whole() {
		return nil, damaged("the columns of a block are not as long as it says")
	}
	c := &Content{Squares: l.squares, Activity: make([]int, activities), First: make([]int, activities+1), Codes: make([]Code, 0, count)}
	shift := 2 * (l.squares - zoom)
	begin := CodeOf(x, y) << shift
	c.from, c.to = begin, begin+1<<shift
	activity := uint64(0)
	for i := range c.Activity {
		d := columns[0].Number()
		if d == 0 && i > 0 {
			return nil, damaged("an activity is twice in a block")
		}
		activity += d
		n := columns[1].Number()
		if activity > math.MaxInt32 || n >= count-uint64(len(c.Codes)) {
			return nil, damaged("a block does not have the squares that it says")
		}
		c.Activity[i] = int(activity)
		next := uint64(0)
		for range n + 1 {
			next += columns[2].Number()
			if next >= 1<<shift {
				return nil, damaged("a square lies outside of its block")
			}
			c.Codes = append(c.Codes, begin+Code(next))
			next++
		}
		c.First[i+1] = len(c.Codes)
	}
	for _, column := range columns {
		if !column.Whole() {
			return nil, damaged("a column of a block is not as long as it says")
		}
	}
	if uint64(len(c.Codes)) != count {
		return nil, damaged("a block does not have the squares that it says")
	}
	return c, nil
}

// Assemble returns all squares of a kind that blocks have of so many activities, by activity and ascending, nil where there are none. Its errors wrap ErrDamaged.
func Assemble(blocks []*Content, squares uint8, activities int) ([][]Code, error) {
	of := slices.DeleteFunc(slices.Clone(blocks), func(b *Content) bool { return b.Squares != squares })
	sorting.Func(of, func(a, b *Content) int { return cmp.Compare(a.from, b.from) })
	all := make([][]Code, activities)
	total := 0
	for i, b := range of {
		if i > 0 && of[i-1].to > b.from {
			return nil, fmt.Errorf("%w: two blocks have the same squares", ErrDamaged)
		}
		if total += len(b.Codes); total > maxSquares {
			return nil, fmt.Errorf("%w: there are more than the %d accepted", ErrDamaged, maxSquares)
		}
		for i, a := range b.Activity {
			if a >= activities {
				return nil, fmt.Errorf("%w: a block has activity %d of %d", ErrDamaged, a, activities)
			}
			all[a] = append(all[a], b.Codes[b.First[i]:b.First[i+1]]...)
		}
	}
	return all, nil
}
