package activity

import (
	"math"
	"testing"
	"time"
)

// path makes a track of samples that lie the given metres apart on a meridian, one a second, from latitude 48.
func path(steps ...float64) *Track {
	t := &Track{Lat: []float64{48}, Lon: []float64{8}, TimeMS: []int64{0}}
	for i, m := range steps {
		t.Lat = append(t.Lat, t.Lat[i]+m/(math.Pi*EarthRadiusM/180))
		t.Lon = append(t.Lon, 8)
		t.TimeMS = append(t.TimeMS, int64(i+1)*1000)
	}
	return t
}

// even makes a track of n samples, step metres and one second apart.
func even(n int, step float64) *Track {
	steps := make([]float64, n-1)
	for i := range steps {
		steps[i] = step
	}
	return path(steps...)
}

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol }

func TestTrackWithoutColumns(t *testing.T) {
	tr := &Track{Lat: []float64{1}, Lon: []float64{2}}
	if tr.Len() != 1 || tr.Time(0) != NoTime || tr.HeartRate(0) != 0 || !math.IsNaN(float64(tr.Alt(0))) || !math.IsNaN(float64(tr.Speed(0))) {
		t.Error("a missing column must read as missing values")
	}
	full := &Track{Lat: []float64{1}, Lon: []float64{2}, TimeMS: []int64{5}, AltM: []float32{6}, SpeedMS: []float32{7}, HR: []uint8{8}}
	if full.Time(0) != 5 || full.Alt(0) != 6 || full.Speed(0) != 7 || full.HeartRate(0) != 8 {
		t.Error("a column must read as it is")
	}
}

func TestRoundDeg(t *testing.T) {
	for _, c := range [][2]float64{{48.12345674, 48.1234567}, {48.12345676, 48.1234568}, {-8.00000006, -8.0000001}, {0, 0}} {
		if got := RoundDeg(c[0]); got != c[1] {
			t.Errorf("RoundDeg(%.8f) = %.8f, want %.7f", c[0], got, c[1])
		}
	}
}

func TestDayOf(t *testing.T) {
	cases := []struct {
		name string
		at   time.Time
		want int
	}{
		{"the first second", time.Unix(0, 0), 0},
		{"the last second of the day", time.Unix(86399, 999), 0},
		{"the second day", time.Unix(86400, 0), 1},
		{"before 1970", time.Unix(-1, 0), -1},
		{"a whole day before", time.Unix(-86400, 0), -1},
		{"the day where it was", time.Date(2026, 11, 21, 1, 0, 0, 0, time.FixedZone("east", 2*3600)), 20778},
		{"year 7600", time.Date(7600, 1, 1, 0, 0, 0, 0, time.UTC), 2056315},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := Activity{Start: c.at}
			if DayOf(c.at) != c.want || a.Day() != c.want {
				t.Errorf("day %d, want %d", DayOf(c.at), c.want)
			}
		})
	}
}

func TestSport(t *testing.T) {
	limits := map[Sport]float64{"Run": 12, "Trail Run": 12, "virtual_run": 12, "Ride": 36, "E-Bike Ride": 36, "GravelRide": 36,
		"Walk": 12, "hike": 12, "Swim": 10, "Kayaking": 15, "Inline Skate": 20, "Alpine Ski": 40, "Paragliding": 60, "": 60}
	for s, want := range limits {
		if got := s.SpeedLimitMS(); got != want {
			t.Errorf("%q: %g m/s, want %g", s, got, want)
		}
	}
	covers := []struct {
		filter, sport Sport
		want          bool
	}{
		{"Run", "Run", true}, {"Run", "Trail Run", true}, {"run", "VirtualRun", false}, {"Virtual", "VirtualRun", true}, {"All", "Virtual Ride", false}, {"all", "Ride", true}, {"All", "", true}, {"Other", "", true}, {"Other", "Run", false},
		{"Ride", "E-Mountain Bike Ride", true}, {"E-Bike Ride", "E-Mountain Bike Ride", true}, {"E-Bike Ride", "Ride", false}, {"Run", "Treadmill Run", false}, {"Quidditch", "quidditch", true}, {"Run", "Quidditch", false}, {"Trail Run", "Run", false},
		{"Ride", "Mountain Bike Ride", true}, {"Ride", "Run", false}, {"Walk", "walk", true}, {"Walk", "Hike", false},
		{"Nordic Ski", "nordic-ski", true}, {"", "", true}, {"Run", "", false}, {"", "Run", false},
	}
	for _, c := range covers {
		if got := c.filter.Covers(c.sport); got != c.want {
			t.Errorf("%q covers %q: %v", c.filter, c.sport, got)
		}
	}
}
