package lines

import (
	"bytes"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers"
)

// withReadings gives the segments of a run readings of a sensor that wander about; some have none.
func withReadings(r *rand.Rand, run layers.Run, s activity.Sensor, from, to float64) layers.Run {
	v := (from + to) / 2
	for i := range run.Segments {
		v = math.Max(from, math.Min(to, v+r.NormFloat64()*(to-from)/20))
		if r.IntN(9) > 0 {
			run.Segments[i].Readings[s] = float32(s.Reading(v))
		}
	}
	return run
}

// sensorLines are lines of n samples or fewer, of which one has two sensors, one has one, and one has none, with the runs that they are of.
func sensorLines(n int) (all []*Line, runs []layers.Run) {
	r := rand.New(rand.NewPCG(8, 9))
	runs = []layers.Run{
		withReadings(r, withReadings(r, walk(r, n, 47.5, true, true, true), activity.Cadence, 60, 110), activity.Temperature, -12, 9),
		withReadings(r, walk(r, n/3, 47.5, true, true, true), activity.Temperature, 15, 35),
		walk(r, n/3, 47.5, true, true, true),
	}
	// They meet, so that blocks have pieces with readings and others without.
	for k := range runs {
		shift := runs[0].Points[0].X - runs[k].Points[0].X
		for i := range runs[k].Points {
			runs[k].Points[i].X += shift
		}
		all = append(all, Make(runs[k:k+1], []float32{400}, 0.025, activity.AllSensors()...))
	}
	return all, runs
}

// TestReadings: means over time come back to half a step, at every zoom of blocks; of whoever has no readings there are none.
func TestReadings(t *testing.T) {
	all, runs := sensorLines(3000)
	for _, zoom := range Zooms {
		var tracks *Tracks
		var err error
		if tracks, err = Assemble(contentsOf(t, zoom, all...), len(all)); err != nil {
			t.Fatal(err)
		}
		if tracks.Readings[activity.Power] != nil {
			t.Errorf("zoom %d: there is power", zoom)
		}
		for _, s := range []activity.Sensor{activity.Cadence, activity.Temperature} {
			for a := range all {
				var want, wantS, got, gotS float64
				for _, g := range runs[a].Segments {
					if g.Readings[s] > 0 {
						want, wantS = want+float64(g.Readings[s])*float64(g.DurS), wantS+float64(g.DurS)
					}
				}
				for v := tracks.First[a]; v < tracks.First[a+1]; v++ {
					if r := tracks.Readings[s][v]; r > 0 {
						got, gotS = got+float64(r)*float64(tracks.Seconds[v]), gotS+float64(tracks.Seconds[v])
					}
				}
				if (wantS > 0) != (gotS > 0) {
					t.Errorf("zoom %d, activity %d: %s for %g s, want %g", zoom, a, s, gotS, wantS)
				} else if wantS > 0 && math.Abs(got/gotS-want/wantS) > 0.02*want/wantS {
					t.Errorf("zoom %d, activity %d: %s is %g, want %g", zoom, a, s, s.Value(got/gotS), s.Value(want/wantS))
				}
			}
		}
	}
}

// TestNoReadingsCostNothing: blocks without readings, or of lines that nobody asked readings of, are those of before to the byte.
func TestNoReadingsCostNothing(t *testing.T) {
	_, runs := sensorLines(3000)
	plain := runs[2]
	for name, l := range map[string]*Line{
		"asked, but none": Make([]layers.Run{plain}, []float32{400}, 0.025, activity.AllSensors()...),
		"not asked": Make([]layers.Run{withReadings(rand.New(rand.NewPCG(1, 1)), layers.Run{Points: plain.Points, Segments: append([]activity.Segment(nil), plain.Segments...)}, activity.Power, 0, 400)},
			[]float32{400}, 0.025),
	} {
		if got, want := encoded(t, l), encoded(t, Make([]layers.Run{plain}, []float32{400}, 0.025)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the blocks differ", name)
		}
	}
}

// TestReadingsInFragments: who gets the pieces one by one makes the same blocks.
func TestReadingsInFragments(t *testing.T) {
	all, _ := sensorLines(300)
	parts := map[blockKey][]Part{}
	for a, l := range all {
		for f := range l.Fragments() {
			key := blockKey{f.Zoom, f.X, f.Y}
			parts[key] = append(parts[key], Part{a, f.Order, bytes.Clone(f.Data)})
		}
	}
	blocks, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	for i := range blocks {
		b := &blocks[i]
		joined, err := Join(b.Zoom, b.X, b.Y, parts[blockKey{b.Zoom, b.X, b.Y}])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(joined.join(), b.join()) {
			t.Errorf("block %d/%d/%d differs", b.Zoom, b.X, b.Y)
		}
	}
}

// TestReadingsGolden holds the bytes that the page's decoder is tested with.
func TestReadingsGolden(t *testing.T) {
	all, _ := sensorLines(300)
	blocks, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	type goldenBlock struct {
		Zoom uint8
		X, Y uint32
		Data []byte
	}
	var golden []goldenBlock
	for i := range blocks {
		if blocks[i].Zoom == Zoom {
			golden = append(golden, goldenBlock{blocks[i].Zoom, blocks[i].X, blocks[i].Y, blocks[i].join()})
		}
	}
	readings := map[string][]activity.Reading{}
	for s, column := range thereAndBack(t, all...).Readings {
		if column != nil {
			readings[activity.Sensor(s).String()] = column
		}
	}
	holdGolden(t, "readings_golden.json", map[string]any{"blocks": golden, "readings": readings, "lines": len(all)})
}

// TestDamagedReadings: what no sensor tells is refused.
func TestDamagedReadings(t *testing.T) {
	all, _ := sensorLines(300)
	blocks, err := Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	b := &blocks[0]
	whole := b.join()
	if _, err := decode(whole, b.Zoom, b.X, b.Y); err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(data []byte) []byte{
		"no sensors":           func(data []byte) []byte { data[4] = 0; return data },
		"an unknown sensor":    func(data []byte) []byte { data[4] |= 8; return data },
		"a column too few":     func(data []byte) []byte { data[4] |= 1 << activity.Power; return data },
		"a column too many":    func(data []byte) []byte { data[4] &^= 1 << activity.Temperature; return data },
		"below the least":      func(data []byte) []byte { return append(data[:len(data)-2], 0xff, 0x7f) },
		"more than there is":   func(data []byte) []byte { return append(data[:len(data)-2], 0xfe, 0x7f) },
		"readings, but no set": func(data []byte) []byte { return append([]byte(magic), data[5:]...) },
	} {
		if _, err := decode(damage(bytes.Clone(whole)), b.Zoom, b.X, b.Y); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
