package track

import "heatmapgen/activity"

// addRecord adds a record of FIT. Some devices write a sample as two records of one time: the position in one, the heart rate and
// what else there is in the other, in either order. Each fills in what the other has not.
func (c *columns) addRecord(s *sample) {
	kept := len(c.lat)
	c.add(s)
	switch {
	case s.timeMS == activity.NoTime:
	case len(c.lat) > kept:
		if c.half.timeMS == s.timeMS {
			c.measure(kept, &c.half)
		}
		c.half = noSample
	case finite(s.lat) && finite(s.lon): // a position that is none
	case kept > c.part.From && c.timeMS[kept-1] == s.timeMS:
		c.measure(kept-1, s)
	case c.half.timeMS == s.timeMS:
		c.half.fillFrom(s)
	default:
		c.half = *s
	}
}

// fillFrom takes over what s has not and t has, but for position and time.
func (s *sample) fillFrom(t *sample) {
	for _, v := range [...]struct {
		have *float64
		give float64
	}{{&s.alt, t.alt}, {&s.speed, t.speed}, {&s.hr, t.hr}, {&s.odometer, t.odometer}} {
		if !finite(*v.have) {
			*v.have = v.give
		}
	}
	for k := range s.sensors {
		if !finite(s.sensors[k]) {
			s.sensors[k] = t.sensors[k]
		}
	}
}
