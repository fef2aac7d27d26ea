package generator

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// A Site is the archive of a built site, open for reading: what it says of itself and the tiles of every
// field. It is safe for concurrent use.
type Site struct {
	// Title is the name of the map.
	Title string
	// Meta is what the archive says of itself.
	Meta *Metadata

	file  archive.File
	text  []byte                     // the metadata
	all   *envelope                  // and what they say
	tiles map[string]archive.TileSet // by field
	// blocks are the lines, nil where there are none.
	blocks archive.BlockSet
	// squareBlocks are the squares of the activities, nil where there are none.
	squareBlocks archive.BlockSet
	// kept are the tiles, by field, that some blocks keep in place of lines, and region where they are, nil where no block does.
	kept   map[string]archive.TileSet
	region *keptRegion
	// deep returns who paints from them.
	deep func() (*deepPainter, error)
}

// A SiteTile is one tile of a field, as Site.Tiles lists them.
type SiteTile struct {
	Zoom uint8
	X, Y uint32

	entry archive.Entry
	set   archive.TileSet
	// Of a tile that is painted:
	site  *Site
	field string
}

// OpenSite opens the archive in the file path, PMTiles or MBTiles. Call Close. A field that a tool has dropped from
// the file has no tiles.
func OpenSite(path string) (*Site, error) {
	f, err := archive.OpenFile(path)
	if err != nil {
		return nil, err
	}
	s := &Site{file: f, tiles: map[string]archive.TileSet{}}
	if err := s.read(); err != nil {
		f.Close()
		return nil, fmt.Errorf("reading the archive %s: %w", path, err)
	}
	return s, nil
}

func (s *Site) read() error {
	text, err := s.file.Metadata()
	if err != nil {
		return err
	}
	e, err := parseMetadata(text)
	if err != nil {
		return err
	}
	s.Title, s.Meta, s.text, s.all = e.Name, e.Heatmapgen, text, e
	for i := range s.Meta.Fields {
		f := &s.Meta.Fields[i]
		var set archive.TileSet
		if i == 0 {
			set, err = s.file.Outer()
		} else {
			set, err = s.file.Field(f.place())
		}
		if errors.Is(err, archive.ErrOutside) {
			continue
		}
		if err != nil {
			return fmt.Errorf("the field %s: %w", f.ID, err)
		}
		s.tiles[f.ID] = set
	}
	if s.Meta.Squares != nil {
		if s.squareBlocks, err = s.file.Blocks(s.Meta.Squares.place()); errors.Is(err, archive.ErrOutside) {
			s.squareBlocks = nil
		} else if err != nil {
			return fmt.Errorf("the squares: %w", err)
		}
	}
	if s.Meta.Lines == nil {
		return nil
	}
	if s.blocks, err = s.file.Blocks(s.Meta.Lines.place()); errors.Is(err, archive.ErrOutside) {
		s.blocks = nil
	} else if err != nil {
		return fmt.Errorf("the lines: %w", err)
	}
	s.deep = sync.OnceValues(func() (*deepPainter, error) { return newDeepPainter(s) })
	return s.readKept()
}

// readKept opens what blocks keep in place of lines.
func (s *Site) readKept() error {
	k := s.Meta.kept()
	if k == nil || s.blocks == nil {
		return nil
	}
	s.region, s.kept = k.region(), map[string]archive.TileSet{}
	for i := range s.Meta.Fields {
		f := &s.Meta.Fields[i]
		if f.Kept == nil {
			continue
		}
		set, err := s.file.Field(f.Kept.place())
		if errors.Is(err, archive.ErrOutside) {
			continue
		}
		if err != nil {
			return fmt.Errorf("the tiles that blocks keep of %s: %w", f.ID, err)
		}
		s.kept[f.ID] = set
	}
	return nil
}

// Close closes the file.
func (s *Site) Close() error { return s.file.Close() }

// Format returns the format of the file.
func (s *Site) Format() archive.Format { return s.file.Format() }

// MaxZoom returns the deepest zoom that there are tiles of: those that are not stored are painted from the lines.
func (s *Site) MaxZoom() uint8 {
	if s.blocks == nil {
		return s.Meta.MaxZoom
	}
	return max(s.Meta.MaxZoom, min(s.Meta.Lines.MaxZoom, config.MaxMaxZoom))
}

// Tile returns the PNG file of a value tile of a field, and whether there is one. Its pixels are indices
// (docs/format.md); only those of the default field down to Meta.MaxZoom carry colours. One that lies deeper is painted, but where blocks keep tiles in place of lines.
func (s *Site) Tile(field string, z uint8, x, y uint32) (png []byte, ok bool, err error) {
	set := s.tiles[field]
	if set == nil {
		return nil, false, nil
	}
	if z <= s.Meta.MaxZoom || z > s.MaxZoom() || x>>z > 0 || y>>z > 0 {
		return set.Tile(z, x, y)
	}
	if s.region.touches(z, x, y) {
		return s.keptTile(field, z, x, y)
	}
	p, err := s.deep()
	if err != nil {
		return nil, false, err
	}
	i := slices.IndexFunc(s.Meta.Fields, func(f FieldMetadata) bool { return f.ID == field })
	painted, err := p.tile(i, z, x, y)
	if err != nil {
		return nil, false, fmt.Errorf("painting tile %d/%d/%d: %w", z, x, y, err)
	}
	if painted == nil {
		return nil, false, nil
	}
	return archive.GreyPNG(nil, painted), true, nil
}

// Tiles lists the tiles of a field in the order of their Hilbert ids, zoom after zoom. It ends after an error.
func (s *Site) Tiles(field string) iter.Seq2[SiteTile, error] {
	return func(yield func(SiteTile, error) bool) {
		set := s.tiles[field]
		if set == nil {
			return
		}
		for e, err := range set.Entries() {
			if !yield(SiteTile{Zoom: e.Zoom, X: e.X, Y: e.Y, entry: e, set: set}, err) || err != nil {
				return
			}
		}
	}
}

// Read returns the PNG file of a tile, as Site.Tile does; nil for one that Site.TilesAt lists and nothing is painted in.
func (t SiteTile) Read() ([]byte, error) {
	if t.site != nil {
		png, _, err := t.site.Tile(t.field, t.Zoom, t.X, t.Y)
		return png, err
	}
	return t.set.Read(t.entry)
}

// Lines returns the lines of all activities, put together from all blocks of the finest zoom that has all; nil where the archive has none. The error wraps
// lines.ErrDamaged where they cannot be read or are not those of the activities.
func (s *Site) Lines() (*lines.Tracks, error) {
	if s.blocks == nil {
		return nil, nil
	}
	return AllLines(s.blocks, s.Meta)
}

// AllLines puts the lines of all activities of an archive together from its blocks, as Site.Lines does. The error wraps lines.ErrDamaged where they are not
// those of the activities.
func AllLines(blocks archive.BlockSet, m *Metadata) (*lines.Tracks, error) {
	var all []*lines.Content
	for e, err := range blocks.Entries() {
		if err != nil {
			return nil, fmt.Errorf("reading the lines: %w", err)
		}
		if e.Zoom != m.linesZoom() {
			continue
		}
		data, err := blocks.Read(e)
		var c *lines.Content
		if err == nil {
			c, err = lines.Decode(data, e.Zoom, e.X, e.Y)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the lines of %d/%d/%d: %w", e.Zoom, e.X, e.Y, err)
		}
		all = append(all, c)
	}
	return lines.Assemble(all, len(m.Activities.Day))
}

// Layer returns the layer of that id and the field it looks at, nil where there is no such layer.
func (s *Site) Layer(id string) (*layers.Layer, *FieldMetadata) {
	for i := range s.Meta.Layers {
		if l := &s.Meta.Layers[i]; l.ID == id {
			for k := range s.Meta.Fields {
				if f := &s.Meta.Fields[k]; f.ID == l.Field {
					return l, f
				}
			}
		}
	}
	return nil, nil
}

// Palette returns the colours of the indices 0, 1, 2... of the field's tiles of a zoom as the layer shows
// them by default: red, green, blue and straight alpha. It is nil for a zoom that has no tiles.
func (f *FieldMetadata) Palette(l *layers.Layer, zoom uint8) [][4]uint8 {
	for _, z := range f.Zooms {
		if z.Zoom == zoom {
			return l.Palette(f.Kind, f.Scale, z.Lo, z.Hi)
		}
	}
	return nil
}
