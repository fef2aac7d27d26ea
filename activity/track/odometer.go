package track

// odometerS is the time in seconds that a speed is taken over: devices count whole metres or tenths.
const odometerS = 4

// speedFromOdometer fills the speeds of a recording that has none from the metres that the device counted, which is
// its own word on how fast it was.
func (c *columns) speedFromOdometer() {
	if c.hasSpeed || !c.hasOdometer || !c.hasTime {
		return
	}
	n := len(c.lat)
	starts := c.starts
	from := 0 // of the segment
	for i := range n {
		end := n
		for len(starts) > 0 && starts[0] <= i {
			from, starts = starts[0], starts[1:]
		}
		if len(starts) > 0 {
			end = starts[0]
		}
		a, b := i, i
		for a > from && c.timeMS[i]-c.timeMS[a] < odometerS*500 {
			a--
		}
		for b < end-1 && c.timeMS[b]-c.timeMS[i] < odometerS*500 {
			b++
		}
		// A time that is missing is far from all others, and what is not a number fails every comparison.
		ms, way := c.timeMS[b]-c.timeMS[a], c.odometer[b]-c.odometer[a]
		if ms <= 0 || ms > odometerMostMS || !(way >= 0) {
			continue
		}
		if v := way * 1000 / float64(ms); v <= maxSpeedMS {
			c.speed[i] = float32(float64(int64(v*1000+0.5)) / 1000)
			c.hasSpeed = true
		}
	}
}

// odometerMostMS is the longest time in ms that the metres between two samples say how fast both were.
const odometerMostMS = 30_000
