package generator

import (
	"slices"
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/squares"
)

// TestSquaresFollowTheLines holds the squares of a built site to its lines, which are told apart from them: simplified, and rounded to 0.6 m.
func TestSquaresFollowTheLines(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.run("long.gpx", 40, 47.5, 9.75, 9000)
	s.mustBuild(2)
	o := s.opened()
	tracks, err := o.Lines()
	if err != nil {
		t.Fatal(err)
	}
	all, err := o.Squares(squares.Small)
	if err != nil {
		t.Fatal(err)
	}
	const side = 1 << (lines.GridBits - squares.Small)
	const reach = 6 // grid units: tolerance and rounding
	total := 0
	for a, codes := range all {
		met := map[squares.Code]bool{}
		for v := tracks.First[a]; v < tracks.First[a+1]; v++ {
			if !tracks.Joined[v] {
				continue
			}
			x, y, dx, dy := float64(tracks.X[v]), float64(tracks.Y[v]), float64(tracks.X[v+1]-tracks.X[v]), float64(tracks.Y[v+1]-tracks.Y[v])
			for k := range 400 { // segments have some hundred units at most
				px, py := int(x+dx*float64(k)/399), int(y+dy*float64(k)/399)
				near, inside := false, px%side >= reach && px%side < side-reach && py%side >= reach && py%side < side-reach
				for _, by := range [][2]int{{0, 0}, {reach, reach}, {reach, -reach}, {-reach, reach}, {-reach, -reach}, {reach, 0}, {-reach, 0}, {0, reach}, {0, -reach}} {
					c := squares.CodeOf(uint32((px+by[0])/side), uint32((py+by[1])/side))
					met[c] = true
					_, found := slices.BinarySearch(codes, c)
					near = near || found
					if inside && !found {
						t.Fatalf("activity %d: its line is well inside of a square that it has not", a)
					}
				}
				if !near {
					t.Fatalf("activity %d: its line is not near any of its squares", a)
				}
			}
		}
		for _, c := range codes {
			if !met[c] {
				x, y := c.XY()
				t.Errorf("activity %d has the square %d/%d, which its line is not near", a, x, y)
			}
		}
		total += len(codes)
	}
	if total < 100 {
		t.Errorf("only %d squares", total)
	}
	if large, err := o.Squares(squares.Large); err != nil || len(large) != len(all) || len(large[0]) == 0 {
		t.Errorf("large squares: %v, %v", large, err)
	}
}

func TestSquaresLeftOut(t *testing.T) {
	for name, change := range map[string]func(*config.Config){
		"squares = false": func(c *config.Config) { c.Page.Squares = false },
		"tracks = false":  func(c *config.Config) { c.Page.Tracks = false },
	} {
		s := newSite(t)
		s.run("a.gpx", 1, 47.5, 9.75, 400)
		change(s.cfg)
		r := s.mustBuild(2)
		if o := s.opened(); o.HasSquares() || o.Meta.Squares != nil || r.SquaresBytes != 0 {
			t.Errorf("%s: %+v, %d bytes", name, o.Meta.Squares, r.SquaresBytes)
		}
	}
}
