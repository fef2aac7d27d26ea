package generator

import (
	"encoding/binary"
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// At coarse zooms many ways lie in a pixel, and what they leave there is the same however they lie. So from spottedZoom on a piece has the sums of each pixel as a spot, and lines, for the pen, that know of their ways
// only which footprints they belong to. A zoom coarser by one has half as many of both.

const (
	// spotLongestPx is the way in pixels up to which spots are smaller than a segment, about: longer ones stay segments.
	spotLongestPx = 2
	// penBits is the resolution of lines for the pen: to 1/256 of a pixel.
	penBits = 8
	// penTolerancePx is how far simplifying may move them. It is less than simplifyTolerancePx, as they are moved nearly everywhere.
	penTolerancePx = 1.0 / 20
)

// coarser returns the runs for painting at zoom and coarser, of those for finer zooms.
func coarser(runs []layers.Run, zoom uint8, minGrade float32, sigma float64) []layers.Run {
	switch {
	case zoom > simplifiedZoom:
		return runs
	case zoom > spottedZoom:
		return simplify(runs, zoom, minGrade, sigma)
	}
	return spot(runs, zoom, minGrade)
}

// pixelBits returns the side of a pixel in world units, as the power of 2.
func pixelBits(zoom uint8) uint { return raster.WorldBits - 8 - uint(zoom) }

// spot returns runs of lines for the pen, of ways that are too long to be spots, and last of all spots, each pixel of zoom once.
func spot(runs []layers.Run, zoom uint8, minGrade float32) []layers.Run {
	s := spotter{zoom: zoom, minGrade: minGrade, at: map[raster.Point]int{}}
	for i := range runs {
		r := &runs[i]
		switch {
		case r.Spots != nil:
			for k, p := range r.Points {
				sums := s.pixel(raster.Point{X: p.X >> pixelBits(zoom), Y: p.Y >> pixelBits(zoom)})
				for n, v := range r.Spots[k] {
					sums[n] += float64(v)
				}
			}
		case r.Known != nil:
			s.line(r.Points, r.Known)
		default:
			s.segments(r)
		}
	}
	return s.done()
}

// A spotter sums up what runs leave on the pixels of a zoom.
type spotter struct {
	zoom     uint8
	minGrade float32
	runs     []layers.Run
	at       map[raster.Point]int // places of pixels
	pixels   []raster.Point
	sums     [][layers.SpotSums]float64
}

// pixel returns the sums of a pixel.
func (s *spotter) pixel(at raster.Point) *[layers.SpotSums]float64 {
	i, ok := s.at[at]
	if !ok {
		i = len(s.pixels)
		s.at[at] = i
		s.pixels, s.sums = append(s.pixels, at), append(s.sums, [layers.SpotSums]float64{})
	}
	return &s.sums[i]
}

// segments takes a run of segments.
func (s *spotter) segments(r *layers.Run) {
	longest := math.Ldexp(spotLongestPx, int(pixelBits(s.zoom)))
	long := func(i int) bool {
		return math.Hypot(float64(r.Points[i+1].X-r.Points[i].X), float64(r.Points[i+1].Y-r.Points[i].Y)) > longest
	}
	var known []layers.Known
	for from, to := 0, 0; from < len(r.Segments); from = to {
		is := long(from)
		for to < len(r.Segments) && long(to) == is {
			to++
		}
		if is {
			s.runs = append(s.runs, layers.Run{Points: r.Points[from : to+1], Segments: r.Segments[from:to]})
			continue
		}
		known = known[:0]
		for i := from; i < to; i++ {
			known = append(known, layers.KnownOf(&r.Segments[i]))
			s.leave(r.Points[i], r.Points[i+1], &r.Segments[i])
		}
		s.line(r.Points[from:to+1], known)
	}
}

// leave spreads what a segment leaves over the pixels from p to q.
func (s *spotter) leave(p, q raster.Point, g *activity.Segment) {
	var sums [layers.SpotSums]float64
	known := layers.KnownOf(g)
	mm, ms := float64(g.DistM)*1000, float64(g.DurS)*1000
	sums[layers.SpotSeconds] = max(0, ms)
	if known&layers.KnowsMoving != 0 {
		sums[layers.SpotMoved], sums[layers.SpotMetres] = ms, mm
	}
	if known&layers.KnowsHeart != 0 {
		sums[layers.SpotHeart], sums[layers.SpotBeats] = ms, float64(g.HR)*float64(g.DurS)
	}
	if known&layers.KnowsGrade != 0 {
		rise := max(-maxGrade, min(maxGrade, float64(g.Grade))) * mm
		sums[layers.SpotGraded], sums[layers.SpotUp], sums[layers.SpotDown] = mm, max(0, rise), max(0, -rise)
		if g.Grade >= s.minGrade {
			sums[layers.SpotHills] = max(0, rise)
		}
	}
	scale := raster.PixelScale(s.zoom)
	raster.Cross(float64(p.X)*scale, float64(p.Y)*scale, float64(q.X)*scale, float64(q.Y)*scale, func(x, y int64, part float64) {
		to := s.pixel(raster.Point{X: x, Y: y})
		for n, v := range sums {
			to[n] += part * v
		}
	})
}

// line simplifies a line for the pen. Ways of which not the same is known become one only where they lie within the tolerance of a point.
func (s *spotter) line(points []raster.Point, known []layers.Known) {
	bits := pixelBits(s.zoom) - penBits
	place := func(p raster.Point) raster.Point {
		half := int64(1) << bits >> 1
		return raster.Point{X: (p.X + half) >> bits << bits, Y: (p.Y + half) >> bits << bits}
	}
	placed := make([]raster.Point, len(points))
	for i, p := range points {
		placed[i] = place(p)
	}
	pixel := math.Ldexp(1, int(pixelBits(s.zoom)))
	tolerance, longest := penTolerancePx*pixel, simplifyLengthPx*pixel
	r := layers.Run{Points: []raster.Point{placed[0]}}
	for from := 0; from < len(known); {
		to, same, all := from+1, true, known[from]
		for to < len(known) && to-from < simplifyMaxMerged {
			same = same && known[to] == known[from]
			q := placed[to+1]
			near := math.Hypot(float64(q.X-placed[from].X), float64(q.Y-placed[from].Y)) <= tolerance
			if !same && !near || !raster.Straight(placed[from:to+2], tolerance, longest) {
				break
			}
			all |= known[to]
			to++
		}
		r.Points, r.Known = append(r.Points, placed[to]), append(r.Known, all)
		from = to
	}
	s.runs = append(s.runs, r)
}

// done returns the runs, with the spots that are something.
func (s *spotter) done() []layers.Run {
	bits := pixelBits(s.zoom)
	var r layers.Run
	for i, p := range s.pixels {
		var spot layers.Spot
		for n, v := range s.sums[i] {
			spot[n] = int64(math.Min(v, math.MaxInt64>>8) + 0.5)
		}
		if spot != (layers.Spot{}) {
			r.Points = append(r.Points, raster.Point{X: p.X<<bits + 1<<bits>>1, Y: p.Y<<bits + 1<<bits>>1})
			r.Spots = append(r.Spots, spot)
		}
	}
	if r.Spots != nil {
		s.runs = append(s.runs, r)
	}
	return s.runs
}

// appendKnown encodes ways [from, to) of a line for the pen: points in steps of their resolution, what is known with the step to the east.
func appendKnown(dst []byte, r *layers.Run, from, to int, shift int64, zoom uint8) []byte {
	bits := pixelBits(zoom) - penBits
	x, y := (r.Points[from].X+shift)>>bits, r.Points[from].Y>>bits
	dst = binary.AppendVarint(binary.AppendVarint(dst, x), y)
	for i := from; i < to; i++ {
		qx, qy := (r.Points[i+1].X+shift)>>bits, r.Points[i+1].Y>>bits
		dst = binary.AppendUvarint(dst, zigzag(qx-x)<<segmentFlags|uint64(r.Known[i]))
		dst = binary.AppendVarint(dst, qy-y)
		x, y = qx, qy
	}
	return dst
}

// readZoom reads the zoom that a run is for.
func readZoom(b []byte) (zoom uint8, rest []byte) {
	if len(b) == 0 || b[0] > spottedZoom {
		return 0, nil
	}
	return b[0], b[1:]
}

// readKnown decodes n ways of a line for the pen and returns what follows, nil where the bytes end early.
func (d *pieceReader) readKnown(rest []byte, n uint64) []byte {
	zoom, rest := readZoom(rest)
	bits := pixelBits(zoom) - penBits
	x, rest := varint(rest)
	y, rest := varint(rest)
	d.points = append(d.points, raster.Point{X: x << bits, Y: y << bits})
	for ; n > 0; n-- {
		var first uint64
		var dy int64
		first, rest = uvarint(rest)
		dy, rest = varint(rest)
		x, y = x+unzigzag(first>>segmentFlags), y+dy
		d.points = append(d.points, raster.Point{X: x << bits, Y: y << bits})
		d.known = append(d.known, layers.Known(first)&layers.KnowsAll)
	}
	return rest
}

// likely has pairs of sums that are mostly equal: the first one is told only where it is not.
var likely = [...][2]int{{layers.SpotMoved, layers.SpotSeconds}, {layers.SpotHeart, layers.SpotSeconds}, {layers.SpotGraded, layers.SpotMetres}, {layers.SpotHills, layers.SpotUp}}

// alwaysTold are the sums that are always told.
var alwaysTold = [...]int{layers.SpotSeconds, layers.SpotMetres, layers.SpotBeats, layers.SpotUp, layers.SpotDown}

// appendSpots encodes spots [from, to): steps from pixel to pixel, the one to the east with a bit for each pair of likely that is equal, and the sums.
func appendSpots(dst []byte, r *layers.Run, from, to int, shift int64, zoom uint8) []byte {
	bits := pixelBits(zoom)
	var x, y int64
	for i := from; i < to; i++ {
		qx, qy := (r.Points[i].X+shift)>>bits, r.Points[i].Y>>bits
		s, equal := &r.Spots[i], uint64(0)
		for k, pair := range likely {
			if s[pair[0]] == s[pair[1]] {
				equal |= 1 << k
			}
		}
		dst = binary.AppendUvarint(dst, zigzag(qx-x)<<len(likely)|equal)
		dst = binary.AppendVarint(dst, qy-y)
		x, y = qx, qy
		for _, n := range alwaysTold {
			dst = binary.AppendUvarint(dst, uint64(s[n]))
		}
		for k, pair := range likely {
			if equal>>k&1 == 0 {
				dst = binary.AppendUvarint(dst, uint64(s[pair[0]]))
			}
		}
	}
	return dst
}

// readSpots decodes n spots and returns what follows, nil where the bytes end early.
func (d *pieceReader) readSpots(rest []byte, n uint64) []byte {
	zoom, rest := readZoom(rest)
	bits := pixelBits(zoom)
	var x, y int64
	for ; n > 0; n-- {
		var first, v uint64
		var dy int64
		first, rest = uvarint(rest)
		dy, rest = varint(rest)
		x, y = x+unzigzag(first>>len(likely)), y+dy
		var s layers.Spot
		for _, i := range alwaysTold {
			v, rest = uvarint(rest)
			s[i] = int64(v)
		}
		for k, pair := range likely {
			if s[pair[0]] = s[pair[1]]; first>>k&1 == 0 {
				v, rest = uvarint(rest)
				s[pair[0]] = int64(v)
			}
		}
		d.points = append(d.points, raster.Point{X: x<<bits + 1<<bits>>1, Y: y<<bits + 1<<bits>>1})
		d.spots = append(d.spots, s)
	}
	return rest
}
