package archive

import (
	"errors"
	"fmt"
)

// What tiles of a map are (PMTiles spec v3, section 3), beside pngType.
const (
	vectorType tileType = 1
	jpegType   tileType = 3
	webpType   tileType = 4
	avifType   tileType = 5
)

// maxMapTile bounds a tile of a map in bytes, as it is stored: a city in vectors has a few hundred thousand.
const maxMapTile = 16 << 20

// foreignKind is tiles of any type.
var foreignKind = &kind{name: "tile", maxLen: maxMapTile}

// A MapFile is a PMTiles archive of map tiles, vectors or pictures, that other programs have made, open for reading. Bytes of any
// origin do no more than make errors.
type MapFile struct{ r *Reader }

// OpenMap opens the map in the file path, whose tiles are of a type and a compression that browsers can read. Call Close.
func OpenMap(path string) (*MapFile, error) {
	r, err := open(path, foreignKind)
	if err != nil {
		return nil, err
	}
	if err := checkMap(&r.header); err != nil {
		r.Close()
		return nil, fmt.Errorf("opening the archive %s: %w", path, err)
	}
	return &MapFile{r}, nil
}

// checkMap returns an error unless browsers can show the map of a header.
func checkMap(h *header) error {
	switch h.tileType {
	case vectorType, pngType, jpegType, webpType, avifType:
	default:
		return fmt.Errorf("its tiles are of type %d, which is neither vectors (MVT) nor pictures", h.tileType)
	}
	if h.compression != noCompression && h.compression != gzipCompression {
		return errors.New("its tiles are compressed in a way that browsers cannot undo; gzip is what they can")
	}
	if h.maxZoom > MaxZoom || h.minZoom > h.maxZoom {
		return fmt.Errorf("its zooms are said to be %d to %d", h.minZoom, h.maxZoom)
	}
	return nil
}

// Close closes the file.
func (m *MapFile) Close() error { return m.r.Close() }

// Vectors reports whether its tiles are vectors (MVT) and not pictures.
func (m *MapFile) Vectors() bool { return m.r.header.tileType == vectorType }

// MaxZoom is its deepest zoom.
func (m *MapFile) MaxZoom() uint8 { return m.r.header.maxZoom }

// Metadata returns the JSON text of its metadata.
func (m *MapFile) Metadata() ([]byte, error) { return m.r.Metadata() }

// Bounds returns west, south, east and north of what it is said to show, in degrees.
func (m *MapFile) Bounds() [4]float64 {
	h := &m.r.header
	return [4]float64{float64(h.minLon) / 1e7, float64(h.minLat) / 1e7, float64(h.maxLon) / 1e7, float64(h.maxLat) / 1e7}
}
