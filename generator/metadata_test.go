package generator

import (
	"encoding/json"
	"strings"
	"testing"

	"heatmapgen/layers/segments"
)

// TestMetadataLimits: lists that readers hold as a whole have an end.
func TestMetadataLimits(t *testing.T) {
	for name, change := range map[string]func(m *Metadata, n int){
		"activities": func(m *Metadata, n int) { m.Activities.MovingS = make([]int, maxActivities+n) },
		"sports":     func(m *Metadata, n int) { m.Activities.Sports = make([]string, maxSports+n) },
		"fields":     func(m *Metadata, n int) { m.Fields = make([]FieldMetadata, maxFields+n) },
		"segments":   func(m *Metadata, n int) { m.Segments = make([]string, segments.Most+n) },
		"places":     func(m *Metadata, n int) { m.Places = make([]PlaceMetadata, placesRead+n) },
	} {
		for n := range 2 {
			m := &Metadata{Format: FormatVersion}
			change(m, n)
			text, err := json.Marshal(envelope{Heatmapgen: m})
			if err != nil {
				t.Fatal(err)
			}
			_, err = parseMetadata(text)
			if n == 0 && err != nil || n == 1 && (err == nil || !strings.Contains(err.Error(), name+", more than the ")) {
				t.Errorf("%s, %d beyond the limit: %v", name, n, err)
			}
		}
	}
}
