package generator

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

// A painting is the first half of an archive: its tiles, and the histograms their colours come from.
type painting struct {
	settings   layers.Settings
	fields     []layers.Field
	writer     *archive.Writer
	histograms [][]histogram // by field, then zoom
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
	data       []byte
	idat       []byte
	reader     pieceReader
}

func newHand(p *painting) *hand {
	h := &hand{painting: p, painter: layers.NewPainter(p.settings), histograms: make([][]histogram, len(p.fields))}
	for f := range h.histograms {
		h.histograms[f] = make([]histogram, archive.MaxZoom+1)
	}
	return h
}

// cell paints one cell and hands its tiles to the writer.
func (h *hand) cell(ctx context.Context, sel *selection, job *cellJob, pieces []layers.Piece) error {
	if err := h.load(sel.bucket, job); err != nil {
		return err
	}
	var broken error
	yieldPieces := func(yield func(*layers.Piece) bool) {
		rest := h.data
		for _, ref := range job.pieces {
			runs, err := h.reader.read(rest[:ref.length])
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				broken = err
				return
			}
			rest = rest[ref.length:]
			piece := pieces[ref.entry]
			piece.Runs = runs
			if !yield(&piece) {
				return
			}
		}
	}
	err := h.painter.Paint(job.cell, yieldPieces, func(t layers.Tile) error {
		if broken != nil {
			return broken
		}
		h.count(t)
		var top uint8
		h.idat, top = h.encoder.Encode(h.idat[:0], t.Pix)
		return h.painting.writer.Add(archive.Tile{Field: t.Field, Zoom: t.Zoom, X: t.X, Y: t.Y, IDAT: h.idat, MaxIndex: top})
	})
	if broken != nil {
		return broken
	}
	return err
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

// count adds the pixels of t to the histogram of its field and zoom, but for those that hold nothing.
func (h *hand) count(t layers.Tile) {
	dst := &h.histograms[t.Field][t.Zoom]
	for i := 0; i < len(t.Pix); i += 8 {
		for eight := binary.LittleEndian.Uint64(t.Pix[i:]); eight != 0; eight >>= 8 {
			dst[eight&0xff]++
		}
	}
	dst[0] = 0
}

// piecesOf returns for every row what the painter must know of the activity besides its runs.
func piecesOf(sel *selection, today int) []layers.Piece {
	pieces := make([]layers.Piece, len(sel.rows))
	for _, i := range sel.drawn {
		day := dayOf(sel.rows[i].Activity.Start)
		known := day != layers.NoDay && day <= today
		pieces[i] = layers.Piece{Day: day, Fresh12: known && day > today-freshDays12, Fresh36: known && day > today-freshDays36}
	}
	return pieces
}

// The freshness windows in days (docs/layers.md).
const (
	freshDays12 = 365
	freshDays36 = 1095
)
