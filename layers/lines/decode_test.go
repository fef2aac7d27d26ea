package lines

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// A goldenVerdict is an inflated block, and whether readers refuse it.
type goldenVerdict struct {
	Name    string
	Zoom    uint8
	X, Y    uint32
	Data    []byte
	Refused bool
}

// TestGoldenVerdicts holds what is refused of blocks, among it every line that leads out of its tile: a view that does not need the block would miss it.
// The page's reader is held to the same file.
func TestGoldenVerdicts(t *testing.T) {
	const world, side, last = 1 << GridBits, 1 << (GridBits - Zoom), 1<<Zoom - 1
	type numbers = [columnCount][]uint64
	var all []goldenVerdict
	// Two pieces of one activity, each of one segment of 10 s at 120 bpm, are changed.
	add := func(name string, refused bool, y uint32, change func(c *numbers)) {
		c := numbers{colActivity: {0, 0}, colOrder: {0, 2}, colElapsed: {0, 40}, colAltitude: {0, 0}, colVertices: {2, 2},
			colX: {20, 20, 20, 20}, colY: {20, 20, 20, 20}, colSeconds: {80, 80}, colStopped: {0, 0}, colMetres: {0, 0},
			colHeart: {240, 240}, colRise: {0, 0}, colClimb: {0, 0}, colHill: {0, 0}}
		change(&c)
		data := append([]byte(magic), 0, 2, 4)
		for _, column := range c {
			var b []byte
			for _, n := range column {
				b = binary.AppendUvarint(b, n)
			}
			data = append(binary.AppendUvarint(data, uint64(len(b))), b...)
		}
		all = append(all, goldenVerdict{name, Zoom, 77, y, data, refused})
	}
	way := func(name string, refused bool, row uint32, x, y, dx, dy int64) {
		add(name, refused, row, func(c *numbers) {
			copy(c[colX], []uint64{zigzag(x), zigzag(dx)})
			copy(c[colY], []uint64{zigzag(y), zigzag(dy)})
		})
	}
	add("as it should be", false, 5000, func(*numbers) {})
	way("from corner to corner", false, 5000, 0, 0, side, side)
	way("begins west of its tile", true, 5000, -1, 0, 5, 5)
	way("begins north of its tile", true, 5000, 0, -1, 5, 5)
	way("begins east of its tile", true, 5000, side+1, 0, -5, 5)
	way("begins south of its tile", true, 5000, 0, side+1, 5, -5)
	way("leads west out of its tile", true, 5000, 10, 10, -11, 0)
	way("leads north out of its tile", true, 5000, 10, 10, 0, -11)
	way("leads east out of its tile", true, 5000, 10, 10, side, 0)
	way("leads south out of its tile", true, 5000, 10, 10, 0, side)
	way("leads out of the world", true, 5000, 10, 10, 1<<30, 0)
	way("beyond the northern edge of the map", false, 0, 10, 10, 0, -20)
	way("beyond the northern edge by a whole map", false, 0, 10, -world, 5, 0)
	way("beyond the northern edge by more than a map", true, 0, 10, -world-1, 5, 0)
	way("east of a tile at the northern edge", true, 0, 10, -20, side, 0)
	way("south of a tile at the northern edge", true, 0, 10, side+1, 0, 0)
	way("beyond the southern edge of the map", false, last, 10, 10, 0, side)
	way("beyond the southern edge by a whole map", false, last, 10, side+world, 5, 0)
	way("beyond the southern edge by more than a map", true, last, 10, side+world+1, 5, 0)
	way("north of a tile at the southern edge", true, last, 10, -1, 0, 0)
	way("west of a tile at the southern edge", true, last, -1, side+20, 5, 0)

	change := func(name string, refused bool, column int, to ...uint64) {
		add(name, refused, 5000, func(c *numbers) { c[column] = to })
	}
	change("the second piece is the first once more", true, colOrder, 0, 0)
	change("the second piece comes before the first", true, colOrder, 4, 2)
	change("the first piece goes on from one before", true, colOrder, 1, 2)
	change("the second piece goes on", false, colOrder, 0, 3)
	change("a piece of one vertex", true, colVertices, 1, 3)
	change("a vertex too many", true, colVertices, 2, 3)
	change("a vertex too few", true, colVertices, 2, 1)
	change("less than no time", true, colSeconds, 80, 1)
	change("all of the time stopped", false, colStopped, 40, 0)
	change("stopped for longer than it lasts", true, colStopped, 41, 0)
	change("a heart rate below nothing", true, colHeart, 1, 240)
	change("the highest heart rate", false, colHeart, 510, 0)
	change("a heart rate of more than a byte", true, colHeart, 512, 0)
	change("a way below nothing is none", false, colMetres, 9999, 0)
	change("a number missing", true, colHill, 0)
	change("a number too many", true, colHill, 0, 0, 0)
	change("the largest number", false, colClimb, 1<<32-1, 0)
	change("a number of 33 bits", true, colClimb, 1<<32, 0)

	whole := all[0].Data
	raw := func(name string, refused bool, data []byte) {
		all = append(all, goldenVerdict{name, Zoom, 77, 5000, data, refused})
	}
	raw("nothing", true, []byte{})
	raw("another magic", true, append([]byte("HML2"), whole[len(magic):]...))
	raw("breaks off", true, whole[:len(whole)-1])
	raw("goes on after its end", true, append(bytes.Clone(whole), 0))
	// The last column is of two zeros.
	raw("a number in more bytes than it takes", false, append(bytes.Clone(whole[:len(whole)-3]), 3, 0x80, 0, 0))
	raw("a number in more bytes than any takes", true, append(bytes.Clone(whole[:len(whole)-3]), 7, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0))
	units := bytes.Clone(whole)
	units[len(magic)] = GridBits - Zoom + 1
	raw("units larger than the block", true, units)

	for _, c := range all {
		if _, err := decode(c.Data, c.Zoom, c.X, c.Y); (err != nil) != c.Refused || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	holdGolden(t, "blocks_golden.json", all)
}
