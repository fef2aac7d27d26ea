package track

import "heatmapgen/activity"

// A polyline is a line that is read whole before its samples are handed on: KML and GeoJSON have all positions before all times, or the
// other way round. Its slices are reused.
type polyline struct {
	points []sample
	// starts are the indices at which a stretch of its own begins, 0 not among them.
	starts []int
}

func (p *polyline) reset() { p.points, p.starts = p.points[:0], p.starts[:0] }

// add appends a point. It ends the decoding where the file has more than it may.
func (p *polyline) add(c *columns, s sample) {
	p.points = append(p.points, s)
	c.limits.bound(c.counts.Points + len(p.points))
}

// begin begins another stretch.
func (p *polyline) begin() {
	if n := len(p.points); n > 0 && (len(p.starts) == 0 || p.starts[len(p.starts)-1] < n) {
		p.starts = append(p.starts, n)
	}
}

// flatten takes the altitudes away where all are 0, which means that nobody knows them.
func (p *polyline) flatten() {
	for i := range p.points {
		if p.points[i].alt != 0 && finite(p.points[i].alt) {
			return
		}
	}
	for i := range p.points {
		p.points[i].alt = noSample.alt
	}
}

// emit hands the points on, those of a plan as such.
func (p *polyline) emit(c *columns, plan bool) {
	p.flatten()
	next := 0
	for i := range p.points {
		if i == 0 || next < len(p.starts) && i == p.starts[next] {
			if i > 0 {
				next++
			}
			c.beginSegment(true)
		}
		if plan {
			c.addPlanned(&p.points[i])
		} else {
			c.add(&p.points[i])
		}
	}
}

// startAt says when the part that is being read began, where none of its samples does.
func (c *columns) startAt(ms, offsetMS int64) {
	if ms < minTimeMS || ms > maxTimeMS || c.partMS != activity.NoTime {
		return
	}
	c.partMS = ms
	if c.startMS == activity.NoTime {
		c.startMS = ms
	}
	if c.offsetMS == 0 {
		c.offsetMS = offsetMS
	}
}
