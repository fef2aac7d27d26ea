package generator

import (
	"cmp"
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers/raster"
)

// A PlaceMetadata is a place where one has been: activities that lie close together (docs/format.md, "Places").
type PlaceMetadata struct {
	// Bounds are west, south, east and north of most of what is there, in hundredths of a degree; east may exceed 180.
	Bounds [4]float64 `json:"bounds"`
}

const (
	// placeCellZoom is the zoom of the tiles within which activities are not told apart.
	placeCellZoom = 13
	// placeStepM is how far cells of one place lie from the next at most, and how far around a cell counts what makes it the middle of one.
	placeStepM = 20_000
	// placeReachM is how far they lie from that middle at most.
	placeReachM = 60_000
	// placesMade is how many places an archive tells of at most, placesRead how many are accepted.
	placesMade = 50
	placesRead = 1000
	// placeRim is the part of what is there that may lie beyond each side of a place's bounds, one in so many.
	placeRim = 10
)

// A placeSpot is something that shows and lies in one place: an activity, which weighs 1, or a piece of a picture.
type placeSpot struct {
	box    box
	weight int64 // above 0
}

// A placeCell is the spots whose middles lie in one tile of placeCellZoom.
type placeCell struct {
	x, y   int64 // of the tile
	at     [3]float64
	spots  []int
	weight int64
	around int64 // the weight within placeStepM of what no place has yet
	taken  bool
}

// findPlaces sorts spots into places, the one that weighs most first, and returns of each placeSpot the number of its place, -1 where it has none.
func findPlaces(spots []placeSpot) (places []PlaceMetadata, of []int) {
	m := newPlaceMap(spots)
	for i := range m.cells {
		for k := range m.near(i) {
			m.cells[i].around += m.cells[k].weight
		}
	}
	var found [][]int // spots by place
	for len(found) < placesMade {
		first := -1
		for i := range m.cells {
			if c := &m.cells[i]; !c.taken && (first < 0 || c.around > m.cells[first].around) {
				first = i
			}
		}
		if first < 0 {
			break
		}
		found = append(found, m.take(first))
	}
	weigh := func(members []int) (w int64) {
		for _, i := range members {
			w += spots[i].weight
		}
		return w
	}
	sorting.StableFunc(found, func(a, b []int) int { return cmp.Compare(weigh(b), weigh(a)) })
	of = slices.Repeat([]int{-1}, len(spots))
	for n, members := range found {
		for _, i := range members {
			of[i] = n
		}
		places = append(places, PlaceMetadata{frame(spots, members)})
	}
	return places, of
}

// A placeMap finds cells by where they are on the sphere of radius 1, in cubes as wide as a step, so that neither the antimeridian nor a pole is anything special.
type placeMap struct {
	cells []placeCell // from north to south, then from west to east
	cubes map[[3]int][]int
}

// chord returns how far apart places of the unit sphere are, through it, that are metres apart on the Earth.
func chord(metres float64) float64 { return 2 * math.Sin(metres/(2*activity.EarthRadiusM)) }

func newPlaceMap(spots []placeSpot) *placeMap {
	const tile = raster.World >> placeCellZoom
	at := map[[2]int64]*placeCell{}
	for i, s := range spots {
		x, y := (s.box.x0+s.box.x1)/2&(raster.World-1)/tile, min(max((s.box.y0+s.box.y1)/2, 0), raster.World-1)/tile
		c := at[[2]int64{x, y}]
		if c == nil {
			c = &placeCell{x: x, y: y, at: onSphere(raster.Unproject(raster.Point{X: x*tile + tile/2, Y: y*tile + tile/2}))}
			at[[2]int64{x, y}] = c
		}
		c.spots = append(c.spots, i)
		c.weight += s.weight
	}
	m := &placeMap{cubes: map[[3]int][]int{}}
	for _, c := range at {
		m.cells = append(m.cells, *c)
	}
	sorting.Func(m.cells, func(a, b placeCell) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x)) })
	for i := range m.cells {
		cube := m.cube(i)
		m.cubes[cube] = append(m.cubes[cube], i)
	}
	return m
}

// onSphere returns a place in degrees on the sphere of radius 1.
func onSphere(lat, lon float64) [3]float64 {
	sinLat, cosLat := math.Sincos(lat * math.Pi / 180)
	sinLon, cosLon := math.Sincos(lon * math.Pi / 180)
	return [3]float64{cosLat * cosLon, cosLat * sinLon, sinLat}
}

func (m *placeMap) cube(i int) (cube [3]int) {
	for k, v := range m.cells[i].at {
		cube[k] = int(math.Floor(v / chord(placeStepM)))
	}
	return cube
}

// within tells whether two cells are at most metres apart.
func (m *placeMap) within(i, k int, metres float64) bool {
	a, b := m.cells[i].at, m.cells[k].at
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]) <= chord(metres)
}

// near yields the cells within a step of a cell, itself included.
func (m *placeMap) near(i int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		at := m.cube(i)
		for n := range 27 {
			for _, k := range m.cubes[[3]int{at[0] + n%3 - 1, at[1] + n/3%3 - 1, at[2] + n/9 - 1}] {
				if m.within(i, k, placeStepM) && !yield(k) {
					return
				}
			}
		}
	}
}

// take takes a place around its first cell and returns its spots, ascending: what is reached from there in steps, within reach of it.
func (m *placeMap) take(first int) (spots []int) {
	m.cells[first].taken = true
	for queue := []int{first}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		spots = append(spots, m.cells[i].spots...)
		for k := range m.near(i) {
			c := &m.cells[k]
			c.around -= m.cells[i].weight
			if !c.taken && m.within(first, k, placeReachM) {
				c.taken = true
				queue = append(queue, k)
			}
		}
	}
	slices.Sort(spots)
	return spots
}

// frame returns the bounds of what lies in a place, but for a tenth beyond each side: few far ways do not make the view of all others small. They are rounded outwards to
// hundredths of a degree, as nobody needs to know them better.
func frame(spots []placeSpot, members []int) [4]float64 {
	var total int64
	for _, i := range members {
		total += spots[i].weight
	}
	origin := spots[members[0]].box.x0
	edge := func(of func(b box) int64) int64 {
		order := slices.Clone(members)
		value := func(i int) int64 { return of(spots[i].box) }
		sorting.Func(order, func(a, b int) int { return cmp.Compare(value(a), value(b)) })
		var beyond int64
		for _, i := range order {
			if beyond += spots[i].weight; beyond > total/placeRim {
				return value(i)
			}
		}
		return value(order[len(order)-1])
	}
	// Boxes on either side of the antimeridian may lie a turn of the map apart.
	unwrapped := func(b box) (x0, x1 int64) {
		x0 = raster.Unwrap(raster.Point{X: b.x0}, origin).X
		return x0, x0 + b.x1 - b.x0
	}
	all := box{
		edge(func(b box) int64 { x0, _ := unwrapped(b); return x0 }), edge(func(b box) int64 { return b.y0 }),
		-edge(func(b box) int64 { _, x1 := unwrapped(b); return -x1 }), -edge(func(b box) int64 { return -b.y1 }), true,
	}
	d := all.degrees()
	out := [4]float64{math.Floor(d[0] * 100), math.Floor(d[1] * 100), math.Ceil(d[2] * 100), math.Ceil(d[3] * 100)}
	for k := range out {
		out[k] /= 100
	}
	return out
}

// places sorts what is drawn into places, by rank. They tell nothing that the lines do not, which the archive is to have.
func (s *selection) places() (places []PlaceMetadata, of []int) {
	spots := make([]placeSpot, len(s.drawn))
	for rank, i := range s.drawn {
		spots[rank] = placeSpot{s.rows[i].bounds, 1}
	}
	return findPlaces(spots)
}
