package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"
)

// testBlockSets are the block sets of the archives of tests; the second has no blocks.
var testBlockSets = []string{"lines", "none"}

// A testBlock is a block of the set "lines".
type testBlock struct {
	z    uint8
	x, y uint32
	data []byte
}

// testBlocks makes blocks of two zooms, in the order of their ids, one of them longer than a page of MBTiles.
func testBlocks() []testBlock {
	rng := rand.New(rand.NewPCG(11, 12))
	var blocks []testBlock
	for i := range uint32(12) {
		text := fmt.Appendf(nil, "block %d", i)
		for range []int{0, 100, 1000, 100_000}[i%4] {
			text = append(text, byte(rng.Uint32()))
		}
		blocks = append(blocks, testBlock{uint8(11 + 2*(i%2)), 4000 >> (2 * (1 - i%2)), 2500>>(2*(1-i%2)) + i, gzipped(text)})
	}
	slices.SortFunc(blocks, func(a, b testBlock) int {
		return int(pmtiles.ZxyToID(a.z, a.x, a.y)) - int(pmtiles.ZxyToID(b.z, b.x, b.y))
	})
	return blocks
}

// gzipped compresses text.
func gzipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// checkTestBlock returns an error unless a block is one that testBlocks made.
func checkTestBlock(_ uint8, _, _ uint32, data []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(text, []byte("block ")) {
		return errors.New("it begins otherwise")
	}
	return nil
}

// addTestBlocks adds blocks to the set "lines".
func addTestBlocks(t testing.TB, w *Writer, blocks []testBlock) {
	t.Helper()
	for _, b := range blocks {
		if err := w.AddBlock(0, b.z, b.x, b.y, b.data); err != nil {
			t.Fatal(err)
		}
	}
}

// smallTile makes a tile of the outer field, without which there is no archive.
func smallTile() Tile {
	var enc TileEncoder
	idat, maxIndex := enc.Encode(nil, &[TilePixels]byte{1})
	return Tile{Zoom: 9, X: 100, Y: 150, IDAT: idat, MaxIndex: maxIndex}
}

// blockFormats are the formats, with what goes with them in tests.
var blockFormats = []struct {
	opts     Options
	contents func() Contents
	claims   func([]byte) (Claims, error)
	place    func(l *Layout) Place
}{
	{testOptions, testContents, testClaims, func(l *Layout) Place { return l.Blocks[0].Place }},
	{testMBTilesOptions, testMBTilesContents, mbtilesClaims, func(*Layout) Place { return Place{Table: "lines"} }},
}

// TestBlocks reads back what was added, in both formats.
func TestBlocks(t *testing.T) {
	blocks := testBlocks()
	var sums []Sum
	for _, format := range blockFormats {
		path := filepath.Join(t.TempDir(), "x")
		w, err := Create(path, 3, format.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		for _, tile := range testTiles() {
			if err := w.Add(tile.Tile); err != nil {
				t.Fatal(err)
			}
		}
		addTestBlocks(t, w, blocks)
		l, err := w.Finish(t.Context(), format.contents())
		if err != nil {
			t.Fatal(err)
		}
		var want Sum
		zooms := []ZoomCount{{Zoom: 11}, {Zoom: 13}}
		for _, b := range blocks {
			want.add(sumOf(pmtiles.ZxyToID(b.z, b.x, b.y), b.data))
			z := &zooms[(b.z-11)/2]
			z.Tiles++
			z.Bytes += int64(len(b.data))
		}
		if got := l.Blocks[0]; got.Blocks != 12 || got.Sum != want || !slices.Equal(got.Zooms, zooms) || got.Place != format.place(l) || got.Place == (Place{}) {
			t.Errorf("layout %+v", got)
		}
		if got := l.Blocks[1]; len(l.Blocks) != 2 || got.Blocks != 0 || got.Place != (Place{}) || got.Zooms != nil || got.Sum != (Sum{}) {
			t.Errorf("layout of no blocks: %+v", got)
		}
		sums = append(sums, l.Blocks[0].Sum)

		f, err := OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		set, err := f.Blocks(l.Blocks[0].Place)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for _, b := range blocks {
					if data, ok, err := set.Block(b.z, b.x, b.y); !ok || err != nil || !bytes.Equal(data, b.data) {
						t.Errorf("block %d/%d/%d: %d bytes, %v, %v", b.z, b.x, b.y, len(data), ok, err)
					}
				}
			})
		}
		n := 0
		for e, err := range set.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			b := blocks[n]
			if data, err := set.Read(e); err != nil || e.Zoom != b.z || e.X != b.x || e.Y != b.y || e.Length != int64(len(b.data)) || !bytes.Equal(data, b.data) {
				t.Errorf("entry %d: %+v, %d bytes, %v", n, e, len(data), err)
			}
			n++
		}
		wg.Wait()
		if n != len(blocks) {
			t.Errorf("%d blocks are listed", n)
		}
		for _, zxy := range [][3]uint32{{13, 0, 0}, {12, 2000, 1250}, {13, 1 << 13, 0}, {60, 0, 0}} {
			if _, ok, err := set.Block(uint8(zxy[0]), zxy[1], zxy[2]); ok || err != nil {
				t.Errorf("block %v: %v, %v", zxy, ok, err)
			}
		}
		for _, at := range []Place{{}, {Section: Section{1 << 40, 10}}, {Section: Section{-1, 10}}, {Table: "none"}, {Table: "tiles"}, {Table: "tiles_f1"}, {Table: "metadata"},
			{Table: "sqlite_schema"}, {Table: "lines_index"}, {Table: `lines" --`}} {
			if _, err := f.Blocks(at); !errors.Is(err, ErrOutside) {
				t.Errorf("%s: blocks at %+v: %v", f.Format(), at, err)
			}
		}
		if _, err := f.Field(Place{Table: "lines"}); !errors.Is(err, ErrOutside) {
			t.Errorf("%s: the table of blocks as a field: %v", f.Format(), err)
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("sums %v", sums)
	}
}

// TestBlocksArchive cuts the inner archive of blocks out: it is one by itself that other programs know.
func TestBlocksArchive(t *testing.T) {
	file, c := readTest(t)
	at := c.Blocks[0].Section
	h, err := pmtiles.DeserializeHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	if end := at.Offset + at.Length; uint64(end) != h.TileDataLength {
		t.Errorf("the blocks end at byte %d of the tile data, which have %d", end, h.TileDataLength)
	}
	cut := file[int64(h.TileDataOffset)+at.Offset:][:at.Length]
	path := filepath.Join(t.TempDir(), "lines.pmtiles")
	if err := os.WriteFile(path, cut, 0o600); err != nil {
		t.Fatal(err)
	}
	var messages bytes.Buffer
	if err := pmtiles.Verify(log.New(&messages, "", 0), path); err != nil || strings.Contains(messages.String(), "nvalid") {
		t.Errorf("go-pmtiles says: %v, %s", err, &messages)
	}
	in, err := pmtiles.DeserializeHeader(cut)
	if err != nil {
		t.Fatal(err)
	}
	if in.TileType != 0 || in.TileCompression != 2 || in.InternalCompression != 2 || !in.Clustered || in.MinZoom != 11 || in.MaxZoom != 13 || in.CenterZoom != 12 ||
		in.MinLonE7 != h.MinLonE7 || in.MaxLatE7 != h.MaxLatE7 || in.CenterLonE7 != h.CenterLonE7 || in.AddressedTilesCount != 12 {
		t.Errorf("header %+v", in)
	}
	quiet := log.New(io.Discard, "", 0)
	var out bytes.Buffer
	if err := pmtiles.Show(quiet, &out, "", path, false, true, false, "", false, 0, 0, 0); err != nil || strings.TrimSpace(out.String()) != `{"name":"b0"}` {
		t.Errorf("go-pmtiles shows the metadata %s, %v", &out, err)
	}
	for _, b := range testBlocks() {
		out.Reset()
		if err := pmtiles.Show(quiet, &out, "", path, false, false, false, "", true, int(b.z), int(b.x), int(b.y)); err != nil || !bytes.Equal(out.Bytes(), b.data) {
			t.Errorf("go-pmtiles shows another block %d/%d/%d, %v", b.z, b.x, b.y, err)
		}
	}
}

// readTest writes an archive and returns its bytes and claims.
func readTest(t *testing.T) ([]byte, Claims) {
	t.Helper()
	path := writeTest(t, testTiles(), testContents())
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	c, err := testClaims(text)
	if err != nil {
		t.Fatal(err)
	}
	return file, c
}

// The bytes of the file do not depend on the order of the blocks.
func TestBlocksInAnyOrder(t *testing.T) {
	blocks := testBlocks()
	for _, format := range blockFormats {
		var want []byte
		for seed := range uint64(3) {
			path := filepath.Join(t.TempDir(), "x")
			w, err := Create(path, 3, format.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			rand.New(rand.NewPCG(seed, 0)).Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
			var wg sync.WaitGroup
			for part := range slices.Chunk(blocks, 5) {
				wg.Go(func() {
					var data []byte // used again and again, which must not matter
					for _, b := range part {
						data = append(data[:0], b.data...)
						if err := w.AddBlock(0, b.z, b.x, b.y, data); err != nil {
							t.Error(err)
						}
					}
				})
			}
			if err := w.Add(smallTile()); err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			if _, err := w.Finish(t.Context(), format.contents()); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("format %q, seed %d: another order of the blocks gave other bytes", format.opts.Format, seed)
			}
		}
	}
}

// An archive without block sets, or with sets without blocks, has nothing in their place.
func TestNoBlocks(t *testing.T) {
	for _, format := range blockFormats {
		var files [][]byte
		for _, sets := range [][]string{nil, testBlockSets} {
			path := filepath.Join(t.TempDir(), "x")
			format.opts.BlockSets = sets
			w, err := Create(path, 3, format.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			if err := w.Add(smallTile()); err != nil {
				t.Fatal(err)
			}
			c := format.contents()
			c.Metadata = func(l *Layout) ([]byte, error) {
				if len(l.Blocks) != len(sets) {
					t.Errorf("layout of %d block sets: %+v", len(sets), l.Blocks)
				}
				return []byte(`{"name":"n"}`), nil
			}
			if _, err := w.Finish(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		if !bytes.Equal(files[0], files[1]) {
			t.Errorf("format %q: sets without blocks take place", format.opts.Format)
		}
	}
}

func TestBlockErrors(t *testing.T) {
	for _, name := range []string{"", "tiles", "metadata", "tiles_x", "lines_index", "sqlite_stat1", "Lines", "a b", "9"} {
		for _, format := range blockFormats {
			format.opts.BlockSets = []string{name}
			_, err := Create(filepath.Join(t.TempDir(), "x"), 3, format.opts)
			wantError(t, name, err, fmt.Sprintf("the name %q of a block set is taken", name))
		}
	}
	_, err := Create(filepath.Join(t.TempDir(), "x"), 3, Options{BlockSets: []string{"lines", "lines"}})
	wantError(t, "the same name twice", err, `the name "lines" of a block set is taken`)

	for _, format := range blockFormats {
		dir := t.TempDir()
		w, err := Create(filepath.Join(dir, "x"), 3, format.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		wantError(t, "set -1", w.AddBlock(-1, 13, 0, 0, []byte("x")), "block set -1 is not one of its 2")
		wantError(t, "set 2", w.AddBlock(2, 13, 0, 0, []byte("x")), "block set 2 is not one of its 2")
		wantError(t, "no tile", w.AddBlock(0, 13, 1<<13, 0, []byte("x")), "there is no tile 13/8192/0")
		wantError(t, "empty", w.AddBlock(0, 13, 0, 0, nil), "it has 0 bytes")
		wantError(t, "too long", w.AddBlock(0, 13, 0, 0, make([]byte, maxBlockLen+1)), "it has 16777217 bytes, but must have 1 to 16777216")
		tile := smallTile()
		tile.Field = 3
		wantError(t, "a tile into a block set", w.Add(tile), "field 3 is not one of its 3")
		tile.Field = 0
		if err := w.Add(tile); err != nil {
			t.Fatal(err)
		}
		// The same place in two sets is no matter.
		for _, set := range []int{0, 1, 1} {
			if err := w.AddBlock(set, 13, 5, 6, []byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.Finish(t.Context(), format.contents())
		wantError(t, "twice", err, "block set none: block 13/5/6 was added twice")
		if left := names(t, dir); len(left) > 0 {
			t.Errorf("left in the folder: %q", left)
		}
		if err := w.AddBlock(0, 13, 0, 0, []byte("x")); !errors.Is(err, errFinished) {
			t.Errorf("a block after the end: %v", err)
		}
	}
}

// The longest block there can be comes back; of a foreign file a longer one is refused before there is memory for it.
func TestBlockLimits(t *testing.T) {
	long := make([]byte, maxBlockLen)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range len(long) / 8 {
		binary.LittleEndian.PutUint64(long[8*i:], rng.Uint64())
	}
	for _, format := range blockFormats {
		path := filepath.Join(t.TempDir(), "x")
		w, err := Create(path, 3, format.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		if err := w.Add(smallTile()); err != nil {
			t.Fatal(err)
		}
		if err := w.AddBlock(0, 13, 1, 2, long); err != nil {
			t.Fatal(err)
		}
		l, err := w.Finish(t.Context(), format.contents())
		if err != nil {
			t.Fatal(err)
		}
		f, err := OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		set, err := f.Blocks(l.Blocks[0].Place)
		if err != nil {
			t.Fatal(err)
		}
		if data, ok, err := set.Block(13, 1, 2); !ok || err != nil || !bytes.Equal(data, long) {
			t.Errorf("%d bytes, %v, %v", len(data), ok, err)
		}
	}

	// Files with holes.
	id := pmtiles.ZxyToID(13, 1, 2)
	inner := leafyArchive(pmtiles.Gzip, []pmtiles.EntryV3{{TileID: id, Length: maxBlockLen + 1, RunLength: 1}}, nil, nil)
	at := Section{0, int64(len(inner)) + maxBlockLen + 1}
	binary.LittleEndian.PutUint64(inner[64:], maxBlockLen+1) // the length of its tile data
	outer := leafyArchive(pmtiles.Gzip, []pmtiles.EntryV3{{TileID: 0, Length: 1, RunLength: 1}}, nil, inner)
	binary.LittleEndian.PutUint64(outer[64:], uint64(at.Length))
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	if err := os.WriteFile(path, outer, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, int64(len(outer)-len(inner))+at.Length); err != nil {
		t.Fatal(err)
	}
	database := rawDatabase(t)
	db := openDB(t, database)
	if _, err := db.Exec(tilesSchema("lines")+"; INSERT INTO lines VALUES (?, 13, 1, ?, zeroblob(?))", id, tmsRow(13, 2), maxBlockLen+1); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for _, file := range []struct {
		path string
		at   Place
	}{{path, Place{Section: at}}, {database, Place{Table: "lines"}}} {
		f, err := OpenFile(file.path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		set, err := f.Blocks(file.at)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = set.Block(13, 1, 2)
		wantError(t, file.path, err, "reading block 13/1/2: 16777217 bytes are too many for a block")
		for e, err := range set.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			_, err = set.Read(e)
			wantError(t, file.path, err, "16777217 bytes are too many for a block")
		}
	}
}

// TestForeignBlocks reads directories that the Writer does not make.
func TestForeignBlocks(t *testing.T) {
	const none = pmtiles.NoCompression
	first := pmtiles.ZxyToID(13, 0, 0)
	leaf := pmtiles.SerializeEntries([]pmtiles.EntryV3{{TileID: first + 5, Offset: 0, Length: 2, RunLength: 3}, {TileID: first + 9, Offset: 1, Length: 1, RunLength: 1}}, none)
	pointer := pmtiles.EntryV3{TileID: first + 5, Offset: 0, Length: uint32(len(leaf))}
	for _, tt := range []struct {
		name string
		root []pmtiles.EntryV3
		want map[uint64]string
		err  string
	}{
		{"a leaf and runs", []pmtiles.EntryV3{{TileID: first, Offset: 2, Length: 1, RunLength: 2}, pointer},
			map[uint64]string{0: "c", 1: "c", 5: "ab", 6: "ab", 7: "ab", 9: "b"}, ""},
		{"a block beyond the end", []pmtiles.EntryV3{{TileID: first, Offset: 2, Length: 2, RunLength: 1}}, nil, "does not lie inside"},
		{"a leaf beyond the end", []pmtiles.EntryV3{{TileID: first, Offset: 4000, Length: 10}}, nil, "lies outside its section"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inner := leafyArchive(none, tt.root, leaf, []byte("abc"))
			outer := leafyArchive(none, []pmtiles.EntryV3{{TileID: 0, Length: 1, RunLength: 1}}, nil, inner)
			r, err := NewReader(bytes.NewReader(outer), int64(len(outer)))
			if err != nil {
				t.Fatal(err)
			}
			set, err := pmtilesFile{r}.Blocks(Place{Section: Section{0, int64(len(inner))}})
			if err != nil {
				t.Fatal(err)
			}
			got := map[uint64]string{}
			for e, entryErr := range set.Entries() {
				err = entryErr
				var data []byte
				if err == nil {
					data, err = set.Read(e)
				}
				if err != nil {
					break
				}
				got[e.TileID-first] = string(data)
			}
			if tt.err != "" {
				wantError(t, "listing", err, tt.err)
				_, _, err := set.Block(13, 0, 0)
				wantError(t, "reading", err, tt.err)
				return
			}
			if err != nil || fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("%v, %v; want %v", got, err, tt.want)
			}
			for id := range uint64(12) {
				z, x, y := pmtiles.IDToZxy(first + id)
				data, ok, err := set.Block(z, x, y)
				if want, there := tt.want[id]; err != nil || ok != there || string(data) != want {
					t.Errorf("id %d: %q, %v, %v", id, data, ok, err)
				}
			}
		})
	}
	outer := leafyArchive(none, []pmtiles.EntryV3{{TileID: 0, Length: 1, RunLength: 1}}, nil, bytes.Repeat([]byte("no archive"), 50))
	r, err := NewReader(bytes.NewReader(outer), int64(len(outer)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = pmtilesFile{r}.Blocks(Place{Section: Section{0, 500}})
	wantError(t, "no archive", err, "reading the header")
}

// TestVerifyFindsDamagedBlocks changes a byte of the header or of a block, or cuts the file off: Verify finds it.
func TestVerifyFindsDamagedBlocks(t *testing.T) {
	good, claims := readTest(t)
	r, err := NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	at := claims.Blocks[0].Section
	start := int64(r.header.tiles.offset) + at.Offset
	set, err := pmtilesFile{r}.Blocks(Place{Section: at})
	if err != nil {
		t.Fatal(err)
	}
	var sum Sum
	for e, err := range set.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		data, err := set.Read(e)
		if err != nil {
			t.Fatal(err)
		}
		sum.add(sumOf(e.TileID, data))
	}
	full := func(text []byte) (Claims, error) {
		c, err := testClaims(text)
		if err == nil {
			contents := testContents()
			c.Contents, c.Blocks[0].Sum = &contents, &sum
		}
		return c, err
	}
	if report := verifyBytes(t, good, full); !report.OK() {
		t.Fatalf("%q", report.Findings)
	}
	h, err := pmtiles.DeserializeHeader(good[start:])
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for n := range int64(headerLen + 40) {
		if n >= headerLen { // gzip has bytes that say nothing, blocks have none
			n = int64(h.TileDataOffset) + rng.Int64N(int64(h.TileDataLength))
		}
		b := bytes.Clone(good)
		b[start+n] ^= 1 << rng.IntN(8)
		if report := verifyBytes(t, b, full); report.OK() {
			t.Errorf("byte %d of the archive of blocks is another, and nothing is found", n)
		}
	}
	for range 20 {
		cut := start + rng.Int64N(at.Length)
		if report := verifyBytes(t, good[:cut], full); report.OK() {
			t.Errorf("cut off after %d of %d bytes, and nothing is found", cut, len(good))
		}
	}
}
