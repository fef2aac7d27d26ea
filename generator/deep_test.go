package generator

import (
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/lines"
)

// demoSite is a site of some weeks of the built-in athlete, whose recordings shake as those of receivers do.
func demoSite(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.cfg.Sources = []config.Source{{Type: config.SourceDemo}}
	s.cfg.Render.AsOf = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	s.cfg.Filter.From = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	s.cfg.Render.MaxZoom = 17
	return s
}

// pixels returns the indices of a tile, all 0 where there is none.
func (s *Site) pixels(t *testing.T, field string, k tilePlace) *[archive.TilePixels]byte {
	t.Helper()
	pix := new([archive.TilePixels]byte)
	png, ok, err := s.Tile(field, k.z, k.x, k.y)
	if err == nil && ok {
		err = archive.DecodeIndices(png, pix)
	}
	if err != nil {
		t.Fatal(err)
	}
	return pix
}

// A comparison counts what differs of a field between tiles that are stored and the same ones painted from lines.
type comparison struct {
	lit, differ, both float64
	// off counts the pixels, lit in both, whose values are further apart than each of three steps; drift adds the differences up, values the values.
	off           [3]float64
	drift, values float64
}

// add compares two tiles of a field.
func (c *comparison) add(f *FieldMetadata, stored, painted *[archive.TilePixels]byte, steps [3]float64) {
	value := func(index byte) float64 { return float64(f.Scale.Values[(int(index)-1)%len(f.Scale.Values)]) }
	for i := range stored {
		switch a, b := stored[i], painted[i]; {
		case a == 0 && b == 0:
		case a == 0 || b == 0:
			c.lit, c.differ = c.lit+1, c.differ+1
		default:
			c.lit, c.both = c.lit+1, c.both+1
			u, v := value(a), value(b)
			c.drift, c.values = c.drift+v-u, c.values+math.Abs(u)
			d := math.Abs(v - u)
			switch f.Kind {
			case layers.Count: // as they are told
				d = math.Abs(max(1, math.Round(v)) - max(1, math.Round(u)))
			default:
				if f.ID == "pace" || f.ID == "heartrate" {
					d /= u
				}
			}
			for k, step := range steps {
				if d > step {
					c.off[k]++
				}
			}
		}
	}
}

// strays returns how many lit pixels of a have none of b within so many pixels; those near the edges of the tile are not looked at.
func strays(a, b *[archive.TilePixels]byte, reach int) (n int) {
	const size = archive.TileSize
	for y := reach; y < size-reach; y++ {
	pixel:
		for x := reach; x < size-reach; x++ {
			if a[y*size+x] == 0 {
				continue
			}
			for v := y - reach; v <= y+reach; v++ {
				for u := x - reach; u <= x+reach; u++ {
					if b[v*size+u] != 0 {
						continue pixel
					}
				}
			}
			n++
		}
	}
	return n
}

// Tiles painted from lines show what tiles of the same activities showed when they were stored: the same places, at most as far off as lines are from
// samples, and the same values on average. Single pixels differ as a receiver's shaking makes them differ: lines are told to 1.5 m.
// The limits are what was measured, and a tenth on top: of all lit pixels those lit in but one, and of those lit in both those that are further apart than
// each of the steps.
func TestDeepTilesShowWhatStoredOnesDid(t *testing.T) {
	s := demoSite(t)
	s.cfg.Render.TileZoom = 17
	s.mustBuild(2)
	full := s.opened()
	s.cfg.SetOutput(filepath.Join(s.dir, "other"))
	s.cfg.Render.TileZoom = 14
	s.mustBuild(2)
	deep := s.opened()
	if full.Meta.MaxZoom != 17 || deep.Meta.MaxZoom != 14 {
		t.Fatalf("tiles are stored down to zoom %d and %d", full.Meta.MaxZoom, deep.Meta.MaxZoom)
	}
	type limits struct {
		mask float64
		off  [3]float64
	}
	for _, c := range []struct {
		field string
		steps [3]float64
		most  [3]limits // at zooms 15, 16 and 17, in per cent
		drift float64   // of the sum of values, in per cent
	}{
		{"visits", [3]float64{0.5, 1.5, 2.5}, [3]limits{{3.5, [3]float64{0.3, 0, 0}}, {7.1, [3]float64{0.4, 0, 0}}, {13.5, [3]float64{0.5, 0.01, 0}}}, 0.3},
		{"pace", [3]float64{0.02, 0.05, 0.1}, [3]limits{{4.1, [3]float64{78, 22, 2.4}}, {8.3, [3]float64{77, 21, 2.6}}, {16, [3]float64{78, 22, 2.9}}}, 0.3},
		{"heartrate", [3]float64{0.02, 0.05, 0.1}, [3]limits{{4.1, [3]float64{4.8, 0.2, 0.1}}, {8.3, [3]float64{4.3, 0.2, 0.1}}, {16, [3]float64{3.6, 0.2, 0.1}}}, 0.1},
		{"steepness", [3]float64{1, 2, 4}, [3]limits{{4.1, [3]float64{16.5, 3.7, 0.3}}, {8.3, [3]float64{16, 4, 0.5}}, {16, [3]float64{14.8, 3.7, 0.7}}}, 0.7},
		{"direction", [3]float64{1, 2, 4}, [3]limits{{4.1, [3]float64{29, 6.9, 0.4}}, {8.3, [3]float64{28, 5.9, 0.4}}, {16, [3]float64{26.6, 5.3, 0.6}}}, 0.5},
		{"hills", [3]float64{1, 2, 4}, [3]limits{{4.1, [3]float64{4.2, 0.4, 0.1}}, {8.3, [3]float64{4.9, 0.9, 0.1}}, {16, [3]float64{4.6, 1.1, 0.1}}}, 0.2},
		{"recency", [3]float64{1, 3, 7}, [3]limits{{4.5, [3]float64{0.5, 0.5, 0.5}}, {9.1, [3]float64{0.6, 0.5, 0.5}}, {17.3, [3]float64{0.9, 0.8, 0.8}}}, 0.01},
	} {
		var f *FieldMetadata
		for i := range full.Meta.Fields {
			if full.Meta.Fields[i].ID == c.field {
				f = &full.Meta.Fields[i]
			}
		}
		if !slices.Equal(f.Scale.Values, deep.Meta.Fields[slices.IndexFunc(deep.Meta.Fields, func(f FieldMetadata) bool { return f.ID == c.field })].Scale.Values) {
			t.Fatalf("the scales of %s differ", c.field)
		}
		for z, most := range c.most {
			zoom := uint8(15 + z)
			var got comparison
			// Half a pixel of rounding on both sides, and one for the rim, which hangs on how a line bends, too.
			metres := 2 * math.Pi * activity.EarthRadiusM * math.Cos(full.Meta.Bounds[1]*math.Pi/180) / archive.TileSize / math.Exp2(float64(zoom))
			reach := int(math.Ceil(lines.ToleranceM/metres)) + 2
			n, astray := 0, 0
			for tile, err := range full.Tiles(c.field) {
				if err != nil {
					t.Fatal(err)
				}
				if tile.Zoom != zoom {
					continue
				}
				if n++; n%3 != 0 {
					continue
				}
				k := tilePlace{zoom, tile.X, tile.Y}
				stored, painted := full.pixels(t, c.field, k), deep.pixels(t, c.field, k)
				got.add(f, stored, painted, c.steps)
				astray += strays(stored, painted, reach) + strays(painted, stored, reach)
			}
			mask, drift := 100*got.differ/got.lit, 100*math.Abs(got.drift)/got.values
			var off [3]float64
			for k, v := range got.off {
				off[k] = 100 * v / got.both
			}
			t.Logf("%s, zoom %d: %d tiles, %.2f %% of the lit pixels are lit in one, of the others %.2f %% are off by more than %v, drift %.3f %%; %d stray", c.field, zoom, n/3, mask, off, c.steps, drift, astray)
			if n < 60 || mask > most.mask || off[0] > most.off[0] || off[1] > most.off[1] || off[2] > most.off[2] || drift > c.drift || astray > 0 {
				t.Errorf("%s at zoom %d is further off than it was", c.field, zoom)
			}
		}
	}
}
