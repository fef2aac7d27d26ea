package activity

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"heatmapgen/internal/sorting"
)

// A Record is an activity with what is known of its track, as the rules see it.
type Record struct {
	Activity
	Outline
	// Content is the hash of the file the track was read from.
	Content [32]byte
	// SportBy says whose word the sport is.
	SportBy Authority
	// Own are the labels that are the user's word, which the others are under.
	Own Labels
	// Out says why the record cannot be drawn, whatever the others are: Excluded by the user, or OtherSport where the sport that the user said
	// is not wanted. What is the same outing is not drawn either then. Kept is for all others.
	Out Reason
}

// An Authority says whose word something is; the higher one counts.
type Authority int

// The authorities.
const (
	ByGuess Authority = iota
	ByFile
	ByService // a service or table that lists the activity
	ByUser
)

// A Verdict says what a record is in the light of the others.
type Verdict struct {
	// Of is the record that stands for this one, or for which it must not be drawn; -1 where it stands for itself.
	Of int
	// Reason is Kept, or DuplicateOther, ExcludedOuting or OtherSport with an Of, and Evidence why they are one outing.
	Reason   Reason
	Evidence Evidence
	// Of a record that is kept: NameOf and SportOf are the records whose name and sport it takes, mostly itself; Labels are its own with what it does
	// not know, and what the user says of the others, taken from these; nil where there are no others.
	NameOf, SportOf int
	Labels          *Labels
}

// Said is what the user says of pairs of records, by their indices.
type Said struct {
	// Same are one outing, Apart are two.
	Same, Apart [][2]int
}

// The worth of a record is the time it moves, with these parts more or less of it; of records whose worth differs by less than
// sameWorth the one of a service stays, then that of the source listed first.
const (
	heartWorth, altitudeWorth = 0.10, 0.04
	sameWorth                 = 0.02
	// partsShare is how much of a record's worth its parts in several sports must have together to stand for it.
	partsShare = 0.95
)

// Outings says for every record whether it stays, and which stands for it if not. What comes out does not hang on the order of the records, but
// for sources: of equally good records that of Strava stays, then that of the source listed first, then the one that shakes less.
//
// Records are one outing by what compare and offset find; the very same file is one whatever it holds. Of those that are one the
// better stays: the one that moves longest, where heart rate, altitude and a short interval count a little more. So a record stays, and all that are one with
// it go, then the best of what is left, and so on: of two halves and a record of the whole the whole stays. But where the halves
// are of several sports, and nearly all of the whole is in them, as a triathlon's are, they stay.
//
// A record that has anything in common with an excluded one is left out as well. The records are only read.
func Outings(records []*Record, said Said) []Verdict {
	o := &outings{records: records, verdicts: make([]Verdict, len(records)), apart: map[[2]int]bool{}, nodeOf: make([]int, len(records))}
	for i := range o.verdicts {
		o.verdicts[i] = Verdict{Of: -1, NameOf: i, SportOf: i}
	}
	for _, p := range said.Apart {
		o.apart[ordered(p[0], p[1])] = true
	}
	o.unite(said.Same)
	o.compareAll()
	o.exclude()
	o.choose()
	o.lend()
	return o.verdicts
}

// outings is one call of Outings. Its nodes are records that are one whatever the others are: the same file, or said so.
type outings struct {
	records  []*Record
	verdicts []Verdict
	apart    map[[2]int]bool
	nodes    []node
	nodeOf   []int
}

type node struct {
	members []int
	why     Evidence
	likes   []like
	// best is the member that stays, if one of the node does, and worth its worth.
	best  int
	worth float64
	gone  bool // it has been decided
}

// A like is what a node has in common with another, by the records a of it and b of the other.
type like struct {
	node, a, b int
	likeness
}

func ordered(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }

// unite makes the nodes.
func (o *outings) unite(same [][2]int) {
	root := make([]int, len(o.records))
	why := make([]Evidence, len(o.records)) // how a record came to its root
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	join := func(i, j int, e EvidenceKind) {
		if a, b := find(i), find(j); a != b {
			root[max(a, b)] = min(a, b)
			why[i], why[j] = Evidence{Kind: e}, Evidence{Kind: e}
		}
	}
	for _, p := range same {
		join(p[0], p[1], SaidSame)
	}
	files := make(map[[32]byte]int, len(o.records)) // the first record of each
	others := map[[32]byte][]int{}                  // those of another outing although the file is the same
	for i := range o.records {
		c := o.records[i].Content
		if c == ([32]byte{}) {
			continue
		}
		first, known := files[c]
		if !known {
			files[c] = i
			continue
		}
		all := append([]int{first}, others[c]...)
		if k := slices.IndexFunc(all, func(j int) bool { return !o.apart[ordered(i, j)] }); k >= 0 {
			join(all[k], i, SameFile)
		} else {
			others[c] = append(others[c], i)
		}
	}
	at := make([]int, len(o.records)) // the node of a root, from 1
	own := make([]int, len(o.records))
	o.nodes = make([]node, 0, len(o.records))
	for i := range o.records {
		r := find(i)
		n := at[r] - 1
		if n < 0 {
			n = len(o.nodes)
			at[r] = n + 1
			o.nodes = append(o.nodes, node{})
		}
		if d := &o.nodes[n]; d.members == nil {
			own[i] = i
			d.members = own[i : i+1 : i+1]
		} else {
			d.members = append(d.members, i)
		}
		if why[i].Kind != 0 {
			o.nodes[n].why = why[i]
		}
	}
	for n := range o.nodes {
		sorting.Func(o.nodes[n].members, o.ranked)
		o.weigh(&o.nodes[n])
	}
	sorting.Func(o.nodes, func(a, b node) int { return o.ranked(a.members[0], b.members[0]) })
	for n := range o.nodes {
		for _, i := range o.nodes[n].members {
			o.nodeOf[i] = n
		}
	}
}

// weigh finds the best member of a node: of those that are nearly as good as the best the first.
func (o *outings) weigh(d *node) {
	d.worth = 0
	for _, i := range d.members {
		d.worth = max(d.worth, o.records[i].worth())
	}
	for _, i := range slices.Backward(d.members) {
		if o.records[i].worth() >= (1-sameWorth)*d.worth {
			d.best = i
		}
	}
}

// ranked orders equally good records: by source, then those that shake less, then by id.
func (o *outings) ranked(i, j int) int {
	a, b := o.records[i], o.records[j]
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.SourceIndex, b.SourceIndex), cmp.Compare(a.shaking(), b.shaking()), cmp.Compare(a.ID, b.ID),
		bytes.Compare(a.Content[:], b.Content[:]))
}

// shaking grows with the way that a record makes of the same time, in steps of sameWorth: receivers that shake make more of it.
func (r *Record) shaking() int {
	if r.Outline.MovingS <= 0 || r.Outline.DistanceM <= 0 {
		return 0
	}
	return int(math.Floor(math.Log(r.Outline.DistanceM/r.Outline.MovingS) / math.Log1p(sameWorth)))
}

// rank orders sources by whose record stays.
func rank(r *Record) int {
	if r.Source == "strava" {
		return -1
	}
	return r.SourceIndex
}

// worth is how good a record is: the seconds it moves, more with heart rate and altitude, less with long intervals. Records without
// times are worth less than any with.
func (r *Record) worth() float64 {
	s := r.Sketch
	if s == nil {
		return 0
	}
	if !s.timed() || r.Outline.MovingS == 0 {
		return r.Outline.DistanceM * 1e-6
	}
	worth := 1.0
	if s.HR {
		worth += heartWorth
	}
	if s.Alt {
		worth += altitudeWorth
	}
	switch {
	case s.IntervalS > 60:
		worth *= 0.8
	case s.IntervalS > 10:
		worth *= 0.9
	case s.IntervalS > 2:
		worth *= 0.95
	}
	return worth * r.Outline.MovingS
}

// put decides about all records of a node: they are not drawn because of record of.
func (o *outings) put(n, of int, reason Reason, why Evidence) {
	d := &o.nodes[n]
	d.gone = true
	for _, i := range d.members {
		if i == of {
			continue
		}
		e := why
		if o.nodeOf[of] == n {
			e = d.why
		}
		o.verdicts[i].Of, o.verdicts[i].Reason, o.verdicts[i].Evidence = of, reason, e
	}
}

// exclude leaves out what shows something of what the user leaves out. A record with anything in common with an excluded one goes, and so
// does what is equal to such a record: it shows the same.
func (o *outings) exclude() {
	type hidden struct{ node, of int }
	var next []hidden
	for n := range o.nodes {
		d := &o.nodes[n]
		if k := slices.IndexFunc(d.members, func(i int) bool { return o.records[i].Out == Excluded }); k >= 0 {
			o.put(n, d.members[k], ExcludedOuting, d.why)
			next = append(next, hidden{n, d.members[k]})
		}
	}
	excluded := len(next)
	for k := 0; k < len(next); k++ {
		h := next[k]
		for _, l := range o.nodes[h.node].likes {
			if !o.nodes[l.node].gone && (l.equal || k < excluded && l.shares) {
				o.put(l.node, h.of, ExcludedOuting, l.evidence)
				next = append(next, hidden{l.node, h.of})
			}
		}
	}
	// A sport that is not wanted is that of the whole outing, unless the user says another of a record.
	for n := range o.nodes {
		d := &o.nodes[n]
		k := slices.IndexFunc(d.members, func(i int) bool { return o.records[i].Out == OtherSport })
		if d.gone || k < 0 || slices.ContainsFunc(d.members, func(i int) bool { return o.records[i].Out == Kept && o.records[i].SportBy == ByUser }) {
			continue
		}
		of := d.members[k]
		o.put(n, of, OtherSport, d.why)
		for _, l := range d.likes {
			own := slices.ContainsFunc(o.nodes[l.node].members, func(i int) bool { return o.records[i].SportBy == ByUser })
			if !o.nodes[l.node].gone && l.equal && !own {
				o.put(l.node, of, OtherSport, l.evidence)
			}
		}
	}
	for i := range o.records {
		if o.records[i].Out != Kept {
			o.verdicts[i] = Verdict{Of: -1, Reason: o.records[i].Out, NameOf: i, SportOf: i}
		}
	}
	for n := range o.nodes {
		d := &o.nodes[n]
		d.members = slices.DeleteFunc(d.members, func(i int) bool { return o.records[i].Out != Kept })
		if len(d.members) == 0 {
			d.gone = true
		} else {
			o.weigh(d)
		}
	}
}

// choose decides which records stay.
func (o *outings) choose() {
	var whole []int
	for n := range o.nodes {
		if o.inParts(n) {
			whole = append(whole, n)
		}
	}
	for _, n := range whole {
		o.nodes[n].worth = 0
	}
	var order []int
	for n := range o.nodes {
		if !o.nodes[n].gone {
			order = append(order, n)
		}
	}
	sorting.Func(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(o.nodes[b].worth, o.nodes[a].worth), o.ranked(o.nodes[a].best, o.nodes[b].best))
	})
	for _, n := range order {
		d := &o.nodes[n]
		if d.gone {
			continue
		}
		stays := n
		for _, l := range d.likes {
			m := &o.nodes[l.node]
			if l.same && !m.gone && m.worth > 0 && m.worth >= (1-sameWorth)*d.worth && o.ranked(m.best, o.nodes[stays].best) < 0 {
				stays = l.node
			}
		}
		o.keep(stays)
	}
}

// keep lets the best of a node stay, and puts all that are one with it.
func (o *outings) keep(n int) {
	d := &o.nodes[n]
	o.put(n, d.best, DuplicateOther, d.why)
	for _, l := range d.likes {
		if l.same && !o.nodes[l.node].gone {
			o.put(l.node, d.best, DuplicateOther, l.evidence)
		}
	}
}

// inParts tells whether a node is the whole of an outing of several sports that others are the parts of.
func (o *outings) inParts(n int) bool {
	d := &o.nodes[n]
	if d.gone {
		return false
	}
	var parts []int // records
	sports := map[Sport]bool{}
	worth := 0.0
	likes := slices.Clone(d.likes)
	sorting.StableFunc(likes, func(a, b like) int { return cmp.Compare(o.nodes[b.node].worth, o.nodes[a.node].worth) })
	for _, l := range likes {
		m := &o.nodes[l.node]
		if !l.same || l.evidence.Kind != SameTime || m.gone || m.worth >= partsShare*d.worth {
			continue
		}
		p := o.records[l.b].Sketch
		if slices.ContainsFunc(parts, func(i int) bool {
			q := o.records[i].Sketch
			return min(p.LastMS, q.LastMS)-max(p.FirstMS, q.FirstMS) > leastShareS*1000
		}) {
			continue
		}
		parts = append(parts, l.b)
		sports[o.records[l.b].Sport] = true
		worth += m.worth
	}
	return len(sports) > 1 && worth >= partsShare*d.worth
}
