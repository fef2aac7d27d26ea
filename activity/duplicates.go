package activity

import "sort"

// Two records of different sources are one outing when they start within a day,
// at most duplicateStartM metres apart, and are equally long within duplicateLengthM.
const (
	duplicateStartM  = 150
	duplicateLengthM = 200
	duplicateCellDeg = 0.002 // 220 m, more than duplicateStartM
)

// A Record is an activity with what is known of its track, as the rules see it.
type Record struct {
	Activity
	Outline
	// Content is the hash of the file the track was read from.
	Content [32]byte
}

// lengthM returns the record's distance: the track's own where there is one.
func (r *Record) lengthM() float64 {
	if r.Outline.DistanceM > 0 {
		return r.Outline.DistanceM
	}
	return r.Activity.DistanceM
}

// Duplicates returns for every record the index of the record it duplicates, or
// -1. The very same file twice is one activity whatever the source, the first
// listed staying. Across sources, records of the same outing (start day within
// one, start within 150 m, length within 200 m) are one: Strava's stays, else that of the
// source listed first. Two activities of one source are never merged by that rule.
func Duplicates(records []Record) []int {
	of := make([]int, len(records))
	order := make([]int, len(records))
	for i := range of {
		of[i], order[i] = -1, i
	}
	sort.SliceStable(order, func(a, b int) bool {
		return rank(&records[order[a]]) < rank(&records[order[b]])
	})

	seen := make(map[[32]byte]int, len(records))
	cells := make(map[[2]int][]int, len(records))
	for _, i := range order {
		r := &records[i]
		if first, ok := seen[r.Content]; ok && r.Content != ([32]byte{}) {
			of[i] = first
			continue
		}
		seen[r.Content] = i
		if r.Samples == 0 {
			continue
		}
		if j := sameOuting(records, cells, r); j >= 0 {
			of[i] = j
			continue
		}
		c := startCell(r.Outline.Start, duplicateCellDeg)
		cells[c] = append(cells[c], i)
	}
	return of
}

// rank orders sources by whose record stays.
func rank(r *Record) int {
	if r.Source == "strava" {
		return -1
	}
	return r.SourceIndex
}

// sameOuting looks for an earlier record of another source that is r's outing.
func sameOuting(records []Record, cells map[[2]int][]int, r *Record) int {
	p := r.Outline.Start
	for _, near := range nearCells(p, duplicateCellDeg) {
		for _, j := range cells[near] {
			o := &records[j]
			days := r.Day() - o.Day()
			length := r.lengthM() - o.lengthM()
			if o.SourceIndex != r.SourceIndex && days >= -1 && days <= 1 &&
				length >= -duplicateLengthM && length <= duplicateLengthM &&
				p.DistanceM(o.Outline.Start) <= duplicateStartM {
				return j
			}
		}
	}
	return -1
}
