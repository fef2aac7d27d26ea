package generator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// A lineBlock is a block of lines on its way into an archive.
type lineBlock struct {
	zoom uint8
	x, y uint32
	// counts are the activities in it: all of them, those of the last 36 months and of the last 12.
	counts [3]int
	// encode returns its bytes, also where the error is lines.ErrTooMany, content what is in it, and hash that of all that is painted from it.
	encode  func() ([]byte, error)
	content func() (*lines.Content, error)
	hash    func() ([32]byte, error)
}

// blocksDrawn returns the blocks of the lines of what is drawn; of has what a piece has besides its runs, by rank.
func blocksDrawn(sel *selection, of []layers.Piece) ([]lineBlock, error) {
	all := make([]*lines.Line, len(sel.drawn))
	for rank, i := range sel.drawn {
		all[rank] = sel.rows[i].line
	}
	blocks, err := lines.Gather(all)
	if err != nil {
		return nil, err
	}
	out := make([]lineBlock, len(blocks))
	for i := range blocks {
		at := &blocks[i]
		hash := func() ([32]byte, error) { return hashBlock(at.Hash(), at.Activities(), of), nil }
		out[i] = lineBlock{at.Zoom, at.X, at.Y, sharersOf(at, of), at.Encode, at.Content, hash}
	}
	return out, nil
}

// hashBlock returns the hash of all that is painted from a block with that content and of these activities.
func hashBlock(content [32]byte, activities []int, of []layers.Piece) [32]byte {
	h := sha256.New()
	h.Write(content[:])
	for _, a := range activities {
		hashPiece(h, &of[a])
	}
	return [32]byte(h.Sum(nil))
}

// sharersOf counts the activities in a block.
func sharersOf(b *lines.Block, of []layers.Piece) (counts [3]int) {
	for _, a := range b.Activities() {
		counts[0]++
		if of[a].Fresh36 {
			counts[1]++
		}
		if of[a].Fresh12 {
			counts[2]++
		}
	}
	return counts
}

// addLines adds blocks of lines, the finest first and those of a zoom by row and column, to the archive of a painting, which has tiles down to the zoom stored, but for blocks that keep tiles in place of them, and
// looks at what the zooms will have that are painted from them.
func (b *build) addLines(ctx context.Context, w *archive.Writer, p *painting, blocks []lineBlock, stored uint8) (deepRanges, error) {
	k := newKeeper(b, w, p, blocks, stored)
	crowded := crowdedBlocks(blocks)
	contents := make([]*lines.Content, len(blocks))
	err := each(ctx, b.workers, len(blocks), func(_, i int) error {
		at := &blocks[i]
		if crowded[i] {
			var err error
			if contents[i], err = at.content(); err != nil {
				return err
			}
		}
		data, err := at.encode()
		if (err == nil || errors.Is(err, lines.ErrTooMany)) && k.mayKeep(i, int64(len(data))) {
			return nil
		}
		if err != nil {
			return err
		}
		return w.AddBlock(0, at.zoom, at.x, at.y, data)
	})
	if err != nil {
		return deepRanges{}, err
	}
	d, err := b.lookDeep(ctx, slices.DeleteFunc(contents, func(c *lines.Content) bool { return c == nil }), p.pieces, stored)
	if err != nil {
		return deepRanges{}, err
	}
	return d, k.keep(ctx, &d)
}

// mostCrowded is how many blocks are looked into for each count.
const mostCrowded = 2

// crowdedBlocks tells which blocks at full detail have most activities, of all and of the recent ones, or lie beside one of those: the busiest places of any
// zoom are in them, but for a crowd that is spread evenly over a whole block.
func crowdedBlocks(blocks []lineBlock) []bool {
	at := map[[2]uint32]int{}
	for i := range blocks {
		if blocks[i].zoom == lines.Zoom {
			at[[2]uint32{blocks[i].x, blocks[i].y}] = i
		}
	}
	crowded := make([]bool, len(blocks))
	order := make([]int, len(at)) // they stand first
	for kind := range blocks[0].counts {
		for i := range order {
			order[i] = i
		}
		sorting.StableFunc(order, func(a, b int) int { return blocks[b].counts[kind] - blocks[a].counts[kind] })
		for _, i := range order[:min(len(order), mostCrowded)] {
			for y := blocks[i].y - 1; y != blocks[i].y+2; y++ {
				for x := blocks[i].x - 1; x != blocks[i].x+2; x++ {
					if k, ok := at[[2]uint32{x & (1<<lines.Zoom - 1), y}]; ok {
						crowded[k] = true
					}
				}
			}
		}
	}
	return crowded
}

// deepRanges tell what the zooms have that are not stored.
type deepRanges struct {
	zooms []uint8
	// most is the greatest index of each count in the busiest places, by field and zoom.
	most [][]uint8
	// scales are those of the fields.
	scales []layers.Scale
	// kept tells which blocks keep tiles in place of their lines, nil where none do.
	kept *KeptMetadata
	// cells are the deep tiles that were weighed or kept, for the cache to remember.
	cells []layers.Cell
}

// busiestPlaces is how many tiles of a zoom are painted for each count to learn how many activities a pixel has at most.
const busiestPlaces = 3

// lookDeep paints the busiest places of the zooms that are not stored, so that their ranges are told with those of the others.
func (b *build) lookDeep(ctx context.Context, contents []*lines.Content, of []layers.Piece, stored uint8) (deepRanges, error) {
	d := deepRanges{scales: b.settings.Scales}
	var jobs []deepTile
	pieces := byActivity(contents)
	for zoom := stored + 1; zoom <= uint8(b.cfg.DeepestZoom()); zoom++ {
		d.zooms = append(d.zooms, zoom)
		jobs = append(jobs, busiest(pieces, of, zoom)...)
	}
	fields := len(b.settings.Fields())
	found := make([]map[int]uint8, len(jobs)) // by job the greatest index of each count
	painters := make([]*layers.Painter, b.workers)
	at := map[[2]uint32]*lines.Content{}
	for _, c := range contents {
		at[[2]uint32{c.TileX, c.TileY}] = c
	}
	err := each(ctx, b.workers, len(jobs), func(worker, i int) error {
		if painters[worker] == nil {
			painters[worker] = layers.NewPainter(b.settings)
		}
		found[i] = map[int]uint8{}
		block := func(x, y uint32) (*lines.Content, error) { return at[[2]uint32{x, y}], nil }
		counts := func(f *layers.Field) bool { return f.Kind == layers.Count }
		return paintDeep(painters[worker], b.settings.MarginPixels(), jobs[i], of, block, counts, func(t layers.Tile) error {
			found[i][t.Field] = slices.Max(t.Pix[:])
			return nil
		})
	})
	if err != nil {
		return deepRanges{}, err
	}
	d.most = make([][]uint8, fields)
	for f := range d.most {
		d.most[f] = make([]uint8, len(d.zooms))
		for i, j := range jobs {
			d.most[f][j.zoom-d.zooms[0]] = max(d.most[f][j.zoom-d.zooms[0]], found[i][f])
		}
	}
	return d, nil
}

// of returns the ranges of a field at the zooms that are not stored; stored has those of the others. What a pixel counts is less where pixels are
// smaller; a mean is what it is, and a time that is spent along a line halves with the pixels, down to layers.MeanZoom, whose seconds deeper zooms show.
func (d *deepRanges) of(field int, f *layers.Field, stored []ZoomMetadata) []ZoomMetadata {
	if len(stored) == 0 {
		return nil
	}
	last := stored[len(stored)-1]
	var out []ZoomMetadata
	for i, zoom := range d.zooms {
		z := ZoomMetadata{Zoom: zoom, Lo: last.Lo, Hi: last.Hi}
		switch f.Kind {
		case layers.Count:
			z.Hi = 1
			if top := d.most[field][i]; top > 0 {
				z.Hi = max(1, float64(d.scales[field].Values[top-1]))
			}
			last.Hi = min(last.Hi, z.Hi) // nowhere more than before
			z.Hi = last.Hi
		case layers.Sum:
			if zoom <= layers.MeanZoom {
				last.Lo, last.Hi = last.Lo/2, last.Hi/2
			}
			z.Lo, z.Hi = last.Lo, last.Hi
		}
		out = append(out, z)
	}
	return out
}

// A pieceAt is a piece of a block.
type pieceAt struct {
	in    *lines.Content
	piece int
}

// byActivity lists the pieces of blocks in the order of their activities.
func byActivity(contents []*lines.Content) []pieceAt {
	var all []pieceAt
	for _, c := range contents {
		for i := range c.Activity {
			all = append(all, pieceAt{c, i})
		}
	}
	sorting.StableFunc(all, func(a, b pieceAt) int { return cmp.Compare(a.in.Activity[a.piece], b.in.Activity[b.piece]) })
	return all
}

// busiest returns the tiles of a zoom with most activities, with most of the last 36 months and with most of the last 12, some of each; of equals those
// in the north and then in the west. An activity is in a tile where a vertex or the middle of a segment is. The pieces are in the order of their
// activities, of which of knows the days.
func busiest(pieces []pieceAt, of []layers.Piece, zoom uint8) []deepTile {
	type seen struct {
		count [3]int // all, those of the last 36 months and of the last 12
		last  int    // the activity counted last
	}
	tiles := map[uint64]*seen{} // by column and row in one number, which is found several times as fast as two
	const mask = 1<<lines.GridBits - 1
	for _, p := range pieces {
		c, activity := p.in, p.in.Activity[p.piece]
		visit := func(x, y int32) {
			if y < 0 || y > mask {
				return
			}
			key := uint64(uint32(x)&mask>>(lines.GridBits-zoom))<<32 | uint64(uint32(y)>>(lines.GridBits-zoom))
			s := tiles[key]
			if s == nil {
				s = &seen{last: -1}
				tiles[key] = s
			}
			if s.last == activity {
				return
			}
			s.last = activity
			s.count[0]++
			if of[activity].Fresh36 {
				s.count[1]++
			}
			if of[activity].Fresh12 {
				s.count[2]++
			}
		}
		for v := c.First[p.piece]; v < c.First[p.piece+1]; v++ {
			visit(c.X[v], c.Y[v])
			if c.Joined[v] {
				visit((c.X[v]+c.X[v+1])/2, (c.Y[v]+c.Y[v+1])/2)
			}
		}
	}
	taken := map[uint64]bool{}
	var out []deepTile
	for k := range 3 {
		before := func(a, b uint64) int {
			return cmp.Or(tiles[b].count[k]-tiles[a].count[k], cmp.Compare(uint32(a), uint32(b)), cmp.Compare(a, b))
		}
		var top []uint64
		for p, s := range tiles {
			if at, _ := slices.BinarySearchFunc(top, p, before); at < busiestPlaces && s.count[k] > 0 {
				top = slices.Insert(top, at, p)
				top = top[:min(len(top), busiestPlaces)]
			}
		}
		for _, p := range top {
			if !taken[p] {
				taken[p] = true
				out = append(out, deepTile{zoom, uint32(p >> 32), uint32(p)})
			}
		}
	}
	return out
}

// piecesOfOutings yields the pieces of outings; of has what a piece has besides its runs, by activity.
func piecesOfOutings(outings []lines.Outing, of []layers.Piece) iter.Seq[*layers.Piece] {
	return func(yield func(*layers.Piece) bool) {
		for _, o := range outings {
			piece := of[o.Activity]
			piece.Runs = o.Runs
			if !yield(&piece) {
				return
			}
		}
	}
}
