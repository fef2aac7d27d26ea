package lines

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
)

// magic begins an inflated block, magicReadings one that has readings of sensors.
const (
	magic         = "HML1"
	magicReadings = "HML2"
)

// The columns in the order of a block.
const (
	colActivity = iota
	colOrder
	colElapsed
	colAltitude
	colVertices
	colX
	colY
	colSeconds
	colStopped
	colMetres
	colHeart
	colRise
	colClimb
	colHill
	columnCount
)

// The columns of readings, those of the sensors of which there are any, stand behind the others in the order of the sensors.
const (
	colReadings = columnCount
	allColumns  = columnCount + activity.SensorCount
)

// What is read of blocks, and so what is written at most: bytes of one, compressed and inflated, its vertices, and the vertices of all blocks of an
// archive, each of which takes 42 bytes in the page. docs/format.md ("Limits") has them.
const (
	maxBlock         = 16 << 20
	maxInflated      = 64 << 20
	maxBlockVertices = 1 << 22
	maxVertices      = 1 << 24
)

// ErrTooMany is what Gather and Encode return where readers would refuse the blocks.
var ErrTooMany = errors.New("the lines of all activities are more than the page reads (16 million vertices, 4 million in one place); leave the lines out by tracks = false in [page], or some of the activities by [filter]")

// A Block is what lies in one tile of one of Zooms: the pieces of all activities there.
type Block struct {
	Zoom   uint8
	X, Y   uint32
	pieces []placed
}

// A placed piece knows whose it is.
type placed struct {
	*piece
	activity, order int
}

// Gather sorts the lines of all activities, in the order of the metadata's columns, into blocks: the finest first, those of a zoom from north to south, and in a row from west to
// east. Its error is ErrTooMany, for errors.Is.
func Gather(all []*Line) ([]Block, error) {
	at := map[blockKey]int{}
	var blocks []Block
	vertices := 0
	for a, l := range all {
		vertices += l.vertices
		for order, p := range l.ordered() {
			k, ok := at[p.block]
			if !ok {
				k = len(blocks)
				at[p.block] = k
				blocks = append(blocks, Block{Zoom: p.block.zoom, X: p.block.x, Y: p.block.y})
			}
			blocks[k].pieces = append(blocks[k].pieces, placed{p, a, order})
		}
	}
	if err := CheckTotal(vertices); err != nil {
		return nil, err
	}
	sorting.Func(blocks, func(a, b Block) int {
		return cmp.Or(cmp.Compare(b.Zoom, a.Zoom), cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
	})
	return blocks, nil
}

// CheckTotal returns ErrTooMany where the lines of all activities have more vertices than readers take, each line's as Line.Vertices tells them.
func CheckTotal(vertices int) error {
	if vertices > maxVertices {
		return ErrTooMany
	}
	return nil
}

// Activities returns the different activities that have a piece in the block, ascending.
func (b *Block) Activities() []int {
	var all []int
	for _, p := range b.pieces {
		if n := len(all); n == 0 || all[n-1] != p.activity {
			all = append(all, p.activity)
		}
	}
	return all
}

// packers has writers for whoever comes next: a new one has most of a megabyte. The best level takes several times as long and saves 0.5 %.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// Encode returns the bytes of the block as an archive holds them, compressed with gzip. They depend on the lines alone. Its error is
// ErrTooMany, for errors.Is, where readers would refuse them, which are returned all the same.
func (b *Block) Encode() ([]byte, error) {
	data := b.join()
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if len(data) > maxInflated || out.Len() > maxBlock || b.Vertices() > maxBlockVertices {
		return out.Bytes(), ErrTooMany
	}
	return out.Bytes(), nil
}

// Content returns what Decode makes of the block, also where that is more than readers take.
func (b *Block) Content() (*Content, error) {
	return decodeUpTo(b.join(), b.Zoom, b.X, b.Y, b.Vertices())
}

// Hash returns the SHA-256 of all that is in the block.
func (b *Block) Hash() [sha256.Size]byte { return sha256.Sum256(b.join()) }

// sensors returns which sensors tell something in the block, a bit each.
func (b *Block) sensors() (which uint64) {
	for _, p := range b.pieces {
		for k, n := range p.lengths[colReadings-colX:] {
			if n > 0 {
				which |= 1 << k
			}
		}
	}
	return which
}

// join returns the inflated block.
func (b *Block) join() []byte {
	var columns [allColumns][]byte
	which := b.sensors()
	number := func(column int, n uint64) { columns[column] = binary.AppendUvarint(columns[column], n) }
	last := 0
	for _, p := range b.pieces {
		number(colActivity, uint64(p.activity-last))
		last = p.activity
		order := uint64(p.order) << 1
		if p.joined {
			order |= 1
		}
		number(colOrder, order)
		number(colElapsed, min(p.elapsed, mostNumber))
		number(colAltitude, p.altitude)
		number(colVertices, uint64(p.vertices))
		rest := p.data
		for i, n := range p.lengths {
			columns[colX+i] = append(columns[colX+i], rest[:n]...)
			rest = rest[n:]
			if k := i + colX - colReadings; k >= 0 && which>>k&1 == 1 && n == 0 {
				columns[colX+i] = append(columns[colX+i], make([]byte, p.vertices-1)...)
			}
		}
	}
	out := []byte(magic)
	if which != 0 {
		out = binary.AppendUvarint([]byte(magicReadings), which)
	}
	out = binary.AppendUvarint(out, uint64(b.pieces[0].shift))
	out = binary.AppendUvarint(out, uint64(len(b.pieces)))
	out = binary.AppendUvarint(out, uint64(b.Vertices()))
	for i, c := range columns {
		if i >= colReadings && which>>(i-colReadings)&1 == 0 {
			continue
		}
		out = binary.AppendUvarint(out, uint64(len(c)))
		out = append(out, c...)
	}
	return out
}
