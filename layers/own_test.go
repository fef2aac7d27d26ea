package layers_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"heatmapgen/layers"
)

// TestNamedRampsAreThePages holds the ramps that a configuration names to those that the page offers by the same names.
func TestNamedRampsAreThePages(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "templates", "viewer", "src", "heat", "ramps.ts"))
	if err != nil {
		t.Fatal(err)
	}
	offered := regexp.MustCompile(`named\("([a-z-]+)", "([0-9a-f ]+)", (RISING|DIVERGING),`).FindAllStringSubmatch(string(source), -1)
	if len(offered) != len(layers.RampNames())-1 {
		t.Errorf("the page offers %d ramps, the configuration %q", len(offered), layers.RampNames())
	}
	for _, m := range offered {
		two := m[3] == "DIVERGING"
		got, sides, ok := layers.NamedRamp(m[1])
		if want := layers.Evenly(two, strings.Fields(m[2])...); !ok || sides != two || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, in the page %v", m[1], got, want)
		}
	}
}

func TestEvenly(t *testing.T) {
	for _, tt := range []struct {
		sides   bool
		colours string
		want    layers.Ramp
	}{
		{false, "000000 ffFFff", layers.Ramp{{T: 0, Color: layers.RGBA{A: 0xb4}}, {T: 1, Color: layers.RGBA{R: 255, G: 255, B: 255, A: 255}}}},
		{false, "0a1B2c3d 000000 00000000", layers.Ramp{{T: 0, Color: layers.RGBA{R: 0x0a, G: 0x1b, B: 0x2c, A: 0x3d}}, {T: 0.5, Color: layers.RGBA{A: 0xf0}}, {T: 1}}},
		{true, "000000 000000 000000", layers.Ramp{{T: 0, Color: layers.RGBA{A: 255}}, {T: 0.5, Color: layers.RGBA{A: 0x38}}, {T: 1, Color: layers.RGBA{A: 255}}}},
	} {
		if got := layers.Evenly(tt.sides, strings.Fields(tt.colours)...); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.colours, got, tt.want)
		}
	}
}

func TestOwnLayer(t *testing.T) {
	for _, field := range layers.OwnFields() {
		l := layers.OwnLayer(field, 3, false)
		if l.Field != field || l.ID != "" || l.Title != "" || len(l.Ramp) == 0 || layers.SpreadsOf(field)[0] != l.Spread {
			t.Errorf("%s: %+v, spreads %v", field, l, layers.SpreadsOf(field))
		}
	}
	if l := layers.OwnLayer("visits", 3, true); l.Unit != "s" || l.From != nil {
		t.Errorf("of seconds: %+v", l)
	}
}
