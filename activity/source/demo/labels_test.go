package demo

import (
	"testing"
	"time"

	"heatmapgen/activity"
)

// The demo has something for every filter: several shoes and bikes, commutes, races, workouts and long runs, and what is not known.
func TestLabels(t *testing.T) {
	athlete := New(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	gear, kinds, commutes := map[string]int{}, map[activity.Kind]int{}, 0
	for i := range athlete.Len() {
		a := athlete.Activity(i)
		gear[a.Gear]++
		kinds[a.Kind]++
		if a.Commute == activity.Yes {
			commutes++
		}
	}
	if len(gear) != 6 || gear[""] == 0 || gear[cityBike] == 0 {
		t.Errorf("gear %v", gear)
	}
	for _, kind := range []activity.Kind{activity.KindOrdinary, activity.KindRace, activity.KindWorkout, activity.KindLong} {
		if kinds[kind] < 5 {
			t.Errorf("%d of kind %s", kinds[kind], kind)
		}
	}
	if commutes < 5 || commutes > 20 {
		t.Errorf("%d commutes", commutes)
	}
}
