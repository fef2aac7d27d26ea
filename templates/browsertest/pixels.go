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
	size, err := Await[[2]int](t, "(() => { const c = heatmapgen.map.getCanvas(); return [c.width, c.height]; })()")
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
	encoded, err := Await[string](t, fmt.Sprintf(`(async () => {
		const { map } = heatmapgen;
		const press = (name, value) => document.querySelector('input[name=' + name + '][value="' + value + '"]').click();
		press("basemap", "none");
		press("layer", %q);
		const opacity = document.getElementById("opacity");
		opacity.value = 100;
		opacity.dispatchEvent(new Event("input"));
		map.setLayoutProperty("coast", "visibility", "none");
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

// Decoded returns the picture that the archive at path holds at the place and zoom
// of p: its tiles decoded, coloured by package layers and laid on the ground.
func (p *Picture) Decoded(path, layerID string) (*Picture, error) {
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
	var palette [][4]uint8
	tiles := r
	for _, l := range meta.Heatmapgen.Layers {
		if l.ID != layerID {
			continue
		}
		for _, f := range meta.Heatmapgen.Fields {
			if f.ID != l.Field {
				continue
			}
			if f.Length > 0 {
				if tiles, err = r.Inner(archive.Section{Offset: f.Offset, Length: f.Length}); err != nil {
					return nil, err
				}
			}
			for _, z := range f.Zooms {
				if z.Zoom == p.Zoom {
					palette = l.Palette(f.Kind, f.Scale, z.Lo, z.Hi)
				}
			}
		}
	}
	if palette == nil {
		return nil, fmt.Errorf("%s has no layer %s at zoom %d", path, layerID, p.Zoom)
	}
	out := &Picture{Width: p.Width, Height: p.Height, Zoom: p.Zoom, X: p.X, Y: p.Y, RGBA: make([]byte, len(p.RGBA))}
	for i := 0; i < len(out.RGBA); i += 4 {
		copy(out.RGBA[i:], Ground[:])
		out.RGBA[i+3] = 255
	}
	for ty := p.Y / archive.TileSize; ty*archive.TileSize < p.Y+p.Height; ty++ {
		for tx := int(math.Floor(float64(p.X) / archive.TileSize)); tx*archive.TileSize < p.X+p.Width; tx++ {
			if err := out.lay(tiles, palette, tx, ty); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// lay draws one tile, whose column may lie beyond the antimeridian.
func (p *Picture) lay(tiles *archive.Reader, palette [][4]uint8, tx, ty int) error {
	n := 1 << p.Zoom
	png, ok, err := tiles.Tile(p.Zoom, uint32((tx%n+n)%n), uint32(ty))
	if err != nil || !ok {
		return err
	}
	var pix [archive.TilePixels]byte
	if err := archive.DecodeIndices(png, &pix); err != nil {
		return err
	}
	for i, index := range pix {
		x, y := tx*archive.TileSize+i%archive.TileSize-p.X, ty*archive.TileSize+i/archive.TileSize-p.Y
		if index == 0 || x < 0 || y < 0 || x >= p.Width || y >= p.Height {
			continue
		}
		c := palette[index]
		at := 4 * (y*p.Width + x)
		a := float64(c[3]) / 255
		for k := range 3 {
			p.RGBA[at+k] = byte(math.Round(a*float64(c[k]) + (1-a)*float64(Ground[k])))
		}
	}
	return nil
}

// Tolerance is how far a channel may be off on the screen: colours are multiplied
// with their alpha in 8 bits on the way there.
const Tolerance = 3

// ComparePixels shows a layer around a place at a zoom and compares what is drawn
// with what the archive at path holds there.
func (t *Tab) ComparePixels(path, layer string, zoom uint8, lon, lat float64) (Difference, error) {
	got, err := t.Pixels(layer, zoom, lon, lat)
	if err != nil {
		return Difference{}, err
	}
	want, err := got.Decoded(path, layer)
	if err != nil {
		return Difference{}, err
	}
	return compare(got, want, Tolerance)
}

// A Difference says how two pictures compare.
type Difference struct {
	// Lit is the number of pixels of the second picture that differ from the ground.
	Lit int
	// Off is the number of pixels of which a channel differs by more than Tolerance.
	Off int
	// Most is the largest difference of a channel.
	Most int
}

// compare compares two pictures of one size.
func compare(got, want *Picture, tolerance int) (Difference, error) {
	var d Difference
	if got.Width != want.Width || got.Height != want.Height || len(got.RGBA) != len(want.RGBA) {
		return d, fmt.Errorf("pictures of %dx%d and %dx%d", got.Width, got.Height, want.Width, want.Height)
	}
	for i := 0; i < len(want.RGBA); i += 4 {
		if [3]byte(want.RGBA[i:i+3]) != Ground {
			d.Lit++
		}
		most := 0
		for k := range 3 {
			diff := int(got.RGBA[i+k]) - int(want.RGBA[i+k])
			most = max(most, diff, -diff)
		}
		if most > tolerance {
			d.Off++
		}
		d.Most = max(d.Most, most)
	}
	return d, nil
}

// mercator returns a place in units of the world's width, y to the south.
// Source: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
func mercator(lon, lat float64) (x, y float64) {
	return lon/360 + 0.5, 0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)
}

func unmercator(x, y float64) (lon, lat float64) {
	return (x - 0.5) * 360, math.Atan(math.Sinh((0.5-y)*2*math.Pi)) * 180 / math.Pi
}
