// Package sorting sorts lists as package slices does, in the same order, but by code that is the same for all types. slices.SortFunc is compiled
// anew for each type, and there are some fifty: that was a twentieth of the module of WebAssembly. It is faster, so what sorts by
// the million stays with it.
package sorting

import (
	"maps"
	"slices"
	"sort"
)

// Func sorts a list by compare, which is negative where a belongs before b. Equal ones may change places.
func Func[E any](list []E, compare func(a, b E) int) { sort.Sort(by(list, compare)) }

// StableFunc sorts a list by compare as Func does; equal ones stay as they are.
func StableFunc[E any](list []E, compare func(a, b E) int) { sort.Stable(by(list, compare)) }

// Keys returns the keys of a map, sorted by compare.
func Keys[K comparable, V any](of map[K]V, compare func(a, b K) int) []K {
	keys := slices.Collect(maps.Keys(of))
	Func(keys, compare)
	return keys
}

// A sorter is a list of whichever type.
type sorter struct {
	n    int
	less func(i, j int) bool
	swap func(i, j int)
}

func by[E any](list []E, compare func(a, b E) int) *sorter {
	return &sorter{
		n:    len(list),
		less: func(i, j int) bool { return compare(list[i], list[j]) < 0 },
		swap: func(i, j int) { list[i], list[j] = list[j], list[i] },
	}
}

func (s *sorter) Len() int           { return s.n }
func (s *sorter) Less(i, j int) bool { return s.less(i, j) }
func (s *sorter) Swap(i, j int)      { s.swap(i, j) }
