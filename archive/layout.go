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
	// It may be nil where all tiles come by AddPNG.
	Palette func(zoom uint8) [][4]uint8

	// FieldMetadata returns the JSON object that is the metadata of the inner
	// archive of a field (1, 2...). A nil function or result stands for {}. MBTiles has
	// no such metadata.
	FieldMetadata func(field int) []byte

	// Metadata returns the JSON object that is the metadata of the outer archive.
	// It is called once, when the layout is known. A nil function stands for {}. In
	// MBTiles each key becomes a row of the table metadata, and "name" is required.
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
	// Blob is the place of Contents.Blob, zero if there is none. Its length is told in
	// both formats.
	Blob Place
}

// A FieldLayout tells what there is of one field.
type FieldLayout struct {
	// Place is where the field's inner archive or table lies. It is zero for a field
	// without tiles, which has neither, and for the outer field of PMTiles.
	Place
	// Tiles is the number of tiles; Zooms, in ascending order, lists the zooms that
	// have any.
	Tiles int
	Zooms []ZoomCount
	// MaxIndex is the largest index in any tile.
	MaxIndex uint8
	// Sum stands for all tiles.
	Sum Sum
}

// A plan has what files of both formats need beside their tiles: the palettes,
// the lengths of all PNG files, and what there is of each field and zoom.
type plan struct {
	records   [][]record // by field, in the order of their tile ids
	palettes  [MaxZoom + 1][][4]uint8
	overheads [MaxZoom + 1][256]int // what a paletted PNG file has beside the image data, by largest index
	layout    Layout
	// base is the header of PMTiles as far as it does not depend on the tiles. Bounds and
	// centre of MBTiles come from it too.
	base pmtiles.HeaderV3
}

// newPlan counts the given tiles, whose sums are given too, and asks for their palettes. It sorts records.
func newPlan(records [][]record, sums []Sum, c Contents) (*plan, error) {
	if len(records[0]) == 0 {
		return nil, ErrNoTiles
	}
	if len(c.Blob) > maxBlobLen {
		return nil, fmt.Errorf("its blob has %d bytes, more than the %d that readers accept", len(c.Blob), maxBlobLen)
	}
	base, err := c.header()
	if err != nil {
		return nil, err
	}
	p := &plan{records: records, layout: Layout{Fields: make([]FieldLayout, len(records))}, base: base}
	for i, recs := range records {
		p.layout.Fields[i].Sum = sums[i]
		slices.SortFunc(recs, func(a, b record) int { return cmp.Compare(a.tileID, b.tileID) })
		if i == 0 {
			if err := p.choosePalettes(recs, c); err != nil {
				return nil, err
			}
		}
		if err := p.count(i); err != nil {
			return nil, fmt.Errorf("field %d: %w", i, err)
		}
	}
	return p, nil
}

// choosePalettes asks for the palettes of the zooms that occur.
func (p *plan) choosePalettes(recs []record, c Contents) error {
	var asked [MaxZoom + 1]bool
	for _, r := range recs {
		if r.whole {
			continue
		}
		zoom, x, y := pmtiles.IDToZxy(r.tileID)
		if c.Palette == nil {
			return errors.New("it has no palette for the tiles of the outer archive")
		}
		if !asked[zoom] {
			asked[zoom] = true
			palette := c.Palette(zoom)
			p.palettes[zoom] = palette[:min(len(palette), 256)]
			for n := range p.palettes[zoom] {
				p.overheads[zoom][n] = palettedOverhead(palette[:n+1])
			}
		}
		if int(r.maxIndex) >= len(p.palettes[zoom]) {
			return fmt.Errorf("field 0: tile %d/%d/%d has the index %d, but the palette of zoom %d only %d entries", zoom, x, y, r.maxIndex, zoom, len(p.palettes[zoom]))
		}
	}
	return nil
}

// count adds up the tiles of a field.
func (p *plan) count(field int) error {
	l := &p.layout.Fields[field]
	recs := p.records[field]
	if len(recs) > maxTiles {
		return fmt.Errorf("its %d tiles are more than the %d that readers accept; lower max_zoom in [render]", len(recs), maxTiles)
	}
	for i, r := range recs {
		zoom, x, y := pmtiles.IDToZxy(r.tileID)
		if i > 0 && r.tileID == recs[i-1].tileID {
			return fmt.Errorf("tile %d/%d/%d was added twice", zoom, x, y)
		}
		if k := len(l.Zooms); k == 0 || l.Zooms[k-1].Zoom != zoom {
			l.Zooms = append(l.Zooms, ZoomCount{Zoom: zoom})
		}
		z := &l.Zooms[len(l.Zooms)-1]
		z.Tiles++
		z.Bytes += int64(p.pngLen(field, r))
		l.MaxIndex = max(l.MaxIndex, r.maxIndex)
	}
	l.Tiles = len(recs)
	return nil
}

// pngLen returns the length of a tile's PNG file.
func (p *plan) pngLen(field int, r record) uint32 {
	switch {
	case r.whole:
		return r.length
	case field == 0:
		zoom, _, _ := pmtiles.IDToZxy(r.tileID)
		return r.length + uint32(p.overheads[zoom][r.maxIndex])
	}
	return r.length + uint32(greyOverhead)
}

// appendPNG appends a tile's PNG file to dst. data is what the spool has of it.
func (p *plan) appendPNG(dst []byte, field int, r record, data []byte) []byte {
	switch {
	case r.whole:
		return append(dst, data...)
	case field == 0:
		zoom, _, _ := pmtiles.IDToZxy(r.tileID)
		return PalettedPNG(dst, data, p.palettes[zoom][:int(r.maxIndex)+1])
	}
	return GreyPNG(dst, data)
}

// A filePlan is the plan of a PMTiles file, with all offsets and lengths.
type filePlan struct {
	*plan
	parts []archivePlan // by field
	size  int64
}

// An archivePlan is the plan of one archive, outer or inner: everything but its
// tiles.
type archivePlan struct {
	header                 pmtiles.HeaderV3
	root, metadata, leaves []byte
}

// length is that of the archive without what follows its tiles.
func (f *archivePlan) length() int64 {
	return int64(headerLen + f.header.RootLength + f.header.MetadataLength + f.header.LeafDirectoryLength + f.header.TileDataLength)
}

// layOut makes the plan of a PMTiles file.
func (p *plan) layOut(c Contents) (*filePlan, error) {
	f := &filePlan{plan: p, parts: make([]archivePlan, len(p.records))}
	for i := range p.records {
		f.parts[i] = p.directories(i)
	}

	// Inner archives first, as the outer metadata tells where they lie.
	outer := &f.parts[0]
	end := int64(outer.header.TileDataLength)
	for i := 1; i < len(f.parts); i++ {
		if len(p.records[i]) == 0 {
			continue
		}
		var text []byte
		if c.FieldMetadata != nil {
			text = c.FieldMetadata(i)
		}
		if err := f.parts[i].setMetadata(text); err != nil {
			return nil, fmt.Errorf("field %d: %w", i, err)
		}
		p.layout.Fields[i].Section = Section{end, f.parts[i].length()}
		end += f.parts[i].length()
	}
	if len(c.Blob) > 0 {
		p.layout.Blob.Section = Section{end, int64(len(c.Blob))}
		end += int64(len(c.Blob))
	}
	outer.header.TileDataLength = uint64(end)

	text, err := p.metadata(c)
	if err != nil {
		return nil, err
	}
	if err := outer.setMetadata(text); err != nil {
		return nil, err
	}
	f.size = outer.length()
	return f, nil
}

// metadata asks for the metadata of the layout.
func (p *plan) metadata(c Contents) ([]byte, error) {
	if c.Metadata == nil {
		return nil, nil
	}
	text, err := c.Metadata(&p.layout)
	if err != nil {
		return nil, fmt.Errorf("making its metadata: %w", err)
	}
	return text, nil
}

// directories makes the directories and the header of the archive of a field.
func (p *plan) directories(field int) archivePlan {
	f := archivePlan{header: p.base}
	recs := p.records[field]
	if len(recs) == 0 {
		return f
	}
	entries := make([]pmtiles.EntryV3, len(recs))
	var offset uint64
	for i, r := range recs {
		length := p.pngLen(field, r)
		entries[i] = pmtiles.EntryV3{TileID: r.tileID, Offset: offset, Length: length, RunLength: 1}
		offset += uint64(length)
	}
	f.root, f.leaves, _ = pmtiles.BuildDirectories(entries, maxRootLen, pmtiles.Gzip)
	h := &f.header
	h.RootOffset, h.RootLength = headerLen, uint64(len(f.root))
	h.LeafDirectoryLength = uint64(len(f.leaves))
	h.TileDataLength = offset
	h.AddressedTilesCount, h.TileEntriesCount, h.TileContentsCount = uint64(len(recs)), uint64(len(recs)), uint64(len(recs))
	zooms := p.layout.Fields[field].Zooms
	h.MinZoom, h.MaxZoom = zooms[0].Zoom, zooms[len(zooms)-1].Zoom
	h.CenterZoom = min(max(h.CenterZoom, h.MinZoom), h.MaxZoom)
	return f
}

// setMetadata compresses the metadata and computes the offsets that follow it.
func (f *archivePlan) setMetadata(text []byte) error {
	if text == nil {
		text = []byte("{}")
	}
	if _, err := metadataObject(text); err != nil {
		return err
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

// metadataObject takes the metadata apart, a JSON object that readers accept.
func metadataObject(text []byte) (map[string]json.RawMessage, error) {
	if err := checkMetadata(text); err != nil {
		return nil, err
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, fmt.Errorf("its metadata is not a JSON object: %w", err)
	}
	return object, nil
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
