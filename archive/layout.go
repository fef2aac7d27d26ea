package archive

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

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

// A plan has what files of both formats need beside their tiles and blocks: the palettes, and what there is of each set - the fields, then the block sets - and zoom.
type plan struct {
	palettes  [MaxZoom + 1][][4]uint8
	overheads [MaxZoom + 1][256]int // what a paletted PNG file has beside the image data, by largest index
	layout    Layout
	// archives are those of the sets, in PMTiles: their headers but for the metadata, and their directories.
	archives []archivePlan
	// base is the header of PMTiles as far as it does not depend on the tiles. Bounds and
	// centre of MBTiles come from it too.
	base header
}

// An archivePlan is the plan of one archive, outer or inner: everything but its
// tiles. Leaves lie in the file of the spool.
type archivePlan struct {
	header         header
	root, metadata []byte
	leaves         Section
}

// newPlan goes through all tiles and blocks once: it counts them, asks for the palettes, and writes the directories of PMTiles.
func (w *Writer) newPlan(ctx context.Context, c Contents) (*plan, error) {
	counts, err := w.counts()
	if err != nil {
		return nil, err
	}
	base, err := c.header()
	if err != nil {
		return nil, err
	}
	p := &plan{layout: Layout{Fields: make([]FieldLayout, w.fields()), Blocks: make([]BlocksLayout, len(w.opts.BlockSets))}, archives: make([]archivePlan, len(counts)), base: base}
	var d *directoryBuilder
	var end uint64 // of what the set has so far
	set, seen := -1, make([]int, len(counts))
	finish := func() (err error) {
		if d == nil {
			return nil
		}
		a := &p.archives[set]
		a.root, a.leaves, err = d.finish()
		a.header = p.headerOf(set, seen[set], end, a)
		return err
	}
	for it, err := range w.merged() {
		if err != nil {
			return nil, err
		}
		if int(it.set) != set {
			if err := cmp.Or(ctx.Err(), finish()); err != nil {
				return nil, err
			}
			set, end = int(it.set), 0
			if w.opts.Format != MBTiles {
				d = newDirectoryBuilder(w.spool, counts[set], maxRootLen)
			}
		}
		length, err := p.count(&it, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.nameOf(set), err)
		}
		e := entry{id: it.tileID, offset: end, length: length, run: 1}
		end = e.end()
		seen[set]++
		if d != nil {
			if err := d.add(e); err != nil {
				return nil, err
			}
		}
		if seen[set]%runRecords == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if err := finish(); err != nil {
		return nil, err
	}
	if !slices.Equal(seen, counts) {
		return nil, errors.New("parts of it have other tiles than they are said to have")
	}
	w.describe(p, counts)
	return p, nil
}

// counts returns the number of tiles or blocks of each set, which must not be more than readers accept.
func (w *Writer) counts() ([]int, error) {
	counts := slices.Clone(w.spool.counts)
	for _, p := range w.parts {
		for i, n := range p.Counts {
			counts[i] += n
		}
	}
	if counts[0] == 0 {
		return nil, ErrNoTiles
	}
	for i, n := range counts {
		if n > maxTiles {
			hint := ""
			if w.kindOf(i) == tileKind {
				hint = "; lower max_zoom in [render]"
			}
			return nil, fmt.Errorf("%s: its %d %ss are more than the %d that readers accept%s", w.nameOf(i), n, w.kindOf(i).name, maxTiles, hint)
		}
	}
	return counts, nil
}

// describe says in the layout how many there are of each set, and what stands for them.
func (w *Writer) describe(p *plan, counts []int) {
	sums := slices.Clone(w.spool.sums)
	for _, part := range w.parts {
		for i, sum := range part.Sums {
			sums[i].add(sum)
		}
	}
	for i := range p.layout.Fields {
		p.layout.Fields[i].Tiles, p.layout.Fields[i].Sum = counts[i], sums[i]
	}
	for i := range p.layout.Blocks {
		p.layout.Blocks[i].Blocks, p.layout.Blocks[i].Sum = counts[w.fields()+i], sums[w.fields()+i]
	}
}

// kindOf returns what a set consists of.
func (w *Writer) kindOf(set int) *kind {
	if set >= w.fields() {
		return blockKind
	}
	return tileKind
}

// nameOf returns the name of a set, for sentences.
func (w *Writer) nameOf(set int) string {
	if i := set - w.fields(); i >= 0 {
		return "block set " + w.opts.BlockSets[i]
	}
	return fmt.Sprintf("field %d", set)
}

// of returns where a set will lie, and what it has at each zoom, nil where it has nothing.
func (p *plan) of(set int) (at *Place, zooms *[]ZoomCount) {
	if i := set - len(p.layout.Fields); i >= 0 {
		return &p.layout.Blocks[i].Place, &p.layout.Blocks[i].Zooms
	}
	return &p.layout.Fields[set].Place, &p.layout.Fields[set].Zooms
}

// count counts a tile or block, and returns the length of its PNG file, or of the block.
func (p *plan) count(it *item, c Contents) (uint32, error) {
	zoom := zoomOf(it.tileID)
	length := it.length
	if !it.whole {
		overhead := greyOverhead
		if it.set == 0 {
			if err := p.choosePalette(it, c); err != nil {
				return 0, err
			}
			overhead = p.overheads[zoom][it.maxIndex]
		}
		length += uint32(overhead)
	}
	if i := int(it.set); i < len(p.layout.Fields) {
		p.layout.Fields[i].MaxIndex = max(p.layout.Fields[i].MaxIndex, it.maxIndex)
	}
	_, zooms := p.of(int(it.set))
	if n := len(*zooms); n == 0 || (*zooms)[n-1].Zoom != zoom {
		*zooms = append(*zooms, ZoomCount{Zoom: zoom})
	}
	z := &(*zooms)[len(*zooms)-1]
	z.Tiles++
	z.Bytes += int64(length)
	return length, nil
}

// choosePalette asks for the palette of a tile's zoom unless it is known.
func (p *plan) choosePalette(it *item, c Contents) error {
	zoom := zoomOf(it.tileID)
	if c.Palette == nil {
		return errors.New("it has no palette for the tiles of the outer archive")
	}
	if p.palettes[zoom] == nil {
		palette := c.Palette(zoom)
		p.palettes[zoom] = palette[:min(len(palette), 256)]
		for n := range p.palettes[zoom] {
			p.overheads[zoom][n] = palettedOverhead(palette[:n+1])
		}
	}
	if int(it.maxIndex) >= len(p.palettes[zoom]) {
		_, x, y := TileAt(it.tileID)
		return fmt.Errorf("tile %d/%d/%d has the index %d, but the palette of zoom %d only %d entries", zoom, x, y, it.maxIndex, zoom, len(p.palettes[zoom]))
	}
	return nil
}

// content appends a tile's PNG file, or a block, to dst. data is what is kept of it.
func (p *plan) content(dst []byte, it *item, data []byte) []byte {
	switch {
	case it.whole:
		return append(dst, data...)
	case it.set == 0:
		return PalettedPNG(dst, data, p.palettes[zoomOf(it.tileID)][:int(it.maxIndex)+1])
	}
	return GreyPNG(dst, data)
}

// headerOf returns the header of the archive of a set that has so many tiles or blocks, and bytes of them. Offsets behind the metadata are not known yet.
func (p *plan) headerOf(set, count int, bytes uint64, a *archivePlan) header {
	h, k := p.base, tileKind
	if set >= len(p.layout.Fields) {
		k = blockKind
	}
	h.root = headerSection{headerLen, uint64(len(a.root))}
	h.leaves.length, h.tiles.length = uint64(a.leaves.Length), bytes
	h.addressed, h.entries, h.contents = uint64(count), uint64(count), uint64(count)
	h.tileType, h.compression = k.tileType, k.compression
	_, zooms := p.of(set)
	h.minZoom, h.maxZoom = (*zooms)[0].Zoom, (*zooms)[len(*zooms)-1].Zoom
	h.centerZoom = min(max(h.centerZoom, h.minZoom), h.maxZoom)
	return h
}

// layOut completes the plan of a PMTiles file, and returns its size.
func (w *Writer) layOut(p *plan, c Contents) (size int64, err error) {
	// Inner archives first, as the outer metadata tells where they lie.
	outer := &p.archives[0]
	end := int64(outer.header.tiles.length)
	for i := range p.archives[1:] {
		set, a := i+1, &p.archives[i+1]
		if a.root == nil {
			continue
		}
		var text []byte
		if blocks := set - w.fields(); blocks < 0 {
			text = c.fieldMetadata(set)
		} else {
			text = c.blocksMetadata(blocks)
		}
		if err := a.setMetadata(text); err != nil {
			return 0, fmt.Errorf("%s: %w", w.nameOf(set), err)
		}
		at, _ := p.of(set)
		at.Section = Section{end, int64(a.header.tiles.end())}
		end += at.Length
	}
	outer.header.tiles.length = uint64(end)

	text, err := p.metadata(c)
	if err != nil {
		return 0, err
	}
	if err := outer.setMetadata(text); err != nil {
		return 0, err
	}
	return int64(outer.header.tiles.end()), nil
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
