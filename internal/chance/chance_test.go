package chance

import (
	"math"
	"testing"
)

// The first numbers of the seed 1234567 are those that other implementations have.
func TestStreamIsSplitMix64(t *testing.T) {
	s := Stream(1234567)
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := s.Next(); got != want {
			t.Errorf("number %d is %d, want %d", i, got, want)
		}
	}
}

func TestNumbersKeepToTheirRanges(t *testing.T) {
	if Share(0) != 0 || !(Share(math.MaxUint64) < 1) {
		t.Errorf("shares reach from %v to %v", Share(0), Share(math.MaxUint64))
	}
	const n = 100_000
	s := Stream(5)
	var sum, squares float64
	var below [7]int
	for range n {
		if v := s.Between(-2, 3); v < -2 || v >= 3 {
			t.Fatalf("%v is not between -2 and 3", v)
		}
		below[s.Below(len(below))]++
		v := s.Normal()
		sum, squares = sum+v, squares+v*v
		if math.Abs(v) > 3.5 {
			t.Fatalf("a normal number is %v", v)
		}
	}
	for i, times := range below {
		if math.Abs(float64(times)-n/7.) > 5*math.Sqrt(n/7.) {
			t.Errorf("%d comes %d times of %d", i, times, n)
		}
	}
	if mean, deviation := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 0.02 || math.Abs(deviation-1) > 0.02 {
		t.Errorf("normal numbers have mean %v and deviation %v", mean, deviation)
	}
}

func TestNoiseJoinsItsValues(t *testing.T) {
	at := func(i, j int) float64 { return Share(Mix(uint64(i)<<32 ^ uint64(uint32(j)))) }
	s := Stream(9)
	for range 1000 {
		i, j := s.Below(20)-10, s.Below(20)-10
		if got := Noise(float64(i), float64(j), at); got != at(i, j) {
			t.Fatalf("at %d, %d it is %v, not %v", i, j, got, at(i, j))
		}
		x, y := s.Between(-9, 9), s.Between(-9, 9)
		const step = 1e-4
		v, right, down := Noise(x, y, at), Noise(x+step, y, at), Noise(x, y+step, at)
		// The quintic is nowhere steeper than 15/8, and values differ by less than 1.
		if v < 0 || v >= 1 || math.Abs(right-v) > 2*step || math.Abs(down-v) > 2*step {
			t.Fatalf("around %v, %v it goes from %v to %v and %v", x, y, v, right, down)
		}
	}
}
