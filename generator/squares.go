package generator

import (
	"encoding/binary"
	"errors"
	"fmt"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/frames"
	"heatmapgen/layers/squares"
)

// SquaresID is the name of the blocks of squares, in archives and in what is said of them.
const SquaresID = "squares"

// SquaresMetadata tells where the blocks of squares lie, as LinesMetadata does of lines, and which zooms have blocks.
type SquaresMetadata struct {
	Table  string         `json:"table,omitempty"`
	Offset int64          `json:"offset,omitempty"`
	Length int64          `json:"length,omitempty"`
	Zooms  []BlocksOfZoom `json:"zooms"`
}

// place returns where the blocks lie.
func (m *SquaresMetadata) place() archive.Place {
	return archive.Place{Section: archive.Section{Offset: m.Offset, Length: m.Length}, Table: m.Table}
}

// blockSetsOf returns the names of the block sets of the configuration's archive, in the order of the writer.
func blockSetsOf(cfg *config.Config) []string {
	switch {
	case cfg.HasSquares():
		return []string{LinesID, SquaresID}
	case cfg.Page.Tracks:
		return []string{LinesID}
	}
	return nil
}

// blockSets returns the names of the block sets that an archive has, in the order of the writer.
func (m *Metadata) blockSets() []string {
	var sets []string
	if m.Lines != nil {
		sets = append(sets, LinesID)
	}
	if m.Squares != nil {
		sets = append(sets, SquaresID)
	}
	return sets
}

// lieBlocks tells where the block sets of these names lie, and of which nothing was written; of the lines see linesAt.
func (m *Metadata) lieBlocks(sets []string, l *archive.Layout, deepest uint8, kept *KeptMetadata) {
	m.Lines, m.Squares = nil, nil
	for i, name := range sets {
		b := &l.Blocks[i]
		switch {
		case name == LinesID:
			m.Lines = linesAt(b, deepest, kept)
		case b.Blocks > 0:
			m.Squares = &SquaresMetadata{Table: b.Table, Offset: b.Offset, Length: b.Length, Zooms: ofZooms(b.Zooms)}
		}
	}
}

// claim returns what is said of the blocks of squares.
func (m *SquaresMetadata) claim(digest *Digest) archive.BlocksClaim {
	c := archive.BlocksClaim{ID: SquaresID, Check: func(z uint8, x, y uint32, data []byte) error {
		_, err := squares.Decode(data, z, x, y)
		return err
	}}
	if m != nil {
		c.Place, c.Zooms = m.place(), countsOf(m.Zooms)
	}
	if digest != nil {
		c.Sum = &digest.Squares // that of no blocks where there are none
	}
	return c
}

// weightOf adds up the bytes of all blocks.
func weightOf(zooms []BlocksOfZoom) (bytes int64) {
	for _, z := range zooms {
		bytes += z.Bytes
	}
	return bytes
}

// squaresDrawn returns the squares of what is drawn, by rank and packed.
func squaresDrawn(sel *selection) [][]byte {
	all := make([][]byte, len(sel.drawn))
	for rank, i := range sel.drawn {
		all[rank] = sel.rows[i].squares
	}
	return all
}

// addSquares adds the blocks of squares to the configuration's archive, if it is to have any; all has those of the activities by rank.
func (b *build) addSquares(w *archive.Writer, all [][]byte) error {
	if !b.cfg.HasSquares() {
		return nil
	}
	err := squares.Gather(all, func(at squares.Block) error { return w.AddBlock(1, at.Zoom, at.X, at.Y, at.Data) })
	if err != nil {
		return fmt.Errorf("writing the squares: %w", err)
	}
	return nil
}

// squaresName is the file in which Gather hands the squares of what is drawn to Compose.
const squaresName = "squares"

// writeSquares writes the squares of what is drawn, by rank: the length of each as a varint, then its bytes.
func (j *Job) writeSquares(all [][]byte) error {
	var record []byte
	for _, packed := range all {
		record = binary.AppendUvarint(record, uint64(len(packed)))
		record = append(record, packed...)
	}
	return j.write(squaresName, "work", 0, func(w *frames.Writer) error {
		_, err := w.Write(recordSquares, record)
		return err
	})
}

// readSquares reads what writeSquares wrote.
func (j *Job) readSquares() (all [][]byte, err error) {
	err = j.read(squaresName, "work", 0, func(_ byte, record []byte, _ int64) error {
		for len(record) > 0 {
			n, k := binary.Uvarint(record)
			if k <= 0 || n > uint64(len(record)-k) {
				return errRecord
			}
			all = append(all, record[k:k+int(n):k+int(n)])
			record = record[k+int(n):]
		}
		return nil
	})
	return all, err
}

// HasSquares tells whether the archive has the squares of its activities.
func (s *Site) HasSquares() bool { return s.squareBlocks != nil }

// Squares returns the squares of a zoom, squares.Large or squares.Small, that each activity has been in, nil where the archive has none. The error wraps
// squares.ErrDamaged where they cannot be read or are not those of the activities.
func (s *Site) Squares(zoom uint8) ([][]squares.Code, error) {
	if s.squareBlocks == nil {
		return nil, nil
	}
	var all []*squares.Content
	for e, err := range s.squareBlocks.Entries() {
		var data []byte
		var c *squares.Content
		if err == nil {
			data, err = s.squareBlocks.Read(e)
		}
		if err == nil {
			c, err = squares.Decode(data, e.Zoom, e.X, e.Y)
		}
		if err != nil {
			return nil, fmt.Errorf("reading the squares: %w", err)
		}
		if c.Squares == zoom {
			all = append(all, c)
		}
	}
	return squares.Assemble(all, zoom, len(s.Meta.Activities.Day))
}

// verifySquares puts the squares together of an archive that is sound otherwise: every activity that has small ones has the large ones around them, and no others.
func (s *Site) verifySquares() (findings []string, err error) {
	large, err := s.Squares(squares.Large)
	var small [][]squares.Code
	if err == nil {
		small, err = s.Squares(squares.Small)
	}
	if errors.Is(err, squares.ErrDamaged) {
		return []string{err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	for a := range small {
		if !squares.Around(large[a], small[a]) {
			return []string{fmt.Sprintf("the squares of activity %d at zoom %d are not those around its squares at zoom %d", a, squares.Large, squares.Small)}, nil
		}
	}
	return nil, nil
}
