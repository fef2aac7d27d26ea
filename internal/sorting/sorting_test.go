package sorting_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/internal/sorting"
)

// Lists come out as package slices sorts them, those with many equal ones, too.
func TestSameAsSlices(t *testing.T) {
	type item struct{ key, place int }
	compare := func(a, b item) int { return cmp.Compare(a.key, b.key) }
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 11, 12, 13, 50, 51, 1000, 5000} {
		for _, keys := range []int{1, 3, n/2 + 1, 1 << 30} {
			list := make([]item, n)
			for i := range list {
				list[i] = item{r.IntN(keys), i}
			}
			if n > 100 && keys > n { // almost sorted, which has ways of its own
				slices.SortFunc(list, compare)
				list[n/3], list[n/2] = list[n/2], list[n/3]
			}
			want, got := slices.Clone(list), slices.Clone(list)
			slices.SortFunc(want, compare)
			sorting.Func(got, compare)
			if !slices.Equal(got, want) {
				t.Errorf("%d items of %d keys: another order", n, keys)
			}
			want, got = slices.Clone(list), slices.Clone(list)
			slices.SortStableFunc(want, compare)
			sorting.StableFunc(got, compare)
			if !slices.Equal(got, want) {
				t.Errorf("%d items of %d keys: another stable order", n, keys)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	got := sorting.Keys(map[string]int{"b": 1, "c": 2, "a": 3}, func(a, b string) int { return cmp.Compare(b, a) })
	if !slices.Equal(got, []string{"c", "b", "a"}) {
		t.Error(got)
	}
}
