package layers

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"runtime"
	"slices"
	"testing"

	"heatmapgen/activity"
	"heatmapgen/layers/raster"
)

// pixelsOfVersion and crowdOfVersion are the hashes of what the painter of Version makes of the spirals below, of which some lie on each other: of all, as visits and as seconds, and of what two share.
const (
	pixelsOfVersion = "8e254826e123a0088dbb163fdb59d289"
	crowdOfVersion  = "3c0291d012a42310bab26c73d08d9ab4"
)

// Painted cells are kept between builds under the painter's version, so pixels must not change without it.
func TestVersionNamesThePixels(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may round differently")
	}
	var pieces []*Piece
	for k := range 5 {
		r := Run{}
		for i := range 400 {
			a := float64(i) / 40
			d := 0.00002 * float64(i+40*(k%2))
			r.Points = append(r.Points, raster.Project(47.5+d*math.Sin(a), 9.7+d*math.Cos(a)*1.5))
			if i > 0 {
				r.Segments = append(r.Segments, activity.Segment{DistM: 3, DurS: 1 + float32(k)/10, HR: float32(120 + i/10),
					Grade: float32(math.Sin(a)) / 10, Moving: i%50 != 0})
			}
		}
		pieces = append(pieces, &Piece{Day: 19000 + 200*k, Fresh12: k > 3, Fresh36: k > 1, Runs: []Run{r}})
	}
	visits := Settings{BlurSigma: 2, HillBlurSigma: 4, HillMinGrade: 0.025}
	visits.Scales = []Scale{CountScale(64), RatioScale(1, 8), EvenScale(90, 180), EvenScale(0, 20), EvenScale(-20, 20), EvenScale(0, 20),
		DayScale([]int{19000, 19200, 19400, 19600, 19800}), CountScale(64), CountScale(64)}
	seconds, crowd := visits, visits
	seconds.Seconds, seconds.Scales = true, slices.Clone(visits.Scales)
	seconds.Scales[Visits] = RatioScale(0.01, 7200)
	crowd.Crowd = Crowd{Least: 2}
	// The cell of the spiral's centre.
	at := raster.Project(47.5, 9.7)
	cell := Cell{Zoom: 15, From: 15, To: 17, X: uint32(at.X >> (raster.WorldBits - 15)), Y: uint32(at.Y >> (raster.WorldBits - 15))}
	for _, c := range []struct {
		settings []Settings
		want     string
	}{{[]Settings{visits, seconds}, pixelsOfVersion}, {[]Settings{crowd}, crowdOfVersion}} {
		h := sha256.New()
		tiles := 0
		for _, s := range c.settings {
			err := NewPainter(s).Paint(cell, slices.Values(pieces), func(t Tile) error {
				tiles++
				h.Write([]byte{byte(t.Field), t.Zoom, byte(t.X), byte(t.Y)})
				h.Write(t.Pix[:])
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := hex.EncodeToString(h.Sum(nil))[:32]; got != c.want {
			t.Errorf("%+v: %d tiles have the hash %s, not %s: if the painter is meant to paint otherwise now, raise Version and set the new hash", c.settings[0].Crowd, tiles, got, c.want)
		}
	}
}
