package lines

import (
	"math/rand/v2"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// TestNearFindsWhatIsPainted holds the tiles that lines come near to those that the painter fills, and to their number.
func TestNearFindsWhatIsPainted(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	settings := layers.Settings{BlurSigma: 2, HillBlurSigma: 4, Scales: []layers.Scale{
		layers.CountScale(3), layers.CountScale(3), layers.CountScale(3), layers.RatioScale(1, 6), layers.EvenScale(100, 190),
		layers.EvenScale(0, 20), layers.EvenScale(-20, 20), layers.EvenScale(0, 20), layers.EvenScale(1, 100),
	}}
	painter := layers.NewPainter(settings)
	margin := settings.MarginPixels()
	for _, lat := range []float64{0.001, 47, -75, 85.05} {
		run := walk(r, 400, lat, true, true, true)
		p0, first := raster.Project(lat, 179.999), run.Points[0]
		for i, p := range run.Points { // so that some edges are crossed, the map's own among them
			run.Points[i] = raster.Point{X: p0.X + 4*(p.X-first.X), Y: p0.Y + 4*(p.Y-first.Y)}
		}
		contents := map[[2]uint32]*Content{}
		for _, c := range contentsOf(t, Zoom, Make([]layers.Run{run}, []float32{400}, 0.025)) {
			contents[[2]uint32{c.TileX, c.TileY}] = c
		}
		block := func(x, y uint32) (*Content, error) { return contents[[2]uint32{x, y}], nil }
		for _, zoom := range []uint8{13, 15, 17, 18} {
			base := min(zoom, Zoom)
			cells := map[[2]uint32]bool{}
			for at := range contents {
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						x, y := (int(at[0])+dx+1<<Zoom)%(1<<Zoom), min(max(int(at[1])+dy, 0), 1<<Zoom-1)
						cells[[2]uint32{uint32(x) >> (Zoom - base), uint32(y) >> (Zoom - base)}] = true
					}
				}
			}
			said, filled := 0, 0
			for at := range cells {
				near, err := Near(layers.Cell{Zoom: base, From: zoom, To: zoom, X: at[0], Y: at[1]}, margin, block)
				if err != nil {
					t.Fatal(err)
				}
				for i, is := range near {
					tile := layers.Cell{Zoom: zoom, From: zoom, To: zoom, X: at[0]<<(zoom-base) + uint32(i)&(1<<(zoom-base)-1), Y: at[1]<<(zoom-base) + uint32(i)>>(zoom-base)}
					outings, err := ViewOf(tile, margin).Outings(block)
					if err != nil {
						t.Fatal(err)
					}
					lit := false
					err = painter.Paint(tile, func(yield func(*layers.Piece) bool) {
						for _, o := range outings {
							if !yield(&layers.Piece{Day: 50, Runs: o.Runs}) {
								return
							}
						}
					}, func(layers.Tile) error { lit = true; return nil })
					if err != nil {
						t.Fatal(err)
					}
					if lit && !is {
						t.Fatalf("tile %d/%d/%d is painted, but no line is said to be near", zoom, tile.X, tile.Y)
					}
					if lit {
						filled++
					}
					if is {
						said++
					}
				}
			}
			if filled == 0 || float64(said) > 1.4*float64(filled)+3 {
				t.Errorf("at latitude %g and zoom %d, %d tiles are said to have a line near, %d are painted", lat, zoom, said, filled)
			}
		}
	}
}
