package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"slices"
)

const (
	// leastLeaf is how many entries a leaf directory has at least, but for the last one; they are more where there are so many leaves that the root, which lists them, would be too long.
	leastLeaf = 4096
	// mostLeaves is with how many leaves a root is mostly short enough.
	mostLeaves = 3500
	// mostInRoot is up to how many tiles a root without leaves is tried.
	mostInRoot = 16384
)

// A directoryBuilder makes the directories of an archive of entries that come in ascending order. Leaves are written as they come; it keeps the entries of one, and the root.
type directoryBuilder struct {
	leaves  io.Writer
	maxRoot int // bytes
	alone   bool
	size    int     // entries of a leaf
	pending []entry // not in a leaf yet
	root    []entry
	length  uint64 // of all leaves in bytes
	packer  packer
}

// newDirectoryBuilder makes a builder for so many tiles, whose root is to have at most maxRoot bytes, and whose leaves go to leaves.
func newDirectoryBuilder(tiles, maxRoot int, leaves io.Writer) *directoryBuilder {
	return &directoryBuilder{leaves: leaves, maxRoot: maxRoot, alone: tiles < mostInRoot, size: max(leastLeaf, tiles/mostLeaves)}
}

// add adds the next entry.
func (d *directoryBuilder) add(e entry) error {
	d.pending = append(d.pending, e)
	if d.alone || len(d.pending) < d.size {
		return nil
	}
	err := d.leaf(d.pending)
	d.pending = d.pending[:0]
	return err
}

// leaf writes a leaf.
func (d *directoryBuilder) leaf(entries []entry) error {
	b := d.packer.pack(entries)
	d.root = append(d.root, entry{id: entries[0].id, offset: d.length, length: uint32(len(b))})
	d.length += uint64(len(b))
	_, err := d.leaves.Write(b)
	return err
}

// finish returns the root; ok is false where it is longer than it may be, so that all entries must be added to a builder with larger leaves.
func (d *directoryBuilder) finish() (root []byte, ok bool, err error) {
	if d.alone {
		if root := d.packer.pack(d.pending); len(root) <= d.maxRoot {
			return bytes.Clone(root), true, nil
		}
	}
	for some := range slices.Chunk(d.pending, d.size) {
		if err := d.leaf(some); err != nil {
			return nil, false, err
		}
	}
	root = d.packer.pack(d.root)
	return bytes.Clone(root), len(root) <= d.maxRoot, nil
}

// larger returns a builder for the same tiles, the leaves of which are a fifth larger.
func (d *directoryBuilder) larger() *directoryBuilder {
	return &directoryBuilder{leaves: d.leaves, maxRoot: d.maxRoot, size: d.size + d.size/5, packer: d.packer}
}

// A packer serialises directories.
type packer struct {
	gzip   *gzip.Writer
	plain  []byte
	packed *bytes.Buffer
}

// pack returns the bytes of a directory with these entries, gzipped, which are valid until the next call.
func (p *packer) pack(entries []entry) []byte {
	if p.gzip == nil {
		p.packed = &bytes.Buffer{}
		p.gzip, _ = gzip.NewWriterLevel(p.packed, gzip.BestCompression) // there is such a level
	}
	p.plain = appendDirectory(p.plain[:0], entries)
	p.packed.Reset()
	p.gzip.Reset(p.packed)
	p.gzip.Write(p.plain) // a buffer takes everything
	p.gzip.Close()
	return p.packed.Bytes()
}

// appendDirectory appends a directory with these entries before its compression (PMTiles spec v3, section 4): how many there are, the steps between their ids, their runs, their lengths, their offsets. An offset is 0 where the entry
// follows the one before without a gap, else greater by one than it is.
func appendDirectory(dst []byte, entries []entry) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		dst = binary.AppendUvarint(dst, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		dst = binary.AppendUvarint(dst, uint64(e.run))
	}
	for _, e := range entries {
		dst = binary.AppendUvarint(dst, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].end() {
			dst = append(dst, 0)
		} else {
			dst = binary.AppendUvarint(dst, e.offset+1)
		}
	}
	return dst
}
