package generator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/internal/sorting"
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
	if err := CheckBasemaps(j.cfg); err != nil {
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
	seen := newSeenTiles(d, j.cfg.Page.Tracks)
	p.histograms = noHistograms(len(fields))
	p.add = seen.watch(p.stored.watch(w.Add))
	var blocks []lineBlock
	sums := &sumsOfSlices{map[int]sumsAt{}}
	for part := range draw.Parts {
		file, some, err := j.take(part, w, p, sums, seen)
		if err != nil {
			return err
		}
		defer file.Close()
		blocks = append(blocks, some...)
	}
	if err := b.paintDivided(ctx, p, draw.Divided, sums); err != nil {
		return err
	}
	sorting.Func(blocks, func(a, b lineBlock) int {
		return cmp.Or(cmp.Compare(b.zoom, a.zoom), cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
	})
	deep := deepRanges{}
	if j.cfg.Page.Tracks {
		b.report.clock("lines")
		if deep, err = b.addLines(ctx, w, p, blocks, d.Stored); err != nil {
			return fmt.Errorf("writing the lines: %w", err)
		}
	}
	if j.cfg.HasSquares() {
		all, err := j.readSquares()
		if err == nil {
			err = b.addSquares(w, all)
		}
		if err != nil {
			return err
		}
	}
	return b.compose(ctx, place, w, d, p.histograms, seen, deep)
}

// fileBlock returns a block that lies in the file of a part.
func fileBlock(file JobFile, offset int64, r *blockRecord, of []layers.Piece) lineBlock {
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
