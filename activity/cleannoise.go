package activity

import "math"

const (
	noisePairsMost = 10   // seconds: longer pairs say nothing about shaking
	noiseLeast     = 30   // samples it takes to tell
	noiseSigma     = 1.44 // the middle distance of a sample from the line between its neighbours, for noise of 1 m in each direction
	noiseAgile     = 10   // the part of the sport's acceleration that is usual
)

// noise smooths a track whose middle sample asks for more acceleration than the sport has: then it is the receiver that
// shakes. A body of constant velocity, pushed about at random (R. E. Kalman 1960), is followed forwards, and once more backwards
// (H. E. Rauch, F. Tung and C. T. Striebel, "Maximum likelihood estimates of linear dynamic systems", AIAA Journal 3, 1965).
func (c *cleaner) noise() {
	t, n := c.t, c.t.Len()
	if !c.timed || n < noiseLeast {
		return
	}
	every := max(n/2000, 1)
	c.values = c.values[:0]
	sharp := 0
	for i := 1; i < n-1; i += every {
		before, after := c.seconds(i-1, i), c.seconds(i, i+1)
		if !(before > 0 && after > 0 && before <= noisePairsMost && after <= noisePairsMost) {
			continue
		}
		p := plane{lat: math.Inf(1)}
		x0, y0 := p.vector(t.Lat[i], t.Lon[i], t.Lat[i-1], t.Lon[i-1])
		x1, y1 := p.vector(t.Lat[i], t.Lon[i], t.Lat[i+1], t.Lon[i+1])
		part := before / (before + after)
		off := math.Hypot(x0+part*(x1-x0), y0+part*(y1-y0))
		if 2*off > c.limits.AccelMS2*before*after {
			sharp++
		}
		c.values = append(c.values, off)
	}
	if len(c.values) < noiseLeast || sharp*2 < len(c.values) {
		return
	}
	sigma := middle(c.values) / noiseSigma
	accel := c.limits.AccelMS2 / noiseAgile
	c.edit()
	var k kalman
	c.segments(func(from, to int) {
		if to-from >= noiseLeast {
			k.smooth(c, from, to, sigma, accel)
		}
	})
	if c.done[FaultNoise] > 0 {
		c.measure()
	}
}

// A kalman smooths positions. Both axes have the same gains, since time and noise are the same.
type kalman struct{ states []kalmanState }

// A kalmanState is what is believed at a sample: place and speed to the east and the north, and the covariance of place and
// speed along either, before (prior) and after the sample was seen.
type kalmanState struct {
	place, speed           [2]float64
	priorPlace, priorSpeed [2]float64
	pp, pv, vv             float64
	priorPP, priorPV       float64
	priorVV                float64
}

// smooth sets the positions of samples [from, to), whose noise is sigma metres, for a body that is pushed by accel m/s².
func (k *kalman) smooth(c *cleaner, from, to int, sigma, accel float64) {
	t := c.t
	k.states = k.states[:0]
	cos := cosDeg(t.Lat[from])
	vector := func(i int) [2]float64 {
		// One plane for all of the segment, so that there is a way back.
		return [2]float64{WrapLon(t.Lon[i]-t.Lon[from]) * cos * metresPerDeg, (t.Lat[i] - t.Lat[from]) * metresPerDeg}
	}
	r := sigma * sigma
	first := vector(from)
	s := kalmanState{place: first, pp: r, vv: 100}
	k.states = append(k.states, s)
	for i := from + 1; i < to; i++ {
		dt := c.seconds(i-1, i)
		if !(dt >= 0) {
			return // no times: as it is
		}
		q := accel * accel * max(dt, 0.01)
		var p kalmanState
		for a := range p.place {
			p.priorPlace[a], p.priorSpeed[a] = s.place[a]+dt*s.speed[a], s.speed[a]
		}
		p.priorPP = s.pp + 2*dt*s.pv + dt*dt*s.vv + q*dt*dt/3
		p.priorPV = s.pv + dt*s.vv + q*dt/2
		p.priorVV = s.vv + q
		gainP, gainV := p.priorPP/(p.priorPP+r), p.priorPV/(p.priorPP+r)
		z := vector(i)
		for a := range z {
			off := z[a] - p.priorPlace[a]
			p.place[a], p.speed[a] = p.priorPlace[a]+gainP*off, p.priorSpeed[a]+gainV*off
		}
		p.pp, p.pv, p.vv = (1-gainP)*p.priorPP, (1-gainP)*p.priorPV, p.priorVV-gainV*p.priorPV
		k.states = append(k.states, p)
		s = p
	}
	next := k.states[len(k.states)-1]
	for i := to - 1; i >= from; i-- {
		s := &k.states[i-from]
		if i < to-1 {
			prior := &k.states[i-from+1]
			dt := c.seconds(i, i+1)
			// C = P F' prior^-1
			det := prior.priorPP*prior.priorVV - prior.priorPV*prior.priorPV
			if det > 0 {
				a, b := s.pp+dt*s.pv, s.pv // P F', first row: place
				d, e := s.pv+dt*s.vv, s.vv
				c00, c01 := (a*prior.priorVV-b*prior.priorPV)/det, (b*prior.priorPP-a*prior.priorPV)/det
				c10, c11 := (d*prior.priorVV-e*prior.priorPV)/det, (e*prior.priorPP-d*prior.priorPV)/det
				for x := range s.place {
					dp, dv := next.place[x]-prior.priorPlace[x], next.speed[x]-prior.priorSpeed[x]
					s.place[x], s.speed[x] = s.place[x]+c00*dp+c01*dv, s.speed[x]+c10*dp+c11*dv
				}
			}
		}
		next = *s
	}
	lon, lat := t.Lon[from], t.Lat[from]
	for i := from; i < to; i++ {
		s := &k.states[i-from]
		t.Lon[i] = RoundDeg(WrapLon(lon + s.place[0]/(cos*metresPerDeg)))
		t.Lat[i] = RoundDeg(lat + s.place[1]/metresPerDeg)
		c.done[FaultNoise]++
	}
}
