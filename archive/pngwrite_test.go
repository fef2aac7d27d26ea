package archive

import (
	"bytes"
	stdadler "hash/adler32"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"
)

// testPlanes are tiles of many kinds.
func testPlanes() map[string]*[TilePixels]byte {
	rng := rand.New(rand.NewPCG(3, 4))
	fill := func(f func(x, y int) byte) *[TilePixels]byte {
		pix := new([TilePixels]byte)
		for i := range pix {
			pix[i] = f(i%TileSize, i/TileSize)
		}
		return pix
	}
	planes := map[string]*[TilePixels]byte{
		"empty":           fill(func(x, y int) byte { return 0 }),
		"full":            fill(func(x, y int) byte { return 255 }),
		"noise":           fill(func(x, y int) byte { return byte(rng.IntN(256)) }),
		"noise to 3":      fill(func(x, y int) byte { return byte(rng.IntN(4)) }),
		"rare pixels":     fill(func(x, y int) byte { return byte(max(0, rng.IntN(4000)-3744)) }),
		"slope east":      fill(func(x, y int) byte { return byte(x) }),
		"slope south":     fill(func(x, y int) byte { return byte(y) }),
		"slope diagonal":  fill(func(x, y int) byte { return byte(x + y) }),
		"columns":         fill(func(x, y int) byte { return byte(x % 7 * 40) }),
		"last pixel only": fill(func(x, y int) byte { return byte((x + y) / 510 * 9) }),
		"first row only":  fill(func(x, y int) byte { return byte((255 - y) / 255 * (x + 1)) }),
		"noise stripes":   fill(func(x, y int) byte { return byte((y & 8) * rng.IntN(33)) }),
	}
	for _, s := range synthScenes {
		planes[s.name] = synthTile(s, 7)
	}
	return planes
}

// TestEncodeRoundTrip has the files read by the standard library and by us.
func TestEncodeRoundTrip(t *testing.T) {
	var enc TileEncoder
	palette := testPalette(9)
	for name, pix := range testPlanes() {
		t.Run(name, func(t *testing.T) {
			idat, maxIndex := enc.Encode([]byte("before"), pix)
			idat, ok := bytes.CutPrefix(idat, []byte("before"))
			if !ok {
				t.Fatal("Encode did not append")
			}
			if want := slices.Max(pix[:]); maxIndex != want {
				t.Errorf("largest index %d, want %d", maxIndex, want)
			}
			again, _ := new(TileEncoder).Encode(nil, pix)
			if !bytes.Equal(idat, again) {
				t.Error("a fresh encoder gives other bytes")
			}
			used := palette[:int(maxIndex)+1]
			for kind, file := range map[string][]byte{"grey": GreyPNG(nil, idat), "paletted": PalettedPNG(nil, idat, used)} {
				var got [TilePixels]byte
				if err := DecodeIndices(file, &got); err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				if got != *pix {
					t.Errorf("%s: other indices came back", kind)
				}
				img, err := png.Decode(bytes.NewReader(file))
				if err != nil {
					t.Fatalf("%s: image/png: %v", kind, err)
				}
				switch img := img.(type) {
				case *image.Gray:
					if kind != "grey" || !bytes.Equal(img.Pix, pix[:]) {
						t.Errorf("%s: image/png reads other indices", kind)
					}
				case *image.Paletted:
					if kind != "paletted" || !bytes.Equal(img.Pix, pix[:]) {
						t.Errorf("%s: image/png reads other indices", kind)
					}
					for i, c := range used {
						if got := color.NRGBAModel.Convert(img.Palette[i]); got != (color.NRGBA{c[0], c[1], c[2], c[3]}) {
							t.Errorf("colour %d is %v, want %v", i, got, c)
						}
					}
				default:
					t.Errorf("%s: image/png reads a %T", kind, img)
				}
			}
			if n := len(GreyPNG(nil, idat)) - len(idat); n != greyOverhead {
				t.Errorf("grey overhead %d, want %d", n, greyOverhead)
			}
			if n := len(PalettedPNG(nil, idat, used)) - len(idat); n != palettedOverhead(used) {
				t.Errorf("palette overhead %d, want %d", n, palettedOverhead(used))
			}
		})
	}
}

func TestTransparency(t *testing.T) {
	clear, half, opaque := [4]uint8{}, [4]uint8{1, 2, 3, 128}, [4]uint8{4, 5, 6, 255}
	tests := []struct {
		name    string
		palette [][4]uint8
		want    []byte
	}{
		{"all opaque", [][4]uint8{opaque, opaque}, nil},
		{"opaque tail cut", [][4]uint8{clear, half, opaque, opaque}, []byte{0, 128}},
		{"opaque between", [][4]uint8{clear, opaque, half}, []byte{0, 255, 128}},
		{"only one", [][4]uint8{clear}, []byte{0}},
	}
	var enc TileEncoder
	idat, _ := enc.Encode(nil, new([TilePixels]byte))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, err := parseTile(PalettedPNG(nil, idat, tt.palette))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(file.trns, tt.want) || len(file.palette) != 3*len(tt.palette) {
				t.Errorf("tRNS %v and PLTE of %d bytes, want %v and %d", file.trns, len(file.palette), tt.want, 3*len(tt.palette))
			}
		})
	}
}

func TestWordTricks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 20000 {
		a, b := rng.Uint64(), rng.Uint64()
		// Equal, zero and nearly equal bytes must occur too.
		for i := 0; i < 64; i += 8 {
			switch rng.IntN(5) {
			case 0:
				a &^= 0xff << i
			case 1:
				b = b&^(0xff<<i) | a&(0xff<<i)
			case 2:
				b = b&^(0xff<<i) | (a^0x80<<i)&(0xff<<i)
			}
		}
		var sub, most uint64
		for i := 0; i < 64; i += 8 {
			x, y := byte(a>>i), byte(b>>i)
			sub |= uint64(x-y) << i
			most |= uint64(max(x, y)) << i
		}
		if got := subBytes(a, b); got != sub {
			t.Fatalf("subBytes(%016x, %016x) = %016x, want %016x", a, b, got, sub)
		}
		if got := maxBytes(a, b); got != most {
			t.Fatalf("maxBytes(%016x, %016x) = %016x, want %016x", a, b, got, most)
		}
	}
}

func TestAdler(t *testing.T) {
	for name, pix := range testPlanes() {
		rows := [scanlinesLen]byte(filterWith(pix, 4))
		if got, want := adler32(&rows), stdadler.Checksum(rows[:]); got != want {
			t.Errorf("%s: %08x, want %08x", name, got, want)
		}
	}
}

// TestChooseFilter has a tile for each filter that it suits plainly best.
func TestChooseFilter(t *testing.T) {
	var noise [TileSize]int
	rng := rand.New(rand.NewPCG(7, 8))
	for i := range noise {
		noise[i] = rng.IntN(256)
	}
	tests := []struct {
		name string
		at   func(x, y int) int
		want byte
	}{
		{"empty", func(x, y int) int { return 0 }, filterNone},
		{"single pixels", func(x, y int) int { return max(0, noise[(x*31+y*57)%TileSize]-250) }, filterNone},
		{"rows of even slope", func(x, y int) int { return noise[y] + x }, filterSub},
		{"columns of even slope", func(x, y int) int { return noise[x] + y }, filterUp},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pix := new([TilePixels]byte)
			for i := range pix {
				pix[i] = byte(tt.at(i%TileSize, i/TileSize))
			}
			if got := new(TileEncoder).chooseFilter(pix); got != tt.want {
				t.Errorf("filter %d, want %d", got, tt.want)
			}
		})
	}
}

// FuzzEncode takes the bytes as the indices of a tile, repeated as often as
// needed.
func FuzzEncode(f *testing.F) {
	f.Add([]byte{0}, uint16(0))
	f.Add([]byte("\x00\x00\x00\x01\x02\x03"), uint16(300))
	f.Fuzz(func(t *testing.T, data []byte, gap uint16) {
		var pix, got [TilePixels]byte
		for i, v := range data {
			if at := i * (int(gap) + 1); at < TilePixels {
				pix[at] = v
			}
		}
		idat, _ := new(TileEncoder).Encode(nil, &pix)
		if err := DecodeIndices(GreyPNG(nil, idat), &got); err != nil {
			t.Fatal(err)
		}
		if got != pix {
			t.Error("other indices came back")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, s := range synthScenes {
		tiles := make([]*[TilePixels]byte, 16)
		for i := range tiles {
			tiles[i] = synthTile(s, uint64(i))
		}
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			var enc TileEncoder
			var idat []byte
			var size, n int
			for b.Loop() {
				idat, _ = enc.Encode(idat[:0], tiles[n%len(tiles)])
				size += len(idat)
				n++
			}
			b.ReportMetric(float64(size)/float64(n), "B/tile")
		})
	}
}
