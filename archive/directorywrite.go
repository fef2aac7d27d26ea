package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
)

const (
	// leastLeaf is how many entries a leaf directory has at least, but for the last one; they are more where there are so many leaves that the root, which lists them, would be too long.
	leastLeaf = 4096
	// mostLeaves is with how many leaves a root is mostly short enough.
	mostLeaves = 3500
	// mostInRoot is up to how many tiles a root without leaves is tried.
	mostInRoot = 16384
)

// A directoryBuilder makes the directories of an archive of entries that come in ascending order. Leaves go to the spool as they come; it keeps the entries of one, and the root.
type directoryBuilder struct {
	spool   *spool
	maxRoot int     // bytes
	alone   bool    // whether a root without leaves is to be tried
	size    int     // entries of a leaf
	pending []entry // not in a leaf yet
	root    []entry
	leaves  Section // all of them, in the file of the spool
	packer  packer
}

// newDirectoryBuilder makes a builder for so many tiles, whose root is to have at most maxRoot bytes. Nothing else may go to the spool until it is finished.
func newDirectoryBuilder(s *spool, tiles, maxRoot int) *directoryBuilder {
	return &directoryBuilder{spool: s, maxRoot: maxRoot, alone: tiles < mostInRoot, size: max(leastLeaf, tiles/mostLeaves), leaves: Section{Offset: s.size}}
}

// add adds the next entry.
func (d *directoryBuilder) add(e entry) error {
	d.pending = append(d.pending, e)
	if d.alone || len(d.pending) < d.size {
		return nil
	}
	return d.endLeaf(len(d.pending))
}

// endLeaf makes a leaf of the first n pending entries.
func (d *directoryBuilder) endLeaf(n int) error {
	b := d.packer.pack(d.pending[:n])
	d.root = append(d.root, entry{id: d.pending[0].id, offset: uint64(d.leaves.Length), length: uint32(len(b))})
	d.leaves.Length += int64(len(b))
	d.pending = d.pending[:copy(d.pending, d.pending[n:])]
	return d.spool.append(b)
}

// finish returns the root, and where in the file of the spool the leaves lie.
func (d *directoryBuilder) finish() (root []byte, leaves Section, err error) {
	if d.alone {
		if root = d.packer.pack(d.pending); len(root) <= d.maxRoot {
			return bytes.Clone(root), d.leaves, nil
		}
	}
	for {
		for len(d.pending) > 0 {
			if err := d.endLeaf(min(len(d.pending), d.size)); err != nil {
				return nil, Section{}, err
			}
		}
		if err := d.spool.flush(); err != nil {
			return nil, Section{}, err
		}
		if root = d.packer.pack(d.root); len(root) <= d.maxRoot {
			return bytes.Clone(root), d.leaves, nil
		}
		if err := d.enlarge(); err != nil {
			return nil, Section{}, err
		}
	}
}

// enlarge makes leaves that are a fifth larger of those there are.
func (d *directoryBuilder) enlarge() error {
	before, at := d.root, d.leaves.Offset
	d.alone, d.size, d.root, d.leaves = false, d.size+d.size/5, nil, Section{Offset: d.spool.size}
	for _, p := range before {
		b, err := d.spool.read(nil, &record{offset: at + int64(p.offset), length: p.length})
		if err != nil {
			return err
		}
		entries, err := parseDirectory(b, gzipCompression)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := d.add(e); err != nil {
				return err
			}
		}
	}
	return nil
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
