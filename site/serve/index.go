package serve

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"

	"heatmapgen/layers"
	"heatmapgen/site/legend"
)

//go:embed index.gohtml
var indexText string

//go:embed index.css
var indexStyle string

var indexTemplate = template.Must(template.New("index").Parse(indexText))

// indexPolicy lets the page about the tiles show our images in our style, and nothing else.
var indexPolicy = func() string {
	sum := sha256.Sum256([]byte(indexStyle))
	return "default-src 'none'; img-src 'self'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// An indexData is what the template sees.
type indexData struct {
	Title            string
	MinZoom, MaxZoom uint8
	Style            template.CSS
	Icon             string
	ListURL          string
	Origins          []string
	Layers           []indexLayer
}

// An indexLayer is a layer with what is pasted where.
type indexLayer struct {
	ID, Title, Description, Legend string
	Preview                        string
	Stops                          []indexStop
	JOSM, IDEditor, XYZ, TileJSON  string
}

// An indexStop is a stop of the ramp as SVG has it.
type indexStop struct {
	Offset, Color string
	Opacity       float64
}

func (s *site) indexPage(w http.ResponseWriter, r *http.Request, o *opened) {
	p := o.preview()
	data := indexData{
		Title: o.Title, MinZoom: o.Meta.MinZoom, MaxZoom: o.MaxZoom(), Style: template.CSS(indexStyle),
		ListURL: "http://" + r.Host + listPath, Origins: s.editors.Origins,
	}
	for i := range o.Meta.Layers {
		layer, field := o.Layer(o.Meta.Layers[i].ID)
		if layer == nil {
			continue
		}
		xyz := tileURL(r.Host, layer.ID)
		l := indexLayer{
			ID: layer.ID, Title: layer.Title, Description: layer.Description, Legend: ends(layer, field, legend.MannerOf(o.Meta)), Stops: stops(layer.Ramp),
			Preview:  fmt.Sprintf("%s%s/%d/%d/%d.png", tilesPath, layer.ID, p.z, p.x, p.y),
			JOSM:     fmt.Sprintf("tms[%d,%d]:http://%s%s%s/{zoom}/{x}/{y}.png", o.Meta.MinZoom, o.MaxZoom(), r.Host, tilesPath, layer.ID),
			XYZ:      xyz,
			TileJSON: "http://" + r.Host + tilesPath + layer.ID + ".json",
		}
		if s.editors.Token != "" {
			l.IDEditor = xyz + "?token=" + url.QueryEscape(s.editors.Token)
		}
		data.Layers = append(data.Layers, l)
	}
	if len(data.Layers) > 0 {
		data.Icon = data.Layers[0].Preview
	}
	var b bytes.Buffer
	if err := indexTemplate.Execute(&b, data); err != nil {
		http.Error(w, "This page cannot be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", indexPolicy)
	serveText(w, r, b.Bytes())
}

func stops(ramp layers.Ramp) []indexStop {
	all := make([]indexStop, len(ramp))
	for i, s := range ramp {
		c := s.Color
		all[i] = indexStop{fmt.Sprintf("%.2f%%", 100*s.T), fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B), float64(c.A) / 255}
	}
	return all
}
