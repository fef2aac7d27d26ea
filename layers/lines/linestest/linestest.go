// Package linestest hands lines to tests as whoever reads an archive gets them.
package linestest

import (
	"testing"

	"heatmapgen/layers/lines"
)

// Read returns the blocks at full detail of the lines of all activities, encoded and decoded again. It fails the test where that fails.
func Read(t testing.TB, all []*lines.Line) []*lines.Content {
	t.Helper()
	blocks, err := lines.Gather(all)
	if err != nil {
		t.Fatal(err)
	}
	var contents []*lines.Content
	for i := range blocks {
		b := &blocks[i]
		if b.Zoom != lines.Zoom {
			continue
		}
		data, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		c, err := lines.Decode(data, b.Zoom, b.X, b.Y)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, c)
	}
	return contents
}
