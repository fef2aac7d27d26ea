package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive/judge"
)

// testEntry is a tile for buildArchive.
type testEntry struct {
	z    uint8
	x, y uint32
	png  []byte
}

// buildArchive puts together an archive without any of the Writer's care, and
// lets change spoil header and directory before they are written. extra follows
// the tiles in the tile data. Tiles stand in the order given.
func buildArchive(tiles []testEntry, metadata string, extra []byte, change func(*pmtiles.HeaderV3, []pmtiles.EntryV3)) []byte {
	var entries []pmtiles.EntryV3
	var data []byte
	for _, t := range tiles {
		entries = append(entries, pmtiles.EntryV3{TileID: pmtiles.ZxyToID(t.z, t.x, t.y), Offset: uint64(len(data)), Length: uint32(len(t.png)), RunLength: 1})
		data = append(data, t.png...)
	}
	n := uint64(len(entries))
	h := pmtiles.HeaderV3{
		SpecVersion: 3, Clustered: true, InternalCompression: pmtiles.Gzip, TileCompression: pmtiles.NoCompression, TileType: pmtiles.Png,
		AddressedTilesCount: n, TileEntriesCount: n, TileContentsCount: n,
		MinZoom: tiles[0].z, MaxZoom: tiles[len(tiles)-1].z, CenterZoom: tiles[0].z,
		MinLonE7: 80000000, MinLatE7: 470000000, MaxLonE7: 90000000, MaxLatE7: 480000000,
	}
	if change != nil {
		change(&h, entries)
	}
	root := pmtiles.SerializeEntries(entries, pmtiles.Gzip)
	var meta bytes.Buffer
	z := gzip.NewWriter(&meta)
	if _, err := io.WriteString(z, metadata); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	h.RootOffset, h.RootLength = headerLen, uint64(len(root))
	h.MetadataOffset, h.MetadataLength = h.RootOffset+h.RootLength, uint64(meta.Len())
	h.LeafDirectoryOffset = h.MetadataOffset + h.MetadataLength
	h.TileDataOffset = h.LeafDirectoryOffset
	h.TileDataLength = uint64(len(data) + len(extra))
	return slices.Concat(pmtiles.SerializeHeader(h), root, meta.Bytes(), data, extra)
}

// verifyBytes verifies an archive held in memory.
func verifyBytes(t *testing.T, file []byte, claims func([]byte) (Claims, error)) *Report {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pmtiles")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), path, VerifyOptions{Judge: judge.PMTiles, Claims: claims, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestVerifyFinds spoils an archive in one way after the other.
func TestVerifyFinds(t *testing.T) {
	var enc TileEncoder
	idat, maxIndex := enc.Encode(nil, synthTile(synthScenes[0], 5))
	palette := testPalette(9)[:int(maxIndex)+1]
	colour, grey := PalettedPNG(nil, idat, palette), GreyPNG(nil, idat)
	badIDAT := bytes.Clone(idat)
	badIDAT[len(badIDAT)/2] ^= 0x10

	tiles := func(png []byte) []testEntry {
		return []testEntry{{9, 100, 150, png}, {10, 200, 300, png}, {10, 201, 301, png}}
	}
	inner := buildArchive(tiles(grey), `{}`, nil, nil)
	tilesLen := int64(3 * len(colour))

	// A spec tells what is to be written and claimed; the zero value is a good archive.
	type spec struct {
		tiles    []testEntry
		inner    []byte
		extra    []byte
		metadata string
		change   func(*pmtiles.HeaderV3, []pmtiles.EntryV3)
		claim    func(*Claims)
		spoil    func(file []byte) []byte
	}
	counts := func(n int) []ZoomCount { return []ZoomCount{{9, 1, int64(n)}, {10, 2, int64(2 * n)}} }
	shift := func(at, by int) func(*pmtiles.HeaderV3, []pmtiles.EntryV3) {
		return func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[at].Offset += uint64(by) }
	}
	put64 := func(at int, v uint64) func([]byte) []byte {
		return func(b []byte) []byte { binary.LittleEndian.PutUint64(b[at:], v); return b }
	}
	someBlocks := []testEntry{{13, 1, 2, gzipped([]byte("block a"))}, {13, 1, 3, gzipped([]byte("block bb"))}, {13, 3, 4, gzipped([]byte("block c"))}}
	slices.SortFunc(someBlocks, func(a, b testEntry) int {
		return int(pmtiles.ZxyToID(a.z, a.x, a.y)) - int(pmtiles.ZxyToID(b.z, b.x, b.y))
	})
	lines := func(extra []byte, change func(*pmtiles.HeaderV3, []pmtiles.EntryV3)) []byte {
		return buildArchive(someBlocks, `{}`, extra, func(h *pmtiles.HeaderV3, e []pmtiles.EntryV3) {
			h.TileType, h.TileCompression = pmtiles.UnknownTileType, pmtiles.Gzip
			if change != nil {
				change(h, e)
			}
		})
	}
	past := lines(nil, func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].Offset += 1 << 40 })
	linesSum := func() *Sum {
		s := new(Sum)
		for _, b := range someBlocks {
			s.add(sumOf(pmtiles.ZxyToID(b.z, b.x, b.y), b.png))
		}
		return s
	}
	// claimLines claims blocks behind the inner archive, and then changes the claim.
	claimLines := func(change func(*BlocksClaim)) func(*Claims) {
		return func(c *Claims) {
			b := BlocksClaim{ID: "lines", Zooms: []ZoomCount{{Zoom: 13, Tiles: 3}}, Check: checkTestBlock}
			b.Section = Section{c.Inner[0].Offset + c.Inner[0].Length, int64(len(lines(nil, nil)))}
			for _, s := range someBlocks {
				b.Zooms[0].Bytes += int64(len(s.png))
			}
			if change != nil {
				change(&b)
			}
			c.Blocks = []BlocksClaim{b}
		}
	}
	tests := []struct {
		name string
		spec spec
		want string // in some finding; "" for none at all
	}{
		{"nothing wrong", spec{}, ""},
		{"empty file", spec{spoil: func([]byte) []byte { return nil }}, "too few"},
		{"not an archive", spec{spoil: func(b []byte) []byte { return bytes.Repeat([]byte("<p>404</p>"), 100) }}, "magic number not"},
		{"version 2", spec{spoil: func(b []byte) []byte { b[7] = 2; return b }}, "version 2"},
		{"cut off by a byte", spec{spoil: func(b []byte) []byte { return b[:len(b)-1] }}, "cut off or damaged"},
		{"cut off in the header", spec{spoil: func(b []byte) []byte { return b[:100] }}, "too few"},
		{"a byte too many", spec{spoil: func(b []byte) []byte { return append(b, 0) }}, "it ends at byte"},
		{"root directory elsewhere", spec{spoil: put64(8, 128)}, "reading the root directory"},
		{"metadata at 0", spec{spoil: put64(24, 0)}, "puts the metadata at byte 0"},
		{"huge root directory", spec{spoil: put64(16, 1<<62)}, "puts the root directory"},
		{"flip in the root directory", spec{spoil: func(b []byte) []byte { b[headerLen+14] ^= 4; return b }}, "root directory"},
		{"flip in the metadata", spec{spoil: func(b []byte) []byte {
			b[binary.LittleEndian.Uint64(b[24:])+15] ^= 4
			return b
		}}, "metadata"},
		{"metadata are no object", spec{metadata: `["a"]`}, "not a JSON object"},
		{"metadata are no JSON", spec{metadata: `{"a":`}, "not a JSON object"},
		{"metadata make no sense", spec{metadata: `{"x":1}`}, "no fields"},

		{"tiles swapped", spec{tiles: []testEntry{tiles(colour)[0], tiles(colour)[2], tiles(colour)[1]}}, "beyond zoom"},
		{"the same tile twice", spec{tiles: []testEntry{tiles(colour)[0], tiles(colour)[1], tiles(colour)[1]}}, "same tile id"},
		{"contents swapped", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) {
			e[1].Offset, e[2].Offset = e[2].Offset, e[1].Offset
		}}, "overlap or stand in a wrong order"},
		{"tiles overlap", spec{change: shift(2, -1)}, "overlap"},
		{"gap between tiles", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[1].Length -= 5 }}, "leaving a gap"},
		{"tile past the end", spec{change: shift(2, 1<<40)}, "ends at byte"},
		{"tile of no length", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].Length = 0 }}, "length 0"},
		{"tile of absurd length", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].Length = 1 << 31 }}, "ends at byte"},
		{"run", spec{change: func(h *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].RunLength = 3; h.AddressedTilesCount = 5 }}, "a run of 3 tiles"},
		{"run into the next tile", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[1].RunLength = 1 << 30 }}, "runs into the next"},
		{"leaf that is not there", spec{change: func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].RunLength = 0 }}, "leaf directory"},

		{"wrong count of tiles", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.AddressedTilesCount = 4 }}, "go-pmtiles says: invalid: header AddressedTilesCount"},
		{"wrong zoom", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.MaxZoom = 12 }}, "go-pmtiles says: invalid: header MaxZoom"},
		{"wrong count of entries", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileEntriesCount = 4 }}, "the header counts 3 tiles, 4 entries and 3 contents, but there are 3"},
		{"wrong least zoom", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.MinZoom = 8 }}, "the header tells of the zooms 8 to"},
		{"centre elsewhere", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.CenterZoom = 20 }}, "the header has its centre at zoom 20, which is not one from"},
		{"bounds of no area", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.MaxLatE7 = h.MinLatE7 }}, "the bounds in its header have no area"},
		{"bounds without area", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.MaxLonE7 = h.MinLonE7 }}, "bounds has area"},
		{"not clustered", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.Clustered = false }}, "should say clustered"},
		{"tile type", spec{change: func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileType = pmtiles.Webp }}, "should say clustered"},

		{"outer tile is grey", spec{tiles: tiles(grey), claim: func(c *Claims) { c.Outer.Zooms = nil }}, "colour type is 0, not 3"},
		{"inner tile has a palette", spec{inner: buildArchive(tiles(colour), `{}`, nil, nil), claim: func(c *Claims) { c.Inner[0].Zooms = nil }}, "colour type is 3, not 0"},
		{"tile is text", spec{tiles: tiles([]byte("hello, this is a tile")), claim: func(c *Claims) { c.Outer.Zooms = nil }}, "no signature"},
		{"flip in a tile", spec{spoil: func(b []byte) []byte {
			b[binary.LittleEndian.Uint64(b[56:])+uint64(len(colour)+len(colour)/2)] ^= 1
			return b
		}}, "f0: tile 10/200/300: chunk \"IDAT\" has a wrong CRC"},
		{"image data broken, CRC right", spec{inner: buildArchive(tiles(GreyPNG(nil, badIDAT)), `{}`, nil, nil)}, "f1: tile 9/100/150: "},
		{"index beyond the palette", spec{tiles: tiles(PalettedPNG(nil, idat, palette[:len(palette)-1])), claim: func(c *Claims) { c.Outer.Zooms = nil }}, "its palette only"},
		{"index beyond the scale", spec{claim: func(c *Claims) { c.Outer.MaxIndex = maxIndex - 1 }}, "scale ends at"},
		{"index beyond the scale inside", spec{claim: func(c *Claims) { c.Inner[0].MaxIndex = 3 }}, "f1: tile 9/100/150: it has the index"},

		{"flip in an inner header", spec{spoil: func(b []byte) []byte {
			b[binary.LittleEndian.Uint64(b[56:])+uint64(tilesLen)] ^= 1
			return b
		}}, "f1: reading the header: magic number"},
		{"inner archive has a rest", spec{inner: append(bytes.Clone(inner), 1, 2, 3)}, "f1: it ends at byte"},
		{"inner tile data have a rest", spec{inner: buildArchive(tiles(grey), `{}`, []byte("rest"), nil)}, "4 bytes that belong to nothing follow the tiles of f1"},
		{"inner metadata broken", spec{inner: buildArchive(tiles(grey), `[]`, nil, nil)}, "f1: its metadata are not a JSON object"},
		{"wrong count inside", spec{inner: buildArchive(tiles(grey), `{}`, nil, func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileContentsCount = 1 })}, "f1: go-pmtiles says"},
		{"bytes behind the last section", spec{extra: []byte("tail")}, "4 bytes that belong to nothing follow the archive of f1"},
		{"bytes between tiles and section", spec{inner: append([]byte("gap"), inner...), claim: func(c *Claims) {
			c.Inner[0].Offset += 3
			c.Inner[0].Length -= 3
		}}, "3 bytes that belong to nothing lie between the tiles of f0 and the archive of f1"},
		{"section overlaps the tiles", spec{claim: func(c *Claims) { c.Inner[0].Offset -= 3; c.Inner[0].Length += 3 }}, "f1: reading the header"},
		{"blocks", spec{extra: lines(nil, nil), claim: claimLines(nil)}, ""},
		{"blocks overlap the section", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) { c.Offset--; c.Length++ })}, "they overlap"},
		{"blocks have a rest", spec{extra: append(lines(nil, nil), 0), claim: claimLines(nil)}, "1 bytes that belong to nothing follow the archive of lines"},
		{"rest claimed", spec{extra: append(lines(nil, nil), 0), claim: claimLines(func(c *BlocksClaim) { c.Length++ })}, "lines: it ends at byte"},
		{"bytes behind the last block", spec{extra: lines([]byte("rest"), nil), claim: claimLines(func(c *BlocksClaim) { c.Length += 4 })}, "4 bytes that belong to nothing follow the blocks of lines"},
		{"blocks are PNG", spec{extra: lines(nil, func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileType = pmtiles.Png }), claim: claimLines(nil)}, "lines: the header should say clustered, gzip, gzipped blocks, unknown type (1 2 2 0), but says true 2 2 2"},
		{"blocks are not gzip", spec{extra: lines(nil, func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileCompression = pmtiles.NoCompression }), claim: claimLines(nil)}, "lines: the header should say clustered"},
		{"wrong count of blocks", spec{extra: lines(nil, func(h *pmtiles.HeaderV3, _ []pmtiles.EntryV3) { h.TileEntriesCount = 1 }), claim: claimLines(nil)}, "lines: go-pmtiles says"},
		{"blocks swapped", spec{extra: lines(nil, func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[1].Offset, e[2].Offset = e[2].Offset, e[1].Offset }), claim: claimLines(nil)}, "but the block before it ends at"},
		{"block past the end", spec{extra: past, claim: claimLines(func(c *BlocksClaim) { c.Length = int64(len(past)) })}, "lines: block 13/3/4 ends at byte"},
		{"run of blocks", spec{extra: lines(nil, func(_ *pmtiles.HeaderV3, e []pmtiles.EntryV3) { e[2].RunLength = 2 }), claim: claimLines(nil)}, "a run of 2 tiles; every block"},
		{"flip in a block", spec{extra: lines(nil, nil), claim: claimLines(nil), spoil: func(b []byte) []byte { b[len(b)-6] ^= 1; return b }}, "lines: block 13/3/4: gzip: invalid checksum"},
		{"block of something else", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) {
			c.Check = func(z uint8, x, y uint32, data []byte) error {
				if z == 13 && x == 3 && y == 4 && bytes.Equal(data, someBlocks[2].png) {
					return errors.New("it is foreign")
				}
				return nil
			}
		})}, "lines: block 13/3/4: it is foreign"},
		{"no check of blocks", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) { c.Check = nil }), spoil: func(b []byte) []byte { b[len(b)-6] ^= 1; return b }}, ""},
		{"sum of blocks", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) { c.Check = nil; c.Sum = linesSum() })}, ""},
		{"sum of other blocks", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) { c.Check = nil; c.Sum = linesSum() }), spoil: func(b []byte) []byte { b[len(b)-6] ^= 1; return b }}, "lines: its blocks are not those that were written"},
		{"claimed count of blocks wrong", spec{extra: lines(nil, nil), claim: claimLines(func(c *BlocksClaim) { c.Zooms[0].Tiles++ })}, "lines: the metadata tell of 4 blocks"},
		{"claimed blocks without bytes", spec{claim: func(c *Claims) { c.Blocks = []BlocksClaim{{ID: "lines", Zooms: []ZoomCount{{13, 1, 100}}}} }}, "lines: the metadata tell of 1 blocks"},
		{"claimed sum without bytes", spec{claim: func(c *Claims) { c.Blocks = []BlocksClaim{{ID: "lines", Sum: &Sum{0, 1}}} }}, "lines: its blocks are not those"},

		{"claimed count wrong", spec{claim: func(c *Claims) { c.Outer.Zooms[1].Tiles++ }}, "f0: the metadata tell of 3 tiles"},
		{"claimed bytes wrong", spec{claim: func(c *Claims) { c.Inner[0].Zooms[0].Bytes-- }}, "f1: the metadata tell of 1 tiles"},
		{"claimed zoom missing", spec{claim: func(c *Claims) { c.Inner[0].Zooms = c.Inner[0].Zooms[:1] }}, "0 tiles with 0 bytes at zoom 10"},
		{"claimed tiles of a field without bytes", spec{claim: func(c *Claims) {
			c.Inner = append(c.Inner, FieldClaim{ID: "f2", Zooms: []ZoomCount{{9, 1, 100}}})
		}}, "f2: the metadata tell of 1 tiles"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.spec
			if s.tiles == nil {
				s.tiles = tiles(colour)
			}
			if s.inner == nil {
				s.inner = inner
			}
			if s.metadata == "" {
				s.metadata = `{"fields":[{"id":"f0"}]}`
			}
			file := buildArchive(s.tiles, s.metadata, slices.Concat(s.inner, s.extra), s.change)
			if s.spoil != nil {
				file = s.spoil(file)
			}
			var end int64
			for _, tile := range s.tiles {
				end += int64(len(tile.png))
			}
			report := verifyBytes(t, file, func(text []byte) (Claims, error) {
				var m testMeta
				if err := json.Unmarshal(text, &m); err != nil {
					return Claims{}, err
				}
				if len(m.Fields) == 0 {
					return Claims{}, errors.New("no fields")
				}
				c := Claims{
					Outer: FieldClaim{ID: "f0", MaxIndex: 63, Zooms: counts(len(colour))},
					Inner: []FieldClaim{{ID: "f1", Place: Place{Section: Section{end, int64(len(s.inner))}}, MaxIndex: 63, Zooms: counts(len(grey))}},
				}
				if s.claim != nil {
					s.claim(&c)
				}
				return c, nil
			})
			found := strings.Join(report.Findings, "\n")
			if tt.want == "" && found != "" || !strings.Contains(found, tt.want) {
				t.Errorf("findings:\n%s\nwant %q", found, tt.want)
			}
		})
	}
}

func TestVerifyErrors(t *testing.T) {
	if _, err := Verify(t.Context(), filepath.Join(t.TempDir(), "none"), VerifyOptions{Judge: judge.PMTiles, Claims: testClaims}); err == nil {
		t.Error("no error for a file that is not there")
	}
	if _, err := Verify(t.Context(), t.TempDir(), VerifyOptions{Judge: judge.PMTiles, Claims: testClaims}); err == nil {
		t.Error("no error for a folder")
	}
	path := writeTest(t, testTiles(), testContents())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, path, VerifyOptions{Judge: judge.PMTiles, Claims: testClaims}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

// TestVerifyReports checks counts, progress, and that long lists are cut short.
func TestVerifyReports(t *testing.T) {
	tiles := testTiles()
	path := writeTest(t, tiles, testContents())
	var last [2]int
	report, err := Verify(t.Context(), path, VerifyOptions{Judge: judge.PMTiles, Claims: testClaims, Progress: func(done, total int) { last = [2]int{done, total} }})
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, a := range report.Archives {
		sum += a.Tiles
	}
	if want := len(tiles) + len(testBlocks()); len(report.Archives) != 3 || sum != want || last != [2]int{sum, sum} {
		t.Errorf("%d archives, %d tiles and blocks, last progress %v; want 3, %d and all", len(report.Archives), sum, last, want)
	}

	var many []testEntry
	for x := range uint32(50) {
		many = append(many, testEntry{12, 0, x, []byte("no tile")})
	}
	slices.SortFunc(many, func(a, b testEntry) int {
		return int(pmtiles.ZxyToID(a.z, a.x, a.y)) - int(pmtiles.ZxyToID(b.z, b.x, b.y))
	})
	report = verifyBytes(t, buildArchive(many, `{}`, nil, nil), func([]byte) (Claims, error) { return Claims{Outer: FieldClaim{ID: "f0"}}, nil })
	if n := len(report.Findings); n != maxTileFindings+1 || report.Findings[n-1] != "f0: 30 more tiles are bad" {
		t.Errorf("%d findings, the last %q", n, report.Findings[n-1])
	}

	path = writeTest(t, tiles, testContents())
	report, err = Verify(t.Context(), path, VerifyOptions{Judge: judge.PMTiles, Claims: func(text []byte) (Claims, error) {
		c, err := testClaims(text)
		c.Blocks[0].Check = func(uint8, uint32, uint32, []byte) error { return errors.New("none is good") }
		return c, err
	}})
	if err != nil || len(report.Findings) != len(testBlocks()) {
		t.Errorf("%d findings, %v", len(report.Findings), err)
	}
}

// TestPmtilesTools has the tools that users have work on an archive.
func TestPmtilesTools(t *testing.T) {
	quiet := log.New(io.Discard, "", 0)
	tiles := testTiles()
	path := writeTest(t, tiles, testContents())
	dir := t.TempDir()

	t.Run("show", func(t *testing.T) {
		var out bytes.Buffer
		if err := pmtiles.Show(quiet, &out, "", path, false, true, false, "", false, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
		if c, err := testClaims(out.Bytes()); err != nil || len(c.Inner) != 2 {
			t.Errorf("metadata shown: %s, %v", out.String(), err)
		}
		out.Reset()
		if err := pmtiles.Show(quiet, &out, "", path, false, false, false, "", true, 9, 100, 150); err != nil {
			t.Fatal(err)
		}
		var pix [TilePixels]byte
		if err := DecodeIndices(out.Bytes(), &pix); err != nil || pix != *tiles[0].pix {
			t.Errorf("the tile shown is another one, %v", err)
		}
	})

	// "pmtiles edit" rewrites the metadata, of another length, and the inner
	// archives must still be found.
	t.Run("edit", func(t *testing.T) {
		edited := filepath.Join(dir, "edited.pmtiles")
		copyFile(t, path, edited)
		r, err := Open(edited)
		if err != nil {
			t.Fatal(err)
		}
		text, err := r.Metadata()
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.Replace(text, []byte(`"test"`), []byte(`"`+strings.Repeat("longer ", 500)+`"`), 1)
		meta := filepath.Join(dir, "meta.json")
		if err := os.WriteFile(meta, text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := pmtiles.Edit(quiet, edited, "", meta); err != nil {
			t.Fatal(err)
		}
		report, err := Verify(t.Context(), edited, VerifyOptions{Judge: judge.PMTiles, Claims: testClaims})
		if err != nil || !report.OK() || len(report.Archives) != 3 {
			t.Fatalf("%+v, %v", report, err)
		}
	})

	// "pmtiles extract" keeps the metadata and drops all that is no tile.
	t.Run("extract", func(t *testing.T) {
		extracted := filepath.Join(dir, "extracted.pmtiles")
		if err := pmtiles.Extract(t.Context(), quiet, "", path, -1, 10, "", "", extracted, 1, 0.05, false); err != nil {
			t.Fatal(err)
		}
		report, err := Verify(t.Context(), extracted, VerifyOptions{Judge: judge.PMTiles, Claims: func(text []byte) (Claims, error) {
			c, err := testClaims(text)
			c.Outer.Zooms = nil // those left out are still in the metadata
			return c, err
		}})
		if err != nil || !report.OK() || len(report.Archives) != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		if len(report.Notes) != 2 || !strings.Contains(report.Notes[0], "f1") || !strings.Contains(report.Notes[1], "lines") {
			t.Errorf("notes %q", report.Notes)
		}
		r, err := Open(extracted)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		text, err := r.Metadata()
		if err != nil {
			t.Fatal(err)
		}
		c, err := testClaims(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Inner(c.Inner[0].Section); !errors.Is(err, ErrOutside) {
			t.Errorf("opening a dropped field: %v", err)
		}
		if _, ok, err := r.Tile(10, 100, 150); !ok || err != nil {
			t.Errorf("tile 10/100/150: found %t, %v", ok, err)
		}
	})
}

// copyFile copies a file.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
