package generator

import (
	"slices"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// A Thumbnail is a small picture of a track: lines of points (x to the east, y to the south) in a box of ThumbnailSize
// units a side, in the middle of which it lies as large as fits.
type Thumbnail [][][2]uint8

// ThumbnailSize is the side of a thumbnail's box.
const ThumbnailSize = 48

// maxThumbnail is how many points a thumbnail has at most, apart from one for each of its lines.
const maxThumbnail = 160

// thumbnailOf draws the runs of one activity. Points nearer to the last one than a step are left out; the step grows until
// few enough are left.
func thumbnailOf(runs []layers.Run) Thumbnail {
	if len(runs) == 0 {
		return nil
	}
	// Runs on either side of the antimeridian may lie a turn of the map apart.
	origin := runs[0].Points[0].X
	unwrapped := func(p raster.Point) raster.Point { return raster.Unwrap(p, origin) }
	x0, x1, y0, y1 := origin, origin, runs[0].Points[0].Y, runs[0].Points[0].Y
	for i := range runs {
		for _, p := range runs[i].Points {
			p = unwrapped(p)
			x0, x1, y0, y1 = min(x0, p.X), max(x1, p.X), min(y0, p.Y), max(y1, p.Y)
		}
	}
	scale := (ThumbnailSize - 1) / float64(max(x1-x0, y1-y0, 1))
	left, top := (ThumbnailSize-1-scale*float64(x1-x0))/2, (ThumbnailSize-1-scale*float64(y1-y0))/2
	place := func(p raster.Point) [2]uint8 {
		p = unwrapped(p)
		return [2]uint8{uint8(left + scale*float64(p.X-x0) + 0.5), uint8(top + scale*float64(p.Y-y0) + 0.5)}
	}
	for step := 1; ; step *= 2 {
		var out Thumbnail
		n := 0
		for i := range runs {
			line := [][2]uint8{place(runs[i].Points[0])}
			for _, p := range runs[i].Points[1:] {
				q, last := place(p), line[len(line)-1]
				dx, dy := int(q[0])-int(last[0]), int(q[1])-int(last[1])
				if dx*dx+dy*dy > step*step {
					line = append(line, q)
				}
			}
			if len(line) > 1 {
				n += len(line)
				out = append(out, slices.Clip(line))
			}
		}
		if n <= maxThumbnail || step >= ThumbnailSize {
			return out
		}
	}
}
