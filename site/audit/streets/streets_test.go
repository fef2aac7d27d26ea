package streets

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/zlib"
	"google.golang.org/protobuf/encoding/protowire"

	"heatmapgen/activity"
)

// A testMap is nodes and the ways along them, to be written in either format.
type testMap struct {
	nodes []testNode
	ways  []testWay
}

type testNode struct {
	id       int64
	lat, lon float64
}

type testWay struct {
	id   int64
	refs []int64
	tags map[string]string
}

// town is some streets around 48.9, 8.4, and what is no street or elsewhere.
func town() *testMap {
	return &testMap{
		nodes: []testNode{
			{1, 48.9, 8.4}, {2, 48.901, 8.4}, {3, 48.9, 8.401}, {4, 48.9005, 8.4015},
			{1000, 48.9, 9.4}, {1001, 48.9, 9.401}, // far away
			{5, 48.8995, 8.3995},
		},
		ways: []testWay{
			{10, []int64{2, 1, 3}, map[string]string{"highway": "residential", "name": "Secret Lane"}},
			{11, []int64{3, 4}, map[string]string{"highway": "footway"}},
			{12, []int64{1, 4}, map[string]string{"highway": "motorway"}},
			{13, []int64{1, 4}, map[string]string{"waterway": "river"}},
			{14, []int64{1000, 1001}, map[string]string{"highway": "residential"}},
			{15, []int64{5, 1, 1000, 1001}, map[string]string{"highway": "primary"}}, // leaves
			{16, []int64{1, 5}, map[string]string{"highway": "service", "access": "no"}},
			{17, []int64{2, 5}, map[string]string{"highway": "trunk", "bicycle": "designated"}},
			{18, []int64{2, 5}, map[string]string{"highway": "trunk"}},
			{19, []int64{2, 5, 1, 2}, map[string]string{"highway": "pedestrian", "area": "yes"}},
		},
	}
}

// want is the streets of town around its middle.
func want() []Street {
	p := func(lat, lon int32) Point { return Point{lat, lon} }
	return []Street{
		{[]Point{p(489010000, 84000000), p(489000000, 84000000), p(489000000, 84010000)}, true},
		{[]Point{p(489000000, 84010000), p(489005000, 84015000)}, false},
		{[]Point{p(488995000, 83995000), p(489000000, 84000000)}, true},
		{[]Point{p(489010000, 84000000), p(488995000, 83995000)}, false},
	}
}

var boxes = []Box{{activity.LatLon{Lat: 48.9, Lon: 8.4}, 2000}}

func message(fields ...[]byte) []byte { return bytes.Join(fields, nil) }

func bytesField(n protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), content)
}

func numberField(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

func packedSigned(differences bool, values ...int64) []byte {
	var b []byte
	last := int64(0)
	for _, v := range values {
		if differences {
			v, last = v-last, v
		}
		b = protowire.AppendVarint(b, protowire.EncodeZigZag(v))
	}
	return b
}

// blob frames a block of a kind.
func blob(kind string, block []byte, pack bool) []byte {
	content := bytesField(1, block)
	if pack {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write(block)
		w.Close()
		content = message(numberField(2, uint64(len(block))), bytesField(3, z.Bytes()))
	}
	head := message(bytesField(1, []byte(kind)), numberField(3, uint64(len(content))))
	return message(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head, content)
}

// pbf returns the map as an extract: nodes packed densely or each by itself, ways before or after them.
func (m *testMap) pbf(dense, waysFirst, pack bool) []byte {
	const granularity, latOffset = 1000, 1_000_000
	lat := func(n testNode) int64 { return int64(n.lat*1e9+0.5-latOffset) / granularity }
	lon := func(n testNode) int64 { return int64(n.lon*1e9+0.5) / granularity }
	var group []byte
	if dense {
		var ids, lats, lons []int64
		for _, n := range m.nodes {
			ids, lats, lons = append(ids, n.id), append(lats, lat(n)), append(lons, lon(n))
		}
		group = bytesField(2, message(bytesField(1, packedSigned(true, ids...)), bytesField(8, packedSigned(true, lats...)), bytesField(9, packedSigned(true, lons...))))
	} else {
		for _, n := range m.nodes {
			group = append(group, bytesField(1, message(numberField(1, protowire.EncodeZigZag(n.id)),
				numberField(8, protowire.EncodeZigZag(lat(n))), numberField(9, protowire.EncodeZigZag(lon(n)))))...)
		}
	}
	nodes := message(bytesField(1, nil), bytesField(2, group), numberField(17, granularity), numberField(19, latOffset))
	table, index := bytesField(1, nil), map[string]uint64{}
	text := func(s string) uint64 {
		if _, ok := index[s]; !ok {
			index[s] = uint64(len(index) + 1)
			table = append(table, bytesField(1, []byte(s))...)
		}
		return index[s]
	}
	var ways []byte
	for _, w := range m.ways {
		var keys, values []byte
		for k, v := range w.tags {
			keys, values = protowire.AppendVarint(keys, text(k)), protowire.AppendVarint(values, text(v))
		}
		ways = append(ways, bytesField(3, message(numberField(1, uint64(w.id)), bytesField(2, keys), bytesField(3, values), bytesField(8, packedSigned(true, w.refs...))))...)
	}
	all := [][]byte{blob("OSMData", nodes, pack), blob("OSMData", message(bytesField(1, table), bytesField(2, ways)), pack)}
	if waysFirst {
		all[0], all[1] = all[1], all[0]
	}
	header := message(bytesField(4, []byte("OsmSchema-V0.6")), bytesField(4, []byte("DenseNodes")), bytesField(16, []byte("test")))
	return message(blob("OSMHeader", header, pack), all[0], blob("Unheard", []byte("of"), false), all[1])
}

func (m *testMap) geojson() string {
	at := map[int64]string{}
	for _, n := range m.nodes {
		at[n.id] = fmt.Sprintf("[%.7f,%.7f,120.5]", n.lon, n.lat)
	}
	var features []string
	for i, w := range m.ways {
		var line []string
		for _, id := range w.refs {
			line = append(line, at[id])
		}
		var tags []string
		for k, v := range w.tags {
			tags = append(tags, fmt.Sprintf("%q:%q", k, v))
		}
		geometry := fmt.Sprintf(`{"type":"LineString","coordinates":[%s]}`, strings.Join(line, ","))
		if i%2 == 1 {
			geometry = fmt.Sprintf(`{"type":"MultiLineString","coordinates":[[%s]]}`, strings.Join(line, ","))
		}
		features = append(features, fmt.Sprintf(`{"type":"Feature","id":%d,"properties":{"lanes":2,%s},"geometry":%s}`, w.id, strings.Join(tags, ","), geometry))
	}
	features = append(features, `{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[8.4,48.9]}}`, `{"type":"Feature","properties":{},"geometry":null}`)
	return `{"type":"FeatureCollection","name":"streets","features":[` + strings.Join(features, ",\n") + `],"bbox":[8,48,9,49]}`
}

// file writes a map and returns its path.
func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStreetsOfAnExtract(t *testing.T) {
	for i := range 8 {
		path := file(t, "town.osm.pbf", town().pbf(i&1 > 0, i&2 > 0, i&4 > 0))
		if got, err := Read(t.Context(), path, boxes); err != nil || !reflect.DeepEqual(got, want()) {
			t.Errorf("packing %d: %v, %v", i, got, err)
		}
	}
}

func TestStreetsOfGeoJSON(t *testing.T) {
	collection := town().geojson()
	for name, text := range map[string]string{"collection": collection, "with a mark": collection + "\n"} {
		if got, err := Read(t.Context(), file(t, "streets.geojson", []byte(text)), boxes); err != nil || !reflect.DeepEqual(got, want()) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	// Where nothing is said, every line is a street; one value after the other, and bare geometries.
	for _, text := range []string{
		`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[8.4,48.901],[8.4,48.9],[8.401,48.9]]}}`,
		`{"type":"LineString","coordinates":[[8.4,48.901],[8.4,48.9],[8.401,48.9]]}`,
		`{"type":"GeometryCollection","geometries":[{"coordinates":[[8.4,48.901],[8.4,48.9],[8.401,48.9]],"type":"LineString"}]}`,
		`{"geometry":{"type":"Point","coordinates":[8.4,48.9]},"type":"Feature"}` + "\n" + `{"geometry":{"coordinates":[[[8.4,48.901],[8.4,48.9],[8.401,48.9]]],"type":"MultiLineString"},"type":"Feature"}`,
	} {
		if got, err := Read(t.Context(), file(t, "a.geojson", []byte(text)), boxes); err != nil || !reflect.DeepEqual(got, want()[:1]) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// A box reaches across the antimeridian, and to nothing but what is near.
func TestBoxAcrossTheAntimeridian(t *testing.T) {
	text := `{"type":"MultiLineString","coordinates":[[[179.99,-16.8],[180,-16.8]],[[-180,-16.8],[-179.99,-16.8]],[[-179.9,-16.8],[-179.8,-16.8]],[[0,-16.8],[0.01,-16.8]]]}`
	got, err := Read(t.Context(), file(t, "fiji.geojson", []byte(text)), []Box{{activity.LatLon{Lat: -16.8, Lon: 179.999}, 3000}})
	if err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFaultsOfMaps(t *testing.T) {
	whole := town().pbf(true, false, true)
	for _, c := range []struct{ name, content, says string }{
		{"map.shp", "", "is no map that can be read"},
		{"empty.osm.pbf", "", "breaks off"},
		{"cut.osm.pbf", string(whole[:len(whole)-5]), "breaks off in the middle; fetch it anew"},
		{"text.osm.pbf", town().geojson(), "no OpenStreetMap extract in PBF"},
		{"odd.osm.pbf", string(blob("OSMHeader", bytesField(4, []byte("Sort\nof new")), true)) + string(whole), "needs \"Sort\\nof new\""},
		{"lz4.osm.pbf", string(message([]byte{0, 0, 0, 13}, bytesField(1, []byte("OSMHeader")), numberField(3, 5), bytesField(6, []byte("abc")))), "not packed with zlib"},
		{"empty.geojson", "", "breaks off"},
		{"cut.geojson", town().geojson()[:900], "breaks off in the middle"},
		{"list.geojson", "[1, 2]", "does not begin with an object"},
		{"word.geojson", "streets", "no JSON from byte"},
		{"points.geojson", `{"type":"Point","coordinates":[8.4,48.9]}`, "no LineString"},
		{"flat.geojson", `{"type":"LineString","coordinates":[[456123.5,5416789.1],[456130,5416800]]}`, "WGS 84"},
		{"short.geojson", `{"type":"LineString","coordinates":[[8],[9]]}`, "less than two numbers"},
		{"none.geojson", `{"type":"LineString","coordinates":"nowhere"}`, "no list of positions"},
		{"features.geojson", `{"type":"FeatureCollection","features":{}}`, "features are no list"},
		{"numbers.geojson", `{"type":"FeatureCollection","features":[7]}`, "a number in it"},
	} {
		_, err := Read(t.Context(), file(t, c.name, []byte(c.content)), boxes)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	var format *FormatError
	if _, err := Read(t.Context(), "map.shp", boxes); !errors.As(err, &format) {
		t.Errorf("of another format: %v", err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none.osm.pbf"), t.TempDir() + "/x.geojson"} {
		if _, err := Read(t.Context(), path, boxes); err == nil || !strings.Contains(err.Error(), "there is no such file") {
			t.Errorf("of no file: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, file(t, "town.osm.pbf", whole), boxes); !errors.Is(err, context.Canceled) {
		t.Errorf("when cancelled: %v", err)
	}
}

// A feature that would not end is not taken into memory whole.
func TestFeatureTooLarge(t *testing.T) {
	line := `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[8.4,48.901],[8.4,48.9]]}}`
	small := strings.Repeat(line+",", 3<<20/len(line))
	for note, says := range map[int]string{1 << 19: "", 3 << 20: "more than 1 MiB"} {
		text := `{"type":"FeatureCollection","features":[` + small + `{"type":"Feature","properties":{"note":"` + strings.Repeat("x", note) + `"},"geometry":null}]}`
		_, err := geoJSON(t.Context(), &allowance{r: strings.NewReader(text), most: 1 << 20}, near{boxes[0].bounds()})
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("a feature of %d bytes: %v", note, err)
		}
	}
}

// Whatever is damaged, there are streets or an error, and no panic.
func TestDamagedExtracts(t *testing.T) {
	n := near{boxes[0].bounds()}
	for _, pack := range []bool{false, true} {
		whole, failed := town().pbf(true, false, pack), 0
		for i := range whole {
			for _, flip := range []byte{0x01, 0x80, 0xff} {
				content := bytes.Clone(whole)
				content[i] ^= flip
				if _, err := readPBF(t.Context(), bytes.NewReader(content), n); err != nil {
					failed++
				}
			}
			if _, err := readPBF(t.Context(), bytes.NewReader(whole[:i]), n); err != nil {
				failed++
			}
		}
		if failed < len(whole) {
			t.Errorf("of %d damages %d were seen", 4*len(whole), failed)
		}
	}
}

func FuzzBlock(f *testing.F) {
	for i := range 4 {
		extract := bufio.NewReader(bytes.NewReader(town().pbf(i&1 > 0, i&2 > 0, false)))
		for {
			_, packed, err := nextBlob(extract, func(string) bool { return true })
			if err != nil {
				break
			}
			f.Add(packed)
		}
	}
	n := near{boxes[0].bounds()}
	f.Fuzz(func(t *testing.T, packed []byte) {
		block, err := unpack(packed)
		if err != nil {
			return
		}
		found, _, _ := nodesOf(block, n)
		nodes := map[int64]Point{1: {}, 2: {}}
		for _, x := range found {
			nodes[x.id] = x.at
		}
		waysOf(block, nodes)
	})
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(town().geojson())
	f.Add(`{"type":"LineString","coordinates":[[8.4,48.901],[8.4,48.9]]}`)
	n := near{boxes[0].bounds()}
	f.Fuzz(func(t *testing.T, content string) { readGeoJSON(t.Context(), strings.NewReader(content), n) })
}
