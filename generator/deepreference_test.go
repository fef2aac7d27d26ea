package generator

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/lines/linestest"
	"heatmapgen/layers/reference"
)

// deepChain is the way of the product from tracks to tiles that are not stored: derive, project, simplify, cut into blocks, encode, decode, paint.
type deepChain struct {
	chain
	blocks map[[2]uint32]*lines.Content
	tracks *lines.Tracks
}

func deepOf(t *testing.T, c chain) *deepChain {
	t.Helper()
	d := &deepChain{chain: c, blocks: map[[2]uint32]*lines.Content{}}
	var all []*lines.Line
	for i := range c.outings {
		runs := c.runs(i)
		all = append(all, lines.Make(runs, make([]float32, len(runs)), float32(c.settings.HillMinGrade)))
	}
	contents := linestest.Read(t, all)
	for _, c := range contents {
		d.blocks[[2]uint32{c.TileX, c.TileY}] = c
	}
	var err error
	if d.tracks, err = lines.Assemble(contents, len(all)); err != nil {
		t.Fatal(err)
	}
	return d
}

// merged are the segments of outing i in the lines as they are put together from all blocks.
func (d *deepChain) merged(i int) []reference.Segment {
	const world = 1 << lines.GridBits
	s := d.tracks
	var all []reference.Segment
	for v := s.First[i]; v < s.First[i+1]; v++ {
		if !s.Joined[v] {
			continue
		}
		all = append(all, reference.Segment{X0: float64(s.X[v]) / world, Y0: float64(s.Y[v]) / world, X1: float64(s.X[v+1]) / world, Y1: float64(s.Y[v+1]) / world,
			Merged: &layers.Merged{SecondsS: s.Seconds[v], MovingS: s.Moving[v], MetresM: s.Metres[v], HR: float32(s.Heart[v]), RiseM: s.Rise[v], SteepM: s.Steep[v], HillM: s.Hill[v]}})
	}
	return all
}

// paintDeep paints all tiles of a zoom that the window touches, each by itself.
func (d *deepChain) paintDeep(t *testing.T, w reference.Window) map[tileKey]*tilePix {
	t.Helper()
	sel := d.selection(nil)
	pieces := piecesOf(sel.activityDays(), nil, activity.DayOf(today))
	painter := layers.NewPainter(d.settings)
	tiles := map[tileKey]*tilePix{}
	n := 1 << w.Zoom
	for y := max(0, w.Y0>>8); y <= min(n-1, (w.Y0+w.H)>>8); y++ {
		for x := w.X0 >> 8; x <= (w.X0+w.W)>>8; x++ {
			cell := layers.Cell{Zoom: w.Zoom, From: w.Zoom, To: w.Zoom, X: uint32((x%n + n) % n), Y: uint32(y)}
			outings, err := lines.ViewOf(cell, d.settings.MarginPixels()).Outings(func(x, y uint32) (*lines.Content, error) {
				if x >= 1<<lines.Zoom || y >= 1<<lines.Zoom {
					return nil, fmt.Errorf("there is no place %d, %d for a block", x, y)
				}
				return d.blocks[[2]uint32{x, y}], nil
			})
			if err != nil {
				t.Fatal(err)
			}
			err = painter.Paint(cell, piecesOfOutings(outings, pieces), func(tile layers.Tile) error {
				if tile.Zoom != w.Zoom || tile.X != cell.X || tile.Y != cell.Y {
					return fmt.Errorf("tile %d/%d/%d is another", tile.Zoom, tile.X, tile.Y)
				}
				pix := *tile.Pix
				tiles[tileKey{tile.Field, tile.Zoom, tile.X, tile.Y}] = &pix
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return tiles
}

// From the same lines reference and product must paint the same at zooms that are not stored, as exactly as from tracks: across blocks, tiles, the
// antimeridian and the edges of the map, whatever the glow.
func TestDeepTilesMatchReference(t *testing.T) {
	for _, s := range scenes() {
		deep := map[string][]uint8{
			"around home": {15, 16}, "fine zooms": {17, 19}, "seconds, wide glow": {15, 17}, "thin glow": {16}, "wide pen, narrow hills": {15},
			"a crowd beside a cell": {13}, "across the antimeridian": {15}, "off the map in the north": {14}, "off the map in the south": {15},
		}[s.name]
		if deep == nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			d := deepOf(t, s.chain)
			if len(d.blocks) < 2 {
				t.Fatalf("all lies in %d block", len(d.blocks))
			}
			outings := d.brought(d.merged)
			for _, zoom := range deep {
				d.judge(t, d.paintDeep(t, d.window(outings, zoom)), zoom, outings, reference.Settings{Slack: 1e-6}, exactly)
			}
		})
	}
}

// laps is a way to and fro across the corner of four blocks, at one sample a second.
func laps(times int) *activity.Track {
	t := &activity.Track{}
	for i := range times * 120 {
		k := float64(i%120) - 59.5
		if i/120%2 == 1 {
			k = -k
		}
		t.Lat = append(t.Lat, 40.979898+k*3*0.6/metersPerDegree)
		t.Lon = append(t.Lon, 45+k*3*0.8/metersPerDegree/0.755)
		t.TimeMS = append(t.TimeMS, today.UnixMilli()+int64(i)*1000)
	}
	return t
}

// A pixel counts an activity once, in however many blocks its line lies and however often it comes back.
func TestDeepTilesCountAnActivityOnce(t *testing.T) {
	for n := 1; n <= 3; n++ {
		c := chain{settings: testSettings(2, 4, false)}
		for range n {
			c.outings = append(c.outings, outing{laps(21), activity.SportRun, today})
		}
		d := deepOf(t, c)
		pieces := 0
		for _, b := range d.blocks {
			pieces += len(b.Activity)
		}
		if len(d.blocks) < 2 || pieces < 20*n {
			t.Fatalf("%d blocks with %d pieces", len(d.blocks), pieces)
		}
		outings := d.brought(d.merged)
		for _, zoom := range []uint8{15, 17, 20} {
			w := d.window(outings, zoom)
			tiles := d.paintDeep(t, w)
			most := byte(0)
			for key, pix := range tiles {
				if key.field == layers.Visits {
					most = max(most, slices.Max(pix[:]))
				}
			}
			if most == 0 {
				t.Fatalf("nothing is shown at zoom %d", zoom)
			}
			// Beside each other the ways of one may be a wider pen, whose middle is not softened to the ridge of a lone line.
			if told := c.settings.Scales[layers.Visits].Values[most-1]; math.Round(float64(told)) != float64(n) {
				t.Errorf("%d activities show up to %v at zoom %d", n, told, zoom)
			}
		}
	}
}
