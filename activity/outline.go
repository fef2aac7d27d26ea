package activity

// An Outline is what the rules need to know of a track without holding it.
type Outline struct {
	// Samples is the number of samples with a position.
	Samples int
	// Start and End are the first and last positions.
	Start, End LatLon
	// South, West, North and East are the bounds in degrees. A track across the
	// antimeridian has an East beyond 180.
	South, West, North, East float64
	// DistanceM, MovingS and AscentM are measured from the samples: metres
	// along the stretches, seconds moving, metres climbed.
	DistanceM, MovingS, AscentM float64
}

// ascentStepM is the rise below which climbing counts as noise: Strava and
// Garmin use 2 to 10 m depending on the sensor; tracks here are smoothed first.
const ascentStepM = 2

// OutlineOf measures t, whose stretches d has found.
func (d *Deriver) OutlineOf(t *Track, stretches []Stretch) Outline {
	n := t.Len()
	if n == 0 {
		return Outline{}
	}
	o := Outline{
		Samples: n,
		Start:   LatLon{t.Lat[0], t.Lon[0]}, End: LatLon{t.Lat[n-1], t.Lon[n-1]},
		South: t.Lat[0], North: t.Lat[0],
	}
	// Longitudes are unwrapped along the track, so that one across the
	// antimeridian has a narrow box and not the whole world.
	lon := t.Lon[0]
	west, east := lon, lon
	for i := range t.Lat {
		o.South, o.North = min(o.South, t.Lat[i]), max(o.North, t.Lat[i])
		lon += WrapLon(t.Lon[i] - lon)
		west, east = min(west, lon), max(east, lon)
	}
	if east-west >= 360 {
		west, east = -180, 180
	}
	o.West = WrapLon(west)
	o.East = o.West + (east - west)
	o.DistanceM, o.MovingS = sums(stretches)
	o.AscentM = d.ascent(t.AltM)
	return o
}

// Shown measures what is left of a track of which parts were cut out: metres along the stretches d has found, seconds moving
// and metres climbed. Nothing of it hangs on what was cut, not even the difference of altitude across it.
func (d *Deriver) Shown(t *Track, stretches []Stretch) (distanceM, movingS, ascentM float64) {
	distanceM, movingS = sums(stretches)
	if t.AltM == nil {
		return distanceM, movingS, 0
	}
	from := 0
	for _, to := range t.Starts {
		ascentM += d.ascent(t.AltM[from:to])
		from = to
	}
	return distanceM, movingS, ascentM + d.ascent(t.AltM[from:])
}

func sums(stretches []Stretch) (distanceM, movingS float64) {
	for _, s := range stretches {
		for _, g := range s.Segments {
			distanceM += float64(g.DistM)
			if g.Moving {
				movingS += float64(g.DurS)
			}
		}
	}
	return distanceM, movingS
}

// ascent sums the rises of the smoothed altitudes, leaving out wiggles below
// ascentStepM.
func (d *Deriver) ascent(alt []float32) float64 {
	d.smooth(alt)
	total, low, known := 0.0, 0.0, false
	for _, h := range d.alt {
		switch {
		case h != h:
		case !known || h < low:
			low, known = h, true
		case h-low >= ascentStepM:
			total += h - low
			low = h
		}
	}
	return total
}

// SpreadM returns the sides of the outline's box in metres, south to north and
// west to east (the latter at its middle latitude).
func (o Outline) SpreadM() (northSouth, westEast float64) {
	mid := (o.South + o.North) / 2
	return DistanceM(o.South, o.West, o.North, o.West),
		DistanceM(mid, o.West, mid, o.West+min(o.East-o.West, 180))
}

// Indoor tells whether the box is smaller than spreadM in both directions: a
// treadmill, a pool, a forgotten watch.
func (o Outline) Indoor(spreadM float64) bool {
	ns, we := o.SpreadM()
	return ns < spreadM && we < spreadM
}

// WrapLon brings a longitude in degrees into -180 (inclusive) to 180.
func WrapLon(lon float64) float64 {
	for lon < -180 {
		lon += 360
	}
	for lon >= 180 {
		lon -= 360
	}
	return lon
}
