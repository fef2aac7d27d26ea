package generator

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// left is what runs leave on the map in all: the sums of spots, in their units.
func left(runs []layers.Run, minGrade float32) (all [layers.SpotSums]float64, spots int) {
	for _, r := range runs {
		if r.Segments != nil {
			s := sumsOf([]layers.Run{r}, minGrade)
			for n, v := range [layers.SpotSums]float64{1000 * s.dur, 1000 * s.moveDur, 1000 * s.heartDur, 1000 * s.moveDist, 1000 * s.gradeDist, s.heart,
				500 * (s.steep + s.grade), 500 * (s.steep - s.grade), 1000 * s.climb} {
				all[n] += v
			}
		}
		for _, spot := range r.Spots {
			spots++
			for n, v := range spot {
				all[n] += float64(v)
			}
		}
	}
	return all, spots
}

// Spots have the sums of the ways that they stand for, to their units, each pixel once, again and again as zooms get coarser; and runs come out of the bytes of a piece as they went in.
func TestSpotsKeepSums(t *testing.T) {
	const minGrade = float32(0.025)
	rng := rand.New(rand.NewPCG(8, 3))
	for _, s := range scenes() {
		for i := range s.chain.outings {
			runs := s.chain.runs(i)
			want, _ := left(runs, minGrade)
			rounded := 0.
			for zoom := spottedZoom; zoom >= 0; zoom -= 3 {
				runs = spot(runs, uint8(zoom), minGrade)
				got, spots := left(runs, minGrade)
				rounded += float64(spots)
				for n := range got {
					if math.Abs(got[n]-want[n]) > 1e-5*math.Abs(want[n])+rounded/2+1e-6 {
						t.Fatalf("%s, activity %d, zoom %d: sums %v, want %v", s.name, i, zoom, got, want)
					}
				}
				pixels := map[raster.Point]bool{}
				for _, r := range runs {
					for k := range r.Spots {
						p := raster.Point{X: r.Points[k].X >> pixelBits(uint8(zoom)), Y: r.Points[k].Y >> pixelBits(uint8(zoom))}
						if pixels[p] {
							t.Fatalf("%s, activity %d, zoom %d: pixel %v has two spots", s.name, i, zoom, p)
						}
						pixels[p] = true
					}
				}
				throughBytes(t, rng, runs, uint8(zoom))
			}
			if _, spots := left(runs, minGrade); spots == 0 && want != ([layers.SpotSums]float64{}) {
				t.Errorf("%s, activity %d has no spot at the coarsest zoom", s.name, i)
			}
		}
	}
}

// throughBytes encodes parts of runs as a piece, moved by some turns of the map, and holds what is read to them.
func throughBytes(t *testing.T, rng *rand.Rand, runs []layers.Run, zoom uint8) {
	t.Helper()
	var data []byte
	var want []layers.Run
	for i := range runs {
		r := &runs[i]
		if r.Segments != nil {
			continue // TestPieceCodecRoundTrip has those
		}
		from := rng.IntN(r.Ways())
		to, shift := from+1+rng.IntN(r.Ways()-from), (rng.Int64N(5)-2)*raster.World
		data = appendRun(data, r, from, to, shift, zoom)
		part := layers.Run{}
		if last := to; r.Spots != nil {
			part.Points, part.Spots = r.Points[from:last], r.Spots[from:to]
		} else {
			part.Points, part.Known = r.Points[from:last+1], r.Known[from:to]
		}
		points := make([]raster.Point, len(part.Points))
		for k, p := range part.Points {
			points[k] = raster.Point{X: p.X + shift, Y: p.Y}
		}
		part.Points = points
		want = append(want, part)
		var reader pieceReader
		for range 5 {
			whole := appendRun(nil, r, from, to, shift, zoom)
			if n := 1 + rng.IntN(len(whole)-1); n < len(whole) {
				if _, err := reader.read(whole[:n]); err == nil {
					t.Fatalf("%d of %d bytes were accepted", n, len(whole))
				}
			}
		}
	}
	var reader pieceReader
	got, err := reader.read(data)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d runs came back as %d: %v", len(want), len(got), err)
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("zoom %d: a run came back as\n%v, not\n%v", zoom, got[i], want[i])
		}
	}
}
