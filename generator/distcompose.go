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
	b.report.clock("tiles")
	seen := newSeenTiles(d, j.cfg.Page.Tracks)
	m, err := j.merge(ctx, b, draw, draw.Parts, seen)
	if err != nil {
		return err
	}
	defer m.close()
	w, p, blocks := m.w, m.p, m.blocks
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

// A merged is what has come of several parts.
type merged struct {
	w      *archive.Writer // has their tiles
	p      *painting       // has their histograms
	blocks []lineBlock     // in any order
	files  []JobFile       // that the others read from
}

// close ends the archive that is not complete, and releases the rest.
func (m *merged) close() {
	m.w.Abort()
	for _, f := range m.files {
		f.Close()
	}
}

// merge begins the archive of a build with the tiles of so many parts, the first ones, whatever the drawing stores of their zooms; those of cells that were divided are painted. seen sees them. Call close in the end.
func (j *Job) merge(ctx context.Context, b *build, draw *drawRecord, parts int, seen *seenTiles) (_ *merged, err error) {
	d := &draw.Drawing
	fields := d.Settings.Fields()
	options := archiveOptions(b.cfg, fields)
	w, err := archive.Create(archivePath(b.cfg), len(options.FieldIDs), options)
	if err != nil {
		return nil, err
	}
	m := &merged{w: w, p: b.painting(d)}
	defer func() {
		if err != nil {
			m.close()
		}
	}()
	m.p.histograms, m.p.add = noHistograms(len(fields)), seen.watch(m.p.stored.watch(w.Add))
	sums := &sumsOfSlices{map[int]sumsAt{}}
	for part := range parts {
		file, some, err := j.take(part, w, m.p, sums, seen)
		if err != nil {
			return nil, err
		}
		m.files, m.blocks = append(m.files, file), append(m.blocks, some...)
	}
	divided := slices.DeleteFunc(slices.Clone(draw.Divided), func(c dividedCell) bool { return c.Cell.To > d.Stored })
	return m, b.paintDivided(ctx, m.p, divided, sums)
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
