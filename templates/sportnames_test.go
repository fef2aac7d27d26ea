package templates_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"heatmapgen/activity"
)

// TestSportsHaveGermanNames holds the page's table of names against the sports that the program knows; English names are the archive's own.
func TestSportsHaveGermanNames(t *testing.T) {
	source, err := os.ReadFile("viewer/src/text/sportsde.ts")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^  (\w+): "[^"]+",$`).FindAllSubmatch(source, -1) {
		named[string(m[1])] = true
	}
	for _, sport := range activity.Sports() {
		key := strings.NewReplacer(" ", "", "-", "").Replace(string(sport))
		if !named[key] {
			t.Errorf("%s has no German name", sport)
		}
	}
}
