package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"
	"github.com/protomaps/go-pmtiles/pmtiles"
)

// parseDirectory decodes a directory (PMTiles spec v3, section 4). Other than
// go-pmtiles it takes bytes of any origin: it never allocates more than a few
// times what the bytes can stand for, and it returns an error unless the tile ids
// ascend strictly, runs included, lie within the zooms up to MaxZoom, and nothing follows.
func parseDirectory(data []byte, compression pmtiles.Compression) ([]pmtiles.EntryV3, error) {
	data, err := inflateBytes(data, compression, maxDirectoryLen)
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
	entries := make([]pmtiles.EntryV3, count)
	end := pmtiles.ZxyToID(MaxZoom+1, 0, 0)
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
		entries[i].TileID = id
	}
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		limit := end
		if i+1 < len(entries) {
			limit = entries[i+1].TileID
		}
		if v > math.MaxUint32 || v > limit-entries[i].TileID {
			return nil, fmt.Errorf("the run of entry %d, %d tiles from id %d on, runs into the next entry", i, v, entries[i].TileID)
		}
		entries[i].RunLength = uint32(v)
	}
	for i := range entries {
		v, err := next()
		if err != nil {
			return nil, err
		}
		if v == 0 || v > math.MaxUint32 {
			return nil, fmt.Errorf("entry %d has the length %d", i, v)
		}
		entries[i].Length = uint32(v)
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
			v = entries[i-1].Offset + uint64(entries[i-1].Length)
		default:
			return nil, errors.New("its first entry has no offset")
		}
		if v > math.MaxInt64-math.MaxUint32 {
			return nil, fmt.Errorf("entry %d has the offset %d", i, v)
		}
		entries[i].Offset = v
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow its last entry", len(rest))
	}
	return entries, nil
}

// inflateBytes undoes the internal compression of a directory or of metadata,
// which must not be longer than limit. It insists on one gzip member that fills
// data.
func inflateBytes(data []byte, compression pmtiles.Compression, limit int) ([]byte, error) {
	switch compression {
	case pmtiles.NoCompression:
		if len(data) > limit {
			return nil, fmt.Errorf("%d bytes are more than the %d accepted", len(data), limit)
		}
		return data, nil
	case pmtiles.Gzip:
	default:
		return nil, fmt.Errorf("compression %d is not supported, only none (1) and gzip (2)", compression)
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
