package raster

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Tiles as the OpenStreetMap wiki ("Slippy map tilenames") and its servers number them.
func TestProjectKnownTiles(t *testing.T) {
	cases := []struct {
		name     string
		lat, lon float64
		zoom     uint8
		x, y     int64
	}{
		{"null island", 0, 0, 1, 1, 1},
		{"just north-west of it", 1e-6, -1e-6, 1, 0, 0},
		{"Shibuya crossing", 35.6590699, 139.7006793, 18, 232798, 103246},
		{"London", 51.51202, 0.02435, 17, 65544, 43582},
		{"Cape Horn", -55.98, -67.27, 10, 320, 705},
		{"north-western corner", 85.0511, -180, 10, 0, 0},
		{"just short of the south-eastern corner", -85.0511, 179.99999, 10, 1023, 1023},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := Project(c.lat, c.lon)
			shift := WorldBits - c.zoom
			if x, y := p.X>>shift, p.Y>>shift; x != c.x || y != c.y {
				t.Errorf("tile %d/%d/%d, want %d/%d/%d", c.zoom, x, y, c.zoom, c.x, c.y)
			}
		})
	}
}

func TestProjectEdges(t *testing.T) {
	if p := Project(0, 180); p.X != World || p.Y != World/2 {
		t.Errorf("the antimeridian on the equator is at %v", p)
	}
	if p := Project(90, 0); p != Project(89.5, 0) || p.Y >= 0 {
		t.Errorf("the north pole is at %v", p)
	}
	if p := Project(-90, 0); p != Project(-89.5, 0) || p.Y <= World {
		t.Errorf("the south pole is at %v", p)
	}
	if p := Project(-MaxLat-1e-9, 0); p.Y < World {
		t.Errorf("beyond the southern edge of the map is at %v", p)
	}
}

func TestUnprojectInvertsProject(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	unit := 360 / float64(World) // degrees of longitude
	for range 20000 {
		lat, lon := rng.Float64()*179-89.5, rng.Float64()*360-180
		gotLat, gotLon := Unproject(Project(lat, lon))
		// A point is rounded to the north-western corner of its unit.
		if gotLon > lon+1e-12 || gotLon < lon-unit-1e-12 || gotLat < lat-1e-11 || gotLat > lat+unit+1e-11 {
			t.Fatalf("%.12f, %.12f came back as %.12f, %.12f", lat, lon, gotLat, gotLon)
		}
	}
}

func TestPixelScale(t *testing.T) {
	for zoom := range uint8(23) {
		if got, want := PixelScale(zoom)*float64(World), 256*math.Exp2(float64(zoom)); got != want {
			t.Errorf("the map is %g pixels wide at zoom %d, want %g", got, zoom, want)
		}
	}
}

func TestUnwrap(t *testing.T) {
	cases := []struct {
		name       string
		x, to, got int64
	}{
		{"near already", 5, 10, 5},
		{"across to the east", 5, World - 10, World + 5},
		{"across to the west", World - 5, 10, -5},
		{"two turns on", 5, 2*World + 7, 2*World + 5},
		{"two turns back", 5, -2*World + 7, -2*World + 5},
		{"half a turn stays", World / 2, 0, World / 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if p := Unwrap(Point{c.x, 77}, c.to); p.X != c.got || p.Y != 77 {
				t.Errorf("got %v, want x %d", p, c.got)
			}
		})
	}
}
