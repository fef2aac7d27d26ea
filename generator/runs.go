package generator

import (
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
// pixels of the finest zoom that the result is painted at. Inside a segment the values are
// even, which a blur of 2 pixels hides up to about its own length.
const (
	simplifyTolerancePx = 0.125
	simplifyLengthPx    = 2
	simplifyMaxMerged   = 64
)

// simplify returns runs with fewer points for painting at zoom and coarser: consecutive segments of
// the same class are merged while every point left out stays within simplifyTolerancePx of
// the line. Sums over segments are kept.
func simplify(runs []layers.Run, zoom uint8, minGrade float32) []layers.Run {
	unit := 1 / raster.PixelScale(zoom) // world units to the pixel
	tolerance, longest := simplifyTolerancePx*unit, simplifyLengthPx*unit
	out := make([]layers.Run, 0, len(runs))
	for _, r := range runs {
		s := layers.Run{
			Points:   append(make([]raster.Point, 0, len(r.Points)/2+2), r.Points[0]),
			Segments: make([]activity.Segment, 0, len(r.Segments)/2+1),
		}
		for from := 0; from < len(r.Segments); {
			to := from + 1
			for to < len(r.Segments) && to-from < simplifyMaxMerged && sameClass(&r.Segments[from], &r.Segments[to], minGrade) &&
				raster.Straight(r.Points[from:to+2], tolerance, longest) {
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
