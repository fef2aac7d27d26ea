package activity_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/activity/track"
)

// A found is what is right about a recording that somebody had trouble with; NaN is not judged.
type found struct {
	path                                string
	metres, seconds, ms, ascent, within float64
	stretches                           int
	indoor                              bool
}

var unknown = math.NaN()

// The recordings lie outside this repository.
func TestRecordingsOfOthers(t *testing.T) {
	shared := os.Getenv("HEATMAPGEN_SHARED")
	if shared == "" {
		t.Skip("HEATMAPGEN_SHARED is not set: the recordings are not part of this repository")
	}
	for _, f := range []found{
		{"05-position-held-then-jump/66-held-fix-run/in/a.fit", 5400, 1800, 3, 0, 0.02, 1, false},
		{"05-position-held-then-jump/66b-held-fix-ride/in/a.fit", 14400, 1800, 8, 0, 0.02, 1, false},
		{"05-position-held-then-jump/66c-held-fix-swim/in/a.fit", 1543, 1780, 0.9, 0, 0.03, 1, false},
		{"05-position-held-then-jump/66e-held-fix-walk/in/a.fit", 2500, 1800, 1.4, 0, 0.02, 1, false},
		{"10-stray-samples-drawn-and-believed/09-stale-first-fix/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"10-stray-samples-drawn-and-believed/09c-stale-radius/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"10-stray-samples-drawn-and-believed/10-spike-mid/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"10-stray-samples-drawn-and-believed/56-near-null-island/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"10-stray-samples-drawn-and-believed/56b-lat-zero/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"11-small-places-called-indoor/14-stadium/in/a.gpx", 10000, 2500, 4, unknown, 0.01, 1, false},
		{"11-small-places-called-indoor/14b-small-places/in/lakeswim.fit", 1620, 1800, 0.9, unknown, 0.01, 1, false},
		{"11-small-places-called-indoor/14b-small-places/in/soccer.fit", unknown, unknown, unknown, unknown, 0, 1, false},
		{"14-device-speed-zero-believed/27-speed-zero/in/a.gpx", 2697, 899, 3, 0, 0.01, 1, false},
		{"14-device-speed-zero-believed/27b-speed-zero-fit/in/a.fit", 2697, 899, 3, 0, 0.01, 1, false},
		{"14-device-speed-zero-believed/59-speed-zero-some/in/a.gpx", 4284, 3570, 1.2, 0, 0.01, 1, false},
		{"17-sixty-metres-a-second-for-walks/10b-spike-walk/in/a.gpx", 1260, 899, 1.4, 0, 0.01, 1, false},
		{"17-sixty-metres-a-second-for-walks/31b-train-walk/in/a.gpx", 1700, 1200, 1.4, 0, 0.02, 2, false},
		{"17-sixty-metres-a-second-for-walks/57-open-water-swim/in/a.fit", 1350, 1500, 0.9, 0, 0.03, 1, false},
		{"19-altitude-sentinels/12-altitude-minus-500/in/a.fit", unknown, unknown, unknown, 0, 0, 1, false},
		{"19-altitude-sentinels/13-altitude-zero/in/a.fit", unknown, unknown, unknown, 0, 0, 1, false},
		{"19-altitude-sentinels/13b-altitude-zero-start/in/a.gpx", unknown, unknown, unknown, 0, 0, 1, false},
		{"19-altitude-sentinels/13c-altitude-spike/in/a.gpx", unknown, unknown, unknown, 0, 0, 1, false},
		{"20-ascent-over-a-pause/13e-cable-car-in-pause/in/a.gpx", 5394, unknown, unknown, 0, 0.01, 2, false},
		{"25-many-samples-in-one-second/77-gopro-10hz/in/a.gpx", 7200, 600, 12, 0, 0.01, 1, false},
		{"25-many-samples-in-one-second/55-one-timestamp/in/a.gpx", 4485, 0, unknown, 0, 0.01, 1, false},
		{"25-many-samples-in-one-second/55b-minute-times/in/a.gpx", 11960, 1495, 8, 0, 0.01, 1, false},
		{"29-ski-lifts/70-ski-lift/in/a.fit", unknown, unknown, 10, 0, 0.02, 1, false},
		{"31-polar/ride.tcx", 12600, 1800, 7, 0, 0.01, 1, false},
		{"32-hold/hold2.2.gpx", 3960, 1800, 2.2, 0, 0.01, 1, false},
		{"32-hold/hold2.6.gpx", 4680, 1800, 2.6, 0, 0.01, 1, false},
		{"33-pause/pause.fit", 4800, 1200, 4, unknown, 0.01, 4, false},
		{"34-catchup/phone.gpx", 5400, 1800, 3, 0, 0.01, 1, false},
		{"35-hills/every1s.gpx", 10800, 3600, 3, 540, 0.05, 1, false},
		{"35-hills/every4s.gpx", 10800, 3600, 3, 540, 0.05, 1, false},
		{"35-hills/every7s.gpx", 10800, 3600, 3, 540, 0.05, 1, false},
	} {
		t.Run(f.path, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(shared, "cases", filepath.FromSlash(f.path)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := track.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			tr, done := activity.Clean(r.Track, r.Sport)
			d := activity.Deriver{AltitudeWindowM: 40}
			stretches := d.Stretches(tr)
			o := d.OutlineOf(tr, stretches)
			if len(stretches) != f.stretches || o.Indoor(50, r.Sport) != f.indoor {
				t.Errorf("%d stretches, indoor %v (%s)", len(stretches), o.Indoor(50, r.Sport), done.String())
			}
			moved, moving, fastest := 0.0, 0.0, 0.0
			for _, s := range stretches {
				for _, g := range s.Segments {
					if g.Moving {
						moved, moving = moved+float64(g.DistM), moving+float64(g.DurS)
						fastest = max(fastest, float64(g.DistM/g.DurS))
					}
					if f.ascent == 0 && r.Sport != "Alpine Ski" && math.Abs(float64(g.Grade)) > 1e-3 {
						t.Fatalf("a flat way has a grade of %g", g.Grade)
					}
				}
			}
			for _, n := range []struct {
				what      string
				got, want float64
			}{{"metres", o.DistanceM, f.metres}, {"seconds", o.MovingS, f.seconds}, {"m/s", moved / moving, f.ms}, {"m up", o.AscentM, f.ascent}} {
				if math.Abs(n.got-n.want) > f.within*n.want {
					t.Errorf("%.2f %s, want %.2f (%s)", n.got, n.what, n.want, done.String())
				}
			}
			if fastest > 12.5 {
				t.Errorf("somewhere it is %.1f m/s", fastest)
			}
		})
	}
}
