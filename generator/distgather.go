package generator

import (
	"context"
	"crypto/sha256"
	"fmt"

	"heatmapgen/internal/frames"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// A drawRecord is what all painters and Compose must know.
type drawRecord struct {
	Drawing drawing
	Parts   int
	// Coarse is how many parts, from the first, are the cells of coarse zooms and nothing else (Preview), 0 where they are shared out with the others.
	Coarse int `json:",omitempty"`
	// Divided are the cells that several parts have slices of.
	Divided []dividedCell `json:",omitempty"`
	Report  Report
}

// A workRecord is what a painter has to do: cells to paint, blocks to make, and where in the files of the shards what they need lies.
type workRecord struct {
	Cells  []workCell
	Slices []workSlice `json:",omitempty"`
	Blocks []workBlock
}

type workCell struct {
	Cell layers.Cell
	From []cellPart
}

// A workSlice is a slice of a cell to sum up, and its number among all slices. The pieces of the others are not drawn.
type workSlice struct {
	Number int
	workCell
}

// A dividedCell is a cell that was divided into slices, with the number of the first and how many they are.
type dividedCell struct {
	Cell          layers.Cell
	First, Slices int
}

// A cellPart is a record of one file for a cell. Ranks are those of its pieces, below 0 for what is not drawn.
type cellPart struct {
	File           int
	Offset         int64
	Ranks, Lengths []int32
}

type workBlock struct {
	Zoom uint8
	X, Y uint32
	From []blockPart
}

// A blockPart is the record of one file for a block.
type blockPart struct {
	File                   int
	Offset                 int64
	Ranks, Orders, Lengths []int32
}

// Gather judges what all shards have read and shares the work out into parts, at least one. What it has to say of the activities is in the report, and errors are those of Build. It may run again, as may
// every step: then all parts are to be painted again.
func (j *Job) Gather(ctx context.Context, parts int) (*Report, error) {
	report, _, err := j.GatherCoarse(ctx, 0, parts)
	return report, err
}

// GatherCoarse is Gather that shares the work out so that coarse zooms can be looked at before the others are painted (Preview): they are the first parts, as many as coarse, which must be fewer than parts. It also returns how many these are:
// as many, or 0 where the map has no such zooms.
func (j *Job) GatherCoarse(ctx context.Context, coarse, parts int) (*Report, int, error) {
	if parts < 1 || coarse < 0 || coarse >= parts {
		return nil, 0, fmt.Errorf("%d parts, %d of them coarse: there must be at least one of the others", parts, coarse)
	}
	b, before := j.build(), lookAt(j.cfg.Output)
	place, err := openWorkplace(j.cfg)
	if err != nil {
		return nil, 0, err
	}
	defer place.close()
	b.report.Notes, b.report.Warnings = j.plan.Notes, j.plan.Warnings
	if coarse, err = j.gather(ctx, b, coarse, parts); err != nil {
		return nil, 0, explain(err, j.cfg, before)
	}
	return b.report, coarse, nil
}

func (j *Job) gather(ctx context.Context, b *build, coarse, parts int) (int, error) {
	ga, found, release, err := j.gatherer(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	if ga.bucket, err = newBucket(j.scratch(), uint8(j.cfg.StoredZoom()), j.cfg.Limits.MaxCells, &b.settings); err != nil {
		return 0, err
	}
	defer ga.bucket.close()
	g, err := j.collect(ga, found)
	if err != nil {
		return 0, err
	}
	sel, err := ga.choose(ctx, found, &g.harvest, b.workers, b.progress)
	if err != nil {
		return 0, err
	}
	d, err := b.judge(ctx, ga, found, sel)
	if err != nil {
		return 0, err
	}
	if j.cfg.Page.Tracks {
		if err := g.checkLines(sel); err != nil {
			return 0, fmt.Errorf("writing the lines: %w", err)
		}
	}
	// What was read once more lies in a file of its own, which comes after those of the shards.
	own := j.plan.Shards
	err = j.write(shardName(own), "gather", own, func(w *frames.Writer) (err error) {
		g.indices[own], err = writeIndexed(w, ga.bucket, sel.rows, j.sizes.record)
		return err
	})
	if err != nil {
		return 0, err
	}
	shared, divided, coarse := shareCoarse(g.cells(sel, d), g.blocks(sel), coarse, parts, d, &j.sizes)
	draw := encode(drawRecord{Drawing: *d, Parts: len(shared), Coarse: coarse, Divided: divided, Report: *b.report})
	j.drawn = sha256.Sum256(draw)
	if j.cfg.HasSquares() {
		if err := j.writeSquares(squaresDrawn(sel)); err != nil {
			return 0, err
		}
	}
	for i, work := range shared {
		if err := j.write(workName(i), "work", i, func(w *frames.Writer) error {
			_, err := w.Write(recordWork, encode(work))
			return err
		}); err != nil {
			return 0, err
		}
	}
	return coarse, j.write(drawName, "gather", 0, func(w *frames.Writer) error {
		_, err := w.Write(recordDraw, draw)
		return err
	})
}

// gathered is what all shards have read. Rows are counted as Build counts them: those of the listing, then what else is in files.
type gathered struct {
	harvest
	vertices []int       // by row
	indices  []fileIndex // by file
	rowOf    [][]int     // by shard and its row
}

// collect reads the files of all shards.
func (j *Job) collect(ga *gatherer, found *gathering) (*gathered, error) {
	g := &gathered{indices: make([]fileIndex, j.plan.Shards+1), rowOf: make([][]int, j.plan.Shards)}
	g.rows, g.vertices = make([]row, len(found.candidates)), make([]int, len(found.candidates))
	first := map[string]*candidate{} // of the files that hold several, by id
	known := map[string]string{}
	for shard := range j.plan.Shards {
		from, to := j.plan.shard(shard)
		g.rowOf[shard] = make([]int, 0, to-from)
		take := func(w *rowRecord) {
			i := from + len(g.rowOf[shard])
			var c *candidate
			if i < to {
				c = &found.candidates[i]
				if c.part, c.whole = w.Part, w.Whole; w.Whole != "" {
					c.ID = w.Record.ID
					first[w.Whole] = c
					c.apply(ga.said)
				}
			} else {
				i = len(g.rows)
				g.rows, g.vertices = append(g.rows, row{}), append(g.vertices, 0)
				other := *first[w.Whole]
				c = &other
				c.ID, c.Group, c.part = w.Record.ID, w.Record.Group, w.Part
				c.apply(ga.said)
				g.further = append(g.further, other)
			}
			g.rows[i], g.vertices[i] = w.row(), w.Vertices
			g.rows[i].share(c, known)
			g.rowOf[shard] = append(g.rowOf[shard], i)
		}
		err := j.read(shardName(shard), "map", shard, func(kind byte, record []byte, _ int64) error {
			switch kind {
			case recordRows:
				rows, err := decodeRows(record)
				for i := range rows {
					if n := len(g.rowOf[shard]); n >= to-from && first[rows[i].Whole] == nil {
						return errForeign
					}
					take(&rows[i])
				}
				return err
			case recordTally:
				var t tally
				if err := decode(record, &t); err != nil {
					return err
				}
				return ga.count(&t, &g.samples)
			case recordIndex:
				return decode(record, &g.indices[shard])
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(g.rowOf[shard]) < to-from {
			return nil, fmt.Errorf("reading %s: %w", j.path(shardName(shard)), errForeign)
		}
	}
	return g, nil
}

// checkLines tells whether readers take the lines of what is drawn.
func (g *gathered) checkLines(sel *selection) error {
	vertices := 0
	for _, i := range sel.drawn {
		if l := sel.rows[i].line; l != nil {
			vertices += l.Vertices()
		} else {
			vertices += g.vertices[i]
		}
	}
	return lines.CheckTotal(vertices)
}

// ranks returns the ranks of some rows of a file, below 0 for what is not drawn, and whether any is. What was read once more counts in the last file alone.
func (g *gathered) ranks(sel *selection, file int, rows []int32) (ranks []int32, any bool) {
	ranks = make([]int32, 0, len(rows))
	for _, r := range rows {
		i, rank := int(r), -1
		if file < len(g.rowOf) {
			i = g.rowOf[file][r]
		}
		if file == len(g.rowOf) || !sel.again[i] {
			rank = sel.rank[i]
		}
		ranks, any = append(ranks, int32(rank)), any || rank >= 0
	}
	return ranks, any
}

// cells returns all cells to paint.
func (g *gathered) cells(sel *selection, d *drawing) []workCell {
	at := map[cellKey]int{}
	var cells []workCell
	for file := range g.indices {
		for _, c := range g.indices[file].Cells {
			key := cellKey{c.Zoom, c.X, c.Y}
			cell, wanted := cellOf(key, d.Stored, d.MinZoom)
			if !wanted {
				continue
			}
			ranks, any := g.ranks(sel, file, c.Rows)
			if !any {
				continue
			}
			i, ok := at[key]
			if !ok {
				i = len(cells)
				at[key] = i
				cells = append(cells, workCell{Cell: cell})
			}
			cells[i].From = append(cells[i].From, cellPart{file, c.Offset, ranks, c.Lengths})
		}
	}
	return cells
}

// blocks returns all blocks to make.
func (g *gathered) blocks(sel *selection) []workBlock {
	at := map[cellKey]int{}
	var blocks []workBlock
	for file := range g.indices {
		for _, b := range g.indices[file].Blocks {
			ranks, any := g.ranks(sel, file, b.Rows)
			if !any {
				continue
			}
			key := cellKey{b.Zoom, b.X, b.Y}
			i, ok := at[key]
			if !ok {
				i = len(blocks)
				at[key] = i
				blocks = append(blocks, workBlock{Zoom: b.Zoom, X: b.X, Y: b.Y})
			}
			blocks[i].From = append(blocks[i].From, blockPart{file, b.Offset, ranks, b.Orders, b.Lengths})
		}
	}
	return blocks
}
