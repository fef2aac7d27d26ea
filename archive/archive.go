// Package archive reads, writes and checks the archive of a site, which docs/format.md
// describes: heatmap.pmtiles, one PMTiles v3 archive of value tiles with further archives
// nested in its tile data, or heatmap.mbtiles, an SQLite database with a table for each
// field and each set of blocks. In it are the codec of value tiles (8-bit PNG), the Writer that collects
// tiles from many goroutines and replaces the file in one step, OpenFile, which reads
// either format, and Verify.
//
// It knows nothing of heat: a field is a number here, a value is an index from 0
// to 255, and the blocks and the metadata, which is JSON, are made and understood by
// somebody else.
// What fields and layers there are is said in package layers; package generator
// paints the tiles and puts the two together.
//
// layout.go plans what both formats have in common. PMTiles is in writer.go, reader.go,
// directory.go and verify.go, MBTiles in the files named after it.
package archive

import (
	"math"
)

const (
	// TileSize is the edge of a value tile in pixels.
	TileSize = 256
	// TilePixels is the number of pixels, and of index bytes, of a value tile.
	TilePixels = TileSize * TileSize
	// MaxZoom is the deepest zoom that Writer and Reader accept. A tile id of a
	// deeper zoom would not fit the 53 bits that JavaScript counts exactly.
	MaxZoom = 26
)

const (
	// maxRootLen keeps header and root directory within the first 16 KiB, which a
	// client fetches with its first request (spec v3, section 4).
	maxRootLen = 16384 - headerLen
)

// A Section is a range of bytes inside an archive's tile-data section. Offset is
// relative to the start of that section, as in the metadata of docs/format.md.
type Section struct {
	Offset, Length int64
}

// A Place tells where a field or a block set lies in a file: a Section of PMTiles, or a
// table of MBTiles. The zero Place is that of nothing, and of the outer field of
// PMTiles.
type Place struct {
	Section
	Table string
}

// ZoomCount tells how many tiles, or blocks, of one zoom there are and how many bytes
// their PNG files, or they, have together.
type ZoomCount struct {
	Zoom  uint8
	Tiles int
	Bytes int64
}

// validZXY reports whether a tile of these coordinates exists.
func validZXY(z uint8, x, y uint32) bool {
	return z <= MaxZoom && x < 1<<z && y < 1<<z
}

// e7 converts degrees to the header's units of 1e-7 degree.
func e7(deg float64) int32 { return int32(math.Round(deg * 1e7)) }
