package activity

import (
	"cmp"
	"math"
	"slices"

	"heatmapgen/internal/sorting"
)

// What is really hidden for a zone is a larger disc around the middle of a cell: the Earth is laid out in hexagons, the same
// for everybody, and whatever place a cell holds is hidden by the same disc. So the disc says in which cell the place lies, and
// no more: its size does not depend on where in the cell that is, and a copy of the site made with another secret, another
// radius, or a centre a little off hides the same. docs/privacy.md has what a stranger makes of it all the same. In metres:
const (
	// slackM is what a zone's radius may grow by, or its centre move, before more is hidden; larger radii count in steps of it.
	slackM = 100
	// A line keeps at least minGlowM off the zone, more than lines are simplified by, and as far as its glow reaches,
	// up to maxGlowM: what glows farther has pixels that tell little.
	minGlowM, maxGlowM = 20, 200
	// Zones whose centres are so near hide one place, and share what hides it.
	sameZoneM = 500
	// knownM is how far a zone's centre may be from a place that was hidden before, to be hidden as that was.
	knownM = 250
)

// A Place is where a zone was set, and the middle of what was hidden for it.
type Place struct{ At, Middle LatLon }

// CellM is the circumradius of a cell in metres: from its middle to its corners.
const CellM = 750

// InCell tells whether the point x metres to the east and y to the north of a cell's middle lies in the cell.
func InCell(x, y float64) bool {
	x, y = math.Abs(x), math.Abs(y)
	return x <= CellM*math.Sqrt(3)/2 && y <= CellM-x/math.Sqrt(3)
}

// DefaultMarginM is how far, in metres, the border of what is hidden lies from the cell, where the user says nothing. The farther, the more
// ways have joined before they come to light.
const DefaultMarginM = 500

// Cover returns the discs to hide so that every zone is hidden. Their borders lie marginM metres from the cells, more for zones of a larger
// radius, and each holds all of its zones with a margin for the glow of lines, which reaches glowM metres at the equator. known are places hidden before, whose discs keep their middles although a centre
// was moved into the next cell, another radius set or a zone added beside it. places are those of zones, to be known next time.
func Cover(zones []Zone, known []Place, marginM, glowM float64) (covers []Zone, places []Place) {
	zones = slices.Clone(zones)
	sorting.Func(zones, func(a, b Zone) int {
		return cmp.Or(cmp.Compare(b.RadiusM, a.RadiusM), cmp.Compare(a.Center.Lat, b.Center.Lat), cmp.Compare(a.Center.Lon, b.Center.Lon))
	})
	for len(zones) > 0 {
		// The largest zone leads those that hide the same place.
		group, rest := zones[:1:1], []Zone(nil)
		for _, z := range zones[1:] {
			if slices.ContainsFunc(group, func(g Zone) bool { return g.Center.DistanceM(z.Center) <= sameZoneM }) {
				group = append(group, z)
			} else {
				rest = append(rest, z)
			}
		}
		c := cover(group, known, marginM, glowM)
		covers = append(covers, c)
		for _, z := range group {
			places = append(places, Place{z.Center, c.Center})
		}
		zones = rest
	}
	return covers, places
}

// cover returns the disc that hides a group of zones.
func cover(group []Zone, known []Place, marginM, glowM float64) Zone {
	c := Zone{Center: middleOf(group, known)}
	reach := cellReachM(c.Center)
	glow := min(maxGlowM, max(minGlowM, glowM*cosDeg(c.Center.Lat)))
	for _, z := range group {
		margin := max(marginM, slackM*math.Ceil(z.RadiusM/slackM))
		c.RadiusM = max(c.RadiusM, reach+margin+glow)
		// A zone beside the cell, as those of a group and those that moved may be.
		if d := c.Center.DistanceM(z.Center) + z.RadiusM + glow; d > c.RadiusM {
			c.RadiusM += slackM * math.Ceil((d-c.RadiusM)/slackM)
		}
	}
	return c
}

// middleOf returns the middle of what hides a group of zones: that of the nearest known place, else of the first zone's cell.
func middleOf(group []Zone, known []Place) LatLon {
	nearest, best := knownM+1.0, LatLon{}
	for _, z := range group {
		for _, k := range known {
			d := k.At.DistanceM(z.Center)
			// A place that moved on and on leaves its cell behind.
			if d < nearest && k.Middle.DistanceM(z.Center) <= cellReachM(k.Middle)+knownM {
				nearest, best = d, k.Middle
			}
		}
	}
	if nearest <= knownM {
		return best
	}
	return CellMiddle(group[0].Center)
}

// CellMiddle returns the middle of the cell that p lies in: the same for all places of the cell, and for everybody. Cells are
// regular hexagons of 750 m from middle to corner, a corner to the north, laid out anew in each degree of latitude on a plane that
// is true at the middle of the degree; by the rounding of cube coordinates (A. Patel, "Hexagonal Grids", redblobgames.com).
func CellMiddle(p LatLon) LatLon {
	belt := math.Floor(p.Lat) + 0.5
	eastM := degreeM * max(cosDeg(belt), 1e-3)
	x, y := WrapLon(p.Lon)*eastM, (p.Lat-belt)*degreeM
	// The axial coordinates of a lattice of hexagons with a corner to the north.
	q, r := (math.Sqrt(3)/3*x-y/3)/CellM, (2.0/3*y)/CellM
	s := -q - r
	rq, rr, rs := math.Round(q), math.Round(r), math.Round(s)
	switch dq, dr, ds := math.Abs(rq-q), math.Abs(rr-r), math.Abs(rs-s); {
	case dq > dr && dq > ds:
		rq = -rr - rs
	case dr > ds:
		rr = -rq - rs
	}
	// The last row on either side also has what would be slivers of the row beyond: to lie in a sliver would tell too much.
	if math.Abs(rr) > lastRow {
		rr = math.Copysign(lastRow, rr)
		rq = math.Round(x/(CellM*math.Sqrt(3)) - rr/2)
	}
	x, y = CellM*math.Sqrt(3)*(rq+rr/2), CellM*1.5*rr
	return LatLon{max(-90, min(90, belt+y/degreeM)), WrapLon(x / eastM)}
}

// degreeM is a degree of latitude in metres.
const degreeM = EarthRadiusM * degToRad

// lastRow is the row of cells nearest to the end of a degree of latitude, counted from its middle.
const lastRow = 49 // rows are 1125 m apart, half a degree is 55,597 m

// cellReachM returns how far from the middle of a cell its corners lie on the ground at most, in metres. Away from the middle of its degree of
// latitude a cell is a little wider or narrower.
func cellReachM(middle LatLon) float64 {
	// Of the degrees on either side of a place at a whole degree, that nearer to the equator is the wider.
	belt := math.Abs(math.Floor(middle.Lat) + 0.5)
	narrow := max(cosDeg(belt), 1e-3)
	wide := cosDeg(max(0, belt-0.5-CellM/degreeM))
	reach := CellM * max(1, wide/narrow)
	if y := math.Abs(middle.Lat-math.Floor(middle.Lat)-0.5) * degreeM; y > (lastRow-0.5)*1.5*CellM {
		// The farthest corner of what a last row has beyond its hexagons.
		reach = max(reach, math.Hypot(CellM*math.Sqrt(3)/2*max(1, wide/narrow), degreeM/2-lastRow*1.5*CellM))
	}
	return reach
}
