package config

import (
	"strings"
	"testing"
)

func TestLayers(t *testing.T) {
	cfg := parse(t, "[page]\ndefault_layer = \"gravel\"\n[[layer]]\nid = \"gravel\"\ngear = [\"Gravel bike\"]\nsports = [\"!E-Bike Ride\"]\n[[layer]]\nid = \"b\"\ntitle = \"B\"\nfield = \"pace\"\nsports = [\"Ride\"]\n")
	if l := cfg.Layers[0]; l.Title != "gravel" || l.Field != "visits" || cfg.Page.DefaultLayer != "gravel" {
		t.Errorf("got %+v, begins with %q", l, cfg.Page.DefaultLayer)
	}
	for i, want := range []string{"!E-Bike Ride All Virtual", "Ride"} {
		if got := strings.Join(cfg.Layers[i].Window().Sports, " "); got != want {
			t.Errorf("layer %d wants the sports %q, not %q", i, got, want)
		}
	}
}

// TestLayerFaults pins the sentences about a [[layer]] with their lines.
func TestLayerFaults(t *testing.T) {
	const head = "[[layer]]\nid = \"a\"\n"
	tests := []struct{ name, toml, want string }{
		{"no id", "[[layer]]\ntitle = \"A\"\n", `1: [[layer]] has no "id"; give it a short name such as "gravel"`},
		{"an id for no link", "[[layer]]\nid = \"My bike\"\n", `2: "id" in [[layer]] is "My bike"; it must be made of at most 40 small letters, digits and hyphens`},
		{"one of the ten", "[[layer]]\nid = \"pace\"\n", `2: "id" in [[layer]] is "pace", which is one of the ten layers that there are anyway; give it another`},
		{"twice", head + head, `4: "id" in [[layer]] is "a", which another [[layer]] has already`},
		{"an empty title", head + "title = \" \"\n", `3: "title" in [[layer]] must not be empty`},
		{"a title that is a novel", head + "title = \"" + strings.Repeat("é", 201) + "\"\n", `3: "title" in [[layer]] has 201 characters; at most 200 are shown`},
		{"unknown key", head + "feild = \"pace\"\n", `3: unknown key "feild" in [[layer]]; did you mean "field"?`},
		{"no such field", head + "field = \"heart_rate\"\n",
			`3: "field" in [[layer]] is "heart_rate", which is none of "visits", "pace", "heartrate", "steepness", "direction", "hills", "recency", "discovery", "trend", "cadence", "power", "temperature"; did you mean "heartrate"?`},
		{"a layer for a field", head + "field = \"all\"\n", `3: "field" in [[layer]] is "all", which is a layer; the field that it looks at is "visits"`},
		{"freshness", head + "field = \"fresh12\"\n", `3: "field" in [[layer]] is "fresh12"; that is "visits" with months = 12`},
		{"no such ramp", head + "ramp = \"viridi\"\n",
			`3: "ramp" in [[layer]] is "viridi", which is none of "blue-orange", "blue-red", "cividis", "green", "green-purple", "ice", "magma", "mono", "orange", "turbo", "viridis"; did you mean "viridis"?`},
		{"a ramp of two sides", head + "ramp = \"blue-red\"\n",
			`3: "ramp" in [[layer]] is "blue-red", which has two sides, for fields around zero; take one of "cividis", "green", "ice", "magma", "mono", "orange", "turbo", "viridis"`},
		{"a ramp of one side", head + "field = \"direction\"\nramp = \"ice\"\n",
			`4: "ramp" in [[layer]] is "ice", which goes one way, but this field has two sides of zero; take one of "blue-orange", "blue-red", "green-purple"`},
		{"both", head + "ramp = \"ice\"\ncolours = [\"#000000\", \"#ffffff\"]\n", `4: [[layer]] has both "ramp" and "colours"; keep one of them`},
		{"one colour", head + "colours = [\"#000000\"]\n", `3: "colours" in [[layer]] has 1; give it 2 to 16, from the low end to the high one`},
		{"a colour by name", head + "colours = [\"#000000\",\n \"red\"]\n", `4: item 2 of "colours" in [[layer]] is "red"; it must look like "#fc4c03", or "#fc4c03cc" with an opacity`},
		{"a scale of days", head + "field = \"recency\"\nscale = \"log\"\n", `4: "scale" in [[layer]] is "log", which is none of "power", "linear"`},
		{"a ratio of degrees", head + "field = \"temperature\"\nscale = \"log\"\n", `4: "scale" in [[layer]] is "log", which is none of "linear", "power"`},
		{"a ramp of one side for a trend", head + "field = \"trend\"\nramp = \"ice\"\n",
			`4: "ramp" in [[layer]] is "ice", which goes one way, but this field has two sides of zero; take one of "blue-orange", "blue-red", "green-purple"`},
		{"a scale of two sides", head + "field = \"direction\"\nscale = \"linear\"\n", `4: "scale" in [[layer]] is "linear", which is none of "symmetric"`},
		{"an exponent of nothing", head + "gamma = 2\n", `3: "gamma" in [[layer]] is the exponent of scale = "power", which this layer has not; remove it, or set that`},
		{"an exponent of zero", head + "scale = \"power\"\ngamma = 0\n", `4: "gamma" in [[layer]] is 0; it must be above 0 and at most 100`},
		{"no months", head + "months = 0\n", `3: "months" in [[layer]] is 0; it must be from 1 to 1200`},
		{"months and days", head + "months = 3\nfrom = 2020-01-01\n", `3: [[layer]] has both "months" and "from"; keep one of them`},
		{"from after to", head + "from = 2026-01-01\nto = 2025-01-01\n", `4: "to" in [[layer]] is 2025-01-01, which is before "from" 2026-01-01`},
		{"no sport", head + "sports = [\"Ran\"]\n", `3: item 1 of "sports" in [[layer]] is "Ran", which is not the name of a sport; did you mean "Run"?`},
		{"no kind", head + "kinds = [\"races\"]\n",
			`3: item 1 of "kinds" in [[layer]] is "races", which is none of "race", "workout", "long", "warm-up", "cool-down", "ordinary"; did you mean "race"?`},
		{"one hour", head + "hours = [22]\n", `3: "hours" in [[layer]] must be the first and the last hour, such as [22, 4] for starts from 22:00 to 4:59`},
		{"without lines", head + "[page]\ntracks = false\n", `4: "tracks" in [page] is false, but each [[layer]] is painted from the lines of the activities; remove one of the two`},
		{"without a list", head + "[page]\nactivities = false\n",
			`4: "activities" in [page] is false, which leaves out the lines, too, but each [[layer]] is painted from them; remove one of the two`},
		{"of a crowd", "[privacy]\nmin_activities = 5\n" + head, `3: [[layer]] is painted from the lines of single activities, of which a map of many people shows nothing; remove it`},
		{"begins with none", head + "[page]\ndefault_layer = \"b\"\n",
			`4: "default_layer" in [page] is "b", which is none of "top", "all", "pace", "heartrate", "steepness", "direction", "hills", "recency", "fresh12", "fresh36", "a"; did you mean "a"?`},
		{"too many", manyLayers(25), `1: there are 25 [[layer]]; at most 24 are read`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.toml), "heatmap.toml")
			if err == nil {
				t.Fatal("it was accepted")
			}
			if got := strings.TrimPrefix(err.Error(), "heatmap.toml:"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func manyLayers(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("[[layer]]\nid = \"l" + strings.Repeat("x", i) + "\"\n")
	}
	return b.String()
}
