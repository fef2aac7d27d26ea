package generator

import (
	"math/rand/v2"
	"slices"
	"testing"

	"heatmapgen/layers"
)

// randomParts makes the parts of a cell: records of pieces that lie in several files, some of them of what is not drawn.
func randomParts(rng *rand.Rand) (parts []cellPart, lengths map[int32]int64) {
	ranks := rng.Perm(1 + rng.IntN(300))
	lengths = map[int32]int64{}
	for file := 0; len(ranks) > 0; file++ {
		p := cellPart{File: file / 2, Offset: int64(1000 * file)}
		for n := min(len(ranks), 1+rng.IntN(60)); n > 0; n-- {
			rank, length := int32(ranks[0]), int32(1+rng.IntN(1000))
			if rng.IntN(5) == 0 {
				rank = -1
			} else {
				lengths[rank] = int64(length)
			}
			p.Ranks, p.Lengths, ranks = append(p.Ranks, rank), append(p.Lengths, length), ranks[1:]
		}
		parts = append(parts, p)
	}
	return parts, lengths
}

// However a cell is divided: each piece is in one slice, where it lay in its record; no slice is larger than it may be, unless what stays together is; and those of an athlete stay together.
func TestDivide(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for round := range 300 {
		parts, lengths := randomParts(rng)
		most := int64(1 + rng.IntN(20000))
		var athletes []int
		together := map[int]int64{} // bytes of an athlete, or of a piece
		for rank := range 300 {
			who := rank
			if round%2 == 0 {
				who = rng.IntN(20)
				athletes = append(athletes, who)
			}
			together[who] += lengths[int32(rank)]
		}
		largest, in := int64(0), map[int]int{}
		for _, n := range together {
			largest = max(largest, n)
		}
		for i, some := range divide(parts, most, athletes) {
			bytes := int64(0)
			for _, from := range some.from {
				at := slices.IndexFunc(parts, func(p cellPart) bool { return p.File == from.File && p.Offset == from.Offset })
				if at < 0 || !slices.Equal(parts[at].Lengths, from.Lengths) {
					t.Fatalf("slice %d has a record that there is not: %+v", i, from)
				}
				any := false
				for k, rank := range from.Ranks {
					if rank < 0 {
						continue
					}
					if any = true; parts[at].Ranks[k] != rank || lengths[rank] == 0 {
						t.Fatalf("slice %d has rank %d where it is not, or twice", i, rank)
					}
					bytes += lengths[rank]
					delete(lengths, rank)
					who := int(rank)
					if athletes != nil {
						who = athletes[rank]
					}
					if before, ok := in[who]; ok && before != i {
						t.Fatalf("athlete %d is in slices %d and %d", who, before, i)
					}
					in[who] = i
				}
				if !any {
					t.Fatalf("slice %d reads a record for nothing", i)
				}
			}
			if bytes != some.bytes || bytes > max(most, largest) {
				t.Fatalf("slice %d has %d bytes, says %d, and may have %d", i, bytes, some.bytes, most)
			}
		}
		if len(lengths) > 0 {
			t.Fatalf("%d pieces are in no slice", len(lengths))
		}
	}
}

// No part has much more to do than the others, also where all is in one cell; and what is small stays whole.
func TestSharesAreEven(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	heavy := workCell{Cell: layers.Cell{Zoom: 9}}
	for file := range 40 {
		p := cellPart{File: file}
		for k := range 500 {
			p.Ranks, p.Lengths = append(p.Ranks, int32(500*file+k)), append(p.Lengths, int32(6000+rng.IntN(6000)))
		}
		heavy.From = append(heavy.From, p)
	}
	cells := []workCell{heavy}
	for x := range uint32(50) {
		cells = append(cells, workCell{layers.Cell{Zoom: 12, X: x}, []cellPart{{Ranks: []int32{0}, Lengths: []int32{int32(rng.IntN(100_000))}}}})
	}
	for parts, want := range map[int]int{1: 2, 2: 4, 3: 6, 4: 8, 8: 11, 100: 11} {
		work, divided := share(slices.Clone(cells), nil, parts, nil, &usualSizes)
		if len(divided) != 1 || divided[0] != (dividedCell{heavy.Cell, 0, want}) {
			t.Errorf("%d parts: divided are %+v", parts, divided)
		}
		total, most := int64(0), int64(0)
		for _, w := range work {
			load := int64(0)
			for _, c := range w.Cells {
				load += bytesOf(c.From)
			}
			for _, s := range w.Slices {
				load += bytesOf(s.From)
			}
			total, most = total+load, max(most, load)
		}
		if most > max(total/int64(parts)*5/4, 2*usualSizes.least) {
			t.Errorf("%d parts: one has %d bytes, on average they have %d", parts, most, total/int64(parts))
		}
	}
}
