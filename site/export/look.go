package export

import (
	"image/color"
	"math"
)

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

// The lightness in OKLab, 0..1, that a colour of a ramp gets on a light ground is lightGround less its own, within what
// shows there. A little above 1 keeps what is vivid in the middle of a ramp vivid.
const (
	lightGround               = 1.18
	leastLightness, mostLight = 0.28, 0.86
)

// invertLightness turns the lightness of a colour around and keeps its hue: near white becomes near black. It does so
// in OKLab (Ottosson, A perceptual color space for image processing, 2020), as in it yellow is light and blue is dark,
// as they are to the eye.
func invertLightness(c [4]uint8) [4]uint8 {
	r, g, b := toLinear(c[0]), toLinear(c[1]), toLinear(c[2])
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	lightness := 0.2104542553*l + 0.7936177850*m - 0.0040720468*s
	// The same step of all three is a step of lightness alone.
	step := math.Max(leastLightness, math.Min(mostLight, lightGround-lightness)) - lightness
	l, m, s = cube(l+step), cube(m+step), cube(s+step)
	return [4]uint8{
		fromLinear(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		fromLinear(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		fromLinear(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		c[3],
	}
}

func cube(v float64) float64 { return v * v * v }

// toLinear and fromLinear are the transfer functions of sRGB (IEC 61966-2-1).
func toLinear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func fromLinear(x float64) uint8 {
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(255*math.Max(0, math.Min(1, x)) + 0.5)
}
