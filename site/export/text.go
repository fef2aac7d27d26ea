package export

import (
	"image"
	"math"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The typefaces, which are part of the program.
var (
	regular = sync.OnceValue(func() *opentype.Font { return mustParse(goregular.TTF) })
	medium  = sync.OnceValue(func() *opentype.Font { return mustParse(gomedium.TTF) })
)

func mustParse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic(err) // the font is compiled in
	}
	return f
}

// A label is a line of text in one typeface, measured and not yet placed.
type label struct {
	text string
	face font.Face
	// width is in pixels.
	width float64
}

// newLabel sets a text in a size in pixels. Where it is wider than room it shrinks to least, and what is still too long
// then ends in an ellipsis. Signs that the typeface lacks are left out.
func newLabel(f *opentype.Font, text string, size, least, room float64) label {
	text = writable(f, text)
	l := setIn(f, text, size)
	if l.width > room && size > least {
		// Widths are rounded to whole units of each size, so a little is given away.
		l = setIn(f, text, math.Max(least, 0.99*size*room/l.width))
	}
	letters := []rune(text)
	for l.width > room && len(letters) > 0 {
		letters = letters[:len(letters)-1]
		l.text = strings.TrimRight(string(letters), " \u00a0") + "\u2026"
		l.width = measure(l.face, l.text)
	}
	return l
}

func setIn(f *opentype.Font, text string, size float64) label {
	// At 72 dots an inch a point is a pixel.
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: math.Max(size, 1), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(err) // only for sizes and resolutions below 0
	}
	return label{text: text, face: face, width: measure(face, text)}
}

func measure(face font.Face, text string) float64 {
	return float64(font.MeasureString(face, text)) / 64
}

// writable leaves out the signs that a font lacks, such as emoji, and control characters, and makes one space of many.
func writable(f *opentype.Font, text string) string {
	var b strings.Builder
	for _, r := range text {
		if i, err := f.GlyphIndex(nil, r); err == nil && i != 0 && r >= ' ' {
			b.WriteRune(r)
		} else if r < ' ' {
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' }), " ")
}

// draw returns the text's coverage with its baseline beginning at (x, y) of the picture.
func (l *label) draw(x, y float64) *image.Alpha {
	at := fixed.Point26_6{X: fixed.Int26_6(math.Round(x * 64)), Y: fixed.Int26_6(math.Round(y * 64))}
	box, _ := font.BoundString(l.face, l.text)
	mask := image.NewAlpha(image.Rect((box.Min.X+at.X).Floor()-1, (box.Min.Y+at.Y).Floor()-1, (box.Max.X+at.X).Ceil()+1, (box.Max.Y+at.Y).Ceil()+1))
	d := font.Drawer{Dst: mask, Src: image.Opaque, Face: l.face, Dot: at}
	d.DrawString(l.text)
	return mask
}
