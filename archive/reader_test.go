package archive

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// leafyArchive is an archive whose root directory has the entries root, with the
// serialised leaves, and data as tile data.
func leafyArchive(compression pmtiles.Compression, root []pmtiles.EntryV3, leaves, data []byte) []byte {
	dir := pmtiles.SerializeEntries(root, compression)
	meta := []byte("{}")
	h := pmtiles.HeaderV3{
		SpecVersion: 3, InternalCompression: compression, TileCompression: pmtiles.NoCompression, TileType: pmtiles.Png,
		RootOffset: headerLen, RootLength: uint64(len(dir)),
		MetadataLength: uint64(len(meta)), LeafDirectoryLength: uint64(len(leaves)), TileDataLength: uint64(len(data)),
	}
	h.MetadataOffset = h.RootOffset + h.RootLength
	h.LeafDirectoryOffset = h.MetadataOffset + h.MetadataLength
	h.TileDataOffset = h.LeafDirectoryOffset + h.LeafDirectoryLength
	return slices.Concat(pmtiles.SerializeHeader(h), dir, meta, leaves, data)
}

// TestReaderWalks reads directories that the Writer does not make.
func TestReaderWalks(t *testing.T) {
	const none = pmtiles.NoCompression
	leaf := func(e ...pmtiles.EntryV3) []byte { return pmtiles.SerializeEntries(e, none) }
	a := leaf(pmtiles.EntryV3{TileID: 5, Offset: 0, Length: 1, RunLength: 2}, pmtiles.EntryV3{TileID: 7, Offset: 1, Length: 1, RunLength: 1})
	b := leaf(pmtiles.EntryV3{TileID: 9, Offset: 2, Length: 1, RunLength: 1})
	run := leaf(pmtiles.EntryV3{TileID: 5, Offset: 0, Length: 1, RunLength: 3})
	nested := leaf(pmtiles.EntryV3{TileID: 9, Offset: 0, Length: uint32(len(a)), RunLength: 0})
	pointer := func(id uint64, offset int, leaf []byte) pmtiles.EntryV3 {
		return pmtiles.EntryV3{TileID: id, Offset: uint64(offset), Length: uint32(len(leaf))}
	}
	tests := []struct {
		name   string
		root   []pmtiles.EntryV3
		leaves []byte
		want   []uint64 // tile ids
		err    string
	}{
		{"two leaves", []pmtiles.EntryV3{pointer(5, 0, a), pointer(9, len(a), b)}, slices.Concat(a, b), []uint64{5, 6, 7, 9}, ""},
		{"leaf and tile", []pmtiles.EntryV3{{TileID: 0, Offset: 2, Length: 1, RunLength: 1}, pointer(5, 0, a), {TileID: 20, Offset: 0, Length: 2, RunLength: 1}}, a, []uint64{0, 5, 6, 7, 20}, ""},
		{"leaf in leaf", []pmtiles.EntryV3{pointer(9, len(a), nested)}, slices.Concat(a, nested), nil, "only one level"},
		{"leaf begins elsewhere", []pmtiles.EntryV3{pointer(4, 0, a)}, a, nil, "begins with id 5"},
		{"leaf reaches into the next", []pmtiles.EntryV3{pointer(5, 0, a), {TileID: 6, Offset: 0, Length: 1, RunLength: 1}}, a, nil, "for tile ids 5 to 5 has id 6"},
		{"leaf of no length", []pmtiles.EntryV3{pointer(5, 0, nil)}, a, nil, "length 0"},
		{"run in a leaf reaches into the next", []pmtiles.EntryV3{pointer(5, 0, run), {TileID: 7, Offset: 0, Length: 1, RunLength: 1}}, run, nil, "for tile ids 5 to 6 has id 7"},
		{"leaf outside its section", []pmtiles.EntryV3{pointer(5, 3, a)}, a, nil, "lies outside its section"},
		{"leaf damaged", []pmtiles.EntryV3{pointer(5, 0, a[:4])}, a, nil, "reading the leaf directory at byte 0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := leafyArchive(none, tt.root, tt.leaves, []byte("abc"))
			r, err := NewReader(bytes.NewReader(file), int64(len(file)))
			var got []uint64
			if err == nil {
				for e, walkErr := range r.Entries() {
					if walkErr != nil {
						err = walkErr
						break
					}
					got = append(got, e.TileID)
					png, ok, err := r.Tile(e.Zoom, e.X, e.Y)
					if !ok || err != nil || int64(len(png)) != e.Length {
						t.Errorf("tile %d: %d bytes, found %t, %v", e.TileID, len(png), ok, err)
					}
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("tile ids %v, want %v", got, tt.want)
			}
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestEntriesStop(t *testing.T) {
	file := leafyArchive(pmtiles.Gzip, []pmtiles.EntryV3{{TileID: 1, Offset: 0, Length: 1, RunLength: 1 << 31}}, nil, []byte("abc"))
	r, err := NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range r.Entries() {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("%d entries before the end", n)
	}
}

func TestSections(t *testing.T) {
	file := leafyArchive(pmtiles.Gzip, []pmtiles.EntryV3{{TileID: 0, Offset: 0, Length: 1, RunLength: 1}}, nil, []byte("0123456789"))
	r, err := NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		s    Section
		want string
		err  error
	}{
		{"all", Section{0, 10}, "0123456789", nil},
		{"middle", Section{3, 2}, "34", nil},
		{"nothing at the end", Section{10, 0}, "", nil},
		{"one too many", Section{0, 11}, "", ErrOutside},
		{"beyond", Section{11, 0}, "", ErrOutside},
		{"before", Section{-1, 2}, "", ErrOutside},
		{"negative", Section{2, -1}, "", ErrOutside},
		{"sum overflows", Section{1<<63 - 1, 1<<63 - 1}, "", ErrOutside},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := r.Section(tt.s)
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if err != nil {
				return
			}
			if b, err := io.ReadAll(s); string(b) != tt.want || err != nil {
				t.Errorf("%q, %v, want %q", b, err, tt.want)
			}
		})
	}
	if _, err := r.Inner(Section{0, 10}); err == nil {
		t.Error("ten digits passed for an archive")
	}
}

func TestInflateLimits(t *testing.T) {
	bomb := pmtiles.SerializeEntries(make([]pmtiles.EntryV3, 1<<20), pmtiles.Gzip)
	if _, err := inflateBytes(bomb, gzipCompression, 1000); err == nil || !strings.Contains(err.Error(), "more than the 1000 bytes") {
		t.Errorf("bomb: %v", err)
	}
	if _, err := inflateBytes(make([]byte, 1001), noCompression, 1000); err == nil {
		t.Error("1001 plain bytes: no error")
	}
	if _, err := inflateBytes(nil, compression(pmtiles.Brotli), 1000); err == nil || !strings.Contains(err.Error(), "not supported") {
		t.Errorf("brotli: %v", err)
	}
	if _, err := inflateBytes(append(bytes.Clone(bomb), 0), gzipCompression, 8<<20); err == nil || !strings.Contains(err.Error(), "follow") {
		t.Errorf("rest: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	var enc TileEncoder
	idat, _ := enc.Encode(nil, new([TilePixels]byte))
	png := GreyPNG(nil, idat)
	tiles := []testEntry{{3, 1, 1, png}, {4, 2, 2, png}, {4, 3, 3, png}}
	inner := buildArchive(tiles, `{"name":"inner"}`, nil, nil)
	f.Add(buildArchive(tiles, `{"name":"outer"}`, inner, nil), int64(3*len(png)), int64(len(inner)))
	leaf := pmtiles.SerializeEntries([]pmtiles.EntryV3{{TileID: 5, Offset: 0, Length: 1, RunLength: 1}}, pmtiles.NoCompression)
	f.Add(leafyArchive(pmtiles.NoCompression, []pmtiles.EntryV3{{TileID: 5, Offset: 0, Length: uint32(len(leaf))}}, leaf, []byte("abc")), int64(0), int64(3))
	f.Fuzz(func(t *testing.T, file []byte, offset, length int64) {
		r, err := NewReader(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		_, _ = r.Metadata()
		readAll(t, r)
		if in, err := r.Inner(Section{offset, length}); err == nil {
			readAll(t, in)
		}
	})
}

// readAll reads the first tiles of an archive in both ways and compares.
func readAll(t *testing.T, r *Reader) {
	n := 0
	var last uint64
	for e, err := range r.Entries() {
		if err != nil {
			return
		}
		if n > 0 && e.TileID <= last {
			t.Fatalf("tile id %d after %d", e.TileID, last)
		}
		last = e.TileID
		want, err := r.ReadTile(e.Section)
		if err == nil {
			got, ok, err := r.Tile(e.Zoom, e.X, e.Y)
			if !ok || err != nil || !bytes.Equal(got, want) {
				t.Fatalf("tile %d/%d/%d: found %t, %v", e.Zoom, e.X, e.Y, ok, err)
			}
		}
		if n++; n == 1000 {
			return
		}
	}
}
