package layers_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"heatmapgen/layers"
)

var update = flag.Bool("update", false, "write the golden palettes anew")

// The page computes the same palettes in TypeScript; both sides read this file.
var goldenPath = filepath.Join("..", "templates", "viewer", "testdata", "palette_golden.json")

// A goldenCase says which palette a layer has for a field of the given kind and scale in a range.
type goldenCase struct {
	Name    string       `json:"name"`
	Layer   layers.Layer `json:"layer"`
	Kind    layers.Kind  `json:"kind"`
	Scale   layers.Scale `json:"scale"`
	Lo      float64      `json:"lo"`
	Hi      float64      `json:"hi"`
	Palette [][4]uint8   `json:"palette"`
}

func goldenCases() []goldenCase {
	byID := map[string]layers.Layer{}
	for _, l := range layers.Layers(3, false) {
		byID[l.ID] = l
	}
	seconds := layers.Layers(3, true)[1]
	visits := layers.CountScale(30)
	even := func(lo, hi float32) layers.Scale {
		s := layers.Scale{Presence: []float32{0.25, 0.5, 0.75, 1}}
		for i := range 9 {
			s.Values = append(s.Values, lo+(hi-lo)*float32(i)/8)
		}
		return s
	}
	speeds := layers.Scale{Values: []float32{1.5, 2, 2.5, 3, 3.5, 4, 5, 6}, Presence: []float32{0.33333334, 0.6666667, 1}}
	cases := []goldenCase{
		{"counts on a logarithm from one visit", byID["all"], layers.Count, visits, 0, 22.6, nil},
		{"a zoom with once-only routes", byID["all"], layers.Count, visits, 0, 1, nil},
		{"counts, linear", byID["top"], layers.Count, visits, 0, 22.6, nil},
		{"speeds", byID["pace"], layers.Mean, speeds, 2.21, 3.87, nil},
		{"heart rates, nothing known", byID["heartrate"], layers.Mean, even(92, 188), 0, 0, nil},
		{"steepness", byID["steepness"], layers.Mean, even(0, 12.5), 0.4, 9, nil},
		{"grades around zero", byID["direction"], layers.Mean, even(-12, 12), -7.5, 7.5, nil},
		{"flat all over", byID["direction"], layers.Mean, even(-12, 12), 0, 0, nil},
		{"hills from zero", byID["hills"], layers.Mean, even(0, 12.5), 0, 6.3, nil},
		{"dates, raised to a power", byID["recency"], layers.Date, even(18000, 20600), 18200, 20500, nil},
		{"a single day", byID["recency"], layers.Date, even(18000, 18090), 18000, 18000, nil},
		{"freshness", byID["fresh12"], layers.Count, visits, 0, 3, nil},
		{"seconds from the low percentile", seconds, layers.Sum,
			layers.Scale{Values: []float32{0.01, 0.1, 1, 10, 100, 1000, 10000}, Presence: []float32{0.5, 1}}, 0.2, 640, nil},
	}
	for i := range cases {
		c := &cases[i]
		c.Palette = c.Layer.Palette(c.Kind, c.Scale, c.Lo, c.Hi)
	}
	return cases
}

func TestPalettesAreGolden(t *testing.T) {
	var text bytes.Buffer
	text.WriteString("[\n")
	for i, c := range goldenCases() {
		if i > 0 {
			text.WriteString(",\n")
		}
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(b)
	}
	text.WriteString("\n]\n")
	holdGolden(t, goldenPath, text.Bytes())
}

// holdGolden compares a text with the file that holds it for both sides, or writes that.
func holdGolden(t *testing.T, path string, text []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with: go test ./layers -run Golden -update", err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("what is made differs from %s; if that is meant, write it anew with: go test ./layers -run Golden -update, and run the viewer's tests", path)
	}
}
