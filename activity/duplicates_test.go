package activity

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// record makes a record of a source with a start, a place and a length.
func record(source string, index int, day int, p LatLon, lengthM float64) Record {
	r := Record{}
	r.Source, r.SourceIndex = source, index
	r.Activity.Start = time.Date(2026, 5, day, 18, 0, 0, 0, time.UTC)
	r.Outline = Outline{Samples: 100, Start: p, DistanceM: lengthM}
	return r
}

func TestDuplicates(t *testing.T) {
	at := LatLon{48.0011, 8.0013}
	strava, files, intervals := "strava", "files", "intervals"
	same := func(r Record, content byte) Record { r.Content[0] = content; return r }
	undated := func(r Record) Record { r.Activity.Start = time.Time{}; return r }
	untracked := func(r Record, lengthM float64) Record {
		r.Outline = Outline{}
		r.Activity.DistanceM = lengthM
		return r
	}
	cases := []struct {
		name    string
		records []Record
		want    []int
	}{
		{"none", nil, nil},
		{"alone", []Record{record(files, 0, 5, at, 10000)}, []int{-1}},
		{"of two sources", []Record{record(files, 0, 5, at, 10000), record(intervals, 1, 5, at, 10000)}, []int{-1, 0}},
		{"Strava's stays although listed last", []Record{record(files, 0, 5, at, 10000), record(strava, 1, 5, at, 10000)}, []int{1, -1}},
		{"the source listed first stays", []Record{record(intervals, 2, 5, at, 10000), record(files, 1, 5, at, 10000)}, []int{1, -1}},
		{"three sources", []Record{record(files, 0, 5, at, 10000), record(intervals, 1, 5, at, 10100), record(strava, 2, 5, at, 10050)}, []int{2, 2, -1}},
		{"of one source never", []Record{record(strava, 0, 5, at, 10000), record(strava, 0, 5, at, 10000)}, []int{-1, -1}},
		{"the same loop every day", []Record{record(files, 0, 5, at, 10000), record(files, 0, 6, at, 10000), record(files, 0, 7, at, 10000)}, []int{-1, -1, -1}},
		{"the day after", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 6, at, 10000)}, []int{-1, 0}},
		{"the day before", []Record{record(strava, 0, 6, at, 10000), record(files, 1, 5, at, 10000)}, []int{-1, 0}},
		{"two days after", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 7, at, 10000)}, []int{-1, -1}},
		{"199 m longer", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 5, at, 10199)}, []int{-1, 0}},
		{"201 m shorter", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 5, at, 9799)}, []int{-1, -1}},
		{"149 m beside", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 5, moved(at, 100, 110), 10000)}, []int{-1, 0}},
		{"151 m beside", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 5, moved(at, -107, 107), 10000)}, []int{-1, -1}},
		{"the same file twice in one source", []Record{same(record(files, 0, 5, at, 10000), 7), same(record(files, 0, 5, at, 10000), 7)}, []int{-1, 0}},
		{"the same file in Strava's export", []Record{same(record(files, 0, 5, at, 10000), 7), same(record(strava, 1, 5, at, 10000), 7)}, []int{1, -1}},
		{"the same file, whatever the rest says", []Record{same(record(files, 0, 5, at, 10000), 7), same(record(files, 1, 25, moved(at, 5000, 0), 100), 7)}, []int{-1, 0}},
		{"unknown content is not equal content", []Record{record(files, 0, 5, at, 10000), record(files, 0, 25, at, 10000)}, []int{-1, -1}},
		{"no track, equal lengths", []Record{untracked(record(strava, 0, 5, at, 0), 5000), untracked(record(files, 1, 5, at, 0), 5000)}, []int{-1, -1}},
		{"twice the same file, once with a twin", []Record{record(strava, 0, 5, at, 10000), same(record(files, 1, 5, at, 10000), 7), same(record(files, 1, 5, at, 10000), 7)}, []int{-1, 0, 0}},
		{"a loop every day, of which Strava has not the last", []Record{
			record(strava, 0, 5, at, 10000), record(strava, 0, 6, at, 10000), record(intervals, 1, 7, at, 10000), record(intervals, 1, 6, at, 10000), record(intervals, 1, 5, at, 10000),
		}, []int{-1, -1, -1, 1, 0}},
		{"a loop every day, of which Strava has not the first", []Record{
			record(intervals, 0, 4, at, 10000), record(intervals, 0, 5, at, 10000), record(strava, 1, 5, at, 10000),
		}, []int{-1, 2, -1}},
		{"two of a day, of which one is known", []Record{record(strava, 0, 5, at, 10000), record(intervals, 1, 5, at, 10150), record(intervals, 1, 5, at, 10010)}, []int{-1, -1, 0}},
		{"the same file takes the place", []Record{same(record(strava, 0, 5, at, 10000), 7), record(intervals, 1, 6, at, 10000), same(record(intervals, 1, 5, at, 10000), 7)}, []int{-1, -1, 0}},
		{"two of a third source", []Record{record(strava, 0, 5, at, 10000), record(files, 1, 5, at, 10000), record(intervals, 2, 5, at, 10000), record(intervals, 2, 6, at, 10000)}, []int{-1, 0, 0, -1}},
		{"neither dated", []Record{undated(record(strava, 0, 5, at, 10000)), undated(record(files, 1, 5, at, 10000))}, []int{-1, 0}},
		{"one not dated", []Record{undated(record(strava, 0, 5, at, 10000)), record(files, 1, 5, at, 10000)}, []int{-1, -1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Duplicates(c.records); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Starts up to 150 m apart are found wherever a border of the cells runs between them.
func TestDuplicatesAcrossCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	places := func(yield func(LatLon) bool) {
		// Rows of cells are duplicateCellDeg high, so these lie on and beside their borders.
		for row := -20_000; row <= 40_000; row += 37 {
			for _, beside := range []float64{-1e-7, 0, 1e-7} {
				if !yield(LatLon{RoundDeg(float64(row)*duplicateCellDeg + beside), RoundDeg(rng.Float64()*360 - 180)}) {
					return
				}
			}
		}
		// Columns shift where the latitude rounds to the next degree, and the map ends at 180 degrees.
		for lat := -69.5; lat < 80; lat++ {
			if !yield(LatLon{lat, 120.5}) || !yield(LatLon{lat, 180}) || !yield(LatLon{lat, -179.9995}) {
				return
			}
		}
	}
	for p := range places {
		dir := rng.Float64() * 6.28
		q := moved(p, 140*cosDeg(dir*57.3), 140*cosDeg(dir*57.3-90))
		got := Duplicates([]Record{record("strava", 0, 5, p, 10000), record("files", 1, 5, q, 10000)})
		if got[1] != 0 {
			t.Errorf("starts at %.7f and %.7f, %.0f m apart, are not seen to be one", p, q, p.DistanceM(q))
		}
	}
}

func BenchmarkDuplicates(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 2))
	var all []Record
	for i := range 5000 {
		all = append(all, record([]string{"strava", "files"}[i%2], i%2, 1+rng.IntN(30), moved(LatLon{48, 8}, rng.NormFloat64()*300, 0), 10000+rng.NormFloat64()*3000))
	}
	b.ReportAllocs()
	for b.Loop() {
		Duplicates(all)
	}
}
