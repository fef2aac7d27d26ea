package browsertest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

// A Picture is what the map shows, or should show, without its panels: RGBA with
// four bytes a pixel, rows from the top.
type Picture struct {
	Width, Height int
	RGBA          []byte
	// Zoom is the zoom of the tiles; X and Y are the picture's north-western corner
	// in pixels of that zoom.
	Zoom uint8
	X, Y int
}

// Ground is the colour behind the heat where there is no basemap.
var Ground = [3]byte{0x0f, 0x12, 0x16}

// Pixels moves the map to a place at which its pixels are those of the tiles of a
// zoom, shows a layer in full on the bare ground, and returns what is drawn.
func (t *Tab) Pixels(layer string, zoom uint8, lon, lat float64) (*Picture, error) {
	return Pixels(t, layer, zoom, lon, lat)
}

// Pixels is Tab.Pixels in any browser.
func Pixels(page Page, layer string, zoom uint8, lon, lat float64) (*Picture, error) {
	size, err := Await[[2]int](page, "(() => { const c = heatmapgen.map.getCanvas(); return [c.width, c.height]; })()")
	if err != nil {
		return nil, err
	}
	p := &Picture{Width: size[0], Height: size[1], Zoom: zoom}
	world := archive.TileSize * math.Exp2(float64(zoom))
	x, y := mercator(lon, lat)
	p.X = int(x*world) - p.Width/2
	p.Y = int(y*world) - p.Height/2
	lon, lat = unmercator((float64(p.X)+float64(p.Width)/2)/world, (float64(p.Y)+float64(p.Height)/2)/world)
	// MapLibre's zooms are of tiles of 512 pixels.
	encoded, err := Await[string](page, fmt.Sprintf(`(async () => {
		const { map } = heatmapgen;
		const press = (name, value) => document.querySelector('input[name=' + name + '][value="' + value + '"]').click();
		press("basemap", "none");
		press("layer", %q);
		const opacity = document.getElementById("opacity");
		opacity.value = 100;
		opacity.dispatchEvent(new Event("input"));
		for (const id of ["coast", "grid"]) map.setLayoutProperty(id, "visibility", "none");
		map.jumpTo({ center: [%.12f, %.12f], zoom: %d - 1 });
		await heatmapgen.idle();
		map.redraw();
		const gl = map.getCanvas().getContext("webgl2");
		const pixels = new Uint8Array(gl.drawingBufferWidth * gl.drawingBufferHeight * 4);
		gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
		let text = "";
		for (let i = 0; i < pixels.length; i += 32768) text += String.fromCharCode(...pixels.subarray(i, i + 32768));
		return btoa(text);
	})()`, layer, lon, lat, zoom))
	if err != nil {
		return nil, fmt.Errorf("reading the map's pixels: %w", err)
	}
	upsideDown, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	stride := 4 * p.Width
	for row := p.Height - 1; row >= 0; row-- { // WebGL's rows come from the bottom
		p.RGBA = append(p.RGBA, upsideDown[row*stride:(row+1)*stride]...)
	}
	return p, nil
}

// Decoded returns between which colours the pixels of p must lie by the archive at path: its tiles decoded, coloured by package layers and laid on
// the ground. What is stored of a presence is a step, and stands for all that are nearer to it than to the next one; what is next to heat may be
// its rim, fainter than anything that is stored.
func (p *Picture) Decoded(path, layerID string) (*Span, error) {
	r, err := archive.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := r.Metadata()
	if err != nil {
		return nil, err
	}
	var meta struct {
		Heatmapgen struct {
			Fields []struct {
				ID             string
				Kind           layers.Kind
				Scale          layers.Scale
				Offset, Length int64
				Zooms          []struct {
					Zoom   uint8
					Lo, Hi float64
				}
			}
			Layers []layers.Layer
		}
	}
	if err := json.Unmarshal(text, &meta); err != nil {
		return nil, err
	}
	for _, l := range meta.Heatmapgen.Layers {
		for _, f := range meta.Heatmapgen.Fields {
			if l.ID != layerID || f.ID != l.Field {
				continue
			}
			tiles := r
			if f.Length > 0 {
				if tiles, err = r.Inner(archive.Section{Offset: f.Offset, Length: f.Length}); err != nil {
					return nil, err
				}
			}
			for _, z := range f.Zooms {
				if z.Zoom == p.Zoom {
					in := &indices{zoom: p.Zoom, x: p.X - rim, y: p.Y - rim, width: p.Width + 2*rim, height: p.Height + 2*rim}
					if err := in.read(tiles); err != nil {
						return nil, err
					}
					return in.span(stands(&l, f.Kind, f.Scale, z.Lo, z.Hi)), nil
				}
			}
		}
	}
	return nil, fmt.Errorf("%s has no layer %s at zoom %d", path, layerID, p.Zoom)
}

// rim is how many pixels beyond what is stored the page may let heat fade out.
const rim = 2

// A Span holds between which colours a picture must lie, both included.
type Span struct {
	Width, Height int
	// Least and Most are RGB with three bytes a pixel, rows from the top.
	Least, Most []byte
	// Lit is the number of pixels with heat.
	Lit int
}

// indices are those of a rectangle of a zoom's pixels.
type indices struct {
	zoom                uint8
	x, y, width, height int
	index               []byte
}

// read takes the tiles, whose columns may lie beyond the antimeridian.
func (in *indices) read(tiles *archive.Reader) error {
	in.index = make([]byte, in.width*in.height)
	n := 1 << in.zoom
	for ty := max(0, in.y/archive.TileSize); ty < n && ty*archive.TileSize < in.y+in.height; ty++ {
		for tx := int(math.Floor(float64(in.x) / archive.TileSize)); tx*archive.TileSize < in.x+in.width; tx++ {
			png, ok, err := tiles.Tile(in.zoom, uint32((tx%n+n)%n), uint32(ty))
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			var pix [archive.TilePixels]byte
			if err := archive.DecodeIndices(png, &pix); err != nil {
				return err
			}
			for i, index := range pix {
				x, y := tx*archive.TileSize+i%archive.TileSize-in.x, ty*archive.TileSize+i/archive.TileSize-in.y
				if x >= 0 && y >= 0 && x < in.width && y < in.height {
					in.index[y*in.width+x] = index
				}
			}
		}
	}
	return nil
}

// A meaning is what an index stands for: a colour, and the presences from least to most.
type meaning struct {
	colour      layers.RGBA
	least, most float64
}

// stands returns what each index stands for, and as that of index 0 the presences of what is too faint to be stored.
func stands(l *layers.Layer, kind layers.Kind, s layers.Scale, lo, hi float64) []meaning {
	steps := []float64{0}
	if kind == layers.Count {
		for _, v := range s.Values {
			if v < 1 {
				steps = append(steps, float64(v))
			}
		}
		steps = append(steps, 1)
	} else {
		for _, p := range s.Presence {
			steps = append(steps, float64(p))
		}
	}
	border := func(i int) float64 { // between a step and the next one
		switch {
		case i < 0:
			return 0
		case i == len(steps)-1:
			return 1
		case kind == layers.Count && i > 0:
			return math.Sqrt(steps[i] * steps[i+1]) // nearest in ratio
		}
		return (steps[i] + steps[i+1]) / 2
	}
	all := []meaning{{most: border(0)}}
	for p := range s.Presence {
		for v, value := range s.Values {
			step := p + 1
			if kind == layers.Count {
				step = min(v+1, len(steps)-1)
			}
			all = append(all, meaning{l.Ramp.At(l.Position(float64(value), lo, hi)), border(step - 1), border(step)})
		}
	}
	return all
}

// span lays the indices on the ground, but for a rim around them.
func (in *indices) span(means []meaning) *Span {
	out := &Span{Width: in.width - 2*rim, Height: in.height - 2*rim}
	for y := rim; y < in.height-rim; y++ {
		for x := rim; x < in.width-rim; x++ {
			least, most := Ground, Ground
			if index := in.index[y*in.width+x]; index != 0 {
				out.Lit++
				m := means[index]
				least, most = m.on(m.least), m.on(m.least)
				widen(&least, &most, m.on(m.most))
			} else {
				for dy := -rim; dy <= rim; dy++ {
					for dx := -rim; dx <= rim; dx++ {
						if beside := in.index[(y+dy)*in.width+x+dx]; beside != 0 {
							widen(&least, &most, means[beside].on(means[0].most))
						}
					}
				}
			}
			out.Least, out.Most = append(out.Least, least[:]...), append(out.Most, most[:]...)
		}
	}
	return out
}

// on returns the colour on the ground with a presence.
func (m meaning) on(presence float64) (rgb [3]byte) {
	a := float64(m.colour.A) / 255 * presence
	for k, c := range [3]uint8{m.colour.R, m.colour.G, m.colour.B} {
		rgb[k] = byte(math.Round(a*float64(c) + (1-a)*float64(Ground[k])))
	}
	return rgb
}

func widen(least, most *[3]byte, to [3]byte) {
	for k, v := range to {
		least[k], most[k] = min(least[k], v), max(most[k], v)
	}
}

// Tolerance is how far a channel may be off on the screen: colours are multiplied
// with their alpha in 8 bits on the way there.
const Tolerance = 3

// ComparePixels shows a layer around a place at a zoom and compares what is drawn
// with what the archive at path holds there.
func (t *Tab) ComparePixels(path, layer string, zoom uint8, lon, lat float64) (Difference, error) {
	return ComparePixels(t, path, layer, zoom, lon, lat)
}

// ComparePixels is Tab.ComparePixels in any browser.
func ComparePixels(page Page, path, layer string, zoom uint8, lon, lat float64) (Difference, error) {
	got, err := Pixels(page, layer, zoom, lon, lat)
	if err != nil {
		return Difference{}, err
	}
	want, err := got.Decoded(path, layer)
	if err != nil {
		return Difference{}, err
	}
	return compare(got, want, Tolerance), nil
}

// A Difference says how a picture compares with what it must lie between.
type Difference struct {
	// Lit is the number of pixels that have heat.
	Lit int
	// Off is the number of pixels of which a channel is off by more than Tolerance.
	Off int
	// Most is the farthest that a channel is off.
	Most int
}

func compare(got *Picture, want *Span, tolerance int) Difference {
	d := Difference{Lit: want.Lit}
	for i := range got.Width * got.Height {
		most := 0
		for k := range 3 {
			v := int(got.RGBA[4*i+k])
			most = max(most, int(want.Least[3*i+k])-v, v-int(want.Most[3*i+k]))
		}
		if most > tolerance {
			d.Off++
		}
		d.Most = max(d.Most, most)
	}
	return d
}

// mercator returns a place in units of the world's width, y to the south.
// Source: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
func mercator(lon, lat float64) (x, y float64) {
	return lon/360 + 0.5, 0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)
}

func unmercator(x, y float64) (lon, lat float64) {
	return (x - 0.5) * 360, math.Atan(math.Sinh((0.5-y)*2*math.Pi)) * 180 / math.Pi
}
