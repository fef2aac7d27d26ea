package generator

import (
	"errors"
	"fmt"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// How much of a site is kept of what is painted from its lines: blocks decoded, of some 100 kB in a busy place, and tiles as PNG files
// of all fields, of some 20 kB.
const (
	keptBlocks = 64
	keptTiles  = 512
)

// A deepPainter paints the tiles of a site that lie deeper than the stored ones, by the definitions that the page follows, too.
type deepPainter struct {
	site     *Site
	settings layers.Settings
	of       []layers.Piece // by activity, without runs
	blocks   *lru.Cache[[2]uint32, *lines.Content]
	tiles    *lru.Cache[deepKey, [][]byte]
	idle     sync.Pool // of *layers.Painter
}

type deepKey struct {
	zoom uint8
	x, y uint32
}

// newDeepPainter returns a painter for a site with lines.
func newDeepPainter(s *Site) (*deepPainter, error) {
	m := s.Meta
	if m.Painting == nil || len(m.Fields) != layers.FieldCount {
		return nil, errors.New("its metadata do not tell how lines are painted")
	}
	p := &deepPainter{site: s, settings: layers.Settings{BlurSigma: m.Painting.BlurSigmaPX, HillBlurSigma: m.Painting.HillBlurSigmaPX, Seconds: m.Fields[layers.Visits].Kind == layers.Sum}}
	for i, f := range layers.Fields(p.settings.Seconds) {
		if m.Fields[i].ID != f.ID || !usable(m.Fields[i].Scale) {
			return nil, fmt.Errorf("its metadata have no usable scale of %s", f.ID)
		}
		p.settings.Scales = append(p.settings.Scales, m.Fields[i].Scale)
	}
	if s := p.settings; !(s.BlurSigma > 0 && s.BlurSigma <= maxSigmaPX && s.HillBlurSigma > 0 && s.HillBlurSigma <= maxSigmaPX) {
		return nil, errors.New("its metadata do not tell how lines are painted")
	}
	asOf, err := time.Parse(time.DateOnly, m.AsOf)
	if err != nil {
		return nil, fmt.Errorf("its metadata are of no day: %w", err)
	}
	today := activity.DayOf(asOf)
	for _, day := range m.Activities.Day {
		if day == 0 {
			day = layers.NoDay
		}
		p.of = append(p.of, pieceOf(day, today))
	}
	// Neither fails but for sizes below one.
	p.blocks, _ = lru.New[[2]uint32, *lines.Content](keptBlocks)
	p.tiles, _ = lru.New[deepKey, [][]byte](keptTiles)
	return p, nil
}

// maxSigmaPX is the widest glow that a configuration may ask for.
const maxSigmaPX = 16

// tile returns the image data of a tile by field, nil for those that are empty there.
func (p *deepPainter) tile(z uint8, x, y uint32) ([][]byte, error) {
	key := deepKey{z, x, y}
	if known, ok := p.tiles.Get(key); ok {
		return known, nil
	}
	cell := layers.Cell{Zoom: z, From: z, To: z, X: x, Y: y}
	outings, err := lines.ViewOf(cell, p.settings.MarginPixels()).Outings(p.block)
	if err != nil {
		return nil, err
	}
	for _, o := range outings {
		if o.Activity >= len(p.of) {
			return nil, fmt.Errorf("%w: they have an activity %d, but there are %d", lines.ErrDamaged, o.Activity, len(p.of))
		}
	}
	painter, _ := p.idle.Get().(*layers.Painter)
	if painter == nil {
		painter = layers.NewPainter(p.settings)
	}
	defer p.idle.Put(painter)
	painted := make([][]byte, layers.FieldCount)
	var encoder archive.TileEncoder
	err = painter.Paint(cell, piecesOfOutings(outings, p.of), func(t layers.Tile) error {
		painted[t.Field], _ = encoder.Encode(nil, t.Pix)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.tiles.Add(key, painted)
	return painted, nil
}

// block returns the block of a tile of lines.Zoom, nil where there is none.
func (p *deepPainter) block(x, y uint32) (*lines.Content, error) {
	key := [2]uint32{x, y}
	if known, ok := p.blocks.Get(key); ok {
		return known, nil
	}
	data, ok, err := p.site.blocks.Block(lines.Zoom, x, y)
	if err != nil {
		return nil, fmt.Errorf("reading the lines of %d/%d/%d: %w", lines.Zoom, x, y, err)
	}
	var c *lines.Content
	if ok {
		if c, err = lines.Decode(data, lines.Zoom, x, y); err != nil {
			return nil, fmt.Errorf("reading the lines of %d/%d/%d: %w", lines.Zoom, x, y, err)
		}
	}
	p.blocks.Add(key, c)
	return c, nil
}
