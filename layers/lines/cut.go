package lines

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"

	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// A Line is the line of one activity, cut into pieces and encoded.
type Line struct {
	pieces []piece
	// ends has for each of Zooms the end of its pieces.
	ends [len(Zooms)]int
	// vertices are those of Zoom.
	vertices int
}

// Vertices returns the number of the line's vertices at full detail, those at cuts counted twice.
func (l *Line) Vertices() int { return l.vertices }

// count notes that the pieces of the zoom of that place in Zooms are complete.
func (l *Line) count(place int) {
	l.ends[place] = len(l.pieces)
	if place == 0 {
		for i := range l.pieces {
			l.vertices += l.pieces[i].vertices
		}
	}
}

// ordered yields the pieces, the finest zoom first, with their place among those of their zoom.
func (l *Line) ordered() iter.Seq2[int, *piece] {
	return func(yield func(int, *piece) bool) {
		begin, level := 0, 0
		for i := range l.pieces {
			for i == l.ends[level] {
				begin = i
				level++
			}
			if !yield(i-begin, &l.pieces[i]) {
				return
			}
		}
	}
}

// A blockKey is a tile of one of Zooms.
type blockKey struct {
	zoom uint8
	x, y uint32
}

// A piece is the part of a stretch within a block.
type piece struct {
	block    blockKey
	shift    uint   // what places are coarser by than the grid
	joined   bool   // goes on from where the piece before ended
	elapsed  uint64 // quarters of a second of the activity's pieces before
	altitude uint64 // as in the column
	vertices int
	data     []byte // the columns from x on, one after the other
	lengths  [allColumns - colX]int
}

// A cutter makes a Line, stretch by stretch.
type cutter struct {
	line  *Line
	zoom  uint8
	shift uint  // what places are coarser by than the grid
	side  int64 // of a block in the units that places are told in

	sensors []activity.Sensor // those that are told
	carry   sums              // what rounding has left over so far in the stretch
	elapsed uint64            // quarters of a second so far
	// altitude is that of the place reached, in decimetres; known tells whether there is one.
	altitude int64
	known    bool
	at       raster.Point // the place reached
	fresh    bool         // nothing of the stretch is in a piece yet

	open   bool
	corner raster.Point // of the open piece's block, not wrapped around the map
	piece  piece
	cols   [allColumns][]byte
	// The segment before in the piece.
	lastSeconds, lastHeart int64
	lastLength             float64
	lastReading            [activity.SensorCount]int64
	told                   [activity.SensorCount]bool // which sensors told something in the piece
}

// way adds a stretch.
func (c *cutter) way(w *way) {
	c.carry, c.at, c.fresh = sums{}, c.rounded(w.points[0]), true
	c.known = w.altitudeM == w.altitudeM
	if c.known {
		c.altitude = max(-mostNumber, min(mostNumber, round(float64(w.altitudeM)*perHeight)))
	}
	for i := range w.sums {
		c.segment(c.at, c.rounded(w.points[i+1]), &w.sums[i])
	}
	c.close()
}

// rounded returns a place in units.
func (c *cutter) rounded(p raster.Point) raster.Point {
	shift := gridShift + c.shift
	half := int64(1) << (shift - 1)
	return raster.Point{X: (p.X + half) >> shift, Y: (p.Y + half) >> shift}
}

// edge returns the edge of blocks before a coordinate.
func (c *cutter) edge(v int64) int64 { return v &^ (c.side - 1) }

// segment adds the way from a to b, cut where it crosses the edges of blocks.
func (c *cutter) segment(a, b raster.Point, s *sums) {
	var shares []float64
	for _, axis := range [2][2]int64{{a.X, b.X}, {a.Y, b.Y}} {
		from, to := min(axis[0], axis[1]), max(axis[0], axis[1])
		for edge := c.edge(from) + c.side; edge < to; edge += c.side {
			shares = append(shares, float64(edge-axis[0])/float64(axis[1]-axis[0]))
		}
	}
	if len(shares) == 0 {
		c.within(b, s)
		return
	}
	slices.Sort(shares)
	done := 0.0
	for _, share := range append(shares, 1) {
		p := b
		if share < 1 {
			p = raster.Point{X: a.X + round(share*float64(b.X-a.X)), Y: a.Y + round(share*float64(b.Y-a.Y))}
		}
		part := s.part(share - done)
		c.within(p, &part)
		done = share
	}
}

// within adds the way from the place reached to b, which lies in one block, its edges included.
func (c *cutter) within(b raster.Point, s *sums) {
	a := c.at
	if !c.open || !c.holds(a) || !c.holds(b) {
		c.close()
		// Of two blocks that share an edge, that of the middle.
		c.corner = raster.Point{X: c.edge((a.X + b.X) >> 1), Y: max(0, min(c.side<<c.zoom-c.side, c.edge((a.Y+b.Y)>>1)))}
		c.start(a)
	}
	straight := unitsBetween(b.X-a.X, b.Y-a.Y)
	c.signed(colX, b.X-a.X)
	c.signed(colY, b.Y-a.Y)
	c.piece.vertices++
	c.tell(s, straight, MetresPerUnit(a.Y<<c.shift)*float64(int64(1)<<c.shift))
	c.at = b
}

// holds tells whether a place lies in the open piece's block, its edges included.
func (c *cutter) holds(p raster.Point) bool {
	dx, dy := p.X-c.corner.X, p.Y-c.corner.Y
	// Beyond the northern and the southern edge of the map there are no blocks.
	return dx >= 0 && dx <= c.side && (dy >= 0 || c.corner.Y == 0) && (dy <= c.side || c.corner.Y == c.side<<c.zoom-c.side)
}

// start opens a piece at a.
func (c *cutter) start(a raster.Point) {
	mask := int64(1)<<c.zoom - 1
	c.open = true
	c.piece = piece{block: blockKey{c.zoom, uint32(c.corner.X / c.side & mask), uint32(c.corner.Y / c.side)}, shift: c.shift, joined: !c.fresh, elapsed: c.elapsed, vertices: 1}
	c.fresh = false
	if c.known {
		c.piece.altitude = 1 + zigzag(c.altitude)
	}
	for i := range c.cols {
		c.cols[i] = c.cols[i][:0]
	}
	c.signed(colX, a.X-c.corner.X)
	c.signed(colY, a.Y-c.corner.Y)
	c.lastSeconds, c.lastHeart, c.lastLength = 0, 0, 0
	c.lastReading, c.told = [activity.SensorCount]int64{}, [activity.SensorCount]bool{}
}

// close ends the open piece, if there is one.
func (c *cutter) close() {
	if !c.open {
		return
	}
	c.open = false
	for _, s := range c.sensors {
		if !c.told[s] {
			c.cols[colReadings+int(s)] = nil
		}
	}
	total := 0
	for _, col := range c.cols[colX:] {
		total += len(col)
	}
	c.piece.data = make([]byte, 0, total)
	for i, col := range c.cols[colX:] {
		c.piece.lengths[i] = len(col)
		c.piece.data = append(c.piece.data, col...)
	}
	c.line.pieces = append(c.line.pieces, c.piece)
}

// tell appends the columns of a segment, so many units long on the map.
func (c *cutter) tell(s *sums, length, metresPerUnit float64) {
	// take rounds what there is, with what was left over, to a whole number from least to most.
	take := func(left *float64, value, unit, least, most float64) int64 {
		*left += value * unit
		n := math.Max(least, math.Min(most, math.Round(*left)))
		*left -= n
		return int64(n)
	}
	seconds := take(&c.carry.seconds, s.seconds, perSecond, 0, mostNumber)
	stopped := take(&c.carry.stopped, s.stopped, perSecond, 0, float64(seconds))
	// A reader takes a way below nothing for none, so what is left over is what the reader does not see.
	straight := length * metresPerUnit * perMetre
	way := c.carry.metres + s.metres*perMetre
	metres := round(math.Max(-mostNumber, math.Min(mostNumber, way-straight)))
	c.carry.metres = way - math.Max(0, straight+float64(metres))
	c.signed(colSeconds, seconds-predict(c.lastSeconds, c.lastLength, length))
	c.lastSeconds, c.lastLength = seconds, length
	c.elapsed += uint64(seconds)
	c.number(colStopped, uint64(stopped))
	c.signed(colMetres, metres)
	heart := min(255, round(s.heart))
	c.signed(colHeart, heart-c.lastHeart)
	c.lastHeart = heart
	c.read(s)
	if !s.graded() {
		c.number(colRise, 0)
		c.number(colClimb, 0)
		c.number(colHill, 0)
		return
	}
	// Up and down together can be told only from the rise upwards, so the rise keeps below it.
	steep := take(&c.carry.steep, s.steep, perHeight, 0, mostNumber)
	rise := take(&c.carry.rise, s.rise, perHeight, -float64(steep), float64(steep))
	hill := take(&c.carry.hill, s.hill, perHeight, 0, mostNumber)
	c.number(colRise, 1+zigzag(rise))
	c.number(colClimb, uint64(steep-max(rise, -rise)))
	c.signed(colHill, hill-max(0, rise))
	c.altitude = max(-mostNumber, min(mostNumber, c.altitude+rise))
}

// read appends the readings of a segment.
func (c *cutter) read(s *sums) {
	for _, k := range c.sensors {
		reading := min(int64(k.Most()), round(s.readings[k]))
		c.signed(colReadings+int(k), reading-c.lastReading[k])
		c.lastReading[k] = reading
		c.told[k] = c.told[k] || reading > 0
	}
}

// predict returns how long a segment lasts at the speed of the one before; both lengths are in units, times in quarters of a second.
func predict(seconds int64, before, length float64) int64 {
	if before <= 0 {
		return 0
	}
	return int64(math.Min(mostNumber, math.Floor(float64(seconds)*length/before+0.5)))
}

func (c *cutter) number(column int, n uint64) {
	c.cols[column] = binary.AppendUvarint(c.cols[column], n)
}
func (c *cutter) signed(column int, n int64) { c.number(column, zigzag(n)) }

func zigzag(n int64) uint64   { return uint64(n<<1) ^ uint64(n>>63) }
func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }
