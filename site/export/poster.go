package export

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"

	"heatmapgen/archive"
	"heatmapgen/generator"
	"heatmapgen/layers"
	"heatmapgen/site/legend"
)

// An Orientation is the way paper lies.
type Orientation int

// The orientations; Automatic takes the one that suits the box.
const (
	Automatic Orientation = iota
	Portrait
	Landscape
)

// PosterOptions say what a picture shows and how large it is.
type PosterOptions struct {
	// Layer is the id of the layer.
	Layer string
	// Box is west, south, east, north in degrees, nil for all data; west above east crosses the antimeridian.
	Box *[4]float64
	// Width is that of the picture in pixels, unless there is Paper: a4, a3, a2 or a1.
	Width int
	Paper string
	// DPI is the resolution of paper, 0 for DefaultDPI. Without paper it is only written into the file, unless it is 0.
	DPI         int
	Orientation Orientation
	// Title stands in the band below the map.
	Title string
	// Background is Dark when empty.
	Background Background
	// MaxZoom limits the zoom whose tiles are shown, unless it is AllZooms: lines of a coarser zoom are thicker. Tiles deeper than the
	// stored ones are painted.
	MaxZoom int
}

// A Poster is one picture of a layer, laid out and ready to be written: the map, and below it a band with a title, a
// legend and a scale bar. There is no basemap.
type Poster struct {
	// Width and Height are in pixels.
	Width, Height int
	// Zoom is the zoom whose tiles it shows.
	Zoom uint8

	page      *page
	look      *look
	marks     []mark
	resampler *resampler
	dpi       int
}

// NewPoster lays out a picture. The site must stay open until it is written.
func NewPoster(site *generator.Site, o PosterOptions) (*Poster, error) {
	l, f, err := findLayer(site, o.Layer)
	if err != nil {
		return nil, err
	}
	if o.Background == "" {
		o.Background = Dark
	}
	look := looks[o.Background]
	if look == nil {
		return nil, fmt.Errorf("there is no background %q; there are dark, light and none", o.Background)
	}
	if o.DPI != 0 && (o.DPI < minDPI || o.DPI > maxDPI) {
		return nil, fmt.Errorf("%d dots an inch cannot be made; it can be %d to %d", o.DPI, minDPI, maxDPI)
	}
	var box worldBox
	if o.Box != nil {
		box, err = checkedBox(*o.Box)
	} else if box, err = extent(site, l, f); err == nil {
		box = box.withRim()
	}
	if err != nil {
		return nil, err
	}
	page, err := newPage(&o, box)
	if err != nil {
		return nil, err
	}
	zoom, err := page.zoom(site, f, o.MaxZoom)
	if err != nil {
		return nil, fmt.Errorf("the layer %s %w", o.Layer, err)
	}
	p := &Poster{Width: page.width, Height: page.height, Zoom: zoom.Zoom, page: page, look: look, dpi: o.DPI}
	if o.Paper != "" && p.dpi == 0 {
		p.dpi = DefaultDPI
	}
	if err := p.openMap(site, l, f); err != nil {
		return nil, err
	}
	p.marks = page.band(o.Title, facts(site.Meta)+" \u00b7 "+Attribution, newColourBar(l, zoom, legend.MannerOf(site.Meta)), look)
	return p, nil
}

// zoom chooses the zoom whose pixels are at least as fine as the picture's, as far as there is one.
func (p *page) zoom(site *generator.Site, f *generator.FieldMetadata, limit int) (generator.ZoomMetadata, error) {
	best, found := generator.ZoomMetadata{}, false
	for _, z := range f.Zooms {
		painted := z.Zoom > site.Meta.MaxZoom && z.Zoom <= site.MaxZoom()
		if z.Tiles == 0 && !painted || limit != AllZooms && int(z.Zoom) > limit {
			continue
		}
		if !found || math.Ldexp(archive.TileSize, int(best.Zoom)) < p.scale {
			best, found = z, true
		}
	}
	if !found {
		return best, fmt.Errorf("has no tiles of zoom %d or below", limit)
	}
	return best, nil
}

// openMap prepares the reading of the tiles that the map shows.
func (p *Poster) openMap(site *generator.Site, l *layers.Layer, f *generator.FieldMetadata) error {
	// Near lines there may be nothing of the layer, which stored tiles tell at once.
	for _, zoom := range []uint8{min(p.Zoom, site.Meta.MaxZoom), p.Zoom} {
		world := math.Ldexp(archive.TileSize, int(zoom))
		factor := world / p.page.scale
		x0, y0 := p.page.x0*world, p.page.y0*world
		// Two more pixels are within the reach of the spline.
		columns := tileRange(x0-2, x0+2+float64(p.page.width)*factor)
		rows := tileRange(y0-2, y0+2+float64(p.page.mapHeight)*factor)
		source, err := newMapSource(site, l, f, zoom, columns, rows, p.look.paint)
		if err != nil {
			return err
		}
		if source.empty() {
			b := site.Meta.Bounds
			return fmt.Errorf("nothing was drawn in this box; everything lies within %.4f,%.4f,%.4f,%.4f", b[0], b[1], b[2], b[3])
		}
		p.resampler = newResampler(source, p.page.width, factor, x0, y0)
	}
	return nil
}

// newColourBar says what the colours of a layer mean at a zoom.
func newColourBar(l *layers.Layer, z generator.ZoomMetadata, manner legend.Manner) colourBar {
	lo, hi := z.Lo, z.Hi
	if l.From != nil {
		lo = *l.From
	}
	if l.Spread == layers.Symmetric {
		lo = -hi
	}
	return colourBar{name: l.Title, ramp: l.Ramp, lo: legend.End(l, lo, manner), hi: legend.End(l, hi, manner), flat: hi <= lo}
}

// WritePNG writes the picture as the PNG file path, replacing an older one in one step. What it holds in memory at a
// time is one row of tiles and some rows of pixels. It can be called once.
func (p *Poster) WritePNG(ctx context.Context, path string, progress generator.Progress) error {
	if p.resampler == nil {
		return errors.New("the picture is already written")
	}
	picture := &picture{ctx: ctx, poster: p, resampler: p.resampler, progress: progress}
	p.resampler = nil
	if progress != nil {
		progress.Stage("Drawing", int64(p.Height), "rows")
		defer progress.Done()
	}
	return writeFile(ctx, path, func(f *os.File) error { return writePNG(f, picture, p.dpi) })
}
