package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"heatmapgen/archive"
	"heatmapgen/internal/frames"
	"heatmapgen/internal/sorting"
)

// What a painter hands to Compose. In the file of a part come first what its slices of cells add up to (distsums.go), the histograms of its tiles and its blocks, then a partRecord, then the tiles, by field and tile id. So Compose knows
// what all parts have together before it reads a tile, and then merges the tiles of all parts as streams, twice: to learn how many bytes they have, and to take these. All of it adds up or is merged in any order,
// and whoever makes a part writes the same bytes.

// A partRecord tells of the tiles that follow it.
type partRecord struct {
	// Tiles and Sums are how many there are of each field, and what stands for them.
	Tiles []int
	Sums  []archive.Sum
	// Stored are the bytes that keepers judge by.
	Stored []bytesOfBlock
	// Seen is what seenTiles have seen.
	Seen seenRecord
}

// writePart writes what came of a part: the histograms of a painting, so many blocks, whose records block makes, and the tiles, of which some were seen.
func writePart(ctx context.Context, w *frames.Writer, p *painting, tiles *archive.Sorter, seen *seenTiles, workers, blocks int, block func(i int) ([]byte, error)) error {
	part, err := tiles.Part()
	if err != nil {
		return err
	}
	for f := range p.histograms {
		for zoom := range p.histograms[f] {
			if h := &p.histograms[f][zoom]; *h != (histogram{}) {
				if _, err := w.Write(recordCount, appendHistogram(nil, uint8(f), uint8(zoom), h)); err != nil {
					return err
				}
			}
		}
	}
	// Some blocks at a time, so that they stand in their order without all being in memory.
	records := make([][]byte, 4*workers)
	for from := 0; from < blocks; from += len(records) {
		some := records[:min(len(records), blocks-from)]
		if err := each(ctx, workers, len(some), func(_, i int) (err error) {
			some[i], err = block(from + i)
			return err
		}); err != nil {
			return err
		}
		for _, record := range some {
			if _, err := w.Write(recordLines, record); err != nil {
				return err
			}
		}
	}
	if _, err := w.Write(recordPart, encode(partRecord{part.Counts, part.Sums, p.stored.list(), seen.list()})); err != nil {
		return err
	}
	var record []byte
	for t, err := range part.Tiles() {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		record = appendTile(record[:0], &t)
		if _, err := w.Write(recordTile, record); err != nil {
			return err
		}
	}
	return nil
}

// take takes what came of a part: its histograms, where the sums of its slices lie, its blocks, which are read from its file when they are asked for, what was seen, and its tiles, which the archive reads in the end. The file must stay open until then.
func (j *Job) take(part int, w *archive.Writer, p *painting, sums *sumsOfSlices, seen *seenTiles) (file JobFile, blocks []lineBlock, err error) {
	if file, err = j.open(partName(part), "paint"); err != nil {
		return nil, nil, err
	}
	r := frames.NewReader(file)
	var last partRecord
	kind, record, _, err := r.Next()
	if err == nil {
		err = j.check(kind, record, "paint", part)
	}
	for err == nil && kind != recordPart {
		var offset int64
		if kind, record, offset, err = r.Next(); err != nil {
			break
		}
		switch kind {
		case recordCount:
			err = addHistogram(record, p.histograms)
		case recordSums:
			err = sums.add(file, record, offset)
		case recordLines:
			var b blockRecord
			if b, err = parseBlock(record); err == nil {
				blocks = append(blocks, fileBlock(file, offset, &b, p.pieces))
			}
		case recordPart:
			err = decode(record, &last)
		}
	}
	if err == io.EOF { // it is whole, but not what it should be
		err = errForeign
	}
	if err == nil {
		p.stored.join(last.Stored)
		err = cmp.Or(seen.join(last.Seen), w.AddPart(archive.Part{Counts: last.Tiles, Sums: last.Sums, Tiles: func() iter.Seq2[archive.Tile, error] { return tilesOf(file, r) }}))
	}
	if err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	return file, blocks, nil
}

// tilesOf lists the tiles of a file behind what r has read of it.
func tilesOf(file JobFile, r *frames.Reader) iter.Seq2[archive.Tile, error] {
	return func(yield func(archive.Tile, error) bool) {
		rest := r.Rest(file)
		for {
			kind, record, _, err := rest.Next()
			if err == io.EOF {
				return
			}
			var t archive.Tile
			switch {
			case err == nil && kind == recordTile:
				t, err = parseTile(record)
			case err == nil:
				err = errRecord
			}
			if err != nil {
				err = fmt.Errorf("reading %s: %w", file.Name(), err)
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// A bytesOfBlock is what the tiles of the deepest zoom that is stored have within a block.
type bytesOfBlock struct {
	X, Y  uint32
	Bytes int64
}

// list returns what was counted, by row and column.
func (s *storedBytes) list() []bytesOfBlock {
	var all []bytesOfBlock
	for at, bytes := range s.of {
		all = append(all, bytesOfBlock{at[0], at[1], bytes})
	}
	sorting.Func(all, func(a, b bytesOfBlock) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	return all
}

// join counts what list listed.
func (s *storedBytes) join(all []bytesOfBlock) {
	for _, b := range all {
		s.of[[2]uint32{b.X, b.Y}] += b.Bytes
	}
}

// A seenZoom is what seenTiles have of a zoom: for each of its boxes west, north, east and south.
type seenZoom struct {
	Zoom  uint8
	Boxes [2][4]int64
}

// A seenRecord is what seenTiles have seen.
type seenRecord struct {
	Zooms []seenZoom `json:",omitempty"`
	Spots []seenSpot `json:",omitempty"`
}

// A seenSpot is a piece of a picture, its box as that of a seenZoom.
type seenSpot struct {
	Box    [4]int64
	Weight int64
}

// list returns what was seen, nothing where nothing is to be.
func (s *seenTiles) list() (all seenRecord) {
	if s == nil {
		return all
	}
	for zoom := range s.at {
		if at := s.at[zoom]; at[0].some {
			z := seenZoom{Zoom: uint8(zoom)}
			for i, b := range at {
				z.Boxes[i] = [4]int64{b.x0, b.y0, b.x1, b.y1}
			}
			all.Zooms = append(all.Zooms, z)
		}
	}
	s.order()
	for _, spot := range s.spots {
		all.Spots = append(all.Spots, seenSpot{[4]int64{spot.box.x0, spot.box.y0, spot.box.x1, spot.box.y1}, spot.weight})
	}
	return all
}

// join has s have seen what list listed.
func (s *seenTiles) join(all seenRecord) error {
	if s == nil {
		return nil
	}
	for _, spot := range all.Spots {
		b := spot.Box
		s.spots = append(s.spots, placeSpot{box{b[0], b[1], b[2], b[3], true}, spot.Weight})
	}
	for _, z := range all.Zooms {
		if int(z.Zoom) >= len(s.at) {
			return errors.New("a part has seen a zoom that there is not")
		}
		for i, b := range z.Boxes {
			s.at[z.Zoom][i].hold(box{b[0], b[1], b[2], b[3], true})
		}
	}
	return nil
}
