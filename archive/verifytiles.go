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
// with them, in the order of entries.
func (v *verifier) tiles(ctx context.Context, a TileSet, entries []Entry, c FieldClaim, colourType byte) ([]string, error) {
	type finding struct {
		entry int
		text  string
	}
	const batch = 64
	var (
		mu    sync.Mutex
		next  int
		found []finding
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
			for from, to := take(); from < to; from, to = take() {
				for i := from; i < to; i++ {
					e := entries[i]
					if err := checkTile(a, e, c.MaxIndex, colourType, pix); err != nil {
						mu.Lock()
						found = append(found, finding{i, fmt.Sprintf("tile %d/%d/%d: %v", e.Zoom, e.X, e.Y, err)})
						mu.Unlock()
					}
				}
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
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
	return texts, nil
}

// checkTile returns what is wrong with one tile. pix is scratch.
func checkTile(a TileSet, e Entry, maxIndex uint8, colourType byte, pix *[TilePixels]byte) error {
	png, err := a.Read(e)
	if err != nil {
		return err
	}
	t, err := parseTile(png)
	if err != nil {
		return err
	}
	if t.colourType != colourType {
		return fmt.Errorf("its colour type is %d, not %d", t.colourType, colourType)
	}
	if err := t.decode(pix); err != nil {
		return err
	}
	top := slices.Max(pix[:])
	if top > maxIndex {
		return fmt.Errorf("it has the index %d, but the field's scale ends at %d", top, maxIndex)
	}
	if colourType == colourPalette && int(top) >= len(t.palette)/3 {
		return fmt.Errorf("it has the index %d, but its palette only %d colours", top, len(t.palette)/3)
	}
	return nil
}
