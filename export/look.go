package export

import "image/color"

// A Background is what a picture is painted on.
type Background string

// The backgrounds. The ramps are made for a dark ground; on a light one they run from light to dark. None leaves the
// picture transparent where nothing is.
const (
	Dark  Background = "dark"
	Light Background = "light"
	None  Background = "none"
)

// A look is the colours of a picture.
type look struct {
	ground          color.NRGBA // transparent for None
	text, dim, rule color.NRGBA
	// paint turns a colour of a ramp, with straight alpha, into that on this ground.
	paint func([4]uint8) [4]uint8
}

var looks = map[Background]*look{
	Dark: {
		ground: color.NRGBA{0x0f, 0x12, 0x16, 0xff}, // that of the page
		text:   color.NRGBA{0xf2, 0xf4, 0xf7, 0xff}, dim: color.NRGBA{0x98, 0xa2, 0xae, 0xff}, rule: color.NRGBA{0xff, 0xff, 0xff, 0x1c},
		paint: func(c [4]uint8) [4]uint8 { return c },
	},
	Light: {
		ground: color.NRGBA{0xfb, 0xfa, 0xf7, 0xff},
		text:   color.NRGBA{0x16, 0x19, 0x1d, 0xff}, dim: color.NRGBA{0x5c, 0x65, 0x6e, 0xff}, rule: color.NRGBA{0, 0, 0, 0x24},
		paint: invertLightness,
	},
	// What will lie behind is not known, so the words are of a grey that shows on black and on white.
	None: {
		text: color.NRGBA{0x80, 0x88, 0x92, 0xff}, dim: color.NRGBA{0x80, 0x88, 0x92, 0xff}, rule: color.NRGBA{0x80, 0x88, 0x92, 0x50},
		paint: func(c [4]uint8) [4]uint8 { return c },
	},
}

// invertLightness mirrors the lightness of a colour in HSL and keeps its hue: near white becomes near black, and what is
// as strong as it can be stays.
func invertLightness(c [4]uint8) [4]uint8 {
	shift := 255 - int(max(c[0], c[1], c[2])) - int(min(c[0], c[1], c[2]))
	for i := range 3 {
		c[i] = uint8(int(c[i]) + shift)
	}
	return c
}
