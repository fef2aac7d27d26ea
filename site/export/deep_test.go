package export

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/protomaps/go-pmtiles/pmtiles"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// Two sites of the same walks, one with tiles down to zoom 14, one down to zoom 17.
var (
	siteOf14 = sync.OnceValues(func() (string, error) { return buildTo(14) })
	siteOf17 = sync.OnceValues(func() (string, error) { return buildTo(17) })
)

type spot struct {
	zoom uint8
	x, y uint32
}

// pixels returns the indices of an exported tile, from its colours' places in the palette.
func (c *colouredTile) pixels(t *testing.T) *[archive.TilePixels]byte {
	t.Helper()
	pix := new([archive.TilePixels]byte)
	if err := archive.DecodeIndices(archive.GreyPNG(nil, c.idat), pix); err != nil {
		t.Fatal(err)
	}
	return pix
}

// TestPaintedTilesAreThoseThatWouldBeStored holds the tiles that are painted down to zoom 17 to those of a site that has them stored: none is missing, none
// is empty, and values are the same or the next; means, which lines have of up to 100 m of way, are within a tenth of the scale.
func TestPaintedTilesAreThoseThatWouldBeStored(t *testing.T) {
	shallow, deep := opened(t, siteOf14), opened(t, siteOf17)
	for i := range shallow.Meta.Layers {
		id := shallow.Meta.Layers[i].ID
		want, err := NewTileset(deep, id, 15, 17)
		if err != nil {
			if _, other := NewTileset(shallow, id, 15, 17); other == nil || other.Error() != err.Error() {
				t.Errorf("%s: %v, not %v", id, other, err)
			}
			continue
		}
		got, err := NewTileset(shallow, id, 15, 17)
		if err != nil {
			t.Fatal(err)
		}
		painted := map[spot]colouredTile{}
		last := uint64(0)
		for c, err := range got.tiles(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			if hilbert := pmtiles.ZxyToID(c.zoom, c.x, c.y); hilbert <= last {
				t.Fatalf("%s: tile %d/%d/%d comes late", id, c.zoom, c.x, c.y)
			} else {
				last = hilbert
			}
			painted[spot{c.zoom, c.x, c.y}] = c
		}
		if got.Tiles != len(painted) {
			t.Errorf("%s has %d tiles, but says %d", id, len(painted), got.Tiles)
		}
		scale, steps := got.field.Scale, 1
		if got.field.Kind == layers.Mean {
			steps = len(scale.Values) / 10
		}
		// Lines lie within 1.5 m of where the samples are, and a pixel of zoom 17 is 0.8 m wide there.
		reach := map[uint8]int{15: 1, 16: 1, 17: 2}
		lit, off := 0, 0
		for c, err := range want.tiles(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			w := c.pixels(t)
			g := new([archive.TilePixels]byte)
			at := spot{c.zoom, c.x, c.y}
			if mine, ok := painted[at]; ok {
				g = mine.pixels(t)
				delete(painted, at)
			} else {
				t.Errorf("%s: %v is missing", id, at)
			}
			for k := range w {
				if w[k] == 0 && g[k] == 0 {
					continue
				}
				lit++
				if !near(w, k, reach[c.zoom], g[k], len(scale.Values), steps) {
					off++
				}
			}
		}
		for at := range painted {
			t.Errorf("%s: %v is painted, but would not be stored", id, at)
		}
		if off*100 > lit {
			t.Errorf("%s: %d of %d pixels differ", id, off, lit)
		}
	}
}

// near tells whether an index is of the same or the next presence as those within reach of a pixel, or lies between them, and of a value that is no
// more than so many steps from theirs.
func near(pix *[archive.TilePixels]byte, k, reach int, index byte, values, steps int) bool {
	level := func(v byte) (presence, value int) {
		if v == 0 {
			return -1, 0
		}
		return int(v-1) / values, int(v-1) % values
	}
	presence, value := level(index)
	low, high, least, most := 1<<20, -1<<20, 1<<20, -1<<20
	for y := max(0, k/256-reach); y <= min(255, k/256+reach); y++ {
		for x := max(0, k%256-reach); x <= min(255, k%256+reach); x++ {
			p, v := level(pix[y*256+x])
			low, high = min(low, p), max(high, p)
			if p >= 0 {
				least, most = min(least, v), max(most, v)
			}
		}
	}
	return presence >= low-1 && presence <= high+1 && (presence < 0 || most < 0 || value >= least-steps && value <= most+steps)
}

// a tally counts what a progress is told.
type tally struct{ total, done int64 }

func (p *tally) Stage(_ string, total int64, _ string) { p.total = total }
func (p *tally) Add(n int64)                           { p.done += n }
func (p *tally) Done()                                 {}
func (p *tally) Log(string, ...any)                    {}

// TestDeepTilesInEveryFormat asks every format for every tile down to a painted zoom, from sites whose tiles end at various zooms.
func TestDeepTilesInEveryFormat(t *testing.T) {
	for _, c := range []struct {
		tileZoom, minZoom, maxZoom int
		layer                      string
	}{{14, AllZooms, 16, "all"}, {12, AllZooms, 15, "pace"}, {14, 17, 18, "pace"}} {
		ts, err := NewTileset(opened(t, func() (string, error) { return buildTo(c.tileZoom) }), c.layer, c.minZoom, c.maxZoom)
		if err != nil {
			t.Fatal(err)
		}
		if int(ts.MaxZoom) != c.maxZoom || c.minZoom != AllZooms && int(ts.MinZoom) != c.minZoom {
			t.Fatalf("zooms %d to %d", ts.MinZoom, ts.MaxZoom)
		}
		dir := t.TempDir()
		progress := &tally{}
		path := filepath.Join(dir, "tiles.mbtiles")
		if err := ts.WriteArchive(t.Context(), path, archive.MBTiles, progress); err != nil {
			t.Fatal(err)
		}
		if progress.done != progress.total || progress.total < int64(ts.Tiles) || progress.total > 2*int64(ts.Tiles) {
			t.Errorf("the progress had %d of %d, and there are %d tiles", progress.done, progress.total, ts.Tiles)
		}
		db := openSQLite(t, path)
		checkTiles(t, ts, c.layer, func(z uint8, x, y uint32) (png []byte, err error) {
			err = db.QueryRow("SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", z, x, 1<<z-1-y).Scan(&png)
			return png, err
		})
		path = filepath.Join(dir, "tiles.sqlitedb")
		if err := ts.WriteSQLiteDB(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		other := openSQLite(t, path)
		checkTiles(t, ts, c.layer, func(z uint8, x, y uint32) (png []byte, err error) {
			err = other.QueryRow("SELECT image FROM tiles WHERE x = ? AND y = ? AND z = ?", x, y, 17-int(z)).Scan(&png)
			return png, err
		})
		path = filepath.Join(dir, "tiles")
		if err := ts.WriteXYZ(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		checkTiles(t, ts, c.layer, func(z uint8, x, y uint32) ([]byte, error) {
			return os.ReadFile(filepath.Join(path, fmt.Sprint(z), fmt.Sprint(x), fmt.Sprint(y)+".png"))
		})
		if err := ts.WriteArchive(t.Context(), filepath.Join(dir, "tiles.pmtiles"), archive.PMTiles, nil); err != nil {
			t.Fatal(err)
		}
		if err := pmtiles.Verify(log.New(io.Discard, "", 0), filepath.Join(dir, "tiles.pmtiles")); err != nil {
			t.Error(err)
		}
	}
}

// TestDeepTilesAreAskedFor: without a limit there are the stored zooms only, and whoever wants others is told how.
func TestDeepTilesAreAskedFor(t *testing.T) {
	site := opened(t, siteOf14)
	if ts, err := NewTileset(site, "all", AllZooms, AllZooms); err != nil || ts.MaxZoom != 14 {
		t.Errorf("%+v, %v", ts, err)
	}
	if _, err := NewTileset(site, "all", 15, AllZooms); err == nil || !strings.Contains(err.Error(), "it has those of 12 to 20, but those beyond 14 only where --max-zoom asks for them") {
		t.Errorf("%v", err)
	}
	if ts, err := NewTileset(site, "all", 20, 25); err != nil || ts.MinZoom != 20 || ts.MaxZoom != 20 {
		t.Errorf("%+v, %v", ts, err)
	}
	if _, err := NewTileset(site, "all", 21, 25); err == nil || !strings.Contains(err.Error(), "it has those of 12 to 20") {
		t.Errorf("%v", err)
	}
}

// TestDamagedLinesEndAnExport: nothing is written then, and the error tells what is wrong.
func TestDamagedLinesEndAnExport(t *testing.T) {
	path, err := siteOf14()
	if err != nil {
		t.Fatal(err)
	}
	whole := opened(t, siteOf14)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	set := data[int64(binary.LittleEndian.Uint64(data[56:]))+whole.Meta.Lines.Offset:]
	blocks := set[binary.LittleEndian.Uint64(set[56:]):whole.Meta.Lines.Length]
	for i := range blocks {
		blocks[i] ^= 0x55
	}
	dir := t.TempDir()
	damaged := filepath.Join(dir, "heatmap.pmtiles")
	if err := os.WriteFile(damaged, data, 0o644); err != nil {
		t.Fatal(err)
	}
	site := opened(t, func() (string, error) { return damaged, nil })
	ts, err := NewTileset(site, "all", AllZooms, 16)
	if err != nil {
		t.Fatal(err)
	}
	for _, progress := range []generator.Progress{nil, &tally{}} {
		err = ts.WriteArchive(t.Context(), filepath.Join(dir, "out.mbtiles"), archive.MBTiles, progress)
		if !errors.Is(err, lines.ErrDamaged) {
			t.Errorf("%v", err)
		}
	}
	if _, err := NewPoster(site, PosterOptions{Layer: "all", Width: 9000, MaxZoom: AllZooms}); !errors.Is(err, lines.ErrDamaged) {
		t.Errorf("a picture: %v", err)
	}
	if extra := leftovers(t, dir, "heatmap.pmtiles"); extra != nil {
		t.Errorf("left behind: %v", extra)
	}
}

func TestInOrder(t *testing.T) {
	count := func(n int, err error) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			if err != nil {
				yield(0, err)
			}
		}
	}
	bad := errors.New("bad")
	var running, most atomic.Int64
	work := func(fails int) func(i int) (int, error) {
		return func(i int) (int, error) {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			for range i % 7 {
				runtime.Gosched()
			}
			if i == fails {
				return 0, bad
			}
			return i * i, nil
		}
	}
	for _, c := range []struct {
		n, fails, until, want int
		listed, err           error
	}{
		{n: 0}, {n: 1000, fails: -1, until: 1000, want: 1000}, {n: 1000, fails: 300, until: 1000, want: 300, err: bad},
		{n: 50, fails: -1, until: 1000, want: 50, listed: bad, err: bad}, {n: 1000, fails: -1, until: 20, want: 20}, {n: 1000, fails: 19, until: 19, want: 19},
	} {
		got := 0
		var err error
		for v, e := range inOrder(t.Context(), count(c.n, c.listed), work(c.fails)) {
			if err = e; err != nil {
				continue
			}
			if v != got*got {
				t.Fatalf("%+v: %d comes as number %d", c, v, got)
			}
			if got++; got == c.until {
				break
			}
		}
		if got != c.want || err != c.err || running.Load() != 0 {
			t.Errorf("%+v: %d, %v, %d still running", c, got, err, running.Load())
		}
	}
	if most.Load() > int64(runtime.GOMAXPROCS(0)) {
		t.Errorf("%d at a time on %d processors", most.Load(), runtime.GOMAXPROCS(0))
	}
	for _, at := range []int{0, 500} {
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		n := 0
		for _, e := range inOrder(ctx, count(1000, nil), work(-1)) {
			if n++; n >= at {
				cancel()
			}
			err = e
		}
		if !errors.Is(err, context.Canceled) || n > at+1 && at > 0 {
			t.Errorf("ended at %d: %d, %v", at, n, err)
		}
		cancel()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range inOrder(ctx, count(0, nil), work(-1)) {
		n++
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d results of nothing that was ended", n)
	}
}

// TestADeepExportIsNeverWhollyInMemory: what is held does not grow with the zooms.
func TestADeepExportIsNeverWhollyInMemory(t *testing.T) {
	ts, err := NewTileset(opened(t, siteOf14), "all", 19, 20)
	if err != nil {
		t.Fatal(err)
	}
	before, most, n, bytes := liveHeap(), uint64(0), 0, 0
	for c, err := range ts.tiles(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		bytes += archive.TilePixels
		if n++; n%200 == 0 {
			most = max(most, liveHeap())
		}
		_ = c
	}
	if n < 1000 || most > before+uint64(bytes)/2 {
		t.Errorf("the heap grew from %d to %d bytes for %d tiles", before, most, n)
	}
}
