package archive

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// headerLen is the length of a PMTiles header in bytes, and headerMagic how it begins (spec v3, section 3).
const (
	headerLen   = 127
	headerMagic = "PMTiles"
)

// A compression is how directories and metadata, or tiles, are compressed. Other numbers stand for what is not understood here.
type compression uint8

const (
	noCompression   compression = 1
	gzipCompression compression = 2
)

// A tileType is what tiles are.
type tileType uint8

const (
	unknownType tileType = 0
	pngType     tileType = 2
)

// A header is that of a PMTiles archive. Offsets are relative to its first byte, coordinates in units of 1e-7 degree.
type header struct {
	root, metadata, leaves, tiles  headerSection
	addressed, entries, contents   uint64 // how many tiles, entries for tiles and different tiles there are
	clustered                      bool   // tiles lie in the order of their ids
	internal                       compression
	compression                    compression // of each tile
	tileType                       tileType
	minZoom, maxZoom, centerZoom   uint8
	minLon, minLat, maxLon, maxLat int32
	centerLon, centerLat           int32
}

// A headerSection is one of the four sections that a header tells of.
type headerSection struct{ offset, length uint64 }

// end returns where the section ends.
func (s headerSection) end() uint64 { return s.offset + s.length }

// headerSections are the names of the sections, in the order that docs/format.md demands.
var headerSections = [4]string{"root directory", "metadata", "leaf directories", "tile data"}

// sections returns the sections in that order.
func (h *header) sections() [4]headerSection {
	return [4]headerSection{h.root, h.metadata, h.leaves, h.tiles}
}

// encode returns the headerLen bytes of the header.
func (h *header) encode() []byte {
	b := append(make([]byte, 0, headerLen), headerMagic...)
	b = append(b, 3)
	for _, s := range h.sections() {
		b = binary.LittleEndian.AppendUint64(b, s.offset)
		b = binary.LittleEndian.AppendUint64(b, s.length)
	}
	for _, n := range [...]uint64{h.addressed, h.entries, h.contents} {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	clustered := byte(0)
	if h.clustered {
		clustered = 1
	}
	b = append(b, clustered, byte(h.internal), byte(h.compression), byte(h.tileType), h.minZoom, h.maxZoom)
	for _, v := range [...]int32{h.minLon, h.minLat, h.maxLon, h.maxLat} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	b = append(b, h.centerZoom)
	b = binary.LittleEndian.AppendUint32(b, uint32(h.centerLon))
	return binary.LittleEndian.AppendUint32(b, uint32(h.centerLat))
}

// parseHeader reads what encode wrote. What it says is not looked at.
func parseHeader(b *[headerLen]byte) (h header, err error) {
	if string(b[:len(headerMagic)]) != headerMagic {
		return h, errors.New("magic number not that of PMTiles")
	}
	if version := b[len(headerMagic)]; version != 3 {
		return h, fmt.Errorf("it is PMTiles version %d, but only version 3 is understood", version)
	}
	long := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	short := func(at int) int32 { return int32(binary.LittleEndian.Uint32(b[at:])) }
	for i, s := range [...]*headerSection{&h.root, &h.metadata, &h.leaves, &h.tiles} {
		*s = headerSection{long(8 + 16*i), long(16 + 16*i)}
	}
	h.addressed, h.entries, h.contents = long(72), long(80), long(88)
	h.clustered, h.internal, h.compression, h.tileType = b[96] == 1, compression(b[97]), compression(b[98]), tileType(b[99])
	h.minZoom, h.maxZoom, h.centerZoom = b[100], b[101], b[118]
	h.minLon, h.minLat, h.maxLon, h.maxLat = short(102), short(106), short(110), short(114)
	h.centerLon, h.centerLat = short(119), short(123)
	return h, nil
}
