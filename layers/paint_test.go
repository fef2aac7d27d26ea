package layers_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// straight makes a piece that goes from one pixel position to another at the cell's own zoom.
func straight(cell layers.Cell, x0, y0, x1, y1 float64) layers.Piece {
	pixel := math.Exp2(raster.WorldBits-8) / math.Exp2(float64(cell.Zoom))
	at := func(x, y float64) raster.Point {
		return raster.Point{X: int64((float64(cell.X)*256 + x) * pixel), Y: int64((float64(cell.Y)*256 + y) * pixel)}
	}
	return layers.Piece{Day: newestDay, Runs: []layers.Run{{
		Points:   []raster.Point{at(x0, y0), at(x1, y1)},
		Segments: []activity.Segment{{DistM: 100, DurS: 30, HR: 150, Grade: 0.05, Moving: true}},
	}}}
}

// painted returns the tiles of a cell, copied, by field and place.
func painted(t *testing.T, p *layers.Painter, cell layers.Cell, pieces []layers.Piece) map[layers.Tile][]byte {
	t.Helper()
	all := map[layers.Tile][]byte{}
	err := p.Paint(cell, every(pieces), func(tile layers.Tile) error {
		pix := slices.Clone(tile.Pix[:])
		tile.Pix = nil
		all[tile] = pix
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var someCell = layers.Cell{Zoom: 14, From: 14, To: 14, X: 8500, Y: 5600}

// The number of visits that a straight way shows along its ridge, however it got there.
func TestVisitsCountOutings(t *testing.T) {
	across := straight(someCell, -200, 128.5, 456, 128.5)
	there := across.Runs[0]
	back := layers.Run{Points: []raster.Point{there.Points[1], there.Points[0]}, Segments: there.Segments}
	laps := across
	laps.Runs = []layers.Run{there, back, there, there, back}
	cases := []struct {
		name   string
		pieces []layers.Piece
		want   float32
	}{
		{"once", []layers.Piece{across}, 1},
		{"laps of one outing count once", []layers.Piece{laps}, 1},
		{"seven outings", slices.Repeat([]layers.Piece{across}, 7), 7},
		{"three outings of many laps", []layers.Piece{laps, laps, laps}, 3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := paint(2, 4, false)
			tile := painted(t, layers.NewPainter(s), someCell, c.pieces)[layers.Tile{Field: layers.Visits, Zoom: 14, X: someCell.X, Y: someCell.Y}]
			for x := range 256 {
				if got := s.Scales[layers.Visits].Values[tile[128*256+x]-1]; got != c.want {
					t.Fatalf("pixel %d of the ridge shows %g visits, want %g", x, got, c.want)
				}
			}
		})
	}
	// An hour at a red light is one visit; softened, a dot is less than a line.
	stop := straight(someCell, 128.5, 128.5, 128.5, 128.5)
	stop.Runs[0].Segments[0].DurS = 3600
	s := paint(2, 4, false)
	for _, v := range painted(t, layers.NewPainter(s), someCell, []layers.Piece{stop})[layers.Tile{Field: layers.Visits, Zoom: 14, X: someCell.X, Y: someCell.Y}] {
		if v > 0 && s.Scales[layers.Visits].Values[v-1] > 1 {
			t.Fatal("a stop counts for more than a visit")
		}
	}
}

// A tile that no line touches has the glow of its neighbour's, as far as that reaches and no farther.
func TestGlowReachesTheNextTile(t *testing.T) {
	for _, c := range []struct {
		name string
		x    float64
		want bool
	}{{"a line beside the edge", -0.5, true}, {"a line within reach", -3, true}, {"a line out of reach", -9, false}} {
		t.Run(c.name, func(t *testing.T) {
			tiles := painted(t, layers.NewPainter(paint(2, 4, false)), someCell, []layers.Piece{straight(someCell, c.x, 50, c.x, 200)})
			if got := len(tiles) > 0; got != c.want {
				t.Errorf("%d tiles", len(tiles))
			}
			for tile, pix := range tiles {
				if pix[5*256] != 0 || pix[125*256+8] != 0 || pix[125*256] == 0 {
					t.Errorf("the glow on tile %v is not where it should be", tile)
				}
			}
		})
	}
}

// What a painter painted before must not show in what it paints next.
func TestPainterKeepsNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	s := paint(2, 4, false)
	used := layers.NewPainter(s)
	for i, cell := range []layers.Cell{{Zoom: 12, From: 13, To: 14, X: 2125, Y: 1400}, someCell, {Zoom: 14, From: 14, To: 15, X: 9, Y: 9}, someCell} {
		var pieces []layers.Piece
		for range 3 {
			pieces = append(pieces, randomPiece(rng, cell, 16))
		}
		if i == 1 {
			for k := range pieces { // a cell that knows nothing but visits
				for _, r := range pieces[k].Runs {
					for j := range r.Segments {
						r.Segments[j] = activity.Segment{Grade: float32(math.NaN())}
					}
				}
			}
		}
		got, want := painted(t, used, cell, pieces), painted(t, layers.NewPainter(s), cell, pieces)
		if len(got) != len(want) || len(got) == 0 {
			t.Fatalf("cell %d: %d tiles, a new painter paints %d", i, len(got), len(want))
		}
		for tile, pix := range want {
			if !slices.Equal(got[tile], pix) {
				t.Fatalf("cell %d: tile %v differs from a new painter's", i, tile)
			}
		}
	}
}

// The pixels do not hang on the order of the activities: whoever paints a part of a build need not know that of the whole.
func TestOrderDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 3))
	cell := layers.Cell{Zoom: 14, From: 14, To: 16, X: 8500, Y: 5600}
	for _, seconds := range []bool{false, true} {
		p := layers.NewPainter(paint(2, 4, seconds))
		var pieces []layers.Piece
		for range 40 {
			pieces = append(pieces, randomPiece(rng, cell, 16))
		}
		want := painted(t, p, cell, pieces)
		for range 3 {
			rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
			got := painted(t, p, cell, pieces)
			if len(got) != len(want) {
				t.Fatalf("%d tiles, in another order %d", len(want), len(got))
			}
			for tile, pix := range want {
				if !slices.Equal(got[tile], pix) {
					t.Fatalf("tile %v differs in another order", tile)
				}
			}
		}
	}
}

func TestPaintNothing(t *testing.T) {
	p := layers.NewPainter(paint(2, 4, false))
	if tiles := painted(t, p, someCell, nil); len(tiles) != 0 {
		t.Errorf("no pieces make %d tiles", len(tiles))
	}
	if tiles := painted(t, p, someCell, []layers.Piece{{Day: layers.NoDay}, straight(someCell, 900, 900, 950, 900)}); len(tiles) != 0 {
		t.Errorf("pieces without lines here make %d tiles", len(tiles))
	}
}

func TestPaintStopsAtAnError(t *testing.T) {
	full := errors.New("the disk is full")
	calls := 0
	err := layers.NewPainter(paint(2, 4, false)).Paint(someCell, every([]layers.Piece{straight(someCell, 0, 0, 256, 256)}), func(layers.Tile) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("after %d tiles: %v", calls, err)
	}
}

// Whatever the blur, a line just beyond the margin leaves nothing on the tile.
func TestMarginHoldsTheGlow(t *testing.T) {
	for _, sigma := range [][2]float64{{2, 4}, {0.1, 0.1}, {16, 16}, {5, 1}, {1, 9.7}} {
		s := paint(sigma[0], sigma[1], true)
		margin := float64(s.MarginPixels())
		if int(margin)%raster.BlockSize != 0 {
			t.Errorf("a margin of %g pixels is not of whole blocks", margin)
		}
		beyond := straight(someCell, -margin-0.01, 0, -margin-0.01, 256)
		if tiles := painted(t, layers.NewPainter(s), someCell, []layers.Piece{beyond}); len(tiles) != 0 {
			t.Errorf("blurs of %v: a line %g pixels off leaves %d tiles", sigma, margin+0.01, len(tiles))
		}
	}
}

// A cell of a town: 4x4 tiles at its finest zoom, 60 outings of 20 to 170 segments in up to three runs.
func BenchmarkPaintCell(b *testing.B) {
	rng := rand.New(rand.NewPCG(11, 2))
	cell := layers.Cell{Zoom: 15, From: 15, To: 17, X: 17000, Y: 11000}
	var pieces []layers.Piece
	segments := 0
	for range 60 {
		p := randomPiece(rng, cell, 16)
		pieces = append(pieces, p)
		for _, r := range p.Runs {
			segments += len(r.Segments)
		}
	}
	p := layers.NewPainter(paint(2, 4, false))
	tiles := 0
	b.ReportAllocs()
	for b.Loop() {
		tiles = 0
		if err := p.Paint(cell, every(pieces), func(layers.Tile) error { tiles++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(segments), "segments/op")
	b.ReportMetric(float64(tiles), "tiles/op")
}

// TestOneFieldIsPaintedAsAmongAll holds every field painted alone to what it is among all.
func TestOneFieldIsPaintedAsAmongAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	for _, seconds := range []bool{false, true} {
		s := paint(2, 4, seconds)
		cell := layers.Cell{Zoom: 15, From: 15, To: 16, X: 2140 << 3, Y: 1430 << 3}
		var pieces []layers.Piece
		for range 6 {
			pieces = append(pieces, randomPiece(rng, cell, 16))
		}
		painter := layers.NewPainter(s)
		all := map[layers.Tile][]byte{}
		keep := func(to map[layers.Tile][]byte) func(layers.Tile) error {
			return func(tile layers.Tile) error {
				pix := bytes.Clone(tile.Pix[:])
				tile.Pix = nil
				to[tile] = pix
				return nil
			}
		}
		if err := painter.Paint(cell, every(pieces), keep(all)); err != nil {
			t.Fatal(err)
		}
		alone := map[layers.Tile][]byte{}
		for _, field := range layers.Fields(s.Seconds) {
			if err := painter.PaintFields(cell, every(pieces), func(f *layers.Field) bool { return f.ID == field.ID }, keep(alone)); err != nil {
				t.Fatal(err)
			}
		}
		if len(all) < len(s.Scales) || len(all) != len(alone) {
			t.Fatalf("%d tiles, alone %d", len(all), len(alone))
		}
		for tile, pix := range all {
			if !bytes.Equal(pix, alone[tile]) {
				t.Errorf("field %d of %d/%d/%d differs", tile.Field, tile.Zoom, tile.X, tile.Y)
			}
		}
	}
}

// TestSecondsOfARoadHangOnNoZoom: deeper than MeanZoom a road has the seconds within a pixel of that, not a part of them.
func TestSecondsOfARoadHangOnNoZoom(t *testing.T) {
	s := paint(2, 4, true)
	painter := layers.NewPainter(s)
	top := layers.Cell{Zoom: layers.MeanZoom, X: 17_000, Y: 11_200}
	const x, y, pixels = 128.5, 128.5, 456 // the middle of a pixel of MeanZoom, and the road's length in those
	const level = 30
	road := straight(top, x-pixels/2, y, x+pixels/2, y)
	// On its ridge a little above the middle of what is told as this level: between two middles of pixels there is a little less.
	ridge := raster.NewKernel(s.BlurSigma)
	road.Runs[0].Segments[0].DurS = 1.03 * s.Scales[layers.Visits].Values[level] * pixels / ridge.Taps[ridge.Radius]
	for zoom := top.Zoom; zoom <= 20; zoom++ {
		finer := math.Exp2(float64(zoom - top.Zoom))
		px, py := uint32((float64(top.X)*256+x)*finer), uint32((float64(top.Y)*256+y)*finer)
		cell := layers.Cell{Zoom: zoom, From: zoom, To: zoom, X: px / 256, Y: py / 256}
		shown := painted(t, painter, cell, []layers.Piece{road})[layers.Tile{Field: layers.Visits, Zoom: zoom, X: cell.X, Y: cell.Y}]
		if shown == nil {
			t.Fatalf("nothing shows at zoom %d", zoom)
		}
		values := s.Scales[layers.Visits].Values
		if got := (int(shown[py%256*256+px%256]) - 1) % len(values); got != level {
			t.Errorf("at zoom %d the road has level %d, want %d", zoom, got, level)
		}
	}
}

// TestNothingClimbedIsNoHill: on a flat way all hill training is 0, at the zooms too that take the sums of coarser ones.
func TestNothingClimbedIsNoHill(t *testing.T) {
	s := paint(2, 4, false)
	painter := layers.NewPainter(s)
	for _, zoom := range []uint8{14, 18} {
		cell := layers.Cell{Zoom: zoom, From: zoom, To: zoom, X: 8, Y: 9}
		piece := straight(cell, 20, 30, 200, 180)
		for i := range piece.Runs[0].Segments {
			g := &piece.Runs[0].Segments[i]
			g.Grade, g.HR, g.Moving, g.DurS, g.DistM = 0, 150, true, 10, 30
		}
		shown := 0
		for tile, pix := range painted(t, painter, cell, []layers.Piece{piece}) {
			if tile.Field != layers.Hills {
				continue
			}
			values := s.Scales[layers.Hills].Values
			for _, index := range pix {
				if index == 0 {
					continue
				}
				if shown++; values[(int(index)-1)%len(values)] != values[0] {
					t.Fatalf("at zoom %d a flat way is a hill of %g", zoom, values[(int(index)-1)%len(values)])
				}
			}
		}
		if shown == 0 {
			t.Errorf("nothing shows at zoom %d", zoom)
		}
	}
}
