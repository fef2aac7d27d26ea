package generator

import (
	"fmt"

	"heatmapgen/activity"
	"heatmapgen/internal/message"
	"heatmapgen/internal/words"
)

// tellKinds notes what is to be known about the sports of the rows: which were guessed, and what was left out as virtual.
func (r *Report) tellKinds(s *selection) {
	guessed, virtual, n := map[string]int{}, 0, 0
	for i := range s.rows {
		row := &s.rows[i]
		if row.guessed {
			guessed[string(row.Sport)]++
			n++
		}
		if row.reason == string(activity.VirtualReason) {
			virtual++
		}
	}
	if n > 0 {
		r.Notes = append(r.Notes, message.New("sports-guessed", fmt.Sprintf("%s no sport, neither the source nor the file, and went by the looks of the speed: %s. Say what they were with \"heatmapgen admin\".",
			words.Plural(n, "activity names", "activities name"), commonest(guessed)), message.Args{"n": n, "sports": guessed}))
	}
	if virtual > 0 {
		r.Notes = append(r.Notes, message.New("virtual-left-out", words.Plural(virtual, "activity was", "activities were")+" left out as virtual, since their positions are those of a game. "+
			"To have them on the map, add \"Virtual\" to [filter] sports (everything is \"All\").", message.Args{"n": virtual}))
	}
}
