package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"time"

	"heatmapgen/archive"
	"heatmapgen/layers"
)

const (
	// tilesPath is where the page about the tiles is, and what everything else begins with.
	tilesPath = "/tiles/"
	// listPath is where the list of all descriptions is.
	listPath = "/tiles.json"
)

// emptyTile is the tile where there is nothing: a transparent picture. No answer without a picture would do.
// Browsers tell iD of an error when an image has no content, whereupon it shows a piece of a coarser
// tile; and JOSM takes 404 for a zoom that there is not, and writes so across the tile.
var emptyTile = func() []byte {
	var b bytes.Buffer
	err := png.Encode(&b, image.NewPaletted(image.Rect(0, 0, archive.TileSize, archive.TileSize), color.Palette{color.NRGBA{}}))
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}()

// tile answers with what the path names: a tile, the description of a layer, or the list of them.
func (s *site) tile(w http.ResponseWriter, r *http.Request, o *opened) {
	if r.URL.Path == listPath {
		s.json(w, r, describeAll(o, r.Host))
		return
	}
	name := strings.TrimPrefix(r.URL.Path, tilesPath)
	if id, ok := strings.CutSuffix(name, ".json"); ok {
		if layer, field := o.Layer(id); layer != nil {
			s.json(w, r, describe(o, layer, field, r.Host))
			return
		}
	} else if id, where, ok := strings.Cut(name, "/"); ok {
		if layer, _ := o.Layer(id); layer != nil {
			s.picture(w, r, o, layer, where)
			return
		}
	}
	http.Error(w, "There is no such layer; "+tilesPath+" lists those that there are.", http.StatusNotFound)
}

// json answers with a description.
func (s *site) json(w http.ResponseWriter, r *http.Request, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "This layer cannot be described.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	serveText(w, r, text)
}

// serveText answers with a text that is made for the request. Its version is its content, as it tells the address
// that the client came by.
func serveText(w http.ResponseWriter, r *http.Request, text []byte) {
	version := fmt.Sprintf("%x", sha256.Sum256(text))[:16]
	serveContent(w, r, version, time.Time{}, bytes.NewReader(text), true)
}

// picture answers with the tile of a layer at the place where, written z/x/y.png.
func (s *site) picture(w http.ResponseWriter, r *http.Request, o *opened, layer *layers.Layer, where string) {
	p, ok := parsePlace(where)
	if !ok {
		http.Error(w, fmt.Sprintf("This is no tile; it must look like %s%s/12/2139/1420.png.", tilesPath, layer.ID), http.StatusNotFound)
		return
	}
	if p.z < o.Meta.MinZoom || p.z > o.MaxZoom() {
		// Not an empty tile: this makes editors enlarge the finest that there are.
		http.Error(w, fmt.Sprintf("There are tiles of the zooms %d to %d only.", o.Meta.MinZoom, o.MaxZoom()), http.StatusNotFound)
		return
	}
	picture, err := o.colouredTile(layer, p)
	if err != nil {
		http.Error(w, "This tile cannot be read; \"heatmapgen verify\" tells what is wrong with the archive.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	serveContent(w, r, o.version+"-"+layer.ID, o.modified(), bytes.NewReader(picture), false)
}

// colouredTile returns the PNG file of a tile in the colours of a layer. One that is not stored is painted from the lines.
func (o *opened) colouredTile(layer *layers.Layer, p place) ([]byte, error) {
	_, field := o.Layer(layer.ID)
	value, ok, err := o.Tile(field.ID, p.z, p.x, p.y)
	if err != nil {
		return nil, err
	}
	if !ok {
		return emptyTile, nil
	}
	return archive.Recolour(nil, value, field.Palette(layer, p.z))
}

// A place is where a tile lies.
type place struct {
	z    uint8
	x, y uint32
}

// parsePlace reads z/x/y.png. Every tile has one name: there are no signs, spaces or leading zeros.
func parsePlace(s string) (place, bool) {
	s, ok := strings.CutSuffix(s, ".png")
	parts := strings.Split(s, "/")
	if !ok || len(parts) != 3 {
		return place{}, false
	}
	var n [3]uint64
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 31)
		if err != nil || strconv.FormatUint(v, 10) != part {
			return place{}, false
		}
		n[i] = v
	}
	if n[0] > archive.MaxZoom || n[1]>>n[0] != 0 || n[2]>>n[0] != 0 {
		return place{}, false
	}
	return place{uint8(n[0]), uint32(n[1]), uint32(n[2])}, true
}
