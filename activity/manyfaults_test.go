package activity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"heatmapgen/activity"
)

// A smp is a sample on a plane: metres, seconds, m/s.
type smp struct{ x, y, t, alt, spd float64 }

// What is right of a track: ascent below 0 and metres of 0 are not judged.
type right struct {
	metres, within, seconds float64
	stretches               int
	indoor                  bool
	ascent                  float64
}

// mk is a way that winds, a step metres long each second; f changes a sample or leaves it out.
func mk(n int, step float64, f func(i int, s *smp) bool) *activity.Track {
	tr := &activity.Track{}
	x, y, dir := 0.0, 0.0, 0.3
	anyAlt, anySpd := false, false
	for i := range n {
		dir += 0.02 * math.Sin(float64(i)/40)
		x += step * math.Cos(dir)
		y += step * math.Sin(dir)
		s := smp{x: x, y: y, t: float64(i), alt: math.NaN(), spd: math.NaN()}
		if !f(i, &s) {
			continue
		}
		tr.Lat = append(tr.Lat, activity.RoundDeg(47+s.y/111195))
		tr.Lon = append(tr.Lon, activity.RoundDeg(8+s.x/111195/math.Cos(47*math.Pi/180)))
		if math.IsNaN(s.t) {
			tr.TimeMS = append(tr.TimeMS, activity.NoTime)
		} else {
			tr.TimeMS = append(tr.TimeMS, 1714550400000+int64(s.t*1000))
		}
		tr.AltM = append(tr.AltM, float32(s.alt))
		tr.SpeedMS = append(tr.SpeedMS, float32(s.spd))
		anyAlt = anyAlt || s.alt == s.alt
		anySpd = anySpd || s.spd == s.spd
	}
	if !anyAlt {
		tr.AltM = nil
	}
	if !anySpd {
		tr.SpeedMS = nil
	}
	return tr
}

// TestManyFaults records one way with what goes wrong in recordings of all kinds.
func TestManyFaults(t *testing.T) {
	check := func(name string, sport activity.Sport, tr *activity.Track, want right) {
		t.Run(name, func(t *testing.T) {
			c, done := activity.Clean(tr, sport)
			d := activity.Deriver{AltitudeWindowM: 40}
			s := d.Stretches(c)
			o := d.OutlineOf(c, s)
			off := func(got, want, part float64) bool { return math.Abs(got-want) > part*want }
			if want.metres > 0 && (off(o.DistanceM, want.metres, want.within) || off(o.MovingS, want.seconds, 0.02)) || len(s) != want.stretches ||
				o.Indoor(50, sport) != want.indoor || want.ascent >= 0 && off(o.AscentM, want.ascent, 0.1) {
				t.Errorf("%.0f m in %.0f s, %.0f m up, %d stretches, indoor %v, want %+v (%s)", o.DistanceM, o.MovingS, o.AscentM, len(s), o.Indoor(50, sport), want, done.String())
			}
		})
	}
	run := activity.SportRun
	rng := rand.New(rand.NewPCG(1, 2))
	all := func(i int, s *smp) bool { return true }
	check("plain", run, mk(1800, 3, all), right{5397, 0.01, 1799, 1, false, -1})
	check("stale first 200 m, 3 samples", run, mk(1800, 3, func(i int, s *smp) bool {
		if i < 3 {
			s.x, s.y = 200, 200
		}
		return true
	}), right{5388, 0.01, 1796, 1, false, -1})
	check("stale first 5 km, 60 s", run, mk(1800, 3, func(i int, s *smp) bool {
		if i < 60 {
			s.x, s.y = 5000, 2000
		}
		return true
	}), right{5217, 0.01, 1739, 1, false, -1})
	check("stale first 5 km, 180 s", run, mk(1800, 3, func(i int, s *smp) bool {
		if i < 180 {
			s.x, s.y = 5000, 2000
		}
		return true
	}), right{4857, 0.01, 1619, 1, false, -1})
	check("island 500 m off, 20 s mid", run, mk(1800, 3, func(i int, s *smp) bool {
		if i > 600 && i <= 620 {
			s.y += 500
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("island 60 m off, 20 s mid", run, mk(1800, 3, func(i int, s *smp) bool {
		if i > 600 && i <= 620 {
			s.y += 60
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("spikes 30 m each minute", run, mk(1800, 3, func(i int, s *smp) bool {
		if i%60 == 30 {
			s.y += 30
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("half the times missing", run, mk(1800, 3, func(i int, s *smp) bool {
		if i%2 == 1 {
			s.t = math.NaN()
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	next := 0
	check("smart 1..60 s", run, mk(1800, 3, func(i int, s *smp) bool {
		if i < next {
			return false
		}
		next = i + 1 + rng.IntN(60)
		return true
	}), right{5397, 0.03, 1799, 1, false, -1})
	var hx, hy float64
	check("stuck 15 s each 100 s", run, mk(1800, 3, func(i int, s *smp) bool {
		if k := i % 100; k == 0 {
			hx, hy = s.x, s.y
		} else if k < 15 {
			s.x, s.y = hx, hy
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("stuck 120 s once (tunnel)", run, mk(1800, 3, func(i int, s *smp) bool {
		if i == 600 {
			hx, hy = s.x, s.y
		} else if i > 600 && i < 720 {
			s.x, s.y = hx, hy
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("own speed 0 first half", run, mk(1800, 3, func(i int, s *smp) bool {
		s.spd = 3
		if i < 900 {
			s.spd = 0
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("own speed in km/h", run, mk(1800, 3, func(i int, s *smp) bool { s.spd = 10.8; return true }), right{5397, 0.01, 1799, 1, false, -1})
	car := func(from, to int, v float64) func(i int, s *smp) bool {
		return func(i int, s *smp) bool {
			if i > from {
				s.x += float64(min(i, to)-from) * v
			}
			return true
		}
	}
	check("run, car 15 m/s 10 min, run", run, mk(2400, 3, car(900, 1500, 12)), right{5397, 0.01, 1799, 2, false, -1})
	check("ride with train 35 m/s 20 min", activity.SportRide, mk(3600, 7, car(900, 2100, 28)), right{16800, 0.01, 2399, 2, false, -1})
	check("clock back an hour at half", run, mk(1800, 3, func(i int, s *smp) bool {
		if i > 900 {
			s.t -= 3600
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("clock forward an hour at half", run, mk(1800, 3, func(i int, s *smp) bool {
		if i > 900 {
			s.t += 3600
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("first 30 in 1989", run, mk(1800, 3, func(i int, s *smp) bool {
		if i < 30 {
			s.t -= 1.1e9
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, -1})
	check("5 Hz ms", run, mk(9000, 0.6, func(i int, s *smp) bool { s.t = float64(i) / 5; return true }), right{5400, 0.01, 1800, 1, false, -1})
	check("5 Hz whole s", run, mk(9000, 0.6, func(i int, s *smp) bool { s.t = math.Floor(float64(i) / 5); return true }), right{5400, 0.01, 1800, 1, false, -1})
	check("altitude 65535 some", run, mk(1800, 3, func(i int, s *smp) bool {
		s.alt = 300 + float64(i)/20
		if i%7 == 0 {
			s.alt = 10000
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, 90})
	check("altitude 0 first half", run, mk(1800, 3, func(i int, s *smp) bool {
		s.alt = 300 + float64(i)/20
		if i < 900 {
			s.alt = 0
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, 45})
	check("altitude missing 9 of 10", run, mk(1800, 3, func(i int, s *smp) bool {
		if i%10 == 0 {
			s.alt = 300 + float64(i)/20
		}
		return true
	}), right{5397, 0.01, 1799, 1, false, 90})
	check("altitude whole metres", run, mk(1800, 3, func(i int, s *smp) bool { s.alt = math.Round(300 + 10*math.Sin(float64(i)/100)); return true }), right{5397, 0.01, 1799, 1, false, 55})
	check("altitude steps of 5 m", run, mk(1800, 3, func(i int, s *smp) bool { s.alt = 5 * math.Round((300+30*math.Sin(float64(i)/100))/5); return true }), right{5397, 0.01, 1799, 1, false, 165})
	check("white noise 5 m", run, mk(1800, 3, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 5; s.y += rng.NormFloat64() * 5; return true }), right{5397, 0.02, 1799, 1, false, -1})
	check("white noise 2 m", run, mk(1800, 3, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 2; s.y += rng.NormFloat64() * 2; return true }), right{5397, 0.02, 1799, 1, false, -1})
	check("white noise 1 m", run, mk(1800, 3, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 1; s.y += rng.NormFloat64() * 1; return true }), right{5397, 0.02, 1799, 1, false, -1})
	check("walk white noise 3 m", activity.SportWalk, mk(1800, 1.4, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 3; s.y += rng.NormFloat64() * 3; return true }), right{2520, 0.03, 1799, 1, false, -1})
	check("hike 0.7 m/s noise 3", activity.SportHike, mk(3600, 0.7, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 3; s.y += rng.NormFloat64() * 3; return true }), right{2520, 0.06, 3599, 1, false, -1})
	check("open water noise 8 m", activity.SportSwim, mk(1800, 0.9, func(i int, s *smp) bool { s.x += rng.NormFloat64() * 8; s.y += rng.NormFloat64() * 8; return true }), right{1620, 0.03, 1799, 1, false, -1})
	dx, dy := 0.0, 0.0
	check("treadmill drift", run, mk(2400, 0, func(i int, s *smp) bool {
		dx, dy = dx*0.98+rng.NormFloat64(), dy*0.98+rng.NormFloat64()
		s.x, s.y = dx*3, dy*3
		return true
	}), right{0, 0, 0, 1, true, -1})
	check("treadmill random walk", run, mk(3600, 0, func(i int, s *smp) bool {
		dx, dy = dx+rng.NormFloat64(), dy+rng.NormFloat64()
		s.x, s.y = dx, dy
		return true
	}), right{0, 0, 0, 1, true, -1})
	check("forgotten watch: still 2 h", run, mk(7200, 0, func(i int, s *smp) bool { s.x = rng.NormFloat64() * 2; s.y = rng.NormFloat64() * 2; return true }), right{0, 0, 0, 1, true, -1})
	check("velodrome 250 m", activity.SportRide, mk(1800, 0, func(i int, s *smp) bool {
		a := float64(i) * 12 / 40
		s.x, s.y = 40*math.Cos(a), 40*math.Sin(a)
		return true
	}), right{21600, 0.01, 1799, 1, false, -1})
	check("track 400 m every 5 s", run, mk(3000, 0, func(i int, s *smp) bool {
		a := float64(i) * 4 / 63.7
		s.x, s.y = 63.7*math.Cos(a)*1.3, 63.7*math.Sin(a)*.6
		return i%5 == 0
	}), right{11990, 0.03, 2995, 1, false, -1})
	check("pond swim 100 m box", activity.SportSwim, mk(1800, 0, func(i int, s *smp) bool {
		a := float64(i) * 0.9 / 30
		s.x, s.y = 30*math.Cos(a), 30*math.Sin(a)
		return true
	}), right{1620, 0.01, 1799, 1, false, -1})
	check("shuttle 40 m pitch", "Soccer", mk(1800, 0, func(i int, s *smp) bool {
		s.x, s.y = 40*math.Sin(float64(i)/15)+rng.NormFloat64(), 25*math.Sin(float64(i)/23)+rng.NormFloat64()
		return true
	}), right{0, 0, 0, 1, false, -1})
}

// TestBegan: a clock that was years off at first does not say when it was.
func TestBegan(t *testing.T) {
	all := func(int, *smp) bool { return true }
	if _, ok := mk(300, 3, all).BeganMS(); ok {
		t.Error("a clock that goes on was set")
	}
	for _, years := range []float64{-20, 72} {
		tr := mk(300, 3, func(i int, s *smp) bool {
			if i < 40 {
				s.t += years * 3e7
			}
			return true
		})
		if ms, ok := tr.BeganMS(); !ok || ms != tr.TimeMS[40] {
			t.Errorf("it began at %d, %v", ms, ok)
		}
	}
}
