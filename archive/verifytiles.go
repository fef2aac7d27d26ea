package archive

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"heatmapgen/internal/sorting"
)

// maxTileFindings is how many bad tiles or blocks of one archive are listed.
const maxTileFindings = 20

// A setClaim is what the metadata say of a field or block set.
type setClaim struct {
	id      string
	kind    *kind
	zooms   []ZoomCount // nil if the metadata do not tell
	sum     *Sum        // nil if the metadata do not tell
	ignored string      // what readers ignore where it is not there
	// checker makes a function, each goroutine its own, that returns the sum of a tile or block, zero where it cannot be
	// taken apart, and what is wrong with it.
	checker func() func(e Entry, data []byte) (Sum, error)
}

// fieldClaim is the claim of a field whose tiles have that colour type.
func (v *verifier) fieldClaim(c FieldClaim, colourType byte) setClaim {
	return setClaim{c.ID, tileKind, c.Zooms, c.Sum, "this field", func() func(Entry, []byte) (Sum, error) {
		pix := new([TilePixels]byte)
		return func(e Entry, data []byte) (Sum, error) { return v.tile(data, e, c.MaxIndex, colourType, pix) }
	}}
}

// blocksClaim is the claim of a block set.
func blocksClaim(c BlocksClaim) setClaim {
	return setClaim{c.ID, blockKind, c.Zooms, c.Sum, "this block set", func() func(Entry, []byte) (Sum, error) {
		return func(e Entry, data []byte) (Sum, error) {
			sum := sumOf(e.TileID, data)
			if c.Check == nil {
				return sum, nil
			}
			return sum, c.Check(e.Zoom, e.X, e.Y, data)
		}
	}}
}

// contents checks the tiles or blocks of an archive on all cores and returns what is wrong
// with them, in the order of entries, and the sum of those that could be taken apart.
func (v *verifier) contents(ctx context.Context, a interface{ Read(Entry) ([]byte, error) }, entries []Entry, c setClaim) ([]string, Sum, error) {
	type finding struct {
		entry int
		text  string
	}
	const batch = 64
	var (
		mu    sync.Mutex
		next  int
		found []finding
		sum   Sum
		wg    sync.WaitGroup
	)
	total := v.done + len(entries)
	take := func() (from, to int) {
		mu.Lock()
		defer mu.Unlock()
		if v.opts.Progress != nil {
			v.opts.Progress(v.done+next, total)
		}
		if ctx.Err() != nil {
			return 0, 0
		}
		from, to = next, min(next+batch, len(entries))
		next = to
		return from, to
	}
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			check := c.checker()
			var own Sum
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					e := entries[i]
					data, err := a.Read(e)
					if err == nil {
						var sum Sum
						sum, err = check(e, data)
						own.add(sum)
					}
					if err != nil {
						mu.Lock()
						found = append(found, finding{i, fmt.Sprintf("%s %d/%d/%d: %v", c.kind.name, e.Zoom, e.X, e.Y, err)})
						mu.Unlock()
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			sum.add(own)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, sum, err
	}
	v.done = total
	sorting.Func(found, func(a, b finding) int { return a.entry - b.entry })
	var texts []string
	for i, f := range found {
		if i == maxTileFindings {
			texts = append(texts, fmt.Sprintf("%d more %ss are bad", len(found)-i, c.kind.name))
			break
		}
		texts = append(texts, f.text)
	}
	return texts, sum, nil
}

// tile returns the sum of one tile, zero where it cannot be taken apart, and what is wrong with it. pix is scratch.
func (v *verifier) tile(png []byte, e Entry, maxIndex uint8, colourType byte, pix *[TilePixels]byte) (sum Sum, err error) {
	t, err := parseTile(png)
	if err != nil {
		return sum, err
	}
	sum = sumOf(e.TileID, t.idat)
	if t.colourType != colourType {
		return sum, fmt.Errorf("its colour type is %d, not %d", t.colourType, colourType)
	}
	if err := t.decode(pix); err != nil {
		return sum, err
	}
	top := slices.Max(pix[:])
	if top > maxIndex {
		return sum, fmt.Errorf("it has the index %d, but the field's scale ends at %d", top, maxIndex)
	}
	if colourType == colourPalette {
		if int(top) >= len(t.palette)/3 {
			return sum, fmt.Errorf("it has the index %d, but its palette only %d colours", top, len(t.palette)/3)
		}
		if v.palette != nil {
			return sum, t.comparePalette(v.palette(e.Zoom), int(top)+1)
		}
	}
	return sum, nil
}

// comparePalette returns an error unless the tile has the first n colours of want. Channels may differ by one: another
// kind of processor rounds otherwise.
func (t *tilePNG) comparePalette(want [][4]uint8, n int) error {
	if len(t.palette) != 3*n || len(want) < n {
		return fmt.Errorf("its palette has %d colours, not the %d that the layer has for its indices", len(t.palette)/3, n)
	}
	for i, colour := range want[:n] {
		got := [4]uint8{t.palette[3*i], t.palette[3*i+1], t.palette[3*i+2], 255}
		if i < len(t.trns) {
			got[3] = t.trns[i]
		}
		for k := range got {
			if d := int(got[k]) - int(colour[k]); d < -1 || d > 1 {
				return fmt.Errorf("its palette shows the index %d as %v, but the layer as %v", i, got, colour)
			}
		}
	}
	return nil
}
