package generator

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// sampled measures segments of the given speeds, heart rates and grades, in random combination.
func sampled(rng *rand.Rand, n int, speed, heart, grade func() float64) *samples {
	s := &samples{}
	st := activity.Stretch{}
	for range n {
		st.Segments = append(st.Segments, activity.Segment{DistM: float32(speed()), DurS: 1, HR: float32(heart()), Grade: float32(grade()), Moving: true})
	}
	s.measure([]activity.Stretch{st})
	return s
}

// every returns the days from one to another in steps.
func every(from, to, step int) (days []int) {
	for d := from; d <= to; d += step {
		days = append(days, d)
	}
	return days
}

// The scales made from samples hold nearly all of them with the precision of docs/layers.md, "Stored precision".
func TestScalesHoldTheSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	normal := func(mean, sd float64) func() float64 { return func() float64 { return mean + sd*rng.NormFloat64() } }
	cases := []struct {
		name                string
		speed, heart, grade func() float64
	}{
		{"a runner", normal(3, 0.4), normal(150, 12), normal(0, 0.04)},
		{"runs, walks and rides", func() float64 { return 0.4 * math.Exp(rng.Float64()*4) }, normal(130, 25), normal(0, 0.06)},
		{"mountains", normal(1, 0.3), normal(140, 20), normal(0, 0.4)},
		{"flat land", normal(3, 0.1), normal(120, 2), normal(0, 0.001)},
		{"nothing known", func() float64 { return 0 }, func() float64 { return 0 }, func() float64 { return math.NaN() }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := sampled(rng, 20000, c.speed, c.heart, c.grade)
			scales := chooseScales(s.needs(300, every(18000, 20000, 7), false), nil)
			if len(scales) != layers.FieldCount {
				t.Fatalf("%d scales", len(scales))
			}
			for i, scale := range scales {
				if scale.MaxIndex() > 255 {
					t.Errorf("field %d has %d indices", i, scale.MaxIndex())
				}
			}
			type share struct{ missed, all float64 }
			shares := map[int]*share{layers.Pace: {}, layers.HeartRate: {}, layers.Steepness: {}, layers.Direction: {}}
			levels := map[int]*raster.Levels{}
			for field := range shares {
				levels[field] = raster.NewLevels(scales[field].Values)
			}
			for range 10000 {
				speed, heart, grade := c.speed(), c.heart(), 100*c.grade()
				for field, v := range map[int]float64{layers.Pace: speed, layers.HeartRate: heart, layers.Steepness: math.Abs(grade), layers.Direction: grade} {
					if v != v || speed <= 0 || heart <= 0 {
						continue
					}
					l := levels[field]
					off := math.Abs(float64(l.Value(l.Of(float32(v)))) - v)
					limit := map[int]float64{layers.Pace: 0.02 * v, layers.HeartRate: 2, layers.Steepness: 1, layers.Direction: 1.00001}[field]
					// Speeds and grades weigh by the way they hold for.
					weight := speed
					if field == layers.HeartRate {
						weight = 1
					}
					shares[field].all += weight
					if off > limit {
						shares[field].missed += weight
					}
				}
			}
			for field, s := range shares {
				// Beyond the outer percentiles a sample may take the end of the scale; in the mountains
				// grades beyond 62 % do.
				if s.missed > 2*(1-highPart+lowPart)*s.all && !(c.name == "mountains" && field >= layers.Steepness) {
					t.Errorf("%.2f %% of %s is stored too far off", 100*s.missed/s.all, layers.Fields(false)[field].ID)
				}
			}
		})
	}
}

// Whatever grades there are, a step of the scale is at most 2 %.
func TestGradeScalesStayFine(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 2))
	for _, sd := range []float64{0, 0.01, 0.1, 0.5, 5} {
		s := sampled(rng, 5000, func() float64 { return 1 }, func() float64 { return 0 }, func() float64 { return sd * rng.NormFloat64() })
		scales := chooseScales(s.needs(3, []int{1, 2}, false), nil)
		for _, f := range []int{layers.Steepness, layers.Direction, layers.Hills} {
			v := scales[f].Values
			for i := 1; i < len(v); i++ {
				if step := v[i] - v[i-1]; step > 2.001 {
					t.Fatalf("grades of %g: a step of %s is %g %%", sd, layers.Fields(false)[f].ID, step)
				}
			}
		}
	}
}

// A pinned scale is kept while the data grow into the room it has, and given up when they outgrow it.
func TestChooseScalesKeepsPinned(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 3))
	runner := func(faster float64) *samples {
		return sampled(rng, 5000, func() float64 { return faster * (3 + 0.3*rng.NormFloat64()) },
			func() float64 { return 140 + 10*rng.NormFloat64() }, func() float64 { return 0.03 * rng.NormFloat64() })
	}
	first := chooseScales(runner(1).needs(100, every(18000, 20000, 7), false), nil)
	same := func(a, b layers.Scale) bool {
		return slices.Equal(a.Values, b.Values) && slices.Equal(a.Presence, b.Presence)
	}
	again := chooseScales(runner(1).needs(150, append(every(18000, 20000, 7), every(20003, 20100, 2)...), false), first)
	for i := range first {
		if !same(first[i], again[i]) {
			t.Errorf("the scale of %s changed with fifty more activities of the same kind", layers.Fields(false)[i].ID)
		}
	}
	outgrown := chooseScales(runner(2).needs(1000, every(17000, 20100, 7), false), first)
	for i, want := range map[int]bool{layers.Visits: false, layers.Pace: false, layers.Recency: false, layers.HeartRate: true, layers.Direction: true} {
		if kept := same(first[i], outgrown[i]); kept != want {
			t.Errorf("ten times the activities, twice as fast: the scale of %s kept: %v", layers.Fields(false)[i].ID, kept)
		}
	}
}

// Scales of earlier versions, of counts by halves and of days evenly apart, are not kept: what they hold is told wrongly.
func TestChooseScalesDropsThoseOfEarlierVersions(t *testing.T) {
	s := &samples{}
	need := s.needs(40, every(18000, 20000, 7), false)
	pinned := chooseScales(need, nil)
	pinned[layers.Visits].Values = []float32{0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 8.8, 9.68, 20, 50}
	pinned[layers.Recency] = layers.EvenScale(18000, 20500)
	for i, scale := range chooseScales(need, pinned) {
		kept := slices.Equal(scale.Values, pinned[i].Values)
		if want := i != layers.Visits && i != layers.Recency; kept != want {
			t.Errorf("the scale of %s is kept: %v", layers.Fields(false)[i].ID, kept)
		}
	}
}

// The order in which tracks are measured must not matter, nor which worker does it.
func TestSamplesAdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 4))
	d := activity.Deriver{AltitudeWindowM: altitudeWindow}
	var whole, odd, even samples
	for i, o := range around(rng, 6, 200, 48, 8) {
		whole.measure(d.Stretches(o.track))
		part := &odd
		if i%2 == 0 {
			part = &even
		}
		part.measure(d.Stretches(o.track))
	}
	odd.add(&even)
	if odd != whole {
		t.Error("two halves are not the whole")
	}
	if _, ok := percentile(whole.speed[:], 0.5); !ok {
		t.Error("nothing was measured")
	}
}
