package audit

import (
	"math"
	"slices"

	"heatmapgen/activity"
)

// A disc is what a site hides around the middle of a cell, as everybody can see it and work it out: cells are the same for
// everybody. The attack looks for the place that it is hidden for.
type disc struct {
	middle  activity.LatLon
	radiusM float64
}

const degreeM = activity.EarthRadiusM * math.Pi / 180

// flat returns where p lies from the disc's middle, in metres to the east and the north, on a plane: a disc is small.
func (d *disc) flat(p activity.LatLon) xy {
	return xy{activity.WrapLon(p.Lon-d.middle.Lon) * degreeM * math.Cos(d.middle.Lat*math.Pi/180), (p.Lat - d.middle.Lat) * degreeM}
}

// globe is the inverse of flat.
func (d *disc) globe(p xy) activity.LatLon {
	return activity.LatLon{Lat: d.middle.Lat + p.y/degreeM, Lon: activity.WrapLon(d.middle.Lon + p.x/degreeM/math.Cos(d.middle.Lat*math.Pi/180))}
}

func (a xy) minus(b xy) xy          { return xy{a.x - b.x, a.y - b.y} }
func (a xy) plus(b xy) xy           { return xy{a.x + b.x, a.y + b.y} }
func (a xy) times(k float64) xy     { return xy{a.x * k, a.y * k} }
func (a xy) dot(b xy) float64       { return a.x*b.x + a.y*b.y }
func (a xy) length() float64        { return math.Hypot(a.x, a.y) }
func (a xy) to(b xy) float64        { return math.Hypot(a.x-b.x, a.y-b.y) }
func between(a, b xy, f float64) xy { return xy{a.x + f*(b.x-a.x), a.y + f*(b.y-a.y)} }

// gridM is how far apart the places are that the attack weighs against each other.
const gridM = 40

// A guesser weighs the places of a cell. Each clue adds a score to every place, the logarithm of how much likelier the clue makes it, up
// to a factor that was learned from made-up athletes whose homes are known (docs/privacy.md, "How the attack was made").
type guesser struct {
	disc
	places []xy
	score  []float64
	// learned hears of every clue by name where weights are to be learned; nil else.
	learned func(clue string, values []float64)
}

// newGuesser begins with every place of the disc's cell as likely as any other, since it is all that the cell says.
func newGuesser(d disc, learned func(string, []float64)) *guesser {
	g := &guesser{disc: d, learned: learned}
	const n = int(activity.CellM/gridM) + 1
	for i := -n; i <= n; i++ {
		for j := -n; j <= n; j++ {
			p := xy{float64(i) * gridM, float64(j) * gridM}
			if activity.InCell(p.x, p.y) {
				g.places = append(g.places, p)
			}
		}
	}
	g.score = make([]float64, len(g.places))
	return g
}

// weigh adds a clue: of returns its value at a place, of which only differences between places count.
func (g *guesser) weigh(clue string, weights map[string]float64, of func(xy) float64) {
	weight := weights[clue]
	if weight == 0 && g.learned == nil {
		return
	}
	values := make([]float64, len(g.places))
	for i, p := range g.places {
		values[i] = of(p)
	}
	g.weighAll(clue, weight, values)
}

// weighAll adds a clue by its values at all places, which it changes.
func (g *guesser) weighAll(clue string, weight float64, values []float64) {
	var sum float64
	for _, v := range values {
		sum += v
	}
	mean := sum / float64(len(values))
	for i := range values {
		values[i] -= mean
		g.score[i] += weight * values[i]
	}
	if g.learned != nil {
		g.learned(clue, values)
	}
}

// towards adds the clue that the place lies off the middle in the direction and, times a factor, by the length of v.
func (g *guesser) towards(clue string, weights map[string]float64, v xy) {
	r2 := g.radiusM * g.radiusM
	g.weigh(clue, weights, func(p xy) float64 { return 4 * p.dot(v) / r2 })
}

// central adds the clue that the place lies near the middle, times a factor.
func (g *guesser) central(clue string, weights map[string]float64, factor float64) {
	r2 := g.radiusM * g.radiusM
	g.weigh(clue, weights, func(p xy) float64 { return -4 * factor * p.dot(p) / r2 })
}

// A Guess is a place that an attack names.
type Guess struct {
	Place
	// Sure is how likely the attack holds it that the hidden place is within PlacedM of the guess, from 0 to 1; Chance what that
	// would be of the best guess without any clue.
	Sure   float64 `json:"sure"`
	Chance float64 `json:"chance"`
}

// leastGain is how many times likelier than by chance an attack must hold its guess to have found anything.
const leastGain = 1.5

// Informed tells that the clues made the guess better than chance.
func (g *Guess) Informed() bool { return g.Sure >= leastGain*g.Chance }

// guess names the place with most of the likelihood within PlacedM.
func (g *guesser) guess() Guess {
	top := slices.Max(g.score)
	likely := make([]float64, len(g.score))
	var all float64
	for i, s := range g.score {
		likely[i] = math.Exp(s - top)
		all += likely[i]
	}
	best, bestSum, mostPlaces := 0, -1.0, 0
	for i, p := range g.places {
		var sum float64
		count := 0
		for k, q := range g.places {
			if p.to(q) <= PlacedM {
				sum += likely[k]
				count++
			}
		}
		if sum > bestSum {
			best, bestSum = i, sum
		}
		mostPlaces = max(mostPlaces, count)
	}
	at := g.globe(g.places[best])
	return Guess{Place: Place{Lat: at.Lat, Lon: at.Lon}, Sure: bestSum / all, Chance: float64(mostPlaces) / float64(len(g.places))}
}

// crowds groups ends that lie within widthM of the first of their group, as those of the same way out do, and returns how many each
// end's group has, and how many groups there are.
func crowdsOf(ends []xy, widthM float64) (size []float64, groups int) {
	group := make([]int, len(ends))
	for i := range group {
		group[i] = -1
	}
	var counts []float64
	for i, e := range ends {
		if group[i] >= 0 {
			continue
		}
		n := 0.0
		for k := range ends {
			if group[k] < 0 && e.to(ends[k]) < widthM {
				group[k] = groups
				n++
			}
		}
		counts = append(counts, n)
		groups++
	}
	size = make([]float64, len(ends))
	for i := range ends {
		size[i] = counts[group[i]]
	}
	return size, groups
}

// crossing returns the point that lines through points nearest pass by, in the sense of least squares, drawn to the middle by ridge: where what
// points back at home comes together.
func crossing(points, directions []xy, weights []float64, ridge float64) xy {
	var xx, xy_, yy, bx, by, all float64
	for i, e := range points {
		u, w := directions[i], weights[i]
		// The projection onto what is square to the direction.
		pxx, pxy, pyy := 1-u.x*u.x, -u.x*u.y, 1-u.y*u.y
		xx, xy_, yy = xx+w*pxx, xy_+w*pxy, yy+w*pyy
		bx, by = bx+w*(pxx*e.x+pxy*e.y), by+w*(pxy*e.x+pyy*e.y)
		all += w
	}
	r := ridge * max(all, 1e-9)
	xx, yy = xx+r, yy+r
	det := xx*yy - xy_*xy_
	return xy{(yy*bx - xy_*by) / det, (xx*by - xy_*bx) / det}
}

// mean returns the weighted mean of points.
func mean(points []xy, weight func(int) float64) xy {
	var sum xy
	var all float64
	for i, p := range points {
		w := weight(i)
		sum, all = sum.plus(p.times(w)), all+w
	}
	if all == 0 {
		return xy{}
	}
	return sum.times(1 / all)
}
