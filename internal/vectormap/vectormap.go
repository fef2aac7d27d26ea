// Package vectormap makes up small vector maps for tests, of a town around a place: PMTiles archives and tiles as others make them, in either
// schema that the page draws. The libraries of others write them (go-pmtiles, orb), so that what reads them here is not judged by itself.
package vectormap

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/maptile/tilecover"
	"github.com/protomaps/go-pmtiles/pmtiles"
)

// The schemas.
const (
	Protomaps    = "protomaps"
	OpenMapTiles = "openmaptiles"
)

// A Map is one town.
type Map struct {
	// Schema is one of those above.
	Schema string
	// Lon and Lat are its middle, in degrees.
	Lon, Lat float64
	// MinZoom and MaxZoom are those of its tiles, and ReachDeg is how far they reach from the middle, in degrees.
	MinZoom, MaxZoom uint8
	ReachDeg         float64
	// Name is that of the town.
	Name string
	// Metadata are added to those of its archive.
	Metadata map[string]any
}

// feature makes one of the features of a layer.
func feature(g orb.Geometry, properties ...any) *geojson.Feature {
	f := geojson.NewFeature(g)
	for i := 0; i < len(properties); i += 2 {
		f.Properties[properties[i].(string)] = properties[i+1]
	}
	return f
}

// box returns the rectangle between two corners that are so many degrees from the middle.
func (m *Map) box(west, south, east, north float64) orb.Polygon {
	return orb.Bound{Min: m.at(west, south), Max: m.at(east, north)}.ToPolygon()
}

func (m *Map) at(east, north float64) orb.Point { return orb.Point{m.Lon + east, m.Lat + north} }

// layers returns all that there is, in degrees: a lake in the west, a park in the east, a road and a street across each other, a house, a border in the north, and
// the town in the middle.
func (m *Map) layers() map[string]*geojson.FeatureCollection {
	r := m.ReachDeg
	lake, park, house := m.box(-r, -r, -r/4, r), m.box(r/4, -r, r, r), m.box(0.001, 0.001, 0.003, 0.002)
	road, street := orb.LineString{m.at(-r, 0), m.at(r, 0)}, orb.LineString{m.at(0, -r), m.at(0, r)}
	border := orb.LineString{m.at(-r, r/2), m.at(r, r/2)}
	all := map[string][]*geojson.Feature{}
	add := func(layer string, f *geojson.Feature) { all[layer] = append(all[layer], f) }
	if m.Schema == OpenMapTiles {
		add("water", feature(lake, "class", "lake"))
		add("landcover", feature(park, "class", "wood"))
		add("transportation", feature(road, "class", "primary"))
		add("transportation", feature(street, "class", "minor"))
		add("transportation_name", feature(street, "class", "minor", "name", "Long Street"))
		add("building", feature(house))
		add("boundary", feature(border, "admin_level", 2))
		add("place", feature(m.at(0, 0), "class", "city", "rank", 3, "name", m.Name))
	} else {
		add("earth", feature(m.box(-r, -r, r, r), "kind", "earth"))
		add("water", feature(lake, "kind", "lake"))
		add("landuse", feature(park, "kind", "forest"))
		add("roads", feature(road, "kind", "major_road", "kind_detail", "primary", "name", "High Road"))
		add("roads", feature(street, "kind", "minor_road", "kind_detail", "residential", "name", "Long Street"))
		add("buildings", feature(house, "kind", "building"))
		add("boundaries", feature(border, "kind", "country", "kind_detail", 2))
		add("places", feature(m.at(0, 0), "kind", "locality", "kind_detail", "city", "name", m.Name, "population_rank", 10, "min_zoom", 3))
	}
	layers := map[string]*geojson.FeatureCollection{}
	for name, features := range all {
		layers[name] = &geojson.FeatureCollection{Features: features}
	}
	return layers
}

// Tile returns a tile, gzipped, with what is in its layers as it is at every zoom; nil where the map has none.
func (m *Map) Tile(z uint8, x, y uint32) ([]byte, error) {
	tile := maptile.New(x, y, maptile.Zoom(z))
	if z < m.MinZoom || z > m.MaxZoom || !tile.Bound().Intersects(m.bound()) {
		return nil, nil
	}
	layers := mvt.NewLayers(m.layers())
	layers.ProjectToTile(tile)
	layers.Clip(mvt.MapboxGLDefaultExtentBound)
	slices.SortFunc(layers, func(a, b *mvt.Layer) int { return strings.Compare(a.Name, b.Name) })
	for _, l := range layers {
		l.Version = 2
	}
	return mvt.MarshalGzipped(layers)
}

func (m *Map) bound() orb.Bound {
	return orb.Bound{Min: m.at(-m.ReachDeg, -m.ReachDeg), Max: m.at(m.ReachDeg, m.ReachDeg)}
}

// Write writes the map as the PMTiles archive path.
func (m *Map) Write(path string) error {
	var ids []uint64
	for z := m.MinZoom; z <= m.MaxZoom; z++ {
		for t := range tilecover.Bound(m.bound(), maptile.Zoom(z)) {
			ids = append(ids, pmtiles.ZxyToID(z, t.X, t.Y))
		}
	}
	slices.Sort(ids)
	var entries []pmtiles.EntryV3
	var tiles []byte
	for _, id := range ids {
		tile, err := m.Tile(pmtiles.IDToZxy(id))
		if err != nil {
			return err
		}
		entries = append(entries, pmtiles.EntryV3{TileID: id, Offset: uint64(len(tiles)), Length: uint32(len(tile)), RunLength: 1})
		tiles = append(tiles, tile...)
	}
	var vectorLayers []map[string]any
	for _, name := range slices.Sorted(maps.Keys(m.layers())) {
		vectorLayers = append(vectorLayers, map[string]any{"id": name, "fields": map[string]string{}})
	}
	metadata := map[string]any{"name": "A town", "vector_layers": vectorLayers}
	maps.Copy(metadata, m.Metadata)
	text, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	return m.write(path, entries, text, tiles)
}

func (m *Map) write(path string, entries []pmtiles.EntryV3, metadata, tiles []byte) error {
	root := pmtiles.SerializeEntries(entries, pmtiles.NoCompression)
	b, n := m.bound(), uint64(len(entries))
	e7 := func(degrees float64) int32 { return int32(degrees * 1e7) }
	h := pmtiles.HeaderV3{
		SpecVersion: 3, RootOffset: pmtiles.HeaderV3LenBytes, RootLength: uint64(len(root)), MetadataLength: uint64(len(metadata)), TileDataLength: uint64(len(tiles)),
		AddressedTilesCount: n, TileEntriesCount: n, TileContentsCount: n, Clustered: true,
		InternalCompression: pmtiles.NoCompression, TileCompression: pmtiles.Gzip, TileType: pmtiles.Mvt, MinZoom: m.MinZoom, MaxZoom: m.MaxZoom,
		MinLonE7: e7(b.Min[0]), MinLatE7: e7(b.Min[1]), MaxLonE7: e7(b.Max[0]), MaxLatE7: e7(b.Max[1]), CenterZoom: m.MaxZoom, CenterLonE7: e7(m.Lon), CenterLatE7: e7(m.Lat),
	}
	h.MetadataOffset = h.RootOffset + h.RootLength
	h.LeafDirectoryOffset = h.MetadataOffset + h.MetadataLength
	h.TileDataOffset = h.LeafDirectoryOffset
	return os.WriteFile(path, slices.Concat(pmtiles.SerializeHeader(h), root, metadata, tiles), 0o644)
}
