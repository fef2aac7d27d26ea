package layers_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// coverage counts, for the pixels of a tile and of a margin around it, by how many different owners a pen covers them that is drawn along those segments that part wants, from nothing but
// distances. It is indexed by [y + margin][x + margin].
func coverage(cell layers.Cell, zoom uint8, tile layers.Tile, margin int, s layers.Settings, pieces []layers.Piece, part func(p *layers.Piece, r *layers.Run, i int) bool) [][]int {
	side := raster.TileSize + 2*margin
	owners := make([]map[int]bool, side*side)
	scale := raster.PixelScale(zoom)
	x0, y0 := float64(int(tile.X)*raster.TileSize-margin), float64(int(tile.Y)*raster.TileSize-margin)
	radius := 1.25 * s.BlurSigma
	for k := range pieces {
		p, owner := &pieces[k], k
		if s.Crowd.Athletes {
			owner = p.Who
		}
		for r := range p.Runs {
			run := &p.Runs[r]
			for i := range run.Segments {
				if !part(p, run, i) {
					continue
				}
				ax, ay := float64(run.Points[i].X)*scale-x0, float64(run.Points[i].Y)*scale-y0
				bx, by := float64(run.Points[i+1].X)*scale-x0, float64(run.Points[i+1].Y)*scale-y0
				for y := max(0, int(min(ay, by)-radius-1)); y < min(side, int(max(ay, by)+radius+2)); y++ {
					for x := max(0, int(min(ax, bx)-radius-1)); x < min(side, int(max(ax, bx)+radius+2)); x++ {
						if away(float64(x)+0.5, float64(y)+0.5, ax, ay, bx, by) <= radius {
							if owners[y*side+x] == nil {
								owners[y*side+x] = map[int]bool{}
							}
							owners[y*side+x][owner] = true
						}
					}
				}
			}
		}
	}
	n := make([][]int, side)
	for y := range n {
		n[y] = make([]int, side)
		for x := range n[y] {
			n[y][x] = len(owners[y*side+x])
		}
	}
	return n
}

// away is the distance of (x, y) from the segment from (ax, ay) to (bx, by).
func away(x, y, ax, ay, bx, by float64) float64 {
	dx, dy := bx-ax, by-ay
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((x-ax)*dx+(y-ay)*dy)/l))
	}
	return math.Hypot(x-ax-t*dx, y-ay-t*dy)
}

// whose says which segments are counted for a field.
func whose(field string) func(p *layers.Piece, r *layers.Run, i int) bool {
	return func(p *layers.Piece, r *layers.Run, i int) bool {
		g := &r.Segments[i]
		switch field {
		case "fresh12":
			return p.Fresh12
		case "fresh36":
			return p.Fresh36
		case "pace":
			return g.Moving && g.DurS > 0
		case "heartrate":
			return g.HR > 0 && g.DurS > 0
		case "steepness", "direction", "hills":
			return g.Grade == g.Grade && g.DistM > 0
		}
		return true
	}
}

// glowReach is how far, in pixels, a softened footprint reaches in either direction.
func glowReach(s layers.Settings) int { return int(math.Ceil(3 * 0.7 * s.BlurSigma)) }

// Whatever a crowd does: a pixel of any field, at any zoom, shows something only where the glow of a pixel reaches that enough of them share, who know what the field is about; and a number only
// where they share the pixel itself, in whole steps.
func TestTooFewShowNothing(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(17, seed))
		s := ofCrowd(paint(1.5+rng.Float64()*2, 3, false), 2+rng.IntN(4), seed%2 == 1)
		cell := layers.Cell{Zoom: 13, From: 13, To: 15, X: 4250, Y: 2800}
		t.Run(fmt.Sprintf("%d share, athletes %v", s.Crowd.Least, s.Crowd.Athletes), func(t *testing.T) {
			var pieces []layers.Piece
			for range 16 + rng.IntN(16) {
				pieces = append(pieces, randomPiece(rng, cell, 16))
			}
			for k := range 24 { // some ways are gone again
				again := randomPiece(rng, cell, 16)
				again.Runs = pieces[k%4].Runs
				pieces = append(pieces, again)
			}
			for k := range pieces {
				pieces[k].Fresh36 = rng.IntN(4) > 0
				pieces[k].Fresh12 = pieces[k].Fresh36 && rng.IntN(4) > 0
			}
			if s.Crowd.Athletes {
				shareOut(rng, pieces)
			}
			reach, shown, shared := glowReach(s), map[string]int{}, 0
			for tile, pix := range painted(t, layers.NewPainter(s), cell, pieces) {
				field := s.Fields()[tile.Field]
				n := coverage(cell, tile.Zoom, tile, reach, s, pieces, whose(field.ID))
				for i, index := range pix {
					x, y := i%raster.TileSize+reach, i/raster.TileSize+reach
					enough := n[y][x] >= s.Crowd.Least
					if index == 0 {
						if enough && field.Kind == layers.Count {
							t.Fatalf("%s: %d share a pixel of zoom %d that shows nothing", field.ID, n[y][x], tile.Zoom)
						}
						continue
					}
					shown[field.ID]++
					near := false
					for _, row := range n[y-reach : y+reach+1] {
						near = near || slices.Max(row[x-reach:x+reach+1]) >= s.Crowd.Least
					}
					if !near {
						t.Fatalf("%s shows something at zoom %d where nothing near is shared by %d", field.ID, tile.Zoom, s.Crowd.Least)
					}
					if field.Kind != layers.Count {
						continue
					}
					told := float64(s.Scales[tile.Field].Values[index-1])
					want := float64(n[y][x] / s.Crowd.Least * s.Crowd.Least)
					if enough {
						shared++
					}
					if enough && told != want || !enough && told > 1 {
						t.Fatalf("%s tells %g at zoom %d where %d are", field.ID, told, tile.Zoom, n[y][x])
					}
				}
			}
			if shared == 0 || shown["pace"] == 0 || shown["heartrate"] == 0 || shown["hills"] == 0 || shown["fresh12"] == 0 {
				t.Fatalf("nothing was tested: %v", shown)
			}
			if shown["recency"] > 0 {
				t.Error("days show")
			}
		})
	}
}

// Whoever takes what is told of one set from what is told of another that holds it, as a layer and the freshness in it, or a pixel and a part of it at the next zoom, finds a multiple of the least,
// however few make the difference; so 0 may be up to one less than that, and the least may be one.
func TestDifferencesHideFew(t *testing.T) {
	rng := rand.New(rand.NewPCG(29, 1))
	for _, athletes := range []bool{false, true} {
		const least = 4
		s := ofCrowd(paint(2, 4, false), least, athletes)
		cell := layers.Cell{Zoom: 14, From: 14, To: 15, X: 8500, Y: 5600}
		var pieces []layers.Piece
		for range 40 {
			p := randomPiece(rng, cell, 16)
			p.Fresh36 = rng.IntN(3) > 0
			p.Fresh12 = p.Fresh36 && rng.IntN(2) > 0
			pieces = append(pieces, p)
		}
		for k := range 60 {
			again := pieces[rng.IntN(40)]
			again.Runs = pieces[k%6].Runs
			pieces = append(pieces, again)
		}
		if athletes {
			shareOut(rng, pieces)
		}
		tiles := painted(t, layers.NewPainter(s), cell, pieces)
		type pixel struct {
			field int
			zoom  uint8
			x, y  int
		}
		told, real := map[pixel]int{}, map[pixel]int{}
		for tile, pix := range tiles {
			field := s.Fields()[tile.Field]
			if field.Kind != layers.Count {
				continue
			}
			n := coverage(cell, tile.Zoom, tile, 0, s, pieces, whose(field.ID))
			for i, index := range pix {
				at := pixel{tile.Field, tile.Zoom, int(tile.X)*256 + i%256, int(tile.Y)*256 + i/256}
				real[at] = n[i/256][i%256]
				if index > 0 && s.Scales[tile.Field].Values[index-1] > 1 {
					told[at] = int(s.Scales[tile.Field].Values[index-1])
				}
			}
		}
		few := map[int]int{} // how often few make a difference, by what is told of it
		for at := range real {
			var within []pixel
			switch at.field {
			case layers.Visits:
				within = append(within, pixel{layers.Fresh36, at.zoom, at.x, at.y})
			case layers.Fresh36:
				within = append(within, pixel{layers.Fresh12, at.zoom, at.x, at.y})
			}
			for k := range 4 {
				within = append(within, pixel{at.field, at.zoom + 1, 2*at.x + k%2, 2*at.y + k/2})
			}
			for _, part := range within {
				n, ok := real[part]
				if !ok {
					continue
				}
				rest, seems := real[at]-n, told[at]-told[part]
				if seems%least != 0 || seems < 0 || rest <= seems-least || rest >= seems+least {
					t.Fatalf("athletes %v: %+v and %+v differ by %d, and seem to by %d", athletes, at, part, rest, seems)
				}
				if rest > 0 && rest < least {
					few[seems]++
				}
			}
		}
		if few[0] == 0 || few[least] == 0 || len(few) != 2 {
			t.Errorf("athletes %v: where few make the difference it seems to be %v", athletes, few)
		}
	}
}

// line returns a piece along a line at some height of the cell, with values of its own.
func line(cell layers.Cell, y float64, seed uint64) layers.Piece {
	rng := rand.New(rand.NewPCG(seed, 8))
	p := straight(cell, -20, y, 280, y+rng.Float64())
	p.Day, p.Fresh12, p.Fresh36 = newestDay-rng.IntN(300), true, true
	g := &p.Runs[0].Segments[0]
	g.DistM, g.DurS, g.HR, g.Grade = float32(500+500*rng.Float64()), float32(100+200*rng.Float64()), float32(100+80*rng.Float64()), float32(0.1*rng.Float64())
	return p
}

// Those who are too few leave no trace, not even in the glow of others or in their means: the bytes are those of a map without them.
func TestTooFewLeaveNoTrace(t *testing.T) {
	const least = 4
	s := ofCrowd(paint(2, 4, false), least, false)
	for _, zoom := range []uint8{14, 16} {
		cell := layers.Cell{Zoom: zoom, From: zoom, To: zoom, X: 8500, Y: 5600}
		var crowd []layers.Piece
		for k := range uint64(2*least + 1) {
			crowd = append(crowd, line(cell, 100, k))
		}
		want := painted(t, layers.NewPainter(s), cell, crowd)
		// Pens that are 6.1 pixels apart share no pixel, but the glow of either reaches the other.
		for _, y := range []float64{107.1, 108, 111, 93.8, 90} {
			few := slices.Clone(crowd)
			for k := range uint64(least - 1) {
				few = append(few, line(cell, y, 50+k))
			}
			got := painted(t, layers.NewPainter(s), cell, few)
			if len(want) != layers.FieldCount-1 || len(got) != len(want) {
				t.Fatalf("%d tiles, with the few %d", len(want), len(got))
			}
			for tile, pix := range want {
				if !slices.Equal(got[tile], pix) {
					t.Errorf("zoom %d: %s tells of %d at %g pixels from the others", zoom, s.Fields()[tile.Field].ID, least-1, y-100)
				}
			}
		}
		// One more and they show.
		some := slices.Clone(crowd)
		for k := range uint64(least) {
			some = append(some, line(cell, 111, 50+k))
		}
		if slices.Equal(painted(t, layers.NewPainter(s), cell, some)[layers.Tile{Field: layers.Visits, Zoom: zoom, X: cell.X, Y: cell.Y}], want[layers.Tile{Field: layers.Visits, Zoom: zoom, X: cell.X, Y: cell.Y}]) {
			t.Errorf("zoom %d: %d show nothing, so nothing was tested", zoom, least)
		}
	}
}

// A mean is never that of the one whose line runs where others' pens reach: each pixel of its sums is of enough.
func TestNoMeanOfOne(t *testing.T) {
	const least = 3
	s := ofCrowd(paint(2, 4, false), least, false)
	// The pens of all three share the strip around the middle one's line, which is the only line there.
	pieces := []layers.Piece{line(someCell, 98, 1), line(someCell, 100, 2), line(someCell, 102, 3)}
	for i := range pieces {
		pieces[i].Runs[0].Points[1].Y = pieces[i].Runs[0].Points[0].Y
	}
	tiles := painted(t, layers.NewPainter(s), someCell, pieces)
	if len(tiles) == 0 {
		t.Fatal("the strip shows nothing")
	}
	for tile := range tiles {
		if f := s.Fields()[tile.Field]; f.Kind == layers.Mean {
			t.Errorf("%s shows the values of one", f.ID)
		}
	}
}

// Neither the order of activities matters nor that of athletes and of what each of them did.
func TestOrderOfCrowdDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 5))
	cell := layers.Cell{Zoom: 14, From: 14, To: 16, X: 8500, Y: 5600}
	for _, athletes := range []bool{false, true} {
		s := ofCrowd(paint(2, 4, false), 3, athletes)
		p := layers.NewPainter(s)
		var pieces []layers.Piece
		for range 60 {
			pieces = append(pieces, randomPiece(rng, cell, 16))
		}
		shareOut(rng, pieces)
		want := painted(t, p, cell, pieces)
		for range 3 {
			rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
			if athletes {
				order := rng.Perm(len(pieces))
				slices.SortStableFunc(pieces, func(a, b layers.Piece) int { return order[a.Who] - order[b.Who] })
			}
			got := painted(t, p, cell, pieces)
			if len(got) != len(want) || len(got) == 0 {
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

// An athlete counts once whatever the number of outings, and is as fresh as the newest of those that were there.
func TestAthletesCountOnce(t *testing.T) {
	s := ofCrowd(paint(2, 4, false), 1, true)
	at := func(tiles map[layers.Tile][]byte, field int) float32 {
		pix := tiles[layers.Tile{Field: field, Zoom: 14, X: someCell.X, Y: someCell.Y}]
		if pix == nil || pix[100*256+128] == 0 {
			return 0
		}
		return s.Scales[field].Values[pix[100*256+128]-1]
	}
	var pieces []layers.Piece
	for who := range 7 {
		for k := range uint64(5) {
			p := line(someCell, 100, uint64(who)*10+k)
			p.Who, p.Fresh12, p.Fresh36 = who, who < 2 && k == 3, who < 4 && k > 2
			pieces = append(pieces, p)
		}
	}
	tiles := painted(t, layers.NewPainter(s), someCell, pieces)
	if all, fresh36, fresh12 := at(tiles, layers.Visits), at(tiles, layers.Fresh36), at(tiles, layers.Fresh12); all != 7 || fresh36 != 4 || fresh12 != 2 {
		t.Errorf("%g athletes, %g of the last 36 months and %g of the last 12; there are 7, 4 and 2", all, fresh36, fresh12)
	}
	if f := s.Fields()[layers.Visits]; f.Unit != "athletes" {
		t.Errorf("their unit is %s", f.Unit)
	}
}

// Layers of a crowd begin at the least that shows, and there is none of days.
func TestLayersOfCrowd(t *testing.T) {
	s := ofCrowd(paint(2, 4, false), 5, false)
	for _, l := range s.Layers(3) {
		switch {
		case l.Field == "recency":
			t.Error("there is a layer of days")
		case (l.ID == "all" || l.Field == "fresh12" || l.Field == "fresh36") && *l.From != 5:
			t.Errorf("%s begins at %g", l.ID, *l.From)
		case l.Description == "" || strings.Contains(strings.ToLower(l.Description), "you"):
			t.Errorf("%s is described as %q, to many", l.ID, l.Description)
		case l.ID == "all" && l.Description != "All activities, where 5 or more share a place":
			t.Errorf("%s is described as %q", l.ID, l.Description)
		}
	}
	if s.Crowd = (layers.Crowd{}); len(s.Layers(3)) != 10 {
		t.Error("other maps have ten layers")
	}
}

// The scale of a crowd tells whole steps, and those of its glow.
func TestStepScale(t *testing.T) {
	for _, step := range []int{1, 2, 5, 30} {
		for _, top := range []int{0, 64, 5000, 1_000_000} {
			s := layers.StepScale(step, top)
			last := 0.0
			for _, v := range s.Values {
				v := float64(v)
				if v <= last || v > 1 && math.Mod(v, float64(step)) != 0 || len(s.Values) > 255 {
					t.Fatalf("step %d to %d: %v", step, top, s.Values)
				}
				if v > 20*float64(step) && v > last*1.11 {
					t.Errorf("step %d: from %g to %g", step, last, v)
				}
				last = v
			}
			if last < float64(top) && len(s.Values) < 255 || !s.FitsSteps(step, max(last/3, 1)) || s.FitsSteps(step+1, max(last/3, 1)) {
				t.Errorf("step %d to %d: ends at %g, or fits others", step, top, last)
			}
		}
	}
}

// A crowd of a town: as BenchmarkPaintCell, of which five must share what shows.
func BenchmarkPaintCrowd(b *testing.B) {
	rng := rand.New(rand.NewPCG(11, 2))
	cell := layers.Cell{Zoom: 15, From: 15, To: 17, X: 17000, Y: 11000}
	var pieces []layers.Piece
	for range 60 {
		pieces = append(pieces, randomPiece(rng, cell, 16))
	}
	for _, athletes := range []bool{false, true} {
		b.Run(fmt.Sprint("athletes ", athletes), func(b *testing.B) {
			if athletes {
				shareOut(rng, pieces)
			}
			p := layers.NewPainter(ofCrowd(paint(2, 4, false), 5, athletes))
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Paint(cell, every(pieces), func(layers.Tile) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
