package generator

import (
	"bytes"
	"context"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/internal/message"
	"heatmapgen/internal/vectormap"
	"heatmapgen/templates"
)

// withMap gives a site a map of a town that reaches far beyond its heat, as a basemap, and returns the path of the map.
func (s *site) withMap(id, area string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, "extract.pmtiles")
	town := &vectormap.Map{Schema: vectormap.Protomaps, Lon: 9.3, Lat: 48.2, ReachDeg: 0.7, MinZoom: 2, MaxZoom: 13, Name: "Town", Metadata: map[string]any{
		"attribution": "them", "generator_options": "tippecanoe -o /home/ann/extract.pmtiles",
	}}
	if err := town.Write(path); err != nil {
		s.t.Fatal(err)
	}
	s.cfg.Page.Basemaps = []config.Basemap{{ID: id, Title: "Mine", PMTiles: path, Area: area, MaxZoom: 24}}
	return path
}

// page returns the page of the site.
func (s *site) page() []byte {
	s.t.Helper()
	page, err := readPage(s.cfg.Output)
	if err != nil {
		s.t.Fatal(err)
	}
	return page
}

// entriesOf lists the tiles of an archive.
func entriesOf(t *testing.T, path string) []archive.Entry {
	t.Helper()
	r, err := archive.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all []archive.Entry
	for e, err := range r.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// TestBasemapAroundTheHeat holds what is copied of a map to the tiles of the heat, one by one.
func TestBasemapAroundTheHeat(t *testing.T) {
	s := newSite(t)
	s.fill()
	extract := s.withMap("area", config.AreaHeat)
	s.mustBuild(2)
	name := BasemapFile("area")
	holdsOnly(t, s.cfg.Output, name, ArchiveName, PageName)
	path := filepath.Join(s.cfg.Output, name)
	if findings := judge.PMTiles(path); len(findings) > 0 {
		t.Error(findings)
	}
	version, err := fileHash(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := templates.BasemapAddresses(s.page()); !slices.Equal(got, []string{archiveAddress(name, version)}) {
		t.Errorf("the page names %q", got)
	}
	if !bytes.Contains(s.page(), []byte(`"schema":"protomaps"`)) || !bytes.Contains(s.page(), []byte(`"max_zoom":13`)) {
		t.Error("the page does not know what kind of map it is")
	}

	hot := map[[3]uint32]bool{}
	for _, e := range entriesOf(t, filepath.Join(s.cfg.Output, ArchiveName)) {
		hot[[3]uint32{uint32(e.Zoom), e.X, e.Y}] = true
	}
	least := entriesOf(t, filepath.Join(s.cfg.Output, ArchiveName))[0].Zoom
	near := func(e archive.Entry) bool {
		for at := range hot {
			z, x, y := uint8(at[0]), at[1], at[2]
			if z < e.Zoom || z > e.Zoom && e.Zoom >= least {
				continue
			}
			x, y = x>>(z-e.Zoom), y>>(z-e.Zoom)
			if max(x, e.X)-min(x, e.X) <= 1 && max(y, e.Y)-min(y, e.Y) <= 1 {
				return true
			}
		}
		return false
	}
	kept := map[uint64]bool{}
	for _, e := range entriesOf(t, path) {
		kept[e.TileID] = true
		if !near(e) {
			t.Errorf("tile %d/%d/%d is far from all heat", e.Zoom, e.X, e.Y)
		}
	}
	far := 0
	for _, e := range entriesOf(t, extract) {
		if is := near(e); is != kept[e.TileID] {
			t.Errorf("tile %d/%d/%d: near %v, kept %v", e.Zoom, e.X, e.Y, is, kept[e.TileID])
		} else if !is {
			far++
		}
	}
	if far < 100 || len(kept) < 50 {
		t.Errorf("%d tiles are kept, %d not", len(kept), far)
	}

	m, err := archive.OpenMap(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	text, err := m.Metadata()
	if err != nil || !bytes.Contains(text, []byte(`"vector_layers"`)) || !bytes.Contains(text, []byte(`"them"`)) || bytes.Contains(text, []byte("ann")) {
		t.Errorf("metadata %s, %v", text, err)
	}
	if findings, err := Verify(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), judge.PMTiles); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// TestBasemapsComeAndGo changes what the configuration has of them, by builds and by pages.
func TestBasemapsComeAndGo(t *testing.T) {
	s := newSite(t)
	s.fill()
	extract := s.withMap("a", config.AreaHeat)
	s.mustBuild(2)
	around, _ := fileHash(filepath.Join(s.cfg.Output, BasemapFile("a")))
	s.mustBuild(2)
	if again, _ := fileHash(filepath.Join(s.cfg.Output, BasemapFile("a"))); again != around {
		t.Error("another build copies other bytes")
	}
	s.cfg.Page.Basemaps[0].Area, s.cfg.Page.Basemaps[0].ID = config.AreaWhole, "b"
	if err := HTML(context.Background(), s.cfg, Options{}); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, s.cfg.Output, BasemapFile("b"), ArchiveName, PageName)
	if got, want := len(entriesOf(t, filepath.Join(s.cfg.Output, BasemapFile("b")))), len(entriesOf(t, extract)); got != want {
		t.Errorf("%d tiles of all %d", got, want)
	}
	s.cfg.Page.Basemaps[0].MaxZoom = 9
	if err := HTML(context.Background(), s.cfg, Options{}); err != nil {
		t.Fatal(err)
	}
	if all := entriesOf(t, filepath.Join(s.cfg.Output, BasemapFile("b"))); all[len(all)-1].Zoom != 9 {
		t.Errorf("the deepest tile is of zoom %d", all[len(all)-1].Zoom)
	}
	// What somebody else put there stays, whatever it is called.
	other := filepath.Join(s.cfg.Output, BasemapFile("c"))
	if err := os.WriteFile(other, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.cfg.Output, BasemapFile("b")), []byte("cut off"), 0o644); err != nil {
		t.Fatal(err)
	}
	findings, err := Verify(context.Background(), filepath.Join(s.cfg.Output, ArchiveName), nil)
	if err != nil || len(findings) != 1 || !strings.Contains(findings[0], "is not the one that the page means") {
		t.Error(findings, err)
	}
	s.cfg.Page.Basemaps = nil
	r := s.mustBuild(2)
	holdsOnly(t, s.cfg.Output, BasemapFile("c"), ArchiveName, PageName)
	if notes := strings.Join(message.Texts(r.Notes), "\n"); !strings.Contains(notes, BasemapFile("b")+", which the page does not use any more, was removed.") {
		t.Errorf("the report says %q", notes)
	}
}

// TestBasemapIsTheSameInEitherFormat has the same part of a map beside an archive of either format.
func TestBasemapIsTheSameInEitherFormat(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.withMap("a", config.AreaHeat)
	var versions []string
	for _, format := range []string{config.FormatPMTiles, config.FormatMBTiles} {
		s.cfg.Format = format
		s.mustBuild(2)
		holdsOnly(t, s.cfg.Output, BasemapFile("a"), ArchiveFile(s.cfg), PageName)
		version, err := fileHash(filepath.Join(s.cfg.Output, BasemapFile("a")))
		if err != nil {
			t.Fatal(err)
		}
		versions = append(versions, version)
	}
	if versions[0] != versions[1] {
		t.Error("the parts differ")
	}
}

// TestBasemapThatCannotBe ends a build before it begins, by the line of the map.
func TestBasemapThatCannotBe(t *testing.T) {
	s := newSite(t)
	s.fill()
	write := func(name string, m *vectormap.Map) {
		if err := m.Write(filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("far.pmtiles", &vectormap.Map{Schema: vectormap.Protomaps, Lon: -60, Lat: -20, ReachDeg: 0.1, MinZoom: 8, MaxZoom: 9})
	write("odd.pmtiles", &vectormap.Map{Schema: vectormap.Protomaps, Lon: 9, Lat: 48, ReachDeg: 0.1, MinZoom: 8, MaxZoom: 9, Metadata: map[string]any{"vector_layers": []any{}}})
	if err := os.WriteFile(filepath.Join(s.dir, "text.pmtiles"), bytes.Repeat([]byte("no map at all. "), 20), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"gone.pmtiles": "heatmap.toml:3: there is no map " + filepath.Join(s.dir, "gone.pmtiles") + `; correct "pmtiles" in [[page.basemap]]`,
		"text.pmtiles": "heatmap.toml:3: the map of [[page.basemap]] cannot be used: opening the archive",
		"odd.pmtiles":  `its layers are of neither schema that can be drawn; give it the nearer one as schema = "protomaps" or "openmaptiles"`,
		"far.pmtiles":  "has nothing where the heat is; take an extract of there",
	} {
		cfg, err := config.Parse([]byte("[[page.basemap]]\nid = \"a\"\npmtiles = '"+name+"'\n"), filepath.Join(s.dir, "heatmap.toml"))
		if err != nil {
			t.Fatal(err)
		}
		cfg.Sources, cfg.Output, cfg.Cache = s.cfg.Sources, s.cfg.Output, s.cfg.Cache
		if _, err := Build(context.Background(), cfg, s.options(2)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(s.cfg.Output, PageName)); err == nil {
			t.Errorf("%s: there is a page", name)
		}
		if left, _ := filepath.Glob(filepath.Join(s.cfg.Output, ".*")); len(left) > 0 {
			t.Errorf("%s: %q is left", name, left)
		}
	}
}

// TestAreaAtTheEdges widens tiles beside the antimeridian and the map's northern edge, and the one of all.
func TestAreaAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		zoom uint8
		tile [2]uint32
		want area
	}{
		{0, [2]uint32{0, 0}, area{{0, 0}: true}},
		{1, [2]uint32{1, 1}, area{{0, 0}: true, {0, 1}: true, {1, 0}: true, {1, 1}: true}},
		{3, [2]uint32{0, 0}, area{{7, 0}: true, {0, 0}: true, {1, 0}: true, {7, 1}: true, {0, 1}: true, {1, 1}: true}},
		{3, [2]uint32{7, 7}, area{{6, 7}: true, {7, 7}: true, {0, 7}: true, {6, 6}: true, {7, 6}: true, {0, 6}: true}},
	} {
		if got := (area{c.tile: true}).widened(c.zoom); !maps.Equal(got, c.want) {
			t.Errorf("%d/%v: %v", c.zoom, c.tile, got)
		}
	}
	if got := (area{{5, 3}: true}).coarser(); !maps.Equal(got, area{{2, 1}: true}) {
		t.Error(got)
	}
	if got := (area{{1, 0}: true}).bounds(1); got[0] != 0 || math.Abs(got[1]) > 1e-9 || got[2] != 180 || math.Abs(got[3]-85.0511288) > 1e-6 {
		t.Error(got)
	}
}
