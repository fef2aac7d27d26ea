package archive

import (
	"encoding/binary"
	"hash/crc32"
)

// PNG chunk layout, colour types and filters: PNG specification (third edition),
// sections 5.3, 11.2.1 and 9.2.
const (
	pngSignature = "\x89PNG\r\n\x1a\n"

	colourGrey    = 0
	colourPalette = 3

	filterNone    = 0
	filterSub     = 1
	filterUp      = 2
	filterAverage = 3
	filterPaeth   = 4

	// scanlinesLen is the length of the filtered image: a filter byte and 256
	// indices for each of 256 rows.
	scanlinesLen = TileSize * (TileSize + 1)

	// chunkFrame is what a chunk adds to its data: length, type and CRC.
	chunkFrame = 12
	// greyOverhead is what GreyPNG adds to the IDAT payload: signature, IHDR,
	// the frame of IDAT, IEND.
	greyOverhead = len(pngSignature) + chunkFrame + 13 + chunkFrame + chunkFrame
)

// maxIDATLen bounds the compressed data of a tile. Deflate adds five bytes to a
// stored block of 65535, so an honest encoder stays far below.
const maxIDATLen = 2 * scanlinesLen

// appendChunk appends a PNG chunk of the given four-letter type.
func appendChunk(dst []byte, kind string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	start := len(dst)
	dst = append(dst, kind...)
	dst = append(dst, data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}

// appendHead appends the signature and the IHDR of a value tile.
func appendHead(dst []byte, colourType byte) []byte {
	dst = append(dst, pngSignature...)
	var h [13]byte
	binary.BigEndian.PutUint32(h[0:], TileSize)
	binary.BigEndian.PutUint32(h[4:], TileSize)
	h[8], h[9] = 8, colourType
	return appendChunk(dst, "IHDR", h[:])
}

// GreyPNG appends to dst the PNG file (colour type 0) whose image data is idat, a
// payload made by TileEncoder.Encode, and returns the extended slice.
func GreyPNG(dst, idat []byte) []byte {
	dst = appendHead(dst, colourGrey)
	dst = appendChunk(dst, "IDAT", idat)
	return appendChunk(dst, "IEND", nil)
}

// PalettedPNG appends to dst the PNG file (colour type 3) whose image data is
// idat and whose colours are palette, 1 to 256 entries of red, green, blue and
// alpha, not premultiplied; entries beyond 256 are left out. tRNS ends with the
// last entry that is not opaque and is absent when there is none. The caller sees
// to it that no index of the image lies beyond the palette.
func PalettedPNG(dst, idat []byte, palette [][4]uint8) []byte {
	palette = palette[:min(len(palette), 256)]
	dst = appendHead(dst, colourPalette)
	var plte [3 * 256]byte
	var trns [256]byte
	for i, c := range palette {
		copy(plte[3*i:], c[:3])
		trns[i] = c[3]
	}
	dst = appendChunk(dst, "PLTE", plte[:3*len(palette)])
	if n := transparentLen(palette); n > 0 {
		dst = appendChunk(dst, "tRNS", trns[:n])
	}
	dst = appendChunk(dst, "IDAT", idat)
	return appendChunk(dst, "IEND", nil)
}

// transparentLen returns the number of entries tRNS has for a palette.
func transparentLen(palette [][4]uint8) int {
	n := len(palette)
	for n > 0 && palette[n-1][3] == 255 {
		n--
	}
	return n
}

// palettedOverhead returns what PalettedPNG adds to the IDAT payload.
func palettedOverhead(palette [][4]uint8) int {
	n := greyOverhead + chunkFrame + 3*len(palette)
	if t := transparentLen(palette); t > 0 {
		n += chunkFrame + t
	}
	return n
}
