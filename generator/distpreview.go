package generator

import (
	"context"
	"errors"
	"slices"

	"heatmapgen/generator/config"
	"heatmapgen/layers"
)

// shareCoarse shares the work out as share does, that of coarse zooms into so many of the parts, the first ones. It returns how many these are: 0 where nobody is to look at them before the others, or where there are none.
func shareCoarse(cells []workCell, blocks []workBlock, coarse, parts int, d *drawing, sizes *workSizes) (work []workRecord, divided []dividedCell, first int) {
	var early, late []workCell
	for _, c := range cells {
		if coarse > 0 && d.previewed() && c.Cell.To <= d.coarseZoom() {
			early = append(early, c)
		} else {
			late = append(late, c)
		}
	}
	if len(early) == 0 {
		work, divided = share(cells, blocks, parts, d.Athletes, sizes)
		return work, divided, 0
	}
	work, divided = share(early, nil, coarse, d.Athletes, sizes)
	others, more := share(late, blocks, parts-coarse, d.Athletes, sizes)
	before := 0 // slices are numbered across all parts
	for i := range work {
		before += len(work[i].Slices)
	}
	for i := range others {
		for k := range others[i].Slices {
			others[i].Slices[k].Number += before
		}
	}
	for i := range more {
		more[i].First += before
	}
	return append(work, others...), append(divided, more...), coarse
}

// coarseZoom returns the deepest zoom of a preview: that above the cells with the deepest tiles.
func (d *drawing) coarseZoom() uint8 { return max(cellZoomOf(int(d.Stored)), 1) - 1 }

// previewed tells whether there can be a preview: where there are lines, which tell by themselves what can be seen, and nobody has to be hidden among others.
func (d *drawing) previewed() bool {
	return d.Places != nil && !d.Settings.Crowd.On() && d.MinZoom <= d.coarseZoom()
}

// ErrNoPreview says that there is nothing to look at before all is painted.
var ErrNoPreview = errors.New("there are no coarse zooms to look at")

// Preview makes a site of the coarse zooms in a folder of its own, once the parts are painted that GatherCoarse counts as such: something to look at until the others are. It has neither lines nor what is made of them. The error is
// ErrNoPreview where there are no such parts.
func (j *Job) Preview(ctx context.Context, output string) (*Report, error) {
	draw, err := j.draw()
	if err != nil {
		return nil, err
	}
	if draw.Coarse == 0 {
		return nil, ErrNoPreview
	}
	d := &draw.Drawing
	d.OwnLayers, d.Segments, d.Stored = nil, nil, d.coarseZoom()
	b := j.build()
	if b.cfg, err = j.previewConfig(output, d); err != nil {
		return nil, err
	}
	*b.report, b.settings = draw.Report, d.Settings
	if err := makeOutput(output); err != nil {
		return nil, err
	}
	place := &workplace{cfg: b.cfg}
	if place.output, err = takeFolder(output); err != nil {
		return nil, err
	}
	defer place.close()
	m, err := j.merge(ctx, b, draw, draw.Coarse, nil)
	if err != nil {
		return nil, err
	}
	defer m.close()
	meta := b.metadata(d)
	layout, staged, err := b.finish(ctx, m.w, m.p.histograms, meta, deepRanges{}, d.days())
	if err != nil {
		return nil, err
	}
	if err := b.commit(ctx, place, staged, meta); err != nil {
		return nil, err
	}
	b.report.wrote(archivePath(b.cfg), meta, layout)
	return b.report, nil
}

// previewConfig returns the configuration of a preview of a drawing.
func (j *Job) previewConfig(output string, d *drawing) (*config.Config, error) {
	cfg, err := j.plan.config()
	if err != nil {
		return nil, err
	}
	cfg.Page.Tracks, cfg.Page.Squares, cfg.Segments, cfg.Layers = false, false, nil, nil
	cfg.Render.MaxZoom = int(d.Stored)
	if !slices.ContainsFunc(d.Settings.Layers(cfg.Ranges.RecencyGamma), func(l layers.Layer) bool { return l.ID == cfg.Page.DefaultLayer }) {
		cfg.Page.DefaultLayer = layers.DefaultLayer
	}
	return cfg, cfg.SetOutput(output)
}
