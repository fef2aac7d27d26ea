package archive

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"sync"

	"heatmapgen/internal/atomicfile"
)

// ErrOutside is what Inner and Section return when the bytes asked for do not lie
// inside the tile-data section, for instance because a tool dropped them; Field and Blocks
// of a File also when there is no such table. Such a field or block set is to be ignored
// (docs/format.md).
var ErrOutside = errors.New("it does not lie inside the archive")

// maxCachedEntries bounds what a Reader remembers of leaf directories: 24 MiB.
const maxCachedEntries = 1 << 20

// A Reader reads an archive, outer or inner. It takes bytes of any origin: what is
// wrong with them becomes an error. It understands PMTiles v3 with one level
// of leaf directories, uncompressed or gzip. It is safe for concurrent use.
type Reader struct {
	r      io.ReaderAt
	size   int64
	close  func() error
	kind   *kind
	header header
	root   []entry

	mu     sync.Mutex
	leaves map[uint64][]entry // by offset
	cached int                // entries in leaves
}

// An Entry is a tile or block in the directory, or in a table of MBTiles. Section is where its
// PNG file, or the block, lies; in MBTiles only its length is told.
type Entry struct {
	TileID uint64
	Zoom   uint8
	X, Y   uint32
	Section
}

// Open opens the archive in the file path. Call Close.
func Open(path string) (*Reader, error) { return open(path, tileKind) }

func open(path string, k *kind) (*Reader, error) {
	f, err := atomicfile.OpenShared(path)
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	var r *Reader
	if err == nil {
		r, err = newReader(f, info.Size(), k)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening the archive %s: %w", path, err)
	}
	r.close = f.Close
	return r, nil
}

// NewReader reads the archive that is the first size bytes of r.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) { return newReader(r, size, tileKind) }

func newReader(r io.ReaderAt, size int64, k *kind) (*Reader, error) {
	a := &Reader{r: r, size: size, kind: k, leaves: map[uint64][]entry{}}
	var err error
	if a.header, err = readHeader(r, size); err != nil {
		return nil, err
	}
	root, err := a.bytes(a.header.root.offset, a.header.root.length, maxDirectoryLen)
	if err != nil {
		return nil, fmt.Errorf("reading the root directory: %w", err)
	}
	if a.root, err = parseDirectory(root, a.header.internal); err != nil {
		return nil, fmt.Errorf("reading the root directory: %w", err)
	}
	return a, nil
}

// readHeader reads the header and checks that its sections lie within size.
func readHeader(r io.ReaderAt, size int64) (header, error) {
	var h header
	if size < headerLen {
		return h, fmt.Errorf("%d bytes are too few for a PMTiles archive", size)
	}
	var b [headerLen]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return h, fmt.Errorf("reading the header: %w", err)
	}
	h, err := parseHeader(&b)
	if err != nil {
		return h, fmt.Errorf("reading the header: %w", err)
	}
	for i, s := range h.sections() {
		if s.offset < headerLen || s.length > uint64(size) || s.offset > uint64(size)-s.length {
			return h, fmt.Errorf("the header puts the %s at byte %d with a length of %d, but the archive has %d bytes: it is cut off or damaged", headerSections[i], s.offset, s.length, size)
		}
	}
	return h, nil
}

// Close closes the file of a Reader made by Open.
func (a *Reader) Close() error {
	if a.close == nil {
		return nil
	}
	return a.close()
}

// Size returns the length of the archive in bytes.
func (a *Reader) Size() int64 { return a.size }

// bytes reads a range that must lie within the archive and have at most limit bytes.
func (a *Reader) bytes(offset, length, limit uint64) ([]byte, error) {
	if length > limit {
		return nil, fmt.Errorf("%d bytes are more than the %d accepted", length, limit)
	}
	if length > uint64(a.size) || offset > uint64(a.size)-length {
		return nil, fmt.Errorf("bytes %d to %d lie outside the archive of %d bytes", offset, offset+length, a.size)
	}
	b := make([]byte, length)
	if _, err := a.r.ReadAt(b, int64(offset)); err != nil {
		return nil, err
	}
	return b, nil
}

// Metadata returns the JSON text of the metadata.
func (a *Reader) Metadata() ([]byte, error) {
	b, err := a.bytes(a.header.metadata.offset, a.header.metadata.length, maxMetadataLen)
	if err == nil {
		b, err = inflateBytes(b, a.header.internal, maxMetadataLen)
	}
	if err == nil {
		err = checkMetadata(b)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the metadata: %w", err)
	}
	return b, nil
}

// Section returns a part of the tile-data section, such as an inner archive. The error is
// ErrOutside when it does not lie inside.
func (a *Reader) Section(s Section) (*io.SectionReader, error) {
	if s.Offset < 0 || s.Length < 0 || uint64(s.Length) > a.header.tiles.length || uint64(s.Offset) > a.header.tiles.length-uint64(s.Length) {
		return nil, ErrOutside
	}
	return io.NewSectionReader(a.r, int64(a.header.tiles.offset)+s.Offset, s.Length), nil
}

// Inner opens the archive nested in a part of the tile-data section. The error is
// ErrOutside when it does not lie inside. It shares the outer one's file.
func (a *Reader) Inner(s Section) (*Reader, error) {
	r, err := a.Section(s)
	if err != nil {
		return nil, err
	}
	return NewReader(r, s.Length)
}

// Tile returns the PNG file of a tile, and whether there is one.
func (a *Reader) Tile(z uint8, x, y uint32) ([]byte, bool, error) {
	if !validZXY(z, x, y) {
		return nil, false, nil
	}
	b, ok, err := a.tile(TileID(z, x, y))
	if err != nil {
		return nil, false, fmt.Errorf("reading %s %d/%d/%d: %w", a.kind.name, z, x, y, err)
	}
	return b, ok, nil
}

func (a *Reader) tile(id uint64) ([]byte, bool, error) {
	e, ok := findEntry(a.root, id)
	if ok && e.run == 0 {
		leaf, err := a.leaf(e)
		if err != nil {
			return nil, false, err
		}
		if e, ok = findEntry(leaf, id); ok && e.run == 0 {
			return nil, false, errNesting
		}
	}
	if !ok {
		return nil, false, nil
	}
	b, err := a.ReadTile(Section{int64(e.offset), int64(e.length)})
	return b, err == nil, err
}

// ReadTile reads the PNG file at the place that an Entry tells.
func (a *Reader) ReadTile(s Section) ([]byte, error) {
	r, err := a.Section(s)
	if err != nil {
		return nil, err
	}
	if s.Length > a.kind.maxLen {
		return nil, fmt.Errorf("%d bytes are too many for a %s", s.Length, a.kind.name)
	}
	b := make([]byte, s.Length)
	if _, err := r.ReadAt(b, 0); err != nil {
		return nil, err
	}
	return b, nil
}

// Read reads the PNG file of an entry.
func (a *Reader) Read(e Entry) ([]byte, error) { return a.ReadTile(e.Section) }

// maxTileLen bounds the PNG file of a tile.
const maxTileLen = maxIDATLen + greyOverhead + 2*chunkFrame + 4*256

var errNesting = errors.New("a leaf directory points to another directory: only one level of them is understood")

// leaf reads the leaf directory that a root entry points to.
func (a *Reader) leaf(e entry) ([]entry, error) {
	a.mu.Lock()
	entries, ok := a.leaves[e.offset]
	a.mu.Unlock()
	if ok {
		return entries, nil
	}
	h := &a.header
	if uint64(e.length) > h.leaves.length || e.offset > h.leaves.length-uint64(e.length) {
		return nil, fmt.Errorf("the leaf directory at byte %d with a length of %d lies outside its section of %d bytes", e.offset, e.length, h.leaves.length)
	}
	b, err := a.bytes(h.leaves.offset+e.offset, uint64(e.length), maxDirectoryLen)
	if err == nil {
		entries, err = parseDirectory(b, h.internal)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the leaf directory at byte %d: %w", e.offset, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cached+len(entries) > maxCachedEntries {
		clear(a.leaves)
		a.cached = 0
	}
	if _, ok := a.leaves[e.offset]; !ok {
		a.leaves[e.offset] = entries
		a.cached += len(entries)
	}
	return entries, nil
}

// Entries lists all tiles in the order of the directories, which is that of
// ascending tile ids: it ends with an error where they do not ascend, or are too many. A run of tiles with
// one content is listed tile by tile.
func (a *Reader) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		tiles := 0
		err := a.walk(everything, func(e entry) bool {
			for i := range uint64(e.run) {
				if tiles++; tiles > maxTiles {
					yield(Entry{}, fmt.Errorf("the directories list more than the %d tiles accepted", maxTiles))
					return false
				}
				z, x, y := TileAt(e.id + i)
				if !yield(Entry{e.id + i, z, x, y, Section{int64(e.offset), int64(e.length)}}, nil) {
					return false
				}
			}
			return true
		})
		if err != nil {
			yield(Entry{}, err)
		}
	}
}

// everything makes walk read all directories.
func everything(first, end uint64) bool { return true }

// walk calls visit for every tile entry until it returns false, but for those in leaf directories whose ids, from first up to end, are not wanted. It asks for these in
// ascending order.
func (a *Reader) walk(wanted func(first, end uint64) bool, visit func(entry) bool) error {
	var next uint64 // the least tile id that may follow
	for i, e := range a.root {
		if e.run > 0 {
			if e.id < next {
				return fmt.Errorf("tile id %d follows id %d in the directories", e.id, next-1)
			}
			next = e.id + uint64(e.run)
			if !visit(e) {
				return nil
			}
			continue
		}
		limit := uint64(math.MaxUint64)
		if i+1 < len(a.root) {
			limit = a.root[i+1].id
		}
		if !wanted(e.id, limit) {
			continue
		}
		leaf, err := a.leaf(e)
		if err != nil {
			return err
		}
		if leaf[0].id != e.id {
			return fmt.Errorf("the leaf directory for tile id %d and on begins with id %d", e.id, leaf[0].id)
		}
		for _, t := range leaf {
			switch {
			case t.run == 0:
				return errNesting
			case t.id < next:
				return fmt.Errorf("tile id %d follows id %d in the directories", t.id, next-1)
			case t.id+uint64(t.run) > limit:
				return fmt.Errorf("the leaf directory for tile ids %d to %d has id %d", e.id, limit-1, t.id+uint64(t.run)-1)
			}
			next = t.id + uint64(t.run)
			if !visit(t) {
				return nil
			}
		}
	}
	return nil
}
