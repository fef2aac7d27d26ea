package demo

import (
	"math"

	"heatmapgen/activity"
)

// The origin of the local plane and the metres of one degree there, on a sphere
// of the mean radius 6,371,008.8 m (IUGG). Distances err by less than 0.5 %
// within the 70 km the demo spans, which nobody can tell from GPS.
const (
	originLat = 47.50
	originLon = 9.74
	earthM    = 6371008.8
	degLatM   = earthM * math.Pi / 180
)

var degLonM = degLatM * math.Cos(originLat*math.Pi/180)

// A pt is a place in the local plane: metres east and north of the origin.
type pt struct{ x, y float64 }

func (a pt) add(b pt) pt                { return pt{a.x + b.x, a.y + b.y} }
func (a pt) sub(b pt) pt                { return pt{a.x - b.x, a.y - b.y} }
func (a pt) mul(k float64) pt           { return pt{a.x * k, a.y * k} }
func (a pt) dist(b pt) float64          { return math.Hypot(a.x-b.x, a.y-b.y) }
func (a pt) lerp(b pt, t float64) pt    { return pt{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t} }
func (a pt) cross(b pt) float64         { return a.x*b.y - a.y*b.x }
func (a pt) rotate(sin, cos float64) pt { return pt{a.x*cos - a.y*sin, a.x*sin + a.y*cos} }

// at returns the place of a latitude and a longitude in degrees.
func at(lat, lon float64) pt {
	return pt{(lon - originLon) * degLonM, (lat - originLat) * degLatM}
}

// degrees returns the latitude and the longitude of p, rounded as a Track
// wants them.
func (a pt) degrees() (lat, lon float64) {
	return activity.RoundDeg(originLat + a.y/degLatM), activity.RoundDeg(originLon + a.x/degLonM)
}

// nearest returns the share of the way from a to b, 0..1, at which the line
// between them passes closest to p, and the squared distance there.
func nearest(p, a, b pt) (t, d2 float64) {
	dx, dy := b.x-a.x, b.y-a.y
	if l2 := dx*dx + dy*dy; l2 > 0 {
		t = min(max(((p.x-a.x)*dx+(p.y-a.y)*dy)/l2, 0), 1)
	}
	ex, ey := a.x+dx*t-p.x, a.y+dy*t-p.y
	return t, ex*ex + ey*ey
}

// inside reports whether p lies in the polygon, by the even-odd rule.
func inside(p pt, polygon []pt) bool {
	in := false
	for i, j := 0, len(polygon)-1; i < len(polygon); j, i = i, i+1 {
		a, b := polygon[i], polygon[j]
		if (a.y > p.y) != (b.y > p.y) && p.x < (b.x-a.x)*(p.y-a.y)/(b.y-a.y)+a.x {
			in = !in
		}
	}
	return in
}

// length returns the length of a line in metres.
func length(line []pt) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += line[i-1].dist(line[i])
	}
	return sum
}

// resample returns the line with its points evenly spaced, at most step metres
// apart, both ends kept.
func resample(line []pt, step float64) []pt {
	total := length(line)
	n := int(math.Ceil(total / step))
	if n < 1 || len(line) < 2 {
		return line
	}
	out := make([]pt, 0, n+1)
	out = append(out, line[0])
	gap, walked, k := total/float64(n), 0.0, 1
	for i := 1; i < len(line) && k < n; i++ {
		d := line[i-1].dist(line[i])
		for k < n && float64(k)*gap <= walked+d {
			out = append(out, line[i-1].lerp(line[i], (float64(k)*gap-walked)/d))
			k++
		}
		walked += d
	}
	return append(out, line[len(line)-1])
}

// spline draws a smooth line through the control points: a Catmull-Rom curve
// in Barry and Goldman's centripetal form, which has no loops or cusps, with a
// point about every step metres.
func spline(control []pt, step float64) []pt {
	if len(control) < 3 {
		return resample(control, step)
	}
	n := len(control)
	first := control[0].mul(2).sub(control[1])
	last := control[n-1].mul(2).sub(control[n-2])
	if control[0] == control[n-1] {
		first, last = control[n-2], control[1]
	}
	out := []pt{control[0]}
	for i := 1; i < n; i++ {
		p0, p1, p2, p3 := first, control[i-1], control[i], last
		if i > 1 {
			p0 = control[i-2]
		}
		if i < n-1 {
			p3 = control[i+1]
		}
		t1 := math.Sqrt(p0.dist(p1))
		t2 := t1 + math.Sqrt(p1.dist(p2))
		t3 := t2 + math.Sqrt(p2.dist(p3))
		steps := int(math.Ceil(p1.dist(p2) / step))
		for k := 1; k <= steps; k++ {
			t := t1 + (t2-t1)*float64(k)/float64(steps)
			a1 := p0.lerp(p1, t/t1)
			a2 := p1.lerp(p2, (t-t1)/(t2-t1))
			a3 := p2.lerp(p3, (t-t2)/(t3-t2))
			out = append(out, a1.lerp(a2, t/t2).lerp(a2.lerp(a3, (t-t1)/(t3-t1)), (t-t1)/(t2-t1)))
		}
	}
	return out
}

// relax pulls every inner point towards the middle of its neighbours, rounds
// times; it takes the corners off a line.
func relax(line []pt, rounds int) {
	for range rounds {
		before := line[0]
		for i := 1; i < len(line)-1; i++ {
			now := line[i]
			line[i] = pt{before.x/4 + now.x/2 + line[i+1].x/4, before.y/4 + now.y/2 + line[i+1].y/4}
			before = now
		}
	}
}
