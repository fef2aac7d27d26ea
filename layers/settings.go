package layers

import (
	"math"

	"heatmapgen/layers/raster"
)

// Settings is everything besides the tracks that the pixels of a build hang on.
type Settings struct {
	// BlurSigma and HillBlurSigma are the standard deviations of the glow in pixels.
	BlurSigma, HillBlurSigma float64
	// HillMinGrade is the grade from which a climb counts as hill training (0.025 is 2.5 %).
	HillMinGrade float64
	// Seconds makes the field visits hold seconds spent instead of activities.
	Seconds bool
	// Scales has the scale of every field, in the order of Fields.
	Scales []Scale
	// Crowd is set for maps of many people's activities.
	Crowd Crowd `json:",omitzero"`
}

// A Cell is a square of the map, tile X, Y of zoom Zoom, that is painted in one go for
// the zooms From to To, From being at least Zoom.
type Cell struct {
	Zoom, From, To uint8
	X, Y           uint32
}

// A Tile is one value tile of one field. Pix holds its indices row by row, and
// is valid only while the function it is given to runs.
type Tile struct {
	Field int
	Zoom  uint8
	X, Y  uint32
	Pix   *[raster.TileSize * raster.TileSize]byte
}

// MarginPixels returns how far beyond a tile's edge a line still leaves a glow
// on it, in pixels, rounded up to whole blocks.
func (s *Settings) MarginPixels() int {
	reach := math.Ceil(s.penRadius()) + float64(s.softKernel().Radius)
	reach = max(reach, float64(s.meanKernel().Radius), float64(s.hillKernel().Radius))
	blocks := int(math.Ceil((reach + 1) / raster.BlockSize))
	return blocks * raster.BlockSize
}

func (s *Settings) penRadius() float64 { return PenRadius(s.BlurSigma) }

func (s *Settings) softKernel() raster.Kernel { return raster.NewKernel(penSoftSigma * s.BlurSigma) }

func (s *Settings) meanKernel() raster.Kernel { return raster.NewKernel(s.BlurSigma) }

func (s *Settings) hillKernel() raster.Kernel { return raster.NewKernel(s.HillBlurSigma) }

// PenRadius returns how far, in pixels, a pen reaches with a glow of that standard deviation.
func PenRadius(blurSigma float64) float64 { return penWidthSigma / 2 * blurSigma }
