package archive_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/internal/vectormap"
)

// cut cuts a map and returns the path of the part.
func cut(t *testing.T, from string, c archive.Cut) string {
	t.Helper()
	m, err := archive.OpenMap(from)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	c.TempDir = t.TempDir()
	if c.Metadata == nil {
		c.Metadata = []byte(`{"vector_layers":[]}`)
	}
	var b bytes.Buffer
	if err := m.Cut(t.Context(), &b, c); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "part.pmtiles")
	if err := os.WriteFile(to, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if findings := judge.PMTiles(to); len(findings) > 0 {
		t.Error(findings)
	}
	return to
}

// tilesOf returns all tiles of an archive by their ids.
func tilesOf(t *testing.T, path string) map[uint64]string {
	t.Helper()
	r, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	all := map[uint64]string{}
	for e, err := range r.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		tile, ok, err := r.Tile(e.Zoom, e.X, e.Y)
		if err != nil || !ok {
			t.Fatal(e, ok, err)
		}
		all[e.TileID] = string(tile)
	}
	return all
}

// within returns the tiles of a map that lie in ranges.
func within(all map[uint64]string, ranges []archive.TileRange) map[uint64]string {
	some := map[uint64]string{}
	for id, tile := range all {
		if slices.ContainsFunc(ranges, func(r archive.TileRange) bool { return r.First <= id && id < r.End }) {
			some[id] = tile
		}
	}
	return some
}

func sameTiles(t *testing.T, got, want map[uint64]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d tiles, want %d", len(got), len(want))
	}
	for id, tile := range want {
		if got[id] != tile {
			z, x, y := archive.TileAt(id)
			t.Errorf("tile %d/%d/%d is not as it was", z, x, y)
		}
	}
}

func TestWithinIsWhatLiesInATile(t *testing.T) {
	for _, at := range [][3]uint32{{0, 0, 0}, {3, 5, 2}, {7, 66, 44}} {
		z, x, y := uint8(at[0]), at[1], at[2]
		for deeper := uint8(0); deeper < 4; deeper++ {
			got := archive.Within(archive.TileID(z, x, y), z+deeper)
			if got.End-got.First != 1<<(2*deeper) {
				t.Errorf("%v has %d tiles %d zooms deeper", at, got.End-got.First, deeper)
			}
			for id := got.First; id < got.End; id++ {
				if dz, dx, dy := archive.TileAt(id); dz != z+deeper || dx>>deeper != x || dy>>deeper != y {
					t.Errorf("%d/%d/%d does not lie in %v", dz, dx, dy, at)
				}
			}
		}
	}
}

func TestCutOfATown(t *testing.T) {
	from := filepath.Join(t.TempDir(), "town.pmtiles")
	town := &vectormap.Map{Schema: vectormap.Protomaps, Lon: 9, Lat: 48, ReachDeg: 0.2, MinZoom: 5, MaxZoom: 11, Name: "Town"}
	if err := town.Write(from); err != nil {
		t.Fatal(err)
	}
	all := tilesOf(t, from)
	var some []archive.TileRange
	for z := uint8(0); z <= 9; z++ {
		id := pmtiles.ZxyToID(z, 268>>(9-z), 178>>(9-z))
		some = append(some, archive.TileRange{First: id, End: id + 1})
	}
	some = append(some, archive.Within(some[9].First, 10), archive.Within(some[9].First, 11))
	slices.Reverse(some)
	part := cut(t, from, archive.Cut{Tiles: archive.JoinRanges(some), Bounds: [4]float64{8.4, 47.7, 9.2, 48.2}})
	got := tilesOf(t, part)
	sameTiles(t, got, within(all, some))
	if len(got) < 10 || len(got) == len(all) {
		t.Errorf("%d of %d tiles", len(got), len(all))
	}
	m, err := archive.OpenMap(part)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if !m.Vectors() || m.MaxZoom() != 11 || m.Bounds() != [4]float64{8.4, 47.7, 9.2, 48.2} {
		t.Error(m.Vectors(), m.MaxZoom(), m.Bounds())
	}
	again, err := os.ReadFile(cut(t, from, archive.Cut{Tiles: archive.JoinRanges(some), Bounds: m.Bounds()}))
	if first, _ := os.ReadFile(part); err != nil || !bytes.Equal(first, again) {
		t.Error("another cut has other bytes")
	}
	if err := m.Cut(t.Context(), &bytes.Buffer{}, archive.Cut{Tiles: []archive.TileRange{{First: 0, End: 1}}, Metadata: []byte("{}"), TempDir: t.TempDir()}); !errors.Is(err, archive.ErrNothingThere) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Cut(ctx, &bytes.Buffer{}, archive.Cut{Tiles: archive.JoinRanges(some), Metadata: []byte("{}"), TempDir: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// sea writes a map of many tiles of few contents, in runs and with gaps, as those of a coast are.
func sea(t *testing.T) string {
	var entries []pmtiles.EntryV3
	contents := []string{"water", "land", "both, and more of it"}
	offsets := []uint64{0, 5, 9}
	id, n, addressed := pmtiles.ZxyToID(8, 0, 0), uint64(0), uint64(0)
	for ; n < 30_000; n++ {
		run := uint32(1 + n%7%2)
		which := n * n % 11 % 3
		entries = append(entries, pmtiles.EntryV3{TileID: id, Offset: offsets[which], Length: uint32(len(contents[which])), RunLength: run})
		id += uint64(run) + n%5%2
		addressed += uint64(run)
	}
	root := pmtiles.SerializeEntries(entries, pmtiles.Gzip)
	tiles := []byte(contents[0] + contents[1] + contents[2])
	z, _, _ := pmtiles.IDToZxy(id - 1)
	h := pmtiles.HeaderV3{
		SpecVersion: 3, RootOffset: pmtiles.HeaderV3LenBytes, RootLength: uint64(len(root)), MetadataLength: 2, TileDataLength: uint64(len(tiles)),
		AddressedTilesCount: addressed, TileEntriesCount: n, TileContentsCount: 3, InternalCompression: pmtiles.Gzip, TileCompression: pmtiles.NoCompression,
		TileType: pmtiles.Png, MinZoom: 8, MaxZoom: z, CenterZoom: 8,
	}
	metadata, err := pmtiles.SerializeMetadata(map[string]any{}, pmtiles.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	h.MetadataOffset, h.MetadataLength = h.RootOffset+h.RootLength, uint64(len(metadata))
	h.LeafDirectoryOffset = h.MetadataOffset + h.MetadataLength
	h.TileDataOffset = h.LeafDirectoryOffset
	path := filepath.Join(t.TempDir(), "sea.pmtiles")
	if err := os.WriteFile(path, slices.Concat(pmtiles.SerializeHeader(h), root, metadata, tiles), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCutOfASea goes through leaf directories, runs, and contents that many tiles share.
func TestCutOfASea(t *testing.T) {
	from := sea(t)
	all := tilesOf(t, from)
	whole := cut(t, from, archive.Cut{Tiles: []archive.TileRange{archive.DownTo(archive.MaxZoom)}, Bounds: [4]float64{-180, -80, 180, 80}})
	sameTiles(t, tilesOf(t, whole), all)
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	if leaves, tiles := binary.LittleEndian.Uint64(b[48:]), binary.LittleEndian.Uint64(b[64:]); leaves == 0 || tiles != 29 {
		t.Errorf("%d bytes of leaves, %d of tiles", leaves, tiles)
	}
	first := pmtiles.ZxyToID(8, 0, 0)
	var some []archive.TileRange
	for i := uint64(0); i < 40; i++ {
		some = append(some, archive.TileRange{First: first + i*700, End: first + i*700 + 1 + i})
	}
	some = append(some, archive.TileRange{First: first + 40_000, End: first + 41_000})
	sameTiles(t, tilesOf(t, cut(t, whole, archive.Cut{Tiles: archive.JoinRanges(some), Bounds: [4]float64{-180, -80, 180, 80}})), within(all, some))
}

func TestOpenMapRefuses(t *testing.T) {
	good, err := os.ReadFile(sea(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"cut off":         func(b []byte) []byte { return b[:len(b)-20] },
		"empty":           func([]byte) []byte { return nil },
		"of unknown type": func(b []byte) []byte { b[99] = 9; return b },
		"brotli":          func(b []byte) []byte { b[98] = 3; return b },
		"zooms":           func(b []byte) []byte { b[100] = 40; return b },
		"directory":       func(b []byte) []byte { b[140] ^= 0xff; return b },
	} {
		path := filepath.Join(t.TempDir(), "map.pmtiles")
		if err := os.WriteFile(path, change(bytes.Clone(good)), 0o644); err != nil {
			t.Fatal(err)
		}
		if m, err := archive.OpenMap(path); err == nil {
			m.Close()
			t.Errorf("a map that is %s was opened", name)
		}
	}
}

// FuzzCut has maps of any bytes do no more than make errors.
func FuzzCut(f *testing.F) {
	dir := f.TempDir()
	town := &vectormap.Map{Schema: vectormap.Protomaps, Lon: 9, Lat: 48, ReachDeg: 0.01, MinZoom: 3, MaxZoom: 5}
	path := filepath.Join(dir, "town.pmtiles")
	if err := town.Write(path); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "map.pmtiles")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := archive.OpenMap(path)
		if err != nil {
			return
		}
		defer m.Close()
		m.Metadata()
		m.Cut(t.Context(), &bytes.Buffer{}, archive.Cut{Tiles: []archive.TileRange{archive.DownTo(archive.MaxZoom)}, Metadata: []byte("{}"), TempDir: t.TempDir()})
	})
}
