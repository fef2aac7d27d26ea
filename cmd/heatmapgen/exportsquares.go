package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"heatmapgen/site/export"
)

// squaresOnly are the flags that nothing but --squares has a use for, squaresToo those of others that it has.
var (
	squaresOnly = []string{"zoom", "within"}
	squaresToo  = []string{"squares", "format", "box"}
)

// resolveSquares finds out the format and the name of the output of --squares, and refuses what makes no sense.
func (f *exportFlags) resolveSquares(cmd *cobra.Command, args []string) (out string, err error) {
	if f.squares != "missing" {
		return "", usage(cmd, "--squares is %q, but must be missing", f.squares)
	}
	if f.zoom != 14 && f.zoom != 17 {
		return "", usage(cmd, "--zoom is %d, but squares are those of zoom 14 or 17", f.zoom)
	}
	for _, name := range slices.Concat(tileOnly, pictureOnly, []string{"layer", "max-zoom"}) {
		if cmd.Flags().Changed(name) && !slices.Contains(squaresToo, name) {
			return "", usage(cmd, "--%s has no meaning with --squares", name)
		}
	}
	if cmd.Flags().Changed("box") && cmd.Flags().Changed("within") {
		return "", usage(cmd, "--box and --within exclude each other")
	}
	if f.format == "" {
		f.format = string(export.GPX)
		if len(args) > 0 && strings.EqualFold(filepath.Ext(args[0]), ".kml") {
			f.format = string(export.KML)
		}
	}
	if f.format != string(export.GPX) && f.format != string(export.KML) {
		return "", usage(cmd, "--format is %q, but squares are written as gpx or kml", f.format)
	}
	if err := f.parseBox(cmd); err != nil {
		return "", err
	}
	if len(args) > 0 {
		return args[0], nil
	}
	return "squares-" + strconv.Itoa(f.zoom) + "." + f.format, nil
}

// exportSquares writes the squares that are missing, unless the user would rather keep what is there.
func (a *app) exportSquares(cmd *cobra.Command, f *exportFlags, args []string) error {
	out, err := f.resolveSquares(cmd, args)
	if err != nil {
		return err
	}
	site, err := a.siteToExport(cmd, out)
	if err != nil {
		return err
	}
	defer site.Close()
	missing, err := export.NewMissingSquares(site, uint8(f.zoom), f.corners, f.within)
	if err != nil {
		return err
	}
	if ok, err := a.mayReplace(cmd.Context(), out); !ok || err != nil {
		return err
	}
	if err := missing.Write(cmd.Context(), out, export.SquaresFormat(f.format)); err != nil {
		if cmd.Context().Err() != nil {
			return &interruptedError{"interrupted; nothing was written"}
		}
		return err
	}
	v := missing.Visited
	a.say("Wrote %s: %s that nobody has been in.", out, plural(len(missing.Squares), "square"))
	a.say("Visited: %s of zoom %d, the largest square %d x %d, the largest cluster %d.", plural(v.Count, "square"), f.zoom, v.Side, v.Side, len(v.Cluster))
	return nil
}
