package generator

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// How much of a site stays in memory of what is painted from its lines: blocks decoded, of together so many vertices, which take some 38 bytes each, and
// tiles, of at most 64 KiB each. A block of a busy place has some 40,000 vertices.
const (
	cachedBlocks   = 256
	cachedVertices = 1 << 21
	cachedTiles    = 512
)

// A deepPainter paints the tiles of a site that lie deeper than the stored ones, by the definitions that the page follows, too. It is
// safe for concurrent use, and paints as many tiles at a time as there are processors.
type deepPainter struct {
	site     *Site
	settings layers.Settings
	of       []layers.Piece // by activity, without runs
	blocks   *lru.Cache[[2]uint32, *lines.Content]
	vertices atomic.Int64                // those of the blocks kept
	tiles    *lru.Cache[deepKey, []byte] // image data, nil of those that are empty
	hands    chan *deepHand              // nil those that are still to be made
}

// A deepHand paints and encodes one tile at a time.
type deepHand struct {
	painter *layers.Painter
	encoder archive.TileEncoder
}

type deepKey struct {
	field int
	deepTile
}

// newDeepPainter returns a painter for a site with lines.
func newDeepPainter(s *Site) (*deepPainter, error) {
	m := s.Meta
	if m.Painting == nil || len(m.Fields) != layers.FieldCount {
		return nil, errors.New("its metadata do not tell how lines are painted")
	}
	p := &deepPainter{site: s, settings: layers.Settings{BlurSigma: m.Painting.BlurSigmaPX, HillBlurSigma: m.Painting.HillBlurSigmaPX, Seconds: m.Fields[layers.Visits].Kind == layers.Sum}}
	for i, f := range p.settings.Fields() {
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
	p.blocks, _ = lru.NewWithEvict(cachedBlocks, func(_ [2]uint32, c *lines.Content) { p.vertices.Add(-verticesOf(c)) })
	p.tiles, _ = lru.New[deepKey, []byte](cachedTiles)
	p.hands = make(chan *deepHand, runtime.GOMAXPROCS(0))
	for range cap(p.hands) {
		p.hands <- nil
	}
	return p, nil
}

// maxSigmaPX is the widest glow that a configuration may ask for.
const maxSigmaPX = 16

// tile returns the image data of a tile of a field, nil where it is empty.
func (p *deepPainter) tile(field int, z uint8, x, y uint32) ([]byte, error) {
	key := deepKey{field, deepTile{z, x, y}}
	if known, ok := p.tiles.Get(key); ok {
		return known, nil
	}
	hand := <-p.hands
	defer func() { p.hands <- hand }()
	if hand == nil {
		hand = &deepHand{painter: layers.NewPainter(p.settings)}
	}
	var painted []byte
	wanted := func(f *layers.Field) bool { return f.ID == p.site.Meta.Fields[field].ID }
	err := paintDeep(hand.painter, p.settings.MarginPixels(), key.deepTile, p.of, p.block, wanted, func(t layers.Tile) error {
		painted, _ = hand.encoder.Encode(nil, t.Pix)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.tiles.Add(key, painted)
	return painted, nil
}

// paintDeep paints the fields that are wanted of a tile from blocks of lines.Zoom, which block returns as in lines.View.Outings, with so many pixels around it. of has what a piece has
// besides its runs, by activity.
func paintDeep(p *layers.Painter, marginPx int, at deepTile, of []layers.Piece, block func(x, y uint32) (*lines.Content, error), wanted func(*layers.Field) bool, emit func(layers.Tile) error) error {
	cell := layers.Cell{Zoom: at.zoom, From: at.zoom, To: at.zoom, X: at.x, Y: at.y}
	outings, err := lines.ViewOf(cell, marginPx).Outings(block)
	if err != nil {
		return err
	}
	for _, o := range outings {
		if o.Activity >= len(of) {
			return fmt.Errorf("%w: they have an activity %d, but there are %d", lines.ErrDamaged, o.Activity, len(of))
		}
	}
	return p.PaintFields(cell, piecesOfOutings(outings, of), wanted, emit)
}

// near tells which tiles of a zoom in the tile z/x/y lines come near (lines.Near).
func (p *deepPainter) near(z uint8, x, y uint32, zoom uint8) ([]bool, error) {
	near, err := lines.Near(layers.Cell{Zoom: z, From: zoom, To: zoom, X: x, Y: y}, p.settings.MarginPixels(), p.block)
	if err != nil {
		return nil, fmt.Errorf("looking for lines in %d/%d/%d: %w", z, x, y, err)
	}
	return near, nil
}

// block returns the block of a tile of lines.Zoom, nil where there is none.
func (p *deepPainter) block(x, y uint32) (*lines.Content, error) {
	key := [2]uint32{x, y}
	if known, ok := p.blocks.Get(key); ok {
		return known, nil
	}
	c, err := p.decode(x, y)
	if err != nil {
		return nil, fmt.Errorf("reading the lines of %d/%d/%d: %w", lines.Zoom, x, y, err)
	}
	p.vertices.Add(verticesOf(c))
	if known, _ := p.blocks.ContainsOrAdd(key, c); known { // meanwhile, by another
		p.vertices.Add(-verticesOf(c))
	}
	for p.vertices.Load() > cachedVertices && p.blocks.Len() > 1 {
		p.blocks.RemoveOldest()
	}
	return c, nil
}

func (p *deepPainter) decode(x, y uint32) (*lines.Content, error) {
	data, ok, err := p.site.blocks.Block(lines.Zoom, x, y)
	if err != nil || !ok {
		return nil, err
	}
	return lines.Decode(data, lines.Zoom, x, y)
}

func verticesOf(c *lines.Content) int64 {
	if c == nil {
		return 0
	}
	return int64(len(c.X))
}
