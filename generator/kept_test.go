package generator

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive"
	"heatmapgen/archive/judge"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// crowdedX and crowdedY are the block in which a crowd runs; its south-eastern corner is where they come by.
const crowdedX, crowdedY = 8610, 5700

// place returns the degrees of a place in blocks of lines.Zoom.
func placeInBlocks(x, y float64) (lat, lon float64) {
	const n = 1 << lines.Zoom
	return 180 / math.Pi * math.Atan(math.Sinh(math.Pi*(1-2*y/n))), 360*x/n - 180
}

// crowdSite is a site of so many outings up and down a street of some 80 m, and of three that go far beyond it.
func crowdSite(t *testing.T, outings int) *site {
	t.Helper()
	s := newSite(t)
	s.cfg.Filter.GPSSpreadMinM = 0
	s.cfg.Render.MaxZoom = 17
	rng := rand.New(rand.NewPCG(7, 7))
	// In parts of a block, which is 1.6 km wide.
	way := func(name string, day int, fromX, fromY, toX, toY float64, samples, times int) {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>x</name><type>running</type><trkseg>` + "\n")
		start := time.Date(2020, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, day)
		offX, offY := 0.002*rng.NormFloat64(), 0.002*rng.NormFloat64() // what a receiver is off by, which changes slowly
		for i := range samples {
			part := math.Abs(math.Remainder(float64(times*i)/float64(samples-1), 2)) // there and back
			offX, offY = 0.95*offX+0.0006*rng.NormFloat64(), 0.95*offY+0.0006*rng.NormFloat64()
			lat, lon := placeInBlocks(crowdedX+fromX+part*(toX-fromX)+offX, crowdedY+fromY+part*(toY-fromY)+0.004*math.Sin(float64(i)/3)+offY)
			fmt.Fprintf(&b, `<trkpt lat="%.7f" lon="%.7f"><ele>%.1f</ele><time>%s</time></trkpt>`+"\n", lat, lon, 200+5*math.Sin(float64(i)/20), start.Add(time.Duration(i)*time.Second).Format(time.RFC3339))
		}
		s.file(name, b.String()+"</trkseg></trk></gpx>\n")
	}
	for i := range outings {
		way(fmt.Sprintf("crowd%d.gpx", i), i, 0.93, 0.98, 0.98, 0.985, 300, 10)
	}
	for i := range 3 {
		way(fmt.Sprintf("far%d.gpx", i), outings+i, 0.85, 0.98, 1.6, 1.02+0.01*float64(i), 600, 1)
	}
	return s
}

// Where lines are many the archive has tiles in their place, and whoever reads it finds the tiles that the lines would have made: all over the map, at the
// borders of what is stored too, but for those beyond max_zoom, which are parts of the deepest that are stored.
func TestCrowdedBlocksKeepTiles(t *testing.T) {
	s := crowdSite(t, 300)
	r := s.mustBuild(2)
	kept := s.opened()
	k := kept.Meta.kept()
	if k == nil || r.Kept.Blocks != 1 || r.Kept.TilesBytes == 0 {
		t.Fatalf("%+v", r.Kept)
	}
	if !slices.Equal(k.X, []uint32{crowdedX}) || !slices.Equal(k.Y, []uint32{crowdedY}) || k.MaxZoom != 17 || k.MarginPX != 16 {
		t.Errorf("%+v", k)
	}
	for x, want := range map[uint32]bool{crowdedX: false, crowdedX + 1: true} {
		if _, ok, err := kept.blocks.Block(lines.Zoom, x, crowdedY); ok != want || err != nil {
			t.Errorf("whether there are lines in column %d: %v, %v", x, ok, err)
		}
	}

	var told strings.Builder
	if err := r.WriteTable(&told); err != nil || !strings.Contains(told.String(), "1 block keeps tiles") || !strings.Contains(told.String(), "in place of lines (") {
		t.Errorf("the report says (%v)\n%s", err, &told)
	}

	s.cfg.SetOutput(filepath.Join(s.dir, "painted"))
	s.cfg.Render.MaxZoom = 14 // where tiles end anyway, so that there are none to keep
	if r := s.mustBuild(2); r.Kept.Blocks != 0 {
		t.Fatalf("%+v", r.Kept)
	}
	painted := s.opened()
	if data, ok, err := painted.blocks.Block(lines.Zoom, crowdedX, crowdedY); !ok || err != nil || int64(len(data)) != r.Kept.LinesBytes {
		t.Errorf("the lines have %d bytes (%v), told were %d", len(data), err, r.Kept.LinesBytes)
	}
	for _, f := range kept.Meta.Fields {
		read, magnified := 0, 0
		for zoom := kept.Meta.MaxZoom + 1; zoom <= 19; zoom++ {
			depth := zoom - lines.Zoom
			listed := map[deepTile]bool{}
			for tile, err := range kept.TilesAt(f.ID, zoom, nil) {
				if err != nil {
					t.Fatal(err)
				}
				listed[deepTile{zoom, tile.X, tile.Y}] = true
			}
			if n, err := kept.CountPainted(f.ID, zoom, zoom); n != len(listed) || err != nil {
				t.Errorf("%s: of %d tiles at zoom %d, %d are counted (%v)", f.ID, len(listed), zoom, n, err)
			}
			// All tiles around the corner that the crowd comes by.
			for y := uint32(crowdedY)<<depth + 3<<(depth-2); y < (crowdedY+1)<<depth+1<<(depth-1); y++ {
				for x := uint32(crowdedX)<<depth + 3<<(depth-2); x < (crowdedX+1)<<depth+1<<(depth-1); x++ {
					at := deepTile{zoom, x, y}
					place := tilePlace{zoom, x, y}
					got, want := kept.pixels(t, f.ID, place), painted.pixels(t, f.ID, place)
					if *got != [archive.TilePixels]byte{} && !listed[at] {
						t.Errorf("%s: tile %+v is not listed", f.ID, at)
					}
					if kept.region.touches(zoom, x, y) {
						read++
						if zoom > k.MaxZoom {
							magnified++
							want = quarterOf(painted.pixels(t, f.ID, tilePlace{17, x >> (zoom - 17), y >> (zoom - 17)}), zoom-17, x, y)
						}
					}
					if *got != *want {
						t.Errorf("%s: tile %+v is another", f.ID, at)
					}
				}
			}
		}
		if read == 0 || magnified == 0 || read == magnified {
			t.Errorf("%s: %d tiles are stored, of them %d magnified", f.ID, read, magnified)
		}
	}
	for _, o := range []*Site{kept, painted} {
		if tracks, err := o.Lines(); err != nil || tracks.Activities() != 303 {
			t.Errorf("the lines of all: %v", err)
		}
	}
	// What is told of the painted zooms is the same.
	for i := range kept.Meta.Fields {
		if a, b := kept.Meta.Fields[i].Zooms, painted.Meta.Fields[i].Zooms; !slices.Equal(a, b) {
			t.Errorf("%s has %v and %v", kept.Meta.Fields[i].ID, a, b)
		}
	}
}

// quarterOf returns the part of a tile that the one at column x and row y, so many zooms deeper, shows, each pixel a square.
func quarterOf(whole *[archive.TilePixels]byte, depth uint8, x, y uint32) *[archive.TilePixels]byte {
	out := new([archive.TilePixels]byte)
	for v := range uint32(archive.TileSize) {
		for u := range uint32(archive.TileSize) {
			from := (y*archive.TileSize+v)>>depth%archive.TileSize*archive.TileSize + (x*archive.TileSize+u)>>depth%archive.TileSize
			out[v*archive.TileSize+u] = whole[from]
		}
	}
	return out
}

// An archive in which blocks keep tiles is sound in both formats, goes from one to the other and back as it is, and is the same whoever makes it.
func TestKeptTilesAreSound(t *testing.T) {
	s := crowdSite(t, 300)
	s.mustBuild(1)
	first := filepath.Join(s.cfg.Output, ArchiveName)
	dir := t.TempDir()
	middle, last := filepath.Join(dir, "middle.mbtiles"), filepath.Join(dir, "last.pmtiles")
	for _, pair := range [][2]string{{"", first}, {first, middle}, {middle, last}} {
		if pair[0] != "" {
			if err := Convert(context.Background(), pair[0], pair[1], Options{}); err != nil {
				t.Fatal(err)
			}
		}
		if findings, notes, err := VerifyWithNotes(context.Background(), pair[1], judge.PMTiles); err != nil || len(findings) > 0 || len(notes) > 0 {
			t.Errorf("%s: %q, %q, %v", pair[1], findings, notes, err)
		}
		o, err := OpenSite(pair[1])
		if err != nil {
			t.Fatal(err)
		}
		if o.Meta.kept() == nil || len(o.kept) == 0 || len(o.Meta.Digest.Kept) != len(o.kept) {
			t.Errorf("%s: %d fields keep tiles, the digest has %d", pair[1], len(o.kept), len(o.Meta.Digest.Kept))
		}
		o.Close()
	}
	a := s.archive()
	if b, err := os.ReadFile(last); err != nil || !bytes.Equal(a, b) {
		t.Errorf("converted there and back it is another file (%v)", err)
	}
	// The tiles stay in the cache from one build to the next.
	s.mustBuild(2)
	if !bytes.Equal(a, s.archive()) {
		t.Error("built again it is another file")
	}
	if n := s.deepCells(); n < 100 {
		t.Errorf("of the tiles that were weighed, %d are in the cache", n)
	}
	s.forgetCache()
	s.mustBuild(3)
	if !bytes.Equal(a, s.archive()) {
		t.Error("three workers make another archive than one")
	}
	s.cfg.Format = config.FormatMBTiles
	s.mustBuild(2)
	built, err := os.ReadFile(filepath.Join(s.cfg.Output, MBTilesName))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(middle); err != nil || !bytes.Equal(built, b) {
		t.Errorf("a build makes another MBTiles file than the conversion (%v)", err)
	}
}

// deepCells counts the cells in the cache that are deeper than any that is painted from pieces.
func (s *site) deepCells() (n int) {
	s.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.cfg.Cache, cacheFile))
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM "+cellTable+" WHERE id >= ?", int64(pmtiles.ZxyToID(lines.Zoom+1, 0, 0))).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// Which tiles are stored is told by one rule, which the page follows, too: viewer/test/keptblocks.test.ts has the same table.
func TestTilesOfKeptBlocks(t *testing.T) {
	const last = 1<<lines.Zoom - 1
	r := (&KeptMetadata{X: []uint32{100, last}, Y: []uint32{200, 0}, MarginPX: 16}).region()
	for _, c := range []struct {
		zoom uint8
		x, y uint32
		want bool
	}{
		{15, 200, 400, true}, {15, 199, 399, true}, {15, 202, 402, true}, {15, 198, 400, false}, {15, 203, 400, false}, {15, 200, 398, false},
		{17, 800, 1600, true}, {17, 799, 1599, true}, {17, 808, 1608, true}, {17, 798, 1600, false}, {17, 809, 1600, false},
		{18, 1599, 3199, true}, {18, 1598, 3200, false}, {20, 6396, 12800, true}, {20, 6395, 12800, false}, {21, 12800, 25599, true},
		// Around the antimeridian, and nothing beyond the northern edge.
		{17, 0, 0, true}, {17, 1, 0, false}, {17, 8 * last, 8, true}, {17, 8 * last, 9, false}, {17, 8 * last, 8 * last, false},
	} {
		if got := r.touches(c.zoom, c.x, c.y); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	// The tiles around a block are those that touch it.
	alone := (&KeptMetadata{X: []uint32{100}, Y: []uint32{0}, MarginPX: 40}).region()
	for zoom := uint8(15); zoom <= 18; zoom++ {
		around := map[deepTile]bool{}
		for _, k := range alone.around([2]uint32{100, 0}, zoom) {
			around[k] = true
		}
		side := uint32(1) << (zoom - lines.Zoom)
		for y := range 3 * side {
			for x := 98 * side; x < 103*side; x++ {
				if k := (deepTile{zoom, x, y}); around[k] != alone.touches(zoom, x, y) {
					t.Errorf("%+v is one of those around the block: %v", k, around[k])
				}
			}
		}
	}
}

// What is painted needs no lines of blocks that keep tiles, however wide the glow is.
func TestPaintedTilesNeedNoKeptBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, sigmas := range [][2]float64{{2, 4}, {16, 16}, {0.5, 8}, {5, 1}} {
		settings := layers.Settings{BlurSigma: sigmas[0], HillBlurSigma: sigmas[1]}
		margin := settings.MarginPixels()
		r := (&KeptMetadata{X: []uint32{5000}, Y: []uint32{6000}, MarginPX: margin}).region()
		for range 20_000 {
			zoom := uint8(15 + rng.IntN(6))
			side := float64(uint32(1) << (zoom - lines.Zoom))
			k := deepTile{zoom, uint32((4998 + 5*rng.Float64()) * side), uint32((5998 + 5*rng.Float64()) * side)}
			if r.touches(k.zoom, k.x, k.y) {
				continue
			}
			cell := layers.Cell{Zoom: k.zoom, From: k.zoom, To: k.zoom, X: k.x, Y: k.y}
			_, err := lines.ViewOf(cell, margin).Outings(func(x, y uint32) (*lines.Content, error) {
				if x == 5000 && y == 6000 {
					return nil, fmt.Errorf("with %v, %+v needs the lines", sigmas, k)
				}
				return nil, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What is wrong with kept tiles is found, and what a tool has dropped of them is only not there.
func TestDamagedKeptTiles(t *testing.T) {
	s := crowdSite(t, 300)
	s.cfg.Format = config.FormatMBTiles
	s.mustBuild(2)
	good := s.read(filepath.Join(s.cfg.Output, MBTilesName))
	const last = " WHERE tile_id = (SELECT max(tile_id) FROM tiles_visits_kept)"
	for _, c := range []struct{ name, sql, want string }{
		{"a tile missing", "DELETE FROM tiles_visits_kept" + last, "visits_kept: the metadata tell of"},
		{"another tile", "UPDATE tiles_visits_kept SET tile_data = (SELECT tile_data FROM tiles_visits_kept ORDER BY tile_id LIMIT 1)" + last, "visits_kept"},
		{"no blocks told", `UPDATE metadata SET value = replace(value, '"y":[5700]', '"y":[]') WHERE name = 'heatmapgen'`, "do not tell which blocks keep tiles"},
		{"a block beyond the map", `UPDATE metadata SET value = replace(value, '"y":[5700]', '"y":[57000]') WHERE name = 'heatmapgen'`, "there is no such tile"},
		{"a margin without end", `UPDATE metadata SET value = replace(value, '"margin_px":16', '"margin_px":300') WHERE name = 'heatmapgen'`, "do not tell which blocks keep tiles"},
	} {
		path := filepath.Join(t.TempDir(), MBTilesName)
		s.write(path, good)
		s.exec(path, c.sql)
		findings, _, err := VerifyArchive(context.Background(), path, judge.PMTiles)
		if err != nil || !strings.Contains(strings.Join(findings, "\n"), c.want) {
			t.Errorf("%s: %q, %v", c.name, findings, err)
		}
	}

	dropped := filepath.Join(t.TempDir(), MBTilesName)
	s.write(dropped, good)
	s.exec(dropped, "DROP TABLE tiles_visits_kept")
	findings, notes, err := VerifyArchive(context.Background(), dropped, judge.PMTiles)
	if err != nil || len(findings) > 0 || !strings.Contains(strings.Join(notes, "\n"), "visits_kept") {
		t.Errorf("dropped: %q, %q, %v", findings, notes, err)
	}
	o, err := OpenSite(dropped)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	for field, want := range map[string]bool{"visits": false, "pace": true} {
		for zoom := uint8(17); zoom <= 18; zoom++ { // in the middle of the crowd
			x, y := uint32(math.Ldexp(crowdedX+0.955, int(zoom)-lines.Zoom)), uint32(math.Ldexp(crowdedY+0.983, int(zoom)-lines.Zoom))
			if _, ok, err := o.Tile(field, zoom, x, y); ok != want || err != nil {
				t.Errorf("%s at zoom %d: %v, %v", field, zoom, ok, err)
			}
		}
	}
}

// Without the lines around them kept tiles are of no use: where a tool has dropped those, a conversion leaves these out, too.
func TestConvertWithoutLinesHasNoKeptTiles(t *testing.T) {
	s := crowdSite(t, 300)
	s.cfg.Format = config.FormatMBTiles
	s.mustBuild(2)
	in, out := filepath.Join(s.cfg.Output, MBTilesName), filepath.Join(t.TempDir(), "out.pmtiles")
	s.exec(in, "DROP TABLE "+LinesID)
	if err := Convert(context.Background(), in, out, Options{}); err != nil {
		t.Fatal(err)
	}
	if findings, notes, err := VerifyWithNotes(context.Background(), out, judge.PMTiles); err != nil || len(findings) > 0 || len(notes) > 0 {
		t.Errorf("%q, %q, %v", findings, notes, err)
	}
	o, err := OpenSite(out)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if o.Meta.Lines != nil || o.Meta.Fields[0].Kept != nil || o.Meta.Digest.Kept != nil || o.MaxZoom() != 14 {
		t.Errorf("%+v, %+v, a map to zoom %d", o.Meta.Lines, o.Meta.Fields[0].Kept, o.MaxZoom())
	}
}
