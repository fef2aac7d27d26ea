package generator

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

// A painting is the first half of an archive: its tiles, and the histograms their colours come from.
type painting struct {
	settings layers.Settings
	fields   []layers.Field
	writer   *archive.Writer
	cache    *cache
	// settingsHash is that of the settings and of the version of heatmapgen.
	settingsHash [32]byte
	histograms   [][]histogram // by field, then zoom
	reused       atomic.Int64  // cells taken from the cache
}

// paint paints all jobs with the given number of workers.
func (p *painting) paint(ctx context.Context, sel *selection, jobs []cellJob, pieces []layers.Piece, workers int, progress Progress) error {
	progress.Stage("Painting", int64(len(jobs)), "cells")
	defer progress.Done()
	hands := make([]*hand, workers)
	for i := range hands {
		hands[i] = newHand(p)
	}
	err := each(ctx, workers, len(jobs), func(worker, i int) error {
		defer progress.Add(1)
		return hands[worker].cell(ctx, sel, &jobs[i], pieces)
	})
	if err != nil {
		return err
	}
	p.histograms = make([][]histogram, len(p.fields))
	for f := range p.histograms {
		p.histograms[f] = make([]histogram, archive.MaxZoom+1)
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
	data       []byte // the pieces of the cell in work
	reader     pieceReader
	result     cellResult
}

func newHand(p *painting) *hand {
	h := &hand{painting: p, painter: layers.NewPainter(p.settings), histograms: make([][]histogram, len(p.fields))}
	for f := range h.histograms {
		h.histograms[f] = make([]histogram, archive.MaxZoom+1)
	}
	return h
}

// cell makes the tiles of one cell and hands them to the writer. A cell that an earlier build painted from the
// same pieces with the same settings is taken from the cache.
func (h *hand) cell(ctx context.Context, sel *selection, job *cellJob, pieces []layers.Piece) error {
	if err := h.load(sel.bucket, job); err != nil {
		return err
	}
	p := h.painting
	hash := cellHash(p.settingsHash, job, pieces, h.data)
	if p.cache.getCell(job.cell, hash, len(p.fields), &h.result) {
		p.reused.Add(1)
	} else {
		if err := h.paintCell(ctx, job, pieces, &h.result); err != nil {
			return err
		}
		p.cache.putCell(job.cell, hash, &h.result)
	}
	for _, t := range h.result.tiles {
		if err := p.writer.Add(t); err != nil {
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

// load reads the pieces of the job into data, one after the other.
func (h *hand) load(b *bucket, job *cellJob) error {
	if int64(cap(h.data)) < job.bytes {
		h.data = make([]byte, job.bytes)
	}
	h.data = h.data[:job.bytes]
	at := int64(0)
	for _, ref := range job.pieces {
		n := int64(ref.length)
		if _, err := b.file.ReadAt(h.data[at:at+n], ref.offset); err != nil && err != io.EOF {
			return fmt.Errorf("reading pieces of tracks back from the temporary file: %w", err)
		}
		at += n
	}
	return nil
}

// piecesOf returns for every row what the painter must know of the activity besides its runs.
func piecesOf(sel *selection, today int) []layers.Piece {
	pieces := make([]layers.Piece, len(sel.rows))
	for _, i := range sel.drawn {
		day := sel.rows[i].day()
		pieces[i] = pieceOf(day, today)
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
