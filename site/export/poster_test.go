package export

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"heatmapgen/generator"
	"heatmapgen/layers"
)

// tileBox is the box of some tiles from a north-western one, in degrees.
func tileBox(zoom uint8, x, y uint32, across, down int) *[4]float64 {
	n := math.Ldexp(1, int(zoom))
	lon := func(x float64) float64 { return x/n*360 - 180 }
	lat := func(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/n))) * 180 / math.Pi }
	return &[4]float64{lon(float64(x)), lat(float64(y) + float64(down)), lon(float64(x) + float64(across)), lat(float64(y))}
}

func writePoster(t *testing.T, site *generator.Site, o PosterOptions) (*Poster, []byte) {
	t.Helper()
	p, err := NewPoster(site, o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := p.WritePNG(t.Context(), filepath.Join(dir, "p.png"), nil); err != nil {
		t.Fatal(err)
	}
	if extra := leftovers(t, dir, "p.png"); extra != nil {
		t.Errorf("left behind: %v", extra)
	}
	b, err := os.ReadFile(filepath.Join(dir, "p.png"))
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mosaic returns tiles side by side as premultiplied colours, 0..255; missing ones are transparent.
func mosaic(t *testing.T, site *generator.Site, layer string, zoom uint8, x, y uint32, across, down int) [][]rgba {
	t.Helper()
	_, f := site.Layer(layer)
	out := make([][]rgba, down*256)
	for i := range out {
		out[i] = make([]rgba, across*256)
	}
	for ty := range down {
		for tx := range across {
			if _, ok, _ := site.Tile(f.ID, zoom, x+uint32(tx), y+uint32(ty)); !ok {
				continue
			}
			m := want(t, site, layer, zoom, x+uint32(tx), y+uint32(ty))
			for py := range 256 {
				for px := range 256 {
					c := m.NRGBAAt(px, py)
					a := float32(c.A) / 255
					out[ty*256+py][tx*256+px] = rgba{float32(c.R) * a, float32(c.G) * a, float32(c.B) * a, float32(c.A)}
				}
			}
		}
	}
	return out
}

// resampled is the slow definition of what a picture shows at a pixel: the sum of all source pixels by their weights.
func resampled(src [][]rgba, x, y int, factor float64) rgba {
	weight := func(out, in int) float64 {
		if factor >= 1 {
			a, b := float64(out)*factor, float64(out+1)*factor
			return math.Max(0, math.Min(b, float64(in+1))-math.Max(a, float64(in))) / factor
		}
		d := math.Abs((float64(out)+0.5)*factor - 0.5 - float64(in))
		switch {
		case d < 1:
			return 2.0/3 - d*d + d*d*d/2
		case d < 2:
			return math.Pow(2-d, 3) / 6
		}
		return 0
	}
	var sum rgba
	for sy := range src {
		wy := weight(y, sy)
		if wy == 0 {
			continue
		}
		from := max(0, int(float64(x)*factor)-3)
		for sx := from; sx < min(len(src[sy]), from+int(factor)+7); sx++ {
			w := float32(wy * weight(x, sx))
			for k := range sum {
				sum[k] += w * src[sy][sx][k]
			}
		}
	}
	return sum
}

func TestAPictureShowsTheTiles(t *testing.T) {
	site := openSite(t)
	ts := newTileset(t, "pace", AllZooms, AllZooms)
	for _, c := range []struct {
		name         string
		zoom         uint8
		across, down int
		width        int
		background   Background
		maxZoom      int
	}{
		{"pixel by pixel", 14, 2, 1, 512, Dark, AllZooms},
		{"transparent", 14, 2, 1, 512, None, AllZooms},
		{"coarser", 15, 2, 2, 400, Dark, AllZooms},
		{"much coarser than any tile", 12, 4, 2, 400, Dark, AllZooms},
		{"finer than what it may be", 15, 1, 1, 700, Dark, 15},
		{"painted pixel by pixel", 18, 2, 2, 512, None, AllZooms},
		{"painted coarser", 17, 2, 2, 400, Dark, AllZooms},
		{"finer than any tile", 20, 1, 1, 700, Dark, AllZooms},
	} {
		t.Run(c.name, func(t *testing.T) {
			tile, _, _ := someTile(t, ts, c.zoom)
			p, b := writePoster(t, site, PosterOptions{Layer: "pace", Box: tileBox(c.zoom, tile.X, tile.Y, c.across, c.down), Width: c.width, Background: c.background, MaxZoom: c.maxZoom})
			if p.Zoom != c.zoom || p.Width != c.width {
				t.Fatalf("zoom %d, %d x %d", p.Zoom, p.Width, p.Height)
			}
			m := decode(t, b)
			// Neighbours within the reach of the spline are left out, and so is the rim of the picture.
			src := mosaic(t, site, "pace", c.zoom, tile.X, tile.Y, c.across, c.down)
			factor := float64(c.across*256) / float64(c.width)
			ground := looks[c.background].ground
			shown := 0
			for y := 8; y < p.page.mapHeight-8; y += 2 {
				for x := 8; x < c.width-8; x += 2 {
					sum := resampled(src, x, y, factor)
					w := over(ground, &sum)
					g := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
					if sum[3] > 40 {
						shown++
					}
					// Colours of what is nearly transparent are rounded more.
					near := 2 + 255/(int(w.A)+1)
					if w.A > 0 && (off(g.R, w.R) > near || off(g.G, w.G) > near || off(g.B, w.B) > near) || off(g.A, w.A) > 2 {
						t.Fatalf("pixel %d, %d is %v, not %v", x, y, g, w)
					}
				}
			}
			if shown < 20 {
				t.Errorf("only %d pixels show anything", shown)
			}
		})
	}
}

func off(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

func TestPaperHasItsSizeAndResolution(t *testing.T) {
	site := openSite(t)
	wide := &[4]float64{9.95, 48.39, 10.05, 48.41}
	for _, c := range []struct {
		o             PosterOptions
		width, height int
		perMetre      uint32
	}{
		{PosterOptions{Paper: "A4", DPI: 100, Box: wide}, 1169, 827, 3937},
		{PosterOptions{Paper: "a4", DPI: 100, Box: wide, Orientation: Portrait}, 827, 1169, 3937},
		{PosterOptions{Paper: "a3", DPI: 72, Orientation: Landscape}, 1191, 842, 2835},
		{PosterOptions{Width: 400, DPI: 150}, 400, 0, 5906},
		{PosterOptions{Width: 400}, 400, 0, 0},
	} {
		c.o.Layer, c.o.MaxZoom = "all", AllZooms
		p, b := writePoster(t, site, c.o)
		if p.Width != c.width || c.height != 0 && p.Height != c.height {
			t.Errorf("%+v: %d x %d", c.o, p.Width, p.Height)
		}
		if m := decode(t, b); m.Bounds().Dx() != p.Width || m.Bounds().Dy() != p.Height {
			t.Errorf("%+v: %v", c.o, m.Bounds())
		}
		var perMetre uint32
		if i := bytes.Index(b, []byte("pHYs")); i == 8+25+4 {
			perMetre = binary.BigEndian.Uint32(b[i+4:])
		} else if i >= 0 {
			t.Errorf("pHYs at byte %d", i)
		}
		if perMetre != c.perMetre {
			t.Errorf("%+v: %d pixels a metre", c.o, perMetre)
		}
	}
	p, err := NewPoster(site, PosterOptions{Layer: "all", Paper: "a3", Box: wide, MaxZoom: AllZooms})
	if err != nil || p.Width != 4961 || p.Height != 3508 || p.dpi != 300 {
		t.Errorf("A3: %+v, %v", p, err)
	}
}

// The length of the bar is measured on the finished picture and compared with that on a sphere.
func TestScaleBarIsRightForTheLatitude(t *testing.T) {
	site := openSite(t)
	p, b := writePoster(t, site, PosterOptions{Layer: "all", Width: 1500, Title: "x", MaxZoom: AllZooms})
	m := decode(t, b)
	dim := looks[Dark].dim
	var pixels int
	for y := p.page.mapHeight; y < p.Height; y++ {
		run := 0
		for x := range p.Width {
			if m.At(x, y) == color.Color(color.RGBA(dim)) {
				run++
				pixels = max(pixels, run)
			} else {
				run = 0
			}
		}
	}
	// What the bar covers, at the latitude of the middle of the map.
	lat := 2*math.Atan(math.Exp(math.Pi*(1-2*(p.page.y0+float64(p.page.mapHeight)/2/p.page.scale)))) - math.Pi/2
	dLon := float64(pixels) / p.page.scale * 2 * math.Pi
	a := math.Cos(lat) * math.Cos(lat) * math.Sin(dLon/2) * math.Sin(dLon/2)
	metres := 2 * 6371008.8 * math.Asin(math.Sqrt(a))
	if lat < 0.84 || lat > 0.85 {
		t.Fatalf("the middle is at %g", lat)
	}
	round, name := roundLength(scaleWidth * p.page.em * p.page.metresPerPixel())
	if math.Abs(metres-round) > 1.5*p.page.metresPerPixel() {
		t.Errorf("a bar of %d pixels says %s, but covers %.1f m", pixels, name, metres)
	}
}

func TestNothingInTheBandOverlaps(t *testing.T) {
	site := openSite(t)
	long := strings.Repeat("Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich ", 5)
	for _, title := range []string{"", "Ulm", long, "🏃🏃\n🏃"} {
		for _, o := range []PosterOptions{
			{Width: 400}, {Width: 640}, {Width: 4000}, {Paper: "a4", Orientation: Portrait}, {Paper: "a4", Orientation: Landscape},
			{Width: 2000, Box: &[4]float64{9.9, 48.399, 10.1, 48.401}}, {Width: 500, Box: &[4]float64{9.99, 48.3, 9.995, 48.5}},
		} {
			o.Layer, o.Title, o.MaxZoom = "pace", title, AllZooms
			p, err := NewPoster(site, o)
			if err != nil {
				t.Fatal(err)
			}
			var texts []image.Rectangle
			for _, m := range p.marks {
				if m.mask == nil {
					continue
				}
				if m.bounds != m.mask.Bounds() || m.bounds.Min.Y < p.page.mapHeight {
					t.Errorf("%+v: a text at %v is cut off or on the map", o, m.mask.Bounds())
				}
				texts = append(texts, m.bounds.Inset(1))
			}
			least := 5 // facts, name, two ends, scale
			if title == "Ulm" || title == long {
				least++
			}
			if len(texts) < least {
				t.Errorf("%+v: %d texts", o, len(texts))
			}
			for i := range texts {
				for k := range i {
					if texts[i].Overlaps(texts[k]) {
						t.Errorf("%+v: %v and %v overlap", o, texts[i], texts[k])
					}
				}
			}
		}
	}
}

func TestTitlesShrinkThenEndInAnEllipsis(t *testing.T) {
	full := newLabel(medium(), "Wälder", 100, 50, 1e9)
	if l := newLabel(medium(), "Wälder", 100, 50, full.width*0.7); l.text != "Wälder" || l.width > full.width*0.7 || l.width < full.width*0.65 {
		t.Errorf("%q is %g wide in room for %g", l.text, l.width, full.width*0.7)
	}
	if l := newLabel(medium(), "Wälder", 100, 50, full.width*0.4); !strings.HasSuffix(l.text, "\u2026") || !strings.HasPrefix(l.text, "Wä") || l.width > full.width*0.4 {
		t.Errorf("%q is %g wide in room for %g", l.text, l.width, full.width*0.4)
	}
	if got := writable(medium(), "Größe – Żółć Ωδός Путь 🏃 \x00\n山x"); got != "Größe – Żółć Ωδός Путь x" {
		t.Errorf("%q", got)
	}
}

func TestALightGroundTurnsTheRampAround(t *testing.T) {
	luma := func(c [4]uint8) float64 { return 0.2126*toLinear(c[0]) + 0.7152*toLinear(c[1]) + 0.0722*toLinear(c[2]) }
	for _, l := range layers.Layers(1, false) {
		for i := range 100 {
			a, b := l.Ramp.At(float64(i)/100), l.Ramp.At(float64(i+1)/100)
			dark := [2][4]uint8{{a.R, a.G, a.B, a.A}, {b.R, b.G, b.B, b.A}}
			light := [2][4]uint8{invertLightness(dark[0]), invertLightness(dark[1])}
			if rises, falls := luma(dark[1])-luma(dark[0]), luma(light[0])-luma(light[1]); rises > 0.002 && falls < -0.002 {
				t.Errorf("%s at %d %%: %v to %v becomes %v to %v", l.ID, i, dark[0], dark[1], light[0], light[1])
			}
			// WCAG 2.2, 1.4.11 asks for a contrast of 3; half of that is enough for the palest end of a ramp.
			if l := luma(light[0]); 1.05/(l+0.05) < 1.35 || light[0][3] != a.A {
				t.Errorf("%v becomes %v, which does not show on white", dark[0], light[0])
			}
		}
	}
	if c := invertLightness([4]uint8{255, 255, 255, 9}); off(c[0], c[1]) > 1 || off(c[1], c[2]) > 1 || c[0] > 60 || c[3] != 9 {
		t.Errorf("white becomes %v", c)
	}
	if c := invertLightness([4]uint8{255, 0, 0, 255}); c[0] < 100 || c[1] > 40 || c[2] > 40 {
		t.Errorf("red becomes %v", c)
	}
	site := openSite(t)
	_, b := writePoster(t, site, PosterOptions{Layer: "all", Width: 400, Background: Light, MaxZoom: AllZooms})
	if r, g, bl, a := decode(t, b).At(0, 0).RGBA(); r>>8 != 0xfb || g>>8 != 0xfa || bl>>8 != 0xf7 || a>>8 != 255 {
		t.Error("the ground is not light")
	}
	_, b = writePoster(t, site, PosterOptions{Layer: "all", Width: 400, Background: None, MaxZoom: AllZooms})
	if _, _, _, a := decode(t, b).At(0, 0).RGBA(); a != 0 {
		t.Error("there is a ground")
	}
}

// heapWatch notes the largest heap while a picture is drawn.
type heapWatch struct {
	rows int64
	most uint64
}

func (h *heapWatch) Stage(string, int64, string) {}
func (h *heapWatch) Done()                       {}
func (h *heapWatch) Log(string, ...any)          {}
func (h *heapWatch) Add(n int64) {
	if h.rows += n; h.rows%50 == 0 {
		h.most = max(h.most, liveHeap())
	}
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestAPosterIsNeverWhollyInMemory(t *testing.T) {
	site := openSite(t)
	p, err := NewPoster(site, PosterOptions{Layer: "all", Width: 16000, Box: &[4]float64{9.9, 48.399, 10.08, 48.405}, MaxZoom: AllZooms})
	if err != nil {
		t.Fatal(err)
	}
	before := liveHeap()
	watch := &heapWatch{}
	if err := p.WritePNG(t.Context(), filepath.Join(t.TempDir(), "p.png"), watch); err != nil {
		t.Fatal(err)
	}
	if watch.rows != int64(p.Height) {
		t.Errorf("%d rows of %d", watch.rows, p.Height)
	}
	if whole := uint64(p.Width * p.Height * 4); watch.most == 0 || watch.most > before+whole/4 {
		t.Errorf("the heap grew from %d to %d bytes; the picture has %d", before, watch.most, whole)
	}
}

func TestPicturesThatCannotBeMade(t *testing.T) {
	site := openSite(t)
	for _, c := range []struct {
		o    PosterOptions
		want string
	}{
		{PosterOptions{Width: 399}, "400 to 65000"},
		{PosterOptions{Width: 1 << 40}, "400 to 65000"},
		{PosterOptions{Paper: "letter"}, "a4, a3, a2 and a1"},
		{PosterOptions{Paper: "a3", DPI: 29}, "50 to 1200"},
		{PosterOptions{Width: 400, Background: "pink"}, "dark, light and none"},
		{PosterOptions{Width: 400, Box: &[4]float64{1, 2, 3, 2}}, "west,south,east,north"},
		{PosterOptions{Width: 400, Box: &[4]float64{48, 9, 200, 500}}, "between -90 and 90"},
		{PosterOptions{Width: 400, Box: &[4]float64{-500, 9, 2, 10}}, "between -180 and 180"},
		{PosterOptions{Width: 400, Box: &[4]float64{3, 2, 3, 4}}, "no width"},
		{PosterOptions{Width: 400, Box: &[4]float64{-180, 2, 350, 4}}, "wider than the world"},
		{PosterOptions{Width: 400, Box: &[4]float64{math.NaN(), 2, 3, 4}}, "none"},
		{PosterOptions{Width: 400, Box: &[4]float64{1, 86, 3, 89}}, "where the map ends"},
		{PosterOptions{Width: 400, Box: &[4]float64{1, 2, 3, 4}}, "nothing was drawn in this box"},
		{PosterOptions{Width: 400, Box: &[4]float64{170, 2, -170, 4}}, "nothing was drawn in this box"},
		{PosterOptions{Width: 60000, Box: &[4]float64{9.9, 48, 10, 49}}, "pixels high"},
		{PosterOptions{Width: 400, Layer: "nothing"}, "there is no layer"},
	} {
		if c.o.Layer == "" {
			c.o.Layer = "all"
		}
		c.o.MaxZoom = AllZooms
		if _, err := NewPoster(site, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	if _, err := NewPoster(site, PosterOptions{Layer: "all", Width: 400, MaxZoom: 3}); err == nil || !strings.Contains(err.Error(), "no tiles of zoom 3 or below") {
		t.Errorf("%v", err)
	}
	p, err := NewPoster(site, PosterOptions{Layer: "all", Width: 400, MaxZoom: 13})
	if err != nil || p.Zoom > 13 {
		t.Errorf("zoom %+v, %v", p, err)
	}
}

func TestWithoutABoxEverythingFits(t *testing.T) {
	site := openSite(t)
	p, b := writePoster(t, site, PosterOptions{Layer: "all", Width: 800, MaxZoom: AllZooms})
	m := decode(t, b)
	ground := m.At(0, 0)
	box := image.Rectangle{Min: image.Pt(1e6, 1e6)}
	for y := range p.page.mapHeight {
		for x := range p.Width {
			if m.At(x, y) != ground {
				box.Min = image.Pt(min(box.Min.X, x), min(box.Min.Y, y))
				box.Max = image.Pt(max(box.Max.X, x+1), max(box.Max.Y, y+1))
			}
		}
	}
	rims := []int{box.Min.X, box.Min.Y, p.Width - box.Max.X, p.page.mapHeight - box.Max.Y}
	for _, rim := range rims {
		if side := max(p.Width, p.page.mapHeight); rim < side/50 || rim > side/15 {
			t.Errorf("rims of %v pixels in %d x %d", fmt.Sprint(rims), p.Width, p.page.mapHeight)
		}
	}
}
