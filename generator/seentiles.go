package generator

import (
	"cmp"
	"fmt"
	"math"
	"sync"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/internal/sorting"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// seenTiles sees the tiles of a map without lines on their way into the archive, so that its places are those of what they show. So are the bounds of a map of a crowd: those of all
// that was drawn would tell how far single ones went. That of maps with lines, nil, sees nothing.
type seenTiles struct {
	crowd bool
	told  [256]int64 // by index what it tells, in whole units of visits; 0 where that is not enough
	pen   int64      // how far a pen reaches, in pixels

	mu sync.Mutex
	// at has for every zoom the box of the pixels of visits that tell of enough, in pixels, and the same where the western half of the map follows the eastern one.
	at [archive.MaxZoom + 1][2]box
	// spots are the pieces of the tiles of the zoom placed that tell of enough, in world units.
	placed uint8
	spots  []placeSpot
}

// The zoom of the tiles that places are seen in, where the stored ones go that deep, and the side of the pieces of those that are looked at as a whole, in pixels: 3 km at 50 degrees.
const (
	placesZoom  = 11
	placesPiece = 64
)

// newSeenTiles returns what sees the tiles of a drawing, which has lines or not.
func newSeenTiles(d *drawing, tracks bool) *seenTiles {
	if tracks {
		return nil
	}
	c := d.Settings.Crowd
	s := &seenTiles{crowd: c.On(), pen: int64(math.Floor(layers.PenRadius(d.Settings.BlurSigma))), placed: max(d.MinZoom, min(placesZoom, d.Stored))}
	for level, v := range d.Settings.Scales[layers.Visits].Values {
		if v >= float32(max(1, c.Least)) {
			s.told[level+1] = int64(v)
		}
	}
	return s
}

// watch returns add for tiles that are seen.
func (s *seenTiles) watch(add func(archive.Tile) error) func(archive.Tile) error {
	if s == nil {
		return add
	}
	return func(t archive.Tile) error {
		if t.Field == layers.Visits && (s.crowd || t.Zoom == s.placed) {
			if err := s.see(&t); err != nil {
				return err
			}
		}
		return add(t)
	}
}

// see takes note of what a tile of visits tells.
func (s *seenTiles) see(t *archive.Tile) error {
	var pix [archive.TilePixels]byte
	if err := archive.DecodeIndices(archive.GreyPNG(nil, t.IDAT), &pix); err != nil {
		return fmt.Errorf("looking at tile %d/%d/%d: %w", t.Zoom, t.X, t.Y, err)
	}
	const across = raster.TileSize / placesPiece
	var pieces [across * across]placeSpot
	for i, index := range pix {
		if told := s.told[index]; told > 0 {
			x, y := int64(i%raster.TileSize), int64(i/raster.TileSize)
			piece := &pieces[y/placesPiece*across+x/placesPiece]
			piece.box.hold(box{x, y, x + 1, y + 1, true})
			piece.weight += told
		}
	}
	var own box
	for i := range pieces {
		pieces[i].box = pieces[i].box.moved(int64(t.X)*raster.TileSize, int64(t.Y)*raster.TileSize)
		own.hold(pieces[i].box)
	}
	if !own.some {
		return nil
	}
	width := int64(raster.TileSize) << t.Zoom
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Zoom == s.placed {
		// What is as long on the ground has more pixels far in the north or south.
		lat, _ := raster.Unproject(raster.Point{Y: own.scaled(pixelSide(t.Zoom)).y0})
		for _, piece := range pieces {
			if piece.box.some {
				s.spots = append(s.spots, placeSpot{piece.box.scaled(pixelSide(t.Zoom)), 1 + int64(1000*math.Cos(lat*math.Pi/180)*float64(piece.weight))})
			}
		}
	}
	at := &s.at[t.Zoom]
	at[0].hold(own)
	if own.x0+own.x1 < width {
		own = own.moved(width, 0)
	}
	at[1].hold(own)
	return nil
}

// bounds returns the box of what shows in world units, as the finest zooms tell it. Coarser ones may show what finer ones do not, and count as long as one of their pixels is small
// beside the whole.
func (s *seenTiles) bounds(targetPX int) (all box) {
	for zoom := archive.MaxZoom; zoom >= 0; zoom-- {
		narrow := s.at[zoom][0]
		if turned := s.at[zoom][1]; turned.x1-turned.x0 < narrow.x1-narrow.x0 {
			narrow = turned
		}
		if !narrow.some {
			continue
		}
		if all.some && uint8(zoom) < all.minZoom(targetPX, archive.MaxZoom) {
			break
		}
		all.join(narrow.shrunk(s.pen).scaled(pixelSide(uint8(zoom))))
	}
	return all
}

// order puts the spots in order, as tiles come in any.
func (s *seenTiles) order() {
	sorting.Func(s.spots, func(a, b placeSpot) int {
		return cmp.Or(cmp.Compare(a.box.y0, b.box.y0), cmp.Compare(a.box.x0, b.box.x0))
	})
}

// pixelSide returns the side of a pixel of a zoom in world units.
func pixelSide(zoom uint8) int64 { return raster.World / raster.TileSize >> zoom }

// settle gives a drawing the places of what was seen, and one of a crowd the bounds. The error is a *NothingError where that is nothing.
func (s *seenTiles) settle(cfg *config.Config, d *drawing) error {
	if s == nil {
		return nil
	}
	s.order()
	d.Places, _ = findPlaces(s.spots)
	if !s.crowd {
		return nil
	}
	all := s.bounds(cfg.Render.MinZoomTargetPX)
	if !all.some {
		key := "min_activities"
		if d.Settings.Crowd.Athletes {
			key = "min_athletes"
		}
		return &NothingError{Message: fmt.Sprintf("there is no place that so many share as [privacy] %s = %d asks for", key, d.Settings.Crowd.Least)}
	}
	d.Bounds = all.padded(cfg.Render.PaddingM).degrees()
	return nil
}
