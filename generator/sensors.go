package generator

import (
	"slices"

	"heatmapgen/activity"
	"heatmapgen/generator/config"
)

// sensorsShown returns those sensors that layers of the user's own show: of others lines have no readings.
func sensorsShown(cfg *config.Config) (shown []activity.Sensor) {
	for _, s := range activity.AllSensors() {
		if slices.ContainsFunc(cfg.Layers, func(l config.Layer) bool { return l.Field == s.String() }) {
			shown = append(shown, s)
		}
	}
	return shown
}

// sensorsOf returns of which sensors stretches have readings that a map can show.
func sensorsOf(stretches []activity.Stretch, sensors []activity.Sensor) (set activity.Sensors) {
	for _, s := range sensors {
		told := func(g activity.Segment) bool { return g.Readings[s] > 0 && g.DurS > 0 }
		if slices.ContainsFunc(stretches, func(t activity.Stretch) bool { return slices.ContainsFunc(t.Segments, told) }) {
			set |= 1 << s
		}
	}
	return set
}
