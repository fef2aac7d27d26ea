package lines

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// magic begins an inflated blob.
const magic = "HMT1"

// The columns in the order of the blob.
const (
	colStretches = iota
	colVertices
	colX
	colY
	colSeconds
	colStopped
	colMetres
	colHeart
	colRise
	colClimb
	colHill
	colAltitude
	columnCount
)

// ErrDamaged is what Decode's errors wrap.
var ErrDamaged = errors.New("the tracks blob is damaged")

// What is read of a blob, and so what Blob writes at most: bytes of it inflated, some fifteen times what 5,000 activities take, and
// vertices, each of which takes 42 bytes in the page. docs/format.md ("Limits") has them.
const (
	maxInflated = 128 << 20
	maxVertices = 1 << 24
)

// ErrTooMany is what Blob returns where readers would refuse the blob.
var ErrTooMany = errors.New("the lines of all activities are more than the page reads (16 million vertices, 128 MiB); leave the lines out by tracks = false in [page], or some of the activities by [filter]")

// Blob encodes the lines of all activities in the order of the metadata's columns. The bytes depend on the lines alone. Its error
// is ErrTooMany, for errors.Is.
func Blob(all []*Line) ([]byte, error) {
	data := join(all)
	vertices := 0
	for _, l := range all {
		vertices += l.vertices
	}
	if len(data) > maxInflated || vertices > maxVertices {
		return nil, ErrTooMany
	}
	var out bytes.Buffer
	// The best level takes five times as long, a third of a build with nothing new, and saves 0.5 %.
	z := gzip.NewWriter(&out)
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// join returns the inflated blob.
func join(all []*Line) []byte {
	var columns [columnCount][]byte
	var stretches, vertices int
	var x, y, heart int64
	for _, l := range all {
		stretches += l.stretches
		vertices += l.vertices
		if l.anyVertex {
			columns[colX] = appendNumber(columns[colX], zigzag(l.firstX-x))
			columns[colY] = appendNumber(columns[colY], zigzag(l.firstY-y))
			x, y = l.lastX, l.lastY
		}
		if l.anyPart {
			columns[colHeart] = appendNumber(columns[colHeart], zigzag(l.firstHeart-heart))
			heart = l.lastHeart
		}
		for c := range columns {
			columns[c] = append(columns[c], l.columns[c]...)
		}
	}
	out := []byte(magic)
	for _, n := range []int{len(all), stretches, vertices} {
		out = appendNumber(out, uint64(n))
	}
	for _, c := range columns {
		out = appendNumber(out, uint64(len(c)))
		out = append(out, c...)
	}
	return out
}

// Tracks is a decoded blob: columns with one element for each activity, vertex or segment, as viewer/src/tracks/tracks.ts has them.
type Tracks struct {
	// First has an element more than there are activities: the vertices of activity a are First[a] to First[a+1]-1.
	First []int
	// X and Y are places on the grid.
	X, Y []int32
	// Joined tells that a segment joins the vertex to the next one; the columns below are of that segment.
	Joined []bool
	// Seconds and those of them moving, 0 where not known; metres covered while moving.
	Seconds, Moving, Metres []float32
	// Heart is the mean heart rate in bpm, 0 where not known.
	Heart []uint8
	// Rise is signed metres climbed, NaN where not known; Steep metres up and down together; Hill metres of hill training.
	Rise, Steep, Hill []float32
	// AltitudeM is the altitude of each vertex in metres, NaN where not known.
	AltitudeM []float32
}

// Activities returns the number of activities.
func (t *Tracks) Activities() int { return len(t.First) - 1 }

// Decode reads a blob. Its errors wrap ErrDamaged.
func Decode(blob []byte) (*Tracks, error) {
	z, err := gzip.NewReader(bytes.NewReader(blob))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxInflated+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if len(data) > maxInflated {
		return nil, fmt.Errorf("%w: inflated, it has more than the %d bytes accepted", ErrDamaged, maxInflated)
	}
	return decode(data)
}

// A column reads numbers from its beginning to its end. After the first that is not there it yields zeros and has failed.
type column struct {
	rest   []byte
	failed bool
}

func (c *column) number() uint64 {
	v, n := binary.Uvarint(c.rest)
	if n <= 0 || v > math.MaxUint32 {
		c.rest, c.failed = nil, true
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

func (c *column) signed() int64 { return unzigzag(c.number()) }

// decode reads an inflated blob.
func decode(data []byte) (*Tracks, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fmt.Errorf("%w: it does not begin with %s", ErrDamaged, magic)
	}
	head := column{rest: data[len(magic):]}
	activities, stretches, vertices := head.number(), head.number(), head.number()
	if vertices > maxVertices {
		return nil, fmt.Errorf("%w: it has %d vertices, more than the %d accepted", ErrDamaged, vertices, maxVertices)
	}
	var columns [columnCount]column
	for i := range columns {
		n := head.number()
		if head.failed || n > uint64(len(head.rest)) {
			return nil, fmt.Errorf("%w: column %d reaches beyond its end", ErrDamaged, i)
		}
		columns[i].rest, head.rest = head.rest[:n], head.rest[n:]
	}
	// Every element takes a byte at least in every column, so no number can ask for much more memory than there are bytes.
	if len(head.rest) > 0 || vertices < 2*stretches {
		return nil, fmt.Errorf("%w: its counts and its columns do not agree", ErrDamaged)
	}
	for i := range columns {
		if elements(i, activities, stretches, vertices) > uint64(len(columns[i].rest)) {
			return nil, fmt.Errorf("%w: its counts and its columns do not agree", ErrDamaged)
		}
	}
	return fill(columns, int(activities), int(stretches), int(vertices))
}

// elements returns how many numbers a column has.
func elements(column int, activities, stretches, vertices uint64) uint64 {
	switch column {
	case colStretches:
		return activities
	case colVertices, colAltitude:
		return stretches
	case colX, colY:
		return vertices
	}
	return vertices - stretches // a segment between any two vertices of a stretch
}

func fill(c [columnCount]column, activities, stretches, n int) (*Tracks, error) {
	t := &Tracks{
		First: make([]int, 0, activities+1), X: make([]int32, n), Y: make([]int32, n), Joined: make([]bool, n),
		Seconds: make([]float32, n), Moving: make([]float32, n), Metres: make([]float32, n), Heart: make([]uint8, n),
		Rise: make([]float32, n), Steep: make([]float32, n), Hill: make([]float32, n), AltitudeM: make([]float32, n),
	}
	var x, y, heart int64
	v, seen := 0, 0
	for range activities {
		t.First = append(t.First, v)
		for s := c[colStretches].number(); s > 0; s-- {
			m := c[colVertices].number()
			if seen++; m < 2 || m > uint64(n-v) || seen > stretches {
				return nil, fmt.Errorf("%w: its stretches and vertices do not add up", ErrDamaged)
			}
			altitude := float32(math.NaN())
			if h := c[colAltitude].number(); h > 0 {
				altitude = float32(unzigzag(h-1)) / perMetre
			}
			for k := range int(m) {
				x, y = x+c[colX].signed(), y+c[colY].signed()
				if x != int64(int32(x)) || y != int64(int32(y)) {
					return nil, fmt.Errorf("%w: a vertex lies beyond the map", ErrDamaged)
				}
				t.X[v], t.Y[v], t.Rise[v] = int32(x), int32(y), float32(math.NaN())
				if k > 0 {
					heart += c[colHeart].signed()
					if !t.segment(v-1, &c, heart) {
						return nil, fmt.Errorf("%w: a segment has a heart rate that does not fit, or stops for longer than it lasts", ErrDamaged)
					}
					if r := t.Rise[v-1]; r == r {
						altitude += r
					}
				}
				t.AltitudeM[v] = altitude
				v++
			}
		}
	}
	t.First = append(t.First, v)
	for i := range c {
		if c[i].failed || len(c[i].rest) > 0 {
			return nil, fmt.Errorf("%w: column %d breaks off or goes on too long", ErrDamaged, i)
		}
	}
	if v != n || seen != stretches {
		return nil, fmt.Errorf("%w: its stretches and vertices do not add up", ErrDamaged)
	}
	return t, nil
}

// segment reads the segment that starts at vertex i, and tells whether its numbers can be.
func (t *Tracks) segment(i int, c *[columnCount]column, heart int64) bool {
	straight := math.Hypot(float64(t.X[i+1]-t.X[i]), float64(t.Y[i+1]-t.Y[i])) * metresPerUnit(int64(t.Y[i]))
	seconds, stopped := int64(c[colSeconds].number()), int64(c[colStopped].number())
	if stopped > seconds || heart < 0 || heart > math.MaxUint8 {
		return false
	}
	t.Joined[i] = true
	t.Seconds[i] = float32(seconds) / perSecond
	t.Moving[i] = float32(seconds-stopped) / perSecond
	t.Metres[i] = float32(max(0, straight+float64(c[colMetres].signed())/perMetre))
	t.Heart[i] = uint8(heart)
	rise, climb, hill := c[colRise].number(), c[colClimb].number(), c[colHill].signed()
	if rise == 0 {
		return true
	}
	t.Rise[i] = float32(unzigzag(rise-1)) / perMetre
	t.Steep[i] = max(t.Rise[i], -t.Rise[i]) + float32(climb)/perMetre
	t.Hill[i] = max(0, max(0, t.Rise[i])+float32(hill)/perMetre)
	return true
}

// appendNumber appends an unsigned varint.
func appendNumber(dst []byte, n uint64) []byte { return binary.AppendUvarint(dst, n) }

func zigzag(n int64) uint64   { return uint64(n<<1) ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }
