//go:build !js

package generator

import (
	"crypto/sha256"
	"fmt"
	"time"

	"heatmapgen/activity/source/demo"
	"heatmapgen/activity/track"
	"heatmapgen/generator/config"
)

func (g *gathering) addDemo(index int, s config.Source, today time.Time) error {
	athlete := demo.New(today)
	for i := 0; i < athlete.Len(); i++ {
		a := athlete.Activity(i)
		a.SourceIndex, a.Athlete = index, s.Athlete
		g.candidates = append(g.candidates, candidate{Activity: a, path: a.ID, listed: a.Sport, labels: a.Labels,
			load: func(*loader) (*track.Result, [32]byte, error) {
				t := athlete.Track(i)
				hash := sha256.Sum256(fmt.Appendf(nil, "demo %s %s %d", demo.Version, today.Format(time.DateOnly), i))
				return &track.Result{Track: t, Sport: a.Sport, Start: a.Start}, hash, nil
			}})
	}
	return nil
}
