package archive

import (
	"fmt"
	"sync"
)

// What Verify holds the content to, where the metadata tell what it was when it was written.

// expect takes over what the claims say of headers, rows and palettes.
func (v *verifier) expect(c *Claims) {
	if c.Contents == nil {
		return
	}
	base, err := c.Contents.header()
	if err != nil {
		v.find("its metadata do not make sense: %v", err)
		return
	}
	v.base = &base
	if ask := c.Contents.Palette; ask != nil {
		var mu sync.Mutex
		known := map[uint8][][4]uint8{}
		v.palette = func(zoom uint8) [][4]uint8 {
			mu.Lock()
			defer mu.Unlock()
			p, ok := known[zoom]
			if !ok {
				p = ask(zoom)
				known[zoom] = p
			}
			return p
		}
	}
}

// header compares the bounds and the centre of an archive's header with those of the metadata.
func (v *verifier) header(id string, a *Reader) {
	if v.base == nil {
		return
	}
	h, want := a.header, *v.base
	want.CenterZoom = min(max(want.CenterZoom, h.MinZoom), h.MaxZoom)
	if got, want := [4]int32{h.MinLonE7, h.MinLatE7, h.MaxLonE7, h.MaxLatE7}, [4]int32{want.MinLonE7, want.MinLatE7, want.MaxLonE7, want.MaxLatE7}; got != want {
		v.find("%s: the header has the bounds %s, but the metadata %s", id, degrees(got[:]), degrees(want[:]))
	}
	if got, want := [2]int32{h.CenterLonE7, h.CenterLatE7}, [2]int32{want.CenterLonE7, want.CenterLatE7}; got != want {
		v.find("%s: the header has the centre %s, but the metadata %s", id, degrees(got[:]), degrees(want[:]))
	}
	if h.CenterZoom != want.CenterZoom {
		v.find("%s: the header has its centre at zoom %d, but it should be %d", id, h.CenterZoom, want.CenterZoom)
	}
}

// degrees writes numbers that are given in units of 1e-7 degree.
func degrees(e7 []int32) string {
	var parts []string
	for _, v := range e7 {
		parts = append(parts, fromE7(v))
	}
	return fmt.Sprint(parts)
}

// compareSum compares the tiles or blocks with what the metadata say of them.
func (v *verifier) compareSum(c setClaim, real Sum) {
	if c.sum != nil && *c.sum != real {
		v.find("%s: its %ss are not those that were written: some are lost, altered or in another place (their sum is %v, not %v)", c.id, c.kind.name, real, *c.sum)
	}
}
