package layers_test

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
	"heatmapgen/layers/reference"
)

// Cells painted from made-up pieces must hold what the slow reference paints from the same
// pieces: indices may differ only where a number lies on the border between two levels, within the precision of
// float32 sums.
func TestPainterMatchesReference(t *testing.T) {
	cases := []struct {
		name     string
		cell     layers.Cell
		settings layers.Settings
		pieces   int // activities of their own way
		again    int // activities that all follow the first one's way
	}{
		{"one tile, defaults", layers.Cell{Zoom: 14, From: 14, To: 14, X: 8500, Y: 5600}, paint(2, 4, false), 6, 0},
		{"two zooms of a cell", layers.Cell{Zoom: 13, From: 13, To: 14, X: 4250, Y: 2800}, paint(2, 4, false), 3, 1},
		{"zoom below the cell only", layers.Cell{Zoom: 12, From: 13, To: 13, X: 4095, Y: 0}, paint(1.5, 2, false), 2, 0},
		{"seconds", layers.Cell{Zoom: 10, From: 10, To: 10, X: 5, Y: 5}, paint(2, 4, true), 6, 0},
		{"seconds close up", layers.Cell{Zoom: 15, From: 15, To: 17, X: 17000, Y: 11000}, paint(2, 4, true), 3, 2},
		{"thin pen", layers.Cell{Zoom: 16, From: 16, To: 16, X: 100, Y: 65535}, paint(0.3, 0.4, false), 6, 0},
		{"thick pen, hills narrower", layers.Cell{Zoom: 17, From: 17, To: 17, X: 1, Y: 40000}, paint(7, 3, false), 4, 0},
		{"the largest blur", layers.Cell{Zoom: 9, From: 9, To: 9, X: 0, Y: 0}, paint(16, 16, false), 2, 0},
		{"the same way sixty times", layers.Cell{Zoom: 15, From: 15, To: 15, X: 17000, Y: 11000}, paint(2, 4, false), 1, 60},
		{"the whole world", layers.Cell{Zoom: 0, From: 0, To: 0}, paint(2, 4, false), 3, 0},
		{"a crowd", layers.Cell{Zoom: 14, From: 14, To: 15, X: 8500, Y: 5600}, ofCrowd(paint(2, 4, false), 3, false), 30, 4},
		{"a crowd of pairs, thick pen", layers.Cell{Zoom: 16, From: 16, To: 16, X: 100, Y: 65535}, ofCrowd(paint(4, 3, false), 2, false), 12, 0},
		{"a crowd's seconds", layers.Cell{Zoom: 10, From: 10, To: 10, X: 5, Y: 5}, ofCrowd(paint(2, 4, true), 2, false), 30, 3},
		{"a crowd on one way", layers.Cell{Zoom: 15, From: 15, To: 15, X: 17000, Y: 11000}, ofCrowd(paint(2, 4, false), 2, false), 1, 117},
		{"athletes", layers.Cell{Zoom: 14, From: 14, To: 14, X: 8500, Y: 5600}, ofCrowd(paint(2, 4, false), 4, true), 60, 8},
		{"athletes one by one", layers.Cell{Zoom: 12, From: 12, To: 12, X: 4095, Y: 0}, ofCrowd(paint(2, 4, false), 1, true), 30, 3},
		{"athletes, deeper than means", layers.Cell{Zoom: 17, From: 17, To: 17, X: 1, Y: 40000}, ofCrowd(paint(2, 4, false), 3, true), 40, 6},
		{"a corner of the world", layers.Cell{Zoom: 20, From: 20, To: 20, X: 1<<20 - 1, Y: 1<<20 - 1}, paint(3, 2, true), 4, 0},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, uint64(i)))
			margin := c.settings.MarginPixels()
			var pieces []layers.Piece
			for range c.pieces {
				pieces = append(pieces, randomPiece(rng, c.cell, float64(margin)))
			}
			for range c.again {
				p := randomPiece(rng, c.cell, float64(margin))
				p.Runs = pieces[0].Runs
				pieces = append(pieces, p)
			}
			if c.settings.Crowd.Athletes {
				shareOut(rng, pieces)
			}
			for zoom := c.cell.From; zoom <= c.cell.To; zoom++ {
				judgeCell(t, c.cell, zoom, c.settings, pieces)
			}
		})
	}
}

const oldestDay, newestDay = 17000, 20600

// paint returns settings with scales that hold what randomPiece makes.
func paint(sigma, hillSigma float64, seconds bool) layers.Settings {
	visits := layers.CountScale(150)
	if seconds {
		visits = layers.RatioScale(0.01, 4000)
	}
	return layers.Settings{BlurSigma: sigma, HillBlurSigma: hillSigma, HillMinGrade: 0.025, Seconds: seconds, Scales: []layers.Scale{
		visits, layers.RatioScale(0.5, 8), layers.EvenScale(60, 200), layers.EvenScale(0, 25), layers.EvenScale(-25, 25),
		layers.EvenScale(0, 25), layers.EvenScale(oldestDay, newestDay), layers.CountScale(150), layers.CountScale(150),
	}}
}

// ofCrowd makes settings those of a crowd of which at least so many share what shows.
func ofCrowd(s layers.Settings, least int, athletes bool) layers.Settings {
	s.Crowd = layers.Crowd{Least: least, Athletes: athletes}
	for _, f := range []int{layers.Visits, layers.Fresh12, layers.Fresh36} {
		if f != layers.Visits || !s.Seconds {
			s.Scales[f] = layers.StepScale(least, 150)
		}
	}
	return s
}

// shareOut gives the pieces to a quarter as many athletes, and brings those of each together.
func shareOut(rng *rand.Rand, pieces []layers.Piece) {
	for i := range pieces {
		pieces[i].Who = rng.IntN(1 + len(pieces)/4)
	}
	slices.SortStableFunc(pieces, func(a, b layers.Piece) int { return a.Who - b.Who })
}

// randomPiece walks about the cell and its surroundings, the steps from nothing to many pixels long, with
// and without time, heart rate and grade.
func randomPiece(rng *rand.Rand, cell layers.Cell, margin float64) layers.Piece {
	day := oldestDay + rng.IntN(newestDay-oldestDay)
	p := layers.Piece{Day: day, Fresh36: day > newestDay-1095, Fresh12: day > newestDay-365}
	if rng.IntN(6) == 0 {
		p = layers.Piece{Day: layers.NoDay}
	}
	pixel := math.Exp2(raster.WorldBits-8) / math.Exp2(float64(cell.Zoom)) // world units of the cell's own zoom
	for range 1 + rng.IntN(3) {
		x := float64(cell.X)*256 - margin + rng.Float64()*(256+2*margin)
		y := float64(cell.Y)*256 - margin + rng.Float64()*(256+2*margin)
		step := math.Exp(rng.Float64()*5 - 2)
		heading := rng.Float64() * 2 * math.Pi
		run := layers.Run{Points: []raster.Point{{X: int64(x * pixel), Y: int64(y * pixel)}}}
		hasHeart, hasGrade, hasTime := rng.IntN(3) > 0, rng.IntN(3) > 0, rng.IntN(6) > 0
		for range 20 + rng.IntN(150) {
			heading += rng.NormFloat64() * 0.4
			length := step * rng.Float64()
			if rng.IntN(10) == 0 {
				length = 0
			}
			x, y = x+length*math.Cos(heading), y+length*math.Sin(heading)
			s := activity.Segment{DistM: float32(length * 3), Grade: float32(math.NaN()), Moving: length > 0 && rng.IntN(8) > 0}
			if hasTime {
				s.DurS = float32(0.2 + length + rng.Float64())
			}
			if hasHeart && rng.IntN(20) > 0 {
				s.HR = float32(80 + rng.IntN(100))
			}
			if hasGrade && rng.IntN(20) > 0 {
				s.Grade = float32(rng.NormFloat64() * 0.06)
			}
			run.Points = append(run.Points, raster.Point{X: int64(math.Floor(x * pixel)), Y: int64(math.Floor(y * pixel))})
			run.Segments = append(run.Segments, s)
		}
		p.Runs = append(p.Runs, run)
	}
	return p
}

// outings hands the pieces to the reference.
func outings(pieces []layers.Piece) []reference.Outing {
	var all []reference.Outing
	for _, p := range pieces {
		o := reference.Outing{Day: p.Day, Who: p.Who, Dated: p.Day != layers.NoDay, Fresh12: p.Fresh12, Fresh36: p.Fresh36}
		for _, r := range p.Runs {
			for i, s := range r.Segments {
				o.Segments = append(o.Segments, reference.Segment{
					X0: fraction(r.Points[i].X), Y0: fraction(r.Points[i].Y), X1: fraction(r.Points[i+1].X), Y1: fraction(r.Points[i+1].Y),
					DistM: float64(s.DistM), DurS: float64(s.DurS), HR: float64(s.HR), Grade: float64(s.Grade), Moving: s.Moving,
				})
			}
		}
		all = append(all, o)
	}
	return all
}

func fraction(world int64) float64 { return float64(world) / float64(raster.World) }

func every(pieces []layers.Piece) iter.Seq[*layers.Piece] {
	return func(yield func(*layers.Piece) bool) {
		for i := range pieces {
			if !yield(&pieces[i]) {
				return
			}
		}
	}
}

// judgeCell paints one zoom of the cell both ways and compares every pixel of every field.
func judgeCell(t *testing.T, cell layers.Cell, zoom uint8, s layers.Settings, pieces []layers.Piece) {
	t.Helper()
	side := 256 << (zoom - cell.Zoom)
	// Wider than the painter's own margin, so that one too narrow shows.
	margin := s.MarginPixels() + 24
	w := reference.Window{Zoom: zoom, X0: int(cell.X)*side - margin, Y0: int(cell.Y)*side - margin, W: side + 2*margin, H: side + 2*margin, Flat: true}
	pic := reference.Paint(outings(pieces), reference.Settings{
		BlurSigma: s.BlurSigma, HillBlurSigma: s.HillBlurSigma, HillMinGrade: float64(float32(s.HillMinGrade)), Seconds: s.Seconds,
		OldestDay: int(s.Scales[layers.Recency].Values[0]), Slack: 1e-6,
		Least: s.Crowd.Least, Athletes: s.Crowd.Athletes,
	}, w)

	fields := s.Fields()
	index := make([][]uint8, len(fields))
	for f := range index {
		index[f] = make([]uint8, w.W*w.H)
	}
	one := cell
	one.From, one.To = zoom, zoom
	err := layers.NewPainter(s).Paint(one, every(pieces), func(tile layers.Tile) error {
		if tile.Zoom != zoom || tile.X>>(zoom-cell.Zoom) != cell.X || tile.Y>>(zoom-cell.Zoom) != cell.Y {
			return fmt.Errorf("tile %d/%d/%d is not of the cell", tile.Zoom, tile.X, tile.Y)
		}
		if *tile.Pix == [len(tile.Pix)]byte{} {
			return fmt.Errorf("%s tile %d/%d/%d is empty", fields[tile.Field].ID, tile.Zoom, tile.X, tile.Y)
		}
		for i, v := range tile.Pix {
			x, y := int(tile.X)*256+i%256-w.X0, int(tile.Y)*256+i/256-w.Y0
			index[tile.Field][y*w.W+x] = v
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The margin is painted by neighbours.
	inside := pic.Crop(margin, margin, margin, margin)
	for f, field := range fields {
		var own []uint8
		for y := margin; y < margin+side; y++ {
			own = append(own, index[f][y*w.W+margin:y*w.W+margin+side]...)
		}
		verdict := inside.Judge(field, s.Scales[f], reference.Tolerance{Abs: 1e-3 * step(s.Scales[f]), Rel: 1e-5}, own)
		if verdict.Count > 0 {
			t.Errorf("%s at zoom %d: %d of %d pixels are wrong: %q", field.ID, zoom, verdict.Count, verdict.Shown, verdict.Wrong)
		}
		if verdict.Shown > 0 && s.Crowd.On() && field.ID == "recency" {
			t.Errorf("a crowd has days at zoom %d", zoom)
		}
		if verdict.Shown == 0 && !(s.Crowd.On() && field.ID == "recency") && slices.Contains([]string{"visits", "pace", "recency", "steepness"}, field.ID) {
			t.Errorf("%s at zoom %d shows nothing, so nothing was tested", field.ID, zoom)
		}
	}
}

// step is the smallest distance between two levels.
func step(s layers.Scale) float64 {
	least := math.Inf(1)
	for i := 1; i < len(s.Values); i++ {
		least = min(least, float64(s.Values[i]-s.Values[i-1]))
	}
	return least
}
