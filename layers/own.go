package layers

import (
	"maps"
	"slices"

	"heatmapgen/activity"
)

// What a page can paint from lines need not be stored: a layer of the user's own looks at a field of the archive, or at one that has no tiles anywhere, in a window of its own
// (docs/layers.md, "Layers of one's own"). This file has what such a layer begins with.

// The live fields: those without tiles, which are painted from lines alone. The sensors of package activity are live fields, too, by their ids.
const (
	// Discovery is the day on which somebody came near a pixel first.
	Discovery = "discovery"
	// Trend is by how much the pace of a pixel changes from year to year.
	Trend = "trend"
)

// liveLayers are the layers of live fields as the field alone has them; gamma is the exponent of a layer of days.
func liveLayers(gamma float64) []Layer {
	return []Layer{
		{ID: Discovery, Field: Discovery, Unit: "day", Spread: Power, Gamma: gamma, Ramp: viridis},
		{ID: Trend, Field: Trend, Unit: "s/km/y", Spread: Symmetric, Ramp: fasterSlower},
		{ID: activity.Cadence.String(), Field: activity.Cadence.String(), Unit: "rpm", Spread: Linear, Ramp: namedRamps["viridis"].ramp},
		{ID: activity.Power.String(), Field: activity.Power.String(), Unit: "W", Spread: Linear, Ramp: namedRamps["magma"].ramp},
		{ID: activity.Temperature.String(), Field: activity.Temperature.String(), Unit: "°C", Spread: Linear, Ramp: namedRamps["turbo"].ramp},
	}
}

// OwnFields returns the ids of the fields that a layer of the user's own may look at. Freshness is visits in a window.
func OwnFields() []string {
	return []string{visitsField.ID, paceField.ID, heartRateField.ID, steepnessField.ID, directionField.ID, hillsField.ID, recencyField.ID, Discovery, Trend,
		activity.Cadence.String(), activity.Power.String(), activity.Temperature.String()}
}

// Live tells whether a field is one of the live fields.
func Live(field string) bool {
	return slices.ContainsFunc(liveLayers(0), func(l Layer) bool { return l.Field == field })
}

// OwnLayer returns the layer that looks at one of OwnFields as the ten layers do, or as a live field alone has it, without id and words; gamma and seconds are those of Layers.
// It panics for any other field.
func OwnLayer(field string, gamma float64, seconds bool) Layer {
	all := append(Layers(gamma, seconds), liveLayers(gamma)...)
	i := slices.IndexFunc(all, func(l Layer) bool { return l.Field == field && (l.Group != "frequency" || l.ID == DefaultLayer) })
	l := all[i]
	l.ID, l.Group, l.Title, l.Description = "", "", "", ""
	return l
}

// TwoSided tells whether a field has values on both sides of zero, which is in the middle of its colours.
func TwoSided(field string) bool { return OwnLayer(field, 1, false).Spread == Symmetric }

// SpreadsOf returns the spreads that make sense for one of OwnFields, its own first.
func SpreadsOf(field string) []Spread {
	switch l := OwnLayer(field, 1, false); {
	case l.Spread == Symmetric:
		return []Spread{Symmetric}
	case l.Unit == "day":
		return []Spread{Power, Linear} // of days there is no ratio
	case l.Spread == Log:
		return []Spread{Log, Linear, Power}
	case field == activity.Temperature.String(), field == activity.Power.String():
		return []Spread{Linear, Power} // nor of degrees, and watts begin with none
	}
	return []Spread{Linear, Log, Power}
}

// namedRamps are the ramps that a page offers by their names (templates/viewer/src/heat/ramps.ts has where they are from), and whether they have two sides.
var namedRamps = map[string]struct {
	ramp  Ramp
	sides bool
}{
	"orange":       {Evenly(false, "b83808", "fc4c03", "ff852e", "ffc46b", "fff6dc"), false},
	"magma":        {Evenly(false, "6a1c81", "9e2f7f", "cd4071", "f1605d", "fe9f6d", "feca8d", "fcfdbf"), false},
	"viridis":      {Evenly(false, "482878", "3e4a89", "31688e", "21918c", "35b779", "90d743", "fde725"), false},
	"cividis":      {Evenly(false, "3b496c", "575d6d", "7c7b78", "a69d75", "d3c164", "ffea46"), false},
	"ice":          {Evenly(false, "1f5680", "2f86b0", "5cc0dd", "a6e6f2", "f2fcff"), false},
	"green":        {Evenly(false, "1d6b3f", "2ba85a", "5fde7f", "b0f5a8", "f4ffe8"), false},
	"mono":         {Evenly(false, "62686f", "8f959c", "bcc1c6", "e0e3e6", "ffffff"), false},
	"turbo":        {Evenly(false, "4662d7", "36aaf9", "1ae4b6", "72fe5e", "c8ef34", "fabb39", "f66b19", "d23105"), false},
	"blue-orange":  {Evenly(true, "5cc3ff", "2f7fc4", "8a9098", "c46a1a", "ffb35c"), true},
	"blue-red":     {Evenly(true, "6cb6ff", "3a78c8", "8a9098", "c84040", "ff8a7a"), true},
	"green-purple": {greenPurple, true},
}

// fasterSlower is of changes of pace: seconds that are saved are green, those that are lost orange; what stays the same fades out.
var fasterSlower = Evenly(true, "5fe3a1", "2f9e63", "8a9098", "c46a1a", "ffb35c")

// NamedRamp returns the ramp of that name and whether it has two sides; ok is false where there is none.
func NamedRamp(name string) (r Ramp, sides, ok bool) {
	n, ok := namedRamps[name]
	return n.ramp, n.sides, ok
}

// RampNames returns the names of all ramps.
func RampNames() []string { return slices.Sorted(maps.Keys(namedRamps)) }

// The opacities of ramps that do not tell theirs, at even steps: of those from low to high, and of those from one side through nothing to the other.
var (
	rising    = Ramp{{0, RGBA{A: 0xb4}}, {0.25, RGBA{A: 0xd8}}, {0.5, RGBA{A: 0xf0}}, {0.75, RGBA{A: 0xff}}, {1, RGBA{A: 0xff}}}
	diverging = Ramp{{0, RGBA{A: 0xff}}, {0.25, RGBA{A: 0xd8}}, {0.5, RGBA{A: 0x38}}, {0.75, RGBA{A: 0xd8}}, {1, RGBA{A: 0xff}}}
)

// Evenly returns the ramp of two colours or more at even steps, each "rrggbb" or "rrggbbaa" in hexadecimal. Where a colour does not tell its opacity, what is low lets the map through, or,
// with sides, what is in the middle.
func Evenly(sides bool, colours ...string) Ramp {
	opacity := rising
	if sides {
		opacity = diverging
	}
	r := make(Ramp, len(colours))
	for i, text := range colours {
		t := float64(i) / float64(len(colours)-1)
		r[i] = Stop{t, RGBA{A: opacity.At(t).A}}
		c := &r[i].Color
		for k, channel := range []*uint8{&c.R, &c.G, &c.B, &c.A} {
			if 2*k+2 <= len(text) {
				*channel = hexByte(text[2*k])<<4 | hexByte(text[2*k+1])
			}
		}
	}
	return r
}

// hexByte returns the value of a hexadecimal digit.
func hexByte(c byte) uint8 {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
