package activity

import "testing"

func TestGuessSport(t *testing.T) {
	// at makes a track at speeds in m/s, one for each of equal parts of half an hour.
	at := func(everyS int64, speeds ...float64) *Track {
		tr := &Track{}
		p := LatLon{48, 8}
		n := int(1800 / everyS)
		for i := range n {
			tr.Lat, tr.Lon = append(tr.Lat, p.Lat), append(tr.Lon, p.Lon)
			tr.TimeMS = append(tr.TimeMS, int64(i)*everyS*1000)
			p = moved(p, speeds[i*len(speeds)/n]*float64(everyS), 0)
		}
		return tr
	}
	untimed := at(1, 3)
	untimed.TimeMS = nil
	tests := []struct {
		name string
		t    *Track
		want Sport
	}{
		{"a walk", at(1, 1.4), SportWalk},
		{"a walk with stops", at(5, 1.5, 0.1, 1.6, 0), SportWalk},
		{"a run", at(1, 2.9, 3.2, 3), SportRun},
		{"intervals", at(1, 2.5, 5.5, 2.5, 5.5), SportRun},
		{"a run, recorded now and then", at(15, 3), SportRun},
		{"a ride", at(1, 7, 8, 6), SportRide},
		{"a ride up a pass and down", at(1, 3, 3, 3, 3, 14), SportRide},
		{"a train", at(1, 30, 40), SportUnknown},
		{"no times", untimed, SportUnknown},
		{"too few", &Track{Lat: []float64{48, 48.1}, Lon: []float64{8, 8}, TimeMS: []int64{0, 20000}}, SportUnknown},
		{"nothing", &Track{}, SportUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := GuessSport(test.t); got != test.want {
				t.Errorf("it is a %q, want %q", got, test.want)
			}
		})
	}
}
