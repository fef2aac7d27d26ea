package archive

import (
	"bytes"
	"context"
	"encoding/json"
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

	"heatmapgen/archive/judge"
)

// testMeta is a stand-in for the metadata that package generator makes.
type testMeta struct {
	Name   string      `json:"name"`
	Fields []testField `json:"fields"`
	Blocks []testField `json:"blocks"`
}

type testField struct {
	ID       string      `json:"id"`
	Offset   int64       `json:"offset,omitempty"`
	Length   int64       `json:"length,omitempty"`
	MaxIndex uint8       `json:"max_index"`
	Zooms    []ZoomCount `json:"zooms"`
}

// testMetadata makes metadata for an archive whose fields are called f0, f1...
func testMetadata(l *Layout) ([]byte, error) {
	m := testMeta{Name: "test"}
	for i, f := range l.Fields {
		m.Fields = append(m.Fields, testField{fmt.Sprintf("f%d", i), f.Offset, f.Length, f.MaxIndex, f.Zooms})
	}
	for i, b := range l.Blocks {
		m.Blocks = append(m.Blocks, testField{ID: testBlockSets[i], Offset: b.Offset, Length: b.Length, Zooms: b.Zooms})
	}
	return json.Marshal(m)
}

// testClaims reads what testMetadata wrote.
func testClaims(text []byte) (Claims, error) {
	var m testMeta
	if err := json.Unmarshal(text, &m); err != nil {
		return Claims{}, err
	}
	if len(m.Fields) == 0 {
		return Claims{}, errors.New("no fields")
	}
	var c Claims
	for i, f := range m.Fields {
		if f.Zooms == nil {
			f.Zooms = []ZoomCount{}
		}
		claim := FieldClaim{ID: f.ID, Place: Place{Section: Section{f.Offset, f.Length}}, MaxIndex: f.MaxIndex, Zooms: f.Zooms}
		if i == 0 {
			c.Outer = claim
		} else {
			c.Inner = append(c.Inner, claim)
		}
	}
	for _, b := range m.Blocks {
		c.Blocks = append(c.Blocks, BlocksClaim{ID: b.ID, Place: Place{Section: Section{b.Offset, b.Length}}, Zooms: b.Zooms, Check: checkTestBlock})
	}
	return c, nil
}

// testPalette has 256 colours whose alpha rises to opaque at 200.
func testPalette(zoom uint8) [][4]uint8 {
	p := make([][4]uint8, 256)
	for i := range p {
		p[i] = [4]uint8{uint8(i), zoom, uint8(255 - i), uint8(min(255, i*255/200))}
	}
	return p
}

// testOptions go with testTiles and testBlocks.
var testOptions = Options{BlockSets: testBlockSets}

// testContents goes with testTiles and testBlocks.
func testContents() Contents {
	return Contents{
		Bounds:    [4]float64{8, 47, 9, 48},
		CenterLon: 8.5, CenterLat: 47.5, CenterZoom: 12,
		Palette:        testPalette,
		FieldMetadata:  func(field int) []byte { return fmt.Appendf(nil, `{"name":"f%d"}`, field) },
		BlocksMetadata: func(set int) []byte { return fmt.Appendf(nil, `{"name":"b%d"}`, set) },
		Metadata:       testMetadata,
	}
}

// A testTile is a tile and its indices.
type testTile struct {
	Tile
	pix *[TilePixels]byte
}

// testTiles makes tiles of three fields; the third has none.
func testTiles() []testTile {
	var enc TileEncoder
	var tiles []testTile
	rng := rand.New(rand.NewPCG(1, 2))
	for field := range 2 {
		for zoom := uint8(9); zoom <= 12; zoom++ {
			for dx := range uint32(3 + field) {
				pix := synthTile(synthScene{"count", 1 + rng.IntN(3), 5, field == 1}, rng.Uint64())
				idat, maxIndex := enc.Encode(nil, pix)
				tiles = append(tiles, testTile{Tile{field, zoom, 100 + dx, 150, idat, maxIndex}, pix})
			}
		}
	}
	return tiles
}

// writeTest writes an archive of tiles with three fields, and of testBlocks, and returns its path.
func writeTest(t testing.TB, tiles []testTile, c Contents) string {
	t.Helper()
	return writeTestAs(t, "heatmap.pmtiles", testOptions, tiles, c)
}

// writeTestAs is writeTest for a name and options of its own.
func writeTestAs(t testing.TB, name string, options Options, tiles []testTile, c Contents) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w, err := Create(path, 3, options)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	addTestBlocks(t, w, testBlocks())
	for _, tile := range tiles {
		if err := w.Add(tile.Tile); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRoundTrip(t *testing.T) {
	tiles := testTiles()
	path := writeTest(t, tiles, testContents())

	report, err := Verify(t.Context(), path, VerifyOptions{Judge: judge.PMTiles, Claims: testClaims})
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK() || len(report.Notes) > 0 {
		t.Errorf("Verify: findings %q, notes %q", report.Findings, report.Notes)
	}

	outer, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer outer.Close()
	text, err := outer.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	var m testMeta
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if m.Fields[2].Length != 0 {
		t.Errorf("field 2 has no tiles, but an archive at %+v", m.Fields[2])
	}
	inner, err := outer.Inner(Section{m.Fields[1].Offset, m.Fields[1].Length})
	if err != nil {
		t.Fatal(err)
	}
	innerText, err := inner.Metadata()
	if err != nil || string(innerText) != `{"name":"f1"}` {
		t.Errorf("inner metadata %s, %v", innerText, err)
	}
	for _, tile := range tiles {
		r := []*Reader{outer, inner}[tile.Field]
		png, ok, err := r.Tile(tile.Zoom, tile.X, tile.Y)
		if err != nil || !ok {
			t.Fatalf("tile %d/%d/%d of field %d: found %t, %v", tile.Zoom, tile.X, tile.Y, tile.Field, ok, err)
		}
		var got [TilePixels]byte
		if err := DecodeIndices(png, &got); err != nil {
			t.Fatal(err)
		}
		if got != *tile.pix {
			t.Errorf("tile %d/%d/%d of field %d came back different", tile.Zoom, tile.X, tile.Y, tile.Field)
		}
	}
	for name, zxy := range map[string][3]uint32{"no such tile": {9, 0, 0}, "no such coordinate": {3, 9, 9}, "no such zoom": {60, 0, 0}} {
		if _, ok, err := outer.Tile(uint8(zxy[0]), zxy[1], zxy[2]); ok || err != nil {
			t.Errorf("%s: found %t, %v", name, ok, err)
		}
	}
}

func TestWriterIsDeterministic(t *testing.T) {
	tiles := testTiles()
	want, err := os.ReadFile(writeTest(t, tiles, testContents()))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(3) {
		shuffled := slices.Clone(tiles)
		rng := rand.New(rand.NewPCG(seed, 0))
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
		w, err := Create(path, 3, Options{TempDir: t.TempDir(), BlockSets: testBlockSets})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		addTestBlocks(t, w, testBlocks())
		var wg sync.WaitGroup
		for part := range slices.Chunk(shuffled, 5) {
			wg.Go(func() {
				var enc TileEncoder
				var idat []byte
				for _, tile := range part {
					// Encoding anew, with a buffer used again and again, must not matter.
					idat, tile.MaxIndex = enc.Encode(idat[:0], tile.pix)
					tile.IDAT = idat
					if err := w.Add(tile.Tile); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if _, err := w.Finish(t.Context(), testContents()); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("seed %d: another order of the tiles gave other bytes", seed)
		}
	}
}

func TestWriterErrors(t *testing.T) {
	tiles := testTiles()
	good := tiles[0].Tile
	with := func(change func(*Tile)) Tile { c := good; change(&c); return c }
	finish := func(change func(*Contents)) Contents { c := testContents(); change(&c); return c }
	tests := []struct {
		name     string
		add      []Tile
		contents Contents
		want     string
	}{
		{"field out of range", []Tile{with(func(t *Tile) { t.Field = 3 })}, testContents(), "field 3"},
		{"tile outside the zoom", []Tile{with(func(t *Tile) { t.X = 1 << 9 })}, testContents(), "no tile 9/512/150"},
		{"no image data", []Tile{with(func(t *Tile) { t.IDAT = nil })}, testContents(), "0 bytes"},
		{"the same tile twice", []Tile{good, good}, testContents(), "tile 9/100/150 was added twice"},
		{"no tiles at all", nil, testContents(), ErrNoTiles.Error()},
		{"outer field empty", []Tile{with(func(t *Tile) { t.Field = 1 })}, testContents(), ErrNoTiles.Error()},
		{"palette too short", []Tile{good}, finish(func(c *Contents) { c.Palette = func(uint8) [][4]uint8 { return make([][4]uint8, 3) } }), "palette of zoom 9 only 3 entries"},
		{"no palette", []Tile{good}, finish(func(c *Contents) { c.Palette = nil }), "no palette"},
		{"bounds without area", []Tile{good}, finish(func(c *Contents) { c.Bounds[2] = c.Bounds[0] }), "no area"},
		{"metadata not JSON", []Tile{good}, finish(func(c *Contents) { c.Metadata = func(*Layout) ([]byte, error) { return []byte("[1]"), nil } }), "not a JSON object"},
		{"metadata fail", []Tile{good}, finish(func(c *Contents) {
			c.Metadata = func(*Layout) ([]byte, error) { return nil, errors.New("no names") }
		}), "no names"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "heatmap.pmtiles")
			if err := os.WriteFile(path, []byte("the last good one"), 0o644); err != nil {
				t.Fatal(err)
			}
			w, err := Create(path, 3, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			for _, tile := range tt.add {
				if err = w.Add(tile); err != nil {
					break
				}
			}
			if err == nil {
				_, err = w.Finish(t.Context(), tt.contents)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			w.Abort()
			if b, err := os.ReadFile(path); err != nil || string(b) != "the last good one" {
				t.Errorf("the older archive is now %q, %v", b, err)
			}
			if left := names(t, dir); !slices.Equal(left, []string{"heatmap.pmtiles"}) {
				t.Errorf("left in the folder: %q", left)
			}
			if err := w.Add(good); err == nil {
				t.Error("Add after the end: no error")
			}
		})
	}
}

// TestLeafDirectories has more tiles than a root directory can list.
func TestLeafDirectories(t *testing.T) {
	const side = 450 // squared: 202,500 tiles
	path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
	w, err := Create(path, 2, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	var enc TileEncoder
	var idats [7][]byte // of different lengths, so that directories compress badly
	for i := range idats {
		pix := new([TilePixels]byte)
		for j := range i * 3 {
			pix[j*997] = 1
		}
		pix[0] = 1
		idats[i], _ = enc.Encode(nil, pix)
	}
	which := func(x, y int) []byte { return idats[(x*x*31+y*y*17+x*y)%len(idats)] }
	for x := range side {
		for y := range side {
			tile := Tile{Field: 0, Zoom: 15, X: uint32(17000 + x), Y: uint32(11000 + y), IDAT: which(x, y), MaxIndex: 1}
			if err := w.Add(tile); err != nil {
				t.Fatal(err)
			}
			if x < 150 {
				tile.Field = 1
				if err := w.Add(tile); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	c := testContents()
	layout, err := w.Finish(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if layout.Fields[0].Tiles != side*side {
		t.Fatalf("%d tiles", layout.Fields[0].Tiles)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if h := r.header; h.leaves.length == 0 || h.root.end() > 16384 {
		t.Errorf("leaf directories of %d bytes, root of %d", h.leaves.length, h.root.length)
	}
	for _, xy := range [][2]int{{0, 0}, {side - 1, side - 1}, {side / 2, 17}, {3, side - 2}} {
		png, ok, err := r.Tile(15, uint32(17000+xy[0]), uint32(11000+xy[1]))
		if err != nil || !ok {
			t.Fatalf("tile at %v: found %t, %v", xy, ok, err)
		}
		want := PalettedPNG(nil, which(xy[0], xy[1]), testPalette(15)[:2])
		if !bytes.Equal(png, want) {
			t.Errorf("tile at %v is another one", xy)
		}
	}
	if _, ok, err := r.Tile(15, 16999, 11000); ok || err != nil {
		t.Errorf("a tile that is not there: found %t, %v", ok, err)
	}
	n := 0
	last := uint64(0)
	for e, err := range r.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if e.TileID <= last {
			t.Fatalf("tile id %d after %d", e.TileID, last)
		}
		last = e.TileID
		n++
	}
	if n != side*side {
		t.Errorf("%d entries, want %d", n, side*side)
	}
	// go-pmtiles finds the same entries.
	n = 0
	err = pmtiles.IterateEntries(theirHeader(t, r.header.encode()), func(offset, length uint64) ([]byte, error) {
		return r.bytes(offset, length, maxDirectoryLen)
	}, func(pmtiles.EntryV3) { n++ })
	if err != nil || n != side*side {
		t.Errorf("go-pmtiles: %d entries, %v", n, err)
	}
}

func TestFinishCancelled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "heatmap.pmtiles")
	w, err := Create(path, 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, tile := range testTiles() {
		if err := w.Add(tile.Tile); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Finish(ctx, testContents()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("left in the folder: %q", left)
	}
}

func TestFinishTwice(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "heatmap.pmtiles"), 3, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := w.Add(testTiles()[0].Tile); err != nil {
		t.Fatal(err)
	}
	var told [2]int64
	c := testContents()
	c.Progress = func(done, total int64) { told = [2]int64{done, total} }
	if _, err := w.Finish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(w.path); err != nil || told != [2]int64{info.Size(), info.Size()} {
		t.Errorf("last progress %v, file %v, %v", told, info, err)
	}
	if _, err := w.Finish(t.Context(), c); !errors.Is(err, errFinished) {
		t.Errorf("finished again: %v", err)
	}
}

func TestHeaders(t *testing.T) {
	tests := []struct {
		name           string
		bounds         [4]float64
		lon            float64
		zoom           uint8
		wantLon        [3]int32 // min, max, centre
		wantCenterZoom uint8
	}{
		{"ordinary", [4]float64{8, 47, 9, 48}, 8.5, 10, [3]int32{8e7, 9e7, 85e6}, 10},
		{"centre zoom too low", [4]float64{8, 47, 9, 48}, 8.5, 0, [3]int32{8e7, 9e7, 85e6}, 9},
		{"centre zoom too high", [4]float64{8, 47, 9, 48}, 8.5, 20, [3]int32{8e7, 9e7, 85e6}, 12},
		{"across the antimeridian", [4]float64{179, -18, 181.5, -16}, 180.25, 10, [3]int32{-180e7, 180e7, -1797500000}, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := testContents()
			c.Bounds, c.CenterLon, c.CenterZoom = tt.bounds, tt.lon, tt.zoom
			path := writeTest(t, testTiles(), c)
			r, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			h := r.header
			if got := [3]int32{h.minLon, h.maxLon, h.centerLon}; got != tt.wantLon {
				t.Errorf("longitudes %v, want %v", got, tt.wantLon)
			}
			if h.centerZoom != tt.wantCenterZoom || h.minZoom != 9 || h.maxZoom != 12 {
				t.Errorf("zooms %d, %d, %d", h.minZoom, h.centerZoom, h.maxZoom)
			}
			if err := pmtiles.Verify(log.New(io.Discard, "", 0), path); err != nil {
				t.Error(err)
			}
		})
	}
}

// BenchmarkWriter adds and finishes 20,000 tiles of 3 kB.
func BenchmarkWriter(b *testing.B) {
	b.ReportAllocs()
	idat := make([]byte, 3000)
	dir := b.TempDir()
	for b.Loop() {
		w, err := Create(filepath.Join(dir, "heatmap.pmtiles"), 9, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i := range uint32(20000) {
			if err := w.Add(Tile{Field: int(i) % 9, Zoom: 17, X: i / 9 % 150, Y: i / 9 / 150, IDAT: idat, MaxIndex: 60}); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := w.Finish(b.Context(), testContents()); err != nil {
			b.Fatal(err)
		}
	}
}
