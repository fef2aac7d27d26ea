package streets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxFeature bounds one feature of GeoJSON, in bytes: all of it is in memory at once.
const maxFeature = 64 << 20

// An allowance is a reader that gives so much and no more until it is renewed.
type allowance struct {
	r          io.Reader
	most, left int
}

func (a *allowance) renew() { a.left = a.most }

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, fmt.Errorf("a feature in it has more than %d MiB", a.most>>20)
	}
	n, err := a.r.Read(p[:min(len(p), a.left)])
	a.left -= n
	return n, err
}

// A feature is a feature of GeoJSON (RFC 7946), or a bare geometry.
type feature struct {
	Type        string                     `json:"type"`
	Geometry    *geometry                  `json:"geometry"`
	Properties  map[string]json.RawMessage `json:"properties"`
	Coordinates json.RawMessage            `json:"coordinates"`
	Geometries  []geometry                 `json:"geometries"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []geometry      `json:"geometries"`
}

// A geoReader gathers the streets of GeoJSON.
type geoReader struct {
	near   near
	points int
	lines  bool // there were lines, here or elsewhere
	// named are the lines that the map calls streets; unnamed those of which it says nothing. Where it calls some so, the others are
	// rivers and railways.
	named, unnamed []Street
	calls          bool
}

// readGeoJSON reads a FeatureCollection, a feature, a geometry, or several of these one after the other.
func readGeoJSON(ctx context.Context, f io.ReadSeeker, n near) ([]Street, error) {
	return geoJSON(ctx, &allowance{r: buffered(f), most: maxFeature}, n)
}

func geoJSON(ctx context.Context, in *allowance, n near) ([]Street, error) {
	dec := json.NewDecoder(in)
	g := &geoReader{near: n}
	for values := 0; ; values++ {
		err := g.value(ctx, dec, in)
		if errors.Is(err, io.EOF) && values > 0 {
			break
		}
		if err != nil {
			return nil, jsonFault(err)
		}
	}
	if !g.lines {
		return nil, errors.New("there are no streets in it: no LineString or MultiLineString")
	}
	if g.calls {
		return g.named, nil
	}
	return g.unnamed, nil
}

func jsonFault(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON from byte %d on", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("it is no GeoJSON: there is a %s in it where none can be", kind.Value)
	}
	return err
}

// value reads one value of the top level: io.EOF where there is none.
func (g *geoReader) value(ctx context.Context, dec *json.Decoder, in *allowance) error {
	in.renew()
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return errors.New("it is no GeoJSON: it does not begin with an object")
	}
	rest := map[string]json.RawMessage{}
	for dec.More() {
		in.renew()
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key != "features" {
			var v json.RawMessage
			if err := dec.Decode(&v); err != nil {
				return err
			}
			if name, _ := key.(string); name == "type" || name == "geometry" || name == "properties" || name == "coordinates" || name == "geometries" {
				rest[name] = v
			}
			continue
		}
		if t, err := dec.Token(); err != nil || t != json.Delim('[') {
			return errors.Join(err, errors.New("it is no GeoJSON: its features are no list"))
		}
		for dec.More() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			in.renew()
			var one feature
			if err := dec.Decode(&one); err != nil {
				return err
			}
			if err := g.feature(&one); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	text, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	var one feature
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}
	return g.feature(&one)
}

// feature adds the lines of a feature.
func (g *geoReader) feature(f *feature) error {
	var t tags
	for key, raw := range f.Properties {
		var value string
		if json.Unmarshal(raw, &value) == nil {
			t.set(key, value)
		}
	}
	if f.Geometry == nil {
		// A bare geometry.
		return g.geometry(&geometry{f.Type, f.Coordinates, f.Geometries}, &t)
	}
	return g.geometry(f.Geometry, &t)
}

func (g *geoReader) geometry(geo *geometry, t *tags) error {
	var all [][][]float64
	switch geo.Type {
	case "LineString":
		all = make([][][]float64, 1)
		if err := json.Unmarshal(geo.Coordinates, &all[0]); err != nil {
			return errors.New("it is no GeoJSON: a LineString has no list of positions")
		}
	case "MultiLineString":
		if err := json.Unmarshal(geo.Coordinates, &all); err != nil {
			return errors.New("it is no GeoJSON: a MultiLineString has no lists of positions")
		}
	case "GeometryCollection":
		for i := range geo.Geometries {
			if err := g.geometry(&geo.Geometries[i], t); err != nil {
				return err
			}
		}
	}
	for _, line := range all {
		if err := g.line(line, t); err != nil {
			return err
		}
	}
	return nil
}

func (g *geoReader) line(line [][]float64, t *tags) error {
	points := make([]Point, len(line))
	for i, at := range line {
		if len(at) < 2 {
			return errors.New("it is no GeoJSON: a position has less than two numbers")
		}
		var ok bool
		if points[i], ok = pointAt(at[1], at[0]); !ok {
			return errors.New("a position in it is not in degrees; write it anew in WGS 84 (EPSG:4326)")
		}
	}
	g.lines = true
	into, homes := &g.unnamed, true
	if t.highway != "" {
		g.calls = true
		var ok bool
		if ok, homes = t.street(); !ok {
			return nil
		}
		into = &g.named
	}
	*into = cut(*into, points, func(i int) bool {
		in := g.near.has(points[i])
		if in {
			g.points++
		}
		return in
	}, homes)
	if g.points > maxPoints {
		return errTooMany
	}
	return nil
}
