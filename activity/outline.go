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
	// Travel tells whether it got about.
	Travel Travel
	// Sketch says where it was when; nil where nobody has drawn one.
	Sketch *Sketch
}

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
	o.DistanceM, o.MovingS, o.AscentM = d.Shown(stretches)
	o.Travel = travelOf(t)
	return o
}

// Shown measures what d has found of a track: metres along the stretches, seconds moving and metres climbed. Of a track of which
// parts were cut out nothing of it hangs on those, not even the difference of altitude across them.
func (d *Deriver) Shown(stretches []Stretch) (distanceM, movingS, ascentM float64) {
	for _, s := range stretches {
		ascentM += s.AscentM
		for _, g := range s.Segments {
			if g.Idle {
				continue
			}
			distanceM += float64(g.DistM)
			if g.Moving {
				movingS += float64(g.DurS)
			}
		}
	}
	return distanceM, movingS, ascentM
}

// SpreadM returns the sides of the outline's box in metres, south to north and
// west to east (the latter at its middle latitude).
func (o Outline) SpreadM() (northSouth, westEast float64) {
	mid := (o.South + o.North) / 2
	return DistanceM(o.South, o.West, o.North, o.West),
		DistanceM(mid, o.West, mid, o.West+min(o.East-o.West, 180))
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
