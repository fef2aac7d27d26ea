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

// A Layout tells where the parts of an archive lie.
type Layout struct {
	// Fields has one element for each field given to Create.
	Fields []FieldLayout
	// Blocks has one element for each of Options.BlockSets.
	Blocks []BlocksLayout
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

// A plan has what files of both formats need beside their tiles and blocks: the palettes,
// the lengths of all PNG files, and what there is of each set - the fields, then the block sets - and zoom.
type plan struct {
	records   [][]record // by set, in the order of their tile ids
	names     []string   // of the sets, for sentences
	palettes  [MaxZoom + 1][][4]uint8
	overheads [MaxZoom + 1][256]int // what a paletted PNG file has beside the image data, by largest index
	layout    Layout
	// base is the header of PMTiles as far as it does not depend on the tiles. Bounds and
	// centre of MBTiles come from it too.
	base header
}

// newPlan counts the given tiles of all fields and blocks of the sets of those names, whose sums are given too, and asks for
// the palettes. It sorts records.
func newPlan(records [][]record, sums []Sum, blockSets []string, c Contents) (*plan, error) {
	if len(records[0]) == 0 {
		return nil, ErrNoTiles
	}
	base, err := c.header()
	if err != nil {
		return nil, err
	}
	fields := len(records) - len(blockSets)
	p := &plan{records: records, layout: Layout{Fields: make([]FieldLayout, fields), Blocks: make([]BlocksLayout, len(blockSets))}, base: base}
	for i := range fields {
		p.names = append(p.names, fmt.Sprintf("field %d", i))
	}
	for _, name := range blockSets {
		p.names = append(p.names, "block set "+name)
	}
	for i, recs := range records {
		slices.SortFunc(recs, func(a, b record) int { return cmp.Compare(a.tileID, b.tileID) })
		if i == 0 {
			if err := p.choosePalettes(recs, c); err != nil {
				return nil, err
			}
		}
		zooms, err := p.count(i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.names[i], err)
		}
		if i >= fields {
			p.layout.Blocks[i-fields] = BlocksLayout{Blocks: len(recs), Zooms: zooms, Sum: sums[i]}
			continue
		}
		l := &p.layout.Fields[i]
		l.Tiles, l.Zooms, l.Sum = len(recs), zooms, sums[i]
		for _, r := range recs {
			l.MaxIndex = max(l.MaxIndex, r.maxIndex)
		}
	}
	return p, nil
}

// of returns what a set consists of, where it will lie, and what it has at each zoom.
func (p *plan) of(set int) (k *kind, at *Place, zooms []ZoomCount) {
	if i := set - len(p.layout.Fields); i >= 0 {
		l := &p.layout.Blocks[i]
		return blockKind, &l.Place, l.Zooms
	}
	l := &p.layout.Fields[set]
	return tileKind, &l.Place, l.Zooms
}

// choosePalettes asks for the palettes of the zooms that occur.
func (p *plan) choosePalettes(recs []record, c Contents) error {
	var asked [MaxZoom + 1]bool
	for _, r := range recs {
		if r.whole {
			continue
		}
		zoom, x, y := TileAt(r.tileID)
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

// count adds up the tiles or blocks of a set.
func (p *plan) count(set int) (zooms []ZoomCount, err error) {
	k, _, _ := p.of(set)
	recs := p.records[set]
	if len(recs) > maxTiles {
		hint := ""
		if k == tileKind {
			hint = "; lower max_zoom in [render]"
		}
		return nil, fmt.Errorf("its %d %ss are more than the %d that readers accept%s", len(recs), k.name, maxTiles, hint)
	}
	for i, r := range recs {
		zoom, x, y := TileAt(r.tileID)
		if i > 0 && r.tileID == recs[i-1].tileID {
			return nil, fmt.Errorf("%s %d/%d/%d was added twice", k.name, zoom, x, y)
		}
		if n := len(zooms); n == 0 || zooms[n-1].Zoom != zoom {
			zooms = append(zooms, ZoomCount{Zoom: zoom})
		}
		z := &zooms[len(zooms)-1]
		z.Tiles++
		z.Bytes += int64(p.length(set, r))
	}
	return zooms, nil
}

// length returns the length of a tile's PNG file, or of a block.
func (p *plan) length(set int, r record) uint32 {
	switch {
	case r.whole:
		return r.length
	case set == 0:
		zoom := zoomOf(r.tileID)
		return r.length + uint32(p.overheads[zoom][r.maxIndex])
	}
	return r.length + uint32(greyOverhead)
}

// content appends a tile's PNG file, or a block, to dst. data is what the spool has of it.
func (p *plan) content(dst []byte, set int, r record, data []byte) []byte {
	switch {
	case r.whole:
		return append(dst, data...)
	case set == 0:
		zoom := zoomOf(r.tileID)
		return PalettedPNG(dst, data, p.palettes[zoom][:int(r.maxIndex)+1])
	}
	return GreyPNG(dst, data)
}

// A filePlan is the plan of a PMTiles file, with all offsets and lengths.
type filePlan struct {
	*plan
	parts []archivePlan // by set
	size  int64
}

// An archivePlan is the plan of one archive, outer or inner: everything but its
// tiles.
type archivePlan struct {
	header                 header
	root, metadata, leaves []byte
}

// length is that of the archive without what follows its tiles.
func (f *archivePlan) length() int64 {
	return int64(f.header.tiles.end())
}

// layOut makes the plan of a PMTiles file.
func (p *plan) layOut(c Contents) (*filePlan, error) {
	f := &filePlan{plan: p, parts: make([]archivePlan, len(p.records))}
	for i := range p.records {
		var err error
		if f.parts[i], err = p.directories(i); err != nil {
			return nil, err
		}
	}

	// Inner archives first, as the outer metadata tells where they lie.
	outer := &f.parts[0]
	end := int64(outer.header.tiles.length)
	for i := 1; i < len(f.parts); i++ {
		if len(p.records[i]) == 0 {
			continue
		}
		var text []byte
		if set := i - len(p.layout.Fields); set < 0 {
			text = c.fieldMetadata(i)
		} else {
			text = c.blocksMetadata(set)
		}
		if err := f.parts[i].setMetadata(text); err != nil {
			return nil, fmt.Errorf("%s: %w", p.names[i], err)
		}
		_, at, _ := p.of(i)
		at.Section = Section{end, f.parts[i].length()}
		end += f.parts[i].length()
	}
	outer.header.tiles.length = uint64(end)

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

// directories makes the directories and the header of the archive of a set.
func (p *plan) directories(set int) (archivePlan, error) {
	f := archivePlan{header: p.base}
	recs := p.records[set]
	if len(recs) == 0 {
		return f, nil
	}
	var leaves bytes.Buffer
	d := newDirectoryBuilder(len(recs), maxRootLen, &leaves)
	var offset uint64
	for ok := false; !ok; {
		offset = 0
		leaves.Reset()
		for _, r := range recs {
			e := entry{id: r.tileID, offset: offset, length: p.length(set, r), run: 1}
			if err := d.add(e); err != nil {
				return f, err
			}
			offset = e.end()
		}
		var err error
		if f.root, ok, err = d.finish(); err != nil {
			return f, err
		}
		d = d.larger()
	}
	f.leaves = leaves.Bytes()
	h := &f.header
	h.root = headerSection{headerLen, uint64(len(f.root))}
	h.leaves.length = uint64(len(f.leaves))
	h.tiles.length = offset
	h.addressed, h.entries, h.contents = uint64(len(recs)), uint64(len(recs)), uint64(len(recs))
	k, _, zooms := p.of(set)
	h.tileType, h.compression = k.tileType, k.compression
	h.minZoom, h.maxZoom = zooms[0].Zoom, zooms[len(zooms)-1].Zoom
	h.centerZoom = min(max(h.centerZoom, h.minZoom), h.maxZoom)
	return f, nil
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
	h.metadata = headerSection{h.root.end(), uint64(b.Len())}
	h.leaves.offset = h.metadata.end()
	h.tiles.offset = h.leaves.end()
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
