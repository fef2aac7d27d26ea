package serve

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/generator/config"
)

// deepest is the zoom down to which tiles are painted.
const deepest = 20

// deep and deepMBTiles are sites whose tiles are stored down to zoom 14.
var (
	deep        = sync.OnceValues(func() (string, error) { return buildTo(14, config.FormatPMTiles) })
	deepMBTiles = sync.OnceValues(func() (string, error) { return buildTo(14, config.FormatMBTiles) })
)

func deepSite(t *testing.T) string {
	t.Helper()
	dir, err := deep()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// indices returns the pixels of a tile of a field, nil where there is none.
func indices(t *testing.T, s *generator.Site, field string, p place) *[archive.TilePixels]byte {
	t.Helper()
	value, ok, err := s.Tile(field, p.z, p.x, p.y)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		return nil
	}
	pix := new([archive.TilePixels]byte)
	if err := archive.DecodeIndices(value, pix); err != nil {
		t.Fatal(err)
	}
	return pix
}

func (p place) path(layer string) string {
	return fmt.Sprintf("tiles/%s/%d/%d/%d.png", layer, p.z, p.x, p.y)
}

// within returns the tile of a deeper zoom that holds the middle of a pixel of a tile, and where in it that is, in pixels.
func (p place) within(pixel int, zoom uint8) (tile place, x, y int) {
	depth := zoom - p.z
	x = (int(p.x)*256+pixel%256)<<depth + 1<<depth/2
	y = (int(p.y)*256+pixel/256)<<depth + 1<<depth/2
	return place{zoom, uint32(x / 256), uint32(y / 256)}, x % 256, y % 256
}

// someLit returns places that are lit at the deepest stored zoom: tiles, and the pixel of each that shows most, of those in the middle of a tile of zoom 19.
func someLit(t *testing.T, s *generator.Site, field string, most int) (tiles []place, pixels []int) {
	t.Helper()
	for tile, err := range s.TilesAt(field, 14, nil) {
		if err != nil {
			t.Fatal(err)
		}
		p := place{14, tile.X, tile.Y}
		best := 0
		pix := indices(t, s, field, p)
		for i, v := range pix {
			if middle := i%8/2 == 1 && i/256%8/2 == 1; middle && v > pix[best] {
				best = i
			}
		}
		if tiles, pixels = append(tiles, p), append(pixels, best); len(tiles) == most {
			break
		}
	}
	return tiles, pixels
}

// TestDeepTilesShowWhatCoarserOnesShow: what shows at zoom 19 is where zoom 14 shows something, and what shows most there shows at zoom 19, too.
func TestDeepTilesShowWhatCoarserOnesShow(t *testing.T) {
	dir := deepSite(t)
	s := openArchive(t, dir)
	server := startBuilt(t, dir)
	for _, id := range []string{"all", "pace"} {
		layer, field := s.Layer(id)
		palette := field.Palette(layer, 19)
		tiles, pixels := someLit(t, s, field.ID, 6)
		for i, coarse := range tiles {
			p, x, y := coarse.within(pixels[i], 19)
			resp, body := get(t, "GET", server.URL()+p.path(id), nil)
			picture, err := png.Decode(strings.NewReader(body))
			if err != nil || resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "image/png" {
				t.Fatalf("%s: status %d, %v", p.path(id), resp.StatusCode, err)
			}
			value, near := indices(t, s, field.ID, p), false
			if value == nil {
				t.Fatalf("%s is empty, but %v is brightest there", p.path(id), coarse)
			}
			above := indices(t, s, field.ID, coarse)
			for k, index := range value {
				got := color.NRGBAModel.Convert(picture.At(k%256, k/256)).(color.NRGBA)
				want := color.NRGBA{palette[index][0], palette[index][1], palette[index][2], palette[index][3]}
				if got != want && (got.A > 0 || want.A > 0) {
					t.Fatalf("%s: pixel %d is %v, its index %d has %v", p.path(id), k, got, index, want)
				}
				if index == 0 {
					continue
				}
				// A pixel of zoom 14 is as wide as 32 of these, and what shows most there may be what two streets beside it have together.
				near = near || max(k%256-x, x-k%256, k/256-y, y-k/256) <= 80
				gx, gy := (int(p.x)*256+k%256)>>5-int(coarse.x)*256, (int(p.y)*256+k/256)>>5-int(coarse.y)*256
				if above[gy*256+gx] == 0 {
					t.Fatalf("%s shows something at %d, %d, where %v shows nothing", p.path(id), k%256, k/256, coarse)
				}
			}
			if !near {
				t.Errorf("%s shows nothing near %d, %d, where %v shows most", p.path(id), x, y, coarse)
			}
		}
	}
}

// TestDeepTilesOfMBTiles: both formats give the same tiles.
func TestDeepTilesOfMBTiles(t *testing.T) {
	other, err := deepMBTiles()
	if err != nil {
		t.Fatal(err)
	}
	dir := deepSite(t)
	s := openArchive(t, dir)
	a, b := startBuilt(t, dir), startBuilt(t, other)
	tiles, pixels := someLit(t, s, "visits", 1)
	for zoom := uint8(15); zoom <= deepest; zoom++ {
		p, _, _ := tiles[0].within(pixels[0], zoom)
		for i := range s.Meta.Layers {
			path := p.path(s.Meta.Layers[i].ID)
			_, want := get(t, "GET", a.URL()+path, nil)
			if resp, got := get(t, "GET", b.URL()+path, nil); resp.StatusCode != 200 || got != want {
				t.Errorf("/%s: status %d, %d bytes, not %d", path, resp.StatusCode, len(got), len(want))
			}
		}
	}
}

func TestDeepTilesAreAnnounced(t *testing.T) {
	server := startBuilt(t, deepSite(t))
	_, text := get(t, "GET", server.URL()+"tiles/pace.json", nil)
	var d struct{ MinZoom, MaxZoom int }
	if err := json.Unmarshal([]byte(text), &d); err != nil || d.MinZoom != 10 || d.MaxZoom != deepest {
		t.Errorf("%s: %v", text, err)
	}
	if _, page := get(t, "GET", server.URL()+"tiles/", nil); !strings.Contains(page, "tms[10,20]:http://") || !strings.Contains(page, "zooms 10 to 20") {
		t.Errorf("the page says %s", page)
	}
	resp, body := get(t, "GET", server.URL()+"tiles/pace/19/5/5.png", nil)
	if resp.StatusCode != 200 || body != string(emptyTile) {
		t.Errorf("where nothing is: status %d, %d bytes", resp.StatusCode, len(body))
	}
	if resp, _ := get(t, "GET", server.URL()+"tiles/pace/21/5/5.png", nil); resp.StatusCode != 404 {
		t.Errorf("beyond: status %d", resp.StatusCode)
	}
}

// TestManyClientsOfDeepTiles asks for the same and for other tiles at a time, more than are kept.
func TestManyClientsOfDeepTiles(t *testing.T) {
	dir := deepSite(t)
	s := openArchive(t, dir)
	server := startBuilt(t, dir)
	tiles, pixels := someLit(t, s, "visits", 8)
	want := map[string][]byte{}
	var paths []string
	for i, coarse := range tiles {
		for _, zoom := range []uint8{15, 17, 20} {
			for _, id := range []string{"all", "heartrate"} {
				layer, field := s.Layer(id)
				p, _, _ := coarse.within(pixels[i], zoom)
				picture := emptyTile
				if value, ok, err := s.Tile(field.ID, p.z, p.x, p.y); err != nil {
					t.Fatal(err)
				} else if ok {
					if picture, err = archive.Recolour(nil, value, field.Palette(layer, zoom)); err != nil {
						t.Fatal(err)
					}
				}
				paths = append(paths, p.path(id))
				want[p.path(id)] = picture
			}
		}
	}
	var clients sync.WaitGroup
	for seed := range uint64(24) {
		clients.Go(func() {
			for _, k := range rand.New(rand.NewPCG(seed, 1)).Perm(len(paths)) {
				resp, err := http.Get(server.URL() + paths[k])
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 || !bytes.Equal(got, want[paths[k]]) {
					t.Errorf("/%s: status %d, %d bytes, not %d: %v", paths[k], resp.StatusCode, len(got), len(want[paths[k]]), err)
				}
			}
		})
	}
	clients.Wait()
}

// TestDamagedLines: a tile that cannot be painted is an error that says what to do, and the stored ones go on.
func TestDamagedLines(t *testing.T) {
	whole := deepSite(t)
	s := openArchive(t, whole)
	tiles, pixels := someLit(t, s, "visits", 1)
	p, _, _ := tiles[0].within(pixels[0], 19)
	data, err := os.ReadFile(filepath.Join(whole, "heatmap.pmtiles"))
	if err != nil {
		t.Fatal(err)
	}
	// The blocks stand at the end of the set, behind its directories.
	at := int64(binary.LittleEndian.Uint64(data[56:])) + s.Meta.Lines.Offset
	set := data[at : at+s.Meta.Lines.Length]
	blocks := set[binary.LittleEndian.Uint64(set[56:]):]
	for i := range blocks {
		blocks[i] ^= 0x55
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "heatmap.pmtiles"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	server := startBuilt(t, dir)
	resp, body := get(t, "GET", server.URL()+p.path("all"), nil)
	if resp.StatusCode != 500 || !strings.HasPrefix(body, "This tile cannot be ") || !strings.Contains(body, "heatmapgen verify") {
		t.Errorf("status %d: %q", resp.StatusCode, body)
	}
	if resp, _ := get(t, "GET", server.URL()+tiles[0].path("all"), nil); resp.StatusCode != 200 {
		t.Errorf("a stored tile: status %d", resp.StatusCode)
	}
}
