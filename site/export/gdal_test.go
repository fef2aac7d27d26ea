package export

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/generator"
)

// gdal returns the path of a program of GDAL. Without it the test is skipped, unless HEATMAPGEN_GDAL says that it
// must be there.
func gdal(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("HEATMAPGEN_GDAL") != "" {
			t.Fatalf("HEATMAPGEN_GDAL is set, but %s is not installed (Debian: gdal-bin)", program)
		}
		t.Skipf("%s is not installed (Debian: gdal-bin)", program)
	}
	return path
}

// translate makes GDAL write a part of a data set as PNG, and returns the file.
func translate(t *testing.T, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.png")
	cmd := exec.Command(gdal(t, "gdal_translate"), append(append([]string{"-q", "-of", "PNG"}, args...), out)...)
	cmd.Env = append(os.Environ(), "GDAL_PAM_ENABLED=NO", "GDAL_DEFAULT_WMS_CACHE_PATH="+t.TempDir())
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", cmd.Args, err, text)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// someTile returns a tile of a zoom, and the westernmost column and northernmost row there.
func someTile(t *testing.T, ts *Tileset, zoom uint8) (tile generator.SiteTile, west, north uint32) {
	t.Helper()
	west, north = 1<<zoom, 1<<zoom
	for tl, err := range ts.site.TilesAt(ts.field.ID, zoom, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if png, err := tl.Read(); err != nil {
			t.Fatal(err)
		} else if png != nil {
			tile, west, north = tl, min(west, tl.X), min(north, tl.Y)
		}
	}
	if west == 1<<zoom {
		t.Fatalf("no tile of zoom %d", zoom)
	}
	return tile, west, north
}

func TestGDALReadsMBTiles(t *testing.T) {
	info := gdal(t, "gdalinfo")
	for _, layer := range exportedLayers {
		ts := newTileset(t, layer, AllZooms, AllZooms)
		path := filepath.Join(t.TempDir(), "layer.mbtiles")
		if err := ts.WriteArchive(t.Context(), path, archive.MBTiles, nil); err != nil {
			t.Fatal(err)
		}
		text, err := exec.Command(info, path).CombinedOutput()
		if err != nil || !strings.Contains(string(text), "Driver: MBTiles/MBTiles") || !strings.Contains(string(text), "ZOOM_LEVEL=15") || strings.Contains(string(text), "Warning") {
			t.Errorf("gdalinfo: %v\n%s", err, text)
		}
		for _, zoom := range []uint8{15, 13} {
			tile, west, north := someTile(t, ts, zoom)
			got := translate(t, "-oo", "USE_BOUNDS=NO", "-oo", fmt.Sprintf("ZOOM_LEVEL=%d", zoom),
				"-srcwin", fmt.Sprint((tile.X-west)*256), fmt.Sprint((tile.Y-north)*256), "256", "256", path)
			if err := compare(got, want(t, ts.site, layer, zoom, tile.X, tile.Y)); err != nil {
				t.Errorf("%s %d/%d/%d: %v", layer, zoom, tile.X, tile.Y, err)
			}
		}
	}
}

// tileService is a data set of GDAL that reads tiles of the whole world from a URL.
func tileService(t *testing.T, url string, zoom uint8) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "service.xml")
	text := fmt.Sprintf(`<GDAL_WMS><Service name="TMS"><ServerUrl>%s/${z}/${x}/${y}.png</ServerUrl></Service><DataWindow>
		<UpperLeftX>-20037508.34</UpperLeftX><UpperLeftY>20037508.34</UpperLeftY><LowerRightX>20037508.34</LowerRightX><LowerRightY>-20037508.34</LowerRightY>
		<TileLevel>%d</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY><YOrigin>top</YOrigin></DataWindow>
		<Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX><BlockSizeY>256</BlockSizeY><BandsCount>4</BandsCount></GDAL_WMS>`, url, zoom)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// GDAL's own driver of PMTiles reads vector tiles only, so it reads an archive through the server of go-pmtiles.
func TestGDALReadsXYZAndServedPMTiles(t *testing.T) {
	gdal(t, "gdal_translate")
	ts := newTileset(t, "pace", AllZooms, AllZooms)
	dir := t.TempDir()
	if err := ts.WriteXYZ(t.Context(), filepath.Join(dir, "tiles"), nil); err != nil {
		t.Fatal(err)
	}
	if err := ts.WriteArchive(t.Context(), filepath.Join(dir, "pace.pmtiles"), archive.PMTiles, nil); err != nil {
		t.Fatal(err)
	}
	pm := pmtilesServer(t, dir)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { pm.ServeHTTP(w, r) }))
	defer server.Close()
	for _, url := range []string{"file://" + filepath.ToSlash(filepath.Join(dir, "tiles")), server.URL + "/pace"} {
		for _, zoom := range []uint8{15, 12} {
			tile, _, _ := someTile(t, ts, zoom)
			got := translate(t, "-srcwin", fmt.Sprint(tile.X*256), fmt.Sprint(tile.Y*256), "256", "256", tileService(t, url, zoom))
			if err := compare(got, want(t, ts.site, "pace", zoom, tile.X, tile.Y)); err != nil {
				t.Errorf("%s %d/%d/%d: %v", url, zoom, tile.X, tile.Y, err)
			}
		}
	}
}
