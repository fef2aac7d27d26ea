package generator

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/layers/squares"
)

// A takenApart is an archive taken apart, to be changed and put together again as heatmapgen would: what it is made of is
// in order, and only what it says is another.
type takenApart struct {
	t      *testing.T
	format archive.Format
	heat   map[string]any // the metadata of heatmapgen
	all    *envelope      // the rest of the metadata
	fields []string
	tiles  []map[tilePlace][]byte // PNG files, by field
	blocks map[tilePlace][]byte
	// squares are the blocks of squares.
	squares map[tilePlace][]byte
	// knowing has the sum of the metadata made anew, and the counts of tiles and blocks, as a tool that knows of it would; summing that of the
	// blocks, too.
	knowing, summing bool
}

type tilePlace struct {
	z    uint8
	x, y uint32
}

func takeApart(t *testing.T, path string) *takenApart {
	t.Helper()
	s, err := OpenSite(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := &takenApart{t: t, format: s.Format(), all: s.all}
	var all map[string]any
	if err := json.Unmarshal(s.text, &all); err != nil {
		t.Fatal(err)
	}
	a.heat = all["heatmapgen"].(map[string]any)
	for i := range s.Meta.Fields {
		id := s.Meta.Fields[i].ID
		tiles := map[tilePlace][]byte{}
		for tile, err := range s.Tiles(id) {
			if err != nil {
				t.Fatal(err)
			}
			if tiles[tilePlace{tile.Zoom, tile.X, tile.Y}], err = tile.Read(); err != nil {
				t.Fatal(err)
			}
		}
		a.fields, a.tiles = append(a.fields, id), append(a.tiles, tiles)
	}
	a.blocks, a.squares = blocksOf(t, s), allOf(t, s.squareBlocks)
	return a
}

// put writes the archive into the file path.
func (a *takenApart) put(path string) {
	a.t.Helper()
	w, err := archive.Create(path, len(a.fields), archive.Options{Format: a.format, FieldIDs: a.fields, BlockSets: []string{LinesID, SquaresID}})
	if err != nil {
		a.t.Fatal(err)
	}
	defer w.Abort()
	for i, tiles := range a.tiles {
		for _, k := range slices.SortedFunc(maps.Keys(tiles), func(p, q tilePlace) int { return strings.Compare(fmt.Sprint(p), fmt.Sprint(q)) }) {
			if err := w.AddPNG(i, k.z, k.x, k.y, tiles[k]); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	for set, blocks := range []map[tilePlace][]byte{a.blocks, a.squares} {
		for k, data := range blocks {
			if err := w.AddBlock(set, k.z, k.x, k.y, data); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	contents := a.all.contents([]string{LinesID, SquaresID})
	contents.Palette = nil
	contents.Metadata = func(l *archive.Layout) ([]byte, error) {
		fields := a.heat["fields"].([]any)
		for i, f := range fields {
			f := f.(map[string]any)
			delete(f, "offset")
			delete(f, "length")
			delete(f, "table")
			at := l.Fields[i].Place
			switch {
			case at.Table != "":
				f["table"] = at.Table
			case at.Length > 0:
				f["offset"], f["length"] = at.Offset, at.Length
			}
			if a.knowing {
				old := map[uint8]map[string]any{}
				for _, z := range f["zooms"].([]any) {
					z := z.(map[string]any)
					old[uint8(z["zoom"].(float64))] = z
				}
				zooms, painted := []any{}, []any{}
				for _, z := range f["zooms"].([]any) {
					if z.(map[string]any)["tiles"] == 0. {
						painted = append(painted, z)
					}
				}
				for _, z := range l.Fields[i].Zooms {
					o := old[z.Zoom]
					if o == nil {
						o = map[string]any{"zoom": z.Zoom, "lo": 0., "hi": 1.}
					}
					o["tiles"], o["bytes"] = z.Tiles, z.Bytes
					zooms = append(zooms, o)
				}
				f["zooms"] = append(zooms, painted...)
			}
		}
		for i, name := range []string{LinesID, SquaresID} {
			told, ok := a.heat[name].(map[string]any)
			if !ok {
				continue
			}
			set := &l.Blocks[i]
			if a.format == archive.PMTiles {
				told["offset"], told["length"] = set.Offset, set.Length
			}
			if a.knowing {
				told["zooms"] = ofZooms(set.Zooms)
			}
			if a.summing {
				a.digest()[name] = set.Sum
			}
		}
		text, err := json.Marshal(map[string]any{"name": a.all.Name, "description": a.all.Description, "attribution": a.all.Attribution,
			"type": a.all.Type, "version": a.all.Version, "heatmapgen": a.heat})
		if err != nil || !a.knowing {
			return text, err
		}
		sum, err := metadataSum(text)
		if err != nil {
			return nil, err
		}
		a.digest()["metadata"] = sum
		return json.Marshal(map[string]any{"name": a.all.Name, "description": a.all.Description, "attribution": a.all.Attribution,
			"type": a.all.Type, "version": a.all.Version, "heatmapgen": a.heat})
	}
	if _, err := w.Finish(context.Background(), *contents); err != nil {
		a.t.Fatal(err)
	}
}

func (a *takenApart) activities() map[string]any { return a.heat["activities"].(map[string]any) }
func (a *takenApart) digest() map[string]any     { return a.heat["digest"].(map[string]any) }
func (a *takenApart) field(i int) map[string]any { return a.heat["fields"].([]any)[i].(map[string]any) }
func (a *takenApart) zoom(i, k int) map[string]any {
	return a.field(i)["zooms"].([]any)[k].(map[string]any)
}

// some returns the places of n tiles of a field, those with most in them first.
func (a *takenApart) some(field, n int) []tilePlace {
	keys := slices.SortedFunc(maps.Keys(a.tiles[field]), func(p, q tilePlace) int {
		if d := len(a.tiles[field][q]) - len(a.tiles[field][p]); d != 0 {
			return d
		}
		return strings.Compare(fmt.Sprint(p), fmt.Sprint(q))
	})
	return keys[:n]
}

// repaint changes the indices of a tile.
func (a *takenApart) repaint(field int, k tilePlace, paint func(pix *[archive.TilePixels]byte)) {
	a.t.Helper()
	var pix [archive.TilePixels]byte
	png := a.tiles[field][k]
	if err := archive.DecodeIndices(png, &pix); err != nil {
		a.t.Fatal(err)
	}
	paint(&pix)
	var encoder archive.TileEncoder
	idat, top := encoder.Encode(nil, &pix)
	if field > 0 {
		a.tiles[field][k] = archive.GreyPNG(nil, idat)
		return
	}
	a.tiles[field][k] = archive.PalettedPNG(nil, idat, a.all.Heatmapgen.palette(k.z)[:int(top)+1])
}

// A tampering changes what an archive says and leaves it in order otherwise.
type tampering struct {
	name string
	want string // in some finding; "" for none at all
	with func(a *takenApart)
}

var tamperings = []tampering{
	{"nothing", "", func(*takenApart) {}},
	{"nothing, by a tool that knows of the digest", "", func(a *takenApart) { a.knowing = true }},

	{"all days lost", "7 different days, but lists 0", func(a *takenApart) { a.activities()["day"] = []int{0, 0, 0, 0, 0, 0, 0} }},
	{"all days lost, knowing", "7 different days, but lists 0", func(a *takenApart) {
		a.activities()["day"] = []int{0, 0, 0, 0, 0, 0, 0}
		a.knowing = true
	}},
	{"the column of days empty", "has 0 days, but 7 in the column sport", func(a *takenApart) { a.activities()["day"] = []int{} }},
	{"the column of days gone", "has 0 days, but 7 in the column sport", func(a *takenApart) { delete(a.activities(), "day") }},
	{"a column gone", "7 days, but 0 in the column ascent_m", func(a *takenApart) { delete(a.activities(), "ascent_m") }},
	{"a column too short", "7 days, but 6 in the column distance_m", func(a *takenApart) {
		c := a.activities()["distance_m"].([]any)
		a.activities()["distance_m"] = c[:6]
	}},
	{"all columns lost", "written with 7 activities, but lists 0", func(a *takenApart) { a.heat["activities"] = map[string]any{} }},
	{"all columns lost, knowing", "written with 7 activities, but lists 0", func(a *takenApart) {
		a.heat["activities"] = map[string]any{}
		a.knowing = true
	}},
	{"an activity less", "written with 7 activities, but lists 6", func(a *takenApart) {
		for _, name := range []string{"day", "sport", "distance_m", "moving_s", "ascent_m"} {
			a.activities()[name] = a.activities()[name].([]any)[1:]
		}
		a.knowing = true
	}},
	{"another day", "the metadata are not those", func(a *takenApart) { a.activities()["day"].([]any)[3] = 19000 }},
	{"another distance", "the metadata are not those", func(a *takenApart) { a.activities()["distance_m"].([]any)[0] = 1 }},
	{"distances blank", "the metadata are not those", func(a *takenApart) { a.activities()["distance_m"] = make([]int, 7) }},
	{"a sport that is none", "there are 1 sports", func(a *takenApart) { a.activities()["sport"].([]any)[0] = 1 }},
	{"another name of the sport", "the metadata are not those", func(a *takenApart) { a.activities()["sports"] = []string{"Ride"} }},
	{"names that were not published", "the metadata are not those", func(a *takenApart) { a.activities()["name"] = []string{"a", "b", "c", "d", "e", "f", "g"} }},
	{"too few names", "7 days, but 1 name", func(a *takenApart) { a.activities()["name"] = []string{"a"} }},

	{"another range", "the metadata are not those", func(a *takenApart) { a.zoom(1, 0)["lo"] = 0.5 }},
	{"another range of the default field", "its palette shows the index", func(a *takenApart) {
		a.zoom(0, 1)["hi"] = 1000.
		a.knowing = true
	}},
	{"another scale", "the metadata are not those", func(a *takenApart) { a.field(1)["scale"].(map[string]any)["values"].([]any)[5] = 2.5 }},
	{"another unit", "the metadata are not those", func(a *takenApart) { a.field(1)["unit"] = "km/h" }},
	{"another ramp", "the metadata are not those", func(a *takenApart) {
		a.heat["layers"].([]any)[2].(map[string]any)["ramp"].([]any)[0].([]any)[1] = "#123456ff"
	}},
	{"a layer gone", "the metadata are not those", func(a *takenApart) { a.heat["layers"] = a.heat["layers"].([]any)[:5] }},
	{"another as_of", "the metadata are not those", func(a *takenApart) { a.heat["as_of"] = "2020-01-01" }},
	{"other bounds", "the metadata are not those", func(a *takenApart) { a.heat["bounds"].([]any)[0] = 5. }},
	{"other bounds, knowing", "bounds", func(a *takenApart) {
		a.heat["bounds"].([]any)[0] = 5.
		a.knowing = true
	}},
	{"another zoom to begin with", "the metadata are not those", func(a *takenApart) { a.heat["min_zoom"] = 5 }},
	{"a key that is not known", "the metadata are not those", func(a *takenApart) { a.heat["more"] = true }},
	{"another title", "the metadata are not those", func(a *takenApart) { a.all.Name = "Mine" }},
	{"another description", "the metadata are not those", func(a *takenApart) { a.all.Description = "A heatmap of 9 activities" }},
	{"another attribution", "the metadata are not those", func(a *takenApart) { a.all.Attribution = "me" }},
	{"another digest of the metadata", "the metadata are not those", func(a *takenApart) { a.digest()["metadata"] = strings.Repeat("0", 64) }},
	{"the sum of a field gone from the digest", "pace: its tiles are not those", func(a *takenApart) { delete(a.digest()["tiles"].(map[string]any), "pace") }},

	{"a tile missing", "the metadata tell of", func(a *takenApart) { delete(a.tiles[0], a.some(0, 1)[0]) }},
	{"a tile missing, knowing", "visits: its tiles are not those", func(a *takenApart) {
		delete(a.tiles[0], a.some(0, 1)[0])
		a.knowing = true
	}},
	{"a tile of a further field missing, knowing", "direction: its tiles are not those", func(a *takenApart) {
		delete(a.tiles[4], a.some(4, 1)[0])
		a.knowing = true
	}},
	{"a zoom missing, knowing", "pace: its tiles are not those", func(a *takenApart) {
		maps.DeleteFunc(a.tiles[1], func(k tilePlace, _ []byte) bool { return k.z == 13 })
		a.knowing = true
	}},
	{"a field without tiles, knowing", "pace: its tiles are not those", func(a *takenApart) {
		clear(a.tiles[1])
		a.knowing = true
	}},
	{"a tile too many, knowing", "pace: its tiles are not those", func(a *takenApart) {
		a.tiles[1][tilePlace{13, 0, 0}] = a.tiles[1][a.some(1, 1)[0]]
		a.knowing = true
	}},
	{"two tiles swapped, knowing", "pace: its tiles are not those", func(a *takenApart) {
		k := a.some(1, 2)
		a.tiles[1][k[0]], a.tiles[1][k[1]] = a.tiles[1][k[1]], a.tiles[1][k[0]]
		a.knowing = true
	}},
	{"two tiles swapped in the default field, knowing", "visits: its tiles are not those", func(a *takenApart) {
		k := a.some(0, len(a.tiles[0]))
		for i := range k {
			if k[i].z == k[0].z && i > 0 {
				a.tiles[0][k[0]], a.tiles[0][k[i]] = a.tiles[0][k[i]], a.tiles[0][k[0]]
				break
			}
		}
		a.knowing = true
	}},
	{"a tile in another place, knowing", "pace: its tiles are not those", func(a *takenApart) {
		k := a.some(1, 1)[0]
		png := a.tiles[1][k]
		delete(a.tiles[1], k)
		k.x++
		for a.tiles[1][k] != nil {
			k.x++
		}
		a.tiles[1][k] = png
		a.knowing = true
	}},
	{"zooms swapped, knowing", "recency: its tiles are not those", func(a *takenApart) {
		var of12, of13 tilePlace
		for _, k := range a.some(6, len(a.tiles[6])) {
			if k.z == 12 {
				of12 = k
			} else if k.z == 13 {
				of13 = k
			}
		}
		a.tiles[6][of12], a.tiles[6][of13] = a.tiles[6][of13], a.tiles[6][of12]
		a.knowing = true
	}},
	{"a tile of another field, knowing", "steepness: its tiles are not those", func(a *takenApart) {
		k := a.some(1, 1)[0]
		a.tiles[1][k], a.tiles[3][k] = a.tiles[3][k], a.tiles[1][k]
		a.knowing = true
	}},
	{"two fields swapped, knowing", "fresh12: its tiles are not those", func(a *takenApart) {
		a.tiles[7], a.tiles[8] = a.tiles[8], a.tiles[7]
		a.tiles[6], a.tiles[7] = a.tiles[7], a.tiles[6]
		a.knowing = true
	}},
	{"one pixel, knowing", "visits: its tiles are not those", func(a *takenApart) {
		a.repaint(0, a.some(0, 1)[0], func(pix *[archive.TilePixels]byte) { pix[777] ^= 1 })
		a.knowing = true
	}},
	{"one pixel of a further field, knowing", "hills: its tiles are not those", func(a *takenApart) {
		a.repaint(5, a.some(5, 1)[0], func(pix *[archive.TilePixels]byte) { pix[777] ^= 1 })
		a.knowing = true
	}},
	{"all tiles of a field blank, knowing", "pace: its tiles are not those", func(a *takenApart) {
		for k := range a.tiles[1] {
			a.repaint(1, k, func(pix *[archive.TilePixels]byte) { clear(pix[:]) })
		}
		a.knowing = true
	}},
	{"other colours, knowing", "its palette shows the index", func(a *takenApart) {
		k := a.some(0, 1)[0]
		idat, top, err := archive.TileData(a.tiles[0][k])
		if err != nil {
			a.t.Fatal(err)
		}
		colours := slices.Clone(a.all.Heatmapgen.palette(k.z)[:int(top)+1])
		colours[len(colours)-1][1] ^= 0x40
		a.tiles[0][k] = archive.PalettedPNG(nil, idat, colours)
		a.knowing = true
	}},
	{"too many colours, knowing", "its palette has", func(a *takenApart) {
		k := a.some(0, 1)[0]
		idat, top, err := archive.TileData(a.tiles[0][k])
		if err != nil {
			a.t.Fatal(err)
		}
		a.tiles[0][k] = archive.PalettedPNG(nil, idat, a.all.Heatmapgen.palette(k.z)[:int(top)+2])
		a.knowing = true
	}},

	{"other lines, knowing", "lines: its blocks are not those", func(a *takenApart) {
		a.blocks = lineBlocks(a.t, 7)
		a.knowing = true
	}},
	{"a block missing", "the metadata tell of", func(a *takenApart) { delete(a.blocks, a.someBlock()) }},
	{"a block missing, knowing", "lines: its blocks are not those", func(a *takenApart) {
		delete(a.blocks, a.someBlock())
		a.knowing = true
	}},
	{"a block in another place, knowing", "lines: its blocks are not those", func(a *takenApart) {
		k := a.someBlock()
		data := a.blocks[k]
		delete(a.blocks, k)
		k.y -= 7
		a.blocks[k] = data
		a.knowing = true
	}},
	{"another sum of the lines", "lines: its blocks are not those", func(a *takenApart) { a.digest()["lines"] = strings.Repeat("0", 32) }},
	{"another zoom that lines are painted to", "the metadata are not those", func(a *takenApart) { a.heat["lines"].(map[string]any)["max_zoom"] = 18 }},
	{"another range of a zoom that is painted", "the metadata are not those", func(a *takenApart) {
		zooms := a.field(0)["zooms"].([]any)
		zooms[len(zooms)-1].(map[string]any)["hi"] = 99.
	}},
	{"a block of squares missing, knowing", "squares: its blocks are not those", func(a *takenApart) {
		delete(a.squares, a.someSquares())
		a.knowing = true
	}},
	{"small squares missing, all knowing", "are not those around its squares", func(a *takenApart) {
		k := a.someSquares()
		var packed [][]byte
		for _, codes := range a.squaresOf(squares.Small) {
			packed = append(packed, squares.Pack(codes[1:]))
		}
		if err := squares.Gather(packed, func(b squares.Block) error {
			if at := (tilePlace{b.Zoom, b.X, b.Y}); at == k {
				a.squares[k] = b.Data
			}
			return nil
		}); err != nil {
			a.t.Fatal(err)
		}
		a.knowing, a.summing = true, true
	}},
	{"squares of other activities, all knowing", "the squares are damaged", func(a *takenApart) {
		all := make([][]byte, len(a.squaresOf(squares.Small))+1)
		all[len(all)-1] = squares.Pack([]squares.Code{5})
		if err := squares.Gather(all, func(b squares.Block) error {
			a.squares[tilePlace{b.Zoom, b.X, b.Y}] = b.Data
			return nil
		}); err != nil {
			a.t.Fatal(err)
		}
		a.knowing, a.summing = true, true
	}},
	{"no squares, knowing", "squares: its blocks are not those", func(a *takenApart) {
		a.squares = nil
		delete(a.heat, "squares")
		a.knowing = true
	}},
	{"no lines, knowing", "lines: its blocks are not those", func(a *takenApart) {
		a.blocks = nil
		delete(a.heat, "lines")
		a.knowing = true
	}},
}

// someSquares returns the place of a block of small squares.
func (a *takenApart) someSquares() tilePlace {
	return slices.MaxFunc(slices.Collect(maps.Keys(a.squares)), func(p, q tilePlace) int { return int(p.z) - int(q.z) })
}

// squaresOf returns the squares of a zoom by activity.
func (a *takenApart) squaresOf(zoom uint8) [][]squares.Code {
	var contents []*squares.Content
	for k, data := range a.squares {
		c, err := squares.Decode(data, k.z, k.x, k.y)
		if err != nil {
			a.t.Fatal(err)
		}
		contents = append(contents, c)
	}
	all, err := squares.Assemble(contents, zoom, len(a.all.Heatmapgen.Activities.Day))
	if err != nil {
		a.t.Fatal(err)
	}
	return all
}

// someBlock returns the place of the greatest block.
func (a *takenApart) someBlock() tilePlace {
	return slices.MaxFunc(slices.SortedFunc(maps.Keys(a.blocks), func(p, q tilePlace) int { return strings.Compare(fmt.Sprint(p), fmt.Sprint(q)) }),
		func(p, q tilePlace) int { return len(a.blocks[p]) - len(a.blocks[q]) })
}

// bothFormats builds a small site and returns its archive in both formats.
func bothFormats(t *testing.T) map[archive.Format]string {
	t.Helper()
	s := newSite(t)
	s.fill()
	s.cfg.Render.TileZoom = 13
	s.mustBuild(2)
	paths := map[archive.Format]string{archive.PMTiles: filepath.Join(s.dir, "a.pmtiles"), archive.MBTiles: filepath.Join(s.dir, "a.mbtiles")}
	s.write(paths[archive.PMTiles], s.archive())
	if err := Convert(context.Background(), paths[archive.PMTiles], paths[archive.MBTiles], Options{}); err != nil {
		t.Fatal(err)
	}
	return paths
}

// check compares what verify finds with what it should.
func checkFindings(t *testing.T, path, want string) {
	t.Helper()
	findings, notes, err := VerifyWithNotes(context.Background(), path, judge.PMTiles)
	if err != nil {
		t.Fatal(err)
	}
	found := strings.Join(findings, "\n")
	if want == "" && found != "" || !strings.Contains(found, want) {
		t.Errorf("verify finds %q, want %q", found, want)
	}
	if len(notes) > 0 {
		t.Errorf("verify notes %q", notes)
	}
}

// TestVerifyKnowsTheContent takes archives apart, changes one thing and puts them together again: what comes out is in
// order, and verify must find it all the same.
func TestVerifyKnowsTheContent(t *testing.T) {
	paths := bothFormats(t)
	for _, format := range []archive.Format{archive.PMTiles, archive.MBTiles} {
		for _, tt := range tamperings {
			t.Run(string(format)+"/"+tt.name, func(t *testing.T) {
				a := takeApart(t, paths[format])
				tt.with(a)
				path := filepath.Join(t.TempDir(), "b."+string(format))
				a.put(path)
				checkFindings(t, path, tt.want)
			})
		}
	}
}
