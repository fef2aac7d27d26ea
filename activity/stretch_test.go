package activity

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// pair makes a track of two samples, dist metres and ms milliseconds apart.
func pair(dist float64, ms int64) *Track {
	t := path(dist)
	t.TimeMS[1] = ms
	return t
}

func untimed(t *Track) *Track {
	t.TimeMS = nil
	return t
}

// Breaks of single pairs; what hangs on the rest of a track is in clean_test.go.
func TestBreaks(t *testing.T) {
	unknown := pair(1999, 1000)
	unknown.TimeMS[1] = NoTime
	unknownFar := pair(2001, 1000)
	unknownFar.TimeMS[0] = NoTime
	segment := pair(1, 1000)
	segment.Starts = []int{1}
	cases := []struct {
		name  string
		track *Track
		sport Sport
		want  bool
	}{
		{"a step", pair(3, 1000), SportRun, false},
		{"a new segment of the file", segment, SportRun, true},
		{"an hour on the spot", pair(5, 3_600_000), SportRun, false},
		{"a run at 11.9 m/s", pair(119, 10_000), SportRun, false},
		{"a run at 12.1 m/s", pair(121, 10_000), SportRun, true},
		{"a walk at 12.1 m/s", pair(121, 10_000), SportWalk, true},
		{"a ride at 12.1 m/s", pair(121, 10_000), SportRide, false},
		{"a ride at 35.9 m/s", pair(359, 10_000), SportRide, false},
		{"a ride at 36.1 m/s", pair(361, 10_000), SportRide, true},
		{"skiing at 39 m/s", pair(390, 10_000), "Alpine Ski", false},
		{"skiing at 41 m/s", pair(410, 10_000), "Alpine Ski", true},
		{"half a second counts as one", pair(11.9, 500), SportRun, false},
		{"too far even for one second", pair(12.1, 500), SportRun, true},
		{"without times, 1999 m", untimed(pair(1999, 0)), SportRun, false},
		{"without times, 2001 m", untimed(pair(2001, 0)), SportRun, true},
		{"without one of the times, 1999 m", unknown, SportRun, false},
		{"without one of the times, 2001 m", unknownFar, SportRide, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Deriver{}
			cleaned, _ := Clean(c.track, c.sport)
			if got := len(d.Stretches(cleaned)) == 0; got != c.want {
				t.Errorf("break: %v, want %v", got, c.want)
			}
		})
	}
}

func TestStretches(t *testing.T) {
	tr := path(2, 2, 2, 5000, 2, 2, 2, 2, 2)
	tr.Starts = []int{3, 4, 7, 9}
	d := Deriver{AltitudeWindowM: 0}
	got := d.Stretches(tr)
	want := [][2]int{{0, 3}, {4, 7}, {7, 9}} // samples 3 and 9 are alone
	if len(got) != len(want) {
		t.Fatalf("%d stretches, want %d", len(got), len(want))
	}
	for i, s := range got {
		from, to := want[i][0], want[i][1]
		if !slices.Equal(s.Lat, tr.Lat[from:to]) || len(s.Lon) != to-from || len(s.Segments) != to-from-1 {
			t.Errorf("stretch %d has latitudes %v and %d segments, want samples %d to %d", i, s.Lat, len(s.Segments), from, to)
		}
		for k, g := range s.Segments {
			if !near(float64(g.DistM), 2, 1e-4) || g.DurS != 1 || !g.Moving || g.HR != 0 || !math.IsNaN(float64(g.Grade)) {
				t.Errorf("segment %d of stretch %d is %+v", k, i, g)
			}
		}
	}
	for _, short := range []*Track{{}, {Lat: []float64{1}, Lon: []float64{1}}} {
		if s := d.Stretches(short); len(s) != 0 {
			t.Errorf("%d samples make %d stretches", short.Len(), len(s))
		}
	}
	// Starts that say nothing must do no harm.
	tr = path(2, 2)
	tr.Starts = []int{0, 1, 1, 3, 99}
	if s := d.Stretches(tr); len(s) != 1 || len(s[0].Lat) != 2 {
		t.Errorf("got %v", s)
	}
}

// A Deriver gives the same whatever it derived before.
func TestDeriverKeepsNothing(t *testing.T) {
	long := even(400, 3)
	long.AltM = make([]float32, 400)
	for i := range long.AltM {
		long.AltM[i] = float32(i)
	}
	short := even(60, 2)
	short.AltM = slices.Clone(long.AltM[:60])
	used, fresh := Deriver{AltitudeWindowM: 15}, Deriver{AltitudeWindowM: 15}
	used.Stretches(long)
	got := used.Stretches(short)
	want := fresh.Stretches(short)
	if len(got) != 1 || len(want) != 1 || !slices.Equal(got[0].Segments, want[0].Segments) {
		t.Errorf("a used deriver says %v, a new one %v", got, want)
	}
}

func TestSegmentHeartRate(t *testing.T) {
	for _, c := range []struct {
		a, b uint8
		want float32
	}{{140, 143, 141.5}, {0, 143, 143}, {140, 0, 140}, {0, 0, 0}, {255, 255, 255}} {
		tr := path(3)
		tr.HR = []uint8{c.a, c.b}
		d := Deriver{AltitudeWindowM: 0}
		if got := d.Stretches(tr)[0].Segments[0].HR; got != c.want {
			t.Errorf("between %d and %d bpm: %g, want %g", c.a, c.b, got, c.want)
		}
	}
}

func TestSegmentMoving(t *testing.T) {
	nan := float32(math.NaN())
	cases := []struct {
		name   string
		dist   float64
		ms     int64
		speeds []float32
		moving bool
		durS   float32
	}{
		{"walking", 0.4, 1000, nil, true, 1},
		{"standing", 0.2, 1000, nil, false, 1},
		{"at the limit, a little over", 0.3001, 1000, nil, true, 1},
		{"the device knows that it stands", 3, 1000, []float32{0.1, 0.2}, false, 1},
		{"the device knows that it moves", 0.1, 1000, []float32{1, 2}, true, 1},
		{"mean of the device's speeds", 3, 1000, []float32{0, 0.7}, true, 1},
		{"one of the device's speeds", 3, 1000, []float32{nan, 0.1}, false, 1},
		{"the device says nothing", 3, 1000, []float32{nan, nan}, true, 1},
		{"the device says nothing of a pause", 5, 60_000, []float32{3, 3}, false, 60},
		{"a pair of 30 s", 5, 30_000, []float32{3, 3}, true, 30},
		{"no time passes", 3, 0, []float32{3, 3}, false, 0},
		{"time runs backwards", 3, -1000, []float32{3, 3}, false, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tr := pair(c.dist, c.ms)
			tr.SpeedMS = c.speeds
			d := Deriver{AltitudeWindowM: 0}
			s := d.Stretches(tr)[0].Segments[0]
			if s.Moving != c.moving || s.DurS != c.durS {
				t.Errorf("moving %v for %g s, want %v for %g", s.Moving, s.DurS, c.moving, c.durS)
			}
		})
	}
}

// Parts that are idle are drawn and weigh nothing.
func TestIdle(t *testing.T) {
	tr := even(30, 3)
	tr.AltM = make([]float32, 30)
	tr.HR = make([]uint8, 30)
	for i := range tr.AltM {
		tr.AltM[i], tr.HR[i] = float32(3*i), 140
	}
	tr.Idle = []Part{{5, 6}, {10, 20}}
	d := Deriver{}
	s := d.Stretches(tr)
	if len(s) != 1 || len(s[0].Segments) != 29 {
		t.Fatalf("%v", s)
	}
	for i, g := range s[0].Segments {
		idle := i == 5 || i >= 10 && i < 20
		if g.Idle != idle || (g.DurS == 0) != idle || (g.HR == 0) != idle || math.IsNaN(float64(g.Grade)) != idle || g.Moving == idle || g.DistM < 2.9 {
			t.Errorf("segment %d: %+v, idle should be %v", i, g, idle)
		}
	}
	metres, seconds, ascent := d.Shown(s)
	if !near(metres, 18*3, 0.1) || seconds != 18 || !near(ascent, 18*3, 0.1) {
		t.Errorf("%g m in %g s, %g m up", metres, seconds, ascent)
	}
}

func TestSmoothing(t *testing.T) {
	nan := float32(math.NaN())
	cases := []struct {
		name   string
		window float64
		path   []float64
		alt    []float32
		want   []float64
	}{
		{"no window", 0, []float64{0, 1, 2}, []float32{1, 5, 3}, []float64{1, 5, 3}},
		{"a line is a line inside", 2, []float64{0, 1, 2, 3}, []float32{0, 2, 4, 6}, []float64{1, 2, 4, 5}},
		{"a peak, clipped at the ends", 2, []float64{0, 1, 2}, []float32{0, 4, 0}, []float64{2, 2, 2}},
		{"half a pair to each side", 1, []float64{0, 1, 2}, []float32{0, 4, 0}, []float64{1, 3, 1}},
		{"wider than the stretch", 99, []float64{0, 10, 20}, []float32{2, 4, 10}, []float64{5, 5, 5}},
		{"samples weigh as the way they stand for", 20, []float64{0, 10, 10, 10, 20}, []float32{0, 8, 8, 8, 0}, []float64{4, 4, 4, 4, 4}},
		{"a short unknown part is linear", 4, []float64{0, 1, 2, 3, 4}, []float32{0, nan, nan, nan, 4}, []float64{1, 1.5, 2, 2.5, 3}},
		{"a long one unknown", 2, []float64{0, 1, 4, 8, 9}, []float32{1, 1, nan, 3, 3}, []float64{1, 1, float64(nan), 3, 3}},
		{"all missing", 3, []float64{0, 1}, []float32{nan, nan}, []float64{float64(nan), float64(nan)}},
		{"on the spot", 3, []float64{0, 0}, []float32{1, 2}, []float64{1, 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := Deriver{AltitudeWindowM: c.window, path: c.path}
			d.smooth(c.alt)
			if len(d.alt) != len(c.want) {
				t.Fatalf("%v", d.alt)
			}
			for i, want := range c.want {
				if !near(d.alt[i], want, 1e-9) && !(d.alt[i] != d.alt[i] && want != want) {
					t.Fatalf("%v, want %v", d.alt, c.want)
				}
			}
		})
	}
}

// slope gives t altitudes that rise by grade.
func slope(t *Track, grade float64) *Track {
	t.AltM = make([]float32, t.Len())
	for i := range t.AltM {
		t.AltM[i] = float32(100 + grade*DistanceM(t.Lat[0], t.Lon[0], t.Lat[i], t.Lon[i]))
	}
	return t
}

func grades(t *Track, window float64) []float64 {
	d := Deriver{AltitudeWindowM: window}
	var all []float64
	for _, s := range d.Stretches(t) {
		for _, g := range s.Segments {
			all = append(all, float64(g.Grade))
		}
	}
	return all
}

func TestGrade(t *testing.T) {
	t.Run("of an even slope", func(t *testing.T) {
		for _, grade := range []float64{0.08, -0.12, 0} {
			for i, g := range grades(slope(even(200, 3), grade), 0) {
				if !near(g, grade, 1e-4) {
					t.Fatalf("segment %d: %g, want %g", i, g, grade)
				}
			}
			// Smoothing bends the ends only: a mean over fewer samples to one side.
			for i, g := range grades(slope(even(200, 3), grade), 15) {
				if i > 15 && i < 180 && !near(g, grade, 1e-4) || math.Abs(g) > math.Abs(grade)+1e-4 || g*grade < 0 {
					t.Fatalf("smoothed, segment %d: %g, want %g", i, g, grade)
				}
			}
		}
	})
	t.Run("of samples far apart", func(t *testing.T) {
		for i, g := range grades(slope(even(20, 34), 0.05), 0) {
			if !near(g, 0.05, 1e-4) {
				t.Fatalf("segment %d: %g", i, g)
			}
		}
	})
	t.Run("is unknown on a short stretch", func(t *testing.T) {
		for _, g := range grades(slope(even(10, 3.3), 0.08), 0) { // 29.7 m
			if !math.IsNaN(g) {
				t.Fatalf("29.7 m have a grade of %g", g)
			}
		}
		for _, g := range grades(slope(even(11, 3.1), 0.08), 0) { // 31 m
			if !near(g, 0.08, 1e-4) {
				t.Fatalf("31 m have a grade of %g", g)
			}
		}
	})
	t.Run("is that of its own stretch", func(t *testing.T) {
		tr := slope(even(60, 3), 0.1)
		for i := 30; i < 60; i++ {
			tr.AltM[i] = 500 // a plateau after a break
		}
		tr.Starts = []int{30}
		for i, g := range grades(tr, 15) {
			if want := i >= 29; want != (g == 0) {
				t.Fatalf("segment %d: %g", i, g)
			}
		}
	})
	t.Run("changes across 30 m", func(t *testing.T) {
		tr := slope(even(101, 1), 0)
		for i := range tr.AltM {
			if i > 50 {
				tr.AltM[i] = float32(100 + 0.2*float64(i-50))
			}
		}
		g := grades(tr, 0)
		for i, want := range map[int]float64{30: 0, 34: 0, 50: 0.1, 65: 0.2, 80: 0.2} {
			if !near(g[i], want, 0.006) {
				t.Errorf("segment %d: %g, want %g", i, g[i], want)
			}
		}
	})
	t.Run("of standing still is calm", func(t *testing.T) {
		// Ten minutes of jitter at a red light: altitude and position wander by decimetres.
		tr := slope(even(700, 3), 0)
		for i := 50; i < 650; i++ {
			tr.Lat[i] = tr.Lat[50] + float64(i%3)*1e-6
			tr.AltM[i] = 100 + float32(i%5)*0.2
		}
		for i := 650; i < 700; i++ {
			tr.Lat[i] = tr.Lat[50] + float64(i-650)*3/(math.Pi*EarthRadiusM/180)
		}
		for i, g := range grades(tr, 15) {
			if math.Abs(g) > 0.02 {
				t.Fatalf("segment %d: %g", i, g)
			}
		}
	})
	t.Run("is unknown without altitude", func(t *testing.T) {
		tr := even(100, 3)
		if g := grades(tr, 15); !math.IsNaN(g[50]) {
			t.Error("no altitude at all")
		}
		slope(tr, 0.1)
		for i := 40; i < 80; i++ {
			tr.AltM[i] = float32(math.NaN())
		}
		g := grades(tr, 5)
		for i, want := range map[int]bool{20: true, 32: true, 60: false, 95: true} {
			if (g[i] == g[i]) != want {
				t.Errorf("segment %d: %g, known should be %v", i, g[i], want)
			}
		}
	})
	t.Run("of a pair with one known end", func(t *testing.T) {
		tr := slope(even(100, 3), 0.1)
		for i := 50; i < 100; i++ {
			tr.AltM[i] = float32(math.NaN())
		}
		// Sample 44 is the last whose window (15 m to either side) ends at a known altitude.
		g := grades(tr, 0)
		if !near(g[44], 0.1, 1e-4) || !math.IsNaN(g[45]) {
			t.Errorf("segments 44 and 45: %g, %g", g[44], g[45])
		}
	})
}

func BenchmarkStretches(b *testing.B) {
	tr := slope(even(3600, 3), 0.03)
	tr.HR = make([]uint8, 3600)
	d := Deriver{AltitudeWindowM: 15}
	b.ReportAllocs()
	for b.Loop() {
		d.Stretches(tr)
	}
	b.ReportMetric(3600, "samples/op")
}

// The window of a grade moves on with the samples; looked for anew at each of them, it must be the same.
func TestGradeWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		var steps []float64
		for range 20 + r.IntN(200) {
			step := 6 * r.Float64()
			if r.IntN(3) == 0 {
				step = 0 // standing
			}
			steps = append(steps, step)
		}
		track := path(steps...)
		track.AltM = make([]float32, track.Len())
		for i := range track.AltM {
			track.AltM[i] = float32(20 * r.Float64())
		}
		d := Deriver{}
		stretches := d.Stretches(track)
		if len(stretches) != 1 {
			t.Fatalf("%d stretches", len(stretches))
		}
		n := track.Len()
		if d.path[n-1] < gradeSpanM {
			continue
		}
		at := func(i int) float64 {
			a, b := 0, n-1
			for a+1 < n && d.path[a+1] <= d.path[i]-gradeSpanM/2 {
				a++
			}
			for k := range n {
				if d.path[k] >= d.path[i]+gradeSpanM/2 && d.path[k]-d.path[a] >= gradeSpanM {
					b = k
					break
				}
			}
			lo := a
			for lo > 0 && d.path[b]-d.path[lo] < gradeSpanM {
				lo--
			}
			return (d.alt[b] - d.alt[lo]) / (d.path[b] - d.path[lo])
		}
		for i, s := range stretches[0].Segments {
			if want := meanKnown(float32(at(i)), float32(at(i+1))); s.Grade != want {
				t.Fatalf("segment %d of %d has the grade %v, want %v", i, n-1, s.Grade, want)
			}
		}
	}
}
