package templates

import (
	"fmt"

	"heatmapgen/internal/beside"
)

// viewer returns the viewer, whose files lie beside the module: the studio shows the page itself, too.
func viewer() (b bundle, err error) {
	for name, text := range map[string]*string{"viewer.js": &b.script, "viewer.css": &b.style, "NOTICES": &b.notices} {
		content, err := beside.Read(name)
		if err != nil {
			return b, fmt.Errorf("reading the viewer: %w", err)
		}
		*text = string(content)
	}
	return b, nil
}
