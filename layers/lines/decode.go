package lines

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"

	"heatmapgen/activity"
	"heatmapgen/internal/varints"
)

// ErrDamaged is what errors of Decode and Assemble wrap.
var ErrDamaged = errors.New("the lines are damaged")

// Segments are columns of vertices, each with the segment to the next one, as viewer/src/tracks/tracks.ts has them.
type Segments struct {
	// X and Y are places on the grid; x may lie beyond the map's edges.
	X, Y []int32
	// Joined tells that a segment joins the vertex to the next one; the columns below are of that segment.
	Joined []bool
	// Seconds and those of them moving, 0 where not known; metres covered while moving.
	Seconds, Moving, Metres []float32
	// Heart is the mean heart rate in bpm, 0 where not known.
	Heart []uint8
	// Readings has a column for each sensor, means as activity.Reading has them; nil where it tells nothing.
	Readings [activity.SensorCount][]activity.Reading
	// Rise is signed metres climbed, NaN where not known; Steep metres up and down together; Hill metres of hill training.
	Rise, Steep, Hill []float32
	// AltitudeM is the altitude of each vertex in metres, NaN where not known.
	AltitudeM []float32
}

func newSegments(n int) Segments {
	return Segments{
		X: make([]int32, n), Y: make([]int32, n), Joined: make([]bool, n),
		Seconds: make([]float32, n), Moving: make([]float32, n), Metres: make([]float32, n), Heart: make([]uint8, n),
		Rise: make([]float32, n), Steep: make([]float32, n), Hill: make([]float32, n), AltitudeM: make([]float32, n),
	}
}

// set copies vertex j of o to vertex i.
func (s *Segments) set(i int, o *Segments, j int) {
	s.X[i], s.Y[i], s.Joined[i] = o.X[j], o.Y[j], o.Joined[j]
	s.Seconds[i], s.Moving[i], s.Metres[i], s.Heart[i] = o.Seconds[j], o.Moving[j], o.Metres[j], o.Heart[j]
	s.Rise[i], s.Steep[i], s.Hill[i], s.AltitudeM[i] = o.Rise[j], o.Steep[j], o.Hill[j], o.AltitudeM[j]
	for k, column := range o.Readings {
		if column != nil {
			if s.Readings[k] == nil {
				s.Readings[k] = make([]activity.Reading, len(s.X))
			}
			s.Readings[k][i] = column[j]
		}
	}
}

// Content is a decoded block. Its pieces ascend by activity, and in one by their order.
type Content struct {
	// The block's tile.
	Zoom         uint8
	TileX, TileY uint32
	// Activity is the row of each piece, Order its place among all pieces of that activity.
	Activity, Order []int
	// GoesOn tells that the piece goes on from where the one before it in the activity ended; an activity's piece 0 never does.
	GoesOn []bool
	// ElapsedS is how long all earlier pieces of the activity last.
	ElapsedS []float32
	// First has an element more than there are pieces: the vertices of piece i are First[i] to First[i+1]-1.
	First []int
	Segments
}

// Decode reads the block of tile x, y of a zoom, 0 to GridBits. Its errors wrap ErrDamaged.
func Decode(block []byte, zoom uint8, x, y uint32) (*Content, error) {
	if len(block) > maxBlock {
		return nil, fmt.Errorf("%w: a block has more than the %d bytes accepted", ErrDamaged, maxBlock)
	}
	data, err := inflate(block, maxInflated)
	if err != nil {
		return nil, err
	}
	return decode(data, zoom, x, y)
}

// DecodeOwn is Decode for a block that this program has just made, also where that is more than readers take.
func DecodeOwn(block []byte, zoom uint8, x, y uint32) (*Content, error) {
	data, err := inflate(block, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	return decodeUpTo(data, zoom, x, y, math.MaxInt32)
}

// inflate returns what a block inflates to, at most so many bytes.
func inflate(block []byte, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(block))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	data, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%w: inflated, a block has more than the %d bytes accepted", ErrDamaged, most)
	}
	return data, nil
}

// A column of a block may have numbers with a sign.
type column struct{ varints.Column }

func (c *column) signed() int64 { return unzigzag(c.Number()) }

// decode reads an inflated block.
func decode(data []byte, zoom uint8, x, y uint32) (*Content, error) {
	return decodeUpTo(data, zoom, x, y, maxBlockVertices)
}

// decodeUpTo is decode for so many vertices at most.
func decodeUpTo(data []byte, zoom uint8, x, y uint32, most int) (*Content, error) {
	readings := bytes.HasPrefix(data, []byte(magicReadings))
	if !readings && !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fmt.Errorf("%w: a block does not begin with %s", ErrDamaged, magic)
	}
	head := column{varints.Column{Rest: data[len(magic):]}}
	which := uint64(0)
	if readings {
		if which = head.Number(); which == 0 || which >= 1<<activity.SensorCount {
			return nil, fmt.Errorf("%w: a block has readings of sensors that there are not", ErrDamaged)
		}
	}
	shift, pieces, vertices := head.Number(), head.Number(), head.Number()
	if shift > uint64(GridBits-zoom) {
		return nil, fmt.Errorf("%w: places in a block are told in units that are larger than it", ErrDamaged)
	}
	if vertices > uint64(most) {
		return nil, fmt.Errorf("%w: a block has %d vertices, more than the %d accepted", ErrDamaged, vertices, most)
	}
	var columns [allColumns]column
	there := func(i int) bool { return i < colReadings || which>>(i-colReadings)&1 == 1 }
	for i := range columns {
		if !there(i) {
			continue
		}
		columns[i].Rest = head.Take(head.Number())
		if head.Failed {
			return nil, fmt.Errorf("%w: column %d of a block reaches beyond its end", ErrDamaged, i)
		}
	}
	// Every element takes a byte at least in every column, so no number can ask for much more memory than there are bytes.
	agree := len(head.Rest) == 0 && pieces <= vertices/2
	for i := range columns {
		agree = agree && (!there(i) || elements(i, pieces, vertices) <= uint64(len(columns[i].Rest)))
	}
	if !agree {
		return nil, fmt.Errorf("%w: counts and columns of a block do not agree", ErrDamaged)
	}
	return fill(&columns, which, int(pieces), int(vertices), uint(shift), zoom, x, y)
}

// elements returns how many numbers a column has.
func elements(column int, pieces, vertices uint64) uint64 {
	switch {
	case column < colX:
		return pieces
	case column <= colY:
		return vertices
	}
	return vertices - pieces // a segment between any two vertices of a piece
}

// fill reads the columns; which are the sensors of which there are readings.
func fill(c *[allColumns]column, which uint64, pieces, n int, shift uint, zoom uint8, tileX, tileY uint32) (*Content, error) {
	bits := GridBits - uint(zoom) - shift
	corner := [2]int64{int64(tileX) << bits, int64(tileY) << bits}
	t := &Content{Zoom: zoom, TileX: tileX, TileY: tileY, First: make([]int, 1, pieces+1), Segments: newSegments(n)}
	for k := range t.Readings {
		if which>>k&1 == 1 {
			t.Readings[k] = make([]activity.Reading, n)
		}
	}
	row, v := 0, 0
	for i := range pieces {
		step, order, elapsed := int(c[colActivity].Number()), c[colOrder].Number(), c[colElapsed].Number()
		row += step
		if i > 0 && step == 0 && int(order>>1) <= t.Order[i-1] {
			return nil, fmt.Errorf("%w: the pieces of a block do not ascend", ErrDamaged)
		}
		if order == 1 {
			return nil, fmt.Errorf("%w: a line in a block goes on before it has begun", ErrDamaged)
		}
		m := c[colVertices].Number()
		if m < 2 || m > uint64(n-v) {
			return nil, fmt.Errorf("%w: pieces and vertices of a block do not add up", ErrDamaged)
		}
		t.Activity, t.Order, t.GoesOn = append(t.Activity, row), append(t.Order, int(order>>1)), append(t.GoesOn, order&1 == 1)
		t.ElapsedS = append(t.ElapsedS, float32(elapsed)/perSecond)
		altitude, known := int64(0), false
		if h := c[colAltitude].Number(); h > 0 {
			altitude, known = unzigzag(h-1), true
		}
		if !t.piece(c, v, int(m), corner, shift, altitude, known) {
			return nil, fmt.Errorf("%w: a piece of a block leads beyond its tile, has a heart rate that is none or stops for longer than it lasts", ErrDamaged)
		}
		if !t.readings(c, v, int(m)) {
			return nil, fmt.Errorf("%w: a reading of a sensor in a block is none", ErrDamaged)
		}
		v += int(m)
		t.First = append(t.First, v)
	}
	for i := range c {
		if !c[i].Whole() {
			return nil, fmt.Errorf("%w: column %d of a block breaks off or goes on too long", ErrDamaged, i)
		}
	}
	if v != n {
		return nil, fmt.Errorf("%w: pieces and vertices of a block do not add up", ErrDamaged)
	}
	return t, nil
}

// piece reads the m vertices from v on, told in units of 2^shift of the grid's, and tells whether their numbers can be.
func (t *Content) piece(c *[allColumns]column, v, m int, corner [2]int64, shift uint, altitude int64, known bool) bool {
	x, y := corner[0]+c[colX].signed(), corner[1]+c[colY].signed()
	var seconds, heart int64
	length := 0.0
	world := int64(1) << (GridBits - shift)
	side := world >> t.Zoom
	// Of the northernmost and the southernmost tiles lines go on beyond the map, by at most another one.
	top, bottom := corner[1], corner[1]+side
	if top == 0 {
		top -= world
	}
	if bottom == world {
		bottom += world
	}
	for k := range m {
		i := v + k
		if x < corner[0] || x > corner[0]+side || y < top || y > bottom {
			return false
		}
		t.X[i], t.Y[i], t.Rise[i], t.AltitudeM[i] = int32(x<<shift), int32(y<<shift), float32(math.NaN()), float32(math.NaN())
		if known {
			t.AltitudeM[i] = float32(altitude) / perHeight
		}
		if k == m-1 {
			break
		}
		dx, dy := c[colX].signed(), c[colY].signed()
		before := length
		length = unitsBetween(dx, dy)
		seconds = predict(seconds, before, length) + c[colSeconds].signed()
		stopped := int64(c[colStopped].Number())
		heart += c[colHeart].signed()
		if seconds < 0 || stopped > seconds || heart < 0 || heart > math.MaxUint8 {
			return false
		}
		t.Joined[i] = true
		t.Seconds[i] = float32(seconds) / perSecond
		t.Moving[i] = float32(seconds-stopped) / perSecond
		t.Metres[i] = float32(max(0, length*MetresPerUnit(y<<shift)*float64(int64(1)<<shift)+float64(c[colMetres].signed())/perMetre))
		t.Heart[i] = uint8(heart)
		rise, climb, hill := c[colRise].Number(), c[colClimb].Number(), c[colHill].signed()
		if rise > 0 {
			climbed := unzigzag(rise - 1)
			t.Rise[i] = float32(climbed) / perHeight
			t.Steep[i] = max(t.Rise[i], -t.Rise[i]) + float32(climb)/perHeight
			t.Hill[i] = max(0, max(0, t.Rise[i])+float32(hill)/perHeight)
			altitude += climbed
		}
		x, y = x+dx, y+dy
	}
	return true
}

// readings reads those of the m vertices from v on, and tells whether they can be.
func (t *Content) readings(c *[allColumns]column, v, m int) bool {
	for k, column := range t.Readings {
		if column == nil {
			continue
		}
		most, reading := int64(activity.Sensor(k).Most()), int64(0)
		for i := v; i < v+m-1; i++ {
			reading += c[colReadings+k].signed()
			if reading < 0 || reading > most {
				return false
			}
			column[i] = activity.Reading(reading)
		}
	}
	return true
}
