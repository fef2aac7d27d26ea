package lines

import (
	"cmp"
	"fmt"

	"heatmapgen/internal/sorting"
)

// Tracks are the lines of all activities, put together from all blocks.
type Tracks struct {
	// First has an element more than there are activities: the vertices of activity a are First[a] to First[a+1]-1.
	First []int
	Segments
}

// Activities returns the number of activities.
func (t *Tracks) Activities() int { return len(t.First) - 1 }

// Assemble puts the lines of so many activities together from all blocks of an archive. Its errors wrap ErrDamaged.
func Assemble(blocks []*Content, activities int) (*Tracks, error) {
	type ref struct {
		in              *Content
		piece           int
		activity, order int
	}
	var refs []ref
	vertices := 0
	for _, c := range blocks {
		for i, a := range c.Activity {
			if a >= activities {
				return nil, fmt.Errorf("%w: they have an activity %d, but there are %d", ErrDamaged, a, activities)
			}
			refs = append(refs, ref{c, i, a, c.Order[i]})
			vertices += c.First[i+1] - c.First[i]
			if c.GoesOn[i] {
				vertices--
			}
		}
		if vertices > maxVertices {
			return nil, fmt.Errorf("%w: they have more than the %d vertices accepted", ErrDamaged, maxVertices)
		}
	}
	sorting.Func(refs, func(a, b ref) int { return cmp.Or(a.activity-b.activity, a.order-b.order) })
	t := &Tracks{First: make([]int, activities+1), Segments: newSegments(vertices)}
	v, at, next := 0, 0, 0
	shift := int32(0) // whole worlds that the stretch has gone
	for _, r := range refs {
		for ; at < r.activity; at, next = at+1, 0 {
			t.First[at+1] = v
		}
		if r.order != next {
			return nil, fmt.Errorf("%w: activity %d has no piece %d", ErrDamaged, r.activity, next)
		}
		next++
		from, to := r.in.First[r.piece], r.in.First[r.piece+1]
		if !r.in.GoesOn[r.piece] {
			shift = 0
		} else {
			// It begins where the last one ended, if need be on the other side of the map.
			const world = 1 << GridBits
			shift = t.X[v-1] - r.in.X[from]
			if shift%world != 0 || t.Y[v-1] != r.in.Y[from] {
				return nil, fmt.Errorf("%w: two pieces of activity %d do not meet", ErrDamaged, r.activity)
			}
			v--
		}
		for k := from; k < to; k, v = k+1, v+1 {
			t.set(v, &r.in.Segments, k)
			t.X[v] += shift
		}
	}
	for ; at < activities; at++ {
		t.First[at+1] = v
	}
	return t, nil
}
