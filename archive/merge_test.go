package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/internal/frames"
	"heatmapgen/internal/heap"
)

// sortedPart makes a part of tiles.
func sortedPart(t *testing.T, tiles []testTile) Part {
	t.Helper()
	s, err := NewSorter(t.TempDir(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, tile := range tiles {
		if err := s.Add(tile.Tile); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Part()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Tiles that come as parts, however they are shared out, some of them one by one as well, make the same archive as those that all come one by one.
func TestPartsAreTheSame(t *testing.T) {
	tiles := testTiles()
	for _, name := range []string{"heatmap.pmtiles", "heatmap.mbtiles"} {
		options := testOptions
		options.Format, _ = FormatByName(name)
		options.FieldIDs = []string{"f0", "f1", "f2"}
		want, err := os.ReadFile(writeTestAs(t, name, options, tiles, testContents()))
		if err != nil {
			t.Fatal(err)
		}
		for _, parts := range []int{1, 3, 16} {
			rng := rand.New(rand.NewPCG(uint64(parts), 4))
			given := make([][]testTile, parts)
			var alone []testTile
			for _, i := range rng.Perm(len(tiles)) {
				if k := rng.IntN(parts + 1); k < parts {
					given[k] = append(given[k], tiles[i])
				} else {
					alone = append(alone, tiles[i])
				}
			}
			path := filepath.Join(t.TempDir(), name)
			w, err := Create(path, 3, options)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			for _, some := range given {
				if err := w.AddPart(sortedPart(t, some)); err != nil {
					t.Fatal(err)
				}
			}
			addTestBlocks(t, w, testBlocks())
			for _, tile := range alone {
				if err := w.Add(tile.Tile); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Finish(t.Context(), testContents()); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s of %d parts is another one, %v", name, parts, err)
			}
		}
	}
}

// Nothing comes of parts that are not what they are said to be, and the older archive stays.
func TestPartsRefused(t *testing.T) {
	tiles := testTiles()
	good := sortedPart(t, tiles)
	with := func(change func(p *Part)) Part {
		p := good
		p.Counts = slices.Clone(p.Counts)
		change(&p)
		return p
	}
	list := func(err error, tiles ...Tile) func() iter.Seq2[Tile, error] {
		return func() iter.Seq2[Tile, error] {
			return func(yield func(Tile, error) bool) {
				for _, tile := range tiles {
					if !yield(tile, nil) {
						return
					}
				}
				if err != nil {
					yield(Tile{}, err)
				}
			}
		}
	}
	for _, c := range []struct {
		name  string
		parts []Part
		want  string
	}{
		{"the same twice", []Part{good, good}, "tile 9/100/150 was added twice"},
		{"one tile more", []Part{with(func(p *Part) { p.Counts[1]++ })}, "other tiles than they are said to have"},
		{"a field that there is not", []Part{with(func(p *Part) { p.Counts = make([]int, 4) })}, "of which there are 3"},
		{"in disorder", []Part{with(func(p *Part) { p.Tiles = list(nil, tiles[1].Tile, tiles[0].Tile) })}, "not in the order of their ids"},
		{"fields in disorder", []Part{with(func(p *Part) { p.Tiles = list(nil, tiles[len(tiles)-1].Tile, tiles[0].Tile) })}, "not in the order of their ids"},
		{"of no field", []Part{with(func(p *Part) { p.Tiles = list(nil, Tile{Field: 3, IDAT: []byte("x")}) })}, "field 3 is not one of its 3"},
		{"cut off", []Part{with(func(p *Part) { p.Tiles = list(errors.New("no more"), tiles[0].Tile) })}, "no more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "heatmap.pmtiles")
			if err := os.WriteFile(path, []byte("the last good one"), 0o600); err != nil {
				t.Fatal(err)
			}
			w, err := Create(path, 3, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			for _, p := range c.parts {
				if err == nil {
					err = w.AddPart(p)
				}
			}
			if err == nil {
				_, err = w.Finish(t.Context(), testContents())
			}
			wantError(t, "finishing", err, c.want)
			w.Abort()
			if b, err := os.ReadFile(path); err != nil || string(b) != "the last good one" || len(names(t, filepath.Dir(path))) != 1 {
				t.Errorf("the older archive is now %q, %v", b, err)
			}
		})
	}
}

// What an archive takes of memory does not grow with its tiles, whether they come one by one or in parts, and go-pmtiles finds each of them where it should be. It is a proof and takes minutes, so it runs
// only with HEATMAPGEN_PROOF set; docs/scale.md has its figures.
func TestManyTiles(t *testing.T) {
	if os.Getenv("HEATMAPGEN_PROOF") == "" {
		t.Skip("HEATMAPGEN_PROOF is not set")
	}
	for _, format := range []Format{PMTiles, MBTiles} {
		for _, parts := range []int{0, 16} {
			var most [2]uint64
			for i, n := range []int{100_000, 1_000_000} {
				path := filepath.Join(t.TempDir(), "heatmap."+string(format))
				given := manyParts(t, n, parts)
				start := time.Now()
				most[i] = heap.MostWhile(func() { writeMany(t, path, format, n, given) })
				t.Logf("%s, %d tiles, %d parts: %d MiB of heap at most, %.1f s", format, n, parts, most[i]>>20, time.Since(start).Seconds())
				if format == PMTiles {
					checkMany(t, path, n)
				}
			}
			if most[1] > most[0]+16<<20 {
				t.Errorf("%s, %d parts: ten times the tiles take %d MiB, and not %d", format, parts, most[1]>>20, most[0]>>20)
			}
		}
	}
}

// manyAt is where tile i of n lies: all over the square, in no order.
func manyAt(i, n int) (x, y uint32) {
	i = i * 7919 % n
	return uint32(i % 1000), uint32(i / 1000)
}

// manyData is what it has for image data.
func manyData(dst []byte, i int) []byte { return fmt.Appendf(dst[:0], "%*d", 20+i%50, i) }

func manyTile(data []byte, i, n int) Tile {
	x, y := manyAt(i, n)
	return Tile{Zoom: 12, X: x, Y: y, IDAT: manyData(data, i), MaxIndex: 1}
}

// manyParts shares n tiles out into parts that lie in files.
func manyParts(t *testing.T, n, parts int) (given []Part) {
	for k := range parts {
		s, err := NewSorter(t.TempDir(), 1)
		if err != nil {
			t.Fatal(err)
		}
		for i := k; i < n; i += parts {
			if err := s.Add(manyTile(nil, i, n)); err != nil {
				t.Fatal(err)
			}
		}
		p, err := s.Part()
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.Create(filepath.Join(t.TempDir(), "part"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { file.Close() })
		out := frames.NewWriter(file)
		for tile, err := range p.Tiles() {
			if err == nil {
				_, err = out.Write(1, append(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, tile.X), tile.Y), tile.IDAT...))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		s.Close()
		given = append(given, Part{Counts: p.Counts, Sums: p.Sums, Tiles: func() iter.Seq2[Tile, error] {
			return func(yield func(Tile, error) bool) {
				in := frames.NewReader(io.NewSectionReader(file, 0, 1<<62))
				for {
					_, b, _, err := in.Next()
					if err == io.EOF {
						return
					}
					var tile Tile
					if err == nil {
						tile = Tile{Zoom: 12, X: binary.LittleEndian.Uint32(b), Y: binary.LittleEndian.Uint32(b[4:]), IDAT: b[8:], MaxIndex: 1}
					}
					if !yield(tile, err) || err != nil {
						return
					}
				}
			}
		}})
	}
	return given
}

func writeMany(t *testing.T, path string, format Format, n int, parts []Part) {
	w, err := Create(path, 1, Options{Format: format, FieldIDs: []string{"f0"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if len(parts) == 0 {
		var data []byte
		for i := range n {
			tile := manyTile(data, i, n)
			data = tile.IDAT
			if err := w.Add(tile); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, p := range parts {
		if err := w.AddPart(p); err != nil {
			t.Fatal(err)
		}
	}
	c := testContents()
	c.Metadata = func(*Layout) ([]byte, error) { return []byte(`{"name":"many"}`), nil }
	if _, err := w.Finish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// checkMany reads all with go-pmtiles.
func checkMany(t *testing.T, path string, n int) {
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h := theirHeader(t, file)
	if end := h.RootOffset + h.RootLength; end > 16384 {
		t.Errorf("header and root have %d bytes", end)
	}
	at := map[uint64]string{}
	err = pmtiles.IterateEntries(h, func(offset, length uint64) ([]byte, error) { return file[offset : offset+length], nil },
		func(e pmtiles.EntryV3) {
			from := h.TileDataOffset + e.Offset
			at[e.TileID] = string(file[from : from+uint64(e.Length)])
		})
	if err != nil || len(at) != n {
		t.Fatalf("go-pmtiles lists %d tiles of %d, %v", len(at), n, err)
	}
	var data []byte
	for i := range n {
		x, y := manyAt(i, n)
		if data = manyData(data, i); !strings.Contains(at[pmtiles.ZxyToID(12, x, y)], string(data)) {
			t.Fatalf("tile %d is another one", i)
		}
	}
}
