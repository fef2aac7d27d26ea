package athlete

import (
	"math"

	"heatmapgen/internal/chance"
)

// A point is a place in a region: metres to the east and to the north of its middle.
type point struct{ x, y float64 }

// A node is a crossing: so many streets to the east and to the north of the middle.
type node struct{ i, j int }

// A region is an endless net of made-up streets around a place on earth: a grid whose crossings are jittered and whose streets bend. Nothing of
// it is stored: each crossing and street comes from the seed and its number.
type region struct {
	seed     uint64
	lat, lon float64 // of the middle, degrees
	blockM   float64 // from street to street
	hillsM   float64 // how high hills are
}

// jitter moves crossings by at most so many blocks; a street bends by bend blocks, over bendLength of them.
const (
	jitter     = 0.25
	bend       = 0.1
	bendLength = 1.5
)

// popularBlocks is how many blocks long a street is as popular as it is.
const popularBlocks = 6

// dearest is how many times longer than it is the least popular street seems.
const dearest = 3

// missing is the share of streets that are not there; who has no other way takes noStreet times the way.
const (
	missing  = 0.1
	noStreet = 12
)

// place returns where a crossing is before streets bend.
func (r *region) place(n node) point {
	h := hash(r.seed, n.i, n.j)
	dx, dy := float64(h>>32)/(1<<31)-1, float64(h&(1<<32-1))/(1<<31)-1
	return point{(float64(n.i) + jitter*dx) * r.blockM, (float64(n.j) + jitter*dy) * r.blockM}
}

// near returns the crossing of the square that a place lies in.
func (r *region) near(p point) node {
	return node{int(math.Round(p.x / r.blockM)), int(math.Round(p.y / r.blockM))}
}

// seems returns how many times longer than it is the street from a crossing to the east or to the north seems to who plans a way.
func (r *region) seems(n node, north bool) float64 {
	row, along, turned := n.j, n.i, 1
	if north {
		row, along, turned = n.i, n.j, 2
	}
	if chance.Share(hash(r.seed+uint64(turned), n.i, n.j)) < missing {
		return noStreet
	}
	return 1 + (dearest-1)*chance.Share(hash(r.seed+2+uint64(turned), row, floorDiv(along, popularBlocks)))
}

func floorDiv(a, b int) int { return int(math.Floor(float64(a) / float64(b))) }

// bent returns where a place of a straight street lies on the one that bends.
func (r *region) bent(p point) point {
	wave := r.blockM * bendLength
	return point{p.x + bend*r.blockM*noise(r.seed+5, p.x/wave, p.y/wave), p.y + bend*r.blockM*noise(r.seed+6, p.x/wave, p.y/wave)}
}

// altitude returns the height of the ground in metres.
func (r *region) altitude(p point) float64 {
	return 400 + r.hillsM*(noise(r.seed+7, p.x/3100, p.y/3100)+0.4*noise(r.seed+8, p.x/900, p.y/900))
}

// degrees returns latitude and longitude of a place.
func (r *region) degrees(p point) (lat, lon float64) {
	const metre = 1 / 111_195.
	lat = r.lat + p.y*metre
	return lat, r.lon + p.x*metre/math.Cos(r.lat*math.Pi/180)
}
