package athlete

import (
	"bytes"
	"math"
	"runtime"
	"sync"
	"testing"

	"heatmapgen/activity/track"
)

// totals makes every recording of an athlete.
func totals(a *Athlete) (samples int, s Streets) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			m := NewMaker(a)
			for i := w; i < a.Activities; i += workers {
				r := m.Recording(i)
				t := r.Trace()
				mu.Lock()
				samples += len(r.Lat)
				s.Add(t)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return samples, s
}

func TestTotals(t *testing.T) {
	for _, c := range []struct {
		name              string
		activities        int
		km, samples, by   float64
		distinct, distMax float64 // km
	}{
		{"town", 500, 5000, 1.58e6, 0.03, 900, 1050},
		{"runner", 1600, 11_600, 2.0e6, 0.03, 900, 1050},
		{"cyclist", 2500, 60_000, 8.5e6, 0.03, 4000, 5000},
		{"crowd", 10_000, 19_000, 1.2e6, 0.03, 350, 450},
	} {
		a, err := ByName(c.name)
		if err != nil {
			t.Fatal(err)
		}
		samples, s := totals(a)
		t.Logf("%s: %d samples, %.0f km, %.0f km distinct", c.name, samples, s.Metres()/1000, s.DistinctMetres()/1000)
		near := func(what string, got, want float64) {
			if math.Abs(got-want) > c.by*want {
				t.Errorf("%s has %.0f %s, want %.0f within %.0f %%", c.name, got, what, want, 100*c.by)
			}
		}
		near("activities", float64(a.Activities), float64(c.activities))
		near("km", s.Metres()/1000, c.km)
		near("samples", float64(samples), c.samples)
		if d := s.DistinctMetres() / 1000; d < c.distinct || d > c.distMax {
			t.Errorf("%s has %.0f km of distinct streets, want %.0f to %.0f", c.name, d, c.distinct, c.distMax)
		}
	}
}

// The same bytes, whatever else a maker made before, and another file for every activity.
func TestRepeats(t *testing.T) {
	for _, a := range athletes() {
		busy := NewMaker(a)
		seen := map[string]int{}
		for _, i := range []int{a.Activities, 3, 2, 0} {
			var x, y bytes.Buffer
			if err := busy.Recording(i).WriteGPX(&x); err != nil {
				t.Fatal(err)
			}
			if err := NewMaker(a).Recording(i).WriteGPX(&y); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(x.Bytes(), y.Bytes()) {
				t.Errorf("activity %d of %s comes out differently", i, a.Name)
			}
			if k, ok := seen[x.String()]; ok {
				t.Errorf("activities %d and %d of %s are one", i, k, a.Name)
			}
			seen[x.String()] = i
		}
	}
}

func TestOneAfterTheOther(t *testing.T) {
	for _, a := range athletes() {
		m := NewMaker(a)
		before := m.Recording(0)
		for i := 1; i < 60; i++ {
			r := m.Recording(i * max(1, a.people)) // the next of the person
			if r.Person != before.Person || r.region != before.region && a.OfCrowd() {
				t.Errorf("activity %d of %s is another's, or elsewhere", i, a.Name)
			}
			if end := before.Start.UnixMilli() + before.MS[len(before.MS)-1]; r.Start.UnixMilli() <= end {
				t.Errorf("activity %d of %s begins before the one before it has ended", i, a.Name)
			}
			before = r
		}
		if last := m.Recording(a.Activities); !last.Start.AddDate(0, 0, 1).Before(AsOf.AddDate(0, 0, 1)) {
			t.Errorf("one more of %s begins at %v", a.Name, last.Start)
		}
	}
}

func TestFilesCanBeRead(t *testing.T) {
	for _, a := range athletes() {
		m := NewMaker(a)
		for i := range 4 {
			r := m.Recording(i)
			var b bytes.Buffer
			if err := r.WriteGPX(&b); err != nil {
				t.Fatal(err)
			}
			read, err := track.Decode(b.Bytes())
			if err != nil {
				t.Fatalf("activity %d of %s: %v", i, a.Name, err)
			}
			got := read.Track
			if got.Len() != len(r.Lat) || got.Time(0) != r.Start.UnixMilli() || read.Sport == "" {
				t.Fatalf("activity %d of %s has %d samples of %q from %d, want %d from %d", i, a.Name, got.Len(), read.Sport, got.Time(0), len(r.Lat), r.Start.UnixMilli())
			}
			for k := range r.Lat {
				if got.Lat[k] != r.Lat[k] || got.Lon[k] != r.Lon[k] || got.Alt(k) != float32(r.AltM[k]) || got.Time(k)-got.Time(0) != r.MS[k] {
					t.Fatalf("sample %d of activity %d of %s is at %v, %v", k, i, a.Name, got.Lat[k], got.Lon[k])
				}
				if want := i%2 == 0; (got.HeartRate(k) > 0) != want {
					t.Fatalf("sample %d of activity %d of %s has %d bpm", k, i, a.Name, got.HeartRate(k))
				}
			}
		}
	}
}

// Distinct streets do not grow with what is done again, and a straight street is as long as it is.
func TestStreets(t *testing.T) {
	trace := traceOf(&route{way: []point{{3, 7}, {903, 507}, {3, 7}}})
	var s Streets
	for range 5 {
		s.Add(trace)
	}
	there := math.Hypot(900, 500)
	if m := s.Metres(); math.Abs(m-10*there) > 1 {
		t.Errorf("%.0f m, want %.0f", m, 10*there)
	}
	if d := s.DistinctMetres(); math.Abs(d-there) > 0.03*there {
		t.Errorf("%.0f m of distinct streets, want %.0f", d, there)
	}
}

func TestUnknownAthlete(t *testing.T) {
	if _, err := ByName("nobody"); err == nil {
		t.Error("there is somebody called nobody")
	}
}
