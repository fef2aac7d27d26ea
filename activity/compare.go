package activity

import (
	"cmp"
	"slices"

	"heatmapgen/internal/sorting"
)

// compareAll finds what nodes have in common.
func (o *outings) compareAll() {
	var h shaper
	for _, group := range o.groups() {
		o.compareGroup(group, &h)
	}
	o.doubt()
	for n := range o.nodes {
		sorting.Func(o.nodes[n].likes, func(a, b like) int {
			return cmp.Or(cmp.Compare(a.evidence.Kind, b.evidence.Kind), o.ranked(a.b, b.b), o.ranked(a.a, b.a))
		})
	}
}

// groups returns the records by athlete, in their order: nothing of two athletes is compared. Where it is not said of all records whose they are, all are of one group.
func (o *outings) groups() [][]int {
	all := make([]int, len(o.records))
	for i := range all {
		all[i] = i
	}
	if slices.ContainsFunc(o.records, func(r *Record) bool { return r.Athlete == "" }) {
		return [][]int{all}
	}
	sorting.StableFunc(all, func(i, j int) int { return cmp.Compare(o.records[i].Athlete, o.records[j].Athlete) })
	var groups [][]int
	for from, to := 0, 0; from < len(all); from = to {
		for to = from; to < len(all) && o.records[all[to]].Athlete == o.records[all[from]].Athlete; {
			to++
		}
		groups = append(groups, all[from:to])
	}
	return groups
}

// compareGroup finds what nodes have in common of whose records some are in a group.
func (o *outings) compareGroup(group []int, h *shaper) {
	type spanned struct {
		i           int
		first, last int64
	}
	var all []spanned
	// Of those without any time there are only positions to compare.
	var untimed []int
	for _, i := range group {
		r := o.records[i]
		if first, last, ok := r.Span(); ok {
			all = append(all, spanned{i, first, last})
		} else if r.Sketch != nil {
			untimed = append(untimed, i)
		}
	}
	sorting.Func(all, func(a, b spanned) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.i, b.i)) })

	var now []spanned // those that are not over when the next begins
	for _, s := range all {
		now = slices.DeleteFunc(now, func(before spanned) bool { return before.last < s.first })
		for _, before := range now {
			if o.strangers(s.i, before.i) {
				o.like(before.i, s.i, h.compare(o.records[before.i], o.records[s.i]))
			}
		}
		now = append(now, s)
	}

	for k, s := range all {
		for n := k + 1; n < len(all) && n <= k+mostNeighbours && all[n].first-s.last <= offsetS*1000; n++ {
			if o.strangers(s.i, all[n].i) {
				o.like(s.i, all[n].i, h.offset(o.records[s.i], o.records[all[n].i]))
			}
		}
		// And a round of GPS weeks later.
		long := s.last - s.first
		n, _ := slices.BinarySearchFunc(all, s.first+offsetRolloverS*1000-long, func(a spanned, t int64) int { return cmp.Compare(a.first, t) })
		for most := n + mostNeighbours; n < min(len(all), most) && all[n].first <= s.last+offsetRolloverS*1000; n++ {
			if o.strangers(s.i, all[n].i) {
				o.like(s.i, all[n].i, h.offset(o.records[s.i], o.records[all[n].i]))
			}
		}
	}

	byCount := map[int][]int{} // records by the number of their samples
	if len(untimed) > 0 {
		for _, i := range group {
			if s := o.records[i].Sketch; s != nil {
				byCount[s.Recorded] = append(byCount[s.Recorded], i)
			}
		}
	}
	for _, i := range untimed {
		for _, j := range byCount[o.records[i].Sketch.Recorded] {
			if _, _, timed := o.records[j].Span(); (timed || i < j) && o.strangers(i, j) && o.records[i].Sketch.samePositions(o.records[j].Sketch) {
				o.like(i, j, likeness{evidence: Evidence{Kind: SamePositions}, same: true, shares: true, equal: true})
			}
		}
	}
}

// doubt takes back that records at the same time and place are one, but not to metres, where the clock of either has been found to be off: it may
// put the record into the time of another outing over the same way. That they share something still counts, should one be excluded.
func (o *outings) doubt() {
	off := make([]bool, len(o.nodes))
	for n := range o.nodes {
		off[n] = slices.ContainsFunc(o.nodes[n].likes, func(l like) bool { return l.evidence.Kind == SameShape })
	}
	for n := range o.nodes {
		for k := range o.nodes[n].likes {
			if l := &o.nodes[n].likes[k]; l.loose && (off[n] || off[l.node]) {
				l.same, l.equal = false, false
			}
		}
	}
}

// strangers tells whether two records may be compared: they are in two nodes that have not been found to be equal yet, the user does not say that
// they are two outings, and they are not known to be of two athletes, who may have gone side by side.
func (o *outings) strangers(i, j int) bool {
	a, b := o.records[i].Athlete, o.records[j].Athlete
	return o.nodeOf[i] != o.nodeOf[j] && !o.apart[ordered(i, j)] && (a == b || a == "" || b == "")
}

// like notes what records i and j have in common.
func (o *outings) like(i, j int, l likeness) {
	if !l.same && !l.shares {
		return
	}
	a, b := o.nodeOf[i], o.nodeOf[j]
	o.nodes[a].likes = append(o.nodes[a].likes, like{b, i, j, l})
	o.nodes[b].likes = append(o.nodes[b].likes, like{a, j, i, l})
}
