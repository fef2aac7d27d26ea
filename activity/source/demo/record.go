package demo

import (
	"math"

	"heatmapgen/activity"
	"heatmapgen/internal/chance"
)

// record makes the track a watch would have written of the session, which
// began at startMS.
func (s *session) record(n *network, startMS int64) *activity.Track {
	o := s.walk(n)
	defer outings.Put(o)
	w := watch{chance: chance.Stream(s.seed) ^ 0x5bd1e995, pulse: 78, treadmill: s.treadmill}
	w.sigma = w.chance.Between(1.4, 2.6)
	w.aside = w.chance.Normal() * 0.7
	w.drift = w.chance.Between(-2.5, 2.5)
	size := int(o.moments[len(o.moments)-1].t) + 2
	if s.smart {
		size = size/4 + 2
	}
	tr := &activity.Track{
		Lat: make([]float64, 0, size), Lon: make([]float64, 0, size), TimeMS: make([]int64, 0, size),
	}
	if !s.noAlt {
		tr.AltM = make([]float32, 0, size)
	}
	if !s.noHR {
		tr.HR = make([]uint8, 0, size)
	}
	i, h, t := 1, 0, 0
	for ; ; t += w.wait(s.smart) {
		if h < len(o.holes) && float64(t) > o.holes[h].from {
			t = max(t, int(o.holes[h].to)+1)
			if o.holes[h].ferry {
				tr.Starts = append(tr.Starts, tr.Len())
			}
			h++
		}
		for i < len(o.moments) && o.moments[i].t < float64(t) {
			i++
		}
		if i >= len(o.moments) {
			break
		}
		a, b := &o.moments[i-1], &o.moments[i]
		f := 0.0
		if d := b.t - a.t; d > 0 {
			f = (float64(t) - a.t) / d
		}
		lat, lon := w.position(a, b, f, t).degrees()
		tr.Lat, tr.Lon = append(tr.Lat, lat), append(tr.Lon, lon)
		tr.TimeMS = append(tr.TimeMS, startMS+int64(t)*1000)
		if tr.AltM != nil {
			tr.AltM = append(tr.AltM, w.altitude(a.alt+(b.alt-a.alt)*f, t))
		}
		if tr.HR != nil {
			tr.HR = append(tr.HR, w.heart(a.effort+(b.effort-a.effort)*f, t))
		}
	}
	if k := tr.Len() / 3; s.spike && k > 0 {
		tr.Lat[k], tr.Lon[k] = activity.RoundDeg(tr.Lat[k]+0.0081), activity.RoundDeg(tr.Lon[k]-0.0057)
	}
	return tr
}

// A watch measures: a little wrong, and wrong in the same way for a while.
type watch struct {
	chance    chance.Stream
	sigma     float64 // metres, of GPS under open sky
	aside     float64 // metres to the right, this wearer's whole outing long
	drift     float64 // metres the weather moves the barometer in an hour
	treadmill bool

	slow, off   pt // the error, before and after the receiver's filter
	pulse       float64
	flutter     float64
	drawn, beat int // second of the last fix and of the last beat
}

// wait returns the seconds to the next sample.
func (w *watch) wait(smart bool) int {
	if smart {
		return 3 + w.chance.Below(5)
	}
	return 1
}

// position returns where the watch thinks it is at second t, a share f of the
// way from a to b. The error is an Ornstein-Uhlenbeck process of 30 s, smoothed
// over 20 m of the way as receivers do, the more the slower one is; the first fix is worse.
func (w *watch) position(a, b *moment, f float64, t int) pt {
	dt := float64(t - w.drawn)
	w.drawn = t
	keep := math.Exp(-dt / 30)
	spread := math.Sqrt(1-keep*keep) * w.sigma * a.haze * 1.1
	if t == 0 {
		spread = w.sigma * 1.5
	}
	w.slow = pt{w.slow.x*keep + w.chance.Normal()*spread, w.slow.y*keep + w.chance.Normal()*spread}
	w.off = w.off.lerp(w.slow, 1-math.Exp(-dt*(b.s-a.s)/(20*max(b.t-a.t, 1e-3))))
	settle := 6 * math.Exp(-float64(t)/15)
	if w.treadmill {
		return at(places["home"][0], places["home"][1]).add(w.off)
	}
	aside := a.aside + (b.aside-a.aside)*f + w.aside
	return a.p.lerp(b.p, f).add(a.side.lerp(b.side, f).mul(aside)).add(w.off).add(pt{settle, -settle})
}

// altitude returns what the barometer reads, rounded to 0.01 m.
func (w *watch) altitude(truth float64, t int) float32 {
	if w.treadmill {
		truth = lakeLevelM + 4
	}
	read := truth + w.drift*math.Sin(float64(t)/2300) + w.chance.Normal()*0.15
	return float32(math.Round(read*100) / 100)
}

// heart returns the heart rate in beats a minute: it follows the effort with a
// lag, up faster than down, and drifts upwards as time goes on.
func (w *watch) heart(effort float64, t int) uint8 {
	const rest, top = 50, 190
	dt := float64(t - w.beat)
	w.beat = t
	goal := rest + (top-rest)*min(0.16+0.80*effort, 1) + 7*min(float64(t)/5400, 1.6)
	lag := 26.0
	if goal < w.pulse {
		lag = 38
	}
	w.pulse += (goal - w.pulse) * (1 - math.Exp(-dt/lag))
	w.flutter = w.flutter*0.9 + w.chance.Normal()*0.6
	return uint8(math.Round(min(max(w.pulse+w.flutter, 45), 199)))
}
