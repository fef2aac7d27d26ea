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
		for _, near := range nearCells(cells[c][0], homeCellDeg) {
			count += len(cells[near])
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

// startCell returns the cell of side deg (in latitude) that p lies in, as row and column. Cells
// are about as wide as high; their columns are aligned within a degree of
// latitude, but not across its borders.
func startCell(p LatLon, deg float64) [2]int {
	row := int(math.Floor(p.Lat / deg))
	return [2]int{row, startColumn(row, p.Lon, deg)}
}

func startColumn(row int, lon, deg float64) int {
	scale := math.Max(math.Cos(math.Round(float64(row)*deg)*degToRad), 0.01)
	return int(math.Floor(lon * scale / deg))
}

// nearCells returns the cell of p and those around it. Columns of two rows need not be aligned, so each row
// is searched around the point's own place in it; and a turn of the globe on, for those across the antimeridian.
func nearCells(p LatLon, deg float64) [18][2]int {
	var near [18][2]int
	row, n := startCell(p, deg)[0], 0
	for y := row - 1; y <= row+1; y++ {
		for _, lon := range [2]float64{p.Lon, p.Lon - math.Copysign(360, p.Lon)} {
			column := startColumn(y, lon, deg)
			for x := column - 1; x <= column+1; x++ {
				near[n] = [2]int{y, x}
				n++
			}
		}
	}
	return near
}
