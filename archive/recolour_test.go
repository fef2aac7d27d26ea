package archive

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"
)

// TestRecolour compares a tile in new colours with its indices, whatever it looked like before.
func TestRecolour(t *testing.T) {
	indices := synthTile(synthScenes[2], 1)
	idat, _ := new(TileEncoder).Encode(nil, indices)
	old, fresh := make([][4]uint8, 256), make([][4]uint8, 256)
	for i := range 256 {
		old[i] = [4]uint8{1, 2, 3, 4}
		fresh[i] = [4]uint8{uint8(i), uint8(255 - i), uint8(i * 7), uint8(min(255, i*3))}
	}
	for name, file := range map[string][]byte{"grey": GreyPNG(nil, idat), "paletted": PalettedPNG(nil, idat, old)} {
		got, err := Recolour([]byte("before"), file, fresh)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, found := bytes.CutPrefix(got, []byte("before"))
		if !found || !bytes.Contains(got, idat) {
			t.Fatalf("%s: the image data are not the same", name)
		}
		picture, err := png.Decode(bytes.NewReader(got))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, index := range indices {
			c := color.NRGBAModel.Convert(picture.At(i%TileSize, i/TileSize)).(color.NRGBA)
			if want := fresh[index]; c.A != want[3] || c.A > 0 && [4]uint8{c.R, c.G, c.B, c.A} != want {
				t.Fatalf("%s: pixel %d of index %d is %v, want %v", name, i, index, c, want)
			}
		}
		var back [TilePixels]byte
		if err := DecodeIndices(got, &back); err != nil || back != *indices {
			t.Errorf("%s: it is no value tile any more: %v", name, err)
		}
	}
	if _, err := Recolour(nil, GreyPNG(nil, idat), nil); err == nil {
		t.Error("no colours were enough")
	}
	damaged := GreyPNG(nil, idat)
	damaged[len(damaged)/2] ^= 1
	for name, file := range map[string][]byte{"damaged": damaged, "no picture": []byte("heat"), "nothing": nil} {
		if _, err := Recolour(nil, file, fresh); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
