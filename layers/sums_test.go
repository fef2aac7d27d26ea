package layers_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// In whatever parts a cell is painted: its tiles are those of all pieces at once, to the byte, also where only what several share shows, and where athletes are counted.
func TestCellInPartsIsTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 4))
	cell := layers.Cell{Zoom: 14, From: 14, To: 15, X: 8500, Y: 5600}
	for name, s := range map[string]layers.Settings{"visits": paint(2, 4, false), "seconds": paint(1.5, 3, true),
		"a crowd": ofCrowd(paint(2, 4, false), 3, false), "athletes": ofCrowd(paint(2, 4, false), 2, true)} {
		t.Run(name, func(t *testing.T) {
			var pieces []layers.Piece
			for range 24 {
				pieces = append(pieces, randomPiece(rng, cell, 16))
			}
			if s.Crowd.Athletes {
				shareOut(rng, pieces)
			}
			p := layers.NewPainter(s)
			want := painted(t, p, cell, pieces)
			if len(want) == 0 {
				t.Fatal("there are no tiles")
			}
			parts := make([][]layers.Piece, 1+rng.IntN(5))
			for i, piece := range pieces {
				to := rng.IntN(len(parts))
				if s.Crowd.Athletes {
					to = piece.Who % len(parts)
				}
				parts[to] = append(parts[to], pieces[i])
			}
			sums := map[uint8][][]byte{}
			for _, part := range parts {
				err := p.Sum(cell, every(part), func(zoom uint8, some []byte) error {
					sums[zoom] = append(sums[zoom], bytes.Clone(some))
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			n := 0
			err := p.PaintSums(cell, func(zoom uint8, add func([]byte) error) error {
				for _, i := range rng.Perm(len(sums[zoom])) {
					if err := add(sums[zoom][i]); err != nil {
						return err
					}
				}
				return nil
			}, func(tile layers.Tile) error {
				pix := tile.Pix
				tile.Pix = nil
				if n++; !bytes.Equal(want[tile], pix[:]) {
					t.Errorf("%d parts paint another tile of field %d at %d/%d/%d", len(parts), tile.Field, tile.Zoom, tile.X, tile.Y)
				}
				return nil
			})
			if err != nil || n != len(want) {
				t.Errorf("%d parts paint %d tiles, not %d; %v", len(parts), n, len(want), err)
			}
		})
	}
}

// An error ends it, whoever has it, and what are no sums is one.
func TestSumsStopAtAnError(t *testing.T) {
	p, full := layers.NewPainter(paint(2, 4, false)), errors.New("no room")
	pieces := []layers.Piece{straight(someCell, 0, 10, 200, 10)}
	if err := p.Sum(someCell, every(pieces), func(uint8, []byte) error { return full }); err != full {
		t.Errorf("putting fails with %v", err)
	}
	for _, sums := range [][]byte{nil, {2}, {0, 0}, {1, 1}, bytes.Repeat([]byte{0xff}, 40)} {
		err := p.PaintSums(someCell, func(_ uint8, add func([]byte) error) error { return add(sums) }, func(layers.Tile) error { return nil })
		if !errors.Is(err, raster.ErrPacked) {
			t.Errorf("%v is taken for sums; %v", sums, err)
		}
	}
}
