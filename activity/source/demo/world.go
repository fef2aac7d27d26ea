package demo

import (
	"maps"
	"math"
	"slices"
	"sync"
)

// theNetwork is the demo's country, the same for every athlete; it is made when
// first needed.
var theNetwork = sync.OnceValue(makeNetwork)

// makeNetwork draws all ways and connects them.
func makeNetwork() *network {
	var ways []way
	for i, r := range ranges {
		ways = append(ways, r.ways(1000+100*i, wet, built)...)
	}
	for i, c := range append([]course{{path, shore}}, courses...) {
		ways = append(ways, way{c.kind, wind(c.kind, 10+2*i, points(c.at))})
	}

	// Paths on both banks of the rivers, and bridges, by metres from the mouth.
	river, dam := spline(points(ach), 60), points(rhine)
	ways = append(ways, way{path, wind(path, 3, aside(river, -45))}, way{path, wind(path, 3, aside(river, 50))})
	ways = append(ways, bridges(river, 70, 1100, 2500, 3700, 4900, 5900, 7100)...)
	ways = append(ways, way{dike, wind(dike, 5, dam)}, way{dike, wind(dike, 7, aside(dam, 2*rhineM))})
	ways = append(ways, bridges(dam, 2*rhineM+20, 1000, 4300)...)

	lap := track400(stadium.centre(), stadium.turned)
	ways = append(ways, way{oval, lap}, way{path, []pt{lap[0], stadium.centre().add(pt{95, -100})}})
	for i, t := range towns {
		ways = append(ways, t.ways(2000+100*i, func(p pt) bool { return unfit(p) || taken(p, i) })...)
	}

	stops := make([]pt, 0, len(places))
	for _, name := range slices.Sorted(maps.Keys(places)) {
		stops = append(stops, at(places[name][0], places[name][1]))
	}
	return connect(ways, stops)
}

// rhineM is half the distance between the dikes of the Rhine, metres.
const rhineM = 145

var (
	lake     = points(shore)
	achBed   = points(ach)
	rhineBed = aside(points(rhine), rhineM)
)

// wet reports whether p lies in the lake or in a river.
func wet(p pt) bool {
	return inside(p, lake) || along(achBed, p, 65) || along(rhineBed, p, 80)
}

// built reports whether p lies in a town.
func built(p pt) bool {
	return slices.ContainsFunc(towns, func(t town) bool { return t.kind == street && t.rim(p) < 0.9 })
}

// unfit reports whether nobody would build a street at p: in the water, in the
// stadium, on a slope of more than 17 %.
func unfit(p pt) bool {
	if wet(p) || p.dist(stadium.centre()) < 120 {
		return true
	}
	const d = 40
	gx := height(p.add(pt{d, 0})) - height(p.add(pt{-d, 0}))
	gy := height(p.add(pt{0, d})) - height(p.add(pt{0, -d}))
	return math.Hypot(gx, gy) > 0.17*2*d
}

// taken reports whether p belongs to another town than the i-th: one whose
// middle is nearer, each town measured by its own size, or to any town, for meadows.
func taken(p pt, i int) bool {
	mine := towns[i].rim(p)
	for k, t := range towns {
		if k == i {
			continue
		}
		switch rim := t.rim(p); {
		case t.kind == towns[i].kind && rim < mine && rim < 1.1:
			return true
		case t.kind == street && towns[i].kind == field && rim < 1.05:
			return true
		}
	}
	return false
}

// along reports whether p lies within so many metres of the line.
func along(line []pt, p pt, within float64) bool {
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		if p.x < min(a.x, b.x)-within || p.x > max(a.x, b.x)+within || p.y < min(a.y, b.y)-within || p.y > max(a.y, b.y)+within {
			continue
		}
		if _, d2 := nearest(p, a, b); d2 < within*within {
			return true
		}
	}
	return false
}

// points places the rows of a table in the local plane.
func points(of [][2]float64) []pt {
	out := make([]pt, len(of))
	for i, p := range of {
		out[i] = at(p[0], p[1])
	}
	return out
}

// wind draws a course's line: a curve through its points that strays a little, as
// much as ways of the kind do.
func wind(k kind, seed int, control []pt) []pt {
	line := spline(control, 16)
	for i := 1; i < len(line)-1; i++ {
		switch p := line[i]; k {
		case path:
			line[i] = p.add(wander(seed, p, 170, 9))
		case dike:
			line[i] = p.add(wander(seed, p, 400, 3))
		case road, field:
			line[i] = p.add(wander(seed, p, 420, 26)).add(wander(seed+50, p, 150, 6))
		case trail:
			line[i] = p.add(wander(seed, p, 300, 45)).add(wander(seed+50, p, 110, 14))
		}
	}
	return line
}

// aside returns the line moved to the left by so many metres, to the right if
// negative.
func aside(line []pt, by float64) []pt {
	out := make([]pt, len(line))
	for i, p := range line {
		d := line[min(i+1, len(line)-1)].sub(line[max(i-1, 0)])
		out[i] = p.add(pt{-d.y, d.x}.mul(by / d.dist(pt{})))
	}
	return out
}

// bridges spans a river with short ways, half metres to either side, at the
// given distances along it.
func bridges(river []pt, half float64, along ...float64) []way {
	line := resample(river, 20)
	var out []way
	for _, m := range along {
		i := min(int(m/20), len(line)-2)
		d := line[i+1].sub(line[i])
		n := pt{-d.y, d.x}.mul(half / d.dist(pt{}))
		out = append(out, way{path, []pt{line[i].sub(n), line[i], line[i].add(n)}})
	}
	return out
}
