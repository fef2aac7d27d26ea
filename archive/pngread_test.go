package archive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"testing"

	"github.com/klauspost/compress/zlib"
)

// filterWith filters an image as PNG section 9 says, row y with filters[y % len].
func filterWith(pix *[TilePixels]byte, filters ...byte) []byte {
	at := func(x, y int) int {
		if x < 0 || y < 0 {
			return 0
		}
		return int(pix[y*TileSize+x])
	}
	var out []byte
	for y := range TileSize {
		f := filters[y%len(filters)]
		out = append(out, f)
		for x := range TileSize {
			v, a, b, c := at(x, y), at(x-1, y), at(x, y-1), at(x-1, y-1)
			switch f {
			case filterSub:
				v -= a
			case filterUp:
				v -= b
			case filterAverage:
				v -= (a + b) / 2
			case filterPaeth:
				p := a + b - c
				switch pa, pb, pc := abs(p-a), abs(p-b), abs(p-c); {
				case pa <= pb && pa <= pc:
					v -= a
				case pb <= pc:
					v -= b
				default:
					v -= c
				}
			}
			out = append(out, byte(v))
		}
	}
	return out
}

// deflated returns the zlib stream of data.
func deflated(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecodeAllFilters(t *testing.T) {
	for name, pix := range testPlanes() {
		for _, filters := range [][]byte{{0}, {1}, {2}, {3}, {4}, {4, 1, 0, 3, 2}} {
			t.Run(fmt.Sprintf("%s/%v", name, filters), func(t *testing.T) {
				file := GreyPNG(nil, deflated(t, filterWith(pix, filters...)))
				var got [TilePixels]byte
				if err := DecodeIndices(file, &got); err != nil {
					t.Fatal(err)
				}
				if got != *pix {
					t.Error("other indices came back")
				}
			})
		}
	}
}

func TestDecodeRejects(t *testing.T) {
	var enc TileEncoder
	pix := synthTile(synthScenes[0], 1)
	idat, maxIndex := enc.Encode(nil, pix)
	grey := GreyPNG(nil, idat)
	paletted := PalettedPNG(nil, idat, testPalette(9)[:int(maxIndex)+1])
	edit := func(file []byte, at int, to byte) []byte { c := bytes.Clone(file); c[at] = to; return c }
	head := func(change func([]byte)) []byte {
		ihdr := []byte{0, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0}
		change(ihdr)
		return append(appendChunk([]byte(pngSignature), "IHDR", ihdr), grey[len(pngSignature)+chunkFrame+13:]...)
	}
	rows := filterWith(pix, 0)
	badAdler := bytes.Clone(idat)
	badAdler[len(badAdler)-1] ^= 1
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, "signature"},
		{"text", []byte("<html>not found</html>"), "signature"},
		{"cut in IHDR", grey[:19], "ends 11 bytes into a chunk"},
		{"cut in IDAT", grey[:len(grey)-30], "more than the file has left"},
		{"IEND missing", grey[:len(grey)-chunkFrame], "ends 0 bytes into a chunk"},
		{"bytes behind IEND", append(bytes.Clone(grey), 0), "1 bytes follow IEND"},
		{"flip in IDAT", edit(grey, 60, grey[60]^1), "wrong CRC"},
		{"wide", head(func(b []byte) { b[2] = 2 }), "512 x 256"},
		{"16 bits", head(func(b []byte) { b[8] = 16 }), "bit depth 16"},
		{"true colour", head(func(b []byte) { b[9] = 2 }), "colour type 2"},
		{"interlaced", head(func(b []byte) { b[12] = 1 }), "interlace 1"},
		{"palette missing", head(func(b []byte) { b[9] = 3 }), "not by a PLTE"},
		{"no IHDR", append([]byte(pngSignature), grey[len(pngSignature)+chunkFrame+13:]...), "first chunk"},
		{"two IDATs", append(appendChunk(grey[:len(grey)-chunkFrame:len(grey)-chunkFrame], "IDAT", nil), grey[len(grey)-chunkFrame:]...), "followed by"},
		{"tRNS longer than PLTE", PalettedPNG(nil, idat, nil), "PLTE of 1 to 256"},
		{"checksum", GreyPNG(nil, badAdler), "does not end well"},
		{"not zlib", GreyPNG(nil, []byte("hello")), "not a zlib stream"},
		{"a row short", GreyPNG(nil, deflated(t, rows[:len(rows)-257])), "breaks off"},
		{"a byte more", GreyPNG(nil, deflated(t, append(rows[:len(rows):len(rows)], 0))), "more than 65792"},
		{"rest in IDAT", GreyPNG(nil, append(bytes.Clone(idat), 1, 2)), "2 bytes follow"},
		{"filter 5", GreyPNG(nil, deflated(t, edit(rows, 257, 5))), "row 1 has the unknown filter 5"},
		{"paletted is fine", paletted, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got [TilePixels]byte
			err := DecodeIndices(tt.file, &got)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !bytes.Contains([]byte(err.Error()), []byte(tt.want)) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// fixCRCs gives every chunk of a file the CRC it should have, so that a fuzzer
// gets past them.
func fixCRCs(file []byte) {
	for at := len(pngSignature); at+chunkFrame <= len(file); {
		n := uint64(binary.BigEndian.Uint32(file[at:]))
		if n > uint64(len(file)-at-chunkFrame) {
			return
		}
		end := at + 8 + int(n)
		binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[at+4:end]))
		at = end + 4
	}
}

func FuzzDecodeIndices(f *testing.F) {
	var enc TileEncoder
	for _, s := range synthScenes[:2] {
		idat, maxIndex := enc.Encode(nil, synthTile(s, 1))
		f.Add(GreyPNG(nil, idat))
		f.Add(PalettedPNG(nil, idat, testPalette(3)[:int(maxIndex)+1]))
	}
	idat, _ := enc.Encode(nil, new([TilePixels]byte))
	f.Add(GreyPNG(nil, idat))
	f.Fuzz(func(t *testing.T, file []byte) {
		var pix, want [TilePixels]byte
		file = bytes.Clone(file)
		fixCRCs(file)
		if DecodeIndices(file, &pix) != nil {
			return
		}
		// What we accept the standard library must read alike.
		img, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("we accept what image/png does not: %v", err)
		}
		switch img := img.(type) {
		case *image.Gray:
			copy(want[:], img.Pix)
		case *image.Paletted:
			copy(want[:], img.Pix)
		default:
			t.Fatalf("image/png reads a %T", img)
		}
		if pix != want {
			t.Error("image/png reads other indices")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, s := range synthScenes[:3] {
		var enc TileEncoder
		idat, _ := enc.Encode(nil, synthTile(s, 1))
		file := GreyPNG(nil, idat)
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			var pix [TilePixels]byte
			for b.Loop() {
				if err := DecodeIndices(file, &pix); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
