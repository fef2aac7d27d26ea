package generator

import (
	"context"
	"sync/atomic"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

// A painting is the first half of an archive: its tiles, and the histograms their colours come from.
type painting struct {
	settings layers.Settings
	fields   []layers.Field
	pieces   []layers.Piece             // by rank, without runs
	source   func() pieceSource         // makes one for each worker
	add      func(t archive.Tile) error // takes the tiles, in any order and from several goroutines
	cache    *cache
	// settingsHash is that of the settings and of the version of heatmapgen.
	settingsHash [32]byte
	histograms   [][]histogram // by field, then zoom
	reused       atomic.Int64  // cells taken from the cache
	stored       *storedBytes  // what keepers judge by
}

// paint paints all jobs with the given number of workers, and adds to the histograms.
func (p *painting) paint(ctx context.Context, jobs []cellJob, workers int, progress Progress) error {
	progress.Stage("Painting", int64(len(jobs)), "cells")
	defer progress.Done()
	hands := make([]*hand, workers)
	for i := range hands {
		hands[i] = newHand(p)
	}
	err := each(ctx, workers, len(jobs), func(worker, i int) error {
		defer progress.Add(1)
		return hands[worker].cell(ctx, &jobs[i])
	})
	if err != nil {
		return err
	}
	if p.histograms == nil {
		p.histograms = noHistograms(len(p.fields))
	}
	for f := range p.histograms {
		for _, h := range hands {
			for z := range h.histograms[f] {
				for k, n := range h.histograms[f][z] {
					p.histograms[f][z][k] += n
				}
			}
		}
	}
	return nil
}

// A hand is one worker with its tools.
type hand struct {
	painting   *painting
	painter    *layers.Painter
	encoder    archive.TileEncoder
	histograms [][]histogram
	source     pieceSource
	reader     pieceReader
	result     cellResult
}

func newHand(p *painting) *hand {
	return &hand{painting: p, painter: layers.NewPainter(p.settings), source: p.source(), histograms: noHistograms(len(p.fields))}
}

// noHistograms returns empty histograms by field and zoom.
func noHistograms(fields int) [][]histogram {
	all := make([][]histogram, fields)
	for f := range all {
		all[f] = make([]histogram, archive.MaxZoom+1)
	}
	return all
}

// cell makes the tiles of one cell and hands them on.
func (h *hand) cell(ctx context.Context, job *cellJob) error {
	p := h.painting
	if err := h.make(ctx, job); err != nil {
		return err
	}
	for _, t := range h.result.tiles {
		if err := p.add(t); err != nil {
			return err
		}
	}
	for key, counts := range h.result.histograms {
		dst := &h.histograms[key.field][key.zoom]
		for i, n := range counts {
			dst[i] += n
		}
	}
	return nil
}

// make makes the tiles of one cell. One that an earlier build painted from the same pieces with the same settings is taken from the cache, where there is one.
func (h *hand) make(ctx context.Context, job *cellJob) error {
	p := h.painting
	if p.cache == nil {
		return h.paintCell(ctx, job, &h.result)
	}
	hash, err := h.hash(job)
	if err != nil {
		return err
	}
	if p.cache.getCell(job.cell, hash, len(p.fields), &h.result) {
		p.reused.Add(1)
		return nil
	}
	if err := h.paintCell(ctx, job, &h.result); err != nil {
		return err
	}
	p.cache.putCell(job.cell, hash, &h.result)
	return nil
}

// piecesOf returns what the painter must know of activities besides their runs, by their days, layers.NoDay where not known, and by whose they are, nil where that does
// not matter.
func piecesOf(days, athletes []int, today int) []layers.Piece {
	pieces := make([]layers.Piece, len(days))
	for i, day := range days {
		pieces[i] = pieceOf(day, today)
		if athletes != nil {
			pieces[i].Who = athletes[i]
		}
	}
	return pieces
}

// pieceOf returns what the painter must know of an activity of a day, layers.NoDay where not known, besides its runs.
func pieceOf(day, today int) layers.Piece {
	known := day != layers.NoDay && day <= today
	return layers.Piece{Day: day, Fresh12: known && day > today-freshDays12, Fresh36: known && day > today-freshDays36}
}

// The freshness windows in days (docs/layers.md).
const (
	freshDays12 = 365
	freshDays36 = 1095
)
