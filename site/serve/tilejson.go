package serve

import (
	"fmt"
	"html"
	"math"

	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/site/legend"
)

// A tileJSON describes the tiles of a layer as TileJSON 3.0.0 has it. Attribution and legend may be taken
// for HTML, so they are escaped; name and description are plain text.
type tileJSON struct {
	TileJSON    string     `json:"tilejson"`
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Attribution string     `json:"attribution"`
	Legend      string     `json:"legend,omitempty"`
	Scheme      string     `json:"scheme"`
	Tiles       []string   `json:"tiles"`
	MinZoom     uint8      `json:"minzoom"`
	MaxZoom     uint8      `json:"maxzoom"`
	Bounds      [4]float64 `json:"bounds"`
	Center      [3]float64 `json:"center"`
}

// describe returns the description of a layer for clients that came by the address host.
func describe(o *opened, layer *layers.Layer, field *generator.FieldMetadata, host string) tileJSON {
	bounds := simpleBounds(o.Meta.Bounds)
	p := o.preview()
	return tileJSON{
		TileJSON: "3.0.0", ID: layer.ID,
		Name: o.Title + ": " + layer.Title, Description: layer.Description,
		Attribution: html.EscapeString(o.Title), Legend: html.EscapeString(ends(layer, field, legend.MannerOf(o.Meta))),
		Scheme: "xyz", Tiles: []string{tileURL(host, layer.ID)},
		MinZoom: o.Meta.MinZoom, MaxZoom: o.MaxZoom(),
		Bounds: bounds, Center: [3]float64{(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, float64(p.z)},
	}
}

// describeAll returns the descriptions of all layers, in the order of the page.
func describeAll(o *opened, host string) []tileJSON {
	all := make([]tileJSON, 0, len(o.Meta.Layers))
	for i := range o.Meta.Layers {
		if layer, field := o.Layer(o.Meta.Layers[i].ID); layer != nil {
			all = append(all, describe(o, layer, field, host))
		}
	}
	return all
}

// tileURL returns the address of a layer's tiles.
func tileURL(host, layer string) string {
	return "http://" + host + tilesPath + layer + "/{z}/{x}/{y}.png"
}

// simpleBounds returns bounds that do not cross the antimeridian: where the data do, the whole way around.
func simpleBounds(b [4]float64) [4]float64 {
	if b[2] > 180 {
		b[0], b[2] = -180, 180
	}
	return b
}

// ends says from which value to which the colours go, at the finest zoom; "" for a layer that shows nothing. rides
// tells that speeds are to be told in km/h.
func ends(layer *layers.Layer, field *generator.FieldMetadata, manner legend.Manner) string {
	if len(field.Zooms) == 0 {
		return ""
	}
	z := field.Zooms[len(field.Zooms)-1]
	lo := z.Lo
	if layer.From != nil {
		lo = *layer.From
	}
	from, to := legend.End(layer, lo, manner), legend.End(layer, z.Hi, manner)
	if from == "" {
		from = "standing"
	}
	return fmt.Sprintf("%s to %s at zoom %d", from, to, z.Zoom)
}

// previewPx is how large all data are at the zoom of the preview, at least.
const previewPx = 1024

// previewPlace returns where the tile is that shows the most, at a zoom that shows much.
func previewPlace(s *generator.Site) place {
	m := s.Meta
	width := (m.Bounds[2] - m.Bounds[0]) / 360
	height := (m.Bounds[3] - m.Bounds[1]) / 360 / math.Cos((m.Bounds[1]+m.Bounds[3])/2*math.Pi/180)
	z := m.MinZoom
	for z < m.MaxZoom && max(width, height)*256*math.Exp2(float64(z)) < previewPx {
		z++
	}
	best, most := place{z: z}, 0
	if len(m.Fields) == 0 {
		return best
	}
	for t, err := range s.Tiles(m.Fields[0].ID) {
		if err != nil || t.Zoom > z {
			break
		}
		if t.Zoom < z {
			continue
		}
		if png, err := t.Read(); err == nil && len(png) > most {
			best, most = place{t.Zoom, t.X, t.Y}, len(png)
		}
	}
	return best
}
