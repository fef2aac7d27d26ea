package config

import (
	"maps"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"
)

func TestLocate(t *testing.T) {
	tests := []struct {
		name, toml string
		want       map[string]int
	}{
		{"keys and tables", "a = 1\n\n[b]\n  c = 2 # [d]\n\te.f = 3\n",
			map[string]int{"a": 1, "b": 3, "b.c": 4, "b.e": 5, "b.e.f": 5}},
		{"array of tables", "[[s]]\nx = 1\n[[s]]\nx = 2\n[s.t]\ny = 3\n",
			map[string]int{"s": 1, "s[0]": 1, "s[0].x": 2, "s[1]": 3, "s[1].x": 4, "s[1].t": 5, "s[1].t.y": 6}},
		{"array over lines", "a = [ # one\n  1,\n  # two = 2\n  \"]\",\n]\nb = 2\n",
			map[string]int{"a": 1, "a[0]": 2, "a[1]": 4, "b": 6}},
		{"inline tables", "z = [{x = 1, y = {w = 2}},\n{\n x = 3 }]\n",
			map[string]int{"z": 1, "z[0]": 1, "z[0].x": 1, "z[0].y": 1, "z[0].y.w": 1, "z[1]": 2, "z[1].x": 3}},
		{"long strings", "a = \"\"\"\nb = 1\n\\\"\"\"\" \nc = '''\nd = 2'''''\ne = 3\n",
			map[string]int{"a": 1, "c": 4, "e": 6}},
		{"strings with brackets", "a = '[b]'\nc = \"\\\"] # \"\nd = 1\n",
			map[string]int{"a": 1, "c": 2, "d": 3}},
		{"quoted keys", "\"a.b\" = 1\n'c d'.e = 2\n\"\\u0066\" = 3\n\"\" = 4\n",
			map[string]int{`"a.b"`: 1, `"c d"`: 2, `"c d".e`: 2, "f": 3, `""`: 4}},
		{"line ends of Windows", "\ufeffa = 1\r\n\r\n[b]\r\nc = 2\r\n",
			map[string]int{"a": 1, "b": 3, "b.c": 4}},
		{"dates and numbers", "a = 2020-01-01 10:00:00 # x\nb = +1e3\nc = [1.5,-2]\n",
			map[string]int{"a": 1, "b": 2, "c": 3, "c[0]": 3, "c[1]": 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := locate([]byte(test.toml)); !maps.Equal(got, test.want) {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

// pathsOf returns the path of everything in a parsed document.
func pathsOf(value any, path string, paths map[string]bool) {
	if path != "" {
		paths[path] = true
	}
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			pathsOf(v, join(path, key), paths)
		}
	case []map[string]any:
		for i, v := range value {
			pathsOf(v, item(path, i), paths)
		}
	case []any:
		for i, v := range value {
			pathsOf(v, item(path, i), paths)
		}
	}
}

// FuzzLocate holds locate against the toml package: in every document that the
// package accepts, both find the same things.
func FuzzLocate(f *testing.F) {
	f.Add(string(Template))
	f.Add("a = [[1, 2], [{b = 3}]]\n[c.d]\ne = \"\"\"\n[f]\n\"\"\"\n[[c.g]]\n'h'.\"i\" = 1979-05-27 07:32:00\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := locate([]byte(text))
		doc, err := parseTOML([]byte(text))
		if err != nil {
			return
		}
		want := map[string]bool{}
		pathsOf(doc, "", want)
		for path := range want {
			if lines[path] == 0 {
				t.Errorf("no line for %s in %q; have %v", path, text, slices.Sorted(maps.Keys(lines)))
			}
		}
		for path, line := range lines {
			if !want[path] {
				t.Errorf("line %d for %s, which is not in %q", line, path, text)
			}
		}
	})
}

// FuzzParse asks for a configuration or an *Error, never a panic.
func FuzzParse(f *testing.F) {
	f.Add(string(Template))
	f.Add("source = [{type = \"strava\"}]\nrender.max_zoom = 2020-01-01\n[[page.basemap]]\n[home]\nlat = 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := Parse([]byte(text), "heatmap.toml")
		if (cfg == nil) == (err == nil) {
			t.Fatalf("Parse = %v, %v", cfg, err)
		}
		if e, ok := err.(*Error); err != nil && (!ok || len(e.Faults) == 0) {
			t.Fatalf("the error is %#v", err)
		}
		if _, err := toml.Decode(text, new(map[string]any)); err != nil && cfg != nil {
			t.Errorf("accepted what is not TOML: %v", err)
		}
	})
}

func TestNearest(t *testing.T) {
	words := []string{"max_zoom", "min_zoom", "padding_m", "lat", "lon"}
	tests := []struct{ word, want string }{
		{"max_zom", "max_zoom"}, {"maxzoom", "max_zoom"}, {"mx_zoom", "max_zoom"}, {"pading_m", "padding_m"},
		{"lta", "lat"}, {"long", "lon"}, {"elephant", ""}, {"", ""}, {"zoom", ""}, {"x", ""},
	}
	for _, test := range tests {
		if got := nearest(test.word, words); got != test.want {
			t.Errorf("nearest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
}

func TestNearestOfSo(t *testing.T) {
	words := []string{"strava:123", "strava:1234", "files:run.gpx"}
	for _, test := range []struct {
		word string
		most int
		want string
	}{
		{"strava:124", 1, "strava:123"}, {"strava:124", 0, ""}, {"strava:1234", 0, "strava:1234"}, {"strava:9999999", 2, ""}, {"files:Run.gpx", 2, "files:run.gpx"}, {"", 3, ""},
	} {
		if got := Nearest(test.word, words, test.most); got != test.want {
			t.Errorf("Nearest(%q, %d) = %q, want %q", test.word, test.most, got, test.want)
		}
	}
}
