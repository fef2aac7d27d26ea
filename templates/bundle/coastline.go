package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

// The packed form of a coastline: per line its number of points, then for each
// point the difference to the one before in x and y, zigzag coded, in units of
// 1/unitsPerDegree degrees; every number in base-32 digits of alphabet, lowest
// first, 32 added to all digits but the last. viewer/src/map/coastline.ts reads it.
const (
	alphabet       = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	unitsPerDegree = 20
)

// Points are dropped as long as the triangle they span with their neighbours has
// less than minTriangle, and rings left out that enclose less than minRing: both in
// square units of 1/unitsPerDegree degrees at the equator, where one is 5.6 km by
// 5.6 km. Finer lines would weigh more than the heat's first view, and only stand
// in for a basemap.
const (
	minTriangle = 5
	minRing     = 14
)

// A topology is the part of a TopoJSON file that matters here.
// Specification: https://github.com/topojson/topojson-specification, 2.1.2 and 2.1.3.
type topology struct {
	Transform struct {
		Scale     [2]float64
		Translate [2]float64
	}
	Arcs [][][2]int64
}

type point struct{ x, y int64 }

// packCoastline reads Natural Earth's land polygons from a TopoJSON file and
// returns their outlines simplified and packed.
func packCoastline(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var topo topology
	if err := json.Unmarshal(data, &topo); err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	var out strings.Builder
	var last point
	for _, arc := range topo.Arcs {
		for _, line := range alongCoast(dequantise(arc, topo)) {
			if small(line) {
				continue
			}
			if line = simplify(line); small(line) {
				continue
			}
			writeNumber(&out, uint64(len(line)))
			for _, p := range line {
				writeNumber(&out, zigzag(p.x-last.x))
				writeNumber(&out, zigzag(p.y-last.y))
				last = p
			}
		}
	}
	return out.String(), nil
}

// dequantise turns an arc's deltas into points. The conversions keep compilers
// from fusing multiplication and addition, which would round differently from one
// machine to the next.
func dequantise(arc [][2]int64, topo topology) []point {
	var x, y int64
	line := make([]point, 0, len(arc))
	for _, d := range arc {
		x += d[0]
		y += d[1]
		lon := float64(float64(x)*topo.Transform.Scale[0]) + topo.Transform.Translate[0]
		lat := float64(float64(y)*topo.Transform.Scale[1]) + topo.Transform.Translate[1]
		line = append(line, point{int64(math.Round(float64(lon * unitsPerDegree))), int64(math.Round(float64(lat * unitsPerDegree)))})
	}
	return line
}

// alongCoast cuts out what is not coast but the edge of the sheet: steps along and
// across the antimeridian and around the pole.
func alongCoast(line []point) [][]point {
	const edge = 180*unitsPerDegree - 2
	const pole = -89 * unitsPerDegree
	onEdge := func(p point) bool { return p.x >= edge || p.x <= -edge || p.y <= pole }
	var out [][]point
	begin := 0
	for i := 1; i < len(line); i++ {
		dx := line[i].x - line[i-1].x
		if onEdge(line[i-1]) && onEdge(line[i]) || max(dx, -dx) > edge {
			out = append(out, line[begin:i])
			begin = i
		}
	}
	return append(out, line[begin:])
}

// simplify drops, one after the other, the point that matters least by the rule of
// Visvalingam and Whyatt (1993), until all that are left matter enough. It counts
// in integers, so that every machine drops the same ones.
func simplify(line []point) []point {
	for len(line) > 2 {
		least, at := int64(math.MaxInt64), -1
		for i := 1; i < len(line)-1; i++ {
			if a := triangle(line[i-1], line[i], line[i+1]); a < least {
				least, at = a, i
			}
		}
		if least >= minTriangle {
			break
		}
		line = slices.Delete(line, at, at+1)
	}
	return line
}

// triangle returns the area of a triangle on the ground.
func triangle(a, b, c point) int64 {
	area2 := (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x)
	return onGround(max(area2, -area2), b.y) / 2
}

// onGround scales an area by the cosine of its latitude, in thousandths so that it
// stays an integer.
func onGround(area, y int64) int64 {
	lat := float64(y) / unitsPerDegree * math.Pi / 180
	return area * int64(math.Round(1000*math.Cos(lat))) / 1000
}

// small tells whether a ring encloses too little to be shown, or a line has no extent.
func small(line []point) bool {
	if len(line) < 2 {
		return true
	}
	if line[0] != line[len(line)-1] {
		return false
	}
	var area2 int64
	for i := 1; i < len(line); i++ {
		area2 += line[i-1].x*line[i].y - line[i].x*line[i-1].y
	}
	return onGround(max(area2, -area2), line[0].y)/2 < minRing
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func writeNumber(out *strings.Builder, v uint64) {
	for ; v >= 32; v >>= 5 {
		out.WriteByte(alphabet[32+v%32])
	}
	out.WriteByte(alphabet[v])
}
