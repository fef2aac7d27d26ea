package generator

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// A keeper decides which blocks keep tiles in place of their lines: those whose lines weigh more than their deep tiles would, as where a club meets. Whoever looks at a street
// there asks for some kB of pictures then, and not for the ways of thousands. docs/format.md, "Kept tiles", has what is stored.
type keeper struct {
	build    *build
	writer   *archive.Writer
	painting *painting
	blocks   []lineBlock
	at       map[[2]uint32]int // by place those of lines.Zoom
	fields   int
	// Tiles deeper than stored are kept, down to deepest; none where that is not deeper.
	stored, deepest uint8
	// least are the bytes that the tiles of those zooms have at least, by block.
	least []int64

	mu     sync.Mutex
	crowds map[int]int64 // by block that may keep tiles the bytes of its lines
	cells  []layers.Cell // those painted, or taken from the cache

	hands  []*deepHand
	loaded map[[2]uint32]*loadedBlock // those around the block in work
}

// storedBytes counts the bytes of image data of the deepest zoom that is stored, by block of lines.Zoom, as tiles pass on their way into the archive.
type storedBytes struct {
	zoom uint8
	mu   sync.Mutex
	of   map[[2]uint32]int64
}

func newStoredBytes(zoom uint8) *storedBytes {
	return &storedBytes{zoom: zoom, of: map[[2]uint32]int64{}}
}

// watch returns add for tiles that are counted.
func (s *storedBytes) watch(add func(archive.Tile) error) func(archive.Tile) error {
	if s.zoom < lines.Zoom {
		return add
	}
	depth := s.zoom - lines.Zoom
	return func(t archive.Tile) error {
		if t.Zoom == s.zoom {
			s.mu.Lock()
			s.of[[2]uint32{t.X >> depth, t.Y >> depth}] += int64(len(t.IDAT))
			s.mu.Unlock()
		}
		return add(t)
	}
}

// A loadedBlock is one that tiles are painted from.
type loadedBlock struct {
	// hash is that of the block, and content what it has, made when it is needed first.
	hash    [32]byte
	content func() (*lines.Content, error)
}

func newKeeper(b *build, w *archive.Writer, p *painting, blocks []lineBlock, stored uint8) *keeper {
	k := &keeper{build: b, writer: w, painting: p, blocks: blocks, at: map[[2]uint32]int{}, fields: len(p.fields),
		stored: stored, deepest: uint8(b.cfg.Render.MaxZoom), least: make([]int64, len(blocks)), crowds: map[int]int64{}, hands: make([]*deepHand, b.workers)}
	for i := range blocks {
		if blocks[i].zoom == lines.Zoom {
			k.at[[2]uint32{blocks[i].x, blocks[i].y}] = i
		}
	}
	if k.keeps() {
		for at, bytes := range p.stored.of {
			if i, ok := k.at[at]; ok {
				// Each zoom has some 2.1 times the bytes of the one before, so those deeper than the stored ones have 14 times theirs where there are three.
				k.least[i] = bytes << (k.deepest - stored)
			}
		}
	}
	return k
}

// keeps tells whether any block may keep tiles: where tiles end at blocks or deeper, and before max_zoom.
func (k *keeper) keeps() bool { return k.stored >= lines.Zoom && k.deepest > k.stored }

// mayKeep notes that a block has so many bytes, and tells whether its tiles may have fewer, so that keep adds the one or the other. It is safe for concurrent use.
func (k *keeper) mayKeep(i int, bytes int64) bool {
	if !k.keeps() || k.blocks[i].zoom != lines.Zoom || bytes <= k.least[i] {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.crowds[i] = bytes
	return true
}

// keep adds tiles or lines of the blocks that mayKeep named, and tells in d which keep tiles.
func (k *keeper) keep(ctx context.Context, d *deepRanges) error {
	kept := &KeptMetadata{MarginPX: k.build.settings.MarginPixels(), MaxZoom: k.deepest}
	margin := kept.region()
	crowds := make([]int, 0, len(k.crowds))
	for i := range k.crowds {
		crowds = append(crowds, i)
	}
	slices.Sort(crowds) // from north to south and from west to east, as the blocks are
	done := map[deepTile]bool{}
	for _, i := range crowds {
		at := [2]uint32{k.blocks[i].x, k.blocks[i].y}
		tiles, keeps, err := k.weigh(ctx, i)
		if err != nil {
			return err
		}
		if !keeps {
			data, err := k.blocks[i].encode()
			if err == nil {
				err = k.writer.AddBlock(0, lines.Zoom, at[0], at[1], data)
			}
			if err != nil {
				return err
			}
			continue
		}
		kept.X, kept.Y = append(kept.X, at[0]), append(kept.Y, at[1])
		k.build.report.Kept.LinesBytes += k.crowds[i]
		for zoom := k.stored + 1; zoom <= k.deepest; zoom++ {
			for _, t := range inside.around(at, zoom) {
				done[t] = true
			}
		}
		if err := k.add(tiles, d); err != nil {
			return err
		}
	}
	// What lies around needs the lines of a block as far as they glow.
	for i := range kept.X {
		at := [2]uint32{kept.X[i], kept.Y[i]}
		var around []deepTile
		for zoom := k.stored + 1; zoom <= k.deepest; zoom++ {
			for _, t := range margin.around(at, zoom) {
				if !done[t] {
					done[t] = true
					around = append(around, t)
				}
			}
		}
		if err := k.load(ctx, at); err != nil {
			return err
		}
		tiles, err := k.paint(ctx, around)
		if err == nil {
			err = k.add(tiles, d)
		}
		if err != nil {
			return err
		}
	}
	d.cells = k.cells
	if len(kept.X) > 0 {
		d.kept, k.build.report.Kept.Blocks = kept, len(kept.X)
	}
	return nil
}

// inside has no margin: the tiles around a block are those in it.
var inside = &keptRegion{}

// A keptTile is a tile of the map and what the fields have there that is not empty.
type keptTile struct {
	at     deepTile
	fields []archive.Tile
}

// weigh paints the tiles within a block, and tells whether they have fewer bytes than its lines. It stops as soon as they have not.
func (k *keeper) weigh(ctx context.Context, i int) (tiles []keptTile, keeps bool, err error) {
	at := [2]uint32{k.blocks[i].x, k.blocks[i].y}
	if err := k.load(ctx, at); err != nil {
		return nil, false, err
	}
	left := k.crowds[i]
	for zoom := k.stored + 1; zoom <= k.deepest; zoom++ {
		painted, err := k.paint(ctx, inside.around(at, zoom))
		if err != nil {
			return nil, false, err
		}
		for _, t := range painted {
			for _, f := range t.fields {
				left -= int64(len(archive.GreyPNG(nil, f.IDAT)))
			}
		}
		if left <= 0 {
			return nil, false, nil
		}
		tiles = append(tiles, painted...)
	}
	return tiles, true, nil
}

// load looks up a block and those around it, which its tiles are painted from.
func (k *keeper) load(ctx context.Context, at [2]uint32) error {
	before := k.loaded
	k.loaded = map[[2]uint32]*loadedBlock{}
	var missing []int
	for y := at[1] - 1; y != at[1]+2; y++ {
		for x := at[0] - 1; x != at[0]+2; x++ {
			key := [2]uint32{x & (1<<lines.Zoom - 1), y}
			if b := before[key]; b != nil {
				k.loaded[key] = b
			} else if i, ok := k.at[key]; ok {
				missing = append(missing, i)
				k.loaded[key] = &loadedBlock{content: sync.OnceValues(k.blocks[i].content)}
			}
		}
	}
	if k.painting.cache == nil {
		return nil // nobody asks for hashes
	}
	return each(ctx, k.build.workers, len(missing), func(_, n int) error {
		b := &k.blocks[missing[n]]
		var err error
		k.loaded[[2]uint32{b.x, b.y}].hash, err = b.hash()
		return err
	})
}

// paint paints tiles from the blocks that are loaded, or takes them from the cache; in the result are those that are not empty.
func (k *keeper) paint(ctx context.Context, tiles []deepTile) ([]keptTile, error) {
	painted := make([]keptTile, len(tiles))
	err := each(ctx, k.build.workers, len(tiles), func(worker, i int) (err error) {
		if k.hands[worker] == nil {
			k.hands[worker] = &deepHand{painter: layers.NewPainter(k.build.settings)}
		}
		painted[i].at = tiles[i]
		painted[i].fields, err = k.tile(k.hands[worker], tiles[i])
		return err
	})
	return slices.DeleteFunc(painted, func(t keptTile) bool { return len(t.fields) == 0 }), err
}

// tile makes what the fields have in a tile.
func (k *keeper) tile(hand *deepHand, at deepTile) ([]archive.Tile, error) {
	cell := layers.Cell{Zoom: at.zoom, From: at.zoom, To: at.zoom, X: at.x, Y: at.y}
	margin := k.build.settings.MarginPixels()
	h := sha256.New()
	h.Write(k.painting.settingsHash[:])
	hashNumbers(h, int64(at.zoom), int64(at.x), int64(at.y))
	// Whatever Outings asks for is what the tile hangs on.
	_, err := lines.ViewOf(cell, margin).Outings(func(x, y uint32) (*lines.Content, error) {
		hashNumbers(h, int64(x), int64(y))
		if b := k.loaded[[2]uint32{x, y}]; b != nil {
			h.Write(b.hash[:])
		}
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	hash := [32]byte(h.Sum(nil))
	var result cellResult
	if !k.painting.cache.getCell(cell, hash, k.fields, &result) {
		result.reset()
		block := func(x, y uint32) (*lines.Content, error) {
			if b := k.loaded[[2]uint32{x, y}]; b != nil {
				return b.content()
			}
			return nil, nil
		}
		all := func(*layers.Field) bool { return true }
		err := paintDeep(hand.painter, margin, at, k.painting.pieces, block, all, func(t layers.Tile) error {
			data, top := hand.encoder.Encode(nil, t.Pix)
			result.tiles = append(result.tiles, archive.Tile{Field: t.Field, Zoom: t.Zoom, X: t.X, Y: t.Y, IDAT: data, MaxIndex: top})
			return nil
		})
		if err != nil {
			return nil, err
		}
		k.painting.cache.putCell(cell, hash, &result)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cells = append(k.cells, cell)
	return result.tiles, nil
}

// add adds tiles to the archive, and what they have most of to what d knows.
func (k *keeper) add(tiles []keptTile, d *deepRanges) error {
	for _, t := range tiles {
		for _, f := range t.fields {
			most := &d.most[f.Field][t.at.zoom-d.zooms[0]]
			*most = max(*most, f.MaxIndex)
			f.Field += k.fields // behind the others
			if err := k.writer.Add(f); err != nil {
				return err
			}
			k.build.report.Kept.TilesBytes += int64(len(archive.GreyPNG(nil, f.IDAT)))
		}
	}
	return nil
}
