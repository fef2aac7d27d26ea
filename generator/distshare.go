package generator

import (
	"cmp"
	"slices"

	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
)

// workSizes bound what a step has in memory at a time, and say from when on a cell is divided, in bytes of pieces.
type workSizes struct {
	record int   // in a record
	held   int64 // of athletes, where those are counted
	// least and most are the size of a slice of a cell: for less it is not worth the sums that it leaves, more is too much for one core.
	least, most int64
}

// usualSizes are those of all jobs. Where lines lie on every pixel the sums of a slice take some 50 MB, with pieces of 16 MB as of 128 MB.
var usualSizes = workSizes{record: chunkBytes, held: 32 << 20, least: 16 << 20, most: 128 << 20}

// share gives cells, slices of cells and blocks to parts, the heaviest first and each to the part that has least to do. A cell is divided where it is more than half of what a part has on average. athletes are by rank, nil where they
// are not counted.
func share(cells []workCell, blocks []workBlock, parts int, athletes []int, sizes *workSizes) (work []workRecord, divided []dividedCell) {
	total := int64(0)
	of, ofBlock := map[layers.Cell]int64{}, map[cellKey]int64{}
	for i := range cells {
		of[cells[i].Cell] = bytesOf(cells[i].From)
		total += of[cells[i].Cell]
	}
	for _, b := range blocks {
		bytes := int64(0)
		for i := range b.From {
			bytes += bytesDrawn(b.From[i].Ranks, b.From[i].Lengths)
		}
		ofBlock[cellKey{b.Zoom, b.X, b.Y}] = bytes
		total += bytes
	}
	most := min(sizes.most, max(sizes.least, total/int64(2*parts)))

	work, load := make([]workRecord, parts), make([]int64, parts)
	give := func(bytes int64) *workRecord {
		least := 0
		for i := range load {
			if load[i] < load[least] {
				least = i
			}
		}
		load[least] += bytes
		return &work[least]
	}
	sorting.Func(cells, func(a, b workCell) int { return compareWork(a.Cell, b.Cell, of[a.Cell], of[b.Cell]) })
	number := 0
	var whole []workCell
	for _, c := range cells {
		some := divide(c.From, most, athletes)
		if len(some) < 2 {
			whole = append(whole, c)
			continue
		}
		divided = append(divided, dividedCell{c.Cell, number, len(some)})
		for _, s := range some {
			w := give(s.bytes)
			w.Slices = append(w.Slices, workSlice{number, workCell{c.Cell, s.from}})
			number++
		}
	}
	for _, c := range whole {
		w := give(of[c.Cell])
		w.Cells = append(w.Cells, c)
	}
	sorting.Func(blocks, func(a, b workBlock) int {
		return cmp.Or(cmp.Compare(b.Zoom, a.Zoom), cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
	})
	for _, b := range blocks {
		w := give(ofBlock[cellKey{b.Zoom, b.X, b.Y}])
		w.Blocks = append(w.Blocks, b)
	}
	return work, divided
}

// bytesDrawn returns how many bytes have what is drawn of some ranks and lengths.
func bytesDrawn(ranks, lengths []int32) (bytes int64) {
	for i, n := range lengths {
		if ranks[i] >= 0 {
			bytes += int64(n)
		}
	}
	return bytes
}

func bytesOf(parts []cellPart) (bytes int64) {
	for i := range parts {
		bytes += bytesDrawn(parts[i].Ranks, parts[i].Lengths)
	}
	return bytes
}

// A somePieces is some of the pieces of a cell, with their bytes.
type somePieces struct {
	from  []cellPart
	bytes int64
}

// divide divides the pieces of a cell into as few as there can be with at most so many bytes each, of about the same size, but for a piece that is larger. Where athletes are counted, by rank, all pieces of one stay together, whatever their size.
func divide(parts []cellPart, most int64, athletes []int) []somePieces {
	total := bytesOf(parts)
	if total <= most {
		return []somePieces{{parts, total}}
	}
	var refs []pieceRef
	for i := range parts {
		for k, rank := range parts[i].Ranks {
			if rank >= 0 {
				refs = append(refs, pieceRef{entry: rank, length: parts[i].Lengths[k]})
			}
		}
	}
	if athletes != nil {
		sorting.Func(refs, byAthlete(athletes))
	}
	n := (total + most - 1) / most
	even := (total + n - 1) / n
	var all []somePieces
	of := make(map[int32]int, len(refs)) // a cell has one piece of an activity
	for from := 0; from < len(refs); {
		to, together := from, int64(0)
		for to < len(refs) && athletes != nil && athletes[refs[to].entry] == athletes[refs[from].entry] || to == from {
			together += int64(refs[to].length)
			to++
		}
		if n := len(all) - 1; n < 0 || all[n].bytes >= even || all[n].bytes+together > most {
			all = append(all, somePieces{})
		}
		all[len(all)-1].bytes += together
		for ; from < to; from++ {
			of[refs[from].entry] = len(all) - 1
		}
	}
	for i := range parts {
		p := &parts[i]
		last := -1
		for _, rank := range p.Ranks {
			if rank < 0 || of[rank] == last {
				continue
			}
			last = of[rank]
			if n := len(all[last].from); n == 0 || all[last].from[n-1].Offset != p.Offset || all[last].from[n-1].File != p.File {
				all[last].from = append(all[last].from, p.only(func(rank int32) bool { return of[rank] == last }))
			}
		}
	}
	return all
}

// only returns the part with nothing drawn but some ranks.
func (p *cellPart) only(wanted func(rank int32) bool) cellPart {
	some := *p
	some.Ranks = slices.Clone(p.Ranks)
	for i, rank := range some.Ranks {
		if rank >= 0 && !wanted(rank) {
			some.Ranks[i] = -1
		}
	}
	return some
}
