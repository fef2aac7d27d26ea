package generator

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// addLines adds the lines of what is drawn to an archive with tiles down to the zoom stored, block by block, and looks at what the zooms
// will have that are painted from them.
func (b *build) addLines(ctx context.Context, w *archive.Writer, sel *selection, pieces []layers.Piece, stored uint8) (deepRanges, error) {
	all := make([]*lines.Line, len(sel.drawn))
	of := make([]layers.Piece, len(sel.drawn))
	for rank, i := range sel.drawn {
		all[rank], of[rank] = sel.rows[i].line, pieces[i]
	}
	blocks, err := lines.Gather(all)
	if err != nil {
		return deepRanges{}, err
	}
	whole := slices.IndexFunc(blocks, func(b lines.Block) bool { return b.Zoom != lines.Zoom })
	contents := make([]*lines.Content, whole)
	err = each(ctx, b.workers, len(blocks), func(_, i int) error {
		at := &blocks[i]
		data, err := at.Encode()
		if err != nil {
			return err
		}
		if i < whole {
			if contents[i], err = lines.Decode(data, at.Zoom, at.X, at.Y); err != nil {
				return err
			}
		}
		return w.AddBlock(0, at.Zoom, at.X, at.Y, data)
	})
	if err != nil {
		return deepRanges{}, err
	}
	return b.lookDeep(ctx, contents, of, stored)
}

// deepRanges tell what the zooms have that are not stored.
type deepRanges struct {
	zooms []uint8
	// most is the greatest index of each field in the busiest places, by field and zoom.
	most [][]uint8
	// scales are those of the fields.
	scales []layers.Scale
}

// busiestPlaces is how many tiles of a zoom are painted to learn how many activities a pixel has at most.
const busiestPlaces = 3

// lookDeep paints the busiest places of the zooms that are not stored, so that their ranges are told with those of the others.
func (b *build) lookDeep(ctx context.Context, contents []*lines.Content, of []layers.Piece, stored uint8) (deepRanges, error) {
	d := deepRanges{scales: b.settings.Scales}
	type job struct {
		place deepPlace
		zoom  int
	}
	var jobs []job
	for zoom := stored + 1; zoom <= uint8(b.cfg.DeepestZoom()); zoom++ {
		d.zooms = append(d.zooms, zoom)
		for _, p := range busiest(contents, zoom) {
			jobs = append(jobs, job{p, len(d.zooms) - 1})
		}
	}
	fields := len(layers.Fields(b.settings.Seconds))
	found := make([]map[int]uint8, len(jobs)) // by job the greatest index of each field
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
		j := jobs[i]
		cell := layers.Cell{Zoom: d.zooms[j.zoom], From: d.zooms[j.zoom], To: d.zooms[j.zoom], X: j.place.x, Y: j.place.y}
		outings, _ := lines.ViewOf(cell, b.settings.MarginPixels()).Outings(func(x, y uint32) (*lines.Content, error) { return at[[2]uint32{x, y}], nil })
		return painters[worker].Paint(cell, piecesOfOutings(outings, of), func(t layers.Tile) error {
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
			d.most[f][j.zoom] = max(d.most[f][j.zoom], found[i][f])
		}
	}
	return d, nil
}

// of returns the ranges of a field at the zooms that are not stored; stored has those of the others. What a pixel counts is less where pixels are
// smaller; a mean is what it is, and a time that is spent along a line halves with the pixels.
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
			last.Lo, last.Hi = last.Lo/2, last.Hi/2
			z.Lo, z.Hi = last.Lo, last.Hi
		}
		out = append(out, z)
	}
	return out
}

// A deepPlace is a tile of a zoom that is not stored, and how many activities have a vertex or the middle of a segment in it.
type deepPlace struct {
	x, y  uint32
	count int
}

// busiest returns the tiles of a zoom with most activities, of equals the northernmost and then the westernmost.
func busiest(contents []*lines.Content, zoom uint8) []deepPlace {
	type seen struct{ count, last int }
	tiles := map[[2]uint32]seen{}
	const mask = 1<<lines.GridBits - 1
	for _, c := range contents {
		visit := func(activity int, x, y int32) {
			if y < 0 || y > mask {
				return
			}
			key := [2]uint32{uint32(x) & mask >> (lines.GridBits - zoom), uint32(y) >> (lines.GridBits - zoom)}
			if s, ok := tiles[key]; !ok || s.last != activity {
				tiles[key] = seen{s.count + 1, activity}
			}
		}
		for i, activity := range c.Activity {
			for v := c.First[i]; v < c.First[i+1]; v++ {
				visit(activity, c.X[v], c.Y[v])
				if c.Joined[v] {
					visit(activity, (c.X[v]+c.X[v+1])/2, (c.Y[v]+c.Y[v+1])/2)
				}
			}
		}
	}
	var all []deepPlace
	for key, s := range tiles {
		all = append(all, deepPlace{key[0], key[1], s.count})
	}
	slices.SortFunc(all, func(a, b deepPlace) int {
		return cmp.Or(b.count-a.count, cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	return all[:min(len(all), busiestPlaces)]
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
