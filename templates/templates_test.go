package templates

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A parsed page is what a browser makes of it: the texts of elements by a name such
// as "script#settings" or "meta[description]".
func parsed(t *testing.T, p Page) map[string]string {
	t.Helper()
	var buf bytes.Buffer
	if err := Render(&buf, p); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&buf)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			out["comment"] += n.Data
		}
		if n.Type != html.ElementNode {
			continue
		}
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		name := n.Data
		switch {
		case attr["id"] != "":
			name += "#" + attr["id"]
		case n.Data == "meta":
			name += "[" + attr["name"] + attr["property"] + attr["http-equiv"] + "]"
		case n.Data == "link":
			name += "[" + attr["rel"] + "]"
		}
		text := attr["content"] + attr["href"]
		if n.FirstChild != nil && n.FirstChild.Type == html.TextNode {
			text = n.FirstChild.Data
		}
		if _, again := out[name]; again && (n.Data == "script" || n.Data == "style") {
			t.Errorf("a second %s", name)
		}
		out[name] = text
	}
	return out
}

func TestRenderKeepsTextsTexts(t *testing.T) {
	for _, text := range []string{
		"Läufe & Wege",
		`</title></script><script>alert(1)</script>`,
		`<!--<script>`,
		`"' onload=alert(1) x="`,
		"`${alert(1)}` {{.Title}} \u2028\u2029",
		`</style><b>`,
	} {
		t.Run(text, func(t *testing.T) {
			page := parsed(t, Page{
				Title: text, Description: text, URL: text, Image: text, ArchiveURL: "heatmap.pmtiles?v=1&x=2", DefaultLayer: text, StadiaKey: text,
				Basemaps: []Basemap{{ID: "b", Title: text, URL: "https://tiles.example/{z}/{x}/{y}.png", Attribution: text, MaxZoom: 12}},
			})
			for _, name := range []string{"title", "meta[description]", "meta[og:title]", "meta[og:description]", "meta[og:url]", "meta[og:image]"} {
				if page[name] != text {
					t.Errorf("%s is %q", name, page[name])
				}
			}
			var got settings
			if err := json.Unmarshal([]byte(page["script#settings"]), &got); err != nil {
				t.Fatalf("settings: %v in %s", err, page["script#settings"])
			}
			if got.Title != text || got.DefaultLayer != text || got.StadiaKey != text || got.Basemaps[0].Attribution != text ||
				got.Archive != "heatmap.pmtiles?v=1&x=2" || got.Basemaps[0].URL != "https://tiles.example/{z}/{x}/{y}.png" {
				t.Errorf("settings %+v", got)
			}
			if page["script"] != script || page["style"] != style {
				t.Error("script or style changed on the way into the page")
			}
		})
	}
}

func TestRenderDefaults(t *testing.T) {
	page := parsed(t, Page{})
	var got settings
	if err := json.Unmarshal([]byte(page["script#settings"]), &got); err != nil {
		t.Fatal(err)
	}
	if got.Archive != "heatmap.pmtiles" || got.DefaultBasemap != BasemapDark || got.HeatOpacity != 0.85 || got.Basemaps == nil {
		t.Errorf("settings %+v", got)
	}
	if page["meta[og:image]"] != "" || page["meta[og:url]"] != "" || page["meta[twitter:card]"] != "summary" {
		t.Error("previews are told of a picture that there is not")
	}
	if page["title"] != "Heatmap" || page["meta[description]"] == "" {
		t.Errorf("title %q, description %q", page["title"], page["meta[description]"])
	}
}

func TestRenderPolicy(t *testing.T) {
	policy := parsed(t, Page{
		ArchiveURL: "https://files.example/heatmap.pmtiles",
		Basemaps: []Basemap{
			{ID: "a", URL: "https://{s}.tiles.example:8080/{z}/{x}/{y}.png"},
			{ID: "b", PMTiles: "world.pmtiles"},
			{ID: "c", URL: "//cdn.example/{z}/{x}/{y}.png"},
		},
	})["meta[Content-Security-Policy]"]
	directives := map[string][]string{}
	for _, d := range strings.Split(policy, "; ") {
		words := strings.Fields(d)
		directives[words[0]] = words[1:]
	}
	has := func(directive, source string) bool {
		for _, s := range directives[directive] {
			if s == source {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		directive, source string
		want              bool
	}{
		{"default-src", "'none'", true},
		{"script-src", "'" + hash(script) + "'", true},
		{"script-src", "'unsafe-inline'", false},
		{"style-src", "'" + hash(style) + "'", true},
		{"style-src", "'unsafe-inline'", false},
		{"connect-src", "'self'", true},
		{"connect-src", "https://files.example", true},
		{"connect-src", "https://*.tiles.example:8080", true},
		{"connect-src", "https://cdn.example", true},
		{"connect-src", "https://*.basemaps.cartocdn.com", true},
		{"img-src", "https://tile.openstreetmap.org", true},
		{"img-src", "*", false},
		{"worker-src", "blob:", true},
		{"manifest-src", "data:", true},
	} {
		if has(c.directive, c.source) != c.want {
			t.Errorf("%s %s: %v, want %v, in %q", c.directive, c.source, !c.want, c.want, policy)
		}
	}
}

func TestRenderRefusesBadURLs(t *testing.T) {
	for _, p := range []Page{
		{ArchiveURL: "https://[::1/heatmap.pmtiles"},
		{Basemaps: []Basemap{{ID: "a", URL: "https://a b.example/{z}"}}},
		{Basemaps: []Basemap{{ID: "a", URL: "https://x.example;script-src *;/{z}"}}},
		{Basemaps: []Basemap{{ID: "a", URL: "https://x.example'unsafe-inline'/{z}"}}},
		{Basemaps: []Basemap{{ID: "a", URL: "https://{s}/{z}/{x}/{y}.png"}}},
		{Basemaps: []Basemap{{ID: "a", PMTiles: "javascript://x.example/%0aalert(1)"}}},
	} {
		if err := Render(io.Discard, p); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestRenderReportsTheWriter(t *testing.T) {
	if err := Render(brokenWriter{}, Page{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v", err)
	}
}

// The page's weight over the wire is a promise.
func TestWeight(t *testing.T) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if err := Render(w, Page{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", out.Len())
	if out.Len() > 520_000 {
		t.Errorf("the page weighs %d bytes gzipped; the goal is 520,000", out.Len())
	}
}

// TestWeightOfVectors holds what a basemap of vectors adds to a page, and that it adds nothing to others.
func TestWeightOfVectors(t *testing.T) {
	render := func(b Basemap) string {
		t.Helper()
		var out strings.Builder
		if err := Render(&out, Page{Basemaps: []Basemap{b}}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	pictures := render(Basemap{ID: "a", PMTiles: "https://a.example/a.pmtiles"})
	page := render(Basemap{ID: "a", PMTiles: "https://a.example/a.pmtiles", Schema: SchemaProtomaps})
	const element = `<script type="text/plain" id="vectors">`
	if strings.Contains(pictures, element) {
		t.Error("a page of pictures has what draws vectors")
	}
	_, rest, _ := strings.Cut(page, element)
	if worker, _, _ := strings.Cut(rest, "</script>"); worker != vectors {
		t.Errorf("the page has %d bytes of what draws vectors, of %d", len(worker), len(vectors))
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	io.WriteString(w, page)
	w.Close()
	if t.Logf("%d bytes", out.Len()); out.Len() > 680_000 {
		t.Errorf("a page with vectors weighs %d bytes gzipped; the goal is 680,000", out.Len())
	}
}

func TestNoticesAreInThePage(t *testing.T) {
	page := parsed(t, Page{})
	for _, name := range []string{"maplibre-gl 6.", "pmtiles 4.", "Natural Earth"} {
		if !strings.Contains(page["comment"], name) || !strings.Contains(Notices(), name) {
			t.Errorf("no notice of %s", name)
		}
	}
}
