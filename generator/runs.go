package generator

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// projectRuns puts stretches on the map. Longitudes are unwrapped along the track, so a
// line across the antimeridian goes on beyond the map's edge instead of around the world.
func projectRuns(stretches []activity.Stretch) []layers.Run {
	runs := make([]layers.Run, 0, len(stretches))
	total := 0
	for _, s := range stretches {
		total += len(s.Lat)
	}
	points := make([]raster.Point, 0, total)
	for _, s := range stretches {
		first := len(points)
		for i := range s.Lat {
			p := raster.Project(s.Lat[i], s.Lon[i])
			if len(points) > first {
				p = raster.Unwrap(p, points[len(points)-1].X)
			}
			points = append(points, p)
		}
		runs = append(runs, layers.Run{Points: points[first:len(points):len(points)], Segments: s.Segments})
	}
	return runs
}

// How far simplify may move a line and how long it may make a segment, in
// pixels of the finest zoom that the result is painted at.
const (
	simplifyTolerancePx = 0.125
	simplifyLengthPx    = 2
	simplifyMaxMerged   = 64
)

// simplifyUneven bounds what merging may move of time and way along a line: the part of what a line usually leaves on a pixel, times
// the way in pixels that it is moved, with a glow of 1 pixel. A Gaussian of sigma changes by at most 0.24/sigma² a pixel, so
// means change by less than a thousandth for each segment; a test holds all of them together to 1 %.
const simplifyUneven = 0.0025

// simplify returns runs with fewer points for painting at zoom and coarser: consecutive segments of
// the same class and of like speed are merged while every point left out stays within simplifyTolerancePx of
// the line. Sums over segments are kept. sigma is that of the glow in pixels.
func simplify(runs []layers.Run, zoom uint8, minGrade float32, sigma float64) []layers.Run {
	unit := 1 / raster.PixelScale(zoom) // world units to the pixel
	tolerance, longest := simplifyTolerancePx*unit, simplifyLengthPx*unit
	out := make([]layers.Run, 0, len(runs))
	for _, r := range runs {
		s := layers.Run{
			Points:   append(make([]raster.Point, 0, len(r.Points)/2+2), r.Points[0]),
			Segments: make([]activity.Segment, 0, len(r.Segments)/2+1),
		}
		p := pacing{usual: usualOf(&r), most: simplifyUneven * sigma * sigma * unit * unit, pixel: unit, pixelBits: pixelBits(zoom)}
		for from := 0; from < len(r.Segments); {
			to := from + 1
			for to < len(r.Segments) && to-from < simplifyMaxMerged && sameClass(&r.Segments[from], &r.Segments[to], minGrade) &&
				raster.Straight(r.Points[from:to+2], tolerance, longest) && p.even(r.Points[from:to+2], r.Segments[from:to+1]) {
				to++
			}
			s.Points = append(s.Points, r.Points[to])
			s.Segments = append(s.Segments, mergeSegments(r.Segments[from:to]))
			from = to
		}
		out = append(out, s)
	}
	return out
}

// A density is the seconds and the metres that a way takes for each world unit of it.
type density struct{ time, way float64 }

// usualOf returns the density of all of a run that moves.
func usualOf(r *layers.Run) density {
	var d density
	length := 0.0
	for i := range r.Segments {
		if s := &r.Segments[i]; s.Moving {
			d.time += float64(s.DurS)
			d.way += float64(s.DistM)
			length += math.Hypot(float64(r.Points[i+1].X-r.Points[i].X), float64(r.Points[i+1].Y-r.Points[i].Y))
		}
	}
	d.time /= length
	d.way /= length
	return d
}

// A pacing says which segments are like enough to be one. Inside of one time and way pass evenly, so where the speed changes merging moves some
// of both to other pixels. most bounds that, in world units squared; pixel is the side of one in world units, and 2 to the power of pixelBits.
type pacing struct {
	usual       density
	most, pixel float64
	pixelBits   uint
}

// even tells whether the segments between points, all of them moving or none, may become one. What lies in one pixel leaves the same there, and at all
// coarser zooms.
func (c *pacing) even(p []raster.Point, s []activity.Segment) bool {
	if !s[0].Moving || c.onePixel(p) {
		return true
	}
	a, b := p[0], p[len(p)-1]
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	length := math.Hypot(dx, dy)
	if length == 0 {
		return false
	}
	var all density
	for i := range s {
		all.time += float64(s[i].DurS)
		all.way += float64(s[i].DistM)
	}
	var so, moved density
	for i := range s[:len(s)-1] {
		so.time += float64(s[i].DurS)
		so.way += float64(s[i].DistM)
		along := (float64(p[i+1].X-a.X)*dx + float64(p[i+1].Y-a.Y)*dy) / (length * length)
		moved.time = max(moved.time, math.Abs(so.time-along*all.time))
		moved.way = max(moved.way, math.Abs(so.way-along*all.way))
	}
	// The least step is from one pixel to the next.
	far := max(length, c.pixel)
	return moved.time*far <= c.most*min(all.time/length, c.usual.time) && moved.way*far <= c.most*min(all.way/length, c.usual.way)
}

func (c *pacing) onePixel(p []raster.Point) bool {
	x, y := p[0].X>>c.pixelBits, p[0].Y>>c.pixelBits
	for _, q := range p[1:] {
		if q.X>>c.pixelBits != x || q.Y>>c.pixelBits != y {
			return false
		}
	}
	return true
}

// sameClass tells whether two segments contribute to the same sums with the same sign, so
// that their merger contributes what both did.
func sameClass(a, b *activity.Segment, minGrade float32) bool {
	return a.Moving == b.Moving && (a.DurS > 0) == (b.DurS > 0) && (a.HR > 0) == (b.HR > 0) &&
		(a.Grade == a.Grade) == (b.Grade == b.Grade) &&
		(a.Grade < 0) == (b.Grade < 0) && (a.Grade >= minGrade) == (b.Grade >= minGrade)
}

// mergeSegments returns the segment that contributes what the given ones, of one class, do together.
func mergeSegments(s []activity.Segment) activity.Segment {
	if len(s) == 1 {
		return s[0]
	}
	m := activity.Segment{Moving: s[0].Moving, Grade: s[0].Grade, HR: s[0].HR}
	var dist, dur, heart, rise float64
	for _, g := range s {
		dist += float64(g.DistM)
		dur += float64(g.DurS)
		heart += float64(g.HR) * float64(g.DurS)
		rise += float64(g.Grade) * float64(g.DistM)
	}
	m.DistM, m.DurS = float32(dist), float32(dur)
	if m.HR > 0 && dur > 0 {
		m.HR = float32(heart / dur)
	}
	if m.Grade == m.Grade && dist > 0 {
		m.Grade = float32(rise / dist)
	}
	return m
}
