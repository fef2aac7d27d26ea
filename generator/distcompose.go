package generator

import (
	"cmp"
	"context"
	"os"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
)

// Compose makes the site of all parts and puts it in its place, as Build does.
func (j *Job) Compose(ctx context.Context) (*Report, error) {
	b, before := j.build(), lookAt(j.cfg.Output)
	place, err := openWorkplace(j.cfg)
	if err != nil {
		return nil, err
	}
	defer place.close()
	if err := j.compose(ctx, b, place); err != nil {
		if full := explainFull(err, j.cfg.Output); full != err {
			return nil, full
		}
		return nil, explain(err, j.cfg, before)
	}
	return b.report, nil
}

func (j *Job) compose(ctx context.Context, b *build, place *workplace) error {
	if err := checkPage(j.cfg, &b.opts); err != nil {
		return err
	}
	draw, err := j.draw()
	if err != nil {
		return err
	}
	*b.report = draw.Report
	d := &draw.Drawing
	b.settings = d.Settings
	fields := d.Settings.Fields()
	b.report.clock("write")
	w, err := archive.Create(archivePath(j.cfg), len(fields), archiveOptions(j.cfg, fields))
	if err != nil {
		return err
	}
	defer w.Abort()
	p := b.painting(d)
	p.histograms = noHistograms(len(fields))
	seen := newSeenTiles(d)
	add := seen.watch(w.Add)
	var blocks []lineBlock
	for part := range draw.Parts {
		file, some, err := j.take(ctx, part, add, p.histograms)
		if err != nil {
			return err
		}
		defer file.Close()
		blocks = append(blocks, some...)
	}
	slices.SortFunc(blocks, func(a, b lineBlock) int {
		return cmp.Or(cmp.Compare(b.zoom, a.zoom), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	return b.compose(ctx, place, w, d, p, seen, blocks)
}

// take takes the tiles and histograms of a part, and returns its blocks, which are read from its file when they are asked for.
func (j *Job) take(ctx context.Context, part int, add func(archive.Tile) error, histograms [][]histogram) (file *os.File, blocks []lineBlock, err error) {
	if file, err = j.open(partName(part), "paint"); err != nil {
		return nil, nil, err
	}
	err = j.readAll(file, "paint", part, func(kind byte, record []byte, offset int64) error {
		switch kind {
		case recordTile:
			t, err := parseTile(record)
			if err != nil {
				return err
			}
			return cmp.Or(ctx.Err(), add(t))
		case recordCount:
			return addHistogram(record, histograms)
		case recordLines:
			r, err := parseBlock(record)
			blocks = append(blocks, lineBlock{r.zoom, r.x, r.y, r.counts, func() ([]byte, error) {
				_, record, err := frames.ReadAt(file, offset, nil)
				if err != nil {
					return nil, err
				}
				r, err := parseBlock(record)
				return r.data, err
			}})
			return err
		}
		return nil
	})
	if err != nil {
		file.Close()
	}
	return file, blocks, err
}
