package templates_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/templates"
	"heatmapgen/templates/browsertest"
	"heatmapgen/templates/internal/fixture"
)

// TestPictures takes pictures of the page at the sizes it was designed for, to be
// looked at. It runs only where HEATMAPGEN_PICTURES names a folder for them;
// HEATMAPGEN_ARCHIVE names the archive to show in place of the fixture, and
// HEATMAPGEN_FRAGMENT the link to begin with, and HEATMAPGEN_JS something to do before each picture.
func TestPictures(t *testing.T) {
	dir := os.Getenv("HEATMAPGEN_PICTURES")
	if dir == "" {
		t.Skip("HEATMAPGEN_PICTURES is not set")
	}
	path := os.Getenv("HEATMAPGEN_ARCHIVE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "heatmap.pmtiles")
		if err := fixture.Write(path, fixture.Options{Name: "Fixture"}); err != nil {
			t.Fatal(err)
		}
	}
	page := templates.Page{
		Title: "My heatmap", DefaultBasemap: "streets",
		Basemaps: []templates.Basemap{{ID: "streets", Title: "Streets", URL: "/streets/{z}/{x}/{y}.png", Attribution: "OpenStreetMap contributors \u00a9 CARTO"}},
	}
	if os.Getenv("HEATMAPGEN_PLAIN") != "" {
		page.DefaultBasemap = templates.BasemapNone
	}
	site, err := browsertest.Site(page, path)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", site)
	mux.HandleFunc("GET /streets/{z}/{x}/{y}", drawnStreets)
	server := httptest.NewServer(mux)
	defer server.Close()
	ctx := sharedBrowser(t)
	for _, v := range []browsertest.View{
		{Width: 1280, Height: 800},
		{Width: 1280, Height: 800, Light: true},
		{Width: 1024, Height: 640},
		{Width: 390, Height: 844, Phone: true, Scale: 2},
	} {
		name := fmt.Sprintf("%dx%d", v.Width, v.Height)
		v.Script = chosenTheme(v.Light)
		if v.Light {
			name += "-light"
		}
		if only := os.Getenv("HEATMAPGEN_VIEW"); only != "" && only != name {
			continue
		}
		tab, err := browsertest.Open(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		if err := tab.Load(server.URL + os.Getenv("HEATMAPGEN_FRAGMENT")); err != nil {
			t.Fatal(err)
		}
		if js := os.Getenv("HEATMAPGEN_JS"); js != "" {
			if _, err := browsertest.Await[any](tab, "(async () => {"+js+"; await new Promise(r => setTimeout(r, 400)); await heatmapgen.idle(); return 1})()"); err != nil {
				t.Fatal(err)
			}
		}
		picture, err := tab.Screenshot()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
		state, err := browsertest.Await[map[string]any](tab, "heatmapgen.state()")
		t.Log(name, state, err, tab.Errors())
		tab.Cancel()
	}
}

// drawnStreets answers with a dark made-up street map, since real basemaps are out of reach.
func drawnStreets(w http.ResponseWriter, r *http.Request) {
	var z, x, y float64
	if _, err := fmt.Sscan(r.PathValue("z")+" "+r.PathValue("x")+" "+strings.TrimSuffix(r.PathValue("y"), ".png"), &z, &x, &y); err != nil {
		http.NotFound(w, r)
		return
	}
	img := image.NewRGBA(image.Rect(0, 0, 256, 256))
	scale := math.Exp2(13 - z)
	for py := range 256 {
		for px := range 256 {
			u, v := (x*256+float64(px))*scale, (y*256+float64(py))*scale
			c := color.RGBA{0x12, 0x14, 0x16, 255}
			if math.Sin(u/410)+math.Sin(v/270+u/900) > 1.5 {
				c = color.RGBA{0x1b, 0x20, 0x25, 255}
			}
			if math.Abs(math.Mod(u+30*math.Sin(v/90), 64)) < 1.4 || math.Abs(math.Mod(v+24*math.Sin(u/120), 52)) < 1.4 {
				c = color.RGBA{0x2a, 0x2d, 0x31, 255}
			}
			img.SetRGBA(px, py, c)
		}
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Write(buf.Bytes())
}

// TestPictureOfRatios takes the picture of docs/architecture.md: the same place on screens of one, two and three pixels to the CSS pixel, each enlarged to three. It runs only where
// HEATMAPGEN_PICTURES names a folder for it; HEATMAPGEN_ARCHIVE names the archive, and HEATMAPGEN_FRAGMENT the link to the place.
func TestPictureOfRatios(t *testing.T) {
	dir, path := os.Getenv("HEATMAPGEN_PICTURES"), os.Getenv("HEATMAPGEN_ARCHIVE")
	if dir == "" || path == "" {
		t.Skip("HEATMAPGEN_PICTURES or HEATMAPGEN_ARCHIVE is not set")
	}
	site, err := browsertest.Site(templates.Page{Title: "My heatmap", DefaultBasemap: templates.BasemapNone}, path)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()
	const side, gap, most = 150, 6, 3 // of a part, in CSS pixels but for the gap
	all := image.NewRGBA(image.Rect(0, 0, 3*side*most+2*gap, side*most))
	draw.Draw(all, all.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for ratio := 1; ratio <= most; ratio++ {
		tab, err := browsertest.Open(sharedBrowser(t), browsertest.View{Width: 900, Height: 600, Scale: float64(ratio)})
		if err != nil {
			t.Fatal(err)
		}
		if err := tab.Load(server.URL + os.Getenv("HEATMAPGEN_FRAGMENT")); err != nil {
			t.Fatal(err)
		}
		shot, err := tab.Screenshot()
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		// The middle of the map between the cards, pixel by pixel.
		left, top := 380*ratio, 60*ratio
		for y := range side * most {
			for x := range side * most {
				all.Set((ratio-1)*(side*most+gap)+x, y, picture.At(left+x*ratio/most, top+y*ratio/most))
			}
		}
		tab.Cancel()
	}
	var out bytes.Buffer
	if err := png.Encode(&out, all); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ratios.png"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
