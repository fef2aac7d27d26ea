package generator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
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
	b.report.clock("tiles")
	options := archiveOptions(j.cfg, fields)
	w, err := archive.Create(archivePath(j.cfg), len(options.FieldIDs), options)
	if err != nil {
		return err
	}
	defer w.Abort()
	p := b.painting(d)
	seen := newSeenTiles(d)
	add := seen.watch(w.Add)
	p.add = add
	if err := j.paintDivided(ctx, b, p, draw.Divided); err != nil {
		return err
	}
	var blocks []lineBlock
	for part := range draw.Parts {
		file, some, err := j.take(ctx, part, add, p)
		if err != nil {
			return err
		}
		defer file.Close()
		blocks = append(blocks, some...)
	}
	slices.SortFunc(blocks, func(a, b lineBlock) int {
		return cmp.Or(cmp.Compare(b.zoom, a.zoom), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	deep := deepRanges{}
	if j.cfg.Page.Tracks {
		b.report.clock("lines")
		if deep, err = b.addLines(ctx, w, p, blocks, d.Stored); err != nil {
			return fmt.Errorf("writing the lines: %w", err)
		}
	}
	return b.compose(ctx, place, w, d, p.histograms, seen, deep)
}

// take takes the tiles and histograms of a part, and returns its blocks, which are read from its file when they are asked for.
func (j *Job) take(ctx context.Context, part int, add func(archive.Tile) error, p *painting) (file *os.File, blocks []lineBlock, err error) {
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
			return addHistogram(record, p.histograms)
		case recordLines:
			r, err := parseBlock(record)
			if err == nil {
				blocks = append(blocks, fileBlock(file, offset, &r, p.pieces))
			}
			return err
		}
		return nil
	})
	if err != nil {
		file.Close()
	}
	return file, blocks, err
}

// fileBlock returns a block that lies in the file of a part.
func fileBlock(file *os.File, offset int64, r *blockRecord, of []layers.Piece) lineBlock {
	zoom, x, y := r.zoom, r.x, r.y
	encode := func() ([]byte, error) {
		_, record, err := frames.ReadAt(file, offset, nil)
		if err != nil {
			return nil, err
		}
		r, err := parseBlock(record)
		if err == nil && r.tooMany {
			err = lines.ErrTooMany
		}
		return r.data, err
	}
	content := func() (*lines.Content, error) {
		data, err := encode()
		if err != nil && !errors.Is(err, lines.ErrTooMany) {
			return nil, err
		}
		return lines.DecodeOwn(data, zoom, x, y)
	}
	hash := func() (sum [32]byte, err error) {
		data, err := encode()
		if err != nil && !errors.Is(err, lines.ErrTooMany) {
			return sum, err
		}
		c, err := lines.DecodeOwn(data, zoom, x, y)
		if err != nil {
			return sum, err
		}
		return hashBlock(sha256.Sum256(data), slices.Compact(slices.Clone(c.Activity)), of), nil
	}
	return lineBlock{zoom, x, y, r.counts, encode, content, hash}
}
