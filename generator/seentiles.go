package generator

import (
	"fmt"
	"math"
	"sync"

	"heatmapgen/archive"
	"heatmapgen/generator/config"
	"heatmapgen/layers"
	"heatmapgen/layers/raster"
)

// seenTiles sees the tiles of a map of a crowd on their way into the archive, so that its bounds are those of what they show: those of all that was drawn would tell how far single ones
// went. That of other maps, nil, sees nothing.
type seenTiles struct {
	told [256]bool // whether an index tells of enough
	pen  int64     // how far a pen reaches, in pixels

	mu sync.Mutex
	// at has for every zoom the box of the pixels of visits that tell of enough, in pixels, and the same where the western half of the map follows the eastern one.
	at [archive.MaxZoom + 1][2]box
}

// newSeenTiles returns what sees the tiles of a drawing.
func newSeenTiles(d *drawing) *seenTiles {
	c := d.Settings.Crowd
	if !c.On() {
		return nil
	}
	s := &seenTiles{pen: int64(math.Floor(layers.PenRadius(d.Settings.BlurSigma)))}
	for level, v := range d.Settings.Scales[layers.Visits].Values {
		s.told[level+1] = v >= float32(c.Least)
	}
	return s
}

// watch returns add for tiles that are seen.
func (s *seenTiles) watch(add func(archive.Tile) error) func(archive.Tile) error {
	if s == nil {
		return add
	}
	return func(t archive.Tile) error {
		if t.Field == layers.Visits {
			if err := s.see(&t); err != nil {
				return err
			}
		}
		return add(t)
	}
}

// see extends the boxes by what a tile of visits tells.
func (s *seenTiles) see(t *archive.Tile) error {
	var pix [archive.TilePixels]byte
	if err := archive.DecodeIndices(archive.GreyPNG(nil, t.IDAT), &pix); err != nil {
		return fmt.Errorf("looking at tile %d/%d/%d: %w", t.Zoom, t.X, t.Y, err)
	}
	var own box
	for i, index := range pix {
		if s.told[index] {
			x, y := int64(i%raster.TileSize), int64(i/raster.TileSize)
			own.hold(box{x, y, x + 1, y + 1, true})
		}
	}
	if !own.some {
		return nil
	}
	own = own.moved(int64(t.X)*raster.TileSize, int64(t.Y)*raster.TileSize)
	width := int64(raster.TileSize) << t.Zoom
	s.mu.Lock()
	defer s.mu.Unlock()
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
		all.join(narrow.shrunk(s.pen).scaled(int64(raster.World / raster.TileSize >> zoom)))
	}
	return all
}

// settle gives a drawing the bounds of what was seen. The error is a *NothingError where that is nothing.
func (s *seenTiles) settle(cfg *config.Config, d *drawing) error {
	if s == nil {
		return nil
	}
	all := s.bounds(cfg.Render.MinZoomTargetPX)
	if !all.some {
		key := "min_activities"
		if d.Settings.Crowd.Athletes {
			key = "min_athletes"
		}
		return &NothingError{fmt.Sprintf("there is no place that so many share as [privacy] %s = %d asks for", key, d.Settings.Crowd.Least)}
	}
	d.Bounds = all.padded(cfg.Render.PaddingM).degrees()
	return nil
}
