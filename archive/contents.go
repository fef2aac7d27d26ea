package archive

import (
	"fmt"
	"math"
)

// Contents is what an archive holds beside its tiles.
type Contents struct {
	// Bounds are west, south, east, north of the data in degrees, with an area.
	// East may exceed 180 where the data lie across the antimeridian; the header
	// then says -180 to 180, as it knows no other way.
	Bounds [4]float64
	// CenterLon, CenterLat (degrees) and CenterZoom are where a viewer that knows
	// no better starts. The zoom is moved into the range of each archive's tiles.
	CenterLon, CenterLat float64
	CenterZoom           uint8

	// Palette returns the colours (red, green, blue, alpha, not premultiplied) of
	// the indices 0, 1, 2... in the outer archive's tiles of a zoom. It must have
	// an entry for every index that occurs; every tile carries as many as it needs.
	// It may be nil where all tiles come by AddPNG.
	Palette func(zoom uint8) [][4]uint8

	// FieldMetadata returns the JSON object that is the metadata of the inner
	// archive of a field (1, 2...). A nil function or result stands for {}. MBTiles has
	// no such metadata.
	FieldMetadata func(field int) []byte

	// BlocksMetadata is the same for the inner archive of a block set (0, 1...).
	BlocksMetadata func(set int) []byte

	// Metadata returns the JSON object that is the metadata of the outer archive.
	// It is called once, when the layout is known. A nil function stands for {}. In
	// MBTiles each key becomes a row of the table metadata, and "name" is required.
	Metadata func(*Layout) ([]byte, error)

	// Progress, unless nil, is called now and then while the file is written, from
	// the goroutine that called Finish, with bytes.
	Progress func(done, total int64)
}

// fieldMetadata asks for the metadata of the inner archive of a field, nil where they are not told.
func (c *Contents) fieldMetadata(field int) []byte {
	if c.FieldMetadata == nil {
		return nil
	}
	return c.FieldMetadata(field)
}

// blocksMetadata asks for the metadata of the inner archive of a block set, nil where they are not told.
func (c *Contents) blocksMetadata(set int) []byte {
	if c.BlocksMetadata == nil {
		return nil
	}
	return c.BlocksMetadata(set)
}

// header returns what the headers of all archives have in common.
func (c *Contents) header() (header, error) {
	h := header{clustered: true, internal: gzipCompression, centerZoom: c.CenterZoom}
	west, south, east, north := c.Bounds[0], c.Bounds[1], c.Bounds[2], c.Bounds[3]
	if !(west < east && south < north && south >= -90 && north <= 90 && west >= -540 && east <= 540) {
		return h, fmt.Errorf("the bounds west %g, south %g, east %g, north %g have no area or are no degrees", west, south, east, north)
	}
	if west < -180 || east > 180 {
		west, east = -180, 180
	}
	h.minLon, h.minLat, h.maxLon, h.maxLat = e7(west), e7(south), e7(east), e7(north)
	if h.minLon >= h.maxLon || h.minLat >= h.maxLat {
		return h, fmt.Errorf("the bounds west %g, south %g, east %g, north %g have no area", west, south, east, north)
	}
	if !(c.CenterLat >= -90 && c.CenterLat <= 90 && c.CenterLon >= -540 && c.CenterLon <= 540) {
		return h, fmt.Errorf("the centre, longitude %g, latitude %g, is nowhere", c.CenterLon, c.CenterLat)
	}
	h.centerLon, h.centerLat = e7(math.Remainder(c.CenterLon, 360)), e7(c.CenterLat)
	return h, nil
}
