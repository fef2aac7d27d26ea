package layers_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// The page paints the same lines live, in TypeScript; both sides read this file.
var goldenPaintPath = filepath.Join("..", "templates", "viewer", "testdata", "paint_golden.json")

// goldenStep is the distance of the pixels of the tile, in its own order, whose values the file holds.
const goldenStep = 61

// gridShift is what the grid of tracks in an archive is coarser by than that of the painter.
const gridShift = raster.WorldBits - 26

// A goldenSegment is metres, seconds, heart rate, grade (nil where not known) and whether it moves.
type goldenSegment struct {
	DistM  float32  `json:"metres"`
	DurS   float32  `json:"seconds"`
	HR     float32  `json:"heart"`
	Grade  *float32 `json:"grade"`
	Moving bool     `json:"moving"`
}

type goldenRun struct {
	Points   [][2]int64      `json:"points"`
	Segments []goldenSegment `json:"segments"`
}

type goldenPiece struct {
	Day  int         `json:"day"` // 0 where not known
	Runs []goldenRun `json:"runs"`
}

// A goldenField holds the indices of some pixels of a tile; visits is there twice, as a count and in seconds. Its scale has 255 even levels from
// Lo to Hi and no presence but 1.
type goldenField struct {
	ID     string      `json:"id"`
	Kind   layers.Kind `json:"kind"`
	Unit   string      `json:"unit"`
	Lo     float32     `json:"lo"`
	Hi     float32     `json:"hi"`
	Pixels []int       `json:"pixels"`
}

type goldenPaint struct {
	Zoom   uint8         `json:"zoom"`
	X      uint32        `json:"x"`
	Y      uint32        `json:"y"`
	Step   int           `json:"step"`
	AsOf   int           `json:"as_of"`
	Pieces []goldenPiece `json:"pieces"`
	Fields []goldenField `json:"fields"`
}

// goldenOutings makes up activities that wander about the tile of a cell.
func goldenOutings(cell layers.Cell, asOf int) ([]goldenPiece, []layers.Piece) {
	rng := rand.New(rand.NewPCG(3, 16))
	pixel := int64(1) << (raster.WorldBits - 8 - cell.Zoom)
	var golden []goldenPiece
	var pieces []layers.Piece
	for a := range 12 {
		day := asOf - 1500 + a*140
		g, p := goldenPiece{Day: day}, layers.Piece{Day: day}
		if a == 0 {
			g.Day, p.Day = 0, layers.NoDay
		} else {
			p.Fresh12 = day <= asOf && day > asOf-365
			p.Fresh36 = day <= asOf && day > asOf-1095
		}
		for range 2 {
			var gr goldenRun
			var pr layers.Run
			x, y, heading := rng.Float64()*256, rng.Float64()*256, rng.Float64()*7
			for i := range 24 {
				at := raster.Point{
					X: (int64(cell.X)*256*pixel + int64(x*float64(pixel))) >> gridShift << gridShift,
					Y: (int64(cell.Y)*256*pixel + int64(y*float64(pixel))) >> gridShift << gridShift,
				}
				pr.Points = append(pr.Points, at)
				gr.Points = append(gr.Points, [2]int64{at.X >> gridShift, at.Y >> gridShift})
				if i == 23 {
					break
				}
				s := activity.Segment{DistM: float32(5 + rng.IntN(20)), DurS: float32(2 + rng.IntN(8)), HR: float32(110 + rng.IntN(60)), Grade: float32(rng.IntN(41)-20) / 128, Moving: rng.IntN(6) > 0}
				if rng.IntN(5) == 0 {
					s.HR = 0
				}
				grade := &s.Grade
				if rng.IntN(5) == 0 {
					s.Grade, grade = float32(math.NaN()), nil
				}
				if grade != nil {
					copied := s.Grade
					grade = &copied
				}
				pr.Segments = append(pr.Segments, s)
				gr.Segments = append(gr.Segments, goldenSegment{s.DistM, s.DurS, s.HR, grade, s.Moving})
				heading += 0.4 + rng.Float64()
				step := 3 + rng.Float64()*16
				x, y = x+step*math.Cos(heading), y+step*math.Sin(heading)
			}
			g.Runs, p.Runs = append(g.Runs, gr), append(p.Runs, pr)
		}
		golden, pieces = append(golden, g), append(pieces, p)
	}
	return golden, pieces
}

func TestLivePaintIsGolden(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("elsewhere sums are rounded otherwise, and a value may fall to the next level")
	}
	// A zoom that blurs its own means, and one that has those of a coarser one.
	all := []goldenPaint{paintGolden(t, layers.Cell{Zoom: 14, From: 14, To: 14, X: 8500, Y: 5600}), paintGolden(t, layers.Cell{Zoom: 17, From: 17, To: 17, X: 68001, Y: 44803})}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	holdGolden(t, goldenPaintPath, append(text, '\n'))
}

func paintGolden(t *testing.T, cell layers.Cell) goldenPaint {
	t.Helper()
	golden := goldenPaint{Zoom: cell.Zoom, X: cell.X, Y: cell.Y, Step: goldenStep, AsOf: 20_000}
	var pieces []layers.Piece
	golden.Pieces, pieces = goldenOutings(cell, golden.AsOf)
	ranges := [layers.FieldCount][2]float32{
		layers.Visits: {0.08, 8}, layers.Pace: {0.5, 8}, layers.HeartRate: {105, 175}, layers.Steepness: {0, 17}, layers.Direction: {-17, 17},
		layers.Hills: {0, 17}, layers.Recency: {18_400, 20_100}, layers.Fresh12: {0.08, 8}, layers.Fresh36: {0.08, 8},
	}
	for _, seconds := range []bool{false, true} {
		settings := paint(2, 4, seconds)
		settings.Scales = nil
		place := map[int]int{} // in the file, by the painter's number of a field
		for i, f := range layers.Fields(seconds) {
			at := ranges[i]
			if f.Kind == layers.Sum {
				at = [2]float32{0, 10}
			}
			scale := layers.Scale{Presence: []float32{1}}
			for k := range 255 {
				scale.Values = append(scale.Values, at[0]+(at[1]-at[0])*float32(k)/254)
			}
			settings.Scales = append(settings.Scales, scale)
			if !seconds || f.Kind == layers.Sum {
				place[i] = len(golden.Fields)
				golden.Fields = append(golden.Fields, goldenField{ID: f.ID, Kind: f.Kind, Unit: f.Unit, Lo: at[0], Hi: at[1]})
			}
		}
		for tile, pix := range painted(t, layers.NewPainter(settings), cell, pieces) {
			at, ok := place[tile.Field]
			for p := 0; ok && p < len(pix); p += goldenStep {
				golden.Fields[at].Pixels = append(golden.Fields[at].Pixels, int(pix[p]))
			}
		}
	}
	return golden
}
