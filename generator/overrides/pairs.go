package overrides

import (
	"maps"
	"slices"

	"heatmapgen/internal/sorting"
)

// The keys of what two activities are to each other.
const (
	keySame    = "same_as"
	keyNotSame = "not_same_as"
)

// A Pair is two activities' ids, the smaller first.
type Pair [2]string

// pairOf returns the pair of two ids.
func pairOf(a, b string) Pair { return Pair{min(a, b), max(a, b)} }

// Pairs returns which activities are records of one outing and which are of two, each pair once, sorted.
func (o Overrides) Pairs() (same, apart []Pair) {
	for id, v := range o {
		for _, other := range v.SameAs {
			same = append(same, pairOf(id, other))
		}
		for _, other := range v.NotSameAs {
			apart = append(apart, pairOf(id, other))
		}
	}
	for _, list := range []*[]Pair{&same, &apart} {
		sorting.Func(*list, func(a, b Pair) int { return slices.Compare(a[:], b[:]) })
		*list = slices.Compact(*list)
	}
	return same, apart
}

// Join says that all of ids, each once, are records of one outing. It returns the number of activities for which that is new. What was said
// to the contrary, also of others that are one with them, is taken back.
func (o Overrides) Join(ids []string) (changed int) {
	fresh := map[string]bool{}
	for i := 1; i < len(ids); i++ {
		if together := o.groups(); together(ids[0]) == together(ids[i]) {
			continue
		}
		v := o[ids[i]]
		v.SameAs = with(v.SameAs, ids[0])
		o[ids[i]] = v
		fresh[ids[i]], fresh[ids[0]] = true, true
	}
	together := o.groups()
	_, apart := o.Pairs()
	for _, p := range apart {
		if together(p[0]) == together(p[1]) && o.unsay(p[0], p[1], true, false) {
			fresh[p[0]], fresh[p[1]] = true, true
		}
	}
	return len(fresh)
}

// Split says that each two of ids are two outings, and returns the number of activities for which that is new. What made two of them one, by way
// of others too, is taken back.
func (o Overrides) Split(ids []string) (changed int) {
	fresh := map[string]bool{}
	for i, id := range ids {
		for _, other := range ids[:i] {
			if id == other {
				continue
			}
			first, second := o[other].NotSameAs, o[id].NotSameAs
			if !slices.Contains(first, id) && !slices.Contains(second, other) {
				v := o[id]
				v.NotSameAs = with(second, other)
				o[id] = v
				fresh[id], fresh[other] = true, true
			}
			if together := o.groups(); together(id) == together(other) {
				// Whichever of the links between them is the wrong one, the activity that was named is no longer linked.
				o.unlink(id)
				fresh[id], fresh[other] = true, true
			}
		}
	}
	return len(fresh)
}

// Forget takes back what was said of an activity and others being one outing or two, and tells whether that was anything.
func (o Overrides) Forget(id string) (changed bool) {
	for _, other := range slices.Collect(maps.Keys(o)) {
		if other != id && o.unsay(id, other, true, true) {
			changed = true
		}
	}
	v := o[id]
	if len(v.SameAs)+len(v.NotSameAs) > 0 {
		v.SameAs, v.NotSameAs = nil, nil
		o[id] = v
		changed = true
	}
	return changed
}

// unlink takes back that an activity is one with any other.
func (o Overrides) unlink(id string) {
	for other, v := range o {
		if slices.Contains(v.SameAs, id) {
			v.SameAs = without(v.SameAs, id)
			o[other] = v
		}
	}
	v := o[id]
	v.SameAs = nil
	o[id] = v
}

// unsay takes back that two activities are two, or one, and tells whether that was said.
func (o Overrides) unsay(id, other string, apart, same bool) (changed bool) {
	for _, p := range [2][2]string{{id, other}, {other, id}} {
		v, there := o[p[0]]
		if apart && slices.Contains(v.NotSameAs, p[1]) {
			v.NotSameAs = without(v.NotSameAs, p[1])
			changed = true
		}
		if same && slices.Contains(v.SameAs, p[1]) {
			v.SameAs = without(v.SameAs, p[1])
			changed = true
		}
		if there {
			o[p[0]] = v
		}
	}
	return changed
}

// with and without return a new list, sorted, with or without an id.
func with(list []string, id string) []string {
	list = append(slices.Clone(list), id)
	slices.Sort(list)
	return slices.Compact(list)
}

func without(list []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == id })
}

// groups returns a function that names the group of activities said to be one that an activity is in.
func (o Overrides) groups() func(id string) string {
	root := map[string]string{}
	find := func(id string) string {
		for root[id] != "" {
			id = root[id]
		}
		return id
	}
	same, _ := o.Pairs()
	for _, p := range same {
		if a, b := find(p[0]), find(p[1]); a != b {
			root[max(a, b)] = min(a, b)
		}
	}
	return find
}

// contradiction returns a fault when two activities are said to be one and two.
func (r *reader) contradiction(o Overrides) error {
	together := o.groups()
	_, apart := o.Pairs()
	for _, p := range apart {
		if together(p[0]) == together(p[1]) {
			return fault(r.path, 0, "%q and %q are two outings by \"not_same_as\", and one by \"same_as\"; take one of the two out", p[0], p[1])
		}
	}
	return nil
}
