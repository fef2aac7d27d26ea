package archive

import (
	"encoding/binary"
	"fmt"
	"io"
)

// How much of an archive is read. A file is of anybody: a small one can unfold to more than a computer holds, or lead round
// in circles, so everything that grows has an end. docs/format.md ("Limits") lists them; viewer/src/archive/limits.ts has
// those of the page, and the Writer keeps to them.
const (
	// maxDirectoryLen bounds a directory in bytes, compressed and inflated, and maxEntries the entries in it: BuildDirectories puts 4096
	// into one, more only beyond 14 million tiles.
	maxDirectoryLen = 1 << 20
	maxEntries      = 1 << 15
	// maxMetadataLen bounds the metadata in bytes, compressed and inflated.
	maxMetadataLen = 64 << 20
	// maxValues bounds the numbers, texts, objects and lists in the metadata, and maxParts the objects, keys and lists.
	maxValues = 12_000_000
	maxParts  = 50_000
	// maxTiles bounds the tiles of a field and the blocks of a set: a run of tiles with one content takes few bytes.
	maxTiles = 1 << 24
	// maxBlockLen bounds a block in bytes, as it is stored.
	maxBlockLen = 16 << 20
	// maxRows and maxTreePages bound the rows of the tables of an SQLite database that are read as a whole, its schema and metadata, and
	// the pages of the former; maxSchemaLen its statements in bytes.
	maxRows      = 4_000
	maxTreePages = 4_000
	maxSchemaLen = 1 << 20
)

// checkMetadata returns an error where a JSON text has more in it than the metadata of any archive: parsed, a short one can take
// a hundred times its length. What is no JSON may pass.
func checkMetadata(text []byte) error {
	if len(text) > maxMetadataLen {
		return fmt.Errorf("its metadata have %d bytes, more than the %d accepted", len(text), maxMetadataLen)
	}
	values, parts := 0, 0
	inText := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == ',':
			values++
		case c == '[' || c == '{' || c == ':':
			parts++
		}
	}
	if parts > maxParts {
		return fmt.Errorf("its metadata have %d objects, keys and lists, more than the %d accepted", parts, maxParts)
	}
	if values > maxValues {
		return fmt.Errorf("its metadata have %d values, more than the %d accepted", values, maxValues)
	}
	return nil
}

// checkSchema returns an error where the schema of an SQLite database has more pages or rows than any, or leads back to a page:
// SQLite reads all of it before it answers anything, follows every way through it, and cannot be told to stop. What is wrong
// otherwise SQLite finds by itself.
func checkSchema(r io.ReaderAt) error {
	const headerLen = 100
	var header [headerLen]byte
	if _, err := r.ReadAt(header[:], 0); err != nil {
		return nil
	}
	size := int(binary.BigEndian.Uint16(header[16:]))
	if size == 1 {
		size = 1 << 16
	}
	if size < 512 {
		return nil
	}
	const leaf, interior = 13, 5
	seen := map[uint32]bool{1: true}
	page := make([]byte, size)
	rows, length := 0, uint64(0)
	for next := []uint32{1}; len(next) > 0; {
		n := next[len(next)-1]
		next = next[:len(next)-1]
		if _, err := r.ReadAt(page, int64(n-1)*int64(size)); err != nil {
			return nil
		}
		head := page
		if n == 1 {
			head = page[headerLen:]
		}
		kind, count := head[0], int(binary.BigEndian.Uint16(head[3:]))
		list := head[8:]
		var children []uint32
		switch kind {
		case interior:
			children = append(children, binary.BigEndian.Uint32(head[8:]))
			list = head[12:]
		case leaf:
		default:
			continue
		}
		for i := range min(count, len(list)/2) {
			cell := page[min(int(binary.BigEndian.Uint16(list[2*i:])), size):]
			switch {
			case kind == interior && len(cell) >= 4:
				children = append(children, binary.BigEndian.Uint32(cell))
			case kind == leaf:
				rows++
				length += sqliteNumber(cell)
			}
		}
		for _, c := range children {
			if seen[c] {
				return fmt.Errorf("page %d occurs twice in its schema: it is damaged, or made to do harm", c)
			}
			if c > 0 {
				seen[c] = true
				next = append(next, c)
			}
		}
		if len(seen) > maxTreePages || rows > maxRows || length > maxSchemaLen {
			return fmt.Errorf("its schema has more than the %d tables and %d bytes accepted", maxRows, maxSchemaLen)
		}
	}
	return nil
}

// sqliteNumber reads the number that a cell begins with (file format, section 1.6), as far as 2^35.
func sqliteNumber(cell []byte) uint64 {
	var n uint64
	for _, b := range cell[:min(5, len(cell))] {
		n = n<<7 | uint64(b&0x7f)
		if b < 0x80 {
			break
		}
	}
	return n
}
