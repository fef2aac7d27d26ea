package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The sum is that of docs/format.md, computed here with numbers of any size, and the order of the tiles does not matter.
func TestSum(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	type tile struct {
		id   uint64
		data []byte
	}
	var tiles []tile
	want := new(big.Int)
	for range 200 {
		data := make([]byte, rng.IntN(300))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		tiles = append(tiles, tile{rng.Uint64N(1 << 53), data})
		h := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, tiles[len(tiles)-1].id), data...))
		want.Add(want, new(big.Int).SetBytes(h[:16]))
	}
	want.Mod(want, new(big.Int).Lsh(big.NewInt(1), 128))
	var first, second Sum
	for _, tile := range tiles {
		first.add(sumOf(tile.id, tile.data))
	}
	slices.Reverse(tiles)
	for _, tile := range tiles {
		second.add(sumOf(tile.id, tile.data))
	}
	if got, ok := new(big.Int).SetString(first.String(), 16); !ok || got.Cmp(want) != 0 || first != second {
		t.Errorf("%v and %v, want %x", first, second, want)
	}
	text, err := json.Marshal(map[string]Sum{"f": first})
	if err != nil {
		t.Fatal(err)
	}
	var again map[string]Sum
	if err := json.Unmarshal(text, &again); err != nil || again["f"] != first {
		t.Errorf("%s is read as %v, %v", text, again, err)
	}
	for _, bad := range []string{"", "0", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("g", 32), strings.Repeat("é", 16)} {
		var s Sum
		if s.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q is a sum", bad)
		}
	}
}

// The writer and Verify come to the same sums, in both formats.
func TestSumsOfAnArchive(t *testing.T) {
	tiles := testTiles()
	var sums [][]Sum
	for _, opts := range []Options{testOptions, testMBTilesOptions} {
		path := filepath.Join(t.TempDir(), "x")
		w, err := Create(path, 3, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		for i, tile := range tiles {
			if i%2 == 0 {
				err = w.Add(tile.Tile)
			} else if tile.Field == 0 {
				err = w.AddPNG(0, tile.Zoom, tile.X, tile.Y, PalettedPNG(nil, tile.IDAT, testPalette(tile.Zoom)[:int(tile.MaxIndex)+1]))
			} else {
				err = w.AddPNG(tile.Field, tile.Zoom, tile.X, tile.Y, GreyPNG(nil, tile.IDAT))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		addTestBlocks(t, w, testBlocks())
		c, claims := testContents(), testClaims
		if opts.Format == MBTiles {
			c, claims = testMBTilesContents(), mbtilesClaims
		}
		l, err := w.Finish(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range []struct {
			name string
			do   func(*Claims)
			want string // in some finding; "" for none at all
		}{
			{"nothing", func(*Claims) {}, ""},
			{"sum of the outer field", func(c *Claims) { c.Outer.Sum = &Sum{1, 2} }, "f0: its tiles are not those"},
			{"sum of an inner field", func(c *Claims) { c.Inner[0].Sum = &Sum{} }, "f1: its tiles are not those"},
			{"sum of a field without tiles", func(c *Claims) { c.Inner[1].Sum = &Sum{0, 1} }, "f2: its tiles are not those"},
			{"sum of the blocks", func(c *Claims) { c.Blocks[0].Sum = &Sum{1, 2} }, "lines: its blocks are not those"},
			{"place of the blocks", func(c *Claims) { c.Blocks[0].Place = Place{} }, "lines: its blocks are not those"},
			{"sum of no blocks", func(c *Claims) { c.Blocks[1].Sum = &Sum{1, 2} }, "none: its blocks are not those"},
			{"metadata of the archive of the blocks", func(c *Claims) {
				c.Contents.BlocksMetadata = func(int) []byte { return []byte(`{"name":"other"}`) }
			}, "?lines: the metadata of its archive are not those"},
			{"bounds", func(c *Claims) { c.Contents.Bounds[3] += 0.5 }, "bounds"},
			{"bounds without an area", func(c *Claims) { c.Contents.Bounds = [4]float64{} }, "have no area"},
			{"longitude of the centre", func(c *Claims) { c.Contents.CenterLon++ }, "cent"},
			{"zoom of the centre", func(c *Claims) { c.Contents.CenterZoom = 10 }, "cent"},
			{"palette", func(c *Claims) {
				c.Contents.Palette = func(zoom uint8) [][4]uint8 {
					p := testPalette(zoom)
					p[1][2] += 2
					return p
				}
			}, "its palette shows the index 1"},
			{"palette, rounded otherwise", func(c *Claims) {
				c.Contents.Palette = func(zoom uint8) [][4]uint8 {
					p := testPalette(zoom)
					p[1][2]--
					return p
				}
			}, ""},
			{"no palette", func(c *Claims) { c.Contents.Palette = func(uint8) [][4]uint8 { return nil } }, "its palette has"},
		} {
			report, err := Verify(t.Context(), path, VerifyOptions{Claims: func(text []byte) (Claims, error) {
				k, err := claims(text)
				if err != nil {
					return k, err
				}
				for i := range k.Blocks {
					k.Blocks[i].Sum = &l.Blocks[i].Sum
				}
				k.Outer.Sum = &l.Fields[0].Sum
				k.Outer.MaxIndex = 255 // which Layout does not tell of tiles added as PNG files
				for i := range k.Inner {
					k.Inner[i].MaxIndex = 255
					k.Inner[i].Sum = &l.Fields[i+1].Sum
				}
				written := c
				k.Contents = &written
				change.do(&k)
				return k, nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Join(report.Findings, "\n")
			if want, ok := strings.CutPrefix(change.want, "?"); ok { // what MBTiles does not have
				change.want = want
				if opts.Format == MBTiles {
					change.want = ""
				}
			}
			if change.want == "" && found != "" || !strings.Contains(found, change.want) {
				t.Errorf("%s: findings %q, want %q", change.name, found, change.want)
			}
		}
		sums = append(sums, []Sum{l.Fields[0].Sum, l.Fields[1].Sum, l.Fields[2].Sum})
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(sums[0], sums[1]) || sums[0][0] == sums[0][1] || sums[0][2] != (Sum{}) {
		t.Errorf("sums %v", sums)
	}
}
