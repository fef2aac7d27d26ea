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
	want.centerZoom = min(max(want.centerZoom, h.minZoom), h.maxZoom)
	if got, want := [4]int32{h.minLon, h.minLat, h.maxLon, h.maxLat}, [4]int32{want.minLon, want.minLat, want.maxLon, want.maxLat}; got != want {
		v.find("%s: the header has the bounds %s, but the metadata %s", id, degrees(got[:]), degrees(want[:]))
	}
	if got, want := [2]int32{h.centerLon, h.centerLat}, [2]int32{want.centerLon, want.centerLat}; got != want {
		v.find("%s: the header has the centre %s, but the metadata %s", id, degrees(got[:]), degrees(want[:]))
	}
	if h.centerZoom != want.centerZoom {
		v.find("%s: the header has its centre at zoom %d, but it should be %d", id, h.centerZoom, want.centerZoom)
	}
}

// counts checks what the header of an archive says of the tiles or blocks that are there, each of which has an entry of its own, and that its bounds have an area.
func (v *verifier) counts(c setClaim, h *header, real *ArchiveReport) {
	if n := uint64(real.Tiles); h.addressed != n || h.entries != n || h.contents != n {
		v.find("%s: the header counts %d %ss, %d entries and %d contents, but there are %d", c.id, h.addressed, c.kind.name, h.entries, h.contents, n)
	}
	if len(real.Zooms) == 0 {
		return
	}
	if least, most := real.Zooms[0].Zoom, real.Zooms[len(real.Zooms)-1].Zoom; h.minZoom != least || h.maxZoom != most {
		v.find("%s: the header tells of the zooms %d to %d, but there are %d to %d", c.id, h.minZoom, h.maxZoom, least, most)
	}
	if h.centerZoom < h.minZoom || h.centerZoom > h.maxZoom {
		v.find("%s: the header has its centre at zoom %d, which is not one from %d to %d", c.id, h.centerZoom, h.minZoom, h.maxZoom)
	}
	if h.minLon >= h.maxLon || h.minLat >= h.maxLat {
		v.find("%s: the bounds in its header have no area", c.id)
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
