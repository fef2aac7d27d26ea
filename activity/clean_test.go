package activity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// recorded makes a clean recording of n samples, everyS seconds apart: a speed in m/s that varies by a fifth, a heading that bends.
func recorded(seed uint64, n int, everyS, speed float64) *Track {
	rng := rand.New(rand.NewPCG(seed, 7))
	t := &Track{}
	p, heading, turn, v := LatLon{47, 8}, rng.Float64()*6, 0.0, speed
	// A body moves on between samples: steps of a second at most.
	at := 0.0
	for i := range n {
		if i > 0 {
			for s := 0.0; s < everyS; {
				dt := min(1, everyS-s)
				turn = 0.95*turn + 0.05*rng.NormFloat64()*0.2
				v += 0.1*(speed-v) + rng.NormFloat64()*speed*0.02
				heading += turn * dt
				p = moved(p, v*dt*math.Cos(heading), v*dt*math.Sin(heading))
				s += dt
			}
			at += everyS
		}
		t.Lat, t.Lon = append(t.Lat, RoundDeg(p.Lat)), append(t.Lon, RoundDeg(p.Lon))
		t.TimeMS = append(t.TimeMS, 1_700_000_000_000+int64(at*1000))
	}
	return t
}

// cloned is a deep copy.
func cloned(t *Track) *Track {
	c := *t
	c.Lat, c.Lon, c.TimeMS = slices.Clone(t.Lat), slices.Clone(t.Lon), slices.Clone(t.TimeMS)
	c.AltM, c.SpeedMS, c.HR = slices.Clone(t.AltM), slices.Clone(t.SpeedMS), slices.Clone(t.HR)
	c.Starts, c.Idle = slices.Clone(t.Starts), slices.Clone(t.Idle)
	return &c
}

// measured cleans and measures a track; the given one must stay as it is.
func measured(t *testing.T, tr *Track, sport Sport) (o Outline, stretches int, pace float64, done Cleaning) {
	t.Helper()
	before := cloned(tr)
	out, done := Clean(tr, sport)
	if !sameTrack(tr, before) {
		t.Fatal("cleaning changed the track it was given")
	}
	d := Deriver{AltitudeWindowM: 40}
	s := d.Stretches(out)
	o = d.OutlineOf(out, s)
	stretches = len(s)
	metres, seconds := 0.0, 0.0
	for _, st := range s {
		for _, g := range st.Segments {
			if g.Moving {
				metres, seconds = metres+float64(g.DistM), seconds+float64(g.DurS)
			}
		}
	}
	return o, stretches, metres / seconds, done
}

// sameTrack compares bit for bit, NaN being NaN.
func sameTrack(a, b *Track) bool {
	floats := func(a, b []float32) bool {
		return slices.EqualFunc(a, b, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) })
	}
	return slices.Equal(a.Lat, b.Lat) && slices.Equal(a.Lon, b.Lon) && slices.Equal(a.TimeMS, b.TimeMS) && floats(a.AltM, b.AltM) &&
		floats(a.SpeedMS, b.SpeedMS) && slices.Equal(a.HR, b.HR) && slices.Equal(a.Starts, b.Starts) && slices.Equal(a.Idle, b.Idle)
}

var paces = map[Sport]float64{SportRun: 3, SportWalk: 1.3, SportRide: 8, SportSwim: 0.9, "Alpine Ski": 12, "Kayaking": 2, SportUnknown: 5}

// A clean track is returned as it is, whatever the interval.
func TestCleanTrackIsReturnedAsItIs(t *testing.T) {
	for sport, pace := range paces {
		for _, every := range []float64{1, 2, 5, 7, 10, 20, 30} {
			for seed := range uint64(5) {
				tr := recorded(seed, 600, every, pace)
				tr.AltM, tr.HR, tr.SpeedMS = make([]float32, 600), make([]uint8, 600), make([]float32, 600)
				for i := range tr.AltM {
					tr.AltM[i], tr.HR[i], tr.SpeedMS[i] = float32(300+20*math.Sin(float64(i)/50)), 140, float32(pace)
				}
				tr.Starts = []int{200}
				if out, done := Clean(tr, sport); out != tr || done != (Cleaning{}) {
					t.Fatalf("%s every %g s, %d: %s", sport, every, seed, done.String())
				}
			}
		}
	}
}

// Cleaning what was cleaned changes nothing: not a bit.
func TestCleanTwiceIsCleanOnce(t *testing.T) {
	for seed := range uint64(40) {
		tr := recorded(seed, 900, 1, 3)
		inject(tr, rand.New(rand.NewPCG(seed, 3)))
		once, _ := Clean(tr, SportRun)
		twice, done := Clean(once, SportRun)
		if !sameTrack(once, twice) && done[FaultNoise] == 0 {
			t.Errorf("%d: %s", seed, done.String())
		}
	}
}

// inject puts a handful of faults into a track.
func inject(tr *Track, rng *rand.Rand) {
	n := tr.Len()
	for range 3 { // a spike
		i := 20 + rng.IntN(n-40)
		p := moved(LatLon{tr.Lat[i], tr.Lon[i]}, 60+rng.Float64()*900, rng.NormFloat64()*50)
		tr.Lat[i], tr.Lon[i] = RoundDeg(p.Lat), RoundDeg(p.Lon)
	}
	i := 100 + rng.IntN(100) // an island
	for k := i; k < i+12; k++ {
		tr.Lat[k] += 1
	}
	i = 300 + rng.IntN(100) // a position held
	for k := i; k < i+8; k++ {
		tr.Lat[k], tr.Lon[k] = tr.Lat[i], tr.Lon[i]
	}
	i = 500 + rng.IntN(100) // times missing
	for k := i; k < i+20; k += 2 {
		tr.TimeMS[k] = NoTime
	}
	i = 700 + rng.IntN(100) // a clock that stands
	for k := i + 1; k < i+5; k++ {
		tr.TimeMS[k] = tr.TimeMS[i]
	}
}

// Faults change the way by less than 1 %, and it stays in one piece.
func TestFaultsHardlyChangeTheWay(t *testing.T) {
	for sport, pace := range map[Sport]float64{SportRun: 3, SportWalk: 1.3, SportRide: 8, SportSwim: 0.9} {
		for seed := range uint64(25) {
			tr := recorded(seed, 900, 1, pace)
			want, _, _, _ := measured(t, tr, sport)
			inject(tr, rand.New(rand.NewPCG(seed, 1)))
			got, stretches, v, done := measured(t, tr, sport)
			if !near(got.DistanceM, want.DistanceM, want.DistanceM*0.01) || stretches != 1 || !near(v, want.DistanceM/899, pace*0.02) {
				t.Errorf("%s %d: %.0f m in %d stretches at %.2f m/s, want %.0f (%s)", sport, seed, got.DistanceM, stretches, v, want.DistanceM, done.String())
			}
		}
	}
}

// The interval changes the way by no more than the corners it cuts, here 3 % at up to 10 s and 25 % at two minutes, and neither
// breaks the line nor the pace.
func TestIntervalHardlyChangesTheWay(t *testing.T) {
	for sport, pace := range map[Sport]float64{SportRun: 3, SportWalk: 1.3, SportRide: 8} {
		for seed := range uint64(5) {
			all := recorded(seed, 7200, 1, pace)
			want, _, _, _ := measured(t, all, sport)
			for _, every := range []int{1, 2, 4, 7, 10, 15, 20, 30, 45, 60, 90, 120} {
				tr := &Track{}
				straight := 0.0
				for i := 0; i < all.Len(); i += every {
					tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, all.Lat[i]), append(tr.Lon, all.Lon[i]), append(tr.TimeMS, all.TimeMS[i])
					if k := tr.Len() - 1; k > 0 {
						straight += DistanceM(tr.Lat[k-1], tr.Lon[k-1], tr.Lat[k], tr.Lon[k])
					}
				}
				got, stretches, v, done := measured(t, tr, sport)
				// Nothing but the corners is lost.
				if stretches != 1 || !near(got.DistanceM, straight, straight*0.02) || every <= 10 && !near(got.DistanceM, want.DistanceM, want.DistanceM*0.03) ||
					!near(v, straight/float64((all.Len()-1)/every*every), v*0.05) {
					t.Errorf("%s %d every %d s: %.0f m of %.0f in %d stretches, %.2f m/s (%s)", sport, seed, every, got.DistanceM, straight, stretches, v, done.String())
				}
			}
		}
	}
}

// White noise of 5 m would make a run two and a half times as long; it stays within 6 %.
func TestNoiseHardlyChangesTheWay(t *testing.T) {
	for sport, pace := range map[Sport]float64{SportRun: 3, SportWalk: 1.5, SportRide: 8} {
		for seed := range uint64(10) {
			tr := recorded(seed, 1800, 1, pace)
			want, _, _, _ := measured(t, tr, sport)
			rng := rand.New(rand.NewPCG(seed, 5))
			for i := range tr.Lat {
				p := moved(LatLon{tr.Lat[i], tr.Lon[i]}, rng.NormFloat64()*5, rng.NormFloat64()*5)
				tr.Lat[i], tr.Lon[i] = RoundDeg(p.Lat), RoundDeg(p.Lon)
			}
			got, stretches, _, done := measured(t, tr, sport)
			if !near(got.DistanceM, want.DistanceM, want.DistanceM*0.06) || stretches != 1 {
				t.Errorf("%s %d: %.0f m, want %.0f, in %d stretches (%s)", sport, seed, got.DistanceM, want.DistanceM, stretches, done.String())
			}
		}
	}
}

// Nothing makes Clean panic, and what it returns is whole.
func TestCleanOfAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 3000 {
		n := rng.IntN(60)
		tr := &Track{}
		for range n {
			tr.Lat, tr.Lon = append(tr.Lat, float64(rng.IntN(3))*rng.Float64()*40), append(tr.Lon, float64(rng.IntN(9)-4)*45)
			tr.TimeMS = append(tr.TimeMS, []int64{NoTime, 5000, 5000, int64(rng.IntN(1e6)), int64(len(tr.Lat)) * 1000}[rng.IntN(5)])
			tr.AltM = append(tr.AltM, []float32{float32(math.NaN()), 0, -500, 300, float32(rng.IntN(9000))}[rng.IntN(5)])
			tr.SpeedMS = append(tr.SpeedMS, []float32{float32(math.NaN()), 0, 3}[rng.IntN(3)])
			tr.HR = append(tr.HR, uint8(rng.IntN(200)))
		}
		for i := 1; i < n; i++ {
			if rng.IntN(9) == 0 {
				tr.Starts = append(tr.Starts, i)
			}
		}
		for i := 0; i+3 < n; i += 4 {
			if rng.IntN(5) == 0 {
				tr.Idle = append(tr.Idle, Part{i, i + 1 + rng.IntN(3)})
			}
		}
		out, _ := Clean(tr, []Sport{SportRun, "Alpine Ski", ""}[rng.IntN(3)])
		m := out.Len()
		if len(out.Lon) != m || n > 0 && m == 0 || out.TimeMS != nil && len(out.TimeMS) != m || len(out.AltM) != m && out.AltM != nil || out.HR != nil && len(out.HR) != m {
			t.Fatalf("%d samples became %d, %d, %d", n, m, len(out.Lon), len(out.TimeMS))
		}
		last := 0
		for _, s := range out.Starts {
			if s <= last || s >= m {
				t.Fatalf("starts %v of %d samples", out.Starts, m)
			}
			last = s
		}
		last = 0
		for _, p := range out.Idle {
			if p.From < last || p.To <= p.From || p.To >= m {
				t.Fatalf("idle %v of %d samples", out.Idle, m)
			}
			last = p.To
		}
		d := Deriver{AltitudeWindowM: 40}
		d.OutlineOf(out, d.Stretches(out))
	}
}

// A situation is a recording with a fault, and what is right about it.
type situation struct {
	name        string
	sport       Sport
	track       *Track
	metres, ms  float64 // way and pace, within 2 %
	stretches   int
	what        Fault
	ascent, off float64
}

func TestCleanSituations(t *testing.T) {
	var all []situation
	add := func(s situation) { all = append(all, s) }

	for _, held := range []int{2, 5, 10, 40} {
		tr := even(1800, 1.4)
		for i := range tr.Lat {
			tr.Lat[i] = even(1800, 1.4).Lat[0] + float64(i/held*held)*1.4/metresPerDeg
		}
		add(situation{fmt.Sprintf("position renewed every %d s", held), SportWalk, tr, float64(1799/held*held) * 1.4, 1.4, 1, FaultHeld, 0, 0})
	}

	tr := even(900, 3)
	tr.Starts = []int{400}
	add(situation{"a pause of the file", SportRun, tr, 898 * 3, 3, 2, faults, 0, 0})

	tr = even(900, 3)
	for i := range 60 {
		tr.Lat[i], tr.Lon[i] = 50, 10
	}
	add(situation{"a minute of stale fixes", SportRun, tr, 839 * 3, 3, 1, FaultStray, 0, 0})

	tr = even(900, 3)
	for i := 450; i < 470; i++ {
		tr.Lat[i] = 0
	}
	add(situation{"latitude 0", SportRun, tr, 899 * 3, 3, 1, FaultStray, 0, 0})

	tr = even(900, 3)
	for i := range tr.TimeMS {
		tr.TimeMS[i] = int64(i/10) * 1000 * 10
	}
	add(situation{"a clock of ten seconds", SportRun, tr, 899 * 3, 3, 1, FaultClock, 0, 0})

	tr = even(900, 3)
	for i := range tr.TimeMS {
		if i%2 == 1 {
			tr.TimeMS[i] = NoTime
		}
	}
	add(situation{"half the times", SportRun, tr, 899 * 3, 3, 1, FaultClock, 0, 0})

	tr = even(900, 3)
	tr.TimeMS[400] -= 3_600_000
	tr.TimeMS[500] -= 5000
	add(situation{"two times an hour ago", SportRun, tr, 899 * 3, 3, 1, FaultClock, 0, 0})

	tr = even(900, 3)
	reverse(tr, 0, 900)
	add(situation{"written backwards", SportRun, tr, 899 * 3, 3, 1, FaultClock, 0, 0})

	tr = even(900, 3)
	tr.SpeedMS = make([]float32, 900)
	add(situation{"a device that says 0", SportRun, tr, 899 * 3, 3, 1, FaultSpeed, 0, 0})

	// 20 min on foot, half an hour by train, 10 min on foot.
	var steps []float64
	for i := range 3600 {
		switch {
		case i < 1200 || i >= 3000:
			steps = append(steps, 1.4)
		case i%600 > 540:
			steps = append(steps, 0.1) // in a station
		default:
			steps = append(steps, 30)
		}
	}
	add(situation{"a train", SportWalk, path(steps...), 1800 * 1.4, 1.4, 2, FaultVehicle, 0, 0})

	// Every tenth fix of a swim is off.
	tr = even(1500, 0.9)
	rng := rand.New(rand.NewPCG(5, 5))
	for i := 5; i < 1500; i += 10 {
		p := moved(LatLon{tr.Lat[i], tr.Lon[i]}, rng.NormFloat64()*40, rng.NormFloat64()*40)
		tr.Lat[i], tr.Lon[i] = p.Lat, p.Lon
	}
	add(situation{"a swim among waves", SportSwim, tr, 1349, 0.9, 1, FaultSpike, 0, 0})

	// Fixes that come late: every 4 s, but now and then one 5 s late, 3 m on.
	tr = &Track{}
	at, ms := 0.0, int64(0)
	for i := range 440 {
		tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, 47+at/metresPerDeg), append(tr.Lon, 8), append(tr.TimeMS, ms)
		switch i % 12 {
		case 8:
			at, ms = at+3, ms+9000
		case 9:
			at, ms = at+33, ms+3000
		default:
			at, ms = at+12, ms+4000
		}
	}
	add(situation{"fixes that come late", SportRun, tr, at - 12, 3, 1, FaultLate, 0, 0})

	// The watch stops for four minutes while 120 m are walked.
	tr = even(1200, 4)
	for i := 600; i < 1200; i++ {
		tr.Lat[i] += 116 / metresPerDeg
		tr.TimeMS[i] += 239_000
	}
	add(situation{"a gap that is a pause", SportRun, tr, 1198 * 4, 4, 1, FaultPaused, 0, 0})
	timer := cloned(tr)
	timer.Idle = []Part{{599, 600}}
	add(situation{"a stop of the timer", SportRun, timer, 1198 * 4, 4, 2, FaultBroken, 0, 0})
	kept := even(1200, 4)
	kept.Idle = []Part{{599, 700}}
	add(situation{"recorded while the timer stood", SportRun, kept, 1098 * 4, 4, 2, FaultStopped, 0, 0})

	flat := func(alt func(i int) float64) *Track {
		tr := even(900, 3)
		for i := range tr.Lat {
			tr.AltM = append(tr.AltM, float32(alt(i)))
		}
		return tr
	}
	add(situation{"no altitude at the start, as FIT says it", SportRun, flat(func(i int) float64 {
		if i < 300 {
			return -500
		}
		return 100
	}), 899 * 3, 3, 1, FaultAltitude, 0, 0.1})
	add(situation{"0 in every fifth sample", SportRun, flat(func(i int) float64 { return float64(min(i%5, 1)) * 600 }), 899 * 3, 3, 1, FaultAltitude, 0, 0.1})
	add(situation{"one sample in the sky", SportRun, flat(func(i int) float64 {
		if i == 444 {
			return 3600
		}
		return 600 + float64(i)/10
	}), 899 * 3, 3, 1, FaultAltitude, 89.9, 5})

	add(situation{"a barometer that is set on the way", SportRun, flat(func(i int) float64 {
		if i < 400 {
			return 540 + float64(i)/10
		}
		return 600 + float64(i)/10
	}), 899 * 3, 3, 1, FaultLevel, 89.9, 5})

	ski := even(2400, 5)
	for i := range ski.Lat {
		h := i % 800
		if h < 400 {
			ski.AltM = append(ski.AltM, float32(1600+h))
		} else {
			ski.AltM = append(ski.AltM, float32(2400-h))
		}
		if h < 400 && i > 0 {
			// The lift goes at 2 m/s.
			ski.Lat[i] = ski.Lat[i-1] + 2/metresPerDeg
		} else if i > 0 {
			ski.Lat[i] = ski.Lat[i-1] + 10/metresPerDeg
		}
	}
	add(situation{"lifts", "Alpine Ski", ski, 1200 * 10, 10, 1, FaultLift, 0, 0.1})

	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			o, stretches, v, done := measured(t, s.track, s.sport)
			if !near(o.DistanceM, s.metres, s.metres*0.02) || !near(v, s.ms, s.ms*0.03) || stretches != s.stretches {
				t.Errorf("%.0f m at %.2f m/s in %d stretches, want %.0f, %.2f, %d (%s)", o.DistanceM, v, stretches, s.metres, s.ms, s.stretches, done.String())
			}
			if s.off > 0 && !near(o.AscentM, s.ascent, s.off) {
				t.Errorf("%.1f m up, want %.1f", o.AscentM, s.ascent)
			}
			if s.what < faults && done[s.what] == 0 {
				t.Errorf("nothing of %q: %s", s.what, done.String())
			}
		})
	}
}

// One time for all points says nothing of their speed; the line is drawn.
func TestCleanOneTimeForAll(t *testing.T) {
	tr := even(300, 15)
	for i := range tr.TimeMS {
		tr.TimeMS[i] = 5000
	}
	out, _ := Clean(tr, SportRun)
	d := Deriver{}
	if s := d.Stretches(out); len(s) != 1 || len(s[0].Lat) != 300 || s[0].Segments[7].DurS != 0 {
		t.Errorf("%d stretches", len(s))
	}
}

// Hills climb the same however often they are written, and whatever wrote them.
func TestAscentOfOneHill(t *testing.T) {
	hills := func(every int, noise func(i int) float64) *Track {
		all := even(7200, 3)
		tr := &Track{}
		for i := 0; i < 7200; i += every {
			tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, all.Lat[i]), append(tr.Lon, 8), append(tr.TimeMS, all.TimeMS[i])
			h := 400 + 75*(1-math.Cos(float64(i)/1200*math.Pi)) // three hills of 150 m
			tr.AltM = append(tr.AltM, float32(h+noise(i)))
		}
		return tr
	}
	none := func(int) float64 { return 0 }
	for _, every := range []int{1, 4, 7, 15, 30} {
		if o, _, _, _ := measured(t, hills(every, none), SportRun); !near(o.AscentM, 450, 450*0.02) {
			t.Errorf("every %d s: %.0f m", every, o.AscentM)
		}
	}
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		drift := 0.0
		barometer := func(i int) float64 {
			drift += rng.NormFloat64() * 0.01
			return math.Round((drift+rng.NormFloat64()*0.2)*5) / 5
		}
		slow := 0.0
		receiver := func(i int) float64 {
			// Errors of receivers last for half a minute or more, and there is white noise besides.
			slow = 0.97*slow + rng.NormFloat64()*math.Sqrt(1-0.97*0.97)*2.5
			return slow + rng.NormFloat64()
		}
		a, _, _, _ := measured(t, hills(1, barometer), SportRun)
		b, _, _, _ := measured(t, hills(1, receiver), SportRun)
		if !near(a.AscentM, b.AscentM, a.AscentM*0.1) || !near(a.AscentM, 450, 45) {
			t.Errorf("%d: barometer %.0f m, receiver %.0f m, want 450", seed, a.AscentM, b.AscentM)
		}
	}
}

func TestCutKeepsIdle(t *testing.T) {
	tr := even(20, 3)
	tr.Idle = []Part{{2, 3}, {6, 12}, {15, 16}}
	hidden := map[float64]bool{tr.Lat[2]: true, tr.Lat[8]: true, tr.Lat[12]: true}
	c := Cut(tr, func(p LatLon) bool { return !hidden[p.Lat] })
	want := []Part{{5, 9}, {12, 13}}
	if !reflect.DeepEqual(c.Idle, want) {
		t.Errorf("idle %v, want %v", c.Idle, want)
	}
}

func BenchmarkClean(b *testing.B) {
	tr := recorded(1, 3600, 1, 3)
	tr.AltM, tr.SpeedMS = make([]float32, 3600), make([]float32, 3600)
	for i := range tr.SpeedMS {
		tr.SpeedMS[i] = 3
	}
	b.Run("clean", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Clean(tr, SportRun)
		}
	})
	faulty := cloned(tr)
	inject(faulty, rand.New(rand.NewPCG(1, 1)))
	b.Run("faulty", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Clean(faulty, SportRun)
		}
	})
}
