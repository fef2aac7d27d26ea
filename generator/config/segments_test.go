package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const segmentText = "25.gggggBgggggBwMAJnf"

func TestReadSegments(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const line = `{"type":"Feature","properties":{"name":"In the file"},"geometry":{"type":"LineString","coordinates":[[9,48],[9.01,48]]}}`
	write("one.geojson", line)
	write("two.geojson", `{"type":"FeatureCollection","features":[`+line+`,`+line+`]}`)
	write("short.geojson", `{"type":"LineString","coordinates":[[9,48],[9.0001,48]]}`)
	read := func(text string) (string, error) {
		t.Helper()
		cfg, err := Parse([]byte(text), filepath.Join(dir, "heatmap.toml"))
		if err != nil {
			t.Fatal(err)
		}
		all, err := cfg.ReadSegments()
		var told []string
		for _, some := range all {
			for _, s := range some {
				told = append(told, s.String()[:3]+s.Name)
			}
		}
		return strings.Join(told, ", "), err
	}
	for text, want := range map[string]string{
		"[[segment]]\nlink = \"" + segmentText + ".By. name\"\n":                                                    "25.By. name",
		"[[segment]]\nlink = \"" + segmentText + ".By. name\"\nname = \"Own\"\n":                                    "25.Own",
		"[[segment]]\nlink = \"https://a.example/#14/48/9&explore=segments:" + segmentText + ".A%20%26%20B&x=y\"\n": "25.A & B",
		"[[segment]]\nfile = \"one.geojson\"\n[[segment]]\nfile = \"two.geojson\"\ntolerance_m = 50\n":              "25.In the file, 50.In the file, 50.In the file",
		"[[segment]]\nfile = \"one.geojson\"\nname = \"Own\"\n":                                                     "25.Own",
		"": "",
	} {
		if got, err := read(text); err != nil || got != want {
			t.Errorf("%s is read as %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"\n[[segment]]\nfile = \"none.geojson\"\n":                  `heatmap.toml:3: "file" in [[segment]] is "` + filepath.Join(dir, "none.geojson") + `": there is no such file`,
		"[[segment]]\nfile = \".\"\n":                               "it is a folder; name the file in it",
		"[[segment]]\nfile = \"heatmap.toml\"\n":                    "there is no such file",
		"[[segment]]\nfile = \"short.geojson\"\n":                   "line 1 in it cannot be a segment: it is 7 m long; it must be 50 m to 200 km",
		"[[segment]]\nfile = \"two.geojson\"\nname = \"Which?\"\n":  `it has 2 lines, which one "name" cannot stand for`,
		strings.Repeat("[[segment]]\nfile = \"two.geojson\"\n", 51): "there are 102 segments in all [[segment]]; there can be 100",
	} {
		if got, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s is read as %q, %v; want %q", text, got, err, want)
		}
	}
}
