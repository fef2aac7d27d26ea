package generator

import (
	"math"
	"math/rand/v2"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// randomRuns makes runs of anything a segment can be.
func randomRuns(rng *rand.Rand) []layers.Run {
	var runs []layers.Run
	for range 1 + rng.IntN(4) {
		p := raster.Point{X: rng.Int64N(3*raster.World) - raster.World, Y: rng.Int64N(raster.World)}
		r := layers.Run{Points: []raster.Point{p}}
		for range 1 + rng.IntN(40) {
			reach := int64(1) << rng.IntN(30)
			p.X, p.Y = p.X+rng.Int64N(2*reach)-reach, p.Y+rng.Int64N(2*reach)-reach
			s := activity.Segment{Grade: nan32, Moving: rng.IntN(2) > 0}
			if rng.IntN(4) > 0 {
				s.DistM = rng.Float32() * 2000
			}
			if rng.IntN(4) > 0 {
				s.DurS = rng.Float32() * 100
			}
			if rng.IntN(50) == 0 {
				s.DurS = 1e9 // a clock that jumped
			}
			if rng.IntN(2) > 0 {
				s.HR = 30 + rng.Float32()*200
			}
			if rng.IntN(2) > 0 {
				s.Grade = rng.Float32()*2 - 1
			}
			if rng.IntN(50) == 0 {
				s.Grade = float32(math.Inf(1 - 2*rng.IntN(2)))
			}
			r.Points, r.Segments = append(r.Points, p), append(r.Segments, s)
		}
		runs = append(runs, r)
	}
	return runs
}

func TestPieceCodecRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	var reader pieceReader
	for range 500 {
		runs := randomRuns(rng)
		type cut struct {
			run, from, to int
			shift         int64
		}
		var cuts []cut
		var data []byte
		for i := range runs {
			n := len(runs[i].Segments)
			from := rng.IntN(n)
			c := cut{i, from, from + 1 + rng.IntN(n-from), (rng.Int64N(5) - 2) * raster.World}
			cuts = append(cuts, c)
			data = appendRun(data, &runs[i], c.from, c.to, c.shift, 14)
		}
		got, err := reader.read(data)
		if err != nil || len(got) != len(cuts) {
			t.Fatalf("%d runs came back as %d: %v", len(cuts), len(got), err)
		}
		for i, c := range cuts {
			r := runs[c.run]
			if len(got[i].Segments) != c.to-c.from || len(got[i].Points) != c.to-c.from+1 {
				t.Fatalf("%d segments came back as %d with %d points", c.to-c.from, len(got[i].Segments), len(got[i].Points))
			}
			for k, p := range got[i].Points {
				if want := (raster.Point{X: r.Points[c.from+k].X + c.shift, Y: r.Points[c.from+k].Y}); p != want {
					t.Fatalf("point %v came back as %v", want, p)
				}
			}
			for k, s := range got[i].Segments {
				checkSegment(t, r.Segments[c.from+k], s)
			}
		}
	}
}

// checkSegment compares a segment with what the codec made of it: half a unit, and the precision of float32.
func checkSegment(t *testing.T, want, got activity.Segment) {
	t.Helper()
	within := func(what string, a, b float32, unit float64) {
		if math.Abs(float64(a-b)) > unit/2+2e-7*math.Abs(float64(a)) {
			t.Errorf("%s %g came back as %g", what, a, b)
		}
	}
	within("distance", want.DistM, got.DistM, 0.001)
	within("duration", want.DurS, got.DurS, 0.001)
	within("heart rate", want.HR, got.HR, 1./8)
	if want.Moving != got.Moving || (want.HR > 0) != (got.HR > 0) || (want.Grade == want.Grade) != (got.Grade == got.Grade) {
		t.Errorf("%+v came back as %+v", want, got)
	}
	if want.Grade == want.Grade {
		within("grade", max(-maxGrade, min(maxGrade, want.Grade)), got.Grade, 1e-5)
	}
}

func TestPieceCodecKnowsDamage(t *testing.T) {
	r := randomRuns(rand.New(rand.NewPCG(7, 2)))[0]
	whole := appendRun(nil, &r, 0, len(r.Segments), 0, 14)
	var reader pieceReader
	for n := 1; n < len(whole); n++ {
		if _, err := reader.read(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes were accepted", n, len(whole))
		}
	}
	if runs, err := reader.read(nil); err != nil || len(runs) != 0 {
		t.Errorf("nothing is read as %v, %v", runs, err)
	}
	if _, err := reader.read([]byte{0, 0, 0}); err == nil {
		t.Error("a run without segments was accepted")
	}
}

func FuzzPieceReader(f *testing.F) {
	rng := rand.New(rand.NewPCG(7, 3))
	for range 5 {
		var data []byte
		for _, r := range randomRuns(rng) {
			data = appendRun(data, &r, 0, len(r.Segments), 0, 14)
		}
		f.Add(data)
		data = nil
		for _, r := range spot(randomRuns(rng)[:1], 2, 0.025) {
			data = appendRun(data, &r, 0, r.Ways(), 0, 2)
		}
		f.Add(data)
	}
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		var reader pieceReader
		runs, err := reader.read(data)
		if err != nil {
			return
		}
		ways := 0
		for _, r := range runs {
			n, points := r.Ways(), r.Ways()+1
			if r.Spots != nil {
				points = n
			}
			ways += n
			if n == 0 || len(r.Points) != points || len(r.Segments)+len(r.Known)+len(r.Spots) != n {
				t.Fatalf("%d ways join %d points", n, len(r.Points))
			}
			if r.Segments != nil {
				ways += n
			}
		}
		// A segment takes four bytes at least, all others two.
		if 2*ways > len(data) {
			t.Fatalf("%d bytes hold %d ways", len(data), ways)
		}
	})
}
