package activity

import "math"

// homeCellDeg is the side of the cells that start points are counted in, in
// degrees of latitude: about 330 m.
const homeCellDeg = 0.003

// Home returns the place most activities start from: the densest cell of start
// points, counted together with its neighbours so that a border between two
// cells does not split it, and in it the mean of the points. ok is false when
// there are no points. Of equally dense cells the one seen first wins.
func Home(starts []LatLon) (home LatLon, ok bool) {
	cells := make(map[[2]int][]LatLon, len(starts))
	var order [][2]int
	for _, p := range starts {
		c := startCell(p, homeCellDeg)
		if len(cells[c]) == 0 {
			order = append(order, c)
		}
		cells[c] = append(cells[c], p)
	}
	best, bestCount := [2]int{}, 0
	for _, c := range order {
		count := 0
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				count += len(cells[[2]int{c[0] + dy, c[1] + dx}])
			}
		}
		// The cell itself decides between neighbours that see the same points.
		if count > bestCount || (count == bestCount && len(cells[c]) > len(cells[best])) {
			best, bestCount = c, count
		}
	}
	if bestCount == 0 {
		return LatLon{}, false
	}
	for _, p := range cells[best] {
		home.Lat += p.Lat
		home.Lon += p.Lon
	}
	k := float64(len(cells[best]))
	return LatLon{home.Lat / k, home.Lon / k}, true
}

// startCell returns the cell of side deg (in latitude) that p lies in. Cells
// are about as wide as high; their columns are aligned within a degree of
// latitude, but not across its borders.
func startCell(p LatLon, deg float64) [2]int {
	row := math.Floor(p.Lat / deg)
	scale := math.Max(math.Cos(math.Round(row*deg)*degToRad), 0.01)
	return [2]int{int(row), int(math.Floor(p.Lon * scale / deg))}
}
