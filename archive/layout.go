package archive

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/protomaps/go-pmtiles/pmtiles"
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
	Palette func(zoom uint8) [][4]uint8

	// FieldMetadata returns the JSON object that is the metadata of the inner
	// archive of a field (1, 2...). A nil function or result stands for {}.
	FieldMetadata func(field int) []byte

	// Metadata returns the JSON object that is the metadata of the outer archive.
	// It is called once, when the layout is known. A nil function stands for {}.
	Metadata func(*Layout) ([]byte, error)

	// Blob is written behind the last inner archive; nil for none.
	Blob []byte

	// Progress, unless nil, is called now and then while the file is written, from
	// the goroutine that called Finish, with bytes.
	Progress func(done, total int64)
}

// A Layout tells where the parts of an archive lie.
type Layout struct {
	// Fields has one element for each field given to Create.
	Fields []FieldLayout
	// Blob is the place of Contents.Blob, zero if there is none.
	Blob Section
}

// A FieldLayout tells what there is of one field.
type FieldLayout struct {
	// Section is where the field's inner archive lies. It is zero for the outer
	// field, and for a field without tiles, which has no inner archive.
	Section
	// Tiles is the number of tiles; Zooms, in ascending order, lists the zooms that
	// have any.
	Tiles int
	Zooms []ZoomCount
	// MaxIndex is the largest index in any tile.
	MaxIndex uint8
}

// A plan has everything of a file but its tiles, and all offsets and lengths.
type plan struct {
	fields   []fieldPlan
	palettes [MaxZoom + 1][][4]uint8
	layout   Layout
	size     int64
}

// A fieldPlan is the plan of one archive, outer or inner.
type fieldPlan struct {
	records                []record // in the order of their tile ids
	header                 pmtiles.HeaderV3
	root, metadata, leaves []byte
}

// length is that of the archive without what follows its tiles.
func (f *fieldPlan) length() int64 {
	return int64(headerLen + f.header.RootLength + f.header.MetadataLength + f.header.LeafDirectoryLength + f.header.TileDataLength)
}

// newPlan lays out the archive of the given tiles. It sorts records.
func newPlan(records [][]record, c Contents) (*plan, error) {
	if len(records[0]) == 0 {
		return nil, ErrNoTiles
	}
	base, err := c.header()
	if err != nil {
		return nil, err
	}
	p := &plan{fields: make([]fieldPlan, len(records)), layout: Layout{Fields: make([]FieldLayout, len(records))}}
	for i, recs := range records {
		slices.SortFunc(recs, func(a, b record) int { return cmp.Compare(a.tileID, b.tileID) })
		overhead := func(record) (int, error) { return greyOverhead, nil }
		if i == 0 {
			if overhead, err = p.choosePalettes(recs, c); err != nil {
				return nil, err
			}
		}
		if err := p.planField(i, recs, base, overhead); err != nil {
			return nil, fmt.Errorf("field %d: %w", i, err)
		}
	}

	// Inner archives first, as the outer metadata tells where they lie.
	outer := &p.fields[0]
	end := int64(outer.header.TileDataLength)
	for i := 1; i < len(p.fields); i++ {
		f := &p.fields[i]
		if len(f.records) == 0 {
			continue
		}
		var text []byte
		if c.FieldMetadata != nil {
			text = c.FieldMetadata(i)
		}
		if err := f.setMetadata(text); err != nil {
			return nil, fmt.Errorf("field %d: %w", i, err)
		}
		p.layout.Fields[i].Section = Section{end, f.length()}
		end += f.length()
	}
	if len(c.Blob) > 0 {
		p.layout.Blob = Section{end, int64(len(c.Blob))}
		end += int64(len(c.Blob))
	}
	outer.header.TileDataLength = uint64(end)

	var text []byte
	if c.Metadata != nil {
		if text, err = c.Metadata(&p.layout); err != nil {
			return nil, fmt.Errorf("making its metadata: %w", err)
		}
	}
	if err := outer.setMetadata(text); err != nil {
		return nil, err
	}
	p.size = outer.length()
	return p, nil
}

// choosePalettes asks for the palettes of the zooms that occur and returns what
// each tile's PNG file has beside the image data.
func (p *plan) choosePalettes(recs []record, c Contents) (func(record) (int, error), error) {
	if c.Palette == nil {
		return nil, errors.New("it has no palette for the tiles of the outer archive")
	}
	var asked [MaxZoom + 1]bool
	var overheads [MaxZoom + 1][256]int
	return func(r record) (int, error) {
		zoom, x, y := pmtiles.IDToZxy(r.tileID)
		if !asked[zoom] {
			asked[zoom] = true
			palette := c.Palette(zoom)
			p.palettes[zoom] = palette[:min(len(palette), 256)]
			for n := range p.palettes[zoom] {
				overheads[zoom][n] = palettedOverhead(palette[:n+1])
			}
		}
		if int(r.maxIndex) >= len(p.palettes[zoom]) {
			return 0, fmt.Errorf("tile %d/%d/%d has the index %d, but the palette of zoom %d only %d entries", zoom, x, y, r.maxIndex, zoom, len(p.palettes[zoom]))
		}
		return overheads[zoom][r.maxIndex], nil
	}, nil
}

// planField makes the directories and the header of one archive and counts its
// tiles. overhead tells what a tile's PNG file has beside the image data.
func (p *plan) planField(field int, recs []record, base pmtiles.HeaderV3, overhead func(record) (int, error)) error {
	f, l := &p.fields[field], &p.layout.Fields[field]
	f.records, f.header = recs, base
	if len(recs) == 0 {
		return nil
	}
	entries := make([]pmtiles.EntryV3, len(recs))
	var offset uint64
	for i, r := range recs {
		zoom, x, y := pmtiles.IDToZxy(r.tileID)
		if i > 0 && r.tileID == recs[i-1].tileID {
			return fmt.Errorf("tile %d/%d/%d was added twice", zoom, x, y)
		}
		n, err := overhead(r)
		if err != nil {
			return err
		}
		length := uint32(n) + r.length
		entries[i] = pmtiles.EntryV3{TileID: r.tileID, Offset: offset, Length: length, RunLength: 1}
		offset += uint64(length)

		if k := len(l.Zooms); k == 0 || l.Zooms[k-1].Zoom != zoom {
			l.Zooms = append(l.Zooms, ZoomCount{Zoom: zoom})
		}
		z := &l.Zooms[len(l.Zooms)-1]
		z.Tiles++
		z.Bytes += int64(length)
		l.MaxIndex = max(l.MaxIndex, r.maxIndex)
	}
	l.Tiles = len(recs)

	f.root, f.leaves, _ = pmtiles.BuildDirectories(entries, maxRootLen, pmtiles.Gzip)
	h := &f.header
	h.RootOffset, h.RootLength = headerLen, uint64(len(f.root))
	h.LeafDirectoryLength = uint64(len(f.leaves))
	h.TileDataLength = offset
	h.AddressedTilesCount, h.TileEntriesCount, h.TileContentsCount = uint64(len(recs)), uint64(len(recs)), uint64(len(recs))
	h.MinZoom, h.MaxZoom = l.Zooms[0].Zoom, l.Zooms[len(l.Zooms)-1].Zoom
	h.CenterZoom = min(max(h.CenterZoom, h.MinZoom), h.MaxZoom)
	return nil
}

// setMetadata compresses the metadata and computes the offsets that follow it.
func (f *fieldPlan) setMetadata(text []byte) error {
	if text == nil {
		text = []byte("{}")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return fmt.Errorf("its metadata is not a JSON object: %w", err)
	}
	if len(text) > maxMetadataLen {
		return fmt.Errorf("its metadata has %d bytes, more than the %d a reader accepts", len(text), maxMetadataLen)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	f.metadata = b.Bytes()
	h := &f.header
	h.MetadataOffset, h.MetadataLength = h.RootOffset+h.RootLength, uint64(b.Len())
	h.LeafDirectoryOffset = h.MetadataOffset + h.MetadataLength
	h.TileDataOffset = h.LeafDirectoryOffset + h.LeafDirectoryLength
	return nil
}

// header returns what the headers of all archives have in common.
func (c *Contents) header() (pmtiles.HeaderV3, error) {
	h := pmtiles.HeaderV3{
		SpecVersion:         3,
		Clustered:           true,
		InternalCompression: pmtiles.Gzip,
		TileCompression:     pmtiles.NoCompression,
		TileType:            pmtiles.Png,
		CenterZoom:          c.CenterZoom,
	}
	west, south, east, north := c.Bounds[0], c.Bounds[1], c.Bounds[2], c.Bounds[3]
	if !(west < east && south < north && south >= -90 && north <= 90 && west >= -540 && east <= 540) {
		return h, fmt.Errorf("the bounds west %g, south %g, east %g, north %g have no area or are no degrees", west, south, east, north)
	}
	if west < -180 || east > 180 {
		west, east = -180, 180
	}
	h.MinLonE7, h.MinLatE7, h.MaxLonE7, h.MaxLatE7 = e7(west), e7(south), e7(east), e7(north)
	if h.MinLonE7 >= h.MaxLonE7 || h.MinLatE7 >= h.MaxLatE7 {
		return h, fmt.Errorf("the bounds west %g, south %g, east %g, north %g have no area", west, south, east, north)
	}
	if !(c.CenterLat >= -90 && c.CenterLat <= 90 && c.CenterLon >= -540 && c.CenterLon <= 540) {
		return h, fmt.Errorf("the centre, longitude %g, latitude %g, is nowhere", c.CenterLon, c.CenterLat)
	}
	h.CenterLonE7, h.CenterLatE7 = e7(math.Remainder(c.CenterLon, 360)), e7(c.CenterLat)
	return h, nil
}
