package generator

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
	"heatmapgen/layers/raster"
)

// Which zooms are stored and which are painted, by what the configuration says; what is stored hangs on nothing but how deep it goes.
func TestTileZoom(t *testing.T) {
	s := newSite(t)
	s.fill()
	built := func(tracks bool, maxZoom, tileZoom int) *Site {
		t.Helper()
		s.cfg.Page.Tracks, s.cfg.Render.MaxZoom, s.cfg.Render.TileZoom = tracks, maxZoom, tileZoom
		s.cfg.SetOutput(filepath.Join(s.dir, fmt.Sprint(tracks, maxZoom, tileZoom)))
		s.mustBuild(2)
		return s.opened()
	}
	pictures := map[uint8]*Site{}
	for _, c := range []struct {
		maxZoom, tileZoom, stored, deepest int
	}{
		{17, 14, 14, 20},
		{14, 14, 14, 20},
		{13, 14, 13, 13},
		{12, 20, 12, 12},
		{17, 17, 17, 20},
		{20, 15, 15, 20},
	} {
		o := built(true, c.maxZoom, c.tileZoom)
		if int(o.Meta.MaxZoom) != c.stored || int(o.Meta.Lines.MaxZoom) != c.deepest || int(o.MaxZoom()) != c.deepest {
			t.Errorf("%+v: tiles are stored to zoom %d, painted to %d, the map ends at %d", c, o.Meta.MaxZoom, o.Meta.Lines.MaxZoom, o.MaxZoom())
		}
		for _, f := range o.Meta.Fields {
			want := int(o.Meta.MinZoom)
			for _, z := range f.Zooms {
				if int(z.Zoom) != want || (z.Tiles == 0) != (want > c.stored) || (z.Bytes == 0) != (want > c.stored) {
					t.Errorf("%+v: %s tells of %+v, want zoom %d", c, f.ID, z, want)
				}
				want++
			}
			if len(f.Zooms) > 0 && want != c.deepest+1 {
				t.Errorf("%+v: %s tells of zooms to %d", c, f.ID, want-1)
			}
		}
		// Where the map ends there are tiles, beyond it none.
		x, y := s.somewhere(o, uint8(c.deepest))
		if _, ok, err := o.Tile("visits", uint8(c.deepest), x, y); !ok || err != nil {
			t.Errorf("%+v: at zoom %d there is no tile (%v)", c, c.deepest, err)
		}
		if c.deepest < 20 {
			if _, ok, err := o.Tile("visits", uint8(c.deepest)+1, 2*x, 2*y); ok || err != nil {
				t.Errorf("%+v: there is a tile of zoom %d (%v)", c, c.deepest+1, err)
			}
		}
		// Without lines the same tiles are stored down to max_zoom.
		stored := uint8(c.stored)
		if pictures[stored] == nil {
			pictures[stored] = built(false, c.stored, 14)
		}
		p := pictures[stored]
		if p.Meta.Lines != nil || p.MaxZoom() != stored || !maps.Equal(p.Meta.Digest.Tiles, o.Meta.Digest.Tiles) {
			t.Errorf("%+v: the tiles are not those of a site without lines", c)
		}
		for i := range o.Meta.Fields {
			zooms := slices.DeleteFunc(slices.Clone(o.Meta.Fields[i].Zooms), func(z ZoomMetadata) bool { return z.Zoom > stored })
			if !slices.Equal(zooms, p.Meta.Fields[i].Zooms) {
				t.Errorf("%+v: what is told of %s is not what is told without lines", c, o.Meta.Fields[i].ID)
			}
		}
	}
}

// somewhere returns a tile of a zoom with a line in it.
func (s *site) somewhere(o *Site, zoom uint8) (x, y uint32) {
	s.t.Helper()
	tracks, err := o.Lines()
	if err != nil {
		s.t.Fatal(err)
	}
	v := len(tracks.X) / 2
	return uint32(tracks.X[v]) >> (lines.GridBits - zoom), uint32(tracks.Y[v]) >> (lines.GridBits - zoom)
}

// The archive is the same in whatever order recordings are listed and read, blocks of lines included.
func TestBlocksDoNotHangOnTheOrder(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(1)
	first := s.archive()
	if n := len(blocksOf(t, s.opened())); n < 4 {
		t.Fatalf("there are %d blocks", n)
	}
	files := filepath.Join(s.dir, "files")
	names, err := os.ReadDir(files)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range names {
		if err := os.Rename(filepath.Join(files, f.Name()), filepath.Join(files, fmt.Sprintf("%c.gpx", 'z'-i))); err != nil {
			t.Fatal(err)
		}
	}
	for workers := 1; workers <= 4; workers++ {
		s.forgetCache()
		s.mustBuild(workers)
		if !bytes.Equal(first, s.archive()) {
			t.Errorf("backwards, with %d workers, the archive is another", workers)
		}
	}
}

// A tile is the same whoever asks for it, when and beside whom.
func TestDeepTilesDoNotHangOnWhoAsks(t *testing.T) {
	s := newSite(t)
	s.fill()
	s.mustBuild(2)
	var places []tilePlace
	want := map[tilePlace][]byte{}
	one := s.opened()
	for zoom := uint8(15); zoom <= 20; zoom++ {
		x, y := s.somewhere(one, zoom)
		for k := range uint32(9) {
			p := tilePlace{zoom, x + k%3 - 1, y + k/3 - 1}
			places = append(places, p)
			for i := range one.Meta.Fields {
				png, _, err := one.Tile(one.Meta.Fields[i].ID, p.z, p.x, p.y)
				if err != nil {
					t.Fatal(err)
				}
				want[p] = append(want[p], png...)
			}
		}
	}
	if n := len(want[places[4]]); n == 0 {
		t.Fatal("nothing is painted")
	}
	other := s.opened()
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(5, uint64(g)))
			for _, i := range rng.Perm(len(places)) {
				p := places[i]
				var got []byte
				for k := range other.Meta.Fields {
					png, _, err := other.Tile(other.Meta.Fields[k].ID, p.z, p.x, p.y)
					if err != nil {
						t.Error(err)
					}
					got = append(got, png...)
				}
				if !bytes.Equal(got, want[p]) {
					t.Errorf("tile %v differs", p)
				}
			}
		})
	}
	wait.Wait()
}

// What the metadata tell of a zoom that is painted is what is shown there: the largest count is that of the busiest places, and it is nowhere larger.
func TestRangesOfPaintedZooms(t *testing.T) {
	for _, frequency := range []string{config.FrequencyVisits, config.FrequencyTime} {
		s := newSite(t)
		s.cfg.Filter.GPSSpreadMinM = 0
		// The same way often, and others beside it.
		for i := range 3 {
			s.run(fmt.Sprintf("run%d.gpx", i), uint64(i+10), 48.1, 9.2, 200)
		}
		for i := range 12 {
			s.run(fmt.Sprintf("daily%d.gpx", i), 3, 48.1, 9.2, 120+i)
			s.file(fmt.Sprintf("daily%d.gpx", i), s.shifted(fmt.Sprintf("daily%d.gpx", i), i))
		}
		s.cfg.Render.Frequency = frequency
		s.mustBuild(2)
		o := s.opened()
		last := map[string]ZoomMetadata{}
		for i := range o.Meta.Fields {
			for _, z := range o.Meta.Fields[i].Zooms {
				if z.Zoom == o.Meta.MaxZoom {
					last[o.Meta.Fields[i].ID] = z
				}
			}
		}
		for zoom := o.Meta.MaxZoom + 1; zoom <= o.MaxZoom(); zoom++ {
			most := s.most(o, zoom)
			for i := range o.Meta.Fields {
				f := &o.Meta.Fields[i]
				if len(f.Zooms) == 0 {
					continue
				}
				at := slices.IndexFunc(f.Zooms, func(z ZoomMetadata) bool { return z.Zoom == zoom })
				told := f.Zooms[at]
				switch {
				case f.Kind == layers.Count:
					if want := max(1, most[f.ID]); told.Lo != 0 || told.Hi != want || told.Hi < 5 && f.ID == "visits" {
						t.Errorf("%s: of %s at zoom %d it tells %v to %v, but up to %v is shown", frequency, f.ID, zoom, told.Lo, told.Hi, want)
					}
				case f.Kind == layers.Sum:
					// A line's share of a pixel halves with it, as long as a zoom's seconds are its own.
					deeper := math.Exp2(float64(o.Meta.MaxZoom) - float64(min(zoom, max(o.Meta.MaxZoom, layers.MeanZoom))))
					if before := last[f.ID]; told.Lo != before.Lo*deeper || told.Hi != before.Hi*deeper {
						t.Errorf("%s: of %s at zoom %d it tells %v to %v, after %v to %v", frequency, f.ID, zoom, told.Lo, told.Hi, before.Lo, before.Hi)
					}
				default:
					if before := last[f.ID]; told.Lo != before.Lo || told.Hi != before.Hi {
						t.Errorf("%s: of %s at zoom %d it tells %v to %v, after %v to %v", frequency, f.ID, zoom, told.Lo, told.Hi, before.Lo, before.Hi)
					}
				}
			}
		}
	}
}

// Counted in time, a road has one number however far one zooms in, and it lies in the range that its colour comes from.
func TestSecondsOfARoadCloseUp(t *testing.T) {
	s := newSite(t)
	s.cfg.Filter.GPSSpreadMinM = 0
	s.cfg.Render.Frequency = config.FrequencyTime
	const roads, apart = 5, 0.02 // degrees of latitude
	for road := range roads {
		for i := range 1 << road { // each twice as busy as the one before
			name := fmt.Sprintf("%d-%d.gpx", road, i)
			s.run(name, 3, 48.1+apart*float64(road), 9.2, 200)
			s.file(name, s.shifted(name, i))
		}
	}
	s.mustBuild(2)
	o := s.opened()
	first := map[int]float32{} // by road
	for zoom := uint8(layers.MeanZoom); zoom <= o.MaxZoom(); zoom++ {
		f := o.Meta.Fields[layers.Visits]
		told := f.Zooms[slices.IndexFunc(f.Zooms, func(z ZoomMetadata) bool { return z.Zoom == zoom })]
		seconds := s.onLines(o, f, zoom, func(lat float64) int { return int(math.Round((lat - 48.1) / apart)) })
		for road := range roads {
			slices.Sort(seconds[road])
			v := seconds[road][len(seconds[road])/2]
			if zoom == layers.MeanZoom {
				first[road] = v
			}
			if v != first[road] {
				t.Errorf("road %d has %v s at zoom %d, and %v s at zoom %d", road, v, zoom, first[road], layers.MeanZoom)
			}
			// The busiest one is what the upper end is for.
			if float64(v) <= told.Lo || float64(v) >= told.Hi && road < roads-1 {
				t.Errorf("road %d has %v s at zoom %d, beyond %v to %v", road, v, zoom, told.Lo, told.Hi)
			}
		}
		if first[roads-1] < 8*first[0] {
			t.Errorf("the busiest road has %v s at zoom %d, the quietest %v s", first[roads-1], zoom, first[0])
		}
	}
}

// onLines returns the values that a field with presences has at the vertices of all lines, sorted into groups by their latitude.
func (s *site) onLines(o *Site, f FieldMetadata, zoom uint8, group func(lat float64) int) map[int][]float32 {
	s.t.Helper()
	tracks, err := o.Lines()
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[int][]float32{}
	for v := range tracks.X {
		at := raster.Point{X: int64(tracks.X[v]) << (raster.WorldBits - lines.GridBits), Y: int64(tracks.Y[v]) << (raster.WorldBits - lines.GridBits)}
		x, y := uint32(at.X>>(raster.WorldBits-8-zoom)), uint32(at.Y>>(raster.WorldBits-8-zoom))
		index := int(o.pixels(s.t, f.ID, tilePlace{zoom, x >> 8, y >> 8})[y&255<<8|x&255])
		if index == 0 {
			s.t.Fatalf("a vertex of a line shows no %s at zoom %d", f.ID, zoom)
		}
		lat, _ := raster.Unproject(at)
		all[group(lat)] = append(all[group(lat)], f.Scale.Values[(index-1)%len(f.Scale.Values)])
	}
	return all
}

// shifted returns a run of the site on another day.
func (s *site) shifted(name string, days int) string {
	s.t.Helper()
	return string(bytes.ReplaceAll(s.read(filepath.Join(s.dir, "files", name)), []byte("<time>2023-01"), fmt.Appendf(nil, "<time>%d-%02d", 2020+days/12, 1+days%12)))
}

// most returns the largest value of each count over all tiles of a zoom that a line comes into.
func (s *site) most(o *Site, zoom uint8) map[string]float64 {
	s.t.Helper()
	tracks, err := o.Lines()
	if err != nil {
		s.t.Fatal(err)
	}
	seen := map[tilePlace]bool{}
	most := map[string]float64{}
	for v := range tracks.X {
		p := tilePlace{zoom, uint32(tracks.X[v]) >> (lines.GridBits - zoom), uint32(tracks.Y[v]) >> (lines.GridBits - zoom)}
		if seen[p] {
			continue
		}
		seen[p] = true
		for i := range o.Meta.Fields {
			f := &o.Meta.Fields[i]
			if f.Kind != layers.Count {
				continue
			}
			if top := slices.Max(o.pixels(s.t, f.ID, p)[:]); top > 0 {
				most[f.ID] = max(most[f.ID], float64(f.Scale.Values[top-1]))
			}
		}
	}
	return most
}
