//go:build js

package main

import (
	"fmt"
	"io"
	"time"

	"heatmapgen/internal/timezones"
	"heatmapgen/templates"
)

// ready returns an error unless the files are there and could be read that lie beside the module. They are in the folder that the environment
// variable HEATMAPGEN_BESIDE names:
//
//	timezone-squares.bin, timezone-borders.bin   where time zones are, package timezones
//	viewer.js, viewer.css, NOTICES               the viewer, package templates
//
// and the environment variable ZONEINFO names Go's file zoneinfo.zip, the rules of time zones (package time). A build without
// them would not fail, but be another; so it is asked after a build, too.
func ready() error {
	if err := templates.Render(io.Discard, templates.Page{}); err != nil {
		return err
	}
	return zonesReady()
}

// zonesReady is ready for what the steps of a job take of these files; whoever makes a page of the others hears what is missing.
func zonesReady() error {
	if _, err := time.LoadLocation("Europe/Zurich"); err != nil {
		return fmt.Errorf("reading the rules of time zones, the file that the environment variable ZONEINFO names: %w", err)
	}
	return timezones.Check()
}
