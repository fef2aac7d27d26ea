package activity

import (
	"crypto/sha256"
	"math"
	"testing"
)

// seeded is a hash as a recording has.
func seeded(i int) [32]byte { return sha256.Sum256([]byte{byte(i), byte(i >> 8)}) }

// Hiding a metre changes a figure by no more than a metre's share and half a per cent, whatever method it was summed by; and the
// total of many hardly at all.
func TestShownKeepsTheMethod(t *testing.T) {
	own, whole := Figures{10_012, 3011, 84}, Figures{10_260, 2950, 61}
	part := Figures{whole.DistanceM - 1, whole.MovingS - 0.3, whole.AscentM}
	var total Figures
	const n = 400
	for i := range n {
		got := Shown(own, whole, part, seeded(i))
		for name, f := range map[string][2]float64{"distance": {got.DistanceM, own.DistanceM}, "time": {got.MovingS, own.MovingS}, "ascent": {got.AscentM, own.AscentM}} {
			if math.Abs(f[0]-f[1]) > 0.0052*f[1] {
				t.Fatalf("%s: %g is shown of %g", name, f[0], f[1])
			}
		}
		total.DistanceM += got.DistanceM
		total.MovingS += got.MovingS
		total.AscentM += got.AscentM
	}
	for name, f := range map[string][2]float64{"distance": {total.DistanceM, own.DistanceM}, "time": {total.MovingS, own.MovingS}, "ascent": {total.AscentM, own.AscentM}} {
		if math.Abs(f[0]/n-f[1]) > 0.0006*f[1] {
			t.Errorf("the total of %s is %g for %g", name, f[0], n*f[1])
		}
	}
}

func TestShownIsAShare(t *testing.T) {
	for _, c := range []struct {
		name             string
		own, whole, part Figures
		want             Figures
	}{
		{"half of it", Figures{10_000, 3000, 100}, Figures{10_000, 3000, 100}, Figures{5000, 1400, 90}, Figures{5000, 1400, 90}},
		{"nothing of it", Figures{10_000, 3000, 100}, Figures{9900, 3100, 80}, Figures{}, Figures{}},
		{"without times and altitudes", Figures{10_000, 3000, 100}, Figures{10_000, 0, 0}, Figures{2500, 0, 0}, Figures{2500, 750, 25}},
		{"of a way that was not recorded", Figures{20_000, 9000, 100}, Figures{10_000, 3000, 100}, Figures{5000, 1500, 50}, Figures{5000, 1500, 50}},
		{"nothing known", Figures{}, Figures{10_000, 3000, 100}, Figures{5000, 1500, 50}, Figures{5000, 1500, 50}},
		{"nothing at all", Figures{}, Figures{}, Figures{}, Figures{}},
	} {
		got := Shown(c.own, c.whole, c.part, seeded(1))
		near := func(a, b float64) bool { return math.Abs(a-b) <= 0.01*b }
		if !near(got.DistanceM, c.want.DistanceM) || !near(got.MovingS, c.want.MovingS) || !near(got.AscentM, c.want.AscentM) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Somebody who guesses the activity's own figure cannot tell from what is listed how long the hidden part is: activities of which up to half a per cent
// more or less is hidden are listed alike.
func TestShownLeavesTheHiddenLengthOpen(t *testing.T) {
	own := Figures{DistanceM: 10_000}
	part := Figures{DistanceM: 8700}
	listed := map[float64][2]float64{}
	for hidden := 1200.; hidden <= 1400; hidden++ {
		whole := Figures{DistanceM: part.DistanceM + hidden}
		for i := range 200 {
			got := Shown(own, whole, part, seeded(i)).DistanceM
			r, ok := listed[got]
			if !ok {
				r = [2]float64{hidden, hidden}
			}
			listed[got] = [2]float64{min(r[0], hidden), max(r[1], hidden)}
		}
	}
	if len(listed) > 6 {
		t.Errorf("%d different distances are listed", len(listed))
	}
	for got, r := range listed {
		// What may as well be listed of still more or less says nothing here.
		if r[0] > 1200 && r[1] < 1400 && r[1]-r[0] < 90 {
			t.Errorf("who is told %g m knows that %g to %g m are hidden", got, r[0], r[1])
		}
	}
}
