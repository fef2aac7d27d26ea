package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/klauspost/compress/gzip"
)

// An entry of a directory: length bytes at an offset, which are a tile for the run of ids from id on, or, where run is 0, a leaf directory whose first entry has that id. The offset is relative to the first byte of the tile data, or of the leaf
// directories.
type entry struct {
	id, offset  uint64
	length, run uint32
}

// end returns where its bytes end.
func (e *entry) end() uint64 { return e.offset + uint64(e.length) }

// findEntry returns the entry that has the tile id or leads to it, and whether there is one.
func findEntry(entries []entry, id uint64) (entry, bool) {
	next, _ := slices.BinarySearchFunc(entries, id, func(e entry, id uint64) int {
		if e.id <= id {
			return -1
		}
		return 1
	})
	if next == 0 {
		return entry{}, false
	}
	e := entries[next-1]
	return e, e.run == 0 || id-e.id < uint64(e.run)
}

// parseDirectory decodes a directory (PMTiles spec v3, section 4). It takes
// bytes of any origin: it never allocates more than a few
// times what the bytes can stand for, and it returns an error unless the tile ids
// ascend strictly, runs included, lie within the zooms up to MaxZoom, and nothing follows.
func parseDirectory(data []byte, c compression) ([]entry, error) {
	data, err := inflateBytes(data, c, maxDirectoryLen)
	if err != nil {
		return nil, err
	}
	rest := data
	next := func() (uint64, error) {
		v, n := binary.Uvarint(rest)
		if n <= 0 {
			return 0, errors.New("it breaks off, or a number in it is too large")
		}
		rest = rest[n:]
		return v, nil
	}
	count, err := next()
	if err != nil {
		return nil, err
	}
	// An entry has four numbers of at least a byte each.
	if count == 0 || count > uint64(len(rest)/4) {
		return nil, fmt.Errorf("it is said to have %d entries in %d bytes", count, len(data))
	}
	if count > maxEntries {
		return nil, fmt.Errorf("it has %d entries, more than the %d accepted", count, maxEntries)
	}
	entries := make([]entry, count)
	end := idsBefore(MaxZoom + 1)
	var id uint64
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		if i > 0 && v == 0 {
			return nil, fmt.Errorf("entries %d and %d have the same tile id %d", i-1, i, id)
		}
		if v >= end || id+v >= end {
			return nil, fmt.Errorf("the tile id of entry %d is beyond zoom %d", i, MaxZoom)
		}
		id += v
		entries[i].id = id
	}
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		limit := end
		if i+1 < len(entries) {
			limit = entries[i+1].id
		}
		if v > math.MaxUint32 || v > limit-entries[i].id {
			return nil, fmt.Errorf("the run of entry %d, %d tiles from id %d on, runs into the next entry", i, v, entries[i].id)
		}
		entries[i].run = uint32(v)
	}
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		if v == 0 || v > math.MaxUint32 {
			return nil, fmt.Errorf("entry %d has the length %d", i, v)
		}
		entries[i].length = uint32(v)
	}
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		switch {
		case v > 0:
			v--
		case i > 0:
			v = entries[i-1].end()
		default:
			return nil, errors.New("its first entry has no offset")
		}
		if v > math.MaxInt64-math.MaxUint32 {
			return nil, fmt.Errorf("entry %d has the offset %d", i, v)
		}
		entries[i].offset = v
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow its last entry", len(rest))
	}
	return entries, nil
}

// inflateBytes undoes the internal compression of a directory or of metadata,
// which must not be longer than limit. It insists on one gzip member that fills
// data.
func inflateBytes(data []byte, c compression, limit int) ([]byte, error) {
	switch c {
	case noCompression:
		if len(data) > limit {
			return nil, fmt.Errorf("%d bytes are more than the %d accepted", len(data), limit)
		}
		return data, nil
	case gzipCompression:
	default:
		return nil, fmt.Errorf("compression %d is not supported, only none (1) and gzip (2)", c)
	}
	in := bytes.NewReader(data)
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("it is not gzip: %w", err)
	}
	z.Multistream(false)
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(z, int64(limit)+1)); err != nil {
		return nil, fmt.Errorf("it does not decompress: %w", err)
	}
	if b.Len() > limit {
		return nil, fmt.Errorf("it decompresses to more than the %d bytes accepted", limit)
	}
	if in.Len() > 0 {
		return nil, fmt.Errorf("%d bytes follow its compressed data", in.Len())
	}
	return b.Bytes(), nil
}
