package stravacsv

import (
	"strings"

	"heatmapgen/activity"
)

// sportOf returns the English name of an activity type: as the table's own language has it, in English, or as any other
// language has it, since exports mix them. An unknown type keeps its own name, with false.
func sportOf(text string, own *lexicon) (activity.Sport, bool) {
	text = strings.TrimSpace(text)
	if own != nil {
		if s, ok := own.sport[fold(text)]; ok {
			return s, true
		}
	}
	s := activity.SportNamed(text)
	return s, s.Listed() || text == ""
}

// known reports whether a text is an activity type.
func known(text string, own *lexicon) bool {
	_, ok := sportOf(text, own)
	return ok && strings.TrimSpace(text) != ""
}
