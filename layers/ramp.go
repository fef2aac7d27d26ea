package layers

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// RGBA is a colour with straight (not premultiplied) alpha, 0..255 each.
type RGBA struct{ R, G, B, A uint8 }

// A Stop fixes a ramp's colour at T in 0..1.
type Stop struct {
	T     float64
	Color RGBA
}

// MarshalJSON writes a stop as [t, "#rrggbbaa"].
func (s Stop) MarshalJSON() ([]byte, error) {
	c := s.Color
	return json.Marshal([2]any{s.T, fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Stop) UnmarshalJSON(b []byte) error {
	var hex string
	if err := json.Unmarshal(b, &[2]any{&s.T, &hex}); err != nil {
		return err
	}
	digits, ok := strings.CutPrefix(hex, "#")
	c, err := strconv.ParseUint(digits, 16, 32)
	if !ok || len(digits) != 8 || err != nil {
		return fmt.Errorf("ramp colour %q is not of the form #rrggbbaa", hex)
	}
	s.Color = RGBA{uint8(c >> 24), uint8(c >> 16), uint8(c >> 8), uint8(c)}
	return nil
}

// A Ramp lists stops by ascending T, the first at 0 and the last at 1.
type Ramp []Stop

// At returns the colour at t, clamped to 0..1: the stops' channels
// interpolated linearly, each rounded half up.
func (r Ramp) At(t float64) RGBA {
	if !(t > 0) {
		return r[0].Color
	}
	for i := 1; i < len(r); i++ {
		if t <= r[i].T {
			f := (t - r[i-1].T) / (r[i].T - r[i-1].T)
			a, b := r[i-1].Color, r[i].Color
			return RGBA{mix(a.R, b.R, f), mix(a.G, b.G, f), mix(a.B, b.B, f), mix(a.A, b.A, f)}
		}
	}
	return r[len(r)-1].Color
}

func mix(a, b uint8, f float64) uint8 {
	return uint8(math.Floor(float64(a) + f*(float64(b)-float64(a)) + 0.5))
}

// Position returns where on the ramp, in 0..1, the layer shows value v when the range
// of the zoom is lo to hi.
func (l *Layer) Position(v, lo, hi float64) float64 {
	if l.From != nil {
		lo = *l.From
	}
	if l.Spread == Symmetric {
		if hi <= 0 {
			return 0.5
		}
		return clamp01(0.5 + 0.5*v/hi)
	}
	if hi <= lo {
		if l.Unit == "visits" {
			return 1
		}
		return 0.5
	}
	switch l.Spread {
	case Log:
		return clamp01(math.Log(v/lo) / math.Log(hi/lo))
	case Power:
		return math.Pow(clamp01((v-lo)/(hi-lo)), l.Gamma)
	}
	return clamp01((v - lo) / (hi - lo))
}

func clamp01(t float64) float64 {
	if !(t > 0) {
		return 0
	}
	return math.Min(1, t)
}

// Palette returns the colour of every index of a field of the given kind and scale as
// the layer shows it when the range of the zoom is lo to hi. Index 0 is transparent.
func (l *Layer) Palette(kind Kind, s Scale, lo, hi float64) [][4]uint8 {
	p := make([][4]uint8, 1, 1+len(s.Values)*len(s.Presence))
	for _, presence := range s.Presence {
		for _, value := range s.Values {
			v, a := float64(value), float64(presence)
			if kind == Count {
				a = math.Min(1, v)
			}
			c := l.Ramp.At(l.Position(v, lo, hi))
			p = append(p, [4]uint8{c.R, c.G, c.B, uint8(math.Floor(float64(c.A)*a + 0.5))})
		}
	}
	return p
}
