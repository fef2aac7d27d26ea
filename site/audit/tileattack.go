package audit

import (
	"fmt"
	"math"

	"heatmapgen/activity"
	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers/raster"
)

// tileZoom is the finest zoom that the attack on tiles looks at, stored or painted: pixels of 6 m in central Europe, fewer than the width of the glow.
const tileZoom = 14

// A heat is the counts of the default field around a disc, read tile by tile.
type heat struct {
	disc
	site  *generator.Site
	field *generator.FieldMetadata
	zoom  uint8
	tiles map[[2]int64]*[archive.TilePixels]byte // nil where there is none
}

// newHeat returns what the tiles tell around a disc; nil where the site has no tiles of its first field.
func newHeat(site *generator.Site, d disc) *heat {
	if len(site.Meta.Fields) == 0 || len(site.Meta.Fields[0].Zooms) == 0 {
		return nil
	}
	return &heat{disc: d, site: site, field: &site.Meta.Fields[0], zoom: min(site.MaxZoom(), tileZoom), tiles: map[[2]int64]*[archive.TilePixels]byte{}}
}

// pixel returns the pixel of the map that p lies in.
func (h *heat) pixel(p xy) (x, y int64) {
	at := h.globe(p)
	w := raster.Project(at.Lat, at.Lon)
	scale := raster.PixelScale(h.zoom)
	return int64(math.Floor(float64(w.X) * scale)), int64(math.Floor(float64(w.Y) * scale))
}

// at returns the count at p, 0 where nothing is.
func (h *heat) at(p xy) (float64, error) {
	x, y := h.pixel(p)
	return h.ofPixel(x, y)
}

func (h *heat) ofPixel(x, y int64) (float64, error) {
	across := int64(1) << h.zoom
	pix, err := h.tile((x/raster.TileSize%across+across)%across, y/raster.TileSize)
	if pix == nil || err != nil {
		return 0, err
	}
	return h.count(pix[y%raster.TileSize*raster.TileSize+(x%raster.TileSize+raster.TileSize)%raster.TileSize]), nil
}

// count is the value of an index of the field.
func (h *heat) count(index byte) float64 {
	values := h.field.Scale.Values
	if index == 0 || len(values) == 0 {
		return 0
	}
	return float64(values[(int(index)-1)%len(values)])
}

func (h *heat) tile(x, y int64) (*[archive.TilePixels]byte, error) {
	key := [2]int64{x, y}
	if pix, ok := h.tiles[key]; ok {
		return pix, nil
	}
	h.tiles[key] = nil
	if y < 0 || y >= 1<<h.zoom {
		return nil, nil
	}
	png, ok, err := h.site.Tile(h.field.ID, h.zoom, uint32(x), uint32(y))
	if err != nil || !ok {
		return nil, err
	}
	pix := new([archive.TilePixels]byte)
	if err := archive.DecodeIndices(png, pix); err != nil {
		return nil, fmt.Errorf("tile %d/%d/%d: %w", h.zoom, x, y, err)
	}
	h.tiles[key] = pix
	return pix, nil
}

// streetCount is the count from which a pixel is of a line and not of its glow.
const streetCount = 0.5

// A crossing is where a street crosses a ring around a disc, with how many passed there.
type crossed struct {
	at, along xy
	count     float64
}

// ring returns the streets that cross a circle around the disc.
func (h *heat) ring(radiusM float64) ([]crossed, error) {
	steps := int(2 * math.Pi * radiusM / 3)
	values := make([]float64, steps)
	point := func(i int, r float64) xy {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(steps))
		return xy{r * cos, r * sin}
	}
	for i := range values {
		v, err := h.at(point(i, radiusM))
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	// Begin where nothing is.
	start := 0
	for start < steps && values[start] >= streetCount {
		start++
	}
	if start == steps {
		return nil, nil
	}
	var found []crossed
	for k := 1; k <= steps; k++ {
		i := (start + k) % steps
		if values[i] < streetCount {
			continue
		}
		// A run of lit samples; its brightest is the street.
		best := i
		for ; k <= steps && values[(start+k)%steps] >= streetCount; k++ {
			if j := (start + k) % steps; values[j] > values[best] {
				best = j
			}
		}
		found = append(found, crossed{at: point(best, radiusM), count: math.Max(1, math.Round(values[best]))})
	}
	for i := range found {
		along, err := h.along(found[i].at)
		if err != nil {
			return nil, err
		}
		found[i].along = along
	}
	return found, nil
}

// along returns the direction of the street at p: from its brightest pixel some 30 m within to that some 30 m beyond.
func (h *heat) along(p xy) (xy, error) {
	r := p.length()
	out := p.times(1 / r)
	side := xy{-out.y, out.x}
	brightest := func(at xy) (xy, error) {
		best, most := at, -1.0
		for off := -36.0; off <= 36; off += 4 {
			q := at.plus(side.times(off))
			v, err := h.at(q)
			if err != nil {
				return xy{}, err
			}
			// Of equal ones that nearest to the middle.
			if v > most || v == most && math.Abs(off) < q.to(at) {
				best, most = q, v
			}
		}
		return best, nil
	}
	a, err := brightest(p.plus(out.times(-30)))
	if err != nil {
		return xy{}, err
	}
	b, err := brightest(p.plus(out.times(30)))
	if err != nil {
		return xy{}, err
	}
	u := b.minus(a)
	return u.times(1 / max(1, u.length())), nil
}

// each calls f for the middle of every pixel of a line in the square around the disc's middle, and its count.
func (h *heat) each(withinM float64, f func(at xy, count float64)) error {
	west, north := h.pixel(xy{-withinM, withinM})
	east, south := h.pixel(xy{withinM, -withinM})
	scale := raster.PixelScale(h.zoom)
	for y := north; y <= south; y++ {
		for x := west; x <= east; x++ {
			v, err := h.ofPixel(x, y)
			if err != nil {
				return err
			}
			if v < streetCount {
				continue
			}
			lat, lon := raster.Unproject(raster.Point{X: int64((float64(x) + 0.5) / scale), Y: int64((float64(y) + 0.5) / scale)})
			f(h.flat(activity.LatLon{Lat: lat, Lon: lon}), v)
		}
	}
	return nil
}

// visited returns the squares of footM around the disc that a line is in, and what the pixels of lines in them count to.
func (h *heat) visited(withinM float64) (squares []xy, counts []float64, err error) {
	type square struct{ x, y int }
	index := map[square]int{}
	err = h.each(withinM, func(p xy, count float64) {
		s := square{int(math.Floor(p.x / footM)), int(math.Floor(p.y / footM))}
		k, ok := index[s]
		if !ok {
			k = len(squares)
			index[s] = k
			squares, counts = append(squares, xy{float64(s.x) * footM, float64(s.y) * footM}), append(counts, 0)
		}
		counts[k] += count
	})
	return squares, counts, err
}

// byTiles weighs the places of a cell by what the tiles tell: the streets that cross a ring just beyond where lines end, and all that was visited.
func byTiles(h *heat, learned func(string, []float64)) (*guesser, error) {
	g := newGuesser(h.disc, learned)
	return g, g.tiles(h, tileWeights)
}

// tiles adds the clues of the tiles.
func (g *guesser) tiles(h *heat, w map[string]float64) error {
	g.central("quad", w, 1)
	streets, err := h.ring(h.radiusM + beyondM + besidesM)
	if err != nil {
		return err
	}
	if len(streets) >= 2 {
		var passes, squares float64
		points, along, soft := make([]xy, len(streets)), make([]xy, len(streets)), make([]float64, len(streets))
		var sum float64
		for i, s := range streets {
			points[i], along[i] = s.at, s.along
			passes, squares = passes+s.count, squares+s.count*s.count
			soft[i] = math.Sqrt(s.count)
			sum += soft[i]
		}
		many := passes * passes / squares / 8
		weighed := mean(points, func(i int) float64 { return soft[i] })
		g.central("quadN", w, many)
		g.towards("mean", w, mean(points, func(i int) float64 { return streets[i].count }))
		g.towards("means", w, weighed)
		g.towards("meansN", w, weighed.times(many))
		g.towards("ways", w, mean(points, func(int) float64 { return 1 }))
		for i := range soft {
			soft[i] *= float64(len(streets)) / sum
		}
		g.towards("pointing", w, crossing(points, along, soft, 0.1))
	}
	squares, counts, err := h.visited(reachTilesM)
	if err != nil {
		return err
	}
	if len(squares) == 0 {
		return nil
	}
	even := func(int) float64 { return 1 }
	near := nearOf(squares, h.radiusM+nearM)
	g.towards("footNear", w, mean(near, even))
	g.towards("foot", w, mean(squares, even))
	g.towards("all", w, mean(squares, func(i int) float64 { return counts[i] }))
	return nil
}

// reachTilesM is how far around a disc tiles are looked at.
const reachTilesM = 6_000

// byTilesOf attacks a disc with the tiles of a site; ok is false where it has none.
func byTilesOf(site *generator.Site, cover activity.Zone) (g Guess, ok bool, err error) {
	h := newHeat(site, disc{cover.Center, cover.RadiusM})
	if h == nil {
		return g, false, nil
	}
	weighed, err := byTiles(h, nil)
	if err != nil {
		return g, false, err
	}
	return weighed.guess(), true, nil
}
