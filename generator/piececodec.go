package generator

import (
	"encoding/binary"
	"errors"
	"math"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// The resolution that segments have between the bucket and the painter.
const (
	distUnit  = 1000  // mm
	durUnit   = 1000  // ms
	heartUnit = 8     // 1/8 bpm
	gradeUnit = 1e5   // 0.001 %
	maxGrade  = 1000. // beyond that the altitude is wrong, and the number still fits
)

// What a segment knows, as bits of its first number.
const (
	hasMoving = 1 << iota
	hasHeart
	hasGrade
	segmentFlags = 3
)

var errPiece = errors.New("a piece of a track in the temporary file is damaged; is the disk full or failing?")

// The kinds of runs, as bits of their first number.
const (
	runOfSegments = iota
	runOfKnown
	runOfSpots
	runKindBits = 2
)

// appendRunHead encodes how many ways or spots a run has, and of which kind it is.
func appendRunHead(dst []byte, n int, kind uint64) []byte {
	return binary.AppendUvarint(dst, uint64(n)<<runKindBits|kind)
}

// appendRun encodes ways [from, to) of r, or spots, moved by shift world units to the east. zoom is the finest that the piece is for.
func appendRun(dst []byte, r *layers.Run, from, to int, shift int64, zoom uint8) []byte {
	switch {
	case r.Spots != nil:
		return appendSpots(append(appendRunHead(dst, to-from, runOfSpots), zoom), r, from, to, shift, zoom)
	case r.Known != nil:
		return appendKnown(append(appendRunHead(dst, to-from, runOfKnown), zoom), r, from, to, shift, zoom)
	}
	dst = appendRunHead(dst, to-from, runOfSegments)
	p := r.Points[from]
	dst = binary.AppendVarint(dst, p.X+shift)
	dst = binary.AppendVarint(dst, p.Y)
	for i := from; i < to; i++ {
		q, s := r.Points[i+1], &r.Segments[i]
		dst = binary.AppendVarint(dst, q.X-p.X)
		dst = binary.AppendVarint(dst, q.Y-p.Y)
		p = q
		flags := uint64(0)
		if s.Moving {
			flags |= hasMoving
		}
		if s.HR > 0 {
			flags |= hasHeart
		}
		if s.Grade == s.Grade {
			flags |= hasGrade
		}
		dst = binary.AppendUvarint(dst, uint64(s.DurS*durUnit+0.5)<<segmentFlags|flags)
		dst = binary.AppendUvarint(dst, uint64(s.DistM*distUnit+0.5))
		if flags&hasHeart != 0 {
			dst = binary.AppendUvarint(dst, uint64(s.HR*heartUnit+0.5))
		}
		if flags&hasGrade != 0 {
			g := math.Max(-maxGrade, math.Min(maxGrade, float64(s.Grade)))
			dst = binary.AppendVarint(dst, int64(math.Round(g*gradeUnit)))
		}
	}
	return dst
}

// A pieceReader decodes runs into memory that it reuses.
type pieceReader struct {
	points   []raster.Point
	segments []activity.Segment
	known    []layers.Known
	spots    []layers.Spot
	runs     []layers.Run
	kinds    []byte // by run
	ways     []int  // by run
}

// read decodes the runs of one piece. They are valid until the next call.
func (d *pieceReader) read(b []byte) ([]layers.Run, error) {
	d.points, d.segments, d.known, d.spots = d.points[:0], d.segments[:0], d.known[:0], d.spots[:0]
	d.runs, d.kinds, d.ways = d.runs[:0], d.kinds[:0], d.ways[:0]
	for len(b) > 0 {
		n, rest := uvarint(b)
		kind := byte(n & (1<<runKindBits - 1))
		if n >>= runKindBits; n == 0 || n > uint64(len(rest)) {
			return nil, errPiece
		}
		switch kind {
		case runOfSegments:
			rest = d.readSegments(rest, n)
		case runOfKnown:
			rest = d.readKnown(rest, n)
		case runOfSpots:
			rest = d.readSpots(rest, n)
		default:
			rest = nil
		}
		if rest == nil {
			return nil, errPiece
		}
		b = rest
		d.kinds, d.ways = append(d.kinds, kind), append(d.ways, int(n))
	}
	// Growing may have moved the columns, so the runs are cut from them at the end.
	points, segments, known, spots := d.points, d.segments, d.known, d.spots
	for i, n := range d.ways {
		var r layers.Run
		switch d.kinds[i] {
		case runOfSegments:
			r.Points, r.Segments, segments = points[:n+1], segments[:n], segments[n:]
		case runOfKnown:
			r.Points, r.Known, known = points[:n+1], known[:n], known[n:]
		case runOfSpots:
			r.Points, r.Spots, spots = points[:n], spots[:n], spots[n:]
		}
		points = points[len(r.Points):]
		d.runs = append(d.runs, r)
	}
	return d.runs, nil
}

// readSegments decodes n segments and returns what follows, nil where the bytes end early.
func (d *pieceReader) readSegments(rest []byte, n uint64) []byte {
	var p raster.Point
	p.X, rest = varint(rest)
	p.Y, rest = varint(rest)
	d.points = append(d.points, p)
	for ; n > 0; n-- {
		var dx, dy, grade int64
		var dur, dist, heart uint64
		dx, rest = varint(rest)
		dy, rest = varint(rest)
		dur, rest = uvarint(rest)
		dist, rest = uvarint(rest)
		p.X, p.Y = p.X+dx, p.Y+dy
		s := activity.Segment{
			DurS: float32(dur>>segmentFlags) / durUnit, DistM: float32(dist) / distUnit,
			Moving: dur&hasMoving != 0, Grade: nan32,
		}
		if dur&hasHeart != 0 {
			heart, rest = uvarint(rest)
			s.HR = float32(heart) / heartUnit
		}
		if dur&hasGrade != 0 {
			grade, rest = varint(rest)
			s.Grade = float32(float64(grade) / gradeUnit)
		}
		d.points = append(d.points, p)
		d.segments = append(d.segments, s)
	}
	return rest
}

var nan32 = float32(math.NaN())

// uvarint and varint return a number and what follows it; nil follows when the bytes end early.
func uvarint(b []byte) (uint64, []byte) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil
	}
	return v, b[n:]
}

func varint(b []byte) (int64, []byte) {
	u, rest := uvarint(b)
	return unzigzag(u), rest
}

// zigzag returns a number as one from 0, small where it is near 0; unzigzag is its reverse.
func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }
