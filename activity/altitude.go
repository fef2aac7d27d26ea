package activity

import "math"

// A knownAlt is a sample whose altitude is known.
type knownAlt struct {
	path, alt float64
	// area is the integral of altitude over the way up to here, in square metres, length the metres of it over which altitude
	// is known.
	area, length float64
}

// smooth sets d.alt to the centred moving mean of alt over AltitudeWindowM
// metres of way, clipped at the ends of the stretch. Altitude is linear between two known samples, if they are neighbours or no
// farther apart than the window, and else unknown. A sample whose window holds none of it keeps what
// it has. A mean over the way and not over samples is the same however often a device writes. d.path is the way.
func (d *Deriver) smooth(alt []float32) {
	d.known = d.known[:0]
	last := -2 // the last known sample
	base := 0.0
	for i, h := range alt {
		if h != h {
			continue
		}
		if len(d.known) == 0 {
			base = float64(h) // areas above the first altitude are small and so exact
		}
		k := knownAlt{path: d.path[i], alt: float64(h) - base}
		if n := len(d.known); n > 0 {
			before := d.known[n-1]
			k.area, k.length = before.area, before.length
			if way := k.path - before.path; last == i-1 || way <= d.AltitudeWindowM {
				k.area += way * (before.alt + k.alt) / 2
				k.length += way
			}
		}
		d.known = append(d.known, k)
		last = i
	}
	d.alt = d.alt[:0]
	half := d.AltitudeWindowM / 2
	a, b := 0, 0 // the last known sample before each end of the window
	for i, h := range alt {
		area, length := 0.0, 0.0
		if half > 0 && len(d.known) > 0 {
			area0, length0 := d.upTo(&a, d.path[i]-half)
			area, length = d.upTo(&b, d.path[i]+half)
			area, length = area-area0, length-length0
		}
		// Less than a centimetre is no way to take a mean over.
		if length > 0.01 {
			d.alt = append(d.alt, base+area/length)
		} else {
			d.alt = append(d.alt, float64(h))
		}
	}
}

// upTo returns the area and the length up to a place on the way, and moves at to the last known sample before it.
func (d *Deriver) upTo(at *int, path float64) (area, length float64) {
	k := *at
	for k+1 < len(d.known) && d.known[k+1].path <= path {
		k++
	}
	*at = k
	p := &d.known[k]
	way := path - p.path
	if way <= 0 || k+1 == len(d.known) {
		return p.area, p.length
	}
	q := &d.known[k+1]
	if q.length == p.length {
		return p.area, p.length // unknown between
	}
	return p.area + way*(p.alt+(q.alt-p.alt)*way/(q.path-p.path)/2), p.length + way
}

// The rise below which climbing counts as noise: at least ascentStepM, and more for a device whose altitudes shake: ascentShake
// times the middle distance of a sample from the smoothed line. Receivers shake by metres, barometers by decimetres. Both numbers
// are fitted: one hill climbs the same by either device, and the climbs of whole exports come near to what the service counts.
const (
	ascentStepM    = 1.2
	ascentShake    = 6.2
	ascentStepMost = 15
)

// ascent sums the rises of the smoothed altitudes from valley to peak, leaving out those below the noise. What is idle climbs nothing.
func (d *Deriver) ascent(alt []float32, segments []Segment) float64 {
	d.residuals = d.residuals[:0]
	every := max(len(alt)/200, 1)
	for i := 0; i < len(alt); i += every {
		if r := math.Abs(float64(alt[i]) - d.alt[i]); r == r {
			d.residuals = append(d.residuals, r)
		}
	}
	step := min(max(ascentStepM, ascentShake*middle(d.residuals)), ascentStepMost)
	total, low, high := 0.0, math.NaN(), math.NaN()
	end := func() {
		if high == high {
			total += high - low
		}
		low, high = math.NaN(), math.NaN()
	}
	for i, h := range d.alt {
		if i > 0 && segments[i-1].Idle {
			end()
		}
		switch {
		case h != h:
		case low != low || high != high && h < low:
			low = h
		case high != high:
			if h-low >= step {
				high = h
			}
		case h > high:
			high = h
		case high-h >= step:
			total += high - low
			low, high = h, math.NaN()
		}
	}
	end()
	return total
}
