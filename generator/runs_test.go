package generator

import (
	"math"
	"math/rand/v2"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

func TestProjectRunsUnwraps(t *testing.T) {
	segments := make([]activity.Segment, 3)
	runs := projectRuns([]activity.Stretch{
		{Lat: []float64{0, 0, 0, 0}, Lon: []float64{179.9, -179.9, 179.95, -179.8}, Segments: segments},
		{Lat: []float64{10, 10}, Lon: []float64{-179.9, 179.9}, Segments: segments[:1]},
	})
	if len(runs) != 2 || len(runs[0].Points) != 4 || len(runs[1].Points) != 2 || len(runs[0].Segments) != 3 || len(runs[1].Segments) != 1 {
		t.Fatalf("got %v", runs)
	}
	degree := float64(raster.World) / 360
	for i, want := range []float64{359.9, 360.1, 359.95, 360.2} {
		if got := float64(runs[0].Points[i].X) / degree; math.Abs(got-want) > 1e-6 {
			t.Errorf("point %d lies %g degrees from the map's edge, want %g", i, got, want)
		}
	}
	for i, want := range []float64{0.1, -0.1} {
		if got := float64(runs[1].Points[i].X) / degree; math.Abs(got-want) > 1e-6 {
			t.Errorf("westwards, point %d lies %g degrees from the map's edge, want %g", i, got, want)
		}
	}
	if n := cap(runs[0].Points); n != 4 {
		t.Errorf("the first run could be appended over the second: capacity %d", n)
	}
}

// sums is what a set of runs leaves on the map in all.
type sums struct{ dist, dur, moveDist, moveDur, heart, heartDur, steep, grade, gradeDist, climb float64 }

func sumsOf(runs []layers.Run, minGrade float32) (s sums) {
	for _, r := range runs {
		for _, g := range r.Segments {
			d, t := float64(g.DistM), float64(g.DurS)
			s.dist, s.dur = s.dist+d, s.dur+t
			if g.Moving && t > 0 {
				s.moveDist, s.moveDur = s.moveDist+d, s.moveDur+t
			}
			if g.HR > 0 {
				s.heart, s.heartDur = s.heart+float64(g.HR)*t, s.heartDur+t
			}
			if rise := float64(g.Grade) * d; rise == rise {
				s.steep, s.grade, s.gradeDist = s.steep+math.Abs(rise), s.grade+rise, s.gradeDist+d
				if g.Grade >= minGrade {
					s.climb += rise
				}
			}
		}
	}
	return s
}

func TestSimplifyKeepsSums(t *testing.T) {
	const minGrade = float32(0.025)
	fewer := 0
	for _, s := range scenes() {
		for i := range s.chain.outings {
			runs := s.chain.runs(i)
			want := sumsOf(runs, minGrade)
			for zoom := int(s.chain.maxZoom) - 1; zoom >= 0; zoom -= 2 {
				// Again and again, as the bucket does.
				before := runs
				runs = simplify(runs, uint8(zoom), minGrade, 2)
				got := sumsOf(runs, minGrade)
				for _, v := range [][2]float64{{got.dist, want.dist}, {got.dur, want.dur}, {got.moveDist, want.moveDist}, {got.moveDur, want.moveDur},
					{got.heart, want.heart}, {got.heartDur, want.heartDur}, {got.steep, want.steep}, {got.gradeDist, want.gradeDist}, {got.climb, want.climb}} {
					if math.Abs(v[0]-v[1]) > 1e-5*v[1] {
						t.Fatalf("%s, activity %d, zoom %d: sums %+v, want %+v", s.name, i, zoom, got, want)
					}
				}
				if math.Abs(got.grade-want.grade) > 1e-5*want.steep {
					t.Fatalf("%s, activity %d, zoom %d: sums %+v, want %+v", s.name, i, zoom, got, want)
				}
				checkSimplified(t, before, runs, uint8(zoom))
				fewer += len(before[0].Segments) - len(runs[0].Segments)
			}
		}
	}
	if fewer == 0 {
		t.Error("nothing was simplified")
	}
}

// checkSimplified checks that every run kept its ends, and that its line is nowhere farther than the tolerance from
// the one before, in both directions.
func checkSimplified(t *testing.T, before, after []layers.Run, zoom uint8) {
	t.Helper()
	unit := 1 / raster.PixelScale(zoom)
	if len(before) != len(after) {
		t.Fatalf("%d runs became %d", len(before), len(after))
	}
	for i := range before {
		a, b := before[i].Points, after[i].Points
		if len(b) != len(after[i].Segments)+1 || a[0] != b[0] || a[len(a)-1] != b[len(b)-1] {
			t.Fatalf("a run from %v to %v became one from %v to %v", a[0], a[len(a)-1], b[0], b[len(b)-1])
		}
		// Each point kept is one of those before, in their order; those between two of them are near their line.
		at := 0
		for k := 0; k+1 < len(b); k++ {
			from := at
			for at++; at < len(a) && a[at] != b[k+1]; at++ {
			}
			for at+1 < len(a) && a[at+1] == b[k+1] && len(a)-at > len(b)-k-1 && sameMerge(before[i].Segments[from:at+1], after[i].Segments[k]) {
				at++
			}
			if at == len(a) {
				t.Fatalf("point %v is new", b[k+1])
			}
			p, q := b[k], b[k+1]
			if at-from > 1 && math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y)) > simplifyLengthPx*unit+1 {
				t.Fatalf("a merged segment is %.2f pixels long", math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y))/unit)
			}
			for _, o := range a[from : at+1] {
				if d := pointFromLine(o, p, q); d > simplifyTolerancePx*unit*1.0001+1 {
					t.Fatalf("a point lies %.3f pixels beside the line", d/unit)
				}
			}
		}
	}
}

// sameMerge tells whether the segments together last as long as the merged one: points may lie on one another.
func sameMerge(s []activity.Segment, merged activity.Segment) bool {
	dur, dist := 0.0, 0.0
	for _, g := range s {
		dur, dist = dur+float64(g.DurS), dist+float64(g.DistM)
	}
	return math.Abs(dur-float64(merged.DurS)) <= 1e-5*dur && math.Abs(dist-float64(merged.DistM)) <= 1e-5*dist
}

func pointFromLine(o, p, q raster.Point) float64 {
	x, y, dx, dy := float64(o.X-p.X), float64(o.Y-p.Y), float64(q.X-p.X), float64(q.Y-p.Y)
	u := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		u = max(0, min(1, (x*dx+y*dy)/l))
	}
	return math.Hypot(x-u*dx, y-u*dy)
}

// Segments that count for different things are never merged, however near they lie.
func TestSimplifyKeepsClassesApart(t *testing.T) {
	base := activity.Segment{DistM: 1, DurS: 1, HR: 120, Grade: 0.01, Moving: true}
	with := func(f func(*activity.Segment)) activity.Segment { s := base; f(&s); return s }
	cases := []struct {
		name  string
		other activity.Segment
		merge bool
	}{
		{"alike", with(func(s *activity.Segment) { s.HR, s.Grade, s.DurS = 160, 0.02, 9 }), true},
		{"standing", with(func(s *activity.Segment) { s.Moving = false }), false},
		{"no heart rate", with(func(s *activity.Segment) { s.HR = 0 }), false},
		{"no grade", with(func(s *activity.Segment) { s.Grade = nan32 }), false},
		{"downhill", with(func(s *activity.Segment) { s.Grade = -0.01 }), false},
		{"a hill", with(func(s *activity.Segment) { s.Grade = 0.025 }), false},
		{"no time", with(func(s *activity.Segment) { s.DurS = 0 }), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			run := layers.Run{Points: []raster.Point{{X: 5, Y: 5}, {X: 6, Y: 5}, {X: 7, Y: 5}}, Segments: []activity.Segment{base, c.other}}
			got := simplify([]layers.Run{run}, 10, 0.025, 2)
			if merged := len(got[0].Segments) == 1; merged != c.merge {
				t.Errorf("merged: %v", merged)
			}
		})
	}
}

// A merger of hills must count as a hill in spite of rounding.
func TestSimplifyKeepsHillsAtTheLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	const minGrade = float32(0.025)
	for range 200 {
		run := layers.Run{Points: []raster.Point{{}}}
		for i := range 60 {
			run.Points = append(run.Points, raster.Point{X: int64(i + 1)})
			run.Segments = append(run.Segments, activity.Segment{DistM: rng.Float32() * 5, DurS: 1, Grade: minGrade})
		}
		if got := sumsOf(simplify([]layers.Run{run}, 3, minGrade, 2), minGrade).climb; got == 0 {
			t.Fatal("hills of just the least grade vanished")
		}
	}
}

func BenchmarkSimplify(b *testing.B) {
	rng := rand.New(rand.NewPCG(8, 2))
	c := chain{around(rng, 1, 3600, 48, 7.85), testSettings(2, 4, false), 17}
	runs := c.runs(0)
	b.ReportAllocs()
	for b.Loop() {
		simplify(runs, 14, 0.025, 2)
	}
}
