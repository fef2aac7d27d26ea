package track

import (
	"reflect"
	"testing"

	"github.com/tormoder/fit"

	"heatmapgen/activity"
)

// timed is a file of n records at 1 Hz but for those of the given seconds, with timer events (second, type) before or behind them.
func timed(n int, without func(i int) bool, events [][2]int, behind bool) []byte {
	w := newFITWriter()
	w.fileID(fit.FileTypeActivity)
	w.define(1, fit.MesgNumRecord, []fitField{fitTime, fitLat, fitLon})
	w.define(2, fit.MesgNumEvent, []fitField{fitTime, {0, 1, fitEnum}, {1, 1, fitEnum}})
	at := func(second int) {
		for _, e := range events {
			if e[0] == second {
				w.message(2, noon+uint32(second), byte(0), byte(e[1]))
				w.message(2, noon+uint32(second), byte(9), byte(4)) // a lap, no timer
			}
		}
	}
	for i := range n {
		if !behind {
			at(i)
		}
		if !without(i) {
			w.message(1, noon+uint32(i), semi(48+float64(i)*1e-5), semi(7.5))
		}
	}
	if behind {
		for i := range n {
			at(i)
		}
	}
	return w.file()
}

func TestFITTimer(t *testing.T) {
	none := func(int) bool { return false }
	cases := []struct {
		name    string
		without func(int) bool
		events  [][2]int
		want    []activity.Part
	}{
		{"runs all the time", none, [][2]int{{0, 0}, {59, 4}}, nil},
		{"stands for ten seconds that are recorded", none, [][2]int{{0, 0}, {20, 4}, {30, 0}, {59, 4}}, []activity.Part{{From: 20, To: 30}}},
		{"stands for ten seconds that are not", func(i int) bool { return i > 20 && i < 30 }, [][2]int{{0, 0}, {20, 1}, {30, 0}}, []activity.Part{{From: 20, To: 21}}},
		{"stands twice", none, [][2]int{{5, 8}, {7, 0}, {40, 9}, {42, 0}}, []activity.Part{{From: 5, To: 7}, {From: 40, To: 42}}},
		{"is stopped twice and started once", none, [][2]int{{5, 1}, {6, 4}, {9, 0}}, []activity.Part{{From: 5, To: 9}}},
		{"never starts again", none, [][2]int{{0, 0}, {5, 4}}, nil},
		{"would stand for most of it", none, [][2]int{{5, 4}, {50, 0}}, nil},
	}
	for _, c := range cases {
		for _, behind := range []bool{false, true} {
			t.Run(c.name, func(t *testing.T) {
				r, err := Decode(timed(60, c.without, c.events, behind))
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(r.Track.Idle, c.want) {
					t.Errorf("behind %v: %v, want %v", behind, r.Track.Idle, c.want)
				}
			})
		}
	}
}

func TestFITTimerOfAChain(t *testing.T) {
	one := timed(60, func(int) bool { return false }, [][2]int{{20, 4}, {30, 0}}, false)
	r, err := Decode(append(append([]byte{}, one...), one...))
	if err != nil {
		t.Fatal(err)
	}
	if want := []activity.Part{{From: 20, To: 30}, {From: 80, To: 90}}; !reflect.DeepEqual(r.Track.Idle, want) {
		t.Errorf("%v, want %v", r.Track.Idle, want)
	}
}
