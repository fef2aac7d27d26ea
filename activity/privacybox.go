package activity

import (
	"iter"
	"math"
)

// Most zones are far from most of a track. So a track is cut into runs of boxSamples, each with the box it lies in, and what a zone's
// circle is far from is not looked at sample by sample.
const boxSamples = 256

// A sampleBox is where the samples from to to-1 of a track lie, and the next one, to which the last is joined; in degrees.
type sampleBox struct {
	from, to                       int
	minLat, maxLat, minLon, maxLon float64
}

// boxesOf returns the boxes of a track, in order.
func boxesOf(t *Track) []sampleBox {
	n := t.Len()
	boxes := make([]sampleBox, 0, (n+boxSamples-1)/boxSamples)
	for from := 0; from < n; from += boxSamples {
		b := sampleBox{from, min(n, from+boxSamples), t.Lat[from], t.Lat[from], t.Lon[from], t.Lon[from]}
		for i := from; i < min(n, b.to+1); i++ {
			b.minLat, b.maxLat = min(b.minLat, t.Lat[i]), max(b.maxLat, t.Lat[i])
			b.minLon, b.maxLon = min(b.minLon, t.Lon[i]), max(b.maxLon, t.Lon[i])
		}
		boxes = append(boxes, b)
	}
	return boxes
}

// comesNear returns the samples that may be in the zone, or before a line through it. It leaves out none that is.
func (z Zone) comesNear(boxes []sampleBox) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range boxes {
			if z.farFrom(&boxes[i]) {
				continue
			}
			for k := boxes[i].from; k < boxes[i].to; k++ {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// farFrom tells that all of a box is surely outside of the zone, on one side of it. On the other side of the antimeridian, and near a pole, it
// does not know.
func (z Zone) farFrom(b *sampleBox) bool {
	const degreeM = EarthRadiusM * math.Pi / 180
	// A little more than the radius, for what the Earth is not flat and numbers are not exact.
	high := (z.RadiusM*1.01 + 10) / degreeM
	if b.minLat > z.Center.Lat+high || b.maxLat < z.Center.Lat-high {
		return true
	}
	if math.Abs(z.Center.Lat)+high > 89 {
		return false
	}
	// The way to a meridian is shorter than that along the parallel, by less than a half for meridians up to 90 degrees away; those beyond are
	// farther away than the pole.
	wide := 2 * high / cosDeg(z.Center.Lat)
	for _, turn := range []float64{-360, 0, 360} {
		if west, east := b.minLon-z.Center.Lon+turn, b.maxLon-z.Center.Lon+turn; west > -180 && east < 180 {
			return west > wide || east < -wide
		}
	}
	return false
}
