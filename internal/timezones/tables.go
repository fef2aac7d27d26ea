package timezones

import (
	"fmt"
	"math"

	"github.com/tidwall/geojson/geometry"
	"github.com/twpayne/go-polyline"
	"google.golang.org/protobuf/encoding/protowire"
)

// A squareTable has tiles of Web Mercator that lie in one zone as a whole.
type squareTable struct {
	minZoom, maxZoom uint64
	names            map[square]string
}

// A square is a tile's zoom, column and row in 8, 28 and 28 bits: one number is hashed sooner than three.
type square uint64

func squareOf(zoom, x, y uint64) square { return square(zoom<<56 | x<<28 | y) }

// bytesOfSquare is what a square takes in the table, on the average.
const bytesOfSquare = 23

// maxSquareZoom bounds the zooms; those of the table go down to 13.
const maxSquareZoom = 24

// at returns the name of the zone of the largest tile around a position in degrees, "" where there is none.
func (t *squareTable) at(lat, lon float64) string {
	for zoom := t.minZoom; zoom <= t.maxZoom; zoom++ {
		if name, ok := t.names[squareAt(lat, lon, zoom)]; ok {
			return name
		}
	}
	return ""
}

// squareAt returns the tile of a position in degrees (https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames).
func squareAt(lat, lon float64, zoom uint64) square {
	const maxLat = 85.0511
	sin := math.Sin(min(max(lat, -maxLat), maxLat) * math.Pi / 180)
	tiles := math.Exp2(float64(zoom))
	y := (0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)) * tiles
	return squareOf(zoom, uint64(max((lon/360+0.5)*tiles, 0)), uint64(min(max(y, 0), tiles-1)))
}

// parseSquares reads a PreindexTimezones.
func parseSquares(data []byte) (*squareTable, error) {
	t := &squareTable{names: make(map[square]string, len(data)/bytesOfSquare)}
	name := "" // of the last square: those of a zone follow each other
	err := eachField(data, func(field protowire.Number, bytes []byte, number uint64) error {
		switch field {
		case 1: // idx_zoom
			t.maxZoom = number
		case 2: // agg_zoom
			t.minZoom = number
		case 3: // keys
			var zoom, x, y uint64
			var zone []byte
			err := eachField(bytes, func(field protowire.Number, bytes []byte, number uint64) error {
				switch field {
				case 1:
					zone = bytes
				case 2:
					x = number
				case 3:
					y = number
				case 4:
					zoom = number
				}
				return nil
			})
			if name != string(zone) {
				name = string(zone)
			}
			s := squareOf(zoom, x, y)
			if _, ok := t.names[s]; !ok { // of two, the first
				t.names[s] = name
			}
			return err
		}
		return nil
	})
	if err == nil && (t.minZoom > t.maxZoom || t.maxZoom > maxSquareZoom) {
		err = fmt.Errorf("it has squares of the zooms %d to %d", t.minZoom, t.maxZoom)
	}
	return t, err
}

// A border is what a zone covers.
type border struct {
	name  string
	polys []*geometry.Poly // x is the longitude, y the latitude, in degrees
}

// within returns the name of the first zone that covers a position in degrees, "" where none does.
func within(borders []border, lat, lon float64) string {
	for i := range borders {
		for _, p := range borders[i].polys {
			if p.ContainsPoint(geometry.Point{X: lon, Y: lat}) {
				return borders[i].name
			}
		}
	}
	return ""
}

// parseBorders reads a CompressedTimezones.
func parseBorders(data []byte) (borders []border, err error) {
	err = eachField(data, func(field protowire.Number, bytes []byte, number uint64) error {
		switch {
		case field == 1 && number != 1: // method
			return fmt.Errorf("the method %d of compression is unknown", number)
		case field == 2: // timezones
			b, err := parseBorder(bytes)
			borders = append(borders, b)
			return err
		}
		return nil
	})
	return borders, err
}

// parseBorder reads a CompressedTimezone.
func parseBorder(data []byte) (b border, err error) {
	err = eachField(data, func(field protowire.Number, bytes []byte, _ uint64) error {
		switch field {
		case 1: // data
			outline, holes, err := parseRing(bytes)
			if err != nil {
				return err
			}
			// An index would take longer to make than what is asked of it.
			b.polys = append(b.polys, geometry.NewPoly(outline, holes, &geometry.IndexOptions{Kind: geometry.None}))
		case 2: // name
			b.name = string(bytes)
		}
		return nil
	})
	return b, err
}

// parseRing reads a CompressedPolygon: a ring, and rings of their own within it.
func parseRing(data []byte) (points []geometry.Point, holes [][]geometry.Point, err error) {
	err = eachField(data, func(field protowire.Number, bytes []byte, _ uint64) error {
		switch field {
		case 1: // points: longitude and latitude by turns, with five decimals
			codec := polyline.Codec{Dim: 2, Scale: 1e5}
			flat, _, err := codec.DecodeFlatCoords(nil, bytes)
			if err != nil {
				return err
			}
			points = make([]geometry.Point, len(flat)/2)
			for i := range points {
				points[i] = geometry.Point{X: float64(float32(flat[2*i])), Y: float64(float32(flat[2*i+1]))}
			}
		case 2: // holes
			hole, _, err := parseRing(bytes)
			holes = append(holes, hole)
			return err
		}
		return nil
	})
	return points, holes, err
}

// eachField calls f with each field of a message: with the bytes of a text or message, or with a number.
func eachField(message []byte, f func(field protowire.Number, bytes []byte, number uint64) error) error {
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return protowire.ParseError(n)
		}
		message = message[n:]
		var bytes []byte
		var number uint64
		switch kind {
		case protowire.BytesType:
			bytes, n = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(message)
		default:
			n = protowire.ConsumeFieldValue(field, kind, message)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(field, bytes, number); err != nil {
			return err
		}
		message = message[n:]
	}
	return nil
}
