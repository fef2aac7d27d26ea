package generator

import (
	"errors"
	"time"

	"heatmapgen/generator/config"
)

// addDemo fails: whoever opens a page has recordings of their own, and would wait for a demo that they never see.
func (g *gathering) addDemo(int, config.Source, time.Time) error {
	return errors.New(`heatmapgen in a browser has no source of type "demo"`)
}
