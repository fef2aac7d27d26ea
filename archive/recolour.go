package archive

import (
	"errors"
	"fmt"
)

// Recolour appends to dst the value tile png, paletted or grey, as a paletted PNG file with the given colours
// in place of its own (see PalettedPNG), and returns the extended slice. The image data are copied as they
// are: nothing is decoded or compressed anew. It accepts what docs/format.md calls a value tile and nothing
// else; palette must have a colour for every index that occurs, and one at least.
func Recolour(dst, png []byte, palette [][4]uint8) ([]byte, error) {
	if len(palette) == 0 {
		return dst, errors.New("colouring a value tile: there are no colours")
	}
	t, err := parseTile(png)
	if err != nil {
		return dst, fmt.Errorf("colouring a value tile: %w", err)
	}
	return PalettedPNG(dst, t.idat, palette), nil
}
