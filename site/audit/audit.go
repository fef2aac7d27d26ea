// Package audit tells what a stranger could infer about where an athlete lives from what a finished site shows.
//
// In it are the guesses: Dense finds where many activities start or end, Rings completes the circles that cut-off ends
// draw, and Sketch is the material for both, the lines of a site. It knows only what a stranger knows: no
// configuration, no secret. Package generator reads the site, and judges the guesses against the zones.
package audit

import (
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// A Place is where a guess points, and how many activities or ends speak for it.
type Place struct {
	Lat   float64 `json:"lat"`
	Lon   float64 `json:"lon"`
	Count int     `json:"count"`
}

// DistanceM returns the distance to p in metres.
func (a Place) DistanceM(p activity.LatLon) float64 {
	return p.DistanceM(activity.LatLon{Lat: a.Lat, Lon: a.Lon})
}

// A Sketch is the lines of a site.
type Sketch struct {
	// Starts and Ends are the first and the last vertex of each activity; Cuts are those, and the ends of lines that go on
	// elsewhere, as through a privacy zone.
	Starts, Ends, Cuts []activity.LatLon
	tracks             *lines.Tracks
}

// resumedM is how far apart the ends of an interrupted line are at least to look cut: at a shorter way it was paused.
const resumedM = 150

// NewSketch takes apart a decoded blob.
func NewSketch(t *lines.Tracks) *Sketch {
	s := &Sketch{tracks: t}
	for a := range t.Activities() {
		from, to := t.First[a], t.First[a+1]
		if from == to {
			continue
		}
		first, last := place(t, from), place(t, to-1)
		s.Starts, s.Ends, s.Cuts = append(s.Starts, first), append(s.Ends, last), append(s.Cuts, first, last)
		for i := from; i < to-1; i++ {
			if t.Joined[i] {
				continue
			}
			if p, q := place(t, i), place(t, i+1); p.DistanceM(q) > resumedM {
				s.Cuts = append(s.Cuts, p, q)
			}
		}
	}
	return s
}

// place returns where a vertex lies.
func place(t *lines.Tracks, i int) activity.LatLon {
	const shift = raster.WorldBits - lines.GridBits
	lat, lon := raster.Unproject(raster.Point{X: int64(t.X[i]) << shift, Y: int64(t.Y[i]) << shift})
	return activity.LatLon{Lat: lat, Lon: activity.WrapLon(lon)}
}

// How Dense looks: in cells of cellM, then around the mean of what is there, for places of at least leastDense activities.
const (
	cellM      = 200
	leastDense = 3
)

// Dense returns up to most places where most of the points lie within some 150 m, the densest first.
func Dense(points []activity.LatLon, most int) []Place {
	const degreeM = activity.EarthRadiusM * math.Pi / 180
	left := slices.Clone(points)
	var found []Place
	for len(found) < most {
		type cell [2]int
		cells := map[cell]int{}
		at := func(p activity.LatLon) cell {
			row := math.Floor(p.Lat * degreeM / cellM)
			width := math.Max(0.01, math.Cos(row*cellM/degreeM*math.Pi/180))
			return cell{int(row), int(math.Floor(p.Lon * width * degreeM / cellM))}
		}
		best, bestCount := activity.LatLon{}, 0
		for _, p := range left {
			c := at(p)
			cells[c]++
			if cells[c] > bestCount {
				best, bestCount = p, cells[c]
			}
		}
		// The mean of what is near moves to the middle of the crowd, whose cell may hold a part of it only.
		count := 0
		for range 8 {
			var lat, lon float64
			count = 0
			for _, p := range left {
				if p.DistanceM(best) <= 0.75*cellM {
					lat, lon = lat+p.Lat-best.Lat, lon+activity.WrapLon(p.Lon-best.Lon)
					count++
				}
			}
			if count == 0 {
				break
			}
			best = activity.LatLon{Lat: best.Lat + lat/float64(count), Lon: activity.WrapLon(best.Lon + lon/float64(count))}
		}
		if count < leastDense {
			break
		}
		found = append(found, Place{best.Lat, best.Lon, count})
		left = slices.DeleteFunc(left, func(p activity.LatLon) bool { return p.DistanceM(best) <= cellM })
	}
	return found
}
