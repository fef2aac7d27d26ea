package archive

import (
	"fmt"
	"io"
	"iter"
	"strings"
)

// A BlockSet is a set of blocks, in either format: bytes that mean something to somebody else, by tile. It is safe for
// concurrent use.
type BlockSet interface {
	// Block returns the block of a tile as it is stored, and whether there is one.
	Block(z uint8, x, y uint32) (data []byte, ok bool, err error)
	// Entries lists all blocks in the order of their tile ids. It ends after an error.
	Entries() iter.Seq2[Entry, error]
	// Read returns the block of an entry that Entries listed.
	Read(e Entry) (data []byte, err error)
}

// A BlocksLayout tells what there is of one block set.
type BlocksLayout struct {
	// Place is where the set's inner archive or table lies. It is zero for a set without blocks, which has neither.
	Place
	// Blocks is the number of blocks; Zooms, in ascending order, lists the zooms that have any.
	Blocks int
	Zooms  []ZoomCount
	// Sum stands for all blocks.
	Sum Sum
}

// AddBlock takes a block into the set of that number, from 0, in Options.BlockSets. data, 1 byte to 16 MiB, should be gzip, as
// the header of PMTiles says so; it is stored as it is, and may be reused afterwards. AddBlock is safe for concurrent use,
// and blocks may come in any order. An error means that the archive cannot be finished.
func (w *Writer) AddBlock(set int, zoom uint8, x, y uint32, data []byte) error {
	switch {
	case set < 0 || set >= len(w.opts.BlockSets):
		return fmt.Errorf("adding a block to %s: block set %d is not one of its %d", w.path, set, len(w.opts.BlockSets))
	case !validZXY(zoom, x, y):
		return fmt.Errorf("adding a block of %s to %s: there is no tile %d/%d/%d", w.opts.BlockSets[set], w.path, zoom, x, y)
	case len(data) == 0 || len(data) > maxBlockLen:
		return fmt.Errorf("adding block %d/%d/%d of %s to %s: it has %d bytes, but must have 1 to %d", zoom, x, y, w.opts.BlockSets[set], w.path, len(data), maxBlockLen)
	}
	return w.spool.add(w.fields()+set, record{tileID: TileID(zoom, x, y), whole: true}, data, data)
}

// checkBlockSets checks that block sets can have these names.
func checkBlockSets(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if !isBlockTable(name) || seen[name] {
			return fmt.Errorf("the name %q of a block set is taken or is no small letters and digits", name)
		}
		seen[name] = true
	}
	return nil
}

// isBlockTable reports whether the table of a block set can have that name: it is plain, and no other table or index is called so.
func isBlockTable(name string) bool {
	return plainID.MatchString(name) && name != metadataTable && name != tilesTable && !strings.HasPrefix(name, tilesTable+"_") &&
		!strings.HasPrefix(name, "sqlite_") && !strings.HasSuffix(name, "_index")
}

// blockSet makes a BlockSet of an archive or a table of blocks.
type blockSet struct{ TileSet }

func (s blockSet) Block(z uint8, x, y uint32) ([]byte, bool, error) { return s.Tile(z, x, y) }

func (f pmtilesFile) Blocks(at Place) (BlockSet, error) {
	if at.Length == 0 {
		return nil, ErrOutside
	}
	r, err := f.Section(at.Section)
	if err != nil {
		return nil, err
	}
	return NewBlocks(r, r.Size())
}

// NewBlocks reads the block set that is the first size bytes of r, as it lies in PMTiles.
func NewBlocks(r io.ReaderAt, size int64) (BlockSet, error) {
	a, err := newReader(r, size, blockKind)
	if err != nil {
		return nil, err
	}
	return blockSet{a}, nil
}
