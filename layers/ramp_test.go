package layers_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"heatmapgen/layers"
)

var threeStops = layers.Ramp{
	{T: 0, Color: layers.RGBA{R: 10, G: 0, B: 200, A: 0}},
	{T: 0.25, Color: layers.RGBA{R: 11, G: 100, B: 100, A: 100}},
	{T: 1, Color: layers.RGBA{R: 20, G: 255, B: 0, A: 255}},
}

func TestRampAt(t *testing.T) {
	cases := []struct {
		name string
		t    float64
		want layers.RGBA
	}{
		{"first stop", 0, layers.RGBA{R: 10, G: 0, B: 200, A: 0}},
		{"before the first", -1, layers.RGBA{R: 10, G: 0, B: 200, A: 0}},
		{"not a number", math.NaN(), layers.RGBA{R: 10, G: 0, B: 200, A: 0}},
		{"half-way rounds up", 0.125, layers.RGBA{R: 11, G: 50, B: 150, A: 50}},
		{"a stop in the middle", 0.25, layers.RGBA{R: 11, G: 100, B: 100, A: 100}},
		{"a third of the way on", 0.5, layers.RGBA{R: 14, G: 152, B: 67, A: 152}},
		{"last stop", 1, layers.RGBA{R: 20, G: 255, B: 0, A: 255}},
		{"beyond the last", 7, layers.RGBA{R: 20, G: 255, B: 0, A: 255}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := threeStops.At(c.t); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// The table of docs/format.md, "From a value to a colour".
func TestLayerPosition(t *testing.T) {
	from := func(v float64) *float64 { return &v }
	cases := []struct {
		name      string
		layer     layers.Layer
		v, lo, hi float64
		want      float64
	}{
		{"linear", layers.Layer{Spread: layers.Linear}, 3, 2, 6, 0.25},
		{"linear below", layers.Layer{Spread: layers.Linear}, 1, 2, 6, 0},
		{"linear above", layers.Layer{Spread: layers.Linear}, 7, 2, 6, 1},
		{"linear from", layers.Layer{Spread: layers.Linear, From: from(0)}, 3, 2, 6, 0.5},
		{"logarithm", layers.Layer{Spread: layers.Log}, 8, 2, 32, 0.5},
		{"logarithm below", layers.Layer{Spread: layers.Log}, 1, 2, 32, 0},
		{"logarithm from one", layers.Layer{Spread: layers.Log, From: from(1)}, 4, 0, 16, 0.5},
		{"power", layers.Layer{Spread: layers.Power, Gamma: 3}, 5, 0, 10, 0.125},
		{"power is clamped before", layers.Layer{Spread: layers.Power, Gamma: 2}, -5, 0, 10, 0},
		{"symmetric, none", layers.Layer{Spread: layers.Symmetric}, 0, -8, 8, 0.5},
		{"symmetric, down", layers.Layer{Spread: layers.Symmetric}, -4, -8, 8, 0.25},
		{"symmetric, up and beyond", layers.Layer{Spread: layers.Symmetric}, 9, -8, 8, 1},
		{"no range of counts", layers.Layer{Spread: layers.Log, Unit: "visits", From: from(1)}, 0.3, 0, 1, 1},
		{"no range of means", layers.Layer{Spread: layers.Linear, Unit: "bpm"}, 140, 140, 140, 0.5},
		{"no range of dates", layers.Layer{Spread: layers.Power, Gamma: 3, Unit: "day"}, 20000, 20000, 20000, 0.5},
		{"no range of grades", layers.Layer{Spread: layers.Symmetric, Unit: "%"}, 3, 0, 0, 0.5},
		{"range the wrong way round", layers.Layer{Spread: layers.Linear, Unit: "m/s"}, 3, 5, 2, 0.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.layer.Position(c.v, c.lo, c.hi); math.Abs(got-c.want) > 1e-12 {
				t.Errorf("got %g, want %g", got, c.want)
			}
		})
	}
}

func TestPaletteLayout(t *testing.T) {
	layer := layers.Layer{Spread: layers.Linear, Ramp: threeStops}
	scale := layers.Scale{Values: []float32{0.5, 1, 4}, Presence: []float32{0.25, 1}}
	mean := layer.Palette(layers.Mean, scale, 0, 4)
	if len(mean) != 7 || mean[0] != [4]uint8{} {
		t.Fatalf("want 7 entries, the first transparent: %v", mean)
	}
	for presence := range 2 {
		for value := range 3 {
			c := threeStops.At(float64(scale.Values[value]) / 4)
			want := [4]uint8{c.R, c.G, c.B, uint8(math.Floor(float64(c.A)*float64(scale.Presence[presence]) + 0.5))}
			if got := mean[1+presence*3+value]; got != want {
				t.Errorf("value %d with presence %d is %v, want %v", value, presence, got, want)
			}
		}
	}
	// A count below one is the rim of the glow.
	count := layer.Palette(layers.Count, layers.Scale{Values: scale.Values, Presence: []float32{1}}, 0, 4)
	c := threeStops.At(0.125)
	if want := [4]uint8{c.R, c.G, c.B, c.A / 2}; count[1] != want {
		t.Errorf("half a visit is %v, want %v", count[1], want)
	}
	if c := threeStops.At(1); count[3] != [4]uint8{c.R, c.G, c.B, c.A} {
		t.Errorf("four visits are %v", count[3])
	}
}

func TestEveryLayerHasItsField(t *testing.T) {
	for _, seconds := range []bool{false, true} {
		fields := layers.Fields(seconds)
		if len(fields) != layers.FieldCount {
			t.Fatalf("%d fields", len(fields))
		}
		byID := map[string]layers.Field{}
		for _, f := range fields {
			byID[f.ID] = f
		}
		all := layers.Layers(3, seconds)
		if len(all) != 10 || len(byID) != 9 {
			t.Errorf("%d layers over %d fields", len(all), len(byID))
		}
		var ids []string
		looked := map[string]bool{}
		for _, l := range all {
			ids = append(ids, l.ID)
			looked[l.Field] = true
			if f, ok := byID[l.Field]; !ok || f.Unit != l.Unit {
				t.Errorf("layer %s shows %q in %q, the field is %+v", l.ID, l.Field, l.Unit, f)
			}
			if l.Title == "" || l.Description == "" || l.Group == "" {
				t.Errorf("layer %s lacks words", l.ID)
			}
			r := l.Ramp
			if r[0].T != 0 || r[len(r)-1].T != 1 || !slices.IsSortedFunc(r, func(a, b layers.Stop) int { return int(math.Copysign(1, a.T-b.T)) }) {
				t.Errorf("the ramp of %s does not ascend from 0 to 1", l.ID)
			}
		}
		want := []string{"top", "all", "pace", "heartrate", "steepness", "direction", "hills", "recency", "fresh12", "fresh36"}
		if !slices.Equal(ids, want) {
			t.Errorf("layers %v, want %v", ids, want)
		}
		for id := range byID {
			if !looked[id] {
				t.Errorf("no layer looks at %s", id)
			}
		}
		if !slices.Contains(ids, layers.DefaultLayer) {
			t.Errorf("the default layer %q does not exist", layers.DefaultLayer)
		}
	}
	places := map[int]string{layers.Visits: "visits", layers.Pace: "pace", layers.HeartRate: "heartrate", layers.Steepness: "steepness",
		layers.Direction: "direction", layers.Hills: "hills", layers.Recency: "recency", layers.Fresh12: "fresh12", layers.Fresh36: "fresh36"}
	for i, id := range places {
		if got := layers.Fields(false)[i].ID; got != id {
			t.Errorf("field %d is %s, not %s", i, got, id)
		}
	}
}

func TestStopJSON(t *testing.T) {
	b, err := json.Marshal(threeStops)
	if err != nil {
		t.Fatal(err)
	}
	if want := `[[0,"#0a00c800"],[0.25,"#0b646464"],[1,"#14ff00ff"]]`; string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
	var back layers.Ramp
	if err := json.Unmarshal(b, &back); err != nil || !slices.Equal(back, threeStops) {
		t.Errorf("came back as %v, %v", back, err)
	}
	for _, bad := range []string{`[0]`, `[0,"red"]`, `[0,"#12345"]`, `["0","#00000000"]`, `{}`, `[0,5]`} {
		if err := json.Unmarshal([]byte(bad), &layers.Stop{}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}
