package activity

import (
	"math"
	"sort"
)

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
// -1; that record is never a duplicate itself. The very same file twice is one
// activity whatever the source, the first listed staying. Across sources, records of the same
// outing (start day within one, start within 150 m, length within 200 m) are one: Strava's stays, else that of the
// source listed first. Two activities of one source are never merged by that rule, not by way of a third either: a
// record stands for one of each other source, the nearest in time.
func Duplicates(records []Record) []int {
	m := merger{
		records: records,
		of:      make([]int, len(records)),
		seen:    make(map[[32]byte]int, len(records)),
		cells:   make(map[[2]int][]int, len(records)),
	}
	order := make([]int, len(records))
	for i := range order {
		m.of[i], order[i] = -1, i
	}
	sort.SliceStable(order, func(a, b int) bool {
		ra, rb := &records[order[a]], &records[order[b]]
		if rank(ra) != rank(rb) {
			return rank(ra) < rank(rb)
		}
		return ra.SourceIndex < rb.SourceIndex
	})
	for len(order) > 0 {
		n := 1
		for n < len(order) && records[order[n]].SourceIndex == records[order[0]].SourceIndex {
			n++
		}
		m.merge(order[:n])
		order = order[n:]
	}
	return m.of
}

// rank orders sources by whose record stays.
func rank(r *Record) int {
	if r.Source == "strava" {
		return -1
	}
	return r.SourceIndex
}

// A merger goes through the sources one after the other.
type merger struct {
	records []Record
	of      []int
	// seen are the records that stay by their content, cells those of the sources before by where they start.
	seen  map[[32]byte]int
	cells map[[2]int][]int
}

// A match is a record of a source and one of an earlier source that may be the same outing.
type match struct {
	i, j           int
	apart, lengthM float64 // seconds, metres
}

// merge finds the duplicates among the records of one source.
func (m *merger) merge(source []int) {
	taken := map[int]bool{} // records that stand for one of this source already
	var rest []int
	for _, i := range source {
		r := &m.records[i]
		if first, ok := m.seen[r.Content]; ok && r.Content != ([32]byte{}) {
			m.of[i] = m.staying(first)
			taken[m.of[i]] = true
			continue
		}
		m.seen[r.Content] = i
		rest = append(rest, i)
	}
	var matches []match
	for _, i := range rest {
		if m.records[i].Samples > 0 {
			matches = m.sameOuting(matches, i)
		}
	}
	sort.SliceStable(matches, func(a, b int) bool {
		if matches[a].apart != matches[b].apart {
			return matches[a].apart < matches[b].apart
		}
		return matches[a].lengthM < matches[b].lengthM
	})
	for _, p := range matches {
		if m.of[p.i] < 0 && !taken[p.j] {
			m.of[p.i] = p.j
			taken[p.j] = true
		}
	}
	for _, i := range source {
		if m.of[i] >= 0 {
			m.of[i] = m.staying(m.of[i])
		}
	}
	for _, i := range rest {
		if r := &m.records[i]; m.of[i] < 0 && r.Samples > 0 {
			c := startCell(r.Outline.Start, duplicateCellDeg)
			m.cells[c] = append(m.cells[c], i)
		}
	}
}

// staying returns the record that stays for record i: itself, or the one it duplicates.
func (m *merger) staying(i int) int {
	if m.of[i] >= 0 {
		return m.of[i]
	}
	return i
}

// sameOuting appends the matches of record i with those of earlier sources that may be its outing.
func (m *merger) sameOuting(matches []match, i int) []match {
	r := &m.records[i]
	p := r.Outline.Start
	for _, near := range nearCells(p, duplicateCellDeg) {
		for _, j := range m.cells[near] {
			o := &m.records[j]
			days := r.Day() - o.Day()
			length := math.Abs(r.lengthM() - o.lengthM())
			if days >= -1 && days <= 1 && length <= duplicateLengthM && p.DistanceM(o.Outline.Start) <= duplicateStartM {
				matches = append(matches, match{i, j, math.Abs(r.Activity.Start.Sub(o.Activity.Start).Seconds()), length})
			}
		}
	}
	return matches
}
