package archive

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// maxTileFindings is how many bad tiles of one archive are listed.
const maxTileFindings = 20

// tiles decodes the tiles of an archive on all cores and returns what is wrong
// with them, in the order of entries, and the sum of those that could be taken apart.
func (v *verifier) tiles(ctx context.Context, a TileSet, entries []Entry, c FieldClaim, colourType byte) ([]string, Sum, error) {
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
			pix := new([TilePixels]byte)
			var own Sum
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					e := entries[i]
					s, err := v.tile(a, e, c.MaxIndex, colourType, pix)
					own.add(s)
					if err != nil {
						mu.Lock()
						found = append(found, finding{i, fmt.Sprintf("tile %d/%d/%d: %v", e.Zoom, e.X, e.Y, err)})
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
	slices.SortFunc(found, func(a, b finding) int { return a.entry - b.entry })
	var texts []string
	for i, f := range found {
		if i == maxTileFindings {
			texts = append(texts, fmt.Sprintf("%d more tiles are bad", len(found)-i))
			break
		}
		texts = append(texts, f.text)
	}
	return texts, sum, nil
}

// tile returns the sum of one tile, zero where it cannot be taken apart, and what is wrong with it. pix is scratch.
func (v *verifier) tile(a TileSet, e Entry, maxIndex uint8, colourType byte, pix *[TilePixels]byte) (sum Sum, err error) {
	png, err := a.Read(e)
	if err != nil {
		return sum, err
	}
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
