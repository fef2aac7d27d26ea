package activity

import (
	"math"
	"math/rand/v2"
	"testing"
)

// around makes an hour at 1 Hz of places in metres from a point, by a function of the second.
func around(n int, place func(i int) (x, y float64)) *Track {
	t := &Track{}
	for i := range n {
		x, y := place(i)
		p := moved(LatLon{47, 8}, y, x)
		t.Lat, t.Lon, t.TimeMS = append(t.Lat, p.Lat), append(t.Lon, p.Lon), append(t.TimeMS, int64(i)*1000)
	}
	return t
}

// drift is what a receiver does that stands: an error of sigma metres that lasts for tau seconds.
func drift(rng *rand.Rand, sigma, tau float64) func(i int) (x, y float64) {
	a := math.Exp(-1 / tau)
	x, y := rng.NormFloat64()*sigma, rng.NormFloat64()*sigma
	return func(int) (float64, float64) {
		x = a*x + rng.NormFloat64()*sigma*math.Sqrt(1-a*a)
		y = a*y + rng.NormFloat64()*sigma*math.Sqrt(1-a*a)
		return x, y
	}
}

// lap is a place on a stadium's lane after metres.
func lap(metres float64) (x, y float64) {
	const straight, r = 84.4, 36.5
	metres = math.Mod(metres, 2*straight+2*math.Pi*r)
	switch {
	case metres < straight:
		return metres, 0
	case metres < straight+math.Pi*r:
		a := (metres - straight) / r
		return straight + r*math.Sin(a), r - r*math.Cos(a)
	case metres < 2*straight+math.Pi*r:
		return straight - (metres - straight - math.Pi*r), 2 * r
	}
	a := (metres - 2*straight - math.Pi*r) / r
	return -r * math.Sin(a), r + r*math.Cos(a)
}

func TestIndoorIsTheAbsenceOfTravel(t *testing.T) {
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 3))
		still := drift(rng, 30, 900)
		shaking := drift(rng, 25, 60)
		step, px, py := drift(rng, 0.6, 1), 0.0, 0.0
		noise := drift(rng, 2, 30)
		cases := []struct {
			name   string
			track  *Track
			sport  Sport
			indoor bool
		}{
			{"ten kilometres in a stadium", around(2500, func(i int) (float64, float64) {
				x, y := lap(4 * float64(i))
				a, b := noise(i)
				return x + a, y + b
			}), SportRun, false},
			{"a pond of 120 m", around(1800, func(i int) (float64, float64) {
				a := 0.9 * float64(i) / 60
				return 60 * math.Cos(a), 60 * math.Sin(a)
			}), SportSwim, false},
			{"a velodrome of 250 m", around(1800, func(i int) (float64, float64) {
				x, y := lap(12 * float64(i))
				return x * 0.62, y * 0.62
			}), SportRide, false},
			{"a watch forgotten on a table", around(7200, still), SportRun, true},
			{"a treadmill", around(3600, shaking), SportRun, true},
			{"a walk at random, a rowing machine", around(3600, func(i int) (float64, float64) {
				a, b := step(i)
				px, py = px+a, py+b
				return px, py
			}), "Rowing", true},
			{"a turbo", around(3600, func(i int) (float64, float64) { return float64(i%5) * 4, 0 }), "Virtual Ride", true},
		}
		for _, c := range cases {
			out, _ := Clean(c.track, c.sport)
			d := Deriver{}
			o := d.OutlineOf(out, d.Stretches(out))
			ns, we := o.SpreadM()
			if got := o.Indoor(50, c.sport); got != c.indoor && max(ns, we) < travelledM {
				t.Errorf("%d, %s: indoor %v, %.0f by %.0f m, %+v", seed, c.name, got, ns, we, o.Travel)
			}
			if o.Indoor(0, c.sport) {
				t.Errorf("%s: the rule is off", c.name)
			}
		}
	}
}

// A steady footpod on a treadmill speaks of a way that the places do not know.
func TestIndoorByTheDevicesSpeed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	slow := drift(rng, 2, 60)
	tr := around(1800, func(i int) (float64, float64) {
		a, b := slow(i)
		return float64(i)/1800*90*5 - 180*math.Max(0, math.Round(float64(i)/1800*2.5)) + a, b
	})
	tr.SpeedMS = make([]float32, tr.Len())
	for i := range tr.SpeedMS {
		tr.SpeedMS[i] = 3
	}
	d := Deriver{}
	if o := d.OutlineOf(tr, d.Stretches(tr)); !o.Indoor(50, SportRun) {
		t.Errorf("%+v", o)
	}
}
