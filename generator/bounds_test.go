package generator

import (
	"math"
	"testing"

	"heatmapgen/layers/raster"
)

// at puts positions given as latitude, longitude on the map, a line that takes the short way.
func at(latLon ...float64) []raster.Point {
	var all []raster.Point
	for i := 0; i < len(latLon); i += 2 {
		p := raster.Project(latLon[i], latLon[i+1])
		if len(all) > 0 {
			p = raster.Unwrap(p, all[len(all)-1].X)
		}
		all = append(all, p)
	}
	return all
}

func TestBoxDegrees(t *testing.T) {
	cases := []struct {
		name  string
		lines [][]raster.Point
		want  [4]float64 // west, south, east, north
	}{
		{"one point", [][]raster.Point{at(48, 8)}, [4]float64{8, 48, 8, 48}},
		{"a line", [][]raster.Point{at(48, 8, 47, 9)}, [4]float64{8, 47, 9, 48}},
		{"two lines", [][]raster.Point{at(48, 8, 47, 9), at(-10, -20, -11, -20)}, [4]float64{-20, -11, 9, 48}},
		{"across the antimeridian", [][]raster.Point{at(-17, 179, -18, -179)}, [4]float64{179, -18, 181, -17}},
		{"across it westwards", [][]raster.Point{at(-17, -179, -18, 179)}, [4]float64{179, -18, 181, -17}},
		{"on both sides of it", [][]raster.Point{at(-17, 178, -17, 179), at(-18, -179, -18, -178)}, [4]float64{178, -18, 182, -17}},
		{"on both sides of it, the eastern first", [][]raster.Point{at(-18, -179, -18, -178), at(-17, 178, -17, 179)}, [4]float64{178, -18, 182, -17}},
		{"around the world", [][]raster.Point{at(0, 0, 0, 100, 0, 200, 0, 300, 0, 400)}, [4]float64{-180, 0, 180, 0}},
		{"beyond the edges of the map", [][]raster.Point{at(89, 8, -89, 8)}, [4]float64{8, -raster.MaxLat, 8, raster.MaxLat}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var b box
			for _, l := range c.lines {
				b.extend(l)
			}
			got := b.degrees()
			for i := range got {
				if math.Abs(got[i]-c.want[i]) > 3e-7 {
					t.Fatalf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestBoxJoinNothing(t *testing.T) {
	var empty, b box
	b.extend(at(48, 8))
	before := b
	b.join(empty)
	b.extend(nil)
	if b != before {
		t.Errorf("joined with nothing, %v became %v", before, b)
	}
	empty.join(b)
	if empty != b {
		t.Errorf("nothing joined with %v became %v", b, empty)
	}
}

func TestBoxPadded(t *testing.T) {
	for _, lat := range []float64{0, 48, -60, 80} {
		var b box
		b.extend(at(lat, 8))
		d := b.padded(1000).degrees()
		// A degree of Web Mercator's sphere.
		degree := 2 * math.Pi * 6378137 / 360
		north, south := (d[3]-lat)*degree, (lat-d[1])*degree
		west, east := (8-d[0])*degree*math.Cos(lat*math.Pi/180), (d[2]-8)*degree*math.Cos(lat*math.Pi/180)
		for side, m := range map[string]float64{"north": north, "south": south, "west": west, "east": east} {
			if math.Abs(m-1000) > 2 {
				t.Errorf("at latitude %g, 1000 m to the %s are %.1f m", lat, side, m)
			}
		}
	}
}

func TestBoxMinZoom(t *testing.T) {
	wide := func(w, h float64) box { // parts of the map
		return box{0, 0, int64(w * float64(raster.World)), int64(h * float64(raster.World)), true}
	}
	cases := []struct {
		name    string
		box     box
		target  int
		maxZoom uint8
		want    uint8
	}{
		{"the world", wide(1, 1), 640, 17, 2},
		{"the world, small", wide(1, 1), 256, 17, 0},
		{"more than the world", wide(1.7, 0.3), 640, 17, 2},
		{"just fills", wide(640./(256<<9), 0.0001), 640, 17, 9},
		{"just does not fill", wide(639.9/(256<<9), 0.0001), 640, 17, 10},
		{"the longer side counts", wide(0.0001, 640./(256<<5)), 640, 17, 5},
		{"a point", wide(0, 0), 640, 17, 17},
		{"no zoom above the last", wide(1./(1<<16), 0), 640, 12, 12},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.box.minZoom(c.target, c.maxZoom); got != c.want {
				t.Errorf("zoom %d, want %d", got, c.want)
			}
		})
	}
}
