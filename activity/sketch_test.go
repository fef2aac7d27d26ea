package activity

import (
	"math"
	"testing"
	"time"
)

// A sketch has the positions of its moments, at any length, over gaps and across the antimeridian.
func TestSketch(t *testing.T) {
	for _, test := range []struct {
		name           string
		startMS        int64
		seconds, every int
		step           int64
	}{
		{"minutes", 1_770_000_000_000, 600, 1, 30},
		{"hours", 1_770_000_007_000, 4 * 3600, 7, 30},
		{"a day", 1_770_000_007_321, 20 * 3600, 20, 180},
		{"days", 1_770_000_007_321, 4 * 86400, 60, 900},
		{"a second", 1_770_000_001_000, 2, 1, 30},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := func(ms int64) LatLon { // 3 m/s to the east from before the antimeridian
				return moved(LatLon{47, 179.99}, 0, float64(ms-test.startMS)*0.003)
			}
			tr := &Track{}
			for i := 0; i < test.seconds; i += test.every {
				ms := test.startMS + int64(i)*1000
				p := at(ms)
				tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, p.Lat), append(tr.Lon, RoundDeg(p.Lon)), append(tr.TimeMS, ms)
			}
			s := SketchOf(tr, tr)
			last := tr.TimeMS[len(tr.TimeMS)-1]
			if s.StepS != test.step || s.FirstMS != test.startMS || s.LastMS != last || len(s.At) > maxMoments || s.Recorded != tr.Len() || s.HR || s.Alt {
				t.Fatalf("step %d, %d to %d, %d moments", s.StepS, s.FirstMS, s.LastMS, len(s.At))
			}
			if want := floorDiv(last, s.StepS*1000) - ceilDiv(test.startMS, s.StepS*1000) + 1; int64(len(s.At)) != max(0, want) {
				t.Errorf("%d moments, want %d", len(s.At), want)
			}
			for k, p := range s.At {
				ms := (s.From + int64(k)) * s.StepS * 1000
				want := at(ms)
				if got := (LatLon{float64(p.Lat) * 1e-7, float64(p.Lon) * 1e-7}); got.DistanceM(want) > 0.1 {
					t.Fatalf("at %d it is at %v, want %v", ms, got, want)
				}
				if way := float64(ms-test.startMS) * 0.003; math.Abs(float64(p.WayM)-way) > 0.001*way+1 {
					t.Fatalf("at %d the way is %.1f, want %.1f", ms, p.WayM, way)
				}
			}
		})
	}
}

// Nobody knows where it was in a gap, unless it came out where it went in.
func TestSketchOfGaps(t *testing.T) {
	start := time.Date(2026, 5, 4, 16, 0, 0, 0, time.UTC).UnixMilli()
	for _, test := range []struct {
		apartM float64
		known  bool
	}{{90, true}, {110, false}} {
		tr := &Track{}
		for i := range 240 {
			ms, east := start+int64(i)*1000, float64(i)
			if i >= 120 {
				ms, east = ms+600_000, 119+test.apartM+float64(i-120)
			}
			p := moved(LatLon{47, 8}, 0, east)
			tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, p.Lat), append(tr.Lon, p.Lon), append(tr.TimeMS, ms)
		}
		s := SketchOf(tr, tr)
		for k := range s.At {
			at := (s.From+int64(k))*s.StepS - start/1000
			if in := at > 119 && at < 720; (s.At[k].Lat != nowhere) != (!in || test.known) {
				t.Errorf("%g m: %d s after the start %v", test.apartM, at, s.At[k])
			}
		}
	}
	if s := SketchOf(&Track{}, &Track{}); s != nil {
		t.Errorf("of nothing: %+v", s)
	}
	if s := SketchOf(&Track{Lat: []float64{1, 1}, Lon: []float64{2, 2}}, &Track{Lat: []float64{1, 1}, Lon: []float64{2, 2}}); s.timed() || s.Recorded != 2 {
		t.Errorf("without times: %+v", s)
	}
}

// The moments of a step are among those of every shorter one, and quarters of an hour are whole numbers of the steps that clocks are compared by.
func TestSketchSteps(t *testing.T) {
	for i, step := range sketchSteps {
		if i > 0 && step%sketchSteps[i-1] != 0 || step <= quarterS && quarterS%step != 0 {
			t.Errorf("%d", step)
		}
	}
}

// Boxes are near each other across the antimeridian as elsewhere.
func TestNearBoxes(t *testing.T) {
	box := func(south, west, north, east float64) Record {
		return Record{Outline: Outline{South: south, West: west, North: north, East: east}}
	}
	for _, test := range []struct {
		name string
		a, b Record
		want bool
	}{
		{"within", box(47, 8, 48, 9), box(47.2, 8.2, 47.3, 8.3), true},
		{"beside", box(47, 8, 48, 9), box(47, 9.005, 48, 9.1), true},
		{"east", box(47, 8, 48, 9), box(47, 9.03, 48, 9.1), false},
		{"west", box(47, 8, 48, 9), box(47, 7, 48, 7.97), false},
		{"north", box(47, 8, 48, 9), box(48.02, 8, 49, 9), false},
		{"a little north", box(47, 8, 48, 9), box(48.005, 8, 49, 9), true},
		{"across the antimeridian", box(47, 179, 48, 181), box(47, -179.5, 48, -178), true},
		{"beyond it", box(47, 179, 48, 181), box(47, -178.9, 48, -178), false},
		{"round the world", box(47, -180, 48, 180), box(47, 8, 48, 9), true},
	} {
		if got, turned := test.a.near(&test.b), test.b.near(&test.a); got != test.want || turned != test.want {
			t.Errorf("%s: %v and %v, want %v", test.name, got, turned, test.want)
		}
	}
}

func BenchmarkSketch(b *testing.B) {
	tr := &Track{HR: make([]uint8, 3600), AltM: make([]float32, 3600)}
	for i := range 3600 {
		p := moved(LatLon{47, 8}, float64(i), float64(2*i))
		tr.Lat, tr.Lon, tr.TimeMS = append(tr.Lat, p.Lat), append(tr.Lon, p.Lon), append(tr.TimeMS, 1_770_000_000_000+int64(i)*1000)
	}
	b.ReportAllocs()
	for b.Loop() {
		SketchOf(tr, tr)
	}
}
