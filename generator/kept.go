package generator

import (
	"errors"
	"fmt"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// KeptMetadata tells which blocks of lines.Zoom keep tiles in place of their lines, and which tiles those are (docs/format.md, "Kept tiles").
type KeptMetadata struct {
	// X and Y are the columns and rows of the blocks, from north to south and in a row from west to east.
	X []uint32 `json:"x"`
	Y []uint32 `json:"y"`
	// MarginPX is how far beyond a block tiles are stored, too, in pixels of lines.Zoom, 0 to 256: tiles farther off can be painted without its lines.
	MarginPX int `json:"margin_px"`
	// MaxZoom is the deepest zoom of the tiles that are stored.
	MaxZoom uint8 `json:"max_zoom"`
}

// KeptTiles tell where the tiles lie that blocks keep of a field, as a field's metadata do, and how many there are of each zoom.
type KeptTiles struct {
	Table  string         `json:"table,omitempty"`
	Offset int64          `json:"offset,omitempty"`
	Length int64          `json:"length,omitempty"`
	Zooms  []BlocksOfZoom `json:"zooms"`
}

// keptID is what the tiles that blocks keep of a field are called.
func keptID(field string) string { return field + "_kept" }

// withKept returns the ids of fields and behind them those of the tiles that blocks keep of each: the fields of an archive's writer.
func withKept(ids []string) []string {
	all := ids
	for _, id := range ids {
		all = append(all, keptID(id))
	}
	return all
}

// keptTiles tells where the tiles lie that blocks keep of a field; nil where there are none.
func keptTiles(l *archive.FieldLayout) *KeptTiles {
	if l.Tiles == 0 {
		return nil
	}
	return &KeptTiles{Table: l.Table, Offset: l.Offset, Length: l.Length, Zooms: ofZooms(l.Zooms)}
}

// place returns where the tiles lie; of nil nowhere.
func (k *KeptTiles) place() archive.Place {
	if k == nil {
		return archive.Place{}
	}
	return archive.Place{Section: archive.Section{Offset: k.Offset, Length: k.Length}, Table: k.Table}
}

// check returns an error where there can be no such blocks or tiles.
func (k *KeptMetadata) check() error {
	if len(k.X) != len(k.Y) || k.MarginPX < 0 || k.MarginPX > raster.TileSize || k.MaxZoom > config.MaxMaxZoom {
		return errors.New("its metadata do not tell which blocks keep tiles")
	}
	for i := range k.X {
		if k.X[i]>>lines.Zoom > 0 || k.Y[i]>>lines.Zoom > 0 {
			return fmt.Errorf("its metadata tell of a block %d/%d/%d, but there is no such tile", lines.Zoom, k.X[i], k.Y[i])
		}
	}
	return nil
}

// A keptRegion is where tiles are stored in place of lines: some blocks, and a margin around each.
type keptRegion struct {
	blocks map[[2]uint32]bool
	margin int64 // in grid units
}

// region returns where the tiles are.
func (k *KeptMetadata) region() *keptRegion {
	r := &keptRegion{blocks: map[[2]uint32]bool{}, margin: int64(k.MarginPX) * blockSide / raster.TileSize}
	for i := range k.X {
		r.blocks[[2]uint32{k.X[i], k.Y[i]}] = true
	}
	return r
}

// blockSide is the side of a block of lines.Zoom in grid units.
const blockSide = 1 << (lines.GridBits - lines.Zoom)

// touches tells whether a tile of a zoom deeper than lines.Zoom is in the region or reaches into it: such a tile is stored. Nothing is in a nil region.
func (r *keptRegion) touches(zoom uint8, x, y uint32) bool {
	if r == nil {
		return false
	}
	const across = 1 << lines.Zoom
	side := int64(1) << (lines.GridBits - zoom)
	// The blocks first and last that overlap with a tile from a to a + side, margin included.
	first := func(a int64) int64 { return (a - r.margin) >> (lines.GridBits - lines.Zoom) }
	last := func(a int64) int64 { return (a + side + r.margin - 1) >> (lines.GridBits - lines.Zoom) }
	west, north := int64(x)*side, int64(y)*side
	for by := max(0, first(north)); by <= min(across-1, last(north)); by++ {
		for bx := first(west); bx <= last(west); bx++ {
			if r.blocks[[2]uint32{uint32((bx + across) % across), uint32(by)}] {
				return true
			}
		}
	}
	return false
}

// around returns the tiles of a zoom deeper than lines.Zoom that touch a block and the margin around it, from north to south and in a row from west to east.
func (r *keptRegion) around(block [2]uint32, zoom uint8) []deepTile {
	side := int64(1) << (lines.GridBits - zoom)
	across := int64(1) << zoom
	west, north := int64(block[0])*blockSide, int64(block[1])*blockSide
	first := func(a int64) int64 { return (a - r.margin) >> (lines.GridBits - zoom) }
	last := func(a int64) int64 { return (a + blockSide + r.margin + side - 1) / side }
	var all []deepTile
	for y := max(0, first(north)); y < min(across, last(north)); y++ {
		for x := first(west); x < last(west); x++ {
			all = append(all, deepTile{zoom, uint32((x + across) % across), uint32(y)})
		}
	}
	return all
}

// A deepTile names a tile of the map that is deeper than the stored ones.
type deepTile struct {
	zoom uint8
	x, y uint32
}

// kept returns what the archive says of blocks that keep tiles, nil where none do.
func (m *Metadata) kept() *KeptMetadata {
	if m.Lines == nil {
		return nil
	}
	return m.Lines.Kept
}

// linesZoom returns the finest zoom whose blocks have all lines.
func (m *Metadata) linesZoom() uint8 {
	if m.kept() != nil {
		return lines.Zooms[1]
	}
	return lines.Zoom
}

// keptTile is Site.Tile for a tile where blocks keep tiles in place of lines. One deeper than those is the part of a stored one that it lies in, each pixel a square.
func (s *Site) keptTile(field string, z uint8, x, y uint32) (png []byte, ok bool, err error) {
	set := s.kept[field]
	if set == nil {
		return nil, false, nil
	}
	deepest := s.Meta.kept().MaxZoom
	if z <= deepest {
		return set.Tile(z, x, y)
	}
	depth := z - deepest
	if png, ok, err = set.Tile(deepest, x>>depth, y>>depth); err != nil || !ok {
		return nil, false, err
	}
	var pix, out [archive.TilePixels]byte
	if err := archive.DecodeIndices(png, &pix); err != nil {
		return nil, false, fmt.Errorf("tile %d/%d/%d of %s: %w", deepest, x>>depth, y>>depth, field, err)
	}
	side := archive.TileSize >> depth
	left, top := int(x&(1<<depth-1))*side, int(y&(1<<depth-1))*side
	some := false
	for i := range out {
		out[i] = pix[(top+i/archive.TileSize>>depth)*archive.TileSize+left+i%archive.TileSize>>depth]
		some = some || out[i] != 0
	}
	if !some {
		return nil, false, nil
	}
	var encoder archive.TileEncoder
	data, _ := encoder.Encode(nil, &out)
	return archive.GreyPNG(nil, data), true, nil
}
