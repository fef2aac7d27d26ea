package archive

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// What of PMTiles is our own is held to go-pmtiles here, which others wrote from the same specification.

// theirHeader is what go-pmtiles reads of a header.
func theirHeader(t *testing.T, b []byte) pmtiles.HeaderV3 {
	t.Helper()
	h, err := pmtiles.DeserializeHeader(b)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestTileIDs(t *testing.T) {
	check := func(z uint8, x, y uint32) {
		id := TileID(z, x, y)
		if want := pmtiles.ZxyToID(z, x, y); id != want {
			t.Fatalf("the id of %d/%d/%d is %d, not %d", z, x, y, id, want)
		}
		if z2, x2, y2 := TileAt(id); z2 != z || x2 != x || y2 != y {
			t.Fatalf("the id %d of %d/%d/%d leads to %d/%d/%d", id, z, x, y, z2, x2, y2)
		}
	}
	for z := range uint8(7) {
		for x := range uint32(1) << z {
			for y := range uint32(1) << z {
				check(z, x, y)
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 9))
	for z := range uint8(MaxZoom + 1) {
		check(z, 1<<z-1, 0)
		check(z, 1<<z-1, 1<<z-1)
		for range 1000 {
			check(z, rng.Uint32N(1<<z), rng.Uint32N(1<<z))
		}
	}
}

func TestHeaderBytes(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	for range 1000 {
		var b [headerLen]byte
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		copy(b[:], headerMagic+"\x03")
		b[96] &= 1
		h, err := parseHeader(&b)
		if err != nil {
			t.Fatal(err)
		}
		if ours := h.encode(); !bytes.Equal(ours, b[:]) {
			t.Fatalf("read and written again, a header is\n%x, not\n%x", ours, b)
		}
		theirs := theirHeader(t, b[:])
		if !bytes.Equal(pmtiles.SerializeHeader(theirs), b[:]) {
			t.Fatal("go-pmtiles writes another header")
		}
		// The same numbers in the same places.
		if theirs.LeafDirectoryOffset != h.leaves.offset || theirs.TileDataLength != h.tiles.length || theirs.TileContentsCount != h.contents || theirs.CenterLatE7 != h.centerLat ||
			theirs.MaxLonE7 != h.maxLon || theirs.CenterZoom != h.centerZoom || uint8(theirs.TileType) != uint8(h.tileType) || theirs.Clustered != h.clustered {
			t.Fatalf("go-pmtiles reads %+v, and this is %+v", theirs, h)
		}
	}
}

// someEntries makes entries as they come from anywhere, with runs and contents that are used again.
func someEntries(n int) (ours []entry, theirs []pmtiles.EntryV3) {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	id, end := uint64(0), uint64(0)
	for i := range n {
		e := entry{id: id + rng.Uint64N(500), offset: end, length: 1 + rng.Uint32N(5000), run: 1}
		if i%10 == 3 {
			e.offset, e.run = rng.Uint64N(end), 1+rng.Uint32N(3)
		} else {
			end = e.end()
		}
		id = e.id + uint64(e.run)
		ours = append(ours, e)
		theirs = append(theirs, pmtiles.EntryV3{TileID: e.id, Offset: e.offset, Length: e.length, RunLength: e.run})
	}
	return ours, theirs
}

func TestDirectoryBytes(t *testing.T) {
	for _, n := range []int{1, 2, 1000, 10_000} {
		ours, theirs := someEntries(n)
		var p packer
		packed := p.pack(ours)
		if !bytes.Equal(packed, pmtiles.SerializeEntries(theirs, pmtiles.Gzip)) || !bytes.Equal(p.plain, pmtiles.SerializeEntries(theirs, pmtiles.NoCompression)) {
			t.Errorf("%d entries: other bytes than those of go-pmtiles", n)
		}
		if back := pmtiles.DeserializeEntries(bytes.NewBuffer(packed), pmtiles.Gzip); !slices.Equal(back, theirs) {
			t.Errorf("%d entries: go-pmtiles reads others", n)
		}
		for c, b := range map[compression][]byte{gzipCompression: packed, noCompression: p.plain} {
			if back, err := parseDirectory(b, c); err != nil || !slices.Equal(back, ours) {
				t.Errorf("%d entries, compression %d: others come back, %v", n, c, err)
			}
		}
		for range 1000 {
			e := ours[rand.N(n)]
			id := e.id + rand.Uint64N(6)
			got, found := findEntry(ours, id)
			want, there := pmtiles.FindTile(theirs, id)
			if found != there || found && (got.id != want.TileID || got.offset != want.Offset) {
				t.Fatalf("tile id %d: %+v (%t), go-pmtiles finds %+v (%t)", id, got, found, want, there)
			}
		}
	}
}

// Directories are those that go-pmtiles would make, and no longer than readers take: with few tiles and many, and where leaves must be larger for the root to be short enough.
func TestDirectories(t *testing.T) {
	const short = 140
	for _, c := range []struct{ tiles, maxRoot int }{{1, maxRootLen}, {3000, maxRootLen}, {16383, maxRootLen}, {16384, 1 << 20}, {100_000, maxRootLen}, {100_000, short}} {
		ours, theirs := someEntries(c.tiles)
		s, err := newSpool(t.TempDir(), "x", 1)
		if err != nil {
			t.Fatal(err)
		}
		defer s.remove()
		if err := s.append([]byte("what lies before")); err != nil {
			t.Fatal(err)
		}
		d := newDirectoryBuilder(s, c.tiles, c.maxRoot)
		for _, e := range ours {
			if err := d.add(e); err != nil {
				t.Fatal(err)
			}
		}
		root, at, err := d.finish()
		if err != nil {
			t.Fatal(err)
		}
		leaves, err := s.read(nil, &record{offset: at.Offset, length: uint32(at.Length)})
		if err != nil {
			t.Fatal(err)
		}
		if c.maxRoot != short {
			wantRoot, wantLeaves, _ := pmtiles.BuildDirectories(theirs, c.maxRoot, pmtiles.Gzip)
			if !bytes.Equal(root, wantRoot) || !bytes.Equal(leaves, wantLeaves) {
				t.Errorf("%d tiles: other directories than those of go-pmtiles", c.tiles)
			}
		}
		if (c.maxRoot == short) != (d.size > leastLeaf) || len(root) > c.maxRoot {
			t.Errorf("%d tiles: a root of %d bytes, leaves of %d entries", c.tiles, len(root), d.size)
		}
		var got []entry
		pointers, err := parseDirectory(root, gzipCompression)
		for _, p := range pointers {
			if p.run > 0 {
				got = append(got, p)
				continue
			}
			leaf, err := parseDirectory(leaves[p.offset:p.end()], gzipCompression)
			if err != nil || leaf[0].id != p.id {
				t.Fatalf("%d tiles: a leaf begins with %+v, not with id %d; %v", c.tiles, leaf, p.id, err)
			}
			got = append(got, leaf...)
		}
		if err != nil || !slices.Equal(got, ours) {
			t.Errorf("%d tiles: %d others are listed, %v", c.tiles, len(got), err)
		}
	}
}
