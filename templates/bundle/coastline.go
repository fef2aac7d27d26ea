package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
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

// Lines are simplified to tolerance and rings smaller than minSize in both
// directions left out, both in units of 1/unitsPerDegree degrees: 3 units are
// 17 km, three pixels at zoom 5. Finer lines would weigh more than the heat's
// first view, and only stand in for a basemap.
const (
	tolerance = 3
	minSize   = 8
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
			line = simplify(line)
			if len(line) < 2 || small(line) {
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

// alongCoast cuts out what is not coast but the edge of the sheet: steps along
// the antimeridian and around the pole.
func alongCoast(line []point) [][]point {
	const edge = 180*unitsPerDegree - 2
	const pole = -89 * unitsPerDegree
	onEdge := func(p point) bool { return p.x >= edge || p.x <= -edge || p.y <= pole }
	var out [][]point
	begin := 0
	for i := 1; i < len(line); i++ {
		if onEdge(line[i-1]) && onEdge(line[i]) {
			out = append(out, line[begin:i])
			begin = i
		}
	}
	return append(out, line[begin:])
}

// simplify drops points by the rule of Douglas and Peucker (1973), in integers so
// that every machine drops the same ones.
func simplify(line []point) []point {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	var split func(a, b int)
	split = func(a, b int) {
		far, farthest := -1, int64(0)
		for i := a + 1; i < b; i++ {
			if d := distance2(line[i], line[a], line[b]); d > farthest {
				far, farthest = i, d
			}
		}
		if farthest <= tolerance*tolerance {
			return
		}
		keep[far] = true
		split(a, far)
		split(far, b)
	}
	split(0, len(line)-1)
	var out []point
	for i, k := range keep {
		if k {
			out = append(out, line[i])
		}
	}
	return out
}

// distance2 is the square of the distance of p from the line through a and b, or
// from a where the two are one point, rounded down.
func distance2(p, a, b point) int64 {
	dx, dy := b.x-a.x, b.y-a.y
	px, py := p.x-a.x, p.y-a.y
	length2 := dx*dx + dy*dy
	if length2 == 0 {
		return px*px + py*py
	}
	cross := px*dy - py*dx
	return cross * cross / length2
}

func small(line []point) bool {
	lo, hi := line[0], line[0]
	for _, p := range line {
		lo.x, lo.y = min(lo.x, p.x), min(lo.y, p.y)
		hi.x, hi.y = max(hi.x, p.x), max(hi.y, p.y)
	}
	return hi.x-lo.x < minSize && hi.y-lo.y < minSize
}

func zigzag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func writeNumber(out *strings.Builder, v uint64) {
	for ; v >= 32; v >>= 5 {
		out.WriteByte(alphabet[32+v%32])
	}
	out.WriteByte(alphabet[v])
}
